//! The contents of a snapshot as its file has them, version 1, apart from how they are kept in memory. To change a struct
//! here is to make another version.

use serde::{Deserialize, Serialize};

use super::error::Nonsense;
use crate::feedback::Tally;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) zone: String,
    pub(super) ids: bool,
    pub(super) labels: Vec<(String, Amount)>,
    pub(super) inputs: Vec<Read>,
    pub(super) edges: Vec<String>,
    pub(super) read: Part,
    pub(super) originals: bool,
    pub(super) stand_ins: Option<Part>,
}

/// What was read.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) good: u64,
    pub(super) bad: u64,
    pub(super) no_feedback: u64,
    pub(super) ignored: Amount,
    /// The word of a reason, and how many rows.
    pub(super) skipped: Vec<(String, u64)>,
    /// Edge, pending.
    pub(super) bare: Vec<(u32, u64)>,
    pub(super) days: Vec<OnDay>,
    pub(super) rewards: Vec<Amount>,
    pub(super) events: Vec<Event>,
    pub(super) beliefs: Vec<Belief>,
}

/// A tally: its whole part, and the rest in units of 2⁻⁶⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Amount(u64, u64);

/// An input. The fields are in the order by which inputs are sorted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Read {
    pub(super) name: String,
    pub(super) digest: [u8; 16],
    pub(super) rows: u64,
    /// Whether it has no lines, so that what is called a line is the number of a row.
    pub(super) numbered: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OnDay {
    pub(super) day: i32,
    /// Of its first row.
    pub(super) file: u32,
    pub(super) line: u64,
    /// Edge, successes, failures.
    pub(super) cells: Vec<(u32, Amount, Amount)>,
}

/// An event that has an id. The fields are in the order by which events are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: [u8; 16],
    pub(super) nanoseconds: i64,
    pub(super) edge: u32,
    pub(super) reward: u32,
    pub(super) day: i32,
    pub(super) file: u32,
    pub(super) line: u64,
}

/// A belief about an edge, Beta(alpha, beta).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Belief {
    pub(super) edge: u32,
    pub(super) nanoseconds: i64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) day: i32,
    pub(super) file: u32,
    pub(super) line: u64,
}

impl Contents {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Nonsense> {
        match postcard::take_from_bytes(bytes).map_err(Nonsense::Undecodable)? {
            (contents, []) => Ok(contents),
            (_, rest) => Err(Nonsense::LeftOver(rest.len())),
        }
    }
}

impl Belief {
    /// By which beliefs are sorted: all fields in turn. Positive numbers sort as their bits do.
    pub(super) fn key(&self) -> (u32, i64, u64, u64, i32, u32, u64) {
        let Self { edge, nanoseconds, alpha, beta, day, file, line } = *self;
        (edge, nanoseconds, alpha.to_bits(), beta.to_bits(), day, file, line)
    }
}

impl From<Tally> for Amount {
    fn from(tally: Tally) -> Self {
        let (whole, fraction) = tally.to_parts();
        Self(whole, fraction)
    }
}

impl From<Amount> for Tally {
    fn from(Amount(whole, fraction): Amount) -> Self {
        Self::from_parts(whole, fraction)
    }
}
