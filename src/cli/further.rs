//! The analyses that a report has beside that of the convergence, each made only where it is wanted.

use betadrift::calibrate::{LogCalibration, log_calibration};
use betadrift::convergence::{RegretDay, model_regret};
use betadrift::drift::{self, Drift, drift};
use betadrift::report::Beside;
use betadrift::seed::{DEFAULT_SEED, Purpose, stream};
use betadrift::tune::{Grouping, Request, Tuning, tune};

use super::Global;
use super::analysis::Analysis;

/// In how many bins forecasts are compared with what came.
const BINS: usize = 10;

/// Further analyses of a log.
#[derive(Default)]
pub(super) struct Further {
    model_regret: Option<Vec<RegretDay>>,
    tuning: Option<Tuning>,
    calibration: Option<LogCalibration>,
    drift: Option<Drift>,
}

impl Further {
    /// Those that the wanted figures are drawn from. Change points are looked for by day alone, so that memory does not
    /// grow with events.
    pub(super) fn of(analysis: &Analysis, global: &Global, wanted: impl Fn(&str) -> bool) -> Self {
        let Analysis { timeline, priors, view, settings, .. } = analysis;
        let seed = global.seed.unwrap_or(DEFAULT_SEED);
        let regret = || {
            let stream = |day| stream(seed, Purpose::Beliefs, &[day]);
            model_regret(timeline, priors, *view, settings.level, stream)
        };
        let level = settings.level;
        let request =
            Request { timeline, until: None, priors, view: *view, level, grouping: Grouping::None, dated: true };
        let by_day = drift::Settings { level, blind_days: settings.blind_days, ..drift::Settings::default() };
        Self {
            model_regret: wanted("model_regret").then(regret),
            tuning: (wanted("evidence") || wanted("half_life")).then(|| tune(&request)),
            calibration: wanted("reliability").then(|| log_calibration(timeline, priors, *view, BINS)),
            drift: wanted("drift").then(|| drift(timeline, None, priors, &by_day)),
        }
    }

    pub(super) fn beside(&self) -> Beside<'_> {
        Beside {
            model_regret: self.model_regret.as_deref(),
            tuning: self.tuning.as_ref(),
            calibration: self.calibration.as_ref(),
            drift: self.drift.as_ref(),
            ..Beside::default()
        }
    }
}
