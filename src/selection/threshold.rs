//! How likely a draw is to pass a threshold: a bound that costs one exponential, and draws above it.

use rand::Rng;
use rand_distr::{Distribution, Exp1};

use crate::beta::Beta;
use crate::special::{centred_cumulant, logistic};

/// A threshold t on the scale of the logit.
///
/// On that scale the density f of every Beta(α, β) is log-concave, with the slope (ln f)′(t) = α(1 − θ) − βθ where θ is the rate
/// of t. Above the mean the slope is negative, and the tangent of ln f bounds it: for d ≥ 0
///
/// f(t + d) ≤ f(t) e^{−sd}, s = βθ − α(1 − θ), so that P(logit > t) ≤ f(t)/s;
///
/// and f(t + d)/(f(t) e^{−sd}) = exp(−(α + β) κ(d)), κ(d) = ln(1 + θ(eᵈ − 1)) − θd. A draw above t is therefore one of an
/// exponential of rate s that another exponential, of rate one, exceeds (α + β)κ of (Gilks & Wild 1992, doi:10.2307/2347565, draw
/// from log-concave densities under such tangents). Rates near 0 or 1 and parameters far below one need nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threshold {
    /// t; −∞ is passed by all.
    pub(super) logit: f64,
    rate: f64,
    complement: f64,
    ln_rate: f64,
    ln_complement: f64,
    /// What bounds are multiplied by, so that tests can see what a wrong one does.
    #[cfg(test)]
    pub(super) skew: f64,
}

/// From here on the terms of ln f would cancel what tells edges apart, and it is worked out without them.
const LARGE: f64 = 1e5;

impl Threshold {
    pub(super) fn new(logit: f64) -> Self {
        let (rate, complement) = logistic(logit);
        let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        let (ln_rate, ln_complement) = (-softplus(-logit), -softplus(logit));
        Self {
            logit,
            rate,
            complement,
            ln_rate,
            ln_complement,
            #[cfg(test)]
            skew: 1.0,
        }
    }

    /// s, by which the logarithm of the density falls at the threshold; negative below the mean.
    pub(super) fn fall(&self, posterior: Beta) -> f64 {
        posterior.beta() * self.rate - posterior.alpha() * self.complement
    }

    /// f(t)/s, no less than the chance to pass the threshold if s is greater than zero.
    pub(super) fn bound(&self, posterior: Beta, ln_beta: f64, fall: f64) -> f64 {
        let (alpha, beta) = (posterior.alpha(), posterior.beta());
        let ln_density = if alpha + beta > LARGE {
            posterior.ln_density_logit(self.logit)
        } else {
            alpha * self.ln_rate + beta * self.ln_complement - ln_beta
        };
        let bound = ln_density.exp() / fall;
        #[cfg(test)]
        let bound = bound * self.skew;
        bound
    }

    /// About −ln of the chance to stay below the threshold, for one below the mean: n kl(mean, θ), the bound of Chernoff.
    pub(super) fn assurance(&self, posterior: Beta) -> f64 {
        let (alpha, beta) = (posterior.alpha(), posterior.beta());
        let (mean, complement) = (alpha / (alpha + beta), beta / (alpha + beta));
        (alpha * (mean.ln() - self.ln_rate) + beta * (complement.ln() - self.ln_complement)).max(0.0)
    }

    /// Whether an exponential draw of rate s, so much above the threshold, is a draw of the posterior.
    pub(super) fn accepts(&self, posterior: Beta, above: f64, rng: &mut impl Rng) -> bool {
        let exponential: f64 = Exp1.sample(rng);
        let pulls = posterior.alpha() + posterior.beta();
        // κ ≤ d²/8 (Hoeffding 1963, doi:10.1080/01621459.1963.10500830) decides most cases.
        exponential >= pulls * 0.125 * above * above
            || exponential >= pulls * centred_cumulant(self.rate, self.complement, above)
    }
}
