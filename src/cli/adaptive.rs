//! What holds of an edge's rate although a policy that learned chose it.

use betadrift::convergence::{Unweighted, WeightedMean, weighted_means};
use betadrift::decision::always_valid;
use betadrift::feedback::Counts;
use betadrift::timeline::{Timeline, Weights};
use serde::Serialize;

/// What is said of an edge's rate under adaptive choice.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Adaptive {
    always_lower: f64,
    always_upper: f64,
    weighted_mean: Option<f64>,
    weighted_lower: Option<f64>,
    weighted_upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weighted_reason: Option<String>,
}

impl Adaptive {
    /// The names of the columns of a CSV.
    pub(super) const HEADER: [&str; 5] =
        ["always_lower", "always_upper", "weighted_mean", "weighted_lower", "weighted_upper"];

    /// The titles of the columns of a table.
    pub(super) const TITLES: [&str; 3] = ["always valid", "weighted mean", "its interval"];

    /// Of each edge, by its index; all feedback counts, whatever the view.
    pub(super) fn of(timeline: &Timeline, weights: &Weights, level: f64) -> Vec<Self> {
        let edge = |(counts, weighted): (Counts, Result<WeightedMean, Unweighted>)| {
            let always = always_valid(counts.successes.to_f64(), counts.failures.to_f64(), level);
            let mean = weighted.ok();
            Self {
                always_lower: always.lower,
                always_upper: always.upper,
                weighted_mean: mean.map(|mean| mean.mean),
                weighted_lower: mean.map(|mean| mean.interval.lower),
                weighted_upper: mean.map(|mean| mean.interval.upper),
                weighted_reason: weighted.err().map(|why| why.to_string()),
            }
        };
        timeline.totals().into_iter().zip(weighted_means(weights, level)).map(edge).collect()
    }

    /// The numbers below [`Self::HEADER`].
    pub(super) fn numbers(&self) -> [Option<f64>; 5] {
        let (lower, upper) = (Some(self.always_lower), Some(self.always_upper));
        [lower, upper, self.weighted_mean, self.weighted_lower, self.weighted_upper]
    }

    /// The cells below [`Self::TITLES`].
    pub(super) fn cells(&self) -> [String; 3] {
        let rate = |rate: f64| format!("{rate:.4}");
        let interval =
            |ends: Option<(f64, f64)>| ends.map_or_else(String::new, |(lower, upper)| format!("{lower:.4}–{upper:.4}"));
        [
            interval(Some((self.always_lower, self.always_upper))),
            self.weighted_mean.map_or_else(String::new, rate),
            interval(self.weighted_lower.zip(self.weighted_upper)),
        ]
    }
}
