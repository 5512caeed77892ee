//! Protects the reading of rows: what each field means, what is wrong with a bad one, and where it stands.

use betadrift::feedback::Counts;
use betadrift::log::{Columns, Input, Labels, Options as LogOptions, Reason};
use betadrift::replay::{Error, OnError, Options, Replay, replay};

fn read(text: &str, options: &Options) -> Result<Replay, Error> {
    replay(vec![Input::reader("log", std::io::Cursor::new(text.as_bytes().to_vec()))], options, &|_| {})
}

fn good(text: &str) -> Replay {
    read(text, &Options::default()).unwrap()
}

fn message(text: &str) -> String {
    read(text, &Options::default()).unwrap_err().to_string()
}

fn skipping() -> Options {
    Options { on_error: OnError::Keep, ..Options::default() }
}

fn columns(assignments: &[&str]) -> Options {
    let mut columns = Columns::default();
    assignments.iter().for_each(|assignment| columns.push(assignment).unwrap());
    Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() }
}

fn edges(replay: &Replay) -> Vec<String> {
    replay.timeline.edges().iter().map(|(_, name)| name.to_owned()).collect()
}

fn days(replay: &Replay) -> Vec<String> {
    replay.timeline.days().iter().map(|day| day.day.to_string()).collect()
}

/// A log of one event with that time.
fn at(time: &str) -> String {
    format!("time,edge,reward\n{time},a,1\n")
}

