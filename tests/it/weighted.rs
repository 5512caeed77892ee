//! Protects adaptively weighted means: the numbers of a brute-force reference, and intervals that cover where those of plain
//! means do not.

use betadrift::beta::Beta;
use betadrift::convergence::{Unweighted, weighted_means};
use betadrift::decision::decide;
use betadrift::feedback::Reward;
use betadrift::timeline::WeightFold;
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::reference::{Worst, rows};

/// The rows of `tests/reference/weighted.py`: edge, propensity, reward.
fn generated(seed: u64, events: usize, kind: u32) -> Vec<(usize, f64, f64)> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 2f64.powi(53)
    };
    let row = |_| {
        let (edge, p, r) = ((next() * 2.0) as usize, next(), next());
        let propensity = if kind < 2 { 10f64.powf(-4.0 * p) } else { 1.0 };
        let reward = if kind == 1 { r } else { f64::from(u8::from(r < 0.3 + 0.1 * edge as f64)) };
        (edge, propensity, reward)
    };
    (0..events).map(row).collect()
}

#[test]
fn means_errors_and_intervals_are_those_of_brute_force() {
    let mut worst = Worst::default();
    for row in rows("weighted") {
        let mut fold = WeightFold::default();
        for (edge, propensity, reward) in generated(row["seed"] as u64, row["events"] as usize, row["kind"] as u32) {
            fold.add(if edge == 0 { "a" } else { "b" }, Some(propensity), Reward::new(reward).unwrap());
        }
        let weights = fold.finish();
        let edge = weights.edges().get(if row["edge"] == 0.0 { "a" } else { "b" }).unwrap();
        let found = weighted_means(&weights, 0.95)[edge.index()].unwrap();
        let got = [found.mean, found.se, found.interval.lower, found.interval.upper];
        for (name, got) in ["mean", "se", "lower", "upper"].into_iter().zip(got) {
            worst.see(row["events"], got, row[name], name);
        }
    }
    worst.within(&[(2_000.0, 1e-9)]);
}

#[test]
fn rows_without_a_usable_propensity_leave_no_mean() {
    let mut fold = WeightFold::default();
    for (edge, propensity) in [("good", 0.5), ("zero", 0.0), ("zero", 0.5), ("above", 1.5), ("tiny", 1e-12)] {
        fold.add(edge, Some(propensity), Reward::SUCCESS);
    }
    fold.add("missing", None, Reward::SUCCESS);
    fold.edge("silent");
    let weights = fold.finish();
    let means = weighted_means(&weights, 0.95);
    let of = |name: &str| means[weights.edges().get(name).unwrap().index()];
    assert_eq!(of("good").unwrap().mean, 1.0);
    // All rewards alike: the interval is not of length 0.
    assert!(of("good").unwrap().interval.lower < 0.5);
    assert_eq!(of("zero"), Err(Unweighted::Unusable { rows: 1, of: 2 }));
    assert_eq!(of("zero").unwrap_err().to_string(), "1 of 2 rows has no propensity between 1e-9 and 1");
    for name in ["above", "tiny", "missing"] {
        assert_eq!(of(name), Err(Unweighted::Unusable { rows: 1, of: 1 }), "{name}");
    }
    assert_eq!(of("silent"), Err(Unweighted::NoRows));
}

/// How often the intervals of each kind hold the truth in worlds with rates .9 and .8 (else) that Thompson sampling plays 60
/// times, three choices between looks.
fn coverage(edges: usize, runs: usize, rng: &mut impl Rng) -> (f64, f64) {
    let rates: Vec<f64> = (0..edges).map(|edge| if edge == 0 { 0.9 } else { 0.8 }).collect();
    let names: Vec<String> = (0..edges).map(|edge| format!("{edge:02}")).collect();
    let (mut intervals, mut wald, mut weighted) = (0.0, 0.0, 0.0);
    for _ in 0..runs {
        let (mut counts, mut fold) = (vec![(0.0, 0.0); edges], WeightFold::default());
        for _ in 0..20 {
            let posteriors: Vec<Beta> = counts.iter().map(|(s, f)| Beta::new(1.0 + s, 1.0 + f).unwrap()).collect();
            let p_best = decide(&posteriors).p_best;
            for _ in 0..3 {
                let mut left = rng.random::<f64>();
                let passes = |p: &f64| {
                    left -= p;
                    left < 0.0
                };
                let edge = p_best.iter().position(passes).unwrap_or(0);
                let success = rng.random_bool(rates[edge]);
                let (successes, failures) = &mut counts[edge];
                *(if success { successes } else { failures }) += 1.0;
                let reward = if success { Reward::SUCCESS } else { Reward::FAILURE };
                fold.add(&names[edge], Some(p_best[edge]), reward);
            }
        }
        let weights = fold.finish();
        let means = weighted_means(&weights, 0.95);
        for (edge, name) in weights.edges().iter() {
            let number: usize = name.parse().unwrap();
            let (truth, (successes, failures)) = (rates[number], counts[number]);
            let (n, mean) = (successes + failures, successes / (successes + failures));
            let half = 1.96 * (mean * (1.0 - mean) / n).sqrt();
            let band = means[edge.index()].unwrap().interval;
            intervals += 1.0;
            wald += f64::from(u8::from((truth - mean).abs() <= half));
            weighted += f64::from(u8::from(band.lower <= truth && truth <= band.upper));
        }
    }
    (wald / intervals, weighted / intervals)
}

/// At 600 runs the standard error of a coverage of .95 is below .01; fixed seed, α = .01.
#[test]
fn intervals_cover_where_those_of_plain_means_do_not() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20_260_101);
    for (edges, runs, most) in [(2, 600, 0.91), (3, 500, 0.89), (10, 300, 0.75)] {
        let (wald, weighted) = coverage(edges, runs, &mut rng);
        assert!(wald < most, "{edges} edges: Wald intervals cover {wald}");
        assert!((0.935..0.99).contains(&weighted), "{edges} edges: weighted intervals cover {weighted}");
    }
}
