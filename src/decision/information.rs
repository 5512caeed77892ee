//! What a play of each edge would cost, and what it would tell of which edge is best.

use super::best::{Group, Range, group, panels};
use super::density::Node;
use super::quadrature::{NODES, RULE};
use crate::beta::Beta;

/// What one play of each edge costs and tells, in the order of the posteriors.
///
/// A play of an edge that is known well tells less, and one edge alone leaves nothing to tell:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::{Information, information};
/// let known = Beta::new(500.0, 500.0).unwrap();
/// let Information { expected_loss, gain } = information(&[Beta::UNIFORM, known]);
/// assert!((expected_loss[0] - expected_loss[1]).abs() < 1e-9); // equal means
/// assert!(gain[0] > 100.0 * gain[1]);
/// assert_eq!(information(&[known]), Information { expected_loss: vec![0.0], gain: vec![0.0] });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Information {
    /// `E[max θ] − E[θₖ]` ≥ 0, in units of reward.
    pub expected_loss: Vec<f64>,
    /// The mutual information between the best edge and the reward of one play of edge k, in nats:
    /// Σⱼ P(j is best) kl(`E[θₖ | j is best]`, `E[θₖ]`), kl that of Bernoulli laws.
    pub gain: Vec<f64>,
}

/// Information over posteriors, by the quadrature of [`super::decide`] on one set of panels: O(K² × nodes) for K edges that
/// are not alike and may be the best. Absolute error below 1e-9 for α, β in [1e-2, 1e6].
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::information;
/// let even = information(&[Beta::UNIFORM, Beta::UNIFORM]);
/// // E[max] = 2/3; E[θ | best] = 2/3 and E[θ | not best] = 1/3, so that either play tells kl(2/3, 1/2).
/// let kl = 2.0 / 3.0 * (4.0f64 / 3.0).ln() + 1.0 / 3.0 * (2.0f64 / 3.0).ln();
/// assert!((even.expected_loss[0] - 1.0 / 6.0).abs() < 1e-9 && (even.gain[1] - kl).abs() < 1e-9);
/// ```
pub fn information(posteriors: &[Beta]) -> Information {
    let groups = group(posteriors);
    let mut found = Information { expected_loss: vec![0.0; posteriors.len()], gain: vec![0.0; posteriors.len()] };
    if posteriors.len() < 2 {
        return found;
    }
    let range = Range::of(&groups);
    let moments = Moments::of(&groups, &range);
    let expected_max: f64 = moments.rivals.iter().map(|rival| rival.group.count() * rival.own).sum();
    for group in &groups {
        for &member in &group.members {
            found.expected_loss[member] = (expected_max - group.density.mean).max(0.0);
        }
    }
    for (at, rival) in moments.rivals.iter().enumerate() {
        let gain = moments.gain(at);
        for &member in &rival.group.members {
            found.gain[member] = gain;
        }
    }
    found
}

/// Integrals over the law of the best edge. Edges that cannot be the best are left out: that another is tells nothing of them.
struct Moments<'a> {
    rivals: Vec<Rival<'a>>,
    /// ∫ `E[θⱼ | θⱼ < x]` dP(k is best at x), row k, column j.
    cross: Vec<Vec<f64>>,
}

struct Rival<'a> {
    group: &'a Group,
    high: f64,
    /// P(best) of one member.
    p_best: f64,
    /// ∫ x dP(a member is best at x).
    own: f64,
    /// Survival function and ∫ₓ¹ y f(y) dy at the lower edge of the last panel.
    above: [f64; 2],
    /// Of the current panel, by node: density, distribution function, and mean below the node.
    density: [f64; NODES],
    cdf: [f64; NODES],
    mean_below: [f64; NODES],
}

impl<'a> Moments<'a> {
    /// As wide as panels may be for errors below 1e-10.
    const PANEL_SCALE: f64 = 1.8;

    fn of(groups: &'a [Group], range: &Range) -> Self {
        let rivals: Vec<_> = range.alive.iter().map(|&g| Rival::new(&groups[g], range.reach)).collect();
        let high = rivals.iter().map(|rival| rival.high).fold(range.low, f64::max);
        let mut moments = Self { cross: vec![vec![0.0; rivals.len()]; rivals.len()], rivals };
        for &(from, to) in panels(groups, &range.alive, (range.low, high), Self::PANEL_SCALE).iter().rev() {
            moments.panel(from, to);
        }
        moments.normalise();
        moments
    }

