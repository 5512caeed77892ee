//! The evidence for a prior: the Beta–binomial likelihood of the counts of all edges.
//!
//! If the success rates of the edges are draws from Beta(α, β), an edge with y successes in n events has
//!
//! ```text
//! ln Lᵢ = ln B(α+y, β+n−y) − ln B(α, β) = Σ_{j<y} ln(α+j) + Σ_{j<n−y} ln(β+j) − Σ_{j<n} ln(α+β+j),
//! ```
//!
//! the probability of its events in the order in which they came, without the binomial coefficient. The sum over edges is
//! the evidence (Skellam 1948, doi:10.1111/j.2517-6161.1948.tb00014.x; Griffiths 1973, doi:10.2307/2529131). How the edges
//! were chosen drops out, so that the log of a bandit does not bias it, provided every edge that could have been chosen is
//! there, those without an event included; these change nothing but the number of edges.
//!
//! With m = α/(α+β), s = α+β and Y, F, N all successes, failures and events it is computed as
//! Y ln m + F ln(1−m) + Σ ln(1+j/α) + Σ ln(1+j/β) − Σ ln(1+j/s), in which nothing large cancels: for s → ∞ only the
//! first two terms are left, the binomial likelihood of one rate.
//!
//! **When to use it**: many edges whose rates are alike in kind. **When not**: one or two edges, or kinds that have nothing to do with
//! each other (fit them as [`groups`](super::groups)); events that come in clumps look like edges that differ.

use crate::beta::Beta;
use crate::feedback::Counts;
use crate::special::{Step, ln_1p_minus};

use super::rising::{Rising, Slopes};
use super::sorting::Sorted;

/// The counts of many edges, ready for the likelihood of any prior.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::Counts;
/// use betadrift::tune::Evidence;
/// let evidence = Evidence::new([Counts::whole(2, 1), Counts::whole(0, 1)]);
/// // B(3, 2)/B(1, 1) · B(1, 2)/B(1, 1) = 1/12 · 1/2
/// assert!((evidence.ln_likelihood(Beta::UNIFORM) + 24f64.ln()).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Evidence {
    edges: usize,
    /// (successes, failures) of the edges with events, in ascending order.
    pub(super) counts: Vec<(f64, f64)>,
    pub(super) totals: Totals,
    pub(super) kinds: Kinds,
    successes: Rising,
    failures: Rising,
    events: Rising,
}

/// Sums over all edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    pub(super) successes: f64,
    pub(super) failures: f64,
    pub(super) events: f64,
}

/// How many edges have only successes, and only failures; and the most events of an edge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds {
    pub(super) all: f64,
    pub(super) nothing: f64,
    pub(super) most_events: f64,
}

/// The derivatives of ln L at a point, by t = ln s and the logit λ of m.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    /// ∂/∂t.
    pub(super) t: f64,
    /// ∂²/∂t².
    pub(super) tt: f64,
    /// ∂²/∂t∂λ.
    pub(super) tl: f64,
    /// ∂²/∂λ².
    pub(super) ll: f64,
    /// ln(U/V) − λ, which is 0 where ∂/∂λ is, falls with λ and is nearly straight; and its slope.
    pub(super) balance: f64,
    pub(super) balance_slope: f64,
}

