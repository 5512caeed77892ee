//! A comparison as Markdown, for the summary of a run or a comment on a pull request.

use std::fmt::Write;

use super::sentences;
use crate::compare::{Change, Comparison, EdgeChange, Outcome, SegmentChange, Side, Source, Whole};
use crate::number::{brief as number, counted, percent};
use crate::report::verdict::{code, probability};

/// How many edges are listed where they did not change.
const LISTED: usize = 20;
/// How many edges of both sides are listed at most, and how many of one side only: a comment on a pull request is short.
const MOST: usize = 100;

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
    let count = |change| comparison.of(change).count();
    let lone = [(count(Change::Gone), "gone"), (count(Change::New), "new")];
    let lone: String =
        lone.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}")).collect();
    match (fired, count(Change::Fell) + count(Change::Rose), comparison.compared) {
        (0, _, 0) => "Nothing to compare".to_owned(),
        (0, 0, _) => format!("No edge changed{lone}"),
        (0, moved, _) => format!("{} changed{lone}", counted(moved as f64, "edge")),
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
    let (mut shown, mut left): (Vec<&EdgeChange>, Vec<&EdgeChange>) = (Vec::new(), Vec::new());
    let (mut both, mut lone) = (0, 0);
    for edge in all {
        let of_its_kind = if edge.moved.is_some() { &mut both } else { &mut lone };
        let is_told = shown.len() < LISTED || edge.change != Change::Same;
        let kept = if is_told && *of_its_kind < MOST { &mut shown } else { &mut left };
        kept.push(edge);
        *of_its_kind += 1;
    }
    if shown.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n## Edges\n\n| edge | | mean A | mean B | difference | {} % interval | P(B > A) | KL(B ‖ A) | Hellinger | n A | n B |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        percent(comparison.level)
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
    text.push_str("\nEach interval is that of one edge alone; fell and rose are judged at the level that holds for all together.\n");
    let silent = left.iter().filter(|edge| edge.change == Change::Same).count();
    let more = counted(left.len() as f64, "more edge");
    let _ = match left.len() {
        0 => Ok(()),
        all if all == silent => writeln!(text, "\n{more} did not change."),
        _ => writeln!(text, "\n{more}, {silent} without a change: `betadrift compare --format csv` has them."),
    };
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
            if part.segment.is_empty() { "(none)".to_owned() } else { code(&part.segment) },
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
        if matches!(character, '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' | '&' | '~' | '$') {
            safe.push('\\');
        }
        safe.push(if character.is_control() { ' ' } else { character });
    }
    safe
}
