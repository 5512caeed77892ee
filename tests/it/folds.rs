//! Protects what is kept of a log beside its timeline: the same events, each once, whatever the order of rows, the split into
//! files and the number of threads.

use std::io::Cursor;

use betadrift::feedback::{Counts, Reward};
use betadrift::log::{Input, Reason};
use betadrift::replay::{Error, Keep, NoOrder, OnError, Options, Replay, Snapshot, replay};
use betadrift::timeline::Play;
use proptest::prelude::*;

const HEADER: &str = "timestamp,edge,reward,propensity,kind,event_id,served_at\n";

fn keeping() -> Options {
    let keep = Keep { cells: true, sequences: true, segments: true, weights: true, delays: true };
    let mut options = Options { keep, on_error: OnError::Skip, ..Options::default() };
    options.log.columns.push("segment=kind").unwrap();
    options
}

fn read(files: &[String], options: &Options) -> Replay {
    let input =
        |(at, text): (usize, &String)| Input::reader(&format!("{at}.csv"), Cursor::new(text.clone().into_bytes()));
    replay(files.iter().enumerate().map(input).collect(), options, &|_| {}).unwrap()
}

fn of(rows: &str) -> Replay {
    read(&[HEADER.to_owned() + rows], &keeping())
}

fn row() -> impl Strategy<Value = String> {
    let rewards = ["0", "1", "0.1", "0.333333333333333333", "partial", "7", ""];
    let propensities = ["", "0.5", "0.25", "0", "-0", "3", "-1", "NaN", "inf", "half"];
    let edges = prop::sample::select(vec!["a", "b,c", "d/e", ""]);
    let kinds = prop::sample::select(vec!["", "web", "app"]);
    // Few ids and hours, so that there are duplicates and conflicts.
    let id = prop_oneof![Just(String::new()), (0u32..12).prop_map(|id| id.to_string())];
    let values = (prop::sample::select(rewards.to_vec()), prop::sample::select(propensities.to_vec()));
    (0u32..90, edges, values, kinds, id).prop_map(|(hour, edge, (reward, propensity), kind, id)| {
        let (day, hour) = (1 + hour / 24, hour % 24);
        format!("2026-01-{day:02}T{hour:02}:00:00Z,\"{edge}\",{reward},{propensity},{kind},{id},\n")
    })
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// The rows in so many files, one after the other.
fn split(rows: &[String], files: usize) -> Vec<String> {
    let size = rows.len().div_ceil(files).max(1);
    rows.chunks(size).map(|rows| HEADER.to_owned() + &rows.concat()).collect()
}

fn adds_up(replay: &Replay) -> Result<(), TestCaseError> {
    let (timeline, cells) = (&replay.timeline, replay.cells.as_ref().unwrap());
    let (sequences, segments) =
        (replay.sequences.as_ref().unwrap().as_ref().unwrap(), replay.segments.as_ref().unwrap());
    let totals = timeline.totals();
    prop_assert_eq!(cells.edges(), timeline.edges());
    prop_assert_eq!(sequences.edges(), timeline.edges());
    let mut of_cells = vec![Counts::default(); totals.len()];
    for cell in cells.cells() {
        of_cells[cell.edge.index()] += cell.counts;
    }
    prop_assert_eq!(&of_cells, &totals);
    prop_assert_eq!(cells.events() as f64, replay.summary.events.to_f64());
    for (edge, _, plays) in sequences.iter() {
        let counts: Counts = plays.iter().map(|play| Counts::from(play.reward)).sum();
        prop_assert_eq!(counts, totals[edge.index()]);
        prop_assert!(plays.is_sorted_by_key(|play| play.nanoseconds));
        for day in timeline.days() {
            let of_day = plays.iter().filter(|play| play.day == day.day).map(|play| Counts::from(play.reward)).sum();
            let cell = day.cells.iter().find(|cell| cell.edge == edge);
            prop_assert_eq!(cell.map_or(Counts::default(), |cell| cell.counts), of_day);
        }
    }
    for day in timeline.days() {
        for (edge, _) in timeline.edges().iter() {
            let on = |cells: &betadrift::timeline::DayCells| -> Counts {
                cells.iter().filter(|cell| cell.edge == edge).map(|cell| cell.counts).sum()
            };
            let of_segments: Counts = segments.iter().map(|(_, segment)| on(segment.on(day.day))).sum();
            prop_assert_eq!(of_segments, on(&day.cells));
        }
    }
    for (_, segment) in segments {
        prop_assert_eq!(segment.edges(), timeline.edges());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_adds_up_to_the_timeline_in_any_order_split_and_number_of_threads(
        rows in prop::collection::vec(row(), 1..60),
        files in 1usize..4,
        (since, until) in (0i32..5, 0i32..5),
        edges in prop::sample::select(vec!["*", "b*", "[ad]*", "z"]),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let day = |day: i32| Some(format!("2026-01-{:02}", 1 + day).parse().unwrap());
        let cut = Options {
            since: day(since.min(until)),
            until: day(since.max(until)),
            edges: Some(glob::Pattern::new(edges).unwrap()),
            ..keeping()
        };
        // A good row, since a log of bad ones alone is refused.
        let mut rows = rows;
        rows.push("2026-01-01T00:30:00Z,a,1,0.5,,,\n".to_owned());
        let mature = Options { maturity: Some("36h".parse().unwrap()), ..keeping() };
        let both = Options { maturity: Some("20h".parse().unwrap()), ..cut.clone() };
        for options in [keeping(), cut, mature, both] {
            let whole = read(&split(&rows, 1), &options);
            adds_up(&whole)?;
            let parts = in_pool(2, || read(&split(&rows, files), &options));
            prop_assert_eq!(&parts.cells, &whole.cells);
            prop_assert_eq!(&parts.sequences, &whole.sequences);
            prop_assert_eq!(&parts.segments, &whole.segments);
            prop_assert_eq!(&parts.weights, &whole.weights);
            prop_assert_eq!(&parts.delays, &whole.delays);
            prop_assert_eq!(&parts.summary.skipped, &whole.summary.skipped);
            // Rows of one instant are in the order of the file; the rest does not depend on it at all.
            let mut turned = rows.clone();
            let half = shuffled.index(turned.len());
            turned.rotate_left(half);
            turned.reverse();
            let turned = read(&split(&turned, files), &options);
            prop_assert_eq!(&turned.cells, &whole.cells);
            prop_assert_eq!(&turned.segments, &whole.segments);
            prop_assert_eq!(&turned.weights, &whole.weights);
            prop_assert_eq!(&turned.delays, &whole.delays);
            // Nothing that is kept changes what is read.
            let plain = read(&split(&rows, 1), &Options { keep: Keep::default(), ..options });
            if !whole.summary.skipped.contains_key(&Reason::BadPropensity) {
                prop_assert_eq!((&plain.timeline, &plain.summary), (&whole.timeline, &whole.summary));
            }
            prop_assert!(plain.cells.is_none() && plain.sequences.is_none() && plain.segments.is_none());
        }
    }
}

#[test]
fn a_propensity_is_missing_kept_or_wrong() {
    let rows = ["", "0.25", " 0.25 ", "0", "1.5", "1e-3", "-0.1", "NaN", "inf", "a half"]
        .map(|propensity| format!("2026-01-01,a,1,{propensity},,,\n"));
    let replay = of(&rows.concat());
    let cells = replay.cells.unwrap();
    let found: Vec<_> = cells.cells().iter().map(|cell| (cell.propensity, cell.events)).collect();
    assert_eq!(found, [(None, 1), (Some(0.0), 1), (Some(0.001), 1), (Some(0.25), 2), (Some(1.5), 1)]);
    assert_eq!(replay.summary.skipped[&Reason::BadPropensity], 4);
    // Where nobody asks for propensities they may be anything; where somebody does, a wrong one has its place.
    let text = HEADER.to_owned() + &rows.concat();
    let strict = |keep| {
        let input = Input::reader("log.csv", Cursor::new(text.clone().into_bytes()));
        replay_of(input, Options { keep, ..Options::default() })
    };
    assert_eq!(strict(Keep::default()).unwrap().summary.events.to_f64(), 10.0);
    assert_eq!(strict(Keep { sequences: true, ..Keep::default() }).unwrap().summary.events.to_f64(), 10.0);
    let error = strict(Keep { cells: true, ..Keep::default() }).unwrap_err().to_string();
    assert!(error.contains("log.csv:8:16: `-0.1` is not a propensity; right is a number from 0 to 1"), "{error}");
}

fn replay_of(input: Input, options: Options) -> Result<Replay, Error> {
    replay(vec![input], &options, &|_| {})
}

#[test]
fn an_id_counts_once_in_what_is_kept() {
    // Of two duplicates the one that says more counts, wherever it stands; a conflict counts nowhere.
    let rows =
        ["2026-01-01T10:00:00Z,a,1,,,x,\n", "2026-01-01T10:00:00Z,a,1,0.5,web,x,\n", "2026-01-02,a,0,0.5,web,x,\n"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let replay = of(&order.map(|at| rows[at]).concat());
        let cells = replay.cells.unwrap();
        assert_eq!(cells.events(), 1);
        assert_eq!((cells.cells()[0].propensity, &*cells.segments()[cells.cells()[0].segment]), (Some(0.5), "web"));
        let sequences = replay.sequences.unwrap().unwrap();
        let plays = sequences.of(sequences.edges().get("a").unwrap());
        assert!(matches!(plays, [Play { reward: Reward::SUCCESS, .. }]), "{plays:?}");
        assert_eq!((replay.summary.duplicates, replay.summary.skipped[&Reason::ConflictingId]), (1, 1));
    }
}

#[test]
fn json_vowpal_and_decisions_have_propensities_too() {
    let cells = |text: &str| {
        let mut options = Options { keep: Keep { cells: true, ..Keep::default() }, ..Options::default() };
        options.log.assume_day = Some("2026-01-01".parse().unwrap());
        let cells = read(&[text.to_owned()], &options).cells.unwrap();
        cells.cells().iter().map(|cell| (cells.edges().name(cell.edge).to_owned(), cell.propensity)).collect::<Vec<_>>()
    };
    let json = "{\"ts\":\"2026-01-01\",\"arm\":\"a\",\"reward\":1,\"pscore\":0.125}\n\
                {\"ts\":\"2026-01-01\",\"arm\":\"b\",\"reward\":1,\"pscore\":null}\n";
    assert_eq!(cells(json), [("a".to_owned(), Some(0.125)), ("b".to_owned(), None)]);
    assert_eq!(cells("2:-1:0.5 | x\n1:0:0.25 | x\n"), [("1".to_owned(), Some(0.25)), ("2".to_owned(), Some(0.5))]);
    let decision = "{\"_label_cost\":-1,\"_label_probability\":0.8,\"_label_Action\":2,\"Timestamp\":\"2026-01-01\"}\n";
    assert_eq!(cells(decision), [("2".to_owned(), Some(0.8))]);
}

#[test]
fn counts_are_cells_without_propensity_and_have_no_order() {
    let replay =
        read(&["day,edge,successes,failures\n2026-01-01,a,3,4\n2026-01-02,a,1,0\n".to_owned()], &keeping_plain());
    let cells = replay.cells.unwrap();
    let cell = cells.cells()[0];
    assert_eq!((cells.cells().len(), cell.events, cell.propensity, cell.counts), (1, 8, None, Counts::whole(4, 4)));
    assert_eq!(replay.sequences, Some(Err(NoOrder)));
    assert_eq!(replay.segments.unwrap()[0].1, replay.timeline);
}

fn keeping_plain() -> Options {
    Options { keep: keeping().keep, ..Options::default() }
}

#[test]
fn a_snapshot_holds_nothing_beside_the_timeline() {
    let input = || vec![Input::reader("log.csv", Cursor::new(format!("{HEADER}2026-01-01,a,1,0.5,,,\n").into_bytes()))];
    let snapshot = Snapshot::read_logs(input(), &keeping_plain(), &|_| {}).unwrap();
    let plain = Snapshot::read_logs(input(), &Options::default(), &|_| {}).unwrap();
    assert_eq!(snapshot.to_bytes().unwrap(), plain.to_bytes().unwrap());
    assert!(snapshot.replay(&keeping_plain()).unwrap().cells.is_none());
}

/// The pulls of each day, and how many events are pending.
fn by_day(text: &str, maturity: &str, until: Option<&str>) -> (Vec<(String, f64)>, u64) {
    let options = Options {
        maturity: Some(maturity.parse().unwrap()),
        until: until.map(|day| day.parse().unwrap()),
        ..keeping_plain()
    };
    let replay = read(&[text.to_owned()], &options);
    let total = |day: &betadrift::timeline::DayCounts| day.cells.iter().map(|cell| cell.counts.pulls()).sum();
    let days: Vec<(String, f64)> = replay.timeline.days().iter().map(|day| (day.day.to_string(), total(day))).collect();
    // What is kept beside the timeline has the same events.
    assert_eq!(replay.cells.unwrap().events() as f64, replay.summary.events.to_f64());
    assert_eq!(replay.weights.unwrap().rows() as f64, replay.summary.events.to_f64());
    (days, replay.summary.pending)
}

#[test]
fn feedback_counts_on_the_day_on_which_it_has_arrived_and_is_mature() {
    let header = "timestamp,edge,reward,served_at\n";
    // Served on the 1st: answered at once, after three days, and not at all. Served on the 4th and answered at once.
    let text = header.to_owned()
        + "2026-01-01T10:00:00Z,a,1,2026-01-01T09:00:00Z\n2026-01-04T10:00:00Z,a,0,2026-01-01T09:00:00Z\n\
           ,a,,2026-01-01T09:00:00Z\n2026-01-04T11:00:00Z,b,1,2026-01-04T11:00:00Z\n";
    let day = |day: u32, pulls: f64| (format!("2026-01-{day:02}"), pulls);
    assert_eq!(by_day(&text, "2d", None), (vec![day(3, 1.0), day(4, 1.0)], 2));
    assert_eq!(by_day(&text, "1h", None), (vec![day(1, 1.0), day(4, 2.0)], 1));
    assert_eq!(by_day(&text, "30d", None), (vec![], 4));
    // As it was known on the 2nd: one answer had arrived, but was not mature.
    assert_eq!(by_day(&text, "2d", Some("2026-01-02")), (vec![], 2));
    assert_eq!(by_day(&text, "2d", Some("2026-01-03")), (vec![day(3, 1.0)], 1));
    // Numbers among the times of serving have a unit of their own.
    let text = header.to_owned() + "1767225600,a,1,1767139200000\n1767312000,a,1,1767225600000\n";
    assert_eq!(by_day(&text, "1d", None), (vec![day(1, 1.0), day(2, 1.0)], 0));
    assert_eq!(by_day(&text, "2d", None), (vec![day(2, 1.0)], 1));
}

#[test]
fn without_a_time_of_serving_feedback_is_mature_so_long_after_it_came() {
    let events = "timestamp,edge,reward\n2026-01-01T10:00:00Z,a,1\n2026-01-03T09:00:00Z,a,0\n";
    let replay = read(&[events.to_owned()], &Options { maturity: Some("36h".parse().unwrap()), ..keeping_plain() });
    assert_eq!((replay.timeline.span().unwrap().0.to_string(), replay.summary.pending), ("2026-01-02".to_owned(), 1));
    assert_eq!(replay.summary.unserved, 2);
    // Counts of a day: so many whole days later.
    let counts = "day,edge,successes,failures\n2026-01-01,a,3,4\n2026-01-03,a,1,1\n";
    assert_eq!(by_day(counts, "36h", None), (vec![("2026-01-03".to_owned(), 7.0)], 2));
}

#[test]
fn a_bad_time_of_serving_is_a_bad_row_only_where_it_is_asked_for() {
    let text = "timestamp,edge,reward,served_at\n2026-01-01T10:00:00Z,a,1,noon\n2026-01-01T10:00:00Z,a,1,\n";
    let options = |maturity: Option<&str>| Options {
        maturity: maturity.map(|window| window.parse().unwrap()),
        on_error: OnError::Skip,
        ..Options::default()
    };
    assert_eq!(read(&[text.to_owned()], &options(None)).summary.events.to_f64(), 2.0);
    assert_eq!(read(&[text.to_owned()], &options(Some("1s"))).summary.skipped[&Reason::BadTime], 1);
}
