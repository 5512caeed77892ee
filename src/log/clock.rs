//! Reads the times of one file: RFC 3339, dates, and seconds or fractions of them since 1970.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use thiserror::Error;

use super::escape::Shown;
use super::fault::Problem;
use super::zone::{NS_PER_DAY, Zone};
use crate::feedback::Day;

/// An instant and the calendar day it falls on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub nanoseconds: i64,
    /// The day in the time zone of the reading.
    pub day: Day,
}

/// What a number that is a time counts since 1970-01-01T00:00:00Z.
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
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a unit of time; right are s, ms, us, ns")]
pub struct TimeUnitError(String);

impl TimeUnit {
    /// The unit in which a number of that size is a time of our days: |t| < 1e11 seconds, < 1e14 milliseconds, < 1e17
    /// microseconds, else nanoseconds.
    fn by_size(whole: u128) -> Self {
        match whole {
            0..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Microseconds,
            _ => Self::Nanoseconds,
        }
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

/// Days from 1970-01-01 that are read: the years 1678 to 2261, a little less than 64 bits of nanoseconds hold.
const DAYS: Range<i64> = -106_650..106_651;

/// Reads the times of one file.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: Zone,
    unit: Unit,
}

/// What a number among the times of a file means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// No time was read yet.
    Open,
    /// The first time was a date, so that a number means nothing.
    Dates,
    /// The first time was a number of this size.
    Found(TimeUnit),
    /// Said by hand.
    Given(TimeUnit),
}

impl Clock {
    /// A clock for a file of which nothing was read yet.
    pub(super) fn new(zone: Zone, unit: Option<TimeUnit>) -> Self {
        Self { zone, unit: unit.map_or(Unit::Open, Unit::Given) }
    }

    /// Whether it is settled what a number means, so that the rest of the file may be read in any order.
    pub fn is_settled(&self) -> bool {
        self.unit != Unit::Open
    }

    /// Reads a time, blanks around it aside.
    pub(super) fn read(&mut self, value: &[u8]) -> Result<Time, Problem> {
        let value = value.trim_ascii();
        match date_and_time(value) {
            Some(Civil { days, of_day, offset }) => {
                if self.unit == Unit::Open {
                    self.unit = Unit::Dates;
                }
                if !DAYS.contains(&days) {
                    return Err(Problem::TimeOutOfRange(Shown::new(value)));
                }
                Ok(self.civil(Day::from_days(days as i32), of_day, offset))
            }
            None if value.is_empty() => Err(Problem::NoTime),
            None => self.number(value),
        }
    }

    fn civil(&mut self, day: Day, of_day: Option<i64>, offset: Option<i64>) -> Time {
        match (of_day, offset) {
            (Some(of_day), Some(offset)) => {
                let nanoseconds = i64::from(day.days()) * NS_PER_DAY + of_day - offset;
                Time { nanoseconds, day: self.zone.day(nanoseconds) }
            }
            (Some(of_day), None) => Time { nanoseconds: self.zone.instant(day, of_day), day },
            (None, _) => Time { nanoseconds: self.zone.midnight(day), day },
        }
    }

    fn number(&mut self, value: &[u8]) -> Result<Time, Problem> {
        let number = Decimal::read(value).ok_or_else(|| Problem::NotATime(Shown::new(value)))?;
        let found = TimeUnit::by_size(number.whole);
        let unit = match self.unit {
            Unit::Given(unit) => unit,
            Unit::Open => {
                self.unit = Unit::Found(found);
                found
            }
            Unit::Found(expected) if expected == found => found,
            Unit::Found(expected) => {
                return Err(Problem::OtherTimeUnit { time: Shown::new(value), found, expected });
            }
            Unit::Dates => return Err(Problem::NumberAmongDates(Shown::new(value))),
        };
        let out_of_range = || Problem::TimeOutOfRange(Shown::new(value));
        let nanoseconds = number.nanoseconds(unit).ok_or_else(out_of_range)?;
        if !DAYS.contains(&nanoseconds.div_euclid(NS_PER_DAY)) {
            return Err(out_of_range());
        }
        Ok(Time { nanoseconds, day: self.zone.day(nanoseconds) })
    }
}

/// A date and time as written: days since 1970-01-01, nanoseconds of the day, and the offset from UTC in nanoseconds.
struct Civil {
    days: i64,
    of_day: Option<i64>,
    offset: Option<i64>,
}

/// Reads `2026-01-31` or RFC 3339 with `T` or a blank, the offset as `Z`, `+01:00`, `+0100`, `+01` or not at all.
fn date_and_time(text: &[u8]) -> Option<Civil> {
    let (date, rest) = text.split_at_checked(10)?;
    let days = days_since_1970(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return rest.is_empty().then_some(Civil { days, of_day: None, offset: None });
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    let (hour, minute, second) = (number(&clock[..2])?, number(&clock[3..5])?, number(&clock[6..])?);
    if clock[2] != b':' || clock[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, offset) = fraction(rest)?;
    // RFC 3339 allows a leap second; it is counted to the second before, which is of the same day.
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    Some(Civil { days, of_day: Some(seconds * 1_000_000_000 + fraction), offset: utc_offset(offset)? })
}

/// Splits `.123456+01:00` into nanoseconds, cut at the ninth digit, and the rest.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', digits @ ..] = text else { return Some((0, text)) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let kept = number(&digits[..length.min(9)])?;
    Some((kept * 10i64.pow(9 - length.min(9) as u32), &digits[length..]))
}

