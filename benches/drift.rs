//! How the cost of looking for drift grows: exact run lengths with the events of an edge, the daily test with edges.

use betadrift::beta::Beta;
use betadrift::decision::{DailyCounts, one_rate};
use betadrift::drift::{Adwin, run_lengths};
use divan::{Bencher, black_box};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() {
    divan::main();
}

fn rewards(events: usize, partial: bool) -> Vec<f64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    (0..events).map(|_| if partial { 0.5 } else { f64::from(u8::from(rng.random::<f64>() < 0.3)) }).collect()
}

#[divan::bench(args = [1_000, 3_000, 10_000, 30_000], sample_count = 3)]
fn run_lengths_of_whole_rewards(bencher: Bencher, events: usize) {
    let rewards = rewards(events, false);
    bencher.bench(|| run_lengths(&rewards, Beta::UNIFORM, 0.004, 100, &[]));
}

#[divan::bench(args = [300, 1_000, 3_000], sample_count = 3)]
fn run_lengths_of_partial_rewards(bencher: Bencher, events: usize) {
    let rewards = rewards(events, true);
    bencher.bench(|| run_lengths(&rewards, Beta::UNIFORM, 0.004, 100, &[]));
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5)]
fn adwin(bencher: Bencher, events: usize) {
    let rewards = rewards(events, false);
    bencher.bench(|| {
        let mut window = Adwin::new(0.002);
        rewards.iter().filter(|&&reward| window.observe(reward)).count()
    });
}

#[divan::bench(args = [14, 30, 365])]
fn daily_test_of_an_edge(bencher: Bencher, days: i32) {
    let counts: Vec<DailyCounts> =
        (0..days).map(|day| DailyCounts { day, successes: f64::from(day % 7 + 20), failures: 80.0 }).collect();
    bencher.bench(|| one_rate(black_box(&counts), days));
}
