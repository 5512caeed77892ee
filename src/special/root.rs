//! The root of a function of one variable, in a bracket.

/// Where f changes its sign between a and b, by the method of Chandrupatla (1997, doi:10.1016/S0965-9978(96)00051-8): inverse
/// quadratic interpolation where three points say that it will do, else halving. To the last digits of the root.
///
/// An end at which f is 0 is the root; without a change of sign, the end where |f| is less.
///
/// ```
/// let two = betadrift::special::root(|x| x * x - 2.0, 0.0, 2.0);
/// assert!((two - 2f64.sqrt()).abs() < 1e-15);
/// ```
pub fn root(mut f: impl FnMut(f64) -> f64, a: f64, b: f64) -> f64 {
    const MOST: u32 = 200;
    // x₁ is the last point, x₂ across the root from it, x₃ the one before.
    let (mut x1, mut x2) = (b, a);
    let (mut f1, mut f2) = (f(x1), f(x2));
    if f1 * f2 > 0.0 {
        return if f1.abs() < f2.abs() { x1 } else { x2 };
    }
    let mut share = 0.5;
    for _ in 0..MOST {
        let x = x1 + share * (x2 - x1);
        let fx = f(x);
        let (x3, f3);
        if (fx > 0.0) == (f1 > 0.0) {
            (x3, f3) = (x1, f1);
        } else {
            (x3, f3) = (x2, f2);
            (x2, f2) = (x1, f1);
        }
        (x1, f1) = (x, fx);
        let nearer = if f1.abs() < f2.abs() { x1 } else { x2 };
        let least = f64::EPSILON * nearer.abs() + f64::MIN_POSITIVE;
        let limit = least / (x2 - x1).abs();
        if f1 == 0.0 || limit >= 0.5 {
            return nearer;
        }
        let (xi, phi) = ((x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2));
        share = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
        } else {
            0.5
        };
        share = share.clamp(limit, 1.0 - limit);
    }
    x1
}
