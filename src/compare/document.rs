//! A comparison as one JSON object, `betadrift.compare/1`, and as rows of CSV.

use serde::Serialize;

use super::{Change, Comparison, EdgeChange, Judgement, Outcome, SegmentChange, Side, Source, Standing, Whole};
use crate::convergence::EdgeState;
use crate::number::Plain;

/// The JSON object: `null` beside a reason for what does not exist.
///
/// ```
/// use betadrift::compare::{Side, compare};
/// let none = Side::default();
/// let json = serde_json::to_value(compare(&none, &none, 0.95).document(&none, &none, &[]))?;
/// assert_eq!((&json["schema"], &json["compared"]), (&"betadrift.compare/1".into(), &0.into()));
/// assert_eq!((&json["a"]["whole"], &json["a"]["reason"]), (&serde_json::Value::Null, &"there is no feedback".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Serialize)]
pub struct Document<'a> {
    schema: &'static str,
    level: f64,
    /// The level of one interval at which all edges compared hold together.
    corrected_level: f64,
    compared: usize,
    a: SideObject<'a>,
    b: SideObject<'a>,
    /// The sources that both have.
    shared_sources: Vec<&'a Source>,
    verdict_changed: Option<bool>,
    leader_changed: Option<bool>,
    edges: Vec<EdgeObject<'a>>,
    segments: Vec<SegmentObject<'a>>,
    gates: &'a [Outcome],
}

#[derive(Serialize)]
struct SideObject<'a> {
    name: &'a str,
    sources: &'a [Source],
    prior: Option<&'a str>,
    view: Option<&'a str>,
    verdict: Option<&'a Judgement>,
    whole: Option<&'a Whole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct EdgeObject<'a> {
    edge: &'a str,
    change: Change,
    before: Option<StandingObject>,
    after: Option<StandingObject>,
    difference: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    p_greater: Option<f64>,
    p_less: Option<f64>,
    kl: Option<f64>,
    hellinger: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct StandingObject {
    alpha: f64,
    beta: f64,
    mean: f64,
    pulls: f64,
    state: Option<EdgeState>,
    p_best: f64,
}

#[derive(Serialize)]
struct SegmentObject<'a> {
    segment: &'a str,
    share_before: f64,
    share_after: f64,
    before: Option<&'a Whole>,
    after: Option<&'a Whole>,
    edges: Vec<EdgeObject<'a>>,
}

/// A row of an edge; empty where there is nothing to say.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0)?, pulls: 5.0, state: None }];
/// let comparison = compare(&Side { edges, ..Side::default() }, &Side::default(), 0.95);
/// let row = serde_json::to_value(comparison.rows().next())?;
/// assert_eq!((&row["edge"], &row["change"], &row["pulls_before"]), (&"a".into(), &"gone".into(), &"5".into()));
/// assert!(row["pulls_after"].is_null()); // B does not have it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct ChangeRow<'a> {
    /// `whole` or `segment`.
    of: &'static str,
    segment: &'a str,
    edge: &'a str,
    change: Change,
    alpha_before: Option<Plain>,
    beta_before: Option<Plain>,
    mean_before: Option<Plain>,
    pulls_before: Option<Plain>,
    p_best_before: Option<Plain>,
    alpha_after: Option<Plain>,
    beta_after: Option<Plain>,
    mean_after: Option<Plain>,
    pulls_after: Option<Plain>,
    p_best_after: Option<Plain>,
    difference: Option<Plain>,
    lower: Option<Plain>,
    upper: Option<Plain>,
    p_greater: Option<Plain>,
    p_less: Option<Plain>,
    kl: Option<Plain>,
    hellinger: Option<Plain>,
}

impl Comparison {
    /// The comparison of two sides with what gates said of it, as it is written to JSON.
    pub fn document<'a>(&'a self, a: &'a Side, b: &'a Side, gates: &'a [Outcome]) -> Document<'a> {
        let states = a.verdict.as_ref().zip(b.verdict.as_ref());
        let leaders = self.before.as_ref().zip(self.after.as_ref());
        Document {
            schema: "betadrift.compare/1",
            level: self.level,
            corrected_level: self.corrected_level(),
            compared: self.compared,
            a: side(a, self.before.as_ref()),
            b: side(b, self.after.as_ref()),
            shared_sources: b.shared(a),
            verdict_changed: states.map(|(before, after)| before.state != after.state),
            leader_changed: leaders.map(|(before, after)| before.leader != after.leader),
            edges: self.edges.iter().map(edge).collect(),
            segments: self.segments.iter().map(segment).collect(),
            gates,
        }
    }

