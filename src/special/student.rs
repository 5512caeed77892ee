//! Quantiles of Student's t, by the inverse of the incomplete beta function.

use super::inc_beta::{IncBeta, Tails};
use super::two_sided_normal_quantile;

/// Degrees of freedom from which on Student's t is the normal to eight digits and more.
const NORMAL: f64 = 1e9;

/// The t that |T| stays below with probability `level`, T of Student's law with `dof` degrees of freedom.
///
/// P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²) (Abramowitz & Stegun 1964, 26.7.1), so that t² = ν(1 − x)/x is ν·e^(−logit x).
/// From 1e9 degrees on, infinity included, it is the normal quantile, within relative 1e-9 t². Relative accuracy 1e-10 below, for
/// levels in [0.01, 1 − 1e-12] and dof ≥ 0.5.
///
/// ```
/// use betadrift::special::student_quantile;
/// assert!((student_quantile(0.5, 1.0) - 1.0).abs() < 1e-12); // half of Cauchy's law lies within 1
/// assert!((student_quantile(0.95, f64::INFINITY) - 1.959_963_985).abs() < 1e-8);
/// ```
///
/// # Panics
/// Unless the level lies in (0, 1) and dof is above zero.
pub fn student_quantile(level: f64, dof: f64) -> f64 {
    assert!(level > 0.0 && level < 1.0, "a level lies in (0, 1), not {level}");
    assert!(dof > 0.0, "degrees of freedom are above zero, not {dof}");
    if dof >= NORMAL {
        return two_sided_normal_quantile(level);
    }
    let logit = IncBeta::new(0.5 * dof, 0.5).logit_at(Tails { lower: 1.0 - level, upper: level });
    (0.5 * (dof.ln() - logit)).exp()
}
