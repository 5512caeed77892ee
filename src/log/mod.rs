//! Feedback logs: reading them and writing them. This page is the manual of what a log may look like.
//!
//! # Formats
//! A log is CSV, TSV, JSON lines (an object a line) or Parquet, of events or of counts, as it is or compressed with gzip or
//! zstd (also in several members). The content tells the format; the name of the file only decides whether a header with both tabs
//! and commas is a TSV. Text is UTF-8, with or without a byte-order mark, lines end in LF or CRLF, and fields with
//! delimiters, line breaks or quotes in them are quoted as in RFC 4180. UTF-16 and other binary data are refused, and
//! so is a file of 0 bytes; a header alone is a log without events.
//!
//! Every row has as many fields as the header. The same name twice in a header is refused; columns without a name are no
//! harm. Names are compared without the blanks around them.
//!
//! **Parquet** (feature `parquet`) says what a CSV of the same rows says. A null is an empty field, members of structs are
//! dotted, and only the columns that play a role are decoded, each row group on a thread of its own. Edges may be strings
//! (also as dictionaries or plain bytes), numbers, booleans or UUIDs. Times may be TIMESTAMP of any unit: adjusted to UTC
//! they are instants, otherwise local times like those without an offset; legacy INT96 times are instants, as Spark writes
//! them; DATE is that day, and numbers and strings are read as in text. Rewards may be BOOLEAN (`true`, `false`), numbers
//! or labels; a FLOAT or DOUBLE is the shortest decimal that it stands for, so that 0.1 is one tenth in either. Bad rows
//! are told by their numbers in the file, from 1 (`log.parquet:row 17`), and kept as JSON of the columns in use. Lists, maps
//! and encrypted files are not read.
//!
//! **Folders** on the way to a file that are called `name=value`, as Hive lays out tables, are columns of the file, in any
//! format, after its own; where both are there, the file's own counts. Values are percent-decoded, and
//! `__HIVE_DEFAULT_PARTITION__` is no value. A folder `day=2026-01-31` is the day of counts, and of events without a column
//! for the time; so are `day=20260131` and `year=2026/month=1/day=31`.
//!
//! **Counts** are CSV, TSV or Parquet with columns `day`, an edge, `successes`, and `failures` or `trials` (`failures` if
//! both are there), a day and edge a row; other columns are passed by. A day is written `2026-01-31`, or is a DATE or local
//! midnight in Parquet, and is a calendar day already. Naming a column for the time or the reward makes such a file one of
//! events. Without a column for the day, and without any known for a time or a reward, all counts are of the day of
//! [`Options::assume_day`], without which they are bad rows.
//!
//! **openclaw** exports one JSON document, `{"traces": [{"traceId", "timestamp", "arms": [{"armId", "included",
//! "referenced"}], "aborted", "error"}]}`, on one line or many, its members in any order and others passed by. An arm that
//! was included is a success if it was referenced, else a failure; one that was not is no feedback, and counted as ignored.
//! Traces that were aborted, or have an error (not null, false, 0 or empty), are skipped and counted as `failed_trace`, each
//! once. The id of an event is that of its trace with that of its arm, so that a trace which is there twice counts once.
//! Times that are numbers are milliseconds. An arm or a trace of the wrong shape is a bad row; a document that is none, lacks
//! `traces` or goes on behind its end cannot be read at all. It is read trace by trace: of a document of any size no more
//! than some blocks of a megabyte, or one trace, are in memory. An export without traces is a log without events.
//!
//! **buildlog** keeps beliefs instead of events: `bandit_state.jsonl` has a line `{"context", "rule_id", "alpha", "beta",
//! "is_seed", "updated_at"}` each time one changed (buildlog's own `select` writes all of them anew). Edges are
//! `context/rule_id`, joined like several columns. The first belief of an edge is its prior, unless the command line gives
//! one, and what changed from each to the next is feedback on the day of the later: Δα successes, Δβ failures, exact
//! differences of the numbers as they stand. Where α or β went back, the edge began anew: the difference is skipped and
//! counted as `reset`, and the next sets out from there. Beliefs are put in order of time, whatever the order of the rows;
//! of those at one time the one with the smaller α + β comes first, then the one with the smaller α. α and β lie between
//! 1e-9 and 1e12. The prior stays the first belief where days are cut off. `is_seed` is passed by: it says that α began
//! higher, which the first belief has in it already. Naming a column for the time, edge or reward makes such a file one of
//! events. With all of the past counted and no reset, the posterior is the last belief, to the bit where α and β are
//! multiples of 2⁻¹⁵ below 2³⁷; elsewhere it is off by the distance to the next f64 or 2⁻⁶⁴, whichever is more, at most.
//! Beliefs take 56 bytes of memory each.
//!
//! **qortex** writes its structured log as an object a line. Those whose `event` is `learning.observation` are feedback: of
//! the edge `learner/arm_id`, at `timestamp`, with `reward` or else `outcome`. All others are no feedback and are counted as
//! ignored. Its event sink writes the same without times, as `LearningObservationRecorded`: such twins are ignored if any
//! file has an observation, and alone count on the day of [`Options::assume_day`], without which they are bad rows. A file
//! is such a log if one of these two events stands in its first lines, or if all of those have an `event` and none has what
//! an event of a plain log has. Naming a column by hand makes it a plain log.
//!
//! **Vowpal Wabbit** writes costs, of which [`Options::cost`] says what they are: by default the negative reward, −1 to 0.
//! - *Text for contextual bandits* has `action:cost:probability` before the first bar, and the edge is the number of the
//!   action. Where an example has a line for each action, between blank lines and below a `shared` one, the edge is the tag
//!   of the action's line (the word that touches the bar or begins with `'`), or else its place in the example, from 1. So a
//!   tag makes a name only there; and an action that has a tag in some examples is two edges. Text has no times, and is
//!   refused without [`Options::assume_day`].
//! - *Decisions* (dsjson) are an object a line with `_label_cost`, `_label_Action` (or `_labelIndex` + 1, or the first of
//!   `a`) and `Timestamp`; `EventId` is the id. The edge is the `_tag` of the action in `c._multi`, or else its number.
//!   Decisions on slots are bad rows; those with `_skipLearn` were not carried out and are no feedback.
//!
//! What has no cost (examples without a label, rewards on their own) is no feedback and counted as ignored. A file is one of
//! these if its first lines have a label or a `shared` line, or a decision or a reward on its own, and no column is named by
//! hand.
//!
//! # Roles
//! Events have a time, an edge and a reward; where no column is named by hand ([`Columns`]), it goes by its name, the first
//! of these that is there:
//!
//! | role | columns |
//! |---|---|
//! | time | `timestamp`, `time`, `ts` |
//! | edge | `edge`, `edge_id`, `arm`, `arm_id`, `item_id`, `action`, or `source`, `relation` and `target` together |
//! | reward | `reward`, `outcome`, `click`, `feedback`, `label` |
//! | propensity | `propensity`, `propensity_score`, `pscore`, `action_prob` |
//! | id | `event_id` |
//! | segment | only by hand |
//! | served_at | `served_at`; others by hand |
//! | unit, variation, experiment | only in tables of experiments, see below |
//!
//! Columns passed over are reported ([`PassedOver`]). Several columns named for an edge make one, joined by `/`, with a `/`
//! inside a part written `%2F`; so does the triple. In JSON each object is looked at for itself, null is like a member that
//! is not there, and names given by hand may be dotted paths (`feedback.score`; a member whose own name has dots comes
//! first). A column named by hand that is in no file is a mistake of the command line.
//!
//! # Times
//! RFC 3339 with `T` or a blank and any offset (`Z`, `+01:00`, `+0100`, `+01`); a date alone; or a number since
//! 1970-01-01T00:00:00Z. A time without offset is read in the [`Zone`], a date alone is that day, and the day of an event is
//! a calendar day of the zone. A time that the clock skips in spring is read as if it had not been put forward, one that it
//! shows twice in autumn as the first. Years 1678 to 2261 are read.
//!
//! The first time of each file that is a number says what numbers count: seconds below 1e11, milliseconds below 1e14,
//! microseconds below 1e17, else nanoseconds, by magnitude, fractions allowed. A later number of another class, or any
//! number after a file began with dates, is a bad row, unless the unit is given ([`Options::time_unit`]).
//!
//! # Rewards
//! A number in [0, 1], or a label without regard to case ([`Labels`]): `accepted yes true success` 1, `partial` 0.5,
//! `rejected no false failure` 0, and those given by hand. Where the column of the reward holds a label and another column
//! that could be one holds a number, the number counts.
//!
//! A row with neither time nor reward, but with a value in the `served_at` column, is *pending*: its feedback has not
//! arrived. It is counted as such and is no error.
//!
//! # Circumstances
//! Propensity, segment and the time of serving are read where something asks for them ([`Asked`]); otherwise they may be
//! anything. One that is empty (in JSON also null, or no such member) is missing. A propensity is a finite number that is
//! not negative; 0 and numbers above 1 are kept, since what they mean is for others to say. A segment is any text, and never
//! part of an edge's name. `served_at` is read by the rules of times, in a unit of its own: that of the file's first, if
//! it is among the rows with which the file begins, else that of the time. Vowpal Wabbit text and decisions have the probability of the logged
//! action (`action:cost:probability`, `_label_probability`); other formats of other systems have no circumstances.
//!
//! # Ids
//! With an id column in use, an event counts once: rows with the same id, time, edge and reward are duplicates. The same id
//! with another time, edge or reward is a bad row; of such rows the earliest (by time, then edge, then reward) is the good
//! one, wherever it stands. Events without an id all count. This takes 48 bytes of memory an event ([`EventId`]).
//!
//! # Experiments
//! Two tables instead of a log ([`Table`]), CSV, TSV, JSON lines or Parquet each: *exposures* of units to variations, and *outcomes*
//! of units, as GrowthBook, Eppo and Statsig have them in a warehouse. Columns are, the first of these that is there:
//!
//! | role | columns of exposures |
//! |---|---|
//! | served_at | `exposure_time`, `exposed_at`, `exposure_timestamp`, `first_exposure`, `first_exposure_time`, `first_exposure_utc`, `assigned_at`, `assignment_time`, `served_at`, `timestamp`, `time`, `ts` |
//! | unit | `unit_id`, `user_id`, `subject`, `subject_id`, `subject_key`, `anonymous_id`, `device_id`, `stable_id`, `visitor_id` |
//! | variation | `variation`, `variation_id`, `variant`, `variant_id`, `experiment_group`, `group_name`, `group`, `group_id` |
//! | experiment | `experiment`, `experiment_id`, `experiment_key`, `experiment_name`; beside `experiment_group` also `name`, as Statsig reports first exposures |
//!
//! | role | columns of outcomes |
//! |---|---|
//! | time | `timestamp`, `time`, `ts`, `outcome_time`, `event_time`, `event_timestamp`, `converted_at` |
//! | unit | as for exposures |
//! | reward | `reward`, `value`, `metric_value`, `outcome`, `click`, `feedback`, `label` |
//!
//! An experiment and the reward are optional. A unit named by hand may have several names, of which a table has one. Edges
//! are `experiment/variation`, joined like several columns, or the variation alone. An outcome without a value (no such
//! column; in JSON no such member; null) is something that happened, and worth 1; a value is read like a reward, so that
//! one above 1, such as an amount, is a bad row. How rows are joined is told at [`crate::replay::attribute`].
//!
//! # Bad rows
//! A quote that is still open at the end of a file is no bad row, but the end of reading: it has swallowed an unknown
//! number of rows. [`Problem`] is what can be wrong and [`Reason`] the word by which it is counted. Its place is file, line and byte of the
//! line, each from 1; for a conflicting id the byte is that of the row.
//!
//! ```
//! use betadrift::log::{Entry, Input, Log, Options};
//! let text = "timestamp,edge,reward\n2026-01-01T10:00:00Z,a,1\n2026-01-01T10:00:00Z,a,often\n";
//! let options = Options::default();
//! let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {}).unwrap();
//! let mut clock = parser.clock();
//! let mut seen = Vec::new();
//! while let Some(block) = log.next_block().unwrap() {
//!     parser.rows(&block, &mut clock, |line, row| seen.push(match row {
//!         Ok(Entry::Event { edge, .. }) => format!("{line}: {edge}"),
//!         Ok(_) => format!("{line}: other"),
//!         Err(bad) => format!("{}:{}: {}", bad.line, bad.column, bad.problem.reason()),
//!     }));
//! }
//! assert_eq!(seen, ["2: a", "3:24: bad_reward"]);
//! ```

