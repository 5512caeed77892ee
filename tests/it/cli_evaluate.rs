//! Protects the verb `evaluate`: the fields of its document, alarms before estimates, targets that are refused with their place,
//! and exit codes.
#![cfg(all(unix, feature = "cli"))]

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Forty rows of two edges in two segments, logged with propensity ½.
fn log() -> String {
    let row = |i: usize| {
        let (edge, page, reward) = (["a", "b"][i % 2], ["x", "y"][i / 2 % 2], u8::from(i.is_multiple_of(3)));
        format!("2026-01-01T00:{i:02}:00Z,{edge},{reward},0.5,{page}\n")
    };
    "time,edge,reward,propensity,page\n".to_owned() + &(0..40).map(row).collect::<String>()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log.csv"), log()).unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn evaluate(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_betadrift"));
    let output = program.current_dir(folder.path()).arg("evaluate").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let (code, document, message) = evaluate(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{message}");
    serde_json::from_str(&document).unwrap()
}

#[test]
fn the_document_has_every_field_and_a_headline_where_there_is_no_alarm() {
    let folder = folder(&[("t.csv", "edge,probability\na,0.75\nb,0.25\n")]);
    let document = json(&folder, &["log.csv", "--target", "t.csv"]);
    assert_eq!((document["schema"].as_str(), document["rows"].as_u64()), (Some("betadrift.evaluate/1"), Some(40)));
    let names = ["ips", "clipped_ips", "snips", "dm", "dr", "sndr", "switch_dr", "dros", "replay"];
    let estimates = document["estimates"].as_object().unwrap();
    assert_eq!(estimates.keys().collect::<Vec<_>>().len(), names.len());
    for name in names {
        for field in ["value", "se", "lower", "upper"] {
            assert!(estimates[name][field].is_f64(), "{name} {field}: {document}");
        }
    }
    assert_eq!(estimates["replay"]["matched"].as_f64(), Some(20.0));
    assert!(estimates["ips"]["bernstein_lower"].is_f64() && estimates["clipped_ips"]["bernstein_upper"].is_f64());
    let weights = document["weights"].as_object().unwrap();
    for field in ["effective_sample", "mean", "max", "max_possible", "min_propensity", "unsupported_target"] {
        assert!(weights[field].is_f64(), "{field}: {document}");
    }
    assert_eq!((weights["max"].as_f64(), weights["min_propensity"].as_f64()), (Some(1.5), Some(0.5)));
    assert_eq!((&document["alarms"], document["headline"].as_str()), (&Value::Array(Vec::new()), Some("snips")));

    let (code, csv, _) = evaluate(&folder, &["log.csv", "--target", "t.csv", "--format", "csv", "--fail-on-alarm"]);
    assert_eq!((code, csv.lines().count()), (0, 10));
    assert!(csv.starts_with("estimator,value,se,lower,upper,bernstein_lower,bernstein_upper,matched\nips,"), "{csv}");
    let (_, table, _) = evaluate(&folder, &["log.csv", "--target", "t.csv", "--quiet"]);
    assert!(table.starts_with("t.csv on log.csv: 40 rows, 2 edges\n"), "{table}");
    assert!(table.contains("the target would have earned") && table.contains("the log earned"), "{table}");
}

#[test]
fn an_alarm_stands_above_the_estimates_and_fails_where_asked() {
    let folder = folder(&[("t.csv", "edge,probability\na,0.5\nc,0.5\n")]);
    let (code, table, _) = evaluate(&folder, &["log.csv", "--target", "t.csv", "--quiet"]);
    let (alarm, estimates) = (table.find("alarm: ").unwrap(), table.find("snips").unwrap());
    assert!(code == 0 && alarm < estimates && !table.contains("would have earned"), "{table}");
    let (code, ..) = evaluate(&folder, &["log.csv", "--target", "t.csv", "--fail-on-alarm"]);
    assert_eq!(code, 1);
    let document = json(&folder, &["log.csv", "--target", "t.csv"]);
    assert_eq!(
        (&document["headline"], document["alarms"][1]["kind"].as_str()),
        (&Value::Null, Some("unsupported_target"))
    );
    assert!(document["alarms"][1]["message"].as_str().unwrap().starts_with("50 % of the target's choices"));
}

