//! Protects the join of exposures and outcomes: the first of each counts, within the window, and what does not count is counted;
//! neither order nor split nor threads change a bit.

use std::io::Cursor;

use betadrift::feedback::Counts;
use betadrift::log::{Input, Options as LogOptions, Reason};
use betadrift::replay::{Error, OnError, Options, Replay, attribute};
use proptest::prelude::*;

fn inputs(name: &str, files: &[impl AsRef<str>]) -> Vec<Input> {
    let input = |text: &dyn AsRef<str>| Input::reader(name, Cursor::new(text.as_ref().as_bytes().to_vec()));
    files.iter().map(|text| input(text)).collect()
}

fn join_files(exposures: &[String], outcomes: &[String], window: &str, options: &Options) -> Result<Replay, Error> {
    let (exposures, outcomes) = (inputs("exposures", exposures), inputs("outcomes", outcomes));
    attribute(exposures, outcomes, window.parse().unwrap(), options, &|_| {})
}

fn join_with(exposures: &str, outcomes: &str, options: &Options) -> Result<Replay, Error> {
    join_files(&[exposures.to_owned()], &[outcomes.to_owned()], "7d", options)
}

/// Joins within a week rows of `user_id,timestamp,experiment_id,variation_id` and `user_id,timestamp`.
fn join(exposures: &[&str], outcomes: &[&str]) -> Replay {
    let (exposures, outcomes) = tables(exposures, outcomes);
    join_with(&exposures, &outcomes, &Options::default()).unwrap()
}

fn tables(exposures: &[&str], outcomes: &[&str]) -> (String, String) {
    let table = |header: &str, rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    (table("user_id,timestamp,experiment_id,variation_id", exposures), table("user_id,timestamp", outcomes))
}

fn message(exposures: &str, outcomes: &str) -> String {
    join_with(exposures, outcomes, &Options::default()).unwrap_err().to_string()
}

fn totals(replay: &Replay) -> Vec<(&str, Counts)> {
    replay.timeline.edges().iter().map(|(_, name)| name).zip(replay.timeline.totals()).collect()
}

fn days(replay: &Replay) -> Vec<String> {
    replay.timeline.days().iter().map(|day| day.day.to_string()).collect()
}

/// (pending, duplicates, exposures to other variations, ignored)
fn left_out(replay: &Replay) -> (u64, u64, u64, f64) {
    let others = replay.summary.skipped.get(&Reason::OtherVariation).copied().unwrap_or_default();
    (replay.summary.pending, replay.summary.duplicates, others, replay.summary.ignored.to_f64())
}

const LATE: &str = "nobody,2026-03-01";

#[test]
fn an_outcome_within_the_window_is_a_success_on_its_day_and_none_a_failure_on_the_day_the_window_ends() {
    let replay = join(&["1,2026-01-01T12:00:00Z,x,a", "2,2026-01-01T12:00:00Z,x,b"], &["1,2026-01-03T12:00:00Z", LATE]);
    assert_eq!(totals(&replay), [("x/a", Counts::whole(1, 0)), ("x/b", Counts::whole(0, 1))]);
    assert_eq!(days(&replay), ["2026-01-03", "2026-01-08"]);
    assert_eq!(left_out(&replay), (0, 0, 0, 1.0), "an outcome of a unit that was never exposed is ignored");
}

#[test]
fn the_window_holds_both_its_ends() {
    for (at, successes) in [
        ("2026-01-01T11:59:59.999999999Z", 0),
        ("2026-01-01T12:00:00Z", 1),
        ("2026-01-08T12:00:00Z", 1),
        ("2026-01-08T12:00:00.000000001Z", 0),
    ] {
        let replay = join(&["1,2026-01-01T12:00:00Z,x,a"], &[&format!("1,{at}"), LATE]);
        assert_eq!(replay.timeline.totals(), [Counts::whole(successes, 1 - successes)], "{at}");
        assert_eq!(left_out(&replay).3, if successes == 1 { 1.0 } else { 2.0 }, "{at}");
    }
}

