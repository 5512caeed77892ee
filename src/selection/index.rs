//! Edges by how likely their draws are to pass a threshold.

use rand::Rng;
use rand_distr::{Distribution, Exp1};

use super::edge::{Edge, HOT, MASKED, Weight};
use super::leaders::Leaders;
use super::threshold::Threshold;
use crate::beta::{Beta, Sampler};

/// Edges in groups: *hot* ones, whose draws may well pass the threshold and are always made; *cold* ones, by the magnitude of
/// their small chance; and masked ones, which are never drawn.
#[derive(Debug, Clone)]
pub(super) struct Index {
    edges: Vec<Edge>,
    hot: Vec<Hot>,
    cold: [Vec<u32>; CLASSES],
    /// A bit for each class that is not empty.
    occupied: u32,
    pub(super) threshold: Threshold,
    /// Whether one edge alone is to be chosen, which decides how hot ones are weighed.
    pub(super) single: bool,
    /// Σ of the weights of cold edges and of hot ones.
    cold_weight: f64,
    hot_weight: f64,
    eligible: usize,
    /// Twice the number of choices so far.
    clock: u64,
    /// Where the points of a choice fall.
    points: Vec<Point>,
}

#[derive(Debug, Clone)]
struct Hot {
    edge: u32,
    sampler: Sampler,
}

/// A point of the Poisson process.
#[derive(Debug, Clone, Copy)]
struct Point {
    edge: u32,
    /// How far along the interval of its edge, as long as rates in its class can be.
    at: f64,
    /// The rate of its edge.
    rate: f64,
}

/// Classes of cold edges: by powers of two, and beyond so many by powers of 2¹⁶, where hardly any edge is looked at.
const FINE: u32 = 20;
const CLASSES: usize = FINE as usize + 4;

/// The class of a rate below one.
fn class(rate: f64) -> u8 {
    // 2^−(halvings+1) ≤ rate < 2^−halvings.
    let halvings = 1022 - (rate.to_bits() >> 52) as u32;
    let class = if halvings < FINE { halvings } else { FINE + (halvings - FINE) / 16 };
    class.min(CLASSES as u32 - 1) as u8
}

/// One over the upper bound of the rates of each class, a power of two.
const SCALES: [f64; CLASSES] = {
    let (mut scales, mut class) = ([1.0; CLASSES], 1);
    while class < CLASSES {
        scales[class] = scales[class - 1] * if class <= FINE as usize { 2.0 } else { 65_536.0 };
        class += 1;
    }
    scales
};

impl Index {
    /// All edges, none masked, under no threshold.
    pub(super) fn new(posteriors: &[Beta]) -> Self {
        let mut index = Self {
            edges: posteriors.iter().copied().map(Edge::new).collect(),
            points: Vec::new(),
            hot: Vec::with_capacity(posteriors.len()),
            cold: [const { Vec::new() }; CLASSES],
            occupied: 0,
            threshold: Threshold::new(f64::NEG_INFINITY),
            single: true,
            cold_weight: 0.0,
            hot_weight: 0.0,
            eligible: posteriors.len(),
            clock: 0,
        };
        index.regroup();
        index
    }

    pub(super) fn len(&self) -> usize {
        self.edges.len()
    }

    /// Edges that are not masked.
    pub(super) fn eligible(&self) -> usize {
        self.eligible
    }

    pub(super) fn posterior(&self, edge: usize) -> Beta {
        self.edges[edge].posterior
    }

    pub(super) fn is_masked(&self, edge: usize) -> bool {
        self.edges[edge].group == MASKED
    }

    /// Whether there is no threshold, so that every edge is drawn.
    pub(super) fn is_plain(&self) -> bool {
        self.threshold.logit == f64::NEG_INFINITY
    }

    /// The measure by which the threshold is tuned.
    pub(super) fn weight(&self) -> f64 {
        self.cold_weight + self.hot_weight
    }

    /// How many draws a choice makes, about.
    pub(super) fn work(&self) -> f64 {
        self.cold_weight + self.hot.len() as f64
    }

