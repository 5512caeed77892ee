//! Protects the policies against an implementation of their own: the mean regrets of `tests/reference/regret.csv`, which
//! `regret.py` beside it makes, and those of an abruptly changing world. Controls must miss them.

use std::path::Path;

use betadrift::simulate::{Point, Scenario, simulate};
use serde::Deserialize;

/// How many joint standard errors two means may lie apart: a chance of 6e-5 at a fixed seed.
const STANDARD_ERRORS: f64 = 4.0;

/// Garivier & Moulines (2011, arXiv:0805.3415): the third edge is the best for a while.
const GARIVIER: &str = "days = 20\ntrials_per_day = 500\n[environment]\nkind = \"abrupt\"\nrates = [0.5, 0.3, 0.4]\n\
                        changes = [{ trial = 3000, edge = 2, rate = 0.9 }, { trial = 5000, edge = 2, rate = 0.4 }]";

/// A row of the table.
#[derive(Debug, Clone, Deserialize)]
struct Known {
    world: String,
    /// The kind, parameters, and `batch`, as they are written in a scenario.
    policy: String,
    mean: f64,
    se: f64,
}

fn table() -> Vec<Known> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/regret.csv");
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn known(policy: &str, world: &str) -> Known {
    table().into_iter().find(|known| known.policy == policy && known.world == world).unwrap()
}

fn play(world: &str, policy: &str, runs: u32) -> Point {
    let world = match world {
        "three" => "days = 1\ntrials_per_day = 300\n[environment]\nkind = \"stationary\"\nrates = [0.9, 0.8, 0.7]",
        "uniform" => {
            "days = 1\ntrials_per_day = 100\n[environment]\nkind = \"stationary\"\ncount = 5\nrates_from = [1, 1]"
        }
        "garivier" => GARIVIER,
        other => panic!("no world is called {other}"),
    };
    let mut words = policy.split(' ');
    let kind = words.next().unwrap();
    let (batch, parameters): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("batch="));
    let parameters =
        parameters.join("\n").replace("per=", "per=\"").replace("trial", "trial\"").replace("pull", "pull\"");
    let parameters = parameters.replace("day", "day\"");
    let feedback = batch.first().map_or(String::new(), |batch| format!("[feedback]\n{batch}"));
    let text = format!("runs = {runs}\n{world}\n[[policy]]\nkind = \"{kind}\"\n{parameters}\n{feedback}");
    *simulate(&Scenario::from_toml(&text).unwrap()).policies[0].regret.last().unwrap()
}

/// How many joint standard errors apart.
fn distance(point: Point, mean: f64, se: f64) -> f64 {
    (point.mean - mean).abs() / point.se.unwrap().hypot(se)
}

#[test]
fn policies_have_the_regrets_of_an_implementation_of_their_own() {
    let rows: Vec<Known> = table().into_iter().filter(|known| !known.policy.starts_with("control")).collect();
    assert!(rows.len() >= 14, "the table is nearly empty");
    for known in rows {
        let runs = match (known.world.as_str(), known.policy.as_str()) {
            ("garivier", _) => 300,
            (_, "ids") => 1_000,
            _ => 4_000,
        };
        let point = play(&known.world, &known.policy, runs);
        assert!(point.se.unwrap() < 0.15 * known.mean, "{known:?}: {point:?}");
        let distance = distance(point, known.mean, known.se);
        println!("{known:?}: {point:?}, {distance:.2} standard errors");
        assert!(distance < STANDARD_ERRORS, "{known:?}: {point:?}");
    }
}

/// The negative control: what passes for everything checks nothing.
#[test]
fn no_policy_passes_for_another() {
    for (world, played, other) in [
        ("three", "bayes_ucb", "bayes_ucb c=2"),
        ("three", "moss", "bayes_ucb"),
        ("three", "exp3 gamma=0.3", "exp3"),
        ("uniform", "thompson", "ids"),
        ("uniform", "thompson", "bayes_ucb"),
        ("uniform", "ucb1", "moss"),
    ] {
        let other = known(other, world);
        let point = play(world, played, 4_000);
        assert!(distance(point, other.mean, other.se) > STANDARD_ERRORS, "{played} {other:?}: {point:?}");
    }
}

/// 771.8 ± 3.8, 318.1 ± 1.1 and 243.4 ± 2.4, where the same world was played elsewhere.
#[test]
fn who_forgets_follows_a_world_that_changes() {
    for (policy, mean, se) in [
        ("thompson", 771.8, 3.8),
        ("discounted_thompson gamma=0.995 per=trial", 318.1, 1.1),
        ("sliding_window_thompson window=1000", 243.4, 2.4),
    ] {
        let point = play("garivier", policy, 600);
        let distance = distance(point, mean, se);
        println!("{policy}: {point:?}, {distance:.2} standard errors from {mean}");
        assert!(distance < STANDARD_ERRORS, "{policy}: {point:?}, not {mean} ± {se}");
    }
}

/// Another memory is another policy: a longer one, one that fades by day, and one whose prior fades as well all miss.
#[test]
fn another_memory_has_another_regret() {
    for policy in [
        "discounted_thompson gamma=0.998 per=trial",
        "discounted_thompson gamma=0.5 per=day",
        "sliding_window_thompson window=1000",
    ] {
        let point = play("garivier", policy, 300);
        assert!(distance(point, 318.1, 1.1) > STANDARD_ERRORS, "{policy}: {point:?}");
    }
    let control = known("control: the prior fades too", "garivier");
    let point = play("garivier", "discounted_thompson gamma=0.995 per=trial", 300);
    assert!(distance(point, control.mean, control.se) > STANDARD_ERRORS, "{control:?}: {point:?}");
}

/// What never fades and what is never forgotten is Thompson sampling, draw for draw.
#[test]
fn without_forgetting_it_is_thompson_sampling() {
    let thompson = play("garivier", "thompson", 3);
    for policy in ["discounted_thompson gamma=1 per=trial", "sliding_window_thompson window=10000"] {
        assert_eq!(play("garivier", policy, 3), thompson, "{policy}");
    }
}
