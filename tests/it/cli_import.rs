//! Protects the reading of other engines' stores: rows that are no posteriors are kept apart, and a store is left as it
//! was, with nothing beside it, in whatever mode and state it is found.
#![cfg(all(feature = "cli", feature = "sqlite"))]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

const TABLE: &str = "CREATE TABLE arm_states (context_hash TEXT NOT NULL, arm_id TEXT NOT NULL, alpha REAL, beta REAL, \
                     pulls INTEGER, total_reward REAL, last_updated TEXT, PRIMARY KEY (context_hash, arm_id))";
const TWO_ARMS: &str = "INSERT INTO arm_states VALUES ('c', 'b', 2.5, 4, 4, 1.5, '2026-01-02T00:00:00+00:00'), \
                        ('c', 'a', 3, 1.25, 2, 2, '')";
const TWO_ROWS: &str = "edge,alpha,beta,pulls,last_updated\nc/a,3,1.25,2,\nc/b,2.5,4,4,2026-01-02T00:00:00+00:00\n";

fn betadrift(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_betadrift"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn import(folder: &Path, file: &str) -> (i32, String, String) {
    betadrift(folder, &["import", "qortex", file], "")
}

/// A folder with a store made by these statements.
fn store(statements: &[&str]) -> (TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("s.db")).unwrap();
    connection.execute_batch(&statements.join(";")).unwrap();
    (folder, connection)
}

/// Every file of a folder, with its bytes and the time of its last change.
fn state(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let state = |path: PathBuf| (path.clone(), fs::read(&path).unwrap(), path.metadata().unwrap().modified().unwrap());
    files.into_iter().map(state).collect()
}

/// The import of `s.db`, which must succeed and leave no trace.
fn untouched(folder: &Path) -> String {
    let before = state(folder);
    let (code, rows, message) = import(folder, "s.db");
    assert_eq!(code, 0, "{message}");
    assert_eq!(state(folder), before);
    rows
}

/// The files of a store that a program which died left behind.
fn left_behind(folder: &Path, endings: &[&str]) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for ending in endings {
        let name = format!("s.db{ending}");
        fs::copy(folder.join(&name), copy.path().join(&name)).unwrap();
    }
    copy
}

#[test]
fn a_store_in_rollback_mode_is_left_as_it_was() {
    let (folder, connection) = store(&["PRAGMA journal_mode = DELETE", TABLE, TWO_ARMS]);
    assert_eq!(untouched(folder.path()), TWO_ROWS);
    drop(connection);
    assert_eq!(untouched(folder.path()), TWO_ROWS);
    // A journal that is kept, but holds nothing to undo.
    let (folder, _open) = store(&["PRAGMA journal_mode = PERSIST", TABLE, TWO_ARMS]);
    assert!(folder.path().join("s.db-journal").exists());
    assert_eq!(untouched(folder.path()), TWO_ROWS);
}

#[test]
fn a_store_in_write_ahead_mode_is_left_as_it_was() {
    let (folder, connection) = store(&["PRAGMA journal_mode = WAL", TABLE, TWO_ARMS]);
    drop(connection);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is pending");
    assert_eq!(untouched(folder.path()), TWO_ROWS);
    fs::write(folder.path().join("s.db-wal"), "").unwrap();
    assert_eq!(untouched(folder.path()), TWO_ROWS);
}

#[test]
fn rows_that_are_only_in_the_write_ahead_log_are_seen() {
    let (folder, connection) = store(&["PRAGMA journal_mode = WAL", TABLE, "PRAGMA wal_checkpoint(TRUNCATE)"]);
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
    connection.execute_batch(TWO_ARMS).unwrap();
    assert!(!fs::read(folder.path().join("s.db")).unwrap().windows(10).any(|bytes| bytes == b"2026-01-02"));
    assert_eq!(untouched(folder.path()), TWO_ROWS);
    let copy = left_behind(folder.path(), &["", "-wal"]);
    assert_eq!(untouched(copy.path()), TWO_ROWS);
    #[cfg(unix)]
    {
        let links = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(copy.path().join("s.db"), links.path().join("s.db")).unwrap();
        assert_eq!(untouched(links.path()), TWO_ROWS);
        assert_eq!(fs::read_dir(copy.path()).unwrap().count(), 2);
    }
    // What is not committed does not count.
    connection.execute_batch("BEGIN; DELETE FROM arm_states").unwrap();
    assert_eq!(untouched(folder.path()), TWO_ROWS);
}

