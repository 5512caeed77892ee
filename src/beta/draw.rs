//! Exact draws from a Beta, on the scale of the logit.

use rand::Rng;
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};

use super::Beta;

impl Beta {
    /// A draw of ln(p/(1−p)), p ~ Beta(α, β), as the difference of the logarithms of two Gamma draws.
    ///
    /// On this scale nothing rounds to 0 or 1: at α = 0.001 half of all rates lie below 1e-300 and still differ.
    /// Order is that of the rates, so a Thompson choice compares logits.
    pub fn draw_logit(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        ln_gamma_draw(self.alpha, rng) - ln_gamma_draw(self.beta, rng)
    }

    /// A draw of p ~ Beta(α, β), in [0, 1].
    pub fn draw(self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        1.0 / (1.0 + (-self.draw_logit(rng)).exp())
    }
}

/// ln of a Gamma(shape, 1) draw: Marsaglia & Tsang (2000, doi:10.1145/358407.358414), with their step
/// G(shape) = G(shape + 1)·U^(1/shape) below one, where −ln U is an exponential draw.
fn ln_gamma_draw(shape: f64, rng: &mut (impl Rng + ?Sized)) -> f64 {
    if shape < 1.0 {
        let exponential: f64 = Exp1.sample(rng);
        return ln_gamma_draw(shape + 1.0, rng) - exponential / shape;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x: f64 = StandardNormal.sample(rng);
        let cube_root = 1.0 + c * x;
        if cube_root <= 0.0 {
            continue;
        }
        let v = cube_root * cube_root * cube_root;
        let u: f64 = StandardUniform.sample(rng);
        if u < 1.0 - 0.0331 * x * x * x * x || u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
            return (d * v).ln();
        }
    }
}
