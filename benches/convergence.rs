//! The whole analysis of a timeline: how its cost grows with edges and with days.

use betadrift::beta::Beta;
use betadrift::convergence::{Settings, convergence};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::timeline::{Fold, Timeline, View};
use divan::Bencher;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() {
    divan::main();
}

/// Ten pulls a day on each edge, rates from Beta(2, 8).
fn timeline(edges: usize, days: i32) -> Timeline {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let world = Beta::new(2.0, 8.0).expect("valid");
    let mut fold = Fold::default();
    for k in 0..edges {
        let (edge, rate) = (fold.edge(&format!("edge-{k:06}")), world.draw(&mut rng));
        for day in 0..days {
            let successes = (0..10).filter(|_| rng.random::<f64>() < rate).count() as u64;
            fold.add(Day::from_days(day), edge, Counts::whole(successes, 10 - successes));
        }
    }
    fold.finish()
}

fn analyse(bencher: Bencher, timeline: &Timeline) {
    let (priors, settings) = (Priors::new(Beta::UNIFORM), Settings::default());
    bencher.bench(|| convergence(timeline, &priors, View::Cumulative, &settings));
}

#[divan::bench(args = [10, 100, 1_000, 10_000], sample_count = 5)]
fn thirty_days(bencher: Bencher, edges: usize) {
    analyse(bencher, &timeline(edges, 30));
}

#[divan::bench(args = [10, 20, 40, 80, 160], sample_count = 5)]
fn a_hundred_edges(bencher: Bencher, days: i32) {
    analyse(bencher, &timeline(100, days));
}
