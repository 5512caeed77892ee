//! Adaptively weighted means: what a log with propensities says of an edge's rate, free of what adaptive choice does to plain
//! means.
//!
//! **Formula.** Over the rows of an edge, with the logged propensity p and the weight w = 1/√p: μ̂ = Σ w·r / Σ w, with the
//! standard error √(Σ w²(r − μ̂)²) / Σ w. Weights that go with the root of the inverse propensity give every choice of the policy, whatever
//! it was, the same share in the variance of Σ w(r − μ), which is then T·μ(1 − μ) after T choices (Zhang, Janson & Murphy 2021,
//! arXiv:2104.14074; the idea of such weights: Hadad, Hirshberg, Zhan, Wager & Athey 2021, doi:10.1073/pnas.2014602118).
//! That is what makes the sum all but normal where plain means of adaptive logs are not.
//!
//! **Interval.** Not μ̂ ± z·se, which is much too short where an edge was chosen seldom, and of length 0 where all its rewards
//! are alike. {μ : (Σ w(r − μ))² ≤ z²·V·μ(1 − μ)}, the inversion of the score (Wilson 1927, doi:10.2307/2276774) with V the
//! greater of T, the number of choices in the log, and Σ w², the estimate of it by the edge's own rows. As of
//! n = (Σ w)²/V independent rewards.
//!
//! **When to use it**: for a rate where feedback came from a policy that learned, and its propensities are in the log and right.
//! **When not**: rewards that depend on more than the edge (see by segment), logged propensities that were made up, or rates that
//! move. Rewards other than 0 and 1 vary less than μ(1 − μ), and the interval is wider than need be. It is right at one time
//! fixed beforehand; for what is looked at again and again see [`crate::decision::always_valid`].

use std::fmt;

use super::Band;
use crate::special::two_sided_normal_quantile;
use crate::timeline::{EdgeWeights, Weights};

/// An adaptively weighted mean.
///
/// Without chance in what was chosen, 3 of 4 as of four rewards:
///
/// ```
/// use betadrift::convergence::weighted_means;
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::WeightFold;
/// let mut fold = WeightFold::default();
/// for reward in [Reward::SUCCESS, Reward::SUCCESS, Reward::SUCCESS, Reward::FAILURE] {
///     fold.add("a", Some(1.0), reward);
/// }
/// let weighted = weighted_means(&fold.finish(), 0.95)[0].unwrap();
/// assert_eq!((weighted.mean, weighted.effective), (0.75, 4.0));
/// assert_eq!(weighted.se, 0.75f64.sqrt() / 4.0); // √(3·¼² + ¾²)/4
/// assert!(weighted.interval.lower < 0.75 && weighted.interval.upper > 0.75);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedMean {
    /// Σ w·r / Σ w.
    pub mean: f64,
    /// √(Σ w²(r − mean)²) / Σ w.
    pub se: f64,
    /// The interval, by inversion of the score.
    pub interval: Band,
    /// How many independent rewards would say as much: (Σ w)²/V.
    pub effective: f64,
}

/// Why an edge has no weighted mean.
///
/// ```
/// use betadrift::convergence::{Unweighted, weighted_means};
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::WeightFold;
/// let mut fold = WeightFold::default();
/// fold.add("a", Some(0.5), Reward::SUCCESS);
/// fold.add("a", None, Reward::SUCCESS);
/// let why = weighted_means(&fold.finish(), 0.95)[0].unwrap_err();
/// assert_eq!(why, Unweighted::Unusable { rows: 1, of: 2 });
/// assert_eq!(why.to_string(), "1 of 2 rows has no propensity between 1e-9 and 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unweighted {
    /// Propensities were not asked for, or are not kept: counts, snapshots and simulations have none.
    NotRead,
    /// No feedback of the edge.
    NoRows,
    /// Rows whose propensity is missing, 0, above 1 or below 1e-9.
    Unusable {
        /// How many of them.
        rows: u64,
        /// How many rows the edge has.
        of: u64,
    },
}

impl fmt::Display for Unweighted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A log without propensities says the same, read at once or through a snapshot.
            Self::NotRead => f.write_str("no usable propensities"),
            Self::NoRows => f.write_str("no feedback"),
            Self::Unusable { rows, of } if rows == of => f.write_str("no usable propensities"),
            Self::Unusable { rows, of } => {
                let have = if *rows == 1 { "has" } else { "have" };
                write!(f, "{rows} of {of} rows {have} no propensity between 1e-9 and 1")
            }
        }
    }
}

/// The weighted mean of each edge, by edge index, with intervals of that level.
///
/// Two rewards that were chosen with certainty are a plain mean; a success against odds of 1 to 3 weighs twice:
///
/// ```
/// use betadrift::convergence::weighted_means;
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::WeightFold;
/// let mut fold = WeightFold::default();
/// fold.add("a", Some(0.25), Reward::SUCCESS);
/// fold.add("a", Some(1.0), Reward::FAILURE);
/// let means = weighted_means(&fold.finish(), 0.95);
/// assert_eq!(means[0].unwrap().mean, 2.0 / 3.0);
/// ```
///
/// # Panics
/// Unless the level lies strictly between 0 and 1.
pub fn weighted_means(weights: &Weights, level: f64) -> Vec<Result<WeightedMean, Unweighted>> {
    let (z, choices) = (two_sided_normal_quantile(level), weights.rows() as f64);
    weights.edges().iter().map(|(edge, _)| weighted_mean(weights.of(edge), choices, z)).collect()
}

fn weighted_mean(sums: &EdgeWeights, choices: f64, z: f64) -> Result<WeightedMean, Unweighted> {
    match *sums {
        EdgeWeights { rows: 0, .. } => return Err(Unweighted::NoRows),
        EdgeWeights { rows: of, unusable: rows @ 1.., .. } => return Err(Unweighted::Unusable { rows, of }),
        _ => {}
    }
    let (weight, weighted, squares) = (sums.weight.to_f64(), sums.weighted.to_f64(), sums.squares.to_f64());
    let mean = (weighted / weight).min(1.0);
    // r − μ = r(1 − μ) − (1 − r)μ, so that Σ w²(r − μ)² is a sum of terms that do not cancel.
    let difference = |a: crate::feedback::Tally, b| a.checked_sub(b).unwrap_or_default().to_f64();
    let mixed = difference(sums.squares_by_reward, sums.squares_by_square);
    let failures = (difference(sums.squares, sums.squares_by_reward) - mixed).max(0.0);
    let successes = sums.squares_by_square.to_f64();
    let miss = 1.0 - mean;
    let variance = successes * miss * miss + failures * mean * mean - 2.0 * mixed * mean * miss;
    let effective = weight * weight / squares.max(choices);
    Ok(WeightedMean { mean, se: variance.max(0.0).sqrt() / weight, interval: wilson(mean, effective, z), effective })
}

/// {μ : (mean − μ)² ≤ z²·μ(1 − μ)/n}.
fn wilson(mean: f64, n: f64, z: f64) -> Band {
    let share = z * z / n;
    let half = (share * (mean * (1.0 - mean) + share / 4.0)).sqrt();
    // The end that lies near 0 or 1 as the product of both ends over the other, so that nothing cancels.
    let end = |mean: f64| {
        let upper = (mean + share / 2.0 + half) / (1.0 + share);
        mean * mean / (1.0 + share) / upper
    };
    Band { lower: end(mean), upper: 1.0 - end(1.0 - mean) }
}
