//! Protects the formats of logs: each is known by its content, and what is none is refused in words that help.

use std::io::Cursor;

use betadrift::feedback::Counts;
use betadrift::log::{Columns, Input, Options as LogOptions};
use betadrift::replay::{Error, OnError, Options, Replay, replay};

fn read_as(name: &str, bytes: &[u8], options: &Options) -> Result<Replay, Error> {
    replay(vec![Input::reader(name, Cursor::new(bytes.to_vec()))], options, &|_| {})
}

fn read(bytes: impl AsRef<[u8]>) -> Replay {
    read_as("-", bytes.as_ref(), &Options::default()).unwrap()
}

fn message(bytes: impl AsRef<[u8]>) -> String {
    read_as("log", bytes.as_ref(), &Options::default()).unwrap_err().to_string()
}

fn columns(assignments: &[&str]) -> Options {
    let mut columns = Columns::default();
    assignments.iter().for_each(|assignment| columns.push(assignment).unwrap());
    Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() }
}

const CSV: &str = "timestamp,edge,reward\n2026-01-01T10:00:00Z,\"a,b\",1\n2026-01-02T10:00:00Z,c,0\n";
const JSON: &str = "{\"timestamp\":\"2026-01-01T10:00:00Z\",\"edge\":\"a,b\",\"reward\":1}\n\
                    {\"reward\":false,\"edge\":\"c\",\"timestamp\":\"2026-01-02T10:00:00Z\"}";

#[test]
fn all_spellings_of_one_log_give_one_timeline() {
    let expected = read(CSV).timeline;
    assert_eq!(expected.totals(), [Counts::whole(1, 0), Counts::whole(0, 1)]);
    let tabs = "timestamp\tedge\treward\n2026-01-01T10:00:00Z\ta,b\t1\n2026-01-02T10:00:00Z\tc\t0\n";
    let counts = "edge,note,day,successes,failures,alpha,beta\n\"a,b\",x,2026-01-01,1,0,9,9\nc,,2026-01-02,0,1,9,9\n";
    for text in [
        format!("\u{feff}{CSV}"),
        CSV.replace('\n', "\r\n"),
        CSV.trim_end().to_owned(),
        tabs.to_owned(),
        JSON.to_owned(),
        format!("\u{feff}{}\r\n\r\n", JSON.replace('\n', "\r\n")),
        counts.to_owned(),
        counts.replace(',', "\t").replace("\"a\tb\"", "\"a,b\""),
        counts.replace("failures", "trials").replace(",1,0,", ",1,1,"),
    ] {
        assert_eq!(read(&text).timeline, expected, "{text}");
    }
}

#[cfg(feature = "compression")]
mod compressed {
    use std::io::Write;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_logs_are_read_in_all_their_members() {
        let (head, tail) = CSV.split_at(50);
        let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
        for bytes in
            [gzip(CSV), [gzip(head), gzip(tail)].concat(), zstd(CSV), [zstd(head), zstd(tail)].concat(), gzip(JSON)]
        {
            assert_eq!(read(bytes).timeline, read(CSV).timeline);
        }
        assert!(matches!(
            read_as("-", &gzip(""), &Options::default()),
            Err(Error::Log(betadrift::log::Error::Empty { .. }))
        ));
    }

    #[test]
    fn cut_or_damaged_compressed_logs_are_refused() {
        let long = CSV.to_owned() + &"2026-01-02T10:00:00Z,c,0\n".repeat(20_000);
        for (format, bytes) in [("gzip", gzip(&long)), ("zstd", zstd::encode_all(long.as_bytes(), 1).unwrap())] {
            for cut in [10, bytes.len() / 2, bytes.len() - 1] {
                let text = message(&bytes[..cut]);
                assert!(text.contains(&format!("log: the {format} data is damaged or cut short")), "{cut}: {text}");
            }
        }
        let mut damaged = gzip(CSV);
        let last = damaged.len() - 6;
        damaged[last] ^= 1;
        assert!(message(damaged).contains("damaged"));
    }
}

#[test]
fn what_is_no_text_is_refused_in_words_that_help() {
    assert!(message("").contains("log: the file is empty"));
    assert!(message("\u{feff} \n").contains("log: the file is empty"));
    let utf16: Vec<u8> = CSV.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&[0xff, 0xfe][..], &utf16].concat(), utf16] {
        assert!(message(bytes).contains("UTF-16"));
    }
    #[cfg(not(feature = "parquet"))]
    assert!(message("PAR1\x15\x04").contains("a Parquet file, which this build cannot read (feature `parquet`)"));
    assert!(message("[{\"edge\": 1}]").contains("JSON array"));
}

#[test]
fn a_header_alone_is_a_log_without_events() {
    for header in ["timestamp,edge,reward", "timestamp,edge,reward\r\n", "day,edge,successes,failures\n"] {
        assert!(read(header).timeline.is_empty(), "{header}");
    }
}

#[test]
fn a_header_that_lacks_a_role_or_repeats_a_name_is_refused() {
    let text = message("when,edge,reward\n1,a,1\n");
    assert!(
        text.contains(
            "log:1:1: no column for the time; name it with --column time=NAME; the header is when,edge,reward"
        ),
        "{text}"
    );
    assert!(message("timestamp,reward\n").contains("no column for the edge"));
    assert!(message("timestamp,edge\n").contains("no column for the reward"));
    let text = message("timestamp,edge,reward,\"edge\"\n2026-01-01,a,1,b\n");
    assert!(text.contains("log:1:23: columns 2 and 4 are both named `edge`"), "{text}");
    assert!(
        !read(",timestamp,edge,reward,\n0,2026-01-01,a,1,x\n").timeline.is_empty(),
        "two columns without a name are no harm"
    );
}

