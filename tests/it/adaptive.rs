//! Protects what adaptive sampling breaks and what it leaves whole, with the engine's own plays: sample means and Wald intervals
//! are broken, and so is the coverage of credible intervals at one fixed truth; averaged over a matched prior it is not.

use betadrift::beta::Beta;
use betadrift::simulate::{Scenario, plays};
use rayon::prelude::*;

/// How many standard errors a simulated share may lie from its known value: a chance of 6e-5 at a fixed seed.
const STANDARD_ERRORS: f64 = 4.0;

/// An edge in the end of a run.
struct End {
    rate: f64,
    successes: f64,
    pulls: f64,
    posterior: Beta,
}

/// Every edge of every run of Thompson sampling.
fn ends(environment: &str, trials: u64, runs: u64) -> Vec<Vec<End>> {
    let text = format!("days = 1\ntrials_per_day = {trials}\n[environment]\nkind = \"stationary\"\n{environment}");
    let scenario = Scenario::from_toml(&text).unwrap();
    let play = |run| {
        let posteriors = plays(&scenario, 0, run, |_| ());
        let end = |(posterior, rate): (Beta, f64)| {
            let (successes, failures) = (posterior.alpha() - 1.0, posterior.beta() - 1.0);
            End { rate, successes, pulls: successes + failures, posterior }
        };
        posteriors.into_iter().zip(scenario.initial_rates(run)).map(end).collect()
    };
    (0..runs).into_par_iter().map(play).collect()
}

/// The share of trues, and its standard error.
fn share(hits: impl Iterator<Item = bool>) -> (f64, f64) {
    let (n, hits) = hits.fold((0.0, 0.0), |(n, sum), hit| (n + 1.0, sum + f64::from(hit)));
    let share: f64 = hits / n;
    (share, (share * (1.0 - share) / n).sqrt())
}

fn in_credible(end: &End) -> bool {
    let below = end.posterior.cdf(end.rate);
    (0.025..=0.975).contains(&below)
}

/// p̂ ± 1.96 √(p̂(1 − p̂)/n).
fn in_wald(end: &End) -> bool {
    let mean = end.successes / end.pulls;
    (mean - end.rate).abs() <= 1.96 * (mean * (1.0 - mean) / end.pulls).sqrt()
}

fn near((share, se): (f64, f64), known: f64, what: &str) {
    // Half a unit in the last digit of what is known.
    assert!((share - known).abs() < STANDARD_ERRORS * se + 0.0005, "{what}: {share} ± {se}, not {known}");
}

#[test]
fn sample_means_are_too_low_and_coverage_at_one_truth_is_not_nominal() {
    let runs = ends("rates = [0.9, 0.8]", 60, 8_000);
    let errors: Vec<f64> =
        runs.iter().map(|run| &run[1]).filter(|e| e.pulls > 0.0).map(|e| e.successes / e.pulls - e.rate).collect();
    let n = errors.len() as f64;
    let bias = errors.iter().sum::<f64>() / n;
    let se = (errors.iter().map(|error| (error - bias).powi(2)).sum::<f64>() / n / n).sqrt();
    assert!((bias + 0.101).abs() < STANDARD_ERRORS * se + 0.0005, "{bias} ± {se}");
    near(share(runs.iter().map(|run| in_credible(&run[0]))), 0.919, "credible interval of 0.9");
}

#[test]
fn wald_intervals_of_adaptive_data_do_not_cover_and_credible_ones_do() {
    for (edges, known, runs) in [(2, 0.83, 1_200), (3, 0.78, 800), (10, 0.67, 250)] {
        let runs = ends(&format!("count = {edges}\nrates_from = [1, 1]"), 1_000, runs);
        let pulled = || runs.iter().flatten().filter(|end| end.pulls > 0.0);
        let (wald, se) = share(pulled().map(in_wald));
        // Half a unit in the last digit of what is known.
        assert!((wald - known).abs() < STANDARD_ERRORS * se + 0.005, "{edges} edges: {wald} ± {se}");
        near(share(runs.iter().flatten().map(in_credible)), 0.95, "credible over a matched prior");
    }
}
