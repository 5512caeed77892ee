//! Protects posteriors that are kept in a file: feedback adds up exactly, programs that observe at the same time lose
//! nothing, and what an observation does not mean stays as it was, byte for byte.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn observe_with(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .current_dir(folder)
        .arg("observe")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A child that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn observe(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    observe_with(folder.path(), arguments, "")
}

fn one(folder: &TempDir, edge: &str, reward: &str) {
    let (code, _, message) = observe(folder, &["t.csv", "--edge", edge, "--reward", reward]);
    assert_eq!(code, 0, "{message}");
}

fn text(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("t.csv")).unwrap()
}

#[test]
fn only_the_parameters_that_move_change() {
    let before = "note,beta,\"edge\",alpha,token_cost\r\n\"a, \"\"b\"\"\",4,\"x,\ny\",\"3\",7\r\n\r\n5\" disk,1e0, z ,2.50,\r\nq,1,q,1,1";
    let folder = folder(&[("t.csv", before)]);
    one(&folder, "x,\ny", "0.25");
    let after = before.replace(",4,\"x,\ny\",\"3\",", ",4.75,\"x,\ny\",3.25,");
    assert_eq!(text(&folder), after);
    one(&folder, " z ", "0");
    let after = after.replace("disk,1e0,", "disk,2,");
    assert_eq!(text(&folder), after);
    one(&folder, "q", "accepted");
    assert_eq!(text(&folder), after.replace("q,1,q,1,1", "q,1,q,2,1"));
}

#[test]
fn the_new_posterior_is_printed() {
    let folder = folder(&[("t.csv", "edge,alpha,beta\na,1,1\nb,2,2\n")]);
    let json = ["t.csv", "--edge", "b", "--reward", "0.5", "--format", "json"];
    let document: Value = serde_json::from_str(&observe(&folder, &json).1).unwrap();
    let edges = serde_json::json!([{"edge": "b", "alpha": 2.5, "beta": 2.5, "mean": 0.5, "added": false}]);
    assert_eq!(document["schema"], "betadrift.observe/1");
    assert_eq!(document["edges"], edges);
    let (_, rows, message) = observe(&folder, &["t.csv", "--edge", "b", "--reward", "1", "--format", "csv"]);
    assert_eq!(rows, "edge,alpha,beta,mean\nb,3.5,2.5,0.5833333333333334\n");
    assert_eq!(message, "1 observation of 1 edge\n");
    let table = observe(&folder, &["t.csv", "--edge", "a", "--reward", "no", "--quiet"]);
    assert_eq!(
        table.1.split_whitespace().collect::<Vec<_>>(),
        ["edge", "alpha", "beta", "mean", "a", "1", "2", "0.3333"]
    );
    assert_eq!(table.2, "");
}

#[test]
fn several_pairs_and_rows_of_a_file_are_one_change() {
    let folder =
        folder(&[("t.csv", "edge,alpha,beta\na,1,1\nb,1,1\n"), ("f.csv", "reward,x,edge\nyes,,a\n0.3,,b\nMEH,,a\n")]);
    let pairs =
        ["t.csv", "--edge", "a", "--reward", "1", "--edge", "b", "--reward", "0", "--edge", "a", "--reward", "0.5"];
    let (code, _, message) = observe(&folder, &pairs);
    assert_eq!((code, &*message), (0, "3 observations of 2 edges\n"));
    assert_eq!(text(&folder), "edge,alpha,beta\na,2.5,1.5\nb,1,2\n");
    let rows = ["t.csv", "f.csv", "--reward-map", "meh=0.2"];
    assert_eq!(observe(&folder, &rows).0, 0);
    assert_eq!(text(&folder), "edge,alpha,beta\na,3.7,2.3\nb,1.3,2.7\n");
    let input = "edge,reward\nb,1\nnobody,1\n";
    let (code, _, message) = observe_with(folder.path(), &["t.csv", "-"], input);
    assert!(code == 3 && message.contains("-:3:1: edge `nobody` is not in t.csv; --add adds it"), "{message}");
    assert_eq!(text(&folder), "edge,alpha,beta\na,3.7,2.3\nb,1.3,2.7\n");
}