    fn panel(&mut self, from: f64, to: f64) {
        let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
        let nodes = RULE.nodes.map(|node| Node::new(centre + half * node));
        let rates = nodes.map(|node| 1.0 / (1.0 + (-node.t).exp()));
        let mut ln_all = [0.0; NODES];
        for rival in &mut self.rivals {
            rival.enter(from, &nodes, &rates, half);
            let members = rival.group.count();
            for (sum, cdf) in ln_all.iter_mut().zip(&rival.cdf) {
                *sum += members * cdf.ln();
            }
        }
        for k in 0..self.rivals.len() {
            let rival = &self.rivals[k];
            if rival.high <= from {
                continue;
            }
            let chance: [f64; NODES] =
                std::array::from_fn(|i| half * RULE.weights[i] * rival.density[i] * ln_all[i].exp() / rival.cdf[i]);
            let against = |values: &[f64; NODES]| chance.iter().zip(values).map(|(c, value)| c * value).sum::<f64>();
            let (p_best, own) = (chance.iter().sum::<f64>(), against(&rates));
            for (cross, other) in self.cross[k].iter_mut().zip(&self.rivals) {
                *cross += against(&other.mean_below);
            }
            self.rivals[k].p_best += p_best;
            self.rivals[k].own += own;
        }
    }

    /// Makes the chances of being the best sum to 1.
    fn normalise(&mut self) {
        let sum: f64 = self.rivals.iter().map(|rival| rival.group.count() * rival.p_best).sum();
        for (rival, cross) in self.rivals.iter_mut().zip(&mut self.cross) {
            rival.p_best /= sum;
            rival.own /= sum;
            cross.iter_mut().for_each(|moment| *moment /= sum);
        }
    }

    /// What a play of a member of the rival at a position tells.
    fn gain(&self, at: usize) -> f64 {
        let mean = self.rivals[at].group.density.mean;
        let tells = |p_best: f64, moment: f64| {
            if p_best > 0.0 { p_best * bernoulli_kl((moment / p_best).clamp(0.0, 1.0), mean) } else { 0.0 }
        };
        let others = self.rivals.iter().zip(&self.cross).enumerate().map(|(k, (rival, cross))| {
            let members = rival.group.count() - f64::from(u8::from(k == at));
            members * tells(rival.p_best, cross[at])
        });
        tells(self.rivals[at].p_best, self.rivals[at].own) + others.sum::<f64>()
    }
}

impl<'a> Rival<'a> {
    fn new(group: &'a Group, reach: f64) -> Self {
        let mean = group.density.mean;
        Self {
            group,
            high: group.density.fallen_by(reach, 1.0),
            p_best: 0.0,
            own: 0.0,
            above: [0.0; 2],
            density: [0.0; NODES],
            cdf: [1.0; NODES],
            mean_below: [mean; NODES],
        }
    }

    /// Fills in the values at the nodes of the next lower panel.
    fn enter(&mut self, from: f64, nodes: &[Node; NODES], rates: &[f64; NODES], half: f64) {
        if self.high <= from {
            return;
        }
        self.density = nodes.map(|node| self.group.density.at(node));
        let moment: [f64; NODES] = std::array::from_fn(|i| self.density[i] * rates[i]);
        let above = [&self.density, &moment].map(antiderivative);
        for i in 0..NODES {
            let [survival, beyond] = [0, 1].map(|of| self.above[of] + half * above[of][i]);
            // As in `decide`: a distribution function that is only noise has its least value.
            self.cdf[i] = 1.0 - survival.clamp(0.0, 1.0 - f64::EPSILON);
            self.mean_below[i] = ((self.group.density.mean - beyond) / self.cdf[i]).clamp(0.0, rates[i]);
        }
        for (above, values) in self.above.iter_mut().zip([&self.density, &moment]) {
            *above += half * RULE.weights.iter().zip(values).map(|(w, f)| w * f).sum::<f64>();
        }
    }
}

/// ∫ from each node to the upper edge, on [−1, 1].
fn antiderivative(values: &[f64; NODES]) -> [f64; NODES] {
    let mut above = [0.0; NODES];
    for (column, value) in RULE.above.iter().zip(values) {
        for (above, weight) in above.iter_mut().zip(column) {
            *above += weight * value;
        }
    }
    above
}

