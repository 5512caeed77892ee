//! Protects the reading of beliefs that were written down as they stood, such as buildlog's `bandit_state.jsonl`: their
//! differences are the feedback, the first is the prior, and neither order nor split changes a bit.

use std::io::Cursor;

use betadrift::beta::Beta;
use betadrift::feedback::Counts;
use betadrift::log::{Input, Options as LogOptions, Reason, TimeUnit};
use betadrift::posterior::update;
use betadrift::replay::{OnError, Options, Replay, replay};
use betadrift::timeline::View;
use proptest::prelude::*;

fn row(context: &str, rule: &str, (alpha, beta): (f64, f64), hour: u32) -> String {
    let (day, hour) = (1 + hour / 24, hour % 24);
    format!(
        "{{\"context\": \"{context}\", \"rule_id\": \"{rule}\", \"alpha\": {alpha:?}, \"beta\": {beta:?}, \
         \"is_seed\": true, \"updated_at\": \"2026-01-{day:02}T{hour:02}:00:00.123456+00:00\"}}\n"
    )
}

fn read_files(files: &[String], options: &Options) -> Replay {
    let input = |text: &String| Input::reader("state", Cursor::new(text.clone().into_bytes()));
    replay(files.iter().map(input).collect(), options, &|_| {}).unwrap()
}

fn read(text: &str) -> Replay {
    read_files(&[text.to_owned()], &Options::default())
}

fn message(text: &str) -> String {
    let input = Input::reader("state", Cursor::new(text.as_bytes().to_vec()));
    replay(vec![input], &Options::default(), &|_| {}).unwrap_err().to_string()
}

/// What is believed of an edge in the end, setting out from the prior that was read.
fn posterior(replay: &Replay, edge: &str) -> Beta {
    let prior = replay.priors.iter().find(|(name, _)| **name == *edge).unwrap().1;
    let index = replay.timeline.edges().get(edge).unwrap().index();
    update(prior, replay.timeline.last(View::Cumulative)[index])
}

#[test]
fn differences_are_feedback_and_the_first_belief_is_the_prior() {
    let text = [
        row("types", "a/1", (3.0, 1.0), 0),
        row("types", "a/1", (4.0, 1.0), 1),
        row("tests", "a/1", (1.0, 1.0), 2),
        row("types", "a/1", (4.25, 1.75), 30),
    ];
    let replay = read(&text.concat());
    let edges: Vec<&str> = replay.timeline.edges().iter().map(|(_, name)| name).collect();
    assert_eq!(edges, ["tests/a%2F1", "types/a%2F1"]);
    let days: Vec<String> = replay.timeline.days().iter().map(|day| day.day.to_string()).collect();
    assert_eq!(days, ["2026-01-01", "2026-01-02"], "on the day of the later of two beliefs");
    let second = replay.timeline.days()[1].cells.iter().next().unwrap().counts;
    assert_eq!((second.successes.to_f64(), second.failures.to_f64()), (0.25, 0.75));
    assert_eq!(replay.priors[0], ("tests/a%2F1".into(), Beta::UNIFORM));
    assert_eq!(posterior(&replay, "types/a%2F1"), Beta::new(4.25, 1.75).unwrap());
    assert_eq!(replay.summary.events.to_f64(), 2.0);
}

#[test]
fn a_belief_that_lost_feedback_is_a_reset_skipped_and_counted() {
    for lost in [(1.0, 3.0), (2.0, 1.0), (1.0, 1.0)] {
        let text = [row("c", "r", (1.0, 1.0), 0), row("c", "r", (2.0, 2.0), 1)].concat();
        let text = text + &row("c", "r", lost, 2) + &row("c", "r", (lost.0 + 1.0, lost.1), 3);
        let replay = read(&text);
        assert_eq!(replay.summary.skipped.iter().collect::<Vec<_>>(), [(&Reason::Reset, &1)], "{lost:?}");
        assert_eq!(replay.timeline.totals(), [Counts::whole(2, 1)], "{lost:?}");
    }
    let kept = Options { on_error: OnError::Keep, ..Options::default() };
    let replay = read_files(&[row("c", "r", (2.0, 1.0), 0) + &row("c", "r", (1.0, 1.0), 1)], &kept);
    let reject = &replay.rejects[0];
    assert_eq!((reject.line, reject.reason, &*reject.row), (2, Reason::Reset, &b"c/r,1,1"[..]));
}

#[test]
fn the_same_belief_again_and_one_alone_add_nothing() {
    let replay =
        read(&[row("c", "r", (2.0, 1.0), 5), row("c", "r", (2.0, 1.0), 5), row("c", "r", (2.0, 1.0), 90)].concat());
    assert!(replay.timeline.is_empty() && replay.summary.skipped.is_empty());
    assert_eq!(replay.timeline.edges().len(), 1, "an edge without feedback is an edge");
    assert_eq!(read(&row("c", "r", (2.0, 1.0), 5)).timeline, replay.timeline);
}

