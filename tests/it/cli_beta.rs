//! Protects the verb `beta`: its contract, its errors and their places, its exit codes.
#![cfg(feature = "cli")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn betadrift(args: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A child that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    child.wait_with_output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = betadrift(&[args, &["--format", "json"]].concat(), "");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code and message of a run that fails.
fn failure(args: &[&str], input: impl AsRef<[u8]>) -> (i32, String) {
    let output = betadrift(args, input);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn one_beta_has_the_fields_of_the_contract() {
    let document = json(&["beta", "3,2"]);
    let mut fields: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let contract =
        ["alpha", "beta", "entropy", "hpd", "interval", "mean", "median", "mode", "schema", "variance", "vs"];
    assert_eq!(fields, contract);
    assert_eq!(document["schema"], "betadrift.beta/1");
    assert_eq!(document["mean"], 0.6);
    assert_eq!(document["mode"], 2.0 / 3.0);
    assert_eq!(document["interval"]["level"], 0.95);
    assert_eq!(document["vs"], Value::Null);
}

#[test]
fn a_comparison_is_directed_from_the_first_to_the_second() {
    let document = json(&["beta", "1,1", "--vs", "2,1"]);
    let near = |field: &str, right: f64| {
        let got = document["vs"][field].as_f64().unwrap();
        assert!((got - right).abs() < 2e-15, "{field}: {got}, not {right}");
    };
    near("kl", 0.306_852_819_440_054_7);
    near("kl_reverse", 0.193_147_180_559_945_3);
    near("jeffreys", 0.5);
    near("jensen_shannon", 0.053_781_946_088_294_6);
    near("hellinger", 0.239_146_311_738_100_3);
    near("total_variation", 0.25);
    near("wasserstein_1", 1.0 / 6.0);
}

#[test]
fn a_mode_that_does_not_exist_is_null_beside_its_reason() {
    for beta in ["0.5,0.5", "1,1"] {
        let document = json(&["beta", beta]);
        assert_eq!(document["mode"], Value::Null);
        assert!(document["mode_reason"].is_string(), "{document}");
    }
    assert_eq!(json(&["beta", "1,2"])["mode"], 0.0);
}

#[test]
fn an_interval_of_highest_density_that_does_not_exist_is_null_beside_its_reason() {
    for beta in ["0.5,0.5", "1,1"] {
        let document = json(&["beta", beta]);
        assert_eq!(document["hpd"], Value::Null);
        assert!(document["hpd_reason"].is_string(), "{document}");
        let table = betadrift(&["beta", beta], "");
        assert!(String::from_utf8_lossy(&table.stderr).contains("no interval of highest density"), "{table:?}");
    }
    let hpd = &json(&["beta", "1,2", "--level", "0.75"])["hpd"];
    assert_eq!((hpd["lower"].as_f64(), hpd["level"].as_f64()), (Some(0.0), Some(0.75)));
    assert!((hpd["upper"].as_f64().unwrap() - 0.5).abs() < 1e-14, "{hpd}");
}

#[test]
fn the_level_is_that_of_the_command_line() {
    let interval = &json(&["beta", "1,1", "--level", "0.5"])["interval"];
    assert_eq!(interval["level"], 0.5);
    let end = |field: &str| interval[field].as_f64().unwrap();
    assert!((end("lower") - 0.25).abs() < 1e-14 && (end("upper_complement") - 0.25).abs() < 1e-14, "{interval}");
}

#[test]
fn rows_come_back_as_they_were_given_with_every_divergence() {
    let input = "note,b1,a1,a2,b2\nx,1,1.0,2,1\n\"y, z\",1e2,4,4,100\n";
    let output = betadrift(&["beta", "-", "--format", "csv"], input);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "note,b1,a1,a2,b2,kl,kl_reverse,jeffreys,jensen_shannon,hellinger,total_variation,wasserstein_1"
    );
    assert!(lines[1].starts_with("x,1,1.0,2,1,0.30685281944005"), "{}", lines[1]);
    assert_eq!(lines[2], "\"y, z\",1e2,4,4,100,0,0,0,0,0,0,0");
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_header_alone_gives_a_header_alone() {
    let output = betadrift(&["beta", "-", "--format", "csv"], "a1,b1,a2,b2\n");
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}

#[test]
fn bad_rows_are_named_by_line_and_column() {
    for (input, place) in [
        ("a1,b1,a2,b2\n1,1,1,1\n1,1,x,1\n", "standard input:3:3: `x` is not a number"),
        ("a1,b1,a2,b2\n1,1,1,-1\n", "standard input:2:4: beta (-1) must be finite and greater than zero"),
        ("a1,b1,a2,b2\n1,NaN,1,1\n", "standard input:2:2: beta (NaN) must be"),
        ("a1,b1,a2,b2\n1,1,1\n", "standard input:2:3: 3 columns, the header has 4"),
        ("a1,b1,a2\n1,1,1\n", "no column `b2`"),
        ("a1,b1,a2,b2,a1\n", "standard input:1:5: column `a1` is there twice"),
        ("", "no column `a1`"),
    ] {
        let (code, message) = failure(&["beta", "-", "--format", "csv"], input);
        assert_eq!(code, 3, "{message}");
        assert!(message.contains(place), "{message}");
    }
}

#[test]
fn bytes_that_are_no_text_are_bad_data() {
    let (code, message) = failure(&["beta", "-"], b"a1,b1,a2,b2\n1,1,\xff,1\n");
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("line 2"), "{message}");
}

#[test]
fn what_is_no_beta_is_a_usage_error() {
    for (args, told) in [
        (&["beta", "0,1"][..], "alpha (0) must be finite and greater than zero"),
        (&["beta", "1"], "two parameters"),
        (&["beta", "1,1", "--vs", "1,inf"], "beta (inf) must be"),
        (&["beta", "-", "--vs", "1,1"], "rows bring their own"),
        (&["beta"], "A,B"),
    ] {
        let (code, message) = failure(args, "a1,b1,a2,b2\n");
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(told), "{message}");
    }
}
