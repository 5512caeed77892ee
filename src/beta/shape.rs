//! Where a Beta lies, how wide it is, and its densities.

use super::Beta;
use crate::special::{IncBeta, digamma_excess, gamma_excess, ln_beta};

impl Beta {
    /// The standard deviation √(αβ/((α+β)²(α+β+1))).
    pub fn sd(self) -> f64 {
        self.variance().sqrt()
    }

    /// The rate of highest density, (α−1)/(α+β−2), for α, β ≥ 1 that are not both 1.
    ///
    /// `None` where no inner point is highest: Beta(1, 1) is flat, and a parameter below one sends the density to infinity
    /// at an end. With one parameter equal to one the highest density is at an end, 0 or 1.
    pub fn mode(self) -> Option<f64> {
        let exists = self.alpha >= 1.0 && self.beta >= 1.0 && self.alpha.max(self.beta) > 1.0;
        exists.then(|| (self.alpha - 1.0) / ((self.alpha - 1.0) + (self.beta - 1.0)))
    }

    /// ln of the density p^{α−1}(1−p)^{β−1}/B(α, β) at `rate` in [0, 1]; infinite where the density is, −∞ where it is zero.
    pub fn ln_density(self, rate: f64) -> f64 {
        if rate <= 0.0 || rate >= 1.0 {
            let power = if rate <= 0.0 { self.alpha - 1.0 } else { self.beta - 1.0 };
            return match power.total_cmp(&0.0) {
                _ if !(0.0..=1.0).contains(&rate) => f64::NEG_INFINITY,
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => -ln_beta(self.alpha, self.beta),
                std::cmp::Ordering::Greater => f64::NEG_INFINITY,
            };
        }
        let complement = 1.0 - rate;
        IncBeta::new(self.alpha, self.beta).ln_density_of_logit(rate, complement) - rate.ln() - complement.ln()
    }

    /// The density p^{α−1}(1−p)^{β−1}/B(α, β) at `rate`.
    pub fn density(self, rate: f64) -> f64 {
        self.ln_density(rate).exp()
    }

    /// The differential entropy ln B − (α−1)ψ(α) − (β−1)ψ(β) + (α+β−2)ψ(α+β), in nats; 0 for Beta(1, 1), below it otherwise.
    ///
    /// Absolute accuracy 1e-13, up to α, β = 1e9 as well: with e(x) = lnΓ(x) − (x ln x − x) the terms that grow with α and
    /// β cancel on paper.
    pub fn entropy(self) -> f64 {
        let (a, b) = (self.alpha, self.beta);
        let s = a + b;
        let part = |x: f64, less: f64| gamma_excess(x) - (x - less) * digamma_excess(x);
        (a / s).ln() + (b / s).ln() + part(a, 1.0) + part(b, 1.0) - part(s, 2.0)
    }
}
