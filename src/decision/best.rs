//! Which edge is best: P(best), E[max], expected loss and value remaining of a set of independent Beta posteriors, by
//! quadrature.
//!
//! With fₖ and Fₖ the density and distribution function of edge k,
//! P(k is best) = ∫ fₖ Π_{j≠k} Fⱼ and E[max] = m_L + ∫ F_L (1 − Π_{j≠L} Fⱼ) dx, L the edge of the greatest mean m_L.
//! The second form has no difference of nearly equal numbers in it, so a small value remaining keeps its digits.
//!
//! The integrals run over t = ln(x/(1−x)), where every Beta density is smooth and log-concave, on Gauss–Legendre panels
//! as narrow as the sharpest density needs. Each survival function 1 − F is the antiderivative of its density along the
//! same nodes: O(edges × nodes) in all, and no incomplete beta function. Chernoff's bound
//! P(X ≥ x) ≤ exp(−(α+β) kl(α/(α+β), x)) (the exact exponent of a ratio of gammas) decides where the integral starts and
//! which edges cannot matter.

use crate::beta::Beta;

use super::density::LogitDensity;
use super::sweep::Sweep;

/// What a set of posteriors says about choosing among them. Vectors are in the order of the posteriors.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::decide;
/// let even = decide(&[Beta::UNIFORM, Beta::UNIFORM]);
/// assert!((even.entropy() - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(even.p_wrong(), 0.5);
/// assert!((even.value_remaining - (2.0 / 3.0 - 0.5)).abs() < 1e-13); // E[max] = 2/3, either mean 1/2
/// assert_eq!(even.expected_loss, [even.value_remaining; 2]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// P(best): the chance that an edge's rate is the greatest. Sums to 1; identical posteriors have identical values.
    pub p_best: Vec<f64>,
    /// `E[max θ]`, in units of reward.
    pub expected_max: f64,
    /// `E[max θ] − max E[θ]` ≥ 0: what knowing the best edge would add, in units of reward.
    pub value_remaining: f64,
    /// `E[max θ] − E[θₖ]` ≥ 0: what is lost in expectation by choosing edge k, in units of reward.
    pub expected_loss: Vec<f64>,
}

impl Decision {
    /// Entropy of the law of the best edge, −Σ p ln p, in nats: between 0 and ln K.
    pub fn entropy(&self) -> f64 {
        self.p_best.iter().filter(|&&p| p > 0.0).map(|p| -p * p.ln()).sum::<f64>().max(0.0)
    }

    /// The chance of naming the wrong edge when the most probable one is named, 1 − max P(best).
    pub fn p_wrong(&self) -> f64 {
        // Summing the others keeps the digits that 1 − p loses.
        let leader = self.leader();
        self.p_best.iter().enumerate().filter(|(k, _)| Some(*k) != leader).fold(0.0, |sum, (_, p)| sum + p)
    }

    /// The edge with the greatest P(best), the first of several; `None` without edges.
    fn leader(&self) -> Option<usize> {
        (0..self.p_best.len()).reduce(|best, k| if self.p_best[k] > self.p_best[best] { k } else { best })
    }
}

/// Decides over posteriors, with an absolute error below 1e-9 in every probability and value for α, β in [1e-2, 1e9]
/// (1e-12 up to 1e4).
///
/// Two edges that are alike share the chance, and one observation moves it:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::decide;
/// let even = decide(&[Beta::UNIFORM, Beta::UNIFORM]);
/// assert_eq!(even.p_best, [0.5, 0.5]);
/// assert!((even.expected_max - 2.0 / 3.0).abs() < 1e-13);
/// let ahead = decide(&[Beta::new(2.0, 1.0).unwrap(), Beta::UNIFORM]);
/// assert!((ahead.p_best[0] - 2.0 / 3.0).abs() < 1e-13); // ∫ 2x·x dx
/// ```
pub fn decide(posteriors: &[Beta]) -> Decision {
    let groups = group(posteriors);
    let (p_best, value_remaining) = match &groups[..] {
        [] => (Vec::new(), 0.0),
        [only] if only.count() == 1.0 => (vec![1.0], 0.0),
        _ => integrate_refined(&groups),
    };
    let mut of_edge = vec![0.0; posteriors.len()];
    for (group, p) in groups.iter().zip(p_best) {
        for &member in &group.members {
            of_edge[member] = p;
        }
    }
    let greatest_mean = posteriors.iter().map(|b| b.mean()).fold(0.0, f64::max);
    Decision {
        p_best: of_edge,
        expected_max: greatest_mean + value_remaining,
        value_remaining,
        expected_loss: posteriors.iter().map(|b| value_remaining + (greatest_mean - b.mean())).collect(),
    }
}

/// Edges with one and the same posterior, treated as one.
pub(super) struct Group {
    pub(super) density: LogitDensity,
    pub(super) posterior: Beta,
    pub(super) members: Vec<usize>,
}

impl Group {
    pub(super) fn count(&self) -> f64 {
        self.members.len() as f64
    }
}

/// Posteriors by what they are.
pub(super) fn group(posteriors: &[Beta]) -> Vec<Group> {
    // Numbers above zero are in the order of their bits, which are compared faster.
    let key = |(k, posterior): (usize, &Beta)| (posterior.alpha().to_bits(), posterior.beta().to_bits(), k);
    let mut order: Vec<(u64, u64, usize)> = posteriors.iter().enumerate().map(key).collect();
    order.sort_unstable();
    order
        .chunk_by(|one, other| (one.0, one.1) == (other.0, other.1))
        .map(|members| {
            let posterior = posteriors[members[0].2];
            let members = members.iter().map(|&(_, _, k)| k).collect();
            Group { density: LogitDensity::new(posterior), posterior, members }
        })
        .collect()
}

