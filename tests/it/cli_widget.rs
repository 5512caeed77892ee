//! Protects the verb `widget`: a page that holds everything it needs, whatever stands in a log.
#![cfg(feature = "cli")]

use std::fs;
use std::process::{Command, Output};

use betadrift::report::widget::{SCRIPT, STYLE};
use serde_json::Value;

fn betadrift(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betadrift")).args(args).output().unwrap()
}

/// The page that is printed.
fn page(args: &[&str]) -> String {
    let output = betadrift(&[&["widget", "--out", "-"], args].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the script of a page begins with.
fn state(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"beta-state\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_names_no_other_place() {
    let page = page(&["data/feedback.csv"]);
    let markup = page.replace("http://www.w3.org/2000/svg", "").replace("url(#beta-clip)", "");
    for other in ["http:", "https:", "src=", "@import", "url(", "//cdn", "<iframe", "style=\""] {
        assert!(!markup.contains(other), "{other}");
    }
    assert!(page.contains("default-src 'none'; script-src 'sha256-"), "{page:.400}");
    assert!(page.len() < 300_000, "{}", page.len());
}

#[test]
fn no_part_ends_the_element_it_stands_in() {
    for part in [SCRIPT, STYLE] {
        assert!(!part.contains("</"));
    }
}

#[test]
fn a_page_begins_where_it_is_told_to() {
    let page = page(&["--alpha", "12", "--beta", "30", "--vs", "4,3", "--prior", "2,8", "--level", "0.9"]);
    let state = state(&page);
    assert_eq!(state["one"], serde_json::json!([12.0, 30.0]));
    assert_eq!(state["prior"], serde_json::json!([2.0, 8.0]));
    assert_eq!(state["other"], serde_json::json!([4.0, 3.0]));
    assert_eq!(state["level"], 0.9);
    assert!(page.contains("betadrift beta 12,30 --vs 4,3 --level 0.9</code>"));
}

#[test]
fn a_log_is_shown_day_by_day_its_busiest_edges_first() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("counts.csv");
    let rows = "day,edge,successes,failures\n2026-01-01,rare,1,0\n2026-01-01,busy,3,2\n2026-01-03,busy,1,1\n";
    fs::write(&log, rows).unwrap();
    let log = log.to_str().unwrap();
    let all = state(&page(&[log]));
    assert_eq!(all["days"], serde_json::json!(["2026-01-01", "2026-01-02", "2026-01-03"]));
    assert_eq!(all["edges"][0]["edge"], "busy");
    assert_eq!(all["edges"][0]["days"], serde_json::json!([[4.0, 3.0], [4.0, 3.0], [5.0, 4.0]]));
    assert_eq!(all["edges"][1]["days"], serde_json::json!([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]]));
    assert_eq!(all["other"], serde_json::json!([2.0, 1.0]));
    let top = betadrift(&["widget", "--out", "-", log, "--top", "1"]);
    assert!(String::from_utf8_lossy(&top.stderr).contains("1 more edge has less feedback"), "{top:?}");
    assert_eq!(state(&String::from_utf8(top.stdout).unwrap())["edges"].as_array().unwrap().len(), 1);
}

#[test]
fn the_name_of_an_edge_is_text_whatever_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("counts.csv");
    fs::write(&log, "day,edge,successes,failures\n2026-01-01,</script><b>{pair}&\u{2028}x,3,2\n").unwrap();
    let page = page(&[log.to_str().unwrap()]);
    assert_eq!(state(&page)["edges"][0]["edge"], "</script><b>{pair}&\u{2028}x");
    assert!(!page.contains("<b>"));
    assert!(page.contains("the rate of &lt;/script&gt;&lt;b&gt;{pair}&amp;\u{2028}x lies"));
    assert_eq!(page.matches("id=\"beta-kl\"").count(), 1);
}

#[test]
fn what_makes_no_page_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (log, out) = (folder.path().join("log.csv"), folder.path().join("beta.html"));
    fs::write(&log, "day,edge,successes,failures\n").unwrap();
    let (log, out) = (log.to_str().unwrap(), out.to_str().unwrap());
    for (args, code, told) in [
        (&["--out", out, "--alpha", "0"][..], 2, "alpha (0) must be finite and greater than zero"),
        (&["--out", out, "--alpha", "1e13"], 2, "must be between 1e-9 and 1e12"),
        (&["--out", out, "--vs", "1e13,1"], 2, "must be between 1e-9 and 1e12"),
        (&["--out", out, "--level", "1"], 2, "between 0 and 1"),
        (&["--out", out, "--tz", "Asia/Tokyo"], 2, "--tz Asia/Tokyo says how to read a log, but none is named"),
        (&["--out", out, "--prior", "a*=2,8"], 2, "priors of some edges are for a log"),
        (&["--out", out, "--alpha", "2", "data/counts.csv"], 2, "without a LOG"),
        (&["--out", log, log], 2, "would overwrite a file that is read"),
        (&["--out", out, log], 3, "no feedback counts"),
        (&["--out", "/no/such/folder/beta.html"], 4, "/no/such/folder/beta.html"),
        (&[], 2, "--out"),
    ] {
        let output = betadrift(&[&["widget"], args].concat());
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
        assert!(message.contains(told), "{args:?}: {message}");
        assert!(!fs::exists(out).unwrap(), "{args:?}");
    }
}