#[test]
fn rewards_add_up_exactly_in_any_order() {
    let folder = folder(&[("t.csv", "edge,alpha,beta\na,1e-9,1\n")]);
    let rows: String = ["edge,reward\n".to_owned()].into_iter().chain((0..999).map(|_| "a,0.1\n".to_owned())).collect();
    assert_eq!(observe_with(folder.path(), &["t.csv", "-"], &rows).0, 0);
    one(&folder, "a", "0.1");
    assert_eq!(text(&folder), "edge,alpha,beta\na,100.000000001,901\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_and_the_batches_of_feedback_change_no_byte(
        rewards in prop::collection::vec(0u32..=1_000_000, 2..9), alpha in 0.001f64..1e6, cut in 1usize..8,
    ) {
        let table = format!("edge,alpha,beta\na,{alpha:?},0.3333333333333333\n");
        let (forth, back) = (folder(&[("t.csv", &table)]), folder(&[("t.csv", &table)]));
        let rows = |rewards: &[u32]| {
            let rows = rewards.iter().map(|reward| format!("a,{}\n", f64::from(*reward) / 999_983.0_f64.max(f64::from(*reward))));
            ["edge,reward\n".to_owned()].into_iter().chain(rows).collect::<String>()
        };
        let (first, second) = rewards.split_at(cut.min(rewards.len() - 1));
        for part in [first, second] {
            prop_assert_eq!(observe_with(forth.path(), &["t.csv", "-"], &rows(part)).0, 0);
        }
        let mut reversed = rewards.clone();
        reversed.reverse();
        prop_assert_eq!(observe_with(back.path(), &["t.csv", "-"], &rows(&reversed)).0, 0);
        prop_assert_eq!(text(&forth), text(&back));
    }
}

#[test]
fn an_unknown_edge_is_refused_or_added_at_its_prior() {
    let folder = folder(&[("t.csv", "alpha,note,edge,beta\r\n1,n,a,1")]);
    let pair = ["t.csv", "--edge", "b,c", "--reward", "1"];
    let (code, data, message) = observe(&folder, &pair);
    assert!(code == 2 && data.is_empty() && message.contains("--edge: edge `b,c` is not in t.csv"), "{message}");
    assert_eq!(
        observe(&folder, &[&pair[..], &["--prior", "2,3"]].concat()).0,
        2,
        "--prior means nothing without --add"
    );
    let add = ["--add", "--prior", "2,3", "--prior", "b*=0.5,4"];
    assert_eq!(observe(&folder, &[&pair[..], &add].concat()).2, "1 observation of 1 edge, 1 added\n");
    assert_eq!(text(&folder), "alpha,note,edge,beta\r\n1,n,a,1\r\n1.5,,\"b,c\",4\r\n");
}

#[test]
fn a_missing_file_is_made_only_where_edges_may_be_added() {
    let folder = folder(&[]);
    let pair = ["t.csv", "--edge", "a", "--reward", "0.25"];
    let (code, _, message) = observe(&folder, &pair);
    assert!(code == 4 && message.contains("t.csv: No such file"), "{message}");
    assert_eq!(observe(&folder, &[&pair[..], &["--add"]].concat()).0, 0);
    assert_eq!(text(&folder), "edge,alpha,beta\na,1.25,1.75\n");
}

