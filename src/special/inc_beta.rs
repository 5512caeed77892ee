//! The regularised incomplete beta function, both tails, and its inverse's ingredients.

use super::gamma::{digamma, gamma_excess, ln_beta, trigamma};
use super::logarithm::{centred_cumulant, ln_1p_minus};
use super::quadrature::kronrod;

/// Beyond this logit x or 1 − x is below 1e-289 and only its leading power counts.
const FAR: f64 = 667.0;

/// The two tails of Beta(a, b) at a point: I_x(a, b) and 1 − I_x(a, b), each to full relative precision.
///
/// Of Beta(2, 1), where I_x = x²; far down the upper tail keeps what 1 − I_x would lose:
///
/// ```
/// use betadrift::special::IncBeta;
/// let tails = IncBeta::new(2.0, 1.0).tails(0.5, 0.5);
/// assert!((tails.lower - 0.25).abs() < 1e-14 && (tails.upper - 0.75).abs() < 1e-14);
/// let end = IncBeta::new(2.0, 1.0).tails(1.0 - 1e-20, 1e-20);
/// assert!((end.upper / 2e-20 - 1.0).abs() < 1e-12); // 1 − (1 − y)² = 2y − y²
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// I_x(a, b), the probability of at most x.
    pub lower: f64,
    /// 1 − I_x(a, b), the probability of more than x.
    pub upper: f64,
}

/// The incomplete beta function of fixed parameters a, b > 0, for many points.
///
/// Beta(2, 1) has I_x = x² and the density x²·y·2 of the logit:
///
/// ```
/// use betadrift::special::{IncBeta, Tails};
/// let law = IncBeta::new(2.0, 1.0);
/// assert!((law.tails(0.5, 0.5).lower - 0.25).abs() < 1e-14);
/// assert!((law.tails_at_logit(0.0).upper - 0.75).abs() < 1e-14); // the logit of ½ is 0
/// assert!((law.ln_density_of_logit(0.5, 0.5) - 0.25f64.ln()).abs() < 1e-14);
/// assert!((law.ln_density_at_logit(0.0) - 0.25f64.ln()).abs() < 1e-14);
/// assert!(law.logit_at(Tails { lower: 0.25, upper: 0.75 }).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct IncBeta {
    a: f64,
    b: f64,
    /// ln of the highest density on the scale of the logit.
    ln_peak: f64,
}

impl IncBeta {
    /// I(a, b).
    pub fn new(a: f64, b: f64) -> Self {
        Self { a, b, ln_peak: gamma_excess(a + b) - gamma_excess(a) - gamma_excess(b) }
    }

    /// The tails at x, where y = 1 − x is given beside it so that neither has to be rounded.
    pub fn tails(&self, x: f64, y: f64) -> Tails {
        if x <= 0.0 || y <= 0.0 {
            return if x <= 0.0 { Tails { lower: 0.0, upper: 1.0 } } else { Tails { lower: 1.0, upper: 0.0 } };
        }
        let tail = self.near_tail(x, y);
        let near = (tail.ln_density.exp() * tail.over_density).min(1.0);
        if tail.is_lower { Tails { lower: near, upper: 1.0 - near } } else { Tails { lower: 1.0 - near, upper: near } }
    }

    /// The tail at x that ends before the bulk; the other is what it leaves.
    fn near_tail(&self, x: f64, y: f64) -> NearTail {
        let excess = self.excess(x, y);
        let is_lower = x * (self.a + self.b + 2.0) <= self.a + 1.0;
        let tail = if is_lower {
            Tail { a: self.a, b: self.b, x, y, excess }
        } else {
            Tail { a: self.b, b: self.a, x: y, y: x, excess: -excess }
        };
        NearTail { is_lower, ln_density: self.ln_density(x, y, excess), over_density: tail.over_density() }
    }

    /// The tails at the point whose logit is t = ln(x/(1−x)).
    pub fn tails_at_logit(&self, t: f64) -> Tails {
        if t < -FAR {
            let lower = self.ln_leading_power(t).exp().min(1.0);
            return Tails { lower, upper: 1.0 - lower };
        }
        if t > FAR {
            let Tails { lower, upper } = self.mirrored().tails_at_logit(-t);
            return Tails { lower: upper, upper: lower };
        }
        let (x, y) = logistic(t);
        self.tails(x, y)
    }

    /// ln of xᵃyᵇ/B(a, b), the density of the logit at x.
    pub fn ln_density_of_logit(&self, x: f64, y: f64) -> f64 {
        self.ln_density(x, y, self.excess(x, y))
    }

