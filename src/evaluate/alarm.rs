//! What forbids to read an estimate as a result.

use serde::Serialize;

use super::sample::{Sample, Unusable};
use super::{Settings, Weights};
use crate::number::brief;

/// What is wrong.
///
/// A target that chooses an edge of which the log has no row:
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{AlarmKind, Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.5), ("unseen", 0.5)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// let kinds: Vec<AlarmKind> = evaluation.alarms.iter().map(|alarm| alarm.kind).collect();
/// assert_eq!(kinds, [AlarmKind::UnsupportedTarget]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// No row can be weighed.
    NoRows,
    /// The effective sample is below a share of the rows.
    LowEffectiveSample,
    /// The mean weight is away from 1 by more than its noise.
    MeanWeight,
    /// Rows have propensity 0, and yet they are there.
    PropensityZero,
    /// Rows have a propensity above 1.
    PropensityAboveOne,
    /// Rows have no propensity.
    PropensityMissing,
    /// The target chooses what the log has no row of.
    UnsupportedTarget,
    /// One row holds a large share of all weight.
    DominatingRow,
}

/// An alarm, with its numbers in words.
///
/// Two rows whose propensity is missing beside others:
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # (0..2).for_each(|_| fold.add("a", "", None, Reward::SUCCESS));
/// # let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// assert_eq!((evaluation.rows, evaluation.evaluated), (6, 4));
/// let messages: Vec<&str> = evaluation.alarms.iter().map(|alarm| &alarm.message[..]).collect();
/// assert_eq!(messages, ["2 rows have no propensity; they take no part in the estimates"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarm {
    /// What is wrong.
    pub kind: AlarmKind,
    /// In words, with the numbers, and what to do.
    pub message: String,
}

/// Standard errors from 1 beyond which a mean weight is no chance. Weights are skewed, so that 4 are no 6e-5: of logs whose every
/// propensity was right and which had rows of all that the target chooses, it rang for 1 in 100 at an effective sample of 10,
/// 2 in 1000 at 20, 5 in 10,000 at 50 and 1 in 10,000 from 200 on (20,000 logs each of six pairs of policies).
const MEAN_WEIGHT_Z: f64 = 4.0;
/// Rounded propensities put the mean this far from 1 without harm.
const MEAN_WEIGHT_SLACK: f64 = 0.01;
/// The share of the target's choices that the log may lack.
const UNSUPPORTED: f64 = 1e-3;
/// The share of Σw that one row may hold …
const DOMINATING_SHARE: f64 = 0.1;
/// … if its weight is also so many times the mean: in a log of five rows each holds a fifth, and none dominates …
const DOMINATING_RATIO: f64 = 5.0;
/// … or it holds more than all others together.
const MAJORITY: f64 = 0.5;

pub(super) fn alarms(sample: &Sample, weights: &Weights, settings: &Settings) -> Vec<Alarm> {
    let mut alarms = propensities(sample.unusable);
    alarms.extend((sample.count == 0).then(|| Alarm {
        kind: AlarmKind::NoRows,
        message: "no row of the log can be weighed, so that nothing is known of the target".to_owned(),
    }));
    let found = [effective_sample(sample, weights, settings), mean_weight(weights), unsupported(weights)];
    alarms.extend(found.into_iter().flatten());
    alarms.extend(dominating(sample, weights));
    alarms
}

fn propensities(Unusable { missing, zero, above_one }: Unusable) -> Vec<Alarm> {
    let message = |count: u64, what: &str| match count {
        1 => format!("1 row has {what}; it takes no part in the estimates"),
        _ => format!("{count} rows have {what}; they take no part in the estimates"),
    };
    let alarm = |kind, count: u64, what: &str| (count > 0).then(|| Alarm { kind, message: message(count, what) });
    let found = [
        alarm(AlarmKind::PropensityZero, zero, "propensity 0, with which nothing is ever chosen"),
        alarm(AlarmKind::PropensityAboveOne, above_one, "a propensity above 1, which is no probability"),
        alarm(AlarmKind::PropensityMissing, missing, "no propensity"),
    ];
    found.into_iter().flatten().collect()
}

fn effective_sample(sample: &Sample, weights: &Weights, settings: &Settings) -> Option<Alarm> {
    let (rows, effective) = (sample.count as f64, weights.effective_sample.unwrap_or(0.0));
    (rows > 0.0 && effective < settings.min_effective * rows).then(|| Alarm {
        kind: AlarmKind::LowEffectiveSample,
        message: format!(
            "the {rows} rows know as much of the target as {} of its own would: {} %, where {} % is asked for; the log's policy \
             hardly ever did what the target does",
            brief(effective),
            brief(100.0 * effective / rows),
            brief(100.0 * settings.min_effective),
        ),
    })
}

fn mean_weight(weights: &Weights) -> Option<Alarm> {
    let (mean, se) = (weights.mean?, weights.mean_se?);
    let away = (mean - 1.0).abs();
    (away > MEAN_WEIGHT_SLACK && away > MEAN_WEIGHT_Z * se).then(|| Alarm {
        kind: AlarmKind::MeanWeight,
        message: format!(
            "the mean weight is {} where it should be 1, with a standard error of {}: the propensities are not those with which \
             edges were chosen, or the log lacks what the target chooses",
            brief(mean),
            brief(se),
        ),
    })
}

fn unsupported(weights: &Weights) -> Option<Alarm> {
    let share = weights.unsupported_target;
    (share > UNSUPPORTED).then(|| Alarm {
        kind: AlarmKind::UnsupportedTarget,
        message: format!(
            "{} % of the target's choices have no row in the log: what they would earn is not known from it",
            brief(100.0 * share),
        ),
    })
}

fn dominating(sample: &Sample, weights: &Weights) -> Option<Alarm> {
    let (mean, max) = (weights.mean?, weights.max?);
    let share = max / (mean * sample.count as f64);
    let dominates = share > MAJORITY || (share > DOMINATING_SHARE && max > DOMINATING_RATIO * mean);
    dominates.then(|| Alarm {
        kind: AlarmKind::DominatingRow,
        message: format!(
            "one row of {} holds {} % of all weight: the estimates say what happened in it",
            sample.count,
            brief(100.0 * share),
        ),
    })
}
