//! By how much one rate exceeds another.

use std::cell::Cell;

use serde::Serialize;

use super::density::LogitDensity;
use super::shift::{Points, Shift, logit};
use crate::beta::Beta;
use crate::special::quadrature::integrate;
use crate::special::{IncBeta, Tails, logistic, root, two_sided_normal_quantile};

/// θ₁ − θ₂ of two independent rates.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::difference;
/// let ahead = difference(Beta::new(2.0, 1.0).unwrap(), Beta::UNIFORM, 0.95);
/// assert!((ahead.mean - 1.0 / 6.0).abs() < 1e-15); // 2/3 − 1/2
/// assert!((ahead.p_greater - 2.0 / 3.0).abs() < 1e-13);
/// assert!(ahead.lower < 0.0 && ahead.upper > ahead.mean); // which of them is better is open
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// `E[θ₁] − E[θ₂]`.
    pub mean: f64,
    /// The probability inside the interval.
    pub level: f64,
    /// Its lower end: the probability below it is (1 − level)/2.
    pub lower: f64,
    /// Its upper end: the probability above it is (1 − level)/2.
    pub upper: f64,
    /// P(θ₁ > θ₂).
    pub p_greater: f64,
}

/// The difference θ₁ − θ₂ of two independent rates, with its equal-tailed interval at `level`.
///
/// P(θ₁ − θ₂ > d) = ∫ f₂(x) (1 − F₁(x + d)) dx by adaptive quadrature, of which the ends are roots: no sampling, and no normal
/// approximation, which fails for rates near 0 and 1. The integral runs over the logit of x where x is the nearer to its end
/// of the scale, over that of x + d where that is, so that a density that is infinite at an end, and a d of any size, are all
/// smooth. Ends are right to 1e-9 of the interval's width for α, β in [1e-2, 1e9], the mean to its last digits.
///
/// **When to use it**: for the leader against the runner-up, where P(best) tells that one is better and not by how much. **When
/// not**: both are posteriors, so it holds on average over the prior and not for one fixed truth; and the runner-up was chosen
/// for being near.
///
/// Two uniform rates differ by the triangular law, P(θ₁ − θ₂ > d) = (1 − d)²/2:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::difference;
/// let even = difference(Beta::UNIFORM, Beta::UNIFORM, 0.92);
/// assert!((even.upper - (1.0 - 0.08f64.sqrt())).abs() < 1e-12 && (even.lower + even.upper).abs() < 1e-12);
/// assert!(even.mean == 0.0 && (even.p_greater - 0.5).abs() < 1e-13);
/// ```
///
/// # Panics
/// Unless the level lies in (0, 1).
pub fn difference(one: Beta, other: Beta, level: f64) -> Difference {
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    let (one_law, other_law) = (Law::new(one), Law::new(other));
    let tail = 0.5 * (1.0 - level);
    Difference {
        mean: mean_difference(one, other),
        level,
        lower: -exceeded_with(&other_law, &one_law, tail),
        upper: exceeded_with(&one_law, &other_law, tail),
        p_greater: p_beyond(&one_law, &other_law, Shift::NONE),
    }
}

/// P(θ₁ > θ₂) of two independent rates; relative accuracy 1e-10, down to 1e-80.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::p_greater;
/// let ahead = p_greater(Beta::new(2.0, 1.0).unwrap(), Beta::UNIFORM);
/// assert!((ahead - 2.0 / 3.0).abs() < 1e-13); // ∫ 2x·x dx
/// ```
pub fn p_greater(one: Beta, other: Beta) -> f64 {
    p_beyond(&Law::new(one), &Law::new(other), Shift::NONE)
}

/// α₁/(α₁+β₁) − α₂/(α₂+β₂) = (α₁β₂ − β₁α₂)/((α₁+β₁)(α₂+β₂)), the products' difference without cancellation (Kahan's, by fused
/// multiplication; Jeannerod, Louvet & Muller 2013, doi:10.1090/S0025-5718-2013-02679-8).
fn mean_difference(one: Beta, other: Beta) -> f64 {
    let b = one.beta() * other.alpha();
    let lost = one.beta().mul_add(-other.alpha(), b);
    let products = one.alpha().mul_add(other.beta(), -b) + lost;
    products / ((one.alpha() + one.beta()) * (other.alpha() + other.beta()))
}

/// One of the two rates.
struct Law {
    sd: f64,
    density: LogitDensity,
    tails: IncBeta,
}

impl Law {
    fn new(posterior: Beta) -> Self {
        let tails = IncBeta::new(posterior.alpha(), posterior.beta());
        Self { sd: posterior.sd(), density: LogitDensity::new(posterior), tails }
    }

    /// Logits ever farther from where the density lies, down to where nothing is left of it.
    fn marks(&self) -> Vec<f64> {
        const DEPTH_NATS: f64 = 200.0;
        let mut marks = vec![self.density.peak, self.density.bend];
        for side in [-1.0, 1.0] {
            let mut u = side * self.density.panel_width(0.0);
            while self.density.fall(u) < DEPTH_NATS {
                marks.push(self.density.peak + u);
                u *= 2.0;
            }
            marks.push(self.density.peak + u);
        }
        marks
    }
}

/// P(θ₁ − θ₂ > d).
fn p_beyond(one: &Law, other: &Law, shift: Shift) -> f64 {
    integral(one, other, shift, |tails| tails.upper)
}

