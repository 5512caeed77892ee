//! What is wrong with a scenario, and where.

use std::ops::Range;

use thiserror::Error;

use crate::keys::Problem;

/// What is wrong with a scenario, and where. It prints as `line:column: problem`.
///
/// ```
/// use betadrift::simulate::{Problem, Scenario};
/// let text = "days = 2\ntrials_per_day = 50\nenvironment = { kind = \"stationary\", rates = [0.9, 1.1] }";
/// let error = Scenario::from_toml(text).unwrap_err();
/// assert_eq!((error.line, error.column), (3, 52));
/// assert!(matches!(error.problem, Problem::Range { .. }));
/// assert_eq!(error.to_string(), "3:52: `rates` (1.1) must be a number between 0 and 1");
/// ```
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
