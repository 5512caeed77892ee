//! The noise band of a day's Σ observed / Σ expected step: where the sum lies with 95 % if the morning's beliefs are
//! right.
//!
//! For few edges the law of the sum is convolved in full. For more it is Pearson's type III with the sum's own three
//! moments, whose quantile is that of Wilson & Hilferty (1931, doi:10.1073/pnas.17.12.684), within
//! 1 % from ten degrees of freedom on.

use super::Band;

/// Edges up to which the laws are convolved.
pub(super) const FEW_EDGES: usize = 6;
/// Probability left out at each end.
const TAIL: f64 = 0.025;
/// Its standard normal quantile.
const Z: f64 = 1.959_963_984_540_054;

/// Mean, variance and third central moment of a step; they add over independent edges.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) third: f64,
}

impl std::iter::Sum for Moments {
    fn sum<I: Iterator<Item = Self>>(laws: I) -> Self {
        laws.fold(Self::default(), |sum, law| Self {
            mean: sum.mean + law.mean,
            variance: sum.variance + law.variance,
            third: sum.third + law.third,
        })
    }
}

/// The band of the sum over its mean, from the sum's moments.
pub(super) fn band_of_many(sum: Moments) -> Band {
    let Moments { mean, variance, third } = sum;
    let quantile = |z: f64| {
        let deviation = if third > 0.0 {
            let scale = third / (2.0 * variance);
            let shape = variance / (scale * scale);
            let cube_root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
            scale * (shape * cube_root.max(0.0).powi(3) - shape)
        } else {
            z * variance.sqrt()
        };
        ((mean + deviation) / mean).max(0.0)
    };
    Band { lower: quantile(-Z), upper: quantile(Z) }
}

/// The band of the sum over its mean, from the laws themselves as (probability, step), rounded outwards to a grid.
pub(super) fn band_of_few(laws: &[Vec<(f64, f64)>], sum: Moments) -> Band {
    let grid = Grid::covering(laws, sum);
    let mut law = vec![0.0; Grid::CELLS];
    law[0] = 1.0;
    for edge in laws {
        law = grid.convolve(&law, edge);
    }
    let mut below = 0.0;
    let mut lower = None;
    for (cell, p) in law.iter().enumerate() {
        below += p;
        if lower.is_none() && below > TAIL {
            lower = Some(grid.edge(cell as f64 - 1.0));
        }
        if below >= 1.0 - TAIL {
            let lower = lower.unwrap_or(0.0).max(0.0);
            return Band { lower: lower / sum.mean, upper: grid.edge(cell as f64 + 1.0) / sum.mean };
        }
    }
    band_of_many(sum)
}

/// Cells of the sum, from its least value on.
struct Grid {
    start: f64,
    width: f64,
}

impl Grid {
    const CELLS: usize = 2_048;

    /// From the least possible sum to the greatest that matters.
    fn covering(laws: &[Vec<(f64, f64)>], sum: Moments) -> Self {
        let end = |law: &Vec<(f64, f64)>, pick: fn(f64, f64) -> f64, none: f64| {
            law.iter().map(|&(_, step)| step).fold(none, pick)
        };
        let start: f64 = laws.iter().map(|law| end(law, f64::min, f64::INFINITY)).sum();
        let greatest: f64 = laws.iter().map(|law| end(law, f64::max, 0.0)).sum();
        let reach = greatest.min(sum.mean + 12.0 * sum.variance.sqrt()) - start;
        Self { start, width: reach.max(1e-12 * sum.mean) / (Self::CELLS - 2) as f64 }
    }

    fn edge(&self, cell: f64) -> f64 {
        self.start + cell * self.width
    }

    /// Adds one more edge. A step between two cells is shared between them, so that the mean stays.
    fn convolve(&self, law: &[f64], edge: &[(f64, f64)]) -> Vec<f64> {
        let least = edge.iter().map(|&(_, step)| step).fold(f64::INFINITY, f64::min);
        let mut sum = vec![0.0; Self::CELLS];
        for &(p, step) in edge {
            let position = (step - least) / self.width;
            let (whole, part) = (position.floor(), position.fract());
            if whole >= Self::CELLS as f64 {
                continue;
            }
            let shift = whole as usize;
            for (to, &from) in sum[shift..].iter_mut().zip(law) {
                *to += p * (1.0 - part) * from;
            }
            for (to, &from) in sum[(shift + 1).min(Self::CELLS)..].iter_mut().zip(law) {
                *to += p * part * from;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fair_coin_between_two_steps_has_both_in_its_band() {
        let law = vec![(0.5, 1.0), (0.5, 3.0)];
        let sum = Moments { mean: 2.0, variance: 1.0, third: 0.0 };
        let band = band_of_few(&[law], sum);
        assert!((band.lower - 0.5).abs() < 2e-3 && (band.upper - 1.5).abs() < 2e-3, "{band:?}");
    }

    #[test]
    fn a_chi_square_of_ten_has_its_tabled_quantiles() {
        // χ²₁₀: 3.2470 and 20.4832 (mean 10, variance 20, third moment 80).
        let band = band_of_many(Moments { mean: 10.0, variance: 20.0, third: 80.0 });
        assert!(
            (10.0 * band.lower / 3.2470 - 1.0).abs() < 0.01 && (10.0 * band.upper / 20.4832 - 1.0).abs() < 0.01,
            "{band:?}"
        );
    }
}
