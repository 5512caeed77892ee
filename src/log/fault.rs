//! What can be wrong with a row, and where.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::escape::Shown;
use super::unit::TimeUnit;

/// Why a row does not count, as a word to count by.
///
/// ```
/// use betadrift::log::{Labels, Reason};
/// let labels = Labels::default();
/// let reasons = [&b""[..], b"1.5", b"often"].map(|reward| labels.reward(reward).unwrap_err().reason());
/// assert_eq!(reasons, [Reason::BadReward; 3]); // missing, outside [0, 1], unknown
/// assert_eq!(Reason::BadReward.word(), "bad_reward");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The time is missing or none.
    BadTime,
    /// The reward is missing, outside [0, 1], or an unknown label.
    BadReward,
    /// A count is missing, negative or none.
    BadCount,
    /// A parameter of a belief is missing, none, or out of bounds.
    BadParameter,
    /// The action chosen is missing, none of those there were, or one of several.
    BadAction,
    /// A propensity is none.
    BadPropensity,
    /// A segment is no text.
    BadSegment,
    /// The edge, or a part of it, is empty, or no name at all.
    EmptyEdge,
    /// Fewer fields than the header.
    ShortRow,
    /// More fields than the header.
    LongRow,
    /// Not a JSON object, or without a member that it must have.
    BadJson,
    /// An edge whose name is not UTF-8.
    BadUtf8,
    /// An id that another event has.
    ConflictingId,
    /// An exposure or an outcome of nobody.
    EmptyUnit,
    /// A trace that failed or was aborted.
    FailedTrace,
    /// Counts that went back.
    Reset,
    /// An exposure of a unit to another variation than its first.
    OtherVariation,
}

