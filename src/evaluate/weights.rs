//! What the weights say of the estimates, before anyone reads them.

use serde::Serialize;

use super::sample::Sample;
use crate::special::sum;

/// The weights w = e(a|x)/p(a|x) of the rows that have one.
///
/// Of edges chosen with ½ each, `a` was answered by 1 and 1, `b` by 0 and 1; the target is `a` with ¾:
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// let weights = &evaluation.weights;
/// assert_eq!(weights.distribution, [(0.5, 2.0), (1.5, 2.0)]); // ¼ over ½, and ¾ over ½
/// assert_eq!((weights.mean, weights.max), (Some(1.0), Some(1.5)));
/// assert_eq!(weights.effective_sample, Some(16.0 / 5.0)); // 4²/(2·1.5² + 2·0.5²)
/// assert_eq!(weights.unsupported_target, 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weights {
    /// (Σw)²/Σw²: how many rows of equal weight would know as much (Kish 1965). `None` if no row has weight.
    pub effective_sample: Option<f64>,
    /// Σw/n, which is 1 in expectation if the propensities are right and the log covers the target.
    pub mean: Option<f64>,
    /// The standard error of the mean: sd/√n, with n − 1.
    pub mean_se: Option<f64>,
    /// The largest weight of a row.
    pub max: Option<f64>,
    /// The largest weight that a row could have: the largest e(a|x) in the segments of the log, also of an edge that the log
    /// lacks, over the least propensity that it shows. It differs from `max` where the heaviest kind of row has not come, and stands for it
    /// in bounds that hold whatever comes.
    pub max_possible: Option<f64>,
    /// The least usable propensity.
    pub min_propensity: Option<f64>,
    /// The share of the target's choices for which the log has no row: edges in segments where it has none of them.
    pub unsupported_target: f64,
    /// Each weight with the number of its rows, ascending.
    #[serde(skip)]
    pub distribution: Vec<(f64, f64)>,
}

impl Weights {
    pub(super) fn of(sample: &Sample) -> Self {
        let n = sample.count as f64;
        let sum_of = |power: i32| sum(sample.rows.iter().map(|rows| rows.count * rows.weight().powi(power)));
        let (first, second) = (sum_of(1), sum_of(2));
        let mean = first / n;
        let spread = sum(sample.rows.iter().map(|rows| rows.count * (rows.weight() - mean).powi(2)));
        let some = |value: f64| (sample.count > 0).then_some(value);
        Self {
            effective_sample: (second > 0.0).then(|| first * first / second),
            mean: some(mean),
            mean_se: (sample.count > 1).then(|| (spread / (n - 1.0) / n).sqrt()),
            max: some(sample.rows.iter().map(|rows| rows.weight()).fold(0.0, f64::max)),
            max_possible: some(sample.max_possible),
            min_propensity: some(sample.rows.iter().map(|rows| rows.propensity).fold(f64::INFINITY, f64::min)),
            unsupported_target: sample.unsupported,
            distribution: distribution(sample),
        }
    }
}

fn distribution(sample: &Sample) -> Vec<(f64, f64)> {
    let mut weights: Vec<(f64, f64)> = sample.rows.iter().map(|rows| (rows.weight(), rows.count)).collect();
    weights.sort_by(|one, other| one.0.total_cmp(&other.0));
    let same = |one: &(f64, f64), other: &(f64, f64)| one.0 == other.0;
    weights.chunk_by(same).map(|alike| (alike[0].0, alike.iter().map(|(_, rows)| rows).sum())).collect()
}