#[test]
fn a_cut_leaves_the_prior_as_it_is() {
    let text: String = (0..4).map(|day| row("c", "r", (f64::from(day) + 1.0, 2.0), 24 * day)).collect();
    let since = Options { since: Some("2026-01-03".parse().unwrap()), ..Options::default() };
    let replay = read_files(std::slice::from_ref(&text), &since);
    assert_eq!(replay.priors[0].1, Beta::new(1.0, 2.0).unwrap());
    assert_eq!((replay.summary.events.to_f64(), replay.summary.ignored.to_f64()), (2.0, 1.0));
    let others = Options { edges: Some(glob::Pattern::new("x*").unwrap()), ..Options::default() };
    let replay = read_files(&[text], &others);
    assert!(replay.priors.is_empty() && replay.timeline.edges().is_empty());
    assert_eq!(replay.summary.ignored.to_f64(), 3.0);
}

#[test]
fn what_is_no_belief_is_a_bad_row_with_its_place() {
    let good = row("c", "r", (1.0, 1.0), 0);
    let beta = "{\"context\": \"c\", \"rule_id\": \"r\", \"updated_at\": \"2026-01-01\", \"alpha\": 1, \"beta\": ";
    for (wrong, expected) in [
        (format!("{beta}0}}"), "state:2:82: `0` is not a parameter of a Beta; right is a number from 1e-9 to 1e12"),
        (format!("{beta}-1.5}}"), "state:2:82: `-1.5` is not a parameter"),
        (format!("{beta}1e13}}"), "state:2:82: `1e13` is not a parameter"),
        (format!("{beta}\"inf\"}}"), "state:2:82: `inf` is not a parameter"),
        (format!("{beta}null}}"), "state:2:82: `` is not a parameter"),
        (format!("{beta}NaN}}"), "state:2:82: not a JSON object: expected value"),
        (beta.to_owned(), "state:2:80: not a JSON object: EOF"),
        (good.trim_end().replace("\"r\"", "\"\""), "state:2:29: the edge is empty"),
        (good.trim_end().replace("\"c\"", "[1]"), "state:2:13: the edge is an array"),
        (good.trim_end().replace("\"context\"", "\"contexts\""), "state:2:1: the edge is empty"),
        (good.trim_end().replace("2026-01", "2026-13"), "state:2:92: `2026-13-01T00:00:00.123456+00:00` is not a time"),
        (good.trim_end().replace("updated_at", "at"), "state:2:1: the time is missing"),
        (good.trim_end().replace("\"beta\"", "\"alpha\""), "`alpha` is there twice"),
        ("[1]".to_owned(), "state:2:1: not a JSON object"),
    ] {
        let text = message(&format!("{good}{wrong}\n"));
        assert!(text.contains(expected), "{wrong}: {text}");
    }
    let skip = Options { on_error: OnError::Skip, ..Options::default() };
    let replay = read_files(&[format!("{good}{beta}NaN}}\n{}", row("c", "r", (2.0, 1.0), 1))], &skip);
    assert_eq!(replay.summary.skipped[&Reason::BadJson], 1);
    assert_eq!(replay.timeline.totals(), [Counts::whole(1, 0)]);
}

#[test]
fn times_are_read_as_in_other_logs() {
    let state = |alpha: u32, at: &str| {
        format!("{{\"context\":\"c\",\"rule_id\":\"r\",\"alpha\":{alpha},\"beta\":1,\"updated_at\":{at}}}\n")
    };
    let text = state(1, "1767225600") + &state(2, "1767312000");
    assert_eq!(read(&text).timeline.days()[0].day.to_string(), "2026-01-02");
    let log = LogOptions { time_unit: Some(TimeUnit::Milliseconds), ..LogOptions::default() };
    let replay = read_files(&[text.replace("00}", "00000}")], &Options { log, ..Options::default() });
    assert_eq!(replay.timeline.days()[0].day.to_string(), "2026-01-02");
}

#[test]
fn naming_a_column_makes_it_a_log_of_events() {
    let text = "{\"rule_id\":\"r\",\"alpha\":1,\"beta\":1,\"updated_at\":\"2026-01-01\",\"worked\":true}\n";
    let mut log = LogOptions::default();
    for assignment in ["time=updated_at", "edge=rule_id", "reward=worked"] {
        log.columns.push(assignment).unwrap();
    }
    let replay = read_files(&[text.to_owned()], &Options { log, ..Options::default() });
    assert_eq!(replay.timeline.totals(), [Counts::whole(1, 0)]);
    assert!(replay.priors.is_empty());
}

/// The beliefs of an engine that was told rewards: (edge, hour, reward), some of them forgotten again.
fn history() -> impl Strategy<Value = Vec<(usize, u32, f64)>> {
    let reward = prop_oneof![Just(0.0), Just(1.0), Just(0.5), Just(0.1), 0.0f64..=1.0];
    prop::collection::vec((0usize..3, 0u32..100, reward), 0..60)
}

