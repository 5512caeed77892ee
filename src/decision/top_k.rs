//! Which edges are among the k best: the chance of each to be chosen where one joint draw fills k slots.

use crate::beta::Beta;

use super::best::{Group, NEGLIGIBLE_NATS, TOLERANCE, decide, group, panels, reaches};
use super::density::Node;
use super::quadrature::{NODES, RULE};
use super::sweep::Rival;

/// P(the rate of an edge is among the `k` greatest), in the order of the posteriors: the probability with which one joint
/// Thompson draw that fills `k` slots chooses the edge (its inclusion probability). Sums to `k`; identical posteriors have
/// identical values; for `k` = 1 it is P(best), and from `k` = the number of edges on it is 1.
///
/// With fᵢ the density of edge i and N₋ᵢ(x) the number of other edges above x, P = ∫ fᵢ(x) P(N₋ᵢ(x) ≤ k − 1) dx. N₋ᵢ(x) is a
/// sum of independent indicators with probabilities 1 − Fⱼ(x), a Poisson-binomial variable, whose law is the product of the
/// polynomials Fⱼ + (1 − Fⱼ) z (Le Cam 1960, doi:10.2140/pjm.1960.10.1181). Products from the front and from the back leave
/// each edge out without a division, and all of their terms are positive, so that nothing cancels. The integral is that of
/// [`decide`]: O(edges × k) at each of its nodes, absolute error below 1e-9 for α, β in [1e-2, 1e9].
///
/// Of three edges that are alike, each is among the two best twice in three times:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::top_k;
/// assert_eq!(top_k(&[Beta::UNIFORM; 3], 2), [2.0 / 3.0; 3]);
/// // The lesser of Beta(2,1) and Beta(1,1) is left out: P = 2/3 and 1/3 for one slot, certain for two.
/// let pair = [Beta::new(2.0, 1.0).unwrap(), Beta::UNIFORM];
/// assert!((top_k(&pair, 1)[0] - 2.0 / 3.0).abs() < 1e-13);
/// assert_eq!(top_k(&pair, 2), [1.0, 1.0]);
/// ```
pub fn top_k(posteriors: &[Beta], k: usize) -> Vec<f64> {
    let edges = posteriors.len();
    match k {
        0 => return vec![0.0; edges],
        1 => return decide(posteriors).p_best,
        _ if k >= edges => return vec![1.0; edges],
        _ => {}
    }
    let groups = group(posteriors);
    let of_group = match &groups[..] {
        [_] => vec![k as f64 / edges as f64],
        _ => integrate_refined(&groups, k),
    };
    let mut of_edge = vec![0.0; edges];
    for (group, p) in groups.iter().zip(of_group) {
        for &member in &group.members {
            of_edge[member] = p;
        }
    }
    of_edge
}

/// P of one member of each group, on panels that are made narrower until Σ P = k.
fn integrate_refined(groups: &[Group], k: usize) -> Vec<f64> {
    let mut panel_scale = 1.8;
    loop {
        let p = integrate(groups, k, panel_scale);
        let sum: f64 = groups.iter().zip(&p).map(|(group, p)| group.count() * p).sum();
        if (sum / k as f64 - 1.0).abs() < TOLERANCE || panel_scale < 0.3 {
            return p.into_iter().map(|p| p.clamp(0.0, 1.0)).collect();
        }
        panel_scale /= 1.7;
    }
}