#[test]
fn what_is_no_feedback_leaves_the_file_alone() {
    let table = "edge,alpha,beta\na,1,1\nb,1000000000000,1\n";
    let folder = folder(&[("t.csv", table), ("bad.csv", "edge,alpha,beta\na,1,x\n"), ("empty.csv", "")]);
    for (arguments, code, expected) in [
        (&["t.csv", "--edge", "a", "--reward", "1.5"][..], 2, "--reward: the reward `1.5` is not in [0, 1]"),
        (&["t.csv", "--edge", "a", "--reward", "-0.1"], 2, "not in [0, 1]"),
        (&["t.csv", "--edge", "a", "--reward", "nan"], 2, "not in [0, 1]"),
        (
            &["t.csv", "--edge", "a", "--reward", "meh"],
            2,
            "the label `meh` has no reward; give it one with --reward-map",
        ),
        (&["t.csv", "--edge", "", "--reward", "1"], 2, "the edge has no name"),
        (&["t.csv", "--edge", "a"], 2, "--reward"),
        (&["t.csv"], 2, "FEEDBACK"),
        (&["t.csv", "--edge", "a", "--reward", "1", "--edge", "b"], 2, "--edge is given 2 times, but --reward 1 times"),
        (&["-", "--edge", "a", "--reward", "1"], 2, "standard input cannot be rewritten"),
        (&["t.csv", "t.csv"], 3, "t.csv:1:1: there is no column `reward`"),
        (&["t.csv", "--edge", "a", "--reward", "1", "-o", "t.csv"], 2, "would overwrite"),
        (&["t.csv", "--edge", "b", "--reward", "1"], 3, "t.csv:3:1: alpha (1000000000001.0) must be between"),
        (&["bad.csv", "--edge", "a", "--reward", "1"], 3, "bad.csv:2:5: `x` is not a number"),
        (&["empty.csv", "--edge", "a", "--reward", "1"], 3, "there is no column `edge`"),
        (&[".", "--edge", "a", "--reward", "1"], 4, "not a regular file"),
    ] {
        let (found, data, message) = observe(&folder, arguments);
        assert!(found == code && data.is_empty() && message.contains(expected), "{arguments:?}: {found}: {message}");
    }
    assert_eq!(text(&folder), table);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
#[cfg(unix)]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("t.csv", "edge,alpha,beta\na,1,1\n")]);
    let file = folder.path().join("t.csv");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(&file, elsewhere.path().join("link.csv")).unwrap();
    assert_eq!(observe_with(elsewhere.path(), &["link.csv", "--edge", "a", "--reward", "1"], "").0, 0);
    assert_eq!(text(&folder), "edge,alpha,beta\na,2,1\n");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(elsewhere.path().join("link.csv").is_symlink());
}

/// How many observations each of eight processes makes.
const EACH: usize = 125;

#[test]
fn eight_processes_lose_nothing() {
    let folder = folder(&[]);
    thread::scope(|scope| {
        for worker in 0..8 {
            let folder = &folder;
            let own = format!("own-{worker}");
            scope.spawn(move || {
                for round in 0..EACH {
                    let edge = if round % 2 == 0 { "shared" } else { &own };
                    let arguments = ["t.csv", "--edge", edge, "--reward", "0.1", "--add", "--quiet"];
                    let (code, _, message) = observe(folder, &arguments);
                    assert_eq!(code, 0, "{message}");
                }
            });
        }
    });
    let mut lines: Vec<String> = text(&folder).lines().map(str::to_owned).collect();
    lines[1..].sort_unstable();
    let row = |edge: &str, events: usize| format!("{edge},{},{}", tenths(10 + events), tenths(10 + 9 * events));
    let mut expected: Vec<String> = (0..8).map(|worker| row(&format!("own-{worker}"), EACH / 2)).collect();
    expected.insert(0, "edge,alpha,beta".to_owned());
    expected.push(row("shared", 8 * EACH.div_ceil(2)));
    assert_eq!(lines, expected);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

fn tenths(count: usize) -> String {
    if count.is_multiple_of(10) { format!("{}", count / 10) } else { format!("{}.{}", count / 10, count % 10) }
}

#[test]
fn a_process_that_is_killed_leaves_a_whole_file() {
    let rows: String = (0..20_000).map(|edge| format!("edge-{edge},1,1\n")).collect();
    let before = format!("edge,alpha,beta\n{rows}");
    let after = before.replacen("edge-7,1,1", "edge-7,2,1", 1);
    let folder = folder(&[("t.csv", &before)]);
    let (mut killed, mut done) = (0, 0);
    // From a kill before anything has happened to one after all of it.
    for step in 0..40 {
        fs::write(folder.path().join("t.csv"), &before).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_betadrift"))
            .current_dir(folder.path())
            .args(["observe", "t.csv", "--edge", "edge-7", "--reward", "1", "--quiet"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(std::time::Duration::from_millis(step));
        let _ = child.kill();
        child.wait().unwrap();
        let found = text(&folder);
        assert!(found == before || found == after, "{} bytes after {step} ms", found.len());
        if found == before { killed += 1 } else { done += 1 }
    }
    assert!(killed > 0, "every kill came too late: {done}");
    one(&folder, "edge-8", "1");
}