/// The file it leaves, a row for each reward, and what it believes in the end.
fn engine(mut history: Vec<(usize, u32, f64)>, weight: impl Fn(f64) -> f64) -> (Vec<String>, Vec<(f64, f64)>) {
    history.sort_by_key(|(_, hour, _)| *hour);
    let mut beliefs = vec![(1.0, 1.0), (3.0, 1.0), (1.1, 0.7)];
    let mut rows: Vec<String> = (0..3).map(|edge| row("c", &edge.to_string(), beliefs[edge], 0)).collect();
    for (edge, hour, reward) in history {
        let reward = weight(reward);
        beliefs[edge] = (beliefs[edge].0 + reward, beliefs[edge].1 + (1.0 - reward));
        rows.push(row("c", &edge.to_string(), beliefs[edge], hour));
    }
    (rows, beliefs)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_posteriors_are_the_last_beliefs(history in history()) {
        // Exact where the engine's own sums are: multiples of 1/64. Elsewhere prior and counts are rounded once each.
        let (rows, beliefs) = engine(history.clone(), |reward| (reward * 64.0).round() / 64.0);
        let replay = read(&rows.concat());
        for (edge, &(alpha, beta)) in beliefs.iter().enumerate().take(2) {
            prop_assert_eq!(posterior(&replay, &format!("c/{edge}")), Beta::new(alpha, beta).unwrap());
        }
        let (rows, beliefs) = engine(history, |reward| reward);
        let replay = read(&rows.concat());
        for (edge, &(alpha, beta)) in beliefs.iter().enumerate() {
            let found = posterior(&replay, &format!("c/{edge}"));
            for (found, last) in [(found.alpha(), alpha), (found.beta(), beta)] {
                prop_assert!((found - last).abs() <= last.next_up() - last, "{found} is not {last}");
            }
        }
        prop_assert!(replay.summary.skipped.is_empty());
    }

    #[test]
    fn neither_order_nor_split_nor_threads_change_a_bit(
        history in history(),
        resets in prop::collection::vec((0usize..3, 0u32..100, 0u32..4), 0..6),
        keys in prop::collection::vec(any::<u32>(), 70),
        cut in 0usize..70,
    ) {
        let (mut rows, _) = engine(history, |reward| reward);
        rows.extend(resets.iter().map(|&(edge, hour, seen)| {
            row("c", &edge.to_string(), (1.0 + f64::from(seen), 1.0), hour)
        }));
        let whole = read(&rows.concat());
        let mut shuffled: Vec<(u32, String)> = keys.into_iter().zip(rows).collect();
        shuffled.sort();
        let mut shuffled: Vec<String> = shuffled.into_iter().map(|(_, row)| row).collect();
        let tail = shuffled.split_off(cut.min(shuffled.len()));
        let files = [shuffled.concat(), tail.concat()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let other = pool.install(|| read_files(&files, &Options::default()));
        prop_assert_eq!(&other.timeline, &whole.timeline);
        prop_assert_eq!(&other.priors, &whole.priors);
        prop_assert_eq!(&other.summary, &whole.summary);
    }
}

#[cfg(feature = "cli")]
mod command_line {
    use std::process::Command;

    use serde_json::{Value, json};

    use super::*;

    fn run(verb: &str, arguments: &[&str]) -> Value {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bandit_state.jsonl");
        let rows = [row("c", "r", (3.0, 1.0), 0), row("c", "r", (4.0, 1.0), 1), row("c", "s", (1.0, 1.0), 2)];
        std::fs::write(&path, rows.concat()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        let command = command.arg(verb).arg(path).args(arguments).args(["--format", "json"]);
        let output = command.current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[test]
    fn the_log_has_the_prior_unless_the_command_line_does() {
        let alpha = |arguments: &[&str], edge: usize| run("replay", arguments)["edges"][edge]["alpha"].clone();
        assert_eq!((alpha(&[], 0), alpha(&[], 1)), (json!(4.0), json!(1.0)));
        assert_eq!((alpha(&["--prior", "2,2"], 0), alpha(&["--prior", "2,2"], 1)), (json!(3.0), json!(2.0)));
        let group = ["--prior", "*/s=5,5"];
        assert_eq!(
            (alpha(&group, 0), alpha(&group, 1)),
            (json!(4.0), json!(5.0)),
            "an edge in no group keeps its prior"
        );
        assert_eq!(
            run("replay", &[])["prior"]["groups"],
            json!([{"glob": "c/r", "alpha": 3.0, "beta": 1.0}, {"glob": "c/s", "alpha": 1.0, "beta": 1.0}])
        );
    }

    #[test]
    fn other_verbs_set_out_from_the_same_prior() {
        let convergence = run("convergence", &["--hold-days", "1"]);
        assert!(convergence.to_string().contains("\"alpha\":4.0"), "{convergence}");
    }
}