impl Evidence {
    /// The evidence of these counts, an edge each. The order does not matter, to the bit.
    ///
    /// An edge without an event counts as an edge, and for nothing else:
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// let evidence = Evidence::new([Counts::whole(2, 1), Counts::default()]);
    /// assert_eq!((evidence.edges(), evidence.events()), (2, 3.0));
    /// ```
    pub fn new(counts: impl IntoIterator<Item = Counts>) -> Self {
        let (mut edges, mut total, mut kinds) = (0, Counts::default(), Kinds::default());
        let counts = counts.into_iter();
        let room = counts.size_hint().0;
        let (mut pairs, mut pulls) = (Vec::with_capacity(room), Vec::with_capacity(room));
        for counts in counts {
            edges += 1;
            if counts == Counts::default() {
                continue;
            }
            let (successes, failures, events) = (counts.successes.to_f64(), counts.failures.to_f64(), counts.pulls());
            total += counts;
            kinds.all += f64::from(failures == 0.0);
            kinds.nothing += f64::from(successes == 0.0);
            kinds.most_events = kinds.most_events.max(events);
            pairs.push((successes, failures));
            pulls.push(events);
        }
        let totals =
            Totals { successes: total.successes.to_f64(), failures: total.failures.to_f64(), events: total.pulls() };
        let Sorted { pairs: counts, first, second, sums } = Sorted::new(pairs, pulls);
        let (successes, failures, events) = (Rising::new(first), Rising::new(second), Rising::new(sums));
        Self { edges, counts, totals, kinds, successes, failures, events }
    }

    /// How many edges there are, those without an event included.
    pub fn edges(&self) -> usize {
        self.edges
    }

    /// How many events they have together.
    pub fn events(&self) -> f64 {
        self.totals.events
    }

    /// All successes over all events; `None` without an event.
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// assert_eq!(Evidence::new([Counts::whole(2, 1), Counts::whole(0, 1)]).pooled_mean(), Some(0.5));
    /// assert_eq!(Evidence::new([]).pooled_mean(), None);
    /// ```
    pub fn pooled_mean(&self) -> Option<f64> {
        (self.totals.events > 0.0).then(|| self.totals.successes / self.totals.events)
    }

    /// ln L of a prior, in nats, without binomial coefficients.
    ///
    /// A success under the uniform prior has ½, and a second of the same edge ⅔:
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// # use betadrift::beta::Beta;
    /// let evidence = Evidence::new([Counts::whole(2, 0)]);
    /// assert!((evidence.ln_likelihood(Beta::UNIFORM) - (1.0f64 / 3.0).ln()).abs() < 1e-15);
    /// ```
    pub fn ln_likelihood(&self, prior: Beta) -> f64 {
        let (alpha, beta) = (prior.alpha(), prior.beta());
        let Totals { successes, failures, .. } = self.totals;
        let power = |count: f64, ln: f64| if count == 0.0 { 0.0 } else { count * ln };
        // The greater of m and 1 − m by the other, so that its logarithm is known near 0.
        let ln_share =
            |own: f64, other: f64| if own < other { (own / (own + other)).ln() } else { -(other / own).ln_1p() };
        power(successes, ln_share(alpha, beta)) + power(failures, ln_share(beta, alpha)) + self.rise(alpha, beta)
    }

    /// ln L of one rate for all edges at its best, the limit for s → ∞: Y ln p + F ln(1−p), p = Y/N.
    ///
    /// Two successes in four events, each as probable as the toss of a coin:
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// let evidence = Evidence::new([Counts::whole(2, 1), Counts::whole(0, 1)]);
    /// assert!((evidence.ln_binomial() + 16f64.ln()).abs() < 1e-15);
    /// ```
    pub fn ln_binomial(&self) -> f64 {
        let Totals { successes, failures, events } = self.totals;
        let power = |count: f64| if count == 0.0 { 0.0 } else { count * (count / events).ln() };
        power(successes) + power(failures)
    }

    /// ln L of edges of which each always succeeds or always fails, the limit for s → 0 at the best m; `None`, which is −∞, if an
    /// edge has done both.
    ///
    /// Of three edges two always succeed and one fails, with chances ⅔, ⅔ and ⅓:
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// let evidence = Evidence::new([Counts::whole(9, 0), Counts::whole(4, 0), Counts::whole(0, 7)]);
    /// assert!((evidence.ln_all_or_nothing().unwrap() - (4.0f64 / 27.0).ln()).abs() < 1e-14);
    /// assert_eq!(Evidence::new([Counts::whole(1, 1)]).ln_all_or_nothing(), None);
    /// ```
    pub fn ln_all_or_nothing(&self) -> Option<f64> {
        let Kinds { all, nothing, .. } = self.kinds;
        let known = self.counts.len() as f64;
        let power = |count: f64| if count == 0.0 { 0.0 } else { count * (count / known).ln() };
        (all + nothing == known).then(|| power(all) + power(nothing))
    }

