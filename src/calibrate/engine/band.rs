//! The simultaneous band of the empirical distribution of ranks (Säilynoja, Bürkner & Vehtari 2022,
//! doi:10.1007/s11222-022-10090-6), by exact recursion.
//!
//! Under uniformity the number C_j of n ranks below the cut j/(L+1) is Binomial(n, j/(L+1)) at each cut by itself. The band
//! leaves out, at every cut alike, the counts with twice the smaller tail at most γ; what remains is how likely the whole
//! path C₁, …, C_L leaves it somewhere. The path is a chain: given that n ranks fall, the increments are those of L+1
//! independent Poisson counts of mean n/(L+1) whose sum is n. So the chance is a sum of products of Poisson
//! probabilities, carried from cut to cut, all of them positive: a chance of 1e-30 has as many digits as one of ½.
//!
//! *When to use it*: for ranks, which are discrete and at most L+1 different ones, at all L cuts at once. *When not*: for a
//! continuous sample it would test at the cuts only.
//!
//! *By hand*: one rank and one draw (n = 1, L = 1): C₁ is 0 or 1 with chance ½, twice the smaller tail is 1 either
//! way, and no band with γ < 1 is ever left.

use std::f64::consts::TAU;
use std::ops::RangeInclusive;

use super::super::tail::binomial_lower;
use crate::special::gamma_excess;

/// How many values fall below each of the cuts j/cells, j = 1 … cells − 1, if they fall into cells alike.
///
/// Of two values 0, 1 or 2 fall below the middle, with ¼, ½ and ¼:
///
/// ```
/// use betadrift::calibrate::Cuts;
/// let cuts = Cuts { n: 2, cells: 2 };
/// assert!((cuts.touched(&[2, 0]) - 0.5).abs() < 1e-12); // twice ¼
/// assert_eq!(cuts.touched(&[1, 1]), 1.0);
/// let only_one_each = cuts.band(0.6);
/// assert_eq!(only_one_each, [1..=1]);
/// assert!((cuts.leaves(&only_one_each) - 0.5).abs() < 1e-12);
/// assert!((cuts.gamma(0.4) - 0.5).abs() < 1e-9); // up to there the band is never left
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cuts {
    /// How many values there are.
    pub n: u64,
    /// Into how many cells they fall.
    pub cells: usize,
}

/// The counts that a band holds, a range a cut.
///
/// Of two values, those below the middle; a γ of more than ½ leaves out that both are:
///
/// ```
/// use betadrift::calibrate::{Band, Cuts};
/// let wide: Band = Cuts { n: 2, cells: 2 }.band(0.4);
/// let narrow: Band = Cuts { n: 2, cells: 2 }.band(0.6);
/// assert_eq!((wide, narrow), (vec![0..=2], vec![1..=1]));
/// ```
pub type Band = Vec<RangeInclusive<u64>>;

impl Cuts {
    /// P(C_j ≤ count).
    fn lower(self, cut: usize, count: u64) -> f64 {
        let cells = self.cells as f64;
        binomial_lower(count, self.n, cut as f64 / cells, (self.cells - cut) as f64 / cells)
    }

    /// P(C_j ≥ count): what falls below one cut falls above its mirror.
    fn upper(self, cut: usize, count: u64) -> f64 {
        self.lower(self.cells - cut, self.n - count)
    }

    /// The γ at whose band the path of these counts by cell first touches: the least, over the cuts, of twice the smaller tail.
    pub fn touched(self, by_cell: &[u64]) -> f64 {
        let mut count = 0;
        let tails = by_cell.iter().take(self.cells - 1).enumerate().map(|(cell, of_cell)| {
            count += of_cell;
            2.0 * self.lower(cell + 1, count).min(self.upper(cell + 1, count))
        });
        tails.fold(1.0, f64::min)
    }

    /// The counts whose smaller tail, doubled, is above γ, at each cut.
    pub fn band(self, gamma: f64) -> Band {
        let lowest = |cut: usize| {
            let (mut low, mut high) = (0, self.n);
            while low < high {
                let middle = low + (high - low) / 2;
                if 2.0 * self.lower(cut, middle) > gamma { high = middle } else { low = middle + 1 }
            }
            low
        };
        let lowest: Vec<u64> = (1..self.cells).map(lowest).collect();
        lowest.iter().zip(lowest.iter().rev()).map(|(&low, &mirrored)| low..=self.n - mirrored).collect()
    }

