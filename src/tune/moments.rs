//! Kleinman's moments: a prior by the spread of the edges' rates.
//!
//! With pᵢ = yᵢ/nᵢ, weights wᵢ, w = Σwᵢ, p̂ = Σwᵢpᵢ/w and S = Σwᵢ(pᵢ − p̂)², the spread beyond that of binomials is
//!
//! ```text
//! γ = [S − p̂(1−p̂) Σ (wᵢ/nᵢ)(1 − wᵢ/w)] / [p̂(1−p̂) (Σ wᵢ(1 − wᵢ/w) − Σ (wᵢ/nᵢ)(1 − wᵢ/w))],  α + β = 1/γ − 1,  α = p̂(α+β)
//! ```
//!
//! (Kleinman 1973, *Proportions with extraneous variance: single and independent samples*,
//! doi:10.1080/01621459.1973.10481332). The version here: no factor (k−1)/k on S; the weights begin at wᵢ = nᵢ and are then
//! his optimal wᵢ = nᵢ/(1 + γ(nᵢ−1)), iterated until γ stays, with p̂ of the last weights.
//!
//! Use it as a second opinion beside the maximum of the evidence, which uses all of the counts and not two moments of them.
//! Where γ ≤ 0 the rates spread no more than binomials do, and where γ ≥ 1 more than any Beta: then there are no moments.

use super::evidence::Evidence;
use crate::beta::Beta;

impl Evidence {
    /// Kleinman's moments; `None` where they do not exist.
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::Evidence;
    /// // p = ¼ and ¾ of four events each: S = ½, γ = (½ − ¼)/(¼·(4 − 1)) = ⅓, α + β = 2.
    /// let moments = Evidence::new([Counts::whole(1, 3), Counts::whole(3, 1)]).moments().unwrap();
    /// assert!((moments.alpha() - 1.0).abs() < 1e-12 && (moments.beta() - 1.0).abs() < 1e-12);
    /// ```
    pub fn moments(&self) -> Option<Beta> {
        const MOST: u32 = 10_000;
        // What the sums below round to grows with their length.
        const STILL: f64 = 1e-12;
        let mut gamma = 0.0;
        for _ in 0..MOST {
            let (mean, next) = self.spread(gamma)?;
            if next <= 0.0 {
                return None;
            }
            // At γ = 1 all edges weigh the same; what is beyond weighs none of them otherwise.
            let next = next.min(1.0);
            if (next - gamma).abs() <= STILL * next {
                let concentration = 1.0 / next - 1.0;
                // γ = 1, up to what it still moves.
                if concentration <= 10.0 * STILL {
                    return None;
                }
                return Beta::new(mean * concentration, (1.0 - mean) * concentration).ok();
            }
            gamma = next;
        }
        None
    }

    /// p̂ and γ by the weights that are right for a γ.
    fn spread(&self, gamma: f64) -> Option<(f64, f64)> {
        let weight = |n: f64| n / (1.0 + gamma * (n - 1.0));
        let rows = || self.counts.iter().map(|&(y, f)| (weight(y + f), y / (y + f), y + f));
        let total: f64 = rows().map(|(w, ..)| w).sum();
        let mean = rows().map(|(w, p, _)| w * p).sum::<f64>() / total;
        let spread: f64 = rows().map(|(w, p, _)| w * (p - mean) * (p - mean)).sum();
        let between: f64 = rows().map(|(w, ..)| w * (1.0 - w / total)).sum();
        let within: f64 = rows().map(|(w, _, n)| w / n * (1.0 - w / total)).sum();
        let variance = mean * (1.0 - mean);
        let gamma = (spread - variance * within) / (variance * (between - within));
        gamma.is_finite().then_some((mean, gamma))
    }
}
