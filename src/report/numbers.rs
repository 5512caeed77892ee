//! The numbers of the verdict.

use std::fmt::Write;

use super::Beside;
use super::verdict::{code, probability};
use crate::convergence::{Band, Convergence, DaySummary, EdgeState, RegretDay, Settings};
use crate::decision::Difference;
use crate::number::{brief as number, counted, percent};

/// The chance from which an edge is counted as within ε of the best.
const NEARLY_SURE: f64 = 0.95;

/// The section of numbers.
pub(super) fn numbers(analysis: &Convergence, settings: &Settings, beside: &Beside<'_>) -> String {
    let Some(last) = analysis.days.last() else {
        return "## Numbers\n\nThere is no feedback, so there are none.\n".to_owned();
    };
    let events: f64 = analysis.days.iter().map(|day| day.events).sum();
    let leader_events: f64 = analysis.standing(last.leader).map_or(0.0, |edge| edge.pulls);
    let rows = [
        ("leader", code(analysis.edges.name(last.leader))),
        ("its P(best)", probability(last.p_best)),
        ("its posterior mean", number(last.leader_mean)),
        ("its share of all pulls", format!("{} %", number(100.0 * leader_events / events))),
        ("value remaining", format!("{} of reward a choice", number(last.value_remaining))),
        ("ε", format!("{} ({} of the leader's mean)", number(last.tolerance), number(settings.epsilon))),
        (
            "entropy of the best edge",
            format!(
                "{} of at most {} nats: as open as among {} equal edges",
                number(last.best_edge_entropy),
                number((last.known_edges as f64).ln()),
                number(last.effective_edges)
            ),
        ),
        (
            "feedback",
            format!(
                "{} on {} in {}",
                counted(events, "event"),
                counted(last.known_edges as f64, "edge"),
                counted(analysis.days.len() as f64, "day")
            ),
        ),
        ("states of the edges", states(analysis)),
    ];
    let rows = rows.into_iter().chain(compared(analysis, last, settings)).chain(regret(beside, settings));
    let mut text = "## Numbers\n\n| | |\n|---|---|\n".to_owned();
    for (name, value) in rows {
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text
}

/// The leader beside the others.
fn compared(analysis: &Convergence, last: &DaySummary, settings: &Settings) -> Vec<(&'static str, String)> {
    let ahead = analysis.verdict.ahead.map(|ahead| {
        let Difference { mean, lower, upper, p_greater, .. } = ahead.difference;
        let value = format!(
            "{} over {}, {} % {} … {}; greater with probability {}",
            number(mean),
            code(analysis.edges.name(ahead.runner_up)),
            percent(settings.level),
            number(lower),
            number(upper),
            probability(p_greater)
        );
        ("lead over the runner-up", value)
    });
    let near = analysis.standings.iter().filter(|edge| edge.p_within_epsilon >= NEARLY_SURE).count();
    let known = counted(last.known_edges as f64, "edge");
    let within = format!("{near} of {known}, each with a chance of {NEARLY_SURE} or more");
    let expected = analysis.verdict.expected_false_discoveries.map(|expected| {
        let settled = last.states.of(EdgeState::Settled);
        ("expected false discoveries", format!("{} among the edges called settled ({settled})", number(expected)))
    });
    ahead.into_iter().chain([("within ε of the best", within)]).chain(expected).collect()
}

/// What exploring has cost, by the beliefs of the last evening.
fn regret(beside: &Beside<'_>, settings: &Settings) -> Option<(&'static str, String)> {
    let regret = beside.model_regret.and_then(<[RegretDay]>::last)?;
    let Band { lower, upper } = regret.interval;
    let value = format!(
        "{} of reward in all, {} % {} … {}, model-based: {} a choice",
        number(regret.expected),
        percent(settings.level),
        number(lower),
        number(upper),
        number(regret.expected / regret.pulls)
    );
    Some(("regret so far", value))
}

fn states(analysis: &Convergence) -> String {
    let last = analysis.days.last().map(|day| day.states).unwrap_or_default();
    EdgeState::ALL.map(|state| format!("{} {state}", last.of(state))).join(", ")
}