#[test]
fn an_exposure_younger_than_the_window_is_pending() {
    let exposures = ["1,2026-01-01,x,a", "2,2026-01-02,x,a", "3,2026-01-05,x,b"];
    let replay = join(&exposures, &["3,2026-01-08"]);
    assert_eq!(totals(&replay), [("x/a", Counts::whole(0, 1)), ("x/b", Counts::whole(1, 0))]);
    assert_eq!(left_out(&replay), (1, 0, 0, 0.0), "of 1 the window ends with the data, of 2 it does not");
    let replay = join(&exposures[1..2], &[]);
    assert_eq!((totals(&replay), left_out(&replay).0), (vec![("x/a", Counts::default())], 1), "an edge all the same");
    // The latest exposure ends the data, too.
    assert_eq!(totals(&join(&["1,2026-01-01,x,a", "2,2026-02-01,x,a"], &[])), [("x/a", Counts::whole(0, 1))]);
}

#[test]
fn only_the_first_exposure_of_a_unit_counts_and_the_others_are_counted() {
    let exposures = [
        "1,2026-01-04,x,a",
        "1,2026-01-02,x,b",
        "1,2026-01-03,x,b",
        "1,2026-01-02,y,a",
        "1,2026-01-02,x,b",
        "2,2026-01-02,x,a",
    ];
    let replay = join(&exposures, &["1,2026-01-09", "1,2026-01-10", LATE]);
    assert_eq!(
        totals(&replay),
        [("x/a", Counts::whole(0, 1)), ("x/b", Counts::whole(1, 0)), ("y/a", Counts::whole(1, 0))],
        "an outcome counts in each experiment of its unit"
    );
    assert_eq!(
        left_out(&replay),
        (0, 2, 1, 2.0),
        "b again twice, a as another variation; the second outcome and the late"
    );
    let kept = Options { on_error: OnError::Keep, ..Options::default() };
    let (exposures, outcomes) = tables(&exposures, &[LATE]);
    let replay = join_with(&exposures, &outcomes, &kept).unwrap();
    assert_eq!((replay.rejects[0].line, replay.rejects[0].reason), (2, Reason::OtherVariation));
    assert_eq!(replay.rejects[0].row, b"2026-01-04T00:00:00Z,x/a");
}

#[test]
fn of_two_variations_at_one_time_the_first_by_name_stays() {
    for exposures in [["1,2026-01-01,x,b", "1,2026-01-01,x,a"], ["1,2026-01-01,x,a", "1,2026-01-01,x,b"]] {
        let replay = join(&exposures, &["1,2026-01-02"]);
        assert_eq!((totals(&replay), left_out(&replay)), (vec![("x/a", Counts::whole(1, 0))], (0, 0, 1, 0.0)));
    }
}

