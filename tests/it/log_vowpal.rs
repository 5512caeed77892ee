//! Protects the reading of Vowpal Wabbit: the action is the edge, the cost its negative reward, and what has no label is no
//! feedback; in examples as text, and in decisions as JSON lines.

use std::io::Cursor;

use betadrift::feedback::Counts;
use betadrift::log::{Columns, Cost, Input, Options as LogOptions, Reason};
use betadrift::replay::{Error, OnError, Options, Replay, replay};

fn read(text: impl AsRef<[u8]>, options: &Options) -> Result<Replay, Error> {
    replay(vec![Input::reader("log", Cursor::new(text.as_ref().to_vec()))], options, &|_| {})
}

fn assuming(day: &str) -> Options {
    Options {
        log: LogOptions { assume_day: Some(day.parse().unwrap()), ..LogOptions::default() },
        ..Options::default()
    }
}

/// Examples as text, which have no times.
fn text(text: &str) -> Replay {
    read(text, &assuming("2026-02-01")).unwrap()
}

fn text_message(text: &str) -> String {
    read(text, &assuming("2026-02-01")).unwrap_err().to_string()
}

fn skipping(options: Options) -> Options {
    Options { on_error: OnError::Skip, ..options }
}

fn totals(replay: &Replay) -> Vec<(String, f64, f64)> {
    let names = replay.timeline.edges().iter().map(|(_, name)| name.to_owned());
    let row = |(name, Counts { successes, failures })| (name, successes.to_f64(), failures.to_f64());
    names.zip(replay.timeline.totals()).map(row).collect()
}

fn total(edge: &str, successes: f64, failures: f64) -> (String, f64, f64) {
    (edge.to_owned(), successes, failures)
}

const LINES: &str =
    "1:-1:0.4 | a c\n3:-0.5:0.2 'user7 | b d\n1:0:0.5 user8| a:0.5 b\n2 3 | a b\n| c\n2 1:-1.0:1e-1 3 |n b\n";

#[test]
fn a_line_is_an_example_and_the_edge_its_action() {
    for lines in [LINES.to_owned(), LINES.replace('\n', "\r\n"), format!("\u{feff}\n{}", LINES.trim_end())] {
        let replay = text(&lines);
        assert_eq!(totals(&replay), [total("1", 2.0, 1.0), total("3", 0.5, 0.5)], "{lines}");
        assert_eq!((replay.summary.no_feedback, replay.summary.ignored.to_f64()), (2, 2.0));
        assert_eq!(replay.timeline.span().unwrap().0.to_string(), "2026-02-01");
    }
}

#[test]
fn text_without_a_day_assumed_is_refused() {
    for on_error in [OnError::Fail, OnError::Skip] {
        let error = read(LINES, &Options { on_error, ..Options::default() }).unwrap_err();
        assert_eq!(
            error.to_string(),
            "log:1:1: this is Vowpal Wabbit text, which has no times; --assume-day DATE counts all of it on that day"
        );
    }
}

const SEVERAL: &str = "shared |u a\n|a x\n0:-1:0.5 |a y\n|a z\n\nshared |u b\n1:-0.25:0.1 x/1|a x\n'docs/b |a y\n\n\
                       shared |u c\n| x\n7:0:0.2 'docs/b |a y\n\nshared | a\n| x\n| y\n";

#[test]
fn an_action_of_several_lines_is_named_by_its_tag_or_its_place() {
    for lines in [SEVERAL.to_owned(), SEVERAL.replace('\n', "\r\n"), format!("\n \n{}", SEVERAL.trim_end())] {
        let replay = text(&lines);
        let expected = [total("2", 1.0, 0.0), total("docs/b", 0.0, 1.0), total("x/1", 0.25, 0.75)];
        assert_eq!(totals(&replay), expected, "{lines}");
        assert_eq!(replay.summary.no_feedback, 1);
    }
}

#[test]
fn several_lines_need_no_shared_one() {
    assert_eq!(totals(&text("| x\n0:-1:0.5 | y\n\n0:0:0.5 | x\n| y\n")), [total("1", 0.0, 1.0), total("2", 1.0, 0.0)]);
    let single = "1:-1:0.5 | x\n2:0:0.5 | y\n\n\n3:0:0.5 | x\n";
    assert_eq!(totals(&text(single)).len(), 3, "two labels before a blank line are two examples");
}

