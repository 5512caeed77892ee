//! A world that stands still.

use std::sync::Arc;

use super::{Environment, MakeEnvironment, Setting};
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Rates that never change.
///
/// ```
/// use betadrift::environment::{Environment, Stationary};
/// use betadrift::seed::{Purpose, stream};
/// let mut world = Stationary::new(vec![0.1, 0.9]);
/// assert!(world.stands_still() && !world.advance(1, &mut stream(1, Purpose::World, &[])));
/// assert_eq!(world.rates(), [0.1, 0.9]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stationary {
    rates: Vec<f64>,
}

impl Stationary {
    /// With these rates, by edge index.
    pub fn new(rates: Vec<f64>) -> Self {
        Self { rates }
    }

    pub(super) fn read(_: &mut Keys<'_>, _: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        Ok(Arc::new(|rates| Box::new(Self::new(rates))))
    }
}

impl Environment for Stationary {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, _trial: u64, _rng: &mut Stream) -> bool {
        false
    }

    fn stands_still(&self) -> bool {
        true
    }
}
