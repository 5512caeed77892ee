//! What a reward model that was fitted on the same rows costs in certainty.
//!
//! q̂ of a row's edge and segment holds that row itself, with leverage h = 1/(α₀ + β₀ + n_ax), so that r − q̂ is smaller by 1 − h
//! than the residual to the model without that row. Where edges have few rows, estimators that correct q̂ by these residuals
//! correct too little, all on the same side if the prior mean is off, and the sample standard deviation cannot see it. Their
//! intervals are therefore those of the estimate with each residual over 1 − h, which is to the digit the one left out (as
//! in HC3, MacKinnon & White 1985, doi:10.1016/0304-4076(85)90158-7, and cross-fitting, Chernozhukov et al. 2018,
//! doi:10.1111/ectj.12097), stretched to hold the estimate. Added to them:
//!
//! - where no residual corrects q̂ (everywhere for `dm`, beyond λ for `switch_dr`, in part for `dros`), the variance of q̂ under its
//!   posterior, in quadrature;
//! - where the log has no row of what the target chooses, anything from 0 to 1, since there q̂ is the prior's word alone (bounds of
//!   Manski 1990, American Economic Review 80(2), 319–323).

use super::{Estimate, Estimator, Roots, Sample};
use crate::special::two_sided_normal_quantile;

/// The estimate with an interval that allows for its reward model.
pub(super) fn allowing(estimate: Estimate, estimator: Estimator, roots: Roots<'_>) -> Estimate {
    let Roots { sample, settings } = roots;
    let (Some(value), Some(left_out)) =
        (estimate.value, roots.inflated(estimator, |rows| 1.0 / (1.0 - rows.leverage).max(f64::EPSILON)))
    else {
        return estimate;
    };
    let uncorrected = uncorrected(estimator, roots);
    let model_sd = variance(sample, &uncorrected).sqrt();
    let (lower, upper) = left_out.interval(settings.level);
    let (below, above) = if estimator == Estimator::Dm { (0.0, 0.0) } else { (value - lower, upper - value) };
    let sampling = if estimator == Estimator::Dm { estimate.se.unwrap_or(0.0) } else { 0.0 };
    let model = two_sided_normal_quantile(settings.level) * model_sd.hypot(sampling);
    let prior = settings.reward_prior.mean();
    let lower = value - below.max(0.0).hypot(model) - prior * sample.unsupported;
    let upper = value + above.max(0.0).hypot(model) + (1.0 - prior) * sample.unsupported;
    Estimate {
        lower: Some(lower.max(value.min(0.0))),
        upper: Some(upper.min(value.max(1.0))),
        model_sd: (!matches!(estimator, Estimator::Dr | Estimator::Sndr)).then_some(model_sd),
        ..estimate
    }
}

/// How much of the target's traffic goes to each edge and segment with q̂ alone.
fn uncorrected(estimator: Estimator, Roots { sample, settings }: Roots<'_>) -> Vec<f64> {
    if estimator == Estimator::Dm {
        return sample.traffic.clone();
    }
    let mut shares = vec![0.0; sample.traffic.len()];
    for rows in &sample.rows {
        let correction = estimator.correction(rows, settings).unwrap_or(0.0);
        shares[rows.pair] += rows.count * (rows.weight() - correction) / sample.count as f64;
    }
    shares
}

/// The variance of Σ share·q̂ under the posteriors.
fn variance(sample: &Sample, shares: &[f64]) -> f64 {
    let first = sample.rows.chunk_by(|one, other| one.pair == other.pair).map(|rows| rows[0]);
    first.map(|rows| shares[rows.pair].powi(2) * rows.model_variance).sum()
}
