//! Protects the reading of qortex: observations are feedback, other events none, and their twins without times count only
//! where no file has an observation.

use std::io::Cursor;

use betadrift::feedback::Counts;
use betadrift::log::{Columns, Input, Options as LogOptions, Reason};
use betadrift::replay::{Error, OnError, Options, Replay, replay};
use proptest::prelude::*;

fn files(texts: &[&str], options: &Options) -> Result<Replay, Error> {
    let input =
        |(index, text): (usize, &&str)| Input::reader(&format!("log{index}"), Cursor::new(text.as_bytes().to_vec()));
    replay(texts.iter().enumerate().map(input).collect(), options, &|_| {})
}

fn good(text: &str) -> Replay {
    files(&[text], &Options::default()).unwrap()
}

fn message(text: &str) -> String {
    files(&[text], &Options::default()).unwrap_err().to_string()
}

fn assuming(day: &str, on_error: OnError) -> Options {
    let assume_day = Some(day.parse().unwrap());
    Options { log: LogOptions { assume_day, ..LogOptions::default() }, on_error, ..Options::default() }
}

fn observation(day: u32, arm: &str, reward: &str) -> String {
    format!(
        "{{\"learner\": \"docs\", \"arm_id\": \"{arm}\", \"reward\": {reward}, \"outcome\": \"accepted\", \"context_hash\": \
         \"c0\", \"event\": \"learning.observation\", \"timestamp\": \"2026-01-{day:02}T10:00:00.123456Z\"}}\n"
    )
}

fn twin(arm: &str, reward: &str) -> String {
    format!(
        "{{\"event\": \"LearningObservationRecorded\", \"learner\": \"docs\", \"arm_id\": \"{arm}\", \"reward\": {reward}, \
         \"outcome\": \"accepted\", \"context_hash\": \"c0\"}}\n"
    )
}

const OTHER: &str =
    "{\"event\": \"learning.selection\", \"learner\": \"docs\", \"timestamp\": \"2026-01-01T10:00:00Z\"}\n";

fn totals(replay: &Replay) -> Vec<(String, Counts)> {
    let names = replay.timeline.edges().iter().map(|(_, name)| name.to_owned());
    names.zip(replay.timeline.totals()).collect()
}

/// Events, rows that are no feedback, and what is ignored in all.
fn counts(replay: &Replay) -> (f64, u64, f64) {
    (replay.summary.events.to_f64(), replay.summary.no_feedback, replay.summary.ignored.to_f64())
}

#[test]
fn observations_are_feedback_and_other_events_are_ignored() {
    let log =
        [&observation(1, "a", "1.0"), OTHER, &observation(2, "b", "0"), &observation(2, "a", "0.5"), OTHER].concat();
    for log in [log.clone(), log.replace('\n', "\r\n"), format!("\u{feff}{}", log.trim_end()), format!("\n\n{log}\n")] {
        let replay = good(&log);
        let days: Vec<String> = replay.timeline.days().iter().map(|day| day.day.to_string()).collect();
        assert_eq!(days, ["2026-01-01", "2026-01-02"]);
        let found = totals(&replay);
        assert_eq!(found[0].0, "docs/a");
        assert_eq!((found[0].1.successes.to_f64(), found[0].1.failures.to_f64()), (1.5, 0.5));
        assert_eq!(found[1], ("docs/b".to_owned(), Counts::whole(0, 1)));
        assert_eq!(counts(&replay), (3.0, 2, 2.0));
    }
}

#[test]
fn a_slash_inside_a_part_of_the_edge_is_escaped() {
    assert_eq!(totals(&good(&observation(1, "a/b", "1")))[0].0, "docs/a%2Fb");
}

#[test]
fn a_number_wins_over_the_label_and_the_label_serves_without_one() {
    let total = |reward: &str| good(&observation(1, "a", reward)).timeline.totals()[0].successes.to_f64();
    assert_eq!((total("0.25"), total("null"), total("\"rejected\"")), (0.25, 1.0, 0.0));
    let without = observation(1, "a", "1").replace("\"reward\": 1, ", "").replace("accepted", "Partial");
    assert_eq!(good(&without).timeline.totals()[0].successes.to_f64(), 0.5);
}

