//! From an analysis to what figures are drawn from.

use betadrift::report::{Analysis as Drawable, RegretCurve, RegretCurves, RegretPoint};
use betadrift::simulate::{PolicyResult, Scenario, Simulation, lai_robbins};

use super::analysis::Analysis;

/// An analysis with the regret of its simulation, ready to be drawn.
pub(super) struct Drawn<'a> {
    analysis: &'a Analysis,
    regret: Option<RegretCurves>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let regret = analysis.simulated.as_ref().map(|(scenario, simulation)| regret(scenario, simulation));
        Self { analysis, regret }
    }

    pub(super) fn analysis(&self) -> Drawable<'_> {
        let Analysis { timeline, convergence, priors, settings, view, simulated, .. } = self.analysis;
        Drawable {
            timeline,
            convergence,
            priors,
            settings,
            view: *view,
            seed: simulated.as_ref().map(|(scenario, _)| scenario.seed()),
            regret: self.regret.as_ref(),
        }
    }
}

fn regret(scenario: &Scenario, simulation: &Simulation) -> RegretCurves {
    let curve = |policy: &PolicyResult| RegretCurve {
        label: policy.label.clone(),
        points: policy.regret.iter().map(|p| RegretPoint { t: p.t as f64, mean: p.mean, se: p.se }).collect(),
    };
    RegretCurves {
        runs: simulation.runs as usize,
        curves: simulation.policies.iter().map(curve).collect(),
        strokes: scenario.strokes().iter().map(|&trial| trial as f64).collect(),
        stationary: scenario.is_stationary(),
        slope: scenario.is_stationary().then(|| lai_robbins(&scenario.initial_rates(0))).flatten(),
    }
}

/// A factor of enlargement that gives a picture of sensible size.
pub(super) fn parse_scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.25..=8.0).contains(&scale) { Ok(scale) } else { Err("a scale lies between 0.25 and 8".to_owned()) }
}
