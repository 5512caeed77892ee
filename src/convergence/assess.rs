//! The analysis as a whole: walks the days, follows every edge's state, and gives the verdict.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::day::{self, Beliefs, DayAnalysis, Lead};
use super::drifting::{Changes, Drift};
use super::record::Record;
use super::rules::{self, Held, WholeFacts};
use super::walk::{in_batches, priors_by_edge};
use super::{Convergence, OtherPrior, Settings, Verdict, VerdictState};
use crate::beta::Beta;
use crate::feedback::{Day, EdgeId};
use crate::posterior::{Priors, update};
use crate::timeline::{Timeline, View};

/// Analyses how the posteriors of a timeline converge, day by day, and gives the verdict.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, VerdictState, convergence};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// for day in 0..4 {
///     for (name, counts) in [("bad", Counts::whole(50, 450)), ("good", Counts::whole(450, 50))] {
///         let edge = fold.edge(name);
///         fold.add(Day::from_days(day), edge, counts);
///     }
/// }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// assert_eq!(analysis.verdict.state, VerdictState::Settled);
/// assert_eq!(analysis.verdict.since, Some(Day::from_days(2))); // the third day on which the rule held
/// ```
///
/// # Panics
/// Unless the level of the settings lies strictly between 0 and 1 and their ε is at least 0, and as [`Timeline::walk`] for a view that
/// does not exist.
pub fn convergence(timeline: &Timeline, priors: &Priors, view: View, settings: &Settings) -> Convergence {
    let Settings { level, epsilon, .. } = *settings;
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    assert!(epsilon >= 0.0, "ε is at least 0, not {epsilon}");
    let by_edge = priors_by_edge(timeline, priors);
    let changes = Changes::new(timeline, view, settings);
    let top = top_edges(timeline, &by_edge, view, settings.top);
    let mut record = Record::new(timeline, &by_edge, *settings, &changes, top);
    in_batches(timeline, &by_edge, view, |batch| {
        let analyses: Vec<DayAnalysis> = batch.par_iter().map(day::analyse).collect();
        for (beliefs, analysis) in batch.iter().zip(&analyses) {
            record.day(beliefs, analysis);
        }
    });
    let facts: Vec<(Day, WholeFacts)> =
        record.days.iter().map(|day| day.day).zip(record.facts.iter().copied()).collect();
    let others =
        [("Beta(0.5, 0.5)", Priors::new(Beta::JEFFREYS)), ("the given prior at twice its strength", priors.map(twice))];
    let walked = Walked { timeline, view, settings, changes: &changes, facts: &facts };
    let under_other_priors = others.map(|(name, priors)| walked.under_other_prior(name, &priors)).into();
    record.finish(under_other_priors)
}

fn twice(prior: Beta) -> Beta {
    Beta::new(2.0 * prior.alpha(), 2.0 * prior.beta()).unwrap_or(prior)
}

/// The edges of the last day: greatest P(best) first, then greatest mean, most pulls, first name.
fn top_edges(timeline: &Timeline, priors: &[Beta], view: View, top: usize) -> Vec<EdgeId> {
    let counted = timeline.last(view);
    let spans = timeline.active_spans();
    let known: Vec<day::Belief> = timeline
        .edges()
        .iter()
        .filter(|(edge, _)| spans[edge.index()].is_some())
        .map(|(edge, _)| {
            let (prior, counted) = (priors[edge.index()], counted[edge.index()]);
            day::Belief { edge, prior, counted, posterior: update(prior, counted) }
        })
        .collect();
    let p_best = day::decide_over(&known).p_best;
    let mut order: Vec<usize> = (0..known.len()).collect();
    let key = |k: usize| [p_best[k], known[k].posterior.mean(), known[k].counted.0 + known[k].counted.1];
    let descending = |i: usize, j: usize| {
        let pairs = key(j).into_iter().zip(key(i));
        pairs.map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    order.sort_by(|&i, &j| descending(i, j));
    order.truncate(top);
    order.into_iter().map(|k| known[k].edge).collect()
}

/// A walk through the days, and what was found on it that does not hang on the prior.
struct Walked<'a> {
    timeline: &'a Timeline,
    view: View,
    settings: &'a Settings,
    changes: &'a Changes,
    facts: &'a [(Day, WholeFacts)],
}

impl Walked<'_> {
    fn under_other_prior(&self, name: &str, priors: &Priors) -> OtherPrior {
        let mut leads: Vec<(Lead, Option<Drift>)> = Vec::with_capacity(self.facts.len());
        in_batches(self.timeline, &priors_by_edge(self.timeline, priors), self.view, |batch| {
            let lead = |beliefs: &Beliefs| {
                let decision = day::decide_over(&beliefs.known);
                let drift = self.changes.among(beliefs.day, &beliefs.known, &decision.p_best);
                (day::lead(&beliefs.known, &decision), drift)
            };
            leads.par_extend(batch.par_iter().map(lead));
        });
        let mut held = Held::default();
        let states: Vec<VerdictState> = leads
            .iter()
            .zip(self.facts)
            .map(|((lead, drift), (_, facts))| {
                held = held.day(lead, self.settings);
                rules::whole_state(&WholeFacts { drift: *drift, ..*facts }, &held, self.settings)
            })
            .collect();
        let last = leads.last().map(|(lead, _)| lead);
        OtherPrior {
            prior: name.to_owned(),
            state: states.last().copied().unwrap_or(VerdictState::Starved),
            since: run_start(&states).map(|index| self.facts[index].0),
            leader: last.map(|lead| lead.leader),
            p_best: last.map(|lead| lead.p_best),
            value_remaining: last.map(|lead| lead.value_remaining),
        }
    }
}

/// Where the unbroken run of the last value begins.
pub(super) fn run_start<T: PartialEq>(values: &[T]) -> Option<usize> {
    let last = values.last()?;
    Some(values.iter().rposition(|value| value != last).map_or(0, |before| before + 1))
}

/// What is said of a log without feedback.
pub(super) fn nothing_to_say(under_other_priors: Vec<OtherPrior>) -> Verdict {
    Verdict {
        state: VerdictState::Starved,
        since: None,
        leader: None,
        p_best: None,
        value_remaining: None,
        reason: "there is no feedback".to_owned(),
        under_other_priors,
        ahead: None,
        expected_false_discoveries: None,
    }
}

#[cfg(test)]
mod tests {
    use super::run_start;

    #[test]
    fn a_run_starts_after_the_last_other_value() {
        assert_eq!(run_start(&[1, 2, 2, 1, 1]), Some(3));
        assert_eq!(run_start(&[1, 1]), Some(0));
        assert_eq!(run_start::<i32>(&[]), None);
    }
}
