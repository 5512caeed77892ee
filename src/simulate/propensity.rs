//! The exact chances with which Thompson sampling chose: P(best) of the moment.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::record::Event;
use super::scenario::Scenario;
use crate::beta::Beta;
use crate::decision::decide;
use crate::policy::{Beliefs, PolicyKind};

/// Plays that wait for their chances. Beliefs are integrated only where they have changed, many at a time in parallel.
#[derive(Debug, Default)]
pub(super) struct Propensities {
    /// Each play with the position of the beliefs it was chosen by.
    waiting: Vec<(Event, usize)>,
    beliefs: Vec<Vec<Beta>>,
    /// The feedback that the last of the beliefs had seen.
    observed: u64,
}

impl Propensities {
    /// More edges would make a log slow to write, for chances that are mostly next to zero.
    const MAX_EDGES: usize = 50;
    const MAX_WAITING: usize = 1_024;

    /// `None` where the chance of a choice is not that of being the best edge.
    pub(super) fn of(scenario: &Scenario, policy: usize) -> Option<Self> {
        let thompson = scenario.policies[policy].kind == PolicyKind::Thompson;
        (thompson && scenario.slots == 1 && scenario.edges.len() <= Self::MAX_EDGES).then(Self::default)
    }

    /// Takes a play, to be shown with its chance when enough have come.
    pub(super) fn add(&mut self, beliefs: &Beliefs, event: Event, show: &mut impl FnMut(Event)) {
        if self.beliefs.is_empty() || self.observed != beliefs.observed() {
            self.beliefs.push(beliefs.posteriors().to_vec());
            self.observed = beliefs.observed();
        }
        self.waiting.push((event, self.beliefs.len() - 1));
        if self.waiting.len() == Self::MAX_WAITING {
            self.flush(show);
        }
    }

    /// Shows every play that waits, in order. A chance too small to be computed is not known.
    pub(super) fn flush(&mut self, show: &mut impl FnMut(Event)) {
        let p_best: Vec<Vec<f64>> = self.beliefs.par_iter().map(|posteriors| decide(posteriors).p_best).collect();
        for (event, at) in self.waiting.drain(..) {
            let chance = p_best[at][event.edge.index()];
            show(Event { propensity: (chance > 0.0).then_some(chance), ..event });
        }
        self.beliefs.clear();
    }
}
