//! Protects files on command lines: none is read twice or overwritten by what is made of it, and tables of Betas are
//! refused by place.
#![cfg(feature = "cli")]

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

const LOG: &str = "timestamp,edge,reward\n2026-01-01,a,1\n";
const SCENARIO: &str = "runs = 1\ndays = 1\ntrials_per_day = 5\n[environment]\nkind = \"stationary\"\nrates = [0.5]\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betadrift")).current_dir(folder.path()).args(arguments).output().unwrap()
}

/// Exit code and standard error.
fn fails(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let output = run(folder, arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn one_file_by_two_paths_is_given_twice() {
    let folder = folder(&[("log.csv", LOG)]);
    let whole = folder.path().join("log.csv");
    assert_eq!(fails(&folder, &["replay", "log.csv", "./log.csv"]).0, 2);
    assert_eq!(fails(&folder, &["replay", "log.csv", whole.to_str().unwrap()]).0, 2);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&whole, folder.path().join("link.csv")).unwrap();
        let (code, message) = fails(&folder, &["replay", "log.csv", "link.csv"]);
        assert!(code == 2 && message.contains("link.csv is given twice"), "{message}");
    }
}

#[test]
fn nothing_that_is_read_or_written_is_overwritten() {
    let folder = folder(&[("log.csv", LOG), ("p.csv", "edge,alpha,beta\na,1,1\n"), ("x.toml", SCENARIO)]);
    let skip = ["replay", "log.csv", "--on-error", "skip"];
    for arguments in [
        &[&skip[..], &["--rejects", "log.csv"]].concat(),
        &[&skip[..], &["--rejects", "out.csv", "-o", "./out.csv"]].concat(),
        &["replay", "log.csv", "-o", "./log.csv"].to_vec(),
        &["replay", "log.csv", "--prior", "p.csv", "-o", "p.csv"].to_vec(),
        &["rank", "p.csv", "-o", "p.csv"].to_vec(),
        &["simulate", "x.toml", "--log", "x.toml"].to_vec(),
        &["simulate", "x.toml", "-o", "x.toml"].to_vec(),
        &["simulate", "x.toml", "--log", "out.csv", "--posteriors", "out.csv"].to_vec(),
    ] {
        let (code, message) = fails(&folder, arguments);
        assert!(code == 2 && message.contains(" name "), "{arguments:?}: {code}: {message}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("log.csv")).unwrap(), LOG);
    assert!(!folder.path().join("out.csv").exists());
    assert!(run(&folder, &["simulate", "x.toml", "--log", "out.csv", "--posteriors", "q.csv"]).status.success());
    #[cfg(unix)]
    {
        let discarded = ["simulate", "x.toml", "--log", "/dev/null", "--posteriors", "/dev/null"];
        assert!(run(&folder, &discarded).status.success());
    }
}

#[test]
fn tables_of_betas_are_refused_by_place() {
    for (table, expected) in [
        ("edge,alpha\n", "t.csv:1:1: there is no column `beta`"),
        ("edge,alpha,beta,alpha\n", "t.csv:1:17: columns 2 and 4 are both named `alpha`"),
        ("edge,alpha,beta\n\"a,\"\"\nb\",1,x\n", "t.csv:3:6: `x` is not a number"),
        ("edge,alpha,beta\n\na,1\n", "t.csv:3:1: the row has 2 fields, but the header 3"),
        ("edge,alpha,beta\na,0,1\n", "t.csv:2:3: alpha (0) must be finite and greater than zero"),
        ("edge,alpha,beta\na,1,1e13\n", "t.csv:2:5: beta (10000000000000.0) must be between 1e-9 and 1e12"),
        ("alpha,beta,edge\n1,1,a\n1,1,a\n", "t.csv:3:5: edge `a` is listed twice"),
        ("edge,alpha,beta\n,1,1\n", "t.csv:2:1: the edge has no name"),
    ] {
        let folder = folder(&[("t.csv", table), ("log.csv", LOG)]);
        for arguments in [&["rank", "t.csv"][..], &["replay", "log.csv", "--prior", "t.csv"]] {
            let (code, message) = fails(&folder, arguments);
            assert!(code == 3 && message.contains(expected), "{table:?}: {code}: {message}");
        }
    }
    let folder = folder(&[("log.csv", LOG), ("p.csv", "edge,alpha,beta\n\"a\u{1b}[1m\",1,1\n")]);
    assert_eq!(fails(&folder, &["rank", "."]).0, 4);
    assert_eq!(fails(&folder, &["replay", "log.csv", "--prior", "."]).0, 4);
    let table = String::from_utf8(run(&folder, &["rank", "p.csv"]).stdout).unwrap();
    assert!(table.contains("a\\u{1b}[1m"), "{table}");
}

#[test]
fn numbers_out_of_range_reach_a_message_of_their_own() {
    let folder = folder(&[("log.csv", LOG)]);
    for (flag, value, expected) in [
        ("--half-life", "-1", "half-life"),
        ("--prior", "-1,1", "alpha (-1) must be finite and greater than zero"),
        ("--prior", "1e100,1", "alpha (1e100) must be between 1e-9 and 1e12"),
        ("--prior", "a=1,1e-300", "beta (1e-300) must be between 1e-9 and 1e12"),
    ] {
        let (code, message) = fails(&folder, &["replay", "log.csv", flag, value]);
        assert!(code == 2 && message.contains(expected), "{flag} {value}: {message}");
        assert!(!message.contains("unexpected argument"), "{message}");
    }
}

#[test]
fn the_command_of_a_report_can_be_run_again() {
    let folder = folder(&[("log.csv", LOG), ("p.csv", "edge,alpha,beta\na,1,1\n")]);
    let arguments = ["--time-unit", "ms", "--prior", "./p.csv", "--prior", "docs/*=2,8", "--prior", "2,3"];
    let made = run(&folder, &[&["report", "./log.csv", "--out", "r", "--scale", "1"][..], &arguments].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let verdict = fs::read_to_string(folder.path().join("r/verdict.md")).unwrap();
    let command = "betadrift report log.csv --time-unit ms --prior p.csv --prior 'docs/*=2,8' --prior 2,3";
    assert!(verdict.contains(command), "{verdict}");
}
