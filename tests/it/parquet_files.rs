//! Protects Parquet files: codecs, encodings, row groups and threads make no difference, counts come back to the bit, and
//! what is damaged is refused in words.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::*;
use arrow_schema::{DataType, Schema};
use betadrift::feedback::{Counts, Day, Tally};
use betadrift::log::{CountsRow, Digest, counts_parquet};
use betadrift::replay::{OnError, Options};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};

use super::log_parquet::{CSV, TIMES, columns, edges, log, message, read, read_as, rewards, times, written};

/// A longer log, of several row groups, as CSV and as columns.
fn long() -> (String, Vec<(&'static str, ArrayRef)>) {
    let rows: Vec<(i64, String, f64)> = (0..20_000i64)
        .map(|row| (1_767_225_600 + row * 77, format!("edge {}", row * row % 37), f64::from((row % 11) as u8) / 10.0))
        .collect();
    let lines: String = rows.iter().map(|(time, edge, reward)| format!("{time},{edge},{reward}\n")).collect();
    let time = Int64Array::from_iter_values(rows.iter().map(|(time, ..)| *time));
    let edge = StringArray::from_iter_values(rows.iter().map(|(_, edge, _)| edge));
    let reward = Float64Array::from_iter_values(rows.iter().map(|(.., reward)| *reward));
    let note = ListArray::from_iter_primitive::<Int32Type, _, _>((0..20_000).map(|row| Some(vec![Some(row); 3])));
    let columns: Vec<(&str, ArrayRef)> =
        vec![("note", Arc::new(note)), ("ts", Arc::new(time)), ("arm", Arc::new(edge)), ("reward", Arc::new(reward))];
    ("ts,arm,reward\n".to_owned() + &lines, columns)
}

#[test]
fn codecs_encodings_and_row_groups_make_no_difference() {
    let (csv, columns) = long();
    let expected = read(csv).timeline;
    let write = |properties| written(&columns, properties, ArrowWriterOptions::new().with_skip_arrow_metadata(true));
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ];
    for codec in codecs {
        let properties = WriterProperties::builder().set_compression(codec).set_max_row_group_row_count(Some(3_000));
        assert_eq!(read(write(properties.build())).timeline, expected, "{codec:?}");
    }
    for dictionary in [true, false] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder().set_dictionary_enabled(dictionary).set_writer_version(version);
            let properties = properties.set_data_page_row_count_limit(500).set_max_row_group_row_count(Some(7_777));
            assert_eq!(read(write(properties.build())).timeline, expected, "{dictionary} {version:?}");
        }
    }
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    let properties = properties.set_column_encoding("reward".into(), Encoding::BYTE_STREAM_SPLIT);
    let properties = properties.set_column_encoding("arm".into(), Encoding::DELTA_BYTE_ARRAY);
    assert_eq!(read(write(properties.build())).timeline, expected);
}

#[test]
fn threads_make_no_difference() {
    let (_, mut columns) = long();
    let rewards = Float64Array::from_iter((0..20_000).map(|row| (row % 1_000 != 999).then_some(f64::from(row % 3))));
    columns[3].1 = Arc::new(rewards);
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1_500)).build();
    let bytes = written(&columns, properties, ArrowWriterOptions::new());
    let run = |threads, on_error| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read_as(&bytes, &Options { on_error, ..Options::default() }))
    };
    let (one, four) = (run(1, OnError::Keep).unwrap(), run(4, OnError::Keep).unwrap());
    assert_eq!((&one.timeline, &one.summary, &one.rejects), (&four.timeline, &four.summary, &four.rejects));
    assert_eq!(one.inputs, four.inputs);
    assert_eq!(one.inputs[0].1, Digest::of(&bytes));
    assert!(one.rejects.len() > 6_000);
    let (one, four) = (run(1, OnError::Fail).unwrap_err(), run(4, OnError::Fail).unwrap_err());
    assert_eq!(one.to_string(), four.to_string());
}

