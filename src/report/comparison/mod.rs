//! What changed from one side to the other, in words: sentences for a terminal, Markdown for a pull request, and what
//! continuous integration reads.

mod annotations;
mod junit;
mod markdown;

pub use annotations::annotations;
pub use junit::junit;
#[cfg(feature = "plots")]
pub(super) use markdown::headline;
pub use markdown::markdown;
pub(super) use markdown::plain;

use crate::compare::{Change, Comparison, EdgeChange, Outcome, Side, Source, Whole, list, shown};
use crate::number::{brief as number, counted};

/// Two sides, what changed from the one to the other, and what gates said of it.
///
/// ```
/// use betadrift::compare::{Side, compare};
/// use betadrift::report::comparison::{Changes, markdown};
/// let none = Side::default();
/// let Changes { a, b, comparison, gates } = Changes { a: &none, b: &none, comparison: &compare(&none, &none, 0.95), gates: &[] };
/// assert!(markdown(a, b, comparison, gates).starts_with("# Nothing to compare"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Changes<'a> {
    /// What was before.
    pub a: &'a Side,
    /// What is now.
    pub b: &'a Side,
    /// What changed.
    pub comparison: &'a Comparison,
    /// What gates said of it.
    pub gates: &'a [Outcome],
}

/// What is to be said of the whole: how many edges changed, which most, who leads, what the verdicts are, and what makes the
/// comparison say less than it seems to.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// use betadrift::report::comparison::sentences;
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0).unwrap(), pulls: 5.0, state: None }];
/// let side = Side { name: "log.csv".to_owned(), edges, ..Side::default() };
/// let said = sentences(&side, &side, &compare(&side, &side, 0.95));
/// assert!(said[0].starts_with("No edge changed"));
/// ```
pub fn sentences(a: &Side, b: &Side, comparison: &Comparison) -> Vec<String> {
    let mut said = vec![changed(comparison)];
    said.extend(presence(comparison, Change::Gone, "no longer there"));
    said.extend(presence(comparison, Change::New, "new"));
    said.extend(leaders(comparison));
    said.extend(verdicts(a, b));
    said.extend(segments(comparison));
    said.extend(cautions(a, b));
    said
}

fn changed(comparison: &Comparison) -> String {
    let most = comparison.most_changed();
    let of = |change: Change| most.iter().filter(move |edge| edge.change == change).copied().collect::<Vec<_>>();
    let (fell, rose) = (of(Change::Fell), of(Change::Rose));
    let rule = match comparison.compared {
        1 => format!("by the interval at {} of the only edge in both", comparison.level),
        all => format!("by intervals that hold for all {all} edges in both together at {}", comparison.level),
    };
    if comparison.compared == 0 {
        return "No edge is in both, so there is nothing to compare.".to_owned();
    }
    if fell.is_empty() && rose.is_empty() {
        return format!("No edge changed, {rule}.");
    }
    let part = |edges: &[&EdgeChange], verb: &str| {
        let names = list(edges.iter().map(|edge| {
            let by = edge.moved.map_or(0.0, |moved| moved.difference.mean);
            format!("{} by {}", shown(&edge.edge), number(by))
        }));
        (!edges.is_empty())
            .then(|| format!("{} edge{} {verb} ({names})", edges.len(), if edges.len() == 1 { "" } else { "s" }))
    };
    let parts: Vec<String> = [part(&fell, "fell"), part(&rose, "rose")].into_iter().flatten().collect();
    format!("{}, {rule}.", parts.join(" and "))
}

fn presence(comparison: &Comparison, change: Change, words: &str) -> Option<String> {
    let count = comparison.of(change).count();
    let names = list(comparison.of(change).map(|edge| shown(&edge.edge)));
    match count {
        0 => None,
        1 => Some(format!("1 edge is {words}: {names}.")),
        many => Some(format!("{many} edges are {words}: {names}.")),
    }
}

fn leaders(comparison: &Comparison) -> Option<String> {
    let (before, after) = (comparison.before.as_ref()?, comparison.after.as_ref()?);
    let remaining = format!("value remaining {} → {}", number(before.value_remaining), number(after.value_remaining));
    Some(if before.leader == after.leader {
        format!(
            "{} leads in both: P(best) {} → {}, mean {} → {}, {remaining}.",
            shown(&after.leader),
            number(before.p_best),
            number(after.p_best),
            number(before.leader_mean),
            number(after.leader_mean)
        )
    } else {
        let with = |whole: &Whole| format!("{} (P(best) {})", shown(&whole.leader), number(whole.p_best));
        format!("The leader changed from {} to {}; {remaining}.", with(before), with(after))
    })
}

