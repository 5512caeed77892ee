//! Tables of Betas by edge, `edge,alpha,beta`: posteriors to rank, priors to start from.

use std::collections::HashSet;
use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use betadrift::beta::{Beta, TRUSTED};
use csv::{ErrorKind, Position, StringRecord};

use super::inputs::shown;

/// An edge and its Beta.
pub(super) struct Posterior {
    pub(super) edge: String,
    pub(super) posterior: Beta,
}

/// The Beta of two parameters given from outside, if what is computed of it can be trusted.
pub(super) fn trusted(alpha: f64, beta: f64) -> anyhow::Result<Beta> {
    for (name, value) in [("alpha", alpha), ("beta", beta)] {
        if value > 0.0 && value.is_finite() && !TRUSTED.contains(&value) {
            bail!("{name} ({value:?}) must be between 1e-9 and 1e12; outside of it, results cannot be trusted");
        }
    }
    Ok(Beta::new(alpha, beta)?)
}

/// Reads `edge,alpha,beta` from a CSV with these columns, in any order, among others. `-` is standard input.
pub(super) fn read_posteriors(path: &Path) -> anyhow::Result<Vec<Posterior>> {
    let name = shown(path);
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let table = Table { bytes: &bytes.with_context(|| name.clone())?, name: &name };
    let mut reader = csv::Reader::from_reader(table.bytes);
    let columns = table.columns(reader.headers().map_err(|error| table.refused(error))?)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| table.refused(error))?;
        let row = table.row(&columns, &record)?;
        if !seen.insert(row.edge.clone()) {
            let problem = format!("edge `{}` is listed twice", row.edge.escape_debug());
            return Err(table.wrong(record.position(), columns.edge, problem));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A table as it is written, to say where something is wrong with it.
struct Table<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

/// Where the three columns stand.
struct Columns {
    edge: usize,
    alpha: usize,
    beta: usize,
}

impl Table<'_> {
    fn columns(&self, header: &StringRecord) -> anyhow::Result<Columns> {
        let find = |name: &str| {
            let mut places = (0..header.len()).filter(|&at| header[at].trim_start_matches('\u{feff}').trim() == name);
            let wrong = |at, problem| Err(self.wrong(header.position(), at, problem));
            match (places.next(), places.next()) {
                (Some(at), None) => Ok(at),
                (Some(first), Some(second)) => {
                    wrong(second, format!("columns {} and {} are both named `{name}`", first + 1, second + 1))
                }
                (None, _) => {
                    wrong(0, format!("there is no column `{name}`; the header must have `edge`, `alpha` and `beta`"))
                }
            }
        };
        Ok(Columns { edge: find("edge")?, alpha: find("alpha")?, beta: find("beta")? })
    }

    fn row(&self, columns: &Columns, record: &StringRecord) -> anyhow::Result<Posterior> {
        let number = |at: usize| -> anyhow::Result<f64> {
            let text = record[at].trim();
            let wrong = |_| self.wrong(record.position(), at, format!("`{}` is not a number", text.escape_debug()));
            text.parse().map_err(wrong)
        };
        let (alpha, beta) = (number(columns.alpha)?, number(columns.beta)?);
        let at_fault = if trusted(alpha, 1.0).is_err() { columns.alpha } else { columns.beta };
        let posterior = trusted(alpha, beta).map_err(|error| self.wrong(record.position(), at_fault, error))?;
        let edge = record[columns.edge].to_owned();
        if edge.is_empty() {
            return Err(self.wrong(record.position(), columns.edge, "the edge has no name"));
        }
        Ok(Posterior { edge, posterior })
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
    fn wrong(&self, position: Option<&Position>, field: usize, problem: impl Display) -> anyhow::Error {
        let (line, column) = position.map_or((1, 1), |position| self.place(position, field));
        anyhow!("{}:{line}:{column}: {problem}", self.name)
    }

    /// The line and the byte of the line, each from 1, at which a field begins.
    fn place(&self, position: &Position, field: usize) -> (u64, usize) {
        let row = self.bytes.get(position.byte() as usize..).unwrap_or_default();
        // The parser's position is that of the blank lines before a row.
        let start = row.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let (mut quoted, mut fields) = (false, 0);
        let inside = row[start..].iter().take_while(|&&byte| {
            quoted ^= byte == b'"';
            fields += usize::from(byte == b',' && !quoted);
            fields < field
        });
        let at = start + if field == 0 { 0 } else { inside.count() + 1 };
        let before = &row[..at.min(row.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |line_break| line_break + 1);
        let line_breaks = before.iter().filter(|&&byte| byte == b'\n').count();
        (position.line() + line_breaks as u64, before.len() - line_start + 1)
    }
}
