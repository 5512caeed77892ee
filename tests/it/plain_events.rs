//! Protects the reading of plain events in batches: what it says of a log is what the reading row by row says of it, to the
//! bit, whatever is wrong with a row.

use std::io::Cursor;

use betadrift::log::{Columns, Input, Options as LogOptions};
use betadrift::replay::{Keep, OnError, Options, Replay, replay};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Reads a log once as anyone does, and once with cells, which ask for a propensity that no event has: row by row.
fn both(bytes: &[u8], options: &Options) -> [Result<Replay, String>; 2] {
    let row_by_row = Options { keep: Keep { cells: true, ..Keep::default() }, ..options.clone() };
    [options, &row_by_row].map(|options| {
        let inputs = vec![Input::reader("log", Cursor::new(bytes.to_vec()))];
        replay(inputs, options, &|_| {}).map_err(|error| error.to_string())
    })
}

fn assert_same([batches, rows]: [Result<Replay, String>; 2], of: &str) {
    match (batches, rows) {
        (Ok(batches), Ok(rows)) => {
            assert_eq!(batches.summary, rows.summary, "{of}");
            assert_eq!(batches.timeline, rows.timeline, "{of}");
            assert_eq!(batches.inputs, rows.inputs, "{of}");
            for (one, other) in batches.rejects.iter().zip(&rows.rejects) {
                assert_eq!((one.line, one.column, &one.message), (other.line, other.column, &other.message), "{of}");
            }
            assert_eq!(batches.rejects.len(), rows.rejects.len(), "{of}");
        }
        (batches, rows) => {
            assert_eq!(batches.map(|_| ()), rows.map(|_| ()), "{of}");
        }
    }
}

fn options(on_error: OnError, zone: &str) -> Options {
    let log = LogOptions { zone: zone.parse().unwrap(), ..LogOptions::default() };
    Options { log, on_error, ..Options::default() }
}

/// Lines of which most are plain events, in some spellings each.
const LINES: [&str; 22] = [
    r#"{"timestamp":1767225600,"edge":"docs/a","reward":1,"note":0.5306}"#,
    r#"{"timestamp":1767225601,"edge":"docs/bb","reward":0,"note":0.12}"#,
    r#"{"timestamp":1767312000,"edge":"docs/ccc","reward":0.25,"note":"x, \"y\""}"#,
    r#"{"timestamp":"2026-01-02T10:00:00Z","edge":"docs/a","reward":true}"#,
    r#"{"timestamp":1767225603.5, "edge":"é/ü", "reward":"yes", "note":{"a":[1,{"b":"}"}],"c":null}}"#,
    r#" { "reward" : 1e0 , "edge" : 7 , "timestamp" : 1767225604 , "event_id" : null } "#,
    r#"{"ts":1767225605,"time":null,"arm":"z","click":0,"reward":null}"#,
    r#"{"edge":"a","action":"b","reward":1,"timestamp":1767225606,"time":1767999999}"#,
    r#"{"action":"b","edge":"a","label":"no","reward":"meh","timestamp":1767225606}"#,
    r#"{"source":"s","relation":"r","target":"t","outcome":0,"ts":1767225607}"#,
    r#"{"timestamp":1767225608,"edge":"","reward":1}"#,
    r#"{"timestamp":1767225608,"edge":null,"reward":1}"#,
    r#"{"timestamp":1767225609,"edge":"a\u0062","reward":1,"n\"":2}"#,
    r#"{"timestamp":1767225609,"edge":{"name":"a"},"reward":1}"#,
    r#"{"timestamp":1767225610,"edge":"a","reward":1,"event_id":"e1"}"#,
    r#"{"timestamp":1767225610,"edge":"a","reward":1,"served_at":1767225000,"note":[],"note":1}"#,
    r#"{"served_at":1767225610,"edge":"a","timestamp":"","reward":null}"#,
    r#"{"timestamp":1767225611,"edge":"a","reward":1,"edge":"a"}"#,
    r#"{"timestamp":1767225612000,"edge":"a","reward":1}"#,
    r#"{"timestamp":1767225612,"edge":"a","reward":1.5}"#,
    r#"{}"#,
    "",
];

/// A line, with some bytes changed in every third.
fn mangled(rng: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    const BYTES: &[u8] = b"\"\"\\{}[]:,, \t\r\x0c0019.-+eEtrufalsn/\x00\x1f\x7f\x80\xc3\xa9\xff";
    // Mostly the first, so that the spelling of a line before helps.
    let line = if rng.random_bool(0.5) { rng.random_range(0..3) } else { rng.random_range(0..LINES.len()) };
    let mut line = LINES[line].as_bytes().to_vec();
    if rng.random_bool(0.67) || line.is_empty() {
        return line;
    }
    for _ in 0..rng.random_range(1..3) {
        let (at, byte) = (rng.random_range(0..line.len()), BYTES[rng.random_range(0..BYTES.len())]);
        match rng.random_range(0..4) {
            0 => line[at] = byte,
            1 => line.insert(at, byte),
            2 => drop(line.drain(at..(at + rng.random_range(1..9)).min(line.len()))),
            // Some of it twice.
            _ => line.extend_from_within(at..),
        }
        if line.is_empty() {
            break;
        }
    }
    line.retain(|&byte| byte != b'\n');
    line
}

