//! Thompson choices from posteriors that change edge by edge.

use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::posterior;
use crate::seed::Stream;
use crate::selection::Chooser;

/// A chooser that is told of every change, and shown all posteriors only where they changed at once.
#[derive(Debug, Clone)]
pub(super) struct Draws {
    chooser: Chooser,
    /// The prior of the posteriors it knows; `None` if it does not know them.
    prior: Option<Beta>,
}

impl Draws {
    pub(super) fn new(edges: usize) -> Self {
        Self { chooser: Chooser::new(&vec![Beta::UNIFORM; edges]), prior: None }
    }

    /// Learns the counts of one edge.
    pub(super) fn set(&mut self, edge: EdgeId, counts: (f64, f64)) {
        if let Some(prior) = self.prior {
            self.chooser.set(edge.index(), posterior::update(prior, counts));
        }
    }

    /// Learns that it knows no posterior any more.
    pub(super) fn forget(&mut self) {
        self.prior = None;
    }

    /// Fills the slots with the edges of the greatest of one joint draw. Posteriors are asked for if they are not known under
    /// this prior.
    pub(super) fn choose<P: ExactSizeIterator<Item = Beta>>(
        &mut self,
        prior: Beta,
        posteriors: impl FnOnce() -> P,
        slots: &mut [EdgeId],
        rng: &mut Stream,
    ) {
        if self.prior != Some(prior) {
            self.chooser.set_all(posteriors());
            self.prior = Some(prior);
        }
        if let [slot] = slots {
            if let Some(edge) = self.chooser.choose(rng) {
                *slot = EdgeId::new(edge);
            }
            return;
        }
        let chosen = self.chooser.choose_k(slots.len(), rng);
        for (slot, &edge) in slots.iter_mut().zip(chosen) {
            *slot = EdgeId::new(edge);
        }
    }
}
