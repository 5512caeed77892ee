//! Protects snapshots at the command line: a log in parts reads as the whole in every verb, the rolling use is atomic and
//! counts nothing twice, and what is no snapshot is refused by name.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const MONDAY: &str = "timestamp,edge,reward,event_id,served_at\n\
                      2026-01-05T08:00:00Z,docs/b,1,1,\n\
                      2026-01-05T09:00:00Z,docs/b,0.3,2,\n\
                      2026-01-05T09:00:00Z,kg/a,no,,\n\
                      soon,kg/a,no,,\n\
                      ,docs/new,,,2026-01-05\n";
const TUESDAY: &str = "{\"ts\":\"2026-01-06T08:00:00Z\",\"edge\":\"docs/b\",\"reward\":0,\"event_id\":\"3\"}\n\
                       {\"ts\":\"2026-01-05T09:00:00Z\",\"edge\":\"docs/b\",\"reward\":0.3,\"event_id\":\"2\"}\n\
                       {\"ts\":\"2026-01-05T07:00:00Z\",\"edge\":\"docs/b\",\"reward\":1,\"event_id\":\"1\"}\n\
                       {\"ts\":\"2026-01-06T07:00:00Z\",\"edge\":\"kg/a\",\"reward\":9}\n";
const COUNTS: &str = "day,edge,successes,failures\n2026-01-07,kg/a,2.5,4\n2026-01-07,kg/z,0,0\n";

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| fs::write(folder.path(name), text).unwrap());
        folder
    }

    fn week() -> Self {
        Self::new(&[("monday.csv", MONDAY), ("tuesday.jsonl", TUESDAY), ("wednesday.csv", COUNTS)])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        command.current_dir(self.0.path()).args(line.split_whitespace()).output().unwrap()
    }

    /// Standard output of a run that must succeed.
    fn out(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.out(&format!("{line} --format json"))).unwrap()
    }

    /// That a run fails with an exit code and a message.
    fn fails(&self, line: &str, code: i32, expected: &str) {
        let output = self.run(line);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && message.contains(expected), "{line}: {message}");
        assert!(output.stdout.is_empty(), "{line}");
    }
}

const SKIP: &str = "--on-error skip --quiet";

#[test]
fn a_log_in_parts_reads_as_the_whole_in_every_output() {
    let folder = Folder::week();
    let logs = ["monday.csv", "tuesday.jsonl", "wednesday.csv"];
    let orders = [[0, 1, 2], [1, 0, 2], [2, 1, 0]];
    for (order, threads) in orders.into_iter().zip([1, 2, 1]) {
        let [first, second, third] = order.map(|at| logs[at]);
        folder.out(&format!("replay {first} --snapshot one.bds {SKIP} --threads {threads}"));
        folder.out(&format!("replay {second} --from one.bds --snapshot two.bds {SKIP} --threads {threads}"));
        for flags in
            ["", "--daily", "--ids ignore", "--since 2026-01-06", "--until 2026-01-05 --edges docs/*", "--half-life 2"]
        {
            if flags == "--ids ignore" {
                folder.fails(&format!("replay {third} --from two.bds {SKIP} {flags}"), 2, "ids count in one");
                continue;
            }
            for format in ["json", "csv", "table"] {
                let tail = format!("{SKIP} {flags} --format {format}");
                let whole = folder.out(&format!("replay {} {tail}", logs.join(" ")));
                assert_eq!(folder.out(&format!("replay {third} --from two.bds {tail}")), whole, "{order:?} {tail}");
            }
        }
        let whole = folder.json(&format!("convergence {} {SKIP}", logs.join(" ")));
        assert_eq!(folder.json(&format!("convergence {third} --from two.bds {SKIP}")), whole);
    }
    let whole = folder.json(&format!("replay {} {SKIP}", logs.join(" ")));
    assert_eq!(whole["skipped"]["by_reason"], json!({"bad_reward": 1, "bad_time": 1, "conflicting_id": 1}));
    assert_eq!((&whole["duplicates"], &whole["pending"], &whole["events"]), (&json!(1), &json!(1), &json!(10.5)));
}