#[test]
fn examples_are_never_cut() {
    let example = "shared |u user=1\n|a x\n0:-1:0.5 |a y\n|a z\n\n";
    let replay = text(&example.repeat(40_000));
    assert_eq!(totals(&replay), [total("2", 40_000.0, 0.0)]);
    let long = format!("shared |u {}\n{}0:-1:1 | y\n\n", "x".repeat(200_000), "| x\n".repeat(300_000));
    assert_eq!(totals(&text(&(long.clone() + &long))), [total("300001", 2.0, 0.0)]);
    assert_eq!(text(&LINES.repeat(20_000)).summary.events.to_f64(), 80_000.0);
}

#[test]
fn what_is_wrong_with_a_line_has_its_place() {
    for (line, expected) in [
        ("2:0.5:0.5 | a", "log:2:3: the cost `0.5` is not in [-1, 0]; where costs are 1 - reward, say --vw-cost"),
        ("2:NaN:0.5 | a", "log:2:3: the cost `NaN`"),
        ("3 2:-2:0.5 'x | a", "log:2:5: the cost `-2`"),
        ("2:-1 | a", "log:2:1: `2:-1` is not a label"),
        ("2::0.5 | a", "log:2:1: `2::0.5` is not a label"),
        ("2:-1:high | a", "log:2:1: `2:-1:high` is not a label"),
        ("x:-1:0.5 | a", "log:2:1: `x:-1:0.5` is not a label"),
        ("-2:-1:0.5 | a", "log:2:1: `-2:-1:0.5` is not a label"),
        ("2:-1:0.5 tag | a", "log:2:10: `tag` is not a label"),
        ("0:-1:0.5 | a", "log:2:1: `0` is not an action"),
        ("2:-1:0.5| a", "log:2:1: `2:-1:0.5` touches the bar"),
        ("2:-1:0.5 3:-1:0.5 | a", "log:2:10: a second cost"),
        ("shared| a", "log:2:1: `shared` touches the bar"),
        ("{\"a\": 1}", "log:2:1: `{\"a\":` is not a label"),
    ] {
        let error = text_message(&format!("1:-1:0.4 | a c\n{line}\n1:-1:0.4 | a c\n"));
        assert!(error.starts_with("1 row is bad:\n  ") && error.contains(expected), "{line}: {error}");
    }
    for (example, expected) in [
        ("shared | a\n0:-1:0.5 | x\n1:0:0.5 | y\n", "log:6:1: a second cost"),
        ("shared | a\n0:-1:0.5 | x\nshared | b\n0:0:0.5 | y\n", "log:6:1: a shared line inside an example"),
        ("shared | a\n0:-1 | x\n", "log:5:1: `0:-1` is not a label"),
        ("shared | a\n| x\n0:7:0.5 | x\n", "log:6:3: the cost `7`"),
    ] {
        let log = format!("shared | a\n0:-1:0.5 | x\n\n{example}\nshared | a\n0:0:0.5 | x\n");
        let error = text_message(&log);
        assert!(error.starts_with("1 row is bad:\n  ") && error.contains(expected), "{example}: {error}");
        let skipped = read(&log, &skipping(assuming("2026-02-01"))).unwrap();
        assert_eq!(totals(&skipped), [total("1", 1.0, 1.0)]);
        assert_eq!(skipped.summary.skipped[&Reason::BadReward], 1);
    }
    let bytes = [&b"shared | a\n0:-1:0.5 caf\xe9|x\n\n"[..], b"shared | a\n0:-1:0.5 |x\n"].concat();
    assert_eq!(read(bytes, &skipping(assuming("2026-02-01"))).unwrap().summary.skipped[&Reason::BadUtf8], 1);
}

#[test]
fn costs_may_be_one_minus_the_reward() {
    let mut options = assuming("2026-02-01");
    options.log.cost = Cost::OneMinusReward;
    let replay = read("1:0:0.5 | a\n1:1:0.5 | a\n1:0.25:0.5 | a\n", &options).unwrap();
    assert_eq!(totals(&replay), [total("1", 1.75, 1.25)]);
    let error = read("1:-1:0.5 | a\n", &options).unwrap_err().to_string();
    assert!(error.contains("the cost `-1` is not in [0, 1] as --vw-cost one-minus-reward says"), "{error}");
}

