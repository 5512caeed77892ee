//! How a comparison is printed.

use betadrift::compare::{Change, Comparison, EdgeChange, Outcome, SegmentChange, Side, Standing, Status, Whole};
use betadrift::log::escaped;
use betadrift::number::{Plain, brief};
use betadrift::report::comparison::sentences;

use crate::cli::output::{Format, Output, Sheet};
use crate::cli::replayed::counted;

/// How many edges the table shows, if not asked otherwise.
const TOP: usize = 20;

const EDGES: [&str; 11] = [
    "edge",
    "change",
    "mean A",
    "mean B",
    "difference",
    "interval",
    "P(B > A)",
    "KL(B ‖ A)",
    "Hellinger",
    "n A",
    "n B",
];
const SEGMENTS: [&str; 8] = ["segment", "share A", "share B", "leader A", "leader B", "fell", "rose", "most changed"];

pub(super) fn print(
    a: &Side,
    b: &Side,
    comparison: &Comparison,
    outcomes: &[Outcome],
    top: Option<usize>,
    output: Output<'_>,
) -> anyhow::Result<()> {
    match output.format {
        Format::Json => output.json(&comparison.document(a, b, outcomes)),
        Format::Csv => output.csv(comparison.rows()),
        Format::Table => {
            let all = comparison.most_changed();
            let shown = all.len().min(top.unwrap_or(TOP));
            let mut sheets = vec![Sheet {
                title: format!("A: {} → B: {}", escaped(a.name.as_bytes()), escaped(b.name.as_bytes())),
                header: &EDGES,
                rows: all[..shown].iter().map(|edge| edge_row(edge)).collect(),
            }];
            if !comparison.segments.is_empty() {
                let rows = comparison.segments.iter().map(segment_row).collect();
                sheets.push(Sheet { title: "By segment".to_owned(), header: &SEGMENTS, rows });
            }
            let mut said = sentences(a, b, comparison);
            let left = &all[shown..];
            if !left.is_empty() {
                let silent = left.iter().filter(|edge| edge.change == Change::Same).count();
                said.insert(
                    0,
                    format!("{}, {silent} of them without a change (--top).", counted(left.len() as f64, "more edge")),
                );
            }
            said.extend(outcomes.iter().map(gate));
            output.sheets(&sheets, &said)
        }
    }
}

fn edge_row(edge: &EdgeChange) -> Vec<String> {
    let of = |standing: Option<Standing>, number: fn(Standing) -> String| standing.map_or_else(String::new, number);
    let mean: fn(Standing) -> String = |standing| format!("{:.4}", standing.posterior.mean());
    let pulls: fn(Standing) -> String = |standing| Plain(standing.pulls).to_string();
    let moved = edge.moved.map_or_else(Default::default, |moved| {
        let difference = moved.difference;
        [
            format!("{:+.4}", difference.mean),
            format!("{:+.4} … {:+.4}", difference.lower, difference.upper),
            format!("{:.4}", difference.p_greater),
            brief(moved.kl),
            brief(moved.hellinger),
        ]
    });
    let change = if edge.change == Change::Same { String::new() } else { edge.change.to_string() };
    let mut row = vec![escaped(edge.edge.as_bytes()), change, of(edge.before, mean), of(edge.after, mean)];
    row.extend(moved);
    row.extend([of(edge.before, pulls), of(edge.after, pulls)]);
    row
}

fn segment_row(part: &SegmentChange) -> Vec<String> {
    let leader = |whole: &Option<Whole>| {
        whole.as_ref().map_or_else(
            || "no feedback".to_owned(),
            |whole| format!("{} ({:.4})", escaped(whole.leader.as_bytes()), whole.leader_mean),
        )
    };
    let count = |change: Change| part.edges.iter().filter(|edge| edge.change == change).count().to_string();
    let most = part.most_changed().into_iter().find_map(|edge| Some((edge, edge.moved?)));
    let most = most.map_or_else(String::new, |(edge, moved)| {
        let by = moved.difference;
        format!("{} {:+.4} ({:+.4} … {:+.4})", escaped(edge.edge.as_bytes()), by.mean, by.lower, by.upper)
    });
    vec![
        if part.segment.is_empty() { "(none)".to_owned() } else { escaped(part.segment.as_bytes()) },
        format!("{:.1} %", 100.0 * part.share.0),
        format!("{:.1} %", 100.0 * part.share.1),
        leader(&part.before),
        leader(&part.after),
        count(Change::Fell),
        count(Change::Rose),
        most,
    ]
}

fn gate(outcome: &Outcome) -> String {
    let status = match outcome.status {
        Status::Passed => "passed",
        Status::Fired => "fired",
        _ => "fired, as it cannot be judged",
    };
    format!("Gate `{}` {status}: {}.", escaped(outcome.gate.as_bytes()), outcome.why)
}
