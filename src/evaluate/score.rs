//! The interval of an estimate that is the root of Σ (offset + slope·r − θ·divisor) = 0 over the rows, r their rewards.
//!
//! Every estimator of this room is of this form: means with divisor 1, ratios with the weight itself as divisor.
//!
//! **Standard error.** The sample standard deviation of the influence values n·u/Σ divisor, u the terms of the sum at the
//! estimate, over √n, with n − 1: for means it is sd/√n, for ratios the delta method.
//!
//! **Interval.** θ₀ belongs to it unless the sum at θ₀ is further from 0 than a quantile of Student's t times the standard
//! deviation that the sum *would have if θ₀ were right*: a score set, as Wilson's (1927, doi:10.1080/01621459.1927.10502953)
//! is for one proportion, which it is here to the last digit where all weights are alike. The law under θ₀ is the log's
//! own with the least share λ of rewards replaced, by 1 for a θ₀ above the estimate and by 0 for one below, that makes θ₀
//! the root: for V(θ₀), the sum of squares, (1 − λ) Σ u(r)² + λ Σ u(1)². So a log without a single success still has an upper
//! end, which neither the delta method nor any bootstrap gives it.
//!
//! V(θ₀) is known no better than the few heavy rows tell. Its relative variance, as far as the sum itself does not fix it,
//! is that of the squares u² about their regression on u, and gives the degrees of freedom of t as Satterthwaite has them
//! (1946, doi:10.2307/3002019): ν = 2V²/(Σu⁴ − V²/n − (Σu³)²/V). For equal weights and rewards of 0 and 1, u² is linear in
//! u and ν = ∞.
//! Fractional rewards count in ν, and in the replaced share, as that share of a success; in V itself Σr² is exact.
//!
//! The target's value lies in [0, 1], so an interval reaches beyond only as far as the estimate itself does.
//!
//! **When not.** It is of these rows: what the target does where the log has no rows (mass without support, or an edge so
//! rarely logged that none of its rows came) no interval of theirs can know. Rows must be independent.

use crate::special::{student_quantile, sum};

/// Rows alike in everything but reward, and what they put into the sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    /// How many there are.
    pub(super) rows: f64,
    /// Σ r.
    pub(super) successes: f64,
    /// Σ r².
    pub(super) squares: f64,
    pub(super) offset: f64,
    /// At least 0.
    pub(super) slope: f64,
    pub(super) divisor: f64,
}

impl Term {
    /// Σ u² at what u is for a reward of 0.
    fn sum_of_squares(&self, at_zero: f64) -> f64 {
        let mean = self.successes / self.rows;
        let spread = (self.squares - self.successes * mean).max(0.0);
        self.rows * (at_zero + self.slope * mean).powi(2) + self.slope * self.slope * spread
    }
}

/// The equation, solved.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub(super) value: f64,
    terms: Vec<Term>,
    rows: f64,
    divisor: f64,
}

impl Root {
    /// The root; `None` if the divisors sum to 0.
    pub(super) fn of(terms: Vec<Term>) -> Option<Self> {
        let sum = |part: &dyn Fn(&Term) -> f64| sum(terms.iter().map(part));
        let divisor = sum(&|term| term.rows * term.divisor);
        let value = sum(&|term| term.rows * term.offset + term.slope * term.successes) / divisor;
        let rows = sum(&|term| term.rows);
        (divisor > 0.0).then_some(Self { value, rows, divisor, terms })
    }

    /// What u of a row is at the estimate, for a reward of 0.
    fn at_zero(&self, term: &Term) -> f64 {
        let (offset, at_value) = (term.offset, self.value * term.divisor);
        // What is left of a difference of equals is its rounding.
        if (offset - at_value).abs() <= 8.0 * f64::EPSILON * offset.abs() { 0.0 } else { offset - at_value }
    }

    /// The standard error; `None` for fewer than two rows.
    pub(super) fn se(&self) -> Option<f64> {
        let squares = sum(self.terms.iter().map(|term| term.sum_of_squares(self.at_zero(term))));
        let bessel = self.rows / (self.rows - 1.0);
        (self.rows > 1.0).then(|| (bessel * squares).sqrt() / self.divisor)
    }

    /// The interval of confidence `level`, of a quantity in [0, 1].
    pub(super) fn interval(&self, level: f64) -> (f64, f64) {
        self.interval_within(level, (0.0, 1.0))
    }

    /// The same of a quantity in another range.
    pub(super) fn interval_within(&self, level: f64, (least, greatest): (f64, f64)) -> (f64, f64) {
        let sums = Sums::of(self);
        let excess = |theta: f64| sums.excess(theta - self.value, level);
        let end = |bound: f64| {
            let out = if bound == self.value { 0.0 } else { excess(bound) };
            if out > 0.0 { last_held(excess, self.value, (bound, out)) } else { bound }
        };
        (end(self.value.min(least)), end(self.value.max(greatest)))
    }
}

/// The last point on the way to `beyond` where the excess is not above 0, to the last digits: regula falsi (Illinois, Dowell &
/// Jarratt 1971, doi:10.1007/BF01934364), and every third step a halving, since the excess may be 0 at the start itself.
fn last_held(excess: impl Fn(f64) -> f64, start: f64, (mut beyond, mut above): (f64, f64)) -> f64 {
    const MOST: u32 = 200;
    const ENOUGH: f64 = 4.0 * f64::EPSILON;
    let (mut within, mut below, mut moved_beyond) = (start, excess(start).min(0.0), false);
    for step in 1..MOST {
        let middle = 0.5 * (within + beyond);
        let secant = within - below * (beyond - within) / (above - below);
        let inside = secant > within.min(beyond) && secant < within.max(beyond);
        let next = if inside && step % 3 != 0 { secant } else { middle };
        if (beyond - within).abs() <= ENOUGH * beyond.abs().max(within.abs()) {
            break;
        }
        let out = excess(next);
        // An end that stays twice weighs half, so that it cannot stay for ever.
        let again = (out > 0.0) == moved_beyond;
        moved_beyond = out > 0.0;
        if moved_beyond {
            (beyond, above, below) = (next, out, if again { 0.5 * below } else { below });
        } else {
            (within, below, above) = (next, out, if again { 0.5 * above } else { above });
        }
    }
    within
}

