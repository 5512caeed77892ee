//! Protects `compare` as a program: what A and B may be, gates as exit codes, every output, and errors that say the place.
#![cfg(feature = "cli")]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Thirty days of counts of four edges; `rate` is that of the second.
fn counts(rate: u64) -> String {
    let mut rows = "day,edge,successes,failures\n".to_owned();
    for day in 1..=30 {
        for (edge, successes) in [("docs/a", 60), ("docs/b", rate), ("docs/c", 20), ("docs/d", 10)] {
            rows += &format!("2026-01-{day:02},{edge},{successes},{}\n", 100 - successes);
        }
    }
    rows
}

fn place() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), counts(40)).unwrap();
    fs::write(folder.path().join("b.csv"), counts(34)).unwrap();
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betadrift")).current_dir(folder.path()).args(args).output().unwrap()
}

fn compare(folder: &TempDir, args: &[&str]) -> Output {
    run(folder, &[&["compare"], args].concat())
}

fn json(folder: &TempDir, args: &[&str]) -> Value {
    let output = compare(folder, &[args, &["--format", "json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The edges of a document, without what hangs on how it was read.
fn edges(document: &Value) -> Value {
    document["edges"].clone()
}

#[test]
fn a_log_a_snapshot_a_report_and_a_baseline_say_the_same() {
    let folder = place();
    let made = [
        run(&folder, &["replay", "a.csv", "--snapshot", "a.snapshot", "--output", "unused.txt"]),
        run(&folder, &["replay", "a.csv", "--snapshot", "a.snapshot.gz", "--output", "unused.txt"]),
        run(&folder, &["convergence", "a.csv", "--format", "json", "--output", "a.json"]),
        compare(&folder, &["b.csv", "a.csv", "--write-baseline", "a.baseline"]),
    ];
    assert!(made.iter().all(|output| output.status.success()), "{made:?}");
    fs::create_dir(folder.path().join("report")).unwrap();
    fs::copy(folder.path().join("a.json"), folder.path().join("report/report.json")).unwrap();
    let of_log = json(&folder, &["a.csv", "b.csv"]);
    assert_eq!((&of_log["schema"], &of_log["compared"]), (&"betadrift.compare/1".into(), &4.into()));
    assert_eq!(of_log["edges"][1]["change"], "fell");
    for other in ["a.snapshot", "a.snapshot.gz", "a.json", "a.baseline", "report"] {
        let document = json(&folder, &[other, "b.csv"]);
        assert_eq!(edges(&document), edges(&of_log), "{other}");
        assert_eq!(document["a"]["verdict"], of_log["a"]["verdict"], "{other}");
        assert_eq!(document["a"]["whole"], of_log["a"]["whole"], "{other}");
    }
    // Either may be B as well.
    assert_eq!(json(&folder, &["b.csv", "a.json"])["edges"][1]["change"], "rose");
}

#[test]
fn a_gate_that_fires_is_exit_code_1_and_says_which_and_why() {
    let folder = place();
    let fired = compare(&folder, &["a.csv", "b.csv", "--fail-on", "any(mean) drops", "--fail-on", "p_best < 0.9"]);
    let said = text(&fired.stderr);
    assert_eq!(fired.status.code(), Some(1));
    assert!(said.contains("gate `any(mean) drops` fired: the mean of docs/b fell from 0.400 to 0.340"), "{said}");
    assert!(!said.contains("`p_best < 0.9` fired"), "{said}");
    let table = text(&fired.stdout);
    assert!(table.contains("\nGate `any(mean) drops` fired: the mean of docs/b fell from 0.400 to 0.340"), "{table}");
    assert!(table.contains("\nGate `p_best < 0.9` passed: P(best) of the leader docs/a is 1, at least 0.9"), "{table}");
    for (gate, code) in [
        ("mean(docs/b) drops", 1),
        ("mean(docs/a) drops", 0),
        ("value_remaining > 0.01", 0),
        ("mean(docs/b) < 0.35", 1),
        ("verdict != settled", 0),
        ("leader changes", 0),
    ] {
        assert_eq!(compare(&folder, &["a.csv", "b.csv", "--fail-on", gate]).status.code(), Some(code), "{gate}");
    }
    // A log beside itself passes every gate of change.
    let same = compare(&folder, &["a.csv", "a.csv", "--fail-on", "any(mean) changes"]);
    assert!(same.status.success() && text(&same.stdout).contains("come from the same bytes"), "{same:?}");
}

#[test]
fn a_gate_that_is_none_is_a_usage_error_with_its_column() {
    let folder = place();
    let bad = compare(&folder, &["a.csv", "b.csv", "--fail-on", "value_remaining > high"]);
    let said = text(&bad.stderr);
    assert_eq!(bad.status.code(), Some(2));
    assert!(said.contains("column 19: `high` is not a number"), "{said}");
    let marked = said.lines().skip_while(|line| !line.ends_with("> high")).nth(1).unwrap();
    assert_eq!(marked, format!("{}^", " ".repeat(20)), "{said}");
    let unknown = compare(&folder, &["a.csv", "b.csv", "--fail-on", "mean(docs/x) drops"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("neither A nor B has feedback of an edge `docs/x`"));
}

#[test]
fn a_baseline_knows_where_it_comes_from() {
    let folder = place();
    assert!(compare(&folder, &["a.csv", "a.csv", "--write-baseline", "kept.json"]).status.success());
    let kept: Value = serde_json::from_slice(&fs::read(folder.path().join("kept.json")).unwrap()).unwrap();
    assert_eq!(kept["schema"], "betadrift.baseline/1");
    let digest = kept["sources"][0]["digest"].as_str().unwrap();
    assert!(kept["sources"][0]["name"] == "a.csv" && digest.len() == 32, "{kept}");
    let same = compare(&folder, &["kept.json", "a.csv"]);
    assert!(text(&same.stdout).contains("their hashes are equal"), "{same:?}");
    assert!(text(&same.stderr).contains(&format!("of a.csv ({digest})")), "{same:?}");
    let other = text(&compare(&folder, &["kept.json", "b.csv"]).stdout);
    assert!(
        other.contains(&format!("The hashes of A (a.csv {}…)", &digest[..8])) && other.contains("differ"),
        "{other}"
    );
    let prior = text(&compare(&folder, &["kept.json", "b.csv", "--prior", "2,8"]).stdout);
    assert!(prior.contains("The priors differ (Beta(1, 1); Beta(2, 8))"), "{prior}");
    // Writing it twice gives the same bytes.
    assert!(compare(&folder, &["a.csv", "a.csv", "--write-baseline", "again.json"]).status.success());
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("kept.json"), read("again.json"));
}

#[test]
fn every_output_is_written() {
    let folder = place();
    let outputs = [
        ["--junit", "gates.xml"],
        ["--markdown", "changes.md"],
        ["--figure", "changes.svg"],
        ["--fail-on", "mean(docs/b) drops"],
    ];
    let args = [&["a.csv", "b.csv", "--annotations", "--quiet", "--format", "csv"], &*outputs.concat()].concat();
    let output = compare(&folder, &args);
    assert_eq!(output.status.code(), Some(1));
    let csv = text(&output.stdout);
    assert!(
        csv.starts_with("of,segment,edge,change,alpha_before,") && csv.contains("\nwhole,,docs/b,fell,1201,1801,"),
        "{csv}"
    );
    let said = text(&output.stderr);
    assert!(
        said.starts_with("::error title=betadrift compare%3A mean(docs/b) drops::the mean of docs/b fell"),
        "{said}"
    );
    assert!(said.contains("\n::warning title=betadrift compare%3A docs/b fell::"), "{said}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("gates.xml").contains(r#"<testcase classname="betadrift.compare" name="mean(docs/b) drops">"#));
    let markdown = read("changes.md");
    assert!(
        markdown.starts_with("# 1 of 1 gate fired\n") && markdown.contains("| `docs/b` | **fell** |"),
        "{markdown}"
    );
    assert!(read("changes.svg").contains("From A to B 1 edge fell"));
    assert!(compare(&folder, &["a.csv", "b.csv", "--figure", "c.png"]).status.success());
    assert!(fs::read(folder.path().join("c.png")).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn segments_stand_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let log = |web: usize| {
        let mut rows = "ts,edge,reward,part\n".to_owned();
        for row in 0..1000 {
            let (edge, hit) = (["a", "b"][row % 2], row / 2 % 100);
            rows += &format!("2026-01-01,{edge},{},web\n", u8::from(hit < if edge == "a" { web } else { 30 }));
            rows += &format!("2026-01-01,{edge},{},app\n", u8::from(hit < 50));
        }
        rows
    };
    fs::write(folder.path().join("a.csv"), log(60)).unwrap();
    fs::write(folder.path().join("b.csv"), log(20)).unwrap();
    let document = json(&folder, &["a.csv", "b.csv", "--column", "segment=part"]);
    let web = &document["segments"][1];
    assert_eq!(
        (&web["segment"], &web["before"]["leader"], &web["after"]["leader"]),
        (&"web".into(), &"a".into(), &"b".into())
    );
    assert_eq!(
        (&web["edges"][0]["change"], &document["segments"][0]["edges"][0]["change"]),
        (&"fell".into(), &"same".into())
    );
    let table = text(&compare(&folder, &["a.csv", "b.csv", "--column", "segment=part"]).stdout);
    assert!(table.contains("By segment") && table.contains("the leader in 1 of 2 segments"), "{table}");
}

#[test]
fn bad_input_is_told_with_its_place() {
    let folder = place();
    let bad = |text: &str, words: &str| {
        fs::write(folder.path().join("bad.json"), text).unwrap();
        for args in [["bad.json", "b.csv"], ["b.csv", "bad.json"]] {
            let output = compare(&folder, &args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(3), "{text}: {said}");
            assert!(said.contains(words), "{text}: {said}");
        }
    };
    bad("{\n  \"schema\": \"betadrift.convergence/9\"\n}", "bad.json: its schema is `betadrift.convergence/9`");
    bad("{\n  \"schema\": \"betadrift.convergence/1\"\n}", "bad.json:3:1: missing field `edges`");
    bad("{\n  \"schema\": \"betadrift.convergence/1\",\n  \"edges\": [{\"alpha\": NaN}]", "bad.json:3:23: ");
    bad("{\n  \"edges\": []\n}", "bad.json: there is no `schema`");
    let missing = compare(&folder, &["nowhere.csv", "b.csv"]);
    assert_eq!(missing.status.code(), Some(4), "{missing:?}");
    for args in [
        &["-", "-"][..],
        &["a.csv", "b.csv", "--figure", "x.pdf"],
        &["a.csv", "b.csv", "--markdown", "a.csv"],
        &["a.csv", "b.csv", "--from", "x"],
        &["a.csv"],
    ] {
        assert_eq!(compare(&folder, args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_log_that_goes_on_is_told_from_another() {
    let folder = place();
    let later = counts(40) + "2026-02-01,docs/b,10,290\n";
    fs::write(folder.path().join("later.csv"), later).unwrap();
    let said = text(&compare(&folder, &["a.csv", "later.csv", "--write-baseline", "unused.json"]).stdout);
    assert!(said.contains("goes on from 2026-02-01"), "{said}");
    assert!(!text(&compare(&folder, &["a.csv", "b.csv"]).stdout).contains("goes on from"));
    assert!(compare(&folder, &["a.csv", "a.csv", "--write-baseline", "kept.json"]).status.success());
    assert!(text(&compare(&folder, &["kept.json", "later.csv"]).stdout).contains("goes on from 2026-02-01"));
    // As is advised there, the later day alone is seen to be worse; what came before hid it.
    let alone = json(&folder, &["kept.json", "later.csv", "--since", "2026-02-01"]);
    assert_eq!((&alone["edges"][1]["change"], &alone["edges"][0]["change"]), (&"fell".into(), &"gone".into()));
}
