//! What gates say of a comparison, with the numbers that they say it by.

use super::{Condition, Gate, Measure, Motion, Operator, Outcome, Presence, Quantity, Status, Subject};
use crate::compare::{Change, Comparison, EdgeChange, Side, list, shown};
use crate::convergence::VerdictState;
use crate::decision::{Difference, difference};
use crate::number::{brief, counted};

/// Whether a condition holds, and its numbers; `Err` if it cannot be judged.
type Judged = Result<(bool, String), String>;

impl Gate {
    /// What the gate says of a comparison of two sides.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::compare::{Belief, Gate, Side, Status, compare};
    /// let side = |posterior| Side {
    ///     edges: vec![Belief { edge: "e17".into(), posterior, pulls: 100.0, state: None }],
    ///     ..Side::default()
    /// };
    /// let (a, b) = (side(Beta::new(61.0, 41.0).unwrap()), side(Beta::new(31.0, 71.0).unwrap()));
    /// let outcome = "mean(e17) drops".parse::<Gate>().unwrap().judge(&a, &b, &compare(&a, &b, 0.95));
    /// assert_eq!(outcome.status, Status::Fired);
    /// assert!(outcome.why.starts_with("the mean of e17 fell from 0.598 to 0.304"));
    /// ```
    pub fn judge(&self, a: &Side, b: &Side, comparison: &Comparison) -> Outcome {
        let judged = match &self.condition {
            Condition::Bound(quantity, operator, bound) => bounded(comparison, quantity, *operator, *bound),
            Condition::Moves(Subject::Edge(edge), motion) => edge_moves(comparison, edge, *motion),
            Condition::Moves(Subject::Any, motion) => any_moves(comparison, *motion),
            Condition::Verdict { is, state } => verdict(b, *is, *state),
            Condition::VerdictChanges => verdict_changes(a, b),
            Condition::LeaderChanges => leader_changes(comparison),
            Condition::Edges(presence) => Ok(presence_of(comparison, *presence)),
        };
        let (status, why) = match judged {
            Ok((true, why)) => (Status::Fired, why),
            Ok((false, why)) => (Status::Passed, why),
            Err(why) => (Status::Unjudged, format!("it cannot be judged: {why}")),
        };
        Outcome { gate: self.text.clone(), status, why }
    }
}

fn bounded(comparison: &Comparison, quantity: &Quantity, operator: Operator, bound: f64) -> Judged {
    let whole = || comparison.after.as_ref().ok_or_else(|| "B has no feedback".to_owned());
    let say = |what: String, value: f64| {
        let holds = operator.holds(value, bound);
        (holds, format!("{what} is {}, {} {}", brief(value), operator.words(holds), brief(bound)))
    };
    match quantity {
        Quantity::ValueRemaining => Ok(say("the value remaining".to_owned(), whole()?.value_remaining)),
        Quantity::LeaderPBest => {
            let whole = whole()?;
            Ok(say(format!("P(best) of the leader {}", shown(&whole.leader)), whole.p_best))
        }
        Quantity::Of(measure, Subject::Edge(edge)) => {
            let change = known(comparison, edge)?;
            let value = measure.of(change).ok_or_else(|| absent(change))?;
            Ok(say(format!("{} of {}", measure.name(), shown(edge)), value))
        }
        Quantity::Of(measure, Subject::Any) => any_bounded(comparison, *measure, operator, bound),
    }
}

fn any_bounded(comparison: &Comparison, measure: Measure, operator: Operator, bound: f64) -> Judged {
    let values: Vec<(&EdgeChange, f64)> =
        comparison.edges.iter().filter_map(|edge| Some((edge, measure.of(edge)?))).collect();
    if values.is_empty() {
        return Err(format!("no edge has {}", measure.name()));
    }
    let mut holding: Vec<(&EdgeChange, f64)> =
        values.iter().copied().filter(|(_, value)| operator.holds(*value, bound)).collect();
    // The farthest from the bound first.
    holding.sort_by(|one, other| (other.1 - bound).abs().total_cmp(&(one.1 - bound).abs()));
    let of_all = format!("of {}", counted(values.len() as f64, "edge"));
    if holding.is_empty() {
        return Ok((false, format!("{} is {} {} {of_all}", measure.name(), operator.words(false), brief(bound))));
    }
    let named = list(holding.iter().map(|(edge, value)| format!("{} ({})", shown(&edge.edge), brief(*value))));
    Ok((
        true,
        format!(
            "{} is {} {} for {named}, {} {of_all}",
            measure.name(),
            operator.words(true),
            brief(bound),
            holding.len()
        ),
    ))
}

fn edge_moves(comparison: &Comparison, edge: &str, motion: Motion) -> Judged {
    let change = known(comparison, edge)?;
    let moved = change.moved.ok_or_else(|| absent(change))?;
    let tail = 0.5 * (1.0 - comparison.level);
    let (falls, rises) = (moved.difference.p_greater < tail, moved.p_less < tail);
    Ok((motion.is(falls, rises), said(change, moved.difference, falls, rises)))
}

