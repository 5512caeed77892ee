//! Rows that did not count, kept to be looked at.

use std::io::{self, Write};

use super::partial::Place;
use crate::log::{Problem, Reason};

/// A row that did not count.
///
/// ```
/// use betadrift::log::{Input, Reason};
/// use betadrift::replay::{OnError, Options, replay};
/// let log = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-01,a,1.5\n";
/// let options = Options { on_error: OnError::Keep, ..Options::default() };
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &options, &|_| {}).unwrap();
/// let reject = &replayed.rejects[0];
/// assert_eq!((reject.file, reject.line, reject.column, reject.reason), (0, 3, 14, Reason::BadReward));
/// assert_eq!((&*reject.message, &reject.row[..]), ("the reward `1.5` is not in [0, 1]", &b"2026-01-01,a,1.5"[..]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The position of its file among the inputs.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// The byte of the line, from 1.
    pub column: u64,
    /// Why, as a word.
    pub reason: Reason,
    /// Why, in full.
    pub message: String,
    /// The row as it is written; for an event whose id another has, its time, edge and reward.
    pub row: Vec<u8>,
}

impl Reject {
    pub(super) fn new(place: Place, problem: &Problem, raw: &[u8]) -> Self {
        Self {
            file: place.file as usize,
            line: place.line,
            column: place.column,
            reason: problem.reason(),
            message: problem.to_string(),
            row: raw.to_owned(),
        }
    }
}

/// Writes rows that did not count as CSV under the header `file,line,column,reason,message,row`.
///
/// ```
/// use betadrift::log::Reason;
/// use betadrift::replay::{Reject, write_rejects};
/// let (message, row) = ("the edge is empty".to_owned(), b"2026-01-01,,1".to_vec());
/// let reject = Reject { file: 0, line: 2, column: 12, reason: Reason::EmptyEdge, message, row };
/// let mut csv = Vec::new();
/// write_rejects(&[reject], &["log.csv"], &mut csv)?;
/// let text = String::from_utf8(csv)?;
/// assert_eq!(text.lines().last(), Some("log.csv,2,12,empty_edge,the edge is empty,\"2026-01-01,,1\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Whatever the writer reports.
///
/// # Panics
/// If a row is of a file whose name is not among `files`.
pub fn write_rejects(rejects: &[Reject], files: &[&str], writer: impl Write) -> io::Result<()> {
    for &Reject { file, .. } in rejects {
        assert!(file < files.len(), "a row is of file {file}, and there are {}, counted from 0", files.len());
    }
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(["file", "line", "column", "reason", "message", "row"])?;
    for Reject { file, line, column, reason, message, row } in rejects {
        let (line, column) = (line.to_string(), column.to_string());
        let place = [files[*file].as_bytes(), line.as_bytes(), column.as_bytes()];
        csv.write_record(place.into_iter().chain([reason.word().as_bytes(), message.as_bytes(), row]))?;
    }
    csv.flush()
}