#[test]
fn twins_are_ignored_wherever_the_observations_stand() {
    let (log, sink) = (observation(1, "a", "1") + &observation(1, "a", "0"), twin("a", "1") + &twin("a", "0"));
    let (both, turned) = (sink.clone() + &log, log.clone() + &sink);
    for options in [Options::default(), assuming("2026-02-01", OnError::Fail)] {
        for texts in [&[&*both][..], &[&turned], &[&log, &sink], &[&sink, &log], &[OTHER, &sink, &log, &sink]] {
            let replay = files(texts, &options).unwrap();
            assert_eq!(totals(&replay), [("docs/a".to_owned(), Counts::whole(1, 1))]);
            assert_eq!(replay.summary.skipped.len(), 0);
            let twins = texts.concat().matches("Recorded").count() + texts.concat().matches("selection").count();
            assert_eq!(counts(&replay), (2.0, twins as u64, twins as f64));
        }
    }
}

#[test]
fn an_observation_that_is_bad_takes_the_place_of_twins_all_the_same() {
    let log = twin("a", "1") + &observation(1, "a", "7");
    let options = assuming("2026-02-01", OnError::Skip);
    let error = files(&[&log], &options).unwrap_err().to_string();
    assert!(error.starts_with("the only row of feedback is bad:\n  log0:2:"), "{error}");
}

#[test]
fn a_sink_alone_has_no_times_and_is_refused_before_any_other_fault_is_named() {
    let sink = format!("{OTHER}{}{}{}", twin("a", "1"), twin("", "7"), twin("a", "NaN"));
    for on_error in [OnError::Fail, OnError::Skip] {
        let error = files(&[&sink], &Options { on_error, ..Options::default() }).unwrap_err().to_string();
        for line in 2..5 {
            assert!(error.contains(&format!("log0:{line}:1: the event has no time")), "{error}");
        }
        assert!(error.contains("--assume-day DATE") && error.starts_with("all 3 rows of feedback are bad"), "{error}");
    }
}

#[test]
fn a_sink_alone_counts_on_the_day_assumed() {
    let sink = format!("{}{}{OTHER}{}{}", twin("a", "1"), twin("", "1"), twin("a", "NaN"), twin("b", "7"));
    let replay = files(&[&sink, &twin("a", "0")], &assuming("2026-02-01", OnError::Keep)).unwrap();
    assert_eq!(totals(&replay), [("docs/a".to_owned(), Counts::whole(1, 1))]);
    assert_eq!(replay.timeline.span(), Some(("2026-02-01".parse().unwrap(), "2026-02-01".parse().unwrap())));
    let skipped: Vec<(Reason, u64)> = replay.summary.skipped.iter().map(|(reason, count)| (*reason, *count)).collect();
    assert_eq!(skipped, [(Reason::BadReward, 1), (Reason::EmptyEdge, 1), (Reason::BadJson, 1)]);
    let places: Vec<(usize, u64, u64)> =
        replay.rejects.iter().map(|reject| (reject.file, reject.line, reject.column)).collect();
    let column = |row: String, value: &str| row.find(value).unwrap() as u64 + 1;
    let empty = column(twin("", "1"), "\"\"");
    assert_eq!(places, [(0, 2, empty), (0, 4, column(twin("a", "NaN"), "NaN")), (0, 5, column(twin("b", "7"), "7"))]);
    let error = files(&[&sink], &assuming("2026-02-01", OnError::Fail)).unwrap_err().to_string();
    assert!(
        error.contains("3 rows are bad") && error.contains(&format!("log0:2:{empty}: the edge is empty")),
        "{error}"
    );
}

