//! Tables of Betas by edge, `edge,alpha,beta`: posteriors to rank and to choose by, priors to start from.

use std::collections::HashSet;
use std::path::Path;

use anyhow::bail;
use betadrift::beta::{Beta, TRUSTED};
use csv::StringRecord;

use super::table::Table;

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
    Ok(Posteriors::of(Table::read(path)?)?.rows.into_iter().map(|row| row.posterior).collect())
}

/// A table with the columns `edge`, `alpha` and `beta` and how it is written.
pub(super) struct Posteriors {
    pub(super) table: Table,
    pub(super) header: StringRecord,
    pub(super) columns: Columns,
    pub(super) rows: Vec<Row>,
}

/// Where the three columns stand.
pub(super) struct Columns {
    pub(super) edge: usize,
    pub(super) alpha: usize,
    pub(super) beta: usize,
}

/// A row, as it is meant and as it is written.
pub(super) struct Row {
    pub(super) posterior: Posterior,
    pub(super) record: StringRecord,
}

impl Posteriors {
    /// The posteriors of a table, each edge once.
    pub(super) fn of(table: Table) -> anyhow::Result<Self> {
        let (header, records) = table.records()?;
        let place = |name| table.required(&header, name, "`edge`, `alpha` and `beta`");
        let columns = Columns { edge: place("edge")?, alpha: place("alpha")?, beta: place("beta")? };
        let mut seen = HashSet::new();
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let posterior = columns.posterior(&table, &record)?;
            if !seen.insert(posterior.edge.clone()) {
                let problem = format!("edge `{}` is listed twice", posterior.edge.escape_debug());
                return Err(table.wrong(record.position(), columns.edge, problem));
            }
            rows.push(Row { posterior, record });
        }
        Ok(Self { table, header, columns, rows })
    }
}

impl Columns {
    fn posterior(&self, table: &Table, record: &StringRecord) -> anyhow::Result<Posterior> {
        let (alpha, beta) = (table.number(record, self.alpha)?, table.number(record, self.beta)?);
        let at_fault = if trusted(alpha, 1.0).is_err() { self.alpha } else { self.beta };
        let posterior = trusted(alpha, beta).map_err(|error| table.wrong(record.position(), at_fault, error))?;
        let edge = record[self.edge].to_owned();
        if edge.is_empty() {
            return Err(table.wrong(record.position(), self.edge, "the edge has no name"));
        }
        Ok(Posterior { edge, posterior })
    }
}
