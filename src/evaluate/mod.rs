//! What another policy would have earned, from a log whose propensities are known.
//!
//! A log says what its own policy earned. The value of a *target* policy e on the same traffic, `E[Σₐ e(a|x) r(a, x)]`, x being the
//! segment, is estimated from rows that were chosen with propensity p(a|x) ([`Estimator`]), with intervals, and with the
//! weights that they rest upon ([`Weights`]). Where those forbid to read the estimates, there is an [`Alarm`].
//!
//! **When.** Before a policy goes live: choices of the log were drawn at random with known chances, and rewards do not depend on
//! earlier choices. **When not.** Logs without propensities, or of a policy that never leaves one edge; a target that reacts to
//! what is not in the segment; a target that would change the traffic.
//!
//! All of it follows from the counts of each (edge, segment, propensity) cell, [`Cells`]: the cost
//! grows with cells, not with rows.
//!
//! # Which rows
//! Rows whose propensity is missing, 0 or above 1 have no weight. They are counted, raise an alarm, and take no part in anything
//! but [`Evaluation::rows`], the reward model included.
//!
//! # Coverage of the intervals
//! Those of ratios (`snips`, `sndr`, `replay`) are score sets with Satterthwaite's degrees of freedom, as their file says.
#![doc = include_str!("coverage.md")]

pub mod alarm;
pub mod bernstein;
mod difference;
pub mod estimator;
pub mod model;
mod sample;
pub mod score;
mod target;
mod weights;
mod words;

pub use alarm::{Alarm, AlarmKind};
pub use bernstein::bernstein;
pub use estimator::Estimator;
pub use target::{Target, TargetError};
pub use weights::Weights;

use serde::Serialize;
use thiserror::Error;

use crate::beta::Beta;
use crate::special::sum;
use crate::timeline::Cells;
use sample::{Rows, Sample};
use score::{Root, Term};

/// How to evaluate.
///
/// With weights of 1.5 and 0.5 cut at 1:
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
/// let settings = Settings { clip: 1.0, ..Settings::default() };
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &settings)?;
/// assert_eq!(evaluation.of(Estimator::ClippedIps).value, Some((1.0 + 1.0 + 0.5) / 4.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The weight at which `clipped_ips` cuts.
    pub clip: f64,
    /// The weight up to which `switch_dr` corrects the model.
    pub switch_lambda: f64,
    /// λ of `dros`.
    pub dros_lambda: f64,
    /// From where the reward model of each edge and segment sets out.
    pub reward_prior: Beta,
    /// The confidence of the intervals.
    pub level: f64,
    /// The share of the rows below which the effective sample raises an alarm.
    pub min_effective: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clip: 10.0,
            switch_lambda: 10.0,
            dros_lambda: 10.0,
            reward_prior: Beta::UNIFORM,
            level: 0.95,
            min_effective: 0.01,
        }
    }
}

/// Why a log cannot be evaluated.
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Error, Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let target = Target::uniform(&cells);
/// let refused = evaluate(&cells, &target, &Settings { level: 95.0, ..Settings::default() }).unwrap_err();
/// assert_eq!(refused.to_string(), "level (95) must be between 0 and 1");
/// let mut bare = CellFold::default();
/// bare.add("a", "", None, Reward::SUCCESS);
/// let bare = bare.finish();
/// let none = evaluate(&bare, &Target::uniform(&bare), &Settings::default());
/// assert_eq!(none, Err(Error::NoPropensity { rows: 1 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is out of range.
    #[error("{name} ({value}) must be {right}")]
    Setting {
        /// Which.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it should be.
        right: &'static str,
    },
    /// There is nothing to weigh.
    #[error("none of {rows} rows has a propensity in (0, 1], so that no row can be weighed")]
    NoPropensity {
        /// How many rows there are.
        rows: u64,
    },
}

/// An estimate, in units of reward.
///
/// Of edges chosen with ½ each, `a` was answered by 1 and 1, `b` by 0 and 1; the target is `a` with ¾:
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
/// let snips = evaluation.of(Estimator::Snips);
/// assert_eq!((snips.value, snips.reason), (Some(0.875), None));
/// assert!(snips.lower < snips.value && snips.value < snips.upper);
/// assert_eq!(evaluation.of(Estimator::Replay).matched, Some(2.0)); // ¾, ¾, ¼ and ¼
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate; `None` where it does not exist.
    pub value: Option<f64>,
    /// Its standard error: for means sd/√n with n − 1, for ratios by the delta method. `None` for fewer than two rows.
    pub se: Option<f64>,
    /// The lower end of the interval.
    pub lower: Option<f64>,
    /// Its upper end.
    pub upper: Option<f64>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The bounds of [`bernstein()`], for means of weighted rewards. Those of `clipped_ips` bound what clipping leaves of the
    /// target's value: the lower one bounds the value itself.
    #[serde(flatten)]
    pub bernstein: Option<Bernstein>,
    /// How many rows the target would have chosen as the log did, in expectation, Σ e(a|x): for `replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<f64>,
    /// The standard deviation that the reward model's posteriors give the estimate where no reward corrects them: all of
    /// `dm`, and what `switch_dr` and `dros` take from heavy rows. The interval allows for it beside `se`, which for `dm`
    /// knows of the segments' shares alone, and is 0 without segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_sd: Option<f64>,
}

