//! Opens a log and reads it block by block.

use super::assignment::Table;
use super::batch::Portion;
use super::block::{Block, Blocks};
use super::clock::Clock;
use super::context::Asked;
use super::cost::Cost;
use super::error::Error;
use super::fault::Problem;
use super::format::{Head, Opened, Rows};
use super::label::Labels;
use super::layout::PassedOver;
use super::openclaw;
use super::role::Columns;
use super::row::Entry;
use super::source::{Digest, Digesting, Input, Stream};
use super::text::Text;
use super::unit::TimeUnit;
use super::zone::Zone;
use crate::feedback::Day;

/// How logs are to be understood.
///
/// ```
/// use betadrift::log::{Input, Log, Options};
/// let mut options = Options::default();
/// assert_eq!(options.zone.to_string(), "UTC");
/// assert!(options.ids && options.columns.is_empty() && options.assume_day.is_none());
/// options.columns.push("reward=score")?; // no column is known by this name
/// let header = Input::reader("log.csv", "timestamp,edge,score\n".as_bytes());
/// assert!(Log::open(header, &options, &|_| {}).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// The time zone whose calendar days count, in which times without an offset are read.
    pub zone: Zone,
    /// The unit of times that are numbers; `None` goes by the first of each file.
    pub time_unit: Option<TimeUnit>,
    /// The day of feedback in formats that have no times; `None` refuses them.
    pub assume_day: Option<Day>,
    /// What costs say, in formats that have them instead of rewards.
    pub cost: Cost,
    /// What rows are; [`crate::replay`] sees to it. Tables of experiments are CSV, TSV, JSON lines or Parquet.
    pub table: Table,
    /// Columns named by hand.
    pub columns: Columns,
    /// What labels are worth.
    pub labels: Labels,
    /// Whether ids count, so that an event that is there twice is counted once.
    pub ids: bool,
    /// Which circumstances of events are read.
    pub asked: Asked,
}

impl Default for Options {
    fn default() -> Self {
        let (columns, labels) = (Columns::default(), Labels::default());
        Self {
            zone: Zone::UTC,
            time_unit: None,
            assume_day: None,
            cost: Cost::default(),
            table: Table::Feedback,
            columns,
            labels,
            ids: true,
            asked: Asked::default(),
        }
    }
}

/// An open log: a stream of blocks, each of whole rows, which a [`Parser`] reads.
///
/// ```
/// use betadrift::log::{Digest, Input, Log, Options};
/// let text = b"timestamp,edge,reward\n2026-01-01,a,1\n2026-01-02,a,0\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", &text[..]), &options, &|_| {})?;
/// let (mut clock, mut rows) = (parser.clock(), 0);
/// while let Some(block) = log.next_block()? {
///     parser.rows(&block, &mut clock, |_, _| rows += 1);
///     log.reuse(block);
/// }
/// assert_eq!(rows, 2);
/// assert_eq!(log.digest(), Digest::of(text));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Log<'a> {
    blocks: Box<dyn Blocks + 'a>,
    digest: Digesting,
}

/// What is the same for all rows of a log.
///
/// ```
/// use betadrift::log::{Input, Log, Options, Portion};
/// let text = r#"{"ts": "2026-01-01", "edge": "a", "reward": 0.25}"#;
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.jsonl", text.as_bytes()), &options, &|_| {})?;
/// assert!(!parser.is_numbered()); // text has lines
/// let (mut clock, mut events) = (parser.clock(), 0);
/// parser.portions(&log.next_block()?.unwrap(), &mut clock, |portion| match portion {
///     Portion::Events(batch) => events += batch.rewards.len(),
///     Portion::Row(_, row) => events += usize::from(row.is_ok()),
/// });
/// assert_eq!(events, 1);
/// assert!(parser.is_settled(&clock)); // the first time was a date: numbers would be bad rows
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Parser<'a> {
    rows: Box<dyn Rows + 'a>,
    clock: Clock,
    /// Columns that could have played a role, but another did.
    pub passed_over: Vec<PassedOver>,
}

