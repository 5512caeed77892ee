//! Protects the simulator against known truths: the exact regret of Thompson sampling by dynamic programming, published
//! averages, the order of policies, and a negative control that must miss them.

use std::collections::HashMap;

use betadrift::simulate::{Point, Scenario, Simulation, simulate};

/// How many standard errors a simulated mean may lie from the truth: a chance of 6e-5 at a fixed seed.
const STANDARD_ERRORS: f64 = 4.0;

fn play(world: &str, policies: &[&str], trials: u64, runs: u32) -> Simulation {
    let policies: String = policies.iter().map(|kind| format!("[[policy]]\nkind = \"{kind}\"\n")).collect();
    let text = format!("runs = {runs}\ndays = 1\ntrials_per_day = {trials}\n[environment]\n{world}\n{policies}");
    simulate(&Scenario::from_toml(&text).unwrap())
}

fn stationary(rates: &str) -> String {
    format!("kind = \"stationary\"\nrates = {rates}")
}

fn last(simulation: &Simulation, policy: &str) -> Point {
    let result = simulation.policies.iter().find(|result| result.label == policy).unwrap();
    *result.regret.last().unwrap()
}

/// How many standard errors apart; `truth_se` is the truth's own.
fn distance(point: Point, truth: f64, truth_se: f64) -> f64 {
    (point.mean - truth).abs() / point.se.unwrap().hypot(truth_se)
}

/// The exact reward of Thompson sampling with two edges and uniform priors, by dynamic programming over the counts
/// (successes, failures) of both. With `rates` the world is that one; without, rates are uniform on [0, 1]², so that the
/// chance of a success given the counts is the posterior mean.
struct Exact {
    rates: Option<[f64; 2]>,
    ln_factorial: Vec<f64>,
    values: HashMap<[u8; 4], f64>,
}

impl Exact {
    fn reward(rates: Option<[f64; 2]>, trials: u8) -> f64 {
        let mut ln_factorial = vec![0.0];
        (1..=2 * usize::from(trials) + 4).for_each(|n| ln_factorial.push(ln_factorial[n - 1] + (n as f64).ln()));
        Self { rates, ln_factorial, values: HashMap::new() }.value([0; 4], trials)
    }

    /// ln B(a, b) for whole numbers.
    fn ln_beta(&self, a: usize, b: usize) -> f64 {
        self.ln_factorial[a - 1] + self.ln_factorial[b - 1] - self.ln_factorial[a + b - 1]
    }

    /// P(θ₁ > θ₂) = Σ_{i < α₁} B(α₂ + i, β₁ + β₂) / ((β₁ + i) B(1 + i, β₁) B(α₂, β₂)), α and β whole.
    fn first_leads(&self, [s1, f1, s2, f2]: [u8; 4]) -> f64 {
        let [a1, b1, a2, b2] = [s1, f1, s2, f2].map(|count| usize::from(count) + 1);
        let term = |i| {
            let ln = self.ln_beta(a2 + i, b1 + b2) - self.ln_beta(1 + i, b1) - self.ln_beta(a2, b2);
            ln.exp() / (b1 + i) as f64
        };
        (0..a1).map(term).sum()
    }

    /// The expected reward of `left` more trials.
    fn value(&mut self, counts: [u8; 4], left: u8) -> f64 {
        if left == 0 {
            return 0.0;
        }
        if let Some(&value) = self.values.get(&counts) {
            return value;
        }
        let first = self.first_leads(counts);
        let value = [first, 1.0 - first].into_iter().enumerate().map(|(edge, chance)| {
            let (successes, failures) = (2 * edge, 2 * edge + 1);
            let mean = f64::from(counts[successes] + 1) / f64::from(counts[successes] + counts[failures] + 2);
            let rate = self.rates.map_or(mean, |rates| rates[edge]);
            let mut after = |at: usize| {
                let mut next = counts;
                next[at] += 1;
                self.value(next, left - 1)
            };
            chance * (rate + rate * after(successes) + (1.0 - rate) * after(failures))
        });
        let value = value.sum();
        self.values.insert(counts, value);
        value
    }
}

