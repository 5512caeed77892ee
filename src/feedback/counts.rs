//! Successes and failures.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use super::{Reward, Tally};

/// Successes and failures: the sufficient statistic of a Beta–Bernoulli posterior.
///
/// ```
/// use betadrift::feedback::{Counts, Reward};
/// let counts = Counts::whole(3, 2) + Counts::from(Reward::new(0.25).unwrap());
/// assert_eq!(counts.successes.to_f64(), 3.25);
/// assert_eq!(counts.failures.to_f64(), 2.75);
/// assert_eq!(counts.pulls(), 6.0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Σ r.
    pub successes: Tally,
    /// Σ (1 − r).
    pub failures: Tally,
}

impl Counts {
    /// Counts of whole numbers.
    pub const fn whole(successes: u64, failures: u64) -> Self {
        Self { successes: Tally::whole(successes), failures: Tally::whole(failures) }
    }

    /// Successes and failures together: the number of events.
    pub fn pulls(self) -> f64 {
        (self.successes + self.failures).to_f64()
    }
}

impl From<Reward> for Counts {
    fn from(reward: Reward) -> Self {
        Self { successes: reward.success(), failures: reward.failure() }
    }
}

impl Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { successes: self.successes + other.successes, failures: self.failures + other.failures }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}
