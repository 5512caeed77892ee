//! Protects the reading of openclaw's export: which arms of which traces are feedback, that each counts once, and that what is
//! wrong is said with its place.

use std::io::{Cursor, Read};

use betadrift::feedback::Counts;
use betadrift::log::{Input, Options as LogOptions, Reason};
use betadrift::replay::{Error, OnError, Options, Replay, replay};

fn read_with(bytes: impl AsRef<[u8]>, options: &Options) -> Result<Replay, Error> {
    let input = Input::reader("export", Cursor::new(bytes.as_ref().to_vec()));
    replay(vec![input], options, &|_| {})
}

fn read(bytes: impl AsRef<[u8]>) -> Replay {
    read_with(bytes, &Options::default()).unwrap()
}

fn message(bytes: impl AsRef<[u8]>) -> String {
    read_with(bytes, &Options::default()).unwrap_err().to_string()
}

/// A document of these traces.
fn export(traces: &[&str]) -> String {
    format!("{{\"version\":\"1.0\",\"traces\":[{}],\"stats\":{{\"traces\":3}}}}", traces.join(","))
}

fn arm(name: &str, included: bool, referenced: bool) -> String {
    format!("{{\"armId\":\"{name}\",\"included\":{included},\"referenced\":{referenced},\"tokenCost\":7}}")
}

fn trace(id: &str, day: i64, rest: &str, arms: &[String]) -> String {
    let milliseconds = 1_767_225_600_000 + day * 86_400_000;
    format!("{{\"traceId\":\"{id}\",\"timestamp\":{milliseconds},\"arms\":[{}]{rest}}}", arms.join(","))
}

fn totals(replay: &Replay) -> Vec<(&str, Counts)> {
    replay.timeline.edges().iter().map(|(_, name)| name).zip(replay.timeline.totals()).collect()
}

#[test]
fn an_arm_that_was_included_is_a_success_if_referenced_and_one_that_was_not_is_no_feedback() {
    let arms = [arm("b/x", true, true), arm("a", true, false), arm("c", false, false), arm("c", false, true)];
    let replay = read(export(&[&trace("t1", 0, "", &arms), &trace("t2", 1, "", &arms[..1])]));
    assert_eq!(totals(&replay), [("a", Counts::whole(0, 1)), ("b/x", Counts::whole(2, 0))]);
    assert_eq!(replay.summary.ignored.to_f64(), 2.0);
    let days: Vec<String> = replay.timeline.days().iter().map(|day| day.day.to_string()).collect();
    assert_eq!(days, ["2026-01-01", "2026-01-02"]);
}

#[test]
fn failed_traces_are_skipped_counted_once_and_no_fault() {
    let arms = [arm("a", true, true), arm("b", true, true)];
    let failed =
        ["\"aborted\":true", "\"error\":\"timeout\"", "\"error\":true", "\"error\":{\"code\":1}", "\"error\":500"];
    let whole = [
        "\"aborted\":false",
        "\"aborted\":null",
        "\"error\":null",
        "\"error\":false",
        "\"error\":\"\"",
        "\"error\":{ }",
    ];
    let traces: Vec<String> = failed
        .iter()
        .chain(&whole)
        .enumerate()
        .map(|(at, rest)| trace(&at.to_string(), 0, &format!(",{rest}"), &arms))
        .collect();
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    let replay = read(export(&traces));
    assert_eq!(replay.summary.skipped[&Reason::FailedTrace], failed.len() as u64);
    assert_eq!(replay.summary.events.to_f64(), 2.0 * whole.len() as f64);
    let only = read(export(&traces[..failed.len()]));
    assert!(only.timeline.is_empty(), "traces that all failed are no fault");
    let keep = Options { on_error: OnError::Keep, ..Options::default() };
    let rejects = read_with(export(&traces[..1]), &keep).unwrap().rejects;
    assert_eq!((rejects.len(), rejects[0].line, rejects[0].column), (1, 1, 28));
    assert_eq!(rejects[0].row, traces[0].as_bytes());
}

#[test]
fn the_same_trace_twice_counts_once() {
    let (one, other) = (trace("t", 0, "", &[arm("a", true, true)]), trace("u", 0, "", &[arm("a", true, true)]));
    let replay = read(export(&[&one, &other, &one]));
    assert_eq!((replay.summary.duplicates, replay.summary.events.to_f64()), (1, 2.0));
    let changed = trace("t", 0, "", &[arm("a", true, false)]);
    let skip = Options { on_error: OnError::Skip, ..Options::default() };
    let replay = read_with(export(&[&one, &changed]), &skip).unwrap();
    assert_eq!(replay.summary.skipped[&Reason::ConflictingId], 1);
    // The names of two pairs run together alike; their ids are two nevertheless.
    let (ab, a) = (trace("ab", 0, "", &[arm("c", true, true)]), trace("a", 0, "", &[arm("bc", true, true)]));
    assert_eq!(read(export(&[&ab, &a])).summary.events.to_f64(), 2.0);
    let log = LogOptions { ids: false, ..LogOptions::default() };
    let replay = read_with(export(&[&one, &one]), &Options { log, ..Options::default() }).unwrap();
    assert_eq!((replay.summary.duplicates, replay.summary.events.to_f64()), (0, 2.0));
}

