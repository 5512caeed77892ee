//! Chapelle & Li (2011, "An Empirical Evaluation of Thompson Sampling", NIPS 24), table 1, at full length: ten items, one
//! of which is replaced with chance 10⁻³ in each of 10⁶ trials, rates from Beta(4, 4), feedback in batches of δ trials. Prints
//! regret with standard errors beside the published numbers. Their UCB has another bound, between those of UCB1 with c = 2 and
//! with c = 0.5, which are both played.
//!
//! `cargo bench --bench chapelle_li -- RUNS TRIALS`; 20 runs take some minutes of one core.

use betadrift::simulate::{Point, Scenario, simulate};

/// δ, and the published regret of UCB and of Thompson sampling.
const PUBLISHED: [(u32, f64, f64); 7] = [
    (1, 24_145.0, 9_105.0),
    (3, 24_695.0, 9_199.0),
    (10, 25_662.0, 9_049.0),
    (32, 28_148.0, 9_451.0),
    (100, 37_141.0, 11_550.0),
    (316, 77_687.0, 21_594.0),
    (1000, 226_220.0, 59_256.0),
];

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u32>().ok());
    let (runs, trials) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(1_000_000));
    println!("T = {trials}, {runs} runs; regret ± standard error; in brackets as published, at T = 1000000");
    println!("{:>6} {:>22} {:>22} {:>22} {:>9} {:>12}", "δ", "thompson", "ucb1", "ucb1 (c = 0.5)", "(UCB)", "UCB / TS");
    for (delta, published_ucb, published_thompson) in PUBLISHED {
        let [thompson, ucb, half] = play(runs, trials, delta);
        let number = |point: Point| format!("{:.0} ± {:.0}", point.mean, point.se.unwrap_or(f64::NAN));
        println!(
            "{delta:>6} {:>22} {:>22} {:>22} {:>9} {:>12}",
            format!("{} ({published_thompson})", number(thompson)),
            number(ucb),
            number(half),
            format!("({published_ucb})"),
            format!("{:.2} ({:.2})", ucb.mean / thompson.mean, published_ucb / published_thompson),
        );
    }
}

/// The regret at the end of Thompson sampling, and of UCB1 with c = 2 and c = 0.5.
fn play(runs: u32, trials: u32, delta: u32) -> [Point; 3] {
    let text = format!(
        "runs = {runs}\ndays = 1\ntrials_per_day = {trials}\nprior = [4, 4]\n[environment]\nkind = \"renewing\"\ncount = 10\n\
         rates_from = [4, 4]\nretire = 1e-3\n[[policy]]\nkind = \"thompson\"\n[[policy]]\nkind = \"ucb1\"\n\
         [[policy]]\nkind = \"ucb1\"\nlabel = \"half\"\nc = 0.5\n[feedback]\nbatch = {delta}"
    );
    let scenario = Scenario::from_toml(&text).expect("the scenario is a constant but for its numbers");
    let simulation = simulate(&scenario);
    [0, 1, 2].map(|policy: usize| *simulation.policies[policy].regret.last().expect("the horizon is a checkpoint"))
}
