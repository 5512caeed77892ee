//! Everything that was read of some logs, to be kept in a file and gone on from. This page is the manual of that file.
//!
//! # What it holds
//! What was read before any choice is made of it: all days and edges, and events that have an id with their copies. So
//! replaying two halves of a log through a snapshot gives what replaying the whole gives, to the bit, whatever the order of
//! the halves, however often it is done, and whichever days, edges, priors or views are asked for in the end. It does not
//! hold the bad rows themselves, only how many there were of each [`Reason`](crate::log::Reason), and not which columns
//! were passed over, and neither propensities nor times of serving. Bad rows that a snapshot has counted are no fault of what is read after it.
//!
//! # What it costs
//! About 6 bytes for each edge with feedback on a day (23 where rewards are fractions), 35 for an event with an id or
//! a belief; a million edges and days are written in about 0.2 s and read in 0.4, a million events with ids in 0.8 and 1.4
//! (two cores, built for tests), and memory holds all of it. Compressed as `.zst`, counts take half of that.
//!
//! # The file
//! | bytes | |
//! |---|---|
//! | 19 | the line `betadrift snapshot` |
//! | 4 | the version, [`VERSION`], least significant byte first |
//! | 8 | the length of the contents, likewise |
//! | … | the contents |
//! | 16 | the [`Digest`] of all bytes before it, most significant byte first |
//!
//! The contents are a [postcard](https://postcard.jamesmunns.com/wire-format) of these fields, in this order. A tally is
//! its whole part and the rest in units of 2⁻⁶⁴; an index counts from 0 in the list named; a day is counted from
//! 1970-01-01. Every list is in the order of its fields, so that the same inputs give the same bytes, whatever the order
//! in which they were read and the number of threads.
//!
//! | field | |
//! |---|---|
//! | zone | the name of the time zone |
//! | ids | whether ids count |
//! | labels | label, reward (a tally), of those given by hand |
//! | inputs | base name, digest (16 bytes), number of rows, whether it has rows only and no lines |
//! | edges | name |
//! | read | a part: what was read |
//! | originals | whether a row of it takes the place of stand-ins |
//! | stand-ins | none, or a part: the stand-ins that were read, if nothing takes their place |
//!
//! A part is
//!
//! | field | |
//! |---|---|
//! | good, bad, no feedback | the number of rows that are |
//! | ignored | a tally of events left out |
//! | skipped | reason, number of rows |
//! | bare | edge, number of events pending: edges known otherwise than by feedback |
//! | days | day, input and line of its first row, cells: edge, successes, failures (tallies) |
//! | rewards | the different rewards of the events below (tallies) |
//! | events | id (16 bytes), nanoseconds since 1970-01-01T00:00:00Z, edge, reward, day, input, line |
//! | beliefs | edge, nanoseconds likewise, α, β, day, input, line |

mod contents;
mod error;
mod file;
mod pack;
mod settings;
mod unpack;

use std::collections::HashMap;

use super::error::Error;
use super::partial::Partial;
use super::{Keep, OnError, Options, Replay, read_whole, settle};
use crate::feedback::Tally;
use crate::log::{Digest, Input, PassedOver, base_name};
use contents::Contents;
use file::Contained;

pub use error::{MergeError, Nonsense, SnapshotError};
pub use file::VERSION;
pub use settings::Settings;

/// Everything that was read of some logs, before ids are settled and days and edges are chosen.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, Snapshot, replay};
/// let log = |name: &str, rows: &str| Input::reader(name, format!("ts,edge,reward\n{rows}").leak().as_bytes());
/// let (options, quiet) = (Options::default(), |_| {});
/// let monday = Snapshot::read_logs(vec![log("mon", "2026-01-05,a,1\n")], &options, &quiet).unwrap();
/// let kept = monday.to_bytes().unwrap();
/// let monday = Snapshot::open(Input::reader("kept", std::io::Cursor::new(kept))).unwrap().snapshot;
/// let both = monday.read_on(vec![log("tue", "2026-01-06,a,0\n")], &options, &quiet).unwrap();
/// assert_eq!(both.replay(&options).unwrap().timeline.totals()[0].pulls(), 2.0);
/// ```
#[derive(Debug)]
pub struct Snapshot {
    pub(super) partial: Partial,
    pub(super) sources: Vec<Source>,
    pub(super) settings: Settings,
    pub(super) passed_over: Vec<PassedOver>,
}

