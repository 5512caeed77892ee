//! Thompson sampling: each edge is played with the probability that it is the best.

use std::sync::Arc;

use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Draws a rate for every edge from its posterior and plays the greatest (Thompson 1933, doi:10.1093/biomet/25.3-4.285).
///
/// With several slots, the edges of the greatest draws of one joint draw (Komiyama, Honda & Nakagawa 2015,
/// arXiv:1506.00779).
#[derive(Debug, Clone)]
pub struct Thompson {
    draws: Vec<f64>,
}

impl Thompson {
    /// For so many edges.
    pub fn new(edges: usize) -> Self {
        Self { draws: vec![0.0; edges] }
    }

    /// Chooses by a draw from each of these posteriors, by edge index.
    pub(super) fn choose_by(&mut self, posteriors: impl Iterator<Item = Beta>, slots: &mut [EdgeId], rng: &mut Stream) {
        for (draw, posterior) in self.draws.iter_mut().zip(posteriors) {
            *draw = posterior.draw_logit(rng);
        }
        select::greatest(&mut self.draws, slots, rng);
    }

    pub(super) fn read(_: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        Ok(Arc::new(|edges| Box::new(Self::new(edges))))
    }
}

impl Policy for Thompson {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        self.choose_by(beliefs.posteriors().iter().copied(), slots, rng);
    }

    fn plays_p_best(&self) -> bool {
        true
    }
}
