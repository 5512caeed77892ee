//! What may be wrong with the data, counted: each kind of row, and the edges of which little is seen.

use super::Facts;
use crate::convergence::EdgeState;
use crate::number::{Plain, brief};
use crate::report::page::escaped;
use crate::report::verdict::{About, Read};

/// The table of what was read; empty where nothing was.
pub(super) fn rows(facts: &Facts<'_>, about: &About) -> String {
    if about.read.is_empty() {
        return String::new();
    }
    let rows: String = about.read.iter().chain(&late(facts)).chain(&unseen(facts)).map(row).collect();
    format!(
        "<div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-labelledby=\"read-caption\"><table id=\"read-table\">\n\
         <caption id=\"read-caption\">What was read, and what was not seen</caption>\n\
         <thead><tr><th scope=\"col\">Kind</th><th scope=\"col\" class=\"number\">How many</th><th scope=\"col\">What that means</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn row(read: &Read) -> String {
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td></tr>\n",
        read.kind,
        Plain(read.count),
        escaped(&read.meaning)
    )
}

/// Feedback of a later day than what it answers.
fn late(facts: &Facts<'_>) -> Vec<Read> {
    let Some((delays, _)) = facts.analysis.beside.delays else { return Vec::new() };
    let count = |later: bool| {
        delays.answered.iter().filter(|part| !later || part.days_later > 0).map(|part| part.events).sum::<u64>()
    };
    let (late, all) = (count(true), count(false));
    let share = brief(100.0 * late as f64 / all.max(1) as f64);
    let late = Read {
        kind: "late",
        count: late as f64,
        meaning: format!(
            "answered on a later day than they were served, {share} % of those answered; they count on the day of the answer"
        ),
    };
    let backwards = (delays.negative > 0).then(|| Read {
        kind: "answered before served",
        count: delays.negative as f64,
        meaning: "clocks disagree; they count, but say nothing of delays".to_owned(),
    });
    std::iter::once(late).chain(backwards).collect()
}

/// Edges of which little or nothing was seen lately.
fn unseen(facts: &Facts<'_>) -> Vec<Read> {
    let convergence = facts.analysis.convergence;
    let Some(last) = convergence.days.last() else { return Vec::new() };
    let of = |state: EdgeState| last.states.of(state) as f64;
    vec![
        Read {
            kind: "starved edges",
            count: of(EdgeState::Starved),
            meaning: format!("of {} seen: too few pulls to move a posterior", last.known_edges),
        },
        Read {
            kind: "blind edges",
            count: of(EdgeState::Blind),
            meaning: "not pulled lately: whether they changed cannot be seen".to_owned(),
        },
        Read {
            kind: "silent edges",
            count: (convergence.edges.len() - convergence.standings.len()) as f64,
            meaning: "named in the log, but without any feedback".to_owned(),
        },
    ]
}
