//! The reward of an event.

use std::str::FromStr;

use thiserror::Error;

use super::Tally;

/// The reward of one event: 1 accepted, 0 rejected, anything between a partial success.
///
/// ```
/// use betadrift::feedback::Reward;
/// assert_eq!("0.25".parse::<Reward>().unwrap().failure().to_f64(), 0.75);
/// assert!("1.5".parse::<Reward>().is_err());
/// let half = Reward::new(0.5).unwrap();
/// assert_eq!(half.square().to_f64(), 0.25);
/// assert_eq!(half.complement(), half);
/// assert_eq!(Reward::from_tally(half.success() + half.success()), Some(Reward::SUCCESS));
/// assert_eq!(Reward::SUCCESS.complement(), Reward::FAILURE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reward(Tally);

/// Why a number is not a reward.
///
/// ```
/// use betadrift::feedback::Reward;
/// let error = Reward::new(1.5).unwrap_err();
/// assert_eq!(error.to_string(), "a reward must be a number in [0, 1]");
/// assert!(Reward::new(f64::NAN).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a reward must be a number in [0, 1]")]
pub struct RewardError;

impl Reward {
    /// A rejected answer, 0.
    pub const FAILURE: Self = Self(Tally::ZERO);
    /// An accepted answer, 1.
    pub const SUCCESS: Self = Self(Tally::ONE);

    /// A reward from a number in [0, 1].
    ///
    /// # Errors
    /// [`RewardError`] outside [0, 1] and for NaN.
    pub fn new(reward: f64) -> Result<Self, RewardError> {
        Tally::from_f64(reward).filter(|&tally| tally <= Tally::ONE).map(Self).ok_or(RewardError)
    }

    /// A reward from an exact number; `None` above 1.
    pub fn from_tally(tally: Tally) -> Option<Self> {
        (tally <= Tally::ONE).then_some(Self(tally))
    }

    /// What the event adds to the successes, r.
    pub fn success(self) -> Tally {
        self.0
    }

    /// What the event adds to the failures, 1 − r.
    pub fn failure(self) -> Tally {
        Tally::ONE.checked_sub(self.0).expect("valid by construction: a reward is at most 1")
    }

    /// r², rounded to a tally: exact for 0, 1, and multiples of 2⁻²⁶.
    pub fn square(self) -> Tally {
        let reward = self.0.to_f64();
        Tally::from_f64(reward * reward).expect("valid by construction: a reward is at most 1")
    }

    /// The reward 1 − r.
    pub fn complement(self) -> Self {
        Self(self.failure())
    }
}

impl FromStr for Reward {
    type Err = RewardError;

    fn from_str(text: &str) -> Result<Self, RewardError> {
        text.parse::<Tally>().ok().filter(|&tally| tally <= Tally::ONE).map(Self).ok_or(RewardError)
    }
}
