//! Protects what is said of the leader beside the others: the difference to the runner-up and the chance of being within ε of the
//! best, against references made by other means.

use std::collections::BTreeMap;

use betadrift::beta::Beta;
use betadrift::decision::{decide, difference, p_greater, within};
use proptest::prelude::*;

use crate::reference::{Worst, rows};

fn beta(alpha: f64, beta: f64) -> Beta {
    Beta::new(alpha, beta).unwrap()
}

#[test]
fn differences_have_their_reference_values() {
    let (mut means, mut ends, mut chances) = (Worst::default(), Worst::default(), Worst::default());
    for row in rows("difference") {
        let (one, other) = (beta(row["a1"], row["b1"]), beta(row["a2"], row["b2"]));
        let (d, p) = (row["d"], row["p_beyond"]);
        let magnitude = [row["a1"], row["b1"], row["a2"], row["b2"]].into_iter().fold(0.0, f64::max);
        let what = format!("{one:?} − {other:?} > {d}");
        if d == 0.0 {
            chances.see(magnitude, p_greater(one, other), p, &what);
        }
        // d is the end of the interval outside of which there is so much, on its side, that the level is not that of rounding.
        let tail = p.min(1.0 - p);
        if tail < 0.49 && tail > 1e-5 {
            let found = difference(one, other, 1.0 - 2.0 * tail);
            let (end, from_mean) = if p < 0.5 { (found.upper, d) } else { (found.lower, d) };
            means.see(magnitude, found.mean, row["mean"], &what);
            // As a share of the spread about the mean: an end may be any small number.
            let sd = one.sd().hypot(other.sd());
            ends.see(magnitude, 1.0 + (end - from_mean) / sd, 1.0, &what);
        }
    }
    means.within(&[(1e9, 1e-15)]);
    chances.within(&[(1e4, 1e-12), (1e9, 2e-10)]);
    ends.within(&[(1e4, 1e-11), (1e9, 1e-10)]);
}

#[test]
fn the_chances_of_being_within_epsilon_have_their_reference_values() {
    let mut cases: BTreeMap<(String, String), Vec<(Beta, f64)>> = BTreeMap::new();
    for row in csv::Reader::from_path("tests/reference/within.csv").unwrap().records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let case = (row[0].to_owned(), row[1].to_owned());
        cases.entry(case).or_default().push((beta(number(2), number(3)), number(4)));
    }
    assert_eq!(cases.len(), 24);
    for ((name, epsilon), rows) in cases {
        let posteriors: Vec<Beta> = rows.iter().map(|row| row.0).collect();
        let found = within(&posteriors, epsilon.parse().unwrap());
        for (ours, (_, reference)) in found.iter().zip(&rows) {
            assert!((ours - reference).abs() < 1e-10, "{name} at {epsilon}: {ours} for {reference}");
        }
    }
}

#[test]
fn nothing_apart_is_p_best_and_everything_apart_is_certain() {
    let posteriors = [beta(30.0, 70.0), beta(28.0, 60.0), beta(0.5, 2.0), beta(30.0, 70.0)];
    assert_eq!(within(&posteriors, 0.0), decide(&posteriors).p_best);
    assert_eq!(within(&posteriors, 1.0), [1.0; 4]);
    assert_eq!(within(&posteriors[..1], 0.01), [1.0]);
    assert!(within(&[], 0.01).is_empty());
    // 20 000 edges cost no more than a sweep of each, and the best are told from the rest.
    let many: Vec<Beta> = (0..20_000u32).map(|k| beta(1.0 + f64::from(k % 97), 1.0 + f64::from(k % 1_009))).collect();
    let found = within(&many, 0.01);
    assert!(found.iter().all(|p| (0.0..=1.0).contains(p)) && found.iter().sum::<f64>() > 1.0);
}

#[test]
fn a_difference_in_the_last_digits_keeps_them() {
    // One success more of 2e9: m₁ − m₂ = 1e9/((2e9 + 1)·2e9).
    let found = difference(beta(1e9 + 1.0, 1e9), beta(1e9, 1e9), 0.95);
    assert!((found.mean / (0.5 / (2e9 + 1.0)) - 1.0).abs() < 1e-15, "{}", found.mean);
    let same = difference(beta(0.3, 0.7), beta(0.3, 0.7), 0.95);
    assert_eq!(same.mean, 0.0);
}

/// Parameters over eleven orders of magnitude.
fn parameter() -> impl Strategy<Value = f64> {
    (-2.0f64..9.0).prop_map(|exponent| 10f64.powf(exponent))
}

fn posterior() -> impl Strategy<Value = Beta> {
    (parameter(), parameter()).prop_map(|(a, b)| beta(a, b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_difference_is_mirrored_when_the_two_change_places(one in posterior(), other in posterior(), level in 0.5f64..0.99) {
        let (there, back) = (difference(one, other, level), difference(other, one, level));
        let sd = one.sd().hypot(other.sd());
        prop_assert!((there.mean + back.mean).abs() <= 1e-15 * there.mean.abs());
        prop_assert!((there.lower + back.upper).abs() <= 1e-9 * sd, "{:?} {:?}", there, back);
        prop_assert!((there.p_greater + back.p_greater - 1.0).abs() < 1e-10);
        prop_assert!(there.lower <= there.upper && (-1.0..=1.0).contains(&there.lower) && there.upper <= 1.0);
        prop_assert!((there.p_greater - decide(&[one, other]).p_best[0]).abs() < 1e-9);
    }

    #[test]
    fn a_wider_epsilon_holds_no_less(
        posteriors in prop::collection::vec(posterior(), 1..8), epsilon in -12.0f64..0.0, wider in 1.0f64..3.0,
    ) {
        let epsilon = 10f64.powf(epsilon);
        let (best, near, far) = (decide(&posteriors).p_best, within(&posteriors, epsilon), within(&posteriors, epsilon * wider));
        for ((best, near), far) in best.iter().zip(&near).zip(&far) {
            prop_assert!(best <= near && *near <= far + 1e-11 && (0.0..=1.0).contains(far), "{} {} {}", best, near, far);
        }
        // One is the best, and so within any ε of it.
        prop_assert!(near.iter().sum::<f64>() > 1.0 - 1e-12);
    }

    #[test]
    fn of_two_edges_either_is_within_epsilon_or_the_other_is_beyond(
        one in posterior(), other in posterior(), level in 0.05f64..0.95,
    ) {
        // P(θ₁ − θ₂ < −ε) = (1 − level)/2 at the interval's lower end, where it is negative.
        let found = difference(one, other, level);
        // Nearer to 1 it leaves few digits.
        prop_assume!(found.lower < 0.0 && found.lower > -0.999);
        let p = within(&[one, other], -found.lower)[0];
        prop_assert!((p - 0.5 * (1.0 + level)).abs() < 1e-9, "{} for {}", p, level);
    }
}
