//! What a fit costs: it grows with the greatest count, not with the number of edges, and beyond some greatest count no more.

use betadrift::beta::Beta;
use betadrift::feedback::Counts;
use betadrift::tune::{Evidence, Fit};
use divan::Bencher;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() {
    divan::main();
}

/// Edges with rates from Beta(2, 18) and up to `most` events each.
fn counts(edges: usize, most: u64) -> Vec<Counts> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let world = Beta::new(2.0, 18.0).expect("valid");
    let edge = |_| {
        let (rate, n) = (world.draw(&mut rng), rng.random_range(0..=most));
        let successes = (rate * n as f64).round() as u64;
        Counts::whole(successes, n - successes)
    };
    (0..edges).map(edge).collect()
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000, 1_000_000], sample_count = 5)]
fn tail_counts(bencher: Bencher, edges: usize) {
    let counts = counts(edges, 200);
    bencher.bench(|| Evidence::new(counts.iter().copied()));
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000, 1_000_000], sample_count = 5)]
fn fit_of_edges(bencher: Bencher, edges: usize) {
    let evidence = Evidence::new(counts(edges, 200));
    bencher.bench(|| Fit::new(&evidence, 0.95));
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000, 1_000_000, 100_000_000], sample_count = 5)]
fn fit_of_events_an_edge(bencher: Bencher, most: u64) {
    let evidence = Evidence::new(counts(1_000, most));
    bencher.bench(|| Fit::new(&evidence, 0.95));
}
