//! How often the truth lies in credible intervals.

use super::super::tail::binomial_two_sided;
use crate::beta::{Beta, Interval};

/// The credible levels whose intervals are held against the truth.
///
/// A truth with 6 % of the posterior below it lies in the intervals from 88 % on:
///
/// ```
/// use betadrift::calibrate::{Coverage, CoverageOf, LEVELS};
/// let covered = LEVELS.map(|level| Coverage::of(CoverageOf::Winner, level, [0.06]).covered);
/// assert_eq!(covered, [0, 0, 1, 1]); // 0.5, 0.8, 0.9, 0.95
/// ```
pub const LEVELS: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// Of whom intervals are.
///
/// ```
/// use betadrift::calibrate::{Coverage, CoverageOf};
/// let coverage = Coverage::of(CoverageOf::AnyEdge, 0.9, [0.5, 0.01]);
/// assert_eq!((coverage.of.name(), coverage.covered, coverage.n), ("any edge", 1, 2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Every edge of every world. Given the data, posteriors are independent, and so are hits.
    AnyEdge,
    /// The edge of the greatest posterior mean.
    Winner,
}

impl Of {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::AnyEdge => "any edge",
            Self::Winner => "winner",
        }
    }
}

/// How often the truth lay in equal-tailed intervals of a level.
///
/// Averaged over worlds from the prior, a credible interval covers at its level, for any edge, for the winner, and whenever one
/// stops. At one fixed truth it need not.
///
/// Half of the intervals hold the truth, at a level of ½:
///
/// ```
/// use betadrift::calibrate::{Coverage, CoverageOf};
/// let coverage = Coverage::of(CoverageOf::Winner, 0.5, [0.1, 0.3, 0.6, 0.9]);
/// assert_eq!((coverage.n, coverage.covered, coverage.share()), (4, 2, 0.5));
/// assert_eq!(coverage.p, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Of whom.
    pub of: Of,
    /// The credible level.
    pub level: f64,
    /// How many intervals.
    pub n: u64,
    /// How many of them held the truth.
    pub covered: u64,
    /// The p-value of so many under a binomial of the level: twice the smaller tail.
    pub p: f64,
}

impl Coverage {
    /// Of the posterior probabilities below the truth, each in [0, 1]: the truth is inside where that lies in
    /// [(1 − level)/2, (1 + level)/2].
    pub fn of(of: Of, level: f64, below: impl IntoIterator<Item = f64>) -> Self {
        let inside = |below: f64| (2.0 * below - 1.0).abs() <= level;
        let (n, covered) = below.into_iter().fold((0, 0), |(n, c), below| (n + 1, c + u64::from(inside(below))));
        Self { of, level, n, covered, p: binomial_two_sided(covered, n, level, 1.0 - level) }
    }

    /// The share that held the truth; of no interval at all, the level.
    pub fn share(&self) -> f64 {
        if self.n == 0 { self.level } else { self.covered as f64 / self.n as f64 }
    }

    /// The exact 95 % interval of the coverage (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404): quantiles of
    /// Beta(c, n − c + 1) and Beta(c + 1, n − c).
    ///
    /// ```
    /// use betadrift::calibrate::{Coverage, CoverageOf};
    /// // 8 of 10: the textbook's 0.4439 to 0.9748.
    /// let below = [0.5; 8].into_iter().chain([0.001, 0.999]);
    /// let interval = Coverage::of(CoverageOf::Winner, 0.95, below).interval();
    /// assert!((interval.lower - 0.4439).abs() < 1e-4 && (interval.upper - 0.9748).abs() < 1e-4);
    /// ```
    pub fn interval(&self) -> Interval {
        const LEVEL: f64 = 0.95;
        const COUNTED: &str = "valid by construction: both counts are whole and one is added";
        let tail = 0.5 * (1.0 - LEVEL);
        let (hits, misses) = (self.covered as f64, (self.n - self.covered) as f64);
        let lower =
            if self.covered == 0 { 0.0 } else { Beta::new(hits, misses + 1.0).expect(COUNTED).quantile(tail).x };
        let (upper, upper_complement) = if self.covered == self.n {
            (1.0, 0.0)
        } else {
            let upper = Beta::new(hits + 1.0, misses).expect(COUNTED).upper_quantile(tail);
            (upper.x, upper.complement)
        };
        Interval { level: LEVEL, lower, upper, upper_complement }
    }
}
