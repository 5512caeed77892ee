//! Two sides, A and B: what changed from the one to the other, edge by edge and segment by segment, and gates upon it.
//!
//! **Why.** Two runs of a retriever, this week's log and last week's, the log of a branch and that of the trunk: means always
//! differ, and the question is which differences are more than chance.
//!
//! **Formula.** Of an edge that both sides have, with independent posteriors θ_A and θ_B:
//! - the difference θ_B − θ_A, its mean and equal-tailed interval at the level asked for, and P(B > A) = P(θ_B > θ_A), by
//!   quadrature ([`crate::decision::difference()`]; Cook 2003, "Numerical computation of stochastic inequality probabilities", gives the integral);
//! - KL(B ‖ A) = ∫ f_B ln(f_B/f_A), in nats: the surprise of one who believed A (Kullback & Leibler 1951,
//!   doi:10.1214/aoms/1177729694), and Hellinger's distance √(1 − ∫√(f_A f_B)) in \[0, 1\];
//! - an edge *fell* where P(B > A) < (1 − level)/(2K), *rose* where P(A > B) is, K the number of edges that were compared: its
//!   interval at the level 1 − (1 − level)/K lies on one side of zero. By Bonferroni's inequality (Dunn 1961,
//!   doi:10.1080/01621459.1961.10482090) the chance that any of K unchanged edges is said to have fallen is then at most (1 − level)/2,
//!   as far as one interval has its level. Within segments K counts the pairs of segment and edge.
//!
//! **When to use it**: for logs that share no feedback. **When not**: where B goes on from A both rest on the same events, which
//! hides changes; compare the days apart (`--since`, `--until`) instead. What is compared may have been collected by a policy
//! that learns: the posteriors stand, but their intervals hold on average over the prior, and not for each fixed truth.
//! An edge that only one side has is *new* or *gone*, and is listed.
//!
//! **Accuracy.** Of 200 pairs of logs of one world (six edges of rates 0.5 to 0.1, 2000 trials of Thompson Sampling, level 0.95) 16
//! are said to hold any change and 10 an edge that fell; of 4000 pairs 196 (4.9 %) and 107 (2.7 %). On its own level instead of the
//! corrected one, some edge fell in 13 %. `tests/it/compare.rs` counts it.

mod document;
pub mod gate;
mod names;
mod side;
mod side_by_side;
mod stored;

pub(crate) use names::{list, shown};

pub use document::{ChangeRow, Document};
pub use gate::{Gate, GateError, Outcome, Status};
pub use side::{Belief, DayTotal, Judgement, Segment, Side, Source};
pub use stored::{BASELINE, REPORT, StoredError};

use std::fmt;

use serde::Serialize;

use self::side_by_side::{common, pairs, side_by_side};

use crate::beta::Beta;
use crate::convergence::EdgeState;
use crate::decision::Difference;

/// What changed from A to B.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Change, Side, compare};
/// let edge = |name: &str, alpha, beta| {
///     Belief { edge: name.into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: 100.0, state: None }
/// };
/// let before = Side { edges: vec![edge("a", 31.0, 71.0), edge("b", 61.0, 41.0)], ..Side::default() };
/// let after = Side { edges: vec![edge("b", 31.0, 71.0), edge("c", 61.0, 41.0)], ..Side::default() };
/// let comparison = compare(&before, &after, 0.95);
/// assert_eq!((comparison.compared, comparison.of(Change::Fell).count()), (1, 1));
/// assert_eq!(comparison.corrected_level(), 0.95); // of one edge there is nothing to correct
/// let most: Vec<&str> = comparison.most_changed().iter().map(|edge| &*edge.edge).collect();
/// assert_eq!(most, ["b", "a", "c"]); // fell, gone, new
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Level of the intervals, for one edge.
    pub level: f64,
    /// How many edges both sides have: what the level of *fell* and *rose* is corrected for.
    pub compared: usize,
    /// The whole of A; `None` without feedback.
    pub before: Option<Whole>,
    /// The whole of B.
    pub after: Option<Whole>,
    /// Every edge of either, in byte order of the names.
    pub edges: Vec<EdgeChange>,
    /// The same by segment, for the segments of either; empty unless both sides tell segments apart.
    pub segments: Vec<SegmentChange>,
}

/// All edges of a side together.
///
/// Of two edges with the densities 2θ and 2(1 − θ): E\[max θ\] = 7/10, and the better of them has the mean 2/3.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// let edge = |name: &str, alpha, beta| {
///     Belief { edge: name.into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: 1.0, state: None }
/// };
/// let side = Side { edges: vec![edge("a", 1.0, 2.0), edge("b", 2.0, 1.0)], ..Side::default() };
/// let whole = compare(&side, &Side::default(), 0.95).before.unwrap();
/// assert_eq!((&*whole.leader, whole.leader_mean, whole.pulls), ("b", 2.0 / 3.0, 2.0));
/// assert!((whole.p_best - 5.0 / 6.0).abs() < 1e-9 && (whole.value_remaining - 1.0 / 30.0).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Whole {
    /// Σ pulls.
    pub pulls: f64,
    /// The edge with the greatest P(best).
    pub leader: Box<str>,
    /// Its posterior mean.
    pub leader_mean: f64,
    /// Its P(best).
    pub p_best: f64,
    /// `E[max θ] − max E[θ]`, in units of reward.
    pub value_remaining: f64,
}