#[test]
fn members_come_in_any_order_on_any_line() {
    let arms = "\"arms\": [\n{\"referenced\": true,\n \"included\": true, \"armId\": \"a\"}\n]";
    let traces = format!(
        "\"traces\" :\n[ {{ {arms}, \"timestamp\": \"2026-01-01T00:00:00Z\", \"x\": [\"}}\"], \"traceId\": 5 }} ]"
    );
    let expected = read(export(&[&trace("5", 0, "", &[arm("a", true, true)])])).timeline;
    for document in [
        format!("{{{traces}}}"),
        format!("\u{feff}\n{{\n{traces}\n}}\n"),
        format!("{{\"a\": {{\"edge\": [\"]\", {{}}]}}, {traces}, \"b\": \"\\\"traces\\\"\"}}"),
        format!("{{\"note\": \"{}\",\n{traces}}}", "x".repeat(200_000)),
        format!("{{\"note\": \"{}\",{}}}", "x".repeat(200_000), traces.replace('\n', " ")),
        format!("{{{},\"note\": \"{}\"}}", traces.replace('\n', " "), "x".repeat(3_000_000)),
    ] {
        assert_eq!(read(&document).timeline, expected, "{}", &document[..100]);
    }
}

#[test]
fn an_empty_list_of_traces_is_a_log_without_events() {
    assert!(read("{\"traces\":[]}").timeline.is_empty());
    assert!(read(export(&[&trace("t", 0, "", &[])])).timeline.is_empty());
}

#[test]
fn rows_of_json_with_such_a_member_stay_rows_of_json() {
    let row = "{\"timestamp\":\"2026-01-01\",\"edge\":\"a\",\"reward\":1,\"traces\":[1]}\n";
    assert_eq!(read(row.repeat(2)).summary.events.to_f64(), 2.0);
    let long =
        format!("{{\"note\":\"{}\",\"timestamp\":\"2026-01-01\",\"edge\":\"a\",\"reward\":1}}\n", "x".repeat(300_000));
    assert_eq!(read(long.repeat(2)).summary.events.to_f64(), 2.0);
    let broken = "{\"timestamp\":\"2026-01-01\",\n{\"timestamp\":\"2026-01-01\",\"edge\":\"a\",\"reward\":1}\n";
    assert!(message(broken).starts_with("1 row is bad:\n  export:1:"));
}

