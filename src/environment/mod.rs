//! Environments: what is true of the edges, and how it changes. One file each.

mod abrupt;
mod delay;
mod drifting;
mod stationary;

pub use abrupt::{Abrupt, Change};
pub use delay::{Delay, DelayError};
pub use drifting::Drifting;
pub use stationary::Stationary;

use crate::seed::Stream;

/// A world of edges with success rates that may change from trial to trial, whatever is played.
pub trait Environment {
    /// The success rate of each edge in the present trial, by edge index.
    fn rates(&self) -> &[f64];

    /// Moves on to a trial, the next after the one before (0 first); whether any rate is another now.
    fn advance(&mut self, trial: u64, rng: &mut Stream) -> bool;
}
