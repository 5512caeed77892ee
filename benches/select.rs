//! What a Thompson choice costs as the number of edges grows: [`Chooser`], the plain method it is to beat (a draw from every
//! posterior and the greatest of them), the same with `rand_distr::Beta`, whose constants are kept, and what changes cost.

use betadrift::beta::Beta;
use betadrift::seed::{Purpose, Stream, stream};
use betadrift::selection::{Chooser, draw, greatest};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::RngExt;
use rand_distr::Distribution;

const EDGES: [usize; 10] = [2, 3, 4, 6, 10, 30, 100, 1_000, 10_000, 100_000];
const CHOICES: u32 = 1_000;

fn main() {
    divan::main();
}

fn chance() -> Stream {
    stream(1, Purpose::Choice, &[])
}

fn beta(alpha: f64, beta: f64) -> Beta {
    Beta::new(alpha, beta).unwrap_or(Beta::UNIFORM)
}

/// Rates from Beta(2, 18), each known from 100 to 500 pulls.
fn steady(edges: usize) -> Vec<Beta> {
    let rng = &mut chance();
    let posterior = |_| {
        let rate = beta(2.0, 18.0).draw(rng);
        let pulls = rng.random_range(100..500u32);
        let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate).count() as f64;
        beta(1.0 + successes, 1.0 + f64::from(pulls) - successes)
    };
    (0..edges).map(posterior).collect()
}

/// Many choices, one after another, once there is a threshold.
fn choices(bencher: Bencher<'_, '_>, posteriors: &[Beta], k: usize) {
    let (mut chooser, rng) = (Chooser::new(posteriors), &mut chance());
    (0..10).for_each(|_| _ = chooser.choose_k(k, rng));
    bencher.counter(ItemsCount::new(CHOICES)).bench_local(|| {
        for _ in 0..CHOICES {
            black_box(if k == 1 { chooser.choose(rng) } else { chooser.choose_k(k, rng).first().copied() });
        }
    });
}

#[divan::bench(args = EDGES)]
fn choose(bencher: Bencher<'_, '_>, edges: usize) {
    choices(bencher, &steady(edges), 1);
}

/// Before anything was learned, every edge at the prior.
#[divan::bench(args = EDGES)]
fn choose_from_the_prior(bencher: Bencher<'_, '_>, edges: usize) {
    choices(bencher, &vec![Beta::UNIFORM; edges], 1);
}

#[divan::bench(args = [2, 3, 10, 30, 100])]
fn choose_k_of_10000(bencher: Bencher<'_, '_>, k: usize) {
    choices(bencher, &steady(10_000), k);
}

/// A choice and what its answer changes.
#[divan::bench(args = EDGES)]
fn choose_and_update(bencher: Bencher<'_, '_>, edges: usize) {
    let (mut chooser, rng) = (Chooser::new(&steady(edges)), &mut chance());
    bencher.counter(ItemsCount::new(CHOICES)).bench_local(|| {
        for _ in 0..CHOICES {
            let Some(edge) = chooser.choose(rng) else { continue };
            let posterior = chooser.posterior(edge);
            let success = rng.random::<f64>() < 0.3;
            let (up, down) = if success { (1.0, 0.0) } else { (0.0, 1.0) };
            chooser.set(edge, beta(posterior.alpha() + up, posterior.beta() + down));
        }
    });
}

/// Feedback on an edge in turn, without choices.
#[divan::bench(args = EDGES)]
fn update(bencher: Bencher<'_, '_>, edges: usize) {
    let (mut chooser, rng) = (Chooser::new(&steady(edges)), &mut chance());
    (0..10).for_each(|_| _ = chooser.choose(rng));
    bencher.counter(ItemsCount::new(CHOICES)).bench_local(|| {
        for _ in 0..CHOICES {
            let edge = rng.random_range(0..edges);
            let posterior = chooser.posterior(edge);
            chooser.set(edge, beta(posterior.alpha(), posterior.beta() + 1.0));
        }
    });
}

/// From the prior: 100 000 trials, each a choice and its answer, by edges.
#[divan::bench(args = [10, 100, 1_000, 10_000, 100_000], sample_count = 3, sample_size = 1)]
fn cold_start(bencher: Bencher<'_, '_>, edges: usize) {
    const TRIALS: u32 = 100_000;
    let rng = &mut chance();
    let rates: Vec<f64> = (0..edges).map(|_| beta(2.0, 18.0).draw(rng)).collect();
    bencher.counter(ItemsCount::new(TRIALS)).bench_local(|| {
        let mut chooser = Chooser::new(&vec![Beta::UNIFORM; edges]);
        for _ in 0..TRIALS {
            let Some(edge) = chooser.choose(rng) else { continue };
            let posterior = chooser.posterior(edge);
            let (up, down) = if rng.random::<f64>() < rates[edge] { (1.0, 0.0) } else { (0.0, 1.0) };
            chooser.set(edge, beta(posterior.alpha() + up, posterior.beta() + down));
        }
        chooser
    });
}

/// The plain method, once for `select`.
#[divan::bench(args = EDGES)]
fn plain(bencher: Bencher<'_, '_>, edges: usize) {
    let (posteriors, rng) = (steady(edges), &mut chance());
    bencher.counter(ItemsCount::new(1u32)).bench_local(|| greatest(&draw(black_box(&posteriors), rng), 1));
}

/// The plain method where nothing has to be worked out twice: every choice after all has changed.
#[divan::bench(args = EDGES)]
fn plain_prepared(bencher: Bencher<'_, '_>, edges: usize) {
    let (posteriors, rng) = (steady(edges), &mut chance());
    bencher.with_inputs(|| Chooser::new(&posteriors)).bench_local_values(|mut chooser| {
        black_box(chooser.choose(rng));
        chooser
    });
}

#[divan::bench(args = EDGES)]
fn rand_distr_beta(bencher: Bencher<'_, '_>, edges: usize) {
    let distribution = |posterior: Beta| rand_distr::Beta::new(posterior.alpha(), posterior.beta()).ok();
    let betas: Vec<_> = steady(edges).into_iter().filter_map(distribution).collect();
    let rng = &mut chance();
    bencher.counter(ItemsCount::new(1u32)).bench_local(|| {
        let draws = betas.iter().map(|beta| beta.sample(rng)).enumerate();
        black_box(draws.max_by(|a, b| a.1.total_cmp(&b.1)))
    });
}
