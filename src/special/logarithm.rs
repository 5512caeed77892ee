//! Logarithms and exponentials of numbers near one without the terms that cancel.

/// ln(1+v) − v for v > −1, to a few units in the last place; ≤ 0.
///
/// Near zero by ln(1+v) = 2 artanh(r), r = v/(2+v), so that ln(1+v) − v = r(2r²(1/3 + r²/5 + r⁴/7 + …) − v).
///
/// ```
/// use betadrift::special::ln_1p_minus;
/// assert!((ln_1p_minus(1.0) - (2f64.ln() - 1.0)).abs() < 1e-15);
/// assert!((ln_1p_minus(1e-12) / -0.5e-24 - 1.0).abs() < 1e-11); // −v²/2 + v³/3 − …
/// ```
pub fn ln_1p_minus(v: f64) -> f64 {
    if !(-0.4..=0.6).contains(&v) {
        return v.ln_1p() - v;
    }
    let r = v / (2.0 + v);
    let z = r * r;
    let sum = if z < 0.0025 { horner(z, &ARTANH[..6]) } else { horner(z, &ARTANH) };
    r * (2.0 * z * sum - v)
}

/// eᵘ − 1 − u, to a few units in the last place; ≥ 0.
///
/// ```
/// use betadrift::special::exp_m1_minus;
/// assert!((exp_m1_minus(1.0) - (std::f64::consts::E - 2.0)).abs() < 1e-15);
/// assert!((exp_m1_minus(1e-12) / 0.5e-24 - 1.0).abs() < 1e-11); // u²/2 + u³/6 + …
/// ```
pub fn exp_m1_minus(u: f64) -> f64 {
    if u.abs() > 0.7 {
        return u.exp_m1() - u;
    }
    let sum = if u.abs() < 0.02 { horner(u, &INVERSE_FACTORIAL[..7]) } else { horner(u, &INVERSE_FACTORIAL) };
    u * u * sum
}

/// ln E[e^{u(X−p)}] = ln(1 + p(eᵘ−1)) − pu of a Bernoulli(p) variable X, q = 1 − p given beside it; ≥ 0.
///
/// The logarithm of a Beta density on the scale of the logit, seen from any point of it, is a line minus a multiple of this.
///
/// Of a fair coin it is ln((e^{u/2} + e^{−u/2})/2) = ln cosh(u/2):
///
/// ```
/// use betadrift::special::centred_cumulant;
/// assert!((centred_cumulant(0.5, 0.5, 2.0) - 1f64.cosh().ln()).abs() < 1e-15);
/// assert_eq!(centred_cumulant(0.3, 0.7, 0.0), 0.0);
/// ```
pub fn centred_cumulant(p: f64, q: f64, u: f64) -> f64 {
    // Seen from the other outcome it is the same number: with the smaller probability the two terms do not cancel.
    if p > q {
        return centred_cumulant(q, p, -u);
    }
    if u > 20.0 && p.ln() + u > 0.0 {
        // eᵘ would overflow far out: ln(1 + p(eᵘ − 1)) = u + ln(p + qe⁻ᵘ).
        return q * u + (p + q * (-u).exp()).ln();
    }
    ln_1p_minus(p * u.exp_m1()) + p * exp_m1_minus(u)
}

/// The w ≥ 0 at which `centred_cumulant(p, q, −w)` is `depth` ≥ 0: how far below the logit of p the divergence
/// kl(p, ·) of Bernoulli laws reaches it. Above the logit it does so at the w of (q, p). Infinite for p = 0 and p = 1, where the
/// divergence from a logit that is itself infinite reaches no depth above 0.
///
/// In w the divergence ln(pe⁻ʷ + q) + pw is convex and rises: Newton's method from beyond the root comes down to it and never
/// passes it.
///
/// Of a fair coin ln cosh(w/2) is the depth:
///
/// ```
/// use betadrift::special::centred_cumulant_below;
/// assert!((centred_cumulant_below(0.5, 0.5, 1f64.cosh().ln()) - 2.0).abs() < 1e-14);
/// ```
pub fn centred_cumulant_below(p: f64, q: f64, depth: f64) -> f64 {
    const MOST: u32 = 200;
    if depth <= 0.0 {
        return 0.0;
    }
    let mut w = (2.0 * depth / p / q).sqrt();
    while centred_cumulant(p, q, -w) < depth {
        w *= 2.0;
    }
    if w.is_infinite() {
        return w;
    }
    for _ in 0..MOST {
        let slope = p * q * -(-w).exp_m1() / (q + p * (-w).exp());
        let step = (centred_cumulant(p, q, -w) - depth) / slope;
        w -= step;
        if step.is_nan() || step <= 4.0 * f64::EPSILON * w {
            break;
        }
    }
    w
}

/// 1/(2k+3).
const ARTANH: [f64; 14] = {
    let mut terms = [0.0; 14];
    let mut k = 0;
    while k < terms.len() {
        terms[k] = 1.0 / (2 * k + 3) as f64;
        k += 1;
    }
    terms
};

/// 1/(k+2)!.
const INVERSE_FACTORIAL: [f64; 15] = {
    let mut terms = [0.5; 15];
    let mut k = 1;
    while k < terms.len() {
        terms[k] = terms[k - 1] / (k + 2) as f64;
        k += 1;
    }
    terms
};

/// Σ coefficients[k]·xᵏ.
pub(super) fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}
