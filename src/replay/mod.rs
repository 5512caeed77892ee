//! From logs to a timeline: one pass, on any number of threads, with the same result to the bit.

mod attribution;
mod batches;
mod beliefs;
mod error;
mod experiment;
mod file;
mod folds;
mod ids;
mod known;
mod maturity;
mod partial;
mod rejects;
mod settle;
pub mod snapshot;
mod span;
mod window;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use glob::Pattern;
use rayon::prelude::*;

pub use error::{Complaint, Error};
pub use experiment::attribute;
pub use folds::{Keep, NoOrder};
pub use rejects::{Reject, write_rejects};
pub use snapshot::Snapshot;
pub use window::{Window, WindowError};

use crate::beta::Beta;
use crate::feedback::{Day, Tally};
use crate::log::{self, Digest, Input, PassedOver, Reason, Table};
use crate::timeline::{Cells, Delays, Segments, Sequences, Timeline, Weights};
use file::Outcome;

/// How logs are to be replayed.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-02,a,0\n2026-01-02,b,0\n";
/// let since = Some("2026-01-02".parse()?);
/// let options = Options { since, edges: Some(glob::Pattern::new("a*")?), ..Options::default() };
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &options, &|_| {})?;
/// assert_eq!((replayed.summary.events.to_f64(), replayed.summary.ignored.to_f64()), (1.0, 2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How they are to be understood.
    pub log: log::Options,
    /// The first day that counts.
    pub since: Option<Day>,
    /// The last day that counts.
    pub until: Option<Day>,
    /// The edges that count: those whose name matches, `/` like any other character; all, if there is no pattern.
    pub edges: Option<Pattern>,
    /// What to do with bad rows.
    pub on_error: OnError,
    /// What is kept beside the timeline.
    pub keep: Keep,
    /// How long after serving feedback is mature. With it an event counts on the day on which its feedback arrived or on
    /// which it became mature, whichever is later; one that is not mature by the end of the last day of the log is pending.
    /// An event without a time of serving counts as served when its feedback arrived, and counts of a day so many whole days
    /// later.
    pub maturity: Option<Window>,
}

/// What to do with bad rows.
///
/// ```
/// use betadrift::log::{Input, Reason};
/// use betadrift::replay::{OnError, Options, replay};
/// let read = |on_error| {
///     let log = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-01,a,often\n";
///     replay(vec![Input::reader("log.csv", log.as_bytes())], &Options { on_error, ..Options::default() }, &|_| {})
/// };
/// assert!(read(OnError::Fail).is_err());
/// assert_eq!(read(OnError::Skip).unwrap().summary.skipped[&Reason::BadReward], 1);
/// assert_eq!(read(OnError::Keep).unwrap().rejects[0].row, b"2026-01-01,a,often");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnError {
    /// Read on to list the first ten, and fail.
    #[default]
    Fail,
    /// Count them by reason.
    Skip,
    /// Count them by reason, and keep them.
    Keep,
}

/// What was read.
///
/// ```
/// use betadrift::log::{Digest, Input};
/// use betadrift::replay::{Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-03,a,0\n";
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &Options::default(), &|_| {}).unwrap();
/// assert_eq!(replayed.timeline.calendar().count(), 3);
/// assert_eq!(replayed.summary.events.to_f64(), 2.0);
/// assert_eq!(replayed.inputs, [("log.csv".to_owned(), Digest::of(log.as_bytes()))]);
/// assert!(replayed.rejects.is_empty() && replayed.cells.is_none()); // neither was asked for
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// The feedback.
    pub timeline: Timeline,
    /// The prior of each edge whose beliefs were read instead of its feedback: the first of them, by which all others set
    /// out. In byte order of the names.
    pub priors: Vec<(Box<str>, Beta)>,
    /// How much of it there was, and how much was left out.
    pub summary: Summary,
    /// Each file's name and the hash of its bytes, in the order given.
    pub inputs: Vec<(String, Digest)>,
    /// The rows skipped, if they were to be kept, in the order of the files.
    pub rejects: Vec<Reject>,
    /// Counts per edge, segment and propensity, if they were to be kept. Their edges are those of the timeline, and so are the
    /// edges of the following.
    pub cells: Option<Cells>,
    /// Each edge's rewards in order of time, if they were to be kept; counts have no order.
    pub sequences: Option<Result<Sequences, NoOrder>>,
    /// A timeline for each segment, if they were to be kept.
    pub segments: Option<Segments>,
    /// Sums weighted by propensity, if they were to be kept.
    pub weights: Option<Weights>,
    /// How long feedback took, if that was to be kept.
    pub delays: Option<Delays>,
}