#[test]
fn a_column_named_by_hand_must_be_somewhere() {
    let nowhere = read_as("log", CSV.as_bytes(), &columns(&["reward=score"]));
    assert!(matches!(nowhere, Err(Error::ColumnNowhere(_))), "{nowhere:?}");
    let nowhere = read_as("log", JSON.as_bytes(), &columns(&["id=feedback.id"]));
    assert!(matches!(nowhere, Err(Error::ColumnNowhere(_))), "{nowhere:?}");
    let other = CSV.replace("reward", "score");
    let inputs = vec![Input::reader("one", CSV.as_bytes()), Input::reader("two", Cursor::new(other.into_bytes()))];
    let in_one = replay(inputs, &columns(&["reward=score"]), &|_| {});
    assert!(matches!(&in_one, Err(Error::Log(error)) if error.to_string().starts_with("one:1:1: no column `score`")));
    for wrong in ["score", "colour=red", "reward=", "reward=a,b", "edge=a,,b"] {
        assert!(Columns::default().push(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn json_members_may_be_dotted_numbers_and_escapes() {
    let log = "{\"at\": {\"ms\": 1767308400000}, \"arm\": \"caf\\u00e9 \\\"x\\\"\", \"feedback\": {\"score\": 0.1, \"arm\": 1}}\n\
               {\"at\": {\"ms\": 1767308400001}, \"arm\": 14, \"feedback.score\": 1e-1}\n";
    let replay = read_as("-", log.as_bytes(), &columns(&["time=at.ms", "reward=feedback.score"])).unwrap();
    let names: Vec<&str> = replay.timeline.edges().iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["14", "café \"x\""]);
    assert_eq!(replay.timeline.totals()[0].successes.to_f64(), 0.1);
}

#[test]
fn json_edges_that_are_no_strings_are_reported_as_what_they_are() {
    let edge = |edge: &str| message(format!("{{\"ts\": \"2026-01-01\", \"edge\": {edge}, \"reward\": 1}}\n"));
    assert!(edge("{\"id\": 1}").contains("log:1:30: the edge is an object, where a string is expected"));
    assert!(edge("[\"a\"]").contains("log:1:30: the edge is an array, where a string is expected"));
    assert!(edge("null").contains("the edge is empty") && edge("\"\"").contains("the edge is empty"));
    assert!(edge("\"\"").starts_with("the only row is bad:"));
}

#[test]
fn json_that_is_none_is_a_bad_row() {
    let log = format!(
        "{JSON}\n{{\"edge\": \"a\",\n[1]\n{{\"edge\": 1, \"edge\": 2}}\n{{\"ts\": \"2026-01-01\", \"edge\": null, \"click\": 1}}\n"
    );
    let text = message(log);
    for expected in
        ["log:3:", "log:4:1: not a JSON object", "log:5:", "`edge` is there twice", "log:6:30: the edge is empty"]
    {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let text = message("{\"ts\": \"2026-01-01\", \"edge\": \"a\", \"click\": 7}\n");
    assert!(text.contains("log:1:44: the reward `7`"), "{text}");
}

#[test]
fn counts_must_be_counts() {
    let text = message(
        "day,edge,successes,trials\n2026-01-01,a,3,2\n2026-01-01T00,a,1,2\n2026-01-01,a,-1,2\n2026-01-01,a,1,\n",
    );
    for expected in [
        "log:2:16: 3 successes of 2 trials are too many",
        "log:3:1: `2026-01-01T00` is not a day",
        "log:4:14: `-1` is not a count",
        "log:5:16: `` is not a count",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn a_field_of_a_megabyte_is_a_field() {
    let huge = "x\"\"y\n,".repeat(170_000);
    let log =
        format!("timestamp,note,edge,reward\n2026-01-01,\"{huge}\",a,1\n2026-01-02,\"{huge}\",b,0\n2026-01-03,,c,x\n");
    let text = message(&log);
    assert!(text.contains("log:340004:15: the label `x`"), "{text}");
    assert_eq!(read(log.replace("c,x", "c,1")).timeline.days().len(), 3);
}

#[test]
fn the_open_bandit_dataset_needs_no_flags() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/obd");
    for (policy, clicks) in [("random", 46.0), ("bts", 69.0)] {
        let file = folder.join(policy).join("men.csv");
        if !file.exists() {
            continue;
        }
        let replay = replay(vec![Input::path(file)], &Options::default(), &|_| {}).unwrap();
        let total: Counts = replay.timeline.totals().into_iter().sum();
        assert_eq!((total.pulls(), total.successes.to_f64()), (10_000.0, clicks), "{policy}");
        assert_eq!((replay.timeline.edges().len(), replay.timeline.days().len()), (34, 7));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_fatal_even_where_bad_rows_are_skipped() {
    let rows = "2026-01-01,c,1\n".repeat(99_999);
    let log = format!("timestamp,edge,reward\n2026-01-01,a,1\n2026-01-01,\"b,1\n{rows}");
    let expected = "log:3:12: the quote opened here is never closed and swallows the 99999 lines below";
    for on_error in [OnError::Fail, OnError::Skip] {
        let error = read_as("log", log.as_bytes(), &Options { on_error, ..Options::default() }).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert!(message("timestamp,edge,\"reward").contains(":1:16: the quote opened here"));
    assert!(message("timestamp,edge,reward\n2026-01-01,a,\"1").contains(":2:14: the quote opened here"));
}
