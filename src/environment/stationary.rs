//! A world that stands still.

use super::Environment;
use crate::seed::Stream;

/// Rates that never change.
#[derive(Debug, Clone, PartialEq)]
pub struct Stationary {
    rates: Vec<f64>,
}

impl Stationary {
    /// With these rates, by edge index.
    pub fn new(rates: Vec<f64>) -> Self {
        Self { rates }
    }
}

impl Environment for Stationary {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, _trial: u64, _rng: &mut Stream) -> bool {
        false
    }
}
