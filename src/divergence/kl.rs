//! Kullback–Leibler divergence.

use crate::beta::Beta;
use crate::special::Step;

/// KL(p ‖ q) = E_p[ln p/q], in nats.
pub fn kl(p: Beta, q: Beta) -> f64 {
    let (a, b) = (Step::new(p.alpha(), q.alpha()), Step::new(p.beta(), q.beta()));
    let s = Step { from: a.from + b.from, to: a.to + b.to, by: a.by + b.by };
    // (α_p/s_p − α_q/s_q)·s_p·s_q/…: what q's concentration would have to spread like p, against what it is.
    let shift = (a.by * b.from - b.by * a.from) / s.from;
    let share = |part: Step, by: f64| Step { from: part.from / s.from * s.to, to: part.to, by }.deviance();
    let homogeneous = share(a, shift) + share(b, -shift);
    (homogeneous + a.excess_above_tangent() + b.excess_above_tangent() - s.excess_above_tangent()).max(0.0)
}
