//! Discounted Thompson sampling: feedback fades, so that a change of the world is seen.

use std::sync::Arc;

use super::draws::Draws;
use super::{Beliefs, MakePolicy, Policy, Returned, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::posterior;
use crate::seed::Stream;

/// By what feedback fades. These are three algorithms.
///
/// An edge failed a hundred times, a thousand trials ago. Against one never seen it is played with the mean of its Beta,
/// 1/(1 + 1 + the failures that are left):
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, DiscountedThompson, Per, Policy, Returned};
/// use betadrift::seed::{Purpose, stream};
/// let plays_later = |per| {
///     let (edge, mut slots) = (EdgeId::new(0), [EdgeId::new(0)]);
///     let (mut policy, mut beliefs) = (DiscountedThompson::new(2, 0.9, per), Beliefs::new(Beta::UNIFORM, 2));
///     beliefs.begin(1);
///     for _ in 0..100 {
///         policy.learn(&beliefs, &Returned { edge, success: false, trial: 1, propensity: None });
///     }
///     beliefs.begin(1_001);
///     let rng = &mut stream(1, Purpose::Choice, &[]);
///     (0..1_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0] == edge }).count()
/// };
/// assert!(plays_later(Per::Trial).abs_diff(500) < 64); // 0.9¹⁰⁰⁰ of them is nothing: the prior, as the other edge
/// assert!(plays_later(Per::Day { trials: 100 }).abs_diff(27) < 21); // after ten days 0.9¹⁰ · 100 = 35: 1 in 37
/// assert!(plays_later(Per::Pull).abs_diff(83) < 36); // Σ 0.9ⁱ = 10 of them, however long ago: 1 in 12
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// All counts are multiplied by γ with each trial.
    Trial,
    /// The counts of an edge are multiplied by γ with each feedback that this edge gets. An idle edge forgets nothing, and so
    /// cannot be seen to recover.
    Pull,
    /// All counts are multiplied by γ as a day begins.
    Day {
        /// Trials in a day.
        trials: u64,
    },
}

/// [`Thompson`](super::Thompson) sampling from Beta(α₀ + S, β₀ + F), where S and F are sums of successes and failures that fade by a factor γ
/// per trial (Raj & Kalyani 2017, arXiv:1707.09727), per pull or per day.
///
/// The prior does not fade: per trial and per day, an edge that is not played returns to it. Feedback counts in full when it
/// is learned, however late, and fades from then on: per trial, what was learned for trial s counts γ^(t − s) at trial t.
/// γ = 1 is Thompson sampling; the weights of all trials sum to less than 1/(1 − γ).
///
/// At γ = ½ a success counts ½ one trial later, and Beta(1.5, 1) is the greater of two with Beta(1, 1) with chance 1.5/2.5:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, DiscountedThompson, Per, Policy, Returned};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (DiscountedThompson::new(2, 0.5, Per::Trial), Beliefs::new(Beta::UNIFORM, 2));
/// beliefs.begin(1);
/// policy.learn(&beliefs, &Returned { edge: EdgeId::new(0), success: true, trial: 1, propensity: None });
/// beliefs.begin(2);
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// let first = (0..10_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0].index() == 0 }).count();
/// assert!(first.abs_diff(6_000) < 200);
/// ```
#[derive(Debug, Clone)]
pub struct DiscountedThompson {
    gamma: f64,
    per: Per,
    counts: Vec<(f64, f64)>,
    /// How often everything has faded.
    faded: u64,
    draws: Draws,
}

impl DiscountedThompson {
    /// For so many edges; `gamma` is the factor γ, in [0, 1].
    pub fn new(edges: usize, gamma: f64, per: Per) -> Self {
        Self { gamma, per, counts: vec![(0.0, 0.0); edges], faded: 0, draws: Draws::new(edges) }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<MakePolicy, Fault> {
        let gamma = keys.probability("gamma", None)?;
        let ways = [Per::Trial, Per::Pull, Per::Day { trials: setting.trials_per_day }];
        let per = ways[keys.word("per", 0, &["trial", "pull", "day"])?];
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, gamma, per))))
    }

    /// Lets everything fade that has to by this trial.
    fn fade(&mut self, trial: u64) {
        let due = match self.per {
            Per::Trial => trial,
            Per::Day { trials } => trial.saturating_sub(1) / trials,
            Per::Pull => return,
        };
        if due > self.faded {
            let factor = self.gamma.powf((due - self.faded) as f64);
            for (successes, failures) in &mut self.counts {
                *successes *= factor;
                *failures *= factor;
            }
            self.faded = due;
            if factor != 1.0 {
                self.draws.forget();
            }
        }
    }
}

impl Policy for DiscountedThompson {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        self.fade(beliefs.trial());
        let prior = beliefs.prior();
        let posteriors = || self.counts.iter().map(move |&counts| posterior::update(prior, counts));
        self.draws.choose(prior, posteriors, slots, rng);
    }

    fn learn(&mut self, beliefs: &Beliefs, returned: &Returned) {
        self.fade(beliefs.trial());
        let (successes, failures) = &mut self.counts[returned.edge.index()];
        if self.per == Per::Pull {
            *successes *= self.gamma;
            *failures *= self.gamma;
        }
        *(if returned.success { successes } else { failures }) += 1.0;
        self.draws.set(returned.edge, self.counts[returned.edge.index()]);
    }

    fn renew(&mut self, edge: EdgeId) {
        self.counts[edge.index()] = (0.0, 0.0);
        self.draws.set(edge, (0.0, 0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beta::Beta;
    use crate::seed::{Purpose, stream};

    /// Two edges: the first is learned to succeed at trial 2, to fail at trial 3, and then nothing until trial 6.
    fn counts(per: Per) -> Vec<(f64, f64)> {
        let mut policy = DiscountedThompson::new(2, 0.5, per);
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
        let rng = &mut stream(1, Purpose::Choice, &[]);
        for trial in 1..=6 {
            beliefs.begin(trial);
            if trial == 2 || trial == 3 {
                let edge = EdgeId::new(0);
                policy.learn(&beliefs, &Returned { edge, success: trial == 2, trial: trial - 1, propensity: None });
            }
            policy.choose(&beliefs, &mut [EdgeId::new(0)], rng);
        }
        policy.counts
    }

    #[test]
    fn feedback_fades_from_the_trial_it_is_learned_for() {
        assert_eq!(counts(Per::Trial), [(0.0625, 0.125), (0.0, 0.0)]);
        assert_eq!(counts(Per::Pull), [(0.5, 1.0), (0.0, 0.0)]);
        // Days begin with trials 1, 3 and 5.
        assert_eq!(counts(Per::Day { trials: 2 }), [(0.25, 0.5), (0.0, 0.0)]);
    }

    #[test]
    fn a_renewed_edge_starts_again() {
        let mut policy = DiscountedThompson::new(1, 0.5, Per::Pull);
        let edge = EdgeId::new(0);
        let beliefs = Beliefs::new(Beta::UNIFORM, 1);
        policy.learn(&beliefs, &Returned { edge, success: true, trial: 1, propensity: None });
        policy.renew(edge);
        assert_eq!(policy.counts, [(0.0, 0.0)]);
    }
}
