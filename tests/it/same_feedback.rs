//! Protects that the same feedback gives the same posteriors, in whatever format it arrives.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::process::Command;

/// α and β of each edge, as printed.
type Posteriors = BTreeMap<String, (String, String)>;

fn posteriors(arguments: &[&str]) -> Posteriors {
    let output =
        Command::new(env!("CARGO_BIN_EXE_betadrift")).args(arguments).args(["--format", "csv"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut reader = csv::Reader::from_reader(&*output.stdout);
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (edge, alpha, beta) = (at("edge"), at("alpha"), at("beta"));
    let row = |row: csv::StringRecord| (row[edge].to_owned(), (row[alpha].to_owned(), row[beta].to_owned()));
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn events() -> Posteriors {
    let posteriors = posteriors(&["replay", "data/formats/events.csv"]);
    assert_eq!(posteriors.len(), 5);
    posteriors
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_holds_the_same_events() {
    assert_eq!(posteriors(&["replay", "data/formats/events.parquet"]), events());
}

#[test]
#[cfg(feature = "parquet")]
fn a_table_as_hive_lays_it_out_holds_the_same_events() {
    assert_eq!(posteriors(&["replay", "data/formats/hive"]), events());
    assert_eq!(posteriors(&["replay", "data/formats/hive/day=*"]), events());
    assert_eq!(posteriors(&["replay", "data/formats/hive/*/*.parquet"]), events());
}

#[test]
#[cfg(feature = "sqlite")]
fn a_qortex_store_holds_what_its_events_leave() {
    assert_eq!(posteriors(&["import", "qortex", "data/formats/qortex.db"]), events());
}

#[test]
fn the_beliefs_of_buildlog_hold_what_was_added_to_them() {
    assert_eq!(posteriors(&["replay", "data/formats/bandit_state.jsonl"]), events());
}

#[test]
fn a_qortex_log_is_its_observations() {
    assert_eq!(posteriors(&["replay", "data/formats/qortex.jsonl"]), events());
}

#[test]
fn the_export_of_openclaw_holds_what_was_referenced() {
    assert_eq!(posteriors(&["replay", "data/formats/openclaw.json"]), events());
}

#[test]
fn examples_and_decisions_of_vowpal_wabbit_hold_costs() {
    let undated = |file| posteriors(&["replay", file, "--assume-day", "2026-01-06"]);
    assert_eq!(posteriors(&["replay", "data/formats/vowpal.dsjson"]), events());
    assert_eq!(undated("data/formats/vowpal_adf.txt"), events());
    // Actions are numbers there.
    let numbered = events().into_iter().map(|(edge, posterior)| (edge.replace("docs/", ""), posterior));
    assert_eq!(undated("data/formats/vowpal_cb.txt"), numbered.collect());
}

#[test]
fn the_exposures_and_outcomes_of_an_experiment_are_joined() {
    let tables = ["data/formats/exposures.csv", "--outcomes", "data/formats/outcomes.csv", "--attribution", "1d"];
    assert_eq!(posteriors(&[&["replay"][..], &tables].concat()), events());
}

#[test]
#[cfg(all(feature = "parquet", feature = "sqlite"))]
fn every_command_that_the_book_lists_prints_the_same_posteriors() {
    let page = std::fs::read_to_string("docs/src/how-to/import.md").unwrap();
    let words = page.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`'));
    let commands =
        words.filter_map(|word| word.strip_prefix("betadrift ")).filter(|word| word.contains("data/formats/"));
    let commands: Vec<Vec<&str>> = commands.map(|command| command.split(' ').collect()).collect();
    assert_eq!(commands.len(), 9);
    for command in commands {
        assert_eq!(posteriors(&command), events(), "{command:?}");
    }
}
