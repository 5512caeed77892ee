//! A CSV file as it is written, so that a fault can be told by its place and a field be changed where it stands.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, anyhow};
use csv::{ErrorKind, Position, StringRecord};

use super::inputs::shown;

/// The bytes of a CSV and what to call it.
pub(super) struct Table {
    name: String,
    bytes: Vec<u8>,
}

impl Table {
    pub(super) fn new(name: String, bytes: Vec<u8>) -> Self {
        Self { name, bytes }
    }

    /// Reads a file; `-` is standard input.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = shown(path);
        let bytes = if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            fs::read(path)
        };
        Ok(Self { bytes: bytes.with_context(|| name.clone())?, name })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The header and every row, each as wide as the header.
    pub(super) fn records(&self) -> anyhow::Result<(StringRecord, Vec<StringRecord>)> {
        let mut reader = csv::Reader::from_reader(&*self.bytes);
        let header = reader.headers().map_err(|error| self.refused(error))?.clone();
        let rows = reader.records().map(|record| record.map_err(|error| self.refused(error)));
        Ok((header, rows.collect::<anyhow::Result<_>>()?))
    }

    /// Where the column of a name stands, if it is there.
    pub(super) fn column(&self, header: &StringRecord, name: &str) -> anyhow::Result<Option<usize>> {
        let mut places = (0..header.len()).filter(|&at| header[at].trim_start_matches('\u{feff}').trim() == name);
        match (places.next(), places.next()) {
            (Some(first), Some(second)) => {
                let problem = format!("columns {} and {} are both named `{name}`", first + 1, second + 1);
                Err(self.wrong(header.position(), second, problem))
            }
            (place, _) => Ok(place),
        }
    }

    /// Where the column of a name stands that must be there; `all` is what the header must have.
    pub(super) fn required(&self, header: &StringRecord, name: &str, all: &str) -> anyhow::Result<usize> {
        self.column(header, name)?.ok_or_else(|| {
            let problem = format!("there is no column `{name}`; the header must have {all}");
            self.wrong(header.position(), 0, problem)
        })
    }

    /// The number that a field holds.
    pub(super) fn number(&self, record: &StringRecord, field: usize) -> anyhow::Result<f64> {
        let text = record[field].trim();
        let wrong = |_| self.wrong(record.position(), field, format!("`{}` is not a number", text.escape_debug()));
        text.parse().map_err(wrong)
    }

    /// An error of the parser.
    fn refused(&self, error: csv::Error) -> anyhow::Error {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                self.wrong(pos.as_ref(), 0, format!("the row has {len} fields, but the header {expected_len}"))
            }
            ErrorKind::Utf8 { pos, err } => self.wrong(pos.as_ref(), err.field(), "the field is not UTF-8"),
            _ => anyhow!("{}: {error}", self.name),
        }
    }

    /// What is wrong with a field of the row at a position, as `file:line:column: problem`.
    pub(super) fn wrong(&self, position: Option<&Position>, field: usize, problem: impl Display) -> anyhow::Error {
        anyhow!("{}: {problem}", self.at(position, field))
    }

    /// Where a field of the row at a position stands, as `file:line:column`.
    pub(super) fn at(&self, position: Option<&Position>, field: usize) -> String {
        let (line, column) = position.map_or((1, 1), |position| self.place(position, field));
        format!("{}:{line}:{column}", self.name)
    }

    /// The line and the byte of the line, each from 1, at which a field begins.
    fn place(&self, position: &Position, field: usize) -> (u64, usize) {
        let (row, start) = (position.byte() as usize, self.span(position, field).start);
        let before = self.bytes.get(row..start).unwrap_or_default();
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |line_break| line_break + 1);
        let line_breaks = before.iter().filter(|&&byte| byte == b'\n').count();
        (position.line() + line_breaks as u64, before.len() - line_start + 1)
    }

    /// The bytes of a field of the row at a position, quotes included.
    pub(super) fn span(&self, position: &Position, field: usize) -> Range<usize> {
        let row = position.byte() as usize;
        // The parser's position is that of the line breaks before a row.
        let blank = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        let mut start = row + self.bytes.get(row..).unwrap_or_default().iter().take_while(blank).count();
        for _ in 0..field {
            start = (self.field_end(start) + 1).min(self.bytes.len());
        }
        start..self.field_end(start)
    }

    /// Where the field that begins at `start` ends. As in the parser, a quote means something only where a field begins
    /// with one.
    fn field_end(&self, start: usize) -> usize {
        let field = &self.bytes[start..];
        let mut quoted = field.first() == Some(&b'"');
        let mut at = usize::from(quoted);
        while at < field.len() {
            match field[at] {
                b'"' if quoted && field.get(at + 1) == Some(&b'"') => at += 1,
                b'"' if quoted => quoted = false,
                b',' | b'\n' | b'\r' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        start + at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_where_the_parser_finds_it() {
        let text =
            "\u{feff}edge,alpha,\"be\"\"ta\"\r\n\r\n5\" disk,\"1\",2\r\n\"a,\"\"b\nc\",,\"3\" x\n\n\"d\"\"\",4,\"\"";
        let table = Table::new("t.csv".to_owned(), text.as_bytes().to_vec());
        let (_, rows) = table.records().unwrap();
        let spans: Vec<Vec<&str>> = rows
            .iter()
            .map(|row| (0..3).map(|field| &text[table.span(row.position().unwrap(), field)]).collect())
            .collect();
        assert_eq!(spans, [["5\" disk", "\"1\"", "2"], ["\"a,\"\"b\nc\"", "", "\"3\" x"], ["\"d\"\"\"", "4", "\"\""]]);
        for (row, spans) in rows.iter().zip(&spans) {
            for (field, span) in row.iter().zip(spans) {
                let alone = format!("{span},\n");
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(alone.as_bytes());
                assert_eq!(&reader.records().next().unwrap().unwrap()[0], field);
            }
        }
    }
}
