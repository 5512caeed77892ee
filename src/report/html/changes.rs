//! What changed from one side to another, as a section of a report and as a page of its own.

use super::STYLE;
use super::dark::in_the_dark;
use super::figure;
use super::markdown::inline;
use crate::compare::{Change, Comparison, EdgeChange, Outcome, SegmentChange, Standing, Whole};
use crate::number::{Plain, brief, counted, percent};
use crate::report::comparison::{Changes, headline, sentences};
use crate::report::figure::changes as changes_figure;
use crate::report::page::{Page, escaped};
use crate::report::svg::font_faces;
use crate::report::verdict::{code, probability};

const SCRIPT: &str = concat!("(() => {\n\"use strict\";\n", include_str!("tables.js"), "})();\n");

/// How many edges have a row of their own.
const ROWS: usize = 500;

/// What changed, as a page of its own: it opens from a disk and asks for nothing. The same arguments give the same bytes.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// use betadrift::report::changes_page;
/// use betadrift::report::comparison::Changes;
/// let side = |alpha, beta| Side {
///     edges: vec![Belief { edge: "a".into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: 100.0, state: None }],
///     ..Side::default()
/// };
/// let (a, b) = (side(61.0, 41.0), side(31.0, 71.0)); // 60 of 100 before, 30 of 100 now
/// let page = changes_page(&Changes { a: &a, b: &b, comparison: &compare(&a, &b, 0.95), gates: &[] });
/// assert!(page.contains("<h2 id=\"verdict-title\"><span class=\"badge words\">1 edge changed</span></h2>"));
/// ```
pub fn changes_page(changes: &Changes<'_>) -> String {
    let Changes { a, b, comparison, gates } = changes;
    let drawn = changes_figure(a, b, comparison);
    let title = format!("What changed from {} to {}", a.name, b.name);
    let figure = match comparison.compared {
        0 => String::new(),
        _ => figure::html(&drawn, comparison.level, ""),
    };
    let main = format!(
        "<section class=\"verdict\" id=\"verdict\" aria-labelledby=\"verdict-title\" data-state=\"{}\">\n\
         <h2 id=\"verdict-title\"><span class=\"badge words\">{}</span></h2>\n<h3>What to do next</h3>\n<p class=\"advice\">{}</p>\n</section>\n\
         <section class=\"part\" id=\"changes\" aria-labelledby=\"changes-title\">\n<h2 id=\"changes-title\">What changed</h2>\n{}{figure}{}</section>\n\
         <section class=\"part\" id=\"appendix\" aria-labelledby=\"appendix-title\">\n<h2 id=\"appendix-title\">What it comes from</h2>\n{}</section>\n",
        state(changes),
        headline(comparison, gates),
        advice(changes),
        said(changes),
        tables(changes),
        sources(changes),
    );
    let (fonts, dark) = (font_faces(), in_the_dark(&main));
    let summary = "What changed between two logs of feedback, edge by edge; opens without a network.";
    Page { title: &title, summary, main: &main, styles: &[&fonts, STYLE, &dark], scripts: &[SCRIPT] }.html()
}

