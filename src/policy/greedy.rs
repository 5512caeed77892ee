//! Greedy: no exploration at all, the foil of the others.

use std::sync::Arc;

use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the greatest posterior mean. It may settle on a worse edge for ever, so its regret grows in proportion to time.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Greedy, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (failed, unseen, succeeded) = (EdgeId::new(0), EdgeId::new(1), EdgeId::new(2));
/// let mut beliefs = Beliefs::new(Beta::UNIFORM, 3);
/// beliefs.observe(failed, false); // mean 1/3
/// beliefs.observe(succeeded, true); // mean 2/3
/// let mut slots = [failed; 2];
/// Greedy::new(3).choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(slots, [succeeded, unseen]);
/// ```
#[derive(Debug, Clone)]
pub struct Greedy {
    means: Vec<f64>,
}

impl Greedy {
    /// For so many edges.
    pub fn new(edges: usize) -> Self {
        Self { means: vec![0.0; edges] }
    }

    pub(super) fn read(_: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        Ok(Arc::new(|edges| Box::new(Self::new(edges))))
    }
}

impl Policy for Greedy {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        for (mean, posterior) in self.means.iter_mut().zip(beliefs.posteriors()) {
            *mean = posterior.mean();
        }
        select::greatest(&mut self.means, slots, rng);
    }
}
