//! What somebody with a minute reads: the verdict in words, what to do next, and four numbers.

use super::Facts;
use super::markdown::{body, inline};
use crate::convergence::{DaySummary, History, RECENT_DAYS, VerdictState};
use crate::feedback::EdgeId;
use crate::number::{brief, percent};
use crate::report::delays::duration;
use crate::report::numbers::numbers;
use crate::report::verdict::{advice, probability, title};

/// The verdict and the four numbers.
pub(super) fn headline(facts: &Facts<'_>) -> String {
    format!("{}{}", verdict(facts), four(facts))
}

fn verdict(facts: &Facts<'_>) -> String {
    let convergence = facts.analysis.convergence;
    let state = convergence.verdict.state;
    let title = title(convergence);
    let title = title.strip_prefix(state.word()).unwrap_or(&title);
    format!(
        "<section class=\"verdict\" id=\"verdict\" aria-labelledby=\"verdict-title\" data-state=\"{state}\">\n\
         <h2 id=\"verdict-title\"><span class=\"badge\">{state}</span>{}</h2>\n<p class=\"meaning\">{}</p>\n\
         <h3>What to do next</h3>\n<p class=\"advice\">{}</p>\n<p class=\"rule\">By this rule: {}.</p>\n</section>\n",
        inline(title),
        meaning(state),
        inline(&advice(convergence, &facts.analysis.beside)),
        inline(&convergence.verdict.reason),
    )
}

/// What a state means to somebody who sees it for the first time.
fn meaning(state: VerdictState) -> &'static str {
    match state {
        VerdictState::Settled => {
            "One edge is the best with near certainty, and knowing more would change next to nothing."
        }
        VerdictState::Tied => {
            "Several edges are equally good, as far as it matters; a winner among them is not worth looking for."
        }
        VerdictState::Exploring => "It is still open which edge is the best, and knowing it would earn more.",
        VerdictState::Drifting => {
            "The rate of an edge that may be the best has changed lately; what was learned before may not hold."
        }
        VerdictState::Starved => "There is too little feedback to conclude anything.",
    }
}

fn four(facts: &Facts<'_>) -> String {
    let convergence = facts.analysis.convergence;
    let all = body(&numbers(convergence, facts.analysis.settings, &facts.analysis.beside));
    let Some(last) = convergence.days.last() else {
        return format!(
            "<section id=\"numbers\" aria-labelledby=\"numbers-title\">\n<h2 id=\"numbers-title\">Numbers</h2>\n{all}</section>\n"
        );
    };
    let cards: String = [leader(facts, last), remaining(last), share(facts, last), feedback(facts)]
        .into_iter()
        .map(|Card { name, value, more }| {
            format!(
                "<div class=\"card\"><dt>{name}</dt><dd class=\"value\">{}</dd><dd>{}</dd></div>\n",
                inline(&value),
                inline(&more)
            )
        })
        .collect();
    format!(
        "<section id=\"numbers\" aria-labelledby=\"numbers-title\">\n<h2 id=\"numbers-title\">Four numbers</h2>\n\
         <dl class=\"cards\">\n{cards}</dl>\n<details><summary>All numbers of the verdict</summary>\n{all}</details>\n</section>\n"
    )
}

/// One of the four numbers.
struct Card {
    name: &'static str,
    value: String,
    more: String,
}

fn leader(facts: &Facts<'_>, last: &DaySummary) -> Card {
    let level = percent(facts.analysis.settings.level);
    let interval = facts.analysis.convergence.standing(last.leader).map_or_else(String::new, |edge| {
        format!(", {level} % {} … {}", brief(edge.interval.lower), brief(edge.interval.upper))
    });
    Card {
        name: "Leader and P(best)",
        value: format!("{} {}", facts.code(last.leader), probability(last.p_best)),
        more: format!("the chance that it is the best edge; its rate is {}{interval}", brief(last.leader_mean)),
    }
}

fn remaining(last: &DaySummary) -> Card {
    Card {
        name: "Value remaining",
        value: brief(last.value_remaining),
        more: format!(
            "of reward a choice, from knowing the best edge for sure: {} ε = {}",
            if last.value_remaining <= last.tolerance { "next to nothing, within" } else { "it matters, above" },
            brief(last.tolerance)
        ),
    }
}

fn share(facts: &Facts<'_>, last: &DaySummary) -> Card {
    let days = &facts.analysis.convergence.days;
    let recent = days.len().saturating_sub(RECENT_DAYS as usize);
    let history = facts.analysis.convergence.histories.iter().find(|history| history.edge == last.leader);
    let of = |from: usize| history.map(|history| part(history, days, from));
    let words = |share: Option<f64>| {
        share.map_or_else(|| "not followed".to_owned(), |share| format!("{} %", brief(100.0 * share)))
    };
    let last = match days.len() - recent {
        1 => "the last day".to_owned(),
        days => format!("the last {days} days"),
    };
    Card {
        name: "Share going to the leader",
        value: words(of(recent)),
        more: format!("of the pulls of {last}; {} of all pulls", words(of(0))),
    }
}

/// The share of an edge in the pulls from a day on.
fn part(history: &History, days: &[DaySummary], from: usize) -> f64 {
    let pulls: f64 = history.days[from..].iter().map(|day| day.pulls).sum();
    let all: f64 = days[from..].iter().map(|day| day.events).sum();
    if all > 0.0 { pulls / all } else { 0.0 }
}

fn feedback(facts: &Facts<'_>) -> Card {
    let days = &facts.analysis.convergence.days;
    let rate = days.iter().map(|day| day.events).sum::<f64>() / days.len().max(1) as f64;
    let delay = match facts.analysis.beside.delays {
        Some((_, law)) => {
            let half = law.quantile(0.5).map(|hours| format!("half of it within {}", duration(hours)));
            let waiting = format!("{} pending", brief(law.waiting as f64));
            half.into_iter().chain([waiting]).collect::<Vec<_>>().join("; ")
        }
        None => "the log does not say when what is answered was served, so delay is unknown".to_owned(),
    };
    Card { name: "Feedback and its delay", value: format!("{} a day", brief(rate)), more: delay }
}

impl Facts<'_> {
    /// The name of an edge as Markdown.
    pub(super) fn code(&self, edge: EdgeId) -> String {
        crate::report::verdict::code(self.analysis.convergence.edges.name(edge))
    }
}
