//! The engine of a run: what it believes, how it chooses, and which feedback it waits for.

use super::credit::Credit;
use super::inbox::{Inbox, Letter};
use super::scenario::Scenario;
use super::witness::Witness;
use crate::environment::Answer;
use crate::feedback::EdgeId;
use crate::policy::{Beliefs, Policy};
use crate::seed::Stream;

/// The engine of a run. It knows places, each held by one edge at a time.
pub(super) struct Engine {
    pub(super) beliefs: Beliefs,
    pub(super) policy: Box<dyn Policy>,
    pub(super) inbox: Inbox,
    credit: Credit,
    /// The edge of each place, as names count them.
    holders: Vec<EdgeId>,
    /// Edges there have been.
    edges: usize,
}

impl Engine {
    pub(super) fn new(scenario: &Scenario, policy: usize) -> Self {
        let edges = scenario.edges.len();
        Self {
            beliefs: Beliefs::new(scenario.prior, edges),
            policy: scenario.policies[policy].recipe.make(edges),
            inbox: Inbox::default(),
            credit: Credit::new(scenario.credit, &scenario.clicks, edges),
            holders: (0..edges).map(EdgeId::new).collect(),
            edges,
        }
    }

    /// The edge that holds a place.
    pub(super) fn holder(&self, place: EdgeId) -> EdgeId {
        self.holders[place.index()]
    }

    /// How many edges there have been.
    pub(super) fn edges(&self) -> usize {
        self.edges
    }

    /// Gives a place to a new edge, of which nothing is known.
    pub(super) fn renew(&mut self, place: EdgeId, witness: &mut impl Witness) {
        witness.retire(self.holder(place), self.beliefs.counts(place));
        self.beliefs.renew(place);
        self.policy.renew(place);
        self.credit.renew(place);
        self.holders[place.index()] = EdgeId::new(self.edges);
        self.edges += 1;
    }

    /// Fills the slots of a trial.
    pub(super) fn choose(&mut self, slots: &mut [EdgeId], rng: &mut Stream) {
        self.policy.choose(&self.beliefs, slots, rng);
    }

    /// Notes that a place is served where it is examined with this chance; whether the play is due (see [`Credit`]).
    pub(super) fn serve(&mut self, place: EdgeId, examination: f64) -> bool {
        self.credit.serve(place, examination)
    }

    /// What an answer counts for.
    pub(super) fn counts_for(&self, answer: Answer, due: bool) -> Option<bool> {
        self.credit.counts_for(answer, due)
    }

    /// Learns of everything that has arrived by `now`. What was said of an edge that has retired does not reach its successor.
    pub(super) fn learn(&mut self, now: u64, witness: &mut impl Witness) {
        while let Some(Letter { edge, due, returned }) = self.inbox.next(now) {
            if self.holder(returned.edge) != edge {
                witness.late(edge, returned.success);
                continue;
            }
            if returned.success {
                self.credit.click(returned.edge, due);
            }
            self.beliefs.observe(returned.edge, returned.success);
            self.policy.learn(&self.beliefs, &returned);
        }
    }
}