/// An edge, before and after.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Change, Side, compare};
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0)?, pulls: 5.0, state: None }];
/// let comparison = compare(&Side::default(), &Side { edges, ..Side::default() }, 0.95);
/// let edge = comparison.edge("a").unwrap();
/// assert_eq!((edge.change, edge.before, edge.moved), (Change::New, None, None));
/// assert!(comparison.edge("b").is_none());
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeChange {
    /// Its name.
    pub edge: Box<str>,
    /// As it stands in A; `None` if it is new.
    pub before: Option<Standing>,
    /// As it stands in B; `None` if it is gone.
    pub after: Option<Standing>,
    /// How far it moved; `None` unless both have it.
    pub moved: Option<Moved>,
    /// What became of it.
    pub change: Change,
}

/// An edge on one side.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0)?, pulls: 5.0, state: None }];
/// let comparison = compare(&Side { edges, ..Side::default() }, &Side::default(), 0.95);
/// let before = comparison.edges[0].before.unwrap();
/// assert_eq!((before.posterior.mean(), before.pulls, before.p_best), (4.0 / 7.0, 5.0, 1.0)); // the only edge is the best
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Its posterior.
    pub posterior: Beta,
    /// Its feedback.
    pub pulls: f64,
    /// Its state, where the whole was judged.
    pub state: Option<EdgeState>,
    /// Chance that it is the best edge of its side.
    pub p_best: f64,
}

/// How far an edge moved.
///
/// From the density 2(1 − θ) to 2θ: P(B > A) = 5/6, KL(B ‖ A) = ψ(2) − ψ(1) = 1, and Hellinger's distance is √(1 − π/4).
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// let side = |alpha, beta| Side {
///     edges: vec![Belief { edge: "a".into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: 1.0, state: None }],
///     ..Side::default()
/// };
/// let moved = compare(&side(1.0, 2.0), &side(2.0, 1.0), 0.95).edges[0].moved.unwrap();
/// assert!((moved.difference.mean - 1.0 / 3.0).abs() < 1e-15);
/// assert!((moved.difference.p_greater - 5.0 / 6.0).abs() < 1e-9 && (moved.p_less - 1.0 / 6.0).abs() < 1e-9);
/// assert!((moved.kl - 1.0).abs() < 1e-9);
/// assert!((moved.hellinger.powi(2) - (1.0 - std::f64::consts::PI / 4.0)).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// θ_B − θ_A; its `p_greater` is P(B > A).
    pub difference: Difference,
    /// P(A > B), with the digits that 1 − P(B > A) loses.
    pub p_less: f64,
    /// KL(B ‖ A), in nats.
    pub kl: f64,
    /// Hellinger's distance.
    pub hellinger: f64,
}

/// What became of an edge.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Change, Side, compare};
/// let side = |successes, failures| Side {
///     edges: vec![Belief {
///         edge: "a".into(),
///         posterior: Beta::new(1.0 + successes, 1.0 + failures).unwrap(),
///         pulls: successes + failures,
///         state: None,
///     }],
///     ..Side::default()
/// };
/// let change = |a, b| compare(&a, &b, 0.95).edges[0].change;
/// assert_eq!(change(side(60.0, 40.0), side(30.0, 70.0)), Change::Fell);
/// assert_eq!(change(side(6.0, 4.0), side(3.0, 7.0)), Change::Same); // the same rates of ten pulls each may be chance
/// assert_eq!(change(side(6.0, 4.0), Side::default()).word(), "gone");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Its rate fell, at the level corrected for the number of edges.
    Fell,
    /// Its rate rose, likewise.
    Rose,
    /// Only A has it.
    Gone,
    /// Only B has it.
    New,
    /// No change is seen.
    Same,
}

