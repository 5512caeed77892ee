//! Why a snapshot cannot be read, or added to what else was read.

use std::io;

use thiserror::Error;

use super::file::VERSION;
use crate::feedback::Tally;
use crate::log::{Shown, base_name};

/// Why a file is no snapshot that can be read.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::snapshot::{Snapshot, SnapshotError};
/// let open = |text: &'static str| Snapshot::open(Input::reader("kept", text.as_bytes())).unwrap_err();
/// assert!(matches!(open(""), SnapshotError::Empty));
/// assert_eq!(
///     open("timestamp,edge,reward\n").to_string(),
///     "this is no snapshot, which begins with the line `betadrift snapshot`; logs are given without --from"
/// );
/// assert!(matches!(open("betadrift snapshot\n"), SnapshotError::CutShort { found: 19, promised: 47 }));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It cannot be opened or read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// Not a byte in it.
    #[error("the file is empty; a snapshot without feedback has a header at least")]
    Empty,
    /// Something else.
    #[error("this is no snapshot, which begins with the line `betadrift snapshot`; logs are given without --from")]
    Other,
    /// It ends too early.
    #[error("the snapshot is cut short or damaged: it has {found} bytes, but its header promises {promised}")]
    CutShort {
        /// How many bytes there are.
        found: u64,
        /// How many there should be.
        promised: u64,
    },
    /// It goes on after its end.
    #[error("the snapshot is damaged: it goes on after the {promised} bytes that its header promises")]
    TooLong {
        /// How many bytes there should be.
        promised: u64,
    },
    /// A checksum that is not that of the bytes.
    #[error("the snapshot is damaged: its checksum is {found}, that of its bytes {computed}")]
    Checksum {
        /// The checksum in the file, in hexadecimal digits.
        found: String,
        /// The checksum of what stands before it.
        computed: String,
    },
    /// Damaged compressed data.
    #[error("the compressed data is damaged or cut short: {0}")]
    Compression(String),
    /// Written by a later betadrift.
    #[error("the snapshot is of version {0}, and this betadrift reads versions up to {VERSION}; a newer one reads it")]
    Newer(u32),
    /// A version that never was.
    #[error("there is no version {0} of snapshots")]
    NoVersion(u32),
    /// Contents that cannot be.
    #[error("the snapshot is whole, but its contents make no sense: {0}")]
    Nonsense(Nonsense),
}

/// What makes no sense in a snapshot whose checksum is right: it was not written by betadrift.
///
/// A file that is whole, but has no contents:
///
/// ```
/// use betadrift::log::{Digest, Input};
/// use betadrift::replay::snapshot::{Nonsense, Snapshot, SnapshotError, VERSION};
/// let mut file = b"betadrift snapshot\n".to_vec();
/// file.extend(VERSION.to_le_bytes());
/// file.extend(0u64.to_le_bytes());
/// file.extend(Digest::of(&file).to_bytes());
/// let error = Snapshot::open(Input::reader("kept", std::io::Cursor::new(file))).unwrap_err();
/// assert!(matches!(error, SnapshotError::Nonsense(Nonsense::Undecodable(_))));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Nonsense {
    /// Bytes that do not decode.
    #[error("its bytes do not decode ({0})")]
    Undecodable(postcard::Error),
    /// More bytes than were decoded.
    #[error("{0} bytes are left after its last field")]
    LeftOver(usize),
    /// A time zone that is not known.
    #[error("`{0}` is not a time zone")]
    Zone(Shown),
    /// A word for a kind of bad rows that is not known.
    #[error("`{0}` is no reason to skip a row")]
    Reason(Shown),
    /// The name of an input that cannot be shown, or a label that is none.
    #[error("`{0}` is no name")]
    Name(Shown),
    /// A list that is not in its order.
    #[error("the {0} are not in order")]
    Order(&'static str),
    /// An index of nothing.
    #[error("there is no {thing} {index}")]
    Index {
        /// What it should be the index of.
        thing: &'static str,
        /// The index.
        index: u32,
    },
    /// A day that no calendar has.
    #[error("day {0} after 1970-01-01 is in no calendar")]
    Day(i32),
    /// A reward above 1.
    #[error("{0} is no reward")]
    Reward(Tally),
    /// A belief that no log can tell.
    #[error("Beta({alpha}, {beta}) is no belief")]
    Belief {
        /// Its α.
        alpha: f64,
        /// Its β.
        beta: f64,
    },
    /// A day or a cell without feedback.
    #[error("a {0} has no feedback")]
    NoFeedback(&'static str),
    /// Stand-ins beside what takes their place.
    #[error("it has stand-ins beside what takes their place")]
    StandIns,
    /// Fewer good rows than events and beliefs.
    #[error("it has more events and beliefs than good rows")]
    FewRows,
    /// More than can be added up.
    #[error("it holds more than 1e18 events or rows")]
    TooMany,
}

/// Why two things that were read cannot be added.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, Snapshot};
/// let log = |name| vec![Input::reader(name, &b"ts,edge,reward\n2026-01-05,a,1\n"[..])];
/// let read = Snapshot::read_logs(log("mon.csv"), &Options::default(), &|_| {}).unwrap();
/// let error = read.read_on(log("copy.csv"), &Options::default(), &|_| {}).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "copy.csv is in already as mon.csv, which has the same bytes, and would count twice"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Calendar days of two time zones.
    #[error("the days of one are those of {one}, of the other those of {other}; read both with one --tz")]
    Zone {
        /// The zone of the one.
        one: String,
        /// The zone of the other.
        other: String,
    },
    /// Ids that counted, and ids that did not.
    #[error("ids count in one (--ids use), but not in the other (--ids ignore); read both in one way")]
    Ids,
    /// A label that is not worth the same.
    #[error("the label `{0}` is not worth the same in both; read both with one --reward-map")]
    Label(Shown),
    /// An input that is in both.
    #[error("{other} is in already{}, and would count twice", as_other(.one, .other))]
    Twice {
        /// What the one calls it.
        one: String,
        /// What the other calls it.
        other: String,
    },
    /// More than can be added up.
    #[error("together they hold more than 1e18 events or rows")]
    TooMany,
}

fn as_other(one: &str, other: &str) -> String {
    if one == base_name(other) { String::new() } else { format!(" as {one}, which has the same bytes") }
}
