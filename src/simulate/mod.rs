//! Simulation: policies play in a world whose truth is known, many times over.

mod credit;
mod engine;
mod episode;
mod inbox;
mod propensity;
mod record;
mod regret;
mod scenario;
mod witness;
mod world;

pub use crate::keys::Problem;
pub use record::{Event, Feedback, plays, record, record_log, timeline};
pub use regret::lai_robbins;
pub use scenario::{Scenario, ScenarioError};

use ndarray::{Array2, ArrayView2, Axis};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use serde::Serialize;

use episode::Trace;

/// What came of a scenario: the regret of each policy, averaged over runs.
///
/// ```
/// use betadrift::simulate::{Scenario, simulate};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 2
///     trials_per_day = 100
///     seed = 7
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     policy = [{ kind = "thompson" }, { kind = "uniform", label = "at random" }]
///     "#,
/// )?;
/// let simulation = simulate(&scenario.with_runs(20));
/// assert_eq!((simulation.runs, simulation.horizon, simulation.seed), (20, 200, 7));
/// let labels: Vec<_> = simulation.policies.iter().map(|policy| policy.label.as_str()).collect();
/// assert_eq!(labels, ["thompson", "at random"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// How often each policy played.
    pub runs: u32,
    /// Trials in a run.
    pub horizon: u64,
    /// The seed of everything drawn at random.
    pub seed: u64,
    /// The policies, as listed in the scenario.
    pub policies: Vec<PolicyResult>,
}

/// One policy, averaged over runs.
///
/// UCB1 plays each of two edges once before any twice: after two trials it has lost 1 − 0, by half of its plays:
///
/// ```
/// use betadrift::simulate::{Scenario, simulate};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 1
///     trials_per_day = 2
///     environment = { kind = "stationary", rates = [1.0, 0.0] }
///     policy = [{ kind = "ucb1" }]
///     "#,
/// )?;
/// let [ucb1] = &simulate(&scenario).policies[..] else { unreachable!() };
/// assert_eq!(ucb1.label, "ucb1");
/// assert_eq!((ucb1.regret[0].mean, ucb1.best_share[0].mean), (1.0, 0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyResult {
    /// Its label.
    #[serde(rename = "policy")]
    pub label: String,
    /// Σ over the first t trials of the best mean of the trial − the mean of the edge chosen, at each checkpoint. With k slots
    /// a trial, of the clicks that the list of the k best brings on average − those of the list chosen
    /// ([`crate::environment::Clicks::expected`]), which is of the k best means − the k chosen unless positions matter.
    pub regret: Vec<Point>,
    /// The share of the plays of the first t trials that went to a best edge (with k slots: to one as good as the k-th best).
    pub best_share: Vec<Point>,
}

/// An average over runs at a checkpoint.
///
/// ```
/// use betadrift::simulate::{Scenario, simulate};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 2
///     trials_per_day = 50
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     "#,
/// )?;
/// let result = simulate(&scenario.with_runs(1));
/// let regret = &result.policies[0].regret;
/// assert_eq!((regret[0].t, regret[1].t), (50, 100)); // the days' last trials, unless `checkpoints` says otherwise
/// assert!(regret[0].mean <= regret[1].mean && regret[1].se.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// After so many trials.
    pub t: u64,
    /// The mean over runs.
    pub mean: f64,
    /// Its standard error, sample standard deviation / √runs; `None` for a single run.
    pub se: Option<f64>,
}

/// Plays a scenario: every policy in every run, in parallel. The result depends on the scenario alone.
///
/// To choose at random loses half the gap a trial, 0.4 here, and Thompson sampling far less:
///
/// ```
/// use betadrift::simulate::{Scenario, simulate};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 3
///     trials_per_day = 100
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     policy = [{ kind = "uniform" }, { kind = "thompson" }]
///     "#,
/// )?;
/// let result = simulate(&scenario);
/// let [uniform, thompson] = [0, 1].map(|policy: usize| result.policies[policy].regret[2]);
/// assert!((uniform.mean - 0.4 * 300.0).abs() < 4.0 * uniform.se.unwrap());
/// assert!(thompson.mean < 0.1 * uniform.mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate(scenario: &Scenario) -> Simulation {
    simulate_observed(scenario, || ())
}

/// Like [`simulate`]; `finished` is called after each run of a policy, from any thread.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use betadrift::simulate::{Scenario, simulate, simulate_observed};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 1
///     trials_per_day = 10
///     runs = 5
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     policy = [{ kind = "uniform" }, { kind = "thompson" }]
///     "#,
/// )?;
/// let finished = AtomicU32::new(0);
/// let result = simulate_observed(&scenario, || { finished.fetch_add(1, Ordering::Relaxed); });
/// assert_eq!(finished.into_inner(), 2 * 5);
/// assert_eq!(result, simulate(&scenario));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate_observed(scenario: &Scenario, finished: impl Fn() + Sync) -> Simulation {
    let policy = |policy| policy_result(scenario, policy, &finished);
    Simulation {
        runs: scenario.runs,
        horizon: scenario.horizon(),
        seed: scenario.seed,
        policies: (0..scenario.policies.len()).into_par_iter().map(policy).collect(),
    }
}

fn policy_result(scenario: &Scenario, policy: usize, finished: &(impl Fn() + Sync)) -> PolicyResult {
    let shape = (scenario.runs as usize, scenario.checkpoints.len());
    let (mut regret, mut best_share) = (Array2::zeros(shape), Array2::zeros(shape));
    // A run writes its own row, so that no order of runs shows.
    let width = scenario.checkpoints.len();
    let rows = rows_mut(&mut regret).par_chunks_mut(width).zip(rows_mut(&mut best_share).par_chunks_mut(width));
    rows.enumerate().for_each(|(run, (regret, best_share))| {
        episode::play(scenario, policy, run as u64, &mut Trace { regret, best_share }, &mut ());
        finished();
    });
    let points = |array: &Array2<f64>| averages(array.view(), &scenario.checkpoints);
    PolicyResult {
        label: scenario.policies[policy].label.clone(),
        regret: points(&regret),
        best_share: points(&best_share),
    }
}

fn rows_mut(array: &mut Array2<f64>) -> &mut [f64] {
    array.as_slice_mut().expect("valid by construction: a new array is contiguous")
}

/// Mean and standard error over the rows (runs) of each column (checkpoint).
fn averages(runs: ArrayView2<'_, f64>, checkpoints: &[u64]) -> Vec<Point> {
    let root = (runs.nrows() as f64).sqrt();
    let column = |(&t, column): (&u64, ndarray::ArrayView1<'_, f64>)| Point {
        t,
        mean: column.sum() / runs.nrows() as f64,
        se: (column.len() > 1).then(|| column.std(1.0) / root),
    };
    checkpoints.iter().zip(runs.axis_iter(Axis(1))).map(column).collect()
}
