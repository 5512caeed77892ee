//! Protects the values of Parquet logs: whatever their types, they say what a CSV of the same rows says.

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::types::{Float16Type, Int8Type, Int32Type};
use arrow_array::*;
use arrow_schema::{DataType, Field, Fields};
use betadrift::feedback::Day;
use betadrift::log::{Columns, Input, Options as LogOptions, TimeUnit};
use betadrift::replay::{Error, OnError, Options, Replay, replay};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

pub(super) fn read_as(bytes: &[u8], options: &Options) -> Result<Replay, Error> {
    replay(vec![Input::reader("log", Cursor::new(bytes.to_vec()))], options, &|_| {})
}

pub(super) fn read(bytes: impl AsRef<[u8]>) -> Replay {
    read_as(bytes.as_ref(), &Options::default()).unwrap()
}

pub(super) fn message(bytes: impl AsRef<[u8]>) -> String {
    read_as(bytes.as_ref(), &Options::default()).unwrap_err().to_string()
}

pub(super) fn columns(assignments: &[&str]) -> Options {
    let mut columns = Columns::default();
    assignments.iter().for_each(|assignment| columns.push(assignment).unwrap());
    Options { log: LogOptions { columns, ..LogOptions::default() }, ..Options::default() }
}

fn in_berlin() -> Options {
    let zone = "Europe/Berlin".parse().unwrap();
    Options { log: LogOptions { zone, ..LogOptions::default() }, ..Options::default() }
}

pub(super) fn written(
    columns: &[(&str, ArrayRef)],
    properties: WriterProperties,
    options: ArrowWriterOptions,
) -> Vec<u8> {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, array.clone(), true)));
    let batch = batch.unwrap();
    let options = options.with_properties(properties);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

pub(super) fn file(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    written(columns, WriterProperties::new(), ArrowWriterOptions::new())
}

/// A file of three events whose time, edge and reward are of any types.
pub(super) fn log(time: ArrayRef, edge: ArrayRef, reward: ArrayRef) -> Vec<u8> {
    file(&[("timestamp", time), ("edge", edge), ("reward", reward)])
}

pub(super) const CSV: &str =
    "timestamp,edge,reward\n2026-03-29T22:30:00Z,a,1\n2026-03-30T10:00:00Z,b/c,0\n2026-03-30T10:00:00Z,a,1\n";

/// The times of that log in seconds.
pub(super) const TIMES: [i64; 3] = [1_774_823_400, 1_774_864_800, 1_774_864_800];

pub(super) fn times() -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(TIMES.map(|time| time * 1_000_000)).with_timezone("UTC"))
}

pub(super) fn edges() -> ArrayRef {
    Arc::new(StringArray::from_iter_values(["a", "b/c", "a"]))
}

pub(super) fn rewards() -> ArrayRef {
    Arc::new(Int64Array::from_iter_values([1, 0, 1]))
}

#[test]
fn times_of_every_unit_say_the_same() {
    let utc = |array: ArrayRef| array;
    let times: [ArrayRef; 14] = [
        Arc::new(TimestampSecondArray::from_iter_values(TIMES).with_timezone("UTC")),
        Arc::new(TimestampMillisecondArray::from_iter_values(TIMES.map(|time| time * 1_000)).with_timezone("+01:00")),
        utc(times()),
        Arc::new(
            TimestampNanosecondArray::from_iter_values(TIMES.map(|time| time * 1_000_000_000)).with_timezone("UTC"),
        ),
        // Local times are read in the zone, which is UTC here.
        Arc::new(TimestampSecondArray::from_iter_values(TIMES)),
        Arc::new(TimestampMillisecondArray::from_iter_values(TIMES.map(|time| time * 1_000))),
        Arc::new(TimestampNanosecondArray::from_iter_values(TIMES.map(|time| time * 1_000_000_000))),
        Arc::new(Int64Array::from_iter_values(TIMES)),
        Arc::new(Int64Array::from_iter_values(TIMES.map(|time| time * 1_000))),
        Arc::new(UInt64Array::from_iter_values(TIMES.map(|time| time as u64 * 1_000_000_000))),
        Arc::new(UInt32Array::from_iter_values(TIMES.map(|time| time as u32))),
        Arc::new(Float64Array::from_iter_values(TIMES.map(|time| time as f64 + 0.123_457))),
        Arc::new(
            Decimal128Array::from_iter_values(TIMES.map(|time| i128::from(time) * 1_000))
                .with_precision_and_scale(16, 3)
                .unwrap(),
        ),
        Arc::new(StringViewArray::from_iter_values([
            "2026-03-29 22:30:00Z",
            "2026-03-30T10:00:00Z",
            "2026-03-30T10:00:00Z",
        ])),
    ];
    for time in times {
        let of = time.data_type().clone();
        assert_eq!(read(log(time, edges(), rewards())).timeline, read(CSV).timeline, "{of}");
    }
}

