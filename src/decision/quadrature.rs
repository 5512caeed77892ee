//! Gauss–Legendre panels, with the antiderivative at every node.

use std::f64::consts::PI;
use std::sync::LazyLock;

/// Nodes in a panel.
pub(super) const NODES: usize = 16;

/// The rule on [−1, 1].
pub(super) struct Rule {
    /// Where the integrand is evaluated, ascending.
    pub(super) nodes: [f64; NODES],
    /// Σ weights·f ≈ ∫ f, exact for polynomials up to degree 31.
    pub(super) weights: [f64; NODES],
    /// Column j of ∫ from node i to 1 of the polynomial through all nodes: `above[j][i]`·f(node j), summed over j.
    pub(super) above: [[f64; NODES]; NODES],
}

/// The rule, computed once.
pub(super) static RULE: LazyLock<Rule> = LazyLock::new(Rule::new);

impl Rule {
    fn new() -> Self {
        let mut rule = Self { nodes: [0.0; NODES], weights: [0.0; NODES], above: [[0.0; NODES]; NODES] };
        for i in 0..NODES {
            let x = root(i);
            let p = legendre(x);
            rule.nodes[i] = x;
            let slope = NODES as f64 * (p[NODES - 1] - x * p[NODES]) / (1.0 - x * x);
            rule.weights[i] = 2.0 / ((1.0 - x * x) * slope * slope);
        }
        for j in 0..NODES {
            let at_j = legendre(rule.nodes[j]);
            for i in 0..NODES {
                let at_i = legendre(rule.nodes[i]);
                // The interpolating polynomial is ½ Σₙ (2n+1) wⱼ Pₙ(xⱼ) Pₙ, and (2n+1) ∫ₓ¹ Pₙ = Pₙ₋₁(x) − Pₙ₊₁(x).
                let sum: f64 = (1..NODES).map(|n| at_j[n] * (at_i[n - 1] - at_i[n + 1])).sum();
                rule.above[j][i] = 0.5 * rule.weights[j] * (1.0 - rule.nodes[i] + sum);
            }
        }
        rule
    }
}

/// P₀(x) … P₁₆(x) by Bonnet's recurrence.
fn legendre(x: f64) -> [f64; NODES + 1] {
    let mut p = [1.0; NODES + 1];
    p[1] = x;
    for n in 1..NODES {
        p[n + 1] = ((2 * n + 1) as f64 * x * p[n] - n as f64 * p[n - 1]) / (n + 1) as f64;
    }
    p
}

/// The i-th root of P₁₆, ascending, by Newton's method from Tricomi's approximation.
fn root(i: usize) -> f64 {
    let n = NODES as f64;
    let mut x = -(PI * (i as f64 + 0.75) / (n + 0.5)).cos();
    for _ in 0..8 {
        let p = legendre(x);
        x -= p[NODES] * (1.0 - x * x) / (n * (p[NODES - 1] - x * p[NODES]));
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrates_an_exponential_and_its_antiderivative() {
        let total: f64 = (0..NODES).map(|i| RULE.weights[i] * RULE.nodes[i].exp()).sum();
        assert!((total - (1f64.exp() - (-1f64).exp())).abs() < 1e-15);
        for i in 0..NODES {
            let above: f64 = (0..NODES).map(|j| RULE.above[j][i] * RULE.nodes[j].exp()).sum();
            assert!((above - (1f64.exp() - RULE.nodes[i].exp())).abs() < 1e-14, "{i}: {above}");
        }
    }
}
