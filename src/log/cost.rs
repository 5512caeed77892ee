//! Costs, where a learner that makes them small writes them instead of rewards.

use super::escape::Shown;
use super::fault::Problem;
use crate::feedback::Reward;

/// What a cost c says of the reward r.
///
/// ```
/// use betadrift::log::Cost;
/// assert_eq!(Cost::NegativeReward.reward(b"-0.25").unwrap().success().to_f64(), 0.25);
/// assert_eq!(Cost::OneMinusReward.reward(b"0.25").unwrap().success().to_f64(), 0.75);
/// assert!(Cost::NegativeReward.reward(b"0.25").is_err());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cost {
    /// c = −r, so that it lies in [−1, 0]; the convention of Vowpal Wabbit.
    #[default]
    NegativeReward,
    /// c = 1 − r, so that it lies in [0, 1].
    OneMinusReward,
}

impl Cost {
    /// The reward behind a cost, blanks around it aside.
    ///
    /// # Errors
    /// [`Problem`] if it is missing or no cost of this kind.
    pub fn reward(self, value: &[u8]) -> Result<Reward, Problem> {
        let value = value.trim_ascii();
        let text = std::str::from_utf8(value).unwrap_or_default();
        let reward: Option<Reward> = match (self, text.strip_prefix('-').filter(|rest| !rest.starts_with('+'))) {
            _ if value.is_empty() => return Err(Problem::NoReward),
            (Self::NegativeReward, Some(reward)) => reward.parse().ok(),
            // A cost that is not negative can only be 0, which is its own reward.
            (Self::NegativeReward, None) => text.parse().ok().filter(|&cost| cost == Reward::FAILURE),
            (Self::OneMinusReward, Some(zero)) => {
                zero.parse().ok().filter(|&cost| cost == Reward::FAILURE).map(Reward::complement)
            }
            (Self::OneMinusReward, None) => text.parse().ok().map(Reward::complement),
        };
        reward.ok_or_else(|| match self {
            Self::NegativeReward => Problem::NotANegativeReward(Shown::new(value)),
            Self::OneMinusReward => Problem::NotOneMinusReward(Shown::new(value)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_exact_and_bounded() {
        let negative =
            |text: &str| Cost::NegativeReward.reward(text.as_bytes()).map(|reward| reward.success().to_string());
        assert_eq!(negative("-0.3").unwrap(), "0.3".parse::<Reward>().unwrap().success().to_string());
        assert_eq!([negative("-1"), negative("-1.0"), negative(" -1e0 ")].map(Result::unwrap), ["1", "1", "1"]);
        assert_eq!([negative("0"), negative("-0.0"), negative("0.0")].map(Result::unwrap), ["0", "0", "0"]);
        for wrong in ["0.1", "-1.1", "--1", "-+1", "NaN", "-nan", "-inf", "x", "-", ""] {
            assert!(negative(wrong).is_err(), "{wrong}");
        }
        let minus = |text: &str| Cost::OneMinusReward.reward(text.as_bytes()).map(|reward| reward.success().to_f64());
        assert_eq!([minus("0"), minus("-0.0"), minus("1"), minus("0.75")].map(Result::unwrap), [1.0, 1.0, 0.0, 0.25]);
        for wrong in ["-0.1", "1.1", "NaN", ""] {
            assert!(minus(wrong).is_err(), "{wrong}");
        }
    }
}
