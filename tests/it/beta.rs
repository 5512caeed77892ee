//! Protects the Beta: its moments, densities and entropy against references, the laws of its tails, and its draws.

use betadrift::beta::{Beta, BetaError};
use betadrift::decision::p_greater;
use betadrift::special::{digamma, ln_beta, trigamma};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::reference::{Worst, rows};

#[test]
fn ln_beta_psi_entropy_and_density_have_their_reference_values() {
    let (mut functions, mut entropy, mut density) = (Worst::default(), Worst::default(), Worst::default());
    for row in rows("beta") {
        let (a, b) = (row["a"], row["b"]);
        let beta = Beta::new(a, b).unwrap();
        let what = format!("({a}, {b})");
        // Each of these has a zero, near which only the absolute error can be small.
        let offset = |name: &str| if row[name].abs() < 1.0 { 1.0 - row[name] } else { 0.0 };
        let see = |worst: &mut Worst, name: &str, got: f64| {
            worst.see(a.max(b), got + offset(name), row[name] + offset(name), &format!("{name}{what}"));
        };
        see(&mut functions, "ln_beta", ln_beta(a, b));
        see(&mut functions, "digamma_a", digamma(a));
        see(&mut functions, "trigamma_a", trigamma(a));
        see(&mut entropy, "entropy", beta.entropy());
        see(&mut density, "ln_density", beta.ln_density(row["x"]));
    }
    functions.within(&[(1e9, 3e-14)]);
    entropy.within(&[(1e9, 3e-14)]);
    // In ln f the deviance of an x that is itself rounded: √1e9·ε.
    density.within(&[(1e4, 1e-12), (1e9, 1e-11)]);
}

#[test]
fn the_entropy_is_greatest_of_the_uniform_law() {
    assert_eq!(Beta::UNIFORM.entropy(), 0.0);
    for power in 1..=52 {
        let near = f64::from(power).exp2().recip();
        for (a, b) in [(1.0 + near, 1.0), (1.0, 1.0 - near), (1.0 + near, 1.0 + near), (1.0 - near, 1.0 + near)] {
            assert!(Beta::new(a, b).unwrap().entropy() <= 0.0, "{a}, {b}");
        }
    }
    for (a, b) in [(1e-100, 1e-100), (1e-100, 1e100), (1e100, 1e100), (1e-9, 1e12)] {
        assert!(Beta::new(a, b).unwrap().entropy() < 0.0, "{a}, {b}");
    }
}

