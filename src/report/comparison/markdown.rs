//! A comparison as Markdown, for the summary of a run or a comment on a pull request.

use std::fmt::Write;

use super::sentences;
use crate::compare::{Change, Comparison, EdgeChange, Outcome, SegmentChange, Side, Source, Whole};
use crate::number::{brief as number, counted};
use crate::report::verdict::{code, probability};

/// How many edges are listed where they did not change.
const LISTED: usize = 20;

/// The comparison with its gates, those that fired first.
///
/// ```
/// use betadrift::compare::{Side, compare};
/// use betadrift::report::comparison::markdown;
/// let none = Side::default();
/// assert!(markdown(&none, &none, &compare(&none, &none, 0.95), &[]).starts_with("# Nothing to compare"));
/// ```
pub fn markdown(a: &Side, b: &Side, comparison: &Comparison, gates: &[Outcome]) -> String {
    let mut text = format!("# {}\n\n", headline(comparison, gates));
    let _ = writeln!(text, "A is {}, B is {}.\n", code(&a.name), code(&b.name));
    if !gates.is_empty() {
        gate_table(&mut text, gates);
    }
    for sentence in sentences(a, b, comparison) {
        let _ = writeln!(text, "- {}", plain(&sentence));
    }
    edge_table(&mut text, comparison);
    segment_table(&mut text, &comparison.segments);
    sources(&mut text, a, b);
    text
}

/// How much changed, or which gates fired, in a few words.
pub(in crate::report) fn headline(comparison: &Comparison, gates: &[Outcome]) -> String {
    let fired = gates.iter().filter(|gate| gate.fired()).count();
    let moved = comparison.of(Change::Fell).count() + comparison.of(Change::Rose).count();
    match (fired, moved, comparison.compared) {
        (0, _, 0) => "Nothing to compare".to_owned(),
        (0, 0, _) => "No edge changed".to_owned(),
        (0, 1, _) => "1 edge changed".to_owned(),
        (0, moved, _) => format!("{moved} edges changed"),
        (fired, ..) => format!("{fired} of {} fired", counted(gates.len() as f64, "gate")),
    }
}

fn gate_table(text: &mut String, gates: &[Outcome]) {
    text.push_str("| gate | | why |\n|---|---|---|\n");
    let (fired, passed): (Vec<&Outcome>, Vec<&Outcome>) = gates.iter().partition(|gate| gate.fired());
    for gate in fired.into_iter().chain(passed) {
        let sign = if gate.fired() { "❌ fired" } else { "✅ passed" };
        let _ = writeln!(text, "| {} | {sign} | {} |", code(&gate.gate), plain(&gate.why));
    }
    text.push('\n');
}

fn edge_table(text: &mut String, comparison: &Comparison) {
    let all = comparison.most_changed();
    let shown = all.iter().enumerate().filter(|(at, edge)| *at < LISTED || edge.change != Change::Same);
    let shown: Vec<&EdgeChange> = shown.map(|(_, edge)| *edge).collect();
    if shown.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n## Edges\n\n| edge | | mean A | mean B | difference | {} % interval | P(B > A) | KL(B ‖ A) | Hellinger | n A | n B |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        number(100.0 * comparison.level)
    );
    for edge in &shown {
        let mean = |standing: Option<crate::compare::Standing>| {
            standing.map_or_else(String::new, |standing| number(standing.posterior.mean()))
        };
        let pulls = |standing: Option<crate::compare::Standing>| {
            standing.map_or_else(String::new, |standing| number(standing.pulls))
        };
        let moved = edge.moved.map_or_else(Default::default, |moved| {
            let difference = moved.difference;
            [
                number(difference.mean),
                format!("{} … {}", number(difference.lower), number(difference.upper)),
                probability(difference.p_greater),
                number(moved.kl),
                number(moved.hellinger),
            ]
        });
        let change = if edge.change == Change::Same { String::new() } else { format!("**{}**", edge.change) };
        let _ = writeln!(
            text,
            "| {} | {change} | {} | {} | {} | {} | {} |",
            code(&edge.edge),
            mean(edge.before),
            mean(edge.after),
            moved.join(" | "),
            pulls(edge.before),
            pulls(edge.after)
        );
    }
    if let Some(left @ 1..) = all.len().checked_sub(shown.len()) {
        let _ = writeln!(text, "\n{} did not change.", counted(left as f64, "more edge"));
    }
}

fn segment_table(text: &mut String, segments: &[SegmentChange]) {
    if segments.is_empty() {
        return;
    }
    text.push_str(
        "\n## By segment\n\n| segment | share A | share B | leader A | leader B | fell | rose | most changed |\n\
         |---|---:|---:|---|---|---:|---:|---|\n",
    );
    for part in segments {
        let leader = |whole: &Option<Whole>| {
            whole.as_ref().map_or_else(
                || "no feedback".to_owned(),
                |whole| format!("{} ({})", code(&whole.leader), number(whole.leader_mean)),
            )
        };
        let count = |change: Change| part.edges.iter().filter(|edge| edge.change == change).count();
        let most = part.most_changed().into_iter().find_map(|edge| Some((edge, edge.moved?)));
        let most = most.map_or_else(String::new, |(edge, moved)| {
            let by = moved.difference;
            format!("{} by {} ({} … {})", code(&edge.edge), number(by.mean), number(by.lower), number(by.upper))
        });
        let _ = writeln!(
            text,
            "| {} | {} % | {} % | {} | {} | {} | {} | {most} |",
            code(&part.segment),
            number(100.0 * part.share.0),
            number(100.0 * part.share.1),
            leader(&part.before),
            leader(&part.after),
            count(Change::Fell),
            count(Change::Rose)
        );
    }
}

fn sources(text: &mut String, a: &Side, b: &Side) {
    if a.sources.is_empty() && b.sources.is_empty() {
        return;
    }
    text.push_str("\n## Sources\n\n");
    for (side, sources) in [("A", &a.sources), ("B", &b.sources)] {
        for Source { name, digest } in sources {
            let _ = writeln!(text, "- {side}: {}, {digest}", code(name));
        }
    }
}

/// A sentence that names edges, safe in a cell and a list.
pub(in crate::report) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\') {
            safe.push('\\');
        }
        safe.push(if character.is_control() { ' ' } else { character });
    }
    safe
}
