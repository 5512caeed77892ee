//! Calendar days.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar day, as the number of days since 1970-01-01. One beyond the years −9999 to 9999 is written as the nearest day of them.
///
/// ```
/// use betadrift::feedback::Day;
/// let day: Day = "2026-01-31".parse().unwrap();
/// assert_eq!((day + 1).to_string(), "2026-02-01");
/// assert_eq!(day - Day::from_days(0), 20_484);
/// assert_eq!(day.days(), 20_484);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day `days` after 1970-01-01 (before it, when negative).
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }
}

/// Why a text is not a calendar day.
///
/// ```
/// use betadrift::feedback::Day;
/// let error = "31.01.2026".parse::<Day>().unwrap_err();
/// assert_eq!(error.to_string(), "`31.01.2026` is not a day; write it as 2026-01-31");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a day; write it as 2026-01-31")]
pub struct DayError(String);

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        // jiff also reads `2026-01-31T10:00` as a date; a day is exactly YYYY-MM-DD here.
        let date: jiff::civil::Date =
            (text.len() == 10).then(|| text.parse().ok()).flatten().ok_or_else(|| DayError(text.to_owned()))?;
        Ok(Self::from(date))
    }
}

impl From<jiff::civil::Date> for Day {
    fn from(date: jiff::civil::Date) -> Self {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        Self(epoch.until(date).expect("a civil date is within range").get_days())
    }
}

impl From<Day> for jiff::civil::Date {
    fn from(day: Day) -> Self {
        use jiff::ToSpan;
        let days = day.0.clamp(Day::from(Self::MIN).0, Day::from(Self::MAX).0);
        Self::constant(1970, 1, 1).saturating_add(i64::from(days).days())
    }
}

impl Add<i32> for Day {
    type Output = Self;
    fn add(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl Sub for Day {
    type Output = i32;
    fn sub(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        jiff::civil::Date::from(*self).fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_civil_date() {
        assert_eq!("1969-12-31".parse::<Day>(), Ok(Day::from_days(-1)));
        assert_eq!(Day::from_days(0).to_string(), "1970-01-01");
        assert!("2026-02-30".parse::<Day>().is_err());
        assert!("2026-01-01T00".parse::<Day>().is_err());
    }

    #[test]
    fn a_day_beyond_the_calendar_is_written_as_its_end() {
        let [first, last] = [i32::MIN, i32::MAX].map(Day::from_days);
        assert_eq!([first.to_string(), last.to_string()], ["-009999-01-01", "9999-12-31"]);
        assert_eq!(serde_json::to_string(&last).unwrap(), "\"9999-12-31\"");
        let end: Day = "9999-12-31".parse().unwrap();
        assert_eq!([end, end + 1, end + -1].map(|day| day.to_string()), ["9999-12-31", "9999-12-31", "9999-12-30"]);
    }
}
