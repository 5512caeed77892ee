//! ln Γ, ψ and ψ₁ as what is left of them beside their Stirling forms.
//!
//! Everything a Beta needs is a combination of lnΓ(α), lnΓ(β) and −lnΓ(α+β) in which the large part x ln x − x cancels.
//! So the large part is never computed: only the *excess* e(x) = lnΓ(x) − (x ln x − x) = ½ ln(2π/x) + 1/(12x) − …, its
//! derivative, its differences and its curvature between two points, each without cancellation.

use std::f64::consts::TAU;
use std::ops::Add;

use super::logarithm::{horner, ln_1p_minus};

/// From here on the asymptotic series in 1/x are exact to rounding; smaller arguments climb up to it.
const LARGE: f64 = 10.0;

/// B₂ₖ/(2k(2k−1)), k = 1, 2, …: ln Γ(x) = (x−½)ln x − x + ½ ln 2π + Σ cₖ x^{1−2k} (DLMF 5.11.1).
const STIRLING: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
];

/// (2k−1)cₖ and 2k(2k−1)cₖ: the series of the first derivative, less its sign, and of the second.
const STIRLING_SLOPE: [f64; 8] = times_every_second(&STIRLING, 1.0);
const STIRLING_CURVATURE: [f64; 8] = times_every_second(&STIRLING_SLOPE, 2.0);

const fn times_every_second(series: &[f64; 8], first: f64) -> [f64; 8] {
    let mut scaled = *series;
    let mut k = 0;
    while k < scaled.len() {
        scaled[k] *= first + 2.0 * k as f64;
        k += 1;
    }
    scaled
}

/// Stirling's error lnΓ(x) − ((x−½)ln x − x + ½ ln 2π), for x ≥ [`LARGE`].
fn stirling_error(x: f64) -> f64 {
    horner(1.0 / (x * x), &STIRLING[..terms(x)]) / x
}

/// How many terms of [`STIRLING`] matter at x.
fn terms(x: f64) -> usize {
    if x < 40.0 { 8 } else { 4 }
}

/// How many steps of one lead from x to [`LARGE`].
fn steps_up(x: f64) -> u32 {
    (LARGE - x).ceil().max(0.0) as u32
}

/// The excess e(x) = lnΓ(x) − (x ln x − x) for x > 0; absolute accuracy 1e-14.
///
/// ```
/// // lnΓ(1) = 0, less 1·ln 1 − 1
/// assert!((betadrift::special::gamma_excess(1.0) - 1.0).abs() < 1e-14);
/// ```
pub fn gamma_excess(x: f64) -> f64 {
    if x >= LARGE {
        return 0.5 * (TAU / x).ln() + stirling_error(x);
    }
    let steps = steps_up(x);
    let product: f64 = (0..steps).map(|j| x + f64::from(j)).product();
    let large = x + f64::from(steps);
    // lnΓ(x) = e(X) + (X ln X − X) − ln x(x+1)…(X−1), less x ln x − x.
    0.5 * (TAU / large).ln() + stirling_error(large) + large * large.ln() - f64::from(steps) - product.ln() - x * x.ln()
}

/// The digamma function ψ(x) = d lnΓ/dx for x > 0; absolute accuracy 1e-15·max(1, |ψ|).
///
/// By recurrence up to 10 and DLMF 5.11.2 above.
///
/// ```
/// // ψ(1) = −γ
/// assert!((betadrift::special::digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-15);
/// ```
pub fn digamma(x: f64) -> f64 {
    let steps = steps_up(x);
    let below: f64 = (0..steps).rev().map(|j| 1.0 / (x + f64::from(j))).sum();
    let large = x + f64::from(steps);
    let z = 1.0 / (large * large);
    let series = horner(z, &STIRLING_SLOPE[..terms(large)]);
    large.ln() - 0.5 / large - series * z - below
}

/// The trigamma function ψ₁(x) = d² lnΓ/dx² for x > 0; relative accuracy 1e-15.
///
/// By recurrence up to 10 and DLMF 5.15.8 above.
///
/// ```
/// // ψ₁(1) = π²/6
/// assert!((betadrift::special::trigamma(1.0) - 1.644_934_066_848_226_4).abs() < 1e-15);
/// ```
pub fn trigamma(x: f64) -> f64 {
    1.0 / x + trigamma_excess(x)
}

