//! The evidence over the plane of mean and concentration, for those who look at it.

use super::Tuning;
use super::evidence::Evidence;
use super::fit::interval_drop;
use super::profile::{Crest, Profile};
use crate::special::logistic;

/// The evidence near its supremum.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let surface = tuning.surface().unwrap();
/// assert!((surface.interval_drop - 1.920729).abs() < 1e-6); // ½·1.96²
/// let levels: Vec<f64> = surface.regions.iter().map(|region| region.level).collect();
/// assert_eq!(levels, [0.99, 0.95, 0.5]);
/// assert_eq!(surface.profile.len(), surface.regions[0].means.len());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// The profile: at each concentration, ascending, by how many nats its best mean falls short of the supremum.
    pub profile: Vec<Ridge>,
    /// Regions in which the evidence is within so many nats of the supremum, the widest first.
    pub regions: Vec<Region>,
    /// The drop at the ends of the interval of the concentration, ½χ²₁(level), in nats.
    pub interval_drop: f64,
}

/// The best mean at a concentration.
///
/// With as many edges above ½ as below the best mean is ½ at every concentration:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let surface = tuning.surface().unwrap();
/// assert!(surface.profile.iter().all(|ridge| (ridge.mean - 0.5).abs() < 1e-6 && ridge.drop >= 0.0));
/// assert!(surface.profile.is_sorted_by_key(|ridge| ridge.concentration));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    /// α+β.
    pub concentration: f64,
    /// α/(α+β).
    pub mean: f64,
    /// Supremum less ln L there, in nats.
    pub drop: f64,
}

/// Where the evidence is within a drop of its supremum.
///
/// A joint region of level ½ has a drop of ln 2:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let surface = tuning.surface().unwrap();
/// let region = &surface.regions[2];
/// assert!((region.level - 0.5).abs() < 1e-15 && (region.drop - 2f64.ln()).abs() < 1e-15);
/// let inside = region.means.iter().flatten();
/// assert!(inside.clone().count() > 0 && inside.clone().all(|&(least, greatest)| least < 0.5 && 0.5 < greatest));
/// assert_eq!(region.means[0], None); // far below the interval
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The level of a joint region of mean and concentration that has this drop, 1 − exp(−drop).
    pub level: f64,
    /// The drop in nats.
    pub drop: f64,
    /// The least and the greatest mean at each concentration of the profile; `None` where none is inside.
    pub means: Vec<Option<(f64, f64)>>,
}

/// Levels of the regions.
const LEVELS: [f64; 3] = [0.99, 0.95, 0.5];

impl Tuning {
    /// The evidence about its highest place; `None` where successes or failures are missing or no edge has two events.
    pub fn surface(&self) -> Option<Surface> {
        const PLACES: i32 = 120;
        let (evidence, fit) = (&self.evidence, &self.fit);
        let has_both = evidence.totals.successes > 0.0 && evidence.totals.failures > 0.0;
        if !has_both || evidence.kinds.most_events <= 1.0 {
            return None;
        }
        let (low, high) = self.range();
        let (low, high) = (low.ln(), high.ln());
        let mut places: Vec<f64> =
            (0..=PLACES).map(|place| low + (high - low) * f64::from(place) / f64::from(PLACES)).collect();
        places.extend(self.tips().into_iter().filter(|t| *t > low && *t < high));
        places.sort_unstable_by(f64::total_cmp);
        let mut near = (evidence.totals.successes / evidence.totals.failures).ln();
        let mut crest = |t| {
            let crest = Crest::at(evidence, t, near);
            near = crest.logit;
            crest
        };
        let crests: Vec<Crest> = places.into_iter().map(&mut crest).collect();
        let ridge = |crest: &Crest| Ridge {
            concentration: crest.t.exp(),
            mean: logistic(crest.logit).0,
            drop: (fit.gain() - crest.gain).max(0.0),
        };
        let region = |level: f64| {
            let drop = -(-level).ln_1p();
            let means = crests.iter().map(|crest| means(evidence, crest, fit.gain() - drop)).collect();
            Region { level, drop, means }
        };
        Some(Surface {
            profile: crests.iter().map(ridge).collect(),
            regions: LEVELS.into_iter().map(region).collect(),
            interval_drop: interval_drop(fit.interval.level),
        })
    }

    /// Where regions end, as ln s, and places close to that, so that they are drawn round.
    fn tips(&self) -> Vec<f64> {
        let profile = Profile::new(&self.evidence);
        let below_zero =
            self.evidence.ln_all_or_nothing().map_or(f64::NEG_INFINITY, |limit| limit - self.evidence.ln_binomial());
        let ends = LEVELS.into_iter().flat_map(|level| {
            let least = self.fit.gain() + (-level).ln_1p();
            let (lower, upper) = profile.reach(least, (below_zero >= least, least <= 0.0));
            [(lower, 1.0), (upper, -1.0)]
        });
        let close = [1e-9, 1e-3, 4e-3, 0.01, 0.02, 0.035];
        ends.filter_map(|(end, inwards)| Some((end?, inwards)))
            .flat_map(|(end, inwards)| close.map(|distance| end + inwards * distance))
            .collect()
    }

    /// The concentrations to look at: about the interval, and some way into a side on which it has no end.
    fn range(&self) -> (f64, f64) {
        let interval = self.fit.interval;
        let estimate = self.fit.maximum.map(|found| found.prior.alpha() + found.prior.beta());
        let (low, high) = match (interval.lower, interval.upper) {
            (Some(lower), Some(upper)) => (lower / 4.0, upper * 4.0),
            (Some(lower), None) => (lower / 3.0, lower * 3e3),
            (None, Some(upper)) => (upper / 3e3, upper * 3.0),
            (None, None) => (1e-2, 1e4),
        };
        estimate.map_or((low, high), |s| (low.min(s / 10.0), high.max(s * 10.0)))
    }
}

/// The means on both sides of a crest at which the evidence has fallen to a gain.
fn means(evidence: &Evidence, crest: &Crest, gain: f64) -> Option<(f64, f64)> {
    if crest.gain < gain {
        return None;
    }
    let s = crest.t.exp();
    let side = |outwards: f64| {
        let at = |logit: f64| evidence.gain(logistic(logit), s);
        let (mut inside, mut step) = (0.0, 0.05);
        while at(crest.logit + outwards * step) >= gain && step < 40.0 {
            (inside, step) = (step, 2.0 * step);
        }
        for _ in 0..20 {
            let middle = f64::midpoint(inside, step);
            *(if at(crest.logit + outwards * middle) >= gain { &mut inside } else { &mut step }) = middle;
        }
        logistic(crest.logit + outwards * inside).0
    };
    Some((side(-1.0), side(1.0)))
}
