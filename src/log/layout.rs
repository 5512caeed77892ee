//! Which columns of a log play which role.

use super::assignment::{ExposureColumns, OutcomeColumns, Table};
use super::clock::Clock;
use super::context::ContextColumns;
use super::error::Error;
use super::escape::{Shown, message};
use super::partition::Partition;
use super::read::Options;
use super::role::{Columns, Role};

/// What a log holds, and where. Columns are positions in the header.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Layout {
    /// A row an event.
    Events(EventColumns),
    /// A row a day and edge.
    Counts(CountColumns),
    /// A row an exposure.
    Exposures(ExposureColumns),
    /// A row an outcome.
    Outcomes(OutcomeColumns),
}

/// The columns of events. Where several are listed, the first that is there counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EventColumns {
    pub(super) time: Vec<usize>,
    /// The columns that make an edge.
    pub(super) edge: Vec<Vec<usize>>,
    pub(super) reward: Vec<usize>,
    pub(super) id: Option<usize>,
    /// What is there of an event whose feedback has not arrived.
    pub(super) served_at: Option<usize>,
    pub(super) context: ContextColumns,
}

/// The columns of counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CountColumns {
    /// Without one, all of them are of the day that is assumed.
    pub(super) day: Option<usize>,
    pub(super) edge: Vec<usize>,
    pub(super) successes: usize,
    pub(super) rest: Rest,
}

/// What stands beside the successes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rest {
    Failures(usize),
    Trials(usize),
}

/// A column that could have played a role, but another did.
///
/// ```
/// use betadrift::log::{Input, Log, Options, PassedOver, Role};
/// let text = "time,timestamp,edge,reward\n";
/// let options = Options::default();
/// let (_, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let (used, column) = ("timestamp".to_owned(), "time".to_owned());
/// assert_eq!(parser.passed_over, [PassedOver { role: Role::Time, used, column }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// The role.
    pub role: Role,
    /// The column that plays it.
    pub used: String,
    /// The column that does not.
    pub column: String,
}

/// Why a header has no layout.
#[derive(Debug, PartialEq)]
pub(super) enum LayoutError {
    NoColumn(Role),
    NoNamedColumn(Role, Shown),
}

impl LayoutError {
    /// The error of a file with such a header on that line.
    pub(super) fn in_file(self, file: &str, line: u64, names: &[String], table: Table) -> Error {
        let (header, file) = (message(&names.join(",")), file.to_owned());
        match self {
            Self::NoColumn(role) => Error::NoColumn { file, line, role, table, header },
            Self::NoNamedColumn(role, column) => Error::NoNamedColumn { file, line, role, column, header },
        }
    }
}

impl Layout {
    /// All columns that play a role.
    #[cfg(feature = "parquet")]
    pub(super) fn columns(&self) -> Vec<usize> {
        match self {
            Self::Events(EventColumns { time, edge, reward, id, served_at, context }) => {
                let single = time.iter().chain(edge.iter().flatten()).chain(reward).copied();
                single.chain(*id).chain(*served_at).chain(context.all()).collect()
            }
            Self::Counts(CountColumns { day, edge, successes, rest: Rest::Failures(rest) | Rest::Trials(rest) }) => {
                edge.iter().copied().chain(*day).chain([*successes, *rest]).collect()
            }
            Self::Exposures(columns) => columns.all(),
            Self::Outcomes(columns) => columns.all(),
        }
    }

    /// The columns whose rewards count where the first has none.
    #[cfg(feature = "parquet")]
    pub(super) fn other_rewards(&self) -> &[usize] {
        match self {
            Self::Events(columns) => columns.reward.get(1..).unwrap_or_default(),
            Self::Outcomes(columns) => columns.other_values(),
            Self::Counts(_) | Self::Exposures(_) => &[],
        }
    }

    /// The same without ids if they do not count, and without the circumstances that are not asked for.
    pub(super) fn asked(mut self, options: &Options) -> Self {
        if let Self::Events(columns) = &mut self {
            columns.id = columns.id.filter(|_| options.ids);
            columns.context = std::mem::take(&mut columns.context).asked(options.asked);
        }
        self
    }

    /// Whether rows may be read in any order by clocks like this one.
    pub(super) fn is_settled(&self, clock: &Clock) -> bool {
        match self {
            Self::Events(columns) => clock.is_settled() && columns.context.are_settled(clock),
            Self::Counts(_) => true,
            Self::Exposures(_) | Self::Outcomes(_) => clock.is_settled(),
        }
    }
}

/// Three columns that make an edge together.
const TRIPLE: [&str; 3] = ["source", "relation", "target"];

/// Finds the roles of a header's columns.
pub(super) struct Header<'a> {
    pub(super) names: &'a [String],
    pub(super) columns: &'a Columns,
    /// Columns after those, the same in all rows.
    pub(super) partitions: &'a [Partition],
    /// Whether a column of that name must be there.
    pub(super) complete: bool,
}