/// The colour of the headline, by the states of a verdict.
fn state(changes: &Changes<'_>) -> &'static str {
    let Changes { comparison, gates, .. } = changes;
    match (gates.iter().any(Outcome::fired), moved(comparison)) {
        (true, _) => "drifting",
        (false, 0) if comparison.compared == 0 => "starved",
        (false, 0) if lone(comparison) == 0 => "settled",
        (false, _) => "exploring",
    }
}

fn moved(comparison: &Comparison) -> usize {
    comparison.of(Change::Fell).count() + comparison.of(Change::Rose).count()
}

/// How many edges only one side has.
fn lone(comparison: &Comparison) -> usize {
    comparison.of(Change::Gone).count() + comparison.of(Change::New).count()
}

fn advice(changes: &Changes<'_>) -> &'static str {
    let Changes { comparison, gates, .. } = changes;
    if gates.iter().any(Outcome::fired) {
        "Read why the gate fired, then the edges below, the most telling first: if the change is meant, keep B as the new baseline; if not, \
         find what was deployed between A and B."
    } else if comparison.compared == 0 {
        "Compare logs that have edges in common."
    } else if comparison.of(Change::Fell).count() > 0 {
        "Look first at the edges that fell, the most telling at the top of the table: what was deployed, or what changed in the world, \
         between A and B?"
    } else if lone(comparison) > 0 {
        "No edge fell. Look first at the edges that only one side has, at the top of the table: is it meant that they are gone or new?"
    } else if moved(comparison) > 0 {
        "Nothing fell. Keep B as the new baseline if the rise is meant."
    } else {
        "Nothing. What differs is within chance, as far as this much feedback can tell: the intervals below say how large a change it could \
         have missed."
    }
}

/// What is said of the whole, and of the gates.
pub(super) fn said(changes: &Changes<'_>) -> String {
    let Changes { a, b, comparison, gates } = changes;
    let sides = inline(&format!("A is {}, B is {}.", code(&a.name), code(&b.name)));
    let points: String =
        sentences(a, b, comparison).iter().map(|said| format!("<li>{}</li>\n", escaped(said))).collect();
    format!("<p>{sides}</p>\n<ul>\n{points}</ul>\n{}", gate_table(gates))
}

fn gate_table(gates: &[Outcome]) -> String {
    let row = |gate: &Outcome| {
        let sign = if gate.fired() { "<strong class=\"fired\">fired</strong>" } else { "passed" };
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{sign}</td><td>{}</td></tr>\n",
            escaped(&gate.gate),
            escaped(&gate.why)
        )
    };
    let rows: String = gates.iter().map(row).collect();
    match gates {
        [] => String::new(),
        _ => table("gates", "Gates", &["Gate", "Result", "Why"], &rows),
    }
}

/// The edges, the most telling first, and the segments.
pub(super) fn tables(changes: &Changes<'_>) -> String {
    let comparison = changes.comparison;
    let all = comparison.most_changed();
    let shown = &all[..all.len().min(ROWS)];
    if shown.is_empty() {
        return String::new();
    }
    let interval = format!("{} % interval", percent(comparison.level));
    let head = [
        "Edge",
        "Change",
        "Mean A",
        "Mean B",
        "Difference",
        &interval,
        "P(B > A)",
        "KL(B ‖ A)",
        "Hellinger",
        "Pulls A",
        "Pulls B",
    ];
    let rows: String = shown.iter().map(|edge| edge_row(edge)).collect();
    let left = &all[shown.len()..];
    let silent = left.iter().filter(|edge| edge.change == Change::Same).count();
    let cut = match left.len() {
        0 => String::new(),
        others => format!(
            "<p>{}, {silent} without a change: <code>betadrift compare --format csv</code> has all.</p>\n",
            counted(others as f64, "more edge")
        ),
    };
    let rule = "<p>Each interval is that of one edge alone. Whether an edge fell or rose is judged at the level at which the intervals of \
                all edges hold together, which asks for more.</p>\n";
    let filter = "<div class=\"filter scripted-only no-print\"><label for=\"changed-filter\">Find edges by name or change</label>\
                  <input type=\"search\" id=\"changed-filter\" autocomplete=\"off\" data-filters=\"changed-table\">\
                  <output id=\"changed-count\" for=\"changed-filter\"></output></div>\n";
    let edges = table("changed", "Edges, the most telling first", &head, &rows);
    format!("{rule}{filter}{edges}{cut}{}", segment_table(&comparison.segments))
}

fn edge_row(edge: &EdgeChange) -> String {
    let number = |value: f64, shown: &str| format!("<td data-v=\"{}\">{shown}</td>", Plain(value));
    let none = || "<td></td>".to_owned();
    let of = |standing: Option<Standing>, value: fn(Standing) -> f64| {
        standing.map_or_else(none, |standing| number(value(standing), &brief(value(standing))))
    };
    let moved = edge.moved.map_or_else(
        || none().repeat(5),
        |moved| {
            let by = moved.difference;
            [
                number(by.mean, &brief(by.mean)),
                number(by.lower, &format!("{} … {}", brief(by.lower), brief(by.upper))),
                number(by.p_greater, &escaped(&probability(by.p_greater))),
                number(moved.kl, &brief(moved.kl)),
                number(moved.hellinger, &brief(moved.hellinger)),
            ]
            .concat()
        },
    );
    let mean: fn(Standing) -> f64 = |standing| standing.posterior.mean();
    let pulls: fn(Standing) -> f64 = |standing| standing.pulls;
    format!(
        "<tr><th scope=\"row\"><bdi>{}</bdi></th><td>{}</td>{}{}{moved}{}{}</tr>\n",
        escaped(&edge.edge),
        match edge.change {
            Change::Same => "same".to_owned(),
            change => format!("<strong class=\"{change}\">{change}</strong>"),
        },
        of(edge.before, mean),
        of(edge.after, mean),
        of(edge.before, pulls),
        of(edge.after, pulls),
    )
}

fn segment_table(segments: &[SegmentChange]) -> String {
    let number = |value: f64, shown: &str| format!("<td data-v=\"{}\">{shown}</td>", Plain(value));
    let share = |share: f64| number(share, &format!("{} %", brief(100.0 * share)));
    let leader = |whole: &Option<Whole>| {
        whole.as_ref().map_or_else(
            || "<td>no feedback</td>".to_owned(),
            |whole| format!("<td><bdi>{}</bdi> ({})</td>", escaped(&whole.leader), brief(whole.leader_mean)),
        )
    };
    let row = |part: &SegmentChange| {
        let count = |change: Change| part.edges.iter().filter(|edge| edge.change == change).count();
        let count = |change: Change| number(count(change) as f64, &count(change).to_string());
        let name = if part.segment.is_empty() { "(none)".to_owned() } else { escaped(&part.segment) };
        format!(
            "<tr><th scope=\"row\"><bdi>{name}</bdi></th>{}{}{}{}{}{}</tr>\n",
            share(part.share.0),
            share(part.share.1),
            leader(&part.before),
            leader(&part.after),
            count(Change::Fell),
            count(Change::Rose),
        )
    };
    let head = ["Segment", "Share A", "Share B", "Leader A", "Leader B", "Fell", "Rose"];
    let rows: String = segments.iter().map(row).collect();
    match segments {
        [] => String::new(),
        _ => table("segments", "Segments of the traffic", &head, &rows),
    }
}

/// A table that can be sorted, in a region that scrolls.
fn table(id: &str, caption: &str, head: &[&str], rows: &str) -> String {
    let head: String = head.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    format!(
        "<div class=\"scrolls tall\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}-caption\"><table id=\"{id}-table\" class=\"sortable\">\n\
         <caption id=\"{id}-caption\">{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn sources(changes: &Changes<'_>) -> String {
    let mut items = String::new();
    for (letter, side) in [("A", changes.a), ("B", changes.b)] {
        for source in &side.sources {
            items +=
                &format!("<li>{letter}: <code>{}</code> ({})</li>\n", escaped(&source.name), escaped(&source.digest));
        }
        if let Some(prior) = &side.prior {
            items += &format!("<li>{letter}: prior {}</li>\n", escaped(prior));
        }
        if let Some(view) = &side.view {
            items += &format!("<li>{letter}: {}</li>\n", escaped(view));
        }
    }
    match items.is_empty() {
        true => "<p>Where A and B come from is not known.</p>\n".to_owned(),
        false => format!("<ul>\n{items}</ul>\n"),
    }
}
