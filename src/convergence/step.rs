//! The step of a day, KL(posterior in the evening ‖ posterior in the morning), and the law it follows when the morning's
//! belief is right.
//!
//! A step falls like 1/(2n) for any data, so by itself it shows volume, not convergence. Beside its expectation it shows
//! surprise: under the morning's Beta(α, β) the successes among n pulls are Beta–binomial, which gives the law of the step.

use super::noise::Moments;
use crate::beta::Beta;
use crate::divergence::kl;
use crate::posterior::update;

/// Pulls up to which every outcome is weighed by itself, and the expectation is their sum. Above, it is
/// ½ ln((s+n)/s), and neighbouring outcomes are weighed together.
const EXACT_PULLS: usize = 2_000;
/// Pulls above which the outcomes are no longer listed.
const LISTED_PULLS: usize = 1_000_000;

/// What the morning expects of an edge's step. Pulls are rounded to a whole number, at least 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StepLaw {
    /// The expectation as it is shown.
    pub(super) expected: f64,
    /// The moments of the law.
    pub(super) moments: Moments,
}

impl StepLaw {
    pub(super) fn new(morning: Beta, pulls: f64) -> Self {
        let moments = Moments::of(&step_law(morning, pulls));
        let expected = if pulls.round() <= EXACT_PULLS as f64 {
            moments.mean
        } else {
            0.5 * (pulls.round() / (morning.alpha() + morning.beta())).ln_1p()
        };
        Self { expected, moments }
    }
}

/// The law itself, as (probability, step).
pub(super) fn step_law(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
    let pulls = pulls.round().max(1.0);
    if pulls <= LISTED_PULLS as f64 { listed(morning, pulls) } else { normal(morning, pulls) }
}

/// Outcomes with their Beta–binomial probabilities, neighbours taken together where there are many.
fn listed(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
    /// Outcomes rarer than this do not show in a sum of doubles.
    const NEGLIGIBLE: f64 = 1e-18;
    let step = |successes: f64| kl(update(morning, (successes, pulls - successes)), morning);
    let probabilities = beta_binomial(morning, pulls as usize);
    let mut law = Vec::new();
    let mut first = 0;
    while first < probabilities.len() {
        let members = &probabilities[first..first + together(first, probabilities.len())];
        let p: f64 = members.iter().sum();
        if p > NEGLIGIBLE {
            let centre = members.iter().enumerate().map(|(k, p)| k as f64 * p).sum::<f64>() / p;
            law.push((p, step(first as f64 + centre)));
        }
        first += members.len();
    }
    law
}

/// How many outcomes from `first` on are taken together: one near the ends, where a step changes fast.
fn together(first: usize, outcomes: usize) -> usize {
    const ENDS: usize = 400;
    if outcomes <= EXACT_PULLS + 1 || first < ENDS || first + ENDS >= outcomes {
        return 1;
    }
    (outcomes / EXACT_PULLS + 1).min(outcomes - ENDS - first)
}

/// For very many pulls the evening's mean is normal about the morning's, and the step is
/// ½ ln((s+n)/s) + ½·n/(s+n)·(z² − 1) with z standard normal: here on a grid of z, on which the trapezoidal rule is exact
/// to every digit.
fn normal(morning: Beta, pulls: f64) -> Vec<(f64, f64)> {
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
        let law = StepLaw::new(Beta::UNIFORM, 1.0);
        assert!((law.expected - (2f64.ln() - 0.5)).abs() < 1e-15);
        assert!(law.moments.variance < 1e-30);
    }

    #[test]
    fn the_normal_form_meets_the_listed_one() {
        let morning = Beta::new(300.0, 700.0).unwrap();
        let (listed, normal) = (Moments::of(&listed(morning, 2_000.0)), Moments::of(&normal(morning, 2_000.0)));
        assert!((listed.mean / normal.mean - 1.0).abs() < 1e-3, "{listed:?} {normal:?}");
        assert!((listed.variance / normal.variance - 1.0).abs() < 0.02, "{listed:?} {normal:?}");
        assert!((listed.third / normal.third - 1.0).abs() < 0.05, "{listed:?} {normal:?}");
    }

    #[test]
    fn outcomes_taken_together_keep_the_moments() {
        let morning = Beta::new(0.5, 3.0).unwrap();
        let step = |y: f64| kl(update(morning, (y, 5_000.0 - y)), morning);
        let probabilities = beta_binomial(morning, 5_000);
        let exact: f64 = probabilities.iter().enumerate().map(|(y, p)| p * step(y as f64)).sum();
        let together = Moments::of(&listed(morning, 5_000.0));
        assert!((together.mean / exact - 1.0).abs() < 1e-3, "{together:?} for {exact}");
    }

    #[test]
    fn many_pulls_have_the_closed_expectation() {
        let law = StepLaw::new(Beta::new(30.0, 70.0).unwrap(), 10_000.0);
        assert_eq!(law.expected, 0.5 * 100f64.ln_1p());
    }

    #[test]
    fn weights_are_uniform_under_a_uniform_belief() {
        for weight in beta_binomial(Beta::UNIFORM, 9) {
            assert!((weight - 0.1).abs() < 1e-15);
        }
    }
}