fn any_moves(comparison: &Comparison, motion: Motion) -> Judged {
    if comparison.compared == 0 {
        return Err("no edge is in both".to_owned());
    }
    let level = comparison.corrected_level();
    let moving: Vec<&EdgeChange> = comparison
        .most_changed()
        .into_iter()
        .filter(|edge| motion.is(edge.change == Change::Fell, edge.change == Change::Rose))
        .collect();
    let corrected = format!(
        "{} compared, each at the level {} so that all hold together at {}",
        if comparison.compared == 1 { "1 edge was".to_owned() } else { format!("{} edges were", comparison.compared) },
        brief_level(level),
        brief_level(comparison.level)
    );
    if moving.is_empty() {
        return Ok((false, format!("no mean {}; {corrected}", motion.word())));
    }
    let named = list(moving.iter().map(|edge| {
        let standings =
            edge.before.zip(edge.after).map(|(before, after)| difference(after.posterior, before.posterior, level));
        standings
            .map_or(String::new(), |moved| said(edge, moved, edge.change == Change::Fell, edge.change == Change::Rose))
    }));
    Ok((true, format!("{named}; {corrected}")))
}

impl Motion {
    fn is(self, falls: bool, rises: bool) -> bool {
        match self {
            Self::Drops => falls,
            Self::Rises => rises,
            Self::Changes => falls || rises,
        }
    }
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Mean => "the mean",
            Self::PBest => "P(best)",
            Self::Difference => "the difference of the means, B less A,",
            Self::PGreater => "P(B > A)",
            Self::Kl => "KL(B ‖ A)",
            Self::Hellinger => "Hellinger's distance",
        }
    }

    /// Its value for an edge; `None` if a side that it is of does not have the edge.
    fn of(self, edge: &EdgeChange) -> Option<f64> {
        match self {
            Self::Mean => edge.after.map(|after| after.posterior.mean()),
            Self::PBest => edge.after.map(|after| after.p_best),
            Self::Difference => edge.moved.map(|moved| moved.difference.mean),
            Self::PGreater => edge.moved.map(|moved| moved.difference.p_greater),
            Self::Kl => edge.moved.map(|moved| moved.kl),
            Self::Hellinger => edge.moved.map(|moved| moved.hellinger),
        }
    }
}

/// How the mean of an edge moved, in words.
fn said(edge: &EdgeChange, moved: Difference, falls: bool, rises: bool) -> String {
    let mean = |standing: Option<crate::compare::Standing>| {
        standing.map_or_else(String::new, |standing| brief(standing.posterior.mean()))
    };
    let verb = match (falls, rises) {
        (true, _) => "fell",
        (_, true) => "rose",
        _ => "went",
    };
    let Difference { mean: by, level, lower, upper, .. } = moved;
    let chance = if falls || rises { "" } else { ", which holds zero" };
    format!(
        "the mean of {} {verb} from {} to {}, by {} ({} to {} with probability {}{chance})",
        shown(&edge.edge),
        mean(edge.before),
        mean(edge.after),
        brief(by),
        brief(lower),
        brief(upper),
        brief_level(level)
    )
}

fn verdict(b: &Side, is: bool, state: VerdictState) -> Judged {
    let verdict = b.verdict.as_ref().ok_or_else(|| "B has no verdict".to_owned())?;
    Ok(((verdict.state == state) == is, format!("the verdict is {}: {}", verdict.state, verdict.reason)))
}

fn verdict_changes(a: &Side, b: &Side) -> Judged {
    let of = |side: &Side, name: &str| {
        side.verdict.as_ref().map(|verdict| verdict.state).ok_or(format!("{name} has no verdict"))
    };
    let (before, after) = (of(a, "A")?, of(b, "B")?);
    let why = if before == after {
        format!("the verdict is {after} in both")
    } else {
        format!("the verdict was {before} and is {after}")
    };
    Ok((before != after, why))
}

fn leader_changes(comparison: &Comparison) -> Judged {
    let (before, after) = (&comparison.before, &comparison.after);
    let (Some(before), Some(after)) = (before, after) else { return Err("one side has no feedback".to_owned()) };
    let with = |whole: &crate::compare::Whole| format!("{} (P(best) {})", shown(&whole.leader), brief(whole.p_best));
    let same = before.leader == after.leader;
    let why = if same {
        format!("{} leads in both", shown(&after.leader))
    } else {
        format!("{} led, now {} leads", with(before), with(after))
    };
    Ok((!same, why))
}

fn presence_of(comparison: &Comparison, presence: Presence) -> (bool, String) {
    let (change, word) = match presence {
        Presence::Gone => (Change::Gone, "gone"),
        Presence::New => (Change::New, "new"),
    };
    let count = comparison.of(change).count();
    let names = list(comparison.of(change).map(|edge| shown(&edge.edge)));
    if count == 0 {
        (false, format!("no edge is {word}"))
    } else {
        (true, format!("{count} of {} {word}: {names}", counted(comparison.edges.len() as f64, "edge")))
    }
}

fn known<'a>(comparison: &'a Comparison, edge: &str) -> Result<&'a EdgeChange, String> {
    comparison.edge(edge).ok_or_else(|| format!("neither A nor B has an edge {}", shown(edge)))
}

fn absent(edge: &EdgeChange) -> String {
    match edge.change {
        Change::New => format!("{} is new, A has no feedback of it", shown(&edge.edge)),
        _ => format!("{} is gone, B has no feedback of it", shown(&edge.edge)),
    }
}

/// A level with the digits that tell it from 1.
fn brief_level(level: f64) -> String {
    if level < 0.5 {
        return brief(level);
    }
    let digits = (1.0 - (1.0 - level).log10()).ceil().max(2.0) as usize;
    format!("{level:.digits$}").trim_end_matches('0').to_owned()
}
