//! What a row says.

use std::borrow::Cow;

use super::clock::{Clock, Time};
use super::context::{Context, served_at};
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::id::EventId;
use super::label::{Labels, is_number};
use super::layout::{CountColumns, EventColumns, Layout, Rest};
use super::read::BadRow;
use crate::beta::Beta;
use crate::feedback::{Counts, Day, Reward, Tally};

/// What a row says.
///
/// ```
/// use betadrift::log::{Entry, Input, Log, Options};
/// let text = "timestamp,served_at,edge,reward\n2026-01-02,2026-01-01,a,0.25\n,2026-01-01,b,\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let mut seen = Vec::new();
/// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| seen.push(match row {
///     Ok(Entry::Event { edge, reward, time, .. }) => format!("{edge}: {} on {}", reward.success(), time.day),
///     Ok(Entry::Pending { edge, .. }) => format!("{edge}: pending"),
///     other => format!("{other:?}"),
/// }));
/// assert_eq!(seen, ["a: 0.25 on 2026-01-02", "b: pending"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entry<'a> {
    /// The feedback of one event.
    Event {
        /// When it arrived.
        time: Time,
        /// The edge.
        edge: &'a str,
        /// What it was.
        reward: Reward,
        /// What tells the event from every other, if an id column is in use.
        id: Option<EventId>,
        /// Its circumstances, if some are asked for and the log may have them.
        context: Option<&'a Context>,
    },
    /// An event whose feedback has not arrived.
    Pending {
        /// The edge.
        edge: &'a str,
        /// When it was served, if that is asked for.
        served_at: Option<Time>,
    },
    /// The feedback of an edge on a day.
    Counts {
        /// The day.
        day: Day,
        /// The edge.
        edge: &'a str,
        /// What it was.
        counts: Counts,
    },
    /// A unit was exposed to a variation of an experiment.
    Exposure {
        /// When.
        time: Time,
        /// Who.
        unit: EventId,
        /// The experiment; empty if the table has only one.
        experiment: &'a str,
        /// The variation, with the experiment where there is one.
        edge: &'a str,
    },
    /// What came of a unit.
    Outcome {
        /// When.
        time: Time,
        /// Whose it is.
        unit: EventId,
        /// What it is worth.
        reward: Reward,
    },
    /// The belief about an edge as it was written down. What changed from one to the next is feedback.
    Belief {
        /// When it stood so.
        time: Time,
        /// The edge.
        edge: &'a str,
        /// What was believed of its success rate.
        posterior: Beta,
    },
    /// No feedback, and none was to be expected.
    Ignored,
    /// A row that takes the place of every [`Self::StandIn`] of any file, and what it says itself.
    Original(&'a Result<Self, BadRow<'a>>),
    /// What counts only if no file has an [`Self::Original`].
    StandIn(&'a Result<Self, BadRow<'a>>),
}

/// The fields of a row by position in the header; `None` for one that is not there.
pub(super) trait Fields {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>>;

    /// What stands in a column that has no text, if anything does.
    fn other(&self, _column: usize) -> Option<&'static str> {
        None
    }

    /// The first of several columns that is there, and its value; the first of all, empty, if none is.
    fn first_of(&self, columns: &[usize]) -> (usize, Cow<'_, [u8]>) {
        let found = columns.iter().find_map(|&column| Some((column, self.get(column)?)));
        found.unwrap_or((columns[0], Cow::Borrowed(b"")))
    }
}

