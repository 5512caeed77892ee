//! Gates: what a comparison must not show, for continuous integration.
//!
//! | gate | fires if |
//! |---|---|
//! | `value_remaining > 0.01` | of all edges of B: what knowing the best would add to the reward of a choice |
//! | `p_best < 0.9` | P(best) of B's leader |
//! | `p_best(EDGE) < 0.9`, `mean(EDGE) < 0.3` | of an edge of B |
//! | `difference(EDGE) < -0.02` | its mean in B less its mean in A |
//! | `p_greater(EDGE) < 0.1` | P(B > A): the chance that its rate is greater in B |
//! | `kl(EDGE) > 1`, `hellinger(EDGE) > 0.3` | the divergence of its posterior in B from that in A |
//! | `any(kl) > 1` | one of these holds for any edge |
//! | `mean(EDGE) drops`, `rises`, `changes` | the interval of its difference lies below zero, above, or on either side |
//! | `any(mean) drops`, `rises`, `changes` | the same of any edge, at the level corrected for the number of edges compared |
//! | `verdict == exploring`, `verdict != settled` | B's verdict is this, or is not |
//! | `verdict changes`, `leader changes` | A and B differ in it |
//! | `edges gone`, `edges new` | an edge of one is not in the other |
//!
//! Operators are `<`, `<=`, `>`, `>=`, `==` and `!=`. A name with a parenthesis in it stands in quotation marks, where `\"` and
//! `\\` are those characters. What cannot be judged, such as an edge that is gone, fires as well: a check that nobody could make
//! was not passed.

mod judge;
mod parse;

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use crate::convergence::VerdictState;

/// A gate.
///
/// ```
/// use betadrift::compare::Gate;
/// assert_eq!("mean(e17) drops".parse::<Gate>().unwrap().to_string(), "mean(e17) drops");
/// let error = "p_best < high".parse::<Gate>().unwrap_err();
/// assert_eq!((error.column, error.problem.to_string()), (10, "`high` is not a number".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    text: String,
    condition: Condition,
}

/// Where a text stops being a gate, and why.
///
/// ```
/// use betadrift::compare::Gate;
/// let error = "mean(e17) <> 0.3".parse::<Gate>().unwrap_err();
/// assert_eq!(error.column, 12);
/// assert_eq!(error.to_string(), "column 12: `>` is not a number\n  mean(e17) <> 0.3\n             ^");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("column {column}: {problem}\n  {text}\n  {}^", " ".repeat(.column - 1))]
pub struct GateError {
    /// The character, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: GateProblem,
    text: String,
}

/// Why a text is no gate.
///
/// ```
/// use betadrift::compare::Gate;
/// use betadrift::compare::gate::GateProblem;
/// let problem = |text: &str| text.parse::<Gate>().unwrap_err().problem;
/// assert_eq!(problem("mean(e17"), GateProblem::Open('('));
/// assert_eq!(problem("mean drops").to_string(), "mean is that of an edge: mean(EDGE), or any(mean) for all of them");
/// assert!(problem("kl(e17) rises").to_string().starts_with("only a mean rises"));
/// assert_eq!(problem("verdict == converged"), GateProblem::Verdict("converged".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GateProblem {
    /// It ends before this.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A word that begins no gate.
    #[error(
        "`{0}` is no quantity; there are value_remaining, p_best, mean(EDGE), p_best(EDGE), difference(EDGE), p_greater(EDGE), \
         kl(EDGE), hellinger(EDGE), any(mean), …, verdict, leader and edges"
    )]
    Quantity(String),
    /// A quantity of an edge, which is not named.
    #[error("{0} is that of an edge: {0}(EDGE), or any({0}) for all of them")]
    EdgeMissing(&'static str),
    /// An edge without a name.
    #[error("the edge has no name")]
    NoName,
    /// A name or a parenthesis that does not end.
    #[error("`{0}` is not closed")]
    Open(char),
    /// A quantity that edges do not have.
    #[error("any(…) takes mean, p_best, difference, p_greater, kl or hellinger, not `{0}`")]
    Measure(String),
    /// Something else than an operator.
    #[error("`{0}` is no operator here; there are < <= > >= == !={1}")]
    Operator(String, &'static str),
    /// Movement of what does not move.
    #[error("only a mean {0}; of other quantities say how great they may be, such as {1} > 0.1")]
    Motion(&'static str, &'static str),
    /// A bound that is no number.
    #[error("`{0}` is not a number")]
    Number(String),
    /// A verdict that there is not.
    #[error("`{0}` is no verdict; there are starved, drifting, settled, tied and exploring")]
    Verdict(String),
    /// A word after verdict, leader or edges that says nothing.
    #[error("`{0}` says nothing here; write {1}")]
    Word(String, &'static str),
    /// More after its end.
    #[error("`{0}` is too much: the gate ends before it")]
    TooMuch(String),
}

/// What a gate asks.
#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Bound(Quantity, Operator, f64),
    Moves(Subject, Motion),
    Verdict { is: bool, state: VerdictState },
    VerdictChanges,
    LeaderChanges,
    Edges(Presence),
}

#[derive(Debug, Clone, PartialEq)]
enum Quantity {
    ValueRemaining,
    LeaderPBest,
    Of(Measure, Subject),
}

/// What is asked of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Mean,
    PBest,
    Difference,
    PGreater,
    Kl,
    Hellinger,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    Edge(Box<str>),
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    Drops,
    Rises,
    Changes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Gone,
    New,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

/// What a gate said of a comparison.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Gate, Side, compare};
/// let edges = vec![Belief { edge: "e17".into(), posterior: Beta::new(4.0, 3.0)?, pulls: 5.0, state: None }];
/// let side = Side { edges, ..Side::default() };
/// let gate: Gate = "mean(e17) < 0.5".parse()?;
/// let outcome = gate.judge(&side, &side, &compare(&side, &side, 0.95));
/// assert_eq!((outcome.fired(), &*outcome.why), (false, "the mean of e17 is 0.571, at least 0.500")); // 4/7
/// assert_eq!(gate.edge(), Some("e17"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The gate, as it was written.
    pub gate: String,
    /// Whether it fired.
    pub status: Status,
    /// The numbers behind it.
    pub why: String,
}

