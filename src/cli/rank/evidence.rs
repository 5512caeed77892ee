//! The counts of posteriors against one rate.

use betadrift::beta::{Beta, Interval};
use betadrift::decision::{Discoveries, always_valid, e_bh, ln_e_value};
use betadrift::number::Plain;

use crate::cli::posteriors::{Posteriors, Row};

/// What the counts of each edge say against one rate, whenever somebody looks.
pub(super) struct Against {
    pub(super) rate: f64,
    pub(super) prior: Beta,
    pub(super) level: f64,
    pub(super) ln_e_values: Vec<f64>,
    pub(super) intervals: Vec<Interval>,
    pub(super) found: Discoveries,
}

impl Against {
    /// Weighs the counts that the posteriors have beyond their prior.
    pub(super) fn weigh(table: &Posteriors, rate: f64, prior: Beta, level: f64) -> anyhow::Result<Self> {
        let counts = table.rows.iter().map(|row| counts(table, row, prior)).collect::<anyhow::Result<Vec<_>>>()?;
        let ln_e_values: Vec<f64> = counts.iter().map(|&(s, f)| ln_e_value(s, f, rate)).collect();
        let intervals = counts.iter().map(|&(s, f)| always_valid(s, f, level)).collect();
        let found = e_bh(&ln_e_values, 1.0 - level);
        Ok(Self { rate, prior, level, ln_e_values, intervals, found })
    }
}

/// Successes and failures of a posterior: its parameters less those of the prior.
fn counts(table: &Posteriors, row: &Row, prior: Beta) -> anyhow::Result<(f64, f64)> {
    let posterior = row.posterior.posterior;
    let parameters = [
        ("alpha", posterior.alpha(), prior.alpha(), table.columns.alpha),
        ("beta", posterior.beta(), prior.beta(), table.columns.beta),
    ];
    for (name, value, least, column) in parameters {
        if value < least {
            let problem = format!(
                "{name} {} is below the prior's {}, so that there is no count; --prior A,B is the one that the posteriors \
                 started from",
                Plain(value),
                Plain(least)
            );
            return Err(table.table.wrong(row.record.position(), column, problem));
        }
    }
    Ok((posterior.alpha() - prior.alpha(), posterior.beta() - prior.beta()))
}
