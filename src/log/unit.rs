//! Times that are numbers: seconds since 1970, or fractions of them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::civil::fraction;

/// What a number that is a time counts since 1970-01-01T00:00:00Z.
///
/// ```
/// use betadrift::log::TimeUnit;
/// let unit: TimeUnit = "ms".parse().unwrap();
/// assert_eq!(unit, TimeUnit::Milliseconds);
/// assert_eq!((unit.symbol(), unit.to_string()), ("ms", "milliseconds".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// 1.
    Seconds,
    /// 1e-3 seconds.
    Milliseconds,
    /// 1e-6 seconds.
    Microseconds,
    /// 1e-9 seconds.
    Nanoseconds,
}

/// Why a text is no unit of time.
///
/// ```
/// use betadrift::log::TimeUnit;
/// let error = "h".parse::<TimeUnit>().unwrap_err();
/// assert_eq!(error.to_string(), "`h` is not a unit of time; right are s, ms, us, ns");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a unit of time; right are s, ms, us, ns")]
pub struct TimeUnitError(String);

impl TimeUnit {
    /// The symbol by which it is read and written: s, ms, us or ns.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }

    /// The unit in which a number of that size is a time of our days: |t| < 1e11 seconds, < 1e14 milliseconds, < 1e17
    /// microseconds, else nanoseconds.
    pub(super) fn by_size(whole: u128) -> Self {
        match whole {
            0..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Microseconds,
            _ => Self::Nanoseconds,
        }
    }

    /// How many nanoseconds it is.
    pub(super) const fn nanoseconds(self) -> i64 {
        10i64.pow(self.digits() as u32)
    }

    /// How many decimal digits a nanosecond is below it.
    const fn digits(self) -> usize {
        match self {
            Self::Seconds => 9,
            Self::Milliseconds => 6,
            Self::Microseconds => 3,
            Self::Nanoseconds => 0,
        }
    }
}

impl FromStr for TimeUnit {
    type Err = TimeUnitError;

    fn from_str(text: &str) -> Result<Self, TimeUnitError> {
        match text {
            "s" => Ok(Self::Seconds),
            "ms" => Ok(Self::Milliseconds),
            "us" | "µs" => Ok(Self::Microseconds),
            "ns" => Ok(Self::Nanoseconds),
            _ => Err(TimeUnitError(text.to_owned())),
        }
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        })
    }
}

/// A decimal number `-12.5`, exact to nine digits after the point.
pub(super) struct Decimal {
    negative: bool,
    pub(super) whole: u128,
    /// 1e-9 of it.
    billionths: i64,
}

impl Decimal {
    #[cfg(feature = "parquet")]
    pub(super) fn whole(number: i128) -> Self {
        Self { negative: number < 0, whole: number.unsigned_abs(), billionths: 0 }
    }

    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
        if digits[..point].iter().all(u8::is_ascii_digit) && (1..=25).contains(&point) {
            let whole = digits[..point].iter().fold(0u128, |value, byte| value * 10 + u128::from(byte - b'0'));
            if digits[point..].len() <= 1 {
                return Some(Self { negative, whole, billionths: 0 });
            }
            if let (billionths, []) = fraction(&digits[point..])? {
                return Some(Self { negative, whole, billionths });
            }
        }
        Self::scientific(digits, negative)
    }

    /// `1.7e9`, which some writers of JSON make of large numbers.
    fn scientific(digits: &[u8], negative: bool) -> Option<Self> {
        if !digits.first()?.is_ascii_digit() {
            return None;
        }
        let value: f64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        if !(0.0..1e25).contains(&value) {
            return None;
        }
        Some(Self { negative, whole: value as u128, billionths: (value.fract() * 1e9).round_ties_even() as i64 })
    }

    pub(super) fn nanoseconds(&self, unit: TimeUnit) -> Option<i64> {
        let digits = unit.digits() as u32;
        let whole = i128::try_from(self.whole).ok()?.checked_mul(10i128.pow(digits))?;
        let fraction = i128::from(self.billionths) / 10i128.pow(9 - digits);
        let magnitude = i64::try_from(whole + fraction).ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }
}
