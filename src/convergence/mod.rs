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
///
/// Two edges that won 450 and 50 of 500 on each of three days, and one without feedback:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// # fold.edge("unseen");
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let edge = |name| analysis.edges.get(name).unwrap();
/// assert_eq!(analysis.days.len(), 3);
/// assert_eq!(analysis.standing(edge("good")).unwrap().posterior, Beta::new(1351.0, 151.0)?);
/// assert!(analysis.standing(edge("unseen")).is_none());
/// assert_eq!(analysis.histories[0].edge, edge("good")); // the top edge
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    ///
    /// A success against odds of 1 to 3 weighs twice as much as a failure that was certain to be chosen:
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::feedback::{Counts, Day, Reward};
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::{Fold, View, WeightFold};
    /// use betadrift::convergence::{Settings, Unweighted, convergence};
    /// # let mut fold = Fold::default();
    /// # let edge = fold.edge("a");
    /// # fold.add(Day::from_days(0), edge, Counts::whole(1, 1));
    /// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
    /// assert_eq!(analysis.standings[0].weighted, Err(Unweighted::NotRead));
    /// let mut weights = WeightFold::default();
    /// weights.add("a", Some(0.25), Reward::SUCCESS);
    /// weights.add("a", Some(1.0), Reward::FAILURE);
    /// let analysis = analysis.weighted(&weights.finish(), 0.95);
    /// assert_eq!(analysis.standings[0].weighted.unwrap().mean, 2.0 / 3.0);
    /// ```
    ///
    /// # Panics
    /// Unless the level lies strictly between 0 and 1.
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
///
/// Two edges that won 450 and 50 of 500 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, Settings, VerdictState, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let first = &analysis.days[0];
/// assert_eq!((first.events, first.active_edges, first.known_edges), (1000.0, 2, 2));
/// assert_eq!((analysis.edges.name(first.leader), first.leader_mean), ("good", 451.0 / 502.0));
/// assert_eq!(first.tolerance, 0.02 * first.leader_mean);
/// assert_eq!(first.states.of(EdgeState::Settled), 2);
/// assert_eq!(first.verdict, VerdictState::Exploring); // settled once that has held for three days
/// ```
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
///
/// One pull under a uniform belief moves it by ln 2 − ½ either way, so there is no surprise:
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
/// let step = analysis.days[0].step_kl.unwrap();
/// assert!((step.median - (2f64.ln() - 0.5)).abs() < 1e-15);
/// assert_eq!((step.median, step.p95), (step.max, step.max));
/// assert!((step.ratio - 1.0).abs() < 1e-12);
/// ```
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
///
/// After one success P(θ ≤ x) = x², so that the middle half lies between √¼ and √¾:
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
/// let settings = Settings { level: 0.5, ..Settings::default() };
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &settings);
/// let interval = analysis.standings[0].interval;
/// assert!((interval.lower - 0.5).abs() < 1e-12);
/// assert!((interval.upper - 0.75f64.sqrt()).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Band {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// Quartiles (linear between order statistics).
///
/// The standard deviations of Beta(2, 1) and Beta(2, 2), √(1/18) and √(1/20):
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
/// # let edge = fold.edge("b");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 1));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let (greater, less) = ((1.0f64 / 18.0).sqrt(), (1.0f64 / 20.0).sqrt());
/// let sd = analysis.days[0].sd;
/// assert!((sd.median - (less + greater) / 2.0).abs() < 1e-15);
/// assert!((sd.lower - (less + 0.25 * (greater - less))).abs() < 1e-15);
/// assert!((sd.upper - (less + 0.75 * (greater - less))).abs() < 1e-15);
/// ```
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
///
/// Of one edge all are the same:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Quantiles5, Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let step = analysis.days[0].step_kl.unwrap();
/// let ratios: Quantiles5 = step.ratios;
/// assert_eq!(ratios, [step.ratio; 5]);
/// ```
pub type Quantiles5 = [f64; 5];

