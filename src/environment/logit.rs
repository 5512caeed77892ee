//! The scale on which worlds move their rates: additions there keep a rate within 0 and 1.

use std::ops::RangeInclusive;

/// What may be added to a logit; beyond it every rate is as good as 0 or 1.
pub(super) const ADDITIONS: RangeInclusive<f64> = -100.0..=100.0;
/// The same in words.
pub(super) const ADDITIONS_IN_WORDS: &str = "between -100 and 100, on the scale of the logit";

/// ln(p/(1−p)); infinite for rates of exactly 0 and 1, which no finite addition moves.
pub(super) fn logit(rate: f64) -> f64 {
    rate.ln() - (-rate).ln_1p()
}

/// The rate of a logit, 1/(1 + e⁻ˣ).
pub(super) fn rate(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
