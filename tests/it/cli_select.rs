//! Protects the verb `select`: it prints the edges of the greatest draws, under the constraints it is given, and the
//! propensities it states are the frequencies with which it chooses.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use betadrift::beta::Beta;
use betadrift::decision::top_k;
use serde_json::Value;
use tempfile::TempDir;

const ARMS: &str = "note,edge,alpha,beta,token_cost\n,d,1,4,10\n,b,9,20,60\n,\"a, a\",12,20,100\n,c,3,9,50\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn select_with(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .current_dir(folder)
        .arg("select")
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

fn select(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    select_with(folder.path(), arguments, "")
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let (code, document, message) = select(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{message}");
    serde_json::from_str(&document).unwrap()
}

fn names(document: &Value) -> Vec<String> {
    document["edges"].as_array().unwrap().iter().map(|edge| edge["edge"].as_str().unwrap().to_owned()).collect()
}

fn numbers(document: &Value, field: &str) -> Vec<f64> {
    document["edges"].as_array().unwrap().iter().map(|edge| edge[field].as_f64().unwrap()).collect()
}

#[test]
fn names_are_printed_alone_and_the_seed_is_said_only_where_it_is_the_default() {
    let folder = folder(&[("t.csv", ARMS)]);
    let (code, chosen, message) = select(&folder, &["t.csv", "--k", "4", "--seed", "3"]);
    let mut sorted: Vec<&str> = chosen.lines().collect();
    sorted.sort_unstable();
    assert_eq!((code, sorted, &*message), (0, vec!["a, a", "b", "c", "d"], ""));
    let (_, one, message) = select(&folder, &["t.csv"]);
    assert_eq!(one.lines().count(), 1);
    assert!(message.contains("seed 20260101, the default") && message.contains("--seed"), "{message}");
    assert_eq!(select(&folder, &["t.csv", "--quiet"]), (0, one, String::new()));
    assert_eq!(select_with(folder.path(), &["-", "--k", "4", "--seed", "3"], ARMS).1, chosen);
}

#[test]
fn a_seed_decides_whatever_the_order_of_rows() {
    let shuffled = "edge,beta,alpha\nc,9,3\n\"a, a\",20,12\nb,20,9\nd,4,1\n";
    let folder = folder(&[("t.csv", ARMS), ("u.csv", shuffled)]);
    let of = |file: &str, seed: u64| json(&folder, &[file, "--k", "4", "--explain", "--seed", &seed.to_string()]);
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..12 {
        assert_eq!(of("t.csv", seed), of("u.csv", seed));
        orders.insert(names(&of("t.csv", seed)));
    }
    assert!(orders.len() > 3, "{orders:?}");
    let drawn = numbers(&of("t.csv", 5), "draw");
    assert!(drawn.is_sorted_by(|a, b| a >= b), "{drawn:?}");
}

#[test]
fn what_is_masked_is_never_chosen_and_moves_no_other_draw() {
    let csv = "why,edge\nslow,\"a, a\"\nold,gone\n";
    let folder = folder(&[("t.csv", ARMS), ("mask.txt", "a, a\r\n\nc\n"), ("mask.csv", csv)]);
    let all = json(&folder, &["t.csv", "--k", "4", "--explain", "--seed", "5"]);
    let (code, chosen, message) = select(&folder, &["t.csv", "--k", "9", "--mask", "mask.txt", "--seed", "5"]);
    let expected: String =
        names(&all).iter().filter(|name| ["b", "d"].contains(&&***name)).map(|name| format!("{name}\n")).collect();
    assert_eq!((code, &*chosen), (0, &*expected));
    assert_eq!(message, "only 2 edges may be chosen, fewer than 9: all are\n");
    let (_, _, message) = select(&folder, &["t.csv", "--mask", "mask.csv", "--seed", "5"]);
    assert_eq!(message, "mask.csv: 1 name not among the edges: gone\n");
    let (_, only, _) = select_with(folder.path(), &["t.csv", "--only", "-", "--k", "4", "--seed", "1"], "a, a\nc\n");
    assert_eq!(only.lines().collect::<std::collections::BTreeSet<_>>(), ["a, a", "c"].into());
    let both = ["t.csv", "--only", "mask.txt", "--mask", "mask.txt", "--seed", "1"];
    assert_eq!(select(&folder, &both), (0, String::new(), "no edge may be chosen\n".to_owned()));
    let alone = json(&folder, &["t.csv", "--mask", "mask.txt", "--k", "2", "--explain", "--seed", "5"]);
    assert_eq!(alone["eligible"], 2);
    let draw = |document: &Value, name: &str| {
        numbers(document, "draw")[names(document).iter().position(|n| n == name).unwrap()]
    };
    assert_eq!(draw(&alone, "b"), draw(&all, "b"));
}

#[test]
fn propensities_are_those_of_the_command() {
    let folder = folder(&[("t.csv", ARMS), ("mask.txt", "a, a\n")]);
    // In order of name: a, b, c, d.
    let arms = [(12.0, 20.0), (9.0, 20.0), (3.0, 9.0), (1.0, 4.0)].map(|(a, b)| Beta::new(a, b).unwrap());
    let position = |name: &String| ["a, a", "b", "c", "d"].iter().position(|known| known == name).unwrap();
    for (arguments, of_all) in [
        (&["--k", "1"][..], top_k(&arms, 1)),
        (&["--k", "3"], top_k(&arms, 3)),
        (&["--k", "4"], vec![1.0; 4]),
        (&["--k", "2", "--mask", "mask.txt"], [&[0.0], &top_k(&arms[1..], 2)[..]].concat()),
        (&["--k", "2", "--floor", "0.1"], top_k(&arms, 2).iter().map(|p| 0.1 + 0.8 * p).collect()),
        (&["--k", "1", "--floor", "0.25"], vec![0.25; 4]),
    ] {
        let document = json(&folder, &[&["t.csv", "--explain", "--seed", "11"], arguments].concat());
        assert_eq!(document["schema"], "betadrift.select/1");
        for (name, propensity) in names(&document).iter().zip(numbers(&document, "propensity")) {
            assert!((propensity - of_all[position(name)]).abs() < 1e-12, "{arguments:?}: {name}: {propensity}");
        }
    }
    let (_, rows, _) = select(&folder, &["t.csv", "--explain", "--format", "csv", "--k", "4", "--seed", "1"]);
    assert!(rows.starts_with("edge,mean,draw,propensity\n") && rows.contains("\n\"a, a\",0.375,"), "{rows}");
    let table = select(&folder, &["t.csv", "--explain", "--k", "4", "--seed", "1"]).1;
    assert_eq!(
        table.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["edge", "mean", "draw", "propensity"]
    );
}

#[test]
fn a_floor_says_what_it_does_and_what_it_cannot() {
    let folder = folder(&[("t.csv", ARMS)]);
    let methods: Vec<Value> = (0..12)
        .map(|seed| json(&folder, &["t.csv", "--floor", "0.125", "--seed", &seed.to_string()]))
        .inspect(|document| {
            assert_eq!((&document["floor"], &document["chance_of_uniform"]), (&0.125.into(), &0.5.into()))
        })
        .map(|document| document["method"].clone())
        .collect();
    assert!(methods.iter().any(|method| method == "uniform") && methods.iter().any(|method| method == "thompson"));
    for (arguments, expected) in [
        (&["--floor", "0.3"][..], "a floor of 0.3 is above 1 / 4 = 0.25"),
        (&["--floor", "0.6", "--k", "2"], "a floor of 0.6 is above 2 / 4 = 0.5"),
        (&["--floor", "-0.1"], "a floor is a probability, and -0.1 is none"),
        (&["--floor", "nan"], "a floor is a probability"),
        (&["--floor", "0.1", "--token-budget", "9"], "cannot be used with"),
        (&["--k", "0"], "0"),
        (&["--token-budget", "0"], "a budget is greater than zero"),
        (&["--mask", "-", "--only", "-"], "standard input can only be read once"),
        (&["-o", "t.csv"], "would overwrite"),
    ] {
        let (code, chosen, message) = select(&folder, &[&["t.csv"], arguments].concat());
        assert!(code == 2 && chosen.is_empty() && message.contains(expected), "{arguments:?}: {code}: {message}");
    }
}

#[test]
fn a_budget_is_kept_and_how_is_said() {
    let folder = folder(&[("t.csv", ARMS)]);
    for seed in 0..8 {
        let seed = seed.to_string();
        let all = json(&folder, &["t.csv", "--k", "4", "--explain", "--seed", &seed]);
        let draw = |name: &str| numbers(&all, "draw")[names(&all).iter().position(|n| n == name).unwrap()];
        let document = json(&folder, &["t.csv", "--token-budget", "110", "--explain", "--seed", &seed]);
        assert_eq!((&document["method"], &document["k"]), (&"exact".into(), &4.into()));
        assert!(numbers(&document, "token_cost").iter().sum::<f64>() <= 110.0);
        // All pairs that fit 110 tokens; three edges never do.
        let best =
            [["a, a", "d"], ["b", "c"], ["b", "d"], ["c", "d"]].map(|set| set.iter().map(|name| draw(name)).sum());
        let worth: f64 = numbers(&document, "draw").iter().sum();
        assert!((worth - best.into_iter().fold(0.0, f64::max)).abs() < 1e-12, "{worth} {best:?}");
        assert!(document["edges"][0]["propensity"].is_null() && document["reason"].is_string());
    }
    let (_, chosen, message) = select(&folder, &["t.csv", "--token-budget", "55", "--k", "1", "--seed", "2"]);
    assert!(["c\n", "d\n"].contains(&&*chosen), "{chosen}");
    assert!(
        message.contains("2 edges dearer than 55 left out: a, a, b\n1 edge for ")
            && message.contains("of 55 tokens, exact"),
        "{message}"
    );
    let (code, chosen, message) = select(&folder, &["t.csv", "--token-budget", "5", "--seed", "2"]);
    assert!(code == 0 && chosen.is_empty() && message.contains("no edge may be chosen"), "{message}");
}

#[test]
fn many_edges_are_fitted_greedily() {
    let rows: String = (0..60).map(|edge| format!("e{edge:02},{},9,{}\n", 1 + edge % 7, 10 + edge % 13)).collect();
    let folder = folder(&[("t.csv", &format!("edge,alpha,beta,token_cost\n{rows}"))]);
    let all = json(&folder, &["t.csv", "--k", "60", "--explain", "--seed", "4"]);
    let cost = |name: &str| f64::from(10 + name[1..].parse::<u32>().unwrap() % 13);
    let mut by_density: Vec<(f64, String)> =
        names(&all).into_iter().zip(numbers(&all, "draw")).map(|(name, draw)| (draw / cost(&name), name)).collect();
    by_density.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut expected, mut left) = (Vec::new(), 95.0);
    for (_, name) in by_density {
        if cost(&name) <= left {
            left -= cost(&name);
            expected.push(name);
        }
    }
    let document = json(&folder, &["t.csv", "--token-budget", "95", "--seed", "4"]);
    let mut chosen = names(&document);
    chosen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(chosen, expected);
    assert_eq!(document["method"], "greedy");
    let message = select(&folder, &["t.csv", "--token-budget", "95", "--seed", "4"]).2;
    assert!(message.contains("greedy: by draw per token"), "{message}");
}