#[test]
fn outcomes_may_have_values() {
    let exposures = "subject,timestamp,variation\n1,2026-01-01,a\n2,2026-01-01,b\n3,2026-01-01,c\n4,2026-01-01,d\n";
    let outcomes = "subject,timestamp,value\n1,2026-01-02,0.25\n1,2026-01-03,1\n2,2026-01-02,0\n3,2026-01-02,yes\n\
                    4,2026-01-02,0.5\n4,2026-01-02,0.125\n";
    let replay = join_with(exposures, outcomes, &Options::default()).unwrap();
    let successes: Vec<f64> = replay.timeline.totals().iter().map(|counts| counts.successes.to_f64()).collect();
    assert_eq!(successes, [0.25, 0.0, 1.0, 0.125], "the first counts; of two at one time the lesser");
    assert!(replay.timeline.totals().iter().all(|counts| counts.pulls() == 1.0));
    for (value, expected) in [
        ("49.9", "outcomes:2:14: the reward `49.9` is not in [0, 1]"),
        ("NaN", "outcomes:2:14: the reward `NaN` is not in [0, 1]"),
        ("-1", "outcomes:2:14: the reward `-1` is not in [0, 1]"),
        ("bought", "outcomes:2:14: the label `bought` has no reward; give it one with --reward-map"),
        ("", "outcomes:2:14: the reward is missing"),
    ] {
        let text = message(exposures, &format!("subject,timestamp,value\n1,2026-01-02,{value}\n"));
        assert!(text.contains(expected), "{text}");
    }
    // In JSON a value that is null, or not there, is that of something that happened.
    let json = "{\"subject\":1,\"timestamp\":\"2026-01-02\",\"value\":null}\n{\"subject\":\"2\",\"timestamp\":\"2026-01-02\"}\n";
    let replay = join_with(exposures, json, &Options::default()).unwrap();
    assert_eq!(replay.summary.events.to_f64(), 2.0);
    assert!(replay.timeline.totals().iter().all(|counts| counts.failures.to_f64() == 0.0));
}

#[test]
fn the_tables_of_known_tools_need_no_flags() {
    let expected = [("exp%2F1/control", Counts::whole(1, 0)), ("exp%2F1/test", Counts::whole(0, 1))];
    let late = "2026-01-20";
    for (exposures, outcomes) in [
        // GrowthBook
        (
            "user_id,anonymous_id,timestamp,experiment_id,variation_id,browser\n\
             1,x,2026-01-01,exp/1,control,f\n2,y,2026-01-01,exp/1,test,f\n",
            format!("timestamp,user_id,anonymous_id\n2026-01-02,1,\n{late},9,\n"),
        ),
        // Eppo
        (
            "{\"subject\":\"1\",\"timestamp\":\"2026-01-01\",\"experiment\":\"exp/1\",\"variation\":\"control\",\"featureFlag\":\"f\"}\n\
             {\"subject\":\"2\",\"timestamp\":\"2026-01-01\",\"experiment\":\"exp/1\",\"variation\":\"test\"}\n",
            format!("subject\ttimestamp\n1\t2026-01-02\n9\t{late}\n"),
        ),
        // Statsig, first exposures
        (
            "company_id,unit_id,unit_type,exposure_type,name,rule,experiment_group,first_exposure_utc,as_of_pst_date\n\
             c,1,user_id,get_experiment,exp/1,r,control,2026-01-01,2026-01-30\n\
             c,2,user_id,get_experiment,exp/1,r,test,2026-01-01,2026-01-30\n",
            format!("unit_id,ts\n1,2026-01-02\n9,{late}\n"),
        ),
        // Statsig, in a warehouse
        (
            "ts,user_id,experiment_name,group_id\n2026-01-01,1,exp/1,control\n2026-01-01,2,exp/1,test\n",
            format!("user_id,ts\n1,2026-01-02\n9,{late}\n"),
        ),
    ] {
        assert_eq!(totals(&join_with(exposures, &outcomes, &Options::default()).unwrap()), expected, "{exposures}");
    }
}

