//! The rows that an evaluation stands on, cell by cell, with their weights and what the reward model says of them.

use super::Target;
use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::special::sum;
use crate::timeline::{Cells, LoggedCell};

/// The rows of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) count: f64,
    /// Σ r.
    pub(super) successes: f64,
    /// Σ r².
    pub(super) squares: f64,
    /// e(a|x).
    pub(super) target: f64,
    /// p(a|x).
    pub(super) propensity: f64,
    /// q̂(a, x).
    pub(super) model: f64,
    /// The variance of q̂(a, x) under its posterior.
    pub(super) model_variance: f64,
    /// The share of this row itself in q̂(a, x), 1/(α₀ + β₀ + n_ax).
    pub(super) leverage: f64,
    /// q̂(e) in this segment.
    pub(super) model_of_target: f64,
    /// Which edge in which segment it is.
    pub(super) pair: usize,
}

/// Means over rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means {
    /// Of w.
    pub(super) weight: f64,
    /// Of q̂(e).
    pub(super) model: f64,
}

impl Rows {
    /// w = e(a|x)/p(a|x).
    pub(super) fn weight(&self) -> f64 {
        self.target / self.propensity
    }
}

/// Rows that have no usable propensity, by what is wrong with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unusable {
    pub(super) missing: u64,
    pub(super) zero: u64,
    pub(super) above_one: u64,
}

/// All rows that have everything, and what is known of where there are none.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) rows: Vec<Rows>,
    pub(super) unusable: Unusable,
    /// How many rows there are.
    pub(super) count: u64,
    /// The share of the target, averaged over the rows' segments, on edges that have no row there.
    pub(super) unsupported: f64,
    /// The largest e(a|x) over the least propensity of the log.
    pub(super) max_possible: f64,
    pub(super) means: Means,
    /// For each edge and segment that has rows: the share of traffic that the target would send there, Σ e(a|x)/n.
    pub(super) traffic: Vec<f64>,
}

/// An edge in a segment.
#[derive(Debug, Clone, Copy)]
struct Pair {
    edge: EdgeId,
    segment: usize,
    least_propensity: f64,
    posterior: Beta,
}

impl Sample {
    /// The usable rows of a log under a target, and a reward model that sets out from `prior`.
    pub(super) fn new(cells: &Cells, target: &Target, prior: Beta) -> Self {
        let mut unusable = Unusable::default();
        let usable: Vec<LoggedCell> = cells.cells().iter().filter(|cell| unusable.usable(cell)).copied().collect();
        let pairs = pairs(&usable, prior);
        let segments = of_segments(&usable, &pairs, target, prior, cells.segments().len());
        let count: u64 = usable.iter().map(|cell| cell.events).sum();
        let share = |segment: &Segment| if count > 0 { segment.rows / count as f64 } else { 0.0 };
        let row = |cell: &LoggedCell| {
            let place = |pair: &Pair| (pair.edge, pair.segment);
            let pair = pairs.binary_search_by_key(&(cell.edge, cell.segment), place);
            let pair = pair.expect("valid by construction: each usable cell has a pair");
            let posterior = pairs[pair].posterior;
            Rows {
                count: cell.events as f64,
                successes: cell.counts.successes.to_f64(),
                squares: cell.squares.to_f64(),
                target: target.probability(cell.edge, cell.segment),
                propensity: cell.propensity.expect("valid by construction: the cell is usable"),
                model: posterior.mean(),
                model_variance: posterior.variance(),
                leverage: 1.0 / (posterior.alpha() + posterior.beta()),
                model_of_target: segments[cell.segment].model,
                pair,
            }
        };
        let rows: Vec<Rows> = usable.iter().map(row).collect();
        let mean = |value: fn(&Rows) -> f64| sum(rows.iter().map(|rows| rows.count * value(rows))) / count as f64;
        let traffic = |pair: &Pair| target.probability(pair.edge, pair.segment) * share(&segments[pair.segment]);
        Self {
            means: Means { weight: mean(Rows::weight), model: mean(|rows| rows.model_of_target) },
            traffic: pairs.iter().map(traffic).collect(),
            rows,
            unusable,
            count,
            unsupported: sum(segments.iter().map(|segment| share(segment) * segment.unsupported)),
            max_possible: max_possible(&pairs, target, &segments),
        }
    }
}

impl Unusable {
    /// Whether the cell has a propensity in (0, 1]; counted, if not.
    fn usable(&mut self, cell: &LoggedCell) -> bool {
        match cell.propensity {
            Some(p) if p > 0.0 && p <= 1.0 => return true,
            Some(p) if p > 1.0 => self.above_one += cell.events,
            Some(p) if p <= 0.0 => self.zero += cell.events,
            _ => self.missing += cell.events,
        }
        false
    }
}

/// The edges that each segment has rows of, in order of edge and segment.
fn pairs(usable: &[LoggedCell], prior: Beta) -> Vec<Pair> {
    let same = |one: &LoggedCell, other: &LoggedCell| (one.edge, one.segment) == (other.edge, other.segment);
    let pair = |cells: &[LoggedCell]| {
        let propensities = cells.iter().filter_map(|cell| cell.propensity);
        let counts = cells.iter().map(|cell| cell.counts).sum::<crate::feedback::Counts>();
        let (alpha, beta) = (prior.alpha() + counts.successes.to_f64(), prior.beta() + counts.failures.to_f64());
        Pair {
            edge: cells[0].edge,
            segment: cells[0].segment,
            least_propensity: propensities.fold(f64::INFINITY, f64::min),
            posterior: Beta::new(alpha, beta).expect("valid by construction: counts are finite and not negative"),
        }
    };
    usable.chunk_by(same).map(pair).collect()
}

/// What the target does in a segment.
#[derive(Debug, Clone, Copy)]
struct Segment {
    rows: f64,
    /// Σₐ e(a|x) q̂(a, x).
    model: f64,
    unsupported: f64,
}

fn of_segments(usable: &[LoggedCell], pairs: &[Pair], target: &Target, prior: Beta, segments: usize) -> Vec<Segment> {
    let mut found: Vec<Segment> = (0..segments)
        .map(|segment| {
            let total = target.total(segment);
            Segment { rows: 0.0, model: total * prior.mean(), unsupported: total }
        })
        .collect();
    for cell in usable {
        found[cell.segment].rows += cell.events as f64;
    }
    for Pair { edge, segment, posterior, .. } in pairs {
        let (of_segment, probability) = (&mut found[*segment], target.probability(*edge, *segment));
        of_segment.model += probability * (posterior.mean() - prior.mean());
        of_segment.unsupported -= probability;
    }
    for segment in &mut found {
        // What is left of a sum that should be nothing is its rounding.
        segment.unsupported = if segment.unsupported < 1e-12 { 0.0 } else { segment.unsupported };
    }
    found
}

/// The largest weight that a row could have: whatever the target chooses in a segment of the log, one that the log lacks included,
/// may have been chosen with the least propensity that it shows.
fn max_possible(pairs: &[Pair], target: &Target, segments: &[Segment]) -> f64 {
    let least = pairs.iter().map(|pair| pair.least_propensity).fold(f64::INFINITY, f64::min);
    let there = (0..segments.len()).filter(|&segment| segments[segment].rows > 0.0);
    there.map(|segment| target.greatest(segment)).fold(0.0, f64::max) / least
}
