//! Two Betas on the scale of the logit, their densities and the ratio of these to full relative precision.

use super::kl::of_means;
use crate::beta::Beta;
use crate::special::quadrature::integrate;
use crate::special::{Step, centred_cumulant, ln_beta_excess, logistic};

/// Two different Betas. Points are logits, measured from the logit of the first mean.
///
/// The first is the more concentrated one: where its density counts, the terms of the ratio are small. With the order set
/// by the parameters, everything computed of a pair is symmetric to the last bit.
pub(super) struct Pair {
    one: Law,
    two: Law,
    /// Logit of the first mean, and how much greater that of the second is.
    origin: f64,
    apart: f64,
    /// ln f₂/f₁ = `ratio` + `tilt`·u − `concentration`·κ₁(u).
    ratio: f64,
    tilt: f64,
    concentration: f64,
    a_by: f64,
}

/// Two densities of the logit at one point.
pub(super) struct Densities {
    pub(super) one: f64,
    pub(super) two: f64,
    /// f₂ − f₁, without cancellation.
    pub(super) difference: f64,
    /// ln f₂/f₁.
    pub(super) ln_ratio: f64,
}

/// ln f(u) = peak − (α+β) κ_m(u), u the logit beyond that of the mean m and κ the centred cumulant of Bernoulli(m).
struct Law {
    /// m and 1 − m.
    mean: f64,
    complement: f64,
    concentration: f64,
    ln_peak: f64,
    /// About one standard deviation of the logit, and at most 1.
    width: f64,
}

/// Below the highest density by this factor's logarithm nothing is left of a Beta.
const DEPTH: f64 = 45.0;

impl Law {
    fn new(beta: Beta) -> Self {
        let (a, b) = (beta.alpha(), beta.beta());
        let s = a + b;
        Self {
            mean: a / s,
            complement: b / s,
            concentration: s,
            ln_peak: -ln_beta_excess(a, b),
            width: (1.0 / a + 1.0 / b).sqrt().min(1.0),
        }
    }

    fn cumulant(&self, u: f64) -> f64 {
        centred_cumulant(self.mean, self.complement, u)
    }

    fn depth(&self, u: f64) -> f64 {
        self.concentration * self.cumulant(u)
    }

    fn density(&self, u: f64) -> f64 {
        (self.ln_peak - self.depth(u)).exp()
    }

    /// Points ever farther from the mean, down to where nothing is left, seen from `shift`.
    fn marks(&self, shift: f64, marks: &mut Vec<f64>) {
        marks.push(shift);
        for sign in [-1.0, 1.0] {
            let mut u = sign * self.width;
            while self.depth(u) < DEPTH {
                marks.push(shift + u);
                u *= 2.0;
            }
            marks.push(shift + u);
        }
    }
}

impl Pair {
    /// The pair, or `None` if both are the same.
    pub(super) fn new(p: Beta, q: Beta) -> Option<Self> {
        if p == q {
            return None;
        }
        let rank = |x: Beta| (x.alpha() + x.beta(), x.alpha());
        let (p, q) = if rank(p) >= rank(q) { (p, q) } else { (q, p) };
        let (a, b) = (Step::new(p.alpha(), q.alpha()), Step::new(p.beta(), q.beta()));
        let s = a + b;
        let excess_change = a.excess_change() + b.excess_change() - s.excess_change();
        Some(Self {
            one: Law::new(p),
            two: Law::new(q),
            origin: (a.from / b.from).ln(),
            apart: a.ln_ratio() - b.ln_ratio(),
            ratio: -of_means(a, b, s) - excess_change,
            tilt: (a.by * b.from - b.by * a.from) / s.from,
            concentration: s.by,
            a_by: a.by,
        })
    }

    /// The mean of the second less that of the first.
    pub(super) fn mean_difference(&self) -> f64 {
        self.tilt / self.two.concentration
    }