#[test]
fn other_columns_are_named_by_hand() {
    let columns = |assignments: &[&str]| {
        let mut log = LogOptions::default();
        assignments.iter().for_each(|assignment| log.columns.push(assignment).unwrap());
        Options { log, ..Options::default() }
    };
    let exposures = "who,when,what,where\n1,2026-01-01,a,x\n";
    let (outcomes, json) =
        ("customer,at,won\n1,2026-01-02,0.5\n", "{\"customer\":1,\"at\":\"2026-01-02\",\"won\":0.5}\n");
    let all = ["unit=who,customer", "served_at=when", "variation=what", "experiment=where", "time=at", "reward=won"];
    for outcomes in [outcomes, json] {
        let replay = join_with(exposures, outcomes, &columns(&all)).unwrap();
        assert_eq!(totals(&replay)[0].0, "x/a");
        assert_eq!(replay.timeline.totals()[0].successes.to_f64(), 0.5);
    }
    let missing = |without: &str| {
        let named: Vec<&str> = all.iter().copied().filter(|assignment| !assignment.starts_with(without)).collect();
        join_with(exposures, outcomes, &columns(&named)).unwrap_err().to_string()
    };
    assert!(missing("unit").contains("exposures:1:1: no column for the unit; name it with --column unit=NAME"));
    assert!(missing("served_at").contains("(known names: exposure_time, "), "{}", missing("served_at"));
    assert!(missing("variation").contains("no column for the variation"));
    assert!(missing("time").contains("outcomes:1:1: no column for the time"));
    let known = "(known names: timestamp, time, ts, outcome_time, event_time, event_timestamp, converted_at)";
    assert!(missing("time").contains(known), "{}", missing("time"));
    for nowhere in ["unit=nobody", "variation=nothing", "reward=none"] {
        let error = join_with("user_id,ts,group\n", "user_id,ts\n", &columns(&[nowhere])).unwrap_err();
        assert!(matches!(error, Error::ColumnNowhere(_)), "{nowhere}: {error}");
    }
    let never = join_with("user_id,ts,group\n1,2026-01-01,a\n", json, &columns(&["unit=user_id,buyer"])).unwrap_err();
    assert!(never.to_string().contains("no column `user_id` for the unit"), "{never}");
}

#[test]
fn wrong_rows_are_said_with_their_place() {
    let good = "user_id,timestamp\n1,2026-01-02\n";
    for (row, expected) in [
        (",2026-01-01,x,a", "exposures:2:1: the unit is missing"),
        ("1,soon,x,a", "exposures:2:3: `soon` is not a time"),
        ("1,,x,a", "exposures:2:3: the time is missing"),
        ("1,2026-01-01,,a", "exposures:2:14: the edge is empty"),
        ("1,2026-01-01,x,", "exposures:2:16: the edge is empty"),
        ("1,2026-01-01,x", "exposures:2:1: the row ends after 3 of 4 fields"),
    ] {
        let text = message(&tables(&[row], &[]).0, good);
        assert!(text.contains(expected), "{text}");
    }
    let exposures = tables(&["1,2026-01-01,x,a"], &[]).0;
    assert!(message(&exposures, "user_id,timestamp\n,2026-01-02\n").contains("outcomes:2:1: the unit is missing"));
    assert!(message("", good).contains("exposures: the file is empty"));
    assert!(message(&exposures, "").contains("outcomes: the file is empty"));
    assert!(message("{\"user_id\":1,\"timestamp\":NaN}\n", good).contains("exposures:1:26: not a JSON object"));
    let skip = Options { on_error: OnError::Skip, ..Options::default() };
    let replay = join_with(&format!("{exposures},2026-01-01,x,a\n"), good, &skip).unwrap();
    assert_eq!((replay.summary.skipped[&Reason::EmptyUnit], replay.summary.events.to_f64()), (1, 1.0));
}

#[test]
fn tables_without_rows_are_tables() {
    let (exposures, outcomes) = tables(&[], &[]);
    let (exposures, outcomes) = (exposures.trim_end(), outcomes.trim_end());
    let replay = join_with(exposures, outcomes, &Options::default()).unwrap();
    assert!(replay.timeline.is_empty() && left_out(&replay) == (0, 0, 0, 0.0));
    assert_eq!(left_out(&join(&[], &["1,2026-01-01"])).3, 1.0);
}

