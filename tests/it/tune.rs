//! Protects the tuned prior: its evidence is that of the Beta–binomial, its maximum is one, its status is decided by the whole
//! profile, and all of it is what other programs find.

use std::path::Path;

use betadrift::beta::Beta;
use betadrift::feedback::{Counts, Tally};
use betadrift::special::ln_beta;
use betadrift::tune::{Evidence, Fit, Status};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn edges(counts: &[(u64, u64)]) -> Vec<Counts> {
    counts.iter().map(|&(successes, failures)| Counts::whole(successes, failures)).collect()
}

fn fit(counts: &[(u64, u64)]) -> Fit {
    Fit::new(&Evidence::new(edges(counts)), 0.95)
}

/// A row of the table: the name, the level, numbers that may be absent, and the counts.
struct Reference {
    name: String,
    level: f64,
    status: String,
    numbers: Vec<Option<f64>>,
    counts: Vec<(u64, u64)>,
}

fn references() -> Vec<Reference> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/evidence.csv");
    let row = |record: csv::StringRecord| {
        let pair = |pair: &str| {
            let (successes, trials) = pair.split_once(':').unwrap();
            let successes: u64 = successes.parse().unwrap();
            (successes, trials.parse::<u64>().unwrap() - successes)
        };
        Reference {
            name: record[0].to_owned(),
            level: record[1].parse().unwrap(),
            status: record[2].to_owned(),
            numbers: (3..14).map(|at| record[at].parse().ok()).collect(),
            counts: record[14].split_whitespace().map(pair).collect(),
        }
    };
    csv::Reader::from_path(path).unwrap().records().map(|record| row(record.unwrap())).collect()
}

fn rats() -> Vec<(u64, u64)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/rat_tumours.csv");
    let rows = csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect::<Vec<(u64, u64)>>();
    assert_eq!(rows.len(), 70);
    rows.into_iter().map(|(tumours, rats)| (tumours, rats - tumours)).collect()
}

