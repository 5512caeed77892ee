//! Exact draws from a Beta, on the scale of the logit.

use rand::Rng;
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};

use super::Beta;

impl Beta {
    /// A draw of ln(p/(1−p)), p ~ Beta(α, β), as the difference of the logarithms of two Gamma draws.
    ///
    /// On this scale nothing rounds to 0 or 1: at α = 0.001 half of all rates lie below 1e-300 and still differ. Nor do draws
    /// tie that are all but ½: at α = β = 1e9 they differ by 1e-20 where rates differ by 1e-16. Order is that of the rates, so
    /// a Thompson choice compares logits.
    pub fn draw_logit(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        /// From here on ln G is so much greater than its spread that the difference of two would lose what tells draws apart.
        const LARGE: f64 = 1e6;
        let (successes, failures) = (GammaDraw::new(self.alpha, rng), GammaDraw::new(self.beta, rng));
        if self.alpha.min(self.beta) > LARGE {
            return (successes.centre / failures.centre).ln()
                + 3.0 * (successes.deviation.ln_1p() - failures.deviation.ln_1p());
        }
        successes.ln() - failures.ln()
    }

    /// A draw of p ~ Beta(α, β), in [0, 1].
    pub fn draw(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        1.0 / (1.0 + (-self.draw_logit(rng)).exp())
    }
}

/// G = centre·(1 + deviation)³·exp(−fall), a draw of Gamma(shape, 1).
struct GammaDraw {
    centre: f64,
    deviation: f64,
    fall: f64,
}

impl GammaDraw {
    /// By Marsaglia & Tsang (2000, doi:10.1145/358407.358414), with their step G(shape) = G(shape + 1)·U^(1/shape) below one,
    /// where −ln U is an exponential draw.
    fn new(shape: f64, rng: &mut (impl Rng + ?Sized)) -> Self {
        if shape < 1.0 {
            let exponential: f64 = Exp1.sample(rng);
            return Self { fall: exponential / shape, ..Self::new(shape + 1.0, rng) };
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x: f64 = StandardNormal.sample(rng);
            let deviation = c * x;
            if 1.0 + deviation <= 0.0 {
                continue;
            }
            let v = cube(1.0 + deviation);
            let u: f64 = StandardUniform.sample(rng);
            if u < 1.0 - 0.0331 * x * x * x * x || u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return Self { centre: d, deviation, fall: 0.0 };
            }
        }
    }

    fn ln(&self) -> f64 {
        (self.centre * cube(1.0 + self.deviation)).ln() - self.fall
    }
}

fn cube(x: f64) -> f64 {
    x * x * x
}
