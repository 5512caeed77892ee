//! How much hangs on the prior: its mean and its strength, against what follows from them.
//!
//! Each prior of a grid is judged three times: by its day-ahead score on the log, by how many days the log would have taken to
//! settle under it, and by the regret of Thompson sampling that starts from it in simulated worlds like the log. The simulation
//! is a model: its rates are drawn from the tuned prior where there is one to be used, else they are the edges' posterior means, and
//! they stand still.

use std::fmt::Write;

use rayon::prelude::*;

use super::score::{Score, day_ahead};
use super::{Request, Tuning};
use crate::beta::Beta;
use crate::convergence::{Settings, VerdictState, convergence};
use crate::posterior::{Priors, update};
use crate::simulate::{Scenario, simulate};
use crate::timeline::Timeline;

/// Means of the grid, as multiples of the odds of the pooled mean.
const ODDS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];
/// Strengths α+β of the grid.
const STRENGTHS: [f64; 6] = [2.0, 8.0, 32.0, 128.0, 512.0, 2048.0];

/// How much is simulated.
///
/// Of five edges three are simulated, for 100 trials of the 750 of the log:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Effort, Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let effort = Effort { seed: 1, runs: 2, most_trials: 100, most_edges: 3, most_edge_days: 1000 };
/// let sensitivity = tuning.sensitivity(&request, effort, || ()).unwrap();
/// assert_eq!(sensitivity.effort, effort); // as the log has more than this of each
/// let effort = Effort { most_edge_days: 0, ..effort }; // leaves out the days to settle
/// let cells = tuning.sensitivity(&request, effort, || ()).unwrap().cells;
/// assert!(cells.iter().all(|cell| cell.days_to_settle.is_none()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// The seed of everything drawn at random.
    pub seed: u64,
    /// Runs for each prior.
    pub runs: u32,
    /// The most trials of a run.
    pub most_trials: u64,
    /// The most edges of a world.
    pub most_edges: usize,
    /// Beyond so many edges times days of the log, days to settle are left out, which would take minutes.
    pub most_edge_days: usize,
}

/// What follows from each prior of a grid.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Effort, Grouping, Request, Tuning, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let effort = Effort { seed: 1, runs: 2, most_trials: 100, most_edges: 3, most_edge_days: 1000 };
/// let sensitivity = tuning.sensitivity(&request, effort, || ()).unwrap();
/// assert_eq!(sensitivity.cells.len() as u64, Tuning::GRID);
/// assert_eq!((sensitivity.strengths[0], sensitivity.means.len(), sensitivity.days), (2.0, 5, 3));
/// assert!((sensitivity.means[2] - 0.5).abs() < 1e-12); // the pooled mean
/// assert_eq!(sensitivity.world, "rates drawn from the tuned prior");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The means, ascending.
    pub means: Vec<f64>,
    /// The strengths α+β, ascending.
    pub strengths: Vec<f64>,
    /// A cell for each strength and, in it, each mean.
    pub cells: Vec<PriorOutcome>,
    /// How many days the log has.
    pub days: usize,
    /// The world of the simulation, in words.
    pub world: String,
    /// How much was simulated: trials, edges and runs as they were.
    pub effort: Effort,
}

/// What follows from a prior.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Effort, Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let effort = Effort { seed: 1, runs: 2, most_trials: 100, most_edges: 3, most_edge_days: 1000 };
/// let sensitivity = tuning.sensitivity(&request, effort, || ()).unwrap();
/// let uniform = sensitivity.cells[2]; // of strength 2, about the pooled mean
/// assert!((uniform.prior.alpha() - 1.0).abs() < 1e-12 && (uniform.prior.beta() - 1.0).abs() < 1e-12);
/// assert_eq!(uniform.days_to_settle, Some(3));
/// assert!(uniform.regret.0 > 0.0 && uniform.regret.0 < 100.0); // at most 1 a trial
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriorOutcome {
    /// The prior.
    pub prior: Beta,
    /// Its day-ahead score; `None` without a day to score.
    pub score: Option<Score>,
    /// Days from the first to that on which the verdict became what it is on the last, settled or tied; `None` if it is neither, or
    /// was not asked.
    pub days_to_settle: Option<u32>,
    /// The expected regret after all trials of the simulation, in units of reward, and its standard error.
    pub regret: (f64, f64),
}

