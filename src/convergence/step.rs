//! The step of a day, KL(posterior in the evening ‖ posterior in the morning), and the law it follows when the morning's
//! belief is right.
//!
//! A step falls like 1/(2n) for any data, so by itself it shows volume, not convergence. Beside its expectation it shows
//! surprise: under the morning's Beta(α, β) the successes among n pulls are Beta–binomial, which gives the step's mean,
//! variance and third moment exactly. The day's Σ observed / Σ expected over edges has a noise band from these three
//! moments (Pearson's type III, with the cube-root quantile of Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684).

use super::Band;
use crate::beta::Beta;
use crate::divergence::kl;

/// Pulls up to which the Beta–binomial sum is taken in full.
const EXACT_PULLS: u64 = 2_000;

/// Mean, variance and third central moment of a step; they add over independent edges.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct StepLaw {
    pub(super) mean: f64,
    variance: f64,
    third: f64,
}

impl StepLaw {
    /// The law of the step that `pulls` events bring to a belief. Pulls are rounded to a whole number, at least 1.
    pub(super) fn new(morning: Beta, pulls: f64) -> Self {
        let pulls = pulls.round().max(1.0) as u64;
        if pulls <= EXACT_PULLS { Self::exact(morning, pulls) } else { Self::large(morning, pulls as f64) }
    }

    fn exact(morning: Beta, pulls: u64) -> Self {
        /// Outcomes rarer than this do not show in a sum of doubles.
        const NEGLIGIBLE: f64 = 1e-18;
        let weights = beta_binomial(morning, pulls);
        let steps: Vec<(f64, f64)> = weights
            .into_iter()
            .enumerate()
            .filter(|&(_, weight)| weight > NEGLIGIBLE)
            .map(|(successes, weight)| (weight, outcome(morning, successes as f64, pulls as f64)))
            .collect();
        let expect = |f: &dyn Fn(f64) -> f64| steps.iter().map(|&(weight, step)| weight * f(step)).sum::<f64>();
        let mean = expect(&|step| step);
        Self { mean, variance: expect(&|step| (step - mean).powi(2)), third: expect(&|step| (step - mean).powi(3)) }
    }

    /// For many pulls the evening's mean is normal about the morning's: ½ ln((s+n)/s) in the mean, and a spread of
    /// ½·n/(s+n) times a χ² of one degree of freedom.
    fn large(morning: Beta, pulls: f64) -> Self {
        let s = morning.alpha() + morning.beta();
        let share = pulls / (s + pulls);
        Self { mean: 0.5 * (pulls / s).ln_1p(), variance: 0.5 * share.powi(2), third: share.powi(3) }
    }

    /// The central 95 % of the sum over its mean.
    pub(super) fn ratio_band(&self) -> Band {
        const Z: f64 = 1.959_963_984_540_054;
        if self.third <= 0.0 {
            let half = Z * self.variance.sqrt() / self.mean;
            return Band { lower: (1.0 - half).max(0.0), upper: 1.0 + half };
        }
        let scale = self.third / (2.0 * self.variance);
        let shape = self.variance / (scale * scale);
        let quantile = |z: f64| {
            let gamma = shape * (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt())).max(0.0).powi(3);
            ((self.mean + scale * (gamma - shape)) / self.mean).max(0.0)
        };
        Band { lower: quantile(-Z), upper: quantile(Z) }
    }
}

impl std::ops::AddAssign for StepLaw {
    fn add_assign(&mut self, other: Self) {
        self.mean += other.mean;
        self.variance += other.variance;
        self.third += other.third;
    }
}

fn outcome(morning: Beta, successes: f64, pulls: f64) -> f64 {
    kl(crate::posterior::update(morning, (successes, pulls - successes)), morning)
}

/// P(y successes among n), y = 0 … n, by the ratio of neighbours from the mean outwards.
fn beta_binomial(belief: Beta, pulls: u64) -> Vec<f64> {
    let n = pulls as f64;
    let (alpha, beta) = (belief.alpha(), belief.beta());
    let up = |y: f64| (n - y) * (alpha + y) / ((y + 1.0) * (beta + n - y - 1.0));
    let mut weights = vec![1.0; pulls as usize + 1];
    let centre = (n * belief.mean()).round() as usize;
    for y in centre..pulls as usize {
        weights[y + 1] = weights[y] * up(y as f64);
    }
    for y in (0..centre).rev() {
        weights[y] = weights[y + 1] / up(y as f64);
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
        assert!((law.mean - (2f64.ln() - 0.5)).abs() < 1e-15);
        assert!(law.variance < 1e-30);
    }

    #[test]
    fn the_large_form_meets_the_exact_one() {
        let morning = Beta::new(300.0, 700.0).unwrap();
        let (exact, large) = (StepLaw::exact(morning, 2_000), StepLaw::large(morning, 2_000.0));
        assert!((exact.mean / large.mean - 1.0).abs() < 1e-3, "{exact:?} {large:?}");
        assert!((exact.variance / large.variance - 1.0).abs() < 0.02, "{exact:?} {large:?}");
        assert!((exact.third / large.third - 1.0).abs() < 0.05, "{exact:?} {large:?}");
    }

    #[test]
    fn weights_are_uniform_under_a_uniform_belief() {
        for weight in beta_binomial(Beta::UNIFORM, 9) {
            assert!((weight - 0.1).abs() < 1e-15);
        }
    }
}