/// An error that would be seen, and would mean that the panels are too wide.
pub(super) const TOLERANCE: f64 = 1e-11;

/// (P(best) of one member of each group, value remaining), on panels that are made narrower until Σ P(best) = 1.
fn integrate_refined(groups: &[Group]) -> (Vec<f64>, f64) {
    let mut panel_scale = 1.8;
    loop {
        let (p_best, value_remaining) = integrate(groups, panel_scale);
        let sum: f64 = groups.iter().zip(&p_best).map(|(group, p)| group.count() * p).sum();
        if (sum - 1.0).abs() < TOLERANCE || panel_scale < 0.3 {
            // A group's share first, then a member's: K edges that are all alike get 1/K to the bit.
            let member = |(group, p): (&Group, f64)| group.count() * p / sum / group.count();
            return (groups.iter().zip(p_best).map(member).collect(), value_remaining);
        }
        panel_scale /= 1.7;
    }
}

/// The mass below which an edge, or an end of the integral, is left out: e⁻³³ = 5e-15, and less for many edges.
pub(super) const NEGLIGIBLE_NATS: f64 = 33.0;

/// Where the greatest rate may lie, and whose it may be.
pub(super) struct Range {
    pub(super) low: f64,
    /// In nats, the fall of a density beyond which it does not matter.
    pub(super) reach: f64,
    /// The groups that may hold the best edge.
    pub(super) alive: Vec<usize>,
}

impl Range {
    pub(super) fn of(groups: &[Group]) -> Self {
        let edges: f64 = groups.iter().map(Group::count).sum();
        let low = lower_end(groups);
        let reach = NEGLIGIBLE_NATS + edges.ln();
        let alive = (0..groups.len()).filter(|&g| reaches(&groups[g].density, low, reach)).collect();
        Self { low, reach, alive }
    }
}

fn integrate(groups: &[Group], panel_scale: f64) -> (Vec<f64>, f64) {
    let Range { low, reach, alive } = Range::of(groups);
    let leader = greatest_mean(groups);
    let mut sweep = Sweep::new(groups, &alive, leader, reach);
    let high = sweep.rivals.iter().map(|rival| rival.high).fold(low, f64::max);
    for &(from, to) in panels(groups, &alive, (low, high), panel_scale).iter().rev() {
        sweep.panel(from, to);
    }
    let mut p_best = vec![0.0; groups.len()];
    for (&g, rival) in alive.iter().zip(&sweep.rivals) {
        p_best[g] = rival.p_best;
    }
    (p_best, sweep.value_remaining + expected_shortfall(groups[leader].posterior, low))
}

/// E(x₀ − θ)⁺ at logit(x₀) = `low`: below it another edge is surely better than the leader, so all of it is to be won.
fn expected_shortfall(posterior: Beta, low: f64) -> f64 {
    let x = 1.0 / (1.0 + (-low).exp());
    let longer = Beta::new(posterior.alpha() + 1.0, posterior.beta()).expect("one more success stays finite");
    (x * posterior.cdf(x) - posterior.mean() * longer.cdf(x)).max(0.0)
}

/// The logit below which the greatest rate almost surely does not lie.
fn lower_end(groups: &[Group]) -> f64 {
    let mut by_mean: Vec<&Group> = groups.iter().collect();
    by_mean.sort_unstable_by(|a, b| b.density.peak.total_cmp(&a.density.peak));
    let mut low = f64::NEG_INFINITY;
    for group in by_mean {
        // All that follow peak below `low`, so their own lower ends lie lower still.
        if group.density.peak <= low {
            break;
        }
        low = low.max(group.density.fallen_by(NEGLIGIBLE_NATS, -1.0));
    }
    low
}

pub(super) fn reaches(density: &LogitDensity, low: f64, reach: f64) -> bool {
    low <= density.peak || density.fall(low - density.peak) < reach
}

fn greatest_mean(groups: &[Group]) -> usize {
    (0..groups.len())
        .reduce(|best, g| if groups[g].density.mean > groups[best].density.mean { g } else { best })
        .expect("valid by construction: at least one group")
}

/// Cuts an interval into panels, each no wider than any density that has mass there allows.
pub(super) fn panels(groups: &[Group], alive: &[usize], whole: (f64, f64), scale: f64) -> Vec<(f64, f64)> {
    /// ln of the density's fall beyond which its shape no longer matters.
    const CORE_NATS: f64 = 38.0;
    let cores: Vec<(f64, f64, &LogitDensity)> = alive
        .iter()
        .map(|&g| &groups[g].density)
        .map(|d| (d.fallen_by(CORE_NATS, -1.0), d.fallen_by(CORE_NATS, 1.0), d))
        .collect();
    let mut done = Vec::new();
    let mut open = vec![(whole, cores)];
    while let Some(((from, to), cores)) = open.pop() {
        let within: Vec<_> = cores.into_iter().filter(|&(start, end, _)| start < to && end > from).collect();
        let too_wide = within.iter().any(|(_, _, density)| {
            let distance = (from - density.bend).max(density.bend - to).max(0.0);
            to - from > scale * density.panel_width(distance)
        });
        let middle = 0.5 * (from + to);
        if too_wide && from < middle && middle < to {
            open.push(((middle, to), within.clone()));
            open.push(((from, middle), within));
        } else {
            done.push((from, to));
        }
    }
    done
}