#[test]
fn tables_with_bars_are_no_examples() {
    for table in ["| edge | reward |\n|---|---|\n", "edge | reward\n1:2:3 | 4\n", "2026-01-01 10:00:00 | a | 1\n"] {
        let error = read(table, &Options::default()).unwrap_err().to_string();
        assert!(error.contains("no column for the time"), "{table}: {error}");
    }
    let mut columns = Columns::default();
    columns.push("edge=a").unwrap();
    let by_hand = Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() };
    assert!(read(LINES, &by_hand).unwrap_err().to_string().contains("no column"));
}

/// A decision between `x`, `docs/y` and one without a tag.
fn decision(id: &str, day: u32, action: usize, cost: &str) -> String {
    format!(
        "{{\"_label_cost\":{cost},\"_label_probability\":0.5,\"_label_Action\":{action},\"_labelIndex\":{},\"o\":[{{\"v\":1.0,\
         \"EventId\":\"{id}\",\"_label_cost\":7}}],\"Timestamp\":\"2026-01-{day:02}T16:31:29.2460000Z\",\"Version\":\"1\",\
         \"EventId\":\"{id}\",\"a\":[{action},2,1],\"c\":{{\"User\":{{\"_tag\":\"no\"}},\"_multi\":[{{\"_tag\":\"x\",\"i\":\
         {{\"f\":1}}}},{{\"i\":{{\"f\":2}},\"_tag\":\"docs/y\"}},{{\"i\":{{\"f\":3}}}}]}},\"p\":[0.5,0.25,0.25]}}\n",
        action - 1
    )
}

const DANGLING: &str = "{\"RewardValue\":0.5,\"EnqueuedTimeUtc\":\"2026-01-01T00:00:00Z\",\"EventId\":\"z\"}\n";

#[test]
fn decisions_are_feedback_and_what_has_no_label_is_not() {
    let unlabelled =
        "{\"Timestamp\":\"2026-01-01T00:00:00Z\",\"EventId\":\"u\",\"a\":[1],\"c\":{\"_multi\":[{}]},\"p\":[1]}\n";
    let skipped = decision("s", 1, 1, "-1").replace("\"Version\"", "\"_skipLearn\":true,\"Version\"");
    let log = [
        DANGLING,
        &decision("1", 1, 1, "-1.0"),
        unlabelled,
        &decision("2", 1, 2, "-0.25"),
        &decision("3", 2, 3, "-0.0"),
        &skipped,
        &decision("n", 1, 1, "null"),
    ]
    .concat();
    for log in [log.clone(), log.replace('\n', "\r\n"), format!("\u{feff}\n{}", log.trim_end())] {
        let replay = read(&log, &Options::default()).unwrap();
        assert_eq!(totals(&replay), [total("3", 0.0, 1.0), total("docs/y", 0.25, 0.75), total("x", 1.0, 0.0)]);
        assert_eq!((replay.summary.no_feedback, replay.timeline.days().len()), (4, 2));
    }
    for no_feedback in [DANGLING, unlabelled] {
        let replay = read(no_feedback, &Options::default()).unwrap();
        assert_eq!((replay.timeline.is_empty(), replay.summary.no_feedback), (true, 1), "{no_feedback}");
    }
}

#[test]
fn an_event_id_counts_once() {
    let log = [decision("1", 1, 1, "-1"), decision("1", 1, 1, "-1.0"), decision("2", 1, 1, "0")].concat();
    let replay = read(&log, &Options::default()).unwrap();
    assert_eq!((totals(&replay), replay.summary.duplicates), (vec![total("x", 1.0, 1.0)], 1));
    let conflict = log + &decision("2", 1, 2, "0");
    assert!(read(&conflict, &Options::default()).unwrap_err().to_string().contains("log:3:1: another event"));
    let mut ignoring = Options::default();
    ignoring.log.ids = false;
    assert_eq!(read(&conflict, &ignoring).unwrap().summary.events.to_f64(), 4.0);
}

#[test]
fn the_action_is_found_wherever_it_stands() {
    let row = decision("1", 1, 2, "-1");
    let without_action = row.replace("\"_label_Action\":2,", "");
    let without_both = without_action.replace("\"_labelIndex\":1,", "");
    let without_context = row.replace("\"c\":{", "\"d\":{");
    for (log, name) in [(&without_action, "docs/y"), (&without_both, "docs/y"), (&without_context, "2")] {
        assert_eq!(totals(&read(log, &Options::default()).unwrap()), [total(name, 1.0, 0.0)], "{log}");
    }
}