#[cfg(feature = "compression")]
mod ahead;
mod assignment;
mod batch;
mod block;
mod buildlog;
mod civil;
mod clock;
mod context;
mod cost;
mod delimited;
mod digits;
mod document;
mod dsjson;
mod error;
mod escape;
mod fault;
mod flat;
mod format;
mod id;
mod jsonl;
mod label;
mod layout;
mod openclaw;
#[cfg(feature = "parquet")]
mod parquet;
mod parsed;
mod partition;
mod plain;
mod qortex;
mod read;
mod role;
mod row;
mod scan;
mod source;
mod text;
mod unit;
mod vowpal;
mod walk;
mod write;
mod zone;

pub use assignment::Table;
pub use batch::{Batch, Names, Portion};
pub use block::Block;
pub use clock::{Clock, Time};
pub use context::{Asked, Context};
pub use cost::Cost;
pub use error::Error;
pub use escape::{Shown, escaped};
pub use fault::{Problem, Reason};
pub(crate) use format::SNAPSHOT_MAGIC;
pub use id::EventId;
pub use label::{Labels, LabelsError};
pub use layout::PassedOver;
#[cfg(feature = "parquet")]
pub use parquet::{CountsRow, counts_parquet};
pub use partition::base_name;
pub use read::{BadRow, Log, Options, Parser};
pub use role::{Columns, ColumnsError, Role};
pub use row::Entry;
pub use source::{Digest, Input};
pub use unit::{TimeUnit, TimeUnitError};
pub use write::{LogWriter, LoggedEvent};
pub use zone::{Zone, ZoneError};
