//! Information-directed sampling: pays in regret only for what it learns of the best edge.

use std::sync::Arc;

use rand::RngExt;

use super::{Beliefs, MakePolicy, Policy, Setting};
use crate::beta::Beta;
use crate::decision::{Information, information};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays by the law π that minimises (Σ π Δ)²/(Σ π g), where Δₖ is the expected regret of edge k and gₖ the mutual information
/// between its next reward and which edge is best (Russo & Van Roy 2018, doi:10.1287/opre.2017.1663). Some law of two edges
/// attains the least ratio (their proposition 6).
///
/// Δ and g are quadratures, exact to 1e-9, worked out anew when beliefs have changed: some 50 µs for 10 edges, and growing with
/// the square of the number of edges that differ and may yet be the best, so it suits tens of edges. Edges that are alike share
/// their chance evenly. It chooses one edge a trial.
///
/// Three edges that are alike have a chance of 1/3 each; where all is known, the best is played:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Ids, Policy};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, mut beliefs) = (Ids::new(3), Beliefs::new(Beta::UNIFORM, 3));
/// let (mut slots, rng) = ([EdgeId::new(0)], &mut stream(1, Purpose::Choice, &[]));
/// policy.choose(&beliefs, &mut slots, rng);
/// assert_eq!(policy.propensity(slots[0]), Some(1.0 / 3.0));
/// (0..300).for_each(|play| beliefs.observe(EdgeId::new(play % 3), play % 3 == 2)); // 0, 0 and 100 of 100
/// policy.choose(&beliefs, &mut slots, rng);
/// assert_eq!(slots, [EdgeId::new(2)]);
/// ```
#[derive(Debug, Clone)]
pub struct Ids {
    /// The changes of the beliefs that the law was made from.
    changes: Option<u64>,
    law: Law,
    alike: Vec<EdgeId>,
    chance: f64,
}

/// A law of two edges, each standing for all that have the same posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Law {
    edges: [usize; 2],
    /// The chance of the first.
    first: f64,
}

impl Ids {
    /// For so many edges.
    pub fn new(edges: usize) -> Self {
        let law = Law { edges: [0, 0], first: 1.0 };
        Self { changes: None, law, alike: Vec::with_capacity(edges), chance: 1.0 }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<MakePolicy, Fault> {
        setting.one_slot(keys)?;
        Ok(Arc::new(|edges| Box::new(Self::new(edges))))
    }
}

impl Policy for Ids {
    fn choose(&mut self, beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let posteriors = beliefs.posteriors();
        if self.changes != Some(beliefs.changes()) {
            self.law = least_ratio(posteriors, &information(posteriors));
            self.changes = Some(beliefs.changes());
        }
        let Law { edges: [first, second], first: share } = self.law;
        let (drawn, share) = if rng.random::<f64>() < share { (first, share) } else { (second, 1.0 - share) };
        self.alike.clear();
        self.alike.extend(beliefs.edges().filter(|edge| posteriors[edge.index()] == posteriors[drawn]));
        self.chance = share / self.alike.len() as f64;
        if let Some(slot) = slots.first_mut() {
            *slot = self.alike[rng.random_range(0..self.alike.len())];
        }
    }