/// A segment of the traffic, before and after.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Segment, Side, compare};
/// let edge = |pulls| Belief { edge: "a".into(), posterior: Beta::UNIFORM, pulls, state: None };
/// let part = |segment: &str, pulls| Segment { segment: segment.into(), edges: vec![edge(pulls)] };
/// let before = Side { edges: vec![edge(4.0)], segments: vec![part("desk", 4.0)], ..Side::default() };
/// let segments = vec![part("desk", 1.0), part("mobile", 3.0)];
/// let comparison = compare(&before, &Side { edges: vec![edge(4.0)], segments, ..Side::default() }, 0.95);
/// let mobile = &comparison.segments[1];
/// assert_eq!((&*mobile.segment, mobile.share, &mobile.before), ("mobile", (0.0, 0.75), &None));
/// assert_eq!(mobile.most_changed()[0].change.word(), "new");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentChange {
    /// Its name; empty for the events without one.
    pub segment: Box<str>,
    /// Its part of A; `None` without feedback there.
    pub before: Option<Whole>,
    /// Its part of B.
    pub after: Option<Whole>,
    /// Its share of the feedback of A and of B.
    pub share: (f64, f64),
    /// Its edges; fell and rose are corrected for all pairs of segment and edge.
    pub edges: Vec<EdgeChange>,
}

impl Change {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fell => "fell",
            Self::Rose => "rose",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Same => "same",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Compares two sides, with intervals at `level`.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Change, Side, compare};
/// let side = |alpha, beta| Side {
///     edges: vec![Belief { edge: "a".into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: 100.0, state: None }],
///     ..Side::default()
/// };
/// let comparison = compare(&side(61.0, 41.0), &side(31.0, 71.0), 0.95);
/// let moved = comparison.edges[0].moved.unwrap();
/// assert!((moved.difference.mean - (31.0 - 61.0) / 102.0).abs() < 1e-15);
/// assert_eq!(comparison.edges[0].change, Change::Fell);
/// assert_eq!(compare(&side(2.0, 1.0), &side(2.0, 1.0), 0.95).edges[0].change, Change::Same);
/// ```
///
/// # Panics
/// Unless the level lies in (0, 1).
pub fn compare(before: &Side, after: &Side, level: f64) -> Comparison {
    let compared = common(&before.edges, &after.edges);
    let both = !before.segments.is_empty() && !after.segments.is_empty();
    let pairs = if both { pairs(&before.segments, &after.segments, |part| &part.segment) } else { Vec::new() };
    let edges_of = |segment: Option<&Segment>| segment.map_or(Vec::new(), |segment| segment.edges.clone());
    let parts: Vec<(Box<str>, Vec<Belief>, Vec<Belief>)> = pairs
        .into_iter()
        .map(|(one, other)| {
            let name = one.or(other).map(|segment| segment.segment.clone()).unwrap_or_default();
            (name, edges_of(one), edges_of(other))
        })
        .collect();
    let in_segments = parts.iter().map(|(_, one, other)| common(one, other)).sum();
    let share = |edges: &[Belief], side: &Side| {
        let (part, all) = (edges.iter().map(|belief| belief.pulls).sum::<f64>(), side.pulls());
        if all > 0.0 { part / all } else { 0.0 }
    };
    let segment = |(segment, one, other): (Box<str>, Vec<Belief>, Vec<Belief>)| {
        let share = (share(&one, before), share(&other, after));
        let (before, after, edges) = side_by_side(&one, &other, level, in_segments);
        SegmentChange { segment, before, after, share, edges }
    };
    let segments = parts.into_iter().map(segment).collect();
    let (before, after, edges) = side_by_side(&before.edges, &after.edges, level, compared);
    Comparison { level, compared, before, after, edges, segments }
}

impl Comparison {
    /// An edge of either side.
    pub fn edge(&self, name: &str) -> Option<&EdgeChange> {
        let at = self.edges.binary_search_by(|edge| (*edge.edge).cmp(name)).ok()?;
        Some(&self.edges[at])
    }

    /// The edges of which this became.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &EdgeChange> {
        self.edges.iter().filter(move |edge| edge.change == change)
    }

    /// The level of one interval, if those of all edges compared are to hold together: 1 − (1 − level)/K.
    pub fn corrected_level(&self) -> f64 {
        1.0 - (1.0 - self.level) / self.compared.max(1) as f64
    }

    /// The edges, the most telling first: those that fell or rose by the evidence of it, those that one side does not have, then all
    /// others by the evidence of a change.
    pub fn most_changed(&self) -> Vec<&EdgeChange> {
        most_changed(&self.edges)
    }
}

impl SegmentChange {
    /// Its edges, the most telling first.
    pub fn most_changed(&self) -> Vec<&EdgeChange> {
        most_changed(&self.edges)
    }
}

fn most_changed(edges: &[EdgeChange]) -> Vec<&EdgeChange> {
    let class = |edge: &EdgeChange| match edge.change {
        Change::Fell | Change::Rose => 0,
        Change::Gone | Change::New => 1,
        Change::Same => 2,
    };
    let doubt = |edge: &EdgeChange| edge.moved.map_or(0.0, |moved| moved.difference.p_greater.min(moved.p_less));
    let mut order: Vec<&EdgeChange> = edges.iter().collect();
    order.sort_by(|a, b| class(a).cmp(&class(b)).then(doubt(a).total_cmp(&doubt(b))));
    order
}
