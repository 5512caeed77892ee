//! The tables of experiments: which unit was exposed to which variation, and what came of it.

use super::clock::{Clock, Time};
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::id::EventId;
use super::layout::{Header, LayoutError, PassedOver};
use super::role::Role;
use super::row::{Entry, Fields, Interpreter, is_empty, join_part};
use crate::feedback::Reward;

/// What the rows of a table are.
///
/// ```
/// use betadrift::log::{Entry, Input, Log, Options, Role, Table};
/// let options = Options { table: Table::Exposures, ..Options::default() };
/// let text = "exposed_at,user_id,variant\n2026-01-01,u1,blue\n";
/// let (mut log, parser) = Log::open(Input::reader("shown.csv", text.as_bytes()), &options, &|_| {})?;
/// let mut seen = Vec::new();
/// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| {
///     seen.extend(row.ok().and_then(|row| if let Entry::Exposure { edge, .. } = row { Some(edge.to_owned()) } else { None }));
/// });
/// assert_eq!(seen, ["blue"]);
/// assert_eq!(Table::Outcomes.roles(), [Role::Time, Role::Unit, Role::Reward]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Table {
    /// Feedback, as in every log.
    #[default]
    Feedback,
    /// Exposures of units to the variations of experiments.
    Exposures,
    /// Outcomes of units.
    Outcomes,
}

/// Names of the time of an exposure, the first that is there before the others.
pub(super) const EXPOSED_AT: [&str; 12] = [
    "exposure_time",
    "exposed_at",
    "exposure_timestamp",
    "first_exposure",
    "first_exposure_time",
    "first_exposure_utc",
    "assigned_at",
    "assignment_time",
    "served_at",
    "timestamp",
    "time",
    "ts",
];

/// Names of the time of an outcome.
pub(super) const HAPPENED_AT: [&str; 7] =
    ["timestamp", "time", "ts", "outcome_time", "event_time", "event_timestamp", "converted_at"];

/// Names of the value of an outcome.
const VALUE: [&str; 7] = ["reward", "value", "metric_value", "outcome", "click", "feedback", "label"];

/// The columns of exposures. Where several are listed, the first that is there counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExposureColumns {
    time: Vec<usize>,
    unit: Vec<usize>,
    variation: Vec<usize>,
    /// None, if all exposures are of one experiment.
    experiment: Vec<usize>,
}

/// The columns of outcomes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OutcomeColumns {
    time: Vec<usize>,
    unit: Vec<usize>,
    /// None, if an outcome is something that happened.
    value: Vec<usize>,
}

impl ExposureColumns {
    #[cfg(feature = "parquet")]
    pub(super) fn all(&self) -> Vec<usize> {
        [&self.time[..], &self.unit, &self.variation, &self.experiment].concat()
    }

    pub(super) fn time(&self, fields: &impl Fields, clock: &mut Clock) -> Result<Time, Fault> {
        time(&self.time, fields, clock)
    }
}

impl OutcomeColumns {
    #[cfg(feature = "parquet")]
    pub(super) fn all(&self) -> Vec<usize> {
        [&self.time[..], &self.unit, &self.value].concat()
    }

    /// The columns whose values count where the first has none.
    #[cfg(feature = "parquet")]
    pub(super) fn other_values(&self) -> &[usize] {
        self.value.get(1..).unwrap_or_default()
    }

    pub(super) fn time(&self, fields: &impl Fields, clock: &mut Clock) -> Result<Time, Fault> {
        time(&self.time, fields, clock)
    }
}

impl Table {
    /// The roles that columns of such a table may be given by hand.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Feedback => {
                &[Role::Time, Role::Edge, Role::Reward, Role::Propensity, Role::Id, Role::Segment, Role::ServedAt]
            }
            Self::Exposures => &[Role::ServedAt, Role::Unit, Role::Variation, Role::Experiment],
            Self::Outcomes => &[Role::Time, Role::Unit, Role::Reward],
        }
    }

    /// The names by which its columns are known.
    pub(super) fn names(self) -> Vec<&'static str> {
        let of = |roles: &[Role]| roles.iter().flat_map(|role| role.aliases()).copied().collect::<Vec<_>>();
        match self {
            Self::Feedback => [&of(self.roles())[..], &["source", "relation", "target", "served_at"]].concat(),
            Self::Exposures => [&of(self.roles())[..], &EXPOSED_AT].concat(),
            Self::Outcomes => [&of(&[Role::Unit])[..], &HAPPENED_AT, &VALUE].concat(),
        }
    }
}

