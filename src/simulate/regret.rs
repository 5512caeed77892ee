//! The asymptotic lower bound of regret.

use crate::policy::bernoulli_kl;

/// C = Σ over worse edges of (μ* − μ)/kl(μ, μ*): no policy that is good in every world has a regret below C·ln T for
/// T → ∞ (Lai & Robbins 1985, doi:10.1016/0196-8858(85)90002-8). At practical T the regret of Thompson sampling lies below
/// it: a slope to compare with, not a bound that can be beaten.
///
/// `None` unless C is finite and above zero: all rates equal, or the best one is 1.
///
/// ```
/// use betadrift::simulate::lai_robbins;
/// // 0.1 / kl(0.8, 0.9) = 0.1 / (0.8 ln(8/9) + 0.2 ln 2)
/// assert!((lai_robbins(&[0.9, 0.8]).unwrap() - 2.2521).abs() < 1e-4);
/// assert_eq!(lai_robbins(&[0.5, 0.5]), None);
/// ```
pub fn lai_robbins(rates: &[f64]) -> Option<f64> {
    let best = rates.iter().copied().fold(0.0, f64::max);
    let slope: f64 =
        rates.iter().filter(|&&rate| rate < best).map(|&rate| (best - rate) / bernoulli_kl(rate, best)).sum();
    (slope.is_finite() && slope > 0.0).then_some(slope)
}