impl Reason {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BadTime => "bad_time",
            Self::BadReward => "bad_reward",
            Self::BadCount => "bad_count",
            Self::BadParameter => "bad_parameter",
            Self::BadAction => "bad_action",
            Self::BadPropensity => "bad_propensity",
            Self::BadSegment => "bad_segment",
            Self::EmptyEdge => "empty_edge",
            Self::ShortRow => "short_row",
            Self::LongRow => "long_row",
            Self::BadJson => "bad_json",
            Self::BadUtf8 => "bad_utf8",
            Self::ConflictingId => "conflicting_id",
            Self::EmptyUnit => "empty_unit",
            Self::FailedTrace => "failed_trace",
            Self::Reset => "reset",
            Self::OtherVariation => "other_variation",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What is wrong with a row.
///
/// ```
/// use betadrift::log::{Labels, Problem};
/// let problem = Labels::default().reward(b"often").unwrap_err();
/// assert_eq!(problem.to_string(), "the label `often` has no reward; give it one with --reward-map");
/// assert!(problem.is_fault());
/// assert!(!Problem::FailedTrace.is_fault()); // it is counted, and reading goes on
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// No time.
    #[error("the time is missing")]
    NoTime,
    /// No time, in a format that has none.
    #[error("the event has no time; --assume-day DATE counts events without one on that day")]
    Timeless,
    /// No time, as in all that an event sink writes.
    #[error(
        "the event has no time, as in every event sink; --assume-day DATE counts them on that day, and the log of the same \
         events, given with it, takes their place"
    )]
    TimelessTwin,
    /// Neither RFC 3339, nor a date, nor a number.
    #[error("`{0}` is not a time; right are 2026-01-31T10:00:00Z, 2026-01-31 or seconds since 1970")]
    NotATime(Shown),
    /// A time that 64 bits of nanoseconds do not hold.
    #[error("the time `{0}` is not between the years 1678 and 2261")]
    TimeOutOfRange(Shown),
    /// A number of another size than the first time of the file.
    #[error("the time `{time}` reads as {found}, but the times before it as {expected}; say which with --time-unit")]
    OtherTimeUnit {
        /// The time.
        time: Shown,
        /// What it reads as.
        found: TimeUnit,
        /// What the first one of the file read as.
        expected: TimeUnit,
    },
    /// A number where the first time of the file is a date.
    #[error("the time `{0}` is a number, but the times before it are dates; say its unit with --time-unit")]
    NumberAmongDates(Shown),
    /// No reward.
    #[error("the reward is missing")]
    NoReward,
    /// A number that is no reward.
    #[error("the reward `{0}` is not in [0, 1]")]
    RewardOutside(Shown),
    /// A label without a reward.
    #[error("the label `{0}` has no reward; give it one with --reward-map")]
    UnknownLabel(Shown),
    /// A cost that is no negative reward.
    #[error("the cost `{0}` is not in [-1, 0]; where costs are 1 - reward, say --vw-cost one-minus-reward")]
    NotANegativeReward(Shown),
    /// A cost that is not 1 minus a reward.
    #[error(
        "the cost `{0}` is not in [0, 1] as --vw-cost one-minus-reward says; by default a cost is a negative reward"
    )]
    NotOneMinusReward(Shown),
    /// A label of an example that is none.
    #[error("`{0}` is not a label; right is action:cost:probability, such as 2:-1:0.5")]
    NotALabel(Shown),
    /// A label of an example that is read as its tag.
    #[error("`{0}` touches the bar, which makes it the tag; put a blank between if it is the label")]
    LabelAsTag(Shown),
    /// Costs of several actions.
    #[error("a second cost in one example, which has one action; is a blank line missing?")]
    SeveralCosts,
    /// A line for all actions among those of single ones.
    #[error("a shared line inside an example; is a blank line missing before it?")]
    SharedInside,
    /// No action.
    #[error("the action is missing")]
    NoAction,
    /// An action that is none.
    #[error("`{0}` is not an action; actions are numbered from 1")]
    NotAnAction(Shown),
    /// Two members that name different actions.
    #[error("the action is {action}, but its index {index}, which should be one less")]
    OtherAction {
        /// The action, from 1.
        action: usize,
        /// The index, from 0.
        index: usize,
    },
    /// An action that the example does not have.
    #[error("the action is {action} of {of}")]
    ActionBeyond {
        /// The action, from 1.
        action: usize,
        /// How many there are.
        of: usize,
    },
    /// A decision on several actions.
    #[error("a decision on several actions at a time (slots), which are not read")]
    SeveralActions,
    /// A count that is none.
    #[error("`{0}` is not a count; right is a number from 0 to 1e12")]
    NotACount(Shown),
    /// A number that is no parameter of a Beta.
    #[error("`{0}` is not a parameter of a Beta; right is a number from 1e-9 to 1e12")]
    NotAParameter(Shown),
    /// More successes than trials.
    #[error("{successes} successes of {trials} trials are too many")]
    TooManySuccesses {
        /// Successes.
        successes: Shown,
        /// Trials.
        trials: Shown,
    },
    /// A day of counts that is none.
    #[error("`{0}` is not a day; write it as 2026-01-31")]
    NotADay(Shown),
    /// A propensity that is none.
    #[error("`{0}` is not a propensity; right is a number from 0 to 1")]
    NotAPropensity(Shown),
    /// A segment that is not UTF-8.
    #[error("the segment `{0}` is not UTF-8")]
    SegmentNotUtf8(Shown),
    /// A segment that is no name.
    #[error("the segment is {0}, where a string is expected")]
    SegmentNotText(&'static str),
    /// No edge.
    #[error("the edge is empty")]
    EmptyEdge,
    /// An edge that is no name.
    #[error("the edge is {0}, where a string is expected")]
    EdgeNotText(&'static str),
    /// Fewer fields than the header.
    #[error("the row ends after {found} of {expected} fields")]
    ShortRow {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// More fields than the header.
    #[error("the row has {found} fields, but the header {expected}; is a comma not quoted?")]
    LongRow {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// Not a JSON object.
    #[error("not a JSON object: {0}")]
    BadJson(String),
    /// An object that is no event, among events.
    #[error("the object has no `event`, as every other here has")]
    NoEvent,
    /// A member of a JSON object that is missing, or another than its format has.
    #[error("`{member}` must be {expected}")]
    Member {
        /// Its name.
        member: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// An edge that is not UTF-8.
    #[error("the edge `{0}` is not UTF-8")]
    BadUtf8(Shown),
    /// An id that another event has.
    #[error("another event with another time, edge or reward has the same id")]
    ConflictingId,
    /// A trace that failed or was aborted.
    #[error("the trace failed or was aborted, so that it says nothing about its edges")]
    FailedTrace,
    /// No unit.
    #[error("the unit is missing")]
    NoUnit,
    /// An exposure of a unit to another variation than its first.
    #[error("the unit was exposed to another variation before, for which it counts")]
    OtherVariation,
    /// Counts that went back.
    #[error("the counts went back: the edge began anew")]
    Reset,
}

impl Problem {
    /// The word to count it by.
    pub fn reason(&self) -> Reason {
        match self {
            Self::NoTime
            | Self::Timeless
            | Self::TimelessTwin
            | Self::NotATime(_)
            | Self::TimeOutOfRange(_)
            | Self::OtherTimeUnit { .. }
            | Self::NumberAmongDates(_)
            | Self::NotADay(_) => Reason::BadTime,
            Self::NoReward
            | Self::RewardOutside(_)
            | Self::UnknownLabel(_)
            | Self::NotANegativeReward(_)
            | Self::NotOneMinusReward(_)
            | Self::NotALabel(_)
            | Self::LabelAsTag(_)
            | Self::SeveralCosts
            | Self::SharedInside => Reason::BadReward,
            Self::NoAction
            | Self::NotAnAction(_)
            | Self::OtherAction { .. }
            | Self::ActionBeyond { .. }
            | Self::SeveralActions => Reason::BadAction,
            Self::NotACount(_) | Self::TooManySuccesses { .. } => Reason::BadCount,
            Self::NotAParameter(_) => Reason::BadParameter,
            Self::NotAPropensity(_) => Reason::BadPropensity,
            Self::SegmentNotUtf8(_) | Self::SegmentNotText(_) => Reason::BadSegment,
            Self::EmptyEdge | Self::EdgeNotText(_) => Reason::EmptyEdge,
            Self::ShortRow { .. } => Reason::ShortRow,
            Self::LongRow { .. } => Reason::LongRow,
            Self::BadJson(_) | Self::Member { .. } | Self::NoEvent => Reason::BadJson,
            Self::BadUtf8(_) => Reason::BadUtf8,
            Self::ConflictingId => Reason::ConflictingId,
            Self::FailedTrace => Reason::FailedTrace,
            Self::Reset => Reason::Reset,
            Self::NoUnit => Reason::EmptyUnit,
            Self::OtherVariation => Reason::OtherVariation,
        }
    }

    /// Whether something is wrong, so that reading stops unless bad rows are to be skipped. The others are as such rows must
    /// be: they do not count, and are counted by reason.
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::FailedTrace | Self::Reset | Self::OtherVariation)
    }
}

/// A problem with one of a row's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field, if it is one's.
    pub(super) field: Option<usize>,
    pub(super) problem: Problem,
}

impl Fault {
    pub(super) fn at(field: usize) -> impl Fn(Problem) -> Self {
        move |problem| Self { field: Some(field), problem }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self { field: None, problem }
    }
}