/// How much was read, and how much of it does not count.
///
/// An event that is there twice, and one whose feedback has not arrived:
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, replay};
/// let log = "timestamp,served_at,edge,reward,event_id\n2026-01-02,2026-01-01,a,1,7\n2026-01-02,2026-01-01,a,1,7\n\
///            ,2026-01-01,a,,8\n";
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &Options::default(), &|_| {}).unwrap();
/// let summary = replayed.summary;
/// assert_eq!((summary.events.to_f64(), summary.duplicates, summary.pending), (1.0, 1, 1));
/// assert!(summary.skipped.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events in the timeline: successes and failures together.
    pub events: Tally,
    /// Events left out by the days or the edges asked for, and rows that are no feedback.
    pub ignored: Tally,
    /// Bad rows, and good ones that do not count, such as those of failed traces.
    pub skipped: BTreeMap<Reason, u64>,
    /// Rows that repeat an event under its id.
    pub duplicates: u64,
    /// Events whose feedback has not arrived, or is not mature.
    pub pending: u64,
    /// Events that are taken as served when their feedback arrived, since the log does not say when; counted only where
    /// feedback must be mature.
    pub unserved: u64,
    /// How many rows are no feedback: events of other kinds, and copies without times of events that have one.
    pub no_feedback: u64,
    /// Columns that could have played a role, but another did.
    pub passed_over: Vec<PassedOver>,
}

impl Options {
    fn days(&self) -> RangeInclusive<Day> {
        self.since.unwrap_or(Day::from_days(i32::MIN))..=self.until.unwrap_or(Day::from_days(i32::MAX))
    }

    fn counts(&self, day: Day, edge: &str) -> bool {
        self.days().contains(&day) && self.wants(edge)
    }

    fn wants(&self, edge: &str) -> bool {
        self.edges.as_ref().is_none_or(|pattern| pattern.matches(edge))
    }
}

/// Reads logs into a timeline. `progress` hears how many bytes were read, each time some are, on any thread.
///
/// Rows may come in any order and be split into files in any way: counts are added exactly. Memory grows with the edges
/// active on each day, not with events; only ids, where a log has them, take 48 bytes an event, and beliefs 56 each;
/// and what is kept beside the timeline ([`Keep`]), with another 64 an event where the log has ids.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01T10:00:00Z,a,1\n2026-01-02T10:00:00Z,a,rejected\n";
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &Options::default(), &|_| {}).unwrap();
/// assert_eq!(replayed.timeline.days().len(), 2);
/// assert_eq!(replayed.timeline.totals()[0].pulls(), 2.0);
/// ```
///
/// # Errors
/// [`Error`] if a file cannot be read, a row is bad and not to be skipped, no row is good, or the days lie more than
/// 3660 apart.
pub fn replay(inputs: Vec<Input>, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Replay, Error> {
    settle::settle(read_whole(inputs, options, progress)?, options)
}

/// Reads logs of feedback; days that are not asked for are left out at once.
fn read_whole(inputs: Vec<Input>, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Snapshot, Error> {
    let mut asked = options.keep.asked();
    asked.served_at |= options.maturity.is_some();
    let of_feedback = log::Options { table: Table::Feedback, asked, ..options.log.clone() };
    let of_feedback = Options { log: of_feedback, ..options.clone() };
    read_all(inputs.into_iter().map(|input| (input, &of_feedback)).collect(), &options.log, progress)
}

/// Reads inputs, each by its own options, which differ in the table alone.
fn read_all(
    inputs: Vec<(Input, &Options)>,
    options: &log::Options,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Snapshot, Error> {
    let names: Vec<String> = inputs.iter().map(|(input, _)| input.name().to_owned()).collect();
    let whole = inputs
        .into_par_iter()
        .enumerate()
        .map(|(index, (input, options))| Outcome::of_file(index, input, options, progress))
        .reduce(Outcome::default, Outcome::merge);
    whole.into_snapshot(names, options)
}
