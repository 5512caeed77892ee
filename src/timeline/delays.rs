//! How long feedback took, and what still waits: all that an estimate of the law of delays asks of a log.

use std::collections::BTreeMap;

use crate::feedback::{Day, Reward, Tally};

/// Answers of one day of serving that took about as long.
///
/// Served at ten in the evening, answered eight hours later:
///
/// ```
/// use betadrift::feedback::{Day, Reward, Tally};
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days(hours as i32 / 24) };
/// let mut fold = DelayFold::default();
/// fold.answered(at(22), at(30), Reward::SUCCESS);
/// let answered = fold.finish().answered[0];
/// assert_eq!((answered.served, answered.days_later), (Day::from_days(0), 1));
/// assert_eq!((answered.events, answered.successes), (1, Tally::ONE));
/// let hours = answered.nanoseconds as f64 / 3.6e12;
/// assert!((8.0..8.08).contains(&hours));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The day of serving.
    pub served: Day,
    /// How many calendar days later they came.
    pub days_later: i32,
    /// After how many nanoseconds: the upper end of a class less than 1 % wide.
    pub nanoseconds: u64,
    /// How many there are.
    pub events: u64,
    /// Σ of their rewards.
    pub successes: Tally,
}

/// Events of one day of serving that have waited about as long for an answer when the log ends.
///
/// The log ends with what was served last, at three o'clock:
///
/// ```
/// use betadrift::feedback::Day;
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days(0) };
/// let mut fold = DelayFold::default();
/// for hours in [1, 1, 3] {
///     fold.waiting(at(hours));
/// }
/// let waiting = fold.finish().waiting;
/// let hours = |nanoseconds: u64| (nanoseconds as f64 / 3.6e12).round();
/// assert_eq!(waiting.iter().map(|w| (hours(w.nanoseconds), w.events)).collect::<Vec<_>>(), [(0.0, 1), (2.0, 2)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The day of serving.
    pub served: Day,
    /// For how many nanoseconds.
    pub nanoseconds: u64,
    /// How many there are.
    pub events: u64,
}

/// How long feedback took, in order of the day of serving.
///
/// Two of the same feedback are equal, whatever the order in which it was read.
///
/// What says nothing of a delay is counted apart:
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |seconds: i64| Instant { nanoseconds: seconds * 1_000_000_000, day: Day::from_days(0) };
/// let (mut fold, mut other) = (DelayFold::default(), DelayFold::default());
/// fold.answered(at(60), at(0), Reward::SUCCESS); // before it was served
/// fold.unserved(at(90));
/// other.unserved_waiting();
/// fold.merge(&other);
/// let delays = fold.finish();
/// assert_eq!((delays.negative, delays.unserved, delays.unserved_waiting), (1, 1, 1));
/// assert!(delays.answered.is_empty() && delays.waiting.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delays {
    /// What was answered.
    pub answered: Vec<Answered>,
    /// What was not, by the end of the log: the latest time of serving or of feedback in it.
    pub waiting: Vec<Waiting>,
    /// How many answers came before what they answer was served; they are in neither.
    pub negative: u64,
    /// How many answers do not say when what they answer was served; likewise.
    pub unserved: u64,
    /// Rows without feedback that do not say either.
    pub unserved_waiting: u64,
}

/// An instant and its calendar day, as read from a log.
///
/// An hour may lead into the next day:
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{DelayFold, Instant};
/// let served = Instant { nanoseconds: 0, day: Day::from_days(0) };
/// let arrived = Instant { nanoseconds: 3_600_000_000_000, day: Day::from_days(1) };
/// let mut fold = DelayFold::default();
/// fold.answered(served, arrived, Reward::SUCCESS);
/// assert_eq!(fold.finish().answered[0].days_later, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Nanoseconds since 1970.
    pub nanoseconds: i64,
    /// The calendar day.
    pub day: Day,
}

/// Delays under construction. Adding and merging commute, to the bit. Memory grows with days of serving and classes of delays (some
/// thousand at most), and with the seconds in which something was served that still waits, not with events.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |seconds: i64| Instant { nanoseconds: seconds * 1_000_000_000, day: Day::from_days(0) };
/// let mut fold = DelayFold::default();
/// fold.answered(at(0), at(60), Reward::SUCCESS);
/// fold.waiting(at(30));
/// let delays = fold.finish();
/// assert!(delays.waiting[0].nanoseconds.abs_diff(30_000_000_000) < 300_000_000); // a class is under 1 % wide
/// assert!(delays.answered[0].nanoseconds.abs_diff(60_000_000_000) < 600_000_000);
/// ```
#[derive(Debug, Clone, Default)]
pub struct DelayFold {
    answered: BTreeMap<(Day, i32, u64), (u64, Tally)>,
    /// By day and second of serving.
    waiting: BTreeMap<(Day, i64), u64>,
    latest: Option<i64>,
    negative: u64,
    unserved: u64,
    unserved_waiting: u64,
}