    pub(super) fn densities(&self, u: f64) -> Densities {
        let cumulant = self.one.cumulant(u);
        let one = (self.one.ln_peak - self.one.concentration * cumulant).exp();
        let ln_ratio = self.ratio + self.tilt * u - self.concentration * cumulant;
        if ln_ratio.abs() < 1.0 {
            let difference = one * ln_ratio.exp_m1();
            Densities { one, two: one + difference, difference, ln_ratio }
        } else {
            let two = self.two.density(u - self.apart);
            Densities { one, two, difference: two - one, ln_ratio }
        }
    }

    /// The rate at u less the rate at v.
    pub(super) fn rate_difference(&self, u: f64, v: f64) -> f64 {
        let (above, _) = logistic(self.origin + u.max(v));
        let (_, below) = logistic(self.origin + u.min(v));
        (u - v).signum() * above * below * -(-(u - v).abs()).exp_m1()
    }

    /// Ascending points between which both densities are smooth, from where they begin to where they end.
    pub(super) fn marks(&self) -> Vec<f64> {
        let mut marks = Vec::with_capacity(64);
        self.one.marks(0.0, &mut marks);
        self.two.marks(self.apart, &mut marks);
        marks.sort_unstable_by(f64::total_cmp);
        // Between neighbours the marks of both nearly coincide.
        let least = 0.25 * self.one.width.min(self.two.width);
        marks.dedup_by(|next, last| *next - *last < least);
        marks
    }

    /// ∫ f over [from, to], in panels that end at the marks.
    pub(super) fn integrate(&self, marks: &[f64], from: f64, to: f64, f: impl FnMut(f64) -> f64) -> f64 {
        let inside = marks.iter().copied().filter(|&mark| from < mark && mark < to);
        let breaks: Vec<f64> = std::iter::once(from).chain(inside).chain(std::iter::once(to)).collect();
        integrate(f, &breaks)
    }

    /// Where the densities are equal, ascending, as far as it lies between `low` and `high`: at one point or two.
    pub(super) fn crossings(&self, low: f64, high: f64) -> Vec<f64> {
        let ln_ratio = |u: f64| self.ratio + self.tilt * u - self.concentration * self.one.cumulant(u);
        // d/du ln f₂/f₁ = Δα − Δ(α+β)·rate: the ratio turns where the rate is Δα/Δ(α+β), if anywhere.
        let (odds, rest) = (self.a_by, self.concentration - self.a_by);
        let turn = (odds / rest).ln() - self.origin;
        let ends = if turn > low && turn < high { vec![low, turn, high] } else { vec![low, high] };
        ends.windows(2).filter_map(|ends| root(ln_ratio, ends[0], ends[1])).collect()
    }
}

/// Where a monotone f is zero between two points of different sign, by the method of Ridders (1979,
/// doi:10.1109/TCS.1979.1084580).
pub(super) fn root(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> Option<f64> {
    let (mut at_low, mut at_high) = (f(low), f(high));
    let is_above = |value: f64| value > 0.0;
    if is_above(at_low) == is_above(at_high) {
        return None;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        let at_middle = f(middle);
        if at_middle == 0.0 || high - low <= 1e-13 * middle.abs() {
            return Some(middle);
        }
        // Ratios, because products of what is left of densities far out underflow.
        let bend = (1.0 - (at_low / at_middle) * (at_high / at_middle)).sqrt();
        let next = middle + (at_low - at_high).signum() * at_middle.signum() * (middle - low) / bend;
        let at_next = f(next);
        // The bracket shrinks to the two of the three new points that enclose the root.
        let mut points = [(low, at_low), (middle, at_middle), (next, at_next), (high, at_high)];
        points.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        let first = (0..3).find(|&i| is_above(points[i].1) != is_above(points[i + 1].1))?;
        ((low, at_low), (high, at_high)) = (points[first], points[first + 1]);
    }
    Some(0.5 * (low + high))
}
