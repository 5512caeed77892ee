//! Reads the times of one file.

use std::ops::Range;

use super::civil::{Civil, date, date_and_time, fraction, utc_offset};
use super::digits::{self, Digits};
use super::escape::Shown;
use super::fault::Problem;
use super::unit::{Decimal, TimeUnit};
use super::zone::{NS_PER_DAY, Zone};
use crate::feedback::Day;

/// An instant and the calendar day it falls on.
///
/// In Berlin the 31st of January ends at 23:00 UTC:
///
/// ```
/// use betadrift::log::{Entry, Input, Log, Options};
/// let options = Options { zone: "Europe/Berlin".parse()?, ..Options::default() };
/// let text = "timestamp,edge,reward\n2026-01-31T23:30:00Z,a,1\n";
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let mut times = Vec::new();
/// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| {
///     if let Ok(Entry::Event { time, .. }) = row { times.push(time) }
/// });
/// assert_eq!(times[0].nanoseconds, 1_769_902_200_000_000_000);
/// assert_eq!(times[0].day.to_string(), "2026-02-01");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub nanoseconds: i64,
    /// The day in the time zone of the reading.
    pub day: Day,
}

/// Days from 1970-01-01 that are read: the years 1678 to 2261, a little less than 64 bits of nanoseconds hold.
const DAYS: Range<i64> = -106_650..106_651;

/// Reads the times of one file.
///
/// The first number of a file settles its unit, so that milliseconds after seconds are a bad row:
///
/// ```
/// use betadrift::log::{Input, Log, Options};
/// let text = "ts,edge,reward\n1767225600,a,1\n1767225600000,a,1\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let (mut clock, mut good) = (parser.clock(), Vec::new());
/// assert!(!parser.is_settled(&clock));
/// parser.rows(&log.next_block()?.unwrap(), &mut clock, |_, row| good.push(row.is_ok()));
/// assert_eq!(good, [true, false]);
/// assert!(parser.is_settled(&clock));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    zone: Zone,
    unit: Unit,
    /// The same for the times of serving.
    serving: Unit,
    /// The day of feedback without a time in formats that have none.
    assumed: Option<Day>,
    recent: Recent,
}

/// What the rows before were, which are mostly of the same day.
#[derive(Debug, Clone)]
struct Recent {
    /// A date.
    date: Option<([u8; 10], Day)>,
    /// The numbers that are on a day, how many nanoseconds their unit has, and the day.
    numbers: Range<u64>,
    nanoseconds: i64,
    day: Day,
    /// The first eight digits of a number.
    digits: Digits,
    /// The instants that are of a day.
    span: Range<i64>,
    day_of_span: Day,
}