    /// The same at the point whose logit is t.
    pub fn ln_density_at_logit(&self, t: f64) -> f64 {
        if t.abs() > FAR {
            // ln x = −ln(1+e⁻ᵗ), and ln(1+e^{−|t|}) is nothing out here.
            return if t < 0.0 { self.a * t } else { -self.b * t } - ln_beta(self.a, self.b);
        }
        let (x, y) = logistic(t);
        self.ln_density_of_logit(x, y)
    }

    /// The logit t at which the lower tail is `lower` and the upper one `upper`; they sum to one, and the smaller counts.
    pub fn logit_at(&self, Tails { lower, upper }: Tails) -> f64 {
        if lower <= upper { self.logit_at_lower(lower) } else { -self.mirrored().logit_at_lower(upper) }
    }

    /// Where ln F(t) = ln p, for p ≤ ½, by Halley's iteration. ln F is concave and increasing in t, so that the root lies
    /// right of every Newton step; a step that leaves the bracket is replaced by halving it.
    fn logit_at_lower(&self, p: f64) -> f64 {
        const MOST: u32 = 200;
        let ln_p = p.ln();
        // F(t) ≤ eᵃᵗ/(aB): the root is never left of where the leading power meets p.
        let mut low = (ln_p - self.ln_leading_power(0.0)) / self.a;
        if low < -FAR || !low.is_finite() {
            return low;
        }
        let mut high = f64::INFINITY;
        let mut t = if self.a < 1.0 { low } else { self.normal_guess(ln_p).max(low) };
        for _ in 0..MOST {
            let LowerTail { ln_lower, hazard, slope } = self.lower_tail_at(t);
            let miss = ln_lower - ln_p;
            *(if miss < 0.0 { &mut low } else { &mut high }) = t;
            let newton = miss / hazard;
            let halley = newton / (1.0 - 0.5 * newton * (slope - hazard)).max(0.5);
            let next = t - halley;
            // Halley's error is of the third order in the miss; a step below the last digits of t cannot be taken.
            if miss.abs() < 1e-6 || halley.abs() <= 2.0 * f64::EPSILON * t.abs() {
                return next;
            }
            t = if next > low && next < high { next } else { 0.5 * (low + high.min(t + 2.0 * (t - low).abs() + 1.0)) };
            if high - low <= f64::EPSILON * t.abs() {
                break;
            }
        }
        t
    }

    /// Where a normal law of the same mean and variance of the logit has its quantile, about.
    fn normal_guess(&self, ln_p: f64) -> f64 {
        // Hastings (1955), in Abramowitz & Stegun 26.2.23: within 5e-4.
        let r = (-2.0 * ln_p).sqrt();
        let z = (2.515_517 + r * (0.802_853 + r * 0.010_328))
            / (1.0 + r * (1.432_788 + r * (0.189_269 + r * 0.001_308)))
            - r;
        digamma(self.a) - digamma(self.b) + z * (trigamma(self.a) + trigamma(self.b)).sqrt()
    }

    fn lower_tail_at(&self, t: f64) -> LowerTail {
        if t < -FAR {
            return LowerTail { ln_lower: self.ln_leading_power(t), hazard: self.a, slope: self.a };
        }
        let (x, y) = logistic(t);
        let slope = self.excess(x, y);
        let tail = self.near_tail(x, y);
        if tail.is_lower {
            let ln_lower = tail.ln_density + tail.over_density.ln();
            return LowerTail { ln_lower, hazard: 1.0 / tail.over_density, slope };
        }
        let density = tail.ln_density.exp();
        let lower = 1.0 - (density * tail.over_density).min(1.0);
        LowerTail { ln_lower: lower.ln(), hazard: density / lower, slope }
    }

    /// ln(eᵃᵗ/(a B(a, b))), the lower tail where x is so small that (1−x)ᵇ is one.
    fn ln_leading_power(&self, t: f64) -> f64 {
        self.a * t - self.a.ln() - ln_beta(self.a, self.b)
    }

    /// The law of 1 − x.
    fn mirrored(&self) -> Self {
        Self { a: self.b, b: self.a, ln_peak: self.ln_peak }
    }

    /// a − (a+b)x = ay − bx, by how much a exceeds what x would predict.
    fn excess(&self, x: f64, y: f64) -> f64 {
        let s = self.a + self.b;
        if x <= y { self.a - s * x } else { s * y - self.b }
    }