#[test]
fn lines_of_json_are_what_the_parser_makes_of_them() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    for file in 0..150 {
        let mut text = LINES[rng.random_range(0..4)].as_bytes().to_vec();
        for _ in 0..200 {
            text.push(b'\n');
            text.extend(mangled(&mut rng));
        }
        let zone = ["UTC", "Europe/Berlin"][file % 2];
        let shown = String::from_utf8_lossy(&text).into_owned();
        for on_error in [OnError::Keep, OnError::Fail] {
            assert_same(both(&text, &options(on_error, zone)), &shown);
        }
    }
}

#[test]
fn each_line_of_json_alone_is_what_the_parser_makes_of_it() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    for _ in 0..3_000 {
        let text = mangled(&mut rng);
        assert_same(both(&text, &options(OnError::Keep, "UTC")), &String::from_utf8_lossy(&text));
    }
}

#[test]
fn members_named_by_hand_are_found_in_plain_events_too() {
    let text = "{\"a\":1767225600,\"b\":\"x\",\"c\":1}\n{\"a\":1767225600,\"b\":\"y\",\"c\":0,\"d\":{\"e\":2}}\n";
    let named = |assignments: &[&str]| {
        let mut columns = Columns::default();
        assignments.iter().for_each(|assignment| columns.push(assignment).unwrap());
        Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() }
    };
    let all = both(text.as_bytes(), &named(&["time=a", "edge=b", "reward=c"]));
    assert!(all.iter().all(Result::is_ok));
    assert_same(all, text);
    let nowhere = both(text.as_bytes(), &named(&["time=a", "edge=b", "reward=c", "id=nowhere"]));
    assert!(nowhere[0].as_ref().is_err_and(|error| error.contains("nowhere")));
    assert_same(nowhere, text);
    assert_same(both(text.as_bytes(), &named(&["time=a", "edge=b,c", "reward=d.e"])), text);
    assert_same(both(text.as_bytes(), &named(&["time=a", "edge=c", "reward=c"])), text);
}

#[cfg(feature = "parquet")]
mod parquet {
    use std::sync::Arc;

    use arrow_array::types::{Int16Type, Int32Type};
    use arrow_array::*;
    use arrow_schema::{DataType, Field, Fields};
    use betadrift::replay::OnError;
    use parquet::arrow::arrow_writer::ArrowWriterOptions;
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus as Rng;

    use super::super::log_parquet::written;
    use super::{assert_same, both, options};

    /// Values of which some are missing.
    fn some<T>(
        rng: &mut Rng,
        rows: usize,
        missing: f64,
        mut value: impl FnMut(&mut Rng, usize) -> T,
    ) -> Vec<Option<T>> {
        (0..rows).map(|row| (!rng.random_bool(missing)).then(|| value(rng, row))).collect()
    }

    /// The end of the years that are read.
    const LAST_DAY: i64 = 106_651 * 86_400;