    fn propensity(&self, _edge: EdgeId) -> Option<f64> {
        Some(self.chance)
    }
}

/// The law of two edges of different posteriors with the least ratio.
fn least_ratio(posteriors: &[Beta], told: &Information) -> Law {
    let mut kinds: Vec<usize> = Vec::new();
    for edge in 0..posteriors.len() {
        if !kinds.iter().any(|&kind| posteriors[kind] == posteriors[edge]) {
            kinds.push(edge);
        }
    }
    // Where nothing is told of anything, the least loss is all that is left to choose by.
    let loss = |edge: &&usize| told.expected_loss[**edge];
    let greedy = kinds.iter().min_by(|a, b| loss(a).total_cmp(&loss(b))).copied().unwrap_or(0);
    let mut best = (f64::INFINITY, Law { edges: [greedy, greedy], first: 1.0 });
    for (at, &i) in kinds.iter().enumerate() {
        for &j in &kinds[at..] {
            let side = |edge: usize| (told.expected_loss[edge], told.gain[edge]);
            let first = share(side(i), side(j));
            let ratio = ratio(first, side(i), side(j));
            if ratio < best.0 {
                best = (ratio, Law { edges: [i, j], first });
            }
        }
    }
    best.1
}

/// (q Δᵢ + (1 − q) Δⱼ)²/(q gᵢ + (1 − q) gⱼ): 0 where nothing is lost, infinite where something is and nothing is told.
fn ratio(q: f64, (loss_i, gain_i): (f64, f64), (loss_j, gain_j): (f64, f64)) -> f64 {
    let (loss, gain) = (q * loss_i + (1.0 - q) * loss_j, q * gain_i + (1.0 - q) * gain_j);
    if loss == 0.0 { 0.0 } else { loss * loss / gain }
}

/// The share of the first of two edges that makes the ratio least. The ratio is convex in it, with derivative 0 where
/// 2D(gⱼ + qG) = G(Δⱼ + qD), D = Δᵢ − Δⱼ, G = gᵢ − gⱼ: at q = Δⱼ/D − 2gⱼ/G, or least at an end.
fn share(i: (f64, f64), j: (f64, f64)) -> f64 {
    let (loss, gain) = (i.0 - j.0, i.1 - j.1);
    let inner = j.0 / loss - 2.0 * j.1 / gain;
    [1.0, 0.0, inner]
        .into_iter()
        .filter(|q| (0.0..=1.0).contains(q))
        .min_by(|&a, &b| ratio(a, i, j).total_cmp(&ratio(b, i, j)))
        .unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn the_share_has_the_least_ratio_of_all_shares() {
        for (i, j) in [
            ((0.3, 0.05), (0.01, 0.001)),
            ((0.2, 0.1), (0.1, 0.02)),
            ((0.1, 0.1), (0.1, 0.2)),
            ((0.0, 0.0), (1.0, 1.0)),
        ] {
            let least = ratio(share(i, j), i, j);
            for step in 0..=1_000 {
                let other = ratio(f64::from(step) / 1_000.0, i, j);
                assert!(least <= other * (1.0 + 1e-12), "{i:?} {j:?}: {least} {other}");
            }
        }
    }

    #[test]
    fn equals_share_the_choice_and_its_chance() {
        let rng = &mut stream(3, Purpose::Choice, &[]);
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 4);
        // The last edge surely loses.
        (0..200).for_each(|_| beliefs.observe(EdgeId::new(3), false));
        let (mut policy, mut plays) = (Ids::new(4), [0.0; 4]);
        for _ in 0..3_000 {
            let mut slots = [EdgeId::new(0)];
            policy.choose(&beliefs, &mut slots, rng);
            assert!((policy.propensity(slots[0]).unwrap() - 1.0 / 3.0).abs() < 1e-12);
            plays[slots[0].index()] += 1.0;
        }
        // χ² with 2 degrees of freedom: its upper 0.1 % point is 13.8.
        let chi_square: f64 = plays[..3].iter().map(|n: &f64| (n - 1_000.0).powi(2) / 1_000.0).sum();
        assert!(chi_square < 13.8 && plays[3] == 0.0, "{plays:?}");
    }

    #[test]
    fn nothing_is_paid_when_all_is_known() {
        let rng = &mut stream(3, Purpose::Choice, &[]);
        let mut beliefs = Beliefs::new(Beta::new(5e6, 5e6).unwrap(), 2);
        (0..2_000_000).for_each(|_| beliefs.observe(EdgeId::new(1), true));
        let mut slots = [EdgeId::new(0)];
        Ids::new(2).choose(&beliefs, &mut slots, rng);
        assert_eq!(slots[0].index(), 1);
    }
}