    /// A row for each edge, those of the whole before those of each segment, in byte order of the names.
    pub fn rows(&self) -> impl Iterator<Item = ChangeRow<'_>> {
        let whole = self.edges.iter().map(|edge| row("whole", "", edge));
        let parts =
            self.segments.iter().flat_map(|part| part.edges.iter().map(|edge| row("segment", &part.segment, edge)));
        whole.chain(parts)
    }
}

fn side<'a>(side: &'a Side, whole: Option<&'a Whole>) -> SideObject<'a> {
    SideObject {
        name: &side.name,
        sources: &side.sources,
        prior: side.prior.as_deref(),
        view: side.view.as_deref(),
        verdict: side.verdict.as_ref(),
        whole,
        reason: whole.is_none().then_some("there is no feedback"),
    }
}

fn segment(part: &SegmentChange) -> SegmentObject<'_> {
    SegmentObject {
        segment: &part.segment,
        share_before: part.share.0,
        share_after: part.share.1,
        before: part.before.as_ref(),
        after: part.after.as_ref(),
        edges: part.edges.iter().map(edge).collect(),
    }
}

fn edge(change: &EdgeChange) -> EdgeObject<'_> {
    let moved = change.moved;
    let standing = |standing: Standing| StandingObject {
        alpha: standing.posterior.alpha(),
        beta: standing.posterior.beta(),
        mean: standing.posterior.mean(),
        pulls: standing.pulls,
        state: standing.state,
        p_best: standing.p_best,
    };
    EdgeObject {
        edge: &change.edge,
        change: change.change,
        before: change.before.map(standing),
        after: change.after.map(standing),
        difference: moved.map(|moved| moved.difference.mean),
        lower: moved.map(|moved| moved.difference.lower),
        upper: moved.map(|moved| moved.difference.upper),
        p_greater: moved.map(|moved| moved.difference.p_greater),
        p_less: moved.map(|moved| moved.p_less),
        kl: moved.map(|moved| moved.kl),
        hellinger: moved.map(|moved| moved.hellinger),
        reason: match change.change {
            Change::New => Some("only B has this edge"),
            Change::Gone => Some("only A has this edge"),
            _ => None,
        },
    }
}

fn row<'a>(of: &'static str, segment: &'a str, change: &'a EdgeChange) -> ChangeRow<'a> {
    let side =
        |standing: Option<Standing>, number: fn(Standing) -> f64| standing.map(|standing| Plain(number(standing)));
    let (before, after, moved) = (change.before, change.after, change.moved);
    let of_move = |number: fn(super::Moved) -> f64| moved.map(|moved| Plain(number(moved)));
    ChangeRow {
        of,
        segment,
        edge: &change.edge,
        change: change.change,
        alpha_before: side(before, |standing| standing.posterior.alpha()),
        beta_before: side(before, |standing| standing.posterior.beta()),
        mean_before: side(before, |standing| standing.posterior.mean()),
        pulls_before: side(before, |standing| standing.pulls),
        p_best_before: side(before, |standing| standing.p_best),
        alpha_after: side(after, |standing| standing.posterior.alpha()),
        beta_after: side(after, |standing| standing.posterior.beta()),
        mean_after: side(after, |standing| standing.posterior.mean()),
        pulls_after: side(after, |standing| standing.pulls),
        p_best_after: side(after, |standing| standing.p_best),
        difference: of_move(|moved| moved.difference.mean),
        lower: of_move(|moved| moved.difference.lower),
        upper: of_move(|moved| moved.difference.upper),
        p_greater: of_move(|moved| moved.difference.p_greater),
        p_less: of_move(|moved| moved.p_less),
        kl: of_move(|moved| moved.kl),
        hellinger: of_move(|moved| moved.hellinger),
    }
}
