//! Jeffreys' divergence.

use super::kl;
use crate::beta::Beta;

/// J(p, q) = KL(p ‖ q) + KL(q ‖ p), in nats (Jeffreys 1946, doi:10.1098/rspa.1946.0056).
///
/// ```
/// use betadrift::{beta::Beta, divergence::jeffreys};
/// let (p, q) = (Beta::new(2.0, 3.0).unwrap(), Beta::new(3.0, 2.0).unwrap());
/// assert!((jeffreys(p, q) - 1.0).abs() < 1e-15);
/// ```
pub fn jeffreys(p: Beta, q: Beta) -> f64 {
    kl(p, q) + kl(q, p)
}
