//! The states of an edge and of the whole.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of an edge; the first of these rules that applies.
///
/// Twenty pulls are too few:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(10, 10));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// assert_eq!(analysis.standings[0].state, EdgeState::Starved);
/// assert_eq!(EdgeState::ALL.map(EdgeState::word), ["blind", "starved", "settled", "learning"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeState {
    /// No feedback in the last days: nothing can be seen of it, recovery least of all.
    Blind,
    /// Too few pulls to say anything.
    Starved,
    /// The question is answered: it is the best edge, or surely not, or known to within ε.
    Settled,
    /// Still being learned.
    Learning,
}

impl EdgeState {
    /// All states, in the order of their rules.
    pub const ALL: [Self; 4] = [Self::Blind, Self::Starved, Self::Settled, Self::Learning];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blind => "blind",
            Self::Starved => "starved",
            Self::Settled => "settled",
            Self::Learning => "learning",
        }
    }
}

impl fmt::Display for EdgeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// How many edges are in each state.
///
/// ```
/// use betadrift::convergence::{EdgeState, StateCounts};
/// let mut counts = StateCounts::default();
/// counts.add(EdgeState::Blind);
/// counts.add(EdgeState::Blind);
/// assert_eq!((counts.of(EdgeState::Blind), counts.of(EdgeState::Settled)), (2, 0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateCounts([usize; 4]);

impl StateCounts {
    /// One more edge in this state.
    pub fn add(&mut self, state: EdgeState) {
        self.0[state as usize] += 1;
    }

    /// The edges in this state.
    pub fn of(&self, state: EdgeState) -> usize {
        self.0[state as usize]
    }
}

/// The state of the whole; the first of these rules that applies.
///
/// Two edges with the same counts, 5000 of 10 000 on each of three days, differ by less than is worth a search:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, VerdictState, convergence};
/// # let mut fold = Fold::default();
/// # let edges = [fold.edge("a"), fold.edge("b")];
/// # for day in (0..3).map(Day::from_days) {
/// #     edges.iter().for_each(|&edge| fold.add(day, edge, Counts::whole(5000, 5000)));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// assert_eq!(analysis.verdict.state, VerdictState::Tied);
/// assert_eq!(analysis.days[0].verdict, VerdictState::Exploring); // not yet for three days
/// assert_eq!(VerdictState::ALL[0].word(), "starved"); // the first rule
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictState {
    /// Too few successes or failures, or most pulls on starved edges: nothing can be concluded.
    Starved,
    /// The rate of an edge that may be the best changed within the last days: what was learned before may not hold.
    Drifting,
    /// One edge leads, and there is nothing left to win by searching on.
    Settled,
    /// There is nothing left to win, but several edges are equally good.
    Tied,
    /// There is still something to win.
    Exploring,
}

impl VerdictState {
    /// All states, in the order of their rules.
    pub const ALL: [Self; 5] = [Self::Starved, Self::Drifting, Self::Settled, Self::Tied, Self::Exploring];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starved => "starved",
            Self::Drifting => "drifting",
            Self::Settled => "settled",
            Self::Tied => "tied",
            Self::Exploring => "exploring",
        }
    }
}

impl fmt::Display for VerdictState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
