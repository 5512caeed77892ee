//! Axes: scale, range and ticks.

use jiff::civil::Date;

use super::words;
use crate::feedback::Day;

/// How values map to positions.
///
/// ```
/// use betadrift::report::axis::{Axis, Scale};
/// let (linear, log) = (Axis::linear("n", (1.0, 100.0), 5), Axis::log("n", (1.0, 100.0)));
/// assert_eq!((linear.scale, log.scale), (Scale::Linear, Scale::Log));
/// assert_eq!((linear.position(10.0), log.position(10.0)), (9.0 / 99.0, 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences at equal distances.
    Linear,
    /// Equal ratios at equal distances.
    Log,
}

/// An axis: what it measures, from where to where, and its ticks.
///
/// ```
/// use betadrift::report::axis::Axis;
/// let axis = Axis::linear("success rate", (0.0, 1.0), 5);
/// let words: Vec<_> = axis.ticks.iter().filter_map(|tick| tick.text.as_deref()).collect();
/// assert_eq!(words, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
/// assert!(axis.holds(0.3) && !axis.holds(1.1));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What it measures, with its unit; written for horizontal axes.
    pub label: String,
    /// Its scale.
    pub scale: Scale,
    /// Its two ends, the first below the second; both above zero on a logarithmic scale.
    pub range: (f64, f64),
    /// Its ticks, in ascending order.
    pub ticks: Vec<Tick>,
    /// Whether the axis itself is drawn.
    pub line: bool,
}

/// A tick, with or without words.
///
/// ```
/// use betadrift::report::axis::{Axis, Tick};
/// let mut axis = Axis::linear("share", (0.0, 1.0), 1);
/// axis.ticks = vec![Tick::new(0.0, "none"), Tick { at: 0.5, text: None }, Tick::new(1.0, "all")];
/// assert_eq!(axis.ticks[2].text.as_deref(), Some("all"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What is written at it.
    pub text: Option<String>,
}

impl Tick {
    /// A tick with words.
    pub fn new(at: f64, text: impl Into<String>) -> Self {
        Self { at, text: Some(text.into()) }
    }
}

impl Axis {
    /// A linear axis with about `count` round ticks.
    pub fn linear(label: impl Into<String>, range: (f64, f64), count: usize) -> Self {
        let range = widened(range);
        Self { label: label.into(), scale: Scale::Linear, range, ticks: linear_ticks(range, count), line: true }
    }

    /// A logarithmic axis with ticks at powers of ten, or closer where it is short.
    ///
    /// # Panics
    /// If an end is not above zero.
    pub fn log(label: impl Into<String>, range: (f64, f64)) -> Self {
        assert!(range.0 > 0.0 && range.1 > 0.0, "a logarithmic axis lies above zero: {range:?}");
        let range = if range.1 > range.0 * 1.0001 { range } else { (range.0 / 2.0, range.0 * 2.0) };
        Self { label: label.into(), scale: Scale::Log, range, ticks: log_ticks(range), line: true }
    }

    /// The calendar from `first` to `last`, half a day of room at both ends, with about `count` ticks.
    ///
    /// ```
    /// use betadrift::report::axis::Axis;
    /// let axis = Axis::days("2025-12-31".parse()?, "2026-01-02".parse()?, 7);
    /// let words: Vec<_> = axis.ticks.iter().filter_map(|tick| tick.text.as_deref()).collect();
    /// assert_eq!(words, ["31 Dec 2025", "1 Jan 2026", "2 Jan"]);
    /// assert_eq!(axis.range.1 - axis.range.0, 3.0); // three days of one unit each
    /// # Ok::<(), betadrift::feedback::DayError>(())
    /// ```
    pub fn days(first: Day, last: Day, count: usize) -> Self {
        let range = (f64::from(first.days()) - 0.5, f64::from(last.days()) + 0.5);
        let ticks = day_ticks(first, last, count.max(1));
        Self { label: "day".to_owned(), scale: Scale::Linear, range, ticks, line: true }
    }

    /// One place for each name, the first at the top: rows at −½ … n−½ downwards, so that row i is centred at −i.
    ///
    /// ```
    /// use betadrift::report::axis::Axis;
    /// let axis = Axis::rows(["first".to_owned(), "second".to_owned()]);
    /// assert_eq!(axis.range, (-1.5, 0.5));
    /// assert!(axis.position(0.0) > axis.position(-1.0)); // the first is above the second
    /// ```
    pub fn rows(names: impl IntoIterator<Item = String>) -> Self {
        let mut ticks: Vec<Tick> =
            names.into_iter().enumerate().map(|(i, name)| Tick::new(-(i as f64), name)).collect();
        let range = (0.5 - ticks.len().max(1) as f64, 0.5);
        ticks.reverse();
        Self { label: String::new(), scale: Scale::Linear, range, ticks, line: false }
    }

    /// Where a value lies: 0 at the first end, 1 at the second.
    ///
    /// ```
    /// use betadrift::report::axis::Axis;
    /// assert_eq!(Axis::log("n", (1.0, 100.0)).position(10.0), 0.5);
    /// ```
    pub fn position(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        match self.scale {
            Scale::Linear => (value - low) / (high - low),
            Scale::Log => (value / low).ln() / (high / low).ln(),
        }
    }

