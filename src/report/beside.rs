//! What stands in a report beside the convergence analysis: each is there if it was asked for and the log has it.

use super::comparison::Changes;
use crate::calibrate::LogCalibration;
use crate::convergence::{DelayLaw, Mix, RegretDay};
use crate::drift::Drift;
use crate::timeline::Delays;
use crate::tune::Tuning;

/// Further analyses of the same log.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::drift::{self, drift};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::Beside;
/// use betadrift::report::verdict::{About, markdown};
/// use betadrift::timeline::{Fold, View};
/// let (mut fold, priors, settings) = (Fold::default(), Priors::new(Beta::UNIFORM), Settings::default());
/// let edge = fold.edge("docs");
/// (0..4).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(if day < 2 { 10 } else { 60 }, 40)));
/// let timeline = fold.finish();
/// let (analysis, found) = (
///     convergence(&timeline, &priors, View::Cumulative, &settings),
///     drift(&timeline, None, &priors, &drift::Settings::default()),
/// );
/// # let about = About {
/// #     inputs: vec![],
/// #     prior: "Beta(1, 1)".into(),
/// #     view: "all of the past".into(),
/// #     command: "betadrift report".into(),
/// #     rows: "170 events".into(),
/// #     read: vec![],
/// #     simulated: false,
/// # };
/// let alone = markdown(&analysis, &settings, &about, &Beside::default());
/// let beside = Beside { drift: Some(&found), ..Beside::default() };
/// let with_drift = markdown(&analysis, &settings, &about, &beside);
/// assert!(!alone.contains("Did rates change?") && with_drift.contains("## Did rates change?"));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The regret so far as each evening's beliefs see it.
    pub model_regret: Option<&'a [RegretDay]>,
    /// How long feedback took, and the law of it.
    pub delays: Option<(&'a Delays, &'a DelayLaw)>,
    /// The traffic by segment.
    pub mix: Option<&'a Mix>,
    /// The prior and the forgetting that the log supports.
    pub tuning: Option<&'a Tuning>,
    /// What each morning foretold against what came.
    pub calibration: Option<&'a LogCalibration>,
    /// Which edges changed their rates.
    pub drift: Option<&'a Drift>,
    /// What changed since something earlier.
    pub changes: Option<Changes<'a>>,
}
