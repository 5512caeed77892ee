//! Exp3: exponential weights, for worlds that may be against it.

use std::f64::consts::E;
use std::sync::Arc;

use rand::RngExt;

use super::{Beliefs, MakePolicy, Policy, Returned, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Plays edge k with chance p = (1 − γ) wₖ/Σw + γ/K, and multiplies the weight of the edge played by exp(γ x/(p K)), x its
/// reward (Auer, Cesa-Bianchi, Freund & Schapire 2002, doi:10.1137/S0097539701398375). Nothing is assumed of how rewards come
/// about; beliefs and their prior play no part.
///
/// The chance p of an answer is that of the choice it answers, also when it returns late. A renewed edge takes the mean
/// weight. Exp3 chooses one edge a trial.
///
/// At γ = ½, a success of one of two edges, chosen with chance ½, makes its weight e^{½/(½·2)} = e^½ and its chance
/// ½ · e^½/(e^½ + 1) + ¼:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::{Beliefs, Exp3, Policy, Returned};
/// use betadrift::seed::{Purpose, stream};
/// let (mut policy, beliefs, edge) = (Exp3::new(2, 0.5), Beliefs::new(Beta::UNIFORM, 2), EdgeId::new(0));
/// policy.learn(&beliefs, &Returned { edge, success: true, trial: 1, propensity: Some(0.5) });
/// policy.choose(&beliefs, &mut [edge], &mut stream(1, Purpose::Choice, &[]));
/// let weight = 0.5_f64.exp();
/// assert!((policy.propensity(edge).unwrap() - (0.5 * weight / (weight + 1.0) + 0.25)).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Exp3 {
    gamma: f64,
    /// ln w, by edge: weights themselves would overflow.
    ln_weights: Vec<f64>,
    chances: Vec<f64>,
}

impl Exp3 {
    /// For so many edges; `gamma` is γ, the share of uniform choices, in [0, 1].
    pub fn new(edges: usize, gamma: f64) -> Self {
        Self { gamma, ln_weights: vec![0.0; edges], chances: vec![1.0 / edges as f64; edges] }
    }

    /// γ = min(1, √(K ln K/((e − 1) T))), which bounds the regret after T trials by 2.63 √(T K ln K) (their corollary 3.2,
    /// with T for the greatest reward).
    ///
    /// ```
    /// use betadrift::policy::Exp3;
    /// assert_eq!(Exp3::tuned_gamma(10, 1), 1.0);
    /// assert_eq!(Exp3::tuned_gamma(10, 1_000), 2.0 * Exp3::tuned_gamma(10, 4_000)); // by the root of the horizon
    /// ```
    pub fn tuned_gamma(edges: usize, horizon: u64) -> f64 {
        let k = edges as f64;
        (k * k.ln() / ((E - 1.0) * horizon as f64)).sqrt().min(1.0)
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting) -> Result<MakePolicy, Fault> {
        setting.one_slot(keys)?;
        let given = keys.has("gamma").then(|| keys.probability("gamma", None)).transpose()?;
        let horizon = setting.horizon;
        Ok(Arc::new(move |edges| {
            let gamma = given.unwrap_or_else(|| Self::tuned_gamma(edges, horizon));
            Box::new(Self::new(edges, gamma))
        }))
    }
}

impl Policy for Exp3 {
    fn choose(&mut self, _beliefs: &Beliefs, slots: &mut [EdgeId], rng: &mut Stream) {
        let greatest = greatest(&self.ln_weights);
        for (chance, ln_weight) in self.chances.iter_mut().zip(&self.ln_weights) {
            *chance = (ln_weight - greatest).exp();
        }
        let (sum, share) = (self.chances.iter().sum::<f64>(), self.gamma / self.chances.len() as f64);
        self.chances.iter_mut().for_each(|chance| *chance = (1.0 - self.gamma) * *chance / sum + share);
        let mut left = rng.random::<f64>();
        let drawn = self.chances.iter().position(|chance| {
            left -= chance;
            left < 0.0
        });
        // What rounding leaves over at the end goes to the last edge that has a chance.
        let chosen = drawn.or_else(|| self.chances.iter().rposition(|&chance| chance > 0.0));
        if let (Some(slot), Some(edge)) = (slots.first_mut(), chosen) {
            *slot = EdgeId::new(edge);
        }
    }

