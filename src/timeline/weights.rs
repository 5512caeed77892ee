//! Sums weighted by propensity: all that an adaptive mean asks of a log, whatever its length.

use super::cells::ranked;
use crate::feedback::{Counts, EdgeId, Edges, Reward, Tally};

/// The sums of one edge over its rows whose propensity p can be used, each row weighing w = 1/√p.
///
/// ```
/// use betadrift::feedback::{EdgeId, Reward};
/// use betadrift::timeline::{EdgeWeights, WeightFold};
/// let mut fold = WeightFold::default();
/// fold.add("a", Some(0.25), Reward::new(0.5).unwrap()); // w = 2
/// fold.add("a", Some(EdgeWeights::LEAST / 2.0), Reward::SUCCESS); // too small
/// let weights = fold.finish();
/// let sums = weights.of(EdgeId::new(0));
/// assert_eq!((sums.rows, sums.unusable), (2, 1));
/// assert_eq!((sums.weight.to_f64(), sums.weighted.to_f64()), (2.0, 1.0));
/// let by_square = [sums.squares, sums.squares_by_reward, sums.squares_by_square].map(|sum| sum.to_f64());
/// assert_eq!(by_square, [4.0, 2.0, 1.0]);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EdgeWeights {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them have no propensity between [`EdgeWeights::LEAST`] and 1, and are in none of the sums.
    pub unusable: u64,
    /// Σ w.
    pub weight: Tally,
    /// Σ w·r.
    pub weighted: Tally,
    /// Σ w², which is Σ 1/p.
    pub squares: Tally,
    /// Σ w²·r.
    pub squares_by_reward: Tally,
    /// Σ w²·r².
    pub squares_by_square: Tally,
}

impl EdgeWeights {
    /// The least propensity that can be used. A row that was chosen against these odds would outweigh all others.
    pub const LEAST: f64 = 1e-9;

    fn add(&mut self, propensity: Option<f64>, reward: Reward) {
        self.rows += 1;
        let Some(p) = propensity.filter(|p| (Self::LEAST..=1.0).contains(p)) else {
            self.unusable += 1;
            return;
        };
        let (w, r) = (1.0 / p.sqrt(), reward.success().to_f64());
        let tally = |x: f64| Tally::from_f64(x).expect("valid by construction: a weight squared is at most 1e9");
        self.weight += tally(w);
        self.weighted += tally(w * r);
        self.squares += tally(1.0 / p);
        self.squares_by_reward += tally(r / p);
        self.squares_by_square += tally(r * r / p);
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.unusable += other.unusable;
        self.weight += other.weight;
        self.weighted += other.weighted;
        self.squares += other.squares;
        self.squares_by_reward += other.squares_by_reward;
        self.squares_by_square += other.squares_by_square;
    }
}

/// Sums by edge, the edges in byte order of their names.
///
/// ```
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::WeightFold;
/// let mut fold = WeightFold::default();
/// fold.add("a", Some(0.25), Reward::SUCCESS);
/// fold.add("a", None, Reward::FAILURE);
/// let weights = fold.finish();
/// let sums = weights.of(weights.edges().get("a").unwrap());
/// assert_eq!((sums.weight.to_f64(), sums.squares.to_f64(), sums.unusable), (2.0, 4.0, 1));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weights {
    edges: Edges,
    sums: Vec<EdgeWeights>,
}

impl Weights {
    /// The edges, those without feedback included.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The sums of an edge.
    ///
    /// # Panics
    /// If the edge is not among [`Weights::edges`].
    pub fn of(&self, edge: EdgeId) -> &EdgeWeights {
        let (at, edges) = (edge.index(), self.sums.len());
        assert!(at < edges, "edge {at} is not among these {edges}");
        &self.sums[at]
    }

    /// How many rows there are of all edges together: how often the policy chose.
    pub fn rows(&self) -> u64 {
        self.sums.iter().map(|sums| sums.rows).sum()
    }
}

/// Sums under construction. Adding and merging commute, to the bit. Memory grows with edges, not with events.
///
/// ```
/// use betadrift::feedback::{Counts, Reward};
/// use betadrift::timeline::WeightFold;
/// let (mut one, mut other) = (WeightFold::default(), WeightFold::default());
/// one.add("a", Some(0.25), Reward::SUCCESS);
/// other.add_counts("a", Counts::whole(2, 1)); // no propensity, and so unusable
/// other.edge("b");
/// one.merge(&other);
/// let weights = one.finish();
/// assert_eq!((weights.rows(), weights.edges().len()), (4, 2));
/// assert_eq!(weights.of(weights.edges().get("a").unwrap()).unusable, 3);
/// ```
#[derive(Debug, Clone, Default)]
pub struct WeightFold {
    edges: Edges,
    sums: Vec<EdgeWeights>,
}

impl WeightFold {
    /// Makes an edge known that may have no feedback.
    pub fn edge(&mut self, name: &str) {
        self.sums_of(name);
    }

    fn sums_of(&mut self, name: &str) -> &mut EdgeWeights {
        let edge = self.edges.intern(name);
        self.sums.resize(self.edges.len(), EdgeWeights::default());
        &mut self.sums[edge.index()]
    }

    /// Adds an event.
    pub fn add(&mut self, edge: &str, propensity: Option<f64>, reward: Reward) {
        self.sums_of(edge).add(propensity, reward);
    }

    /// Adds counts of an edge, which have no propensity.
    pub fn add_counts(&mut self, edge: &str, counts: Counts) {
        let rows = counts.pulls().round_ties_even() as u64;
        let sums = self.sums_of(edge);
        sums.rows += rows;
        sums.unusable += rows;
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        for ((_, name), sums) in other.edges.iter().zip(&other.sums) {
            self.sums_of(name).merge(sums);
        }
    }

    /// The sums, in order.
    pub fn finish(self) -> Weights {
        let (edges, rank) = ranked(&self.edges);
        let mut sums = vec![EdgeWeights::default(); rank.len()];
        for (of_edge, rank) in self.sums.into_iter().zip(rank) {
            sums[rank] = of_edge;
        }
        Weights { edges, sums }
    }
}
