//! Protects the replay: neither the order of rows, nor their split into files, nor the number of threads changes a bit.

use std::io::Cursor;

use betadrift::feedback::{Counts, Day, Reward};
use betadrift::log::{Input, LogWriter, LoggedEvent};
use betadrift::replay::{OnError, Options, Replay, replay};
use betadrift::timeline::{Timeline, View};
use proptest::prelude::*;

/// A row of a log: hour since 2026-01-01, edge, reward, id; some of them bad.
fn row() -> impl Strategy<Value = String> {
    let reward = prop_oneof![
        Just("0".to_owned()),
        Just("1".to_owned()),
        Just("0.1".to_owned()),
        Just("0.333333333333333333".to_owned()),
        Just("partial".to_owned()),
        Just("7".to_owned()),
        (0.0f64..=1.0).prop_map(|reward| reward.to_string()),
    ];
    (0u32..200, prop::sample::select(vec!["a", "\"b,\nc\"", "d/e", ""]), reward, 0u32..40).prop_map(
        |(hour, edge, reward, id)| {
            let (day, hour) = (1 + hour / 24, hour % 24);
            let id = if id < 20 { id.to_string() } else { String::new() };
            format!("2026-01-{day:02}T{hour:02}:00:00Z,{edge},{reward},{id}\n")
        },
    )
}

fn read(files: &[Vec<String>]) -> Replay {
    let input = |(index, rows): (usize, &Vec<String>)| {
        let text = "timestamp,edge,reward,event_id\n".to_owned() + &rows.concat();
        Input::reader(&format!("file {index}"), Cursor::new(text.into_bytes()))
    };
    let options = Options { on_error: OnError::Skip, ..Options::default() };
    replay(files.iter().enumerate().map(input).collect(), &options, &|_| {}).unwrap_or_default()
}

fn read_counts(text: String) -> Timeline {
    replay(vec![Input::reader("counts", Cursor::new(text.into_bytes()))], &Options::default(), &|_| {})
        .unwrap()
        .timeline
}

/// A timeline as counts.
fn written(timeline: &Timeline) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["day", "edge", "successes", "failures"]).unwrap();
    for day in timeline.days() {
        for cell in &day.cells {
            let Counts { successes, failures } = cell.counts;
            let name = timeline.edges().name(cell.edge);
            csv.write_record([&day.day.to_string(), name, &successes.to_string(), &failures.to_string()]).unwrap();
        }
    }
    String::from_utf8(csv.into_inner().unwrap()).unwrap()
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_split_changes_a_bit(
        rows in prop::collection::vec(row(), 0..80),
        keys in prop::collection::vec(any::<u32>(), 80),
        cut in 0usize..80,
    ) {
        let whole = read(std::slice::from_ref(&rows));
        let mut shuffled: Vec<(u32, String)> = keys.into_iter().zip(rows).collect();
        shuffled.sort();
        let mut shuffled: Vec<String> = shuffled.into_iter().map(|(_, row)| row).collect();
        let tail = shuffled.split_off(cut.min(shuffled.len()));
        let other = read(&[shuffled, tail]);
        prop_assert_eq!(other.timeline, whole.timeline);
        prop_assert_eq!(other.summary, whole.summary);
    }

    #[test]
    fn counts_written_and_read_back_are_the_same_to_the_bit(rows in prop::collection::vec(row(), 0..60)) {
        let timeline = read(&[rows]).timeline;
        prop_assert_eq!(&read_counts(written(&timeline)), &timeline);
    }
}

/// A log of several blocks, with a bad row now and then.
fn large() -> String {
    let mut text = "ts,edge,reward,event_id\n".to_owned();
    for row in 0..60_000u32 {
        let (day, edge, reward) = (1 + row % 28, row % 97, if row % 7_001 == 7_000 { "x" } else { "0.3" });
        let id = if row % 3 == 0 { format!("\"{}\n\"", row % 50_000) } else { String::new() };
        text += &format!("2026-01-{day:02}T00:00:00Z,edge {edge},{reward},{id}\n");
    }
    text
}

#[test]
fn any_number_of_threads_gives_the_same_to_the_last_message() {
    let text = large();
    let read = |on_error| {
        let input = Input::reader("log", Cursor::new(text.clone().into_bytes()));
        replay(vec![input], &Options { on_error, ..Options::default() }, &|_| {})
    };
    let summary = |replay: Replay| (replay.timeline, replay.summary, replay.inputs, replay.rejects);
    let one = in_pool(1, || (read(OnError::Fail).unwrap_err().to_string(), summary(read(OnError::Keep).unwrap())));
    for threads in [2, 5] {
        let many =
            in_pool(threads, || (read(OnError::Fail).unwrap_err().to_string(), summary(read(OnError::Keep).unwrap())));
        assert_eq!(many, one);
    }
    assert!(one.0.contains("log:9336:"), "ids with line breaks make the 7001st row line 9336 or so: {}", one.0);
}

