//! Where a Beta lies, how wide it is, and its densities.

use super::Beta;
use crate::special::{IncBeta, digamma_excess, gamma_excess, ln_beta};

impl Beta {
    /// The standard deviation √(αβ/((α+β)²(α+β+1))).
    ///
    /// Of the uniform law √(1/12):
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert!((Beta::UNIFORM.sd() - 12_f64.sqrt().recip()).abs() < 1e-16);
    /// ```
    pub fn sd(self) -> f64 {
        self.variance().sqrt()
    }

    /// The one rate of highest density: (α−1)/(α+β−2) for α, β > 1; an end, 0 or 1, where the density only falls or rises.
    ///
    /// `None` where there is not one: Beta(1, 1) is flat, and with α, β < 1 the density is infinite at both ends.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert_eq!(Beta::new(4.0, 3.0)?.mode(), Some(0.6)); // 3 of 5
    /// assert_eq!(Beta::new(1.0, 2.0)?.mode(), Some(0.0)); // the density only falls
    /// assert_eq!(Beta::UNIFORM.mode(), None);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn mode(self) -> Option<f64> {
        let (left, right) = (self.alpha - 1.0, self.beta - 1.0);
        if left.max(right) > 0.0 || left.max(right) == 0.0 && left.min(right) < 0.0 {
            // A parameter below one puts the peak at its end, as one does.
            let (left, right) = (left.max(0.0), right.max(0.0));
            return Some(if left + right > 0.0 { left / (left + right) } else { f64::from(self.beta < 1.0) });
        }
        None
    }

    /// ln of the density p^{α−1}(1−p)^{β−1}/B(α, β) at `rate` in [0, 1]; infinite where the density is, −∞ where it is zero.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert_eq!(Beta::JEFFREYS.ln_density(0.0), f64::INFINITY);
    /// assert_eq!(Beta::new(2.0, 1.0)?.ln_density(0.0), f64::NEG_INFINITY);
    /// // Far out, where the density itself is zero: 1e4 − 1 times ln ½, and ln 1e4.
    /// let ln_density = Beta::new(1e4, 1.0)?.ln_density(0.5);
    /// assert!((ln_density / (9_999.0 * 0.5_f64.ln() + 1e4_f64.ln()) - 1.0).abs() < 1e-12);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
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
    ///
    /// That of Beta(2, 1) is 2p:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert!((Beta::new(2.0, 1.0)?.density(0.25) - 0.5).abs() < 1e-14);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn density(self, rate: f64) -> f64 {
        self.ln_density(rate).exp()
    }

    /// The differential entropy ln B − (α−1)ψ(α) − (β−1)ψ(β) + (α+β−2)ψ(α+β), in nats; 0 for Beta(1, 1), below it otherwise.
    ///
    /// Absolute accuracy 1e-13, up to α, β = 1e9 as well: with e(x) = lnΓ(x) − (x ln x − x) the terms that grow with α and
    /// β cancel on paper.
    ///
    /// That of Beta(2, 1) is −∫ 2p ln 2p dp = ½ − ln 2:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert_eq!(Beta::UNIFORM.entropy(), 0.0);
    /// assert!((Beta::new(2.0, 1.0)?.entropy() - (0.5 - 2_f64.ln())).abs() < 1e-13);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn entropy(self) -> f64 {
        let (a, b) = (self.alpha, self.beta);
        let s = a + b;
        let part = |x: f64, less: f64| gamma_excess(x) - (x - less) * digamma_excess(x);
        let entropy = (a / s).ln() + (b / s).ln() + part(a, 1.0) + part(b, 1.0) - part(s, 2.0);
        // No law on [0, 1] has more than the uniform one: what is above is rounding.
        if entropy > 0.0 { 0.0 } else { entropy }
    }
}
