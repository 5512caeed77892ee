//! What a row says of an event beside its feedback: how likely it was, in which traffic, and when it began.

use std::borrow::Cow;

use super::clock::{Clock, Time};
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::row::{Fields, is_empty};

/// The circumstances of an event, those of them that were asked for ([`Asked`]) and are there.
///
/// ```
/// use betadrift::log::{Asked, Context, Entry, Input, Log, Options};
/// let options = Options { asked: Asked { propensity: true, ..Asked::default() }, ..Options::default() };
/// let text = "timestamp,edge,reward,propensity,served_at\n2026-01-02,a,1,0.25,2026-01-01\n";
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let mut seen = Vec::new();
/// parser.rows(&log.next_block()?.unwrap(), &mut parser.clock(), |_, row| {
///     if let Ok(Entry::Event { context: Some(context), .. }) = row { seen.push(context.clone()) }
/// });
/// assert_eq!(seen, [Context { propensity: Some(0.25), ..Context::default() }]); // served_at was not asked for
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// The chance with which the edge was chosen, as it is written: finite and not negative, but 0 and above 1 too.
    pub propensity: Option<f64>,
    /// The segment of the traffic; empty if there is none.
    pub segment: String,
    /// When the edge was served.
    pub served_at: Option<Time>,
}

/// Which circumstances of events are to be read. What is not asked for may be anything and costs nothing.
///
/// By default nothing is asked for, so that a propensity that is none does no harm:
///
/// ```
/// use betadrift::log::{Asked, Input, Log, Options};
/// let is_good = |asked| {
///     let options = Options { asked, ..Options::default() };
///     let text = "timestamp,edge,reward,propensity\n2026-01-01,a,1,unknown\n";
///     let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {}).unwrap();
///     let mut good = None;
///     parser.rows(&log.next_block().unwrap().unwrap(), &mut parser.clock(), |_, row| good = Some(row.is_ok()));
///     good
/// };
/// assert_eq!(is_good(Asked::default()), Some(true));
/// assert_eq!(is_good(Asked { propensity: true, ..Asked::default() }), Some(false));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// The chance with which the edge was chosen.
    pub propensity: bool,
    /// The segment of the traffic.
    pub segment: bool,
    /// When the edge was served.
    pub served_at: bool,
}

/// The columns of them. Of several for the propensity the first that is there counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ContextColumns {
    pub(super) propensity: Vec<usize>,
    pub(super) segment: Option<usize>,
    pub(super) served_at: Option<usize>,
    /// Whether the times of serving are in most rows, so that it is worth while to read one after the other up to the first.
    pub(super) is_served_at_awaited: bool,
}

impl ContextColumns {
    /// Those that are asked for.
    pub(super) fn asked(mut self, asked: Asked) -> Self {
        if !asked.propensity {
            self.propensity.clear();
        }
        self.segment = self.segment.filter(|_| asked.segment);
        self.served_at = self.served_at.filter(|_| asked.served_at);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.propensity.is_empty() && self.segment.is_none() && self.served_at.is_none()
    }

    #[cfg(feature = "parquet")]
    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        self.propensity.iter().copied().chain(self.segment).chain(self.served_at)
    }

    /// Whether a clock knows what every number among the times means.
    pub(super) fn are_settled(&self, clock: &Clock) -> bool {
        self.served_at.is_none() || !self.is_served_at_awaited || clock.is_serving_settled()
    }
}

impl Context {
    /// Reads the circumstances of a row.
    pub(super) fn read(
        &mut self,
        columns: &ContextColumns,
        fields: &impl Fields,
        clock: &mut Clock,
    ) -> Result<(), Fault> {
        self.served_at = columns.served_at.map(|column| served_at(fields, column, clock)).transpose()?.flatten();
        self.read_timeless(columns, fields)
    }

    /// The same without a time of serving, in formats that have no times.
    pub(super) fn read_timeless(&mut self, columns: &ContextColumns, fields: &impl Fields) -> Result<(), Fault> {
        self.propensity = None;
        if let [first, ..] = columns.propensity[..] {
            let there = |&column: &usize| Some((column, present(fields, column)?));
            self.propensity = match columns.propensity.iter().find_map(there) {
                Some((column, value)) => Some(propensity(&value).map_err(Fault::at(column))?),
                None => match fields.other(first) {
                    Some(other) => return Err(Fault::at(first)(Problem::NotAPropensity(Shown::new(other.as_bytes())))),
                    None => None,
                },
            };
        }
        self.segment.clear();
        if let Some(column) = columns.segment {
            match (fields.get(column), fields.other(column)) {
                (Some(value), _) => {
                    let not_utf8 = |_| Fault::at(column)(Problem::SegmentNotUtf8(Shown::new(&value)));
                    self.segment.push_str(std::str::from_utf8(&value).map_err(not_utf8)?);
                }
                (None, Some(other)) => return Err(Fault::at(column)(Problem::SegmentNotText(other))),
                (None, None) => {}
            }
        }
        Ok(())
    }
}

/// A propensity as it is written.
pub(super) fn propensity(value: &[u8]) -> Result<f64, Problem> {
    let number: Option<f64> = std::str::from_utf8(value.trim_ascii()).ok().and_then(|text| text.parse().ok());
    let wrong = || Problem::NotAPropensity(Shown::new(value));
    number.filter(|number| number.is_finite() && *number >= 0.0).ok_or_else(wrong)
}

/// When the edge was served, if the row says so.
pub(super) fn served_at(fields: &impl Fields, column: usize, clock: &mut Clock) -> Result<Option<Time>, Fault> {
    match (present(fields, column), fields.other(column)) {
        (Some(value), _) => clock.read_served(&value).map(Some).map_err(Fault::at(column)),
        (None, Some(other)) => Err(Fault::at(column)(Problem::NotATime(Shown::new(other.as_bytes())))),
        (None, None) => Ok(None),
    }
}

/// A value that is more than blanks.
fn present<'f>(fields: &'f impl Fields, column: usize) -> Option<Cow<'f, [u8]>> {
    fields.get(column).filter(|value| !is_empty(value))
}
