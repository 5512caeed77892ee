//! Protects the contract of `calibrate`: its exit codes, its JSON, its sameness at any number of threads, and what it refuses.
#![cfg(feature = "cli")]

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_betadrift");
    Command::new(program).current_dir(env!("CARGO_MANIFEST_DIR")).arg("calibrate").args(arguments).output().unwrap()
}

fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn worlds_give_the_same_bytes_at_any_number_of_threads_and_others_with_another_seed() {
    let small = ["--worlds", "60", "--trials", "20", "--format", "json", "--quiet"];
    let with = |more: &[&str]| run(&[&small[..], more].concat()).stdout;
    let one = with(&["--threads", "1"]);
    assert_eq!(one, with(&["--threads", "4"]));
    assert_ne!(one, with(&["--seed", "5"]));
    let document: Value = serde_json::from_slice(&one).unwrap();
    assert_eq!(document["schema"], "betadrift.calibrate/1");
    assert_eq!((&document["seed"], &document["worlds"]), (&20_260_101.into(), &60.into()));
    assert_eq!(document["variants"].as_array().unwrap().len(), 10);
}

#[test]
fn too_few_worlds_to_see_the_controls_are_no_calibration() {
    let output = run(&["--worlds", "12", "--trials", "10", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let document = json(&output);
    assert_eq!(document["calibrated"], false);
    let missed = document["variants"].as_array().unwrap().iter().any(|v| v["control"] == true && v["passes"] == true);
    assert!(missed && document["sentences"][1].as_str().unwrap().contains("Not seen to fail"));
    assert!(String::from_utf8(output.stderr).unwrap().contains("calibrated: no"));
}

#[test]
fn a_log_is_judged_by_its_mornings() {
    let output = run(&["data/feedback.csv", "--format", "json", "--prior", "2,8"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document = json(&output);
    assert_eq!((&document["schema"], &document["kind"]), (&"betadrift.calibrate/1".into(), &"log".into()));
    assert_eq!(document["events"], 11_971.0);
    assert_eq!(document["edges"].as_array().unwrap().len(), 12);
    assert!(document["log_loss"]["difference"].as_f64().unwrap() < 0.0, "telling these edges apart is worth it");
    let rows = String::from_utf8(run(&["data/feedback.csv", "--format", "csv"]).stdout).unwrap();
    assert_eq!(rows.lines().count(), 13);
    let table = String::from_utf8(run(&["data/counts.csv"]).stdout).unwrap();
    assert!(table.contains("Forecasts of the mornings") && table.contains("Tarone"), "{table}");
    // A prior that is surely wrong.
    let wrong = ["data/feedback.csv", "--prior", "2000,10", "--fail-unreliable", "--quiet"];
    assert_eq!(run(&wrong).status.code(), Some(1));
}

#[test]
fn flags_that_go_with_the_other_half_are_refused() {
    assert!(refusal(&["data/feedback.csv", "--worlds", "5"]).contains("--worlds goes with simulated worlds"));
    assert!(refusal(&["data/feedback.csv", "--trials", "50"]).contains("--trials"));
    assert!(refusal(&["--edges", "docs/*"]).contains("number of edges"));
    assert!(refusal(&["--prior", "docs/*=1,2"]).contains("one prior"));
    assert!(refusal(&["--fail-unreliable", "--worlds", "5"]).contains("goes with a log"));
    assert!(refusal(&["--trials", "15"]).contains("multiple of 10"));
    assert!(refusal(&["--draws", "50"]).contains("51 ranks"));
    assert!(refusal(&["--policy", "luck"]).contains("luck"));
    assert!(refusal(&["--delay", "soon"]).contains("exponential:MEAN"));
    assert!(refusal(&["--tz", "Europe/Berlin"]).contains("--tz"));
    assert!(refusal(&["--half-life", "3"]).contains("--half-life 3"));
    assert!(refusal(&["simulations/stationary.toml"]).contains("rates_from"));
}

#[test]
fn figures_are_drawn_where_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    run(&["--worlds", "20", "--trials", "10", "--figures", into, "--scale", "1", "--quiet"]);
    run(&["data/counts.csv", "--figures", into, "--scale", "1", "--quiet"]);
    for name in ["rank_histograms.svg", "ecdf.png", "reliability.svg"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
}
