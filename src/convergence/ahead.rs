//! How the edges stand to the best of them on the last day: by how much the leader is ahead, who is as good within ε, and how many
//! of the edges called settled may be called so wrongly.

use super::day::{Belief, DayAnalysis, posteriors};
use super::{Ahead, EdgeState, SURELY_BEST, SURELY_NOT_BEST, Settings};
use crate::decision::{difference, within_decided};

/// The leader beside the runner-up; `None` where one edge is known only.
pub(super) fn ahead(known: &[Belief], analysis: &DayAnalysis, level: f64) -> Option<Ahead> {
    let lead = &analysis.lead;
    let runner_up = &known[lead.runner_up?];
    let difference = difference(known[lead.at].posterior, runner_up.posterior, level);
    Some(Ahead { runner_up: runner_up.edge, difference })
}

/// P(θₖ ≥ maxⱼ θⱼ − ε) of each known edge, ε the share of the leader's mean that the settings say.
pub(super) fn within_epsilon(known: &[Belief], analysis: &DayAnalysis, settings: &Settings) -> Vec<f64> {
    within_decided(&posteriors(known), &analysis.decision, settings.epsilon * analysis.lead.mean)
}

/// Σ P(best) over the edges called not the best, and 1 − P(best) of one called the best: how many of these are called so wrongly
/// in expectation, under the model. Those that are settled by the width of their interval claim neither.
pub(super) fn expected_false(analysis: &DayAnalysis, states: impl Iterator<Item = EdgeState>) -> f64 {
    let p_best = analysis.decision.p_best.iter();
    let settled = p_best.zip(states).filter(|(_, state)| *state == EdgeState::Settled).map(|(&p_best, _)| p_best);
    settled.fold(0.0, |sum, p_best| match p_best {
        _ if p_best >= SURELY_BEST => sum + analysis.decision.p_wrong(),
        _ if p_best <= SURELY_NOT_BEST => sum + p_best,
        _ => sum,
    })
}
