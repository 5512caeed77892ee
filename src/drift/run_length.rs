//! Bayesian online change points: the law of the time since the rate last changed, exactly.
//!
//! **Model.** Rewards come in segments. Within a segment they are Bernoulli of one rate, drawn from the prior Beta(α, β); after
//! every reward a new segment begins with chance h, the hazard. The run length rₜ is the number of rewards of the current
//! segment after t rewards. Adams & MacKay (2007, *Bayesian online changepoint detection*, arXiv 0710.3742), steps 3 to 6:
//!
//! > P(rₜ = r + 1, x₁:ₜ) = P(rₜ₋₁ = r, x₁:ₜ₋₁) π(xₜ | r) (1 − h),  P(rₜ = 0, x₁:ₜ) = h Σᵣ P(rₜ₋₁ = r, x₁:ₜ₋₁) π(xₜ | r)
//!
//! from P(r₀ = 0) = 1, with π(1 | r) = (α + s)/(α + β + r) after s successes in r rewards. A change therefore falls *after* a
//! reward: P(rₜ = 0 | x₁:ₜ) = h at every t, whatever was seen, so that it is no signal. What is, are falls of the most probable
//! run length and P(rₜ ≤ w). The evidence is ln p(x₁:ₙ) = ln Σᵣ P(rₙ = r, x₁:ₙ). Equally probable run lengths: the shorter.
//!
//! **Partial rewards** 0 < x < 1 have the likelihood p^x (1 − p)^(1−x), to which the posterior Beta(α + x, β + 1 − x) belongs:
//! π(x | r) = B(a + x, b + 1 − x)/B(a, b) with a, b the posterior of the run. Without a change the evidence is then
//! B(α + S, β + F)/B(α, β), as for whole rewards.
//!
//! **Where the segments begin.** The last begins at n − rₙ with rₙ the most probable run length of at least 1; the one before it is
//! the most probable run at that event, and so on to the first event. Each start is told once, and one that later rewards took
//! back is not told.
//!
//! **Cost.** Exact means n(n+1)/2 predictions, a nanosecond each (a fifth of a microsecond for partial rewards), and 32 bytes a
//! reward. A run is let go only if it can never again matter: its prediction of all that may come is at most
//! R = p̂^s (1 − p̂)^f B(α, β)/B(α + s, β + f) times that of a new segment, which has chance h, so that no evidence will ever be
//! larger by more than its probability times R/h, and that must be below 1e-21.
//!
//! **When to use it.** For abrupt changes of one edge and to say where they were. **When not.** A rate that slides has no segments;
//! the answer hangs on the hazard and on the prior, which says what new rates look like. Where hazard × rewards goes beyond about 80,
//! so many small segments are expected that the most probable run is short though nothing changed: take a smaller hazard.

use crate::beta::Beta;
use crate::special::{Step, ln_beta};

/// What was learned of the run length, reward by reward.
///
/// Fifty failures, then fifty successes:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::drift::run_lengths;
/// let rewards = [[0.0; 50], [1.0; 50]].concat();
/// let runs = run_lengths(&rewards, Beta::UNIFORM, 0.01, 60, &[50, 100]);
/// assert_eq!((runs.starts.as_slice(), runs.last()), (&[50][..], 50));
/// assert_eq!(runs.most_probable[49], 50);
/// assert!(runs.p_within[1] > 0.99); // the run is not one of all hundred
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RunLengths {
    /// ln p(x₁:ₙ), in nats; 0 without rewards.
    pub ln_evidence: f64,
    /// The most probable run length after each reward.
    pub most_probable: Vec<u32>,
    /// Where segments begin, but for the first: positions of rewards, from 0.
    pub starts: Vec<u32>,
    /// P(rₜ ≤ w) after each number of rewards t that was asked for.
    pub p_within: Vec<f64>,
}

impl RunLengths {
    /// The most probable run length after the last reward; 0 without rewards.
    pub fn last(&self) -> u32 {
        self.most_probable.last().copied().unwrap_or(0)
    }
}

/// The law of the run length through rewards in [0, 1], for a hazard in [0, 1); with P(r ≤ `within`) after each number of
/// rewards in `after`, which ascend.
///
/// One success under the uniform prior has evidence ½. After a second one either the segment goes on (chance ¾, evidence
/// ½ · ⅔) or a new one has begun (¼, ½ · ½):
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::drift::run_lengths;
/// let runs = run_lengths(&[1.0, 1.0], Beta::UNIFORM, 0.25, 1, &[2]);
/// assert!((runs.ln_evidence - (0.75 * 0.5 * 2.0 / 3.0 + 0.25 * 0.5 * 0.5_f64).ln()).abs() < 1e-15);
/// assert_eq!(runs.most_probable, [1, 2]);
/// // A run of at most 1 is a new one (¼), or one from after the first reward that goes on: ¾ of ¼·½ in ¾·⅔ + ¼·½ = ⅝.
/// assert!((runs.p_within[0] - (0.25 + 0.75 * (0.25 * 0.5) / 0.625)).abs() < 1e-15);
/// ```
///
/// # Panics
/// If the hazard lies outside [0, 1).
pub fn run_lengths(rewards: &[f64], prior: Beta, hazard: f64, within: u32, after: &[usize]) -> RunLengths {
    let mut filter = RunLengthFilter::new(prior, hazard, rewards.len());
    let mut most_probable = Vec::with_capacity(rewards.len());
    let mut segments = Vec::with_capacity(rewards.len());
    let mut p_within = Vec::with_capacity(after.len());
    for (at, &reward) in rewards.iter().enumerate() {
        filter.observe(reward);
        most_probable.push(filter.most_probable());
        segments.push(filter.segment());
        if after.get(p_within.len()) == Some(&(at + 1)) {
            p_within.push(filter.p_within(within));
        }
    }
    RunLengths { ln_evidence: filter.ln_evidence(), most_probable, starts: starts(&segments), p_within }
}

