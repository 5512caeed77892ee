//! Hellinger distance.

use super::kl;
use crate::beta::Beta;

/// The Hellinger distance √(1 − ∫√(pq)), in [0, 1].
///
/// −ln ∫√(pq) is half of KL(m ‖ p) + KL(m ‖ q), m the Beta half-way between the parameters (Nielsen & Boltz 2011,
/// doi:10.1109/TIT.2011.2159046), so that nothing cancels between neighbours.
///
/// ```
/// use betadrift::{beta::Beta, divergence::hellinger};
/// // ∫√(1·2x) dx = √8/3
/// let right = (1.0 - 8f64.sqrt() / 3.0).sqrt();
/// assert!((hellinger(Beta::UNIFORM, Beta::new(2.0, 1.0).unwrap()) - right).abs() < 1e-15);
/// ```
pub fn hellinger(p: Beta, q: Beta) -> f64 {
    let middle = p.midpoint(q);
    (-(-0.5 * (kl(middle, p) + kl(middle, q))).exp_m1()).sqrt()
}
