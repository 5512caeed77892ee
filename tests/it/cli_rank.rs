//! Protects what `rank` says beside P(best): the difference to the runner-up, who is within ε, and the evidence against one rate.
#![cfg(feature = "cli")]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn folder(rows: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), format!("edge,alpha,beta\n{rows}")).unwrap();
    folder
}

fn rank(folder: &TempDir, args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_betadrift"));
    program.current_dir(folder.path()).args(["rank", "p.csv"]).args(args).output().unwrap()
}

fn json(folder: &TempDir, args: &[&str]) -> Value {
    let output = rank(folder, &[args, &["--format", "json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn near(value: &Value, right: f64) {
    let got = value.as_f64().unwrap_or(f64::NAN);
    assert!((got - right).abs() < 1e-12, "{got}, not {right}");
}

#[test]
fn the_leader_is_compared_with_the_edge_that_comes_next() {
    let place = folder("c,1,9\na,1,1\nb,1,1\n");
    let document = json(&place, &["--level", "0.92"]);
    assert_eq!((&document["leader"], &document["runner_up"]), (&"a".into(), &"b".into()));
    // Two uniform rates differ by the triangular law.
    near(&document["difference"]["mean"], 0.0);
    near(&document["difference"]["upper"], 1.0 - 0.08f64.sqrt());
    near(&document["difference"]["lower"], 0.08f64.sqrt() - 1.0);
    near(&document["difference"]["p_greater"], 0.5);
    assert_eq!(document["difference"]["level"], 0.92);
    assert_eq!(document.get("against"), None);
    let table = rank(&place, &["--level", "0.92"]);
    let said = String::from_utf8(table.stderr).unwrap();
    assert!(
        said.contains("a less b: 0 (-0.717 to 0.717 with probability 0.92)") && said.contains("ε = 0.0100"),
        "{said}"
    );

    let alone = json(&folder("a,1,1\n"), &[]);
    assert_eq!((&alone["difference"], &alone["runner_up"]), (&Value::Null, &Value::Null));
    assert!(alone["difference_reason"].is_string() && alone["edges"][0]["p_within"] == 1.0, "{alone}");
    let none = json(&folder(""), &[]);
    assert_eq!((&none["leader"], &none["epsilon"], &none["difference"]), (&Value::Null, &Value::Null, &Value::Null));
}

#[test]
fn epsilon_is_a_share_of_the_leaders_mean_unless_it_is_given() {
    let place = folder("a,1,1\nb,1,1\n");
    let document = json(&place, &["--epsilon", "0.2"]);
    near(&document["edges"][1]["p_within"], 0.68);
    assert_eq!(document["epsilon"], 0.2);
    near(&json(&place, &[])["epsilon"], 0.01);
    assert_eq!(json(&place, &["--epsilon", "0"])["edges"][0]["p_within"], 0.5);
    assert_eq!(json(&place, &["--epsilon", "1"])["edges"][0]["p_within"], 1.0);
    for bad in ["-0.1", "1.5", "NaN", "x"] {
        assert_eq!(rank(&place, &["--epsilon", bad]).status.code(), Some(2), "{bad}");
    }
}

#[test]
fn counts_beyond_the_prior_are_weighed_against_a_rate() {
    // a: 2 successes, b: nothing, c: 30 failures, d: 1 success.
    let place = folder("a,3,1\nb,1,1\nc,1,31\nd,2,1\n");
    let document = json(&place, &["--against", "0.5", "--level", "0.9"]);
    let edges = document["edges"].as_array().unwrap();
    near(&edges[0]["e_value"], 4.0 / 3.0);
    near(&edges[1]["e_value"], 1.0);
    near(&edges[2]["ln_e_value"], 30.0 * 2f64.ln() - 31f64.ln());
    near(&edges[3]["ln_e_value"], 0.0);
    near(&edges[2]["always_valid_upper"], 1.0 - (0.1f64 / 31.0).powf(1.0 / 30.0));
    let rejected: Vec<bool> = edges.iter().map(|edge| edge["rejected"].as_bool().unwrap()).collect();
    assert_eq!(rejected, [false, false, true, false]);
    // One of four: 4/(0.1·1).
    near(&document["against"]["e_value_threshold"], 4.0 / (1.0 - 0.9));
    assert_eq!(document["against"]["rejected"], 1);

    let against_0 = json(&place, &["--against", "0"]);
    assert_eq!(against_0["edges"][0]["ln_e_value"], Value::Null);
    assert!(against_0["edges"][0]["e_value_reason"].is_string() && against_0["edges"][0]["rejected"] == true);
    near(&against_0["edges"][2]["e_value"], 1.0 / 31.0);

    let csv = String::from_utf8(rank(&place, &["--against", "0", "--format", "csv"]).stdout).unwrap();
    let header =
        "edge,alpha,beta,mean,p_best,expected_loss,p_within,ln_e_value,always_valid_lower,always_valid_upper,rejected";
    assert!(csv.starts_with(header) && csv.contains(",inf,"), "{csv}");
    let table = rank(&place, &["--against", "0.5"]);
    assert!(String::from_utf8_lossy(&table.stderr).contains("e-BH rejects 1 of 4"), "{table:?}");
}

#[test]
fn a_posterior_below_its_prior_is_refused_with_its_place() {
    let place = folder("a,3,1\nb,2,0.5\n");
    let refused = rank(&place, &["--against", "0.5"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3));
    assert!(said.contains("p.csv:3:5: beta 0.5 is below the prior's 1"), "{said}");
    let right = json(&place, &["--against", "0.5", "--prior", "0.5,0.5"]);
    near(
        &right["edges"][0]["always_valid_upper"],
        json(&folder("a,3.5,1.5\n"), &["--against", "0"])["edges"][0]["always_valid_upper"].as_f64().unwrap(),
    );
    assert_eq!(rank(&place, &["--prior", "0.5,0.5"]).status.code(), Some(2));
}