/// The starts of all segments but the first, from the most probable run (of at least 1) after each reward.
fn starts(segments: &[u32]) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut end = segments.len() as u32;
    while end > 0 {
        end -= segments[end as usize - 1];
        if end > 0 {
            starts.push(end);
        }
    }
    starts.reverse();
    starts
}

/// How much evidence a run may still come to be worth and yet be let go, relative to the whole.
const NEGLIGIBLE: f64 = 1e-21;
/// How often runs are let go.
const EVENTS_BETWEEN_PRUNING: usize = 64;
/// The weights are kept within this and its inverse, far from where f64 ends.
const SMALL: f64 = 1e-140;

/// The recursion. Runs are told apart by where they start, so that one more reward moves nothing.
pub(super) struct RunLengthFilter {
    prior: Beta,
    hazard: f64,
    events: usize,
    successes: f64,
    failures: f64,
    /// The first start that is still followed.
    first: usize,
    /// By start: the joint weight of the run and the rewards, on the scale of `ln_scale`.
    weights: Vec<f64>,
    /// By start: successes and failures before it.
    successes_before: Vec<f64>,
    failures_before: Vec<f64>,
    /// 1/(α + β + r) for r = capacity − 1 down to 0, so that it runs with the starts.
    inverses: Vec<f64>,
    ln_scale: f64,
    ln_evidence: f64,
    /// Σ weights before the start of a new run.
    sum: f64,
    greatest: Greatest,
}

/// The greatest weight and its last start.
#[derive(Clone, Copy)]
struct Greatest {
    weight: f64,
    start: usize,
}

impl RunLengthFilter {
    /// For at most so many rewards.
    pub(super) fn new(prior: Beta, hazard: f64, capacity: usize) -> Self {
        assert!((0.0..1.0).contains(&hazard), "a hazard lies in [0, 1), not {hazard}");
        let total = prior.alpha() + prior.beta();
        Self {
            prior,
            hazard,
            events: 0,
            successes: 0.0,
            failures: 0.0,
            first: 0,
            weights: vec![1.0],
            successes_before: vec![0.0],
            failures_before: vec![0.0],
            inverses: (0..capacity).rev().map(|run| 1.0 / (total + run as f64)).collect(),
            ln_scale: 0.0,
            ln_evidence: 0.0,
            sum: 1.0,
            greatest: Greatest { weight: 1.0, start: 0 },
        }
    }

    /// One more reward.
    pub(super) fn observe(&mut self, reward: f64) {
        let at = self.inverses.len() - 1 - self.events + self.first;
        let weights = &mut self.weights[self.first..];
        let inverses = &self.inverses[at..at + weights.len()];
        let (a, b) = (self.prior.alpha() + self.successes, self.prior.beta() + self.failures);
        let (successes, failures) = (&self.successes_before[self.first..], &self.failures_before[self.first..]);
        let (sum, mut greatest) = if reward == 1.0 {
            predict(weights, inverses, a, successes)
        } else if reward == 0.0 {
            predict(weights, inverses, b, failures)
        } else {
            let part = |(s, f): (&f64, &f64)| -rise(a - s, reward) * rise(b - f, 1.0 - reward);
            predict(weights, inverses, 0.0, &successes.iter().zip(failures).map(part).collect::<Vec<_>>())
        };
        greatest.start += self.first;
        (self.sum, self.greatest) = (sum, greatest);
        self.ln_evidence = self.ln_scale + sum.ln();
        self.ln_scale += f64::ln_1p(-self.hazard);
        self.events += 1;
        self.successes += reward;
        self.failures += 1.0 - reward;
        if self.hazard > 0.0 {
            self.weights.push(self.hazard / (1.0 - self.hazard) * sum);
            self.successes_before.push(self.successes);
            self.failures_before.push(self.failures);
        }
        if !(SMALL..=1.0 / SMALL).contains(&sum) {
            self.rescale();
        }
        if self.events.is_multiple_of(EVENTS_BETWEEN_PRUNING) {
            self.let_go();
        }
    }

    /// ln p of the rewards so far.
    pub(super) fn ln_evidence(&self) -> f64 {
        self.ln_evidence
    }