/// An edge on the last day. Divergences are in nats.
///
/// Two edges that won 450 and 50 of 500 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, Settings, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let good = &analysis.standings[1]; // in byte order of the names
/// assert_eq!((good.pulls, good.successes, good.failures), (1500.0, 1350.0, 150.0));
/// assert_eq!((good.posterior, good.prior_share), (Beta::new(1351.0, 151.0)?, 2.0 / 1502.0));
/// assert_eq!((good.last_day, good.days_since), (Day::from_days(2), 0));
/// assert_eq!((good.state, good.since), (EdgeState::Settled, Day::from_days(0)));
/// assert_eq!(good.why, "P(best) 1 is at least 0.95");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// Successes on the first day and on the third:
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
/// # fold.add(Day::from_days(2), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let pulls: Vec<f64> = analysis.histories[0].days.iter().map(|day| day.pulls).collect();
/// assert_eq!(pulls, [1.0, 0.0, 1.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The edge.
    pub edge: EdgeId,
    /// One entry a calendar day, like [`Convergence::days`].
    pub days: Vec<EdgeDay>,
}

/// One edge on one day. Divergences are in nats.
///
/// An edge that is first seen on the second day:
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
/// # let late = fold.edge("late");
/// # fold.add(Day::from_days(1), late, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let late = analysis.edges.get("late").unwrap();
/// let history = analysis.histories.iter().find(|history| history.edge == late).unwrap();
/// let (before, after) = (history.days[0], history.days[1]);
/// assert_eq!((before.pulls, before.posterior, before.known), (0.0, Beta::UNIFORM, None));
/// assert_eq!((after.pulls, after.posterior), (1.0, Beta::new(2.0, 1.0)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// One pull of the only edge moves a uniform belief by ln 2 − ½, as was to be expected:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let known = analysis.histories[0].days[0].known.unwrap();
/// assert_eq!((known.state, known.p_best, known.expected_loss), (EdgeState::Starved, 1.0, 0.0));
/// assert!((known.step_kl - (2f64.ln() - 0.5)).abs() < 1e-15);
/// assert!((known.step_kl_expected - known.step_kl).abs() < 1e-12);
/// assert_eq!(known.information_gain, known.step_kl); // the prior was that morning's belief
/// ```
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
///
/// Two edges that won 450 and 50 of 500 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, VerdictState, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let verdict = &analysis.verdict;
/// assert_eq!((verdict.state, verdict.since), (VerdictState::Settled, Some(Day::from_days(2))));
/// assert_eq!(verdict.leader.map(|edge| analysis.edges.name(edge)), Some("good"));
/// assert!(verdict.reason.ends_with("as on each of the last 3 days (3 are asked for)"));
/// assert!(verdict.expected_false_discoveries.unwrap() < 1e-12);
/// ```
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
///
/// Two edges that won 450 and 50 of 500 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let ahead = analysis.verdict.ahead.unwrap();
/// assert_eq!(analysis.edges.name(ahead.runner_up), "bad");
/// assert!((ahead.difference.mean - 1200.0 / 1502.0).abs() < 1e-12); // (1351 − 151)/1502
/// assert!(ahead.difference.lower > 0.75 && ahead.difference.upper < 0.85);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// The runner-up.
    pub runner_up: EdgeId,
    /// The leader's rate less the runner-up's, with its equal-tailed interval at the level of the settings.
    pub difference: Difference,
}

/// The verdict under another prior.
///
/// Two edges that won 450 and 50 of 500 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, VerdictState, convergence};
/// # let mut fold = Fold::default();
/// # let (good, bad) = (fold.edge("good"), fold.edge("bad"));
/// # for day in (0..3).map(Day::from_days) {
/// #     fold.add(day, good, Counts::whole(450, 50));
/// #     fold.add(day, bad, Counts::whole(50, 450));
/// # }
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let [jeffreys, stronger] = &analysis.verdict.under_other_priors[..] else { panic!("there are two") };
/// assert_eq!(jeffreys.prior, "Beta(0.5, 0.5)");
/// assert_eq!(stronger.prior, "the given prior at twice its strength");
/// assert_eq!((jeffreys.state, stronger.state), (VerdictState::Settled, VerdictState::Settled));
/// ```
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
