//! Policies: how to choose edges from beliefs about them. One file a policy.

mod bayes_ucb;
mod beliefs;
mod discounted_thompson;
mod draws;
mod epsilon_greedy;
mod exp3;
mod greedy;
mod ids;
mod kl_ucb;
mod moss;
mod select;
mod sliding_window_thompson;
mod thompson;
mod top_two;
mod ucb1;
mod uniform;

pub use bayes_ucb::BayesUcb;
pub use beliefs::Beliefs;
pub use discounted_thompson::{DiscountedThompson, Per};
pub use epsilon_greedy::EpsilonGreedy;
pub use exp3::Exp3;
pub use greedy::Greedy;
pub use ids::Ids;
pub use kl_ucb::{KlUcb, bernoulli_kl};
pub use moss::Moss;
pub use sliding_window_thompson::SlidingWindowThompson;
pub use thompson::Thompson;
pub use top_two::TopTwo;
pub use ucb1::Ucb1;
pub use uniform::Uniform;

use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys, Kind, Make, Problem, Recipe};
use crate::seed::Stream;

/// The table of policies: the word for each and its reader.
const KINDS: [Kind<Setting, MakePolicy>; 13] = [
    ("thompson", Thompson::read),
    ("top_two", TopTwo::read),
    ("ucb1", Ucb1::read),
    ("kl_ucb", KlUcb::read),
    ("epsilon_greedy", EpsilonGreedy::read),
    ("greedy", Greedy::read),
    ("uniform", Uniform::read),
    ("bayes_ucb", BayesUcb::read),
    ("moss", Moss::read),
    ("discounted_thompson", DiscountedThompson::read),
    ("sliding_window_thompson", SlidingWindowThompson::read),
    ("ids", Ids::read),
    ("exp3", Exp3::read),
];

/// A rule that chooses edges.
///
/// Win–stay, lose–shift (Robbins 1952, doi:10.1090/S0002-9904-1952-09620-8) takes the next edge after every failure:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, Returned};
/// use betadrift::seed::{Purpose, Stream, stream};
///
/// struct WinStay {
///     failures: usize,
/// }
///
/// impl Policy for WinStay {
///     fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], _: &mut Stream) {
///         slots[0] = EdgeId::new(self.failures % beliefs.edges().len());
///     }
///     fn learn(&mut self, _: &Beliefs, returned: &Returned) {
///         self.failures += usize::from(!returned.success);
///     }
///     fn propensity(&self, _: EdgeId) -> Option<f64> {
///         Some(1.0) // nothing is left to chance
///     }
/// }
///
/// let (mut policy, mut slots) = (WinStay { failures: 0 }, [EdgeId::new(0)]);
/// let (mut beliefs, rng) = (Beliefs::new(Beta::UNIFORM, 2), &mut stream(1, Purpose::Choice, &[]));
/// let mut chosen = Vec::new();
/// for (trial, success) in [(1, true), (2, false), (3, true)] {
///     beliefs.begin(trial);
///     policy.choose(&beliefs, &mut slots, rng);
///     chosen.push(slots[0].index());
///     beliefs.observe(slots[0], success);
///     policy.learn(&beliefs, &Returned { edge: slots[0], success, trial, propensity: policy.propensity(slots[0]) });
/// }
/// assert_eq!(chosen, [0, 0, 1]);
/// policy.renew(slots[0]); // nothing is to be forgotten of an edge
/// assert!(!policy.plays_p_best());
/// ```
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
///
/// Exp3 weighs a success by the chance of the choice it answers, however late it comes:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Exp3, Policy, Returned};
/// use betadrift::seed::{Purpose, stream};
/// let (beliefs, edge) = (Beliefs::new(Beta::UNIFORM, 2), EdgeId::new(1));
/// let chance_after = |propensity| {
///     let mut policy = Exp3::new(2, 0.5);
///     policy.learn(&beliefs, &Returned { edge, success: true, trial: 1, propensity });
///     policy.choose(&beliefs, &mut [edge], &mut stream(1, Purpose::Choice, &[]));
///     policy.propensity(edge)
/// };
/// assert!(chance_after(Some(0.25)) > chance_after(Some(0.5)));
/// assert_eq!(chance_after(None), Some(0.5)); // nothing is learned
/// ```
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
pub(crate) struct Setting {
    /// Edges chosen in a trial.
    pub(crate) slots: usize,
    /// Trials in a run.
    pub(crate) horizon: u64,
    /// Trials in a day.
    pub(crate) trials_per_day: u64,
}

impl Setting {
    /// Refuses more than one slot, for a policy that chooses a single edge.
    fn one_slot(&self, keys: &Keys<'_>) -> Result<(), Fault> {
        if self.slots == 1 {
            return Ok(());
        }
        Err((keys.kind_span(), Problem::Slots { of: keys.of(), slots: self.slots }))
    }
}

/// Makes a policy for so many edges.
pub(crate) type MakePolicy = Make<usize, dyn Policy>;

/// A policy with its parameters.
pub(crate) type PolicyRecipe = Recipe<usize, dyn Policy>;

/// Reads which policy a table of a scenario describes.
pub(crate) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<PolicyRecipe, Fault> {
    Recipe::read(keys, &KINDS, |word| format!("policy {word}"), setting)
}
