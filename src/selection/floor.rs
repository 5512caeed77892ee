//! A floor under the chance of every edge.

use rand::seq::index;
use rand::{Rng, RngExt};
use thiserror::Error;

/// A mixture that gives every edge at least a given chance: with probability λ = F·n/k, `k` of the `n` edges are chosen
/// uniformly at random, and else those of the greatest draws.
///
/// A uniform choice takes each edge with probability k/n, so that the chance of an edge is λ·k/n + (1 − λ)·p =
/// F + (1 − F·n/k)·p, p its chance without a floor; for k = 1, F + (1 − n·F)·p. The floor is added on the simplex of all
/// chances, which still sum to k; to raise small chances alone (a clip) would take from the others by an unknown rule.
///
/// ```
/// use betadrift::selection::Floor;
/// let floor = Floor::new(0.05, 4, 1).unwrap();
/// assert_eq!(floor.chance_of_uniform(), 0.2);
/// assert!((floor.propensity(0.9) - (0.05 + 0.8 * 0.9)).abs() < 1e-15);
/// assert_eq!(Floor::new(0.3, 4, 1).unwrap_err().to_string(), "a floor of 0.3 is above 1 / 4 = 0.25, the chance of each edge if all are alike");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    floor: f64,
    edges: usize,
    slots: usize,
}

/// Why a floor cannot be had.
///
/// ```
/// use betadrift::selection::{Floor, FloorError};
/// assert_eq!(Floor::new(1.5, 4, 1), Err(FloorError::NotAProbability(1.5)));
/// assert_eq!(Floor::new(0.5, 4, 1), Err(FloorError::TooHigh { floor: 0.5, edges: 4, slots: 1 }));
/// assert!(Floor::new(0.5, 4, 2).is_ok()); // two of four have a chance of ½ each
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum FloorError {
    /// Not a probability.
    #[error("a floor is a probability, and {0} is none")]
    NotAProbability(f64),
    /// More than all edges can have.
    #[error("a floor of {floor} is above {slots} / {edges} = {}, the chance of each edge if all are alike", *slots as f64 / *edges as f64)]
    TooHigh {
        /// The floor.
        floor: f64,
        /// Edges that may be chosen.
        edges: usize,
        /// Edges that are chosen.
        slots: usize,
    },
}

impl Floor {
    /// A floor under the chances of `edges` edges, of which `slots` are chosen.
    ///
    /// # Errors
    /// [`FloorError`] unless 0 ≤ floor ≤ slots/edges.
    pub fn new(floor: f64, edges: usize, slots: usize) -> Result<Self, FloorError> {
        if !(0.0..=1.0).contains(&floor) {
            return Err(FloorError::NotAProbability(floor));
        }
        if floor * edges as f64 > slots as f64 {
            return Err(FloorError::TooHigh { floor, edges, slots });
        }
        Ok(Self { floor, edges, slots })
    }

    /// λ, the probability of a uniform choice.
    pub fn chance_of_uniform(self) -> f64 {
        if self.slots == 0 { 0.0 } else { (self.floor * self.edges as f64 / self.slots as f64).min(1.0) }
    }

    /// The chance of an edge whose chance without a floor is `p`.
    pub fn propensity(self, p: f64) -> f64 {
        (self.floor + (1.0 - self.chance_of_uniform()) * p).min(1.0)
    }

    /// Positions chosen uniformly, in random order, if chance so decides; `None` if the draws are to decide.
    ///
    /// ```
    /// use betadrift::seed::{Purpose, stream};
    /// use betadrift::selection::Floor;
    /// let rng = &mut stream(1, Purpose::Choice, &[]);
    /// assert_eq!(Floor::new(0.0, 3, 2)?.uniform(rng), None); // the draws decide
    /// let mut chosen = Floor::new(1.0, 3, 3)?.uniform(rng).unwrap();
    /// chosen.sort();
    /// assert_eq!(chosen, [0, 1, 2]);
    /// # Ok::<(), betadrift::selection::FloorError>(())
    /// ```
    pub fn uniform(self, rng: &mut impl Rng) -> Option<Vec<usize>> {
        let explores = rng.random::<f64>() < self.chance_of_uniform();
        explores.then(|| index::sample(rng, self.edges, self.slots.min(self.edges)).into_vec())
    }
}