#[test]
fn everything_is_what_another_program_finds() {
    let references = references();
    assert!(references.len() > 45);
    for status in ["interior", "no_overdispersion", "boundary", "unidentified"] {
        assert!(references.iter().filter(|reference| reference.status == status).count() > 2, "{status}");
    }
    let mut wrong = String::new();
    for Reference { name, level, status, numbers, counts } in references {
        let fit = Fit::new(&Evidence::new(edges(&counts)), level);
        let (maximum, errors) = (fit.maximum.map(|found| found.prior), fit.maximum.map(|found| found.errors));
        let got = [
            maximum.map(Beta::alpha),
            maximum.map(Beta::beta),
            Some(fit.log_likelihood),
            fit.interval.lower,
            fit.interval.upper,
            fit.moments.map(Beta::alpha),
            fit.moments.map(Beta::beta),
            errors.map(|errors| errors.alpha),
            errors.map(|errors| errors.beta),
            errors.map(|errors| errors.mean),
            errors.map(|errors| errors.concentration),
        ];
        let near = |got: &Option<f64>, right: &Option<f64>| match (got, right) {
            (Some(got), Some(right)) => (got - right).abs() <= 1e-8 * right.abs().max(1e-3),
            _ => got.is_none() && right.is_none(),
        };
        if fit.status.word() != status || !got.iter().zip(&numbers).all(|(got, right)| near(got, right)) {
            wrong += &format!("{name} at {level}: {} {got:?}\n    not {status} {numbers:?}\n", fit.status.word());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rats_have_the_prior_of_the_textbook() {
    let fit = fit(&rats());
    let prior = fit.usable().unwrap();
    assert!((prior.alpha() - 2.304_783).abs() < 1e-6 && (prior.beta() - 14.079_809).abs() < 1e-6, "{prior:?}");
}

#[test]
fn the_slope_at_one_rate_does_not_decide() {
    let counts: Vec<(u64, u64)> = [vec![(0, 2); 10], vec![(2, 0); 10], vec![(500, 500)]].concat();
    let (successes, events) = (520.0, 1040.0);
    let p: f64 = successes / events;
    let d: f64 = counts
        .iter()
        .map(|&(y, f)| (y as f64, f as f64))
        .map(|(y, f)| y * (y - 1.0) / (2.0 * p) + f * (f - 1.0) / (2.0 * (1.0 - p)) - (y + f) * (y + f - 1.0) / 2.0)
        .sum();
    assert!(d < 0.0, "{d}");
    let fit = fit(&counts);
    assert_eq!(fit.status, Status::Interior);
    assert!(fit.gain() > 1.0);
}

#[test]
fn a_prior_refitted_to_its_own_world_is_covered() {
    // 200 worlds: of intervals of 90 %, between 165 and 194 cover but for one chance in ten thousand at either end.
    const WORLDS: u64 = 200;
    let world = Beta::new(2.0, 18.0).unwrap();
    let covered = (0..WORLDS).filter(|&seed| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let counts = (0..150).map(|_| {
            let (rate, n) = (world.draw(&mut rng), 5 + rng.random_range(0..60));
            let successes = (0..n).filter(|_| rng.random::<f64>() < rate).count() as u64;
            Counts::whole(successes, n - successes)
        });
        let interval = Fit::new(&Evidence::new(counts), 0.9).interval;
        interval.lower.is_some_and(|lower| lower <= 20.0) && interval.upper.is_none_or(|upper| upper >= 20.0)
    });
    let covered = covered.count();
    assert!((165..=194).contains(&covered), "{covered} of {WORLDS}");
}

#[test]
fn great_and_partial_counts_cost_and_lose_nothing() {
    let tally = |x: f64| Tally::from_f64(x).unwrap();
    let partial: Vec<Counts> = (0..40)
        .map(|i| Counts { successes: tally(0.25 + f64::from(i % 7) * 1.5), failures: tally(3.75 + f64::from(i % 5)) })
        .collect();
    let great = edges(&[(9_000_000, 21_000_000), (2_000_000, 3_000_000), (7, 900), (0, 0), (1, 1)]);
    for counts in [partial, great] {
        let evidence = Evidence::new(counts.clone());
        for (alpha, beta) in [(1.0, 1.0), (0.01, 3.0), (300.0, 700.0), (2e4, 1e5)] {
            let terms = counts
                .iter()
                .map(|c| (c.successes.to_f64(), c.failures.to_f64()))
                .map(|(y, f)| (ln_beta(alpha + y, beta + f), ln_beta(alpha, beta)));
            // The difference of two logarithms loses what they have in common.
            let (right, lost) = terms.fold((0.0, 0.0), |(right, lost), (after, before)| {
                (right + after - before, lost + 1e-14 * (after.abs() + before.abs()))
            });
            let got = evidence.ln_likelihood(Beta::new(alpha, beta).unwrap());
            assert!((got - right).abs() < lost, "{alpha} {beta}: {got} {right}");
        }
        let fit = Fit::new(&evidence, 0.95);
        assert_eq!(fit.status, Status::Interior);
        assert!((evidence.ln_likelihood(fit.maximum.unwrap().prior) - fit.log_likelihood).abs() < 1e-8);
    }
}

fn worlds() -> impl Strategy<Value = Vec<(u64, u64)>> {
    proptest::collection::vec((0u64..60, 0u64..60), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_evidence_is_the_product_of_beta_binomials(counts in worlds(), ln_alpha in -5.0..10.0f64, ln_beta_of in -5.0..10.0f64) {
        let prior = Beta::new(ln_alpha.exp(), ln_beta_of.exp()).unwrap();
        let right: f64 = counts
            .iter()
            .map(|&(y, f)| ln_beta(prior.alpha() + y as f64, prior.beta() + f as f64) - ln_beta(prior.alpha(), prior.beta()))
            .sum();
        let got = Evidence::new(edges(&counts)).ln_likelihood(prior);
        prop_assert!((got - right).abs() <= 1e-11 * right.abs().max(1.0), "{got} {right}");
    }

    #[test]
    fn neither_order_nor_edges_without_events_nor_the_sense_of_success_matter(counts in worlds(), idle in 0usize..5) {
        let one = fit(&counts);
        let mut other: Vec<(u64, u64)> = counts.iter().rev().copied().collect();
        other.extend(std::iter::repeat_n((0, 0), idle));
        prop_assert_eq!(&Fit { edges: one.edges, ..fit(&other) }, &one);
        prop_assert_eq!(fit(&other).edges, counts.len() + idle);
        let swapped = fit(&counts.iter().map(|&(y, f)| (f, y)).collect::<Vec<_>>());
        prop_assert_eq!(swapped.status, one.status);
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a / b - 1.0).abs() < 1e-8,
            (a, b) => a == b,
        };
        prop_assert!(near(swapped.interval.lower, one.interval.lower) && near(swapped.interval.upper, one.interval.upper));
        let (prior, mirrored) = (one.maximum.map(|m| m.prior), swapped.maximum.map(|m| m.prior));
        prop_assert!(near(prior.map(Beta::alpha), mirrored.map(Beta::beta)), "{prior:?} {mirrored:?}");
        prop_assert!(near(one.moments.map(Beta::alpha), swapped.moments.map(Beta::beta)));
    }

    #[test]
    fn the_maximum_is_one_and_the_ends_of_the_interval_have_the_right_drop(counts in worlds()) {
        let (evidence, fit) = (Evidence::new(edges(&counts)), fit(&counts));
        let Some(found) = fit.maximum else { return Ok(()) };
        let at = |factor: (f64, f64)| {
            let (alpha, beta) = (found.prior.alpha() * factor.0, found.prior.beta() * factor.1);
            evidence.ln_likelihood(Beta::new(alpha, beta).unwrap())
        };
        prop_assert!((at((1.0, 1.0)) - fit.log_likelihood).abs() < 1e-9 * fit.log_likelihood.abs().max(1.0));
        for step in [1e-3f64, 0.1, 1.0, 4.0] {
            for factor in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step), (step, step), (-step, -step)] {
                prop_assert!(at((factor.0.exp(), factor.1.exp())) <= fit.log_likelihood + 1e-9);
            }
        }
        // ½ of the 95 % quantile of χ² with one degree of freedom.
        let half = 1.920_729_410_347_062;
        for s in [fit.interval.lower, fit.interval.upper].into_iter().flatten() {
            let profile = (1..4_000)
                .map(|i| f64::from(i) / 4_000.0)
                .map(|m| evidence.ln_likelihood(Beta::new(s * m, s * (1.0 - m)).unwrap()))
                .fold(f64::NEG_INFINITY, f64::max);
            // A grid of means misses the crest by a little, never from below.
            let drop = fit.log_likelihood - profile;
            prop_assert!(drop > half - 1e-7 && drop < half + 0.02, "{s}: {drop}");
        }
    }
}
