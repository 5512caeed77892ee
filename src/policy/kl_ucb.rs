//! KL-UCB: optimism by the Kullback–Leibler divergence of Bernoulli laws.

use std::sync::Arc;

use super::ucb1::optimistic;
use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the greatest q with n·kl(mean, q) ≤ ln t + c ln ln t (Garivier & Cappé 2011, arXiv:1102.2490; c = 0 is what they
/// recommend in practice), where t is the number of the trial from 1, and mean and n are those of the feedback returned
/// before it; the prior plays no part. ln ln t counts as 0 until t = e.
///
/// Every edge is played once before any twice; late feedback is treated as by [`super::Ucb1`].
///
/// At trial t, 0 of 1 has the bound 1 − 1/t; for mean ½ of n it is (1 + √(1 − t^{−2/n}))/2. At t = 12, 0 of 1 (0.92) comes before
/// 5 of 10 (0.81):
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, KlUcb, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (better, hardly_known) = (EdgeId::new(0), EdgeId::new(1));
/// let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
/// (0..10).for_each(|play| beliefs.observe(better, play < 5));
/// beliefs.observe(hardly_known, false);
/// beliefs.begin(12);
/// let mut slots = [better; 2];
/// KlUcb::new(2, 0.0).choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(slots, [hardly_known, better]);
/// ```
#[derive(Debug, Clone)]
pub struct KlUcb {
    c: f64,
    bounds: Vec<f64>,
}

impl KlUcb {
    /// For so many edges; `c` is the weight of ln ln t, not negative.
    pub fn new(edges: usize, c: f64) -> Self {
        Self { c, bounds: vec![0.0; edges] }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let c = keys.not_negative("c", 0.0)?;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, c))))
    }
}

impl Policy for KlUcb {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let ln_t = (beliefs.trial() as f64).ln();
        let level = ln_t + self.c * ln_t.max(1.0).ln();
        optimistic(beliefs, &mut self.bounds, |mean, n| upper_bound(mean, level / n));
        select::greatest(&mut self.bounds, slots, rng);
    }
}

/// kl(p, q) = p ln(p/q) + (1−p) ln((1−p)/(1−q)), the divergence of Bernoulli laws in nats; infinite where q excludes what p
/// allows.
///
/// ```
/// use betadrift::policy::bernoulli_kl;
/// assert_eq!(bernoulli_kl(0.5, 0.5), 0.0);
/// assert_eq!(bernoulli_kl(1.0, 0.5), 2f64.ln());
/// assert_eq!(bernoulli_kl(0.5, 1.0), f64::INFINITY);
/// ```
pub fn bernoulli_kl(p: f64, q: f64) -> f64 {
    let term = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
    (term(p, q) + term(1.0 - p, 1.0 - q)).max(0.0)
}

/// The greatest q in [p, 1] with kl(p, q) ≤ `level`, to 1e-12.
///
/// kl(p, ·) is convex and grows on [p, 1], so Newton's steps from the right of the root fall towards it and never pass it.
/// They start at the smaller of two bounds: Pinsker's, and the root when p ln(p/q) is replaced by p ln p.
fn upper_bound(p: f64, level: f64) -> f64 {
    const TOLERANCE: f64 = 1e-12;
    const MAX_STEPS: usize = 50;
    let entropy_term = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
    let failure = 1.0 - p;
    if failure <= 0.0 || level <= 0.0 {
        return p;
    }
    let pinsker = p + (level / 2.0).sqrt();
    let steep = 1.0 - ((entropy_term(p) + entropy_term(failure) - level) / failure).exp();
    let mut q = pinsker.min(steep).max(p);
    for _ in 0..MAX_STEPS {
        let slope = (q - p) / (q * (1.0 - q));
        let step = (bernoulli_kl(p, q) - level) / slope;
        // Not a number where q has rounded to 1, which is then the bound.
        if step.is_nan() || step <= TOLERANCE {
            break;
        }
        q -= step;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_where_the_divergence_reaches_its_level() {
        for p in [0.0, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.999] {
            for level in [1e-8, 1e-3, 0.1, 1.0, 5.0] {
                let q = upper_bound(p, level);
                assert!((p..=1.0).contains(&q), "{p} {level} {q}");
                // A shift of 1e-11 in q must cross the level, unless q has reached 1 or p.
                assert!(bernoulli_kl(p, (q - 1e-11).max(p)) <= level * (1.0 + 1e-12), "{p} {level} {q}");
                assert!(q + 1e-11 >= 1.0 || bernoulli_kl(p, q + 1e-11) >= level * (1.0 - 1e-12), "{p} {level} {q}");
            }
        }
        assert_eq!(upper_bound(1.0, 0.5), 1.0);
        assert_eq!(upper_bound(0.4, 0.0), 0.4);
    }
}
