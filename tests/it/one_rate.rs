//! Protects the e-value against one rate: its mean is at most 1 whatever the rate and however pulls follow rewards, it agrees
//! with a reference made by other means, and it finds a change.

use betadrift::decision::{DailyCounts, one_rate, one_rate_from};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn counts(days: &[(i32, f64, f64)]) -> Vec<DailyCounts> {
    days.iter().map(|&(day, successes, failures)| DailyCounts { day, successes, failures }).collect()
}

fn e_value(days: &[(i32, f64, f64)], evening: i32) -> f64 {
    one_rate(&counts(days), evening).map_or(1.0, |evidence| evidence.e_value())
}

#[test]
fn agrees_with_the_reference() {
    let mut seen = 0;
    for row in csv::Reader::from_path("tests/reference/one_rate.csv").unwrap().records() {
        let row = row.unwrap();
        let numbers = |at: usize| row[at].split(' ').map(|number| number.parse::<f64>().unwrap()).collect::<Vec<_>>();
        let (days, successes, failures) = (numbers(2), numbers(3), numbers(4));
        let days: Vec<_> = (0..days.len()).map(|k| (days[k] as i32, successes[k], failures[k])).collect();
        let evidence = one_rate(&counts(&days), row[1].parse().unwrap()).unwrap();
        let (ln_e, pulls) = (row[5].parse::<f64>().unwrap(), days.iter().map(|day| day.1 + day.2).sum::<f64>());
        let error = (evidence.ln_e - ln_e).abs();
        assert!(error < 1e-12 + 1e-13 * pulls, "{}: {} for {ln_e}", &row[0], evidence.ln_e);
        seen += 1;
    }
    assert!(seen >= 30, "{seen}");
}

fn binomial(n: u32, k: u32, p: f64) -> f64 {
    let choose = (0..k).fold(1.0, |product, j| product * f64::from(n - j) / f64::from(j + 1));
    choose * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
}

/// Every outcome of a first day, and then of as many pulls on a second day as make the mean greatest: the worst that any
/// adaptive rule can do. The mean over all outcomes, exactly.
#[test]
fn its_mean_is_at_most_1_whatever_decides_on_pulls() {
    for p in [0.003, 0.05, 0.2, 0.5, 0.8] {
        for first in [1, 5, 20] {
            let mean: f64 = (0..=first)
                .map(|s1| {
                    let given = |pulls: u32| -> f64 {
                        let value = |s2: u32| {
                            let days =
                                [(0, f64::from(s1), f64::from(first - s1)), (1, f64::from(s2), f64::from(pulls - s2))];
                            binomial(pulls, s2, p) * if pulls == 0 { 1.0 } else { e_value(&days, 1) }
                        };
                        (0..=pulls).map(value).sum()
                    };
                    // A day without pulls would say nothing: 1. It is left out, so that the rule must go on.
                    binomial(first, s1, p) * (1..=25).map(given).fold(0.0, f64::max)
                })
                .sum();
            assert!(mean <= 1.0 + 1e-9, "rate {p}, {first} pulls: {mean}");
        }
    }
}

/// A chooser that follows yesterday's successes, and a stop on the first evening of strong evidence.
#[test]
fn few_null_worlds_reach_20_and_most_changed_ones_do() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
    let mut reach = |after: f64| {
        let worlds = 400;
        let (mut last, mut ever) = (0, 0);
        for _ in 0..worlds {
            let (mut days, mut pulls, mut seen) = (Vec::new(), 100, false);
            for day in 0..14 {
                let rate = if day < 7 { 0.1 } else { after };
                let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate).count();
                days.push((day, successes as f64, (pulls - successes) as f64));
                pulls = if successes * 10 > pulls { 160 } else { 80 };
                seen |= e_value(&days, day) >= 20.0;
            }
            last += u32::from(e_value(&days, 13) >= 20.0);
            ever += u32::from(seen);
        }
        (f64::from(last) / f64::from(worlds), f64::from(ever) / f64::from(worlds))
    };
    let (last, ever) = reach(0.1);
    assert!(last <= 0.05 && ever <= 0.05, "{last} {ever}");
    let (found, _) = reach(0.2);
    assert!(found > 0.8, "{found}");
}

#[test]
fn what_says_nothing_is_none() {
    assert_eq!(one_rate(&[], 3), None);
    assert_eq!(one_rate(&counts(&[(0, 5.0, 5.0)]), 3), None);
    assert!(e_value(&[(0, 5.0, 0.0), (1, 7.0, 0.0)], 1) < 1.0);
    assert!(e_value(&[(0, 0.0, 1e8), (1, 1e8, 0.0)], 1) == f64::MAX);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_screen_leaves_nothing_out(
        days in prop::collection::vec((1i32..4, 0u32..60, 1u32..60), 2..10), least in -2.0f64..6.0,
    ) {
        let mut at = 0;
        let days: Vec<_> = days.into_iter().map(|(gap, s, f)| { at += gap; (at, f64::from(s), f64::from(f)) }).collect();
        let whole = one_rate(&counts(&days), at).unwrap();
        match one_rate_from(&counts(&days), at, least) {
            Some(screened) => prop_assert_eq!(screened, whole),
            None => prop_assert!(whole.ln_e < least),
        }
    }

    #[test]
    fn failures_and_successes_are_alike(days in prop::collection::vec((0u32..60, 1u32..60), 2..10)) {
        let days: Vec<_> = days.iter().enumerate().map(|(at, &(s, f))| (at as i32, f64::from(s), f64::from(f))).collect();
        let turned: Vec<_> = days.iter().map(|&(day, s, f)| (day, f, s)).collect();
        let evening = days.len() as i32 - 1;
        let (one, other) = (e_value(&days, evening), e_value(&turned, evening));
        prop_assert!((one / other - 1.0).abs() < 1e-9, "{one} {other}");
    }
}