/// A file that was read.
///
/// ```
/// use betadrift::log::{Digest, Input};
/// use betadrift::replay::snapshot::{Snapshot, Source};
/// use betadrift::replay::Options;
/// let log = "ts,edge,reward\n2026-01-05,a,1\n2026-01-05,a,often\n";
/// let read = Snapshot::read_logs(vec![Input::reader("mon.csv", log.as_bytes())], &Options::default(), &|_| {})?;
/// let (name, digest) = ("mon.csv".to_owned(), Digest::of(log.as_bytes()));
/// assert_eq!(read.sources(), [Source { name, digest, rows: 2 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its name; in a file of a snapshot, its base name.
    pub name: String,
    /// The hash of its bytes.
    pub digest: Digest,
    /// How many rows it has, bad ones included.
    pub rows: u64,
}

impl Source {
    /// What tells it from every other that has rows: its bytes, and the folders `name=value` that are columns of it.
    fn identity(&self) -> (Digest, &str) {
        let name = base_name(&self.name);
        (self.digest, &name[..name.rfind(std::path::is_separator).unwrap_or(0)])
    }
}

/// A snapshot from a file.
///
/// ```
/// use betadrift::log::{Digest, Input};
/// use betadrift::replay::snapshot::{Snapshot, VERSION};
/// use betadrift::replay::Options;
/// let log = Input::reader("mon.csv", &b"ts,edge,reward\n2026-01-05,a,1\n"[..]);
/// let file = Snapshot::read_logs(vec![log], &Options::default(), &|_| {})?.to_bytes()?;
/// let (digest, bytes) = (Digest::of(&file), file.len() as u64);
/// let opened = Snapshot::open(Input::reader("kept", std::io::Cursor::new(file)))?;
/// assert_eq!((opened.version, opened.digest, opened.bytes), (VERSION, digest, bytes));
/// assert_eq!(opened.snapshot.events().to_f64(), 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub snapshot: Snapshot,
    /// The version of its format.
    pub version: u32,
    /// The hash of the bytes of the file.
    pub digest: Digest,
    /// How many bytes it has, without its compression if there is one.
    pub bytes: u64,
}

/// Options without what a snapshot cannot answer.
fn plain(options: &Options) -> Options {
    Options { keep: Keep::default(), maturity: None, ..options.clone() }
}

/// The most events, and rows of a kind, that a snapshot may hold, so that no sum of two overflows.
const MOST: Tally = Tally::whole(1_000_000_000_000_000_000);

