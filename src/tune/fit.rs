//! The prior that the evidence supports most, if there is one.
//!
//! **How.** The profile of the evidence over s = α+β is followed on a grid of ln s from 1e-4 to 1e9; each of its maxima is
//! refined by Newton's method in (ln s, logit m), which is as good as in (ln α, ln β); the highest is compared with both
//! limits, one rate for all edges (s → ∞) and edges that always do the same (s → 0). A local criterion such as Tarone's
//! (1979, doi:10.1093/biomet/66.3.585), the slope of the profile at 1/s = 0, is not enough: with unequal numbers of events
//! it can be negative although a maximum elsewhere is higher.
//!
//! **When to use it.** Where many edges of one kind are known and new ones of that kind come, or edges with few events are
//! to be judged by what is known of the others (empirical Bayes: Robbins 1956; Casella 1985, doi:10.2307/2682801). **When
//! not:** with few edges the interval of s is wide or without end; with edges of different kinds there is no one prior, and groups
//! are better; and the prior is not evidence about an edge that was not like those of the log.
//!
//! **Interval.** All s whose profile is within ½χ²₁(level) of the supremum lie between its ends (Venzon & Moolgavkar 1988,
//! doi:10.2307/2347496). Where a limit is within it too, that side has no end.
//!
//! **Standard errors** are of the observed information at the maximum, carried over to each quantity to first order.

use serde::Serialize;

use super::evidence::Evidence;
use super::profile::{Crest, Profile};
use crate::beta::Beta;
use crate::special::{logistic, two_sided_normal_quantile};

/// Where the evidence is highest.
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit, Status};
/// let status = |counts: &[Counts]| Fit::new(&Evidence::new(counts.iter().copied()), 0.95).status;
/// assert_eq!(status(&[Counts::whole(10, 90), Counts::whole(90, 10)]), Status::Interior);
/// assert_eq!(status(&[Counts::whole(50, 50), Counts::whole(50, 50)]), Status::NoOverdispersion);
/// assert_eq!(status(&[Counts::whole(5, 0), Counts::whole(0, 5)]), Status::Boundary);
/// assert_eq!(status(&[Counts::whole(1, 0), Counts::whole(0, 1)]), Status::Unidentified);
/// assert_eq!(Status::NoOverdispersion.word(), "no_overdispersion");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// At a Beta prior.
    Interior,
    /// Nowhere: it rises towards one rate for all edges.
    NoOverdispersion,
    /// Nowhere: all edges only succeed or only fail, or it rises towards each edge always doing the same.
    Boundary,
    /// Anywhere: no edge has more than one event, so that nothing is known of how edges differ.
    Unidentified,
}

impl Status {
    /// Its name in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Interior => "interior",
            Self::NoOverdispersion => "no_overdispersion",
            Self::Boundary => "boundary",
            Self::Unidentified => "unidentified",
        }
    }
}

/// What the evidence says of the prior.
///
/// Five edges that differ, and two that do not:
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit};
/// let evidence = Evidence::new([5, 15, 25, 35, 45].map(|successes| Counts::whole(successes, 50 - successes)));
/// let fit = Fit::new(&evidence, 0.95);
/// assert!((fit.usable().unwrap().mean() - 0.5).abs() < 1e-9); // as many above ½ as below
/// assert!(fit.gain() > 30.0);
/// let alike = Fit::new(&Evidence::new([Counts::whole(25, 75), Counts::whole(25, 75)]), 0.95);
/// assert_eq!((alike.usable(), alike.gain()), (None, 0.0));
/// let weakest = alike.weakest().unwrap();
/// assert!((weakest.mean() - 0.25).abs() < 1e-15);
/// assert!((weakest.alpha() + weakest.beta() - alike.interval.lower.unwrap()).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Where the evidence is highest.
    pub status: Status,
    /// The maximum, if it is interior.
    pub maximum: Option<Maximum>,
    /// The supremum of ln L, in nats, without binomial coefficients; a limit where there is no maximum.
    pub log_likelihood: f64,
    /// ln L of one rate for all edges.
    pub log_likelihood_of_one_rate: f64,
    /// The concentrations α+β that the evidence does not reject.
    pub interval: ConcentrationInterval,
    /// Kleinman's moments, where they exist.
    pub moments: Option<Beta>,
    /// All successes over all events; `None` without an event.
    pub pooled_mean: Option<f64>,
    /// How many edges there are, those without an event included.
    pub edges: usize,
    /// How many events they have together.
    pub events: f64,
}