/// ψ₁(x) − 1/x = ½x⁻² + …, the second derivative of [`gamma_excess`]; > 0.
///
/// ```
/// // ψ₁(1) − 1 = π²/6 − 1
/// assert!((betadrift::special::trigamma_excess(1.0) - 0.644_934_066_848_226_4).abs() < 1e-15);
/// ```
pub fn trigamma_excess(x: f64) -> f64 {
    let steps = steps_up(x);
    // Σ 1/(x+j)² − 1/x + 1/X = Σ [1/(x+j)² − 1/((x+j)(x+j+1))] = Σ 1/((x+j)²(x+j+1)).
    let below: f64 = (0..steps)
        .rev()
        .map(|j| {
            let at = x + f64::from(j);
            1.0 / (at * at * (at + 1.0))
        })
        .sum();
    let large = x + f64::from(steps);
    let z = 1.0 / (large * large);
    let series = horner(z, &STIRLING_CURVATURE[..terms(large)]);
    below + z * (0.5 + series / large)
}

/// ψ(x) − ln x = −1/(2x) − …, the derivative of [`gamma_excess`]; < 0, relative accuracy 1e-14.
///
/// ```
/// // ψ(1) − ln 1 = −γ
/// assert!((betadrift::special::digamma_excess(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// // far out −1/(2x), of which the difference would keep no digit
/// assert!((betadrift::special::digamma_excess(1e15) / -0.5e-15 - 1.0).abs() < 1e-14);
/// ```
pub fn digamma_excess(x: f64) -> f64 {
    if x < LARGE {
        return digamma(x) - x.ln();
    }
    let z = 1.0 / (x * x);
    let series = horner(z, &STIRLING_SLOPE[..terms(x)]);
    -0.5 / x - series * z
}

/// ln B(a, b) for a, b > 0; absolute accuracy 1e-14·max(1, |ln B|).
///
/// ```
/// // B(2, 3) = 1!·2!/4! = 1/12
/// assert!((betadrift::special::ln_beta(2.0, 3.0) + 12f64.ln()).abs() < 1e-14);
/// ```
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    small * (small / (small + large)).ln() - large * (small / large).ln_1p() + ln_beta_excess(a, b)
}

/// e(a) + e(b) − e(a+b) = ln B(a, b) − a ln(a/(a+b)) − b ln(b/(a+b)).
///
/// Minus this is the logarithm of the highest density of a Beta on the scale of the logit.
///
/// ```
/// // ln B(1, 1) = 0, less 2·ln ½
/// assert!((betadrift::special::ln_beta_excess(1.0, 1.0) - 4f64.ln()).abs() < 1e-14);
/// ```
pub fn ln_beta_excess(a: f64, b: f64) -> f64 {
    gamma_excess(a) + gamma_excess(b) - gamma_excess(a + b)
}

/// A move of one parameter: from x > 0 to y > 0 by d = y − x, kept beside because it may be known better than x and y.
///
/// From 1 to 2, where e(x) is 1 and 2 − 2 ln 2, and e′(1) is −γ:
///
/// ```
/// use betadrift::special::Step;
/// let (step, ln_2, gamma) = (Step::new(1.0, 2.0), 2f64.ln(), 0.577_215_664_901_532_9);
/// assert_eq!((step.ln_ratio(), step.by), (ln_2, 1.0));
/// assert!((step.deviance() - (2.0 * ln_2 - 1.0)).abs() < 1e-15);
/// assert!((step.excess_change() - (1.0 - 2.0 * ln_2)).abs() < 1e-14);
/// assert!((step.excess_above_tangent() - (1.0 - 2.0 * ln_2 + gamma)).abs() < 1e-14);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Where it starts, x.
    pub from: f64,
    /// Where it ends, y.
    pub to: f64,
    /// By how much, d.
    pub by: f64,
}

impl Step {
    /// From x to y.
    pub fn new(from: f64, to: f64) -> Self {
        Self { from, to, by: to - from }
    }

    /// The two ends `up` higher.
    fn raised(self, up: f64) -> Self {
        Self { from: self.from + up, to: self.to + up, by: self.by }
    }

    /// Whether 1 + d/x and 1 − d/y are far enough from 0 and 1 to be logarithms' arguments as they are.
    fn is_wide(self) -> bool {
        self.by.abs() > 0.4 * self.from.min(self.to)
    }

    /// ln(y/x).
    pub fn ln_ratio(self) -> f64 {
        if self.is_wide() { (self.to / self.from).ln() } else { (self.by / self.from).ln_1p() }
    }

    /// ln(y/x) − d/x ≤ 0.
    fn ln_ratio_minus(self) -> f64 {
        if self.is_wide() { (self.to / self.from).ln() - self.by / self.from } else { ln_1p_minus(self.by / self.from) }
    }

    /// y ln(y/x) − d ≥ 0, the deviance of y where x was expected (Loader 2000, *Fast and accurate computation of binomial
    /// probabilities*, there bd0).
    pub fn deviance(self) -> f64 {
        if self.is_wide() {
            (self.to * (self.to / self.from).ln() - self.by).max(0.0)
        } else {
            -self.to * ln_1p_minus(-self.by / self.to)
        }
    }

