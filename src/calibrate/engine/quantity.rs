//! What is ranked: functions of the rates of a world, and of what was seen of it.

use super::world::Outcome;

/// A function of all rates whose truth is ranked among its values at posterior draws. Which edges it looks at may depend on the
/// data: given the data the draws and the truth still have one law. So may its formula: the likelihood finds posteriors that
/// every quantity of rates alone would pass, such as the prior itself (Modrák et al. 2023, doi:10.1214/23-BA1404).
///
/// ```
/// use betadrift::calibrate::Quantity;
/// let names = |edges| Quantity::all(edges).into_iter().map(Quantity::name).collect::<Vec<_>>();
/// assert_eq!(names(1), ["edge 1", "winner", "last chosen", "maximum", "likelihood"]);
/// assert_eq!(names(2).len(), 8); // a second edge, and what compares it with the first
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The rate of an edge.
    Edge(usize),
    /// The rate of the edge with the greatest posterior mean.
    Winner,
    /// The rate of the edge that was chosen last.
    LastChosen,
    /// The rate of the winner less that of the runner-up.
    Lead,
    /// The rate of the first edge less that of the second.
    Difference,
    /// The greatest rate.
    Maximum,
    /// ln of the probability of the data, Σ s ln θ + f ln(1 − θ).
    Likelihood,
}

impl Quantity {
    /// Those of a world with so many edges.
    pub fn all(edges: usize) -> Vec<Self> {
        let of_two: &[Self] = if edges > 1 { &[Self::Lead, Self::Difference] } else { &[] };
        let each = (0..edges).map(Self::Edge).chain([Self::Winner, Self::LastChosen]);
        each.chain(of_two.iter().copied()).chain([Self::Maximum, Self::Likelihood]).collect()
    }

    /// What it is called.
    pub fn name(self) -> String {
        match self {
            Self::Edge(edge) => format!("edge {}", edge + 1),
            Self::Winner => "winner".to_owned(),
            Self::LastChosen => "last chosen".to_owned(),
            Self::Lead => "winner − runner-up".to_owned(),
            Self::Difference => "edge 1 − edge 2".to_owned(),
            Self::Maximum => "maximum".to_owned(),
            Self::Likelihood => "likelihood".to_owned(),
        }
    }

    /// Its value at these rates.
    pub(super) fn of(self, rates: &[f64], outcome: &Outcome) -> f64 {
        match self {
            Self::Edge(edge) => rates[edge],
            Self::Winner => rates[outcome.order[0]],
            Self::LastChosen => rates[outcome.last],
            Self::Lead => rates[outcome.order[0]] - rates[outcome.order[1]],
            Self::Difference => rates[0] - rates[1],
            Self::Maximum => rates.iter().copied().fold(0.0, f64::max),
            Self::Likelihood => {
                let term = |count: f64, rate: f64| if count > 0.0 { count * rate.ln() } else { 0.0 };
                let edge = |(rate, (s, f)): (&f64, &(f64, f64))| term(*s, *rate) + term(*f, 1.0 - rate);
                rates.iter().zip(&outcome.counts).map(edge).sum()
            }
        }
    }
}
