//! The density of a Beta on the scale of the logit, where it is smooth and log-concave.

use crate::beta::Beta;
use crate::special::{ln_beta, ln_beta_excess};

/// The density of t = ln(x/(1−x)) for x ~ Beta(α, β).
pub(super) struct LogitDensity {
    alpha: f64,
    s: f64,
    pub(super) mean: f64,
    complement: f64,
    /// The logit of the mean, where the density is greatest.
    pub(super) peak: f64,
    ln_height: f64,
    /// ln of what the density is a multiple of, xᵅ(1−x)ᵝ, where that is precise enough.
    ln_scale: f64,
    /// Where the density bends, and over what length: outside, it is an exponential.
    pub(super) bend: f64,
    width: f64,
}

impl LogitDensity {
    pub(super) fn new(posterior: Beta) -> Self {
        let (alpha, beta) = (posterior.alpha(), posterior.beta());
        let s = alpha + beta;
        let (heavy_alpha, heavy_beta) = (alpha.max(1.0), beta.max(1.0));
        Self {
            alpha,
            s,
            mean: posterior.mean(),
            complement: beta / s,
            peak: (alpha / beta).ln(),
            ln_height: -ln_beta_excess(alpha, beta),
            ln_scale: -ln_beta(alpha, beta),
            bend: (heavy_alpha / heavy_beta).ln(),
            width: (1.0 / heavy_alpha + 1.0 / heavy_beta).sqrt(),
        }
    }

    /// How far ln f has fallen below its peak at distance u from it: s·(ln(1 − m + m eᵘ) − m u), m the mean.
    pub(super) fn fall(&self, u: f64) -> f64 {
        // The same with m, u mirrored to 1 − m, −u: no digit is lost where the smaller of the two stands for m.
        let (m, u) = if self.mean <= 0.5 { (self.mean, u) } else { (self.complement, -u) };
        if u > 30.0 {
            // eᵘ would overflow further on; ln(1 − m + m eᵘ) = u + ln(m + (1 − m) e⁻ᵘ).
            self.s * ((m + (1.0 - m) * (-u).exp()).ln() + (1.0 - m) * u)
        } else {
            self.s * ((m * u.exp_m1()).ln_1p() - m * u)
        }
    }

    pub(super) fn at(&self, node: Node) -> f64 {
        /// α t − s ln(1 + eᵗ) loses this many units in the last place before the form without cancellation is needed.
        const COARSE: f64 = 2_000.0;
        if self.s * node.softplus.max(node.t.abs()) < COARSE {
            (self.alpha * node.t - self.s * node.softplus + self.ln_scale).exp()
        } else {
            (self.ln_height - self.fall(node.t - self.peak)).exp()
        }
    }

    /// The t on the given side of the peak where ln f has fallen by `drop`, from outside by Newton's method on a convex
    /// function. By Chernoff's bound, less than exp(−drop) of the mass lies beyond it.
    pub(super) fn fallen_by(&self, drop: f64, side: f64) -> f64 {
        // s·x − α = β − s·(1 − x): the form whose terms are not all but equal.
        let slope = |u: f64| match self.mean <= 0.5 {
            true => self.s / (1.0 + (-(self.peak + u)).exp()) - self.alpha,
            false => self.s * (self.complement - 1.0 / (1.0 + (self.peak + u).exp())),
        };
        let mut u = side * (2.0 * drop).sqrt() * self.width.max(1e-300);
        while self.fall(u) < drop {
            u *= 2.0;
        }
        for _ in 0..60 {
            let step = (self.fall(u) - drop) / slope(u);
            if step.is_nan() || step.abs() <= 1e-3 * u.abs() {
                break;
            }
            u -= step;
        }
        self.peak + u
    }

    /// How wide a panel may be that comes no closer than `distance` to the bend.
    pub(super) fn panel_width(&self, distance: f64) -> f64 {
        self.width.max(0.4 * (distance - 5.0 * self.width))
    }
}

/// A place where densities are evaluated.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) t: f64,
    /// ln(1 + eᵗ) = −ln(1 − x).
    softplus: f64,
}

impl Node {
    pub(super) fn new(t: f64) -> Self {
        Self { t, softplus: t.max(0.0) + (-t.abs()).exp().ln_1p() }
    }
}
