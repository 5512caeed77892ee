//! The analysis as one JSON object, `betadrift.convergence/1`.

use serde::Serialize;

use super::{Band, Convergence, DaySummary, EdgeState, OtherPrior, Standing, Verdict, VerdictState};
use crate::decision::Difference;
use crate::feedback::{Day, EdgeId, Edges};

/// The JSON object: names instead of indices, and `null` beside a reason for what does not exist.
///
/// One edge with a success, so Beta(2, 1):
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let json = serde_json::to_value(analysis.document())?;
/// assert_eq!(json["schema"], "betadrift.convergence/1");
/// assert_eq!(json["edges"][0]["mean"], 2.0 / 3.0);
/// assert_eq!(json["verdict"]["reason"], "1 success and 0 failures; at least 100 of each are needed");
/// assert_eq!(json["verdict"]["difference_reason"], "there is no second edge with feedback");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct Document<'a> {
    schema: &'static str,
    verdict: VerdictObject<'a>,
    days: Vec<DayObject<'a>>,
    edges: Vec<EdgeObject<'a>>,
}

#[derive(Serialize)]
struct VerdictObject<'a> {
    state: VerdictState,
    since: Option<Day>,
    leader: Option<&'a str>,
    p_best: Option<f64>,
    value_remaining: Option<f64>,
    reason: &'a str,
    under_other_priors: Vec<OtherPriorObject<'a>>,
    runner_up: Option<&'a str>,
    /// The leader's rate less the runner-up's.
    difference: Option<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference_reason: Option<&'static str>,
    expected_false_discoveries: Option<f64>,
}

#[derive(Serialize)]
struct OtherPriorObject<'a> {
    prior: &'a str,
    state: VerdictState,
    since: Option<Day>,
    leader: Option<&'a str>,
    p_best: Option<f64>,
    value_remaining: Option<f64>,
}

#[derive(Serialize)]
struct DayObject<'a> {
    day: Day,
    events: f64,
    active_edges: usize,
    known_edges: usize,
    leader: &'a str,
    p_best: f64,
    value_remaining: f64,
    tolerance: f64,
    best_edge_entropy: f64,
    effective_edges: f64,
    step_kl: StepKlObject,
    step_kl_ratio: Option<f64>,
    step_kl_ratio_band: BandObject,
    information_gain: f64,
    verdict: VerdictState,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Default, Serialize)]
struct StepKlObject {
    median: Option<f64>,
    p95: Option<f64>,
    max: Option<f64>,
}

#[derive(Default, Serialize)]
struct BandObject {
    lower: Option<f64>,
    upper: Option<f64>,
}

#[derive(Serialize)]
struct EdgeObject<'a> {
    edge: &'a str,
    state: EdgeState,
    since: Day,
    why: &'a str,
    pulls: f64,
    last_day: Day,
    days_since: i32,
    successes: f64,
    failures: f64,
    alpha: f64,
    beta: f64,
    mean: f64,
    sd: f64,
    lower: f64,
    upper: f64,
    p_best: f64,
    expected_loss: f64,
    step_kl: f64,
    step_kl_expected: f64,
    information_gain: f64,
    prior_share: f64,
    always_lower: f64,
    always_upper: f64,
    weighted_mean: Option<f64>,
    weighted_lower: Option<f64>,
    weighted_upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weighted_reason: Option<String>,
    p_within_epsilon: f64,
}

impl Convergence {
    /// The analysis as it is written to JSON.
    pub fn document(&self) -> Document<'_> {
        Document {
            schema: "betadrift.convergence/1",
            verdict: verdict(&self.verdict, &self.edges),
            days: self.days.iter().map(|summary| day(summary, &self.edges)).collect(),
            edges: self.standings.iter().map(|standing| edge(standing, &self.edges)).collect(),
        }
    }
}

fn verdict<'a>(verdict: &'a Verdict, edges: &'a Edges) -> VerdictObject<'a> {
    VerdictObject {
        state: verdict.state,
        since: verdict.since,
        leader: name(verdict.leader, edges),
        p_best: verdict.p_best,
        value_remaining: verdict.value_remaining,
        reason: &verdict.reason,
        under_other_priors: verdict.under_other_priors.iter().map(|other| other_prior(other, edges)).collect(),
        runner_up: name(verdict.ahead.map(|ahead| ahead.runner_up), edges),
        difference: verdict.ahead.map(|ahead| ahead.difference),
        difference_reason: verdict.ahead.is_none().then_some("there is no second edge with feedback"),
        expected_false_discoveries: verdict.expected_false_discoveries,
    }
}

fn other_prior<'a>(other: &'a OtherPrior, edges: &'a Edges) -> OtherPriorObject<'a> {
    OtherPriorObject {
        prior: &other.prior,
        state: other.state,
        since: other.since,
        leader: name(other.leader, edges),
        p_best: other.p_best,
        value_remaining: other.value_remaining,
    }
}

fn name(edge: Option<EdgeId>, edges: &Edges) -> Option<&str> {
    edge.map(|edge| edges.name(edge))
}

fn day<'a>(summary: &DaySummary, edges: &'a Edges) -> DayObject<'a> {
    let step = summary.step_kl;
    DayObject {
        day: summary.day,
        events: summary.events,
        active_edges: summary.active_edges,
        known_edges: summary.known_edges,
        leader: edges.name(summary.leader),
        p_best: summary.p_best,
        value_remaining: summary.value_remaining,
        tolerance: summary.tolerance,
        best_edge_entropy: summary.best_edge_entropy,
        effective_edges: summary.effective_edges,
        step_kl: step.map_or_else(StepKlObject::default, |step| StepKlObject {
            median: Some(step.median),
            p95: Some(step.p95),
            max: Some(step.max),
        }),
        step_kl_ratio: step.map(|step| step.ratio),
        step_kl_ratio_band: step.map_or_else(BandObject::default, |step| {
            let Band { lower, upper } = step.ratio_band;
            BandObject { lower: Some(lower), upper: Some(upper) }
        }),
        information_gain: summary.information_gain,
        verdict: summary.verdict,
        reason: step.is_none().then_some("no feedback on this day, so there is no step"),
    }
}

fn edge<'a>(standing: &'a Standing, edges: &'a Edges) -> EdgeObject<'a> {
    let weighted = standing.weighted.ok();
    EdgeObject {
        edge: edges.name(standing.edge),
        state: standing.state,
        since: standing.since,
        why: &standing.why,
        pulls: standing.pulls,
        last_day: standing.last_day,
        days_since: standing.days_since,
        successes: standing.successes,
        failures: standing.failures,
        alpha: standing.posterior.alpha(),
        beta: standing.posterior.beta(),
        mean: standing.posterior.mean(),
        sd: standing.posterior.variance().sqrt(),
        lower: standing.interval.lower,
        upper: standing.interval.upper,
        p_best: standing.p_best,
        expected_loss: standing.expected_loss,
        step_kl: standing.step_kl,
        step_kl_expected: standing.step_kl_expected,
        information_gain: standing.information_gain,
        prior_share: standing.prior_share,
        always_lower: standing.always_valid.lower,
        always_upper: standing.always_valid.upper,
        weighted_mean: weighted.map(|weighted| weighted.mean),
        weighted_lower: weighted.map(|weighted| weighted.interval.lower),
        weighted_upper: weighted.map(|weighted| weighted.interval.upper),
        weighted_reason: standing.weighted.err().map(|why| why.to_string()),
        p_within_epsilon: standing.p_within_epsilon,
    }
}