#[test]
fn parameters_that_are_none_are_refused_with_their_value() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
        let error = Beta::new(bad, 1.0).unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("alpha ({bad}) must be finite and greater than zero")),
            "{error}"
        );
        assert!(matches!(Beta::new(1.0, bad), Err(BetaError::Beta(_))));
    }
    assert_eq!("1,1".parse(), Ok(Beta::UNIFORM));
    assert_eq!("1;1".parse::<Beta>(), Err(BetaError::NotTwoNumbers));
    assert!(serde_json::from_str::<Beta>(r#"{"alpha":0,"beta":1}"#).is_err());
}

#[test]
fn the_mode_is_where_the_density_is_highest_if_that_is_one_place() {
    let mode = |alpha, beta| Beta::new(alpha, beta).unwrap().mode();
    assert_eq!(mode(3.0, 2.0), Some(2.0 / 3.0));
    assert_eq!((mode(1.0, 2.0), mode(2.0, 1.0)), (Some(0.0), Some(1.0)));
    assert_eq!((mode(0.5, 2.0), mode(2.0, 0.5)), (Some(0.0), Some(1.0)));
    assert_eq!((mode(0.5, 1.0), mode(1.0, 0.5)), (Some(0.0), Some(1.0)));
    assert_eq!((mode(1.0, 1.0), mode(0.5, 0.5), mode(0.2, 0.9)), (None, None, None));
}

#[test]
fn a_quantile_too_small_for_a_number_is_zero_and_its_logit_still_says_where() {
    let beta = Beta::new(0.01, 1.0).unwrap();
    // P(rate ≤ x) = x^0.01: the quantile of 0.0005 is 2000^-100 = 1e-330.
    assert_eq!(beta.quantile(0.0005).x, 0.0);
    assert!((beta.quantile_logit(0.0005) + 100.0 * 2000f64.ln()).abs() < 1e-9);
    // That of 0.001 is 1e-300.
    assert!((beta.quantile(0.001).x / 1e-300 - 1.0).abs() < 1e-11);
    assert_eq!((beta.quantile(0.0).x, beta.quantile(1.0).x), (0.0, 1.0));
}

#[test]
fn the_upper_end_near_one_keeps_its_digits_in_the_complement() {
    // P(rate > x) = 1 − x^1e12: the 2.5 % point from above leaves −ln(0.975)/1e12 to one.
    let interval = Beta::new(1e12, 1.0).unwrap().interval(0.95);
    let right = -(0.975f64.ln()) / 1e12;
    assert!((interval.upper_complement / right - 1.0).abs() < 1e-11, "{interval:?}");
}

#[test]
fn no_parameters_give_nan() {
    let extremes = [1e-100, 1e-8, 1e-2, 1.0, 1e9, 1e15, 1e100];
    for (a, b) in extremes.iter().flat_map(|&a| extremes.iter().map(move |&b| (a, b))) {
        let beta = Beta::new(a, b).unwrap();
        let interval = beta.interval(0.95);
        assert!(interval.lower <= interval.upper && interval.upper_complement >= 0.0, "{beta:?}: {interval:?}");
        for logit in [-1e9, -700.0, -1.0, 0.0, 1e-3, 30.0, 1e9] {
            let (lower, upper) = (beta.cdf_logit(logit), beta.sf_logit(logit));
            assert!((lower + upper - 1.0).abs() < 1e-15, "{beta:?} at {logit}: {lower} and {upper}");
        }
        assert!(!beta.entropy().is_nan() && beta.sd() >= 0.0 && (0.0..=1.0).contains(&beta.median()), "{beta:?}");
    }
}

fn beta() -> impl Strategy<Value = Beta> {
    (-2.0f64..8.0, -2.0f64..8.0).prop_map(|(a, b)| Beta::new(10f64.powf(a), 10f64.powf(b)).unwrap())
}

proptest! {
    #[test]
    fn the_distribution_function_undoes_the_quantile(beta in beta(), p in 1e-12f64..1.0) {
        let logit = beta.quantile_logit(p);
        prop_assert!((beta.cdf_logit(logit) / p - 1.0).abs() < 1e-9, "{} {}", p, beta.cdf_logit(logit));
        let logit = beta.upper_quantile_logit(p);
        prop_assert!((beta.sf_logit(logit) / p - 1.0).abs() < 1e-9, "{} {}", p, beta.sf_logit(logit));
    }

    #[test]
    fn the_tails_sum_to_one_and_mirror_each_other(beta in beta(), z in -9.0f64..9.0) {
        let logit = digamma(beta.alpha()) - digamma(beta.beta()) + z * (trigamma(beta.alpha()) + trigamma(beta.beta())).sqrt();
        let (lower, upper) = (beta.cdf_logit(logit), beta.sf_logit(logit));
        prop_assert!((lower + upper - 1.0).abs() < 1e-15);
        let mirror = Beta::new(beta.beta(), beta.alpha()).unwrap();
        prop_assert!((mirror.sf_logit(-logit) - lower).abs() <= 1e-11 * lower);
    }

    #[test]
    fn the_distribution_function_rises(beta in beta(), p in 0.001f64..0.999, step in 1e-6f64..1.0) {
        let logit = beta.quantile_logit(p);
        let width = (trigamma(beta.alpha()) + trigamma(beta.beta())).sqrt();
        prop_assert!(beta.cdf_logit(logit + step * width) >= beta.cdf_logit(logit));
        prop_assert!(beta.sf_logit(logit + step * width) <= beta.sf_logit(logit));
    }

    #[test]
    fn an_interval_lies_around_the_median(beta in beta(), level in 0.01f64..0.99) {
        let interval = beta.interval(level);
        prop_assert!(interval.lower <= beta.median() && beta.median() <= interval.upper);
        prop_assert!((interval.upper + interval.upper_complement - 1.0).abs() < 1e-15);
    }
}

#[test]
fn tails_at_logits_have_their_reference_values_where_rates_round_to_0_and_1() {
    let (mut near, mut rest) = (Worst::default(), Worst::default());
    for row in rows("extreme_tails") {
        let (beta, t) = (Beta::new(row["a"], row["b"]).unwrap(), row["logit"]);
        let what = format!("{beta:?} at {t}");
        // The tail at the nearer end of the scale is known relatively, what it leaves absolutely.
        let (tail, left) = if t < 0.0 { ("lower", "upper") } else { ("upper", "lower") };
        let of = |name: &str| if name == "lower" { beta.cdf_logit(t) } else { beta.sf_logit(t) };
        near.see(row["a"].max(row["b"]), of(tail), row[tail], &what);
        rest.see(row["a"].max(row["b"]), 1.0 + of(left), 1.0 + row[left], &what);
    }
    near.within(&[(1e9, 1e-11)]);
    rest.within(&[(1e9, 1e-12)]);
}

/// The Kolmogorov–Smirnov distance of draws on the logit from their law, times √n.
fn kolmogorov_smirnov(beta: Beta, seed: u64) -> f64 {
    const DRAWS: usize = 20_000;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut logits: Vec<f64> = (0..DRAWS).map(|_| beta.draw_logit(&mut rng)).collect();
    logits.sort_unstable_by(f64::total_cmp);
    // None rounds to the end of the scale, and no two are one.
    assert!(logits.iter().all(|logit| logit.is_finite()), "{beta:?}");
    assert_eq!(logits.windows(2).filter(|pair| pair[0] == pair[1]).count(), 0, "draws of {beta:?} tie");
    let share = |count: usize| count as f64 / DRAWS as f64;
    let distance = |(below, &logit): (usize, &f64)| {
        let probability = beta.cdf_logit(logit);
        (probability - share(below)).max(share(below + 1) - probability)
    };
    logits.iter().enumerate().map(distance).fold(0.0, f64::max) * (DRAWS as f64).sqrt()
}

#[test]
fn draws_follow_their_law_from_a_thousandth_to_a_thousand_million() {
    // Beyond 2.6 with probability 2·exp(−2·2.6²) = 3e-6 each, 6e-5 over all.
    const LIMIT: f64 = 2.6;
    let pairs = [
        (1e-3, 1e-3),
        (1e-3, 1e9),
        (0.01, 3.0),
        (0.5, 0.5),
        (1.0, 1.0),
        (1.0, 40.0),
        (3.0, 0.2),
        (30.0, 70.0),
        (1e4, 1e5),
        (1e6, 1.0),
        (1e9, 1e9),
        (1e9, 5.0),
        (1e9, 1e-3),
        (1e-3, 1.0),
        (1e-2, 1e-3),
        (0.999, 1e9),
        (1e7, 2e6),
        (1e12, 1e12),
    ];
    for (seed, (alpha, beta)) in (1..).zip(pairs) {
        let distance = kolmogorov_smirnov(Beta::new(alpha, beta).unwrap(), seed);
        assert!(distance < LIMIT, "Beta({alpha}, {beta}): {distance}");
    }
    // The check can fail: draws of a neighbour three standard errors off are told apart.
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(99);
    let neighbour = Beta::new(33.0, 70.0).unwrap();
    let below = (0..20_000).filter(|_| neighbour.draw(&mut rng) <= Beta::new(30.0, 70.0).unwrap().median()).count();
    assert!((below as f64 / 20_000.0 - 0.5).abs() * 20_000f64.sqrt() > LIMIT);
}

#[test]
fn draws_of_neighbours_compare_as_their_chances_say() {
    // P(θ₁ > θ₂) by quadrature against the share of 20 000 pairs of draws: a standard error is 0.0035, and 4.9 of them have a
    // chance of 1e-6 each.
    const PAIRS: usize = 20_000;
    let beta = |alpha, beta| Beta::new(alpha, beta).unwrap();
    let pairs = [
        (beta(1e-3, 1e-3), beta(1e-3, 2e-3)),
        (beta(1e-3, 1e9), beta(2e-3, 1e9)),
        (beta(1e9, 1e9), beta(1e9 + 3e4, 1e9)),
        (beta(1e9, 1e-3), beta(1e-3, 1e9)),
        (beta(1e9, 1e-3), beta(1e9, 1.5e-3)),
        (beta(1e-3, 1e-3), beta(1e9, 1e9)),
    ];
    for (seed, (one, other)) in (50..).zip(pairs) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut greater = 0;
        for _ in 0..PAIRS {
            let (one, other) = (one.draw_logit(&mut rng), other.draw_logit(&mut rng));
            assert!(one != other, "{one} is drawn of both");
            greater += usize::from(one > other);
        }
        let (share, chance) = (greater as f64 / PAIRS as f64, p_greater(one, other));
        assert!((share - chance).abs() < 4.9 * 0.5 / (PAIRS as f64).sqrt(), "{one:?} {other:?}: {share} for {chance}");
    }
}

#[test]
fn draws_that_are_all_but_one_half_lie_on_no_grid() {
    // ln of a Gamma draw of 1e12 is a multiple of 2⁻⁴⁸, and so would be the difference of two; that grid has some thousand million points
    // in the width of the law.
    let (beta, mut rng) = (Beta::new(1e12, 1e12).unwrap(), Xoshiro256PlusPlus::seed_from_u64(7));
    let on_grid = (0..1_000).filter(|_| (beta.draw_logit(&mut rng) * 2f64.powi(48)).fract() == 0.0).count();
    assert!(on_grid < 10, "{on_grid}");
}
