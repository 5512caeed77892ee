//! What exploring has cost so far, as the beliefs of each evening see it.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use rayon::prelude::*;

use super::Band;
use super::day::{Belief, Beliefs, decide_over};
use super::quantile::Sorted;
use super::walk::{in_batches, priors_by_edge};
use crate::beta::Sampler;
use crate::feedback::Day;
use crate::posterior::Priors;
use crate::timeline::{Timeline, View};

/// The regret of all pulls up to an evening, by the posteriors of that evening.
///
/// A lone edge costs nothing, however often it is pulled:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::model_regret;
/// use betadrift::seed::{Purpose, stream};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(0, 2));
/// let priors = Priors::new(Beta::UNIFORM);
/// let days = model_regret(&fold.finish(), &priors, View::Cumulative, 0.95, |day| stream(1, Purpose::Beliefs, &[day]));
/// assert_eq!((days[1].day, days[1].pulls), (Day::from_days(1), 3.0));
/// assert_eq!((days[1].expected, days[1].interval.upper), (0.0, 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegretDay {
    /// The day.
    pub day: Day,
    /// All pulls up to and including it.
    pub pulls: f64,
    /// E[Σₖ nₖ (max θ − θₖ)], in units of reward.
    pub expected: f64,
    /// The central interval of Σₖ nₖ (max θ − θₖ).
    pub interval: Band,
}

/// Edges and draws together of one evening, so that many edges get fewer draws; the last evening gets ten times as many.
const BUDGET: usize = 400_000;
/// The least and the most draws of an evening.
const DRAWS: (usize, usize) = (400, 4000);
/// An edge below this P(best) cannot raise the maximum.
const NEVER_BEST: f64 = 1e-9;
/// So many of the edges that never are the best are drawn too, those whose pulls times sd are greatest; of the rest together
/// the sum is taken to be normal.
const DRAWN_BESIDE: usize = 64;

/// The regret so far, day by day, **under the model**: with nₖ the pulls of edge k so far and θ the rates by the evening's
/// posteriors, Σₖ nₖ (max θ − θₖ). The true regret is not in a log, because nobody knows max θ; this is what the beliefs
/// make of it (the Bayesian regret of Russo & Van Roy 2014, doi:10.1287/moor.2014.0650, given the feedback), right where one
/// rate an edge and the prior are. It may fall: feedback can show that an edge chosen often was better than believed.
///
/// The expectation is exact, Σₖ nₖ times [`crate::decision::Decision::expected_loss`]. The interval is of draws from the
/// posteriors, 400 to 4000 an evening (ten times as many on the last), whose generators come from `stream`, by position of
/// the day.
///
/// Two edges alike, of which one was pulled twice and won once: `E = 2 (E[max] − ½)` under Beta(2, 2) and Beta(1, 1):
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::model_regret;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::seed::{Purpose, stream};
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let (one, other) = (fold.edge("a"), fold.edge("b"));
/// fold.add(Day::from_days(0), one, Counts::whole(1, 1));
/// fold.add(Day::from_days(0), other, Counts::whole(0, 1));
/// let priors = Priors::new(Beta::UNIFORM);
/// let days = model_regret(&fold.finish(), &priors, View::Cumulative, 0.95, |day| stream(1, Purpose::Beliefs, &[day]));
/// // a: Beta(2, 2), b: Beta(1, 2). E[max] = 1 − ∫ (3x² − 2x³)(2x − x²) dx = 0.5667; 2·(0.5667 − ½) + (0.5667 − ⅓).
/// assert!((days[0].expected - (2.0 * (17.0 / 30.0 - 0.5) + (17.0 / 30.0 - 1.0 / 3.0))).abs() < 1e-12);
/// ```
///
/// # Panics
/// Unless the level lies strictly between 0 and 1, and as [`Timeline::walk`] for a view that does not exist.
pub fn model_regret<R: Rng>(
    timeline: &Timeline,
    priors: &Priors,
    view: View,
    level: f64,
    stream: impl Fn(u64) -> R + Sync,
) -> Vec<RegretDay> {
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    let by_edge = priors_by_edge(timeline, priors);
    let mut pulls = vec![0.0; by_edge.len()];
    let (mut regret, last) = (Vec::new(), timeline.span().map(|(_, last)| last));
    in_batches(timeline, &by_edge, view, |batch| {
        let mut evening = |beliefs: &Beliefs| {
            beliefs.active.iter().for_each(|active| pulls[active.edge.index()] += active.pulls);
            beliefs.known.iter().map(|belief| pulls[belief.edge.index()]).collect::<Vec<f64>>()
        };
        let so_far: Vec<Vec<f64>> = batch.iter().map(&mut evening).collect();
        let first = regret.len() as u64;
        let days = batch.par_iter().zip(&so_far).enumerate().map(|(at, (beliefs, pulls))| {
            let budget = if Some(beliefs.day) == last { 10 } else { 1 };
            of_day(beliefs, pulls, level, budget, &mut stream(first + at as u64))
        });
        regret.extend(days.collect::<Vec<_>>());
    });
    regret
}

fn of_day(beliefs: &Beliefs, pulls: &[f64], level: f64, budget: usize, rng: &mut impl Rng) -> RegretDay {
    let decision = decide_over(&beliefs.known);
    let total = pulls.iter().fold(0.0, |sum, pulls| sum + pulls);
    let (drawn, rest) = split(&beliefs.known, pulls, &decision.p_best);
    let mean = rest.iter().map(|&k| pulls[k] * beliefs.known[k].posterior.mean()).sum::<f64>();
    let sd = rest.iter().map(|&k| variance(&beliefs.known[k], pulls[k])).sum::<f64>().sqrt();
    let draws = budget * (BUDGET / drawn.len().max(1)).clamp(DRAWS.0, DRAWS.1);
    let samplers: Vec<(Sampler, f64)> =
        drawn.iter().map(|&k| (Sampler::new(beliefs.known[k].posterior), pulls[k])).collect();
    let draw = |_| {
        let (mut best, mut earned) = (0.0, mean + sd * rng.sample::<f64, _>(StandardNormal));
        for (sampler, pulls) in &samplers {
            let rate = sampler.draw(rng);
            best = rate.max(best);
            earned += pulls * rate;
        }
        total * best - earned
    };
    let sorted = Sorted::new((0..draws).map(draw).collect());
    let tail = 0.5 * (1.0 - level);
    RegretDay {
        day: beliefs.day,
        pulls: total,
        expected: decision.expected_loss.iter().zip(pulls).map(|(loss, pulls)| loss * pulls).sum(),
        interval: Band { lower: sorted.at(tail), upper: sorted.at(1.0 - tail) },
    }
}

/// The edges to be drawn, and the others.
fn split(known: &[Belief], pulls: &[f64], p_best: &[f64]) -> (Vec<usize>, Vec<usize>) {
    let (mut drawn, rest): (Vec<usize>, Vec<usize>) = (0..known.len()).partition(|&k| p_best[k] > NEVER_BEST);
    let mut spreads: Vec<(f64, usize)> = rest.into_iter().map(|k| (variance(&known[k], pulls[k]), k)).collect();
    spreads.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut rest: Vec<usize> = spreads.into_iter().map(|(_, k)| k).collect();
    drawn.extend(rest.drain(..DRAWN_BESIDE.min(rest.len())));
    (drawn, rest)
}

fn variance(belief: &Belief, pulls: f64) -> f64 {
    pulls * pulls * belief.posterior.variance()
}