    /// ln(xᵃyᵇ/B) as the peak less the deviance a ln(a/sx) + b ln(b/sy) of Loader (2000).
    fn ln_density(&self, x: f64, y: f64, excess: f64) -> f64 {
        let s = self.a + self.b;
        self.ln_peak - deviance(self.a, s * x, excess) - deviance(self.b, s * y, -excess)
    }
}

/// The tail of a Beta that ends before its bulk.
struct NearTail {
    is_lower: bool,
    ln_density: f64,
    over_density: f64,
}

/// The lower tail F(t) at a logit t: ln F, F′/F and the slope f′/f of the density there.
struct LowerTail {
    ln_lower: f64,
    hazard: f64,
    slope: f64,
}

/// x = 1/(1+e⁻ᵗ) and 1 − x.
///
/// ```
/// let (x, y) = betadrift::special::logistic(3f64.ln()); // odds of 3 to 1
/// assert!((x - 0.75).abs() < 1e-15 && (y - 0.25).abs() < 1e-15);
/// let (x, y) = betadrift::special::logistic(100.0);
/// assert!(x == 1.0 && y > 0.0); // what is left of 1 is not rounded away
/// ```
pub fn logistic(t: f64) -> (f64, f64) {
    let small = (-t.abs()).exp();
    let (far, near) = (small / (1.0 + small), 1.0 / (1.0 + small));
    if t < 0.0 { (far, near) } else { (near, far) }
}

/// n ln(n/m) + m − n ≥ 0, the difference n − m given.
fn deviance(n: f64, m: f64, n_minus_m: f64) -> f64 {
    if n_minus_m.abs() > 0.4 * n { n * (n / m).ln() - n_minus_m } else { -n * ln_1p_minus(-n_minus_m / n) }
}

/// The lower tail of Beta(a, b) at a point below its bulk.
struct Tail {
    a: f64,
    b: f64,
    x: f64,
    y: f64,
    /// ay − bx.
    excess: f64,
}

impl Tail {
    /// I_x(a, b) / (xᵃyᵇ/B(a, b)).
    fn over_density(&self) -> f64 {
        // Near the mean of large parameters the fraction needs about √(a+b) steps and the integrand is nearly a Gaussian.
        const LARGE: f64 = 400.0;
        if self.a.min(self.b) > LARGE && self.excess < 0.1 * self.a.min(self.b) {
            self.integral()
        } else {
            self.continued_fraction()
        }
    }

    /// The continued fraction of Didonato & Morris (1992, doi:10.1145/131766.131776), their equation (9), by its
    /// convergents Aₙ/Bₙ.
    fn continued_fraction(&self) -> f64 {
        const ENOUGH: f64 = 1e-16;
        const MOST: u32 = 100_000;
        let Self { a, b, x, y: _, excess } = *self;
        let s = a + b;
        let mut inverse = 1.0 / (a + 1.0);
        let (mut a0, mut b0, mut a1, mut b1) = (0.0, 1.0, 1.0, a * (excess + 1.0) * inverse);
        for step in 1..MOST {
            let n = f64::from(step);
            let before = inverse;
            inverse = 1.0 / (a + 2.0 * n + 1.0);
            let alpha = (a + n - 1.0) * before * (s + n - 1.0) * before * n * (b - n) * x * x;
            let beta = n + n * (b - n) * x * before + (a + n) * (excess + 1.0 + n * (2.0 - x)) * inverse;
            let (a2, b2) = (beta * a1 + alpha * a0, beta * b1 + alpha * b0);
            (a0, b0, a1, b1) = (a1, b1, a2, b2);
            if (a1 * b0 - a0 * b1).abs() <= ENOUGH * (a1 * b0).abs() {
                break;
            }
            if b1.abs() > 1e100 {
                (a0, b0, a1, b1) = (a0 * 1e-100, b0 * 1e-100, a1 * 1e-100, b1 * 1e-100);
            }
        }
        a1 / b1
    }

    /// ∫₀^∞ exp(−excess·u − (a+b) κ(u)) du along the logit, κ the centred cumulant of Bernoulli(x) downwards.
    fn integral(&self) -> f64 {
        let s = self.a + self.b;
        let curvature = s * self.x * self.y;
        const DEPTH: f64 = 80.0;
        let end = DEPTH / (self.excess + (self.excess * self.excess + DEPTH * curvature).sqrt());
        kronrod(|u| (-self.excess * u - s * centred_cumulant(self.x, self.y, -u)).exp(), 0.0, end).0
    }
}
