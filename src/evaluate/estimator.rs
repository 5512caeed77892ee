//! The estimators: what each row puts into the sum whose root the estimate is.

use std::fmt;

use serde::Serialize;

use super::Settings;
use super::sample::{Means, Rows};
use super::score::Term;

/// An estimator of a target policy's mean reward. With n rows, weight w = e(a|x)/p(a|x), reward r, the reward model
/// q̂(a, x) = (α₀ + Σr)/(α₀ + β₀ + n_ax) and q̂(e) = Σₐ e(a|x) q̂(a, x):
///
/// | | estimate | when | when not |
/// |---|---|---|---|
/// | `ips` | Σ wr / n | unbiased, if propensities are right | few heavy rows decide it; it may leave [0, 1] |
/// | `clipped_ips` | Σ min(w, c) r / n | some heavy rows, and a low estimate is acceptable | the clipped mass matters: biased down |
/// | `snips` | Σ wr / Σ w | the default: no model, in the range of r, exact for constant r | the mean weight is far from 1 |
/// | `dm` | Σ q̂(e) / n | many rows of each edge, no propensities to trust | thin edges: the prior speaks for them |
/// | `dr` | Σ (q̂(e) + w(r − q̂)) / n | propensities or model are right | a few heavy rows |
/// | `sndr` | Σ q̂(e) / n + Σ w(r − q̂) / Σ w | as `dr`, weights that do not average 1 | |
/// | `switch_dr` | Σ (q̂(e) + w(r − q̂) where w ≤ λ) / n | a few weights beyond λ | most of the mass is beyond λ |
/// | `dros` | Σ (q̂(e) + λw/(w² + λ)·(r − q̂)) / n | as `switch_dr`, without its step | |
/// | `replay` | Σ er / Σ e | uniform logs only | any other log: it forgets p |
///
/// IPS: Horvitz & Thompson (1952, doi:10.1080/01621459.1952.10483446). Clipped: Ionides (2008,
/// doi:10.1198/106186008X320456). SNIPS: Hájek (1971); Swaminathan & Joachims (2015, NIPS 28). DR: Dudík, Langford & Li
/// (2011, arXiv:1103.4601); self-normalised: Robins et al. (2007, doi:10.1214/07-STS227D). SWITCH: Wang, Agarwal & Dudík (2017,
/// arXiv:1612.01205). DRos: Su et al. (2020, arXiv:1907.09623). Replay: Li et al. (2011, doi:10.1145/1935826.1935878): the rows where
/// policy and log agree; for a stochastic target the expectation over its draws, each row being kept with chance e(a|x).
///
/// By hand: the log chose a and b with ½ each; a answered 1, 1, b answered 0, 1; the target is a with ¾. Weights 1.5, 1.5, .5, .5:
/// `ips` = 3.5/4 = `snips`; with prior 1,1 q̂ = ¾, ½, `dm` = 11/16.
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Estimator, Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// assert_eq!(evaluation.of(Estimator::Ips).value, Some(3.5 / 4.0));
/// assert_eq!(evaluation.of(Estimator::Snips).value, Some(3.5 / 4.0));
/// assert_eq!(evaluation.of(Estimator::Dm).value, Some(11.0 / 16.0));
/// assert_eq!((Estimator::ALL[4], Estimator::ALL[4].name()), (Estimator::Dr, "dr"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Inverse propensity scoring.
    Ips,
    /// The same with weights cut at a limit.
    ClippedIps,
    /// Self-normalised.
    Snips,
    /// The direct method: the reward model alone.
    Dm,
    /// Doubly robust.
    Dr,
    /// Self-normalised doubly robust.
    Sndr,
    /// Doubly robust where weights are small, the model elsewhere.
    SwitchDr,
    /// Doubly robust with optimistic shrinkage.
    Dros,
    /// The rows where policy and log agree.
    Replay,
}

impl Estimator {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Ips,
        Self::ClippedIps,
        Self::Snips,
        Self::Dm,
        Self::Dr,
        Self::Sndr,
        Self::SwitchDr,
        Self::Dros,
        Self::Replay,
    ];

    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ips => "ips",
            Self::ClippedIps => "clipped_ips",
            Self::Snips => "snips",
            Self::Dm => "dm",
            Self::Dr => "dr",
            Self::Sndr => "sndr",
            Self::SwitchDr => "switch_dr",
            Self::Dros => "dros",
            Self::Replay => "replay",
        }
    }

    /// The weight that it gives to r − q̂, if it has a reward model.
    pub(super) fn correction(self, rows: &Rows, settings: &Settings) -> Option<f64> {
        let weight = rows.weight();
        match self {
            Self::Dm => Some(0.0),
            Self::Dr | Self::Sndr => Some(weight),
            Self::SwitchDr => Some(if weight <= settings.switch_lambda { weight } else { 0.0 }),
            Self::Dros => Some(settings.dros_lambda * weight / (weight * weight + settings.dros_lambda)),
            Self::Ips | Self::ClippedIps | Self::Snips | Self::Replay => None,
        }
    }

    /// What the rows of a cell put into the sum, with r − q̂ `inflated` by a factor.
    pub(super) fn term(self, rows: &Rows, settings: &Settings, means: &Means, inflated: f64) -> Term {
        let weight = rows.weight();
        let (offset, slope, divisor) = match (self, self.correction(rows, settings)) {
            (Self::Sndr, _) => {
                let share = weight / means.weight;
                let apart = rows.model_of_target - means.model + share * means.model;
                (apart - share * inflated * rows.model, share * inflated, share)
            }
            (_, Some(correction)) => {
                let slope = correction * inflated;
                (rows.model_of_target - slope * rows.model, slope, 1.0)
            }
            (Self::ClippedIps, None) => (0.0, weight.min(settings.clip), 1.0),
            (Self::Snips, None) => (0.0, weight, weight),
            (Self::Replay, None) => (0.0, rows.target, rows.target),
            (_, None) => (0.0, weight, 1.0),
        };
        Term { rows: rows.count, successes: rows.successes, squares: rows.squares, offset, slope, divisor }
    }

    /// Whether rows that the target never chooses are no part of its sample.
    pub(super) fn skips(self, rows: &Rows) -> bool {
        self == Self::Replay && rows.target == 0.0
    }
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