    /// e(y) − e(x): the change of [`gamma_excess`].
    pub fn excess_change(self) -> f64 {
        let steps = steps_up(self.from.min(self.to));
        if steps == 0 {
            return -0.5 * self.ln_ratio() + self.stirling_change();
        }
        // lnΓ(y) − lnΓ(x) = lnΓ(Y) − lnΓ(X) − Σ ln((y+j)/(x+j)), less the change of x ln x − x on both levels.
        let raised = self.raised(f64::from(steps));
        let ln_products: f64 = self.climb(steps).ln_product();
        let level = |step: Self| step.deviance() + step.by * step.from.ln();
        raised.excess_change() + level(raised) - level(self) - ln_products
    }

    /// e(y) − e(x) − e′(x)d ≥ 0: how far [`gamma_excess`], a convex function, rises above its tangent.
    pub fn excess_above_tangent(self) -> f64 {
        let steps = steps_up(self.from.min(self.to));
        if steps == 0 {
            return -0.5 * self.ln_ratio_minus() + self.stirling_above_tangent();
        }
        let raised = self.raised(f64::from(steps));
        raised.excess_above_tangent() + raised.deviance() - self.deviance() + self.climb(steps).above_tangent()
    }

    /// The change of Stirling's error, both ends large.
    fn stirling_change(self) -> f64 {
        // c(y⁻ᵐ − x⁻ᵐ) = −c x⁻ᵐ(1−t)(1 + t + … + t^{m−1}) with t = x/y.
        let (t, z) = (self.from / self.to, 1.0 / self.from);
        let (mut power, mut ones, mut scale, mut sum) = (1.0, 1.0, z, STIRLING[0] * z);
        for c in &STIRLING[1..terms(self.from.min(self.to))] {
            for _ in 0..2 {
                power *= t;
                ones += power;
                scale *= z;
            }
            sum += c * scale * ones;
        }
        -self.by / self.to * sum
    }

    /// How far Stirling's error, convex, rises above its tangent, both ends large.
    fn stirling_above_tangent(self) -> f64 {
        // c(y⁻ᵐ − x⁻ᵐ + m x^{−m−1}d) = c x⁻ᵐ (d²/xy) Σ_{j<m} (m−j) tʲ with t = x/y.
        let (t, z) = (self.from / self.to, 1.0 / self.from);
        let (mut power, mut ones, mut ramp, mut scale, mut sum) = (1.0, 1.0, 1.0, z, STIRLING[0] * z);
        for c in &STIRLING[1..terms(self.from.min(self.to))] {
            for _ in 0..2 {
                power *= t;
                ones += power;
                ramp += ones;
                scale *= z;
            }
            sum += c * scale * ramp;
        }
        (self.by / self.from) * (self.by / self.to) * sum
    }

    /// The factors 1 + vⱼ = (y+j)/(x+j), j < steps.
    fn climb(self, steps: u32) -> Climb {
        let mut climb = Climb { sum: 0.0, rest: 0.0, upper: 1.0, lower: 1.0 };
        for j in 0..steps {
            let (from, to) = (self.from + f64::from(j), self.to + f64::from(j));
            let v = self.by / from;
            // All terms of `rest` have one sign: nothing cancels.
            climb.rest += climb.rest * v + climb.sum * v;
            climb.sum += v;
            climb.upper *= to;
            climb.lower *= from;
        }
        climb
    }
}

/// The product Π(1+vⱼ) = 1 + Σvⱼ + rest, also as upper/lower.
struct Climb {
    sum: f64,
    rest: f64,
    upper: f64,
    lower: f64,
}

impl Climb {
    fn is_wide(&self) -> bool {
        (self.sum + self.rest).abs() > 0.4 || self.sum.abs() > 0.4
    }

    /// Σ ln(1+vⱼ).
    fn ln_product(&self) -> f64 {
        if self.is_wide() { (self.upper / self.lower).ln() } else { (self.sum + self.rest).ln_1p() }
    }

    /// Σ (vⱼ − ln(1+vⱼ)) ≥ 0.
    fn above_tangent(&self) -> f64 {
        if self.is_wide() {
            self.sum - (self.upper / self.lower).ln()
        } else {
            -ln_1p_minus(self.sum + self.rest) - self.rest
        }
    }
}

impl Add for Step {
    type Output = Self;

    /// The move of the sum of two parameters.
    fn add(self, other: Self) -> Self {
        Self { from: self.from + other.from, to: self.to + other.to, by: self.by + other.by }
    }
}
