//! Why a log cannot be read at all.

use std::io;

use thiserror::Error;

use super::assignment::{EXPOSED_AT, HAPPENED_AT, Table};
use super::escape::Shown;
use super::role::Role;

/// Why a log cannot be read at all. What is wrong with single rows is a [`super::BadRow`].
///
/// ```
/// use betadrift::log::{Error, Input, Log, Options};
/// let open = |text: &'static str| Log::open(Input::reader("log.csv", text.as_bytes()), &Options::default(), &|_| {}).err();
/// assert!(matches!(open(""), Some(Error::Empty { .. })));
/// assert_eq!(
///     open("timestamp,edge,score\n").unwrap().to_string(),
///     "log.csv:1:1: no column for the reward; name it with --column reward=NAME; the header is timestamp,edge,score \
///      (known names: reward, outcome, click, feedback, label)"
/// );
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be opened or read.
    #[error("{file}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// Not a byte in it.
    #[error("{file}: the file is empty; a log without feedback has a header at least")]
    Empty {
        /// The file.
        file: String,
    },
    /// UTF-16 instead of UTF-8.
    #[error("{file}:1:1: the text is UTF-16; write it as UTF-8 (iconv -f UTF-16 -t UTF-8)")]
    Utf16 {
        /// The file.
        file: String,
    },
    /// No log, but what was read of others.
    #[error("{file}: this is a snapshot, not a log; give it with --from")]
    Snapshot {
        /// The file.
        file: String,
    },
    /// No text.
    #[error("{file}:1:1: this is {found}; logs are CSV, TSV or JSON lines, also compressed with gzip or zstd")]
    NotText {
        /// The file.
        file: String,
        /// What it is.
        found: &'static str,
    },
    /// A format without times.
    #[error("{file}:1:1: this is {format}, which has no times; --assume-day DATE counts all of it on that day")]
    Timeless {
        /// The file.
        file: String,
        /// The format.
        format: &'static str,
    },
    /// Damaged or cut compressed data.
    #[error("{file}: the {format} data is damaged or cut short after {bytes} bytes of text: {problem}")]
    Damaged {
        /// The file.
        file: String,
        /// How it is compressed.
        format: &'static str,
        /// How much could be read.
        bytes: u64,
        /// What the decoder says.
        problem: String,
    },
    /// A Parquet file that is damaged, encrypted or of a kind that is not read.
    #[error("{file}: the Parquet file is damaged, cut short or of a kind that is not read: {problem}")]
    BadParquet {
        /// The file.
        file: String,
        /// What the decoder says.
        problem: String,
    },
    /// A column that plays a role holds lists or the like.
    #[error(
        "{file}: the column `{column}` holds {found}, where a single value is expected; name another with --column"
    )]
    NotAValue {
        /// The file.
        file: String,
        /// The column.
        column: Shown,
        /// What it holds.
        found: &'static str,
    },
    /// The header has no column for a role.
    #[error(
        "{file}:{line}:1: no column for the {role}; name it with --column {role}=NAME; the header is {header}{}",
        known(*.table, *.role)
    )]
    NoColumn {
        /// The file.
        file: String,
        /// The line of the header.
        line: u64,
        /// The role.
        role: Role,
        /// What the rows are.
        table: Table,
        /// The header.
        header: String,
    },
    /// The header has no column of a name given by hand.
    #[error("{file}:{line}:1: no column `{column}` for the {role} as --column says; the header is {header}")]
    NoNamedColumn {
        /// The file.
        file: String,
        /// The line of the header.
        line: u64,
        /// The role.
        role: Role,
        /// The name given.
        column: Shown,
        /// The header.
        header: String,
    },
    /// Two columns of one name.
    #[error("{file}:{line}:{at}: columns {first} and {second} are both named `{name}`; rename or drop one")]
    SameHeader {
        /// The file.
        file: String,
        /// The line of the header.
        line: u64,
        /// The byte column of the second one.
        at: u64,
        /// The position of the one, from 1.
        first: usize,
        /// The position of the other, from 1.
        second: usize,
        /// Their name.
        name: Shown,
    },
    /// A quote without an end.
    #[error(
        "{file}:{line}:{column}: the quote opened here is never closed and swallows {}; close it, or double it if it is \
         meant as such",
        below(*.swallowed)
    )]
    OpenQuote {
        /// The file.
        file: String,
        /// The line of the quote.
        line: u64,
        /// Its byte of the line, from 1.
        column: u64,
        /// How many lines below it are inside the quote.
        swallowed: u64,
    },
    /// A document that is none, or not as its format has it.
    #[error("{file}:{line}:{column}: {problem}")]
    Document {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The byte of the line, from 1.
        column: u64,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A row without an end.
    #[error("{file}:{line}:1: a row longer than 64 MiB begins here; is a quote left open?")]
    LongRow {
        /// The file.
        file: String,
        /// Where it begins.
        line: u64,
    },
}

fn below(lines: u64) -> String {
    match lines {
        0 => "the rest of its line".to_owned(),
        1 => "the 1 line below".to_owned(),
        lines => format!("the {lines} lines below"),
    }
}

fn known(table: Table, role: Role) -> String {
    match (role, table) {
        (Role::Edge, _) => format!(" (known names: {}, or source,relation,target)", role.aliases().join(", ")),
        (Role::ServedAt, _) => format!(" (known names: {})", EXPOSED_AT.join(", ")),
        (Role::Time, Table::Outcomes) => format!(" (known names: {})", HAPPENED_AT.join(", ")),
        (role, _) => format!(" (known names: {})", role.aliases().join(", ")),
    }
}
