//! Convergence: what the posteriors say day by day, how far each day moved them, and whether they may be trusted yet.

mod ahead;
mod assess;
mod day;
pub mod delay;
mod document;
mod drifting;
mod noise;
mod quantile;
mod record;
pub mod regret;
mod rules;
pub mod segments;
mod settings;
mod state;
mod step;
mod table;
mod walk;
pub mod weighted;

pub use assess::convergence;
pub use delay::{DelayLaw, DelayStep, DelayWait, delay_hours, delay_law};
pub use document::Document;
pub use regret::{RegretDay, model_regret};
pub use rules::{
    CONTENDER, DRIFT_FALSE_DISCOVERIES, LEAST_OUTCOMES, RECENT_DAYS, STARVED_SHARE, SURELY_BEST, SURELY_NOT_BEST,
};
pub use segments::{Mix, SegmentDay, SegmentStanding, mix};
pub use settings::{Settings, SettingsError};
pub use state::{EdgeState, StateCounts, VerdictState};
pub use table::{DayRow, EdgeDayRow, EdgeRow};
pub use weighted::{Unweighted, WeightedMean, weighted_means};

use crate::beta::Beta;
use crate::decision::Difference;
use crate::feedback::{Day, EdgeId, Edges};
use crate::timeline::Weights;

/// The convergence analysis of a timeline under a prior.
///
/// On each day only the edges that have had feedback take part: a log cut at a day gives the same days up to it, and an
/// edge that is known but was never pulled has no say.
#[derive(Debug, Clone)]
pub struct Convergence {
    /// The edges, indexed in byte order of their names.
    pub edges: Edges,
    /// Every calendar day from the first to the last with feedback.
    pub days: Vec<DaySummary>,
    /// Every edge that has feedback as it stands on the last day, in byte order of the names.
    pub standings: Vec<Standing>,
    /// The day-by-day history of the top edges: greatest P(best) on the last day first, then mean, pulls, name.
    pub histories: Vec<History>,
    /// The verdict of the last day.
    pub verdict: Verdict,
}

impl Convergence {
    /// An edge as it stands on the last day; `None` if it has no feedback.
    pub fn standing(&self, edge: EdgeId) -> Option<&Standing> {
        let at = self.standings.binary_search_by_key(&edge, |standing| standing.edge).ok()?;
        Some(&self.standings[at])
    }

    /// The same with the adaptively weighted means of a log with propensities.
    pub fn weighted(mut self, weights: &Weights, level: f64) -> Self {
        let means = weighted_means(weights, level);
        for standing in &mut self.standings {
            let edge = weights.edges().get(self.edges.name(standing.edge));
            standing.weighted = edge.map_or(Err(Unweighted::NoRows), |edge| means[edge.index()]);
        }
        self
    }
}

/// One calendar day. Divergences are in nats.
#[derive(Debug, Clone, PartialEq)]
pub struct DaySummary {
    /// The day.
    pub day: Day,
    /// Σ pulls that day.
    pub events: f64,
    /// Edges with feedback that day.
    pub active_edges: usize,
    /// Edges with feedback up to and including that day.
    pub known_edges: usize,
    /// The edge with the greatest P(best); ties go to the greater mean, then to the first name.
    pub leader: EdgeId,
    /// The leader's posterior mean.
    pub leader_mean: f64,
    /// The leader's P(best).
    pub p_best: f64,
    /// `E[max θ] − max E[θ]`, in units of reward.
    pub value_remaining: f64,
    /// ε times the leader's mean: the value remaining below which the search is over.
    pub tolerance: f64,
    /// Entropy of the law of the best edge.
    pub best_edge_entropy: f64,
    /// exp(entropy): among how many equal edges the choice still lies.
    pub effective_edges: f64,
    /// Step KL over the active edges; `None` on a day without feedback.
    pub step_kl: Option<StepKl>,
    /// Σ over edges of KL(posterior ‖ prior): what the log has taught so far.
    pub information_gain: f64,
    /// Quantiles over the known edges of KL(posterior ‖ prior).
    pub information: Quartiles,
    /// Quantiles over the known edges of the posterior standard deviation.
    pub sd: Quartiles,
    /// How many known edges are in each state.
    pub states: StateCounts,
    /// The verdict as it would have been given that evening.
    pub verdict: VerdictState,
}

/// The day's steps, KL(posterior in the evening ‖ posterior in the morning), over the edges with feedback that day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepKl {
    /// Median over edges.
    pub median: f64,
    /// 95 % point over edges.
    pub p95: f64,
    /// Greatest.
    pub max: f64,
    /// Σ observed / Σ expected under the morning's beliefs: near 1 when the day brought no surprise.
    pub ratio: f64,
    /// The central 95 % of that ratio if the morning's beliefs are right.
    pub ratio_band: Band,
    /// Quantiles over edges of each edge's own observed / expected.
    pub ratios: Quantiles5,
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Band {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// Quartiles (linear between order statistics).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quartiles {
    /// 25 %.
    pub lower: f64,
    /// 50 %.
    pub median: f64,
    /// 75 %.
    pub upper: f64,
}

