//! Why a replay fails.

use std::fmt;

use thiserror::Error;

use super::snapshot::MergeError;
use crate::feedback::Day;
use crate::log::{self, Problem};

/// Why a replay fails.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Error, Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-01,a,often\n";
/// let error = replay(vec![Input::reader("log.csv", log.as_bytes())], &Options::default(), &|_| {}).unwrap_err();
/// assert!(matches!(error, Error::BadRows { total: 1, .. }));
/// assert_eq!(
///     error.to_string(),
///     "1 row is bad:\n  log.csv:3:14: the label `often` has no reward; give it one with --reward-map\n\
///      --on-error skip leaves them out"
/// );
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read at all.
    #[error(transparent)]
    Log(log::Error),
    /// What is read does not go with the snapshot from which reading goes on.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// A column named by hand is in none of the files.
    #[error(transparent)]
    ColumnNowhere(log::Error),
    /// Bad rows, which were not to be skipped.
    #[error("{}{}\n--on-error skip leaves them out", bad_rows(*.total), listed(.first, *.total))]
    BadRows {
        /// The first of them.
        first: Vec<Complaint>,
        /// How many there are.
        total: u64,
    },
    /// No good row among the bad ones.
    #[error(
        "{}{}\nis this a log as expected? --column, --time-unit and --reward-map say how to read others",
        all_bad(*.total, *.no_feedback), listed(.first, *.total)
    )]
    AllBad {
        /// The first of them.
        first: Vec<Complaint>,
        /// How many there are.
        total: u64,
        /// How many rows beside them are no feedback.
        no_feedback: u64,
    },
    /// The days are too far apart.
    #[error(
        "{place}: {day} lies far from the rest: {first} to {last} is more than {} days; is it a wrong clock or \
         --time-unit? --since and --until cut it off",
        super::span::LONGEST
    )]
    Span {
        /// The outlying row.
        place: String,
        /// Its day.
        day: Day,
        /// The first day of all.
        first: Day,
        /// The last day of all.
        last: Day,
    },
}

/// A bad row.
///
/// ```
/// use betadrift::log::{Input, Problem};
/// use betadrift::replay::{Error, Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01,,1\n";
/// let Err(Error::AllBad { first, .. }) =
///     replay(vec![Input::reader("log.csv", log.as_bytes())], &Options::default(), &|_| {}) else { panic!() };
/// assert_eq!((&*first[0].place, &first[0].problem), ("log.csv:2:12", &Problem::EmptyEdge));
/// assert_eq!(first[0].to_string(), "log.csv:2:12: the edge is empty");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {problem}")]
pub struct Complaint {
    /// Where it is: `log.csv:3:14` for file, line and byte of the line, or `log.parquet:row 3`, each from 1.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

fn bad_rows(total: u64) -> String {
    if total == 1 { "1 row is bad:".to_owned() } else { format!("{total} rows are bad:") }
}

fn all_bad(total: u64, no_feedback: u64) -> String {
    let of = if no_feedback > 0 { " of feedback" } else { "" };
    if total == 1 { format!("the only row{of} is bad:") } else { format!("all {total} rows{of} are bad:") }
}

fn listed(first: &[Complaint], total: u64) -> impl fmt::Display {
    let mut text: String = first.iter().map(|complaint| format!("\n  {complaint}")).collect();
    match total - first.len() as u64 {
        0 => {}
        more => text.push_str(&format!("\n  … and {more} more")),
    }
    text
}
