//! Protects the regret that a log's own beliefs see: on average over worlds from the prior it is the true one, and its
//! interval holds the true one as often as it says.

use betadrift::beta::Beta;
use betadrift::convergence::{RegretDay, model_regret};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::seed::{Purpose, stream};
use betadrift::simulate::{Scenario, simulate, timeline};
use betadrift::timeline::{Fold, Timeline, View};

const RUNS: u64 = 100;

fn worlds(runs: u64) -> Scenario {
    Scenario::from_toml(&format!(
        "runs = {runs}\ndays = 1\ntrials_per_day = 120\nprior = [1, 4]\n[environment]\nkind = \"stationary\"\ncount = 4\n\
         rates_from = [1, 4]\n[[policy]]\nkind = \"thompson\"\n"
    ))
    .unwrap()
}

fn last(timeline: &Timeline, prior: Beta, seed: u64) -> RegretDay {
    let stream = |day| stream(seed, Purpose::Beliefs, &[day]);
    *model_regret(timeline, &Priors::new(prior), View::Cumulative, 0.8, stream).last().unwrap()
}

/// Mean, standard error of the mean.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt())
}

#[test]
fn over_worlds_from_the_prior_the_model_sees_the_true_regret() {
    let scenario = worlds(RUNS);
    let (mut errors, mut under_another_prior, mut held) = (Vec::new(), Vec::new(), 0u32);
    for run in 0..RUNS {
        let counts = timeline(&scenario, 0, run);
        let rates = scenario.initial_rates(run);
        let best = rates.iter().copied().fold(0.0, f64::max);
        let true_regret: f64 = counts
            .edges()
            .iter()
            .zip(counts.totals())
            .map(|((_, name), total)| {
                let at = (0..rates.len()).find(|&k| scenario.edge_name(betadrift::feedback::EdgeId::new(k)) == name);
                total.pulls() * (best - rates[at.unwrap()])
            })
            .sum();
        let day = last(&counts, Beta::new(1.0, 4.0).unwrap(), run);
        errors.push(day.expected - true_regret);
        held += u32::from(day.interval.lower <= true_regret && true_regret <= day.interval.upper);
        let wrong = last(&counts, Beta::new(4.0, 1.0).unwrap(), run).expected;
        under_another_prior.push(wrong - day.expected);
    }
    // Edges that were never pulled take no part, so the model may miss a little of the maximum; with 120 pulls none is.
    let (error, se) = mean(&errors);
    assert!(error.abs() < 3.5 * se, "{error} ± {se}");
    // 80 of 100 at the level 0.8, sd 4.
    assert!((f64::from(held) - 80.0).abs() < 3.5 * 4.0, "{held} of {RUNS}");
    let (error, se) = mean(&under_another_prior);
    assert!(error > 3.5 * se, "the wrong prior should be seen: {error} ± {se}");
    // The simulator's own regret agrees with the one that was added up here.
    let simulated = simulate(&scenario).policies[0].regret.last().map(|point| point.mean).unwrap();
    assert!(simulated > 1.0);
}

#[test]
fn the_same_stream_gives_the_same_interval_and_one_edge_has_no_regret() {
    let mut fold = Fold::default();
    let edge = fold.edge("only");
    fold.add(Day::from_days(0), edge, Counts::whole(3, 4));
    let timeline = fold.finish();
    let day = last(&timeline, Beta::UNIFORM, 7);
    assert_eq!(day, last(&timeline, Beta::UNIFORM, 7));
    assert_eq!((day.pulls, day.expected), (7.0, 0.0));
    assert!(day.interval.lower.abs() < 1e-12 && day.interval.upper.abs() < 1e-12);
}