/// Σ uⁱ·divisorʲ, by i and j, at the estimate.
type Powers = [[f64; 5]; 5];

/// What every test of a θ₀ asks of the rows: after one walk over the terms its cost is constant.
struct Sums {
    rows: f64,
    divisor: f64,
    /// How far the root moves if all rewards become 1, and if all become 0.
    reach: (f64, f64),
    /// Σ u² with exact squares of rewards.
    squares: f64,
    /// With the rewards of the log, each split into a success and a failure.
    seen: Powers,
    ones: Powers,
    zeros: Powers,
}

impl Sums {
    fn of(root: &Root) -> Self {
        let zero = [[0.0; 5]; 5];
        let mut sums = Self {
            rows: root.rows,
            divisor: root.divisor,
            reach: (0.0, 0.0),
            squares: 0.0,
            seen: zero,
            ones: zero,
            zeros: zero,
        };
        for term in &root.terms {
            let at_zero = root.at_zero(term);
            let at_one = at_zero + term.slope;
            let failures = term.rows - term.successes;
            sums.reach.0 += term.slope * failures / root.divisor;
            sums.reach.1 += term.slope * term.successes / root.divisor;
            sums.squares += term.sum_of_squares(at_zero);
            add(&mut sums.seen, term.successes, at_one, term.divisor);
            add(&mut sums.seen, failures, at_zero, term.divisor);
            add(&mut sums.ones, term.rows, at_one, term.divisor);
            add(&mut sums.zeros, term.rows, at_zero, term.divisor);
        }
        sums
    }

    /// What the square of the sum at the estimate plus `delta` has above its bound; the interval holds what has none.
    fn excess(&self, delta: f64, level: f64) -> f64 {
        let (reach, all) = if delta > 0.0 { (self.reach.0, &self.ones) } else { (self.reach.1, &self.zeros) };
        let replaced = if delta.abs() < reach { delta.abs() / reach } else { 1.0 };
        let mixed = |seen: f64, all: f64| (1.0 - replaced) * seen + replaced * all;
        let power = |order: usize| mixed(shifted(&self.seen, order, delta), shifted(all, order, delta));
        let exact = self.squares - self.seen[2][0] + shifted(&self.seen, 2, delta);
        let variance = mixed(exact, shifted(all, 2, delta)).max(0.0);
        let (second, third, fourth) = (power(2), power(3), power(4));
        let unexplained = fourth - second * second / self.rows - third * third / second;
        let dof = 2.0 * second * second / unexplained;
        let quantile = student_quantile(level, if dof > 0.0 { dof.max(1.0) } else { f64::INFINITY });
        (delta * self.divisor).powi(2) - quantile * quantile * variance
    }
}

/// Adds so many rows of one u and divisor.
fn add(powers: &mut Powers, rows: f64, u: f64, divisor: f64) {
    let mut of_u = rows;
    for (i, row) in powers.iter_mut().enumerate() {
        let mut product = of_u;
        for sum in &mut row[..5 - i] {
            *sum += product;
            product *= divisor;
        }
        of_u *= u;
    }
}

/// Σ (u − δ·divisor)ᵐ, by the binomial theorem.
fn shifted(powers: &Powers, order: usize, delta: f64) -> f64 {
    const PASCAL: [[f64; 5]; 5] = [
        [1.0, 0.0, 0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 0.0, 0.0],
        [1.0, 2.0, 1.0, 0.0, 0.0],
        [1.0, 3.0, 3.0, 1.0, 0.0],
        [1.0, 4.0, 6.0, 4.0, 1.0],
    ];
    (0..=order).map(|k| PASCAL[order][k] * (-delta).powi(k as i32) * powers[order - k][k]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_weights_give_the_interval_of_wilson() {
        // 3 of 10, z = 1.959964: (p + z²/2n ± z √(pq/n + z²/4n²)) / (1 + z²/n).
        let terms = vec![
            Term { rows: 3.0, successes: 3.0, squares: 3.0, offset: 0.0, slope: 2.0, divisor: 2.0 },
            Term { rows: 7.0, successes: 0.0, squares: 0.0, offset: 0.0, slope: 2.0, divisor: 2.0 },
        ];
        let (lower, upper) = Root::of(terms).unwrap().interval(0.95);
        assert!((lower - 0.107_789).abs() < 1e-5 && (upper - 0.603_222).abs() < 1e-5, "{lower} {upper}");
    }

    #[test]
    fn no_success_has_an_upper_end_and_one_row_an_interval() {
        let none = Term { rows: 20.0, successes: 0.0, squares: 0.0, offset: 0.0, slope: 1.0, divisor: 1.0 };
        let (lower, upper) = Root::of(vec![none]).unwrap().interval(0.95);
        // z²/(n + z²)
        assert!(lower == 0.0 && (upper - 3.841_459 / 23.841_459).abs() < 1e-5, "{upper}");
        let one = Root::of(vec![Term { rows: 1.0, successes: 1.0, squares: 1.0, ..none }]).unwrap();
        assert_eq!((one.se(), one.interval(0.95).1), (None, 1.0));
    }
}
