//! Tables of Betas by edge, `edge,alpha,beta`: posteriors to rank, priors to start from.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use betadrift::beta::Beta;
use csv::StringRecord;

/// An edge and its Beta.
pub(super) struct Posterior {
    pub(super) edge: String,
    pub(super) posterior: Beta,
}

/// Where the three columns stand.
struct Columns {
    edge: usize,
    alpha: usize,
    beta: usize,
}

/// Reads `edge,alpha,beta` from a CSV with these columns, in any order, among others. `-` is standard input.
pub(super) fn read_posteriors(path: &Path) -> anyhow::Result<Vec<Posterior>> {
    let name = path.display();
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("{name}"))?)
    };
    let mut reader = csv::Reader::from_reader(input);
    let columns =
        Columns::of(reader.headers().with_context(|| format!("{name}:1"))?).with_context(|| format!("{name}:1"))?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{name}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = columns.read(&record).with_context(|| format!("{name}:{line}"))?;
        if !seen.insert(row.edge.clone()) {
            bail!("{name}:{line}:{}: edge `{}` is listed twice", columns.edge + 1, row.edge.escape_debug());
        }
        rows.push(row);
    }
    Ok(rows)
}

impl Columns {
    fn of(header: &StringRecord) -> anyhow::Result<Self> {
        let find = |name: &str| {
            let mut places = (0..header.len()).filter(|&at| header[at].trim_start_matches('\u{feff}').trim() == name);
            match (places.next(), places.next()) {
                (Some(at), None) => Ok(at),
                (Some(first), Some(second)) => {
                    bail!("columns {} and {} are both named `{name}`", first + 1, second + 1)
                }
                (None, _) => bail!("there is no column `{name}`; the header must have `edge`, `alpha` and `beta`"),
            }
        };
        Ok(Self { edge: find("edge")?, alpha: find("alpha")?, beta: find("beta")? })
    }

    fn read(&self, record: &StringRecord) -> anyhow::Result<Posterior> {
        let number = |at: usize| -> anyhow::Result<f64> {
            let text = record[at].trim();
            text.parse().with_context(|| format!("column {}: `{}` is not a number", at + 1, text.escape_debug()))
        };
        let (alpha, beta) = (number(self.alpha)?, number(self.beta)?);
        let posterior = Beta::new(alpha, beta)?;
        let edge = record[self.edge].to_owned();
        if edge.is_empty() {
            bail!("column {}: the edge has no name", self.edge + 1);
        }
        Ok(Posterior { edge, posterior })
    }
}
