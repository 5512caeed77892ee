//! What can be wrong with a scenario.

use std::ops::Range;

use thiserror::Error;

/// A problem and the bytes of the scenario that it concerns.
pub(crate) type Fault = (Range<usize>, Problem);

/// What is wrong with a scenario.
///
/// ```
/// use betadrift::simulate::{Problem, Scenario};
/// let world = "days = 3\ntrials_per_day = 2\n[environment]\nkind = \"stationary\"\nedges = { a = 0.1, b = 1.5 }\n";
/// let error = Scenario::from_toml(world).unwrap_err();
/// assert!(matches!(&error.problem, Problem::Range { key: "edges", value, .. } if value == "1.5"));
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not TOML, an unknown or missing key, or a value of the wrong type, in the words of the TOML reader.
    #[error("{0}")]
    Toml(Box<str>),
    /// A value outside its range.
    #[error("`{key}` ({value}) must be {right}")]
    Range {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        right: &'static str,
    },
    /// A value without anything in it.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// A word that is none of the choices.
    #[error("`{key}` (\"{word}\") must be one of {choices}")]
    Choice {
        /// The key.
        key: &'static str,
        /// The word.
        word: String,
        /// The choices.
        choices: String,
    },
    /// A key that goes with other kinds only.
    #[error("`{key}` has no meaning for {of}")]
    Misplaced {
        /// The key.
        key: String,
        /// The kind.
        of: String,
    },
    /// A key that is needed and absent.
    #[error("{of} needs `{key}`")]
    Missing {
        /// The key, or the choice of keys.
        key: &'static str,
        /// The kind.
        of: String,
    },
    /// Values that are right one by one and wrong together, in the words of what they describe.
    #[error("{0}")]
    Together(Box<str>),
    /// More than one edge a trial for a policy that can choose only one.
    #[error("{of} chooses one edge a trial; `k` ({slots}) must be 1")]
    Slots {
        /// The policy.
        of: String,
        /// Edges a trial.
        slots: usize,
    },
    /// A label that stands twice.
    #[error("two policies are called \"{0}\"; give each [[policy]] its own `label`")]
    DuplicateLabel(String),
    /// An edge that is not in the environment.
    #[error("there is no edge \"{0}\" in [environment]")]
    UnknownEdge(String),
}
