//! One world: what is true, what the engine believes in the end, and the ranks of the one in the other.

use rand::RngExt;

use super::design::{Analysis, Variant};
use super::quantity::Quantity;
use crate::beta::Beta;
use crate::posterior::update;
use crate::seed::{Purpose, Stream, stream};
use crate::simulate::{plays, timeline};
use crate::timeline::View;

/// What one world showed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct World {
    /// The rank of each quantity.
    pub(super) ranks: Vec<u32>,
    /// The posterior probability below the truth, of each edge.
    pub(super) below: Vec<f64>,
    /// The edge of the greatest posterior mean.
    pub(super) winner: usize,
}

/// What was played, and what came of it.
pub(super) struct Outcome {
    pub(super) truth: Vec<f64>,
    /// What is believed in the end.
    pub(super) posteriors: Vec<Beta>,
    /// Successes and failures that had arrived.
    pub(super) counts: Vec<(f64, f64)>,
    /// The edges by posterior mean, the greatest first.
    pub(super) order: Vec<usize>,
    /// The edge played last.
    pub(super) last: usize,
}

impl World {
    /// Plays a world and ranks the truth of each quantity among so many draws.
    pub(super) fn play(variant: &Variant, run: u64, quantities: &[Quantity], draws: u32) -> Self {
        let outcome = Outcome::of(variant, run);
        let mut rng = stream(variant.scenario.seed(), Purpose::Ranks, &[run, variant.policy as u64]);
        let right: Vec<f64> = quantities.iter().map(|quantity| quantity.of(&outcome.truth, &outcome)).collect();
        let (mut below, mut ties) = (vec![0; quantities.len()], vec![0; quantities.len()]);
        let mut drawn = vec![0.0; outcome.truth.len()];
        for _ in 0..draws {
            draw(&mut drawn, &outcome.posteriors, &mut rng);
            for (at, quantity) in quantities.iter().enumerate() {
                let value = quantity.of(&drawn, &outcome);
                below[at] += u32::from(value < right[at]);
                ties[at] += u32::from(value == right[at]);
            }
        }
        // Of equals the truth is as likely at any place.
        let ranks = below.iter().zip(ties).map(|(below, ties)| below + rng.random_range(0..=ties)).collect();
        let below = outcome.posteriors.iter().zip(&outcome.truth).map(|(belief, &rate)| belief.cdf(rate)).collect();
        Self { ranks, below, winner: outcome.order[0] }
    }
}

/// Whether the greatest posterior mean leads the next by so much.
fn leads(prior: Beta, counts: &[(f64, f64)], lead: f64) -> bool {
    let means = counts.iter().map(|&counts| update(prior, counts).mean());
    let (first, second) =
        means.fold(
            (0.0, 0.0),
            |(first, second), mean| {
                if mean > first { (mean, first) } else { (first, f64::max(second, mean)) }
            },
        );
    first - second >= lead && counts.len() > 1
}

fn draw(rates: &mut [f64], posteriors: &[Beta], rng: &mut Stream) {
    rates.iter_mut().zip(posteriors).for_each(|(rate, posterior)| *rate = posterior.draw(rng));
}

impl Outcome {
    fn of(Variant { scenario, policy, analysis, .. }: &Variant, run: u64) -> Self {
        let truth = scenario.initial_rates(run);
        let mut counts = vec![(0.0, 0.0); truth.len()];
        let (mut last, mut stopped) = (0, false);
        let engine = plays(scenario, *policy, run, |event| {
            if stopped {
                return;
            }
            last = event.edge.index();
            if let Some(feedback) = event.feedback {
                *(if feedback.success { &mut counts[last].0 } else { &mut counts[last].1 }) += 1.0;
            }
            stopped = matches!(*analysis, Analysis::Stopped(lead) if leads(scenario.prior(), &counts, lead));
        });
        let after = |counts: Vec<(f64, f64)>| counts.iter().map(|&counts| update(scenario.prior(), counts)).collect();
        let posteriors: Vec<Beta> = match *analysis {
            Analysis::Engine => engine,
            Analysis::Stopped(_) => after(counts.clone()),
            Analysis::Counted(times) => {
                after(counts.iter().map(|c| (f64::from(times) * c.0, f64::from(times) * c.1)).collect())
            }
            Analysis::Forgotten(half_life) => {
                let log = timeline(scenario, *policy, run);
                let faded = log.last(View::HalfLife(half_life));
                let named = scenario.edges().iter().map(|(_, name)| log.edges().get(name));
                after(named.map(|edge| edge.map_or((0.0, 0.0), |edge| faded[edge.index()])).collect())
            }
        };
        let mut order: Vec<usize> = (0..posteriors.len()).collect();
        order.sort_by(|&a, &b| posteriors[b].mean().total_cmp(&posteriors[a].mean()));
        Self { truth, posteriors, counts, order, last }
    }
}
