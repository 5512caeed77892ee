//! UCB1: optimism by Hoeffding's inequality.

use std::sync::Arc;

use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the greatest mean + √(c ln t / n) (Auer, Cesa-Bianchi & Fischer 2002, doi:10.1023/A:1013689704352, c = 2), where t
/// is the number of the trial from 1, and mean and n are those of the feedback returned before it; the prior plays no part.
///
/// Every edge is played once before any twice. Feedback may be late: an edge played but without feedback is unbounded, and
/// comes after those never played (Joulani, György & Szepesvári 2013, arXiv:1306.0686).
///
/// At trial 12, 8 of 10 has the bound 0.8 + √(2 ln 12/10) = 1.50, and 0 of 1 has √(2 ln 12) = 2.23; at c = 0 means decide:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Policy, Ucb1};
/// use betadrift::seed::{Purpose, stream};
/// let (better, hardly_known) = (EdgeId::new(0), EdgeId::new(1));
/// let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
/// (0..10).for_each(|play| beliefs.observe(better, play < 8));
/// beliefs.observe(hardly_known, false);
/// beliefs.begin(12);
/// for (c, chosen) in [(2.0, hardly_known), (0.0, better)] {
///     let mut slots = [EdgeId::new(0)];
///     Ucb1::new(2, c).choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
///     assert_eq!(slots, [chosen]);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Ucb1 {
    c: f64,
    bounds: Vec<f64>,
}

impl Ucb1 {
    /// For so many edges; `c` is the weight of ln t, not negative.
    pub fn new(edges: usize, c: f64) -> Self {
        Self { c, bounds: vec![0.0; edges] }
    }

    pub(super) fn read(keys: &mut Keys<'_>, _: &Setting) -> Result<MakePolicy, Fault> {
        let c = keys.not_negative("c", 2.0)?;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, c))))
    }
}

impl Policy for Ucb1 {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let level = self.c * (beliefs.trial() as f64).ln();
        optimistic(beliefs, &mut self.bounds, |mean, n| mean + (level / n).sqrt());
        select::greatest(&mut self.bounds, slots, rng);
    }
}

/// Upper bounds of all edges; those never played stand first, those without feedback second.
pub(super) fn optimistic(beliefs: &Beliefs, bounds: &mut [f64], bound: impl Fn(f64, f64) -> f64) {
    for (upper, edge) in bounds.iter_mut().zip(beliefs.edges()) {
        *upper = match beliefs.empirical_mean(edge) {
            Some(mean) => bound(mean, beliefs.returned(edge) as f64),
            None if beliefs.plays(edge) > 0 => f64::MAX,
            None => f64::INFINITY,
        };
    }
}