    /// The most probable run length.
    pub(super) fn most_probable(&self) -> u32 {
        let new = self.events > 0 && self.hazard >= (1.0 - self.hazard) * self.greatest.weight / self.sum;
        if new { 0 } else { self.segment() }
    }

    /// The most probable run length of at least 1: where the segment of the last reward began.
    pub(super) fn segment(&self) -> u32 {
        (self.events - self.greatest.start) as u32
    }

    /// P(r ≤ w).
    pub(super) fn p_within(&self, within: u32) -> f64 {
        if self.events == 0 {
            return 1.0;
        }
        // The runs with rewards; behind them stands the new one, of chance h.
        let end = self.weights.len() - usize::from(self.hazard > 0.0);
        let from = self.events.saturating_sub(within as usize).max(self.first).min(end);
        let sum: f64 = self.weights[from..end].iter().sum();
        (self.hazard + (1.0 - self.hazard) * sum / self.sum).min(1.0)
    }

    /// Takes the weights back to about 1, by a power of two, which rounds nothing.
    fn rescale(&mut self) {
        let exponent = -self.sum.log2().round();
        let factor = exponent.exp2();
        self.weights[self.first..].iter_mut().for_each(|weight| *weight *= factor);
        self.sum *= factor;
        self.greatest.weight *= factor;
        self.ln_scale -= exponent * std::f64::consts::LN_2;
    }

    /// Follows the oldest runs no longer that can never again matter.
    fn let_go(&mut self) {
        while self.first + 1 < self.weights.len() {
            let p = self.weights[self.first] * (1.0 - self.hazard) / self.sum;
            // No R is below 1.
            if p / self.hazard > NEGLIGIBLE || (p > 0.0 && p.ln() + self.ln_comeback() > NEGLIGIBLE.ln()) {
                return;
            }
            self.first += 1;
        }
    }

    /// ln R/h of the oldest run.
    fn ln_comeback(&self) -> f64 {
        let s = self.successes - self.successes_before[self.first];
        let f = self.failures - self.failures_before[self.first];
        let part = |count: f64| if count > 0.0 { count * (count / (s + f)).ln() } else { 0.0 };
        let (alpha, beta) = (self.prior.alpha(), self.prior.beta());
        part(s) + part(f) + ln_beta(alpha, beta) - ln_beta(alpha + s, beta + f) - self.hazard.ln()
    }
}

/// Γ(x + by)/Γ(x).
fn rise(x: f64, by: f64) -> f64 {
    let step = Step::new(x, x + by);
    (step.deviance() + by * x.ln() + step.excess_change()).exp()
}

/// What the compiler works on at once.
const LANES: usize = 8;
/// The greatest weight is first looked for among blocks.
const BLOCK: usize = 64 * LANES;

/// Multiplies each weight by its prediction, (total − count)/(α + β + r); their sum, and the greatest.
fn predict(weights: &mut [f64], inverses: &[f64], total: f64, counts: &[f64]) -> (f64, Greatest) {
    let mut sums = [0.0; LANES];
    let (mut top, mut top_block) = (f64::NEG_INFINITY, 0);
    let blocks = weights.chunks_mut(BLOCK).zip(inverses.chunks(BLOCK)).zip(counts.chunks(BLOCK));
    for (block, ((weights, inverses), counts)) in blocks.enumerate() {
        let of_block = predict_block(weights, inverses, total, counts, &mut sums);
        if of_block >= top {
            (top, top_block) = (of_block, block * BLOCK);
        }
    }
    // Of equal ones the last start, which is the shortest run.
    let block = &weights[top_block..weights.len().min(top_block + BLOCK)];
    let start = top_block + block.iter().rposition(|&weight| weight == top).unwrap_or(0);
    (sums.into_iter().sum(), Greatest { weight: top, start })
}

/// As [`predict`], of a block; adds to the sums, and gives the greatest weight.
fn predict_block(weights: &mut [f64], inverses: &[f64], total: f64, counts: &[f64], sums: &mut [f64; LANES]) -> f64 {
    let (weights, last_weights) = weights.as_chunks_mut::<LANES>();
    let (inverses, last_inverses) = inverses.as_chunks::<LANES>();
    let (counts, last_counts) = counts.as_chunks::<LANES>();
    let mut tops = [f64::NEG_INFINITY; LANES];
    for ((weights, inverses), counts) in weights.iter_mut().zip(inverses).zip(counts) {
        for lane in 0..LANES {
            weights[lane] *= (total - counts[lane]) * inverses[lane];
            sums[lane] += weights[lane];
            tops[lane] = if weights[lane] > tops[lane] { weights[lane] } else { tops[lane] };
        }
    }
    let mut top = tops.into_iter().fold(f64::NEG_INFINITY, f64::max);
    for ((weight, inverse), count) in last_weights.iter_mut().zip(last_inverses).zip(last_counts) {
        *weight *= (total - count) * inverse;
        sums[0] += *weight;
        top = top.max(*weight);
    }
    top
}
