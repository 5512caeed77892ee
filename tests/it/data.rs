//! Protects what the repository shows: every scenario is valid and says what it teaches, and `data/` is what the scenarios make.

use std::fs;
#[cfg(feature = "compression")]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use betadrift::convergence::{Settings, VerdictState, convergence};
#[cfg(feature = "compression")]
use betadrift::feedback::Reward;
use betadrift::feedback::{Counts, EdgeId};
use betadrift::posterior::{Priors, update};
use betadrift::simulate::{Scenario, record, record_log, timeline};
use betadrift::timeline::{Fold, View};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap()
}

fn scenario(name: &str) -> Scenario {
    Scenario::from_toml(&read(&format!("simulations/{name}.toml"))).unwrap()
}

#[test]
fn every_scenario_is_valid_and_says_what_it_teaches() {
    let names: Vec<String> = fs::read_dir(root("simulations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
        .collect();
    let worlds = ["seasonal", "burst", "chapelle-li", "adversarial", "positions", "cascade"];
    for kept in ["stationary", "drifting", "abrupt", "delayed", "ties", "thousand", "russo2018"].iter().chain(&worlds) {
        assert!(names.iter().any(|name| name == kept), "{kept}");
    }
    for name in names {
        let text = read(&format!("simulations/{name}.toml"));
        assert!(text.starts_with("# ") && text.contains("# Teaches "), "{name}");
        assert!(scenario(&name).name().is_some_and(|title| !title.is_empty()), "{name}");
    }
}

#[test]
fn the_feedback_of_the_data_is_that_of_its_scenario() {
    let scenario = scenario("stationary");
    let mut log = Vec::new();
    let posteriors = record_log(&scenario, 0, 0, &mut log).unwrap();
    let (made, kept) = (String::from_utf8(log).unwrap(), read("data/feedback.csv"));
    assert_eq!(made.lines().count(), kept.lines().count());
    for (made, kept) in made.lines().zip(kept.lines()).skip(1) {
        let (made, kept): (Vec<&str>, Vec<&str>) = (made.split(',').collect(), kept.split(',').collect());
        assert_eq!((&made[..4], made[5]), (&kept[..4], kept[5]));
        // The last digit of an integral may differ between processors.
        let [made, kept]: [f64; 2] = [made[4], kept[4]].map(|propensity| propensity.parse().unwrap());
        assert!((made - kept).abs() < 1e-12, "{made} {kept}");
    }
    let mut table = "edge,alpha,beta\n".to_owned();
    for ((_, name), posterior) in scenario.edges().iter().zip(posteriors) {
        table += &format!("{name},{},{}\n", posterior.alpha(), posterior.beta());
    }
    assert_eq!(read("data/posteriors.csv"), table);
}

#[test]
fn the_counts_of_the_data_are_its_timeline() {
    let mut fold = Fold::default();
    for line in read("data/counts.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let counts = Counts { successes: fields[2].parse().unwrap(), failures: fields[3].parse().unwrap() };
        let edge = fold.edge(fields[1]);
        fold.add(fields[0].parse().unwrap(), edge, counts);
    }
    assert_eq!(fold.finish(), timeline(&scenario("stationary"), 0, 0));
}

/// The story that `data/` is there to tell: the verdict names the best edge of the truth, and since when.
#[test]
fn the_data_settle_on_the_best_edge() {
    let scenario = scenario("stationary");
    let truth = scenario.initial_rates(0);
    let best =
        scenario.edges().iter().max_by(|(a, _), (b, _)| truth[a.index()].total_cmp(&truth[b.index()])).unwrap().1;
    let played = timeline(&scenario, 0, 0);
    let analysis = convergence(&played, &Priors::new(scenario.prior()), View::Cumulative, &Settings::default());
    let verdict = &analysis.verdict;
    assert_eq!(verdict.state, VerdictState::Settled);
    assert_eq!(verdict.leader.map(|edge| analysis.edges.name(edge)), Some(best));
    let since = verdict.since.unwrap() - scenario.start();
    assert!((7..23).contains(&since), "settled after {since} days");
    let pulls = |name: &str| played.totals()[played.edges().get(name).unwrap().index()].pulls();
    assert!(scenario.edges().iter().all(|(_, name)| name == best || pulls(name) < pulls(best) / 4.0));
}

/// Law of the house: what the log has, counted, is what the engine held, to the bit.
#[test]
fn the_posteriors_of_an_engine_are_the_counts_of_its_log() {
    for name in ["stationary", "delayed", "drifting", "abrupt"] {
        let scenario = scenario(name);
        for policy in 0..scenario.labels().len() {
            let held = record(&scenario, policy, 1, |_| ());
            let played = timeline(&scenario, policy, 1);
            for (edge, counts) in played.totals().into_iter().enumerate() {
                let name = played.edges().name(EdgeId::new(edge));
                let replayed = update(scenario.prior(), (counts.successes.to_f64(), counts.failures.to_f64()));
                assert_eq!(held[scenario.edges().get(name).unwrap().index()], replayed, "{name}");
            }
        }
    }
}

/// Equals never settle, and need not.
#[test]
fn the_ties_end_tied() {
    let scenario = scenario("ties");
    let played = timeline(&scenario, 0, 0);
    let analysis = convergence(&played, &Priors::new(scenario.prior()), View::Cumulative, &Settings::default());
    assert_eq!(analysis.verdict.state, VerdictState::Tied);
}

#[cfg(feature = "compression")]
#[test]
fn the_json_lines_are_the_first_three_days() {
    let file = fs::File::open(root("data/feedback.jsonl.gz")).unwrap();
    let mut fold = Fold::default();
    for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = |key: &str| event[key].as_str().unwrap();
        let reward = if text("label") == "accepted" { Reward::SUCCESS } else { Reward::FAILURE };
        let edge = fold.edge(text("arm_id"));
        fold.add(text("ts")[..10].parse().unwrap(), edge, reward.into());
    }
    let scenario = scenario("stationary");
    let whole = timeline(&scenario, 0, 0);
    assert_eq!(fold.finish(), whole.between(scenario.start(), scenario.start() + 2));
}
