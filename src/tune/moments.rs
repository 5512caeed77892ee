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

use indexmap::IndexMap;

use super::evidence::Evidence;
use crate::beta::Beta;

/// The rates of edges with the same number of events, which weigh the same.
#[derive(Debug, Clone, Copy, Default)]
struct Alike {
    events: f64,
    edges: f64,
    mean: f64,
    /// Σ (p − mean)².
    squares: f64,
}

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
        let (alike, mut gamma) = (self.by_events(), 0.0);
        for _ in 0..MOST {
            let (mean, next) = spread(&alike, gamma)?;
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

    /// The edges by their number of events, so that an iteration costs no more than there are of these.
    fn by_events(&self) -> Vec<Alike> {
        let mut alike: IndexMap<u64, Alike, foldhash::fast::FixedState> = IndexMap::default();
        for same in self.counts.chunk_by(|a, b| a == b) {
            let (y, n) = (same[0].0, same[0].0 + same[0].1);
            alike.entry(n.to_bits()).or_default().add(same.len() as f64, y / n, n);
        }
        alike.into_values().collect()
    }
}

impl Alike {
    /// Adds edges of one rate (Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115: nothing in it cancels).
    fn add(&mut self, edges: f64, rate: f64, events: f64) {
        let (before, off) = (self.edges, rate - self.mean);
        self.events = events;
        self.edges += edges;
        let share = edges / self.edges;
        self.mean += off * share;
        self.squares += off * off * before * share;
    }
}

/// p̂ and γ by the weights that are right for a γ.
fn spread(alike: &[Alike], gamma: f64) -> Option<(f64, f64)> {
    let weight = |events: f64| events / (1.0 + gamma * (events - 1.0));
    let rows = || alike.iter().map(|row| (weight(row.events), row));
    let (mut total, mut sum) = (0.0, 0.0);
    for (w, row) in rows() {
        total += w * row.edges;
        sum += w * row.edges * row.mean;
    }
    let mean = sum / total;
    let (mut spread, mut between, mut within) = (0.0, 0.0, 0.0);
    for (w, row) in rows() {
        let off = row.mean - mean;
        spread += w * (row.squares + row.edges * off * off);
        let others = w * row.edges * (1.0 - w / total);
        between += others;
        within += others / row.events;
    }
    let variance = mean * (1.0 - mean);
    let gamma = (spread - variance * within) / (variance * (between - within));
    gamma.is_finite().then_some((mean, gamma))
}
