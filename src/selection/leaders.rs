//! The greatest of draws that come one by one.

use std::cmp::Reverse;

use rand::Rng;

use super::Draw;

/// The `k` greatest draws so far. Equal ones come first with equal chances.
#[derive(Debug, Clone)]
pub(super) struct Leaders {
    k: usize,
    /// All that may be among the k greatest, in no order; fewer than 2k.
    draws: Vec<(Draw, u32)>,
    /// The least of the k greatest when there were last so many; −∞ before.
    floor: f64,
}

impl Leaders {
    pub(super) fn new() -> Self {
        Self { k: 0, draws: Vec::new(), floor: f64::NEG_INFINITY }
    }

    /// Begins anew.
    pub(super) fn start(&mut self, k: usize) {
        (self.k, self.floor) = (k, f64::NEG_INFINITY);
        self.draws.clear();
    }

    /// A draw below this is not among the k greatest.
    pub(super) fn floor(&self) -> f64 {
        self.floor
    }

    pub(super) fn push(&mut self, logit: f64, edge: u32, rng: &mut impl Rng) {
        if logit < self.floor {
            return;
        }
        let draw = Draw::new(logit, rng);
        if self.k == 1 {
            match self.draws.first_mut() {
                Some(best) if best.0 < draw => *best = (draw, edge),
                Some(_) => return,
                None => self.draws.push((draw, edge)),
            }
            self.floor = logit;
            return;
        }
        self.draws.push((draw, edge));
        if self.draws.len() == 2 * self.k {
            self.cut();
        }
    }

    /// Keeps the k greatest, if there are so many.
    pub(super) fn cut(&mut self) {
        if self.k > 0 && self.draws.len() >= self.k {
            self.draws.select_nth_unstable_by(self.k - 1, |a, b| b.0.cmp(&a.0));
            self.draws.truncate(self.k);
            self.floor = self.draws[self.k - 1].0.logit;
        }
    }

    /// Puts the greatest first and keeps no more than k.
    pub(super) fn sort(&mut self) {
        self.cut();
        self.draws.sort_unstable_by_key(|&(draw, _)| Reverse(draw));
    }

    /// What there is, with what was drawn.
    pub(super) fn draws(&self) -> &[(Draw, u32)] {
        &self.draws
    }
}