/// P(θ₁ − θ₂ ≤ d), d > 0.
fn p_at_most(one: &Law, other: &Law, shift: Shift) -> f64 {
    integral(one, other, shift, |tails| tails.lower) + other.tails.tails(shift.complement, shift.by).upper
}

/// ∫ f₂(x) F₁(x + d) dx as far as x + d < 1, or that of 1 − F₁.
fn integral(one: &Law, other: &Law, shift: Shift, side: impl Fn(Tails) -> f64) -> f64 {
    if shift.by == 0.0 {
        let mut breaks = [one.marks(), other.marks()].concat();
        breaks.sort_unstable_by(f64::total_cmp);
        let density = |t: f64| other.tails.ln_density_at_logit(t).exp();
        return integrate(|t| density(t) * side(one.tails.tails_at_logit(t)), &breaks);
    }
    let (from_lower, from_upper) = breaks(one, other, shift);
    let below = |logit: f64| {
        let points = shift.at_lower(logit);
        (other.tails.ln_density_at_logit(logit).exp(), points.upper)
    };
    let above = |logit: f64| {
        let Points { lower, upper } = shift.at_upper(logit);
        let density = other.tails.ln_density_of_logit(lower.0, lower.1).exp();
        (density * Points::slope(lower, upper), upper)
    };
    let tail = |(density, (x, complement)): (f64, (f64, f64))| density * side(one.tails.tails(x, complement));
    integrate(|t| tail(below(t)), &from_lower) + integrate(|t| tail(above(t)), &from_upper)
}

/// Where to cut the integrals over the logits of the lower point and of the upper one.
fn breaks(one: &Law, other: &Law, shift: Shift) -> (Vec<f64>, Vec<f64>) {
    /// Logits beyond which what the upper point leaves to one, as a share of d and of 1 − d, no longer counts.
    const BEYOND: f64 = 40.0;
    let seam = shift.seam();
    let (lower_marks, upper_marks) = (other.marks(), one.marks());
    let bend = shift.bend();
    let mapped_down = upper_marks.iter().filter_map(|&t| {
        let points = shift.at_upper(t);
        let x = logistic(t).0 - shift.by;
        (x > 0.0).then(|| logit((x, points.lower.1)))
    });
    let mapped_up = lower_marks.iter().filter_map(|&t| {
        let complement = shift.complement - logistic(t).0;
        (complement > 0.0).then(|| logit((shift.at_lower(t).upper.0, complement)))
    });
    let least = lower_marks.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = upper_marks.iter().copied().fold(BEYOND - bend.min(seam), f64::max);
    let cut = |marks: Vec<f64>, from: f64, to: f64| {
        if from >= to {
            return Vec::new();
        }
        let mut within: Vec<f64> = marks.into_iter().filter(|&mark| mark > from && mark < to).collect();
        within.extend([from, to]);
        within.sort_unstable_by(f64::total_cmp);
        within
    };
    (
        cut(lower_marks.iter().copied().chain(mapped_down).chain([bend]).collect(), least, seam),
        cut(upper_marks.iter().copied().chain(mapped_up).chain([-bend]).collect(), -seam, greatest),
    )
}

/// The d with P(θ₁ − θ₂ > d) = `tail` < ½.
fn exceeded_with(one: &Law, other: &Law, tail: f64) -> f64 {
    // A difference of either sign, as a shift of one law beside the other.
    let is_positive = p_beyond(one, other, Shift::NONE) > tail;
    let miss = |logit: f64| {
        let shift = Shift::at_logit(logit);
        let p = if is_positive {
            p_beyond(one, other, shift)
        } else {
            // P(θ₁ − θ₂ > −d) = P(θ₂ − θ₁ ≤ d).
            p_at_most(other, one, shift)
        };
        p.ln() - tail.ln()
    };
    let by = logistic(solve(miss, is_positive, guess(one, other, tail))).0;
    if is_positive { by } else { -by }
}

/// The logit of about so much as a normal law of the difference would have it.
fn guess(one: &Law, other: &Law, tail: f64) -> f64 {
    let level = (1.0 - 2.0 * tail).max(f64::EPSILON);
    let sd = one.sd.hypot(other.sd);
    let by = one.density.mean - other.density.mean + two_sided_normal_quantile(level) * sd;
    let by = by.abs().clamp(0.1 * sd, 0.99);
    (by / (1.0 - by)).ln()
}

/// The root of a monotone function of a logit, from a bracket about a guess that grows until it holds it.
fn solve(miss: impl Fn(f64) -> f64, falls: bool, guess: f64) -> f64 {
    /// Logits beyond which a difference is 0, or 1, to every digit.
    const FAR: f64 = 700.0;
    // The two ends of the bracket are asked for again.
    let known = Cell::new([(f64::NAN, 0.0); 2]);
    let miss = |t: f64| {
        let [last, before] = known.get();
        let found = [last, before].into_iter().find(|(at, _)| *at == t);
        found.map_or_else(
            || {
                let value = miss(t);
                known.set([(t, value), last]);
                value
            },
            |(_, value)| value,
        )
    };
    let is_left = |t: f64| (miss(t) > 0.0) == falls;
    let (mut at, mut step) = (guess.clamp(-FAR, FAR), 0.1);
    let side = if is_left(at) { 1.0 } else { -1.0 };
    loop {
        let next = (at + side * step).clamp(-FAR, FAR);
        if next == at {
            return at;
        }
        if is_left(next) != (side > 0.0) {
            return root(&miss, at, next);
        }
        at = next;
        step *= 2.0;
    }
}
