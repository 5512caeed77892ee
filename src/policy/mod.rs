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
use crate::keys::{Fault, Keys, Kind, Make, Recipe};
use crate::seed::Stream;

/// The table of policies: the word for each and its reader.
const KINDS: [Kind<Setting, MakePolicy>; 7] = [
    ("thompson", Thompson::read),
    ("top_two", TopTwo::read),
    ("ucb1", Ucb1::read),
    ("kl_ucb", KlUcb::read),
    ("epsilon_greedy", EpsilonGreedy::read),
    ("greedy", Greedy::read),
    ("uniform", Uniform::read),
];

/// A rule that chooses edges.
pub trait Policy {
    /// Fills `slots` with different edges, the most wanted first. There are at most as many slots as edges.
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream);

    /// Learns the feedback of one play. `beliefs` have seen it already; [`Beliefs::trial`] is the first trial to choose for with
    /// it.
    fn learn(&mut self, _beliefs: &Beliefs, _returned: &Returned) {}

    /// Forgets everything of an edge: another item has taken its place.
    fn renew(&mut self, _edge: EdgeId) {}

    /// Whether the chance with which it chooses one edge is that of being the best under the beliefs.
    fn plays_p_best(&self) -> bool {
        false
    }

    /// The chance with which it made its last choice, of this edge, where it knows.
    fn propensity(&self, _edge: EdgeId) -> Option<f64> {
        None
    }
}

/// The feedback of one play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Returned {
    /// The edge played.
    pub edge: EdgeId,
    /// Reward 1, or 0.
    pub success: bool,
    /// The number of the trial it was chosen for, from 1.
    pub trial: u64,
    /// The [`Policy::propensity`] of the choice.
    pub propensity: Option<f64>,
}

/// What the reader of a policy may know of the scenario.
#[derive(Debug, Clone, Copy)]
#[expect(dead_code, reason = "for policies that are tuned to the horizon, or forget")]
pub(crate) struct Setting {
    /// Edges chosen in a trial.
    pub(crate) slots: usize,
    /// Trials in a run.
    pub(crate) horizon: u64,
    /// Trials in a day.
    pub(crate) trials_per_day: u64,
}

/// Makes a policy for so many edges.
pub(crate) type MakePolicy = Make<usize, dyn Policy>;

/// A policy with its parameters.
pub(crate) type PolicyRecipe = Recipe<usize, dyn Policy>;

/// Reads which policy a table of a scenario describes.
pub(crate) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<PolicyRecipe, Fault> {
    Recipe::read(keys, &KINDS, |word| format!("policy {word}"), setting)
}