    fn times(rng: &mut Rng, rows: usize, missing: f64) -> ArrayRef {
        // Some out of the years that are read, some at midnight, some at the turn of a day in Berlin.
        let odd = rng.random_bool(0.3);
        let seconds = some(rng, rows, missing, |rng, row| match rng.random_range(0..40) {
            0 if odd => [-9_300_000_000, 9_300_000_000, LAST_DAY - 1, LAST_DAY, -1][row % 5],
            1 => 1_774_828_800,
            2 => 1_774_824_399 + rng.random_range(0..3),
            _ => 1_774_800_000 + rng.random_range(0..400_000),
        });
        let scaled = |unit: i64| {
            seconds
                .iter()
                .map(|time| time.map(|time| time.saturating_mul(unit).saturating_add(unit / 3)))
                .collect::<Vec<_>>()
        };
        let days = || seconds.iter().map(|time| time.map(|time| time.div_euclid(86_400)));
        match rng.random_range(0..15) {
            0 => Arc::new(TimestampSecondArray::from(seconds)),
            1 => Arc::new(TimestampSecondArray::from(seconds).with_timezone("UTC")),
            2 => Arc::new(TimestampMillisecondArray::from(scaled(1_000)).with_timezone("+01:00")),
            3 => Arc::new(TimestampMillisecondArray::from(scaled(1_000))),
            4 => Arc::new(TimestampMicrosecondArray::from(scaled(1_000_000)).with_timezone("UTC")),
            5 => Arc::new(TimestampMicrosecondArray::from(scaled(1_000_000))),
            6 => Arc::new(TimestampNanosecondArray::from(scaled(1_000_000_000)).with_timezone("UTC")),
            7 => Arc::new(TimestampNanosecondArray::from(scaled(1_000_000_000))),
            8 => Arc::new(Int64Array::from(seconds)),
            9 => Arc::new(Int64Array::from(scaled([1_000, 1_000_000, 1_000_000_000][rows % 3]))),
            10 => Arc::new(seconds.iter().map(|time| time.map(|time| time as u64)).collect::<UInt64Array>()),
            11 => Arc::new(seconds.iter().map(|time| time.map(|time| time as f64 + 0.5)).collect::<Float64Array>()),
            12 => Arc::new(days().map(|day| day.map(|day| day as i32)).collect::<Date32Array>()),
            13 => Arc::new(days().map(|day| day.map(|day| day * 86_400_000)).collect::<Date64Array>()),
            _ => {
                let text = |time: &Option<i64>| time.map(|time| format!("2026-03-{:02}T10:00:00Z", 1 + time % 40));
                Arc::new(seconds.iter().map(text).collect::<StringArray>())
            }
        }
    }

    fn edges(rng: &mut Rng, rows: usize, missing: f64) -> ArrayRef {
        let (many, empty) = ([1, 3, 300, 5_000][rng.random_range(0..4)], rng.random_bool(0.3));
        let names = some(rng, rows, missing, |rng, _| match rng.random_range(0..many) {
            0 if empty => String::new(),
            edge => format!("docs/section {edge}"),
        });
        let texts = || names.iter().map(Option::as_deref);
        let sizes = || names.iter().map(|name| name.as_ref().map(|name| name.len() as i64 - 13));
        match rng.random_range(0..10) {
            0..3 => Arc::new(texts().collect::<StringArray>()),
            3 => Arc::new(texts().collect::<LargeStringArray>()),
            4 => Arc::new(texts().collect::<StringViewArray>()),
            5 => Arc::new(texts().collect::<DictionaryArray<Int32Type>>()),
            6 => Arc::new(texts().collect::<DictionaryArray<Int16Type>>()),
            7 => Arc::new(sizes().collect::<Int64Array>()),
            8 => Arc::new(sizes().map(|size| size.map(|size| size % 2 == 0)).collect::<BooleanArray>()),
            _ => {
                let bytes = |name: &str| if name.ends_with('7') { vec![0xff, 0x41] } else { name.as_bytes().to_vec() };
                Arc::new(texts().map(|name| name.map(bytes)).collect::<BinaryArray>())
            }
        }
    }

    fn rewards(rng: &mut Rng, rows: usize, missing: f64) -> ArrayRef {
        let odd = rng.random_bool(0.5);
        let numbers = some(rng, rows, missing, |rng, _| match rng.random_range(0..30) {
            0 if odd => [2.0, -1.0, 100.0][rng.random_range(0..3)],
            _ => f64::from(rng.random_range(0..2u8)),
        });
        let parts = some(rng, rows, missing, |rng, _| match rng.random_range(0..30) {
            0 if odd => [f64::NAN, 1.5, -0.5, f64::INFINITY][rng.random_range(0..4)],
            1 => [-0.0, 1e-7, 1e-300, 0.3333333333333333][rng.random_range(0..4)],
            2..10 => rng.random_range(0.0..1.0),
            _ => f64::from(rng.random_range(0..11u8)) / 10.0,
        });
        match rng.random_range(0..10) {
            0 => Arc::new(numbers.iter().map(|x| x.map(|x| x as i8)).collect::<Int8Array>()),
            1 => Arc::new(numbers.iter().map(|x| x.map(|x| x as i32)).collect::<Int32Array>()),
            2 | 3 => Arc::new(numbers.iter().map(|x| x.map(|x| x as i64)).collect::<Int64Array>()),
            4 => Arc::new(numbers.iter().map(|x| x.map(|x| x as u64)).collect::<UInt64Array>()),
            5 => Arc::new(parts.iter().map(|x| x.map(|x| x as f32)).collect::<Float32Array>()),
            6 => Arc::new(Float64Array::from(parts)),
            7 => Arc::new(numbers.iter().map(|x| x.map(|x| x > 0.0)).collect::<BooleanArray>()),
            8 => {
                let units = numbers.iter().map(|x| x.map(|x| (x * 50.0) as i128)).collect::<Decimal128Array>();
                Arc::new(units.with_precision_and_scale(5, 2).unwrap())
            }
            _ => {
                const LABELS: [&str; 7] = ["yes", "no", " Partial ", "0.5", "1", "maybe", ""];
                let text = |x: &Option<f64>| x.map(|x| LABELS[(x * 7.0) as usize % 7]);
                Arc::new(parts.iter().map(text).collect::<StringArray>())
            }
        }
    }