/// p ln(p/q) + (1−p) ln((1−p)/(1−q)), as a sum of two terms that are never negative: q h(p/q) + (1−q) h((1−p)/(1−q)) with
/// h(r) = r ln r − r + 1.
fn bernoulli_kl(p: f64, q: f64) -> f64 {
    let excess = |p: f64, q: f64| {
        let relative = (p - q) / q;
        if p <= 0.0 {
            q
        } else if relative.abs() < 1e-3 {
            // r ln r − r + 1 by its series about r = 1.
            let x = relative;
            q * x * x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 12.0 - x / 20.0)))
        } else {
            (p * relative.ln_1p() - (p - q)).max(0.0)
        }
    };
    excess(p, q) + excess(1.0 - p, 1.0 - q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::decide;

    fn beta(a: f64, b: f64) -> Beta {
        Beta::new(a, b).unwrap()
    }

    #[test]
    fn losses_are_those_of_a_decision() {
        for posteriors in [
            vec![beta(1.0, 1.0), beta(2.0, 1.0), beta(2.0, 1.0)],
            vec![beta(300.0, 700.0), beta(30.0, 60.0), beta(1.0, 40.0), beta(0.5, 0.5)],
            vec![beta(1e5, 9e5), beta(1.01e5, 9e5)],
            vec![beta(0.01, 5.0), beta(0.02, 5.0)],
        ] {
            let (decision, found) = (decide(&posteriors), information(&posteriors));
            for (exact, loss) in decision.expected_loss.iter().zip(&found.expected_loss) {
                assert!((exact - loss).abs() < 1e-9, "{posteriors:?}: {exact} {loss}");
            }
            // No play can tell more than there is to know.
            assert!(found.gain.iter().all(|&gain| (0.0..=decision.entropy()).contains(&gain)), "{found:?}");
        }
    }

    /// Σₖ P(k is best) E[θⱼ | k is best] = E[θⱼ], for every edge j that may be the best.
    #[test]
    fn means_are_the_mean_of_what_they_may_turn_out_to_be() {
        for posteriors in [
            vec![beta(3.0, 1.0), beta(2.0, 2.0), beta(2.0, 2.0), beta(0.5, 0.5), beta(40.0, 10.0)],
            vec![beta(1e4, 9e4), beta(1.01e4, 9e4), beta(12.0, 90.0)],
            vec![beta(0.02, 3.0), beta(1.0, 200.0), beta(1.0, 200.0)],
        ] {
            let groups = group(&posteriors);
            let moments = Moments::of(&groups, &Range::of(&groups));
            for (j, rival) in moments.rivals.iter().enumerate() {
                let others = moments
                    .rivals
                    .iter()
                    .zip(&moments.cross)
                    .enumerate()
                    .map(|(k, (rival, cross))| (rival.group.count() - f64::from(u8::from(k == j))) * cross[j]);
                let total = rival.own + others.sum::<f64>();
                assert!((total - rival.group.density.mean).abs() < 1e-9, "{posteriors:?} {j}: {total}");
            }
        }
    }

    /// θ₁ ~ Beta(2, 1), θ₂ ~ Beta(1, 1): P(1 is best) = 2/3, E[θ₁; 1 best] = ∫ 2x·x·x = 1/2, E[θ₁; 2 best] = 2/3 − 1/2,
    /// E[θ₂; 2 best] = ∫ x·x² = 1/4, E[θ₂; 1 best] = 1/2 − 1/4.
    #[test]
    fn two_edges_by_hand() {
        let found = information(&[beta(2.0, 1.0), beta(1.0, 1.0)]);
        let kl = |p: f64, q: f64| p * (p / q).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - q)).ln();
        let first = 2.0 / 3.0 * kl(0.75, 2.0 / 3.0) + 1.0 / 3.0 * kl(0.5, 2.0 / 3.0);
        let second = 2.0 / 3.0 * kl(0.375, 0.5) + 1.0 / 3.0 * kl(0.75, 0.5);
        assert!((found.gain[0] - first).abs() < 1e-10 && (found.gain[1] - second).abs() < 1e-10, "{found:?}");
        assert!((found.expected_loss[0] - 1.0 / 12.0).abs() < 1e-10);
    }

    #[test]
    fn an_edge_that_cannot_be_best_tells_nothing() {
        let found = information(&[beta(1.0, 1e6), beta(5e5, 5e5), beta(6e5, 4e5)]);
        assert_eq!(found.gain[0], 0.0);
        assert_eq!(information(&[beta(1.0, 2.0)]), Information { expected_loss: vec![0.0], gain: vec![0.0] });
    }

    #[test]
    fn near_rates_keep_the_digits_of_their_divergence() {
        for (p, q) in [(0.3, 0.3 * (1.0 + 1e-6)), (0.5, 0.5005), (0.9, 0.9 - 1e-9)] {
            let second_order = f64::powi(p - q, 2) / (2.0 * q * (1.0 - q));
            assert!((bernoulli_kl(p, q) / second_order - 1.0).abs() < 2e-3, "{p} {q}");
        }
        assert!((bernoulli_kl(0.5, 0.25) - (0.5 * 2f64.ln() + 0.5 * (2.0f64 / 3.0).ln())).abs() < 1e-15);
    }
}
