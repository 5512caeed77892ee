//! Rising factorials of many edges at once, by tail counts.
//!
//! With A(j) the number of edges whose count exceeds j, Σᵢ Σ_{j<yᵢ} ln(1 + j/a) = Σⱼ A(j) ln(1 + j/a): what a likelihood
//! costs depends on the greatest count, not on the number of edges. A long run of equal tail counts is one difference of
//! lnΓ, so that it does not depend on the greatest count either; so is a count that is no whole number.

use crate::special::{Step, digamma_excess, ln_1p_minus, trigamma_excess};

/// A run of tail counts longer than this is a difference of lnΓ.
const SHORT: f64 = 32.0;
/// So many terms are added side by side.
const LANES: usize = 4;

/// Σ ln[Γ(a+y)/(Γ(a)aʸ)] over many counts y > 0, as a function of a.
#[derive(Debug, Clone, Default)]
pub(super) struct Rising {
    /// j > 0, and the tail count there; filled up with tail counts of 0.
    places: Vec<[f64; LANES]>,
    tails: Vec<[f64; LANES]>,
    runs: Vec<Run>,
}

/// j from `from` over `length`, each counted `times`.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: f64,
    length: f64,
    times: f64,
}

/// Minus the first derivative by ln a, Σ j/(a+j), and the second, Σ ja/(a+j)².
#[derive(Debug, Clone, Copy)]
pub(super) struct Slopes {
    pub(super) first: f64,
    pub(super) second: f64,
}

impl Rising {
    /// Of so many counts of each size, in ascending order.
    pub(super) fn new(counts: Vec<(f64, usize)>) -> Self {
        let counts: Vec<(f64, usize)> = counts.into_iter().filter(|(count, _)| *count > 0.0).collect();
        let whole = counts.iter().filter(|(count, _)| count.fract() == 0.0);
        let mut above = whole.map(|(_, times)| times).sum::<usize>() as f64;
        let (mut reached, mut short, mut runs) = (0.0, Vec::new(), Vec::new());
        for (count, times) in counts {
            let times = times as f64;
            if count.fract() != 0.0 {
                runs.push(Run { from: 0.0, length: count, times });
                continue;
            }
            match count - reached {
                length if length > SHORT => runs.push(Run { from: reached, length, times: above }),
                length => short.extend((0..length as u32).map(|j| (reached + f64::from(j), above))),
            }
            (reached, above) = (count, above - times);
        }
        short.retain(|(j, _)| *j > 0.0);
        let lanes = |of: fn(&(f64, f64)) -> f64, filled: f64| {
            let lane = |terms: &[(f64, f64)]| std::array::from_fn(|lane| terms.get(lane).map_or(filled, of));
            short.chunks(LANES).map(lane).collect()
        };
        Self { places: lanes(|term| term.0, 1.0), tails: lanes(|term| term.1, 0.0), runs }
    }

    /// Σ A(j) ln(1 + j/a).
    pub(super) fn value(&self, a: f64) -> f64 {
        let mut sums = [0.0; LANES];
        for (places, tails) in self.places.iter().zip(&self.tails) {
            for lane in 0..LANES {
                sums[lane] += tails[lane] * (places[lane] / a).ln_1p();
            }
        }
        sums.iter().sum::<f64>() + self.runs.iter().map(|run| run.times * run.value(a)).sum::<f64>()
    }

    pub(super) fn slopes(&self, a: f64) -> Slopes {
        let (mut first, mut second) = ([0.0; LANES], [0.0; LANES]);
        for (places, tails) in self.places.iter().zip(&self.tails) {
            for lane in 0..LANES {
                let inverse = 1.0 / (a + places[lane]);
                let term = tails[lane] * places[lane] * inverse;
                first[lane] += term;
                second[lane] += term * a * inverse;
            }
        }
        let mut slopes = Slopes { first: first.iter().sum(), second: second.iter().sum() };
        for run in &self.runs {
            let of_run = run.slopes(a);
            slopes.first += run.times * of_run.first;
            slopes.second += run.times * of_run.second;
        }
        slopes
    }
}

impl Run {
    /// lnΓ(c+L) − lnΓ(c) − L ln a for c = a + `from`: the part L ln(c/a) and what is left beside it, none of which cancel.
    fn value(self, a: f64) -> f64 {
        let start = a + self.from;
        let step = Step { from: start, to: start + self.length, by: self.length };
        self.length * (self.from / a).ln_1p() + step.deviance() + step.excess_change()
    }

    /// With u = L/c and δ the excess of ψ over ln: Σ j/(a+j) = L − a[ψ(c+L) − ψ(c)] = c(u − ln(1+u)) + from·ln(1+u) − aΔδ, and in
    /// the same way for ψ₁.
    fn slopes(self, a: f64) -> Slopes {
        let start = a + self.from;
        let end = start + self.length;
        let u = self.length / start;
        let ln_ratio = u.ln_1p();
        let digamma = digamma_excess(end) - digamma_excess(start);
        let trigamma = trigamma_excess(start) - trigamma_excess(end);
        let first = -start * ln_1p_minus(u) + self.from * ln_ratio - a * digamma;
        // a Σ [1/(a+j) − a/(a+j)²].
        let inverse_squares = self.length / (start * end);
        let straight = ln_1p_minus(u) + u * self.length / end + self.from * inverse_squares;
        Slopes { first, second: a * (straight + digamma - a * trigamma) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sorting::by_size;
    use super::*;

    /// The same sum, term by term.
    fn by_hand(counts: &[f64], a: f64) -> (f64, f64, f64) {
        let places = counts.iter().flat_map(|&count| (0..count as u32).map(f64::from));
        places.fold((0.0, 0.0, 0.0), |(value, first, second), j| {
            (value + (j / a).ln_1p(), first + j / (a + j), second + j * a / ((a + j) * (a + j)))
        })
    }

    #[test]
    fn runs_and_tail_counts_are_the_sum_term_by_term() {
        let counts = [1.0, 3.0, 3.0, 40.0, 41.0, 500.0, 2_000.0];
        let rising = Rising::new(by_size(counts.to_vec()));
        assert_eq!(rising.runs.len(), 3);
        for exponent in -4..=8 {
            let a = 3.0 * 10f64.powi(exponent);
            let (value, first, second) = by_hand(&counts, a);
            let slopes = rising.slopes(a);
            for (got, right) in [(rising.value(a), value), (slopes.first, first), (slopes.second, second)] {
                assert!((got / right - 1.0).abs() < 1e-9, "{a:e}: {got:e}, not {right:e}");
            }
        }
    }
}
