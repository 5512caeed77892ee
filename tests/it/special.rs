//! Protects the special functions: the incomplete beta function and its inverse against 50-digit references.

use betadrift::beta::Beta;
use betadrift::special::{IncBeta, Tails, centred_cumulant_below};

use crate::reference::{Worst, rows};

#[test]
fn both_tails_of_the_incomplete_beta_function() {
    let mut worst = Worst::default();
    for row in rows("incomplete_beta") {
        let (a, b, x) = (row["a"], row["b"], row["x"]);
        let Tails { lower, upper } = IncBeta::new(a, b).tails(x, 1.0 - x);
        worst.see(a.max(b), lower, row["lower"], &format!("lower({a}, {b}, {x})"));
        worst.see(a.max(b), upper, row["upper"], &format!("upper({a}, {b}, {x})"));
    }
    worst.within(&[(1e2, 1e-12), (1e4, 1e-11), (1e6, 1e-11), (1e8, 1e-10), (1e9, 1e-8)]);
}

#[test]
fn quantiles_at_either_end() {
    let mut worst = Worst::default();
    for row in rows("quantile") {
        let beta = Beta::new(row["a"], row["b"]).unwrap();
        let quantile = if row["is_upper"] == 1.0 { beta.upper_quantile(row["p"]) } else { beta.quantile(row["p"]) };
        // The demand is on the smaller of x and 1 − x; the greater follows from it.
        let (got, right) =
            if row["x"] < 0.5 { (quantile.x, row["x"]) } else { (quantile.complement, row["complement"]) };
        worst.see(row["a"].max(row["b"]), got, right, &format!("{row:?}"));
    }
    worst.within(&[(1e2, 1e-12), (1e4, 1e-11), (1e6, 1e-11), (1e8, 1e-10), (1e9, 1e-8)]);
}

#[test]
fn a_divergence_that_is_never_reached_is_infinitely_far() {
    for (p, q) in [(0.0, 1.0), (1.0, 0.0)] {
        assert_eq!(centred_cumulant_below(p, q, 0.5), f64::INFINITY, "{p}");
        assert_eq!(centred_cumulant_below(p, q, 0.0), 0.0, "{p}");
    }
}
