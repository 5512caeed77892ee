//! P(best), E[max], value remaining and who is within ε: how the cost grows with the number of edges.

use betadrift::beta::Beta;
use betadrift::decision::{decide, within_decided};
use divan::Bencher;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() {
    divan::main();
}

/// Edges after `pulls` pulls each of rates from Beta(2, 8).
fn posteriors(edges: usize, pulls: u32) -> Vec<Beta> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let rates = Beta::new(2.0, 8.0).expect("valid");
    (0..edges)
        .map(|_| {
            let rate = rates.draw(&mut rng);
            let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate).count() as f64;
            Beta::new(1.0 + successes, 1.0 + f64::from(pulls) - successes).expect("valid")
        })
        .collect()
}

#[divan::bench(args = [2, 10, 100, 1_000, 10_000, 100_000], sample_count = 10)]
fn fifty_pulls_each(bencher: Bencher, edges: usize) {
    let posteriors = posteriors(edges, 50);
    bencher.bench(|| decide(&posteriors));
}

#[divan::bench(args = [2, 10, 100, 1_000, 10_000], sample_count = 10)]
fn a_thousand_pulls_each(bencher: Bencher, edges: usize) {
    let posteriors = posteriors(edges, 1_000);
    bencher.bench(|| decide(&posteriors));
}

/// No two edges alike: nothing can be grouped.
fn all_unlike(edges: usize) -> Vec<Beta> {
    let unlike = |(k, b): (usize, &Beta)| Beta::new(b.alpha() + k as f64 * 1e-7, b.beta()).expect("valid");
    posteriors(edges, 50).iter().enumerate().map(unlike).collect()
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5)]
fn all_different(bencher: Bencher, edges: usize) {
    let posteriors = all_unlike(edges);
    bencher.bench(|| decide(&posteriors));
}

/// Who is within ε of the best, where it has been decided before.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5)]
fn within_a_hundredth(bencher: Bencher, edges: usize) {
    let posteriors = all_unlike(edges);
    let decision = decide(&posteriors);
    bencher.bench(|| within_decided(&posteriors, &decision, 0.01));
}