#[test]
fn instants_and_local_times_fall_on_the_days_of_the_zone() {
    let days = |time: ArrayRef| {
        let replay = read_as(&log(time, edges(), rewards()), &in_berlin()).unwrap();
        replay.timeline.days().iter().map(|day| day.day.to_string()).collect::<Vec<_>>()
    };
    let micros = TIMES.map(|time| time * 1_000_000);
    let instants = TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC");
    assert_eq!(days(Arc::new(instants)), ["2026-03-30"], "half past midnight in Berlin");
    assert_eq!(days(Arc::new(TimestampMicrosecondArray::from_iter_values(micros))), ["2026-03-29", "2026-03-30"]);
    let day: Day = "2026-03-29".parse().unwrap();
    let dates = [day.days(), day.days() + 1, day.days() + 1];
    assert_eq!(days(Arc::new(Date32Array::from_iter_values(dates))), ["2026-03-29", "2026-03-30"]);
    let dates = dates.map(|day| i64::from(day) * 86_400_000);
    assert_eq!(days(Arc::new(Date64Array::from_iter_values(dates))), ["2026-03-29", "2026-03-30"]);
    let midnights = Date64Array::from_iter_values(dates);
    let midnights = TimestampMillisecondArray::from_iter_values(midnights.values().iter().copied());
    assert_eq!(days(Arc::new(midnights)), ["2026-03-29", "2026-03-30"]);
}

