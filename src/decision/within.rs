//! Which edges are as good as the best: the chance of each to be within ε of it.

use super::best::{Decision, Group, Range, decide, group, reaches};
use super::density::{LogitDensity, Node};
use super::quadrature::{NODES, RULE};
use super::shift::{Points, Shift, logit};
use super::sweep::Rival;
use crate::beta::Beta;

/// P(θₖ ≥ maxⱼ θⱼ − ε), the chance that edge k is within ε of the best, in the order of the posteriors; ε ≥ 0 in units of
/// reward.
///
/// ∫ fₖ(x) Π_{j≠k} Fⱼ(x + ε) dx, by the quadrature of [`decide`] on the points x and x + ε side by side: O(edges × nodes),
/// absolute error below 1e-9 for α, β in [1e-2, 1e9]. For ε = 0 it is P(best), it grows with ε, and from ε = 1 on it is 1.
///
/// **When to use it**: where several edges are all but equal, P(best) is shared among them and never settles, while each of
/// them is surely within ε of the best. **When not**: the chances do not sum to 1, and say nothing of which edge to choose.
///
/// Of two uniform rates the first is within ε unless the second exceeds it by more, P = 1 − (1 − ε)²/2:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::within;
/// let even = within(&[Beta::UNIFORM; 2], 0.2);
/// assert!(even.iter().all(|p| (p - 0.68).abs() < 1e-12));
/// ```
///
/// # Panics
/// Unless ε is at least 0.
pub fn within(posteriors: &[Beta], epsilon: f64) -> Vec<f64> {
    within_decided(posteriors, &decide(posteriors), epsilon)
}

/// [`within()`] of posteriors that were decided over: the same to the bit, and a third of the work saved.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::{decide, within, within_decided};
/// let posteriors = [Beta::new(2.0, 1.0)?, Beta::UNIFORM];
/// assert_eq!(within_decided(&posteriors, &decide(&posteriors), 0.1), within(&posteriors, 0.1));
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
///
/// # Panics
/// Unless ε is at least 0, and where the decision is over another number of posteriors.
pub fn within_decided(posteriors: &[Beta], decision: &Decision, epsilon: f64) -> Vec<f64> {
    assert!(epsilon >= 0.0, "ε is at least 0, not {epsilon}");
    assert_eq!(posteriors.len(), decision.p_best.len(), "a decision is over as many posteriors as it was given");
    let mut p = decision.p_best.clone();
    if epsilon >= 1.0 {
        p.fill(1.0);
    } else if epsilon > 0.0 && posteriors.len() > 1 {
        let groups = group(posteriors);
        for (group, within) in groups.iter().zip(integrate(&groups, Shift::new(epsilon))) {
            // It cannot be less likely than to be the best; rounding does not know.
            group.members.iter().for_each(|&member| p[member] = within.max(p[member]).min(1.0));
        }
    }
    p
}

/// A group whose members may be within ε of the best.
struct Hopeful<'a> {
    group: &'a Group,
    /// Where it stands among the groups, and among those that may be the best.
    at: usize,
    rival: Option<usize>,
    /// Logits between which it has mass.
    low: f64,
    high: f64,
}

/// One of two stretches of the integral: by the logit of the lower point x up to the seam, by that of the upper point x + ε
/// from there on, each where its point is the nearer to its end of the scale.
#[derive(Clone, Copy)]
struct Stretch {
    shift: Shift,
    by_lower: bool,
}

impl Stretch {
    fn points(self, logit: f64) -> Points {
        if self.by_lower { self.shift.at_lower(logit) } else { self.shift.at_upper(logit) }
    }

    /// The logits of the lower and of the upper point.
    fn logits(self, own: f64) -> (f64, f64) {
        let Points { lower, upper } = self.points(own);
        if self.by_lower { (own, logit(upper)) } else { (logit(lower), own) }
    }
}

/// P of one member of each group.
fn integrate(groups: &[Group], shift: Shift) -> Vec<f64> {
    let Range { low, reach, alive } = Range::of(groups);
    let mut rivals: Vec<Rival> = alive.iter().map(|&g| Rival::new(&groups[g], reach)).collect();
    let top = rivals.iter().map(|rival| rival.high).fold(low, f64::max);
    let (top_below, low_below) = (shift.below(top), shift.below(low));
    let hopefuls = hopefuls(groups, &alive, low_below, reach);
    let mut p = vec![0.0; groups.len()];
    for hopeful in &hopefuls {
        // Where the upper point has passed all rivals.
        p[hopeful.at] = hopeful.group.posterior.sf_logit(top_below);
    }
    let bottom = hopefuls.iter().map(|hopeful| hopeful.low).fold(f64::INFINITY, f64::min);
    let seam = shift.seam();
    let upper = (Stretch { shift, by_lower: false }, low.max(-seam), top);
    let lower = (Stretch { shift, by_lower: true }, low_below.max(bottom), top_below.min(seam));
    for (stretch, from, to) in [upper, lower] {
        if from < to {
            for (from, to) in panels(stretch, (from, to), &rivals, &hopefuls).into_iter().rev() {
                panel(stretch, (from, to), &mut rivals, &hopefuls, &mut p);
            }
        }
    }
    p
}