/// A Beta prior at which the evidence is highest.
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit, Maximum};
/// let evidence = Evidence::new([5, 15, 25, 35, 45].map(|successes| Counts::whole(successes, 50 - successes)));
/// let maximum = Fit::new(&evidence, 0.95).maximum.unwrap();
/// let Maximum { prior, errors } = maximum;
/// assert!((prior.alpha() - prior.beta()).abs() < 1e-6); // as many above ½ as below
/// assert!(errors.alpha > 0.0 && errors.alpha < prior.alpha());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Maximum {
    /// The prior.
    pub prior: Beta,
    /// Standard errors by the observed information.
    pub errors: StandardErrors,
}

/// Standard errors of the maximum, by the observed information.
///
/// Rates that are alike about ½ make the errors of α and β the same:
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit};
/// let evidence = Evidence::new([5, 15, 25, 35, 45].map(|successes| Counts::whole(successes, 50 - successes)));
/// let maximum = Fit::new(&evidence, 0.95).maximum.unwrap();
/// let errors = maximum.errors;
/// assert!((errors.alpha - errors.beta).abs() < 1e-6);
/// assert!((errors.ln_alpha - errors.alpha / maximum.prior.alpha()).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StandardErrors {
    /// Of α.
    pub alpha: f64,
    /// Of β.
    pub beta: f64,
    /// Of ln α.
    pub ln_alpha: f64,
    /// Of ln β.
    pub ln_beta: f64,
    /// Of the mean α/(α+β).
    pub mean: f64,
    /// Of the concentration α+β.
    pub concentration: f64,
}

/// A profile-likelihood interval of α+β.
///
/// Edges that differ bound the concentration on both sides, edges that do not from below:
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit};
/// let evidence = Evidence::new([5, 15, 25, 35, 45].map(|successes| Counts::whole(successes, 50 - successes)));
/// let fit = Fit::new(&evidence, 0.95);
/// let (lower, upper) = fit.interval.lower.zip(fit.interval.upper).unwrap();
/// let prior = fit.usable().unwrap();
/// assert!((lower..upper).contains(&(prior.alpha() + prior.beta())));
/// let alike = Fit::new(&Evidence::new([Counts::whole(25, 75), Counts::whole(25, 75)]), 0.95).interval;
/// assert!(alike.lower.is_some() && alike.upper.is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConcentrationInterval {
    /// Its level.
    pub level: f64,
    /// Lower end; `None` if there is none above 0.
    pub lower: Option<f64>,
    /// Upper end; `None` if there is none.
    pub upper: Option<f64>,
}

