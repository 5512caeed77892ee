//! Thompson sampling: each edge is played with the probability that it is the best.

use std::sync::Arc;

use super::draws::Draws;
use super::{Beliefs, MakePolicy, Policy, Returned, Setting, select};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Draws a rate for every edge from its posterior and plays the greatest (Thompson 1933, doi:10.1093/biomet/25.3-4.285), by
/// [`Chooser`](crate::selection::Chooser), at a cost that does not grow with the number of edges.
///
/// With several slots, the edges of the greatest draws of one joint draw (Komiyama, Honda & Nakagawa 2015,
/// arXiv:1506.00779).
///
/// With one success, Beta(2, 1) is the greater of two with Beta(1, 1) in two of three draws, ∫ x · 2x dx = 2/3:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, Thompson};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (Thompson::new(2), Beliefs::new(Beta::UNIFORM, 2));
/// beliefs.observe(EdgeId::new(0), true);
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// let mut plays = [0_u32; 2];
/// for _ in 0..9_000 {
///     policy.choose(&beliefs, &mut slots, rng);
///     plays[slots[0].index()] += 1;
/// }
/// assert!(policy.plays_p_best() && plays[0].abs_diff(6_000) < 180);
/// ```
#[derive(Debug, Clone)]
pub struct Thompson {
    draws: Draws,
    /// The changes of the beliefs that the draws know of.
    changes: u64,
}

impl Thompson {
    /// For so many edges.
    pub fn new(edges: usize) -> Self {
        Self { draws: Draws::new(edges), changes: 0 }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let every_draw = keys.get::<bool>("every_draw")?.is_some_and(|every_draw| every_draw.into_inner());
        if every_draw {
            return Ok(Arc::new(|edges| Box::new(EveryDraw { draws: vec![0.0; edges] })));
        }
        Ok(Arc::new(|edges| Box::new(Self::new(edges))))
    }
}

/// The same law by a draw from every posterior in each trial: slower, and what logs of earlier versions were made with.
#[derive(Debug, Clone)]
struct EveryDraw {
    draws: Vec<f64>,
}

impl Policy for EveryDraw {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        for (draw, posterior) in self.draws.iter_mut().zip(beliefs.posteriors()) {
            *draw = posterior.draw_logit(rng);
        }
        select::greatest(&mut self.draws, slots, rng);
    }

    fn plays_p_best(&self) -> bool {
        true
    }
}

impl Policy for Thompson {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        if self.changes != beliefs.changes() {
            // Something changed that it was not told of.
            self.draws.forget();
            self.changes = beliefs.changes();
        }
        self.draws.choose(beliefs.prior(), || beliefs.posteriors().iter().copied(), slots, rng);
    }

    fn learn(&mut self, beliefs: &Beliefs, returned: &Returned) {
        self.changes += 1;
        let (successes, failures) = beliefs.counts(returned.edge);
        self.draws.set(returned.edge, (successes as f64, failures as f64));
    }

    fn renew(&mut self, edge: EdgeId) {
        self.changes += 1;
        self.draws.set(edge, (0.0, 0.0));
    }

    fn plays_p_best(&self) -> bool {
        true
    }
}
