//! Top-two Thompson sampling: identifies the best edge sooner by playing the runner-up as well.

use std::sync::Arc;

use rand::RngExt;

use super::{Beliefs, MakePolicy, Policy, Returned, Setting, Thompson};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the leader of a Thompson draw with chance `share`, else redraws until another edge leads and plays that
/// (Russo 2020, doi:10.1287/opre.2019.1911).
///
/// When the posterior is sure, another leader hardly ever comes: after [`TopTwo::MAX_REDRAWS`] redraws the first leader
/// is played. With several slots, leader means the set of edges that lead.
///
/// Of two edges the challenger is the other one: at a share of ½ each is played half of the time, however good one is:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, TopTwo};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (TopTwo::new(2, 0.5), Beliefs::new(Beta::UNIFORM, 2));
/// (0..9).for_each(|_| beliefs.observe(EdgeId::new(0), true)); // leads in 10 of 11 draws
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// let first = (0..10_000).filter(|_| { policy.choose(&beliefs, &mut slots, rng); slots[0].index() == 0 }).count();
/// assert!(first.abs_diff(5_000) < 200);
/// ```
#[derive(Debug, Clone)]
pub struct TopTwo {
    share: f64,
    thompson: Thompson,
    challengers: Vec<EdgeId>,
}

impl TopTwo {
    /// How often a challenger is sought: if others than the leader lead in 1 of 20 draws, 6 in 1000 searches fail.
    ///
    /// ```
    /// use betadrift::policy::TopTwo;
    /// let all_fail = (1.0 - 1.0 / 20.0_f64).powi(TopTwo::MAX_REDRAWS as i32);
    /// assert!((0.0055..0.0065).contains(&all_fail));
    /// ```
    pub const MAX_REDRAWS: usize = 100;

    /// For so many edges; `share` is the chance of playing the leader.
    pub fn new(edges: usize, share: f64) -> Self {
        Self { share, thompson: Thompson::new(edges), challengers: Vec::with_capacity(edges) }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let share = keys.probability("share", 0.5)?;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, share))))
    }
}

impl Policy for TopTwo {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        self.thompson.choose(beliefs, slots, rng);
        if slots.len() == beliefs.posteriors().len() || rng.random::<f64>() < self.share {
            return;
        }
        self.challengers.resize(slots.len(), EdgeId::new(0));
        for _ in 0..Self::MAX_REDRAWS {
            self.thompson.choose(beliefs, &mut self.challengers, rng);
            if self.challengers.iter().any(|edge| !slots.contains(edge)) {
                slots.copy_from_slice(&self.challengers);
                return;
            }
        }
    }

    fn learn(&mut self, beliefs: &Beliefs, returned: &Returned) {
        self.thompson.learn(beliefs, returned);
    }

    fn renew(&mut self, edge: EdgeId) {
        self.thompson.renew(edge);
    }
}
