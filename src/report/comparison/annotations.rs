//! Gates and changes as the workflow commands of GitHub Actions, which the page of a run and of a pull request shows.

use super::{counted, number, shown};
use crate::compare::{Change, Comparison, EdgeChange, Outcome};

/// How many changed edges are annotated; a step shows ten annotations of a kind.
const MOST: usize = 9;

/// A line `::error …` for each gate that fired, `::warning …` for edges that fell, and `::notice …` for those that rose, are new or
/// gone.
///
/// ```
/// use betadrift::compare::{Gate, Side, compare};
/// use betadrift::report::comparison::annotations;
/// let none = Side::default();
/// let comparison = compare(&none, &none, 0.95);
/// let gate: Gate = "p_best < 0.9".parse().unwrap();
/// let lines = annotations(&comparison, &[gate.judge(&none, &none, &comparison)]);
/// assert_eq!(lines, ["::error title=betadrift compare%3A p_best < 0.9::it cannot be judged: B has no feedback"]);
/// ```
pub fn annotations(comparison: &Comparison, gates: &[Outcome]) -> Vec<String> {
    let fired = gates.iter().filter(|gate| gate.fired());
    let mut lines: Vec<String> = fired.map(|gate| command("error", &gate.gate, &gate.why)).collect();
    for (kind, changes) in [("warning", &[Change::Fell][..]), ("notice", &[Change::Rose, Change::Gone, Change::New])] {
        let most = comparison.most_changed();
        let edges: Vec<&EdgeChange> = most.into_iter().filter(|edge| changes.contains(&edge.change)).collect();
        for edge in edges.iter().take(MOST) {
            lines.push(command(kind, &format!("{} {}", shown(&edge.edge), edge.change), &said(edge, comparison.level)));
        }
        if let Some(more @ 1..) = edges.len().checked_sub(MOST) {
            lines.push(command(kind, "more", &format!("{} likewise", counted(more as f64, "more edge"))));
        }
    }
    lines
}

fn said(edge: &EdgeChange, level: f64) -> String {
    match edge.moved {
        Some(moved) => {
            let difference = moved.difference;
            format!(
                "the mean changed by {} ({} to {} with probability {level}), P(B > A) {}",
                number(difference.mean),
                number(difference.lower),
                number(difference.upper),
                number(difference.p_greater)
            )
        }
        None if edge.change == Change::New => "only B has feedback of it".to_owned(),
        None => "only A has feedback of it".to_owned(),
    }
}

fn command(kind: &str, title: &str, message: &str) -> String {
    let title = escaped(&format!("betadrift compare: {title}")).replace(':', "%3A").replace(',', "%2C");
    format!("::{kind} title={title}::{}", escaped(message))
}

/// As the runner reads it back: the sign of an escape, and what would end the line.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