/// Whether a gate fired.
///
/// ```
/// use betadrift::compare::{Gate, Side, Status, compare};
/// let none = Side::default();
/// let judge = |gate: &str| gate.parse::<Gate>().unwrap().judge(&none, &none, &compare(&none, &none, 0.95)).status;
/// assert_eq!(judge("edges gone"), Status::Passed);
/// assert_eq!(judge("value_remaining > 0.01"), Status::Unjudged); // there is no feedback
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// What it asks for does not hold.
    Passed,
    /// It holds.
    Fired,
    /// It could not be judged, which counts as fired.
    Unjudged,
}

impl Outcome {
    /// Whether the check said no.
    pub fn fired(&self) -> bool {
        self.status != Status::Passed
    }
}

impl Gate {
    /// The edge that it names, if it names one.
    pub fn edge(&self) -> Option<&str> {
        match &self.condition {
            Condition::Bound(Quantity::Of(_, Subject::Edge(edge)), ..) | Condition::Moves(Subject::Edge(edge), _) => {
                Some(edge)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Measure {
    const ALL: [Self; 6] = [Self::Mean, Self::PBest, Self::Difference, Self::PGreater, Self::Kl, Self::Hellinger];

    const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::PBest => "p_best",
            Self::Difference => "difference",
            Self::PGreater => "p_greater",
            Self::Kl => "kl",
            Self::Hellinger => "hellinger",
        }
    }
}

impl Motion {
    const ALL: [Self; 3] = [Self::Drops, Self::Rises, Self::Changes];

    const fn word(self) -> &'static str {
        match self {
            Self::Drops => "drops",
            Self::Rises => "rises",
            Self::Changes => "changes",
        }
    }
}

impl Operator {
    /// All, the longer before those that they begin with.
    const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("==", Self::Equal),
        ("!=", Self::Unequal),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::Greater => value > bound,
            Self::AtLeast => value >= bound,
            Self::Equal => value == bound,
            Self::Unequal => value != bound,
        }
    }

    /// The same in words, of what holds or does not.
    const fn words(self, holds: bool) -> &'static str {
        match (self, holds) {
            (Self::Less, true) | (Self::AtLeast, false) => "below",
            (Self::AtMost, true) | (Self::Greater, false) => "at most",
            (Self::Greater, true) | (Self::AtMost, false) => "above",
            (Self::AtLeast, true) | (Self::Less, false) => "at least",
            (Self::Equal, true) | (Self::Unequal, false) => "equal to",
            (Self::Equal, false) | (Self::Unequal, true) => "other than",
        }
    }
}
