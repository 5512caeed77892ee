//! Protects what is valid at any time: e-values and always-valid intervals against references, e-BH against its definition, and
//! the promise that a true rate is rejected, ever, with probability δ at most.

use betadrift::beta::Beta;
use betadrift::decision::{Discoveries, always_valid, e_bh, ln_e_value, ln_mean_e_value};
use betadrift::seed::{Purpose, stream};
use proptest::prelude::*;
use rand::RngExt;

use crate::reference::{Worst, rows};

#[test]
fn e_values_and_interval_ends_have_their_reference_values() {
    let (mut e_value, mut ends) = (Worst::default(), Worst::default());
    for row in rows("e_value") {
        let (s, f, rate) = (row["s"], row["f"], row["rate"]);
        // ln E has a zero, near which only the absolute error can be small.
        let offset = if row["ln_e"].abs() < 1.0 { 1.0 - row["ln_e"] } else { 0.0 };
        let what = format!("({s}, {f})");
        e_value.see(s.max(f), ln_e_value(s, f, rate) + offset, row["ln_e"] + offset, &format!("{what} at {rate}"));
        let interval = always_valid(s, f, row["level"]);
        // A rate below the least double is 0.
        let least = |rate: f64| if rate < 1e-300 { 0.0 } else { rate };
        ends.see(s.max(f), least(interval.lower), least(row["lower"]), &format!("lower{what}"));
        ends.see(s.max(f), least(interval.upper_complement), least(row["upper_complement"]), &format!("upper{what}"));
        assert!((interval.upper + interval.upper_complement - 1.0).abs() < 1e-15);
    }
    e_value.within(&[(1e4, 1e-13), (1e12, 1e-12)]);
    ends.within(&[(1e4, 1e-13), (1e12, 1e-12)]);
}

#[test]
fn rates_of_0_and_1_are_contradicted_by_what_they_rule_out() {
    assert_eq!(ln_e_value(0.25, 3.0, 0.0), f64::INFINITY);
    assert_eq!(ln_e_value(3.0, 1e-9, 1.0), f64::INFINITY);
    // Without a contradiction the mixture is only the less sure of it: 1/(n+1).
    assert!((ln_e_value(0.0, 7.0, 0.0) + 8f64.ln()).abs() < 1e-15);
    assert!((ln_e_value(7.0, 0.0, 1.0) + 8f64.ln()).abs() < 1e-15);
    assert_eq!((ln_e_value(0.0, 0.0, 0.0), ln_e_value(0.0, 0.0, 1.0)), (0.0, 0.0));
    let none = always_valid(0.0, 0.0, 0.95);
    assert_eq!((none.lower, none.upper, none.upper_complement), (0.0, 1.0, 0.0));
    let all = always_valid(1e12, 0.0, 0.95);
    assert_eq!((all.upper, all.upper_complement), (1.0, 0.0));
}

#[test]
fn a_true_rate_is_hardly_ever_rejected_however_often_one_looks() {
    // 2000 paths of 400 rewards, looked at after each: at most δ = 0.1 of them may ever cross. Its standard error is 0.0067;
    // the limit is 4.6 of them above, which chance reaches in 2 of a million.
    const PATHS: usize = 2_000;
    let mut rng = stream(7, Purpose::Choice, &[]);
    for (rate, fractional) in [(0.5, false), (0.03, false), (0.4, true)] {
        let rewards = Beta::new(2.0 * rate, 2.0 * (1.0 - rate)).unwrap();
        let (mut ever, mut ever_elsewhere) = (0, 0);
        for _ in 0..PATHS {
            let (mut s, mut n, mut crossed, mut elsewhere) = (0.0, 0.0, false, false);
            for _ in 0..400 {
                s += if fractional { rewards.draw(&mut rng) } else { f64::from(rng.random::<f64>() < rate) };
                n += 1.0;
                crossed |= ln_e_value(s, f64::max(n - s, 0.0), rate) >= 10f64.ln();
                elsewhere |= ln_e_value(s, f64::max(n - s, 0.0), 2.0 * rate) >= 10f64.ln();
            }
            ever += usize::from(crossed);
            ever_elsewhere += usize::from(elsewhere);
        }
        assert!((ever as f64) < 0.131 * PATHS as f64, "{rate}: {ever} of {PATHS}");
        // And it is no idle promise: another rate is rejected much more often.
        assert!(ever_elsewhere as f64 > 0.3 * PATHS as f64, "{rate}: {ever_elsewhere} of {PATHS}");
    }
}

#[test]
fn e_bh_rejects_none_of_nothing_and_everything_that_is_infinite() {
    assert_eq!(e_bh(&[], 0.05), Discoveries { rejected: vec![], count: 0, ln_threshold: None });
    assert_eq!(e_bh(&[0.0, 1.0], 0.05).count, 0);
    assert_eq!(e_bh(&[f64::INFINITY, 0.0, f64::INFINITY], 0.05).rejected, [true, false, true]);
    assert_eq!(ln_mean_e_value(&[f64::INFINITY, 0.0]), Some(f64::INFINITY));
    assert_eq!(ln_mean_e_value(&[f64::NEG_INFINITY; 2]), Some(f64::NEG_INFINITY));
}

/// From the definition: the greatest k for which at least k e-values reach K/(δk).
fn rejected_by_definition(ln_e: &[f64], rate: f64) -> Vec<bool> {
    let threshold = |k: usize| (ln_e.len() as f64 / (rate * k as f64)).ln();
    let reached = |k: usize| ln_e.iter().filter(|&&e| e >= threshold(k)).count();
    let most = (1..=ln_e.len()).filter(|&k| reached(k) >= k).max();
    ln_e.iter().map(|&e| most.is_some_and(|k| e >= threshold(k))).collect()
}

fn count() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-3.0f64..12.0).prop_map(|e| 10f64.powf(e)), (0u32..2_000).prop_map(f64::from)]
}

proptest! {
    #[test]
    fn e_bh_is_what_its_definition_says(ln_e in prop::collection::vec(-3.0f64..9.0, 0..40), rate in 0.01f64..1.0) {
        let found = e_bh(&ln_e, rate);
        prop_assert_eq!(&found.rejected, &rejected_by_definition(&ln_e, rate));
        prop_assert_eq!(found.count, found.rejected.iter().filter(|&&rejected| rejected).count());
        prop_assert_eq!(found.ln_threshold.is_some(), found.count > 0);
    }

    #[test]
    fn an_interval_holds_what_it_does_not_reject(s in count(), f in count(), rate in 0.0f64..=1.0, level in 0.01f64..0.999) {
        let interval = always_valid(s, f, level);
        let margin = ln_e_value(s, f, rate) + (1.0 - level).ln();
        prop_assume!(margin.abs() > 1e-6);
        prop_assert_eq!(interval.lower <= rate && rate <= interval.upper, margin < 0.0);
        if s + f > 0.0 {
            let mean = s / (s + f);
            prop_assert!(interval.lower <= mean && mean <= interval.upper);
        }
    }

    #[test]
    fn success_and_failure_are_mirror_images(s in count(), f in count(), rate in 0.5f64..=1.0) {
        let (one, other) = (ln_e_value(s, f, rate), ln_e_value(f, s, 1.0 - rate));
        prop_assert!(one == other || (one - other).abs() <= 1e-12 * one.abs().max(1.0), "{} {}", one, other);
        let (one, other) = (always_valid(s, f, 0.9), always_valid(f, s, 0.9));
        prop_assert_eq!(one.upper_complement, other.lower);
    }
}