#[test]
fn bad_rows_are_told_by_their_numbers() {
    let rewards = Float64Array::from(vec![Some(1.0), Some(1.5), Some(f64::NAN), None, Some(0.0)]);
    let edges = StringArray::from(vec![Some("a"), Some("b"), Some("b"), Some("b"), None]);
    let times = Int64Array::from(vec![TIMES[0]; 5]);
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let held: [(&str, ArrayRef); 3] =
        [("reward", Arc::new(rewards)), ("time", Arc::new(times)), ("edge\u{7}", Arc::new(edges))];
    let bytes = written(&held, properties, ArrowWriterOptions::new());
    let text = read_as(&bytes, &columns(&["edge=edge\u{7}"])).unwrap_err().to_string();
    for expected in [
        "4 rows are bad:",
        "log:row 2: the reward `1.5` is not in [0, 1]",
        "log:row 3: the reward `NaN` is not in [0, 1]",
        "log:row 4: the reward is missing",
        "log:row 5: the edge is empty",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let keep = Options { on_error: OnError::Keep, ..columns(&["edge=edge\u{7}"]) };
    let rejects = read_as(&bytes, &keep).unwrap().rejects;
    let places: Vec<_> = rejects.iter().map(|reject| (reject.line, reject.column)).collect();
    assert_eq!(places, [(2, 1), (3, 1), (4, 1), (5, 1)]);
    let row = String::from_utf8(rejects[2].row.clone()).unwrap();
    assert_eq!(row, r#"{"reward":null,"time":"1774823400","edge\u0007":"b"}"#);
    assert!(message(&bytes).contains("the header is reward,time,edge\\u{7}"), "{}", message(&bytes));
}

#[test]
fn files_without_rows_or_columns_are_what_they_are() {
    let none = |of: &DataType| new_empty_array(of);
    let empty = log(none(&DataType::Int64), none(&DataType::Utf8), none(&DataType::Float64));
    assert!(read(empty).timeline.is_empty());
    let schema = Arc::new(Schema::empty());
    let writer = ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
    assert!(message(writer.into_inner().unwrap()).contains("no column for the time"));
}

#[test]
fn counts_come_back_to_the_bit() {
    let parse = |text: &str| text.parse::<Tally>().unwrap();
    let day: Day = "2026-01-31".parse().unwrap();
    let row = |edge, successes, failures| {
        let counts = Counts { successes: parse(successes), failures: parse(failures) };
        CountsRow { day, edge, counts, alpha: 1.5, beta: 2.0 }
    };
    // Thirds do not fit a double; tenths do, as decimals.
    let rows = [row("a", "0.1", "12"), row("b", "0.333333333333333333", "0.9"), row("c,\"d\"\n", "123456789.1", "0")];
    let csv: String = rows
        .iter()
        .map(|CountsRow { edge, counts, .. }| {
            format!("{day},\"{}\",{},{}\n", edge.replace('"', "\"\""), counts.successes, counts.failures)
        })
        .collect();
    let expected = read(format!("day,edge,successes,failures\n{csv}")).timeline;
    let bytes = counts_parquet(&rows).unwrap();
    assert_eq!(read(&bytes).timeline, expected);
    let types = |bytes: Vec<u8>| {
        let metadata = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
        metadata.unwrap().schema().fields().iter().map(|field| field.data_type().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(types(bytes), ["Date32", "Utf8", "Decimal128(38, 20)", "Float64", "Float64", "Float64"]);
    assert_eq!(types(counts_parquet(&[rows[0], rows[2]]).unwrap())[2], "Float64");
    assert!(read(counts_parquet(&[]).unwrap()).timeline.is_empty());
}

#[test]
fn what_is_damaged_is_refused_or_read_but_never_a_panic() {
    let (_, columns) = long();
    let columns: Vec<_> = columns.iter().map(|(name, array)| (*name, array.slice(0, 400))).collect();
    for (compression, version) in
        [(Compression::UNCOMPRESSED, WriterVersion::PARQUET_2_0), (Compression::SNAPPY, WriterVersion::PARQUET_1_0)]
    {
        let properties = WriterProperties::builder().set_compression(compression).set_writer_version(version);
        let properties = properties.set_max_row_group_row_count(Some(150)).build();
        let bytes = written(&columns, properties, ArrowWriterOptions::new());
        for cut in (4..bytes.len()).step_by(7) {
            assert!(message(&bytes[..cut]).starts_with("log: the Parquet file is damaged"), "{cut}");
        }
        for at in (4..bytes.len()).step_by(3) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            if let Err(error) = read_as(&damaged, &Options { on_error: OnError::Skip, ..Options::default() }) {
                let text = error.to_string();
                assert!(text.len() < 2_000 && !text.contains('\u{1b}'), "{at}: {text}");
            }
        }
    }
}

#[test]
fn what_is_encrypted_or_of_an_unknown_codec_is_said() {
    assert!(message(b"PARE\x15\x04").contains("an encrypted Parquet file"));
    assert!(message(b"PAR1").contains("damaged, cut short or of a kind that is not read"));
    let mut encrypted = log(times(), edges(), rewards());
    let end = encrypted.len() - 1;
    encrypted[end] = b'E';
    assert!(message(encrypted).contains("ncrypt"));
}

#[cfg(feature = "compression")]
#[test]
fn a_compressed_stream_is_read_as_well() {
    let bytes = log(times(), edges(), rewards());
    let zipped = zstd::encode_all(&bytes[..], 1).unwrap();
    let replay = read(&zipped);
    assert_eq!(replay.timeline, read(CSV).timeline);
    assert_eq!(replay.inputs[0].1, Digest::of(&zipped));
    assert!(message(&zipped[..zipped.len() / 2]).contains("the zstd data is damaged or cut short"));
}
