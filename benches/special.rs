//! What a tail, a quantile and a divergence cost, by magnitude of the parameters.

use betadrift::beta::Beta;
use betadrift::divergence::{hellinger, jensen_shannon, kl, total_variation, wasserstein};
use betadrift::special::IncBeta;
use divan::{Bencher, black_box};

const MAGNITUDES: [f64; 5] = [1.0, 1e2, 1e4, 1e6, 1e8];

fn main() {
    divan::main();
}

/// Two thirds of successes, seen half a standard deviation below the mean.
fn beta(magnitude: f64) -> Beta {
    Beta::new(magnitude, 0.5 * magnitude).unwrap_or(Beta::UNIFORM)
}

fn next(magnitude: f64) -> Beta {
    Beta::new(magnitude + 1.0, 0.5 * magnitude).unwrap_or(Beta::UNIFORM)
}

#[divan::bench(args = MAGNITUDES)]
fn tails(bencher: Bencher, magnitude: f64) {
    let beta = beta(magnitude);
    let x = beta.mean() - 0.5 * beta.sd();
    bencher.bench_local(|| IncBeta::new(black_box(beta.alpha()), beta.beta()).tails(black_box(x), 1.0 - x));
}

#[divan::bench(args = MAGNITUDES)]
fn tails_far_out(bencher: Bencher, magnitude: f64) {
    let beta = beta(magnitude);
    let x = beta.quantile(1e-9).x;
    bencher.bench_local(|| IncBeta::new(black_box(beta.alpha()), beta.beta()).tails(black_box(x), 1.0 - x));
}

#[divan::bench(args = MAGNITUDES)]
fn quantile(bencher: Bencher, magnitude: f64) {
    let beta = beta(magnitude);
    bencher.bench_local(|| black_box(beta).quantile(black_box(0.025)));
}

#[divan::bench(args = MAGNITUDES)]
fn kl_of_neighbours(bencher: Bencher, magnitude: f64) {
    bencher.bench_local(|| kl(black_box(next(magnitude)), black_box(beta(magnitude))));
}

#[divan::bench(args = MAGNITUDES)]
fn hellinger_of_neighbours(bencher: Bencher, magnitude: f64) {
    bencher.bench_local(|| hellinger(black_box(next(magnitude)), black_box(beta(magnitude))));
}

#[divan::bench(args = MAGNITUDES)]
fn jensen_shannon_of_neighbours(bencher: Bencher, magnitude: f64) {
    bencher.bench_local(|| jensen_shannon(black_box(next(magnitude)), black_box(beta(magnitude))));
}

#[divan::bench(args = MAGNITUDES)]
fn total_variation_of_neighbours(bencher: Bencher, magnitude: f64) {
    bencher.bench_local(|| total_variation(black_box(next(magnitude)), black_box(beta(magnitude))));
}

#[divan::bench(args = MAGNITUDES)]
fn wasserstein_of_half_the_counts(bencher: Bencher, magnitude: f64) {
    let wider = Beta::new(0.5 * magnitude, 0.25 * magnitude).unwrap_or(Beta::UNIFORM);
    bencher.bench_local(|| wasserstein(black_box(wider), black_box(beta(magnitude))));
}