#[test]
fn a_decision_without_a_time_counts_on_the_day_assumed() {
    let row = decision("1", 1, 1, "-1").replace("\"Timestamp\":\"2026-01-01T16:31:29.2460000Z\",", "");
    let error = read(&row, &Options::default()).unwrap_err().to_string();
    assert!(error.contains("log:1:1: the event has no time; --assume-day DATE"), "{error}");
    let log = row + &decision("2", 3, 1, "0");
    let span = read(&log, &assuming("2026-01-02")).unwrap().timeline.span().unwrap();
    assert_eq!((span.0.to_string(), span.1.to_string()), ("2026-01-02".to_owned(), "2026-01-03".to_owned()));
}

#[test]
fn what_is_wrong_with_a_decision_has_its_place() {
    let row = decision("1", 1, 2, "-1");
    for (written, instead, place, expected) in [
        ("_label_cost\":-1", "_label_cost\":0.5", "0.5", "the cost `0.5` is not in [-1, 0]"),
        ("_label_cost\":-1", "_label_cost\":\"NaN\"", "\"NaN\"", "the cost `NaN`"),
        ("_label_cost\":-1", "_label_cost\":[1]", "[1]", "the reward `an array`"),
        ("2026-01-01T16:31:29.2460000Z", "soon", "\"soon\"", "`soon` is not a time"),
        ("_label_Action\":2", "_label_Action\":0", "0,", "`0` is not an action"),
        ("_label_Action\":2", "_label_Action\":1.5", "1.5", "`1.5` is not an action"),
        ("_label_Action\":2", "_label_Action\":{}", "{}", "`an object` is not an action"),
        ("_labelIndex\":1", "_labelIndex\":2", "2,\"o\"", "the action is 2, but its index 2"),
        ("_label_Action\":2,\"_labelIndex\":1", "_label_Action\":4", "{\"User", "the action is 4 of 3"),
        ("_label_Action\":2,\"_labelIndex\":1,\"o\"", "a\":[],\"b\"", "[]", "`[]` is not an action"),
        ("\"o\":", "\"_outcomes\":", "[{\"v", "a decision on several actions"),
    ] {
        let bad = row.replacen(written, instead, 1);
        let bad = if instead.starts_with("a\":") { bad.replace("\"a\":[2,2,1],", "") } else { bad };
        assert_ne!(bad, row, "{written}");
        let error = read(format!("{}{bad}", decision("0", 1, 1, "0")), &Options::default()).unwrap_err().to_string();
        let column = bad.find(place).unwrap() + 1;
        assert!(error.starts_with(&format!("1 row is bad:\n  log:2:{column}: ")), "{written}: {error}");
        assert!(error.contains(expected), "{written}: {error}");
    }
    let none = row.replace("\"_label_Action\":2,\"_labelIndex\":1,", "").replace("\"a\":[2,2,1],", "");
    assert!(read(&none, &Options::default()).unwrap_err().to_string().contains("log:1:1: the action is missing"));
    for bad in ["no json", &row[..row.len() - 9], "{\"_label_cost\":NaN}", "[]"] {
        let log = format!("{row}{bad}");
        let skipped = read(&log, &skipping(Options::default())).unwrap();
        assert_eq!((skipped.summary.events.to_f64(), skipped.summary.skipped[&Reason::BadJson]), (1.0, 1), "{bad}");
    }
    let mut options = Options::default();
    options.log.cost = Cost::OneMinusReward;
    assert_eq!(totals(&read(decision("1", 1, 1, "0.25"), &options).unwrap()), [total("x", 0.75, 0.25)]);
}

#[test]
fn decisions_of_any_length_are_recognised() {
    let long = decision("1", 1, 1, "-1").replace("\"f\":1", &format!("\"f\":\"{}\"", "x".repeat(2_000_000)));
    let dangling = DANGLING.repeat(10_000);
    let replay = read(dangling + &long + &decision("2", 1, 1, "0"), &Options::default()).unwrap();
    assert_eq!((totals(&replay), replay.summary.no_feedback), (vec![total("x", 1.0, 1.0)], 10_000));
    assert_eq!(totals(&read(&long, &Options::default()).unwrap()), [total("x", 1.0, 0.0)]);
}