impl Default for Recent {
    /// No row was read yet.
    fn default() -> Self {
        let (day, digits) = (Day::from_days(0), Digits::default());
        Self { date: None, numbers: 0..0, nanoseconds: 0, day, digits, span: 0..0, day_of_span: day }
    }
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
        let unit = unit.map_or(Unit::Open, Unit::Given);
        Self { zone, unit, serving: unit, assumed: None, recent: Recent::default() }
    }

    /// The same, but feedback in formats that have no times is of that day.
    pub(super) fn assuming(self, day: Option<Day>) -> Self {
        Self { assumed: day, ..self }
    }

    /// The time of feedback in formats that have no times, if a day was given for it.
    pub(super) fn assumed(&mut self) -> Option<Time> {
        self.assumed.map(|day| Time { nanoseconds: self.zone.midnight(day), day })
    }

    /// Whether it is settled what a number means, so that the rest of the file may be read in any order.
    pub(super) fn is_settled(&self) -> bool {
        self.unit != Unit::Open
    }

    /// The same for the times of serving.
    pub(super) fn is_serving_settled(&self) -> bool {
        self.serving != Unit::Open
    }

    /// To be called when the first rows were read: if no time of serving was among them, its numbers mean what those of the
    /// times do.
    ///
    /// ```
    /// use betadrift::log::{Asked, Input, Log, Options};
    /// let options = Options { asked: Asked { served_at: true, ..Asked::default() }, ..Options::default() };
    /// let text = "ts,edge,reward,served_at\n1767225600,a,1,\n";
    /// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
    /// let mut clock = parser.clock();
    /// parser.rows(&log.next_block()?.unwrap(), &mut clock, |_, _| {});
    /// assert!(!parser.is_settled(&clock)); // `ts` is in seconds, `served_at` in what?
    /// clock.settle_serving();
    /// assert!(parser.is_settled(&clock));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settle_serving(&mut self) {
        if !self.is_serving_settled() {
            self.serving = self.unit;
        }
    }

    /// Reads a time of serving, blanks around it aside.
    pub(super) fn read_served(&mut self, value: &[u8]) -> Result<Time, Problem> {
        std::mem::swap(&mut self.unit, &mut self.serving);
        let recent = std::mem::take(&mut self.recent);
        let time = self.read(value);
        self.recent = recent;
        std::mem::swap(&mut self.unit, &mut self.serving);
        time
    }

    /// Reads a time, blanks around it aside.
    pub(super) fn read(&mut self, value: &[u8]) -> Result<Time, Problem> {
        if let Some(time) = self.read_common(value) {
            return Ok(time);
        }
        let value = value.trim_ascii();
        match date_and_time(value) {
            Some(civil) => self.civil_time(civil).ok_or_else(|| Problem::TimeOutOfRange(Shown::new(value))),
            None if value.is_empty() => Err(Problem::NoTime),
            None => {
                let number = Decimal::read(value).ok_or_else(|| Problem::NotATime(Shown::new(value)))?;
                self.number(&number, value)
            }
        }
    }

    /// The time of a date as people write it; `None` outside the years that are read.
    pub(super) fn civil_time(&mut self, Civil { days, of_day, offset }: Civil) -> Option<Time> {
        if self.unit == Unit::Open {
            self.unit = Unit::Dates;
        }
        DAYS.contains(&days).then(|| self.civil(Day::from_days(days as i32), of_day, offset))
    }

    /// The instants that are of the same day as one, as far as they are read.
    #[cfg(feature = "parquet")]
    pub(super) fn day_around(&mut self, time: Time) -> Range<i64> {
        let span = self.zone.span(time.nanoseconds);
        span.start.max(DAYS.start * NS_PER_DAY)..span.end.min(DAYS.end * NS_PER_DAY)
    }

    /// The time that a whole number says; `None` if it is none.
    #[cfg(feature = "parquet")]
    pub(super) fn whole(&mut self, number: i128) -> Option<Time> {
        self.number(&Decimal::whole(number), b"").ok()
    }

    /// The same for most of the times that there are, once it is settled what a number means: those of many digits, and those
    /// that are a date and `10:07:59`.
    #[inline(always)]
    pub(super) fn read_common(&mut self, value: &[u8]) -> Option<Time> {
        match value.get(10) {
            Some(b'T' | b't' | b' ') => self.read_date_and_time(value),
            _ => self.read_digits(value),
        }
    }

    fn read_date_and_time(&mut self, value: &[u8]) -> Option<Time> {
        let (date, rest) = value.split_at_checked(11)?;
        let (clock, rest) = rest.split_first_chunk()?;
        let (day, of_day) = (self.day(*date.first_chunk()?)?, digits::of_day(*clock)?);
        let (nanoseconds, offset) = match rest {
            b"Z" => (0, Some(0)),
            _ => {
                let (nanoseconds, offset) = fraction(rest)?;
                (nanoseconds, utc_offset(offset)?)
            }
        };
        (self.unit != Unit::Open).then(|| self.civil(day, Some(of_day + nanoseconds), offset))
    }

    /// The day of a date, which is mostly that of the row before.
    fn day(&mut self, text: [u8; 10]) -> Option<Day> {
        match self.recent.date {
            Some((date, day)) if date == text => Some(day),
            _ => {
                let days = date(&text).filter(|days| DAYS.contains(days))?;
                self.recent.date = Some((text, Day::from_days(days as i32)));
                self.recent.date.map(|(_, day)| day)
            }
        }
    }

    #[inline(always)]
    fn read_digits(&mut self, value: &[u8]) -> Option<Time> {
        let whole = self.recent.digits.whole(value)?;
        let Recent { numbers, nanoseconds, day, .. } = &self.recent;
        if numbers.contains(&whole) {
            return Some(Time { nanoseconds: whole as i64 * nanoseconds, day: *day });
        }
        self.read_whole(whole)
    }

    fn read_whole(&mut self, whole: u64) -> Option<Time> {
        let (unit, is_by_size) = match self.unit {
            Unit::Open | Unit::Dates => return None,
            Unit::Found(unit) => (unit, true),
            Unit::Given(unit) => (unit, false),
        };
        let is_of = |whole: u64| !is_by_size || TimeUnit::by_size(u128::from(whole)) == unit;
        let nanoseconds = i64::try_from(whole).ok()?.checked_mul(unit.nanoseconds())?;
        if !is_of(whole) || !is_read(nanoseconds) {
            return None;
        }
        let day = self.zone.day(nanoseconds);
        let span = self.zone.span(nanoseconds);
        let number = |nanoseconds: i64| nanoseconds.max(0) as u64 / unit.nanoseconds() as u64;
        let numbers = number(span.start)..number(span.end);
        // Zones once began their days at any second, but none at a part of one.
        if span.start >= 0 && is_of(numbers.start) && is_of(numbers.end) && is_read(span.start) && is_read(span.end) {
            (self.recent.numbers, self.recent.nanoseconds, self.recent.day) = (numbers, unit.nanoseconds(), day);
        }
        Some(Time { nanoseconds, day })
    }

    /// The day of an instant, which is mostly that of the row before.
    #[inline]
    fn day_of(&mut self, nanoseconds: i64) -> Day {
        if !self.recent.span.contains(&nanoseconds) {
            (self.recent.span, self.recent.day_of_span) = (self.zone.span(nanoseconds), self.zone.day(nanoseconds));
        }
        self.recent.day_of_span
    }

    fn civil(&mut self, day: Day, of_day: Option<i64>, offset: Option<i64>) -> Time {
        match (of_day, offset) {
            (Some(of_day), Some(offset)) => {
                let nanoseconds = i64::from(day.days()) * NS_PER_DAY + of_day - offset;
                Time { nanoseconds, day: self.day_of(nanoseconds) }
            }
            (Some(of_day), None) => Time { nanoseconds: self.zone.instant(day, of_day), day },
            (None, _) => Time { nanoseconds: self.zone.midnight(day), day },
        }
    }

    /// The time of a number that is written so.
    fn number(&mut self, number: &Decimal, value: &[u8]) -> Result<Time, Problem> {
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
        if !is_read(nanoseconds) {
            return Err(out_of_range());
        }
        Ok(Time { nanoseconds, day: self.zone.day(nanoseconds) })
    }
}

