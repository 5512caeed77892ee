//! Wasserstein-1 distance.

use super::pair::{Pair, root};
use crate::beta::Beta;

/// The Wasserstein-1 distance ∫|F_p − F_q|, in units of the rate: how far probability has to be carried.
///
/// Where the distribution functions do not cross it is the distance of the means. They cross once if the densities cross
/// twice, between those points.
///
/// ```
/// use betadrift::{beta::Beta, divergence::wasserstein};
/// let w1 = wasserstein(Beta::UNIFORM, Beta::new(2.0, 1.0).unwrap());
/// assert!((w1 - 1.0 / 6.0).abs() < 1e-15);
/// ```
pub fn wasserstein(p: Beta, q: Beta) -> f64 {
    let Some(pair) = Pair::new(p, q) else { return 0.0 };
    let marks = pair.marks();
    let (low, high) = (marks[0], marks[marks.len() - 1]);
    let [first, second] = pair.crossings(low, high)[..] else { return pair.mean_difference().abs() };
    let difference = |u: f64| pair.densities(u).difference;
    let until_first = pair.integrate(&marks, low, first, difference);
    let gap = |u: f64| until_first + pair.integrate(&marks, first, u, difference);
    let Some(crossing) = root(gap, first, second) else { return pair.mean_difference().abs() };
    // ∫ (F₁ − F₂) on one side of the crossing, by parts; an error of the crossing counts only by its square.
    let carried =
        |from: f64, to: f64| pair.integrate(&marks, from, to, |u| -difference(u) * pair.rate_difference(crossing, u));
    let below = carried(low, crossing);
    let above = pair.mean_difference() - below;
    // The lesser side is the one to be integrated, and the other what is left of the difference of the means.
    let (lesser, greater) = if below.abs() <= above.abs() {
        (below, above)
    } else {
        let above = carried(crossing, high);
        (above, pair.mean_difference() - above)
    };
    lesser.abs() + greater.abs()
}