    /// The greatest logit of a mean of an edge that is not masked.
    pub(super) fn greatest_mean(&self) -> f64 {
        let eligible = self.edges.iter().filter(|edge| edge.group != MASKED);
        let odds = eligible.map(|edge| edge.posterior.alpha() / edge.posterior.beta());
        odds.fold(0.0, f64::max).ln()
    }

    /// The measure under another threshold, and its slope there.
    pub(super) fn weight_under(&mut self, threshold: &Threshold) -> (f64, f64) {
        let (mut sum, mut slope) = (0.0, 0.0);
        for edge in self.edges.iter_mut().filter(|edge| edge.group != MASKED) {
            let Weight { weight, fall, .. } = edge.weigh(threshold, self.single);
            sum += weight;
            slope -= weight * fall;
        }
        (sum, slope)
    }

    /// Puts every edge under another threshold.
    pub(super) fn set_threshold(&mut self, threshold: Threshold) {
        self.threshold = threshold;
        self.regroup();
    }

    /// Changes the posterior of every edge, and drops the threshold.
    pub(super) fn set_all(&mut self, posteriors: impl Iterator<Item = Beta>) {
        for (edge, posterior) in self.edges.iter_mut().zip(posteriors) {
            edge.set(posterior);
        }
        self.drop_threshold();
    }

    /// Makes every edge hot.
    pub(super) fn drop_threshold(&mut self) {
        self.set_threshold(Threshold::new(f64::NEG_INFINITY));
    }

    fn regroup(&mut self) {
        self.hot.clear();
        self.cold.iter_mut().for_each(Vec::clear);
        (self.occupied, self.cold_weight, self.hot_weight) = (0, 0.0, 0.0);
        for edge in 0..self.edges.len() {
            if self.edges[edge].group != MASKED {
                self.enter(edge);
            }
        }
    }

    pub(super) fn set(&mut self, edge: usize, posterior: Beta) {
        let known = &mut self.edges[edge];
        if known.posterior == posterior {
            return;
        }
        known.set(posterior);
        if known.group == MASKED {
            return;
        }
        let (group, weight) = self.group_of(edge);
        let known = &mut self.edges[edge];
        if group != known.group {
            self.leave(edge);
            return self.join(edge, group, weight);
        }
        let change = weight - known.weight;
        known.weight = weight;
        if group == HOT {
            self.hot_weight += change;
            self.hot[known.place as usize].sampler = Sampler::new(posterior);
        } else {
            self.cold_weight += change;
        }
    }

    pub(super) fn mask(&mut self, edge: usize) {
        if !self.is_masked(edge) {
            self.leave(edge);
            self.edges[edge].group = MASKED;
            self.eligible -= 1;
        }
    }

    pub(super) fn unmask(&mut self, edge: usize) {
        if self.is_masked(edge) {
            self.eligible += 1;
            self.enter(edge);
        }
    }

    /// The group that an edge belongs to, and what it weighs there.
    fn group_of(&mut self, edge: usize) -> (u8, f64) {
        /// More assurance than this changes nothing.
        const MOST: f64 = 100.0;
        if self.is_plain() {
            return (HOT, 0.0);
        }
        let Weight { is_hot, weight, .. } = self.edges[edge].weigh(&self.threshold, self.single);
        if is_hot { (HOT, weight.min(MOST)) } else { (class(weight), weight) }
    }

    /// Puts an edge that is in no group into its own.
    fn enter(&mut self, edge: usize) {
        let (group, weight) = self.group_of(edge);
        self.join(edge, group, weight);
    }

    fn join(&mut self, edge: usize, group: u8, weight: f64) {
        let number = edge as u32;
        let known = &mut self.edges[edge];
        (known.group, known.weight) = (group, weight);
        if group == HOT {
            known.place = self.hot.len() as u32;
            self.hot.push(Hot { edge: number, sampler: Sampler::new(known.posterior) });
            self.hot_weight += weight;
        } else {
            let members = &mut self.cold[usize::from(group)];
            known.place = members.len() as u32;
            members.push(number);
            self.occupied |= 1 << group;
            self.cold_weight += weight;
        }
    }

