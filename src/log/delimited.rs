//! Rows of comma- or tab-separated values.

use std::borrow::Cow;

use csv::ByteRecord;
use memchr::{memchr, memrchr};

use super::batch::Portion;
use super::block::{Block, Cut, Ends};
use super::clock::Clock;
use super::error::Error;
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::format::{Format, Head, Opened, Rows};
use super::label::Labels;
use super::layout::{Header, Layout};
use super::partition::{Partition, Partitioned};
use super::read::{BadRow, Options};
use super::row::{Fields, Interpreter};
use super::text::{Text, line_breaks};

/// Any text that is not a JSON array, which people write where an object a line is meant.
pub(super) static FORMAT: Format = Format { recognises, open };

fn recognises(head: &Head<'_>) -> bool {
    !matches!(head.text, None | Some([b'[', b'{' | b'\n' | b'\r' | b' ', ..]))
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let head = text.head()?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().to_owned();
    let delimiter = delimiter(&head, &text.file);
    let mut first = text.first(fields(delimiter))?;
    let (names, line) = header(&text.file, delimiter, &mut first)?;
    text.put_back(first);
    let partitions = std::mem::take(&mut text.partitions);
    let header = Header { names: &names, partitions: &partitions, columns: &options.columns, complete: true };
    let layout = header.layout(options.table);
    let (layout, passed_over) = layout.map_err(|error| error.in_file(&text.file, line, &names))?;
    let layout = layout.asked(options);
    let rows = Delimited { delimiter, width: names.len(), partitions, layout, labels: &options.labels };
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over })
}

/// A tab or a comma, whichever the header has; where it has both, the name of the file decides, then the greater number.
fn delimiter(text: &[u8], name: &str) -> u8 {
    let header = &text[..memchr(b'\n', text).unwrap_or(text.len())];
    let count = |wanted: u8| header.iter().filter(|&&byte| byte == wanted).count();
    let (tabs, commas) = (count(b'\t'), count(b','));
    let called = |ending: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with(ending) || name.contains(&format!("{ending}."))
    };
    let tabbed = match (tabs, commas) {
        (0, _) => false,
        (_, 0) => true,
        _ if called(".tsv") => true,
        _ if called(".csv") => false,
        _ => tabs > commas,
    };
    if tabbed { b'\t' } else { b',' }
}

/// Rows end at line breaks outside quotes; a quote opens where a field between these delimiters begins.
pub(super) fn fields(delimiter: u8) -> Ends {
    Box::new(move |bytes| unquoted_rows(bytes, delimiter))
}

fn unquoted_rows(bytes: &[u8], delimiter: u8) -> Cut {
    let (mut at, mut end) = (0, None);
    let line_break = |range: std::ops::Range<usize>| memrchr(b'\n', &bytes[range.clone()]).map(|i| range.start + i + 1);
    while let Some(quote) = memchr(b'"', &bytes[at..]).map(|i| at + i) {
        end = line_break(at..quote).or(end);
        at = quote + 1;
        let before = quote.checked_sub(1).map(|before| bytes[before]);
        if before.is_none_or(|byte| byte == delimiter || byte == b'\n' || byte == b'\r') {
            match closing_quote(bytes, at) {
                Some(closed) => at = closed,
                None => return Cut { end, open_quote: Some(quote) },
            }
        }
    }
    Cut { end: line_break(at..bytes.len()).or(end), open_quote: None }
}

/// The position after the quote that closes a field; a doubled quote does not.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote + 1);
        }
        at = quote + 2;
    }
}

impl Fields for ByteRecord {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        Self::get(self, column).map(Cow::Borrowed)
    }
}

fn reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// Takes the header off a text: its names, blanks around them aside, and its line.
fn header(file: &str, delimiter: u8, block: &mut Block) -> Result<(Vec<String>, u64), Error> {
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

/// A file with a header of so many columns.
#[derive(Debug)]
struct Delimited<'a> {
    delimiter: u8,
    width: usize,
    partitions: Vec<Partition>,
    layout: Layout,
    labels: &'a Labels,
}

impl Rows for Delimited<'_> {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let mut interpreter = Interpreter::new(&self.layout, self.labels);
        let (mut record, mut reader) = (ByteRecord::new(), reader(self.delimiter, &block.bytes));
        while next(&mut reader, &mut record) {
            let start = row_start(&block.bytes, &record);
            let line = block.line + line_of(&record) + line_breaks(&block.bytes[byte_of(&record)..start]);
            let entry = match (record.len(), self.width) {
                (found, expected) if found < expected => Err(Problem::ShortRow { found, expected }.into()),
                (found, expected) if found > expected => {
                    Err(Fault { field: Some(expected), problem: Problem::LongRow { found, expected } })
                }
                (_, width) => {
                    let fields = Partitioned { fields: &record, width, partitions: &self.partitions };
                    // What the path says has no place in the row.
                    let in_row = |fault: Fault| Fault { field: fault.field.filter(|&field| field < width), ..fault };
                    interpreter.entry(&fields, clock).map_err(in_row)
                }
            };
            visit(Portion::Row(
                line,
                entry.map_err(|Fault { field, problem }| {
                    let raw = &block.bytes[start..reader.position().byte() as usize];
                    let (below, column) = field.map_or((0, 1), |field| place(raw, field, self.delimiter));
                    BadRow { line: line + below, column, problem, raw: raw.trim_ascii_end() }
                }),
            ));
        }
    }

    fn is_settled(&self, clock: &Clock) -> bool {
        self.layout.is_settled(clock)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_only_breaks_ties_between_delimiters() {
        assert_eq!(delimiter(b"a,b\n", "x.tsv"), b',');
        assert_eq!(delimiter(b"a\tb\n", "x.csv"), b'\t');
        assert_eq!(delimiter(b"a\tb,c\n", "x.tsv"), b'\t');
        assert_eq!(delimiter(b"a\tb,c\n", "x.csv"), b',');
    }

    #[test]
    fn rows_end_at_line_breaks_outside_quotes() {
        let end = |text: &str| unquoted_rows(text.as_bytes(), b',').end;
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\",d"), None);
        assert_eq!(end("a,\"b\nc\"\nd,\"e\n"), Some(8));
        assert_eq!(end("a,\"b\"\"\nc\"\nd"), Some(10));
        assert_eq!(end("5\" pipe,b\n6\" pipe"), Some(10));
        assert_eq!(end("\"\"\n\"\n"), Some(3));
        assert_eq!(end("\"a\"x\"\nb"), Some(6));
    }
}
