//! Protects snapshots: going on from one gives what reading everything at once gives, to the bit; and what is not whole, or
//! makes no sense, is refused without harm.

use std::io::Cursor;

use betadrift::beta::Beta;
use betadrift::log::{Digest, Input, Options as LogOptions};
use betadrift::replay::snapshot::{MergeError, SnapshotError};
use betadrift::replay::{Error, OnError, Options, Replay, Snapshot, Summary, replay};
use betadrift::timeline::Timeline;
use proptest::prelude::*;
use serde_json::json;

/// A log: its name and its text.
type Text = (String, String);

/// A row of a log: hour since 2026-01-01, edge, reward, id.
#[derive(Debug, Clone)]
struct Row(u32, &'static str, String, String);

fn row() -> impl Strategy<Value = Row> {
    let rewards = ["0", "1", "0.1", "0.333333333333333333", "partial", "7", "pending"].map(str::to_owned).to_vec();
    let reward = prop_oneof![prop::sample::select(rewards), (0.0f64..=1.0).prop_map(|reward| reward.to_string())];
    // Few ids and hours, so that there are duplicates and conflicts.
    let id = prop_oneof![Just(String::new()), (0u32..12).prop_map(|id| id.to_string())];
    (0u32..90, prop::sample::select(vec!["a", "b,c", "d/e", ""]), reward, id)
        .prop_map(|(hour, edge, reward, id)| Row(hour, edge, reward, id))
}

/// The rows as a log: CSV, JSON lines, counts, beliefs of buildlog, or the log of qortex or the twins of its event sink. The
/// number says which, and also tells the log from every other.
fn log(number: usize, rows: &[Row]) -> Text {
    let day = |hour: u32| format!("2026-01-{:02}", 1 + hour / 24);
    let time = |hour: u32| format!("{}T{:02}:00:00Z", day(hour), hour % 24);
    let (header, row): (String, &dyn Fn(&Row) -> String) = match number % 6 {
        0 => ("timestamp,edge,reward,event_id,served_at,log\n".to_owned(), &|Row(hour, edge, reward, id)| {
            let (time, reward) = if reward == "pending" { (String::new(), "") } else { (time(*hour), &**reward) };
            format!("{time},\"{edge}\",{reward},{id},2026-01-01,{number}\n")
        }),
        1 => (format!("{{\"log\":{number}}}\n"), &|Row(hour, edge, reward, id)| {
            json!({"ts": time(*hour), "arm": edge, "outcome": reward, "event_id": id}).to_string() + "\n"
        }),
        2 => (format!("day,edge,successes,failures,log {number}\n"), &|Row(hour, edge, reward, id)| {
            format!("{},\"{edge}\",{reward},0{id},\n", day(*hour))
        }),
        3 => (String::new(), &|Row(hour, edge, reward, id)| {
            let (alpha, beta) = (1.0 + f64::from(*hour) / 7.0, 1.0 + id.parse().unwrap_or(reward.len() as f64));
            let belief = json!({"context": number, "rule_id": "all"});
            let belief = if edge.is_empty() { belief } else { json!({"context": "docs", "rule_id": edge}) };
            let (context, rule) = (&belief["context"], &belief["rule_id"]);
            let time = time(*hour);
            json!({"context": context, "rule_id": rule, "alpha": alpha, "beta": beta, "updated_at": time}).to_string()
                + "\n"
        }),
        kind => (format!("{{\"event\":\"started\",\"log\":{number}}}\n"), &move |Row(hour, edge, reward, _)| {
            let event = if kind == 4 { "LearningObservationRecorded" } else { "learning.observation" };
            let time = time(*hour);
            let row = json!({"event": event, "learner": "docs", "arm_id": edge, "reward": reward, "timestamp": time});
            row.to_string() + "\n"
        }),
    };
    (format!("log {number}"), rows.iter().fold(header, |text, each| text + &row(each)))
}

fn inputs(logs: &[Text]) -> Vec<Input> {
    logs.iter().map(|(name, text)| Input::reader(name, Cursor::new(text.clone().into_bytes()))).collect()
}

fn open(bytes: &[u8]) -> Result<Snapshot, SnapshotError> {
    Snapshot::open(Input::reader("kept", Cursor::new(bytes.to_vec()))).map(|opened| opened.snapshot)
}

fn read(logs: &[Text], options: &Options) -> Snapshot {
    Snapshot::read_logs(inputs(logs), options, &|_| {}).unwrap()
}

/// The logs one after another, through a snapshot before each but the first.
fn chained(logs: &[Text], options: &Options) -> Result<Replay, Error> {
    let mut whole = read(&logs[..1], options);
    for log in &logs[1..] {
        let before = open(&whole.to_bytes().unwrap()).unwrap();
        whole = before.read_on(inputs(std::slice::from_ref(log)), options, &|_| {})?;
    }
    open(&whole.to_bytes().unwrap()).unwrap().replay(options)
}

type Gist = (Timeline, Vec<(Box<str>, Beta)>, Summary);

/// What a replay gives, but for what is only said of the files at hand; or why it gives nothing.
fn gist(replay: Result<Replay, Error>) -> Result<Gist, bool> {
    let whole =
        |replay: Replay| (replay.timeline, replay.priors, Summary { passed_over: Vec::new(), ..replay.summary });
    replay.map(whole).map_err(|error| matches!(error, Error::AllBad { .. }))
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn skipping() -> Options {
    let log = LogOptions { assume_day: Some("2026-01-02".parse().unwrap()), ..LogOptions::default() };
    Options { log, on_error: OnError::Skip, ..Options::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn parts_through_snapshots_are_the_whole(
        parts in prop::collection::vec(prop::collection::vec(row(), 1..25), 1..5),
        offset in 0usize..6,
        turn in 0usize..4,
        (since, until) in (0i32..5, 0i32..5),
        edges in prop::sample::select(vec!["*", "b*", "[ad]*", "z"]),
    ) {
        let mut logs: Vec<Text> = parts.iter().enumerate().map(|(at, rows)| log(at + offset, rows)).collect();
        let day = |day: i32| Some(format!("2026-01-{:02}", 1 + day).parse().unwrap());
        let cut = Options {
            since: day(since.min(until)),
            until: day(since.max(until)),
            edges: Some(glob::Pattern::new(edges).unwrap()),
            ..skipping()
        };
        let ids_ignored = Options { log: LogOptions { ids: false, ..skipping().log }, ..skipping() };
        for options in [skipping(), cut, ids_ignored] {
            let whole = gist(replay(inputs(&logs), &options, &|_| {}));
            let turn = turn % logs.len();
            logs.rotate_left(turn);
            prop_assert_eq!(&gist(in_pool(1, || chained(&logs, &options))), &whole);
            prop_assert_eq!(&gist(in_pool(2, || chained(&logs, &options))), &whole);
            let alone = logs.iter().map(|log| open(&read(std::slice::from_ref(log), &options).to_bytes().unwrap()).unwrap());
            let merged = alone.reduce(|one, other| other.merge(one).unwrap()).unwrap();
            prop_assert_eq!(&gist(merged.replay(&options)), &whole);
        }
    }

    #[test]
    fn the_same_logs_give_the_same_bytes(
        parts in prop::collection::vec(prop::collection::vec(row(), 1..25), 1..4),
        offset in 0usize..6,
        turn in 0usize..3,
    ) {
        let mut logs: Vec<Text> = parts.iter().enumerate().map(|(at, rows)| log(at + offset, rows)).collect();
        let bytes = in_pool(1, || read(&logs, &skipping()).to_bytes().unwrap());
        prop_assert_eq!(&open(&bytes).unwrap().to_bytes().unwrap(), &bytes);
        let turn = turn % logs.len();
        logs.rotate_left(turn);
        prop_assert_eq!(&in_pool(2, || read(&logs, &skipping()).to_bytes().unwrap()), &bytes);
        let mut whole = read(&logs[..1], &skipping());
        for log in &logs[1..] {
            whole = whole.read_on(inputs(std::slice::from_ref(log)), &skipping(), &|_| {}).unwrap();
        }
        prop_assert_eq!(&whole.to_bytes().unwrap(), &bytes);
    }
}

/// What was read of every kind: events with and without ids, duplicates, conflicts, pending and bad rows, counts, beliefs,
/// stand-ins.
fn small() -> Vec<u8> {
    let events = "timestamp,edge,reward,event_id,served_at\n2026-01-01,a,1,,\n2026-01-02T10:00:00Z,b,0.25,,\n\
                  2026-01-02T10:00:00Z,b,0.25,x,\n2026-01-02T10:00:00Z,b,0.25,x,\n2026-01-02T11:00:00Z,a,1,x,\n\
                  ,c,,,2026-01-01\nsoon,a,1,,\n";
    let counts = "day,edge,successes,failures\n2026-01-03,a,3,4.5\n2026-01-03,d,0,0\n";
    let belief = |day: u32, alpha: f64| {
        let time = format!("2026-01-{day:02}T00:00:00Z");
        json!({"context": "c", "rule_id": "r", "alpha": alpha, "beta": 2.5, "updated_at": time}).to_string() + "\n"
    };
    let beliefs = belief(1, 1.0) + &belief(2, 2.5) + &belief(3, 1.5);
    let twin = json!({"event": "LearningObservationRecorded", "learner": "l", "arm_id": "1", "reward": 1.0});
    let mut options = skipping();
    options.log.labels.push("meh=0.1").unwrap();
    let logs = [("events", events), ("counts", counts), ("beliefs", &beliefs), ("sink", &format!("{twin}\n"))];
    let logs = logs.map(|(name, text)| (name.to_owned(), text.to_owned()));
    read(&logs, &options).to_bytes().unwrap()
}

/// A larger one, with an id in every row.
fn large() -> Vec<u8> {
    let mut text = "ts,edge,reward,event_id\n".to_owned();
    for row in 0..3_000u32 {
        text += &format!("2026-01-{:02}T00:00:00Z,edge {},0.{row},{row}\n", 1 + row % 28, row % 97);
    }
    read(&[("log".to_owned(), text)], &skipping()).to_bytes().unwrap()
}

/// The bytes of a file with other contents and the checksum that they need.
fn sealed(version: u32, contents: &[u8]) -> Vec<u8> {
    let length = (contents.len() as u64).to_le_bytes();
    let mut bytes = [b"betadrift snapshot\n", &version.to_le_bytes()[..], &length, contents].concat();
    bytes.extend(Digest::of(&bytes).to_bytes());
    bytes
}

const HEAD: usize = 31;

fn contents(bytes: &[u8]) -> &[u8] {
    &bytes[HEAD..bytes.len() - 16]
}

#[test]
fn every_flipped_byte_is_seen() {
    let bytes = small();
    assert!(open(&bytes).is_ok());
    for at in 0..bytes.len() {
        for flip in [0x01, 0x10, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            assert!(open(&damaged).is_err(), "byte {at}, {flip:#x}");
        }
    }
    let bytes = large();
    for at in (0..8 * bytes.len()).step_by(4_001) {
        let mut damaged = bytes.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        assert!(open(&damaged).is_err(), "bit {at}");
    }
}

#[test]
fn every_cut_is_seen() {
    let bytes = small();
    assert!(matches!(open(b""), Err(SnapshotError::Empty)));
    for length in 1..bytes.len() {
        let error = open(&bytes[..length]).unwrap_err();
        assert!(matches!(error, SnapshotError::CutShort { found, .. } if found == length as u64), "{length}: {error}");
    }
    assert!(matches!(open(&[&bytes[..], b"\n"].concat()), Err(SnapshotError::TooLong { .. })));
    assert!(matches!(open(b"timestamp,edge,reward\n"), Err(SnapshotError::Other)));
}

#[test]
fn what_is_of_another_version_is_refused_by_name() {
    let bytes = small();
    assert_eq!(sealed(1, contents(&bytes)), bytes, "the header is as documented");
    let error = open(&sealed(2, contents(&bytes))).unwrap_err();
    assert!(error.to_string().contains("version 2"), "{error}");
    assert!(matches!(error, SnapshotError::Newer(2)));
    assert!(matches!(open(&sealed(0, contents(&bytes))), Err(SnapshotError::NoVersion(0))));
}

#[test]
fn a_length_that_lies_takes_no_memory() {
    let head = [&b"betadrift snapshot\n"[..], &1u32.to_le_bytes(), &u64::MAX.to_le_bytes(), b"abc"].concat();
    assert!(matches!(open(&head), Err(SnapshotError::CutShort { .. })));
    // The first length of the contents, that of the name of the zone, as large as can be.
    let longest = [&[0xff; 9][..], &[0x01]].concat();
    assert!(matches!(open(&sealed(1, &longest)), Err(SnapshotError::Nonsense(_))));
}

/// That contents under a right checksum are either refused, or do no harm wherever they are used.
fn does_no_harm(contents: &[u8]) -> bool {
    let sealed = sealed(1, contents);
    let Ok(snapshot) = open(&sealed) else { return false };
    let again = open(&snapshot.to_bytes().unwrap()).unwrap();
    let _ = again.events();
    let _ = again.replay_all();
    let _ = snapshot.merge(open(&small()).unwrap()).map(|both| both.replay(&skipping()));
    true
}

#[test]
fn nonsense_under_a_right_checksum_does_no_harm() {
    let bytes = small();
    let whole = contents(&bytes);
    let (mut refused, mut taken) = (0, 0);
    for at in 0..whole.len() {
        for value in [0, 1, 2, 0x7f, 0x80, 0xff, whole[at].wrapping_add(1), whole[at].wrapping_sub(1)] {
            let mut other = whole.to_vec();
            other[at] = value;
            if does_no_harm(&other) { taken += 1 } else { refused += 1 }
        }
        for length in [1, 4, 9] {
            let mut other = whole.to_vec();
            other.splice(at..at, vec![0xff; length]);
            does_no_harm(&other);
            other = whole.to_vec();
            other.drain(at..whole.len().min(at + length));
            does_no_harm(&other);
        }
    }
    assert!(refused > whole.len() && taken > whole.len(), "{refused} refused, {taken} taken");
}

#[test]
fn what_does_not_go_together_is_not_added() {
    let log = |name: &str, text: &str| [(name.to_owned(), text.to_owned())];
    let one = || read(&log("one", "ts,edge,reward\n2026-01-01,a,1\n"), &Options::default());
    let other = |change: fn(&mut LogOptions)| {
        let mut options = Options::default();
        change(&mut options.log);
        one().merge(read(&log("other", "ts,edge,reward\n2026-01-02,a,1\n"), &options)).map(|both| both.events())
    };
    assert_eq!(other(|_| {}).unwrap().to_f64(), 2.0);
    assert!(matches!(other(|log| log.zone = "Asia/Tokyo".parse().unwrap()), Err(MergeError::Zone { .. })));
    assert_eq!(other(|log| log.ids = false), Err(MergeError::Ids));
    assert!(matches!(other(|log| log.labels.push("meh=0.1").unwrap()), Err(MergeError::Label(_))));
    assert!(other(|log| log.labels.push("partial=0.5").unwrap()).is_ok(), "what is so by default may be said");
    assert!(matches!(one().merge(one()), Err(MergeError::Twice { .. })));
    let nothing = || read(&log("header", "ts,edge,reward\n"), &Options::default());
    assert!(nothing().merge(nothing()).is_ok(), "nothing may be there twice");
}

#[test]
fn bad_rows_that_were_let_pass_are_no_fault_of_what_comes_later() {
    let log = |name: &str, rows: &str| [(name.to_owned(), format!("ts,edge,reward,event_id\n{rows}"))];
    let before = read(&log("before", "soon,a,1,\n2026-01-02,a,1,x\n2026-01-03,a,0,x\n"), &skipping());
    let bytes = before.to_bytes().unwrap();
    let go_on = |rows: &str| {
        let options = Options::default();
        open(&bytes).unwrap().read_on(inputs(&log("later", rows)), &options, &|_| {}).unwrap().replay(&options)
    };
    let fine = go_on("2026-01-04,a,1,y\n").unwrap();
    assert_eq!(fine.summary.skipped.values().sum::<u64>(), 2);
    let error = go_on("never,a,1,\n2026-01-04,a,1,y\n").unwrap_err().to_string();
    assert!(error.starts_with("1 row is bad:\n  later:2:1: "), "{error}");
    let error = go_on("2026-01-01,a,1,x\n").unwrap_err().to_string();
    assert!(
        error.starts_with("1 row is bad:\n  before:3:1: "),
        "an earlier event puts that of the snapshot at odds: {error}"
    );
}

#[test]
fn days_too_far_apart_are_refused_by_their_place_in_the_log() {
    let log = |name: &str, row: &str| [(name.to_owned(), format!("ts,edge,reward\n{row}\n"))];
    let before = read(&log("before", "1970-01-02,a,1"), &Options::default()).to_bytes().unwrap();
    let options = Options::default();
    let later = inputs(&log("later", "2026-01-01,a,1\n2026-01-01,a,0"));
    let whole = open(&before).unwrap().read_on(later, &options, &|_| {}).unwrap();
    let error = open(&whole.to_bytes().unwrap()).unwrap().replay(&options).unwrap_err().to_string();
    assert!(error.starts_with("before:2:1: 1970-01-02 lies far from the rest"), "{error}");
    assert_eq!(whole.replay_all().unwrap().timeline.days().len(), 2);
}

/// A file of version 1, which every later version must read. It is kept as it was written.
const VERSION_1: &[u8] = include_bytes!("../snapshots/v1.bds");

#[test]
fn a_file_of_version_1_gives_what_it_always_gave() {
    let opened = Snapshot::open(Input::reader("v1.bds", VERSION_1)).unwrap();
    assert_eq!((opened.version, opened.bytes), (1, VERSION_1.len() as u64));
    let snapshot = opened.snapshot;
    let names: Vec<(&str, u64)> = snapshot.sources().iter().map(|source| (&*source.name, source.rows)).collect();
    assert_eq!(names, [("beliefs", 3), ("counts", 2), ("events", 7), ("sink", 1)]);
    let settings = snapshot.settings();
    assert_eq!((settings.zone.to_string(), settings.ids, settings.labels.by_hand().len()), ("UTC".to_owned(), true, 1));
    let later =
        [("later".to_owned(), "ts,edge,reward,event_id\n2026-01-02T09:00:00Z,b,0,x\n2026-01-04,a,meh,y\n".to_owned())];
    let options = Options { log: LogOptions { labels: settings.labels.clone(), ..skipping().log }, ..skipping() };
    let gone_on = open(VERSION_1).unwrap().read_on(inputs(&later), &options, &|_| {}).unwrap();
    let [alone, gone_on] = [snapshot, gone_on].map(|snapshot| snapshot.replay(&options).unwrap());
    assert_eq!(
        rows(&alone.timeline),
        [
            "2026-01-01,a,1,0",
            "2026-01-02,b,0.5,1.5",
            "2026-01-02,c/r,1.5,0",
            "2026-01-02,l/1,1,0",
            "2026-01-03,a,3,4.5",
        ]
    );
    assert_eq!(
        rows(&gone_on.timeline),
        [
            "2026-01-01,a,1,0",
            "2026-01-02,b,0.25,1.75",
            "2026-01-02,c/r,1.5,0",
            "2026-01-02,l/1,1,0",
            "2026-01-03,a,3,4.5",
            "2026-01-04,a,0.1,0.9",
        ]
    );
    for replay in [&alone, &gone_on] {
        let edges: Vec<&str> = replay.timeline.edges().iter().map(|(_, name)| name).collect();
        assert_eq!(edges, ["a", "b", "c", "c/r", "d", "l/1"]);
        assert_eq!(replay.priors, [("c/r".into(), Beta::new(1.0, 2.5).unwrap())]);
        assert_eq!((replay.summary.pending, replay.summary.ignored.to_f64()), (1, 0.0));
    }
    let skipped = |replay: &Replay| json!(replay.summary.skipped);
    assert_eq!(skipped(&alone), json!({"bad_time": 1, "conflicting_id": 1, "reset": 1}));
    assert_eq!(skipped(&gone_on), json!({"bad_time": 1, "conflicting_id": 3, "reset": 1}));
    assert_eq!((alone.summary.duplicates, gone_on.summary.duplicates), (1, 0));
}

#[test]
fn what_is_written_is_still_version_1() {
    assert!(small() == VERSION_1, "the format has changed, so it is another version; version 1 is still to be read");
}

/// The counts of every day and edge, as exact decimals.
fn rows(timeline: &Timeline) -> Vec<String> {
    let mut rows = Vec::new();
    for on in timeline.days() {
        for cell in &on.cells {
            let (name, counts) = (timeline.edges().name(cell.edge), cell.counts);
            rows.push(format!("{},{name},{},{}", on.day, counts.successes, counts.failures));
        }
    }
    rows
}