#[test]
fn costs_that_are_none_are_refused_by_place() {
    for (table, expected) in [
        ("edge,alpha,beta,token_cost\na,1,1,0\n", "t.csv:2:7: a cost of `0` is none; it must be greater than zero"),
        ("edge,alpha,beta,token_cost\na,1,1,inf\n", "t.csv:2:7: a cost of `inf`"),
        ("edge,alpha,beta,token_cost\na,1,1,\n", "t.csv:2:7: `` is not a number"),
        ("edge,alpha,beta\na,1,1\n", "t.csv:1:1: there is no column `token_cost`"),
    ] {
        let folder = folder(&[("t.csv", table)]);
        let (code, chosen, message) = select(&folder, &["t.csv", "--token-budget", "9"]);
        assert!(code == 3 && chosen.is_empty() && message.contains(expected), "{code}: {message}");
    }
}

#[test]
fn propensities_too_costly_to_compute_are_null_beside_the_reason() {
    let rows: String = (0..5_000).map(|edge| format!("e{edge},{},{}\n", 1 + edge % 7, 2 + edge % 11)).collect();
    let folder = folder(&[("t.csv", &format!("edge,alpha,beta\n{rows}"))]);
    let document = json(&folder, &["t.csv", "--k", "100", "--explain", "--seed", "1"]);
    assert!(document["edges"][99]["propensity"].is_null() && document["edges"][99]["draw"].is_number());
    assert!(document["reason"].as_str().unwrap().contains("400000"), "{}", document["reason"]);
}

