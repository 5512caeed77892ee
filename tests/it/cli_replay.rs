//! Protects the contract of `replay` and of the flags that all verbs on logs share: fields, columns, messages, exit codes.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const LOG: &str = "timestamp,edge,reward,event_id\n\
                   2026-01-01T08:00:00Z,docs/b,1,1\n\
                   2026-01-01T09:00:00Z,docs/b,0.5,2\n\
                   2026-01-03T08:00:00Z,kg/a,no,3\n\
                   2026-01-03T08:00:00Z,kg/a,no,3\n\
                   2026-01-03T23:00:00Z,docs/b,0,4\n";

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| fs::write(folder.path(name), text).unwrap());
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        command.current_dir(self.0.path()).arg("replay").args(arguments).output().unwrap()
    }

    /// Standard output of a run that must succeed.
    fn out(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.out(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    fn csv(&self, arguments: &[&str]) -> String {
        self.out(&[arguments, &["--format", "csv"]].concat())
    }

    /// Exit code and standard error of a run.
    fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        assert!(output.stdout.is_empty(), "{arguments:?}");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn json_has_the_fields_of_its_schema() {
    let folder = Folder::new(&[("log.csv", LOG)]);
    let mut document = folder.json(&["log.csv", "--prior", "2,3", "--prior", "docs/*=1,4"]);
    let edges = document["edges"].take();
    let expected = json!({
        "schema": "betadrift.replay/1", "events": 4, "skipped": {"total": 0, "by_reason": {}}, "ignored": 0, "duplicates": 1,
        "pending": 0, "days": ["2026-01-01", "2026-01-03"],
        "prior": {"alpha": 2.0, "beta": 3.0, "groups": [{"glob": "docs/*", "alpha": 1.0, "beta": 4.0}]}, "edges": null,
    });
    assert_eq!(document, expected);
    let first = &edges[0];
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    let expected =
        ["alpha", "beta", "edge", "failures", "first_day", "last_day", "lower", "mean", "sd", "successes", "upper"];
    assert_eq!(
        {
            let mut keys = keys;
            keys.sort();
            keys
        },
        expected
    );
    assert_eq!((&first["edge"], &first["alpha"], &first["beta"]), (&json!("docs/b"), &json!(2.5), &json!(5.5)));
    assert_eq!((&first["first_day"], &first["last_day"]), (&json!("2026-01-01"), &json!("2026-01-03")));
    // scipy.stats.beta(2, 4): mean 1/3, sd √(8/(36·7)); kg/a has no success and one failure.
    let second = &edges[1];
    assert_eq!((&second["edge"], &second["alpha"], &second["beta"]), (&json!("kg/a"), &json!(2.0), &json!(4.0)));
    let near = |value: &Value, expected: f64| assert!((value.as_f64().unwrap() - expected).abs() < 1e-12, "{value}");
    near(&second["mean"], 1.0 / 3.0);
    near(&second["sd"], (8.0f64 / (36.0 * 7.0)).sqrt());
    near(&second["lower"], 0.052_744_950_526_316_906);
    near(&second["upper"], 0.716_417_936_118_089_5);
}

#[test]
fn csv_has_the_columns_of_its_contract() {
    let folder = Folder::new(&[("log.csv", LOG), ("header.csv", "timestamp,edge,reward\n")]);
    let plain = "edge,successes,failures,alpha,beta,first_day,last_day\n\
                 docs/b,1.5,1.5,2.5,2.5,2026-01-01,2026-01-03\n\
                 kg/a,0,1,1,2,2026-01-03,2026-01-03\n";
    assert_eq!(folder.csv(&["log.csv"]), plain);
    let with_level = folder.csv(&["log.csv", "--level", "0.5"]);
    assert!(with_level.starts_with("edge,successes,failures,alpha,beta,first_day,last_day,mean,sd,lower,upper\n"));
    assert!(with_level.contains("docs/b,1.5,1.5,2.5,2.5,2026-01-01,2026-01-03,0.5,"));
    assert_eq!(folder.csv(&["header.csv"]), "edge,successes,failures,alpha,beta,first_day,last_day\n");
    folder.csv(&["log.csv", "--output", "posteriors.csv"]);
    assert_eq!(fs::read_to_string(folder.path("posteriors.csv")).unwrap(), plain);
}

#[test]
fn daily_rows_are_counts_that_read_back_to_the_bit() {
    let folder = Folder::new(&[("log.csv", &LOG.replace(",0.5,", ",0.3333333333333333333,"))]);
    let daily = folder.csv(&["log.csv", "--daily"]);
    let mut lines = daily.lines();
    assert_eq!(lines.next(), Some("day,edge,successes,failures,alpha,beta"));
    assert_eq!(
        lines.next(),
        Some("2026-01-01,docs/b,1.3333333333333333333,0.6666666666666666667,2.333333333333333,1.6666666666666665")
    );
    assert_eq!(lines.count(), 2);
    fs::write(folder.path("daily.csv"), &daily).unwrap();
    assert_eq!(folder.csv(&["daily.csv", "--daily"]), daily);
    let dense = folder.csv(&["log.csv", "--daily", "--dense"]);
    assert_eq!(dense.lines().count(), 1 + 3 * 2);
    assert!(dense.contains("2026-01-02,kg/a,0,0,1,1\n"));
    fs::write(folder.path("dense.csv"), &dense).unwrap();
    let (from_dense, from_log) = (folder.json(&["dense.csv"]), folder.json(&["log.csv"]));
    assert_eq!((&from_dense["edges"], &from_dense["days"]), (&from_log["edges"], &from_log["days"]));
    assert_eq!(folder.json(&["log.csv", "--daily"])["daily"].as_array().unwrap().len(), 3);
}

#[test]
fn a_view_says_what_counts_on_the_last_day() {
    let folder = Folder::new(&[("log.csv", LOG)]);
    let edge = |flags: &[&str]| folder.json(&[&["log.csv"], flags].concat())["edges"][0].clone();
    let window = edge(&["--window", "1"]);
    assert_eq!((&window["successes"], &window["failures"], &window["beta"]), (&json!(0.0), &json!(1.0), &json!(2.0)));
    let half = edge(&["--half-life", "1"]);
    assert_eq!((&half["successes"], &half["failures"]), (&json!(0.375), &json!(1.125)));
    assert_eq!(folder.fails(&["log.csv", "--window", "1", "--half-life", "2"]).0, 2);
    assert_eq!(folder.fails(&["log.csv", "--half-life", "0"]).0, 2);
}

#[test]
fn the_table_shows_the_top_by_mean() {
    let log: String = (0..30).map(|edge| format!("2026-01-01,edge{edge:02},{}\n", edge % 2)).collect();
    let folder = Folder::new(&[("log.csv", &format!("timestamp,edge,reward\n{log}"))]);
    let table = folder.out(&["log.csv"]);
    assert_eq!(table.lines().count(), 21);
    assert!(table.lines().nth(1).unwrap().trim_start().starts_with("edge01  0.6667"), "{table}");
    assert_eq!(folder.out(&["log.csv", "--top", "3"]).lines().count(), 4);
}

#[test]
fn each_fault_has_its_exit_code_and_its_place() {
    let folder = Folder::new(&[
        ("log.csv", LOG),
        ("empty.csv", ""),
        ("bad.csv", "timestamp,edge,reward\n2026-01-01,a,1.5\n2026-01-01,a,x\n"),
        ("header.csv", "timestamp,edge,reward\n"),
    ]);
    for (arguments, code, expected) in [
        (&["log.csv", "--column", "colour=red"][..], 2, "`colour` is not a role"),
        (&["log.csv", "--column", "reward=score"], 2, "no column `score` for the reward"),
        (&["log.csv", "--reward-map", "meh"], 2, "--reward-map"),
        (&["log.csv", "--tz", "Atlantis"], 2, "`Atlantis` is not a time zone"),
        (&["log.csv", "--since", "soon"], 2, "`soon` is not a day"),
        (&["log.csv", "--since", "2026-01-02", "--until", "2026-01-01"], 2, "comes after"),
        (&["log.csv", "--prior", "0,1"], 2, "alpha (0) must be finite and greater than zero"),
        (&["log.csv", "--prior", "a[=1,1"], 2, "is not a glob"),
        (&["log.csv", "log.csv"], 2, "given twice"),
        (&["log.csv", "--rejects", "r.csv"], 2, "--on-error skip"),
        (&["log.csv", "--dense"], 2, "--daily"),
        (&[], 2, "LOG"),
        (&["empty.csv"], 3, "empty.csv: the file is empty"),
        (&["bad.csv"], 3, "bad.csv:2:14: the reward `1.5` is not in [0, 1]"),
        (&["bad.csv", "--on-error", "skip"], 3, "all 2 rows are bad"),
        (&["log.csv", "empty.csv"], 3, "empty.csv"),
        (&["header.csv", "--prior", "bad.csv"], 3, "bad.csv"),
        (&["nowhere.csv"], 4, "nowhere.csv"),
        (&["no*.csv"], 4, "no*.csv: no such file, and as a glob it matches none"),
        (&["log.csv", "--prior", "nowhere.csv"], 4, "nowhere.csv"),
        (&["log.csv", "--output", "no/where.csv"], 4, "no/where.csv"),
        (&["."], 3, "empty.csv: the file is empty"),
    ] {
        let (found, message) = folder.fails(arguments);
        assert_eq!(found, code, "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
    assert_eq!(folder.json(&["header.csv"])["events"], 0);
}

#[test]
fn skipped_rows_are_counted_and_kept() {
    let folder = Folder::new(&[("log.csv", "timestamp,edge,reward\n2026-01-01,a,1\nsoon,\"b,c\",1\n2026-01-01,a\n")]);
    let document = folder.json(&["log.csv", "--on-error", "skip", "--rejects", "rejects.csv"]);
    assert_eq!(document["skipped"], json!({"total": 2, "by_reason": {"bad_time": 1, "short_row": 1}}));
    let rejects = fs::read_to_string(folder.path("rejects.csv")).unwrap();
    assert!(rejects.starts_with("file,line,column,reason,message,row\nlog.csv,3,1,bad_time,"), "{rejects}");
    assert!(rejects.contains(",\"soon,\"\"b,c\"\",1\"\n"), "{rejects}");
    let output = folder.run(&["log.csv", "--on-error", "skip"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "1 event from 1 file, 1 day, 1 edge, 1 skipped (bad_time), 1 skipped (short_row), prior Beta(1, 1)\n"
    );
    assert!(folder.run(&["log.csv", "--on-error", "skip", "--quiet"]).stderr.is_empty());
}

#[test]
fn other_events_are_ignored_and_a_log_of_nothing_else_says_so() {
    let other = "{\"event\": \"started\", \"timestamp\": \"2026-01-01T00:00:00Z\"}\n";
    let sink = "{\"event\": \"LearningObservationRecorded\", \"learner\": \"kg\", \"arm_id\": \"a\", \"reward\": 1}\n";
    let folder = Folder::new(&[("other.jsonl", other), ("sink.jsonl", sink), ("log.csv", LOG)]);
    let output = folder.run(&["other.jsonl"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("no feedback in 1 row: other events only"), "{said}");
    assert!(said.contains("0 events from 1 file, 0 days, 0 edges, 1 ignored"), "{said}");
    let document = folder.json(&["other.jsonl", "log.csv"]);
    assert_eq!((&document["events"], &document["ignored"]), (&json!(4), &json!(1)));
    let (code, message) = folder.fails(&["sink.jsonl"]);
    assert!(code == 3 && message.contains("sink.jsonl:1:1: the event has no time"), "{code}: {message}");
    assert!(message.contains("--assume-day"), "{message}");
    let document = folder.json(&["sink.jsonl", "--assume-day", "2026-01-03", "log.csv"]);
    assert_eq!((&document["events"], &document["edges"][1]["successes"]), (&json!(5), &json!(1.0)));
    assert_eq!(folder.fails(&["sink.jsonl", "--assume-day", "soon"]).0, 2);
}

#[test]
fn costs_are_rewards_as_the_flag_says() {
    let folder = Folder::new(&[("cb.txt", "1:-1:0.5 | a\n2:-0.25:0.5 | a\n| a\n"), ("loss.txt", "1:0:0.5 | a\n")]);
    let (code, message) = folder.fails(&["cb.txt"]);
    assert!(code == 3 && message.contains("cb.txt:1:1: this is Vowpal Wabbit text, which has no times"), "{message}");
    let dated = ["cb.txt", "--assume-day", "2026-01-03"];
    let document = folder.json(&dated);
    assert_eq!((&document["events"], &document["ignored"]), (&json!(2), &json!(1)));
    assert_eq!((&document["edges"][1]["edge"], &document["edges"][1]["successes"]), (&json!("2"), &json!(0.25)));
    assert_eq!(document["days"], json!(["2026-01-03"]));
    let (code, message) = folder.fails(&[&dated[..], &["--vw-cost", "one-minus-reward"]].concat());
    assert!(code == 3 && message.contains("cb.txt:1:3: the cost `-1` is not in [0, 1]"), "{message}");
    let loss = ["loss.txt", "--assume-day", "2026-01-03", "--vw-cost", "one-minus-reward"];
    assert_eq!(folder.json(&loss)["edges"][0]["successes"], 1.0);
    assert_eq!(folder.fails(&["cb.txt", "--vw-cost", "loss"]).0, 2);
}

#[test]
fn several_files_globs_and_names_with_brackets_are_read() {
    let folder = Folder::new(&[("a1.csv", LOG), ("a2.csv", &LOG.replace(",1\n", ",9\n")), ("x[1].csv", LOG)]);
    assert_eq!(folder.json(&["a*.csv"])["events"], 5);
    assert_eq!(folder.json(&["a1.csv", "a2.csv"])["duplicates"], 5);
    assert_eq!(folder.json(&["x[1].csv"])["events"], 4);
    assert_eq!(folder.json(&["a1.csv", "--threads", "1"]), folder.json(&["a1.csv", "--threads", "7"]));
}

#[test]
fn priors_come_from_files_and_the_last_match_counts() {
    let folder = Folder::new(&[
        ("log.csv", LOG),
        ("priors.csv", "edge,pulls,beta,alpha\nkg/a,1,7,5\n"),
        ("priors.toml", "alpha = 3\nbeta = 4\n\n[[groups]]\nglob = \"kg/*\"\nalpha = 6\nbeta = 8\n"),
        ("wrong.toml", "alpha = 3\nbeta = 4\n[[groups]]\nglob = \"kg/*\"\nalpha = -6\nbeta = 8\n"),
    ]);
    let alpha = |flags: &[&str]| {
        let edges = folder.json(&[&["log.csv"], flags].concat())["edges"].take();
        (edges[0]["alpha"].as_f64().unwrap(), edges[1]["alpha"].as_f64().unwrap())
    };
    assert_eq!(alpha(&["--prior", "priors.csv"]), (2.5, 5.0));
    assert_eq!(alpha(&["--prior", "priors.toml"]), (4.5, 6.0));
    assert_eq!(alpha(&["--prior", "priors.toml", "--prior", "priors.csv"]), (4.5, 5.0));
    assert_eq!(alpha(&["--prior", "priors.csv", "--prior", "priors.toml", "--prior", "9,9"]), (10.5, 6.0));
    assert_eq!(alpha(&["--prior", "kg/a=2,2", "--prior", "*=1,1", "--prior", "9,9"]), (2.5, 1.0));
    let (code, message) = folder.fails(&["log.csv", "--prior", "wrong.toml"]);
    assert!(code == 3 && message.contains("wrong.toml"), "{code}: {message}");
}

#[test]
fn replaying_the_data_gives_the_posteriors_that_the_simulation_held() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let folder = Folder::new(&[]);
    let file = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let held = fs::read_to_string(data.join("posteriors.csv")).unwrap();
    let mut held: Vec<(String, f64, f64)> =
        csv::Reader::from_reader(held.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
    held.sort_by(|one, other| one.0.cmp(&other.0));
    let field = |edge: &Value, name: &str| edge[name].as_f64().unwrap();
    let found: Vec<(String, f64, f64)> = folder.json(&[&file("feedback.csv")])["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (edge["edge"].as_str().unwrap().to_owned(), field(edge, "alpha"), field(edge, "beta")))
        .collect();
    assert_eq!(found, held);
    assert_eq!(folder.json(&[&file("counts.csv")])["edges"], folder.json(&[&file("feedback.csv")])["edges"]);
    // The first three days as JSON lines with other names, and labels for rewards.
    #[cfg(feature = "compression")]
    {
        let head = folder.json(&[&file("feedback.csv"), "--until", "2026-01-03"]);
        assert_eq!(folder.json(&[&file("feedback.jsonl.gz")])["edges"], head["edges"]);
    }
}

#[test]
fn what_holds_under_adaptive_choice_is_added_where_it_is_asked_for() {
    let log = "timestamp,edge,reward,propensity\n2026-01-01,a,1,0.25\n2026-01-01,a,0,1\n2026-01-02,b,1,\n";
    let folder = Folder::new(&[("log.csv", log)]);
    let edges = folder.json(&["log.csv", "--adaptive"])["edges"].clone();
    assert_eq!((&edges[0]["weighted_mean"], &edges[0]["weighted_reason"]), (&json!(2.0 / 3.0), &Value::Null));
    assert_eq!(
        (&edges[1]["weighted_mean"], &edges[1]["weighted_reason"]),
        (&Value::Null, &json!("no usable propensities"))
    );
    for edge in edges.as_array().unwrap() {
        assert!(
            edge["always_lower"].as_f64() < edge["mean"].as_f64()
                && edge["mean"].as_f64() < edge["always_upper"].as_f64()
        );
    }
    let csv = folder.csv(&["log.csv", "--adaptive"]);
    assert!(csv.starts_with("edge,successes,failures,alpha,beta,first_day,last_day,always_lower,"), "{csv}");
    assert!(csv.lines().nth(2).unwrap().ends_with(",,,"), "{csv}");
    assert!(!folder.csv(&["log.csv"]).contains("always"));
}

#[test]
fn maturity_is_said_and_refused_where_nothing_is_known_of_serving() {
    let folder = Folder::new(&[("log.csv", LOG)]);
    let run = folder.run(&["log.csv", "--maturity", "1d"]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(
        said.contains("maturity 1d: 4 events without a time of serving, taken as served when the feedback came"),
        "{said}"
    );
    assert!(said.contains("2 pending"), "{said}");
    folder.out(&["log.csv", "--snapshot", "state.bds"]);
    for flags in [["--from", "state.bds"], ["--snapshot", "other.bds"]] {
        let (code, message) = folder.fails(&["log.csv", "--maturity", "1d", flags[0], flags[1]]);
        assert_eq!(code, 2, "{message}");
        assert!(message.contains("--maturity: a snapshot holds counts per day, but no times of serving"), "{message}");
    }
    let (code, message) = folder.fails(&["log.csv", "--maturity", "soon"]);
    assert!(code == 2 && message.contains("write it as 7d, 36h, 90m or 30s"), "{message}");
}
