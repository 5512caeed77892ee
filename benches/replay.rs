//! How the time of a replay grows with events, edges, days and ids, and by format; items are events.

use std::io::Cursor;

use betadrift::log::Input;
use betadrift::replay::{Options, replay};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

/// How events are spread.
#[derive(Clone, Copy)]
struct Shape {
    events: u64,
    edges: u64,
    days: u64,
}

const USUAL: Shape = Shape { events: 200_000, edges: 1_000, days: 30 };

impl Shape {
    /// The rows of a log in order of time: the time, the edge, the reward.
    fn rows(self) -> impl Iterator<Item = (String, u64, u64)> {
        (0..self.events).map(move |event| {
            // Months of 28 days, so that every day exists.
            let day = event * self.days / self.events;
            let (year, month, day) = (2026 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
            let time = format!("{year}-{month:02}-{day:02}T10:{:02}:07.730000Z", event % 60);
            // A multiplicative hash spreads the edges (Knuth, TAOCP 6.4).
            (time, event.wrapping_mul(2_654_435_761) % self.edges, event & 1)
        })
    }

    fn csv(self) -> String {
        let rows = self.rows().map(|(time, edge, reward)| format!("{time},edge/{edge},{reward},0.08333333333333333\n"));
        "timestamp,edge,reward,propensity\n".to_owned() + &rows.collect::<String>()
    }

    fn with_ids(self) -> String {
        let rows =
            self.rows().zip(0u64..).map(|((time, edge, reward), id)| format!("{time},edge/{edge},{reward},{id}\n"));
        "timestamp,edge,reward,event_id\n".to_owned() + &rows.collect::<String>()
    }

    fn json_lines(self) -> String {
        let row = |(time, edge, reward)| {
            format!("{{\"timestamp\":\"{time}\",\"edge\":\"edge/{edge}\",\"reward\":{reward}}}\n")
        };
        self.rows().map(row).collect()
    }

    #[cfg(feature = "parquet")]
    fn parquet(self) -> Vec<u8> {
        use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
        let second = |event| (1_767_225_600 + event * self.days * 86_400 / self.events) as i64;
        let times =
            TimestampMicrosecondArray::from_iter_values((0..self.events).map(|event| second(event) * 1_000_000));
        let edges = self.rows().map(|(_, edge, _)| format!("edge/{edge}"));
        let rewards = self.rows().map(|(.., reward)| reward as i64);
        let columns: [(&str, ArrayRef); 3] = [
            ("timestamp", std::sync::Arc::new(times.with_timezone("UTC"))),
            ("edge", std::sync::Arc::new(StringArray::from_iter_values(edges))),
            ("reward", std::sync::Arc::new(Int64Array::from_iter_values(rewards))),
        ];
        let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
        let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("known types");
        writer.write(&batch).expect("memory can be written to");
        writer.into_inner().expect("memory can be written to")
    }
}

fn read(bencher: Bencher<'_, '_>, events: u64, log: impl Into<Vec<u8>>) {
    let log = log.into();
    let counters = bencher.counter(ItemsCount::new(events)).counter(BytesCount::new(log.len()));
    counters
        .with_inputs(|| vec![Input::reader("log", Cursor::new(log.clone()))])
        .bench_local_values(|inputs| replay(inputs, &Options::default(), &|_| {}).map(|replay| replay.summary.events));
}

#[divan::bench(args = [20_000, 200_000, 2_000_000], sample_count = 5)]
fn events(bencher: Bencher<'_, '_>, events: u64) {
    read(bencher, events, Shape { events, ..USUAL }.csv());
}

#[divan::bench(args = [1, 1_000, 100_000], sample_count = 5)]
fn edges(bencher: Bencher<'_, '_>, edges: u64) {
    read(bencher, USUAL.events, Shape { edges, ..USUAL }.csv());
}

#[divan::bench(args = [1, 30, 365], sample_count = 5)]
fn days(bencher: Bencher<'_, '_>, days: u64) {
    read(bencher, USUAL.events, Shape { days, ..USUAL }.csv());
}

#[divan::bench(sample_count = 5)]
fn ids(bencher: Bencher<'_, '_>) {
    read(bencher, USUAL.events, USUAL.with_ids());
}

#[divan::bench(sample_count = 5)]
fn json_lines(bencher: Bencher<'_, '_>) {
    read(bencher, USUAL.events, USUAL.json_lines());
}

#[cfg(feature = "parquet")]
#[divan::bench(args = [1_000, 100_000], sample_count = 5)]
fn parquet(bencher: Bencher<'_, '_>, edges: u64) {
    let events = 2_000_000;
    read(bencher, events, Shape { events, edges, ..USUAL }.parquet());
}
