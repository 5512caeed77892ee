//! The noise band of a day's Σ observed / Σ expected step: where the sum lies with 95 % if the morning's beliefs are
//! right.
//!
//! The laws of the edges that spread most are convolved in full. What the many others add is Pearson's type III with their
//! three moments, whose quantile is that of Wilson & Hilferty (1931, doi:10.1073/pnas.17.12.684).

use super::Band;
use super::step::StepLaw;

/// Edges whose laws are convolved in full: those of the greatest variance.
const LARGEST: usize = 8;
/// Probability left out at each end.
const TAIL: f64 = 0.025;

/// Mean, variance and third central moment of a step; they add over independent edges.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) third: f64,
}

impl Moments {
    /// Of a law given as (probability, step).
    pub(super) fn of(law: &[(f64, f64)]) -> Self {
        let expect = |f: &dyn Fn(f64) -> f64| law.iter().map(|&(p, step)| p * f(step)).sum::<f64>();
        let mean = expect(&|step| step);
        Self { mean, variance: expect(&|step| (step - mean).powi(2)), third: expect(&|step| (step - mean).powi(3)) }
    }

    /// The law of type III with these moments, on a grid of the standard normal.
    fn law(self) -> Vec<(f64, f64)> {
        const POINTS: i32 = 160;
        let spacing = 6.0 / f64::from(POINTS);
        let density = spacing / std::f64::consts::TAU.sqrt();
        let grid = (-POINTS..=POINTS).map(|k| f64::from(k) * spacing);
        grid.map(|z| (density * (-0.5 * z * z).exp(), self.at(z).max(0.0))).collect()
    }

    /// Its quantile at the probability of a standard normal z.
    fn at(self, z: f64) -> f64 {
        if self.third <= 0.0 {
            return self.mean + z * self.variance.sqrt();
        }
        let scale = self.third / (2.0 * self.variance);
        let shape = self.variance / (scale * scale);
        let cube_root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
        self.mean + scale * (shape * cube_root.max(0.0).powi(3) - shape)
    }
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

/// The band of the sum of all edges over its expectation. `law` gives the law of an edge as (probability, step), and is
/// asked for the largest only.
pub(super) fn ratio_band(edges: &[StepLaw], law: impl Fn(usize) -> Vec<(f64, f64)>) -> Band {
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|&i, &j| edges[j].moments.variance.total_cmp(&edges[i].moments.variance));
    let (largest, others) = order.split_at(LARGEST.min(order.len()));
    let mut laws: Vec<Vec<(f64, f64)>> = largest.iter().map(|&edge| law(edge)).collect();
    if !others.is_empty() {
        laws.push(others.iter().map(|&edge| edges[edge].moments).sum::<Moments>().law());
    }
    let expected: f64 = edges.iter().map(|edge| edge.expected).sum();
    let Band { lower, upper } = central(&laws, edges.iter().map(|edge| edge.moments).sum());
    Band { lower: lower / expected, upper: upper / expected }
}

/// The central part of the law of a sum, its ends rounded to a cell of a grid.
fn central(laws: &[Vec<(f64, f64)>], sum: Moments) -> Band {
    let grid = Grid::covering(laws, sum);
    let mut law = vec![0.0; Grid::CELLS];
    law[0] = 1.0;
    for edge in laws {
        law = grid.convolve(&law, edge);
    }
    let cumulative: Vec<f64> =
        law.iter().scan(0.0, |below, p| Some(std::mem::replace(below, *below + p) + p)).collect();
    let first = |level: f64| cumulative.iter().position(|&below| below > level).unwrap_or(Grid::CELLS - 1);
    Band { lower: grid.edge(first(TAIL)), upper: grid.edge(first(1.0 - TAIL) + 1) }
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
        let start: f64 = laws.iter().map(|law| least(law)).sum();
        let greatest: f64 = laws.iter().map(|law| law.iter().map(|&(_, step)| step).fold(0.0, f64::max)).sum();
        let reach = greatest.min(sum.mean + 9.0 * sum.variance.sqrt()) - start;
        Self { start, width: reach.max(1e-12 * sum.mean) / (Self::CELLS - 2) as f64 }
    }

    fn edge(&self, cell: usize) -> f64 {
        self.start + cell as f64 * self.width
    }

    /// Adds one more edge. A step between two cells is shared between them, so that the mean stays.
    fn convolve(&self, law: &[f64], edge: &[(f64, f64)]) -> Vec<f64> {
        let least = least(edge);
        let mut sum = vec![0.0; Self::CELLS];
        for &(p, step) in edge {
            let position = (step - least) / self.width;
            let (whole, part) = (position.floor(), position.fract());
            if whole + 1.0 >= Self::CELLS as f64 {
                continue;
            }
            let shift = whole as usize;
            for (weight, shift) in [(p * (1.0 - part), shift), (p * part, shift + 1)] {
                for (to, &from) in sum[shift..].iter_mut().zip(law) {
                    *to += weight * from;
                }
            }
        }
        sum
    }
}

fn least(law: &[(f64, f64)]) -> f64 {
    law.iter().map(|&(_, step)| step).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law_of(law: &[(f64, f64)]) -> StepLaw {
        let moments = Moments::of(law);
        StepLaw { expected: moments.mean, moments }
    }

    #[test]
    fn a_fair_coin_between_two_steps_has_both_in_its_band() {
        let law = vec![(0.5, 1.0), (0.5, 3.0)];
        let band = ratio_band(&[law_of(&law)], |_| law.clone());
        assert!((band.lower - 0.5).abs() < 2e-3 && (band.upper - 1.5).abs() < 2e-3, "{band:?}");
    }

    #[test]
    fn a_hundred_chi_squares_have_the_tabled_quantiles_of_their_sum() {
        // χ²₁₀₀: 74.2219 and 129.5612. A law of χ²₁ on a grid of the normal.
        let step = 0.02;
        let law: Vec<(f64, f64)> = (-400..=400)
            .map(|k| f64::from(k) * step)
            .map(|z| (step * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt(), z * z))
            .collect();
        let band = ratio_band(&[law_of(&law); 100], |_| law.clone());
        assert!((band.lower / 0.742_219 - 1.0).abs() < 0.01 && (band.upper / 1.295_612 - 1.0).abs() < 0.01, "{band:?}");
    }
}