#[test]
fn a_thousand_times_the_events_need_no_more_memory_in_the_timeline() {
    let log = |events: usize| "ts,edge,reward\n".to_owned() + &"2026-01-01,a,1\n2026-01-03,b,0\n".repeat(events);
    let shape = |timeline: Timeline| timeline.days().iter().map(|day| day.cells.len()).collect::<Vec<_>>();
    assert_eq!(shape(read_counts(log(1))), shape(read_counts(log(1_000))));
}

#[test]
fn what_the_writer_writes_is_what_the_reader_reads() {
    let mut log = LogWriter::new(Vec::new()).unwrap();
    let day = 86_400_000_000_000i64;
    let rewards: [Reward; 3] = ["0.1", "1", "0"].map(|reward| reward.parse().unwrap());
    for (id, reward) in rewards.into_iter().enumerate() {
        let time = (id as i64 + 1) * day - 1;
        let feedback = Some((time, reward));
        log.write(&LoggedEvent {
            served_at: 0,
            feedback,
            edge: "a,\"b\"",
            position: None,
            propensity: Some(0.1),
            id: id as u64,
        })
        .unwrap();
    }
    log.write(&LoggedEvent { served_at: 5, feedback: None, edge: "c", position: None, propensity: None, id: 3 })
        .unwrap();
    let input = Input::reader("log", Cursor::new(log.finish().unwrap()));
    let replay = replay(vec![input], &Options::default(), &|_| {}).unwrap();
    let days: Vec<Day> = replay.timeline.days().iter().map(|day| day.day).collect();
    assert_eq!(days, [0, 1, 2].map(Day::from_days), "a nanosecond before midnight is rounded down");
    assert_eq!(replay.timeline.totals()[0].successes.to_f64(), 1.1);
    assert_eq!(replay.summary.pending, 1);
}

#[test]
fn views_forget() {
    let text = "day,edge,successes,failures\n2026-01-01,a,8,0\n2026-01-02,b,0,4\n2026-01-04,a,0,1\n";
    let timeline = read_counts(text.to_owned());
    assert_eq!(timeline.last(View::Cumulative), [(8.0, 1.0), (0.0, 4.0)]);
    assert_eq!(timeline.last(View::window(3).unwrap()), [(0.0, 1.0), (0.0, 4.0)]);
    assert_eq!(timeline.last(View::window(4).unwrap()), [(8.0, 1.0), (0.0, 4.0)]);
    assert_eq!(timeline.last(View::window(u32::MAX).unwrap()), [(8.0, 1.0), (0.0, 4.0)]);
    assert_eq!(timeline.last(View::half_life(1.0).unwrap()), [(1.0, 1.0), (0.0, 1.0)]);
    assert!(View::window(0).is_err() && View::half_life(0.0).is_err() && View::half_life(f64::NAN).is_err());
    let mut mornings = Vec::new();
    timeline.walk(View::window(1).unwrap(), |state| mornings.push((state.morning.to_vec(), state.evening.to_vec())));
    assert_eq!(mornings[1], (vec![(0.0, 0.0), (0.0, 0.0)], vec![(0.0, 0.0), (0.0, 4.0)]));
    assert_eq!(mornings[2].1, [(0.0, 0.0), (0.0, 0.0)], "a day without feedback is a day");
}

#[test]
fn timelines_can_be_cut() {
    let text = "day,edge,successes,failures\n2026-01-01,a,8,0\n2026-01-02,b,0,4\n2026-01-04,a,0,1\n";
    let timeline = read_counts(text.to_owned());
    let day = |day: &str| day.parse().unwrap();
    assert_eq!(
        timeline.between(day("2026-01-02"), day("2026-01-09")).totals(),
        [Counts::whole(0, 1), Counts::whole(0, 4)]
    );
    let only_b = timeline.clone().only(|edge| edge == "b");
    assert_eq!(only_b.totals(), [Counts::whole(0, 4)]);
    assert_eq!(only_b.span(), Some((day("2026-01-02"), day("2026-01-02"))));
    assert_eq!(timeline.clone().only(|_| true), timeline);
}
