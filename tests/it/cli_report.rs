//! Protects the verbs that analyse: what `report`, `plot`, `convergence` and `rank` write, and their exit codes.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const FIGURES: [&str; 15] = [
    "allocation",
    "convergence",
    "divergence",
    "drift",
    "evidence",
    "half_life",
    "information",
    "intervals",
    "model_regret",
    "posterior",
    "pulls",
    "reliability",
    "separation",
    "states",
    "trajectories",
];
const TABLES: [&str; 6] = ["daily.csv", "edge_days.csv", "edges.csv", "report.html", "report.json", "verdict.md"];

/// Three days of two edges at rates 0.1 and 0.9.
const TWO_EDGES: &str = "day,edge,successes,failures\n\
    2026-01-01,bad,10,90\n2026-01-01,good,90,10\n2026-01-02,bad,10,90\n2026-01-02,good,90,10\n\
    2026-01-03,bad,10,90\n2026-01-03,good,90,10\n";

struct Place(TempDir);

impl Place {
    fn with(name: &str, contents: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::write(place.path().join(name), contents).unwrap();
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        command.current_dir(self.path()).args(arguments).output().unwrap()
    }

    fn files(&self, folder: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path().join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_report_holds_every_table_and_figure_and_nothing_else() {
    let place = Place::with("counts.csv", TWO_EDGES);
    let output = place.run(&["report", "counts.csv", "--out", "out/of/the/way"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output).1);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("settled on good since 2026-01-03"));
    let drawn = FIGURES.iter().flat_map(|name| [format!("{name}.svg"), format!("{name}.png")]);
    let expected: BTreeSet<String> = drawn.chain(TABLES.map(str::to_owned)).collect();
    assert_eq!(place.files("out/of/the/way"), expected);
    assert_eq!(place.files("out/of/the"), BTreeSet::from(["way".to_owned()]));
    let verdict = fs::read_to_string(place.path().join("out/of/the/way/verdict.md")).unwrap();
    assert!(verdict.starts_with("# Verdict: settled on `good` since 2026-01-03\n"), "{verdict}");
}

#[test]
fn a_report_is_the_same_at_any_number_of_threads_and_replaces_an_earlier_one() {
    let place = Place::with("counts.csv", TWO_EDGES);
    let read = |folder: &str| -> Vec<(String, Vec<u8>)> {
        let files = place.files(folder).into_iter();
        files.map(|name| (name.clone(), fs::read(place.path().join(folder).join(name)).unwrap())).collect()
    };
    place.run(&["report", "counts.csv", "--out", "one", "--threads", "1"]);
    place.run(&["report", "counts.csv", "--out", "many", "--threads", "4"]);
    assert_eq!(read("one"), read("many"));
    let again = place.run(&["report", "counts.csv", "--out", "many", "--until", "2026-01-01"]);
    assert_eq!(again.status.code(), Some(0));
    assert_ne!(read("one"), read("many"));
    assert!(place.path().join("many/verdict.md").exists());
}

#[test]
fn a_folder_that_is_no_report_is_left_alone() {
    let place = Place::with("counts.csv", TWO_EDGES);
    fs::create_dir(place.path().join("thesis")).unwrap();
    fs::write(place.path().join("thesis/chapter.tex"), "mine").unwrap();
    let (code, message) = said(&place.run(&["report", "counts.csv", "--out", "thesis"]));
    assert_eq!(code, Some(2));
    assert!(message.contains("other than a report"), "{message}");
    assert_eq!(place.files("thesis"), BTreeSet::from(["chapter.tex".to_owned()]));
}

#[test]
fn a_scenario_is_simulated_and_adds_regret() {
    let world = "runs = 3\ndays = 4\ntrials_per_day = 50\n[environment]\nkind = \"stationary\"\nrates = [0.8, 0.2]\n";
    let place = Place::with("world.toml", world);
    let output = place.run(&["report", "world.toml", "--out", "out", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output).1);
    assert!(output.stderr.is_empty());
    let (code, message) = said(&place.run(&["report", "world.toml", "--out", "odd", "--tz", "Europe/Berlin"]));
    assert!(code == Some(2) && message.contains("--tz Europe/Berlin"), "{code:?} {message}");
    assert!(!place.path().join("odd").exists());
    assert!(place.path().join("out/regret.svg").exists() && place.path().join("out/regret.png").exists());
}

#[test]
fn the_odd_logs_have_a_report_too() {
    let logs = [
        ("one day", "day,edge,successes,failures\n2026-01-01,a,3,4\n2026-01-01,b,5,6\n"),
        ("one edge", "day,edge,successes,failures\n2026-01-01,a,3,4\n2026-01-05,a,5,6\n"),
        ("all failures", "day,edge,successes,failures\n2026-01-01,a,0,400\n2026-01-02,b,0,500\n"),
        ("no feedback", "timestamp,edge,reward\n"),
    ];
    for (name, log) in logs {
        let place = Place::with("log.csv", log);
        let output = place.run(&["report", "log.csv", "--out", "out"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", said(&output).1);
        let report: Value = serde_json::from_slice(&fs::read(place.path().join("out/report.json")).unwrap()).unwrap();
        assert_eq!(report["verdict"]["state"], "starved", "{name}");
        assert!(report["verdict"]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{name}");
    }
}

#[test]
fn the_gate_of_ci_says_no_unless_settled_or_tied() {
    let place = Place::with("counts.csv", TWO_EDGES);
    let code = |arguments: &[&str]| place.run(arguments).status.code();
    assert_eq!(code(&["convergence", "counts.csv", "--fail-unsettled"]), Some(0));
    assert_eq!(code(&["convergence", "counts.csv", "--until", "2026-01-02", "--fail-unsettled"]), Some(1));
    assert_eq!(code(&["convergence", "counts.csv", "--until", "2026-01-02"]), Some(0));
    assert_eq!(code(&["report", "counts.csv", "--out", "r", "--until", "2026-01-02", "--fail-unsettled"]), Some(1));
    assert!(place.path().join("r/verdict.md").exists(), "the report is written all the same");
}

#[test]
fn every_exit_code_has_its_cause() {
    let place = Place::with("counts.csv", TWO_EDGES);
    fs::write(place.path().join("bad.csv"), "timestamp,edge,reward\n2026-01-01T00:00:00Z,a,7\n").unwrap();
    for (arguments, code, word) in [
        (&["convergence", "counts.csv", "--epsilon", "nan"][..], 2, "epsilon"),
        (&["convergence", "counts.csv", "--hold-days", "0"], 2, "hold-days"),
        (&["plot", "nonsense", "counts.csv", "--out", "x.svg"], 2, "separation"),
        (&["plot", "regret", "counts.csv", "--out", "x.svg"], 2, "simulated"),
        (&["plot", "posterior", "counts.csv", "--out", "x.pdf"], 2, ".svg or .png"),
        (&["plot", "posterior", "counts.csv", "--out", "x.png", "--scale", "0"], 2, "scale"),
        (&["convergence", "bad.csv"], 3, "bad.csv:2:24"),
        (&["rank", "counts.csv"], 3, "alpha"),
        (&["convergence", "missing.csv"], 4, "missing.csv"),
        (&["plot", "posterior", "counts.csv", "--out", "no/such/folder/x.svg"], 4, "no/such/folder"),
    ] {
        let (got, message) = said(&place.run(arguments));
        assert_eq!(got, Some(code), "{arguments:?}: {message}");
        assert!(message.contains(word), "{arguments:?}: {message}");
    }
    assert_eq!(place.files("."), BTreeSet::from(["bad.csv".to_owned(), "counts.csv".to_owned()]));
}

#[test]
fn one_figure_is_drawn_as_svg_or_png() {
    let place = Place::with("counts.csv", TWO_EDGES);
    for (file, start) in [("p.svg", &b"<svg"[..]), ("p.png", b"\x89PNG")] {
        let output = place.run(&["plot", "posterior", "counts.csv", "--out", file]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output).1);
        let bytes = fs::read(place.path().join(file)).unwrap();
        let start_at = bytes.windows(start.len()).position(|window| window == start);
        assert!(start_at.is_some_and(|at| at < 200), "{file}");
    }
}

#[test]
fn convergence_keeps_its_contract() {
    let place = Place::with("counts.csv", TWO_EDGES);
    let json = place.run(&["convergence", "counts.csv", "--format", "json"]).stdout;
    let object: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(object["schema"], "betadrift.convergence/1");
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let has = |value: &Value, names: &[&str]| {
        let fields = fields(value);
        assert!(names.iter().all(|name| fields.contains(*name)), "{names:?} in {fields:?}");
    };
    let verdict = ["state", "since", "leader", "p_best", "value_remaining", "reason", "under_other_priors"];
    has(&object["verdict"], &verdict);
    let day = [
        "day",
        "events",
        "active_edges",
        "leader",
        "p_best",
        "value_remaining",
        "best_edge_entropy",
        "step_kl",
        "step_kl_ratio",
        "step_kl_ratio_band",
        "information_gain",
    ];
    has(&object["days"][0], &day);
    has(&object["days"][0]["step_kl"], &["median", "p95", "max"]);
    has(&object["days"][0]["step_kl_ratio_band"], &["lower", "upper"]);
    let edge = [
        "edge",
        "state",
        "since",
        "why",
        "pulls",
        "last_day",
        "successes",
        "failures",
        "alpha",
        "beta",
        "mean",
        "sd",
        "lower",
        "upper",
        "p_best",
        "expected_loss",
        "step_kl",
        "step_kl_expected",
    ];
    has(&object["edges"][0], &edge);
    let csv = place.run(&["convergence", "counts.csv", "--format", "csv"]).stdout;
    assert_eq!(String::from_utf8(csv).unwrap().lines().count(), 1 + 3);
}

#[test]
fn rank_keeps_its_contract() {
    let place = Place::with("posteriors.csv", "note,beta,alpha,edge\nx,1,2,b\ny,1,1,a\n");
    let json = place.run(&["rank", "posteriors.csv", "--format", "json"]).stdout;
    let object: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(object["schema"], "betadrift.rank/1");
    assert_eq!(object["edges"][1]["edge"], "b");
    let close = |value: &Value, to: f64| (value.as_f64().unwrap() - to).abs() < 1e-12;
    assert!(close(&object["edges"][1]["p_best"], 2.0 / 3.0) && close(&object["p_wrong"], 1.0 / 3.0), "{object}");
    assert!(close(&object["expected_max"], 0.75), "{object}"); // 1 − ∫ x²·x dx
    assert!(close(&object["value_remaining"], 0.75 - 2.0 / 3.0), "{object}");
    for (broken, word) in [("edge,alpha,beta\na,0,1\n", "alpha (0)"), ("edge,alpha,beta\na,1,1\na,1,1\n", "twice")] {
        fs::write(place.path().join("broken.csv"), broken).unwrap();
        let (code, message) = said(&place.run(&["rank", "broken.csv"]));
        assert!(code == Some(3) && message.contains(word) && message.contains("broken.csv:"), "{code:?} {message}");
    }
}

#[test]
fn a_level_keeps_its_decimals_wherever_it_is_said() {
    let place = Place::with("log.csv", TWO_EDGES);
    let done = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .current_dir(place.0.path())
        .args(["report", "log.csv", "--out", "out", "--level", "0.9995", "--quiet", "--scale", "0.25"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for file in ["verdict.md", "report.html"] {
        let text = fs::read_to_string(place.0.path().join("out").join(file)).unwrap();
        assert!(text.contains("99.95 %"), "{file}");
        assert!(
            !text.contains("equal-tailed, 100 %")
                && !text.contains(", 100 % 0.")
                && !text.contains("equal-tailed 100 %"),
            "{file}"
        );
    }
}
