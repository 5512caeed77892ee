//! From an analysis to what figures are drawn from.

use betadrift::convergence::DelayWait;
use betadrift::environment::{Clicks, Delay};
use betadrift::feedback::EdgeId;
use betadrift::report::{
    Analysis as Drawable, ListedEdge, Positions, RegretCurve, RegretCurves, RegretPoint, Wait, Waits,
};
use betadrift::simulate::{Event, Feedback, PolicyResult, Scenario, Simulation, lai_robbins, plays};

use super::analysis::{Analysis, Delayed};

const HOUR_MS: f64 = 3_600_000.0;
const DAY_MS: u64 = 86_400_000;

/// An analysis with what only its simulation knows, ready to be drawn.
pub(super) struct Drawn<'a> {
    analysis: &'a Analysis,
    regret: Option<RegretCurves>,
    waits: Option<Waits>,
    positions: Option<Positions>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let of_log = analysis.delays.as_ref().map(|Delayed { delays, .. }| Waits::of(delays));
        let mut drawn = Self { analysis, regret: None, waits: of_log, positions: None };
        if let Some((scenario, simulation)) = &analysis.simulated {
            drawn.regret = Some(regret(scenario, simulation));
            drawn.waits = (*scenario.delay() != Delay::None).then(|| waits(scenario));
            drawn.positions = (scenario.slots() > 1).then(|| positions(scenario));
        }
        drawn
    }

    pub(super) fn analysis(&self) -> Drawable<'_> {
        let Analysis { timeline, convergence, priors, settings, view, simulated, .. } = self.analysis;
        Drawable {
            timeline,
            convergence,
            priors,
            settings,
            view: *view,
            beside: self.analysis.beside(),
            seed: simulated.as_ref().map(|(scenario, _)| scenario.seed()),
            regret: self.regret.as_ref(),
            waits: self.waits.as_ref(),
            positions: self.positions.as_ref(),
        }
    }
}

/// The label of the policy whose first run is the log that is analysed.
fn first_policy(scenario: &Scenario) -> String {
    scenario.labels().next().unwrap_or_default().to_owned()
}

fn waits(scenario: &Scenario) -> Waits {
    let mut waits = Vec::new();
    let end_ms = u64::from(scenario.days()) * DAY_MS;
    plays(scenario, 0, 0, |event: Event| {
        let served_day = (event.served_ms / DAY_MS) as usize;
        let of = |until_ms: u64, days_later, successes| Wait {
            served_day,
            days_later,
            wait: DelayWait { hours: (until_ms - event.served_ms) as f64 / HOUR_MS, events: 1, successes },
        };
        match event.feedback {
            Some(Feedback { arrived_ms, success }) => {
                let days_later = (arrived_ms / DAY_MS) as usize - served_day;
                waits.push(of(arrived_ms, Some(days_later), Some(f64::from(u8::from(success)))));
            }
            None if event.pending => waits.push(of(end_ms.max(event.served_ms), None, None)),
            None => {}
        }
    });
    // From half a minute on, a hundred hours in 160 equal ratios.
    let hours = (0..400).map(|i| 120f64.recip() * 10f64.powf(f64::from(i) / 80.0));
    let law = hours.map(|hours| (hours, scenario.delay().share_within(hours))).collect();
    Waits { start: scenario.start(), days: scenario.days() as usize, waits, law, policy: Some(first_policy(scenario)) }
}

fn positions(scenario: &Scenario) -> Positions {
    let rates = scenario.is_stationary().then(|| scenario.initial_rates(0));
    let mut edges: Vec<ListedEdge> = Vec::new();
    let held = plays(scenario, 0, 0, |event: Event| {
        for number in edges.len()..=event.edge.index() {
            let name = scenario.edge_name(EdgeId::new(number)).into_owned();
            let rate = rates.as_ref().and_then(|rates| rates.get(number).copied());
            let at = vec![(0, 0); scenario.slots()];
            edges.push(ListedEdge { name, at, posterior: scenario.prior(), rate });
        }
        if !event.pending {
            let (plays, clicks) = &mut edges[event.edge.index()].at[event.slot];
            *plays += 1;
            *clicks += u64::from(event.feedback.is_some_and(|feedback| feedback.success));
        }
    });
    for (edge, posterior) in edges.iter_mut().zip(held) {
        edge.posterior = posterior;
    }
    // The most played first.
    edges.sort_by_key(|edge| std::cmp::Reverse(edge.at.iter().map(|(plays, _)| plays).sum::<u64>()));
    let examination = match scenario.clicks() {
        Clicks::PositionBased { examination } => Some(examination.clone()),
        Clicks::Independent | Clicks::Cascade => None,
    };
    Positions { prior: scenario.prior(), edges, examination, policy: first_policy(scenario) }
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