#[test]
fn wrong_shapes_are_said_with_their_place() {
    let one = |trace: &str| message(export(&[trace]));
    let arms = |arm: &str| one(&format!("{{\"traceId\":\"t\",\"timestamp\":1767225600000,\"arms\":[{arm}]}}"));
    for (text, expected) in [
        (one("7"), "export:1:28: not a JSON object"),
        (one("{\"traceId\":\"t\",\"arms\":[]}"), "export:1:28: the time is missing"),
        (one("{\"traceId\":\"t\",\"timestamp\":\"soon\",\"arms\":[]}"), "export:1:55: `soon` is not a time"),
        (one("{\"timestamp\":1767225600000,\"arms\":[]}"), "export:1:28: `traceId` must be a name"),
        (one("{\"traceId\":\"t\",\"timestamp\":1767225600000}"), "export:1:28: `arms` must be an array"),
        (one("{\"traceId\":\"t\",\"timestamp\":1767225600000,\"arms\":{}}"), "export:1:76: `arms` must be an array"),
        (one("{\"traceId\":\"t\",\"aborted\":\"no\"}"), "export:1:53: `aborted` must be true or false"),
        (one("{\"traceId\":\"t\",\"cost\":NaN}"), "export:1:50: not a JSON object"),
        (one("{\"traceId\":\"t\",\"traceId\":\"t\"}"), "`traceId` is there twice"),
        (arms("{\"included\":true,\"referenced\":true}"), "export:1:77: the edge is empty"),
        (arms("{\"armId\":\"\",\"included\":true,\"referenced\":true}"), "export:1:86: the edge is empty"),
        (arms("{\"armId\":[],\"included\":true,\"referenced\":true}"), "export:1:86: the edge is an array"),
        (
            arms("{\"armId\":\"a\",\"included\":1,\"referenced\":true}"),
            "export:1:101: `included` must be true or false",
        ),
        (arms("{\"armId\":\"a\",\"referenced\":true}"), "export:1:77: `included` must be true or false"),
        (arms("{\"armId\":\"a\",\"included\":true}"), "export:1:77: `referenced` must be true or false"),
        (arms("3"), "export:1:77: not a JSON object"),
        (message("{\"version\": 1,\n\"traces\": {}}"), "export:2:11: an array is expected"),
        (message("{\"traces\": []} {}"), "export:1:16: the document ended before; nothing may follow it"),
        (message("{\"traces\": [\n{\"traceId\": \"t\""), "export:2:16: the document ends here, but is not closed"),
        (message("{\n\"version\": 1\n}\n"), "export:1:"),
        (message("{\"version\": 1}"), "export:1:1: the time is missing"),
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let pretty = export(&[
        "{\n \"traceId\": \"t\",\n \"timestamp\": 1767225600000,\n \"arms\": [\n  {\"armId\": \"a\",\n   \"included\": 0}\n ]}",
    ]);
    assert!(message(&pretty).contains("export:6:16: `included` must be"), "{}", message(&pretty));
    let nan = export(&["{\n \"traceId\": \"t\",\n \"timestamp\": NaN}"]);
    assert!(message(&nan).contains("export:3:15: not a JSON object: expected value"), "{}", message(&nan));
}

#[test]
fn a_wrong_arm_leaves_the_others() {
    let arms = [arm("a", true, true), "{\"armId\":\"b\"}".to_owned(), arm("c", true, false)];
    let skip = Options { on_error: OnError::Skip, ..Options::default() };
    let replay = read_with(export(&[&trace("t", 0, "", &arms)]), &skip).unwrap();
    assert_eq!((replay.summary.skipped[&Reason::BadJson], replay.summary.events.to_f64()), (1, 2.0));
}

#[test]
fn milliseconds_are_milliseconds_unless_said_otherwise() {
    let document = export(&[
        "{\"traceId\":1,\"timestamp\":86400000,\"arms\":[{\"armId\":1,\"included\":true,\"referenced\":true}]}",
    ]);
    assert_eq!(read(&document).timeline.days()[0].day.to_string(), "1970-01-02");
    let log = LogOptions { time_unit: Some("s".parse().unwrap()), ..LogOptions::default() };
    let replay = read_with(&document, &Options { log, ..Options::default() }).unwrap();
    assert_eq!(replay.timeline.days()[0].day.to_string(), "1972-09-27");
}

/// A document of so many traces, made as it is read.
fn endless(traces: u32) -> impl Read + Send {
    let rows = (0..traces).map(|at| {
        let comma = if at == 0 { "" } else { ", " };
        let arms: Vec<String> =
            (0..4).map(|arm_at| arm(&format!("arm {}", (at + arm_at) % 7), arm_at < 3, at % 3 == 0)).collect();
        format!("{comma}{}", trace(&at.to_string(), i64::from(at % 20), "", &arms)).into_bytes()
    });
    let chunks = std::iter::once(b"{\"traces\": [".to_vec()).chain(rows).chain([b"]}".to_vec()]);
    struct Chunks<I>(I, Cursor<Vec<u8>>);
    impl<I: Iterator<Item = Vec<u8>>> Read for Chunks<I> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            loop {
                let count = self.1.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                let Some(next) = self.0.next() else { return Ok(0) };
                self.1 = Cursor::new(next);
            }
        }
    }
    Chunks(chunks, Cursor::new(Vec::new()))
}

#[test]
fn a_large_document_is_read_the_same_on_any_number_of_threads() {
    let log = || LogOptions { ids: false, ..LogOptions::default() };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options = Options { log: log(), ..Options::default() };
        pool.install(|| replay(vec![Input::reader("export", endless(30_000))], &options, &|_| {}).unwrap())
    };
    let one = on(1);
    assert_eq!((one.summary.events.to_f64(), one.summary.ignored.to_f64()), (90_000.0, 30_000.0));
    let many = on(4);
    assert_eq!((&many.timeline, &many.summary, &many.inputs), (&one.timeline, &one.summary, &one.inputs));
}

#[cfg(feature = "compression")]
#[test]
fn an_export_may_be_compressed() {
    use std::io::Write;
    let document = export(&[&trace("t", 0, "", &[arm("a", true, true)])]);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(document.as_bytes()).unwrap();
    assert_eq!(read(encoder.finish().unwrap()).timeline, read(document).timeline);
}
