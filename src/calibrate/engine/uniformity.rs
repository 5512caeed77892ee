//! Whether ranks are uniform: χ² on bins, and the test of their empirical distribution.
//!
//! If θ is drawn from the prior, data from θ, and L draws from the posterior of the data, then the rank of θ among the draws is
//! uniform on 0 … L (Cook, Gelman & Rubin 2006, doi:10.1198/106186006X136976; Talts et al. 2018, arXiv:1804.06788). A
//! histogram with too many ranks at both ends belongs to posteriors that are too narrow, one with too many in the middle to
//! posteriors that are too wide, a slope to a bias.
//!
//! **When to use it**: worlds can be drawn from the prior. **When not**: for one log, whose truth nobody knows; there see
//! [`log_calibration`](crate::calibrate::log_calibration).

use super::super::tail::chi_square_upper;
use super::band::Cuts;

/// Ranks of the truth among posterior draws, and how they stand to the uniform law.
///
/// χ² = Σ (observed − n/bins)²/(n/bins) over bins of equally many ranks, with bins − 1 degrees of freedom (Pearson 1900,
/// doi:10.1080/14786440009463897); the other test is that of [`Cuts`].
///
/// ```
/// use betadrift::calibrate::Uniformity;
/// let even = Uniformity::of(&[5, 5, 5, 5], 2);
/// assert_eq!((even.chi_square, even.chi_square_p, even.ecdf_p), (0.0, 1.0, 1.0));
/// // All twenty in the lower half: χ² = 10²/10 + 10²/10 = 20 on 1 degree of freedom.
/// let low = Uniformity::of(&[10, 10, 0, 0], 2);
/// assert_eq!(low.chi_square, 20.0);
/// assert!((low.chi_square_p - 7.744_216_431_044_085e-6).abs() < 1e-18);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Uniformity {
    /// How often the truth had each rank, 0 … L.
    pub counts: Vec<u64>,
    /// Into how many bins of ranks χ² takes them together.
    pub bins: usize,
    /// χ².
    pub chi_square: f64,
    /// Its p-value.
    pub chi_square_p: f64,
    /// The γ at whose band the empirical distribution first touches.
    pub gamma: f64,
    /// The chance that uniform ranks touch a band as narrow: the exact p-value of γ.
    pub ecdf_p: f64,
}

/// What ranks that are not uniform say of the posterior.
///
/// ```
/// use betadrift::calibrate::{Shape, Uniformity};
/// assert_eq!(Uniformity::of(&[9, 1, 1, 9], 2).shape(), Shape::TooNarrow);
/// assert_eq!(Uniformity::of(&[1, 9, 9, 1], 2).shape(), Shape::TooWide);
/// assert_eq!(Uniformity::of(&[1, 2, 8, 9], 2).shape().words(), "too low");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The truth lies too often at the ends: the posterior is too narrow.
    TooNarrow,
    /// The truth lies too often in the middle: the posterior is too wide.
    TooWide,
    /// The truth lies too often above the middle: the posterior is too low.
    TooLow,
    /// The truth lies too often below the middle: the posterior is too high.
    TooHigh,
}

impl Shape {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooNarrow => "too narrow",
            Self::TooWide => "too wide",
            Self::TooLow => "too low",
            Self::TooHigh => "too high",
        }
    }
}

impl Uniformity {
    /// Of the count of each rank.
    ///
    /// # Panics
    /// Unless the number of bins is at least one and divides that of ranks.
    pub fn of(counts: &[u64], bins: usize) -> Self {
        assert!(bins > 0 && counts.len().is_multiple_of(bins), "{} ranks in {bins} bins", counts.len());
        let (n, cells) = (counts.iter().sum(), counts.len());
        let cuts = Cuts { n, cells };
        let gamma = cuts.touched(counts);
        let chi_square = chi_square(&binned(counts, bins), n);
        Self {
            counts: counts.to_vec(),
            bins,
            chi_square,
            chi_square_p: chi_square_upper(chi_square, bins - 1),
            gamma,
            ecdf_p: if gamma < 1.0 { cuts.leaves(&cuts.band(gamma)) } else { 1.0 },
        }
    }

    /// How many ranks there are in all.
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The counts of the bins.
    ///
    /// ```
    /// use betadrift::calibrate::Uniformity;
    /// let ranks = Uniformity::of(&[1, 2, 8, 9], 2);
    /// assert_eq!((ranks.by_bin(), ranks.n(), ranks.degrees()), (vec![3, 17], 20, 1));
    /// assert_eq!(ranks.least_p(), ranks.chi_square_p.min(ranks.ecdf_p));
    /// ```
    pub fn by_bin(&self) -> Vec<u64> {
        binned(&self.counts, self.bins)
    }

    /// Degrees of freedom of χ².
    pub fn degrees(&self) -> usize {
        self.bins - 1
    }

    /// The smaller of the two p-values.
    pub fn least_p(&self) -> f64 {
        self.chi_square_p.min(self.ecdf_p)
    }

    /// What stands out most: the mean of the ranks, or their spread about the middle.
    pub fn shape(&self) -> Shape {
        let cells = self.counts.len() as f64;
        let n = self.n() as f64;
        let place = |rank: usize| (2.0 * rank as f64 + 1.0) / cells - 1.0;
        let moment = |power: i32| {
            self.counts.iter().enumerate().map(|(rank, &count)| count as f64 * place(rank).powi(power)).sum::<f64>() / n
        };
        // Uniform on [−1, 1]: x has variance 1/3, x² mean 1/3 and variance 4/45.
        let (mean, spread) = (moment(1) * (3.0 * n).sqrt(), (moment(2) - 1.0 / 3.0) * (45.0 * n / 4.0).sqrt());
        match (mean.abs() > spread.abs(), mean > 0.0, spread > 0.0) {
            (true, true, _) => Shape::TooLow,
            (true, false, _) => Shape::TooHigh,
            (false, _, true) => Shape::TooNarrow,
            (false, _, false) => Shape::TooWide,
        }
    }
}

fn binned(counts: &[u64], bins: usize) -> Vec<u64> {
    counts.chunks(counts.len() / bins).map(|bin| bin.iter().sum()).collect()
}

fn chi_square(by_bin: &[u64], n: u64) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let expected = n as f64 / by_bin.len() as f64;
    by_bin.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_its_name() {
        let shape = |counts: [u64; 4]| Uniformity::of(&counts, 4).shape();
        assert_eq!(shape([30, 10, 10, 30]), Shape::TooNarrow);
        assert_eq!(shape([10, 30, 30, 10]), Shape::TooWide);
        assert_eq!(shape([10, 20, 30, 40]), Shape::TooLow);
        assert_eq!(shape([40, 30, 20, 10]), Shape::TooHigh);
    }
}