fn is_read(nanoseconds: i64) -> bool {
    DAYS.contains(&nanoseconds.div_euclid(NS_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, text: &str) -> Option<(i64, String)> {
        let time = Clock::new(zone.parse().unwrap(), None).read(text.as_bytes()).ok()?;
        Some((time.nanoseconds, time.day.to_string()))
    }

    #[test]
    fn what_a_clock_remembers_changes_no_reading() {
        let (second, day) = (1_000_000_000, NS_PER_DAY / 1_000_000_000);
        for zone in ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"] {
            for (unit, digit) in [(TimeUnit::Seconds, 1), (TimeUnit::Milliseconds, 1_000)] {
                let fresh = || Clock::new(zone.parse().unwrap(), Some(unit));
                let mut used = fresh();
                // Half an hour at a time over two changes of the clock, and the numbers on both sides of each.
                for halves in (20_500 * 48..20_560 * 48).chain(20_745 * 48..20_755 * 48) {
                    for beside in [-1, 0, 1] {
                        let whole = halves * (day / 48) * digit + beside;
                        let text = whole.to_string();
                        let expected = fresh().read(text.as_bytes()).unwrap();
                        assert_eq!(used.read_common(text.as_bytes()), Some(expected), "{zone} {text}");
                        assert_eq!(expected.nanoseconds, whole * (second / digit));
                        let written = jiff::Timestamp::from_nanosecond(i128::from(expected.nanoseconds)).unwrap();
                        let written = written.to_string();
                        assert_eq!(used.read_common(written.as_bytes()), Some(expected), "{zone} {written}");
                    }
                }
            }
        }
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
        assert_eq!(read("Europe/Berlin", "2026-03-29 02:30:00").unwrap().0, noon_utc - 10 * hour - hour / 2);
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
