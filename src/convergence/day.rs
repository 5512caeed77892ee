//! The analysis of one day: a pure function of the beliefs in the morning and in the evening.

use super::noise::ratio_band;
use super::quantile::Sorted;
use super::step::{StepLaw, step_law};
use super::{Quartiles, StepKl};
use crate::beta::Beta;
use crate::beta::memo::{Memo, pair};
use crate::decision::{self, Decision, decide};
use crate::divergence::kl;
use crate::feedback::{Day, EdgeId};

/// The beliefs of a day.
pub(super) struct Beliefs {
    pub(super) day: Day,
    /// The edges seen so far, ascending, with their prior and what counts of them in the evening.
    pub(super) known: Vec<Belief>,
    /// The edges with feedback that day, ascending.
    pub(super) active: Vec<Active>,
}

/// What is believed of an edge in the evening.
#[derive(Clone, Copy)]
pub(super) struct Belief {
    pub(super) edge: EdgeId,
    pub(super) prior: Beta,
    pub(super) counted: (f64, f64),
    pub(super) posterior: Beta,
}

/// An edge with feedback.
#[derive(Clone, Copy)]
pub(super) struct Active {
    pub(super) edge: EdgeId,
    pub(super) pulls: f64,
    pub(super) morning: Beta,
    pub(super) evening: Beta,
}

/// What the beliefs of a day amount to.
pub(super) struct DayAnalysis {
    pub(super) lead: Lead,
    pub(super) decision: Decision,
    /// Per active edge, the step and its expectation.
    pub(super) steps: Vec<Step>,
    pub(super) step_kl: Option<StepKl>,
    pub(super) information_gain: f64,
    pub(super) information: Quartiles,
    pub(super) sd: Quartiles,
}

/// Who leads, and what is left to win.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lead {
    pub(super) leader: EdgeId,
    /// Where the next one stands among the known edges, and the leader itself.
    pub(super) runner_up: Option<usize>,
    pub(super) at: usize,
    pub(super) mean: f64,
    pub(super) p_best: f64,
    pub(super) value_remaining: f64,
}

/// A step and what the morning expected of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Step {
    pub(super) observed: f64,
    pub(super) expected: f64,
}

/// The leader among beliefs: greatest P(best), then greatest mean, then first name.
///
/// # Panics
/// Without beliefs: every calendar day of a timeline follows the first feedback.
pub(super) fn lead(known: &[Belief], decision: &Decision) -> Lead {
    let lead = decision::lead(&posteriors(known), decision);
    let decision::Lead { leader: at, runner_up } =
        lead.expect("valid by construction: some edge is known on every day");
    Lead {
        leader: known[at].edge,
        runner_up,
        at,
        mean: known[at].posterior.mean(),
        p_best: decision.p_best[at],
        value_remaining: decision.value_remaining,
    }
}

/// The posteriors of the known edges.
pub(super) fn posteriors(known: &[Belief]) -> Vec<Beta> {
    known.iter().map(|belief| belief.posterior).collect()
}

/// Decides over the posteriors of the known edges.
pub(super) fn decide_over(known: &[Belief]) -> Decision {
    decide(&posteriors(known))
}

pub(super) fn analyse(beliefs: &Beliefs) -> DayAnalysis {
    let decision = decide_over(&beliefs.known);
    let laws = laws(&beliefs.active);
    let mut divergences = Memo::new();
    let mut kl = |one: Beta, other: Beta| divergences.at(pair(one, other), || kl(one, other));
    let active = beliefs.active.iter().zip(&laws);
    let steps: Vec<Step> =
        active.map(|(edge, law)| Step { observed: kl(edge.evening, edge.morning), expected: law.expected }).collect();
    let information: Vec<f64> = beliefs.known.iter().map(|belief| kl(belief.posterior, belief.prior)).collect();
    let sd = beliefs.known.iter().map(|belief| belief.posterior.variance().sqrt()).collect();
    DayAnalysis {
        lead: lead(&beliefs.known, &decision),
        decision,
        step_kl: summarise(&beliefs.active, &steps, &laws),
        steps,
        information_gain: information.iter().sum(),
        information: Sorted::new(information).quartiles(),
        sd: Sorted::new(sd).quartiles(),
    }
}

/// The law of each edge's step.
fn laws(active: &[Active]) -> Vec<StepLaw> {
    let mut known = Memo::new();
    let law = |edge: &Active| {
        let (morning, pulls) = (edge.morning, edge.pulls);
        known.at([morning.alpha(), morning.beta(), pulls], || StepLaw::new(morning, pulls))
    };
    active.iter().map(law).collect()
}

fn summarise(active: &[Active], steps: &[Step], laws: &[StepLaw]) -> Option<StepKl> {
    if steps.is_empty() {
        return None;
    }
    let observed = Sorted::new(steps.iter().map(|step| step.observed).collect());
    let total = |of: fn(&Step) -> f64| steps.iter().map(of).sum::<f64>();
    Some(StepKl {
        median: observed.at(0.5),
        p95: observed.at(0.95),
        max: observed.at(1.0),
        ratio: total(|step| step.observed) / total(|step| step.expected),
        ratio_band: ratio_band(laws, |edge| step_law(active[edge].morning, active[edge].pulls)),
        ratios: Sorted::new(steps.iter().map(|step| step.observed / step.expected).collect()).five(),
    })
}