#[test]
fn a_unit_given_by_hand_counts_for_numbers() {
    let early = Int64Array::from_iter_values([86_400_000, 86_400_000, 172_800_000]);
    let bytes = log(Arc::new(early), edges(), rewards());
    let options = |unit| Options { log: LogOptions { time_unit: unit, ..LogOptions::default() }, ..Options::default() };
    let days = |unit| {
        let timeline = read_as(&bytes, &options(unit)).unwrap().timeline;
        timeline.days().iter().map(|day| day.day.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(days(Some(TimeUnit::Milliseconds)), ["1970-01-02", "1970-01-03"]);
    assert_eq!(days(None), ["1972-09-27", "1975-06-24"]);
}

#[test]
fn legacy_times_are_instants() {
    let schema = "message log { required int96 ts; required binary edge; required double reward; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::new())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let legacy = |seconds: i64| {
        let (days, of_day) =
            (seconds.div_euclid(86_400) + 2_440_588, seconds.rem_euclid(86_400) as u64 * 1_000_000_000);
        let mut legacy = Int96::new();
        legacy.set_data(of_day as u32, (of_day >> 32) as u32, days as u32);
        legacy
    };
    column.typed::<Int96Type>().write_batch(&TIMES.map(legacy), None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let edges = ["a", "b/c", "a"].map(ByteArray::from);
    column.typed::<ByteArrayType>().write_batch(&edges, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[1.0, 0.0, 1.0], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let bytes = writer.into_inner().unwrap();
    for options in [Options::default(), in_berlin()] {
        let timeline = |bytes: &[u8]| read_as(bytes, &options).unwrap().timeline;
        assert_eq!(timeline(&bytes), timeline(CSV.as_bytes()));
    }
}

#[test]
fn rewards_of_every_type_say_the_same() {
    let rewards: [ArrayRef; 14] = [
        Arc::new(BooleanArray::from(vec![true, false, true])),
        Arc::new(Int8Array::from_iter_values([1, 0, 1])),
        Arc::new(Int16Array::from_iter_values([1, 0, 1])),
        Arc::new(Int32Array::from_iter_values([1, 0, 1])),
        Arc::new(UInt8Array::from_iter_values([1, 0, 1])),
        Arc::new(UInt16Array::from_iter_values([1, 0, 1])),
        Arc::new(PrimitiveArray::<Float16Type>::from_iter_values([1.0f32, 0.0, 1.0].map(half))),
        Arc::new(Float32Array::from_iter_values([1.0, -0.0, 1.0])),
        Arc::new(Float64Array::from_iter_values([1.0, 0.0, 1.0])),
        Arc::new(Decimal128Array::from_iter_values([100, 0, 100]).with_precision_and_scale(5, 2).unwrap()),
        Arc::new(StringArray::from_iter_values(["accepted", " No", "1.0"])),
        Arc::new(LargeStringArray::from_iter_values(["YES", "rejected", "true"])),
        Arc::new(vec!["yes", "0", "yes"].into_iter().collect::<DictionaryArray<Int8Type>>()),
        Arc::new(BinaryArray::from_iter_values([b"1", b"0", b"1"])),
    ];
    for reward in rewards {
        let of = reward.data_type().clone();
        assert_eq!(read(log(times(), edges(), reward)).timeline, read(CSV).timeline, "{of}");
    }
}

fn half(x: f32) -> <Float16Type as arrow_array::ArrowPrimitiveType>::Native {
    <Float16Type as arrow_array::ArrowPrimitiveType>::Native::from_f32(x)
}

#[test]
fn a_float_is_the_decimal_that_was_written() {
    let csv =
        "timestamp,edge,reward\n2026-03-29T22:30:00Z,a,0.1\n2026-03-30T10:00:00Z,b/c,0.7\n2026-03-30T10:00:00Z,a,0.3\n";
    let rewards: [ArrayRef; 3] = [
        Arc::new(Float32Array::from_iter_values([0.1, 0.7, 0.3])),
        Arc::new(Float64Array::from_iter_values([0.1, 0.7, 0.3])),
        Arc::new(Decimal128Array::from_iter_values([1, 7, 3]).with_precision_and_scale(3, 1).unwrap()),
    ];
    for reward in rewards {
        assert_eq!(read(log(times(), edges(), reward)).timeline, read(csv).timeline);
    }
}

#[test]
fn edges_of_every_type_are_named_by_their_text() {
    let csv = "timestamp,edge,reward\n2026-03-29T22:30:00Z,1,1\n2026-03-30T10:00:00Z,0,0\n2026-03-30T10:00:00Z,1,1\n";
    let edges: [ArrayRef; 9] = [
        Arc::new(StringArray::from_iter_values(["1", "0", "1"])),
        Arc::new(LargeStringArray::from_iter_values(["1", "0", "1"])),
        Arc::new(StringViewArray::from_iter_values(["1", "0", "1"])),
        Arc::new(vec!["1", "0", "1"].into_iter().collect::<DictionaryArray<Int32Type>>()),
        Arc::new(BinaryViewArray::from_iter_values(["1", "0", "1"])),
        Arc::new(Int32Array::from_iter_values([1, 0, 1])),
        Arc::new(UInt64Array::from_iter_values([1, 0, 1])),
        Arc::new(Decimal128Array::from_iter_values([1, 0, 1]).with_precision_and_scale(38, 0).unwrap()),
        Arc::new(DictionaryArray::<Int8Type>::new(vec![1, 0, 1].into(), Arc::new(Int64Array::from(vec![0, 1])))),
    ];
    for edge in edges {
        let of = edge.data_type().clone();
        assert_eq!(read(log(times(), edge, rewards())).timeline, read(csv).timeline, "{of}");
    }
    let named = csv.replace(",1,1", ",true,1").replace(",0,0", ",false,0");
    let edge = Arc::new(BooleanArray::from(vec![true, false, true]));
    assert_eq!(read(log(times(), edge, rewards())).timeline, read(named).timeline);
}

#[test]
fn an_event_without_time_and_reward_is_pending_where_it_was_served() {
    let served: ArrayRef = times();
    let none = |of: &DataType| new_null_array(of, 3);
    let bytes = file(&[
        ("timestamp", none(&DataType::Timestamp(arrow_schema::TimeUnit::Millisecond, None))),
        ("served_at", served),
        ("edge", edges()),
        ("reward", none(&DataType::Float64)),
    ]);
    assert_eq!(read(bytes).summary.pending, 3);
}

#[test]
fn ids_tell_copies_apart() {
    let twice: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_iter([[7u8; 16], [8; 16], [7; 16]].iter()).unwrap());
    let at: ArrayRef = Arc::new(Int64Array::from_iter_values([TIMES[0]; 3]));
    let bytes = file(&[("ts", at), ("edge", edges()), ("reward", rewards()), ("event_id", twice)]);
    assert_eq!(read(&bytes).summary.duplicates, 1);
    assert_eq!(
        read_as(&bytes, &Options { log: LogOptions { ids: false, ..LogOptions::default() }, ..Options::default() })
            .unwrap()
            .summary
            .duplicates,
        0
    );
}

#[test]
fn members_of_structs_are_dotted() {
    let fields =
        Fields::from(vec![Field::new("score", DataType::Float64, true), Field::new("note", DataType::Utf8, true)]);
    let scores: ArrayRef = Arc::new(Float64Array::from(vec![0.5, 0.5, 0.25]));
    let notes: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", "z"]));
    let nulls = vec![true, true, false].into();
    let feedback = StructArray::new(fields, vec![scores, notes], Some(nulls));
    let bytes = file(&[("ts", times()), ("feedback", Arc::new(feedback)), ("edge", edges())]);
    let text = read_as(&bytes, &columns(&["reward=feedback.score"])).unwrap_err().to_string();
    assert!(text.contains("1 row is bad") && text.contains("log:row 3: the reward is missing"), "{text}");
    let skip = Options { on_error: OnError::Skip, ..columns(&["reward=feedback.score", "edge=edge,feedback.note"]) };
    let replay = read_as(&bytes, &skip).unwrap();
    let names: Vec<&str> = replay.timeline.edges().iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["a/x", "b%2Fc/y"]);
    assert_eq!(replay.timeline.totals()[0].successes.to_f64(), 0.5);
    let text = message(&bytes);
    assert!(
        text.contains("no column for the reward") && text.contains("ts,feedback.score,feedback.note,edge"),
        "{text}"
    );
}

#[test]
fn columns_that_hold_no_single_values_are_refused_by_name() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>((0..3).map(|row| Some(vec![Some(row)])));
    let text = message(log(times(), edges(), Arc::new(lists)));
    assert!(text.starts_with("log: the column `reward` holds a list"), "{text}");
    let lists: ArrayRef =
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>((0..3).map(|row| Some(vec![Some(row)]))));
    let beside = file(&[("label", lists), ("ts", times()), ("edge", edges()), ("reward", rewards())]);
    assert_eq!(read(beside).timeline, read(CSV).timeline, "there is another reward");
    let clock = Time32SecondArray::from_iter_values([1, 2, 3]);
    let text = message(log(Arc::new(clock), edges(), rewards()));
    assert!(text.starts_with("log: the column `timestamp` holds a time of day"), "{text}");
    assert!(message(file(&[("a", edges()), ("b", edges())])).contains("no column for the time"));
}

#[test]
fn times_that_no_log_has_are_bad_rows() {
    let far = TimestampMicrosecondArray::from(vec![i64::MAX, i64::MIN, TIMES[0] * 1_000_000]).with_timezone("UTC");
    let text = message(log(Arc::new(far), edges(), rewards()));
    assert!(text.contains("log:row 1: ") && text.contains("log:row 2: ") && text.contains("2 rows are bad"), "{text}");
    let far = Date32Array::from(vec![i32::MAX, i32::MIN, 0]);
    let text = message(log(Arc::new(far), edges(), rewards()));
    assert!(text.contains("2 rows are bad"), "{text}");
    let ones = || -> ArrayRef { Arc::new(Int64Array::from_iter_values([1, 1, 1])) };
    let far = Arc::new(Date32Array::from(vec![i32::MAX, i32::MIN, 0]));
    let text = message(file(&[("day", far), ("edge", edges()), ("successes", ones()), ("failures", ones())]));
    assert!(text.contains("log:row 1: `day 2147483647 since 1970` is not a day") && text.contains("2 rows"), "{text}");
}
