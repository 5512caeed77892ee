//! Rows of a store that are no posteriors, kept to be looked at.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// Why a row is quarantined, as a word to count by.
///
/// ```
/// use betadrift::import::Reason;
/// assert_eq!(Reason::NullParameter.word(), "null_parameter");
/// assert_eq!(Reason::DuplicateEdge.to_string(), "duplicate_edge");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// A part of the edge is missing, empty or no text.
    BadEdge,
    /// α or β is NULL, which is also how SQLite keeps a NaN.
    NullParameter,
    /// α or β is text or bytes.
    NotANumber,
    /// α or β is zero or below.
    NotPositive,
    /// α or β is above zero, but outside [`crate::beta::TRUSTED`].
    OutOfRange,
    /// The pulls are no number from 0 up.
    BadPulls,
    /// The time of the last update is neither text nor a number.
    BadLastUpdated,
    /// Two rows are of one edge, and neither may be preferred.
    DuplicateEdge,
}

impl Reason {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BadEdge => "bad_edge",
            Self::NullParameter => "null_parameter",
            Self::NotANumber => "not_a_number",
            Self::NotPositive => "not_positive",
            Self::OutOfRange => "out_of_range",
            Self::BadPulls => "bad_pulls",
            Self::BadLastUpdated => "bad_last_updated",
            Self::DuplicateEdge => "duplicate_edge",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A row that is no posterior.
///
/// ```
/// use betadrift::import::{Reason, Reject, write_rejects};
/// let values = vec![("arm_id", "a".to_owned()), ("alpha", "-1".to_owned())];
/// let reject = Reject { rowid: Some(7), reason: Reason::NotPositive, values };
/// let mut csv = Vec::new();
/// write_rejects(&[reject], &mut csv)?;
/// assert_eq!(String::from_utf8(csv)?, "rowid,reason,arm_id,alpha\n7,not_positive,a,-1\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its rowid in the table; `None` where rows have none.
    pub rowid: Option<i64>,
    /// Why.
    pub reason: Reason,
    /// The columns that were read and what they hold: text as it is, bytes as `x'00ff'`, NULL as nothing.
    pub values: Vec<(&'static str, String)>,
}

/// Writes rejects as CSV: rowid, reason, and a column for each value.
///
/// Without rejects nobody knows what the columns were:
///
/// ```
/// use betadrift::import::write_rejects;
/// let mut csv = Vec::new();
/// write_rejects(&[], &mut csv)?;
/// assert_eq!(csv, b"rowid,reason\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Whatever the writer reports.
pub fn write_rejects(rejects: &[Reject], writer: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    let columns = rejects.first().into_iter().flat_map(|reject| reject.values.iter().map(|(column, _)| *column));
    csv.write_record(["rowid", "reason"].into_iter().chain(columns))?;
    for Reject { rowid, reason, values } in rejects {
        let rowid = rowid.map_or_else(String::new, |rowid| rowid.to_string());
        let values = values.iter().map(|(_, value)| value.as_str());
        csv.write_record([rowid.as_str(), reason.word()].into_iter().chain(values))?;
    }
    csv.flush()
}
