//! The analyses that a report has beside that of the convergence, each made only where it is wanted.

use betadrift::convergence::{RegretDay, model_regret};
use betadrift::report::Beside;
use betadrift::seed::{DEFAULT_SEED, Purpose, stream};

use super::Global;
use super::analysis::Analysis;

/// Further analyses of a log.
#[derive(Default)]
pub(super) struct Further {
    model_regret: Option<Vec<RegretDay>>,
}

impl Further {
    /// Those that the wanted figures are drawn from.
    pub(super) fn of(analysis: &Analysis, global: &Global, wanted: impl Fn(&str) -> bool) -> Self {
        let Analysis { timeline, priors, view, settings, .. } = analysis;
        let seed = global.seed.unwrap_or(DEFAULT_SEED);
        let regret = || {
            let stream = |day| stream(seed, Purpose::Beliefs, &[day]);
            model_regret(timeline, priors, *view, settings.level, stream)
        };
        Self { model_regret: wanted("model_regret").then(regret) }
    }

    pub(super) fn beside(&self) -> Beside<'_> {
        Beside { model_regret: self.model_regret.as_deref(), ..Beside::default() }
    }
}
