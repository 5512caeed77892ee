//! Uniform: every edge alike, whatever is known.

use std::sync::Arc;

use rand::RngExt;

use super::{Beliefs, MakePolicy, Policy, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays edges uniformly at random without looking: the log that answers every later question equally well, at full cost.
///
/// An edge that never succeeded is played in a third of the trials all the same:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, Uniform};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (Uniform::new(3), Beliefs::new(Beta::UNIFORM, 3));
/// (0..100).for_each(|_| beliefs.observe(EdgeId::new(0), false));
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// let first = (0..9_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0].index() == 0 }).count();
/// assert!(first.abs_diff(3_000) < 180);
/// ```
#[derive(Debug, Clone)]
pub struct Uniform {
    deck: Vec<EdgeId>,
}

impl Uniform {
    /// For so many edges.
    pub fn new(edges: usize) -> Self {
        Self { deck: (0..edges).map(EdgeId::new).collect() }
    }

    pub(super) fn read(_: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        Ok(Arc::new(|edges| Box::new(Self::new(edges))))
    }
}

impl Policy for Uniform {
    /// The first steps of a Fisher–Yates shuffle; a shuffled deck is as good to start from as a sorted one.
    fn choose(&mut self, _beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        for (filled, slot) in slots.iter_mut().enumerate() {
            let other = rng.random_range(filled..self.deck.len());
            self.deck.swap(filled, other);
            *slot = self.deck[filled];
        }
    }
}
