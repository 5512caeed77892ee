//! Rows of comma- or tab-separated values.

use std::borrow::Cow;

use csv::ByteRecord;
use memchr::{memchr, memchr_iter};

use super::block::{Block, closing_quote};
use super::clock::Clock;
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::row::{Entry, Fields, Interpreter};
use super::{BadRow, Error};

impl Fields for ByteRecord {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        Self::get(self, column).map(Cow::Borrowed)
    }
}

fn reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// Takes the header off a text: its names, blanks around them aside, and its line.
pub(super) fn header(file: &str, delimiter: u8, block: &mut Block) -> Result<(Vec<String>, u64), Error> {
    let (mut record, mut reader) = (ByteRecord::new(), reader(delimiter, &block.bytes));
    next(&mut reader, &mut record);
    let end = reader.position().byte() as usize;
    let start = row_start(&block.bytes, &record);
    let line = block.line + line_breaks(&block.bytes[..start]);
    if let Some((first, second)) = twice(&record) {
        let (_, at) = place(&block.bytes[start..end], second, delimiter);
        let name = Shown::new(record[second].trim_ascii());
        return Err(Error::SameHeader { file: file.to_owned(), line, at, first: first + 1, second: second + 1, name });
    }
    let names = record.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
    block.line += line_breaks(&block.bytes[..end]);
    block.bytes.drain(..end);
    Ok((names, line))
}

/// Two columns of the same name; those without a name are not meant.
fn twice(header: &ByteRecord) -> Option<(usize, usize)> {
    let mut first = std::collections::HashMap::new();
    header.iter().enumerate().find_map(|(column, name)| {
        let name = name.trim_ascii();
        if name.is_empty() { None } else { first.insert(name, column).map(|before| (before, column)) }
    })
}

/// Shows every row of a block: its line, and what it says or what is wrong with it.
pub(super) fn rows(
    (delimiter, width): (u8, usize),
    block: &Block,
    interpreter: &mut Interpreter<'_>,
    clock: &mut Clock,
    mut visit: impl FnMut(u64, Result<Entry<'_>, BadRow<'_>>),
) {
    let (mut record, mut reader) = (ByteRecord::new(), reader(delimiter, &block.bytes));
    while next(&mut reader, &mut record) {
        let start = row_start(&block.bytes, &record);
        let line = block.line + line_of(&record) + line_breaks(&block.bytes[byte_of(&record)..start]);
        let entry = match (record.len(), width) {
            (found, expected) if found < expected => Err(Problem::ShortRow { found, expected }.into()),
            (found, expected) if found > expected => {
                Err(Fault { field: Some(expected), problem: Problem::LongRow { found, expected } })
            }
            _ => interpreter.entry(&record, clock),
        };
        visit(
            line,
            entry.map_err(|Fault { field, problem }| {
                let raw = &block.bytes[start..reader.position().byte() as usize];
                let (below, column) = field.map_or((0, 1), |field| place(raw, field, delimiter));
                BadRow { line: line + below, column, problem, raw: raw.trim_ascii_end() }
            }),
        );
    }
}

fn next(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord) -> bool {
    reader.read_byte_record(record).expect("valid by construction: memory can be read, and rows may be ragged")
}

fn byte_of(record: &ByteRecord) -> usize {
    record.position().map_or(0, |position| position.byte() as usize)
}

fn line_of(record: &ByteRecord) -> u64 {
    record.position().map_or(0, |position| position.line() - 1)
}

/// Where a row begins: the parser's position is that of the blank lines before it.
fn row_start(bytes: &[u8], record: &ByteRecord) -> usize {
    let start = byte_of(record);
    start + bytes[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

fn line_breaks(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Where a field of a row begins: lines below the row's first, and the byte column from 1.
fn place(row: &[u8], field: usize, delimiter: u8) -> (u64, u64) {
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
