//! Environments: what is true of the edges, and how it changes. One file each.

mod abrupt;
mod adversarial;
mod burst;
mod clicks;
mod delay;
mod drifting;
mod logit;
mod renewing;
mod seasonal;
mod stationary;

pub use abrupt::{Abrupt, Change};
pub use adversarial::Adversarial;
pub use burst::{Arrivals, Burst, Span};
pub use clicks::{Answer, Clicks};
pub use delay::{Delay, DelayError};
pub use drifting::Drifting;
pub use renewing::Renewing;
pub use seasonal::Seasonal;
pub use stationary::Stationary;

use serde::Deserialize;

use crate::beta::Beta;
use crate::feedback::{Day, EdgeId, Edges};
use crate::keys::{Fault, Keys, Kind, Make, Problem, Recipe};
use crate::seed::Stream;

/// The table of environments: the word for each and its reader.
fn kinds<'a>() -> [Kind<Setting<'a>, MakeEnvironment>; 7] {
    [
        ("stationary", Stationary::read),
        ("drifting", Drifting::read),
        ("abrupt", Abrupt::read),
        ("seasonal", Seasonal::read),
        ("burst", Burst::read),
        ("renewing", Renewing::read),
        ("adversarial", Adversarial::read),
    ]
}

/// A world of edges with success rates that may change from trial to trial, whatever is played.
///
/// A world whose two rates change places after each trial:
///
/// ```
/// use betadrift::environment::Environment;
/// use betadrift::seed::{Purpose, Stream, stream};
///
/// struct Swapping([f64; 2]);
///
/// impl Environment for Swapping {
///     fn rates(&self) -> &[f64] {
///         &self.0
///     }
///     fn advance(&mut self, trial: u64, _: &mut Stream) -> bool {
///         if trial > 0 {
///             self.0.swap(0, 1);
///         }
///         trial > 0
///     }
/// }
///
/// let (mut world, rng) = (Swapping([0.1, 0.9]), &mut stream(1, Purpose::World, &[]));
/// assert!(!world.advance(0, rng));
/// assert!(world.advance(1, rng));
/// assert_eq!(world.rates(), [0.9, 0.1]);
/// assert!(!world.stands_still());
/// assert!(world.renewed().is_empty() && world.strokes().is_empty()); // what holds unless a world says otherwise
/// ```
pub trait Environment {
    /// The success rate of each edge in the present trial, by edge index.
    fn rates(&self) -> &[f64];

    /// Moves on to a trial, the next after the one before (0 first); whether any rate is another now.
    fn advance(&mut self, trial: u64, rng: &mut Stream) -> bool;

    /// The places in which the edge of the present trial is not that of the one before, but a new one.
    fn renewed(&self) -> &[EdgeId] {
        &[]
    }

    /// Whether the rates never change.
    fn stands_still(&self) -> bool {
        false
    }

    /// The trials, from 0, at which rates change at a stroke, where these are the same in every run.
    fn strokes(&self) -> Vec<u64> {
        Vec::new()
    }
}

/// What the reader of an environment may know of the scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The edges.
    pub(crate) edges: &'a Edges,
    /// The rates of the first trial, by edge index, where they are given.
    pub(crate) rates: Option<&'a [f64]>,
    /// The law that they are drawn from, where they are drawn.
    pub(crate) law: Option<Beta>,
    /// The first day.
    pub(crate) start: Day,
    /// Trials in a run.
    pub(crate) horizon: u64,
    /// Trials in a day.
    pub(crate) trials_per_day: u64,
}

/// An edge by its name or by its position in the list of rates.
#[derive(Deserialize)]
#[serde(untagged, expecting = "an edge is a name or a position, from 0")]
enum NamedEdge {
    Name(String),
    Position(u32),
}

impl Setting<'_> {
    /// An edge that a key names.
    fn edge(&self, keys: &mut Keys<'_>, key: &'static str) -> Result<EdgeId, Fault> {
        let named = keys.need::<NamedEdge>(key)?;
        let (known, text) = match named.get_ref() {
            NamedEdge::Name(name) => (self.edges.get(name), name.clone()),
            NamedEdge::Position(at) => (self.edges.iter().map(|(edge, _)| edge).nth(*at as usize), at.to_string()),
        };
        known.ok_or_else(|| (named.span(), Problem::UnknownEdge(text)))
    }

    /// An edge that a key may name.
    fn edge_if_named(&self, keys: &mut Keys<'_>, key: &'static str) -> Result<Option<EdgeId>, Fault> {
        keys.has(key).then(|| self.edge(keys, key)).transpose()
    }
}

/// Makes an environment from the rates of the first trial, by edge index.
pub(crate) type MakeEnvironment = Make<Vec<f64>, dyn Environment>;

/// An environment with its parameters.
pub(crate) type EnvironmentRecipe = Recipe<Vec<f64>, dyn Environment>;

/// Reads which environment a table of a scenario describes.
pub(crate) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<EnvironmentRecipe, Fault> {
    let name = |word: &str| {
        format!("{} {word} environment", if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
    };
    Recipe::read(keys, &kinds(), name, setting)
}
