//! Empirical Bernstein bounds of a mean.
//!
//! For n independent values in [0, M] with sample variance V (n − 1), each with probability at least 1 − δ,
//! E ≥ mean − √(2V ln(2/δ)/n) − 7M ln(2/δ)/(3(n − 1)), and the same above (Maurer & Pontil 2009, "Empirical Bernstein Bounds
//! and Sample-Variance Penalization", theorem 4, arXiv:0907.3740). Both together hold with `level` for δ = (1 − level)/2.
//!
//! They hold at every n, whatever the law, but only if no value *could* have been above M. The largest value seen is not such
//! an M: it is small just when the heavy row has not come, and a heavy row without reward leaves no trace in w·r at all. M is
//! therefore the largest weight possible times the largest reward, 1.
//!
//! **When.** To be sure rather than precise; the interval beside it is many times narrower. **When not**: where weights have
//! no bound that the log would show.

/// The bounds of the mean of `rows` values with this mean and sample standard error, none above `most`; `None` for fewer than
/// two rows.
///
/// Mean 0.5, variance 0.25 and 1001 values in [0, 1]: ln(2/0.025) = 4.382, ± (0.0468 + 0.0102).
///
/// ```
/// use betadrift::evaluate::bernstein;
/// let (lower, upper) = bernstein(0.5, (0.25f64 / 1001.0).sqrt(), 1001, 1.0, 0.95).unwrap();
/// assert!((lower - 0.4430).abs() < 1e-4 && (upper - 0.5570).abs() < 1e-4);
/// ```
pub fn bernstein(mean: f64, se: f64, rows: u64, most: f64, level: f64) -> Option<(f64, f64)> {
    let nats = (4.0 / (1.0 - level)).ln();
    let half = se * (2.0 * nats).sqrt() + 7.0 * most * nats / (3.0 * (rows as f64 - 1.0));
    (rows > 1).then_some((mean - half, mean + half))
}
