//! How the time of a simulation grows with edges, trials, runs, and by policy; items are trials.

use betadrift::simulate::{Scenario, simulate};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// A stationary world with rates from Beta(2, 18).
fn scenario(policy: &str, edges: u64, trials: u64, runs: u32) -> Scenario {
    let text = format!(
        "runs = {runs}\ndays = 1\ntrials_per_day = {trials}\n[environment]\nkind = \"stationary\"\n\
         count = {edges}\nrates_from = [2, 18]\n[[policy]]\nkind = \"{policy}\"\n"
    );
    let parameters = match policy {
        "epsilon_greedy" => "epsilon = 0.1",
        "discounted_thompson" => "gamma = 0.995",
        "sliding_window_thompson" => "window = 1000",
        _ => "",
    };
    Scenario::from_toml(&(text + parameters)).expect("the scenario is a constant but for its numbers")
}

fn play(bencher: Bencher<'_, '_>, scenario: &Scenario) {
    let trials = scenario.horizon() * u64::from(scenario.runs());
    bencher.counter(ItemsCount::new(trials)).bench_local(|| simulate(scenario));
}

/// What a step costs by the number of edges: choosing, the answer, and learning from it.
#[divan::bench(args = [10, 100, 1_000, 10_000, 100_000], sample_count = 5)]
fn steps(bencher: Bencher<'_, '_>, edges: u64) {
    play(bencher, &scenario("thompson", edges, 100_000, 1));
}

/// The same where choosing costs next to nothing: what is left is the loop.
#[divan::bench(args = [10, 100, 1_000, 10_000, 100_000], sample_count = 5)]
fn steps_of_uniform_choice(bencher: Bencher<'_, '_>, edges: u64) {
    play(bencher, &scenario("uniform", edges, 100_000, 1));
}

#[divan::bench(args = [10_000, 20_000, 40_000, 80_000, 160_000], sample_count = 5)]
fn trials(bencher: Bencher<'_, '_>, trials: u64) {
    play(bencher, &scenario("thompson", 10, trials, 1));
}

#[divan::bench(args = [10, 20, 40, 80, 160], sample_count = 5)]
fn runs(bencher: Bencher<'_, '_>, runs: u32) {
    play(bencher, &scenario("thompson", 10, 10_000, runs));
}

#[divan::bench(args = [1, 2, 4, 8], sample_count = 5)]
fn threads(bencher: Bencher<'_, '_>, threads: usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
    let scenario = scenario("thompson", 10, 10_000, 64);
    let trials = scenario.horizon() * u64::from(scenario.runs());
    bencher.counter(ItemsCount::new(trials)).bench_local(|| pool.install(|| simulate(&scenario)));
}

#[divan::bench(
    args = [
        "thompson", "top_two", "ucb1", "kl_ucb", "epsilon_greedy", "greedy", "uniform", "bayes_ucb", "moss",
        "discounted_thompson", "sliding_window_thompson", "ids", "exp3",
    ],
    sample_count = 10
)]
fn policies(bencher: Bencher<'_, '_>, policy: &str) {
    play(bencher, &scenario(policy, 10, 5_000, 1));
}
