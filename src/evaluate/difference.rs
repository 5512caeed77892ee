//! The difference between the target's value and what the log earned.

use super::Estimate;
use super::score::Root;

/// The difference of two estimates of the same rows.
///
/// Its standard error is that of the paired influence values. Its interval is put together from the intervals of the two, so that
/// it is as skewed as they are: L = d − √((θ̂ − l)² − 2ρ(θ̂ − l)(u′ − θ̂′) + (u′ − θ̂′)²), and U likewise, ρ their correlation (Zou &
/// Donner 2008, doi:10.1002/sim.3095; Zou 2007, doi:10.1037/1082-989X.12.4.399).
pub(super) fn difference(target: &Root, log: &Root, level: f64) -> Estimate {
    let (value, correlation) = (target.value - log.value, target.correlation(log));
    let side = |one: f64, other: f64| (one * one - 2.0 * correlation * one * other + other * other).max(0.0).sqrt();
    let ((lower, upper), (log_lower, log_upper)) = (target.interval(level), log.interval(level));
    let se = target.se().zip(log.se()).map(|(one, other)| side(one, other));
    Estimate {
        value: Some(value),
        se,
        lower: Some(value - side(target.value - lower, log_upper - log.value)),
        upper: Some(value + side(upper - target.value, log.value - log_lower)),
        ..Estimate::none("").without_reason()
    }
}