    fn leave(&mut self, edge: usize) {
        let Edge { group, place, weight, .. } = self.edges[edge];
        let at = place as usize;
        let moved = if group == HOT {
            self.hot_weight -= weight;
            self.hot.swap_remove(at);
            self.hot.get(at).map(|hot| hot.edge)
        } else {
            self.cold_weight -= weight;
            let members = &mut self.cold[usize::from(group)];
            members.swap_remove(at);
            self.occupied &= !(u32::from(members.is_empty()) << group);
            members.get(at).copied()
        };
        if let Some(moved) = moved {
            self.edges[moved as usize].place = place;
        }
    }

    /// Draws every edge that may be among the k greatest.
    pub(super) fn draw(&mut self, leaders: &mut Leaders, rng: &mut impl Rng) {
        self.clock += 2;
        self.draw_hot(leaders, rng);
        self.draw_entrants(leaders, rng);
        leaders.cut();
        if leaders.floor() < self.threshold.logit {
            self.draw_below(leaders, rng);
        }
    }

    fn draw_hot(&self, leaders: &mut Leaders, rng: &mut impl Rng) {
        let (mut floor, mut odds) = (f64::NEG_INFINITY, 0.0);
        for Hot { edge, sampler } in &self.hot {
            if let Some(logit) = sampler.draw_logit_from(odds, rng) {
                leaders.push(logit, *edge, rng);
                if leaders.floor() > floor {
                    floor = leaders.floor();
                    odds = floor.exp();
                }
            }
        }
    }

    /// Draws the cold edges that enter. Poisson points of rate one are thrown on as many intervals as a class has edges, each
    /// as long as the upper bound of its rates: an edge enters if a point falls on the part of its interval that is as long as
    /// its rate λ, which it does with probability 1 − e^{−λ} = p.
    fn draw_entrants(&mut self, leaders: &mut Leaders, rng: &mut impl Rng) {
        self.throw(rng);
        // Edges lie far apart in memory: asked for one after another without a decision between, they come together.
        for point in &mut self.points {
            point.rate = self.edges[point.edge as usize].weight;
        }
        for &Point { edge, at, rate } in &self.points {
            let known = &mut self.edges[edge as usize];
            if at < rate && known.entered < self.clock {
                known.entered = self.clock;
                if let Some(logit) = known.draw_above(&self.threshold, leaders.floor(), rng) {
                    known.entered += 1;
                    leaders.push(logit, edge, rng);
                }
            }
        }
    }

    /// Throws the points of a choice.
    fn throw(&mut self, rng: &mut impl Rng) {
        self.points.clear();
        let mut point: f64 = Exp1.sample(rng);
        let mut occupied = self.occupied;
        while occupied != 0 {
            let class = occupied.trailing_zeros() as usize;
            occupied &= occupied - 1;
            let (members, scale) = (&self.cold[class], SCALES[class]);
            let intervals = members.len() as f64;
            // A power of two: no product rounds.
            while point * scale < intervals {
                let at = point * scale;
                let edge = members[at as usize];
                self.points.push(Point { edge, at: (at - at.trunc()) / scale, rate: 0.0 });
                let step: f64 = Exp1.sample(rng);
                point += step;
            }
            point -= intervals / scale;
        }
    }

    /// Draws the cold edges that have not passed the threshold, below it.
    #[cold]
    fn draw_below(&self, leaders: &mut Leaders, rng: &mut impl Rng) {
        for (number, edge) in self.edges.iter().enumerate() {
            if edge.group >= HOT || edge.entered > self.clock {
                continue;
            }
            let sampler = Sampler::new(edge.posterior);
            loop {
                let logit = sampler.draw_logit(rng);
                if logit <= self.threshold.logit {
                    leaders.push(logit, number as u32, rng);
                    break;
                }
            }
        }
    }
}