/// Turns fields into entries. Everything that is the same for all rows of a file, and room for the name of an edge.
#[derive(Debug, Clone)]
pub(super) struct Interpreter<'a> {
    layout: &'a Layout,
    pub(super) labels: &'a Labels,
    pub(super) edge: String,
    context: Context,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(layout: &'a Layout, labels: &'a Labels) -> Self {
        Self { layout, labels, edge: String::new(), context: Context::default() }
    }

    pub(super) fn entry(&mut self, fields: &impl Fields, clock: &mut Clock) -> Result<Entry<'_>, Fault> {
        match self.layout {
            Layout::Events(columns) => self.event(columns, fields, clock),
            Layout::Counts(columns) => self.counts(columns, fields, || clock.assumed().map(|time| time.day)),
            Layout::Exposures(columns) => {
                let time = columns.time(fields, clock)?;
                self.exposure(columns, fields, time)
            }
            Layout::Outcomes(columns) => {
                let time = columns.time(fields, clock)?;
                self.outcome(columns, fields, time)
            }
        }
    }

    /// The same for a row that has no time, at one that was assumed.
    pub(super) fn entry_at(&mut self, fields: &impl Fields, time: Time) -> Result<Entry<'_>, Fault> {
        match self.layout {
            Layout::Events(columns) => {
                let feedback = self.feedback(columns, fields, self.reward(&columns.reward, fields))?;
                self.context.read_timeless(&columns.context, fields)?;
                Ok(self.happened(columns, time, feedback))
            }
            Layout::Counts(columns) => self.counts(columns, fields, || Some(time.day)),
            Layout::Exposures(columns) => self.exposure(columns, fields, time),
            Layout::Outcomes(columns) => self.outcome(columns, fields, time),
        }
    }

    fn event(&mut self, columns: &EventColumns, fields: &impl Fields, clock: &mut Clock) -> Result<Entry<'_>, Fault> {
        let (time_column, time) = fields.first_of(&columns.time);
        let reward = self.reward(&columns.reward, fields);
        if is_empty(&time) && is_empty(&reward.1) && is_there(fields, columns.served_at) {
            self.join(&columns.edge, fields)?;
            let served_at = columns.context.served_at.map(|column| served_at(fields, column, clock)).transpose()?;
            return Ok(Entry::Pending { edge: &self.edge, served_at: served_at.flatten() });
        }
        let time = clock.read(&time).map_err(Fault::at(time_column))?;
        let feedback = self.feedback(columns, fields, reward)?;
        if !columns.context.is_empty() {
            self.context.read(&columns.context, fields, clock)?;
        }
        Ok(self.happened(columns, time, feedback))
    }

    fn happened(&self, columns: &EventColumns, time: Time, (reward, id): (Reward, Option<EventId>)) -> Entry<'_> {
        let context = (!columns.context.is_empty()).then_some(&self.context);
        Entry::Event { time, edge: &self.edge, reward, id, context }
    }

    /// The edge, and what was its reward under which id.
    fn feedback(
        &mut self,
        columns: &EventColumns,
        fields: &impl Fields,
        (reward_column, reward): (usize, Cow<'_, [u8]>),
    ) -> Result<(Reward, Option<EventId>), Fault> {
        self.join(&columns.edge, fields)?;
        let reward = self.labels.reward(&reward).map_err(Fault::at(reward_column))?;
        let id = columns.id.and_then(|column| fields.get(column)).filter(|id| !is_empty(id));
        Ok((reward, id.map(|id| EventId::of(&id))))
    }

    /// The first reward column that is there; where it holds a label and another holds a number, the number.
    pub(super) fn reward<'f>(&self, columns: &[usize], fields: &'f impl Fields) -> (usize, Cow<'f, [u8]>) {
        let first = fields.first_of(columns);
        if columns.len() == 1 || is_empty(&first.1) || is_number(&first.1) {
            return first;
        }
        let number = columns.iter().find_map(|&column| {
            let value = fields.get(column).filter(|value| is_number(value))?;
            Some((column, value))
        });
        number.unwrap_or(first)
    }

    fn counts(
        &mut self,
        columns: &CountColumns,
        fields: &impl Fields,
        assumed: impl FnOnce() -> Option<Day>,
    ) -> Result<Entry<'_>, Fault> {
        let day = match columns.day {
            Some(column) => day(fields, column)?,
            None => assumed().ok_or(Problem::Timeless)?,
        };
        self.join(std::slice::from_ref(&columns.edge), fields)?;
        let successes = count(fields, columns.successes)?;
        let failures = match columns.rest {
            Rest::Failures(column) => count(fields, column)?,
            Rest::Trials(column) => count(fields, column)?.checked_sub(successes).ok_or_else(|| {
                let shown = |column| Shown::new(&fields.get(column).unwrap_or_default());
                let (successes, trials) = (shown(columns.successes), shown(column));
                Fault::at(column)(Problem::TooManySuccesses { successes, trials })
            })?,
        };
        Ok(Entry::Counts { day, edge: &self.edge, counts: Counts { successes, failures } })
    }

    /// The name of the edge: its one field, or several joined by `/`, with a `/` inside one written `%2F`.
    fn join(&mut self, candidates: &[Vec<usize>], fields: &impl Fields) -> Result<(), Fault> {
        let there = |columns: &&Vec<usize>| columns.iter().all(|&column| fields.get(column).is_some());
        let columns = candidates.iter().find(there).unwrap_or(&candidates[0]);
        let other = |&column: &usize| Some((column, fields.other(column)?));
        if let Some((column, other)) = candidates.iter().flatten().find_map(other).filter(|_| !there(&columns)) {
            return Err(Fault::at(column)(Problem::EdgeNotText(other)));
        }
        self.edge.clear();
        columns.iter().try_for_each(|&column| join_part(&mut self.edge, fields, column, columns.len()))
    }
}

/// Adds to the name of an edge one of its parts: joined by `/`, with a `/` inside one of several written `%2F`.
pub(super) fn join_part(edge: &mut String, fields: &impl Fields, column: usize, parts: usize) -> Result<(), Fault> {
    let part = fields.get(column).unwrap_or_default();
    let part = std::str::from_utf8(&part).map_err(|_| Fault::at(column)(Problem::BadUtf8(Shown::new(&part))))?;
    if part.is_empty() {
        return Err(Fault::at(column)(fields.other(column).map_or(Problem::EmptyEdge, Problem::EdgeNotText)));
    }
    if !edge.is_empty() {
        edge.push('/');
    }
    if parts > 1 && part.contains('/') {
        edge.push_str(&part.replace('/', "%2F"));
    } else {
        edge.push_str(part);
    }
    Ok(())
}

pub(super) fn is_empty(value: &[u8]) -> bool {
    value.trim_ascii().is_empty()
}

fn is_there(fields: &impl Fields, column: Option<usize>) -> bool {
    column.and_then(|column| fields.get(column)).is_some_and(|value| !is_empty(&value))
}

fn day(fields: &impl Fields, column: usize) -> Result<Day, Fault> {
    let value = fields.get(column).unwrap_or_default();
    let day = std::str::from_utf8(value.trim_ascii()).ok().and_then(|day| day.parse().ok());
    day.ok_or_else(|| Fault::at(column)(Problem::NotADay(Shown::new(&value))))
}

fn count(fields: &impl Fields, column: usize) -> Result<Tally, Fault> {
    let value = fields.get(column).unwrap_or_default();
    let count = std::str::from_utf8(value.trim_ascii()).ok().and_then(|text| text.parse().ok());
    count.ok_or_else(|| Fault::at(column)(Problem::NotACount(Shown::new(&value))))
}
