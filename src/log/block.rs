//! Blocks of whole rows, which threads parse apart.

use memchr::memrchr;

use super::error::Error;

/// Some whole rows of a log.
///
/// ```
/// use betadrift::log::{Input, Log, Options};
/// let text = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-02,a,0\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let block = log.next_block()?.unwrap(); // the header is not part of it
/// let mut lines = Vec::new();
/// parser.rows(&block, &mut parser.clock(), |line, _| lines.push(line));
/// assert_eq!(lines, [2, 3]);
/// assert!(log.next_block()?.is_none()); // so short a log is one block
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub(super) bytes: Vec<u8>,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// How many bytes of that line come before it.
    pub(super) before: u64,
}

/// A log, block by block.
pub(super) trait Blocks: Send {
    /// The next block; `None` at the end.
    fn next(&mut self) -> Result<Option<Block>, Error>;

    /// Takes back a block that was read, to have its room for another.
    fn reuse(&mut self, _spent: Block) {}
}

/// Says how far bytes hold whole rows. The first of them begins a row; the same bytes may be asked about again, with more
/// behind them.
pub(super) type Ends = Box<dyn FnMut(&[u8]) -> Cut + Send>;

/// How far bytes that begin with a row hold whole rows.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Cut {
    /// Where the last whole row ends, if a row ends at all.
    pub(super) end: Option<usize>,
    /// The quote that is open after the last byte, if one is.
    pub(super) open_quote: Option<usize>,
    /// How many line breaks there are, if they were counted.
    pub(super) line_breaks: Option<u64>,
}

/// Rows end at every line break.
pub(super) fn lines() -> Ends {
    Box::new(|bytes| Cut { end: memrchr(b'\n', bytes).map(|at| at + 1), ..Cut::default() })
}
