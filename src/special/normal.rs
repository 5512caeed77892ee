//! The normal distribution, as far as intervals need it.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The z with P(|Z| ≤ z) = `level`, Z standard normal: 1.96 for 0.95. Relative accuracy 1e-14.
///
/// ```
/// use betadrift::special::two_sided_normal_quantile;
/// assert!((two_sided_normal_quantile(0.95) - 1.959_963_984_540_054).abs() < 1e-13);
/// ```
///
/// # Panics
/// Unless the level lies strictly between 0 and 1.
pub fn two_sided_normal_quantile(level: f64) -> f64 {
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    let tail = 1.0 - level;
    // From a start left of the root Newton's method on the convex tail never overshoots.
    let mut z: f64 = 0.0;
    for _ in 0..200 {
        let step = (libm::erfc(z * FRAC_1_SQRT_2) - tail) / (2.0 * (-0.5 * z * z).exp() / TAU.sqrt());
        z += step;
        if step.is_nan() || step.abs() <= 2.0 * f64::EPSILON * z {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_that_of_the_tables() {
        for (level, z) in
            [(0.5, 0.674_489_750_196_081_7), (0.95, 1.959_963_984_540_054), (0.999, 3.290_526_731_491_921)]
        {
            assert!((two_sided_normal_quantile(level) - z).abs() < 1e-13, "{level}");
        }
        assert!(two_sided_normal_quantile(1e-12) > 0.0 && two_sided_normal_quantile(1.0 - 1e-12) < 8.0);
    }
}
