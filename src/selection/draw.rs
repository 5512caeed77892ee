//! One joint draw, and the edges that it puts first.

use std::cmp::Ordering;

use rand::{Rng, RngExt};

use crate::beta::Beta;

/// What one draw says of an edge. Draws are ordered by their logits, which do not tie where rates round to 0 or 1; those
/// that tie nevertheless are ordered at random.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::seed::{Purpose, stream};
/// use betadrift::selection::draw;
/// let almost_sure = Beta::new(1e9, 1e-3)?;
/// let draws = draw(&[almost_sure; 2], &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!((draws[0].rate(), draws[1].rate()), (1.0, 1.0));
/// assert_ne!(draws[0].logit, draws[1].logit); // where rates tie, logits do not
/// assert_eq!(draws[0] < draws[1], draws[0].logit < draws[1].logit);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// ln(θ/(1 − θ)) of the rate drawn.
    pub logit: f64,
    lot: u64,
}

impl Draw {
    /// A draw with its lot.
    pub(super) fn new(logit: f64, rng: &mut impl Rng) -> Self {
        Self { logit, lot: rng.random() }
    }

    /// The rate drawn, in [0, 1].
    pub fn rate(self) -> f64 {
        1.0 / (1.0 + (-self.logit).exp())
    }
}

impl PartialEq for Draw {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Draw {}

impl PartialOrd for Draw {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Draw {
    fn cmp(&self, other: &Self) -> Ordering {
        self.logit.total_cmp(&other.logit).then(self.lot.cmp(&other.lot))
    }
}

/// A rate for every edge, drawn from its posterior (Thompson 1933, doi:10.1093/biomet/25.3-4.285).
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::seed::{Purpose, stream};
/// use betadrift::selection::draw;
/// let draws = draw(&[Beta::new(1e6, 3e6)?, Beta::new(3e6, 1e6)?], &mut stream(1, Purpose::Choice, &[]));
/// assert!((draws[0].rate() - 0.25).abs() < 0.01 && (draws[1].rate() - 0.75).abs() < 0.01);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
pub fn draw(posteriors: &[Beta], rng: &mut impl Rng) -> Vec<Draw> {
    let one = |posterior: &Beta| Draw::new(posterior.draw_logit(rng), rng);
    posteriors.iter().map(one).collect()
}

/// The positions of the `k` greatest draws, the greatest first; of all if there are fewer.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::seed::{Purpose, stream};
/// use betadrift::selection::{draw, greatest};
/// let posteriors = [Beta::new(1.0, 1e6)?, Beta::new(1e6, 1.0)?, Beta::new(1e6, 1e6)?];
/// let draws = draw(&posteriors, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(greatest(&draws, 2), [1, 2]);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
pub fn greatest(draws: &[Draw], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..draws.len()).collect();
    order.sort_unstable_by(|&a, &b| draws[b].cmp(&draws[a]));
    order.truncate(k);
    order
}
