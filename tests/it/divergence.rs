//! Protects the divergences: against 60-digit references, and the inequalities that tie them together.

use std::f64::consts::LN_2;

use betadrift::beta::Beta;
use betadrift::divergence::{hellinger, jeffreys, jensen_shannon, kl, path_length, total_variation, wasserstein};
use proptest::prelude::*;

use crate::reference::{Worst, rows};

type Divergence = fn(Beta, Beta) -> f64;

const ALL: [(&str, Divergence); 7] = [
    ("kl", kl),
    ("kl_reverse", |p, q| kl(q, p)),
    ("jeffreys", jeffreys),
    ("jensen_shannon", jensen_shannon),
    ("hellinger", hellinger),
    ("total_variation", total_variation),
    ("wasserstein_1", wasserstein),
];

#[test]
fn every_divergence_has_its_reference_value() {
    let mut worst = Worst::default();
    for row in rows("divergence") {
        let p = Beta::new(row["a1"], row["b1"]).unwrap();
        let q = Beta::new(row["a2"], row["b2"]).unwrap();
        let magnitude = [row["a1"], row["b1"], row["a2"], row["b2"]].into_iter().fold(0.0, f64::max);
        for (name, divergence) in ALL {
            let (got, right) = (divergence(p, q), row[name]);
            // The demand is relative 1e-10 or absolute 1e-15.
            let got = if (got - right).abs() <= 1e-15 { right } else { got };
            worst.see(magnitude, got, right, &format!("{name}({p:?}, {q:?})"));
        }
    }
    worst.within(&[(1.1e4, 1e-10), (1.1e8, 1e-6)]);
}

fn parameter() -> impl Strategy<Value = f64> {
    (-2.0f64..4.0).prop_map(|exponent| 10f64.powf(exponent))
}

fn beta() -> impl Strategy<Value = Beta> {
    (parameter(), parameter()).prop_map(|(alpha, beta)| Beta::new(alpha, beta).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn divergences_are_never_negative_and_zero_on_equals(p in beta(), q in beta()) {
        for (name, divergence) in ALL {
            prop_assert!(divergence(p, q) >= 0.0, "{} is {}", name, divergence(p, q));
            prop_assert_eq!(divergence(p, p), 0.0, "{}", name);
        }
    }

    #[test]
    fn all_but_kl_are_symmetric_to_the_bit(p in beta(), q in beta()) {
        for (name, divergence) in &ALL[2..] {
            prop_assert_eq!(divergence(p, q), divergence(q, p), "{}", name);
        }
    }

    #[test]
    fn the_inequalities_between_them_hold(p in beta(), q in beta()) {
        let (h, tv, js) = (hellinger(p, q), total_variation(p, q), jensen_shannon(p, q));
        let slack = 1.0 + 1e-9;
        prop_assert!(h <= 1.0 && tv <= 1.0 && js <= LN_2);
        prop_assert!(h * h <= tv * slack && tv <= h * (2.0 - h * h).sqrt() * slack, "Le Cam: H = {}, TV = {}", h, tv);
        prop_assert!(2.0 * tv * tv <= kl(p, q) * slack, "Pinsker: TV = {}, KL = {}", tv, kl(p, q));
        prop_assert!(js <= tv * LN_2 * slack && js <= 0.25 * jeffreys(p, q) * slack, "Lin: JS = {}", js);
        prop_assert!(wasserstein(p, q) * slack >= (p.mean() - q.mean()).abs());
        prop_assert!(wasserstein(p, q) <= tv * slack, "W1 = {}, TV = {}", wasserstein(p, q), tv);
    }

    #[test]
    fn swapping_success_and_failure_changes_nothing(p in beta(), q in beta()) {
        let mirror = |x: Beta| Beta::new(x.beta(), x.alpha()).unwrap();
        for (name, divergence) in ALL {
            let (one, other) = (divergence(p, q), divergence(mirror(p), mirror(q)));
            prop_assert!((one - other).abs() <= 1e-10 * one + 1e-15, "{}: {} and {}", name, one, other);
        }
    }
}

#[test]
fn what_is_carried_a_short_way_is_not_found_from_a_long_way() {
    // ∫|F_p − F_q| by mpmath with 40 digits; the distribution functions cross far out on one side.
    let p = Beta::new(0.067_426_466_247_020_78, 0.086_304_034_944_501_65).unwrap();
    let q = Beta::new(0.035_463_889_427_733_916, 0.030_456_135_512_091_788).unwrap();
    let mirror = |x: Beta| Beta::new(x.beta(), x.alpha()).unwrap();
    for w1 in [wasserstein(p, q), wasserstein(q, p), wasserstein(mirror(p), mirror(q))] {
        assert!((w1 / 0.099_420_606_920_721_1 - 1.0).abs() < 1e-13, "{w1}");
    }
}

#[test]
fn no_parameters_give_nan() {
    let extremes = [1e-100, 1e-8, 1.0, 1e12, 1e100];
    let betas = || extremes.iter().flat_map(|&a| extremes.iter().map(move |&b| Beta::new(a, b).unwrap()));
    for p in betas() {
        for q in betas() {
            for (name, divergence) in ALL {
                assert!(divergence(p, q) >= 0.0, "{name}({p:?}, {q:?}) is {}", divergence(p, q));
            }
        }
    }
}

#[test]
fn densities_that_underflow_leave_no_trace() {
    let (p, q) =
        (Beta::new(341.76591940962203, 1.0).unwrap(), Beta::new(655.9666013326049, 5195.760444696343).unwrap());
    assert!((jensen_shannon(p, q) - LN_2).abs() < 1e-14, "{}", jensen_shannon(p, q));
}

#[test]
fn one_more_success_at_a_hundred_million_is_not_lost() {
    let (p, q) = (Beta::new(1e8, 1e8).unwrap(), Beta::new(1e8 + 1.0, 1e8).unwrap());
    let right = 2.500_000_006_25e-9;
    assert!((kl(p, q) / right - 1.0).abs() < 1e-12, "{}", kl(p, q));
}

#[test]
fn a_path_in_short_steps_has_the_length_that_divergences_give() {
    // In the small, KL is half the squared length.
    let (p, q) = (Beta::new(30.0, 70.0).unwrap(), Beta::new(30.001, 70.002).unwrap());
    assert!((path_length(&[p, q]) / (2.0 * kl(p, q)).sqrt() - 1.0).abs() < 1e-4);
    // Along a ray of equal means at 1e8 the metric is that of the width alone: d = √½ ln(ratio).
    let ray: Vec<Beta> =
        (0..=100).map(|i| f64::from(i).mul_add(1e5, 1e8)).map(|n| Beta::new(n, 3.0 * n).unwrap()).collect();
    let right = (0.5f64).sqrt() * 1.1f64.ln();
    assert!((path_length(&ray) / right - 1.0).abs() < 1e-6, "{} {right}", path_length(&ray));
}
