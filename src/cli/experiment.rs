//! Logs that are the exposures of an experiment, and the outcomes that go with them.

use std::path::PathBuf;

use betadrift::log::{Columns, Role, Table};
use betadrift::replay::Window;
use clap::Args;

use super::exit::Usage;

/// The other table of an experiment, and how it goes with the first.
#[derive(Args, Clone)]
pub(super) struct ExperimentArgs {
    /// Outcomes of units (CSV, TSV, JSON lines, Parquet); the LOGs are exposures of these units to variations of experiments then
    #[arg(long, value_name = "FILE", requires = "attribution", conflicts_with = "from")]
    pub(super) outcomes: Vec<PathBuf>,
    /// How long after a unit's first exposure its first outcome counts: 7d, 36h, 90m or 30s
    #[arg(long, value_name = "DURATION", requires = "outcomes")]
    pub(super) attribution: Option<Window>,
}

impl ExperimentArgs {
    /// The columns named by hand, each for a role that there is.
    pub(super) fn columns(&self, assignments: &[String]) -> Result<Columns, Usage> {
        let mut columns = Columns::default();
        for assignment in assignments {
            columns.push(assignment).map_err(|error| Usage(format!("--column: {error}")))?;
        }
        let (tables, which): (&[Table], _) = match self.attribution {
            Some(_) => (&[Table::Exposures, Table::Outcomes], "exposures and outcomes have"),
            None => (&[Table::Feedback], "logs have, unless --outcomes makes them exposures,"),
        };
        let is_of = |role: &Role| tables.iter().any(|table| table.roles().contains(role));
        match Role::ALL.iter().find(|role| columns.of(**role).is_some() && !is_of(role)) {
            Some(role) => Err(Usage(format!("--column {role}: {which} no {role}"))),
            None => Ok(columns),
        }
    }
}
