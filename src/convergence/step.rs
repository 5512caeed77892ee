//! The step of a day, KL(posterior in the evening ‖ posterior in the morning), and the law it follows when the morning's
//! belief is right.
//!
//! A step falls like 1/(2n) for any data, so by itself it shows volume, not convergence. Beside its expectation it shows
//! surprise: under the morning's Beta(α, β) the successes among n pulls are Beta–binomial, which gives the law of the step
//! exactly.

use super::noise::Moments;
use crate::beta::Beta;
use crate::divergence::kl;
use crate::posterior::update;

/// Pulls up to which the Beta–binomial sum is taken in full.
const EXACT_PULLS: f64 = 2_000.0;

/// The law of the step that `pulls` events bring to a belief, as (probability, step). Pulls are rounded to a whole
/// number, at least 1.
pub(super) fn step_law(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
    let pulls = pulls.round().max(1.0);
    if pulls <= EXACT_PULLS { exact(morning, pulls) } else { large(morning, pulls) }
}

/// Mean, variance and third central moment of a law.
pub(super) fn moments(law: &[(f64, f64)]) -> Moments {
    let expect = |f: &dyn Fn(f64) -> f64| law.iter().map(|&(p, step)| p * f(step)).sum::<f64>();
    let mean = expect(&|step| step);
    Moments { mean, variance: expect(&|step| (step - mean).powi(2)), third: expect(&|step| (step - mean).powi(3)) }
}

fn exact(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
    /// Outcomes rarer than this do not show in a sum of doubles.
    const NEGLIGIBLE: f64 = 1e-18;
    let step = |successes: f64| kl(update(morning, (successes, pulls - successes)), morning);
    let outcomes = beta_binomial(morning, pulls as usize).into_iter().enumerate();
    outcomes.filter(|&(_, p)| p > NEGLIGIBLE).map(|(successes, p)| (p, step(successes as f64))).collect()
}

/// For many pulls the evening's mean is normal about the morning's, and the step is ½ ln((s+n)/s) + ½·n/(s+n)·(z² − 1)
/// with z standard normal: here on a grid of z, on which the trapezoidal rule is exact to every digit.
fn large(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
    const POINTS: i32 = 240;
    const SPACING: f64 = 9.0 / POINTS as f64;
    let s = morning.alpha() + morning.beta();
    let (mean, share) = (0.5 * (pulls / s).ln_1p(), pulls / (s + pulls));
    let density = SPACING / std::f64::consts::TAU.sqrt();
    (-POINTS..=POINTS)
        .map(|k| (f64::from(k) * SPACING).powi(2))
        .map(|z2| (density * (-0.5 * z2).exp(), mean + 0.5 * share * (z2 - 1.0)))
        .collect()
}

/// P(y successes among n), y = 0 … n, by the ratio of neighbours from the mean outwards.
fn beta_binomial(belief: Beta, pulls: usize) -> Vec<f64> {
    let n = pulls as f64;
    let (alpha, beta) = (belief.alpha(), belief.beta());
    let up = |y: usize| {
        let y = y as f64;
        (n - y) * (alpha + y) / ((y + 1.0) * (beta + n - y - 1.0))
    };
    let mut weights = vec![1.0; pulls + 1];
    let centre = ((n * belief.mean()).round() as usize).min(pulls);
    for y in centre..pulls {
        weights[y + 1] = weights[y] * up(y);
    }
    for y in (0..centre).rev() {
        weights[y] = weights[y + 1] / up(y);
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pull_on_a_uniform_belief_has_two_equal_outcomes() {
        // KL(Beta(2,1) ‖ Beta(1,1)) = ln 2 − ½ either way.
        let law = moments(&step_law(Beta::UNIFORM, 1.0));
        assert!((law.mean - (2f64.ln() - 0.5)).abs() < 1e-15);
        assert!(law.variance < 1e-30);
    }

    #[test]
    fn the_large_form_meets_the_exact_one() {
        let morning = Beta::new(300.0, 700.0).unwrap();
        let (exact, large) = (moments(&exact(morning, 2_000.0)), moments(&large(morning, 2_000.0)));
        assert!((exact.mean / large.mean - 1.0).abs() < 1e-3, "{exact:?} {large:?}");
        assert!((exact.variance / large.variance - 1.0).abs() < 0.02, "{exact:?} {large:?}");
        assert!((exact.third / large.third - 1.0).abs() < 0.05, "{exact:?} {large:?}");
    }

    #[test]
    fn the_large_form_has_its_closed_mean() {
        let law = moments(&step_law(Beta::new(30.0, 70.0).unwrap(), 10_000.0));
        assert!((law.mean - 0.5 * 101f64.ln()).abs() < 1e-13, "{law:?}");
    }

    #[test]
    fn weights_are_uniform_under_a_uniform_belief() {
        for weight in beta_binomial(Beta::UNIFORM, 9) {
            assert!((weight - 0.1).abs() < 1e-15);
        }
    }
}