#[test]
fn targets_by_segment_and_by_posterior_are_read() {
    let by_segment = "segment,probability,edge\nx,1,a\nx,0,b\ny,0.25,a\ny,0.75,b\nz,1,a\n";
    let folder = folder(&[("s.csv", by_segment), ("p.csv", "edge,alpha,beta\na,2,1\nb,1,1\n")]);
    let document = json(&folder, &["log.csv", "--target", "s.csv", "--column", "segment=page"]);
    assert_eq!(document["weights"]["max"].as_f64(), Some(2.0));
    // P(a is best) = 2/3, and 2/3 over ½.
    let document = json(&folder, &["log.csv", "--target", "prior:p.csv"]);
    assert!((document["weights"]["max"].as_f64().unwrap() - 4.0 / 3.0).abs() < 1e-12);
    let prior = json(&folder, &["log.csv", "--target", "uniform", "--reward-prior", "1,99"]);
    assert!((prior["estimates"]["dm"]["value"].as_f64().unwrap() - 0.5 * (8.0 + 8.0) / 120.0).abs() < 1e-12, "{prior}");
}

#[test]
fn what_is_no_target_is_refused_with_its_place() {
    let folder = folder(&[
        ("sum.csv", "edge,probability\na,0.5\nb,0.499\n"),
        ("segments.csv", "edge,segment,probability\na,x,1\na,y,0.5\n"),
        ("negative.csv", "edge,probability\na,-0.5\nb,1.5\n"),
        ("nan.csv", "edge,probability\na,NaN\n"),
        ("word.csv", "edge,probability\nlong,half\n"),
        ("twice.csv", "edge,probability\na,0.5\na,0.5\n"),
        ("header.csv", "edge,share\na,1\n"),
        ("lacks.csv", "edge,segment,probability\na,x,1\n"),
        ("bare.csv", "time,edge,reward\n2026-01-01,a,1\n"),
        ("good.csv", "edge,probability\na,1\n"),
    ]);
    let page = ["--column", "segment=page"];
    for (target, more, code, problem) in [
        ("sum.csv", &[][..], 3, "sum.csv:2:1: the probabilities sum to 0.999"),
        ("segments.csv", &page, 3, "segments.csv:3:1: the probabilities in segment `y` sum to 0.5"),
        ("negative.csv", &[], 3, "negative.csv:2:3: a probability lies in [0, 1], not -0.5"),
        ("nan.csv", &[], 3, "nan.csv:2:3: a probability lies in [0, 1], not NaN"),
        ("word.csv", &[], 3, "word.csv:2:6: `half` is not a number"),
        ("twice.csv", &[], 3, "twice.csv:3:1: edge `a` is listed twice"),
        ("header.csv", &[], 3, "there is no column `probability`"),
        ("lacks.csv", &page, 3, "the log has segment `y`, but the target has no probabilities for it"),
        ("lacks.csv", &[], 2, "--column segment=NAME"),
        ("nowhere.csv", &[], 4, "nowhere.csv"),
        ("good.csv", &["--clip", "0"], 2, "--clip (0) must be finite and above zero"),
        ("good.csv", &["--dros-lambda", "-1"], 2, "--dros-lambda (-1)"),
        ("good.csv", &["--reward-prior", "1,0"], 2, "beta"),
        ("good.csv", &["--window", "3"], 2, "--window and --half-life play no part"),
        ("good.csv", &["--prior", "2,8"], 2, "--reward-prior"),
    ] {
        let (got, _, message) = evaluate(&folder, &[&["log.csv", "--target", target], more].concat());
        assert!(got == code && message.contains(problem), "{target} {more:?}: {got} {message}");
    }
    let (code, _, message) = evaluate(&folder, &["bare.csv", "--target", "uniform"]);
    assert!(code == 3 && message.contains("`pscore`") && message.contains("--column propensity=NAME"), "{message}");
}

#[cfg(feature = "png")]
#[test]
fn figures_are_drawn_where_asked() {
    let folder = folder(&[]);
    let (code, ..) = evaluate(&folder, &["log.csv", "--target", "uniform", "--figures", "f", "--scale", "1"]);
    assert_eq!(code, 0);
    for name in ["estimates.svg", "estimates.png", "weights.svg", "weights.png"] {
        assert!(folder.path().join("f").join(name).exists(), "{name}");
    }
}

/// The Open Bandit Dataset, where it is at hand: under the policy that logged it a target earns what the log earned.
#[test]
fn a_real_log_says_of_its_own_policy_what_it_earned() {
    let folder = folder(&[]);
    let real = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/obd/random/men.csv");
    let log = if fs::metadata(real).is_ok() { real } else { "log.csv" };
    let document = json(&folder, &[log, "--target", "uniform"]);
    let (snips, logged) = (&document["estimates"]["snips"], &document["logged"]);
    assert!((snips["value"].as_f64().unwrap() - logged["value"].as_f64().unwrap()).abs() < 1e-12, "{document}");
    assert!(document["difference"]["upper"].as_f64().unwrap().abs() < 1e-9, "{document}");
    assert_eq!(document["alarms"].as_array().unwrap().len(), 0);
}