    #[test]
    fn columns_of_every_type_are_what_they_are_row_by_row() {
        let mut rng = Rng::seed_from_u64(7);
        for file in 0..150 {
            let rows = rng.random_range(1..2_500);
            let missing = [0.0, 0.01, 0.5][rng.random_range(0..3)];
            let mut held: Vec<(&str, ArrayRef)> = vec![
                ("timestamp", times(&mut rng, rows, missing)),
                ("edge", edges(&mut rng, rows, missing)),
                ("reward", rewards(&mut rng, rows, missing)),
                ("propensity", Arc::new(Float64Array::new_null(rows))),
            ];
            if rng.random_bool(0.2) {
                held.push(("label", rewards(&mut rng, rows, 0.3)));
            }
            if rng.random_bool(0.2) {
                held.push(("served_at", times(&mut rng, rows, 0.3)));
            }
            let of: Vec<String> = held.iter().map(|(name, array)| format!("{name} {}", array.data_type())).collect();
            let properties = WriterProperties::builder()
                .set_max_row_group_row_count(Some(rng.random_range(100..3_000)))
                .set_data_page_row_count_limit(rng.random_range(50..2_000))
                .set_dictionary_enabled(rng.random_bool(0.8))
                .set_dictionary_page_size_limit([100, 2_000, 1 << 20][rng.random_range(0..3)])
                .set_write_batch_size(64)
                .set_writer_version([WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0][file % 2]);
            let schema = ArrowWriterOptions::new().with_skip_arrow_metadata(rng.random_bool(0.5));
            let bytes = written(&held, properties.build(), schema);
            let zone = ["UTC", "Europe/Berlin"][rng.random_range(0..2)];
            for on_error in [OnError::Keep, OnError::Fail] {
                assert_same(both(&bytes, &options(on_error, zone)), &format!("{file} {zone} {missing} {of:?}"));
            }
        }
    }

    #[test]
    fn an_edge_inside_a_struct_is_read_by_its_dictionary_too() {
        let mut rng = Rng::seed_from_u64(8);
        for missing in [0.0, 0.3] {
            let edges: ArrayRef = Arc::new(StringArray::from(some(&mut rng, 1_500, missing, |_, row| {
                ["a", "bb", "ccc"][row % 3].to_owned()
            })));
            let there = some(&mut rng, 1_500, missing, |_, _| ()).iter().map(Option::is_some).collect::<Vec<_>>();
            let fields = Fields::from(vec![Field::new("edge", DataType::Utf8, true)]);
            let about: ArrayRef = Arc::new(StructArray::new(fields, vec![edges], Some(there.into())));
            let held = [
                ("ts", times(&mut rng, 1_500, missing)),
                ("about", about),
                ("reward", rewards(&mut rng, 1_500, missing)),
                ("propensity", Arc::new(Float64Array::new_null(1_500)) as ArrayRef),
            ];
            let bytes = written(&held, WriterProperties::new(), ArrowWriterOptions::new());
            let mut options = options(OnError::Keep, "UTC");
            options.log.columns.push("edge=about.edge").unwrap();
            assert_same(both(&bytes, &options), &format!("{missing}"));
        }
    }

    #[test]
    fn a_long_row_group_is_read_in_pieces() {
        const ROWS: usize = 1_100_000;
        let times = Int64Array::from(vec![1_767_225_600; ROWS]);
        let edges = StringArray::from_iter_values((0..ROWS).map(|row| if row < ROWS / 2 { "a" } else { "b" }));
        let rewards = (0..ROWS as i64).map(|row| if row == 1_000_000 { 7 } else { row % 2 }).collect::<Int64Array>();
        let held: [(&str, ArrayRef); 3] =
            [("ts", Arc::new(times)), ("edge", Arc::new(edges)), ("reward", Arc::new(rewards))];
        let properties = WriterProperties::builder().set_max_row_group_row_count(None).build();
        let bytes = written(&held, properties, ArrowWriterOptions::new());
        let [replay, _] = both(&bytes, &options(OnError::Keep, "UTC"));
        let replay = replay.unwrap();
        assert_eq!(replay.rejects.iter().map(|reject| reject.line).collect::<Vec<_>>(), [1_000_001]);
        let pulls: Vec<f64> = replay.timeline.totals().iter().map(|counts| counts.pulls()).collect();
        assert_eq!(pulls, [550_000.0, 549_999.0]);
    }
}
