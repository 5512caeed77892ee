//! Opens a log, finds its format and the roles of its columns, and reads it block by block.

use super::block::{Block, BlockError, Blocks, Ends, OpenQuote};
use super::clock::Clock;
use super::error::Error;
use super::escape::escaped;
use super::fault::Problem;
use super::format::{Format, Sniffed, sniff};
use super::jsonl::{self, Members};
use super::label::Labels;
use super::layout::{Header, Layout, LayoutError, PassedOver};
use super::role::{Columns, Role};
use super::row::{Entry, Interpreter};
use super::source::{Digest, Digesting, Input, Text};
use super::unit::TimeUnit;
use super::zone::Zone;
use super::{Shown, delimited};

/// How logs are to be understood.
#[derive(Debug, Clone)]
pub struct Options {
    /// The time zone whose calendar days count, in which times without an offset are read.
    pub zone: Zone,
    /// The unit of times that are numbers; `None` goes by the first of each file.
    pub time_unit: Option<TimeUnit>,
    /// Columns named by hand.
    pub columns: Columns,
    /// What labels are worth.
    pub labels: Labels,
    /// Whether ids count, so that an event that is there twice is counted once.
    pub ids: bool,
}

impl Default for Options {
    fn default() -> Self {
        let (columns, labels) = (Columns::default(), Labels::default());
        Self { zone: Zone::UTC, time_unit: None, columns, labels, ids: true }
    }
}

/// An open log: a stream of blocks, each of whole rows, which a [`Parser`] reads.
pub struct Log<'a> {
    name: String,
    blocks: Blocks<'a>,
    first: Option<Block>,
    digest: Digesting,
    compression: Option<&'static str>,
}

/// What is the same for all rows of a log.
#[derive(Debug)]
pub struct Parser<'a> {
    file: String,
    rows: Rows,
    layout: Layout,
    labels: &'a Labels,
    clock: Clock,
    columns: &'a Columns,
    /// Columns that could have played a role, but another did.
    pub passed_over: Vec<PassedOver>,
}

#[derive(Debug)]
enum Rows {
    Delimited { delimiter: u8, width: usize },
    JsonLines(Members),
}

/// A row that does not count, and why.
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

/// Enough to see the format and settle what a number among the times means.
const FIRST_BLOCK: usize = 1 << 16;
const BLOCK: usize = 1 << 20;