/// Five quantiles: 5, 25, 50, 75 and 95 % (linear between order statistics).
pub type Quantiles5 = [f64; 5];

/// An edge on the last day. Divergences are in nats.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The edge.
    pub edge: EdgeId,
    /// Its state.
    pub state: EdgeState,
    /// The first day of the unbroken run of that state.
    pub since: Day,
    /// The rule that put it there, with its numbers.
    pub why: String,
    /// All feedback of it.
    pub pulls: f64,
    /// Its last day with feedback.
    pub last_day: Day,
    /// Days from then to the last day of the log.
    pub days_since: i32,
    /// Successes that count on the last day.
    pub successes: f64,
    /// Failures that count on the last day.
    pub failures: f64,
    /// Its posterior.
    pub posterior: Beta,
    /// Equal-tailed interval at the level of the settings.
    pub interval: Band,
    /// The rates that all its feedback does not reject, however often somebody looked ([`crate::decision::always_valid`]).
    pub always_valid: Band,
    /// Its adaptively weighted mean over all feedback, or why it has none.
    pub weighted: Result<WeightedMean, Unweighted>,
    /// Chance that its rate is within ε of the best, ε the settings' share of the leader's mean ([`crate::decision::within()`]).
    pub p_within_epsilon: f64,
    /// Chance that it is the best edge.
    pub p_best: f64,
    /// `E[max θ] − E[its θ]`.
    pub expected_loss: f64,
    /// The last day's step; 0 without feedback that day.
    pub step_kl: f64,
    /// What the morning's beliefs expected of that step; 0 without feedback that day.
    pub step_kl_expected: f64,
    /// KL(posterior ‖ prior).
    pub information_gain: f64,
    /// (α₀ + β₀)/(α + β): how much of the posterior is still the prior.
    pub prior_share: f64,
}

/// One edge through all days.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The edge.
    pub edge: EdgeId,
    /// One entry a calendar day, like [`Convergence::days`].
    pub days: Vec<EdgeDay>,
}

/// One edge on one day. Divergences are in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeDay {
    /// Pulls that day.
    pub pulls: f64,
    /// Successes that count that evening.
    pub successes: f64,
    /// Failures that count that evening.
    pub failures: f64,
    /// The posterior that evening; the prior before the edge was first seen.
    pub posterior: Beta,
    /// The equal-tailed interval of that posterior.
    pub interval: Band,
    /// What stands only once the edge has been seen.
    pub known: Option<Known>,
}

/// What is known of an edge on a day, once it has been seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// Its state.
    pub state: EdgeState,
    /// Chance that it is the best edge.
    pub p_best: f64,
    /// `E[max θ] − E[its θ]`.
    pub expected_loss: f64,
    /// The day's step; 0 without feedback.
    pub step_kl: f64,
    /// What the morning's beliefs expected of it; 0 without feedback.
    pub step_kl_expected: f64,
    /// KL(posterior ‖ prior).
    pub information_gain: f64,
}

/// The verdict of the last day, and what it would be under other priors.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The state.
    pub state: VerdictState,
    /// The first day of the unbroken run of that state; `None` without feedback.
    pub since: Option<Day>,
    /// The leader; `None` without feedback.
    pub leader: Option<EdgeId>,
    /// The leader's P(best).
    pub p_best: Option<f64>,
    /// `E[max θ] − max E[θ]`.
    pub value_remaining: Option<f64>,
    /// The rule that decided, with its numbers.
    pub reason: String,
    /// The same log under Beta(½, ½) and under the given prior at twice its strength.
    pub under_other_priors: Vec<OtherPrior>,
    /// The leader beside the edge that comes next; `None` where there is one edge only, or none.
    pub ahead: Option<Ahead>,
    /// How many of the edges that are called settled because they are, or are not, the best are called so wrongly in
    /// expectation: Σ P(best) of those called not the best, and 1 − P(best) of the one called the best. Under the model; `None`
    /// without feedback.
    pub expected_false_discoveries: Option<f64>,
}

/// The leader beside the edge that comes next: greatest P(best) after it, then greatest mean, then first name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// The runner-up.
    pub runner_up: EdgeId,
    /// The leader's rate less the runner-up's, with its equal-tailed interval at the level of the settings.
    pub difference: Difference,
}

/// The verdict under another prior.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherPrior {
    /// Which prior, in words.
    pub prior: String,
    /// The state.
    pub state: VerdictState,
    /// The first day of the unbroken run of that state.
    pub since: Option<Day>,
    /// The leader.
    pub leader: Option<EdgeId>,
    /// The leader's P(best).
    pub p_best: Option<f64>,
    /// `E[max θ] − max E[θ]`.
    pub value_remaining: Option<f64>,
}
