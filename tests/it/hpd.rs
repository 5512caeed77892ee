//! Protects intervals of highest density: their ends against references, that nothing outside is denser, and who has none.

use betadrift::beta::{Beta, NoHpd};
use proptest::prelude::*;

use crate::reference::{Worst, rows};

#[test]
fn ends_have_their_reference_values() {
    let mut worst = Worst::default();
    for row in rows("hpd") {
        let (a, b, level) = (row["a"], row["b"], row["level"]);
        let hpd = Beta::new(a, b).unwrap().hpd(level).unwrap();
        let what = format!("({a}, {b}) at {level}");
        // A rate below the least double is 0.
        let least = |rate: f64| if rate < 1e-300 { 0.0 } else { rate };
        worst.see(a.max(b), least(hpd.lower), least(row["lower"]), &format!("lower{what}"));
        worst.see(a.max(b), least(hpd.upper_complement), least(row["upper_complement"]), &format!("upper{what}"));
        assert!((hpd.upper + hpd.upper_complement - 1.0).abs() < 1e-15);
    }
    worst.within(&[(1e2, 1e-12), (1e9, 1e-11)]);
}

#[test]
fn a_density_that_only_falls_or_rises_has_one_end() {
    let hpd = |alpha, beta, level| Beta::new(alpha, beta).unwrap().hpd(level);
    // F(x) = √x: 0.81 lies below x = 0.6561.
    let falling = hpd(0.5, 1.0, 0.81).unwrap();
    assert!(falling.lower == 0.0 && (falling.upper - 0.6561).abs() < 1e-14, "{falling:?}");
    let rising = hpd(1.0, 0.5, 0.81).unwrap();
    assert!(
        rising.upper == 1.0 && rising.upper_complement == 0.0 && (rising.lower - 0.3439).abs() < 1e-14,
        "{rising:?}"
    );
    // F(x) = x²: 0.19 lies below x = √0.19.
    let rising = hpd(2.0, 1.0, 0.81).unwrap();
    assert!(rising.upper == 1.0 && (rising.lower - 0.19f64.sqrt()).abs() < 1e-14, "{rising:?}");
    // Where the upper end is all but 1, what it leaves has the digits.
    let steep = hpd(1e9, 0.3, 0.9).unwrap();
    assert_eq!((steep.upper, steep.lower), (1.0, Beta::new(1e9, 0.3).unwrap().quantile(1.0 - 0.9).x));
}

#[test]
fn no_interval_is_given_where_there_is_none() {
    let hpd = |alpha, beta| Beta::new(alpha, beta).unwrap().hpd(0.95);
    assert_eq!(hpd(1.0, 1.0), Err(NoHpd::Flat));
    assert_eq!(hpd(0.5, 0.5), Err(NoHpd::TwoPieces));
    assert_eq!(hpd(1e-3, 0.999), Err(NoHpd::TwoPieces));
    for reason in [NoHpd::Flat, NoHpd::TwoPieces] {
        assert!(reason.to_string().len() > 20);
    }
}

#[test]
fn the_symmetric_interval_is_the_equal_tailed_one() {
    for shape in [1.5, 30.0, 1e9] {
        let beta = Beta::new(shape, shape).unwrap();
        let (hpd, equal) = (beta.hpd(0.9).unwrap(), beta.interval(0.9));
        assert!(
            (hpd.lower / equal.lower - 1.0).abs() < 1e-12 && hpd.lower == hpd.upper_complement,
            "{hpd:?} {equal:?}"
        );
    }
}

fn shape() -> impl Strategy<Value = f64> {
    (-3.0f64..9.0).prop_map(|exponent| 1.0 + 10f64.powf(exponent))
}

proptest! {
    #[test]
    fn its_ends_are_alike_in_density_and_hold_the_level(a in shape(), b in shape(), level in 0.05f64..0.999) {
        let beta = Beta::new(a, b).unwrap();
        let (hpd, equal) = (beta.hpd(level).unwrap(), beta.interval(level));
        prop_assume!(hpd.lower > 1e-290 && hpd.upper_complement > 1e-290);
        let logit = |x: f64, y: f64| x.ln() - y.ln();
        let (low, high) = (logit(hpd.lower, 1.0 - hpd.lower), logit(hpd.upper, hpd.upper_complement));
        let inside = 1.0 - beta.cdf_logit(low) - beta.sf_logit(high);
        prop_assert!((inside - level).abs() < 1e-7, "{} inside", inside);
        // The density of the rate is that of the logit over x(1 − x).
        let density = |t: f64, x: f64, y: f64| beta.ln_density_logit(t) - x.ln() - y.ln();
        let apart = density(low, hpd.lower, 1.0 - hpd.lower) - density(high, hpd.upper, hpd.upper_complement);
        prop_assert!(apart.abs() < 1e-5, "{}", apart);
        let narrower = hpd.upper - hpd.lower <= (equal.upper - equal.lower) * (1.0 + 1e-9);
        prop_assert!(narrower, "{:?} {:?}", hpd, equal);
    }
}