#[test]
fn a_table_without_edges_leaves_none_to_choose() {
    let folder = folder(&[("t.csv", "edge,alpha,beta\n")]);
    assert_eq!(select(&folder, &["t.csv", "--seed", "1"]), (0, String::new(), "no edge may be chosen\n".to_owned()));
    assert_eq!(json(&folder, &["t.csv", "--explain", "--floor", "0.5"])["edges"], serde_json::json!([]));
}

#[test]
fn the_first_choice_is_as_frequent_as_its_stated_propensity() {
    const SEEDS: u32 = 300;
    let folder = folder(&[("t.csv", ARMS), ("mask.txt", "b\n")]);
    // Upper 0.1 % points of χ² with 3, 3 and 2 degrees of freedom.
    for (arguments, limit) in [(&[][..], 16.27), (&["--floor", "0.1"], 16.27), (&["--mask", "mask.txt"], 13.82)] {
        let mut stated = std::collections::BTreeMap::new();
        for seed in 0..SEEDS {
            let seed = seed.to_string();
            let document = json(&folder, &[&["t.csv", "--explain", "--seed", &seed], arguments].concat());
            let (count, propensity) = stated.entry(names(&document)[0].clone()).or_insert((0u32, 0.0));
            (*count, *propensity) = (*count + 1, numbers(&document, "propensity")[0]);
        }
        assert!((stated.values().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9, "{stated:?}");
        let expected = |p: f64| f64::from(SEEDS) * p;
        let term = |&(count, p): &(u32, f64)| (f64::from(count) - expected(p)).powi(2) / expected(p);
        let chi_square: f64 = stated.values().map(term).sum();
        assert!(chi_square < limit, "{arguments:?}: {chi_square}: {stated:?}");
    }
}