#[test]
fn every_kind_of_bad_row_is_named_with_its_place() {
    let log = "timestamp,edge,reward\n\
               2026-01-01,a,1\n\
               soon,a,1\n\
               2026-01-01,,1\n\
               2026-01-01,a,1.5\n\
               2026-01-01,a,-1\n\
               2026-01-01,a,NaN\n\
               2026-01-01,a,maybe\n\
               2026-01-01,a,\n\
               2026-01-01,a\n\
               2026-01-01,a,1,1\n\
               ,a,1\n\
               2026-02-30,a,1\n";
    let text = message(log);
    for expected in [
        "11 rows are bad:",
        "log:3:1: `soon` is not a time",
        "log:4:12: the edge is empty",
        "log:5:14: the reward `1.5` is not in [0, 1]",
        "log:6:14: the reward `-1` is not in [0, 1]",
        "log:7:14: the reward `NaN` is not in [0, 1]",
        "log:8:14: the label `maybe` has no reward",
        "log:9:14: the reward is missing",
        "log:10:1: the row ends after 2 of 3 fields",
        "log:11:16: the row has 4 fields, but the header 3",
        "log:12:1: the time is missing",
        "… and 1 more",
        "--on-error skip",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    assert!(!text.contains("log:13:"), "only ten are listed: {text}");
    let skipped = read(log, &skipping()).unwrap();
    assert_eq!(skipped.timeline.totals(), [Counts::whole(1, 0)]);
    let by_reason: Vec<(Reason, u64)> = skipped.summary.skipped.into_iter().collect();
    let expected = [
        (Reason::BadTime, 3),
        (Reason::BadReward, 5),
        (Reason::EmptyEdge, 1),
        (Reason::ShortRow, 1),
        (Reason::LongRow, 1),
    ];
    assert_eq!(by_reason, expected);
    assert_eq!(skipped.rejects.len(), 11);
    assert_eq!(skipped.rejects[0].row, b"soon,a,1");
    assert_eq!((skipped.rejects[0].line, skipped.rejects[0].column), (3, 1));
}

#[test]
fn places_are_right_below_blank_lines_quoted_line_breaks_and_crlf() {
    let log = "timestamp,edge,reward\r\n\r\n2026-01-01,\"a\r\nb\",1\r\n\r\n\r\n2026-01-01,\"c,d\ne\",\"f\ng\"\r\n";
    let text = message(log);
    assert!(text.contains("log:8:4: the label `f\\ng` has no reward"), "{text}");
    let text = message("\n\ntimestamp,edge,reward\n\n2026-01-01,a,x\n");
    assert!(text.contains("log:5:14:"), "{text}");
}

#[test]
fn columns_go_by_alias_in_order_and_those_passed_over_are_named() {
    let replay = good("label,pscore,time,ts,arm,item_id,propensity,timestamp,click\n0,1,x,x,b,c,1,2026-01-01,1\n");
    assert_eq!((edges(&replay), days(&replay)), (vec!["b".to_owned()], vec!["2026-01-01".to_owned()]));
    assert_eq!(replay.timeline.totals(), [Counts::whole(1, 0)]);
    let passed: Vec<String> = replay
        .summary
        .passed_over
        .iter()
        .map(|passed| format!("{} {} {}", passed.role, passed.used, passed.column))
        .collect();
    let expected = [
        "time timestamp time",
        "time timestamp ts",
        "edge arm item_id",
        "reward click label",
        "propensity propensity pscore",
    ];
    assert_eq!(passed, expected);
}

#[test]
fn an_edge_may_be_a_triple_or_several_columns() {
    let log = "ts,source,relation,target,model,outcome\n2026-01-01,a/b,cites,c,m,yes\n";
    assert_eq!(edges(&good(log)), ["a%2Fb/cites/c"]);
    assert_eq!(edges(&read(log, &columns(&["edge=model,relation"])).unwrap()), ["m/cites"]);
    assert_eq!(edges(&read(log, &columns(&["edge=source"])).unwrap()), ["a/b"]);
    assert!(message("ts,source,relation,target,click\n2026-01-01,a,,c,1\n").contains("log:2:14: the edge is empty"));
}

#[test]
fn a_number_wins_over_a_label_beside_it() {
    let log = "ts,edge,outcome,click\n2026-01-01,a,accepted,0.25\n2026-01-01,a,rejected,\n";
    let total = good(log).timeline.totals()[0];
    assert_eq!((total.successes.to_f64(), total.failures.to_f64()), (0.25, 1.75));
    let total = good("ts,edge,reward,outcome\n2026-01-01,a,0.5,accepted\n").timeline.totals()[0];
    assert_eq!(total.successes.to_f64(), 0.5);
    let total =
        good("{\"ts\":\"2026-01-01\",\"edge\":\"a\",\"outcome\":\"accepted\",\"label\":0.5}").timeline.totals()[0];
    assert_eq!(total.successes.to_f64(), 0.5);
    assert!(message("ts,edge,reward,label\n2026-01-01,a,1.5,yes\n").contains("`1.5` is not in [0, 1]"));
}

#[test]
fn labels_have_rewards_in_any_case() {
    let log = "ts,edge,outcome\n2026-01-01,a, Accepted \n2026-01-01,a,YES\n2026-01-01,a,True\n2026-01-01,a,success\n\
               2026-01-01,a,partial\n2026-01-01,a,no\n2026-01-01,a,FALSE\n2026-01-01,a,failure\n2026-01-01,a,rejected\n";
    let total = good(log).timeline.totals()[0];
    assert_eq!((total.successes.to_f64(), total.failures.to_f64()), (4.5, 4.5));
    let mut labels = Labels::default();
    labels.push("meh=0.25,Accepted=0").unwrap();
    let options = Options { log: LogOptions { labels, ..LogOptions::default() }, ..Options::default() };
    let total =
        read("ts,edge,outcome\n2026-01-01,a,MEH\n2026-01-01,a,accepted\n", &options).unwrap().timeline.totals()[0];
    assert_eq!(total.successes.to_f64(), 0.25);
    for wrong in ["meh", "meh=2", "=1", "0.5=1"] {
        assert!(Labels::default().push(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_day_is_a_calendar_day_of_the_zone() {
    let mut berlin = Options::default();
    berlin.log.zone = "Europe/Berlin".parse().unwrap();
    for (time, utc, there) in [
        ("2026-01-01T23:30:00Z", "2026-01-01", "2026-01-02"),
        ("2026-01-02 00:30:00+02:00", "2026-01-01", "2026-01-01"),
        ("2026-01-02 00:30:00", "2026-01-02", "2026-01-02"),
        ("2026-01-02", "2026-01-02", "2026-01-02"),
        // Summer time: the day has 23 hours in spring and 25 in autumn.
        ("2026-03-29T22:00:00Z", "2026-03-29", "2026-03-30"),
        ("2026-03-28T22:59:59Z", "2026-03-28", "2026-03-28"),
        ("2026-10-25T22:59:59.999999999Z", "2026-10-25", "2026-10-25"),
        ("2026-10-24T22:00:00Z", "2026-10-24", "2026-10-25"),
        ("1969-12-31T23:30:00Z", "1969-12-31", "1970-01-01"),
        ("2099-12-31T23:30:00Z", "2099-12-31", "2100-01-01"),
        ("1767308400", "2026-01-01", "2026-01-02"),
        ("-1", "1969-12-31", "1970-01-01"),
    ] {
        assert_eq!(days(&good(&at(time))), [utc], "{time}");
        assert_eq!(days(&read(&at(time), &berlin).unwrap()), [there], "{time}");
    }
}

#[test]
fn the_first_number_of_each_file_says_what_numbers_count() {
    for time in ["1767308400", "1767308400.25", "1767308400250", "1767308400250000", "1767308400250000000"] {
        assert_eq!(days(&good(&at(time))), ["2026-01-01"], "{time}");
    }
    let text = message("time,edge,reward\n1767308400,a,1\n1767308400000,a,1\n");
    assert!(text.contains("log:3:1: the time `1767308400000` reads as milliseconds"), "{text}");
    assert!(text.contains("--time-unit"), "{text}");
    let mut milliseconds = Options::default();
    milliseconds.log.time_unit = Some("ms".parse().unwrap());
    let replay = read("time,edge,reward\n86400000,a,1\n172800000,a,1\n", &milliseconds).unwrap();
    assert_eq!(days(&replay), ["1970-01-02", "1970-01-03"]);
    assert!(
        message("time,edge,reward\n2026-01-01,a,1\n1767308400,a,1\n")
            .contains("log:3:1: the time `1767308400` is a number")
    );
}

#[test]
fn days_far_apart_are_refused_by_naming_the_one_that_lies_apart() {
    let log = "time,edge,reward\n2026-01-01,a,1\n1969-12-31,a,1\n2026-01-02,a,0\n";
    let text = message(log);
    assert!(text.starts_with("log:3:1: 1969-12-31 lies far from the rest"), "{text}");
    let text = message("time,edge,reward\n2026-01-01,a,1\n2026-01-02,a,0\n2099-01-01,a,1\n");
    assert!(text.starts_with("log:4:1: 2099-01-01 lies far from the rest"), "{text}");
    let cut = Options { since: Some("2020-01-01".parse().unwrap()), ..Options::default() };
    let replay = read(log, &cut).unwrap();
    assert_eq!((days(&replay).len(), replay.summary.ignored.to_f64()), (2, 1.0));
    let ten_years = "time,edge,reward\n2016-01-01,a,1\n2026-01-08,a,1\n";
    assert_eq!(days(&good(ten_years)).len(), 2, "3660 days apart are allowed");
    assert!(read(&ten_years.replace("-08", "-09"), &Options::default()).is_err());
}

#[test]
fn a_row_without_time_and_reward_is_pending_if_it_was_served() {
    let log = "timestamp,served_at,edge,reward\n,2026-01-01T10:00:00Z,a,\n2026-01-01,2026-01-01,a,1\n";
    let replay = good(log);
    assert_eq!((replay.summary.pending, replay.summary.events.to_f64()), (1, 1.0));
    assert!(message("timestamp,served_at,edge,reward\n,,a,\n").contains("log:2:1: the time is missing"));
    assert!(message("timestamp,served_at,edge,reward\n,2026-01-01,a,1\n").contains("log:2:1: the time is missing"));
    let named = "timestamp,shown,edge,reward\n,2026-01-01,a,\n";
    assert!(read(named, &Options::default()).is_err());
    assert_eq!(read(named, &columns(&["served_at=shown"])).unwrap().summary.pending, 1);
    let json = "{\"ts\": null, \"served_at\": 1767308400, \"edge\": \"a\"}\n";
    assert_eq!(good(json).summary.pending, 1);
}

#[test]
fn an_edge_that_has_only_pending_rows_is_an_edge() {
    let log = "timestamp,served_at,edge,reward\n2026-01-01,2026-01-01,b,1\n,2026-01-02,a,\n,2026-01-02,c,\n";
    let names = |replay: &Replay| replay.timeline.edges().iter().map(|(_, name)| name.to_owned()).collect::<Vec<_>>();
    let replay = good(log);
    assert_eq!(names(&replay), ["a", "b", "c"]);
    assert_eq!(replay.timeline.active_spans().iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(replay.timeline.totals()[0].pulls(), 0.0);
    let edges = Some(glob::Pattern::new("[bc]").unwrap());
    let filtered = read(log, &Options { edges, ..Options::default() }).unwrap();
    assert_eq!((names(&filtered), filtered.summary.pending), (vec!["b".to_owned(), "c".to_owned()], 1));
}

#[test]
fn an_event_counts_once_and_the_earliest_of_its_id_stays() {
    let header = "timestamp,edge,reward,event_id\n";
    let rows = [
        "2026-01-02,b,1,x",
        "2026-01-01,b,0,x",
        "2026-01-01,a,1,x",
        "2026-01-01,a,1,x",
        "2026-01-03,c,1,",
        "2026-01-03,c,1,",
    ];
    for turn in 0..rows.len() {
        let mut turned = rows;
        turned.rotate_left(turn);
        let replay = read(&(header.to_owned() + &turned.join("\n")), &skipping()).unwrap();
        assert_eq!(edges(&replay), ["a", "c"], "the earliest, then the first name");
        assert_eq!(replay.timeline.totals(), [Counts::whole(1, 0), Counts::whole(2, 0)]);
        assert_eq!(replay.summary.duplicates, 1);
        assert_eq!(replay.summary.skipped[&Reason::ConflictingId], 2);
    }
    let text = message(&(header.to_owned() + &rows[1..4].join("\n")));
    assert!(text.contains("log:2:1: another event with another time, edge or reward has the same id"), "{text}");
    let mut ignoring = Options::default();
    ignoring.log.ids = false;
    assert_eq!(read(&(header.to_owned() + &rows.join("\n")), &ignoring).unwrap().summary.events.to_f64(), 6.0);
}

#[test]
fn a_bare_id_column_is_no_id() {
    let log = "timestamp,edge,reward,id\n2026-01-01,a,1,x\n2026-01-01,a,1,x\n";
    assert_eq!(good(log).summary.events.to_f64(), 2.0);
    assert_eq!(read(log, &columns(&["id=id"])).unwrap().summary.duplicates, 1);
}

#[test]
fn an_edge_that_is_not_utf8_is_shown_escaped() {
    let log = b"timestamp,edge,reward\n2026-01-01,caf\xe9\x1b,1\n2026-01-01,a,1\n";
    let input = || vec![Input::reader("log", &log[..])];
    let text = replay(input(), &Options::default(), &|_| {}).unwrap_err().to_string();
    assert!(text.contains("log:2:12: the edge `caf\\xe9\\u{1b}` is not UTF-8"), "{text}");
    assert_eq!(replay(input(), &skipping(), &|_| {}).unwrap().summary.skipped[&Reason::BadUtf8], 1);
}

#[test]
fn filters_leave_out_what_was_not_asked_for_and_count_it() {
    let log =
        "timestamp,edge,reward\n2026-01-01,docs/a,1\n2026-01-02,docs/b,1\n2026-01-03,kg/a,1\n2026-01-04,docs/a,0\n";
    let options = Options {
        since: Some("2026-01-02".parse().unwrap()),
        until: Some("2026-01-03".parse().unwrap()),
        edges: Some(glob::Pattern::new("docs/*").unwrap()),
        ..Options::default()
    };
    let replay = read(log, &options).unwrap();
    assert_eq!((edges(&replay), days(&replay)), (vec!["docs/b".to_owned()], vec!["2026-01-02".to_owned()]));
    assert_eq!((replay.summary.events.to_f64(), replay.summary.ignored.to_f64()), (1.0, 3.0));
}