/// Bounds that hold at every n.
///
/// Of edges chosen with ½ each, `a` was answered by 1 and 1, `b` by 0 and 1; the target is `a` with ¾:
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
/// let ips = evaluation.of(Estimator::Ips);
/// let bounds = ips.bernstein.unwrap();
/// assert!(bounds.lower < ips.lower.unwrap() && ips.upper.unwrap() < bounds.upper); // sure rather than precise
/// assert_eq!(evaluation.of(Estimator::Snips).bernstein, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bernstein {
    /// The lower bound.
    #[serde(rename = "bernstein_lower")]
    pub lower: f64,
    /// The upper bound.
    #[serde(rename = "bernstein_upper")]
    pub upper: f64,
}

/// What a log says of a target.
///
/// Of edges chosen with ½ each, `a` was answered by 1 and 1, `b` by 0 and 1; the target is `a` with ¾:
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Evaluation, Settings, Target, evaluate};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// assert_eq!((evaluation.rows, evaluation.evaluated), (4, 4));
/// assert_eq!(evaluation.logged.value, Some(0.75));
/// assert_eq!(evaluation.of(Evaluation::HEADLINE).value, Some(0.875));
/// assert_eq!(evaluation.difference.value, Some(0.125));
/// assert!(evaluation.alarms.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// All rows.
    pub rows: u64,
    /// Rows that have everything.
    pub evaluated: u64,
    /// Each estimator's estimate, in the order of [`Estimator::ALL`].
    pub estimates: Vec<(Estimator, Estimate)>,
    /// The mean reward of the same rows under the policy of the log.
    pub logged: Estimate,
    /// The headline's estimate less the mean of the log, with the standard error of the paired difference.
    pub difference: Estimate,
    /// What the estimates rest upon.
    pub weights: Weights,
    /// What forbids to read them.
    pub alarms: Vec<Alarm>,
    /// As asked.
    pub settings: Settings,
}

/// Evaluates a target on a log.
///
/// ```
/// use betadrift::evaluate::{Estimator, Settings, Target, evaluate};
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
///     fold.add(edge, "", Some(0.5), reward);
/// }
/// let cells = fold.finish();
/// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
/// let evaluation = evaluate(&cells, &target, &Settings::default())?;
/// // Weights 1.5, 1.5, 0.5, 0.5; models (1+2)/(2+2) and (1+1)/(2+2).
/// assert_eq!(evaluation.of(Estimator::Snips).value, Some(3.5 / 4.0));
/// assert_eq!(evaluation.of(Estimator::Dm).value, Some(11.0 / 16.0));
/// assert_eq!(evaluation.weights.effective_sample, Some(16.0 / 5.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`enum@Error`] for settings out of range, and if no row of the log has a propensity in (0, 1].
pub fn evaluate(cells: &Cells, target: &Target, settings: &Settings) -> Result<Evaluation, Error> {
    settings.validate()?;
    let sample = Sample::new(cells, target, settings.reward_prior);
    if sample.count == 0 && cells.events() > 0 {
        return Err(Error::NoPropensity { rows: cells.events() });
    }
    let weights = Weights::of(&sample);
    let alarms = alarm::alarms(&sample, &weights, settings);
    let roots = Roots { sample: &sample, settings };
    let estimates = Estimator::ALL.map(|estimator| (estimator, roots.estimate(estimator)));
    let logged_root = Root::of(sample.rows.iter().map(logged).collect());
    let logged = logged_root.as_ref().map_or(Estimate::none(NO_ROW), |root| Estimate::of(root, settings.level));
    let difference = match (roots.root(Evaluation::HEADLINE), &logged_root) {
        (Some(target), Some(log)) => difference::difference(&sample, &target, log, settings.level),
        _ => Estimate::none(if logged_root.is_some() { NO_WEIGHT } else { NO_ROW }),
    };
    let (rows, evaluated, estimates) = (cells.events(), sample.count, estimates.to_vec());
    Ok(Evaluation { rows, evaluated, estimates, logged, difference, weights, alarms, settings: *settings })
}

