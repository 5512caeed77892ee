//! Durations: how long after an exposure an outcome is still put down to it, and until when feedback is not mature.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A duration from one second to 3660 days.
///
/// ```
/// use betadrift::replay::Window;
/// let week: Window = "7d".parse().unwrap();
/// assert_eq!("168h".parse(), Ok(week));
/// assert_eq!(week.to_string(), "7d");
/// assert!("7".parse::<Window>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    seconds: i64,
}

/// Why a text is no such duration.
///
/// ```
/// use betadrift::replay::Window;
/// let error = "4000d".parse::<Window>().unwrap_err();
/// assert_eq!(error.to_string(), "`4000d` is not a duration from 1s to 3660d; write it as 7d, 36h, 90m or 30s");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a duration from 1s to 3660d; write it as 7d, 36h, 90m or 30s")]
pub struct WindowError(String);

/// Units, the greatest first, with how many seconds they have. A day has 24 hours, whatever the clocks do.
const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

impl Window {
    /// In days of 24 hours, rounded up.
    pub(super) const fn whole_days(self) -> i32 {
        // At most 3660.
        (self.seconds as u64).div_ceil(86_400) as i32
    }

    /// In nanoseconds.
    pub(super) const fn nanoseconds(self) -> i64 {
        self.seconds * 1_000_000_000
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let read = || {
            let (unit, seconds) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
            let digits = text.strip_suffix(unit)?;
            // A sign or a blank would be read by `parse`, too.
            let count: i64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
            let seconds = count.checked_mul(*seconds)?;
            (1..=3660 * 86_400).contains(&seconds).then_some(Self { seconds })
        };
        read().ok_or_else(|| WindowError(text.to_owned()))
    }
}

impl fmt::Display for Window {
    /// In the greatest unit in which it is whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, seconds): &&(&str, i64)| self.seconds % seconds == 0;
        let (unit, seconds) = UNITS.iter().find(whole).expect("valid by construction: seconds are whole");
        write!(f, "{}{unit}", self.seconds / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_whole_number_of_one_unit() {
        for (text, shown) in [("7d", "7d"), ("36h", "36h"), ("90m", "90m"), ("120m", "2h"), ("30s", "30s")] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), shown);
        }
        for wrong in ["", "d", "0d", "-1d", "+1d", "1.5d", "7 d", "7", "7w", "3661d", "99999999999999999999s", "７d"] {
            assert_eq!(wrong.parse::<Window>(), Err(WindowError(wrong.to_owned())), "{wrong}");
        }
    }
}
