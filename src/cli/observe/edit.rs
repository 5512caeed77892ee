//! Adding feedback to a table of posteriors, byte for byte as it is but for the parameters that move.

use std::ops::Range;

use anyhow::anyhow;
use betadrift::beta::Beta;
use betadrift::feedback::Tally;
use betadrift::log::escaped;
use betadrift::number::Plain;
use betadrift::posterior::Priors;
use csv::{StringRecord, Terminator, WriterBuilder};
use indexmap::IndexMap;

use super::Observed;
use super::decimal::Decimal;
use super::feedback::Feedback;
use crate::cli::exit::Usage;
use crate::cli::posteriors::{Posteriors, trusted};
use crate::cli::table::Table;

/// What becomes of an edge that is not in the file.
pub(super) enum Absent {
    Refuse,
    Add(Priors),
}

/// What an edge got.
struct Sums<'a> {
    first: &'a Feedback,
    /// Σ r.
    successes: Decimal,
    /// Σ (1 − r).
    failures: Decimal,
}

/// The table of that name after the feedback, and what its edges became, in the order in which they are first named.
pub(super) fn observe(
    name: String,
    bytes: Vec<u8>,
    feedback: &[Feedback],
    absent: &Absent,
) -> anyhow::Result<(Vec<u8>, Vec<Observed>)> {
    let posteriors = Posteriors::of(Table::new(name, bytes))?;
    let known: IndexMap<&str, &StringRecord> =
        posteriors.rows.iter().map(|row| (&*row.posterior.edge, &row.record)).collect();
    let (mut edits, mut added, mut observed) = (Vec::new(), Vec::new(), Vec::new());
    for (edge, sums) in sums(feedback) {
        let moved = match (known.get(edge), absent) {
            (Some(record), _) => posteriors.moved(edge, record, &sums, &mut edits)?,
            (None, Absent::Add(priors)) => {
                let moved = born(edge, priors.of(edge), &sums)?;
                added.push(posteriors.row(&moved));
                moved
            }
            (None, Absent::Refuse) => return Err(refusal(sums.first, posteriors.table.name())),
        };
        observed.push(moved);
    }
    Ok((appended(replaced(posteriors.table.bytes(), edits), &added)?, observed))
}

fn refusal(unknown: &Feedback, file: &str) -> anyhow::Error {
    let problem = format!("edge `{}` is not in {file}; --add adds it", escaped(unknown.edge.as_bytes()));
    match &unknown.place {
        Some(place) => anyhow!("{place}: {problem}"),
        None => Usage(format!("--edge: {problem}")).into(),
    }
}

fn sums(feedback: &[Feedback]) -> IndexMap<&str, Sums<'_>> {
    let decimal = |tally: Tally| -> Decimal {
        tally.to_string().parse().expect("valid by construction: a tally is printed as a decimal")
    };
    let zero = Decimal::default();
    let mut sums: IndexMap<&str, Sums> = IndexMap::new();
    for first in feedback {
        let of_edge = sums.entry(&first.edge).or_insert(Sums { first, successes: zero, failures: zero });
        of_edge.successes = of_edge.successes + decimal(first.reward.success());
        of_edge.failures = of_edge.failures + decimal(first.reward.failure());
    }
    sums
}

impl Posteriors {
    /// An edge of the table after its feedback, and the edits that make it so.
    fn moved(
        &self,
        edge: &str,
        record: &StringRecord,
        sums: &Sums,
        edits: &mut Vec<(Range<usize>, String)>,
    ) -> anyhow::Result<Observed> {
        let mut parameter = |field: usize, sum: Decimal| {
            let text = record[field].trim();
            // What nothing is added to stays as it is written.
            if sum.is_zero() {
                return Ok(text.to_owned());
            }
            let decimal: Decimal =
                text.parse().map_err(|()| self.table.wrong(record.position(), field, "not a decimal"))?;
            let span = record.position().map(|position| self.table.span(position, field));
            let text = (decimal + sum).to_string();
            edits.extend(span.map(|span| (span, text.clone())));
            anyhow::Ok(text)
        };
        let (alpha, beta) =
            (parameter(self.columns.alpha, sums.successes)?, parameter(self.columns.beta, sums.failures)?);
        let posterior = trusted(alpha.parse()?, beta.parse()?);
        let posterior = posterior.map_err(|error| self.table.wrong(record.position(), self.columns.edge, error))?;
        Ok(Observed { edge: edge.to_owned(), posterior, alpha, beta, added: false })
    }

    /// The row of an edge that is added: its three columns, the others empty.
    fn row(&self, edge: &Observed) -> Vec<String> {
        let mut row = vec![String::new(); self.header.len()];
        row[self.columns.edge].clone_from(&edge.edge);
        row[self.columns.alpha].clone_from(&edge.alpha);
        row[self.columns.beta].clone_from(&edge.beta);
        row
    }
}

/// An edge that begins at its prior.
fn born(edge: &str, prior: Beta, sums: &Sums) -> anyhow::Result<Observed> {
    let decimal = |x: f64| -> Decimal {
        Plain(x).to_string().parse().expect("valid by construction: a prior is finite and not negative")
    };
    let alpha = (decimal(prior.alpha()) + sums.successes).to_string();
    let beta = (decimal(prior.beta()) + sums.failures).to_string();
    Ok(Observed { edge: edge.to_owned(), posterior: trusted(alpha.parse()?, beta.parse()?)?, alpha, beta, added: true })
}

/// The bytes with some spans replaced, no two of which overlap.
fn replaced(bytes: &[u8], mut edits: Vec<(Range<usize>, String)>) -> Vec<u8> {
    edits.sort_unstable_by_key(|(span, _)| span.start);
    let mut edited = Vec::with_capacity(bytes.len() + 32);
    let mut from = 0;
    for (span, text) in edits {
        edited.extend_from_slice(&bytes[from..span.start]);
        edited.extend_from_slice(text.as_bytes());
        from = span.end;
    }
    edited.extend_from_slice(&bytes[from..]);
    edited
}

/// The bytes with rows after them, which end as the lines before them do.
fn appended(mut bytes: Vec<u8>, rows: &[Vec<String>]) -> anyhow::Result<Vec<u8>> {
    if rows.is_empty() {
        return Ok(bytes);
    }
    let line_end: &[u8] = if bytes.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    if !bytes.ends_with(b"\n") {
        bytes.extend_from_slice(line_end);
    }
    let terminator = if line_end.len() == 2 { Terminator::CRLF } else { Terminator::Any(b'\n') };
    let mut writer = WriterBuilder::new().terminator(terminator).from_writer(bytes);
    rows.iter().try_for_each(|row| writer.write_record(row))?;
    Ok(writer.into_inner()?)
}
