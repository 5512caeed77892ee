//! Exact draws from a Beta, on the scale of the logit.

use rand::Rng;
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};

use super::Beta;

/// From here on ln G is so much greater than its spread that the difference of two would lose what tells draws apart.
const LARGE: f64 = 1e6;

impl Beta {
    /// A draw of ln(p/(1−p)), p ~ Beta(α, β), as the difference of the logarithms of two Gamma draws.
    ///
    /// On this scale nothing rounds to 0 or 1: at α = 0.001 half of all rates lie below 1e-300 and still differ. Nor do draws
    /// tie that are all but ½: at α = β = 1e9 they differ by 1e-20 where rates differ by 1e-16. Order is that of the rates, so
    /// a Thompson choice compares logits.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::seed::{Purpose, stream};
    /// let rng = &mut stream(1, Purpose::Beliefs, &[]);
    /// let tiny = Beta::new(0.001, 1.0)?; // P(rate ≤ 1e-300) = (1e-300)^0.001 = 0.501
    /// let below = (0..10_000).filter(|_| tiny.draw_logit(rng) < 1e-300_f64.ln()).count();
    /// assert!(below.abs_diff(5_012) < 200);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn draw_logit(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        Sampler::new(self).draw_logit(rng)
    }

    /// A draw of p ~ Beta(α, β), in [0, 1].
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::seed::{Purpose, stream};
    /// let (posterior, rng) = (Beta::new(4.0, 3.0)?, &mut stream(1, Purpose::Beliefs, &[]));
    /// let mean = (0..10_000).map(|_| posterior.draw(rng)).sum::<f64>() / 1e4;
    /// assert!((mean - 4.0 / 7.0).abs() < 4.0 * posterior.sd() / 100.0); // four standard errors
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn draw(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        Sampler::new(self).draw(rng)
    }
}

/// A Beta prepared for many draws: what [`Beta::draw_logit`] works out of α and β alone, kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampler {
    successes: Gamma,
    failures: Gamma,
}

impl Sampler {
    pub(crate) fn new(posterior: Beta) -> Self {
        Self { successes: Gamma::new(posterior.alpha), failures: Gamma::new(posterior.beta) }
    }

    /// As [`Beta::draw_logit`], draw for draw.
    pub(crate) fn draw_logit(&self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        self.logit(self.successes.draw(rng), self.failures.draw(rng), 0.0).unwrap_or(f64::NEG_INFINITY)
    }

    /// As [`Beta::draw`], draw for draw.
    pub(crate) fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        1.0 / (1.0 + (-self.draw_logit(rng)).exp())
    }

    /// A draw of the logit, or nothing if it is less than ln `odds`, which saves a logarithm. Of the same law as
    /// [`Sampler::draw_logit`], but for less.
    #[inline]
    pub(crate) fn draw_logit_from(&self, odds: f64, rng: &mut (impl Rng + ?Sized)) -> Option<f64> {
        self.logit(self.successes.draw_quick(rng), self.failures.draw_quick(rng), odds)
    }

    #[inline]
    fn logit(&self, successes: GammaDraw, failures: GammaDraw, odds: f64) -> Option<f64> {
        /// More than rounding can take from a ratio.
        const SLACK: f64 = 1.0 - 1e-12;
        if self.successes.shape.min(self.failures.shape) > LARGE {
            return Some(
                (successes.centre / failures.centre).ln()
                    + 3.0 * (successes.deviation.ln_1p() - failures.deviation.ln_1p()),
            );
        }
        let (fall, rise) = (successes.fall, failures.fall);
        let (successes, failures) = (successes.unfallen(), failures.unfallen());
        if fall == 0.0 && rise == 0.0 && successes < failures * odds * SLACK {
            return None;
        }
        Some((successes.ln() - fall) - (failures.ln() - rise))
    }
}

/// Gamma(shape, 1), prepared for draws by Marsaglia & Tsang (2000, doi:10.1145/358407.358414), with their step
/// G(shape) = G(shape + 1)·U^(1/shape) below one, where −ln U is an exponential draw.
#[derive(Debug, Clone, Copy)]
struct Gamma {
    shape: f64,
    /// Their d, of the shape or of one more.
    centre: f64,
    /// Their c.
    spread: f64,
}

impl Gamma {
    fn new(shape: f64) -> Self {
        let centre = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
        Self { shape, centre, spread: 1.0 / (9.0 * centre).sqrt() }
    }

    /// As [`Gamma::draw`]; a shape of one, which priors often have, is an exponential.
    #[inline]
    fn draw_quick(&self, rng: &mut (impl Rng + ?Sized)) -> GammaDraw {
        if self.shape == 1.0 {
            return GammaDraw { centre: Exp1.sample(rng), deviation: 0.0, fall: 0.0 };
        }
        self.draw(rng)
    }

    #[inline]
    fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> GammaDraw {
        let fall = if self.shape < 1.0 {
            let exponential: f64 = Exp1.sample(rng);
            exponential / self.shape
        } else {
            0.0
        };
        let centre = self.centre;
        loop {
            let x: f64 = StandardNormal.sample(rng);
            let deviation = self.spread * x;
            if 1.0 + deviation <= 0.0 {
                continue;
            }
            let v = cube(1.0 + deviation);
            let u: f64 = StandardUniform.sample(rng);
            if u < 1.0 - 0.0331 * x * x * x * x || u.ln() < 0.5 * x * x + centre * (1.0 - v + v.ln()) {
                return GammaDraw { centre, deviation, fall };
            }
        }
    }
}

/// G = centre·(1 + deviation)³·exp(−fall), a draw of Gamma(shape, 1).
struct GammaDraw {
    centre: f64,
    deviation: f64,
    fall: f64,
}

impl GammaDraw {
    fn unfallen(&self) -> f64 {
        self.centre * cube(1.0 + self.deviation)
    }
}

fn cube(x: f64) -> f64 {
    x * x * x
}
