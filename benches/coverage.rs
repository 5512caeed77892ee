//! How often intervals of ratio estimators hold the truth, at small effective samples: ours, the delta method, the percentile
//! bootstrap, and the interval of the Open Bandit Pipeline, which resamples w·r/mean(w) and leaves the denominator as it is.
//! The table stands in the documentation of `betadrift::evaluate`.
//!
//! `cargo bench --bench coverage -- LOGS RESAMPLES`; 400 logs and 1000 resamples, the defaults, take some minutes of one core.

use betadrift::evaluate::{Estimate, Estimator, Settings, Target, evaluate};
use betadrift::feedback::Reward;
use betadrift::timeline::CellFold;
use rand::SeedableRng;
use rand_distr::{Binomial, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

const EDGES: usize = 10;
const Z: f64 = 1.959_963_984_540_054;
const METHODS: [&str; 5] = ["snips", "sndr", "delta", "bootstrap", "obp"];

/// A policy that logs, one to evaluate, and the rate of each edge.
struct World {
    logging: [f64; EDGES],
    target: [f64; EDGES],
    rates: [f64; EDGES],
}

fn normalised(shares: [f64; EDGES]) -> [f64; EDGES] {
    let sum: f64 = shares.iter().sum();
    shares.map(|share| share / sum)
}

/// The share of one edge, the others alike.
fn one(share: f64) -> [f64; EDGES] {
    std::array::from_fn(|edge| if edge == 0 { share } else { (1.0 - share) / (EDGES - 1) as f64 })
}

fn policies() -> [(&'static str, [f64; EDGES], [f64; EDGES]); 4] {
    let alike = [0.1; EDGES];
    let falling = normalised(std::array::from_fn(|edge| 0.85f64.powi(edge as i32)));
    let geometric = normalised(std::array::from_fn(|edge| 0.5f64.powi(edge as i32)));
    [("near", alike, falling), ("far", one(0.02), one(0.9)), ("rare", one(0.005), one(0.2)), ("many", geometric, alike)]
}

fn multinomial(n: u64, shares: impl Iterator<Item = f64>, rng: &mut Xoshiro256PlusPlus) -> Vec<u64> {
    let (mut left, mut mass) = (n, 1.0);
    let draw = |share: f64| {
        let p = if mass > 0.0 { (share / mass).clamp(0.0, 1.0) } else { 0.0 };
        let count = Binomial::new(left, p).expect("a probability").sample(rng);
        left -= count;
        mass -= share;
        count
    };
    shares.map(draw).collect()
}

/// Rows of one weight and reward.
struct Group {
    weight: f64,
    reward: f64,
    rows: u64,
}

/// The percentile intervals of both bootstraps, from the same resamples.
fn bootstraps(groups: &[Group], n: u64, resamples: usize, rng: &mut Xoshiro256PlusPlus) -> [(f64, f64); 2] {
    let mean_weight = groups.iter().map(|g| g.weight * g.rows as f64).sum::<f64>() / n as f64;
    let (mut ratios, mut means) = (Vec::new(), Vec::new());
    for _ in 0..resamples {
        let rows = multinomial(n, groups.iter().map(|g| g.rows as f64 / n as f64), rng);
        let sum = |value: fn(&Group) -> f64| groups.iter().zip(&rows).map(|(g, &k)| value(g) * k as f64).sum::<f64>();
        let (weighted, weights) = (sum(|g| g.weight * g.reward), sum(|g| g.weight));
        ratios.push(if weights > 0.0 { weighted / weights } else { 0.0 });
        means.push(weighted / mean_weight / n as f64);
    }
    [ratios, means].map(|mut values| {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[((share * values.len() as f64) as usize).min(values.len() - 1)];
        (at(0.025), at(0.975))
    })
}

/// The intervals of one log, in the order of the methods.
fn intervals(world: &World, n: u64, resamples: usize, rng: &mut Xoshiro256PlusPlus) -> [(f64, f64); METHODS.len()] {
    let mut fold = CellFold::default();
    let mut groups = Vec::new();
    for (edge, &rows) in multinomial(n, world.logging.into_iter(), rng).iter().enumerate() {
        let successes = Binomial::new(rows, world.rates[edge]).expect("a rate").sample(rng);
        for (rows, reward) in [(successes, Reward::SUCCESS), (rows - successes, Reward::FAILURE)] {
            let weight = world.target[edge] / world.logging[edge];
            groups.push(Group { weight, reward: reward.success().to_f64(), rows });
            (0..rows).for_each(|_| fold.add(&edge.to_string(), "", Some(world.logging[edge]), reward));
        }
    }
    let cells = fold.finish();
    let names: Vec<String> = (0..EDGES).map(|edge| edge.to_string()).collect();
    let law = names.iter().map(|name| &**name).zip(world.target);
    let target = Target::everywhere(&cells, law).expect("a policy");
    let evaluation = evaluate(&cells, &target, &Settings::default()).expect("rows with propensities");
    let ends = |estimate: &Estimate| estimate.lower.zip(estimate.upper).unwrap_or((0.0, 1.0));
    let (snips, sndr) = (evaluation.of(Estimator::Snips), evaluation.of(Estimator::Sndr));
    let (value, se) = (snips.value.unwrap_or(0.5), snips.se.unwrap_or(0.5));
    let [bootstrap, obp] = bootstraps(&groups, n, resamples, rng);
    [ends(snips), ends(sndr), (value - Z * se, value + Z * se), bootstrap, obp]
}

/// The share of intervals that hold the truth, and their mean width, by method.
fn coverage(world: &World, n: u64, logs: u64, resamples: usize, seed: u64) -> [(f64, f64); METHODS.len()] {
    let truth: f64 = world.target.iter().zip(world.rates).map(|(e, rate)| e * rate).sum();
    let of_log = |log: u64| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(log));
        intervals(world, n, resamples, &mut rng)
    };
    let all: Vec<_> = (0..logs).into_par_iter().map(of_log).collect();
    std::array::from_fn(|method| {
        let held = all.iter().filter(|ends| (ends[method].0..=ends[method].1).contains(&truth)).count();
        let width: f64 = all.iter().map(|ends| ends[method].1 - ends[method].0).sum();
        (held as f64 / logs as f64, width / logs as f64)
    })
}

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (logs, resamples) = (numbers.first().copied().unwrap_or(400), numbers.get(1).copied().unwrap_or(1_000));
    println!("| policies | effective | rows | {} |", METHODS.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(METHODS.len()));
    let mut seed = 20_260_101;
    for (name, logging, target) in policies() {
        let share = 1.0 / target.iter().zip(logging).map(|(e, p)| e * e / p).sum::<f64>();
        for effective in [5.0, 10.0, 20.0, 50.0, 200.0] {
            let n = (effective / share).ceil() as u64;
            let mut cells = Vec::new();
            for rate in [0.03, 0.1, 0.3, 0.5] {
                for spread in [0.0, 0.5] {
                    let of_edge = |edge: usize| rate * (1.0 + spread * (1.0 - 2.0 * edge as f64 / (EDGES - 1) as f64));
                    let world = World { logging, target, rates: std::array::from_fn(of_edge) };
                    seed += 1;
                    cells.push(coverage(&world, n, logs, resamples as usize, seed));
                }
            }
            let column = |method: usize| {
                let mean = |of: fn(&(f64, f64)) -> f64| {
                    cells.iter().map(|row| of(&row[method])).sum::<f64>() / cells.len() as f64
                };
                let least = cells.iter().map(|row| row[method].0).fold(1.0, f64::min);
                format!("{:.3} ({least:.3}) {:.2}", mean(|c| c.0), mean(|c| c.1))
            };
            let columns: Vec<String> = (0..METHODS.len()).map(column).collect();
            println!("| {name} | {effective} | {n} | {} |", columns.join(" | "));
        }
    }
}