fn integrate(groups: &[Group], k: usize, panel_scale: f64) -> Vec<f64> {
    let edges: f64 = groups.iter().map(Group::count).sum();
    let (low, reach) = (lower_end(groups, k), NEGLIGIBLE_NATS + edges.ln());
    let alive: Vec<usize> = (0..groups.len()).filter(|&g| reaches(&groups[g].density, low, reach)).collect();
    let mut rivals: Vec<Rival> = alive.iter().map(|&g| Rival::new(&groups[g], reach)).collect();
    let high = rivals.iter().map(|rival| rival.high).fold(low, f64::max);
    let mut slots = Slots::new(k);
    let mut p = vec![0.0; groups.len()];
    for &(from, to) in panels(groups, &alive, (low, high), panel_scale).iter().rev() {
        let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
        let nodes = RULE.nodes.map(|node| Node::new(centre + half * node));
        let within: Vec<usize> = (0..rivals.len()).filter(|&r| rivals[r].high > from).collect();
        within.iter().for_each(|&r| rivals[r].enter(&RULE, &nodes, half));
        for node in 0..NODES {
            let factor = |&r: &usize| (rivals[r].cdf[node], rivals[r].members());
            slots.leave_each_out(&within.iter().map(factor).collect::<Vec<_>>());
            for (&r, &free) in within.iter().zip(&slots.free) {
                p[alive[r]] += half * RULE.weights[node] * rivals[r].density[node] * free;
            }
        }
    }
    p
}

/// The logit below which the k-th greatest rate almost surely does not lie: k edges lie above it.
fn lower_end(groups: &[Group], k: usize) -> f64 {
    let end = |group: &Group| (group.density.fallen_by(NEGLIGIBLE_NATS, -1.0), group.members.len());
    let mut ends: Vec<(f64, usize)> = groups.iter().map(end).collect();
    ends.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut above = 0;
    let kth = ends.iter().find(|(_, members)| {
        above += members;
        above >= k
    });
    kth.expect("valid by construction: k is at most the number of edges").0
}

/// P(at most k − 1 of the other edges lie above a point), for one edge of each group.
struct Slots {
    k: usize,
    /// Of the groups before each, the law of how many lie above, a row of k a group.
    before: Vec<f64>,
    free: Vec<f64>,
}

impl Slots {
    fn new(k: usize) -> Self {
        Self { k, before: Vec::new(), free: Vec::new() }
    }

    /// For groups of so many members, each below the point with probability F, as (F, members).
    fn leave_each_out(&mut self, groups: &[(f64, usize)]) {
        let k = self.k;
        let mut law = vec![0.0; k];
        law[0] = 1.0;
        self.before.clear();
        for &(below, members) in groups {
            self.before.extend_from_slice(&law);
            (0..members).for_each(|_| add_edge(&mut law, below));
        }
        let mut after = vec![0.0; k];
        after[0] = 1.0;
        self.free.clear();
        self.free.resize(groups.len(), 0.0);
        for (g, &(below, members)) in groups.iter().enumerate().rev() {
            (1..members).for_each(|_| add_edge(&mut after, below));
            let mut at_most = after.iter().scan(0.0, |sum, p| {
                *sum += p;
                Some(*sum)
            });
            let before = self.before[g * k..(g + 1) * k].iter().rev();
            self.free[g] = before.map(|p| p * at_most.next().unwrap_or(1.0)).sum();
            add_edge(&mut after, below);
        }
    }
}

/// The law of how many lie above, with one more edge that lies below with probability `below`.
fn add_edge(law: &mut [f64], below: f64) {
    let above = 1.0 - below;
    for at in (1..law.len()).rev() {
        law[at] = law[at] * below + law[at - 1] * above;
    }
    law[0] *= below;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_out_agrees_with_counting_all_subsets() {
        let groups = [(0.3, 1), (0.9, 2), (0.0, 1), (0.55, 1)];
        let below = [0.3, 0.9, 0.9, 0.0, 0.55];
        for k in 1..5 {
            let mut slots = Slots::new(k);
            slots.leave_each_out(&groups);
            for (g, out) in [0, 1, 3, 4].into_iter().enumerate() {
                let mut chance = 0.0;
                for subset in 0u32..32 {
                    if subset >> out & 1 == 0 && subset.count_ones() < k as u32 {
                        let others = (0..5).filter(|&edge| edge != out);
                        let p = |edge: usize| if subset >> edge & 1 == 1 { 1.0 - below[edge] } else { below[edge] };
                        chance += others.map(p).product::<f64>();
                    }
                }
                assert!((slots.free[g] - chance).abs() < 1e-15, "{k}, {out}: {} for {chance}", slots.free[g]);
            }
        }
    }
}
