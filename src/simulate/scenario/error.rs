//! What is wrong with a scenario, and where.

use std::ops::Range;

use thiserror::Error;

use crate::environment::DelayError;

/// What is wrong with a scenario, and where. It prints as `line:column: problem`.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{line}:{column}: {problem}")]
pub struct ScenarioError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a scenario.
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
        key: &'static str,
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
    /// A delay that does not exist.
    #[error(transparent)]
    Delay(DelayError),
    /// A label that stands twice.
    #[error("two policies are called \"{0}\"; give each [[policy]] its own `label`")]
    DuplicateLabel(String),
    /// An edge that is not in the environment.
    #[error("there is no edge \"{0}\" in [environment]")]
    UnknownEdge(String),
}

impl ScenarioError {
    /// A problem at a byte range of the text.
    pub(super) fn at(text: &str, span: Range<usize>, problem: Problem) -> Self {
        let before = &text[..floor_boundary(text, span.start)];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&character| character != '\n').count() + 1;
        Self { line, column, problem }
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
