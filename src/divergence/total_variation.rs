//! Total variation distance.

use super::pair::Pair;
use crate::beta::Beta;

/// The total variation ½ ∫|p − q|, in [0, 1]: by how much the probability of any event can differ.
///
/// The densities of two Betas cross once or twice; the difference is integrated between crossings.
///
/// ```
/// use betadrift::{beta::Beta, divergence::total_variation};
/// let tv = total_variation(Beta::JEFFREYS, Beta::new(0.5, 1.5).unwrap());
/// assert!((tv - std::f64::consts::FRAC_1_PI).abs() < 1e-14);
/// ```
pub fn total_variation(p: Beta, q: Beta) -> f64 {
    let Some(pair) = Pair::new(p, q) else { return 0.0 };
    let marks = pair.marks();
    let (low, high) = (marks[0], marks[marks.len() - 1]);
    // What one side of the crossing has too much the other lacks.
    let (from, to) = match pair.crossings(low, high)[..] {
        [first, second] => (first, second),
        [only] => (low, only),
        _ => (low, high),
    };
    pair.integrate(&marks, from, to, |u| pair.densities(u).difference).abs().min(1.0)
}