#[test]
fn a_report_from_a_snapshot_differs_only_in_what_it_is_of() {
    let folder = Folder::week();
    folder.out(&format!("replay monday.csv tuesday.jsonl --snapshot state.bds {SKIP}"));
    folder.out(&format!("report monday.csv tuesday.jsonl wednesday.csv --out whole {SKIP}"));
    folder.out(&format!("report wednesday.csv --from state.bds --out parts {SKIP}"));
    let mut files: Vec<_> =
        fs::read_dir(folder.path("whole")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert!(files.len() > 10);
    for name in files {
        let read = |of: &str| fs::read(folder.path(of).join(&name)).unwrap();
        if name != "verdict.md" && name != "report.html" {
            assert_eq!(read("parts"), read("whole"), "{name:?}");
        }
    }
    // But for its title and the list of what it is of, the page is the same too.
    let page = |of: &str| {
        let text = fs::read_to_string(folder.path(of).join("report.html")).unwrap();
        let of_inputs = ["<title>", "<header", "<li><code>betadrift report ", "<li>input "];
        let lines = text.lines().filter(|line| !of_inputs.iter().any(|start| line.starts_with(start)));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let other: Vec<_> = page("parts").into_iter().zip(page("whole")).filter(|(one, other)| one != other).collect();
    assert!(page("parts").len() == page("whole").len() && other.is_empty(), "{other:.400?}");
    let lines = |of: &str| {
        let text = fs::read_to_string(folder.path(of).join("verdict.md")).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (mut parts, whole) = (lines("parts"), lines("whole"));
    let snapshot = parts.iter().position(|line| line.starts_with("- input `state.bds` (")).unwrap();
    assert!(parts[snapshot].ends_with(", a snapshot of the next 2 inputs)"), "{}", parts[snapshot]);
    parts.remove(snapshot);
    let other: Vec<_> = parts.iter().zip(&whole).filter(|(one, other)| one != other).collect();
    assert_eq!((parts.len(), other.len()), (whole.len(), 1), "{other:?}");
    assert!(other[0].0.starts_with("- `betadrift report wednesday.csv --from state.bds"), "{other:?}");
}

#[test]
fn the_snapshot_that_is_gone_on_from_is_replaced_and_nothing_counts_twice() {
    let folder = Folder::week();
    folder.out(&format!("replay monday.csv --snapshot state.bds {SKIP}"));
    let said = folder.run("replay wednesday.csv --from state.bds --snapshot state.bds").stderr;
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("from state.bds: 3 events of 1 input, then 1 file\n9.5 events from 2 files, "), "{said}");
    let before = fs::read(folder.path("state.bds")).unwrap();
    let again = "replay wednesday.csv --from state.bds --snapshot state.bds";
    folder.fails(again, 2, "--from state.bds: wednesday.csv is in already, and would count twice");
    folder.fails("replay tuesday.jsonl --from state.bds --snapshot state.bds", 3, "tuesday.jsonl:4:");
    folder.fails("replay nowhere.csv --from state.bds --snapshot state.bds", 4, "nowhere.csv");
    assert_eq!(fs::read(folder.path("state.bds")).unwrap(), before, "what failed has changed nothing");
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 4, "nothing half written is left");
    fs::copy(folder.path("wednesday.csv"), folder.path("copy.csv")).unwrap();
    folder.fails(
        "replay copy.csv --from state.bds",
        2,
        "copy.csv is in already as wednesday.csv, which has the same bytes",
    );
    assert_eq!(folder.json("replay --from state.bds")["events"], 9.5, "rows skipped before are no fault of today");
}

#[cfg(unix)]
#[test]
fn programs_that_add_to_one_snapshot_at_the_same_time_wait_for_each_other() {
    const PROGRAMS: usize = 6;
    let folder = Folder::new(&[("first.csv", COUNTS)]);
    folder.out("replay first.csv --snapshot state.bds -q");
    let started: Vec<_> = (0..PROGRAMS)
        .map(|number| {
            let name = format!("{number}.csv");
            fs::write(folder.path(&name), format!("day,edge,successes,failures\n2026-01-08,kg/{number},1,1\n"))
                .unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
            let flags = ["--from", "state.bds", "--snapshot", "state.bds", "--quiet", "--output", "/dev/null"];
            command.current_dir(folder.0.path()).args(["replay", &name]).args(flags).spawn().unwrap()
        })
        .collect();
    for mut program in started {
        assert!(program.wait().unwrap().success());
    }
    let events = 6.5 + 2.0 * PROGRAMS as f64;
    assert_eq!(folder.json("inspect state.bds")["events"], json!(events));
}

#[cfg(unix)]
#[test]
fn a_replaced_snapshot_keeps_its_permissions_and_the_link_to_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::week();
    folder.out(&format!("replay monday.csv --snapshot state.bds {SKIP}"));
    fs::set_permissions(folder.path("state.bds"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink("state.bds", folder.path("link.bds")).unwrap();
    folder.out("replay wednesday.csv --from link.bds --snapshot link.bds -q");
    assert!(folder.path("link.bds").symlink_metadata().unwrap().is_symlink());
    assert_eq!(fs::metadata(folder.path("state.bds")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(folder.json("inspect state.bds")["events"], 9.5);
}

#[test]
fn the_same_bytes_in_another_partition_are_other_feedback() {
    let folder = Folder::new(&[]);
    for day in ["05", "06"] {
        fs::create_dir_all(folder.path(&format!("t/day=2026-01-{day}"))).unwrap();
        fs::write(folder.path(&format!("t/day=2026-01-{day}/p.csv")), "edge,successes,failures\na,1,1\n").unwrap();
    }
    folder.out("replay t/day=2026-01-05/p.csv --snapshot state.bds -q");
    folder.out("replay t/day=2026-01-06/p.csv --from state.bds --snapshot state.bds -q");
    assert_eq!(folder.out("replay --from state.bds --format json"), folder.out("replay t --format json"));
    let names = folder.json("inspect state.bds")["inputs"].clone();
    assert_eq!(
        (&names[0]["name"], &names[1]["name"]),
        (&json!("day=2026-01-05/p.csv"), &json!("day=2026-01-06/p.csv"))
    );
    folder.fails(
        "replay t/day=2026-01-06/p.csv --from state.bds",
        2,
        "day=2026-01-06/p.csv is in already, and would count twice",
    );
}

#[test]
fn a_snapshot_says_what_it_holds() {
    let folder = Folder::week();
    let flags = "--tz Asia/Tokyo --reward-map meh=0.2 --snapshot state.bds";
    folder.out(&format!("replay monday.csv tuesday.jsonl {flags} {SKIP}"));
    let found = folder.json("inspect state.bds");
    let bytes = fs::metadata(folder.path("state.bds")).unwrap().len();
    let expected = json!({
        "schema": "betadrift.inspect/1", "version": 1, "digest": found["digest"], "bytes": bytes, "inputs": [
            {"name": "monday.csv", "digest": found["inputs"][0]["digest"], "rows": 5},
            {"name": "tuesday.jsonl", "digest": found["inputs"][1]["digest"], "rows": 4}],
        "events": 4, "edges": 3, "days": {"first": "2026-01-05", "last": "2026-01-06", "count": 2},
        "time_zone": "Asia/Tokyo", "ids": {"in_use": true, "kept": 5}, "reward_map": {"meh": 0.2},
        "skipped": {"total": 3, "by_reason": {"bad_reward": 1, "bad_time": 1, "conflicting_id": 1}},
        "ignored": 0, "duplicates": 1, "pending": 1});
    assert_eq!(found, expected);
    let csv = folder.out("inspect state.bds --format csv");
    assert!(csv.starts_with("name,digest,rows\nmonday.csv,") && csv.lines().count() == 3, "{csv}");
    let table = folder.out("inspect state.bds");
    for expected in ["time zone", "Asia/Tokyo", "reward of meh", "skipped (bad_time)", "input monday.csv"] {
        assert!(table.contains(expected), "{expected}: {table}");
    }
    let days = &folder.json("replay --from state.bds")["days"];
    assert_eq!(
        days,
        &json!(["2026-01-05", "2026-01-06"]),
        "the zone of the snapshot holds unless another is asked for"
    );
    folder.fails("replay --from state.bds --tz UTC", 2, "Asia/Tokyo");
    folder.fails("replay --from state.bds --reward-map meh=0.3", 2, "`meh`");
    assert!(folder.run("replay --from state.bds --tz Asia/Tokyo --reward-map meh=0.2 --ids use").status.success());
}

#[test]
fn snapshots_of_disjoint_logs_add_up() {
    let folder = Folder::week();
    let logs = ["monday.csv", "tuesday.jsonl", "wednesday.csv"];
    for log in logs {
        folder.out(&format!("replay {log} --snapshot {log}.bds {SKIP}"));
    }
    folder.out("merge wednesday.csv.bds monday.csv.bds tuesday.jsonl.bds --output week.bds");
    let whole = folder.out(&format!("replay {} --format json --daily {SKIP}", logs.join(" ")));
    assert_eq!(folder.out("replay --from week.bds --format json --daily"), whole);
    folder.out(&format!("replay {} --snapshot at-once.bds {SKIP}", logs.join(" ")));
    assert_eq!(fs::read(folder.path("week.bds")).unwrap(), fs::read(folder.path("at-once.bds")).unwrap());
    folder.fails("merge week.bds monday.csv.bds -o other.bds", 2, "monday.csv is in already");
    folder.out(&format!("replay wednesday.csv --snapshot tokyo.bds --tz Asia/Tokyo {SKIP}"));
    folder.fails("merge monday.csv.bds tokyo.bds -o other.bds", 2, "Asia/Tokyo");
    folder.out(&format!("replay wednesday.csv --snapshot ignored.bds --ids ignore {SKIP}"));
    folder.fails("merge monday.csv.bds ignored.bds -o other.bds", 2, "--ids ignore");
    folder.fails("merge week.bds monday.csv.bds", 2, "--output");
    folder.fails("merge week.bds monday.csv.bds -o week.bds", 2, "would overwrite");
    folder.fails("merge week.bds", 2, "SNAPSHOT");
    assert!(!folder.path("other.bds").exists());
}

#[test]
fn what_is_no_snapshot_is_refused_by_name() {
    let folder = Folder::week();
    folder.out(&format!("replay monday.csv --snapshot state.bds {SKIP}"));
    let bytes = fs::read(folder.path("state.bds")).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 4;
    fs::write(folder.path("flipped.bds"), flipped).unwrap();
    fs::write(folder.path("cut.bds"), &bytes[..bytes.len() - 5]).unwrap();
    fs::write(folder.path("empty.bds"), "").unwrap();
    for (file, code, expected) in [
        ("flipped.bds", 3, "flipped.bds: the snapshot is damaged: its checksum is"),
        ("cut.bds", 3, "cut.bds: the snapshot is cut short or damaged: it has"),
        ("empty.bds", 3, "empty.bds: the file is empty"),
        ("wednesday.csv", 3, "wednesday.csv: this is no snapshot"),
        ("nowhere.bds", 4, "nowhere.bds"),
        (".", 4, "."),
    ] {
        folder.fails(&format!("replay monday.csv --from {file}"), code, expected);
        folder.fails(&format!("inspect {file}"), code, expected);
        folder.fails(&format!("merge state.bds {file} -o other.bds"), code, expected);
    }
    folder.fails("replay state.bds", 3, "state.bds: this is a snapshot, not a log; give it with --from");
    folder.fails("convergence monday.csv state.bds", 3, "give it with --from");
    folder.fails("replay monday.csv --snapshot monday.csv", 2, "--snapshot monday.csv would overwrite");
    folder.fails("replay --from state.bds --output state.bds", 2, "--output state.bds would overwrite");
    folder.fails("replay monday.csv --snapshot a.bds --output a.bds", 2, "both name a.bds");
    folder.fails("replay monday.csv --outcomes wednesday.csv --attribution 1d --from state.bds", 2, "--from");
    folder.fails("replay monday.csv --outcomes wednesday.csv --attribution 1d --snapshot a.bds", 2, "--snapshot");
    folder.fails("replay", 2, "LOG");
    let scenario = "runs = 1\ndays = 1\ntrials_per_day = 5\n[environment]\nkind = \"stationary\"\nrates = [0.5]\n";
    fs::write(folder.path("scenario.toml"), scenario).unwrap();
    folder.fails("convergence scenario.toml --from state.bds", 2, "a scenario is simulated");
    assert!(Path::new(&folder.path("monday.csv")).metadata().unwrap().len() == MONDAY.len() as u64);
}

#[cfg(feature = "compression")]
#[test]
fn a_snapshot_may_be_compressed() {
    let folder = Folder::week();
    folder.out(&format!("replay monday.csv --snapshot plain.bds {SKIP}"));
    for name in ["state.bds.zst", "state.bds.gz"] {
        folder.out(&format!("replay monday.csv --snapshot {name} {SKIP}"));
        assert!(!fs::read(folder.path(name)).unwrap().starts_with(b"betadrift"));
        assert_eq!(folder.json(&format!("replay --from {name}")), folder.json("replay --from plain.bds"));
        folder.fails(&format!("replay {name}"), 3, "give it with --from");
        let mut damaged = fs::read(folder.path(name)).unwrap();
        damaged.truncate(damaged.len() - 9);
        fs::write(folder.path(name), damaged).unwrap();
        folder.fails(
            &format!("replay --from {name}"),
            3,
            &format!("{name}: the compressed data is damaged or cut short"),
        );
    }
}