#[test]
fn a_latest_row_far_behind_all_others_is_a_clock_gone_wrong() {
    let (exposures, outcomes) = tables(&["1,2026-01-01,x,a"], &["2,2026-01-02", "3,2226-01-02"]);
    let text = message(&exposures, &outcomes);
    assert!(text.starts_with("outcomes:3:1: 2226-01-02 lies far from the rest"), "{text}");
    let until = Options { until: Some("2026-01-31".parse().unwrap()), ..Options::default() };
    assert_eq!(join_with(&exposures, &outcomes, &until).unwrap().summary.events.to_f64(), 1.0);
    let exposures = tables(&["1,1970-01-01,x,a", "2,2026-01-01,x,a", "3,2026-01-01,x,a"], &[]).0;
    let text = message(&exposures, "user_id,timestamp\n2,2026-01-02\n3,2026-01-02\n");
    assert!(text.starts_with("exposures:2:1: 1970-01-08 lies far from the rest"), "{text}");
}

#[test]
fn days_are_those_of_the_zone_and_a_day_of_the_window_has_24_hours() {
    let log = LogOptions { zone: "Europe/Berlin".parse().unwrap(), ..LogOptions::default() };
    let (exposures, outcomes) = tables(&["1,2026-03-28 23:30:00,x,a"], &[LATE, "9,2026-05-01"]);
    let options = Options { log, ..Options::default() };
    let replay = join_files(&[exposures], &[outcomes], "1d", &options).unwrap();
    assert_eq!(days(&replay), ["2026-03-30"], "the clock was put forward in between");
}

/// A row: unit, hour, experiment, variation; and one: unit, hour, value.
type Rows = (Vec<(u8, u32, u8, u8)>, Vec<(u8, u32, u8)>);

fn rows() -> impl Strategy<Value = Rows> {
    let exposures = prop::collection::vec((0u8..8, 0u32..400, 0u8..2, 0u8..3), 0..40);
    let outcomes = prop::collection::vec((0u8..10, 0u32..400, 0u8..4), 0..40);
    (exposures, outcomes)
}

fn at(hour: u32) -> String {
    format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24)
}

fn written((exposures, outcomes): &Rows) -> (Vec<String>, Vec<String>) {
    let exposure = |&(unit, hour, experiment, variation): &(u8, u32, u8, u8)| {
        format!("{unit},{},{experiment},{variation}\n", at(hour))
    };
    let outcome = |&(unit, hour, value): &(u8, u32, u8)| format!("{unit},{},0.{value}\n", at(hour));
    (exposures.iter().map(exposure).collect(), outcomes.iter().map(outcome).collect())
}

