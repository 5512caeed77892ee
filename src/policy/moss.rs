//! MOSS: optimism that fades once an edge has had its share of the plays.

use std::sync::Arc;

use super::ucb1::optimistic;
use super::{Beliefs, MakePolicy, Policy, Setting, select};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays the greatest mean + √(max(ln(n/(K s)), 0)/s) (Audibert & Bubeck 2009, "Minimax policies for adversarial and
/// stochastic bandits"), where n is the number of plays in the whole run, K that of the edges, and mean and s are those of the
/// feedback returned; the prior plays no part. It has to know the horizon.
///
/// Every edge is played once before any twice; late feedback is treated as by [`super::Ucb1`].
///
/// Of 20 plays each of two edges has a share of 10: 5 of 10 has no addition any more, and 0 of 1 one of √ln 10 = 1.52:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Moss, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (better, other) = (EdgeId::new(0), EdgeId::new(1));
/// let (mut beliefs, mut policy, mut slots) = (Beliefs::new(Beta::UNIFORM, 2), Moss::new(2, 20), [better]);
/// (0..10).for_each(|play| beliefs.observe(better, play < 5));
/// beliefs.observe(other, false);
/// policy.choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(slots, [other]);
/// (0..9).for_each(|play| beliefs.observe(other, play < 4)); // 4 of 10 now
/// policy.choose(&beliefs, &mut slots, &mut stream(1, Purpose::Choice, &[]));
/// assert_eq!(slots, [better]);
/// ```
#[derive(Debug, Clone)]
pub struct Moss {
    plays_per_edge: f64,
    bounds: Vec<f64>,
}

impl Moss {
    /// For so many edges, and so many plays in a run.
    pub fn new(edges: usize, plays: u64) -> Self {
        Self { plays_per_edge: plays as f64 / edges as f64, bounds: vec![0.0; edges] }
    }

    pub(super) fn read(_: &mut Keys<'_>, setting: &Setting) -> Result<MakePolicy, Fault> {
        let plays = setting.horizon * setting.slots as u64;
        Ok(Arc::new(move |edges| Box::new(Self::new(edges, plays))))
    }
}

impl Policy for Moss {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let share = self.plays_per_edge;
        optimistic(beliefs, &mut self.bounds, |mean, s| mean + ((share / s).ln().max(0.0) / s).sqrt());
        select::greatest(&mut self.bounds, slots, rng);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beta::Beta;
    use crate::seed::{Purpose, stream};

    #[test]
    fn an_edge_that_had_its_share_is_judged_by_its_mean() {
        let (a, b) = (EdgeId::new(0), EdgeId::new(1));
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
        // Of 8 plays, 4 are an edge's share: a stands at 3/4, b at 0 + √(ln(8/(2·1))/1) = 1.18 after one play.
        for (edge, success) in [(a, true), (a, true), (a, true), (a, false), (b, false)] {
            beliefs.play(edge);
            beliefs.observe(edge, success);
        }
        let (mut policy, rng) = (Moss::new(2, 8), &mut stream(1, Purpose::Choice, &[]));
        let mut slots = [a];
        policy.choose(&beliefs, &mut slots, rng);
        assert_eq!((slots, policy.bounds[0]), ([b], 0.75));
        // After two, at √(ln(8/(2·2))/2) = 0.59.
        beliefs.play(b);
        beliefs.observe(b, false);
        policy.choose(&beliefs, &mut slots, rng);
        assert_eq!(slots, [a]);
        assert!((policy.bounds[1] - (2f64.ln() / 2.0).sqrt()).abs() < 1e-15);
    }
}
