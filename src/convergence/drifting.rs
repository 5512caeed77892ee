//! Which edges changed their rate within the last days, as each evening could have known.

use rayon::prelude::*;

use super::Settings;
use super::day::Belief;
use super::rules::{CONTENDER, DRIFT_FALSE_DISCOVERIES};
use crate::decision::{DailyCounts, OneRate, e_bh, one_rate_from};
use crate::feedback::{Day, EdgeId};
use crate::timeline::{Timeline, View};

/// An edge whose daily counts reject one rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    pub(super) edge: EdgeId,
    pub(super) evidence: OneRate,
    /// Among how many edges it was found.
    pub(super) known_edges: usize,
    /// Over how many of the last days.
    pub(super) days: u32,
}

/// A change that matters: that of an edge which may be the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drift {
    pub(super) change: Change,
    pub(super) p_best: f64,
    /// How many more edges that may be the best changed.
    pub(super) others: usize,
}

/// The changes found each evening.
pub(super) struct Changes {
    first: i32,
    by_day: Vec<Vec<Change>>,
}

impl Changes {
    /// Tests the daily counts of every edge on every evening, over the edges known by then.
    ///
    /// Only e-values of 1/α and more can be rejected by e-BH at α, so that the others need not be known: most edges cost
    /// a few logarithms a day.
    pub(super) fn new(timeline: &Timeline, view: View, settings: &Settings) -> Self {
        // What a window has forgotten cannot mislead.
        let window = if let View::Window(days) = view { days.min(settings.drift_days) } else { settings.drift_days };
        let Some((first, last)) = timeline.span() else { return Self { first: 0, by_day: Vec::new() } };
        let (first, last) = (first.days(), last.days());
        let by_edge = by_edge(timeline);
        let found: Vec<Vec<(i32, OneRate)>> = by_edge.par_iter().map(|days| evenings(days, last, window)).collect();
        let mut by_day: Vec<Vec<(EdgeId, OneRate)>> = vec![Vec::new(); (last - first + 1) as usize];
        for (edge, found) in found.into_iter().enumerate() {
            for (evening, evidence) in found {
                by_day[(evening - first) as usize].push((EdgeId::new(edge), evidence));
            }
        }
        let mut newcomers = vec![0; by_day.len()];
        for day in by_edge.iter().filter_map(|days| days.first()) {
            newcomers[(day.day - first) as usize] += 1;
        }
        let mut known_edges = 0;
        let reject = |(found, new): (Vec<(EdgeId, OneRate)>, usize)| {
            known_edges += new;
            rejected(&found, known_edges, window)
        };
        Self { first, by_day: by_day.into_iter().zip(newcomers).map(reject).collect() }
    }

    /// Of the changes found that evening, the one whose edge is most likely the best, if any of them may be.
    pub(super) fn among(&self, day: Day, known: &[Belief], p_best: &[f64]) -> Option<Drift> {
        let chance =
            |edge: EdgeId| known.binary_search_by_key(&edge, |belief| belief.edge).map_or(0.0, |at| p_best[at]);
        let changes = self.by_day.get((day.days() - self.first) as usize)?.iter();
        let contenders = changes.map(|change| (change, chance(change.edge))).filter(|(_, p)| *p >= CONTENDER);
        contenders.fold(None, |best: Option<Drift>, (&change, p_best)| match best {
            Some(best) if best.p_best >= p_best => Some(Drift { others: best.others + 1, ..best }),
            _ => Some(Drift { change, p_best, others: best.map_or(0, |best| best.others + 1) }),
        })
    }
}

/// The daily counts of each edge, by edge index.
fn by_edge(timeline: &Timeline) -> Vec<Vec<DailyCounts>> {
    let mut by_edge = vec![Vec::new(); timeline.edges().len()];
    for day in timeline.days() {
        for cell in &day.cells {
            let (successes, failures) = (cell.counts.successes.to_f64(), cell.counts.failures.to_f64());
            by_edge[cell.edge.index()].push(DailyCounts { day: day.day.days(), successes, failures });
        }
    }
    by_edge
}

/// The evenings on which the counts of an edge over the last days are far from one rate.
fn evenings(days: &[DailyCounts], last: i32, window: u32) -> Vec<(i32, OneRate)> {
    let least = -DRIFT_FALSE_DISCOVERIES.ln();
    let window = i32::try_from(window).unwrap_or(i32::MAX);
    let Some(first) = days.first() else { return Vec::new() };
    let (mut start, mut end) = (0, 0);
    let found = (first.day..=last).filter_map(|evening| {
        while days.get(end).is_some_and(|day| day.day <= evening) {
            end += 1;
        }
        while days.get(start).is_some_and(|day| day.day <= evening.saturating_sub(window)) {
            start += 1;
        }
        Some((evening, one_rate_from(&days[start..end], evening, least)?))
    });
    found.collect()
}

/// The edges that e-BH rejects, of which all others have smaller e-values than can be rejected.
fn rejected(found: &[(EdgeId, OneRate)], known_edges: usize, days: u32) -> Vec<Change> {
    if found.is_empty() {
        return Vec::new();
    }
    let mut ln_e_values: Vec<f64> = found.iter().map(|(_, evidence)| evidence.ln_e).collect();
    ln_e_values.resize(known_edges, f64::NEG_INFINITY);
    let rejected = e_bh(&ln_e_values, DRIFT_FALSE_DISCOVERIES).rejected;
    let change = |&(edge, evidence): &(EdgeId, OneRate)| Change { edge, evidence, known_edges, days };
    found.iter().zip(rejected).filter(|(_, rejected)| *rejected).map(|(found, _)| change(found)).collect()
}