fn join_rows(exposures: &[&[String]], outcomes: &[&[String]], options: &Options) -> Replay {
    let table = |header: &str, rows: &&[String]| format!("{header}\n{}", rows.concat());
    let exposures: Vec<String> = exposures.iter().map(|rows| table("user_id,ts,experiment,variation", rows)).collect();
    let outcomes: Vec<String> = outcomes.iter().map(|rows| table("user_id,ts,value", rows)).collect();
    join_files(&exposures, &outcomes, "50h", options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_split_nor_threads_change_a_bit(
        rows in rows(),
        keys in prop::collection::vec(any::<u32>(), 80),
        cut in 0usize..40,
    ) {
        let (exposures, outcomes) = written(&rows);
        let whole = join_rows(&[&exposures], &[&outcomes], &Options::default());
        let shuffled = |rows: Vec<String>, keys: &[u32]| {
            let mut rows: Vec<(u32, String)> = keys.iter().copied().zip(rows).collect();
            rows.sort();
            rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
        };
        let (exposures, outcomes) = (shuffled(exposures, &keys[..40]), shuffled(outcomes, &keys[40..]));
        let (head, tail) = exposures.split_at(cut.min(exposures.len()));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let other = pool.install(|| join_rows(&[head, tail], &[&outcomes], &Options::default()));
        prop_assert_eq!(&other.timeline, &whole.timeline);
        prop_assert_eq!(&other.summary, &whole.summary);
    }

    #[test]
    fn every_row_is_counted_somewhere(rows in rows()) {
        let (exposures, outcomes) = written(&rows);
        let replay = join_rows(&[&exposures], &[&outcomes], &Options::default());
        let (pending, duplicates, others, ignored) = left_out(&replay);
        let mut units: Vec<(u8, u8)> = rows.0.iter().map(|&(unit, _, experiment, _)| (unit, experiment)).collect();
        units.sort_unstable();
        units.dedup();
        prop_assert_eq!(replay.summary.events.to_f64() + pending as f64, units.len() as f64);
        prop_assert_eq!(units.len() as u64 + duplicates + others, exposures.len() as u64);
        prop_assert!(ignored <= outcomes.len() as f64);
    }

    #[test]
    fn the_days_of_a_cut_are_those_of_the_whole(rows in rows(), last in 0u32..18) {
        let (exposures, outcomes) = written(&rows);
        let until = format!("2026-01-{:02}", 1 + last).parse().unwrap();
        let whole = join_rows(&[&exposures], &[&outcomes], &Options::default()).timeline;
        let options = Options { until: Some(until), ..Options::default() };
        let cut = join_rows(&[&exposures], &[&outcomes], &options).timeline;
        let named = |timeline: &betadrift::timeline::Timeline| {
            let cells = timeline.days().iter().filter(|day| day.day <= until).flat_map(|day| {
                day.cells.iter().map(|cell| (day.day, timeline.edges().name(cell.edge).to_owned(), cell.counts))
            });
            cells.collect::<Vec<_>>()
        };
        prop_assert_eq!(named(&cut), named(&whole));
        prop_assert!(cut.days().iter().all(|day| day.day <= until));
    }
}

#[cfg(feature = "cli")]
mod command_line {
    use std::process::{Command, Output};

    use super::*;

    fn run(arguments: &[&str]) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let (exposures, outcomes) =
            tables(&["1,2026-01-01,x,a", "2,2026-01-01,x,b"], &["1,2026-01-03", "9,2026-02-01"]);
        std::fs::write(folder.path().join("exposures.csv"), exposures).unwrap();
        std::fs::write(folder.path().join("outcomes.csv"), outcomes).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        command.current_dir(&folder).args(arguments).output().unwrap()
    }

    const TABLES: [&str; 5] = ["exposures.csv", "--outcomes", "outcomes.csv", "--attribution", "7d"];

    #[test]
    fn every_verb_that_reads_logs_joins_tables() {
        for verb in
            [&["replay"][..], &["convergence"], &["report", "--out", "report"], &["plot", "pulls", "--out", "p.svg"]]
        {
            let output = run(&[verb, &TABLES].concat());
            assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("2 events from 2 files") && said.contains("1 ignored"), "{verb:?}: {said}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for (arguments, expected) in [
            (&["replay", "exposures.csv", "--outcomes", "outcomes.csv"][..], "--attribution"),
            (&["replay", "exposures.csv", "--attribution", "7d"], "--outcomes"),
            (&["replay", "exposures.csv", "--outcomes", "outcomes.csv", "--attribution", "7"], "write it as 7d"),
            (&["replay", "exposures.csv", "--outcomes", "exposures.csv", "--attribution", "7d"], "is given twice"),
            (&["replay", "exposures.csv", "--column", "unit=user_id"], "--column unit"),
            (&[&["replay"][..], &TABLES, &["--from", "x"]].concat(), "--from"),
            (&[&["replay"][..], &TABLES, &["--snapshot", "x"]].concat(), "--snapshot"),
            (&[&["replay"][..], &TABLES, &["--column", "edge=x"]].concat(), "--column edge"),
            (&[&["replay"][..], &TABLES, &["--column", "unit=nobody"]].concat(), "no column `nobody` for the unit"),
            (&[&["replay"][..], &TABLES, &["--output", "outcomes.csv"]].concat(), "would overwrite"),
        ] {
            let output = run(arguments);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(2) && said.contains(expected), "{arguments:?}: {said}");
        }
    }
}
