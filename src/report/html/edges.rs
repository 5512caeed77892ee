//! The edges: a table of those at the top of the ranking, and bands of those further down.

use std::fmt::Write;

use serde::Serialize;

use super::Facts;
use super::markdown::inline;
use crate::convergence::{Convergence, EdgeState, Standing};
use crate::number::{Plain, brief, percent};
use crate::report::Analysis;
use crate::report::page::escaped;
use crate::report::verdict::probability;
use crate::report::widget::Days;

/// How many edges have a row of their own.
const ROWS: usize = 500;
/// How many days of edges are written into a page: each is two numbers.
const CELLS: usize = 15_000;
/// How many bytes these may take.
const BYTES: usize = 450_000;
/// How many bytes of names further down are written into a page, to be searched.
const NAMES: usize = 2_000_000;

/// Every edge with feedback: greatest P(best) first, then greatest mean, most feedback, first name.
pub(super) fn ranked(convergence: &Convergence) -> Vec<&Standing> {
    let mut all: Vec<&Standing> = convergence.standings.iter().collect();
    let key = |edge: &Standing| [edge.p_best, edge.posterior.mean(), edge.successes + edge.failures];
    all.sort_by(|one, other| {
        let pairs = key(other).into_iter().zip(key(one));
        pairs.map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    all
}

/// The days of the first edges of the ranking, as many as a page has room for.
pub(super) fn followed(analysis: &Analysis<'_>, ranking: &[&Standing]) -> Days {
    let Analysis { timeline, priors, view, convergence, .. } = analysis;
    let most = (CELLS / convergence.days.len().max(1)).clamp(2, ROWS);
    let first = ranking.iter().take(most).map(|standing| standing.edge);
    Days::of_edges(timeline, priors, *view, first).within(BYTES)
}

/// The table of the edges, and what is said of the others.
pub(super) fn edges(facts: &Facts<'_>) -> String {
    let ranking = &facts.ranking[..];
    if ranking.is_empty() {
        return "<p>No edge has feedback.</p>\n".to_owned();
    }
    let (shown, others) = ranking.split_at(ranking.len().min(ROWS));
    let followed = facts.followed.edges().len();
    let level = percent(facts.analysis.settings.level);
    let rows: String = shown.iter().map(|edge| row(facts.analysis.convergence, edge)).collect();
    let mut text = format!(
        "<p>{} Intervals are equal-tailed, {level} %. A wide interval of an edge that is surely not the best is right: no pulls are spent \
         on it. Plain success rates are not shown: adaptive choice biases them.</p>\n\
         <div class=\"filter scripted-only no-print\"><label for=\"edges-filter\">Find edges by name or state</label>\
         <input type=\"search\" id=\"edges-filter\" autocomplete=\"off\" data-filters=\"edges-table\">\
         <output id=\"edges-count\" for=\"edges-filter\"></output></div>\n",
        extent(shown.len(), followed, ranking.len())
    );
    let head = ["Edge", "P(best)", "Mean", "Interval", "Pulls", "Expected loss", "Last feedback", "State and its rule"];
    let sorted = |name: &str| if name == "P(best)" { " aria-sort=\"descending\"" } else { "" };
    let head: String = head.iter().map(|name| format!("<th scope=\"col\"{}>{name}</th>", sorted(name))).collect();
    let _ = write!(
        text,
        "<div class=\"scrolls tall\" tabindex=\"0\" role=\"region\" aria-labelledby=\"edges-caption\"><table id=\"edges-table\" \
         class=\"sortable\">\n<caption id=\"edges-caption\">Edges, the most probable best first</caption>\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    );
    if !others.is_empty() {
        text.push_str(&beyond(facts.analysis.convergence, others));
    }
    text
}

fn extent(shown: usize, followed: usize, all: usize) -> String {
    let mut text = match all - shown {
        0 => String::new(),
        1 => format!(
            "The first {shown} of {all} edges by P(best) have a row; the other one is in the bands below, and with all its numbers in \
             <a href=\"edges.csv\">edges.csv</a>. "
        ),
        others => format!(
            "The first {shown} of {all} edges by P(best) have a row; the other {others} are in bands below, and each with all its \
             numbers in <a href=\"edges.csv\">edges.csv</a>. "
        ),
    };
    if followed < shown {
        let _ = write!(text, "The first {followed} can be opened day by day. ");
    }
    text + "A row opens the history of its edge where JavaScript runs."
}

/// A row. Numbers stand with all their digits beside those that are read.
fn row(convergence: &Convergence, edge: &Standing) -> String {
    let number = |value: f64, shown: String| format!("<td data-v=\"{}\">{shown}</td>", Plain(value));
    let (lower, upper) = (edge.interval.lower, edge.interval.upper);
    format!(
        "<tr data-more=\"{}\"><th scope=\"row\"><bdi>{}</bdi></th>{}{}<td data-v=\"{}\" data-upper=\"{}\">{} … {}</td>{}{}<td>{}</td><td>{} since {}: {}</td></tr>\n",
        more(edge),
        escaped(convergence.edges.name(edge.edge)),
        number(edge.p_best, escaped(&probability(edge.p_best))),
        number(edge.posterior.mean(), brief(edge.posterior.mean())),
        Plain(lower),
        Plain(upper),
        brief(lower),
        brief(upper),
        number(edge.pulls, brief(edge.pulls)),
        number(edge.expected_loss, brief(edge.expected_loss)),
        edge.last_day,
        edge.state,
        edge.since,
        inline(&edge.why),
    )
}

/// What else is known of an edge, for its history.
fn more(edge: &Standing) -> String {
    format!(
        "Beta({}, {}). Rates not rejected however often one looked: {} to {}. Within ε of the best with chance {}. The prior is {} % of the \
         posterior.",
        Plain(edge.posterior.alpha()),
        Plain(edge.posterior.beta()),
        brief(edge.always_valid.lower),
        brief(edge.always_valid.upper),
        escaped(&probability(edge.p_within_epsilon)),
        brief(100.0 * edge.prior_share),
    )
}

/// What the search knows of the edges further down the ranking.
#[derive(Serialize)]
struct Beyond<'a> {
    /// The rank of the first of them.
    first: usize,
    /// The last rank of each band.
    bands: Vec<usize>,
    /// Their names in the order of the ranking.
    names: Vec<&'a str>,
}

fn beyond(convergence: &Convergence, others: &[&Standing]) -> String {
    let mut bands: Vec<&[&Standing]> = Vec::new();
    let (mut rest, mut size) = (others, ROWS);
    while !rest.is_empty() {
        let (band, after) = rest.split_at(rest.len().min(size));
        bands.push(band);
        (rest, size) = (after, 2 * size);
    }
    let mut last = ROWS;
    let mut ends = Vec::new();
    let mut rows = String::new();
    for band in bands {
        rows.push_str(&band_row(last + 1, band));
        last += band.len();
        ends.push(last);
    }
    let mut room = NAMES;
    let names: Vec<&str> = others
        .iter()
        .map(|edge| convergence.edges.name(edge.edge))
        .take_while(|name| room.checked_sub(name.len() + 3).map(|left| room = left).is_some())
        .collect();
    let searched = match others.len() - names.len() {
        0 => String::new(),
        left => format!(" The search above does not know the last {left} of them."),
    };
    let index = serde_json::to_string(&Beyond { first: ROWS + 1, bands: ends, names })
        .expect("valid by construction: numbers and texts")
        .replace('<', "\\u003c");
    let head = ["Ranks", "Edges", "Pulls", "Means", "P(best), together", "Least expected loss", "States"];
    let head: String = head.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    format!(
        "<h3 id=\"bands-title\">Further down the ranking</h3>\n<p>In bands of the ranking by P(best), each twice as long as the one before.{searched}</p>\n\
         <ul id=\"edges-found\" class=\"found scripted-only\" aria-label=\"Found further down the ranking\" hidden></ul>\n\
         <div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-labelledby=\"bands-title\"><table id=\"bands-table\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n\
         <script type=\"application/json\" id=\"edges-beyond\">{index}</script>\n"
    )
}

fn band_row(first: usize, band: &[&Standing]) -> String {
    let sum = |of: fn(&Standing) -> f64| band.iter().map(|edge| of(edge)).sum::<f64>();
    let means = || band.iter().map(|edge| edge.posterior.mean());
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let states: Vec<String> = EdgeState::ALL
        .into_iter()
        .map(|state| (state, band.iter().filter(|edge| edge.state == state).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    format!(
        "<tr><th scope=\"row\">{first} to {}</th><td>{}</td><td>{}</td><td>{} … {}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        first + band.len() - 1,
        band.len(),
        brief(sum(|edge| edge.pulls)),
        brief(least(&mut means())),
        brief(means().fold(0.0, f64::max)),
        escaped(&probability(sum(|edge| edge.p_best))),
        brief(least(&mut band.iter().map(|edge| edge.expected_loss))),
        states.join(", "),
    )
}
