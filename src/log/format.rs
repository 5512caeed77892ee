//! The formats of logs: a file each, and a line in one table. The content tells which one a log has.

use std::fmt;

use memchr::memchr;

use super::assignment::Table;
use super::batch::Portion;
use super::block::{Block, Blocks};
use super::clock::Clock;
use super::error::Error;
use super::layout::PassedOver;
#[cfg(feature = "parquet")]
use super::parquet;
use super::read::Options;
use super::text::Text;
use super::unit::TimeUnit;
use super::{buildlog, delimited, dsjson, jsonl, openclaw, qortex, vowpal};

/// The first line of a snapshot, which is no log.
pub(crate) const SNAPSHOT_MAGIC: &[u8] = b"betadrift snapshot\n";

/// The formats, each before those that would take its files for their own.
static FORMATS: &[&Format] = &[
    #[cfg(feature = "parquet")]
    &parquet::FORMAT,
    &buildlog::FORMAT,
    &qortex::FORMAT,
    &dsjson::FORMAT,
    &openclaw::FORMAT,
    &jsonl::FORMAT,
    &vowpal::FORMAT,
    &delimited::FORMAT,
];

/// The formats whose columns go by their names, so that they may be those of an experiment.
static OF_TABLES: &[&Format] = &[
    #[cfg(feature = "parquet")]
    &parquet::FORMAT,
    &jsonl::FORMAT,
    &delimited::FORMAT,
];

/// How logs are written.
pub(super) struct Format {
    /// Whether a file that begins so is in this format.
    pub(super) recognises: fn(&Head<'_>) -> bool,
    /// Reads as far as the first row.
    pub(super) open: for<'a> fn(Text<'a>, &'a Options) -> Result<Opened<'a>, Error>,
}

/// A log that is open.
pub(super) struct Opened<'a> {
    pub(super) blocks: Box<dyn Blocks + 'a>,
    pub(super) rows: Box<dyn Rows + 'a>,
    /// Columns that could have played a role, but another did.
    pub(super) passed_over: Vec<PassedOver>,
}

/// What reads the rows of a log. The same for all blocks, which are read at the same time.
pub(super) trait Rows: fmt::Debug + Send + Sync {
    /// Whether rows are told by their number: what is called a line is a row, which has no columns.
    fn are_numbered(&self) -> bool {
        false
    }

    /// Shows every row of a block, in order: its line, and what it says or what is wrong with it. Plain events may come in
    /// batches if the layout has neither an id nor circumstances.
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>));

    /// Whether rows may be read in any order by clocks like this one.
    fn is_settled(&self, clock: &Clock) -> bool {
        clock.is_settled()
    }

    /// The unit of times that are numbers, where the format says so.
    fn time_unit(&self) -> Option<TimeUnit> {
        None
    }

    /// To be asked when all rows were read.
    fn finish(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// How a file begins.
pub(super) struct Head<'a> {
    /// The name of the file.
    pub(super) name: &'a str,
    /// The first bytes: 64 KiB, or more if no line ends among them.
    pub(super) bytes: &'a [u8],
    /// The same without a byte-order mark and the blanks before the first character, if it is text.
    pub(super) text: Option<&'a [u8]>,
    pub(super) options: &'a Options,
}

impl<'a> Head<'a> {
    pub(super) fn new(name: &'a str, bytes: &'a [u8], options: &'a Options) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let is_text = !text.is_empty() && known_binary(bytes).is_none() && zero(bytes).is_none() && !is_utf16(bytes);
        Self { name, bytes, text: is_text.then_some(text), options }
    }

    /// The format, or why it is none.
    pub(super) fn format(&self) -> Result<&'static Format, Error> {
        let formats = if self.options.table == Table::Feedback { FORMATS } else { OF_TABLES };
        formats.iter().copied().find(|format| (format.recognises)(self)).ok_or_else(|| self.refusal())
    }

    fn refusal(&self) -> Error {
        let file = self.name.to_owned();
        let found = match (known_binary(self.bytes), zero(self.bytes)) {
            _ if self.bytes.starts_with(SNAPSHOT_MAGIC) => return Error::Snapshot { file },
            _ if is_utf16(self.bytes) => return Error::Utf16 { file },
            (Some(found), _) => found,
            (None, Some(0 | 1)) if self.bytes.len() > 3 => return Error::Utf16 { file },
            (None, Some(_)) => "binary data",
            (None, None) if self.text.is_some() => "a JSON array, where an object a line is expected",
            (None, None) => return Error::Empty { file },
        };
        Error::NotText { file, found }
    }
}

fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// Where the first zero is, which no text has.
fn zero(bytes: &[u8]) -> Option<usize> {
    memchr(0, &bytes[..bytes.len().min(1024)])
}

fn known_binary(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 7] = [
        (b"PAR1", "a Parquet file, which this build cannot read (feature `parquet`)"),
        (b"PARE", "an encrypted Parquet file"),
        (b"PK\x03\x04", "a zip archive"),
        (b"BZh", "bzip2 data"),
        (b"\xfd7zXZ", "xz data"),
        (b"SQLite format 3", "an SQLite data base"),
        (b"\x1f\x8b", "gzip data inside compressed data"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, found)| *found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_format() {
        let options = Options::default();
        let is = |bytes: &[u8], expected: &'static Format| {
            Head::new("x.csv", bytes, &options).format().is_ok_and(|format| std::ptr::eq(format, expected))
        };
        assert!(is(b" {\"a\": 1}", &jsonl::FORMAT) && is(b"\xef\xbb\xbf{", &jsonl::FORMAT));
        assert!(is(b"a,b\n", &delimited::FORMAT) && is(b"\xef\xbb\xbfa,b\n", &delimited::FORMAT));
        let refused = |bytes: &[u8]| {
            Head::new("-", bytes, &options).format().err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(refused(b"\xff\xfea\0,\0").contains("UTF-16") && refused(b"a\0,\0b\0").contains("UTF-16"));
        assert!(refused(b"PARE....").contains("an encrypted Parquet file"));
        assert!(refused(b"abc\0").contains("binary data"));
        assert!(refused(b"[{\"a\": 1}]").contains("a JSON array"));
        assert!(refused(b"\xef\xbb\xbf\r\n").contains("empty"));
    }
}