const NO_ROW: &str = "there are no rows";
const NO_WEIGHT: &str = "no row has weight under the target";

/// What rows put into the sum of the log's own mean.
fn logged(rows: &Rows) -> Term {
    let Rows { count, successes, squares, .. } = *rows;
    Term { rows: count, successes, squares, offset: 0.0, slope: 1.0, divisor: 1.0 }
}

/// The equations of all estimators over one sample.
#[derive(Clone, Copy)]
struct Roots<'a> {
    sample: &'a Sample,
    settings: &'a Settings,
}

impl Roots<'_> {
    fn root(&self, estimator: Estimator) -> Option<Root> {
        self.inflated(estimator, |_| 1.0)
    }

    /// The root with residuals of the reward model inflated.
    fn inflated(&self, estimator: Estimator, factor: impl Fn(&Rows) -> f64) -> Option<Root> {
        let Sample { rows, means, .. } = self.sample;
        let rows = rows.iter().filter(|rows| !estimator.skips(rows));
        let terms = rows.map(|rows| estimator.term(rows, self.settings, means, factor(rows)));
        if estimator == Estimator::Sndr && means.weight == 0.0 { None } else { Root::of(terms.collect()) }
    }

    fn estimate(&self, estimator: Estimator) -> Estimate {
        let Settings { level, clip, .. } = *self.settings;
        let Some(root) = self.root(estimator) else {
            let none = Estimate::none(if self.sample.count == 0 { NO_ROW } else { NO_WEIGHT });
            return Estimate { matched: (estimator == Estimator::Replay).then_some(0.0), ..none };
        };
        let estimate = Estimate::of(&root, level);
        let bernstein = |most: f64| {
            let (lower, upper) = bernstein(root.value, root.se()?, self.sample.count, most, level)?;
            Some(Bernstein { lower, upper })
        };
        let most = self.sample.max_possible;
        match estimator {
            Estimator::Ips => Estimate { bernstein: bernstein(most), ..estimate },
            Estimator::ClippedIps => Estimate { bernstein: bernstein(most.min(clip)), ..estimate },
            Estimator::Replay => {
                let matched = sum(self.sample.rows.iter().map(|rows| rows.count * rows.target));
                Estimate { matched: Some(matched), ..estimate }
            }
            Estimator::Snips => estimate,
            _ => model::allowing(estimate, estimator, *self),
        }
    }
}

impl Estimate {
    fn of(root: &Root, level: f64) -> Self {
        let (lower, upper) = root.interval(level);
        Self { value: Some(root.value), se: root.se(), lower: Some(lower), upper: Some(upper), ..Self::none("") }
            .without_reason()
    }

    fn none(reason: &'static str) -> Self {
        Self {
            value: None,
            se: None,
            lower: None,
            upper: None,
            reason: Some(reason),
            bernstein: None,
            matched: None,
            model_sd: None,
        }
    }

    fn without_reason(self) -> Self {
        Self { reason: None, ..self }
    }
}

impl Evaluation {
    /// The estimator that is read where there is no alarm: it needs no model, stays in the range of rewards, and its intervals
    /// keep their level at small effective samples. `dr` beside it should agree; if not, propensities or model are wrong.
    pub const HEADLINE: Estimator = Estimator::Snips;

    /// The estimate of an estimator.
    pub fn of(&self, estimator: Estimator) -> &Estimate {
        let found = self.estimates.iter().find(|(other, _)| *other == estimator);
        &found.expect("valid by construction: there is an estimate of each").1
    }
}

impl Settings {
    fn validate(&self) -> Result<(), Error> {
        const POSITIVE: &str = "finite and above zero";
        let above_zero = |value: f64| value.is_finite() && value > 0.0;
        let wrong = [
            ("clip", self.clip, above_zero(self.clip), POSITIVE),
            ("switch-lambda", self.switch_lambda, above_zero(self.switch_lambda), POSITIVE),
            ("dros-lambda", self.dros_lambda, above_zero(self.dros_lambda), POSITIVE),
            ("level", self.level, self.level > 0.0 && self.level < 1.0, "between 0 and 1"),
            ("min-effective", self.min_effective, (0.0..=1.0).contains(&self.min_effective), "in [0, 1]"),
        ]
        .into_iter()
        .find(|(_, _, valid, _)| !valid);
        wrong.map_or(Ok(()), |(name, value, _, right)| Err(Error::Setting { name, value, right }))
    }
}
