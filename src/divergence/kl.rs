//! Kullback–Leibler divergence.

use crate::beta::Beta;
use crate::special::Step;

/// KL(p ‖ q) = E_p[ln p/q], in nats: what is lost by believing q where p is known.
///
/// Written as ln B(q) − ln B(p) + (α_p−α_q)ψ(α_p) + … it loses every digit between neighbours. It is the Bregman
/// divergence of ln B, and with lnΓ(x) = x ln x − x + e(x) it falls into two parts without cancellation: what the means
/// differ, (α_q+β_q)·KL(Bernoulli m_q ‖ Bernoulli m_p), and how far e rises above its tangents
/// (Loader 2000 writes the first as deviances; Bregman 1967, doi:10.1016/0041-5553(67)90040-7).
///
/// ```
/// use betadrift::{beta::Beta, divergence::kl};
/// let (p, q) = (Beta::new(2.0, 3.0).unwrap(), Beta::new(3.0, 2.0).unwrap());
/// assert!((kl(p, q) - 0.5).abs() < 1e-15); // ψ(3) − ψ(2)
/// ```
pub fn kl(p: Beta, q: Beta) -> f64 {
    let (a, b) = (Step::new(p.alpha(), q.alpha()), Step::new(p.beta(), q.beta()));
    let s = a + b;
    (of_means(a, b, s) + a.excess_above_tangent() + b.excess_above_tangent() - s.excess_above_tangent()).max(0.0)
}

/// s_q·KL(Bernoulli m_q ‖ Bernoulli m_p) = α_q ln(m_q/m_p) + β_q ln((1−m_q)/(1−m_p)) of the moves of α, β and s = α+β.
pub(super) fn of_means(a: Step, b: Step, s: Step) -> f64 {
    // By how much α_q exceeds what the mean of p would make of s_q; β_q falls short by as much.
    let surplus = (a.by * b.from - b.by * a.from) / s.from;
    let expected = |part: Step, by: f64| Step { from: part.from / s.from * s.to, to: part.to, by };
    expected(a, surplus).deviance() + expected(b, -surplus).deviance()
}