impl<'a> Log<'a> {
    /// Opens a log as far as its header. `progress` hears how many bytes were read, each time some are.
    ///
    /// # Errors
    /// [`Error`] if it cannot be read, is empty, no text, or lacks a column.
    pub fn open(
        input: Input,
        options: &'a Options,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Result<(Self, Parser<'a>), Error> {
        let name = input.name().to_owned();
        let io = |source| Error::Io { file: name.clone(), source };
        let Text { reader, digest, compression } = Text::new(input.open().map_err(io)?, progress).map_err(io)?;
        let mut log = Self { name, blocks: Blocks::new(reader), first: None, digest, compression };
        let parser = log.begin(options)?;
        Ok((log, parser))
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// [`Error`] if the stream cannot be read on.
    pub fn next_block(&mut self) -> Result<Option<Block>, Error> {
        match self.first.take() {
            Some(block) => Ok(Some(block)),
            None => self.read(BLOCK),
        }
    }

    /// The hash of the bytes read so far; at the end, of the file.
    pub fn digest(&self) -> Digest {
        self.digest.digest()
    }

    fn read(&mut self, size: usize) -> Result<Option<Block>, Error> {
        let file = || self.name.clone();
        self.blocks.next(size).map_err(|error| match (error, self.compression) {
            (BlockError::LongRow(line), _) => Error::LongRow { file: file(), line },
            (BlockError::OpenQuote(OpenQuote { line, column, swallowed }), _) => {
                Error::OpenQuote { file: file(), line, column, swallowed }
            }
            // What the system reports has a number; without one it is the decoder that complains.
            (BlockError::Io(error), Some(format)) if error.raw_os_error().is_none() => {
                Error::Damaged { file: file(), format, bytes: self.blocks.bytes, problem: error.to_string() }
            }
            (BlockError::Io(source), _) => Error::Io { file: file(), source },
        })
    }

    fn begin(&mut self, options: &'a Options) -> Result<Parser<'a>, Error> {
        let file = self.name.clone();
        let mut block = self.read(FIRST_BLOCK)?.ok_or_else(|| Error::Empty { file: file.clone() })?;
        let (format, mark) = match sniff(&block.bytes, &file) {
            Sniffed::Text(format, mark) => (format, mark),
            Sniffed::Nothing => return Err(Error::Empty { file }),
            Sniffed::Utf16 => return Err(Error::Utf16 { file }),
            Sniffed::Other(found) => return Err(Error::NotText { file, found }),
        };
        block.bytes.drain(..mark);
        let clock = Clock::new(options.zone.clone(), options.time_unit);
        let (rows, layout, passed_over) = match format {
            Format::JsonLines => json_lines(&file, &block, options)?,
            Format::Delimited(delimiter) => {
                self.blocks.ends = Ends::Fields(delimiter);
                self.blocks.put_back(&mut block, 0);
                block = self.read(FIRST_BLOCK)?.unwrap_or_default();
                separated(&file, delimiter, &mut block, options)?
            }
        };
        self.first = Some(block);
        Ok(Parser { file, rows, layout, labels: &options.labels, clock, columns: &options.columns, passed_over })
    }
}

type Found = (Rows, Layout, Vec<PassedOver>);

fn separated(file: &str, delimiter: u8, block: &mut Block, options: &Options) -> Result<Found, Error> {
    let (names, line) = delimited::header(file, delimiter, block)?;
    let header = Header { names: &names, columns: &options.columns, complete: true };
    let (mut layout, passed_over) = header.layout().map_err(|error| in_file(error, file, line, &names))?;
    forget_ids(&mut layout, options);
    Ok((Rows::Delimited { delimiter, width: names.len() }, layout, passed_over))
}

fn json_lines(file: &str, block: &Block, options: &Options) -> Result<Found, Error> {
    let members = Members::new(&options.columns);
    let header = Header { names: &members.names, columns: &options.columns, complete: false };
    let (mut layout, _) = header.layout().map_err(|error| in_file(error, file, 1, &members.names))?;
    forget_ids(&mut layout, options);
    let line = block.bytes.trim_ascii_start().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let first = jsonl::names(line);
    let first = Header { names: &first, columns: &options.columns, complete: true }.layout();
    // Objects may differ; what is passed over in the first is what can be said before reading all.
    let passed_over = first.map_or_else(|_| Vec::new(), |(_, passed_over)| passed_over);
    Ok((Rows::JsonLines(members), layout, passed_over))
}

fn forget_ids(layout: &mut Layout, options: &Options) {
    if let (Layout::Events(columns), false) = (layout, options.ids) {
        columns.id = None;
    }
}

fn in_file(error: LayoutError, file: &str, line: u64, names: &[String]) -> Error {
    const LONGEST: usize = 200;
    let mut header = escaped(names.join(",").as_bytes());
    if let Some((end, _)) = header.char_indices().nth(LONGEST) {
        header.truncate(end);
        header.push('…');
    }
    let file = file.to_owned();
    match error {
        LayoutError::NoColumn(role) => Error::NoColumn { file, line, role, header },
        LayoutError::NoNamedColumn(role, column) => Error::NoNamedColumn { file, line, role, column, header },
    }
}

impl Parser<'_> {
    /// Whether rows may be read in any order by clocks like this one: it is settled what a number among the times means, or
    /// there are no times.
    pub fn is_settled(&self, clock: &Clock) -> bool {
        clock.is_settled() || matches!(self.layout, Layout::Counts(_))
    }

    /// A clock as it stands before the first row.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Shows every row of a block, in order: its line, and what it says or what is wrong with it.
    pub fn rows(&self, block: &Block, clock: &mut Clock, visit: impl FnMut(u64, Result<Entry<'_>, BadRow<'_>>)) {
        let mut interpreter = Interpreter { layout: &self.layout, labels: self.labels, edge: String::new() };
        match &self.rows {
            Rows::Delimited { delimiter, width } => {
                delimited::rows((*delimiter, *width), block, &mut interpreter, clock, visit);
            }
            Rows::JsonLines(members) => members.rows(block, &mut interpreter, clock, visit),
        }
    }

    /// To be asked when all rows were read.
    ///
    /// # Errors
    /// [`Error::NoNamedColumn`] if a column named by hand was in none of the objects read.
    pub fn finish(&self) -> Result<(), Error> {
        let Rows::JsonLines(members) = &self.rows else { return Ok(()) };
        let Some(name) = members.never_met() else { return Ok(()) };
        let named = |role: &Role| self.columns.of(*role).is_some_and(|names| names.iter().any(|other| other == name));
        let role = Role::ALL.into_iter().find(named).unwrap_or(Role::Edge);
        let column = Shown::new(name.as_bytes());
        Err(Error::NoNamedColumn { file: self.file.clone(), line: 1, role, column, header: "in no object".to_owned() })
    }
}
