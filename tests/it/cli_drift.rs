//! Protects the verb `drift`: what it says of a log where an edge broke, in each format; what it does not say of counts; and the
//! same bytes at any number of threads.
#![cfg(feature = "cli")]

use std::fmt::Write;
use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Twenty days of three edges, 60 events a day of each but `lost`, which is not chosen after the tenth; `broken` falls from 0.7 to
/// 0.2 on the eleventh day.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, mut counts) = ("timestamp,edge,reward\n".to_owned(), "day,edge,successes,failures\n".to_owned());
    for day in 0..20u32 {
        for (edge, tenths) in [("broken", if day < 10 { 7 } else { 2 }), ("lost", 5), ("steady", 4)] {
            if edge == "lost" && day >= 10 {
                continue;
            }
            for event in 0..60u32 {
                let reward = u8::from((event * 7 + day * 3) % 10 < tenths);
                writeln!(log, "2026-03-{:02}T{:02}:{:02}:00Z,{edge},{reward}", day + 1, event / 60 + 8, event % 60)
                    .unwrap();
            }
            writeln!(counts, "2026-03-{:02},{edge},{},{}", day + 1, 6 * tenths, 60 - 6 * tenths).unwrap();
        }
    }
    fs::write(folder.path().join("log.csv"), log).unwrap();
    fs::write(folder.path().join("counts.csv"), counts).unwrap();
    folder
}

fn drift(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .current_dir(folder.path())
        .arg("drift")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let (code, out, err) = drift(folder, &[arguments, &["--format", "json", "--in-control-runs", "4"]].concat());
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn the_edge_that_broke_is_found_and_the_others_are_not() {
    let folder = folder();
    let found = json(&folder, &["log.csv", "--trace", "--ph-lambda", "10"]);
    assert_eq!(found["schema"], "betadrift.drift/1");
    let edges = found["edges"].as_array().unwrap();
    assert_eq!(
        edges.iter().map(|edge| edge["edge"].as_str().unwrap()).collect::<Vec<_>>(),
        ["broken", "lost", "steady"]
    );
    let rejected: Vec<bool> = edges.iter().map(|edge| edge["rejected"].as_bool().unwrap()).collect();
    assert_eq!(rejected, [true, false, false]);
    let broken = &edges[0];
    assert_eq!((&broken["n"], &broken["by_day"]["split"]), (&1200.into(), &"2026-03-11".into()));
    let near = |change: &Value, method: &str| {
        change["method"] == method
            && (590..700).contains(&change["index"].as_u64().unwrap())
            && change["day"] == "2026-03-11"
    };
    for method in ["bocpd", "page_hinkley_down", "adwin"] {
        assert!(broken["changes"].as_array().unwrap().iter().any(|change| near(change, method)), "{method}: {broken}");
    }
    let trace = broken["trace"].as_array().unwrap();
    assert_eq!((trace.len(), &trace[1199]), (1200, &broken["map_run_length"]));
    assert!((595..=605).contains(&broken["map_run_length"].as_u64().unwrap()));
    assert!(broken["log_evidence"].as_f64().unwrap() < 0.0 && broken["p_run_within"].as_f64().unwrap() < 0.2);
    assert_eq!(broken["in_control"].as_array().unwrap().len(), 4);
    assert_eq!(edges[1]["blind_since"], "2026-03-17");
    assert!(edges[2]["blind_since"].is_null() && edges[2]["changes"].as_array().unwrap().is_empty());
}

#[test]
fn counts_have_no_order_and_are_judged_by_day() {
    let folder = folder();
    let broken = &json(&folder, &["counts.csv", "--edges", "broken"])["edges"][0];
    assert_eq!(
        (&broken["rejected"], &broken["log_evidence"], &broken["map_run_length"]),
        (&true.into(), &Value::Null, &Value::Null)
    );
    assert!(broken["reason"].as_str().unwrap().contains("no order"));
    let from_log = &json(&folder, &["log.csv", "--edges", "broken"])["edges"][0];
    assert_eq!(broken["by_day"], from_log["by_day"]);
    let (_, _, said) = drift(&folder, &["counts.csv"]);
    assert!(said.contains("1 of 3 edges changed its rate") && said.contains("1 edge is blind"), "{said}");
}

#[test]
fn every_format_tells_the_same_at_any_number_of_threads() {
    let folder = folder();
    for format in ["table", "json", "csv"] {
        let run = |threads: &str| {
            drift(&folder, &["log.csv", "--format", format, "--threads", threads, "--in-control-runs", "3"])
        };
        let (code, out, said) = run("1");
        assert_eq!((code, &out, &said), (0, &run("3").1, &run("3").2), "{format}");
        assert!(out.contains("broken") && said.contains("1 of 3 edges"), "{out}{said}");
    }
}

#[test]
fn parameters_out_of_range_are_usage() {
    let folder = folder();
    let flags = [
        "--hazard=1",
        "--hazard=nan",
        "--ph-lambda=0",
        "--ph-delta=-1",
        "--ph-forgetting=1.5",
        "--adwin-delta=0",
        "--blind-days=0",
    ];
    for flag in flags {
        let (code, out, err) = drift(&folder, &["log.csv", flag]);
        assert_eq!((code, out.as_str()), (2, ""), "{flag}: {err}");
        assert!(err.contains(flag[2..].split('=').next().unwrap()), "{flag}: {err}");
    }
    assert_eq!(drift(&folder, &["log.csv", "--trace"]).0, 2);
}

#[test]
#[cfg(feature = "png")]
fn its_figure_is_drawn_even_where_there_is_nothing_to_tell() {
    let folder = folder();
    for (name, arguments) in [
        ("found", vec!["log.csv"]),
        ("none", vec!["log.csv", "--edges", "steady"]),
        ("empty", vec!["counts.csv", "--edges", "x"]),
    ] {
        let arguments = [arguments, vec!["--figures", name, "--in-control-runs", "0"]].concat();
        let (code, _, err) = drift(&folder, &arguments);
        assert_eq!(code, 0, "{err}");
        let picture = fs::read_to_string(folder.path().join(name).join("drift.svg")).unwrap();
        assert!(picture.contains("</svg>") && folder.path().join(name).join("drift.png").exists());
    }
}