impl Header<'_> {
    /// The layout of a table with this header and the columns passed over.
    pub(super) fn layout(&self, table: Table) -> Result<(Layout, Vec<PassedOver>), LayoutError> {
        let mut passed_over = Vec::new();
        let layout = match table {
            Table::Exposures => Layout::Exposures(self.exposures(&mut passed_over)?),
            Table::Outcomes => Layout::Outcomes(self.outcomes(&mut passed_over)?),
            Table::Feedback => match self.counts()? {
                Some(counts) => Layout::Counts(counts),
                None => Layout::Events(self.events(&mut passed_over)?),
            },
        };
        Ok((layout, passed_over))
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column == name).or_else(|| self.partition(name))
    }

    fn partition(&self, name: &str) -> Option<usize> {
        let position = self.partitions.iter().position(|partition| partition.name == name);
        position.map(|position| self.names.len() + position)
    }

    fn name(&self, column: usize) -> &str {
        self.names.get(column).unwrap_or_else(|| &self.partitions[column - self.names.len()].name)
    }

    /// The columns named by hand for a role.
    fn named(&self, role: Role) -> Result<Option<Vec<usize>>, LayoutError> {
        let Some(names) = self.columns.of(role) else { return Ok(None) };
        let find = |name: &String| {
            self.position(name).ok_or_else(|| LayoutError::NoNamedColumn(role, Shown::new(name.as_bytes())))
        };
        names.iter().map(find).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// The columns known by their names for a role, those of the path after those of the file.
    fn known(&self, role: Role) -> impl Iterator<Item = usize> {
        let own = role.aliases().iter().filter_map(|name| self.names.iter().position(|column| column == name));
        own.chain(role.aliases().iter().filter_map(|name| self.partition(name)))
    }

    /// Counts, if the header has them and no column was named that only events have.
    fn counts(&self) -> Result<Option<CountColumns>, LayoutError> {
        let rest = self.position("failures").map(Rest::Failures).or(self.position("trials").map(Rest::Trials));
        let (Some(successes), Some(rest)) = (self.position("successes"), rest) else { return Ok(None) };
        let (day, of_events) = (self.position("day"), [Role::Time, Role::Reward]);
        if of_events.iter().any(|&role| self.columns.of(role).is_some()) {
            return Ok(None);
        }
        // Without a day they could be events that have such columns too.
        if day.is_none() && !(self.complete && of_events.iter().all(|&role| self.known(role).next().is_none())) {
            return Ok(None);
        }
        let edge = self.edge()?.into_iter().next().ok_or(LayoutError::NoColumn(Role::Edge))?;
        Ok(Some(CountColumns { day, edge, successes, rest }))
    }

    fn edge(&self) -> Result<Vec<Vec<usize>>, LayoutError> {
        if let Some(named) = self.named(Role::Edge)? {
            return Ok(vec![named]);
        }
        let triple: Vec<usize> = TRIPLE.iter().filter_map(|name| self.position(name)).collect();
        let known = self.known(Role::Edge).map(|column| vec![column]);
        Ok(known.chain((triple.len() == TRIPLE.len()).then_some(triple)).collect())
    }

    fn candidates(&self, role: Role) -> Result<Vec<usize>, LayoutError> {
        Ok(self.named(role)?.unwrap_or_else(|| self.known(role).collect()))
    }

    fn events(&self, passed_over: &mut Vec<PassedOver>) -> Result<EventColumns, LayoutError> {
        let mut time = self.candidates(Role::Time)?;
        if self.columns.of(Role::Time).is_none() && (time.is_empty() || !self.complete) {
            let is_day = |&column: &usize| self.partitions[column - self.names.len()].is_day();
            time.extend(self.partition("day").filter(is_day));
        }
        let mut edge = self.edge()?;
        let reward = self.candidates(Role::Reward)?;
        for (role, there) in
            [(Role::Time, !time.is_empty()), (Role::Edge, !edge.is_empty()), (Role::Reward, !reward.is_empty())]
        {
            if !there {
                return Err(LayoutError::NoColumn(role));
            }
        }
        let optional = |role| self.candidates(role).map(|columns| columns.first().copied());
        let (id, mut propensity) = (optional(Role::Id)?, self.candidates(Role::Propensity)?);
        let segment = optional(Role::Segment)?;
        let served_at = optional(Role::ServedAt)?.or_else(|| self.position("served_at"));
        if self.complete {
            let single = |columns: &[usize]| columns.iter().map(|&column| vec![column]).collect::<Vec<_>>();
            for (role, columns) in [
                (Role::Time, &single(&time)),
                (Role::Edge, &edge),
                (Role::Reward, &single(&reward)),
                (Role::Propensity, &single(&propensity)),
            ] {
                self.pass_over(role, columns, passed_over);
            }
            time.truncate(1);
            edge.truncate(1);
            propensity.truncate(1);
        }
        let is_served_at_awaited = self.complete || self.columns.of(Role::ServedAt).is_some();
        let context = ContextColumns { propensity, segment, served_at, is_served_at_awaited };
        Ok(EventColumns { time, edge, reward, id, served_at, context })
    }

    pub(super) fn pass_over(&self, role: Role, columns: &[Vec<usize>], passed_over: &mut Vec<PassedOver>) {
        let name = |columns: &[usize]| columns.iter().map(|&column| self.name(column)).collect::<Vec<_>>().join(",");
        if let Some((used, others)) = columns.split_first() {
            passed_over.extend(others.iter().map(|other| PassedOver { role, used: name(used), column: name(other) }));
        }
    }
}