    /// The chance that the path leaves a band at some cut; relative accuracy 1e-9 for chances above 1e-30.
    pub fn leaves(self, band: &Band) -> f64 {
        let mean = self.n as f64 / self.cells as f64;
        let steps = Steps::new(mean, self.n);
        let mut inside = vec![1.0];
        let (mut first, mut left) = (0u64, 0.0);
        for (cut, range) in band.iter().enumerate() {
            let rest = mean * (self.cells - 1 - cut) as f64;
            let start = *range.start();
            let mut next = vec![0.0; (range.end() + 1).saturating_sub(start) as usize];
            for (offset, mass) in inside.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
                let from = first + offset as u64;
                for (step, p) in steps.iter().take_while(|(step, _)| from + step <= self.n) {
                    let to = from + step;
                    if range.contains(&to) {
                        next[(to - start) as usize] += mass * p;
                    } else {
                        left += mass * p * poisson(rest, self.n - to);
                    }
                }
            }
            (inside, first) = (next, start);
        }
        (left / poisson(self.n as f64, self.n)).min(1.0)
    }

    /// The greatest γ whose band is left with a chance of at most α.
    pub fn gamma(self, alpha: f64) -> f64 {
        const HALVINGS: u32 = 40;
        let (mut low, mut high) = ((alpha / self.cells as f64).ln(), 0.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.leaves(&self.band(f64::exp(middle))) <= alpha { low = middle } else { high = middle }
        }
        low.exp()
    }
}

/// The probabilities of a Poisson count from its first to its last value that matters.
struct Steps {
    first: u64,
    probabilities: Vec<f64>,
}

impl Steps {
    fn new(mean: f64, most: u64) -> Self {
        const NEGLIGIBLE: f64 = 1e-45;
        let matters = |count: &u64| poisson(mean, *count) > NEGLIGIBLE;
        let peak = (mean as u64).min(most);
        let first = (0..=peak).rev().take_while(matters).last().unwrap_or(peak);
        let probabilities = (first..=most).take_while(matters).map(|count| poisson(mean, count)).collect();
        Self { first, probabilities }
    }

    fn iter(&self) -> impl Iterator<Item = (u64, f64)> {
        (self.first..).zip(self.probabilities.iter().copied())
    }
}

/// e^{−mean} mean^count/count!, by the deviance and Stirling's error, which do not cancel (Loader 2000).
fn poisson(mean: f64, count: u64) -> f64 {
    if count == 0 {
        return (-mean).exp();
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let k = count as f64;
    let ratio = (k - mean) / mean;
    let deviance = if ratio.abs() < 0.1 { mean * excess(ratio) } else { k * (k / mean).ln() - (k - mean) };
    // ln k! = k ln k − k + ½ ln 2πk + δ, where ½ ln(2π/k) + δ is the excess.
    let stirling = gamma_excess(k) - 0.5 * (TAU / k).ln();
    (-deviance - stirling).exp() / (TAU * k).sqrt()
}

/// (1 + x) ln(1 + x) − x for small x, by its series.
fn excess(x: f64) -> f64 {
    const TERMS: u32 = 18;
    let (mut sum, mut power) = (0.0, x * x);
    for k in 2..TERMS {
        let k = f64::from(k);
        sum += power / (k * (k - 1.0));
        power *= -x;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_probabilities_sum_to_one_and_are_those_of_the_formula() {
        for mean in [0.3, 4.0, 250.0] {
            let steps = Steps::new(mean, 10_000);
            assert!((steps.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-13, "{mean}");
        }
        // e⁻⁴ 4³/3! and e⁻² 2².
        assert!((poisson(4.0, 3) - (-4f64).exp() * 64.0 / 6.0).abs() < 1e-14);
        assert!((poisson(2.0, 2) - (-2f64).exp() * 2.0).abs() < 1e-14);
    }

    #[test]
    fn two_values_in_two_cells_leave_the_middle_half_the_time() {
        // C₁ is 0, 1, 2 with chances ¼, ½, ¼; twice the smaller tail is ½, 1.5, ½.
        let cuts = Cuts { n: 2, cells: 2 };
        assert_eq!(cuts.band(0.51), [1..=1]);
        assert!((cuts.leaves(&cuts.band(0.51)) - 0.5).abs() < 1e-13);
        assert_eq!(cuts.leaves(&cuts.band(0.49)), 0.0);
        assert!((cuts.touched(&[2, 0]) - 0.5).abs() < 1e-13);
        assert_eq!(cuts.touched(&[1, 1]), 1.0);
    }
}