impl Snapshot {
    /// Reads logs: all days and edges of them, whatever is asked for. `progress` hears how many bytes were read, each time
    /// some are, on any thread.
    ///
    /// # Errors
    /// [`Error`] if a file cannot be read. Bad rows are counted, and refused by [`Snapshot::replay`].
    pub fn read_logs(inputs: Vec<Input>, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Self, Error> {
        let all = Options { since: None, until: None, edges: None, ..plain(options) };
        read_whole(inputs, &all, progress)
    }

    /// Reads further logs.
    ///
    /// # Errors
    /// [`Error`] if one cannot be read, or does not go with what was read before.
    pub fn read_on(
        self,
        inputs: Vec<Input>,
        options: &Options,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, Error> {
        self.settings.same_as(&Settings::of(&options.log))?;
        Ok(self.merge(Self::read_logs(inputs, options, progress)?)?)
    }

    /// Everything that was read for either.
    ///
    /// ```
    /// use betadrift::log::Input;
    /// use betadrift::replay::{Options, Snapshot};
    /// let read = |name, text: &'static str| {
    ///     Snapshot::read_logs(vec![Input::reader(name, text.as_bytes())], &Options::default(), &|_| {})
    /// };
    /// let monday = read("mon.csv", "ts,edge,reward\n2026-01-05,a,1\n")?;
    /// let tuesday = read("tue.csv", "ts,edge,reward\n2026-01-06,a,0\n")?;
    /// let both = tuesday.merge(monday)?;
    /// assert_eq!((both.events().to_f64(), both.settings().zone.to_string()), (2.0, "UTC".to_owned()));
    /// assert_eq!(both.replay_all()?.timeline.days().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`MergeError`] if they were read in ways that do not go together, or one file is in both.
    pub fn merge(mut self, mut other: Self) -> Result<Self, MergeError> {
        self.settings.same_as(&other.settings)?;
        let known: HashMap<_, &str> = self.sources.iter().map(|source| (source.identity(), &*source.name)).collect();
        for source in other.sources.iter().filter(|source| source.rows > 0) {
            if let Some(&one) = known.get(&source.identity()) {
                return Err(MergeError::Twice { one: one.to_owned(), other: source.name.clone() });
            }
        }
        let together = self.partial.greatest().zip(other.partial.greatest());
        if together.and_then(|(one, other)| one.checked_add(other)).is_none_or(|sum| sum > MOST) {
            return Err(MergeError::TooMany);
        }
        other.partial.shift_files(u32::try_from(self.sources.len()).map_err(|_| MergeError::TooMany)?);
        self.partial = self.partial.merge(other.partial);
        self.sources.extend(other.sources);
        self.passed_over.extend(other.passed_over);
        self.passed_over.sort();
        self.passed_over.dedup();
        Ok(self)
    }

    /// What counts of it. Nothing is kept beside the timeline, and maturity is not asked for: a snapshot knows no times of serving.
    ///
    /// # Errors
    /// [`Error`] if a row is bad and not to be skipped, no row is good, or the days lie more than 3660 apart.
    pub fn replay(self, options: &Options) -> Result<Replay, Error> {
        settle::settle(self, &plain(options))
    }

    /// All days and edges of it, however far apart the days lie. Bad rows are counted.
    ///
    /// # Errors
    /// [`Error::AllBad`] if no row is good.
    pub fn replay_all(self) -> Result<Replay, Error> {
        let options = Options { on_error: OnError::Skip, ..Options::default() };
        settle::settle_any_span(self, &options).map(|(replay, _)| replay)
    }

    /// How many events it holds, each id counted once, on all days.
    pub fn events(&self) -> Tally {
        self.partial.events().unwrap_or_default()
    }

    /// The files that were read, in the order of reading.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How they were read.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many events it keeps by their id, copies included.
    pub fn kept(&self) -> usize {
        let stand_ins = self.partial.stand_ins.as_ref().map_or(0, |stand_ins| stand_ins.ids.events.len());
        self.partial.ids.events.len() + stand_ins
    }

    /// The file.
    ///
    /// # Errors
    /// [`MergeError::TooMany`] if it holds more than can be read back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MergeError> {
        if self.partial.greatest().is_none_or(|greatest| greatest > MOST) {
            return Err(MergeError::TooMany);
        }
        let contents = pack::contents(self);
        file::seal(|head| postcard::to_extend(&contents, head)).map_err(|_| MergeError::TooMany)
    }

    /// Reads a file, also a compressed one.
    ///
    /// # Errors
    /// [`SnapshotError`] if it cannot be read, is none, is damaged or of a later version.
    pub fn open(input: Input) -> Result<Opened, SnapshotError> {
        let (reader, digest) = input.stream()?;
        let Contained { version, bytes } = file::unseal(reader)?;
        let snapshot = Contents::decode(&bytes).and_then(|contents| unpack::snapshot(&contents));
        let snapshot = snapshot.map_err(SnapshotError::Nonsense)?;
        Ok(Opened { snapshot, version, digest: digest.digest(), bytes: file::length(&bytes) })
    }
}
