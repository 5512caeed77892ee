//! Bayes-UCB: optimism by a quantile of the posterior that rises with time.

use std::sync::Arc;

use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the greatest quantile of order 1 − 1/(t (ln n)ᶜ) of the posteriors (Kaufmann, Cappé & Garivier 2012, "On Bayesian
/// upper confidence bounds for bandit problems"; c = 0 is what they recommend in practice, c ≥ 5 what they prove optimal),
/// where t is the number of the trial from 1 and n that of the trials in a run.
///
/// Quantiles are taken in the upper tail, so that an order near 1 loses no digit. From one trial to the next only the order
/// rises, if an edge got no feedback, and how far its quantile can rise with it is bounded: the quantile is worked out anew only
/// where the bound might win.
///
/// At trial 12 an edge never seen has the quantile 11/12 of Beta(1, 1), more than that of 7 of 10; the means say otherwise:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{BayesUcb, Beliefs, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (known, unseen) = (EdgeId::new(0), EdgeId::new(1));
/// let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
/// (0..10).for_each(|play| beliefs.observe(known, play < 7));
/// beliefs.begin(12);
/// let mut slots = [known; 2];
/// BayesUcb::new(2, 0.0, 1_000).choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(slots, [unseen, known]);
/// assert!(beliefs.posteriors()[0].upper_quantile(1.0 / 12.0).x < 11.0 / 12.0);
/// ```
#[derive(Debug, Clone)]
pub struct BayesUcb {
    /// (ln n)ᶜ.
    scale: f64,
    known: Vec<Known>,
    bounds: Vec<f64>,
    scratch: Vec<f64>,
}

/// A quantile as it was once worked out, on the scale of the logit.
#[derive(Debug, Clone, Copy)]
struct Known {
    posterior: Beta,
    /// The probability above it, as a logarithm.
    ln_tail: f64,
    logit: f64,
    /// By how much it rises with −`ln_tail`: the tail over the density.
    slope: f64,
}

impl Known {
    fn at(posterior: Beta, ln_tail: f64) -> Self {
        let logit = posterior.upper_quantile_logit(ln_tail.exp());
        let slope = (ln_tail - posterior.ln_density_logit(logit)).exp();
        Self { posterior, ln_tail, logit, slope }
    }

    /// What the quantile of a smaller tail cannot exceed: the density of the logit is log-concave, so its tail over its density
    /// falls, and the quantile bends down.
    fn bound(&self, ln_tail: f64) -> f64 {
        /// More than rounding can take from it.
        const SLACK: f64 = 1e-11;
        if ln_tail == self.ln_tail {
            return self.logit;
        }
        self.logit + self.slope * (self.ln_tail - ln_tail) + SLACK * (1.0 + self.logit.abs())
    }
}

impl BayesUcb {
    /// For so many edges and so many trials in a run; `c` is the power of ln n, not negative.
    pub fn new(edges: usize, c: f64, horizon: u64) -> Self {
        let scale = (horizon as f64).ln().powf(c);
        Self { scale, known: Vec::with_capacity(edges), bounds: vec![0.0; edges], scratch: vec![0.0; edges] }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<MakePolicy, Fault> {
        let (c, horizon) = (keys.not_negative("c", 0.0)?, setting.horizon);
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, c, horizon))))
    }

    /// Works quantiles out until those of the greatest `slots` bounds are exact.
    fn refine(&mut self, ln_tail: f64, slots: usize) {
        loop {
            // The greatest exact values that no mere bound may reach.
            self.scratch.clear();
            let exact = self.known.iter().filter(|known| known.ln_tail == ln_tail).map(|known| known.logit);
            self.scratch.extend(exact);
            let enough = self.scratch.len() >= slots;
            let floor = if enough {
                *self.scratch.select_nth_unstable_by(slots - 1, |a, b| b.total_cmp(a)).1
            } else {
                f64::NEG_INFINITY
            };
            let open = (0..self.known.len())
                .filter(|&edge| self.known[edge].ln_tail != ln_tail && self.bounds[edge] >= floor)
                .max_by(|&a, &b| self.bounds[a].total_cmp(&self.bounds[b]));
            let Some(edge) = open else { return };
            self.known[edge] = Known::at(self.known[edge].posterior, ln_tail);
            self.bounds[edge] = self.known[edge].logit;
        }
    }
}

impl Policy for BayesUcb {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let ln_tail = -(beliefs.trial() as f64 * self.scale).ln().max(0.0);
        if ln_tail == 0.0 {
            // The quantile of order 0, which is 0 for all.
            self.bounds.fill(f64::NEG_INFINITY);
            return select::greatest(&mut self.bounds, slots, rng);
        }
        if self.known.is_empty() {
            self.known.extend(beliefs.posteriors().iter().map(|&posterior| Known::at(posterior, ln_tail)));
        }
        for (known, &posterior) in self.known.iter_mut().zip(beliefs.posteriors()) {
            if known.posterior != posterior {
                *known = Known::at(posterior, ln_tail);
            }
        }
        for (bound, known) in self.bounds.iter_mut().zip(&self.known) {
            *bound = known.bound(ln_tail);
        }
        self.refine(ln_tail, slots.len());
        select::greatest(&mut self.bounds, slots, rng);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};
    use rand::RngExt;

    /// The edges chosen must be those of the greatest quantiles, all worked out anew.
    #[test]
    fn what_is_chosen_has_the_greatest_quantiles() {
        let rng = &mut stream(5, Purpose::Choice, &[]);
        for (c, slots) in [(0.0, 1), (5.0, 1), (0.0, 3)] {
            let (edges, horizon) = (6, 400);
            let mut beliefs = Beliefs::new(Beta::JEFFREYS, edges);
            let mut policy = BayesUcb::new(edges, c, horizon);
            let mut chosen = vec![EdgeId::new(0); slots];
            for trial in 1..=horizon {
                beliefs.begin(trial);
                policy.choose(&beliefs, &mut chosen, rng);
                let tail = (1.0 / (trial as f64 * (horizon as f64).ln().powf(c))).min(1.0);
                let mut quantiles: Vec<f64> =
                    beliefs.posteriors().iter().map(|posterior| posterior.upper_quantile_logit(tail)).collect();
                let of_chosen: Vec<f64> = chosen.iter().map(|edge| quantiles[edge.index()]).collect();
                quantiles.sort_unstable_by(|a, b| b.total_cmp(a));
                for (found, expected) in of_chosen.iter().zip(&quantiles) {
                    assert!(found == expected || (found - expected).abs() < 1e-9, "{trial}: {found} {expected}");
                }
                for &edge in &chosen {
                    beliefs.play(edge);
                    beliefs.observe(edge, rng.random::<f64>() < 0.15 * edge.index() as f64);
                }
            }
        }
    }

    #[test]
    fn equals_share_the_choice() {
        let rng = &mut stream(6, Purpose::Choice, &[]);
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 3);
        let mut policy = BayesUcb::new(3, 0.0, 1_000);
        let mut plays = [0.0; 3];
        for trial in 1..=900 {
            beliefs.begin(trial);
            let mut slots = [EdgeId::new(0)];
            policy.choose(&beliefs, &mut slots, rng);
            plays[slots[0].index()] += 1.0;
        }
        // χ² with 2 degrees of freedom: its upper 0.1 % point is 13.8.
        let chi_square: f64 = plays.iter().map(|n: &f64| (n - 300.0).powi(2) / 300.0).sum();
        assert!(chi_square < 13.8, "{plays:?}");
    }
}
