//! What stands in a report beside the convergence analysis: each is there if it was asked for and the log has it.

use super::comparison::Changes;
use crate::calibrate::LogCalibration;
use crate::convergence::{DelayLaw, Mix, RegretDay};
use crate::drift::Drift;
use crate::timeline::Delays;
use crate::tune::Tuning;

/// Further analyses of the same log.
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