/// The offset from UTC in nanoseconds: `None` outside if it is none, inside if there is none.
fn utc_offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [hours @ .., b':', _, _] if hours.len() == 2 => (hours, &rest[3..]),
        [_, _, _, _] => rest.split_at(2),
        [_, _] => (rest, &b"00"[..]),
        _ => return None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes) * 60_000_000_000))
}

/// A number of digits only.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, by counting years from March (Hinnant 2013, *chrono-compatible
/// low-level date algorithms*, `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A decimal number `-12.5`, exact to nine digits after the point.
struct Decimal {
    negative: bool,
    whole: u128,
    /// 1e-9 of it.
    billionths: i64,
}

impl Decimal {
    fn read(text: &[u8]) -> Option<Self> {
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

    fn nanoseconds(&self, unit: TimeUnit) -> Option<i64> {
        let digits = unit.digits() as u32;
        let whole = i128::try_from(self.whole).ok()?.checked_mul(10i128.pow(digits))?;
        let fraction = i128::from(self.billionths) / 10i128.pow(9 - digits);
        let magnitude = i64::try_from(whole + fraction).ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, text: &str) -> Option<(i64, String)> {
        let time = Clock::new(zone.parse().unwrap(), None).read(text.as_bytes()).ok()?;
        Some((time.nanoseconds, time.day.to_string()))
    }

    #[test]
    fn dates_agree_with_jiff_over_all_years() {
        for day in (DAYS.start..DAYS.end).step_by(17) {
            let text = Day::from_days(day as i32).to_string();
            assert_eq!(read("UTC", &text), Some((day * NS_PER_DAY, text)));
        }
    }

    #[test]
    fn one_instant_has_many_spellings() {
        let instant = 1_574_553_793_442_536_000;
        for text in [
            "2019-11-24 00:03:13.442536+00:00",
            "2019-11-24T00:03:13.442536Z",
            "2019-11-24t01:03:13.442536+0100",
            "2019-11-23T21:33:13.4425360009-0230",
            "2019-11-24 02:03:13,442536+02",
            "1574553793.442536",
            "1574553793442.536",
            "1574553793442536",
            "1574553793442536000",
            "1.574553793442536e15",
        ] {
            assert_eq!(read("UTC", text), Some((instant, "2019-11-24".to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "soon",
            "2019-11-24T",
            "2019-02-29",
            "2019-11-24T24:00:00Z",
            "2019-11-24T00:00:00+1",
            "nan",
            "inf",
            "-",
            ".5",
            "2019-11-24T00:00Z",
            "2019/11/24",
            "1e400",
            "9999-01-01",
            "99999999999999999999",
            "2019-11-24T00:00:00 Z",
            "0x10",
        ] {
            assert_eq!(read("UTC", text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_offset_is_read_in_the_zone() {
        let hour = 3_600_000_000_000;
        let noon_utc = read("UTC", "2026-03-29 12:00:00").unwrap().0;
        assert_eq!(read("Europe/Berlin", "2026-03-29 12:00:00").unwrap().0, noon_utc - 2 * hour);
        assert_eq!(read("Europe/Berlin", "2026-03-29 01:59:59").unwrap().0, noon_utc - 11 * hour - 1_000_000_000);
        // Skipped by the clock: half past two is read as half past three.
        assert_eq!(read("Europe/Berlin", "2026-03-29 02:30:00").unwrap().0, noon_utc - 10 * hour - hour / 2 - hour);
        assert_eq!(read("Europe/Berlin", "2026-03-28T23:30:00Z").unwrap().1, "2026-03-29");
        assert_eq!(read("America/Los_Angeles", "2026-03-29T06:30:00Z").unwrap().1, "2026-03-28");
        assert_eq!(read("Asia/Kolkata", "2026-03-29").unwrap().0, noon_utc - 12 * hour - 5 * hour - hour / 2);
    }

    #[test]
    fn the_first_number_settles_the_unit() {
        let mut clock = Clock::new(Zone::UTC, None);
        assert!(!clock.is_settled());
        assert!(clock.read(b"1574553793").is_ok());
        let error = clock.read(b"1574553793000").unwrap_err();
        assert!(error.to_string().contains("--time-unit"), "{error}");
        let mut given = Clock::new(Zone::UTC, Some(TimeUnit::Milliseconds));
        assert_eq!(given.read(b"86400000").unwrap().day.days(), 1);
        assert_eq!(given.read(b"-1").unwrap().day.days(), -1);
    }
}
