//! Protects folders of logs: every file below one is read, in any format, with the columns that the names of folders say.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betadrift")).current_dir(folder).args(arguments).output().unwrap()
}

/// What is printed.
fn replay(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, &[&["replay", "--format", "csv"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and standard error.
fn fails(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(folder, &[&["replay"], arguments].concat());
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

const WHOLE: &str = "ts,edge,reward\n2026-01-01,a,1\n2026-01-02,a,0\n2026-01-02,b c/d,1\n";

#[test]
fn a_folder_is_all_logs_below_it() {
    let folder = folder(&[
        ("whole.csv", WHOLE),
        ("logs/2/x.csv", "ts,edge,reward\n2026-01-01,a,1\n"),
        ("logs/10.jsonl", "{\"ts\": \"2026-01-02\", \"edge\": \"a\", \"click\": false}\n"),
        ("logs/2/3/y", "ts\tarm\tclick\n2026-01-02\tb c/d\t1\n"),
        ("logs/_SUCCESS", ""),
        ("logs/.x.csv.crc", "\0\0"),
        ("logs/_delta_log/0.json", "no log"),
    ]);
    let whole = replay(folder.path(), &["whole.csv"]);
    assert_eq!(replay(folder.path(), &["logs"]), whole);
    assert_eq!(replay(folder.path(), &["logs/"]), whole);
    assert_eq!(replay(folder.path(), &["logs/2", "logs/10.jsonl"]), whole);
    let (code, message) = fails(folder.path(), &["logs", "logs/2/x.csv"]);
    assert!(code == 2 && message.contains("x.csv is given twice"), "{message}");
    fs::create_dir(folder.path().join("empty")).unwrap();
    let (code, message) = fails(folder.path(), &["empty"]);
    assert!(code == 4 && message.contains("empty: the folder has no log in it"), "{message}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("logs"), folder.path().join("logs/2/back")).unwrap();
        assert_eq!(replay(folder.path(), &["logs"]), whole);
    }
}

#[test]
fn folders_with_an_equals_sign_are_columns_of_every_format() {
    let json = "{\"edge\": \"a\", \"click\": 0}\n";
    let folder = folder(&[
        ("whole.csv", WHOLE),
        ("table/day=2026-01-01/x.csv", "edge,reward\na,1\n"),
        ("table/day=2026-01-02/edge=b c%2Fd/x.csv", "reward\n1\n"),
        ("table/day=2026-01-02/x.jsonl", json),
        ("counts/day=2026-01-01/arm=a/x.csv", "successes,trials\n1,1\n"),
        ("counts/day=2026-01-02/arm=a/x.csv", "successes,trials\n0,1\n"),
        ("counts/day=2026-01-02/arm=b c%2Fd/x.csv", "successes,trials\n1,1\n"),
        ("named/dt=2026-01-01/x.csv", "edge,reward\na,1\n"),
        ("named/dt=2026-01-02/x.jsonl", json),
        ("named/dt=2026-01-02/y.csv", "edge,reward\nb c/d,1\n"),
    ]);
    let whole = replay(folder.path(), &["whole.csv"]);
    assert_eq!(replay(folder.path(), &["table"]), whole);
    assert_eq!(replay(folder.path(), &["table/day=*"]), whole);
    assert_eq!(replay(folder.path(), &["counts"]), whole);
    assert_eq!(replay(folder.path(), &["named", "--column", "time=dt"]), whole);
    let (code, message) = fails(folder.path(), &["named/dt=2026-01-01"]);
    assert!(code == 3 && message.contains("no column for the time"), "{message}");
    let per_day = replay(folder.path(), &["table/day=2026-01-01", "--column", "edge=edge,day"]);
    assert!(per_day.contains("a/2026-01-01"), "{per_day}");
}

#[test]
fn a_day_is_a_date_however_its_folders_spell_it() {
    let (a, b) = ("edge,reward\na,1\n", "edge,reward\na,0\nb c/d,1\n");
    let folder = folder(&[
        ("whole.csv", WHOLE),
        ("short/day=20260101/x.csv", a),
        ("short/day=20260102/x.csv", b),
        ("apart/year=2026/month=1/day=1/x.csv", a),
        ("apart/year=2026/month=01/day=02/x.csv", b),
        ("number/day=5/x.csv", a),
    ]);
    let whole = replay(folder.path(), &["whole.csv"]);
    assert_eq!(replay(folder.path(), &["short"]), whole);
    assert_eq!(replay(folder.path(), &["apart"]), whole);
    let (code, message) = fails(folder.path(), &["number"]);
    assert!(code == 3 && message.contains("no column for the time"), "{message}");
}

#[test]
fn a_partition_without_a_value_is_missing_in_its_rows() {
    let folder = folder(&[("day=__HIVE_DEFAULT_PARTITION__/x.csv", "edge,reward\na,1\n")]);
    let (code, message) = fails(folder.path(), &["day=__HIVE_DEFAULT_PARTITION__"]);
    assert!(code == 3 && message.contains("x.csv:2:1: the time is missing"), "{message}");
}

#[test]
fn a_report_names_files_with_the_folders_that_are_columns() {
    let folder =
        folder(&[("t/day=2026-01-01/p.csv", "edge,reward\na,1\n"), ("t/day=2026-01-02/p.csv", "edge,reward\na,0\n")]);
    let output = run(folder.path(), &["convergence", "t/", "--format", "json"]);
    assert!(output.status.success());
    let output = run(folder.path(), &["report", "t", "--out", "r"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let verdict = fs::read_to_string(folder.path().join("r/verdict.md")).unwrap();
    assert!(verdict.contains("day=2026-01-01/p.csv") && !verdict.contains("t/day="), "{verdict}");
}

#[cfg(feature = "parquet")]
mod parquet {
    use super::*;

    #[test]
    fn counts_written_as_parquet_are_a_log_of_the_same_timeline() {
        let log = "ts,edge,reward\n2026-01-01,a,0.1\n2026-01-01,a,0.333333333333333333\n2026-01-03,b,1\n";
        let folder = folder(&[("log.csv", log)]);
        let daily = ["--daily", "--prior", "2,3"];
        run(folder.path(), &[&["replay", "log.csv", "-o", "counts.parquet"][..], &daily].concat());
        let expected = replay(folder.path(), &[&["log.csv"][..], &daily].concat());
        assert_eq!(replay(folder.path(), &[&["counts.parquet"][..], &daily].concat()), expected);
        let bytes = fs::read(folder.path().join("counts.parquet")).unwrap();
        run(
            folder.path(),
            &[&["replay", "counts.parquet", "-o", "again.parquet", "--threads", "1"][..], &daily].concat(),
        );
        assert_eq!(fs::read(folder.path().join("again.parquet")).unwrap(), bytes);
        let input = std::process::Stdio::from(fs::File::open(folder.path().join("counts.parquet")).unwrap());
        let piped = Command::new(env!("CARGO_BIN_EXE_betadrift"))
            .args([&["replay", "-", "--format", "csv"][..], &daily].concat())
            .stdin(input)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(piped.stdout).unwrap(), expected);
    }

    #[test]
    fn only_daily_counts_are_written_as_parquet() {
        let folder = folder(&[("log.csv", WHOLE)]);
        for (arguments, why) in [
            (&["replay", "log.csv", "-o", "x.parquet"][..], "add --daily"),
            (&["replay", "log.csv", "--daily", "--format", "json", "-o", "x.parquet"], "leave out --format"),
            (&["convergence", "log.csv", "-o", "x.Parquet"], "name another file"),
        ] {
            let output = run(folder.path(), arguments);
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.code() == Some(2) && message.contains(why), "{message}");
        }
        assert!(!folder.path().join("x.parquet").exists());
    }

    #[test]
    fn a_damaged_file_is_an_error_and_no_panic() {
        let folder = folder(&[("log.csv", WHOLE)]);
        run(folder.path(), &["replay", "log.csv", "--daily", "-o", "x.parquet"]);
        let bytes = fs::read(folder.path().join("x.parquet")).unwrap();
        for at in (4..bytes.len()).step_by(29) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            fs::write(folder.path().join("x.parquet"), damaged).unwrap();
            let output = run(folder.path(), &["replay", "x.parquet"]);
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(matches!(output.status.code(), Some(0 | 3)) && !message.contains("panicked"), "{at}: {message}");
        }
    }

    #[test]
    fn formats_stand_side_by_side() {
        let folder =
            folder(&[("a.csv", WHOLE), ("b.jsonl", "{\"ts\": \"2026-01-02\", \"edge\": \"a\", \"click\": 1}\n")]);
        run(folder.path(), &["replay", "a.csv", "--daily", "-o", "c.parquet"]);
        let of_csv = replay(folder.path(), &["a.csv", "b.jsonl"]);
        assert_eq!(replay(folder.path(), &["c.parquet", "b.jsonl"]), of_csv);
    }
}
