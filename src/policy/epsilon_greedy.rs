//! ε-greedy: greedy, but for a constant share of uniform choices.

use std::sync::Arc;

use rand::RngExt;

use super::{Beliefs, Greedy, MakePolicy, Policy, Setting, Uniform};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// With chance ε plays all its slots [`Uniform`]ly, else [`Greedy`] (Sutton & Barto 2018, § 2.2).
///
/// Of two edges the better one is played with chance 1 − ε/2:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, EpsilonGreedy, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (EpsilonGreedy::new(2, 0.2), Beliefs::new(Beta::UNIFORM, 2));
/// beliefs.observe(EdgeId::new(0), true);
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// let first = (0..10_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0].index() == 0 }).count();
/// assert!(first.abs_diff(9_000) < 120);
/// ```
#[derive(Debug, Clone)]
pub struct EpsilonGreedy {
    epsilon: f64,
    greedy: Greedy,
    uniform: Uniform,
}

impl EpsilonGreedy {
    /// For so many edges; `epsilon` is the chance of a uniform choice.
    pub fn new(edges: usize, epsilon: f64) -> Self {
        Self { epsilon, greedy: Greedy::new(edges), uniform: Uniform::new(edges) }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let epsilon = keys.probability("epsilon", None)?;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, epsilon))))
    }
}

impl Policy for EpsilonGreedy {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        if rng.random::<f64>() < self.epsilon {
            self.uniform.choose(beliefs, slots, rng);
        } else {
            self.greedy.choose(beliefs, slots, rng);
        }
    }
}
