//! Protects the contract of `tune`: fields, statuses and what is done where there is no maximum, counts without days, and the prior
//! that every verb reads back.
#![cfg(feature = "cli")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const RATS: &str = include_str!("../reference/rat_tumours.csv");

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betadrift")).current_dir(folder.path()).args(arguments).output().unwrap()
}

fn out(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn tuned(folder: &TempDir, arguments: &[&str]) -> Value {
    serde_json::from_str(&out(folder, &[&["tune", "--format", "json"], arguments].concat())).unwrap()
}

/// The rats as counts without days, under either name of the rest.
fn rats(folder: &TempDir) {
    let (mut failures, mut trials) = ("edge,successes,failures\n".to_owned(), "edge,successes,trials\n".to_owned());
    for (group, row) in RATS.lines().skip(1).enumerate() {
        let (tumours, rats) = row.split_once(',').unwrap();
        let healthy = rats.parse::<u32>().unwrap() - tumours.parse::<u32>().unwrap();
        writeln!(failures, "{group},{tumours},{healthy}").unwrap();
        writeln!(trials, "{group},{tumours},{rats}").unwrap();
    }
    fs::write(folder.path().join("failures.csv"), failures).unwrap();
    fs::write(folder.path().join("trials.csv"), trials).unwrap();
}

#[test]
fn counts_without_days_have_a_prior_but_no_score() {
    let folder = tempfile::tempdir().unwrap();
    rats(&folder);
    let found = tuned(&folder, &["failures.csv"]);
    assert_eq!(tuned(&folder, &["trials.csv"]), found);
    let near = |value: &Value, right: f64| (value.as_f64().unwrap() - right).abs() < 1e-5 * right.abs();
    assert_eq!((&found["schema"], &found["status"]), (&json!("betadrift.tune/1"), &json!("interior")));
    assert!(near(&found["alpha"], 2.304_783) && near(&found["beta"], 14.079_809), "{found}");
    assert!(near(&found["log_likelihood"], -721.001), "{found}");
    assert!(near(&found["concentration"]["estimate"], 16.384_592));
    assert!(near(&found["concentration"]["lower"], 8.763_648) && near(&found["concentration"]["upper"], 33.928_418));
    assert!(found["moments"]["alpha"].is_f64() && found["moments"]["beta"].is_f64());
    assert_eq!((&found["edges"], &found["events"]), (&json!(70), &json!(1725)));
    assert!(found["sentence"].as_str().unwrap().contains("worth 16 earlier pulls"), "{}", found["sentence"]);
    assert!(found["standard_errors"]["ln_alpha"].is_f64());
    assert_eq!(found["scored_on"], Value::Null);
    assert!(found["reason"].as_str().unwrap().contains("no days"), "{}", found["reason"]);
    // Other verbs still ask which day it was.
    let refused = run(&folder, &["replay", "failures.csv"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--assume-day"));
    assert!(out(&folder, &["replay", "failures.csv", "--assume-day", "2026-01-01"]).contains("2026-01-01"));
}

#[test]
fn what_does_not_exist_is_null_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (text, status, words) in [
        ("a,3,7\nb,3,7\nc,3,7\n", "no_overdispersion", "--prior"),
        ("a,0,7\nb,0,9\n", "boundary", "Every event was a failure"),
        ("a,5,0\nb,0,9\n", "boundary", "Each edge did only one thing"),
        ("a,1,0\nb,0,1\n", "unidentified", "No edge has more than one event"),
        ("", "unidentified", "no feedback"),
    ] {
        fs::write(folder.path().join("counts.csv"), format!("edge,successes,failures\n{text}")).unwrap();
        let found = tuned(&folder, &["counts.csv"]);
        assert_eq!(found["status"], status);
        for absent in
            [&found["alpha"], &found["beta"], &found["concentration"]["estimate"], &found["concentration"]["upper"]]
        {
            let open = status == "boundary" && found["concentration"]["upper"].is_f64();
            assert!(absent.is_null() || open, "{found}");
        }
        assert!(found["log_likelihood"].is_f64());
        assert!(found["sentence"].as_str().unwrap().contains(words), "{}", found["sentence"]);
        assert!(found["reason"].is_string());
        let refused = run(&folder, &["tune", "counts.csv", "--emit", "prior.toml"]);
        assert_eq!(refused.status.code(), Some(1), "{status}");
        assert!(!folder.path().join("prior.toml").exists());
    }
}

#[test]
fn a_prior_that_is_written_is_read_by_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log.csv"), log()).unwrap();
    let arguments =
        ["log.csv", "--until", "2026-01-10", "--group", "low/*", "--group", "high/*", "--emit", "prior.toml"];
    let found = tuned(&folder, &arguments);
    assert_eq!((&found["same_days"], &found["groups"]["chosen"]), (&json!(false), &json!(true)), "{found:#}");
    let replayed: Value =
        serde_json::from_str(&out(&folder, &["replay", "log.csv", "--prior", "prior.toml", "--format", "json"]))
            .unwrap();
    let prior = &replayed["prior"];
    assert_eq!((&prior["alpha"], &prior["beta"]), (&found["alpha"], &found["beta"]));
    for group in 0..2 {
        let (read, own) = (&prior["groups"][group], &found["groups"]["groups"][group]);
        assert_eq!((&read["glob"], &read["alpha"], &read["beta"]), (&own["group"], &own["alpha"], &own["beta"]));
    }
    out(&folder, &["convergence", "log.csv", "--prior", "prior.toml"]);
    out(&folder, &["report", "log.csv", "--prior", "prior.toml", "--out", "report"]);
    assert_eq!(tuned(&folder, &["log.csv", "--prior", "prior.toml"])["scores"][0]["alpha"], found["alpha"]);
    // The file that is read is not the one that is written.
    let refused = run(&folder, &["tune", "log.csv", "--emit", "log.csv"]);
    assert_eq!(refused.status.code(), Some(2));
}

/// Two kinds of edges, new ones of each kind every day.
fn log() -> String {
    let mut text = "day,edge,successes,failures\n".to_owned();
    for day in 1..=20 {
        for edge in 0..2 * day {
            let (kind, rate) = if edge % 2 == 0 { ("low", (edge / 2) % 4) } else { ("high", 5 + (edge / 2) % 5) };
            let successes = rate + (day + edge) % 2;
            writeln!(text, "2026-01-{day:02},{kind}/{edge:02},{successes},{}", 10 - successes).unwrap();
            if (edge / 2) % 3 == 0 {
                writeln!(text, "2026-01-{day:02},{kind}/{edge:02},{},{}", rate / 2, 4 - rate / 2).unwrap();
            }
        }
    }
    text
}

#[test]
fn tables_and_rows_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log.csv"), log()).unwrap();
    let csv = out(&folder, &["tune", "log.csv", "--format", "csv"]);
    let kinds: Vec<&str> = csv.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert!(["kind", "prior", "nothing", "half_life", "window"].iter().all(|kind| kinds.contains(kind)), "{csv}");
    let table = out(&folder, &["tune", "log.csv"]);
    for words in
        ["The log supports", "used the same days", "moments (Kleinman)", "half-life 7 d", "window 7 d", "jeffreys"]
    {
        assert!(table.contains(words), "{words}: {table}");
    }
    let refused = run(&folder, &["tune", "log.csv", "--group-by", "segment"]);
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
}