#[test]
fn a_hot_journal_is_rolled_back_in_a_copy() {
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
                INSERT INTO arm_states SELECT 'c', printf('%05d', i), 2, 3, 3, 1, '' FROM n";
    let (folder, connection) = store(&["PRAGMA journal_mode = DELETE", TABLE, many]);
    let whole = fs::read(folder.path().join("s.db")).unwrap();
    // Too little memory for the change, so that SQLite writes the first of it before it is committed.
    connection
        .execute_batch("PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN; UPDATE arm_states SET alpha = 9")
        .unwrap();
    let copy = left_behind(folder.path(), &["", "-journal"]);
    assert_ne!(fs::read(copy.path().join("s.db")).unwrap(), whole, "half of the change is written");
    let rows = untouched(copy.path());
    assert_eq!(rows.lines().count(), 2001);
    assert!(rows.lines().skip(1).all(|row| row.ends_with(",2,3,3,")), "{rows}");
}

#[test]
#[cfg(unix)]
fn a_folder_in_which_nothing_may_be_written_is_enough() {
    use std::os::unix::fs::PermissionsExt;
    for mode in ["DELETE", "WAL"] {
        let (folder, connection) = store(&[&format!("PRAGMA journal_mode = {mode}"), TABLE, TWO_ARMS]);
        let pending = left_behind(folder.path(), if mode == "WAL" { &["", "-wal"] } else { &[""] });
        drop(connection);
        for place in [folder.path(), pending.path()] {
            let allow = |mode| {
                fs::set_permissions(place.join("s.db"), fs::Permissions::from_mode(mode & 0o644)).unwrap();
                fs::set_permissions(place, fs::Permissions::from_mode(mode)).unwrap();
            };
            allow(0o555);
            assert_eq!(untouched(place), TWO_ROWS, "{mode}");
            allow(0o755);
        }
    }
}

