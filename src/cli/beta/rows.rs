//! `beta -`: every divergence for rows of pairs.

use std::io::{self, Read};

use anyhow::{Context, anyhow};
use betadrift::beta::{Beta, BetaError};
use csv::{StringRecord, Trim};
use rayon::prelude::*;
use serde::Serialize;

use super::{DIVERGENCES, Divergences, plain, ten_digits};
use crate::cli::output::{Format, Output};

/// Rows that are computed at once; as many are held in memory.
const BATCH: usize = 4096;

const COLUMNS: [&str; 4] = ["a1", "b1", "a2", "b2"];

/// A row of the input and what was computed of it.
struct Row {
    record: StringRecord,
    p: Beta,
    q: Beta,
    divergences: Divergences,
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    rows: Vec<JsonRow>,
}

#[derive(Serialize)]
struct JsonRow {
    a1: f64,
    b1: f64,
    a2: f64,
    b2: f64,
    #[serde(flatten)]
    divergences: Divergences,
}

/// Reads rows under the header `a1,b1,a2,b2`, in any order and beside other columns, and prints them with their divergences.
pub(super) fn compare(input: impl Read, output: Output) -> anyhow::Result<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(input);
    let header = reader.headers().map_err(unreadable).context("standard input")?.clone();
    let rows = Rows { records: reader.into_records(), places: places(&header)?, columns: header.len() };
    match output.format {
        Format::Csv => print_csv(&header, rows, output),
        Format::Json => {
            let mut all = Vec::new();
            for batch in rows {
                all.extend(batch?.into_iter().map(JsonRow::from));
            }
            output.json(&Document { schema: "betadrift.beta/1", rows: all })
        }
        Format::Table => {
            let mut all = Vec::new();
            for batch in rows {
                all.extend(batch?.iter().map(|row| row.cells(ten_digits)));
            }
            output.table(&header.iter().chain(DIVERGENCES).collect::<Vec<_>>(), all)
        }
    }
}

/// Prints batch after batch, so that memory does not grow with the input.
fn print_csv<R: Read>(header: &StringRecord, mut rows: Rows<R>, output: Output) -> anyhow::Result<()> {
    output.write(|out| {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(header.iter().chain(DIVERGENCES))?;
        for batch in &mut rows {
            for row in batch.map_err(invalid_data)? {
                csv.write_record(row.cells(plain))?;
            }
        }
        csv.flush()
    })
}

/// What the CSV reader could not read: trouble with the input, or bytes that are no text.
fn unreadable(error: csv::Error) -> anyhow::Error {
    if error.is_io_error() { io::Error::from(error).into() } else { error.into() }
}

/// Bad data on its way through a writer; trouble with the input itself stays what it is.
fn invalid_data(error: anyhow::Error) -> io::Error {
    error.downcast().unwrap_or_else(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{error:#}")))
}

impl Row {
    /// The row as it was given, then its divergences.
    fn cells(&self, number: fn(f64) -> String) -> Vec<String> {
        self.record.iter().map(str::to_owned).chain(self.divergences.values().map(number)).collect()
    }
}

impl From<Row> for JsonRow {
    fn from(Row { p, q, divergences, .. }: Row) -> Self {
        Self { a1: p.alpha(), b1: p.beta(), a2: q.alpha(), b2: q.beta(), divergences }
    }
}

/// Where each of the four columns stands.
fn places(header: &StringRecord) -> anyhow::Result<[usize; 4]> {
    let mut places = [0; 4];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let mut found = header.iter().zip(0..).filter(|(column, _)| *column == name).map(|(_, at)| at);
        *place = found
            .next()
            .ok_or_else(|| anyhow!("standard input:1: no column `{name}`; the header must name a1,b1,a2,b2"))?;
        if let Some(second) = found.next() {
            let (first, second) = (*place + 1, second + 1);
            return Err(anyhow!("standard input:1:{second}: column `{name}` is there twice, also as column {first}"));
        }
    }
    Ok(places)
}

/// Batches of rows, in order of the input; the rows before one that is wrong come first.
struct Rows<R> {
    records: csv::StringRecordsIntoIter<R>,
    places: [usize; 4],
    columns: usize,
}

impl<R: Read> Iterator for Rows<R> {
    type Item = anyhow::Result<Vec<Row>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (places, columns) = (self.places, self.columns);
        let records = self.records.by_ref().take(BATCH);
        let pairs = records.map(|record| pair(record.map_err(unreadable).context("standard input")?, places, columns));
        let pairs: Vec<_> = match pairs.collect::<anyhow::Result<_>>() {
            Ok(pairs) => pairs,
            Err(error) => return Some(Err(error)),
        };
        let row = |(record, p, q)| Row { record, p, q, divergences: Divergences::between(p, q) };
        (!pairs.is_empty()).then(|| Ok(pairs.into_par_iter().map(row).collect()))
    }
}

/// The two Betas of a row, which is kept as it was given.
fn pair(record: StringRecord, places: [usize; 4], columns: usize) -> anyhow::Result<(StringRecord, Beta, Beta)> {
    if record.len() != columns {
        let (line, found) = (line(&record), record.len());
        return Err(anyhow!("standard input:{line}:{found}: {found} columns, the header has {columns}"));
    }
    let [a1, b1, a2, b2] = places;
    let (p, q) = (beta(&record, a1, b1)?, beta(&record, a2, b2)?);
    Ok((record, p, q))
}

/// The Beta of two cells of a row.
fn beta(record: &StringRecord, alpha: usize, beta: usize) -> anyhow::Result<Beta> {
    let line = line(record);
    let number = |at: usize| {
        let cell = &record[at];
        cell.parse::<f64>()
            .map_err(|_| anyhow!("standard input:{line}:{}: `{}` is not a number", at + 1, cell.escape_debug()))
    };
    let (a, b) = (number(alpha)?, number(beta)?);
    Beta::new(a, b).map_err(|error| {
        let at = if matches!(error, BetaError::Alpha(_)) { alpha } else { beta };
        anyhow!("standard input:{line}:{}: {error}", at + 1)
    })
}

fn line(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}