impl Header<'_> {
    pub(super) fn exposures(&self, passed_over: &mut Vec<PassedOver>) -> Result<ExposureColumns, LayoutError> {
        let mut experiment = self.first_named(Role::Experiment, Role::Experiment.aliases())?;
        // The first exposures that Statsig reports have the experiment under this name.
        if experiment.is_empty() && self.complete && self.position("experiment_group").is_some() {
            experiment.extend(self.position("name"));
        }
        let mut columns = ExposureColumns {
            time: self.first_named(Role::ServedAt, &EXPOSED_AT)?,
            unit: self.first_named(Role::Unit, Role::Unit.aliases())?,
            variation: self.first_named(Role::Variation, Role::Variation.aliases())?,
            experiment,
        };
        let ExposureColumns { time, unit, variation, experiment } = &mut columns;
        self.choose(&mut [(Role::ServedAt, time), (Role::Unit, unit), (Role::Variation, variation)], passed_over)?;
        if !experiment.is_empty() {
            self.choose(&mut [(Role::Experiment, experiment)], passed_over)?;
        }
        Ok(columns)
    }

    pub(super) fn outcomes(&self, passed_over: &mut Vec<PassedOver>) -> Result<OutcomeColumns, LayoutError> {
        let mut columns = OutcomeColumns {
            time: self.first_named(Role::Time, &HAPPENED_AT)?,
            unit: self.first_named(Role::Unit, Role::Unit.aliases())?,
            value: self.first_named(Role::Reward, &VALUE)?,
        };
        let OutcomeColumns { time, unit, .. } = &mut columns;
        self.choose(&mut [(Role::Time, time), (Role::Unit, unit)], passed_over)?;
        Ok(columns)
    }

    /// The columns named by hand for a role, else those that are known. Of several names of a unit, which may be called
    /// otherwise in the other table, those that are there.
    fn first_named(&self, role: Role, known: &[&str]) -> Result<Vec<usize>, LayoutError> {
        let position = |name: &str| self.position(name);
        let Some(names) = self.columns.of(role) else {
            return Ok(known.iter().copied().filter_map(position).collect());
        };
        let found: Vec<usize> = names.iter().filter_map(|name| position(name)).collect();
        if found.is_empty() {
            Err(LayoutError::NoNamedColumn(role, Shown::new(names[0].as_bytes())))
        } else {
            Ok(found)
        }
    }

    /// Refuses a role without a column; of several, where all rows are alike, takes the first and passes over the others.
    fn choose(
        &self,
        roles: &mut [(Role, &mut Vec<usize>)],
        passed_over: &mut Vec<PassedOver>,
    ) -> Result<(), LayoutError> {
        for (role, columns) in roles {
            if columns.is_empty() {
                return Err(LayoutError::NoColumn(*role));
            }
            if self.complete {
                let single: Vec<Vec<usize>> = columns.iter().map(|&column| vec![column]).collect();
                self.pass_over(*role, &single, passed_over);
                columns.truncate(1);
            }
        }
        Ok(())
    }
}

impl Interpreter<'_> {
    pub(super) fn exposure(
        &mut self,
        columns: &ExposureColumns,
        fields: &impl Fields,
        time: Time,
    ) -> Result<Entry<'_>, Fault> {
        let unit = unit(&columns.unit, fields)?;
        let experiment = columns.experiment.iter().find(|&&column| is_there(fields, column));
        let (variation, _) = fields.first_of(&columns.variation);
        self.edge.clear();
        if let Some(&experiment) = experiment {
            join_part(&mut self.edge, fields, experiment, 2)?;
        }
        join_part(&mut self.edge, fields, variation, if experiment.is_some() { 2 } else { 1 })?;
        // A `/` inside the name of the experiment is written otherwise.
        let experiment = experiment.and_then(|_| self.edge.split_once('/')).map_or("", |(experiment, _)| experiment);
        Ok(Entry::Exposure { time, unit, experiment, edge: &self.edge })
    }

    pub(super) fn outcome(
        &self,
        columns: &OutcomeColumns,
        fields: &impl Fields,
        time: Time,
    ) -> Result<Entry<'_>, Fault> {
        let unit = unit(&columns.unit, fields)?;
        let value = columns.value.iter().find(|&&column| is_there(fields, column));
        let reward = match value {
            Some(_) => {
                let (column, value) = self.reward(&columns.value, fields);
                self.labels.reward(&value).map_err(Fault::at(column))?
            }
            None => Reward::SUCCESS,
        };
        Ok(Entry::Outcome { time, unit, reward })
    }
}

fn time(columns: &[usize], fields: &impl Fields, clock: &mut Clock) -> Result<Time, Fault> {
    let (column, time) = fields.first_of(columns);
    clock.read(&time).map_err(Fault::at(column))
}

fn unit(columns: &[usize], fields: &impl Fields) -> Result<EventId, Fault> {
    let (column, unit) = fields.first_of(columns);
    if is_empty(&unit) { Err(Fault::at(column)(Problem::NoUnit)) } else { Ok(EventId::of(&unit)) }
}

/// Whether a row has a column at all: with a value, even an empty one.
fn is_there(fields: &impl Fields, column: usize) -> bool {
    fields.get(column).is_some() || fields.other(column).is_some()
}