    /// Whether a value can be shown on this axis.
    pub fn holds(&self, value: f64) -> bool {
        // The slack is that of rounding: a value computed to be the end of the range may miss it in the last digit.
        (-1e-9..=1.0 + 1e-9).contains(&self.position(value))
    }
}

/// The range of finite values, `None` without one.
///
/// ```
/// use betadrift::report::axis::extent;
/// assert_eq!(extent([2.0, f64::NAN, 0.5, f64::INFINITY]), Some((0.5, 2.0)));
/// assert_eq!(extent([f64::NAN]), None);
/// ```
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// A range a little wider, by a share of its length at each end.
///
/// ```
/// use betadrift::report::axis::padded;
/// assert_eq!(padded((0.0, 10.0), 0.1), (-1.0, 11.0));
/// ```
pub fn padded((low, high): (f64, f64), share: f64) -> (f64, f64) {
    let (low, high) = widened((low, high));
    (low - share * (high - low), high + share * (high - low))
}

/// A range above zero a little wider, by a share of its logarithmic length at each end.
///
/// ```
/// use betadrift::report::axis::padded_log;
/// assert_eq!(padded_log((1.0, 100.0), 0.5), (0.1, 1_000.0));
/// ```
pub fn padded_log((low, high): (f64, f64), share: f64) -> (f64, f64) {
    let room = (high / low).powf(share).max(1.1);
    (low / room, high * room)
}

fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let least = 1e-9 * low.abs().max(high.abs()).max(1e-3);
    if high - low > least { (low, high) } else { (low - 0.5 * low.abs().max(0.1), high + 0.5 * high.abs().max(0.1)) }
}

fn linear_ticks((low, high): (f64, f64), count: usize) -> Vec<Tick> {
    let rough = (high - low) / count.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).map(|at| Tick::new(at, words::fixed(at, decimals))).collect()
}

/// Ticks at digits of powers of ten, words at the fewest digits that give three of them. A range too short even for all
/// nine digits has round linear ticks.
fn log_ticks((low, high): (f64, f64)) -> Vec<Tick> {
    const WORDED: [&[u32]; 4] = [&[1], &[1, 2, 5], &[1, 2, 3, 5, 7], &[1, 2, 3, 4, 5, 6, 7, 8, 9]];
    const ENOUGH: usize = 3;
    let decades = (high / low).log10();
    let every = ((decades / 7.0).ceil() as i32).max(1);
    let powers = low < 0.999e-4 || high > 1.001e6;
    let digits = if decades > 8.0 { 1..=1 } else { 1..=9 };
    let exponents = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let places = exponents.flat_map(|exponent| digits.clone().map(move |digit| (exponent, digit)));
    let value = |(exponent, digit): (i32, u32)| f64::from(digit) * 10f64.powi(exponent);
    let inside = |place: &(i32, u32)| (low * 0.9999..=high * 1.0001).contains(&value(*place));
    let places: Vec<(i32, u32)> = places.filter(inside).collect();
    let worded = |(exponent, digit): (i32, u32), set: &[u32]| set.contains(&digit) && exponent.rem_euclid(every) == 0;
    let enough = |set: &&&[u32]| places.iter().filter(|&&place| worded(place, set)).count() >= ENOUGH;
    let Some(set) = WORDED.iter().find(enough) else {
        return linear_ticks((low, high), 5).into_iter().filter(|tick| tick.at > 0.0).collect();
    };
    let words = |(exponent, digit): (i32, u32)| match powers {
        true => words::power(digit, exponent),
        false => words::plain(value((exponent, digit))),
    };
    let tick = |&place: &(i32, u32)| Tick { at: value(place), text: worded(place, set).then(|| words(place)) };
    places.iter().map(tick).collect()
}

/// Ticks at round places of the calendar: every 1, 2, 7 or 14 days, or at the first of every 1, 2, 3, 6 or 12 months.
fn day_ticks(first: Day, last: Day, count: usize) -> Vec<Tick> {
    let length = (last - first) as usize + 1;
    let days = [1, 2, 7, 14].into_iter().find(|step| length.div_ceil(*step) <= count);
    let at: Vec<Day> = match days {
        Some(step) => (0..length).step_by(step).map(|offset| first + offset as i32).collect(),
        None => {
            let months = [1, 2, 3, 6].into_iter().find(|step| length / (30 * step) < count).unwrap_or(12);
            let starts = |offset: &i32| {
                let date = Date::from(first + *offset);
                date.day() == 1 && (date.month() - 1) % months as i8 == 0
            };
            (0..length as i32).filter(starts).map(|offset| first + offset).collect()
        }
    };
    let mut year = None;
    let tick = |day: Day| {
        let date = Date::from(day);
        let text = words::day(date, year != Some(date.year()));
        year = Some(date.year());
        Tick::new(f64::from(day.days()), text)
    };
    at.into_iter().map(tick).collect()
}
