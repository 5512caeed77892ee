//! The integrals over panels, from the upper end down: survival functions, P(best) and value remaining.

use super::best::Group;
use super::density::Node;
use super::quadrature::{NODES, RULE, Rule};

/// The integrals so far, from the upper end down.
pub(super) struct Sweep<'a> {
    rule: &'static Rule,
    pub(super) rivals: Vec<Rival<'a>>,
    /// The position of the group of the greatest mean.
    leader: usize,
    pub(super) value_remaining: f64,
}

/// A group that may hold the best edge, and its integrals so far.
pub(super) struct Rival<'a> {
    pub(super) group: &'a Group,
    /// Above this logit it has no mass.
    pub(super) high: f64,
    /// Its survival function at the lower edge of the last panel.
    survival: f64,
    pub(super) p_best: f64,
    /// Of the current panel, by node: density, distribution function F and ln F.
    pub(super) density: [f64; NODES],
    pub(super) cdf: [f64; NODES],
    pub(super) ln_cdf: [f64; NODES],
}

impl<'a> Sweep<'a> {
    pub(super) fn new(groups: &'a [Group], alive: &[usize], leader: usize, reach: f64) -> Self {
        Self {
            rule: &RULE,
            rivals: alive.iter().map(|&g| Rival::new(&groups[g], reach)).collect(),
            leader: alive.iter().position(|&g| g == leader).expect("its mean lies above the lower end"),
            value_remaining: 0.0,
        }
    }

    pub(super) fn panel(&mut self, from: f64, to: f64) {
        let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
        let nodes = self.rule.nodes.map(|node| Node::new(centre + half * node));
        // The leader's own part is left out of the sum, so that what the others add keeps its digits.
        let mut ln_others = [0.0; NODES];
        for (g, rival) in self.rivals.iter_mut().enumerate().filter(|(_, rival)| rival.high > from) {
            let members = rival.group.count() - f64::from(u8::from(g == self.leader));
            rival.enter(self.rule, &nodes, half);
            for (sum, cdf) in ln_others.iter_mut().zip(&rival.ln_cdf) {
                *sum += members * cdf;
            }
        }
        let leader = &self.rivals[self.leader];
        let mut all = [0.0; NODES];
        for i in 0..NODES {
            all[i] = ln_others[i].exp() * leader.cdf[i];
            let dx = half * self.rule.weights[i] * logistic_slope(nodes[i].t);
            self.value_remaining += dx * leader.cdf[i] * -ln_others[i].exp_m1();
        }
        for rival in self.rivals.iter_mut().filter(|rival| rival.high > from) {
            let chance = |i: usize| self.rule.weights[i] * rival.density[i] * all[i] / rival.cdf[i];
            let chances: f64 = (0..NODES).map(chance).sum();
            rival.p_best += half * chances;
        }
    }
}

impl<'a> Rival<'a> {
    /// A group before the first panel, which matters up to where its density has fallen by `reach`.
    pub(super) fn new(group: &'a Group, reach: f64) -> Self {
        Self {
            group,
            high: group.density.fallen_by(reach, 1.0),
            survival: 0.0,
            p_best: 0.0,
            density: [0.0; NODES],
            cdf: [1.0; NODES],
            ln_cdf: [0.0; NODES],
        }
    }

    pub(super) fn members(&self) -> usize {
        self.group.members.len()
    }

    /// Fills density and distribution function at the nodes of the next lower panel.
    pub(super) fn enter(&mut self, rule: &Rule, nodes: &[Node; NODES], half: f64) {
        self.take(rule, nodes.map(|node| self.group.density.at(node)), half);
    }

    /// Takes its densities, by whatever variable the panel is in, and fills the distribution function from them.
    pub(super) fn take(&mut self, rule: &Rule, density: [f64; NODES], half: f64) {
        self.density = density;
        let mut above = [0.0; NODES];
        for (column, density) in rule.above.iter().zip(&self.density) {
            for (above, weight) in above.iter_mut().zip(column) {
                *above += weight * density;
            }
        }
        for ((cdf, ln_cdf), above) in self.cdf.iter_mut().zip(&mut self.ln_cdf).zip(above) {
            // A survival function that rounds to 1 leaves a distribution function that is only noise: its least value
            // stands for it, in the product and in the quotient alike.
            let survival = (self.survival + half * above).clamp(0.0, 1.0 - f64::EPSILON);
            *cdf = 1.0 - survival;
            *ln_cdf = ln_complement(survival);
        }
        let mass: f64 = rule.weights.iter().zip(&self.density).map(|(w, f)| w * f).sum();
        self.survival += half * mass;
    }
}

/// ln(1 − p), by its series where that is faster.
fn ln_complement(p: f64) -> f64 {
    if p < 0.01 {
        let series = [1.0 / 8.0, 1.0 / 7.0, 1.0 / 6.0, 1.0 / 5.0, 1.0 / 4.0, 1.0 / 3.0, 1.0 / 2.0, 1.0];
        return -p * series.iter().fold(0.0, |sum, term| sum * p + term);
    }
    (-p).ln_1p()
}

/// dx/dt = x(1 − x) at t = logit x.
fn logistic_slope(t: f64) -> f64 {
    let e = (-t.abs()).exp();
    e / ((1.0 + e) * (1.0 + e))
}