impl Tuning {
    /// The outcome of each prior of a grid about the pooled mean; `finished` is called after each, from any thread. `None` without
    /// successes or without failures.
    pub fn sensitivity(
        &self,
        request: &Request<'_>,
        effort: Effort,
        finished: impl Fn() + Sync,
    ) -> Option<Sensitivity> {
        let mean = self.fit.pooled_mean.filter(|mean| *mean > 0.0 && *mean < 1.0)?;
        let odds = mean / (1.0 - mean);
        let means: Vec<f64> = ODDS.iter().map(|times| times * odds / (1.0 + times * odds)).collect();
        let world = World::new(self, request, effort);
        let grid: Vec<(f64, f64)> =
            STRENGTHS.iter().flat_map(|&strength| means.iter().map(move |&mean| (strength, mean))).collect();
        let cells = grid.par_iter().map(|&(strength, mean)| {
            let prior = Beta::new(strength * mean, strength * (1.0 - mean)).ok()?;
            let outcome = self.outcome(request, &world, prior);
            finished();
            outcome
        });
        Some(Sensitivity {
            cells: cells.collect::<Option<_>>()?,
            means,
            strengths: STRENGTHS.to_vec(),
            days: request.timeline.calendar().count(),
            world: world.words,
            effort: Effort { most_trials: world.trials, most_edges: world.edges, ..effort },
        })
    }

    /// How many priors the grid has.
    pub const GRID: u64 = (ODDS.len() * STRENGTHS.len()) as u64;

    fn outcome(&self, request: &Request<'_>, world: &World, prior: Beta) -> Option<PriorOutcome> {
        let &Request { timeline, view, .. } = request;
        let priors = Priors::new(prior);
        let score = self.scoring.as_ref().ok().and_then(|scoring| {
            let (first, last) = scoring.days;
            day_ahead(timeline, &priors, view, first..=last).score()
        });
        let simulation = simulate(&world.scenario(prior)?);
        let last = simulation.policies.first()?.regret.last()?;
        let regret = (last.mean, last.se.unwrap_or(0.0));
        let days_to_settle = days_to_settle(request, &priors, world.most_edge_days);
        Some(PriorOutcome { prior, score, days_to_settle, regret })
    }
}

fn days_to_settle(request: &Request<'_>, priors: &Priors, most_edge_days: usize) -> Option<u32> {
    let timeline: &Timeline = request.timeline;
    let (first, _) = timeline.span().filter(|_| request.dated)?;
    if timeline.edges().len() * timeline.calendar().count() > most_edge_days {
        return None;
    }
    let verdict = convergence(timeline, priors, request.view, &Settings { top: 0, ..Settings::default() }).verdict;
    let settled = matches!(verdict.state, VerdictState::Settled | VerdictState::Tied);
    verdict.since.filter(|_| settled).map(|since| (since - first).unsigned_abs() + 1)
}

/// A world like that of the log.
struct World {
    words: String,
    edges: usize,
    trials: u64,
    runs: u32,
    seed: u64,
    most_edge_days: usize,
    environment: String,
}

impl World {
    fn new(tuning: &Tuning, request: &Request<'_>, effort: Effort) -> Self {
        let edges = tuning.fit.edges.min(effort.most_edges).max(1);
        let trials = (tuning.fit.events.round() as u64).clamp(1, effort.most_trials);
        let (environment, words) = match tuning.fit.usable() {
            Some(prior) => {
                let law = format!("[{:?}, {:?}]", prior.alpha(), prior.beta());
                (format!("rates_from = {law}\ncount = {edges}"), "rates drawn from the tuned prior".to_owned())
            }
            None => {
                let towards = tuning.fit.weakest().unwrap_or(request.priors.default_prior());
                let counts = tuning.evidence.counts.iter();
                let mut rates: Vec<f64> = counts.map(|&counts| update(towards, counts).mean()).collect();
                rates.resize(tuning.fit.edges, towards.mean());
                rates.sort_unstable_by(|a, b| b.total_cmp(a));
                // Of many edges some of every rank.
                let rank = |place: usize| place * rates.len() / edges;
                let kept: Vec<String> = (0..edges).map(|place| format!("{:?}", rates[rank(place)])).collect();
                (format!("rates = [{}]", kept.join(", ")), "rates are the posterior means of the edges".to_owned())
            }
        };
        let Effort { runs, seed, most_edge_days, .. } = effort;
        Self { words, edges, trials, runs, seed, most_edge_days, environment }
    }

    fn scenario(&self, prior: Beta) -> Option<Scenario> {
        let Self { trials, runs, seed, environment, .. } = self;
        let mut text =
            format!("seed = {seed}\nruns = {runs}\ndays = 1\ntrials_per_day = {trials}\ncheckpoints = [{trials}]\n");
        let prior = format!("prior = [{:?}, {:?}]", prior.alpha(), prior.beta());
        write!(text, "{prior}\n[environment]\nkind = \"stationary\"\n{environment}\n[[policy]]\nkind = \"thompson\"\n")
            .ok()?;
        Scenario::from_toml(&text).ok()
    }
}
