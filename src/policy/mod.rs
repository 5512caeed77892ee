//! Policies: how to choose edges from beliefs about them. One file a policy.

mod beliefs;
mod epsilon_greedy;
mod greedy;
mod kl_ucb;
mod select;
mod thompson;
mod top_two;
mod ucb1;
mod uniform;

pub use beliefs::Beliefs;
pub use epsilon_greedy::EpsilonGreedy;
pub use greedy::Greedy;
pub use kl_ucb::{KlUcb, bernoulli_kl};
pub use thompson::Thompson;
pub use top_two::TopTwo;
pub use ucb1::Ucb1;
pub use uniform::Uniform;

use crate::feedback::EdgeId;
use crate::seed::Stream;

/// A rule that chooses edges.
pub trait Policy {
    /// Fills `slots` with different edges, the most wanted first. There are at most as many slots as edges.
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream);
}

/// The table of policies, with their parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum PolicyKind {
    /// [`Thompson`].
    Thompson,
    /// [`TopTwo`].
    TopTwo {
        /// Chance of playing the leader of the draw, in (0, 1].
        share: f64,
    },
    /// [`Ucb1`].
    Ucb1 {
        /// Weight of ln t, not negative.
        c: f64,
    },
    /// [`KlUcb`].
    KlUcb {
        /// Weight of ln ln t, not negative.
        c: f64,
    },
    /// [`EpsilonGreedy`].
    EpsilonGreedy {
        /// Chance of a uniform choice, in [0, 1].
        epsilon: f64,
    },
    /// [`Greedy`].
    Greedy,
    /// [`Uniform`].
    Uniform,
}

impl PolicyKind {
    /// The words for the kinds, in the order of the table.
    pub const WORDS: [&'static str; 7] =
        ["thompson", "top_two", "ucb1", "kl_ucb", "epsilon_greedy", "greedy", "uniform"];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Thompson => Self::WORDS[0],
            Self::TopTwo { .. } => Self::WORDS[1],
            Self::Ucb1 { .. } => Self::WORDS[2],
            Self::KlUcb { .. } => Self::WORDS[3],
            Self::EpsilonGreedy { .. } => Self::WORDS[4],
            Self::Greedy => Self::WORDS[5],
            Self::Uniform => Self::WORDS[6],
        }
    }

    /// The policy, ready to choose among so many edges.
    pub fn build(self, edges: usize) -> Box<dyn Policy> {
        match self {
            Self::Thompson => Box::new(Thompson::new(edges)),
            Self::TopTwo { share } => Box::new(TopTwo::new(edges, share)),
            Self::Ucb1 { c } => Box::new(Ucb1::new(edges, c)),
            Self::KlUcb { c } => Box::new(KlUcb::new(edges, c)),
            Self::EpsilonGreedy { epsilon } => Box::new(EpsilonGreedy::new(edges, epsilon)),
            Self::Greedy => Box::new(Greedy::new(edges)),
            Self::Uniform => Box::new(Uniform::new(edges)),
        }
    }
}