/// A row that does not count, and why.
///
/// ```
/// use betadrift::log::{Input, Log, Options};
/// let text = "timestamp,edge,reward\n2026-01-01,a,often\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let mut seen = Vec::new();
/// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| {
///     seen.extend(row.err().map(|bad| (bad.line, bad.column, bad.problem.to_string(), bad.raw.to_vec())));
/// });
/// let problem = "the label `often` has no reward; give it one with --reward-map".to_owned();
/// assert_eq!(seen, [(2, 14, problem, b"2026-01-01,a,often".to_vec())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BadRow<'a> {
    /// The line, from 1.
    pub line: u64,
    /// The byte of the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub problem: Problem,
    /// The row as it is written.
    pub raw: &'a [u8],
}

impl<'a> Log<'a> {
    /// Opens a log as far as its header. `progress` hears how many bytes were read, each time some are.
    ///
    /// # Errors
    /// [`Error`] if it cannot be read, is empty, in no known format, or lacks a column.
    pub fn open(
        input: Input,
        options: &'a Options,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Result<(Self, Parser<'a>), Error> {
        let (file, path) = (input.name().to_owned(), input.path.clone());
        let io = |source| Error::Io { file: file.clone(), source };
        let Stream { reader, digest, compression } = Stream::new(input.open().map_err(io)?, progress).map_err(io)?;
        let mut text = Text::new(file.clone(), reader, compression).at(path);
        let format = Head::new(&file, text.first_line(openclaw::is_known)?, options).format()?;
        let Opened { blocks, rows, passed_over } = (format.open)(text, options)?;
        let clock = Clock::new(options.zone.clone(), options.time_unit.or(rows.time_unit()));
        let clock = clock.assuming(options.assume_day);
        Ok((Self { blocks, digest }, Parser { rows, clock, passed_over }))
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// [`Error`] if the stream cannot be read on.
    pub fn next_block(&mut self) -> Result<Option<Block>, Error> {
        self.blocks.next()
    }

    /// Takes back a block that was read, so that its memory serves for another.
    pub fn reuse(&mut self, spent: Block) {
        self.blocks.reuse(spent);
    }

    /// The hash of the bytes read so far; at the end, of the file.
    pub fn digest(&self) -> Digest {
        self.digest.digest()
    }
}

impl Parser<'_> {
    /// Whether rows may be read in any order by clocks like this one: it is settled what a number among the times means, or
    /// there are no times.
    pub fn is_settled(&self, clock: &Clock) -> bool {
        self.rows.is_settled(clock)
    }

    /// Whether the log has no lines, as binary formats have none: what is called a line is then the number of a row, from 1.
    pub fn is_numbered(&self) -> bool {
        self.rows.are_numbered()
    }

    /// A clock as it stands before the first row.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Shows every row of a block, in order: its line, and what it says or what is wrong with it.
    pub fn rows(&self, block: &Block, clock: &mut Clock, mut visit: impl FnMut(u64, Result<Entry<'_>, BadRow<'_>>)) {
        self.portions(block, clock, |portion| match portion {
            Portion::Events(events) => events.rows().for_each(|(line, event)| visit(line, Ok(event))),
            Portion::Row(line, row) => visit(line, row),
        });
    }

    /// The same, with plain events in batches where the format has them.
    pub fn portions(&self, block: &Block, clock: &mut Clock, mut visit: impl FnMut(Portion<'_>)) {
        self.rows.rows(block, clock, &mut visit);
    }

    /// To be asked when all rows were read.
    ///
    /// ```
    /// use betadrift::log::{Error, Input, Log, Options};
    /// let text = r#"{"ts": "2026-01-01", "edge": "a", "reward": 1}"#;
    /// let mut options = Options::default();
    /// options.columns.push("edge=model")?;
    /// let (mut log, parser) = Log::open(Input::reader("log.jsonl", text.as_bytes()), &options, &|_| {})?;
    /// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| assert!(row.is_err()));
    /// assert!(matches!(parser.finish(), Err(Error::NoNamedColumn { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoNamedColumn`] if a column named by hand was in none of the objects read.
    pub fn finish(&self) -> Result<(), Error> {
        self.rows.finish()
    }
}