fn hopefuls<'a>(groups: &'a [Group], alive: &[usize], low: f64, reach: f64) -> Vec<Hopeful<'a>> {
    let near = groups.iter().enumerate().filter(|(_, group)| reaches(&group.density, low, reach));
    near.map(|(at, group)| Hopeful {
        group,
        at,
        rival: alive.binary_search(&at).ok(),
        low: group.density.fallen_by(reach, -1.0),
        high: group.density.fallen_by(reach, 1.0),
    })
    .collect()
}

/// Adds what lies on a panel; panels come from the upper end down.
fn panel(stretch: Stretch, (from, to): (f64, f64), rivals: &mut [Rival<'_>], hopefuls: &[Hopeful<'_>], p: &mut [f64]) {
    let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
    let owns = RULE.nodes.map(|node| centre + half * node);
    let points = owns.map(|own| stretch.points(own));
    let logits = owns.map(|own| stretch.logits(own));
    let lower_nodes = logits.map(|(lower, _)| Node::new(lower));
    let upper_nodes = logits.map(|(_, upper)| Node::new(upper));
    // How fast the logit of either point moves with the stretch's own.
    let lower_slopes = points.map(|at| if stretch.by_lower { 1.0 } else { Points::slope(at.lower, at.upper) });
    let upper_slopes = points.map(|at| if stretch.by_lower { Points::slope(at.upper, at.lower) } else { 1.0 });
    let ((lower_from, upper_from), (lower_to, _)) = (stretch.logits(from), stretch.logits(to));
    let mut ln_all = [0.0; NODES];
    for rival in rivals.iter_mut().filter(|rival| rival.high > upper_from) {
        let density = |i: usize| rival.group.density.at(upper_nodes[i]) * upper_slopes[i];
        rival.take(&RULE, std::array::from_fn(density), half);
        let members = rival.group.count();
        for (sum, ln_cdf) in ln_all.iter_mut().zip(&rival.ln_cdf) {
            *sum += members * ln_cdf;
        }
    }
    let all = ln_all.map(f64::exp);
    for hopeful in hopefuls.iter().filter(|hopeful| hopeful.low < lower_to && hopeful.high > lower_from) {
        let cdf = hopeful.rival.map_or([1.0; NODES], |rival| rivals[rival].cdf);
        let chance = |i: usize| {
            let density = hopeful.group.density.at(lower_nodes[i]) * lower_slopes[i];
            RULE.weights[i] * density * all[i] / cdf[i]
        };
        p[hopeful.at] += half * (0..NODES).map(chance).sum::<f64>();
    }
}

/// Cuts a stretch into panels, each no wider than any density that has mass there allows, at either point, nor than the bend
/// of one logit as a function of the other.
fn panels(stretch: Stretch, whole: (f64, f64), rivals: &[Rival<'_>], hopefuls: &[Hopeful<'_>]) -> Vec<(f64, f64)> {
    /// ln of a density's fall beyond which its shape no longer matters.
    const CORE_NATS: f64 = 38.0;
    /// Panels this much of what is allowed keep errors below 1e-11.
    const SCALE: f64 = 1.2;
    /// The bend of ln(eᵗ + ε) has its singularities at distance π.
    const BEND_WIDTH: f64 = 1.2;
    let core = |density: &'_ LogitDensity| (density.fallen_by(CORE_NATS, -1.0), density.fallen_by(CORE_NATS, 1.0));
    let lower = hopefuls.iter().map(|hopeful| (true, &hopeful.group.density));
    let upper = rivals.iter().map(|rival| (false, &rival.group.density));
    let cores: Vec<(bool, (f64, f64), &LogitDensity)> =
        lower.chain(upper).map(|(is_lower, density)| (is_lower, core(density), density)).collect();
    let bend = if stretch.by_lower { stretch.shift.bend() } else { -stretch.shift.bend() };
    let away = |point: f64, (from, to): (f64, f64)| (from - point).max(point - to).max(0.0);
    let (mut done, mut open) = (Vec::new(), vec![(whole, cores)]);
    while let Some(((from, to), cores)) = open.pop() {
        let ends = [stretch.logits(from), stretch.logits(to)];
        let span = |is_lower: bool| if is_lower { (ends[0].0, ends[1].0) } else { (ends[0].1, ends[1].1) };
        let overlaps = |is_lower: bool, core: (f64, f64)| core.0 < span(is_lower).1 && core.1 > span(is_lower).0;
        let within: Vec<_> = cores.into_iter().filter(|&(is_lower, core, _)| overlaps(is_lower, core)).collect();
        let too_wide = |&(is_lower, _, density): &(bool, (f64, f64), &LogitDensity)| {
            let (from, to) = span(is_lower);
            to - from > SCALE * density.panel_width(away(density.bend, (from, to)))
        };
        let bends = to - from > SCALE * BEND_WIDTH.max(0.4 * (away(bend, (from, to)) - 5.0 * BEND_WIDTH));
        let middle = 0.5 * (from + to);
        if (bends || within.iter().any(too_wide)) && from < middle && middle < to {
            open.push(((middle, to), within.clone()));
            open.push(((from, middle), within));
        } else {
            done.push((from, to));
        }
    }
    done
}
