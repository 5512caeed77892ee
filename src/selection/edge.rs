//! An edge as the threshold sees it.

use std::f64::consts::LN_2;

use rand::Rng;
use rand_distr::{Distribution, Exp1};

use super::threshold::Threshold;
use crate::beta::Beta;
use crate::special::ln_beta;

#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) posterior: Beta,
    pub(super) weight: f64,
    /// The clock when it last entered, and one more if it passed the threshold.
    pub(super) entered: u64,
    /// ln B(α, β), if it is known.
    ln_beta: f64,
    /// In how many steps ln B was carried on since it was worked out.
    carried: u8,
    /// Its class if it is cold, or [`HOT`] or [`MASKED`].
    pub(super) group: u8,
    /// Its place in the group.
    pub(super) place: u32,
}

pub(super) const HOT: u8 = u8::MAX - 1;
pub(super) const MASKED: u8 = u8::MAX;

/// What an edge adds to the measure by which a threshold is tuned.
pub(super) struct Weight {
    pub(super) is_hot: bool,
    pub(super) weight: f64,
    /// By how much the logarithm of the weight falls, about, as the threshold rises.
    pub(super) fall: f64,
}

impl Edge {
    pub(super) fn new(posterior: Beta) -> Self {
        Self { posterior, weight: 0.0, entered: 0, ln_beta: f64::NAN, carried: 0, group: HOT, place: 0 }
    }

    /// Changes the posterior. B(α + 1, β) = B(α, β) α/(α + β) saves three logarithms of Γ at one success, as its like does at
    /// one failure; what that adds up in rounding is a few units in the last place of ln B.
    pub(super) fn set(&mut self, posterior: Beta) {
        const MOST_CARRIED: u8 = 32;
        let (alpha, beta) = (self.posterior.alpha(), self.posterior.beta());
        let (up, down) = (posterior.alpha() - alpha, posterior.beta() - beta);
        self.ln_beta += match (up, down) {
            _ if self.carried == MOST_CARRIED => f64::NAN,
            (1.0, 0.0) => (alpha / (alpha + beta)).ln(),
            (0.0, 1.0) => (beta / (alpha + beta)).ln(),
            _ => f64::NAN,
        };
        self.carried += 1;
        self.posterior = posterior;
        if self.ln_beta.is_nan() {
            self.carried = 0;
        }
    }

    fn ln_beta(&mut self) -> f64 {
        if self.ln_beta.is_nan() {
            self.ln_beta = ln_beta(self.posterior.alpha(), self.posterior.beta());
        }
        self.ln_beta
    }

    /// Cold edges weigh λ = −ln(1 − p), p the bound of their chance to pass. Where a `single` edge is chosen, hot ones weigh
    /// about as much by the same measure, so that all that is drawn stays below with chance e^{−Σ}, and else the chance.
    pub(super) fn weigh(&mut self, threshold: &Threshold, single: bool) -> Weight {
        let fall = threshold.fall(self.posterior);
        if fall > 0.0 {
            let p = threshold.bound(self.posterior, self.ln_beta(), fall);
            if p <= 0.5 {
                return Weight { is_hot: false, weight: poisson_rate(p), fall };
            }
            return Weight { is_hot: true, weight: if single { LN_2 } else { 0.5 }, fall: 0.0 };
        }
        let assurance = threshold.assurance(self.posterior);
        if single {
            let weight = LN_2 + assurance;
            return Weight { is_hot: true, weight, fall: -fall / weight };
        }
        let below = 0.5 * (-assurance).exp();
        Weight { is_hot: true, weight: 1.0 - below, fall: -fall * below }
    }

    /// Draws an edge that has entered under the tangent of its density, and what it passes the threshold with if it does. If
    /// that is below the `floor`, it does not matter.
    pub(super) fn draw_above(&self, threshold: &Threshold, floor: f64, rng: &mut impl Rng) -> Option<f64> {
        let exponential: f64 = Exp1.sample(rng);
        let above = exponential / threshold.fall(self.posterior);
        let logit = threshold.logit + above;
        (logit >= floor && threshold.accepts(self.posterior, above, rng)).then_some(logit)
    }
}

/// −ln(1 − p) for p ≤ ½.
fn poisson_rate(p: f64) -> f64 {
    if p < 1e-3 { p * (1.0 + p * (0.5 + p * (1.0 / 3.0 + p * (0.25 + p * 0.2)))) } else { -(-p).ln_1p() }
}
