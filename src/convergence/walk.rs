//! From a timeline to the beliefs of each calendar day.

use std::collections::BTreeSet;

use super::day::{Active, Belief, Beliefs};
use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::posterior::{Priors, update};
use crate::timeline::{State, Timeline, View};

/// Days whose beliefs are held at once, to be analysed side by side.
const BATCH_DAYS: usize = 8;

/// The prior of every edge, by edge index.
pub(super) fn priors_by_edge(timeline: &Timeline, priors: &Priors) -> Vec<Beta> {
    timeline.edges().iter().map(|(_, name)| priors.of(name)).collect()
}

/// Visits the beliefs of every calendar day in order, a few days at a time.
pub(super) fn in_batches(timeline: &Timeline, priors: &[Beta], view: View, mut visit: impl FnMut(&[Beliefs])) {
    let mut known = BTreeSet::new();
    let mut batch = Vec::with_capacity(BATCH_DAYS);
    timeline.walk(view, |state| {
        known.extend(state.cells.iter().map(|cell| cell.edge));
        batch.push(beliefs(&state, &known, priors));
        if batch.len() == BATCH_DAYS {
            visit(&batch);
            batch.clear();
        }
    });
    if !batch.is_empty() {
        visit(&batch);
    }
}

fn beliefs(state: &State<'_>, known: &BTreeSet<EdgeId>, priors: &[Beta]) -> Beliefs {
    let known = known.iter().map(|&edge| {
        let (prior, counted) = (priors[edge.index()], state.evening[edge.index()]);
        Belief { edge, prior, counted, posterior: update(prior, counted) }
    });
    let active = state.cells.iter().map(|cell| {
        let (edge, prior) = (cell.edge, priors[cell.edge.index()]);
        let after = |counts: &[(f64, f64)]| update(prior, counts[edge.index()]);
        Active { edge, pulls: cell.counts.pulls(), morning: after(state.morning), evening: after(state.evening) }
    });
    Beliefs { day: state.day, known: known.collect(), active: active.collect() }
}
