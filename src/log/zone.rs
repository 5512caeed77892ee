//! The time zone whose calendar days count.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time as ClockTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::feedback::Day;

pub(super) const NS_PER_DAY: i64 = 86_400_000_000_000;

/// A time zone of the IANA data base, which is bundled.
///
/// It remembers the last calendar day it was asked about, because the rows of a log come in runs of the same day.
///
/// ```
/// use betadrift::log::Zone;
/// let mut berlin: Zone = "Europe/Berlin".parse().unwrap();
/// // 2026-03-29T22:30:00Z is half past midnight there: summer time began that day.
/// assert_eq!(berlin.day(1_774_823_400_000_000_000).to_string(), "2026-03-30");
/// let mut utc = Zone::UTC;
/// assert_eq!(utc.day(1_774_823_400_000_000_000).to_string(), "2026-03-29");
/// assert!("Berlin".parse::<Zone>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Zone {
    /// `None` for UTC, whose days need no table.
    zone: Option<TimeZone>,
    last: Today,
}

/// A calendar day and when it begins and ends, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq)]
struct Today {
    day: Day,
    span: Range<i64>,
    /// Whether the clock is never moved that day, so that midnight and the time of day give the instant.
    even: bool,
}

/// Why a text names no time zone.
///
/// ```
/// use betadrift::log::Zone;
/// let error = "Berlin".parse::<Zone>().unwrap_err();
/// assert_eq!(error.to_string(), "`Berlin` is not a time zone; write it as in the IANA data base: UTC, Europe/Berlin");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a time zone; write it as in the IANA data base: UTC, Europe/Berlin")]
pub struct ZoneError(String);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { zone: None, last: Today { day: Day::from_days(0), span: 0..0, even: true } };

    /// The calendar day of an instant, in nanoseconds since 1970-01-01T00:00:00Z.
    pub fn day(&mut self, nanoseconds: i64) -> Day {
        let Some(zone) = &self.zone else {
            return Day::from_days(nanoseconds.div_euclid(NS_PER_DAY) as i32);
        };
        if !self.last.span.contains(&nanoseconds) {
            let time = Timestamp::from_nanosecond(i128::from(nanoseconds)).expect(IN_RANGE);
            self.last = Today::of(zone, zone.to_datetime(time).date());
        }
        self.last.day
    }

    /// The instants of the calendar day of one, in nanoseconds.
    pub(super) fn span(&mut self, nanoseconds: i64) -> Range<i64> {
        let start = i64::from(self.day(nanoseconds).days()) * NS_PER_DAY;
        if self.zone.is_some() { self.last.span.clone() } else { start..start + NS_PER_DAY }
    }

    /// The instant at which a day begins, in nanoseconds.
    pub(super) fn midnight(&mut self, day: Day) -> i64 {
        match &self.zone {
            None => i64::from(day.days()) * NS_PER_DAY,
            Some(zone) => {
                self.last.turn_to(zone, day);
                self.last.span.start
            }
        }
    }

    /// The instant of a time of day, in nanoseconds. A time that the clock skips is read as if it had not been put forward,
    /// one that it shows twice as the first.
    pub(super) fn instant(&mut self, day: Day, of_day: i64) -> i64 {
        let midnight = self.midnight(day);
        match &self.zone {
            Some(zone) if !self.last.even => {
                let clock = ClockTime::midnight().wrapping_add(SignedDuration::from_nanos(of_day));
                nanoseconds(zone, Date::from(day).to_datetime(clock))
            }
            _ => midnight + of_day,
        }
    }
}

const IN_RANGE: &str = "valid by construction: times are read between the years 1678 and 2261";

/// The instant at which the clock of a zone shows a date and time: the first of two, the skipped one as if not skipped.
fn nanoseconds(zone: &TimeZone, shown: DateTime) -> i64 {
    let time = zone.to_timestamp(shown).expect(IN_RANGE);
    i64::try_from(time.as_nanosecond()).expect(IN_RANGE)
}

impl Today {
    fn of(zone: &TimeZone, date: Date) -> Self {
        let midnight = |date: Date| nanoseconds(zone, date.to_datetime(ClockTime::midnight()));
        let span = midnight(date)..midnight(date.tomorrow().expect(IN_RANGE));
        let offset = |ns| zone.to_offset(Timestamp::from_nanosecond(i128::from(ns)).expect(IN_RANGE));
        let even = span.end - span.start == NS_PER_DAY && offset(span.start) == offset(span.end - 1);
        Self { day: date.into(), span, even }
    }

    fn turn_to(&mut self, zone: &TimeZone, day: Day) {
        if self.day != day || self.span.is_empty() {
            *self = Self::of(zone, day.into());
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zone.as_ref().map_or("UTC", |zone| zone.iana_name().unwrap_or("UTC")))
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Self, ZoneError> {
        let zone = TimeZone::get(name).map_err(|_| ZoneError(name.to_owned()))?;
        Ok(if zone == TimeZone::UTC { Self::UTC } else { Self { zone: Some(zone), ..Self::UTC } })
    }
}