#[test]
fn figures_are_drawn_where_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    rats(&folder);
    out(&folder, &["tune", "failures.csv", "--figures", "figures", "--scale", "1"]);
    for name in ["evidence", "sensitivity", "half_life"] {
        assert!(
            folder.path().join(format!("figures/{name}.svg")).exists()
                && folder.path().join(format!("figures/{name}.png")).exists()
        );
    }
}

#[test]
fn a_real_log_without_a_usable_maximum_is_said_to_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/obd");
    let column = ["--column", "edge=item_id"];
    for (name, status) in [("random", "no_overdispersion"), ("bts", "interior")] {
        let log = real.join(name).join("men.csv");
        if log.exists() {
            let found = tuned(&folder, &[&[log.to_str().unwrap()], &column[..]].concat());
            assert_eq!((&found["status"], &found["usable"]), (&json!(status), &json!(false)));
            assert_eq!((&found["edges"], &found["concentration"]["upper"]), (&json!(34), &Value::Null));
        }
    }
    // The same by hand: a maximum that beats none by less than chance.
    let counts = "edge,successes,failures\na,2,8\nb,5,5\nc,3,7\nd,2,8\ne,6,4\n";
    fs::write(folder.path().join("counts.csv"), counts).unwrap();
    let found = tuned(&folder, &["counts.csv"]);
    assert_eq!((&found["status"], &found["usable"]), (&json!("interior"), &json!(false)));
    assert!(found["sentence"].as_str().unwrap().contains("not to be used"), "{}", found["sentence"]);
    assert_eq!(run(&folder, &["tune", "counts.csv", "--emit", "prior.toml"]).status.code(), Some(1));
}
