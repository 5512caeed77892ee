//! Sliding-window Thompson sampling: feedback is forgotten after some trials.

use std::collections::VecDeque;
use std::sync::Arc;

use super::draws::Draws;
use super::{Beliefs, MakePolicy, Policy, Returned, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::posterior;
use crate::seed::Stream;

/// [`Thompson`](super::Thompson) sampling from the posteriors of the feedback of the last `window` trials alone (Trovò, Paladino, Restelli &
/// Gatti 2020, doi:10.1613/jair.1.11407). An edge without feedback in the window is back at the prior.
///
/// Feedback is as old as it is known: what is learned for trial s counts in the trials s to s + window − 1, however late it
/// was. It costs memory for the feedback of a window.
///
/// A success of trial 1 counts up to trial 10, and Beta(2, 1) is the greater of two with Beta(1, 1) with chance 2/3; from
/// trial 11 on both are alike:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, Returned, SlidingWindowThompson};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (SlidingWindowThompson::new(2, 10), Beliefs::new(Beta::UNIFORM, 2));
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// beliefs.begin(1);
/// policy.learn(&beliefs, &Returned { edge: EdgeId::new(0), success: true, trial: 1, propensity: None });
/// for (trial, expected) in [(10, 6_000), (11, 4_500)] {
///     beliefs.begin(trial);
///     let first = (0..9_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0].index() == 0 }).count();
///     assert!(first.abs_diff(expected) < 190);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct SlidingWindowThompson {
    window: u64,
    counts: Vec<(u64, u64)>,
    /// The trial for which it was learned, edge and success, the oldest in front.
    recent: VecDeque<(u64, EdgeId, bool)>,
    draws: Draws,
}

impl SlidingWindowThompson {
    /// For so many edges; `window` is in trials, at least 1.
    pub fn new(edges: usize, window: u64) -> Self {
        Self { window, counts: vec![(0, 0); edges], recent: VecDeque::new(), draws: Draws::new(edges) }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let window = keys.whole("window", None, 1..=i64::MAX, "a number of trials, 1 or more")? as u64;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, window))))
    }

    /// Changes the counts of an edge.
    fn count(&mut self, edge: EdgeId, success: bool, change: impl Fn(u64) -> u64) {
        let (successes, failures) = &mut self.counts[edge.index()];
        let count = if success { &mut *successes } else { &mut *failures };
        *count = change(*count);
        self.draws.set(edge, (*successes as f64, *failures as f64));
    }
}

impl Policy for SlidingWindowThompson {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        while let Some(&(learned, edge, success)) = self.recent.front()
            && beliefs.trial() - learned >= self.window
        {
            self.count(edge, success, |count| count - 1);
            self.recent.pop_front();
        }
        let prior = beliefs.prior();
        let posterior =
            move |&(successes, failures): &(u64, u64)| posterior::update(prior, (successes as f64, failures as f64));
        self.draws.choose(prior, || self.counts.iter().map(posterior), slots, rng);
    }

    fn learn(&mut self, beliefs: &Beliefs, returned: &Returned) {
        self.count(returned.edge, returned.success, |count| count + 1);
        self.recent.push_back((beliefs.trial(), returned.edge, returned.success));
    }

    fn renew(&mut self, edge: EdgeId) {
        self.counts[edge.index()] = (0, 0);
        self.draws.set(edge, (0.0, 0.0));
        self.recent.retain(|&(_, of, _)| of != edge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beta::Beta;
    use crate::seed::{Purpose, stream};

    /// Plays trials that each learn a success of the edges in turn, and returns the counts after each.
    fn counts(window: u64, trials: u64, renewed: Option<u64>) -> Vec<Vec<(u64, u64)>> {
        let mut policy = SlidingWindowThompson::new(2, window);
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
        let rng = &mut stream(1, Purpose::Choice, &[]);
        let trial = |trial| {
            beliefs.begin(trial);
            let edge = EdgeId::new(trial as usize % 2);
            policy.learn(&beliefs, &Returned { edge, success: true, trial, propensity: None });
            if renewed == Some(trial) {
                policy.renew(edge);
            }
            policy.choose(&beliefs, &mut [EdgeId::new(0)], rng);
            policy.counts.clone()
        };
        (1..=trials).map(trial).collect()
    }

    #[test]
    fn only_the_window_counts() {
        let path = counts(3, 5, None);
        assert_eq!(path[1], [(1, 0), (1, 0)]);
        assert_eq!(path[2..], [[(1, 0), (2, 0)], [(2, 0), (1, 0)], [(1, 0), (2, 0)]]);
        assert_eq!(counts(1, 2, None)[1], [(1, 0), (0, 0)]);
    }

    #[test]
    fn what_was_renewed_is_not_forgotten_twice() {
        assert_eq!(counts(3, 6, Some(3)).last().unwrap(), &[(2, 0), (1, 0)]);
    }
}