#[test]
fn the_day_assumed_is_one_of_the_zone_and_of_what_counts() {
    let mut options = assuming("2026-02-01", OnError::Fail);
    options.log.zone = "America/Los_Angeles".parse().unwrap();
    let day = |options: &Options| files(&[&twin("a", "1")], options).unwrap().timeline.span();
    assert_eq!(day(&options).unwrap().0.to_string(), "2026-02-01");
    options.since = Some("2026-02-02".parse().unwrap());
    assert_eq!(day(&options), None);
}

#[test]
fn nan_is_a_bad_row_of_an_observation_but_no_harm_to_what_is_no_feedback() {
    let log = format!(
        "{}{}{}{}{}",
        observation(1, "a", "1"),
        observation(1, "a", "NaN"),
        twin("a", "NaN"),
        OTHER.replace("\"docs\"", "\"a \\\" NaN\", \"score\": -Infinity, \"reward\": 1, \"reward\": NaN"),
        observation(1, "a", "1").replace("\"c0\"", "Infinity"),
    );
    let error = message(&log);
    assert!(error.starts_with("2 rows are bad:\n  log0:2:46: not a JSON object"), "{error}");
    assert!(error.contains("log0:5:"), "{error}");
    let replay = files(&[&log], &Options { on_error: OnError::Skip, ..Options::default() }).unwrap();
    assert_eq!(counts(&replay), (1.0, 2, 2.0));
    assert_eq!(replay.summary.skipped[&Reason::BadJson], 2);
}

#[test]
fn every_fault_of_an_observation_has_its_place() {
    let row = observation(1, "a", "1");
    // What is written instead of what, where it is complained about, and how.
    for (written, instead, place, expected) in [
        ("2026-01-01T10:00:00.123456Z", "soon", "\"soon\"", "`soon` is not a time"),
        (", \"timestamp\": \"2026-01-01T10:00:00.123456Z\"", "", "{", "the time is missing"),
        ("\"reward\": 1", "\"reward\": 1.5", "1.5", "the reward `1.5` is not in [0, 1]"),
        (
            "\"reward\": 1, \"outcome\": \"accepted\"",
            "\"outcome\": \"meh\"",
            "\"meh\"",
            "the label `meh` has no reward",
        ),
        ("\"reward\": 1, \"outcome\": \"accepted\", ", "", "{", "the reward is missing"),
        ("\"arm_id\": \"a\"", "\"arm_id\": \"\"", "\"\"", "the edge is empty"),
        ("\"arm_id\": \"a\"", "\"arm_id\": [\"a\"]", "[\"a\"]", "the edge is an array"),
        ("\"learner\": \"docs\", ", "", "{", "the edge is empty"),
        ("\"event\": \"learning.observation\", ", "", "{", "the object has no `event`"),
    ] {
        let bad = row.replacen(written, instead, 1);
        assert_ne!(bad, row);
        let error = message(&format!("{row}{bad}"));
        let column = bad.find(place).unwrap() + 1;
        assert!(error.starts_with(&format!("1 row is bad:\n  log0:2:{column}: ")), "{written}: {error}");
        assert!(error.contains(expected), "{written}: {error}");
    }
    let twice = message(&format!("{row}{}", row.replace("\"reward\": 1", "\"reward\": 1, \"reward\": 0")));
    assert!(twice.starts_with("1 row is bad:\n  log0:2:") && twice.contains("`reward` is there twice"), "{twice}");
    let cut = message(&format!("{row}{}", &row[..row.len() - 10]));
    assert!(cut.starts_with("1 row is bad:\n  log0:2:") && cut.contains("not a JSON object"), "{cut}");
}

#[test]
fn lines_that_are_no_json_are_bad_rows() {
    for log in [
        format!("starting up, please wait\n{}", observation(1, "a", "1")),
        format!("{}starting up, please wait\n", observation(1, "a", "1")),
        format!("{}[\"event\"]\n", observation(1, "a", "1")),
    ] {
        assert!(message(&log).starts_with("1 row is bad:"), "{log}");
        let replay = files(&[&log], &Options { on_error: OnError::Skip, ..Options::default() }).unwrap();
        assert_eq!((counts(&replay).0, replay.summary.skipped[&Reason::BadJson]), (1.0, 1));
    }
    let bytes = [observation(1, "a", "1").as_bytes(), b"{\"event\": \"x\xff\"}\n\xff\n"].concat();
    let input = vec![Input::reader("log", Cursor::new(bytes))];
    let replay = replay(input, &Options { on_error: OnError::Skip, ..Options::default() }, &|_| {}).unwrap();
    assert_eq!((counts(&replay), replay.summary.skipped[&Reason::BadUtf8]), ((1.0, 1, 1.0), 1));
}

