//! Writes a log of events as CSV: the form in which simulations are recorded.

use std::fmt::Display;
use std::io::{self, Write};

use jiff::Timestamp;

use crate::feedback::Reward;

/// An event to be logged. Times are nanoseconds since 1970-01-01T00:00:00Z.
///
/// What was served in the first place of a list, and has no feedback yet:
///
/// ```
/// use betadrift::log::{LogWriter, LoggedEvent};
/// let event = LoggedEvent { served_at: 0, feedback: None, edge: "a", position: Some(1), propensity: None, id: 7 };
/// let mut log = LogWriter::with_positions(Vec::new())?;
/// log.write(&event)?;
/// let text = String::from_utf8(log.finish()?)?;
/// assert_eq!(text.lines().last(), Some(",1970-01-01T00:00:00.000000Z,a,1,,,7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoggedEvent<'a> {
    /// When the edge was served.
    pub served_at: i64,
    /// When its feedback arrived, and what it was; `None` while it is pending.
    pub feedback: Option<(i64, Reward)>,
    /// The edge.
    pub edge: &'a str,
    /// Its position in the list that was served, from 1; written where the log has positions.
    pub position: Option<u64>,
    /// Chance with which the policy chose the edge, if it is known.
    pub propensity: Option<f64>,
    /// What tells this event from every other.
    pub id: u64,
}

/// Writes events as CSV under the header `timestamp,served_at,edge,reward,propensity,id`, with `position` after `edge` in a
/// log of lists ([`LogWriter::with_positions`]).
///
/// Times are RFC 3339 in UTC, rounded down to microseconds, so that rounding never moves one into the next day; rewards
/// are exact decimals; propensities have the fewest digits that read back as the same number. A pending event has neither
/// timestamp nor reward.
///
/// ```
/// use betadrift::feedback::Reward;
/// use betadrift::log::{LogWriter, LoggedEvent};
/// let mut log = LogWriter::new(Vec::new()).unwrap();
/// let feedback = Some((1_500_000, Reward::SUCCESS));
/// let event = LoggedEvent { served_at: 0, feedback, edge: "a", position: None, propensity: Some(0.25), id: 7 };
/// log.write(&event).unwrap();
/// log.write(&LoggedEvent { feedback: None, propensity: None, id: 8, ..event }).unwrap();
/// assert_eq!(
///     String::from_utf8(log.finish().unwrap()).unwrap(),
///     "timestamp,served_at,edge,reward,propensity,id\n\
///      1970-01-01T00:00:00.001500Z,1970-01-01T00:00:00.000000Z,a,1,0.25,7\n\
///      ,1970-01-01T00:00:00.000000Z,a,,,8\n"
/// );
/// ```
#[derive(Debug)]
pub struct LogWriter<W: Write> {
    csv: csv::Writer<W>,
    positions: bool,
    field: Vec<u8>,
}

impl<W: Write> LogWriter<W> {
    /// A log that holds nothing but its header.
    ///
    /// # Errors
    /// Whatever `writer` reports.
    pub fn new(writer: W) -> io::Result<Self> {
        Self::headed(writer, false)
    }

    /// The same, of lists: every event has a position.
    ///
    /// # Errors
    /// Whatever `writer` reports.
    pub fn with_positions(writer: W) -> io::Result<Self> {
        Self::headed(writer, true)
    }

    fn headed(writer: W, positions: bool) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(writer);
        let header = ["timestamp", "served_at", "edge", "position", "reward", "propensity", "id"];
        csv.write_record(header.iter().filter(|&&name| positions || name != "position"))?;
        Ok(Self { csv, positions, field: Vec::new() })
    }

    /// Appends one event.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write(&mut self, event: &LoggedEvent<'_>) -> io::Result<()> {
        self.time(event.feedback.map(|(arrived, _)| arrived))?;
        self.time(Some(event.served_at))?;
        self.csv.write_field(event.edge)?;
        if self.positions {
            self.number(event.position)?;
        }
        self.number(event.feedback.map(|(_, reward)| reward.success()))?;
        self.number(event.propensity)?;
        self.number(Some(event.id))?;
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Flushes what is still buffered and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }

    fn time(&mut self, nanoseconds: Option<i64>) -> io::Result<()> {
        const IN_RANGE: &str = "valid by construction: 64 bits of microseconds from nanoseconds are years 1677 to 2262";
        let time = nanoseconds.map(|ns| Timestamp::from_microsecond(ns.div_euclid(1_000)).expect(IN_RANGE));
        self.field.clear();
        if let Some(time) = time {
            write!(self.field, "{time:.6}")?;
        }
        Ok(self.csv.write_field(&self.field)?)
    }

    fn number(&mut self, number: Option<impl Display>) -> io::Result<()> {
        self.field.clear();
        if let Some(number) = number {
            write!(self.field, "{number}")?;
        }
        Ok(self.csv.write_field(&self.field)?)
    }
}