#[test]
fn names_that_mean_something_in_a_uri_are_names() {
    let (folder, connection) = store(&["PRAGMA journal_mode = WAL", TABLE, TWO_ARMS]);
    drop(connection);
    let name = "a b%41?mode=rwc#ü.db";
    fs::rename(folder.path().join("s.db"), folder.path().join(name)).unwrap();
    assert_eq!(import(folder.path(), name), (0, TWO_ROWS.to_owned(), "2 edges\n".to_owned()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_store_that_is_being_written_is_locked() {
    let (folder, connection) = store(&["PRAGMA journal_mode = DELETE", TABLE, TWO_ARMS]);
    connection.execute_batch("BEGIN EXCLUSIVE; UPDATE arm_states SET alpha = 9").unwrap();
    // To read the file here would free its locks: they belong to the process.
    let (code, rows, message) = import(folder.path(), "s.db");
    assert!(code == 4 && rows.is_empty() && message.contains("s.db: locked by a program"), "{code}: {message}");
    let mut names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.all(|name| name == "s.db" || name == "s.db-journal"));
    connection.execute_batch("ROLLBACK").unwrap();
    assert_eq!(untouched(folder.path()), TWO_ROWS);
}

#[test]
fn what_is_no_store_is_refused_by_name() {
    let (folder, connection) = store(&["PRAGMA journal_mode = DELETE", TABLE, TWO_ARMS]);
    drop(connection);
    let whole = fs::read(folder.path().join("s.db")).unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("empty.db"), "").unwrap();
    fs::write(at("text.db"), "edge,alpha,beta\n").unwrap();
    fs::write(at("long.db"), "SQLite format 4".repeat(50)).unwrap();
    fs::write(at("cut.db"), &whole[..whole.len() - 4096]).unwrap();
    fs::write(at("head.db"), &whole[..100]).unwrap();
    let noise: Vec<u8> = whole.iter().enumerate().map(|(at, byte)| if at < 100 { *byte } else { !byte }).collect();
    fs::write(at("noise.db"), noise).unwrap();
    Connection::open(at("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE users (id); CREATE VIEW v AS SELECT 1")
        .unwrap();
    let narrow = "CREATE TABLE arm_states (context_hash, arm_id, alpha, pulls)";
    Connection::open(at("narrow.db")).unwrap().execute_batch(narrow).unwrap();
    for (name, code, expected) in [
        ("empty.db", 3, "empty.db: the file is empty"),
        ("text.db", 3, "text.db: not a SQLite database"),
        ("long.db", 3, "long.db: not a SQLite database"),
        ("cut.db", 3, "cut.db: SQLite cannot read it; is it whole?"),
        ("head.db", 3, "head.db: "),
        ("noise.db", 3, "noise.db: "),
        ("other.db", 3, "other.db: there is no table `arm_states`; the tables are: users, v"),
        ("narrow.db", 3, "has no column `beta`; its columns are: context_hash, arm_id, alpha, pulls"),
        (".", 3, "not a regular file"),
        ("none.db", 4, "none.db: cannot read it: No such file"),
        ("-", 2, "name its file"),
    ] {
        let before = fs::read_dir(folder.path()).unwrap().count();
        let (found, rows, message) = import(folder.path(), name);
        assert!(found == code && rows.is_empty() && message.contains(expected), "{name}: {found}: {message}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before, "{name}");
    }
    assert_eq!(betadrift(folder.path(), &["import", "rumour", "s.db"], "").0, 2);
    let onto = ["import", "qortex", "s.db", "-o", "s.db"];
    assert_eq!(betadrift(folder.path(), &onto, "").0, 2);
    assert_eq!(fs::read(at("s.db")).unwrap(), whole);
}

#[test]
fn rows_that_are_no_posteriors_are_quarantined_and_kept() {
    let table = "CREATE TABLE arm_states (context_hash, arm_id, alpha, beta, pulls, total_reward, last_updated)";
    let rows = "INSERT INTO arm_states (rowid, context_hash, arm_id, alpha, beta, pulls, last_updated) VALUES \
                (1, 'c', 'zero', 0, 1, 1, ''), (2, 'c', 'negative', 1, -0.5, 1, ''), (3, 'c', 'null', NULL, 1, 1, ''), \
                (4, 'c', 'text', '1.5', 1, 1, ''), (5, 'c', 'bytes', 1, x'00ff', 1, ''), (6, 'c', 'great', 9e999, 1, 1, ''), \
                (7, 'c', 'tiny', 1, 1e-10, 1, ''), (8, 'c', NULL, 1, 1, 1, ''), (9, '', 'a', 1, 1, 1, ''), \
                (10, 3, 'a', 1, 1, 1, ''), (11, 'c', 'pulls', 1, 1, 'many', ''), (12, 'c', 'time', 1, 1, 1, x'00'), \
                (13, 'c', 'twice', 1, 1, 1, ''), (14, 'c', 'twice', 2, 1, 1, ''), (20, 'c', 'a/b', 1, 2, NULL, 1767225600), \
                (21, 'c', CAST(x'ff' AS TEXT), 1, 1, 1, '')";
    let (folder, _open) = store(&[table, rows]);
    let arguments = ["import", "qortex", "s.db", "--rejects", "r.csv", "--format", "json"];
    let (code, document, message) = betadrift(folder.path(), &arguments, "");
    assert_eq!(code, 0, "{message}");
    for counted in
        ["1 edge,", "2 quarantined (not_positive)", "2 quarantined (out_of_range)", "4 quarantined (bad_edge)"]
    {
        assert!(message.contains(counted), "{message}");
    }
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["schema"], "betadrift.import/1");
    assert_eq!(document["quarantined"]["duplicate_edge"], 2);
    let only = serde_json::json!(
        [{"edge": "c/a%2Fb", "alpha": 1.0, "beta": 2.0, "pulls": null, "last_updated": "1767225600"}]
    );
    assert_eq!(document["edges"], only);
    let rejects = fs::read_to_string(folder.path().join("r.csv")).unwrap();
    let mut lines = rejects.lines();
    let header = "rowid,reason,context_hash,arm_id,alpha,beta,pulls,total_reward,last_updated";
    assert_eq!(lines.next(), Some(header));
    let of = |line: &str| line.split(',').take(2).map(str::to_owned).collect::<Vec<_>>().join(" ");
    let found: Vec<String> = lines.map(of).collect();
    let expected = [
        "1 not_positive",
        "2 not_positive",
        "3 null_parameter",
        "4 not_a_number",
        "5 not_a_number",
        "6 out_of_range",
        "7 out_of_range",
        "8 bad_edge",
        "9 bad_edge",
        "10 bad_edge",
        "11 bad_pulls",
        "12 bad_last_updated",
        "13 duplicate_edge",
        "14 duplicate_edge",
        "21 bad_edge",
    ];
    assert_eq!(found, expected);
    assert!(rejects.contains("5,not_a_number,c,bytes,1,x'00ff',1,,\n"), "{rejects}");
}

#[test]
fn a_store_without_good_rows_is_bad_data_and_one_without_rows_is_empty() {
    let bad = "INSERT INTO arm_states VALUES ('c', 'a', 0, 1, 0, 0, '')";
    let (folder, _open) = store(&[TABLE, bad]);
    let (code, rows, message) = import(folder.path(), "s.db");
    assert!(code == 3 && rows.is_empty() && message.contains("no row is a posterior"), "{message}");
    let (folder, _open) = store(&[TABLE]);
    assert_eq!(import(folder.path(), "s.db").1, "edge,alpha,beta,pulls,last_updated\n");
}

#[test]
fn a_table_without_rowids_and_a_view_are_read_as_well() {
    let plain =
        TABLE.replace("PRIMARY KEY (context_hash, arm_id))", "PRIMARY KEY (context_hash, arm_id)) WITHOUT ROWID");
    let (folder, _open) = store(&[&plain, TWO_ARMS]);
    assert_eq!(untouched(folder.path()), TWO_ROWS);
    let under = "ALTER TABLE arm_states RENAME TO arms; CREATE VIEW arm_states AS SELECT * FROM arms";
    let (folder, _open) = store(&[TABLE, TWO_ARMS, under]);
    assert_eq!(untouched(folder.path()), TWO_ROWS);
}

#[test]
fn what_is_imported_is_what_other_verbs_read() {
    let (folder, _open) = store(&[TABLE, TWO_ARMS]);
    let rows = import(folder.path(), "s.db").1;
    let (code, ranking, message) = betadrift(folder.path(), &["rank", "-", "--format", "csv"], &rows);
    assert_eq!(code, 0, "{message}");
    assert!(ranking.contains("\nc/a,3,1.25,") && ranking.contains("\nc/b,2.5,4,"), "{ranking}");
    fs::write(folder.path().join("p.csv"), rows).unwrap();
    let log = "timestamp,edge,reward\n2026-01-01,c/a,1\n";
    let arguments = ["replay", "-", "--prior", "p.csv", "--format", "csv"];
    let (_, posteriors, message) = betadrift(folder.path(), &arguments, log);
    assert!(posteriors.contains("c/a,1,0,4,1.25,"), "{posteriors}{message}");
}