#[test]
fn a_log_that_begins_with_thousands_of_other_events_is_recognised() {
    let many = OTHER.repeat(5_000);
    let replay = good(&format!("{many}{}{many}{}", observation(3, "a", "1"), twin("a", "1")));
    assert_eq!(counts(&replay), (1.0, 10_001, 10_001.0));
    let long = OTHER.replace("docs", &"x".repeat(300_000));
    assert_eq!(counts(&good(&format!("{long}{}", observation(3, "a", "1")))), (1.0, 1, 1.0));
    let huge = observation(3, &"x".repeat(2_000_000), "1");
    assert_eq!(totals(&good(&huge))[0].0.len(), 2_000_005);
}

#[test]
fn a_log_of_other_events_only_has_no_feedback_and_no_fault() {
    for events in [1, 3, 10_000] {
        let replay = good(&OTHER.repeat(events));
        assert!(replay.timeline.is_empty());
        assert_eq!(counts(&replay), (0.0, events as u64, events as f64));
    }
    assert!(message("").contains("the file is empty"));
}

#[test]
fn plain_logs_may_have_a_column_called_event() {
    let plain = "{\"event\": \"click\", \"ts\": \"2026-01-01\", \"edge\": \"a\", \"reward\": 1}\n";
    assert_eq!(counts(&good(plain)), (1.0, 0, 0.0));
    assert_eq!(counts(&good("event,ts,edge,reward\n\"event\",2026-01-01,a,1\n")), (1.0, 0, 0.0));
    let mut columns = Columns::default();
    columns.push("edge=arm_id").unwrap();
    let by_hand = Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() };
    assert_eq!(totals(&files(&[&observation(1, "a", "1")], &by_hand).unwrap())[0].0, "a");
}

/// A line of a log, good or bad.
fn line() -> impl Strategy<Value = String> {
    let arm = prop::sample::select(vec!["a", "b", "c/d", ""]);
    let reward = prop::sample::select(vec!["0", "1", "0.3", "7", "NaN", "null"]);
    (0u32..8, 1u32..9, arm, reward).prop_map(|(kind, day, arm, reward)| match kind {
        0 => observation(day, arm, reward),
        1..5 => twin(arm, reward),
        5 => "no json\n".to_owned(),
        _ => OTHER.to_owned(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_split_decides_what_twins_count(
        rows in prop::collection::vec(line(), 0..40),
        keys in prop::collection::vec(any::<u32>(), 40),
        cut in 0usize..40,
        assumed: bool,
    ) {
        let options = if assumed { assuming("2026-01-04", OnError::Skip) } else {
            Options { on_error: OnError::Skip, ..Options::default() }
        };
        // A line that says what the file is.
        let texts = |rows: &[String]| twin("first", "1") + &rows.concat();
        let told = |texts: &[&str]| files(texts, &options).map(|replay| (replay.timeline, replay.summary));
        let whole = told(&[&texts(&rows), &twin("first", "1")]);
        let mut shuffled: Vec<(u32, String)> = keys.into_iter().zip(rows).collect();
        shuffled.sort();
        let mut shuffled: Vec<String> = shuffled.into_iter().map(|(_, row)| row).collect();
        let tail = shuffled.split_off(cut.min(shuffled.len()));
        let other = told(&[&texts(&shuffled), &texts(&tail)]);
        match (whole, other) {
            (Ok(whole), Ok(other)) => prop_assert_eq!(whole, other),
            (whole, other) => prop_assert!(whole.is_err() && other.is_err()),
        }
    }
}