const NS_PER_SECOND: i64 = 1_000_000_000;

impl DelayFold {
    /// Adds an event that was answered.
    pub fn answered(&mut self, served: Instant, arrived: Instant, reward: Reward) {
        self.latest = self.latest.max(Some(arrived.nanoseconds));
        let Ok(delay) = u64::try_from(arrived.nanoseconds.saturating_sub(served.nanoseconds)) else {
            self.negative += 1;
            return;
        };
        let days_later = arrived.day - served.day;
        let (events, successes) = self.answered.entry((served.day, days_later, class(delay))).or_default();
        *events += 1;
        *successes += reward.success();
    }

    /// Adds an event that was not.
    pub fn waiting(&mut self, served: Instant) {
        self.latest = self.latest.max(Some(served.nanoseconds));
        *self.waiting.entry((served.day, served.nanoseconds.div_euclid(NS_PER_SECOND))).or_default() += 1;
    }

    /// Adds an answer to what was served nobody knows when.
    pub fn unserved(&mut self, arrived: Instant) {
        self.latest = self.latest.max(Some(arrived.nanoseconds));
        self.unserved += 1;
    }

    /// Adds an event without answer that does not say when it was served.
    pub fn unserved_waiting(&mut self) {
        self.unserved_waiting += 1;
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        for (&key, &(events, successes)) in &other.answered {
            let sums = self.answered.entry(key).or_default();
            *sums = (sums.0 + events, sums.1 + successes);
        }
        for (&key, events) in &other.waiting {
            *self.waiting.entry(key).or_default() += events;
        }
        self.latest = self.latest.max(other.latest);
        self.negative += other.negative;
        self.unserved += other.unserved;
        self.unserved_waiting += other.unserved_waiting;
    }

    /// The delays, in order.
    pub fn finish(self) -> Delays {
        let end = self.latest.unwrap_or_default();
        let answered = self.answered.into_iter().map(|((served, days_later, class), (events, successes))| Answered {
            served,
            days_later,
            nanoseconds: upper_end(class),
            events,
            successes,
        });
        let mut waiting: BTreeMap<(Day, u64), u64> = BTreeMap::new();
        for ((served, second), events) in self.waiting {
            let age = end.saturating_sub(second.saturating_mul(NS_PER_SECOND)).max(0) as u64;
            *waiting.entry((served, upper_end(class(age)))).or_default() += events;
        }
        let waiting =
            waiting.into_iter().map(|((served, nanoseconds), events)| Waiting { served, nanoseconds, events });
        Delays {
            answered: answered.collect(),
            waiting: waiting.collect(),
            negative: self.negative,
            unserved: self.unserved,
            unserved_waiting: self.unserved_waiting,
        }
    }
}

/// How many binary digits of a delay tell it from others: classes are between 1/128 and 1/256 wide.
const DIGITS: u32 = 8;

/// The class of a delay: its first binary digits and how many follow.
fn class(nanoseconds: u64) -> u64 {
    let rest = (u64::BITS - nanoseconds.leading_zeros()).saturating_sub(DIGITS);
    u64::from(rest) << DIGITS | nanoseconds >> rest
}

/// The greatest delay of a class.
fn upper_end(class: u64) -> u64 {
    let (rest, digits) = (class >> DIGITS, class & ((1 << DIGITS) - 1));
    digits << rest | ((1 << rest) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_narrow_and_in_order() {
        let mut last = 0;
        for step in 0..60_000u64 {
            let delay = (1.0007f64.powf(step as f64) as u64).saturating_sub(1);
            let (class, end) = (class(delay), upper_end(class(delay)));
            assert!(class >= last && end >= delay, "{delay}");
            assert!((end - delay) as f64 <= delay as f64 / 128.0, "{delay} {end}");
            last = class;
        }
        assert_eq!(upper_end(class(u64::MAX)), u64::MAX);
    }
}
