//! The exact chances with which Thompson sampling chose: P(best) of the moment.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::record::Event;
use super::scenario::Scenario;
use crate::beta::Beta;
use crate::decision::decide;
use crate::policy::Beliefs;

/// Plays that wait for their chances. Beliefs are integrated only where they have changed, many at a time in parallel.
#[derive(Debug, Default)]
pub(super) struct Propensities {
    /// Each play with the position of the beliefs it was chosen by.
    waiting: Vec<(Event, usize)>,
    beliefs: Vec<Vec<Beta>>,
    /// How often the beliefs had changed at the last of them.
    changes: u64,
}

impl Propensities {
    /// More edges would make a log slow to write, for chances that are mostly next to zero.
    const MAX_EDGES: usize = 50;
    const MAX_WAITING: usize = 1_024;

    /// `None` where the chance of a choice is not that of being the best edge.
    pub(super) fn of(scenario: &Scenario, policy: usize) -> Option<Self> {
        let edges = scenario.edges.len();
        let p_best = || scenario.policies[policy].recipe.make(edges).plays_p_best();
        (scenario.slots == 1 && edges <= Self::MAX_EDGES && p_best()).then(Self::default)
    }

    /// Takes a play, to be shown with its chance when enough have come.
    pub(super) fn add(&mut self, beliefs: &Beliefs, event: Event, show: &mut impl FnMut(Event)) {
        if self.beliefs.is_empty() || self.changes != beliefs.changes() {
            self.beliefs.push(beliefs.posteriors().to_vec());
            self.changes = beliefs.changes();
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
            let chance = p_best[at][event.place.index()];
            show(Event { propensity: (chance > 0.0).then_some(chance), ..event });
        }
        self.beliefs.clear();
    }
}