fn verdicts(a: &Side, b: &Side) -> Option<String> {
    let (before, after) = (a.verdict.as_ref()?, b.verdict.as_ref()?);
    let since = after.since.map(|day| format!(" since {day}")).unwrap_or_default();
    Some(if before.state == after.state {
        format!("The verdict is {} in both.", after.state)
    } else {
        format!("The verdict changed from {} to {}{since}: {}.", before.state, after.state, after.reason)
    })
}

fn segments(comparison: &Comparison) -> Option<String> {
    let segments = &comparison.segments;
    let moved = |edge: &EdgeChange| matches!(edge.change, Change::Fell | Change::Rose);
    let pairs: usize = segments.iter().map(|part| part.edges.iter().filter(|edge| moved(edge)).count()).sum();
    let leaders = segments
        .iter()
        .filter(|part| part.before.as_ref().zip(part.after.as_ref()).is_some_and(|(a, b)| a.leader != b.leader))
        .count();
    let mix: f64 = segments.iter().map(|part| (part.share.1 - part.share.0).abs()).sum::<f64>() / 2.0;
    (!segments.is_empty()).then(|| {
        format!(
            "By segment: {} changed within a segment, the leader in {leaders} of {}, and {} % of the feedback came from other \
             segments than before.",
            counted(pairs as f64, "edge"),
            counted(segments.len() as f64, "segment"),
            number(100.0 * mix)
        )
    })
}

/// What makes a comparison say less than it seems to.
fn cautions(a: &Side, b: &Side) -> Vec<String> {
    let mut said = Vec::new();
    let shared = b.shared(a);
    let (all_of_a, all_of_b) = (a.shared(b).len() == a.sources.len(), shared.len() == b.sources.len());
    if !shared.is_empty() {
        said.push(if all_of_a && all_of_b {
            "A and B come from the same bytes (their hashes are equal): only how they were read can differ.".to_owned()
        } else {
            format!(
                "A and B share {}: they rest on the same events there, which hides changes.",
                list(shared.iter().map(|source| shown(&source.name)))
            )
        });
    } else if !a.sources.is_empty() && !b.sources.is_empty() {
        said.push(format!(
            "The hashes of A ({}) and B ({}) differ: other bytes.",
            hashes(&a.sources),
            hashes(&b.sources)
        ));
    }
    if shared.is_empty() && (same_days(a, b) || same_beliefs(a, b)) {
        said.push(
            "A and B have the same feedback: they seem to rest on the same events, which hides changes.".to_owned(),
        );
    }
    if let Some(day) = b.goes_on_from(a) {
        said.push(format!(
            "B has every day of A with the same feedback, and goes on from {day}: both rest on the same events, which hides \
             changes. Keep A as a baseline and compare it with --since {day}, which reads the later days of B alone."
        ));
    }
    if let (Some(before), Some(after)) = (&a.prior, &b.prior)
        && before != after
    {
        said.push(format!("The priors differ ({before}; {after}), and with them means of edges with little feedback."));
    }
    if a.segments.is_empty() != b.segments.is_empty() {
        let only = if a.segments.is_empty() { "B" } else { "A" };
        said.push(format!("Only {only} tells segments apart, so they are not compared."));
    }
    if let (Some(before), Some(after)) = (&a.view, &b.view)
        && before != after
    {
        said.push(format!("The past counts differently in A ({before}) and in B ({after})."));
    }
    said
}

fn same_days(a: &Side, b: &Side) -> bool {
    !a.days.is_empty() && a.days == b.days
}

/// What a report says, which does not know the days of its log.
fn same_beliefs(a: &Side, b: &Side) -> bool {
    let of =
        |side: &Side| side.edges.iter().map(|edge| (edge.edge.clone(), edge.posterior, edge.pulls)).collect::<Vec<_>>();
    !a.edges.is_empty() && of(a) == of(b)
}

/// Sources by name and the beginning of their hash.
fn hashes(sources: &[Source]) -> String {
    list(sources.iter().map(|source| {
        let start: String = source.digest.chars().take(8).collect();
        format!("{} {start}…", shown(&source.name))
    }))
}
