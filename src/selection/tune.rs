//! Which threshold few draws pass, but nearly always enough.

use super::index::Index;
use super::threshold::Threshold;

/// The weight that a threshold is tuned to, and the band that it may drift through before it is tuned again. It hangs on
/// posteriors alone, never on a draw that has yet to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    least: f64,
    most: f64,
}

impl Band {
    /// Whether a threshold has to be tuned anew. More weight than needed costs nothing where few draws are made all the same.
    pub(super) fn is_left_by(self, index: &Index) -> bool {
        const FEW: f64 = 3.0;
        let weight = index.weight();
        weight < self.least || weight > self.most && index.work() > FEW
    }
}

/// The weight at which a choice of `k` among `edges` costs about the least: all stay below the threshold, or fewer than k
/// pass it, with chance 1/`edges` or so, and then every edge has to be drawn.
pub(super) fn target(k: usize, edges: usize) -> f64 {
    let ln = (edges as f64).ln();
    // P(Poisson(x) < k) ≤ exp(−(√x − √k)²), about.
    if k == 1 { ln + 2.0 } else { ((k as f64).sqrt() + ln.sqrt()).powi(2) }
}

/// Finds a threshold for choices of `k` and puts every edge under it.
pub(super) fn tune(index: &mut Index, k: usize) -> Band {
    index.single = k == 1;
    let target = target(k, index.eligible());
    let start = if index.is_plain() { index.greatest_mean() } else { index.threshold.logit };
    let threshold = solve(index, start, target);
    index.set_threshold(threshold);
    let found = index.weight();
    Band { least: 0.7 * found.min(target), most: 1.5 * found.max(target) }
}

/// The threshold at which the weight is nearly the target, by Newton's method on its logarithm, which is about concave; a step
/// that leaves the bracket, or goes too far, is cut short.
fn solve(index: &mut Index, start: f64, target: f64) -> Threshold {
    const MOST_STEPS: u32 = 60;
    /// How far the logarithm of the weight may be from that of the target.
    const NEAR: f64 = 0.1;
    let (mut low, mut high, mut reach) = (f64::NEG_INFINITY, f64::INFINITY, 1.0);
    let mut logit = start.clamp(-1e6, 1e6);
    let mut threshold = Threshold::new(logit);
    for _ in 0..MOST_STEPS {
        let (weight, slope) = index.weight_under(&threshold);
        let miss = (weight / target).ln();
        if miss.abs() < NEAR {
            break;
        }
        *(if miss > 0.0 { &mut low } else { &mut high }) = logit;
        let newton = logit - miss * weight / slope;
        let (least, most) = (low.max(logit - reach), high.min(logit + reach));
        logit = if newton > least && newton < most {
            newton
        } else if low.is_finite() && high.is_finite() {
            low.midpoint(high)
        } else {
            // Beyond a weight that is too small or too great for its slope to be of use.
            reach *= 2.0;
            if miss > 0.0 { most } else { least }
        };
        if !(low < logit && logit < high) {
            break;
        }
        threshold = Threshold::new(logit);
    }
    threshold
}
