//! Tails of the laws that tests are held against, accurate also where they are tiny.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::special::IncBeta;

/// P(Z > z) of a standard normal Z.
pub(super) fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// P(|Z| > |z|) of a standard normal Z.
pub(super) fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() * FRAC_1_SQRT_2)
}

/// P(X > x) of a χ² with a whole number of degrees of freedom, as the finite sum it is (Abramowitz & Stegun 1964, 26.4.4–5):
/// e^{−x/2} Σ (x/2)^j/Γ(j+1) over j = 0, 1, … below df/2, or over j = ½, 3/2, … and erfc √(x/2) where df is odd.
pub(super) fn chi_square_upper(x: f64, degrees: usize) -> f64 {
    let half = 0.5 * x.max(0.0);
    let odd = degrees % 2 == 1;
    let (start, mut term) = if odd { (0.5, 2.0 * (half / PI).sqrt()) } else { (0.0, 1.0) };
    let mut sum = 0.0;
    for step in 0..degrees / 2 {
        sum += term;
        term *= half / (start + step as f64 + 1.0);
    }
    let below = if odd { libm::erfc(half.sqrt()) } else { 0.0 };
    (below + (-half).exp() * sum).min(1.0)
}

/// P(X ≤ count) of X ~ Binomial(n, p), where q = 1 − p is given beside it.
pub(super) fn binomial_lower(count: u64, n: u64, p: f64, q: f64) -> f64 {
    if count >= n { 1.0 } else { IncBeta::new((n - count) as f64, count as f64 + 1.0).tails(q, p).lower }
}

/// P(X ≥ count).
pub(super) fn binomial_upper(count: u64, n: u64, p: f64, q: f64) -> f64 {
    binomial_lower(n - count, n, q, p)
}

/// Twice the smaller tail, at most one.
pub(super) fn binomial_two_sided(count: u64, n: u64, p: f64, q: f64) -> f64 {
    (2.0 * binomial_lower(count, n, p, q).min(binomial_upper(count, n, p, q))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_tables() {
        // 3.841459 and 16.918978 are the 5 % points of 1 and 9 degrees, 31.410433 that of 20.
        for (x, degrees) in [(3.841_458_820_694_124, 1), (16.918_977_604_620_45, 9), (31.410_432_844_230_918, 20)] {
            assert!((chi_square_upper(x, degrees) - 0.05).abs() < 1e-14, "{degrees}");
        }
        assert!((normal_two_sided(1.959_963_984_540_054) - 0.05).abs() < 1e-15);
        assert!((normal_upper(-1.0) + normal_upper(1.0) - 1.0).abs() < 1e-15);
        // Of four fair tosses: none or one head 5/16, to the accuracy of the incomplete beta function.
        assert!((binomial_lower(1, 4, 0.5, 0.5) - 5.0 / 16.0).abs() < 1e-13);
        assert!((binomial_upper(3, 4, 0.5, 0.5) - 5.0 / 16.0).abs() < 1e-13);
        assert_eq!(binomial_two_sided(2, 4, 0.5, 0.5), 1.0);
        assert_eq!((binomial_upper(0, 4, 0.5, 0.5), binomial_lower(4, 4, 0.5, 0.5)), (1.0, 1.0));
    }
}