#[test]
fn the_dynamic_programme_gives_the_known_regrets() {
    let regret = |rates: [f64; 2]| 60.0 * rates[0].max(rates[1]) - Exact::reward(Some(rates), 60);
    assert!((regret([0.9, 0.8]) - 1.860_925_168_8).abs() < 1e-9);
    assert!((regret([0.1, 0.02]) - 1.679_443_594_6).abs() < 1e-9);
    // E[max] of two uniform rates is 2/3.
    assert!((60.0 * 2.0 / 3.0 - Exact::reward(None, 60) - 2.289_853_141_7).abs() < 1e-9);
}

#[test]
fn thompson_has_its_exact_regret() {
    let uniform_worlds = "kind = \"stationary\"\ncount = 2\nrates_from = [1, 1]".to_owned();
    let worlds = [
        (stationary("[0.9, 0.8]"), 1.860_925_168_8),
        (stationary("[0.02, 0.1]"), 1.679_443_594_6),
        (uniform_worlds, 2.289_853_141_7),
    ];
    for (world, truth) in worlds {
        let point = last(&play(&world, &["thompson"], 60, 40_000), "thompson");
        assert!(point.se.unwrap() < 0.015, "{point:?}");
        assert!(distance(point, truth, 0.0) < STANDARD_ERRORS, "{world}: {point:?}, exactly {truth}");
    }
    let ten = 10.0 * 0.7 - Exact::reward(Some([0.3, 0.7]), 10);
    let point = last(&play(&stationary("[0.3, 0.7]"), &["thompson"], 10, 40_000), "thompson");
    assert!(distance(point, ten, 0.0) < STANDARD_ERRORS, "{point:?}, exactly {ten}");
}

/// The negative control: a check that other policies pass as well would check nothing.
#[test]
fn no_other_policy_passes_for_thompson() {
    let others = ["top_two", "ucb1", "kl_ucb", "greedy", "uniform"];
    let simulation = play(&stationary("[0.9, 0.8]"), &others, 60, 4_000);
    for policy in others {
        assert!(distance(last(&simulation, policy), 1.860_925_168_8, 0.0) > STANDARD_ERRORS, "{policy}");
    }
}

/// Russo et al. (2018, doi:10.1561/2200000070), the three-armed example: 11.10 ± 0.07 and 74.9 ± 0.4 at T = 1000.
#[test]
fn three_edges_have_the_known_regrets() {
    let simulation = play(&stationary("[0.9, 0.8, 0.7]"), &["thompson", "greedy"], 1_000, 6_000);
    let (thompson, greedy) = (last(&simulation, "thompson"), last(&simulation, "greedy"));
    assert!(distance(thompson, 11.10, 0.07) < STANDARD_ERRORS, "{thompson:?}");
    assert!(distance(greedy, 74.9, 0.4) < STANDARD_ERRORS, "{greedy:?}");
}

/// The ten low rates of Garivier & Cappé (2011, arXiv:1102.2490).
#[test]
fn thompson_beats_kl_ucb_beats_ucb1() {
    let order = ["thompson", "kl_ucb", "ucb1"];
    let rates = "[0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01]";
    let simulation = play(&stationary(rates), &order, 10_000, 40);
    for pair in order.windows(2) {
        let (better, worse) = (last(&simulation, pair[0]), last(&simulation, pair[1]));
        let gap = (worse.mean - better.mean) / worse.se.unwrap().hypot(better.se.unwrap());
        assert!(gap > STANDARD_ERRORS, "{pair:?}: {better:?} {worse:?}");
    }
}

#[test]
fn uniform_has_the_regret_of_the_mean_gap() {
    // 0.9 − (0.9 + 0.8 + 0.7)/3 = 0.1 a trial; a third of the plays are best.
    let simulation = play(&stationary("[0.9, 0.8, 0.7]"), &["uniform"], 300, 2_000);
    assert!(distance(last(&simulation, "uniform"), 30.0, 0.0) < STANDARD_ERRORS);
    let share = simulation.policies[0].best_share[0];
    assert!(distance(share, 1.0 / 3.0, 0.0) < STANDARD_ERRORS, "{share:?}");
}