impl Fit {
    /// Fits a prior to the evidence; the interval is of this level, in (0, 1).
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::{Evidence, Fit, Status};
    /// // Two edges as equal as they can be: no prior is better than one rate.
    /// let fit = Fit::new(&Evidence::new([Counts::whole(1, 3), Counts::whole(1, 3)]), 0.95);
    /// assert_eq!(fit.status, Status::NoOverdispersion);
    /// assert!((fit.log_likelihood - (2.0 * 0.25f64.ln() + 6.0 * 0.75f64.ln())).abs() < 1e-12);
    /// assert_eq!(fit.maximum, None);
    /// ```
    ///
    /// # Panics
    /// Unless the level lies strictly between 0 and 1.
    pub fn new(evidence: &Evidence, level: f64) -> Self {
        assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
        let binomial = evidence.ln_binomial();
        let without = |status, log_likelihood| Self {
            status,
            maximum: None,
            log_likelihood,
            log_likelihood_of_one_rate: binomial,
            interval: ConcentrationInterval { level, lower: None, upper: None },
            moments: evidence.moments(),
            pooled_mean: evidence.pooled_mean(),
            edges: evidence.edges(),
            events: evidence.events(),
        };
        let one_kind = evidence.totals.successes == 0.0 || evidence.totals.failures == 0.0;
        if one_kind || evidence.kinds.most_events <= 1.0 {
            let unidentified = evidence.kinds.most_events <= 1.0;
            return without(if unidentified { Status::Unidentified } else { Status::Boundary }, binomial);
        }
        let profile = Profile::new(evidence);
        let of_all_or_nothing = evidence.ln_all_or_nothing().map_or(f64::NEG_INFINITY, |limit| limit - binomial);
        let limit = of_all_or_nothing.max(0.0);
        let highest = profile.highest().filter(|peak| peak.gain > limit + rounding(evidence, peak));
        let gain = highest.map_or(limit, |peak| peak.gain);
        let least = gain - interval_drop(level);
        let (lower, upper) = profile.reach(least, (of_all_or_nothing >= least, least <= 0.0));
        let status = match highest {
            Some(_) => Status::Interior,
            None if limit > 0.0 => Status::Boundary,
            None => Status::NoOverdispersion,
        };
        Self {
            maximum: highest.and_then(|peak| maximum(&peak)),
            interval: ConcentrationInterval { level, lower: lower.map(f64::exp), upper: upper.map(f64::exp) },
            ..without(status, binomial + gain)
        }
    }

    /// By how much the supremum of ln L exceeds that of one rate for all edges, in nats; ≥ 0.
    pub fn gain(&self) -> f64 {
        self.log_likelihood - self.log_likelihood_of_one_rate
    }

    /// The maximum, if the evidence also says that it is not infinitely strong: then it may be used as a prior.
    pub fn usable(&self) -> Option<Beta> {
        self.maximum.filter(|_| self.interval.upper.is_some()).map(|maximum| maximum.prior)
    }

    /// The weakest prior that the evidence does not reject, where it has no maximum to be used: the pooled mean, as strong as the
    /// lower end of the interval.
    pub fn weakest(&self) -> Option<Beta> {
        let (mean, lower) = (self.pooled_mean?, self.interval.lower?);
        let reaches_up = self.interval.upper.is_none();
        reaches_up.then(|| Beta::new(mean * lower, (1.0 - mean) * lower).ok()).flatten()
    }
}

/// ½χ²₁(level), where χ²₁ is the square of a normal deviate.
pub(super) fn interval_drop(level: f64) -> f64 {
    0.5 * two_sided_normal_quantile(level).powi(2)
}

/// What rounding leaves of a gain at a peak.
fn rounding(evidence: &Evidence, peak: &Crest) -> f64 {
    1e-14 * evidence.gross(logistic(peak.logit), peak.t.exp())
}

fn maximum(peak: &Crest) -> Option<Maximum> {
    let ((m, q), s) = (logistic(peak.logit), peak.t.exp());
    let prior = Beta::new(s * m, s * q).ok()?;
    // The inverse of minus the second derivatives by (ln s, logit m).
    let (tt, tl, ll) = (-peak.local.tt, -peak.local.tl, -peak.local.ll);
    let determinant = tt * ll - tl * tl;
    let (var_t, cov, var_l) = (ll / determinant, -tl / determinant, tt / determinant);
    // d ln α = dt + (1−m)dλ and d ln β = dt − m dλ.
    let along = |by_logit: f64| (var_t + 2.0 * by_logit * cov + by_logit * by_logit * var_l).sqrt();
    let (ln_alpha, ln_beta) = (along(q), along(-m));
    let errors = StandardErrors {
        alpha: prior.alpha() * ln_alpha,
        beta: prior.beta() * ln_beta,
        ln_alpha,
        ln_beta,
        mean: m * q * var_l.sqrt(),
        concentration: s * var_t.sqrt(),
    };
    Some(Maximum { prior, errors })
}