    /// By how much ln L at (m, s), m and 1 − m given, exceeds [`Self::ln_binomial`]; of events of both kinds.
    pub(super) fn gain(&self, (m, q): (f64, f64), s: f64) -> f64 {
        let Totals { successes, failures, events } = self.totals;
        let (p, rest) = (successes / events, failures / events);
        // The lesser of both is the one that is known to all its digits.
        let by = if m < q { m - p } else { rest - q };
        // N[p ln(m/p) + (1−p) ln((1−m)/(1−p))], whose terms of the first order cancel.
        let binomial = successes * ln_1p_minus(by / p) + failures * ln_1p_minus(-by / rest);
        binomial + self.rise(s * m, s * q)
    }

    /// How large the terms of [`Self::gain`] are, of which rounding leaves a share.
    pub(super) fn gross(&self, (m, q): (f64, f64), s: f64) -> f64 {
        self.successes.value(s * m) + self.failures.value(s * q) + self.events.value(s)
    }

    fn rise(&self, alpha: f64, beta: f64) -> f64 {
        self.successes.value(alpha) + self.failures.value(beta) - self.events.value(alpha + beta)
    }

    /// The derivatives at logit λ, whose m and 1 − m are given, and concentration s.
    pub(super) fn local(&self, (m, q): (f64, f64), logit: f64, s: f64) -> Local {
        let Slopes { first: g_y, second: h_y } = self.successes.slopes(s * m);
        let Slopes { first: g_f, second: h_f } = self.failures.slopes(s * q);
        let Slopes { first: g_n, second: h_n } = self.events.slopes(s);
        // U = Σ A(j) α/(α+j) and V likewise: the gradient by λ is (1−m)U − mV.
        let (u, v) = (self.totals.successes - g_y, self.totals.failures - g_f);
        Local {
            t: g_n - g_y - g_f,
            tt: h_y + h_f - h_n,
            tl: q * h_y - m * h_f,
            ll: q * q * h_y + m * m * h_f - m * q * (u + v),
            balance: (u / v).ln() - logit,
            balance_slope: q * h_y / u + m * h_f / v - 1.0,
        }
    }
}

/// ln of the probability under `belief` of so many successes and failures in one given order: ln B(α+y, β+f) − ln B(α, β), in nats.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::tune::ln_predictive;
/// // one success, then one failure: ½ · ⅓
/// assert!((ln_predictive(Beta::UNIFORM, (1.0, 1.0)) + 6f64.ln()).abs() < 1e-15);
/// ```
pub fn ln_predictive(belief: Beta, (successes, failures): (f64, f64)) -> f64 {
    /// So many factors above 1e-9 do not underflow.
    const FEW: f64 = 32.0;
    let (alpha, beta) = (belief.alpha(), belief.beta());
    let s = alpha + beta;
    let whole = successes.fract() == 0.0 && failures.fract() == 0.0;
    if whole && successes + failures <= FEW && alpha.min(beta) > 1e-9 * s {
        let rising = |own: f64, all: f64, count: f64| {
            (0..count as u32).map(f64::from).map(|j| (own + j) / (all + j)).product::<f64>()
        };
        return (rising(alpha, s, successes) * rising(beta, s + successes, failures)).ln();
    }
    let power = |count: f64, own: f64, other: f64| {
        let ln_share = if own < other { (own / s).ln() } else { -(other / own).ln_1p() };
        if count == 0.0 { 0.0 } else { count * ln_share }
    };
    let rise = |a: f64, count: f64| {
        let step = Step { from: a, to: a + count, by: count };
        if count == 0.0 { 0.0 } else { step.deviance() + step.excess_change() }
    };
    power(successes, alpha, beta) + power(failures, beta, alpha) + rise(alpha, successes) + rise(beta, failures)
        - rise(s, successes + failures)
}
