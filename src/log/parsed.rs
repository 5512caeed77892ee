//! Rows of a delimited text as a parser of all of RFC 4180 reads them: whatever is not plain.

use std::borrow::Cow;
use std::io::{Cursor, SeekFrom};

use csv::{ByteRecord, Position};
use memchr::memchr;

use super::batch::Portion;
use super::block::Block;
use super::clock::Clock;
use super::delimited::{Delimited, closing_quote};
use super::fault::{Fault, Problem};
use super::partition::Partitioned;
use super::read::BadRow;
use super::row::{Fields, Interpreter};
use super::text::line_breaks;

/// Rows of a block as the parser reads them.
pub(super) struct Parsed<'a> {
    of: &'a Delimited<'a>,
    block: &'a Block,
    reader: csv::Reader<Cursor<&'a [u8]>>,
    record: ByteRecord,
    interpreter: Interpreter<'a>,
}

impl<'a> Parsed<'a> {
    pub(super) fn new(of: &'a Delimited<'_>, block: &'a Block) -> Self {
        let reader = reader(of.delimiter, &block.bytes);
        Self { of, block, reader, record: ByteRecord::new(), interpreter: Interpreter::new(&of.layout, of.labels) }
    }

    /// Shows so many rows from a position on, which is on that line; returns where the next begins and its line.
    pub(super) fn show(
        &mut self,
        (at, line): (usize, u64),
        rows: usize,
        clock: &mut Clock,
        visit: &mut dyn FnMut(Portion<'_>),
    ) -> (usize, u64) {
        self.go_to(at, line);
        for _ in 0..rows {
            if !next(&mut self.reader, &mut self.record) {
                break;
            }
            self.row(clock, visit);
        }
        let end = self.reader.position().byte() as usize;
        (end, line + line_breaks(&self.block.bytes[at..end]))
    }

    fn go_to(&mut self, at: usize, line: u64) {
        if self.reader.position().byte() as usize == at {
            return;
        }
        // From the line break before it, since what looks like the mark of a file is none here.
        let (before, mut position) = (at - 1, Position::new());
        let lines = line_breaks(&self.block.bytes[before..at]);
        position.set_byte(before as u64).set_line(1 + line - self.block.line - lines);
        let sought = self.reader.seek_raw(SeekFrom::Start(before as u64), position);
        sought.expect(READABLE);
    }

    /// Shows the row that was parsed.
    fn row(&mut self, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let Self { of, block, reader, record, interpreter } = self;
        let start = row_start(&block.bytes, record);
        let line = block.line + line_of(record) + line_breaks(&block.bytes[byte_of(record)..start]);
        let entry = match (record.len(), of.width) {
            (found, expected) if found < expected => Err(Problem::ShortRow { found, expected }.into()),
            (found, expected) if found > expected => {
                Err(Fault { field: Some(expected), problem: Problem::LongRow { found, expected } })
            }
            (_, width) => {
                let fields = Partitioned { fields: &*record, width, partitions: &of.partitions };
                // What the path says has no place in the row.
                let in_row = |fault: Fault| Fault { field: fault.field.filter(|&field| field < width), ..fault };
                interpreter.entry(&fields, clock).map_err(in_row)
            }
        };
        let row = entry.map_err(|Fault { field, problem }| {
            let raw = &block.bytes[start..reader.position().byte() as usize];
            let (below, column) = field.map_or((0, 1), |field| place(raw, field, of.delimiter));
            BadRow { line: line + below, column, problem, raw: raw.trim_ascii_end() }
        });
        visit(Portion::Row(line, row));
    }
}

const READABLE: &str = "valid by construction: memory can be read, and rows may be ragged";

pub(super) fn next(reader: &mut csv::Reader<Cursor<&[u8]>>, record: &mut ByteRecord) -> bool {
    reader.read_byte_record(record).expect(READABLE)
}

impl Fields for ByteRecord {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        Self::get(self, column).map(Cow::Borrowed)
    }
}

pub(super) fn reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<Cursor<&[u8]>> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(Cursor::new(bytes))
}

fn byte_of(record: &ByteRecord) -> usize {
    record.position().map_or(0, |position| position.byte() as usize)
}

fn line_of(record: &ByteRecord) -> u64 {
    record.position().map_or(0, |position| position.line() - 1)
}

/// Where a row begins: the parser's position is that of the blank lines before it.
pub(super) fn row_start(bytes: &[u8], record: &ByteRecord) -> usize {
    let start = byte_of(record);
    start + bytes[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

/// Where a field of a row begins: lines below the row's first, and the byte column from 1.
pub(super) fn place(row: &[u8], field: usize, delimiter: u8) -> (u64, u64) {
    let mut at = 0;
    for _ in 0..field {
        if row.get(at) == Some(&b'"') {
            at = closing_quote(row, at + 1).unwrap_or(row.len());
        }
        at += memchr(delimiter, &row[at..]).map_or(row.len() - at, |delimiter| delimiter + 1);
    }
    let line_start = row[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |line_break| line_break + 1);
    (line_breaks(&row[..at]), (at - line_start) as u64 + 1)
}
