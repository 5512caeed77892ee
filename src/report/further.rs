//! What further analyses say, as sections of the verdict.

use super::Beside;
use super::comparison::{Changes, plain, sentences as sentences_of_changes};
use super::verdict::code;
use crate::beta::Beta;
use crate::convergence::{Convergence, Standing};
use crate::drift::{EdgeDrift, sentences};
use crate::number::brief;
use crate::posterior::update;

/// How many edges that changed are named.
const NAMED: usize = 5;

/// What changed since something earlier.
pub(super) fn since(beside: &Beside<'_>) -> String {
    let Some(Changes { a, b, comparison, .. }) = beside.changes else { return String::new() };
    let points: Vec<String> = sentences_of_changes(a, b, comparison).iter().map(|said| plain(said)).collect();
    section(&format!("What changed since {}", code(&a.name)), &points)
}

/// The prior that the log supports, and what the leader is under it.
pub(super) fn prior(analysis: &Convergence, beside: &Beside<'_>) -> String {
    let Some(tuning) = beside.tuning else { return String::new() };
    let mut points = tuning.sentences();
    let leader = analysis.verdict.leader.and_then(|leader| analysis.standing(leader));
    points.extend(leader.zip(tuning.fit.usable()).map(|(leader, prior)| shrunk(analysis, leader, prior)));
    section("The prior that the log supports", &points)
}

/// The winner of many looks better than it is; the prior of all edges draws it back.
fn shrunk(analysis: &Convergence, leader: &Standing, prior: Beta) -> String {
    let mean = update(prior, (leader.successes, leader.failures)).mean();
    format!(
        "Under that prior the mean of {} is {} instead of {}: that much of its lead may be luck (the winner of many edges looks \
         better than it is).",
        code(analysis.edges.name(leader.edge)),
        brief(mean),
        brief(leader.posterior.mean())
    )
}

/// What each morning foretold, and what came.
pub(super) fn foretold(beside: &Beside<'_>) -> String {
    beside.calibration.map_or_else(String::new, |log| section("What was foretold, and what came", &log.sentences()))
}

/// Which edges changed their rates.
pub(super) fn changes(beside: &Beside<'_>) -> String {
    let Some(drift) = beside.drift else { return String::new() };
    let mut points = sentences(drift);
    let changed = drift.changed();
    points.extend(changed.iter().take(NAMED).map(|edge| EdgeDrift::sentence(edge)).map(|text| format!("{text}.")));
    points.push("`betadrift drift` looks at each event, not only at days.".to_owned());
    section("Did rates change?", &points)
}

fn section(title: &str, points: &[String]) -> String {
    format!("## {title}\n\n- {}\n", points.join("\n- "))
}
