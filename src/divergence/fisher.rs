//! Path length in the Fisher–Rao metric.

use crate::beta::Beta;
use crate::special::trigamma_excess;

/// How far a belief travelled: the length Σ √(dᵀ G d) of a path of Betas in the Fisher–Rao metric (Rao 1945).
///
/// d is the change of (α, β) in one step and G the Fisher information
/// [ψ₁(α)−ψ₁(α+β), −ψ₁(α+β); −ψ₁(α+β), ψ₁(β)−ψ₁(α+β)] half-way. A length of one is about one standard deviation of the
/// belief. The distance between two Betas has no closed form; the length of a path in short steps is what is used.
///
/// ```
/// use betadrift::{beta::Beta, divergence::path_length};
/// let at = |alpha, beta| Beta::new(alpha, beta).unwrap();
/// assert_eq!(path_length(&[at(1.0, 1.0)]), 0.0);
/// // There and back again is twice the way.
/// let there = path_length(&[at(1.0, 1.0), at(2.0, 1.0)]);
/// assert_eq!(path_length(&[at(1.0, 1.0), at(2.0, 1.0), at(1.0, 1.0)]), 2.0 * there);
/// ```
pub fn path_length(path: &[Beta]) -> f64 {
    path.windows(2).map(|step| step_length(step[0], step[1])).sum()
}

fn step_length(from: Beta, to: Beta) -> f64 {
    let (da, db) = (to.alpha() - from.alpha(), to.beta() - from.beta());
    let middle = from.midpoint(to);
    let (a, b) = (middle.alpha(), middle.beta());
    let (s, ds) = (a + b, da + db);
    // With ψ₁(x) = 1/x + …, the leading parts da²/α + db²/β − ds²/(α+β) are one square.
    let turn = (da * b - db * a) / s;
    let square = turn * turn * s / (a * b) + trigamma_excess(a) * da * da + trigamma_excess(b) * db * db
        - trigamma_excess(s) * ds * ds;
    square.max(0.0).sqrt()
}