    fn learn(&mut self, _beliefs: &Beliefs, returned: &Returned) {
        if let Some(chance) = returned.propensity.filter(|_| returned.success) {
            self.ln_weights[returned.edge.index()] += self.gamma / (chance * self.ln_weights.len() as f64);
        }
    }

    fn renew(&mut self, edge: EdgeId) {
        self.ln_weights[edge.index()] = f64::NEG_INFINITY;
        let greatest = greatest(&self.ln_weights);
        let sum: f64 = self.ln_weights.iter().map(|ln_weight| (ln_weight - greatest).exp()).sum();
        let others = self.ln_weights.len() - 1;
        self.ln_weights[edge.index()] = if others > 0 { greatest + (sum / others as f64).ln() } else { 0.0 };
    }

    fn propensity(&self, edge: EdgeId) -> Option<f64> {
        Some(self.chances[edge.index()])
    }
}

fn greatest(ln_weights: &[f64]) -> f64 {
    ln_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beta::Beta;
    use crate::seed::{Purpose, stream};

    fn learn(policy: &mut Exp3, edge: usize, success: bool, chance: f64) {
        let beliefs = Beliefs::new(Beta::UNIFORM, policy.chances.len());
        policy.learn(&beliefs, &Returned { edge: EdgeId::new(edge), success, trial: 1, propensity: Some(chance) });
    }

    fn choose(policy: &mut Exp3, rng: &mut Stream) -> usize {
        let mut slots = [EdgeId::new(0)];
        policy.choose(&Beliefs::new(Beta::UNIFORM, policy.chances.len()), &mut slots, rng);
        slots[0].index()
    }

    #[test]
    fn a_success_raises_the_weight_by_what_it_was_worth() {
        let (mut policy, rng) = (Exp3::new(2, 0.5), &mut stream(1, Purpose::Choice, &[]));
        learn(&mut policy, 0, true, 0.25);
        learn(&mut policy, 1, false, 0.25);
        choose(&mut policy, rng);
        // exp(0.5/(0.25·2)) = e against 1.
        assert!((policy.chances[0] - (0.5 * E / (E + 1.0) + 0.25)).abs() < 1e-15);
        assert!((policy.chances.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert_eq!(policy.propensity(EdgeId::new(1)), Some(policy.chances[1]));
    }

    #[test]
    fn weights_beyond_the_range_of_numbers_still_choose() {
        let (mut policy, rng) = (Exp3::new(3, 0.0), &mut stream(1, Purpose::Choice, &[]));
        policy.ln_weights = vec![-1e4, 1e6, 0.0];
        assert_eq!(choose(&mut policy, rng), 1);
        assert_eq!(policy.chances, [0.0, 1.0, 0.0]);
        policy.renew(EdgeId::new(1));
        assert_eq!(policy.ln_weights[1], 0.5f64.ln(), "the mean of 1 and of next to nothing");
        let mut alone = Exp3::new(1, 0.0);
        alone.renew(EdgeId::new(0));
        assert_eq!(choose(&mut alone, rng), 0);
    }

    #[test]
    fn edges_are_chosen_as_often_as_their_chances_say() {
        let (mut policy, rng) = (Exp3::new(3, 0.3), &mut stream(7, Purpose::Choice, &[]));
        policy.ln_weights = vec![0.0, 1.0, -1.0];
        let mut plays = [0.0; 3];
        (0..20_000).for_each(|_| plays[choose(&mut policy, rng)] += 1.0);
        let expected = policy.chances.iter().map(|chance| 20_000.0 * chance);
        // χ² with 2 degrees of freedom: its upper 0.1 % point is 13.8.
        let chi_square: f64 = plays.iter().zip(expected).map(|(n, expected)| (n - expected).powi(2) / expected).sum();
        assert!(chi_square < 13.8, "{plays:?}");
    }

    #[test]
    fn the_tuned_share_falls_with_the_horizon() {
        assert!((Exp3::tuned_gamma(2, 100) - (2.0 * 2f64.ln() / ((E - 1.0) * 100.0)).sqrt()).abs() < 1e-15);
        assert_eq!((Exp3::tuned_gamma(10, 3), Exp3::tuned_gamma(1, 3)), (1.0, 0.0));
    }
}
