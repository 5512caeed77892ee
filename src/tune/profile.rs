//! The profile of the evidence: its greatest value at each concentration.
//!
//! At a fixed s the evidence is a concave function of the mean m, so that it has one maximum, found by Newton steps in the
//! logit for ln(U/V) = λ with U = Σ_{j<y} α/(α+j) and V = Σ_{j<n−y} β/(β+j): a nearly straight line whatever s is.

use super::evidence::{Evidence, Local};
use crate::special::logistic;

/// ln s from 1e-4 to 1e9.
const FIRST: f64 = -9.210_340_371_976_182;
const LAST: f64 = 20.723_265_836_946_41;
/// The terms of the evidence are smooth functions of ln s whose nearest pole is π away: nothing hides between these steps.
const STEP: f64 = 0.5;
/// Beyond this ln s a prior is not told from one rate for all.
const FARTHEST: f64 = 46.0;
/// Below this ln s, 1e-9, parameters are not trusted.
const NEAREST: f64 = -20.7;

/// The crest of the evidence at one concentration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crest {
    /// ln s.
    pub(super) t: f64,
    pub(super) logit: f64,
    /// What it exceeds the binomial limit by.
    pub(super) gain: f64,
    /// The slope of the profile along ln s.
    pub(super) slope: f64,
    pub(super) local: Local,
}

impl Crest {
    pub(super) fn at(evidence: &Evidence, t: f64, near: f64) -> Self {
        let (s, mut logit) = (t.exp(), near);
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        const MOST: u32 = 100;
        let mut local = evidence.local(logistic(logit), logit, s);
        for _ in 0..MOST {
            *(if local.balance > 0.0 { &mut low } else { &mut high }) = logit;
            let newton = logit - local.balance / local.balance_slope;
            let inside = newton > low && newton < high;
            let next = if inside { newton } else { middle(low, high, logit, local.balance) };
            let step = next - logit;
            logit = next;
            local = evidence.local(logistic(logit), logit, s);
            // Newton's error is the square of its step.
            if step.abs() < 1e-8 * (1.0 + logit.abs()) {
                break;
            }
        }
        Self { t, logit, gain: evidence.gain(logistic(logit), s), slope: local.t, local }
    }

    /// The second derivative of the profile.
    pub(super) fn curvature(&self) -> f64 {
        self.local.tt - self.local.tl * self.local.tl / self.local.ll
    }
}

/// Half-way into a bracket, or a step of 4 out of one that is open.
fn middle(low: f64, high: f64, at: f64, balance: f64) -> f64 {
    if low.is_finite() && high.is_finite() { low.midpoint(high) } else { at + balance.signum() * 4.0 }
}

/// The profile on a grid, its maxima among it, in order of concentration.
#[derive(Debug, Clone)]
pub(super) struct Profile<'a> {
    evidence: &'a Evidence,
    pub(super) crests: Vec<Crest>,
    /// The positions of the maxima.
    pub(super) peaks: Vec<usize>,
}

impl<'a> Profile<'a> {
    /// The profile of evidence with successes and failures. It goes below 1e-4 as far as the profile still rises there.
    pub(super) fn new(evidence: &'a Evidence) -> Self {
        let (successes, failures) = (evidence.totals.successes, evidence.totals.failures);
        let steps = ((LAST - FIRST) / STEP).ceil() as i32;
        let mut crests: Vec<Crest> = Vec::new();
        for step in (0..=steps).rev() {
            let near = crests.last().map_or((successes / failures).ln(), |crest| crest.logit);
            crests.push(Crest::at(evidence, FIRST + (LAST - FIRST) * f64::from(step) / f64::from(steps), near));
        }
        let is_bounded = evidence.ln_all_or_nothing().is_none();
        while let Some(&last) = crests.last().filter(|last| is_bounded && last.slope < 0.0 && last.t > NEAREST) {
            crests.push(Crest::at(evidence, last.t - STEP, last.logit));
        }
        crests.reverse();
        let mut profile = Self { evidence, crests: Vec::new(), peaks: Vec::new() };
        for crest in crests {
            let before = profile.crests.last().copied();
            if let Some(before) = before.filter(|before| before.slope > 0.0 && crest.slope <= 0.0) {
                profile.peaks.push(profile.crests.len());
                profile.crests.push(peak(evidence, before, crest));
            }
            profile.crests.push(crest);
        }
        profile
    }

    /// The highest maximum.
    pub(super) fn highest(&self) -> Option<Crest> {
        let peaks = self.peaks.iter().map(|&peak| self.crests[peak]);
        peaks.max_by(|a, b| a.gain.total_cmp(&b.gain))
    }

    /// The least and the greatest ln s at which the profile reaches a gain; `None` for an end that `open` says is none, or beyond
    /// all concentrations.
    pub(super) fn reach(&self, gain: f64, (open_below, open_above): (bool, bool)) -> (Option<f64>, Option<f64>) {
        let inside = |crest: &Crest| crest.gain >= gain;
        let (first, last) = (self.crests.iter().position(inside), self.crests.iter().rposition(inside));
        let end = |at: Option<usize>, outwards: f64| {
            let within = self.crests[at?];
            let neighbour = at?.checked_add_signed(outwards as isize).and_then(|at| self.crests.get(at)).copied();
            let mut outside = neighbour.unwrap_or(within);
            while outside.gain >= gain {
                let t = outside.t + outwards * STEP;
                if !(NEAREST - 20.0..=FARTHEST).contains(&t) {
                    return None;
                }
                outside = Crest::at(self.evidence, t, outside.logit);
            }
            Some(self.crossing(gain, within, outside))
        };
        let below = if open_below { None } else { end(first, -1.0) };
        let above = if open_above { None } else { end(last, 1.0) };
        (below, above)
    }

    /// Where the profile crosses a gain between a place within and one outside: Newton steps, kept inside the bracket.
    fn crossing(&self, gain: f64, within: Crest, outside: Crest) -> f64 {
        const MOST: u32 = 200;
        let (mut within, mut outside, mut at) = (within, outside, within);
        for _ in 0..MOST {
            let newton = at.t - (at.gain - gain) / at.slope;
            let between = (newton - within.t) * (newton - outside.t) < 0.0;
            let next = if between { newton } else { within.t.midpoint(outside.t) };
            let moved = (next - at.t).abs();
            at = Crest::at(self.evidence, next, at.logit);
            *(if at.gain >= gain { &mut within } else { &mut outside }) = at;
            if moved <= 1e-13 * (1.0 + at.t.abs()) || (within.t - outside.t).abs() <= 1e-14 * at.t.abs() {
                break;
            }
        }
        at.t
    }
}

/// The maximum between a place where the profile rises and one where it falls: Newton steps, kept inside the bracket.
fn peak(evidence: &Evidence, mut rising: Crest, mut falling: Crest) -> Crest {
    const MOST: u32 = 200;
    let mut at = if rising.slope < -falling.slope { rising } else { falling };
    for _ in 0..MOST {
        let newton = at.t - at.slope / at.curvature();
        let inside = newton > rising.t && newton < falling.t;
        let next = if inside { newton } else { rising.t.midpoint(falling.t) };
        let moved = (next - at.t).abs();
        at = Crest::at(evidence, next, at.logit);
        *(if at.slope > 0.0 { &mut rising } else { &mut falling }) = at;
        if moved <= 1e-13 * (1.0 + at.t.abs()) || falling.t - rising.t <= 1e-14 * at.t.abs() {
            break;
        }
    }
    at
}
