//! Protects the words: of what there is one of is spoken in the singular.

use betadrift::beta::Beta;
use betadrift::compare::{Belief, Gate, Side, compare};
use betadrift::convergence::{Convergence, Settings, convergence};
use betadrift::drift::{self, drift, sentences};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::report::Beside;
use betadrift::report::verdict::{About, markdown};
use betadrift::timeline::{Fold, Timeline, View};

fn timeline(cells: &[(i32, &str, u64, u64)]) -> Timeline {
    let mut fold = Fold::default();
    for &(day, edge, successes, failures) in cells {
        let edge = fold.edge(edge);
        fold.add(Day::from_days(day), edge, Counts::whole(successes, failures));
    }
    fold.finish()
}

fn analyse(cells: &[(i32, &str, u64, u64)], settings: &Settings) -> Convergence {
    convergence(&timeline(cells), &Priors::new(Beta::UNIFORM), View::Cumulative, settings)
}

#[test]
fn a_verdict_counts_one_of_anything() {
    let settings = Settings { hold_days: 1, blind_days: 1, ..Settings::default() };
    let reason = |cells: &[_]| analyse(cells, &settings).verdict.reason;
    assert_eq!(reason(&[(0, "a", 1, 0)]), "1 success and 0 failures; at least 100 of each are needed");
    assert_eq!(reason(&[(0, "a", 0, 1)]), "0 successes and 1 failure; at least 100 of each are needed");
    let clear = |days| (0..days).flat_map(|day| [(day, "good", 450, 50), (day, "bad", 50, 450)]).collect::<Vec<_>>();
    assert!(reason(&clear(1)).ends_with(", as on the last day (1 is asked for)"), "{}", reason(&clear(1)));
    assert!(reason(&clear(2)).ends_with(", as on each of the last 2 days (1 is asked for)"), "{}", reason(&clear(2)));
    let alone = reason(&[(0, "a", 450, 50), (1, "a", 50, 450)]);
    assert!(alone.contains(" over 1 edge);"), "{alone}");
    let gone = analyse(&[(0, "gone", 450, 50), (1, "here", 50, 450)], &settings);
    assert_eq!(gone.standings[0].why, "no feedback for 1 day (blind from 1)");
}

#[test]
fn a_report_counts_one_of_anything() {
    let about = About {
        inputs: vec![],
        prior: "Beta(1, 1)".into(),
        view: "all of the past counts".into(),
        command: "betadrift report".into(),
        rows: "1 event".into(),
        read: vec![],
        simulated: false,
    };
    let report = |cells: &[_]| {
        let settings = Settings::default();
        markdown(&analyse(cells, &settings), &settings, &about, &Beside::default())
    };
    let said = report(&[(0, "a", 1, 0)]);
    let numbers = [
        "| 1 event on 1 edge in 1 day |",
        "| 1 of 1 edge, each with",
        "1 of 1 edge is starved: its posterior hardly moves",
    ];
    for part in numbers.into_iter().chain(["On 0 of 1 day the steps were"]) {
        assert!(said.contains(part), "{part}: {said}");
    }
    let soon = report(&[(0, "a", 99, 500)]);
    assert!(soon.contains("100 of them are reached in about 1 more day."), "{soon}");
    let sure = report(&[(0, "a", 450, 50), (0, "b", 50, 450)]);
    assert!(sure.contains("; `a` still competes."), "{sure}");
    let cells = ["a", "b", "c", "d", "e", "f"].map(|edge| (0, edge, 100, 100));
    assert!(report(&cells).contains(" and 1 more edge still compete."), "{}", report(&cells));
}

#[test]
fn a_gate_counts_one_edge() {
    let side = |edge: &str| Side {
        edges: vec![Belief { edge: edge.into(), posterior: Beta::UNIFORM, pulls: 100.0, state: None }],
        ..Side::default()
    };
    let why = |gate: &str, a: &Side, b: &Side| gate.parse::<Gate>().unwrap().judge(a, b, &compare(a, b, 0.95)).why;
    let same = (side("a"), side("a"));
    let dropped = why("any(mean) drops", &same.0, &same.1);
    assert!(dropped.contains("; 1 edge was compared, each at the level"), "{dropped}");
    let new = why("edges new", &Side::default(), &side("a"));
    assert_eq!(new, "1 of 1 edge new: a");
}

#[test]
fn drift_counts_one_day() {
    let settings = drift::Settings { blind_days: 1, ..Default::default() };
    let cells = timeline(&[(0, "gone", 1, 1), (1, "here", 1, 1)]);
    let said = sentences(&drift(&cells, None, &Priors::new(Beta::UNIFORM), &settings)).join(" ");
    assert!(said.contains("1 edge is blind: not chosen for 1 day or more"), "{said}");
}

#[test]
#[cfg(feature = "plots")]
fn a_figure_counts_one_of_anything() {
    use betadrift::report::{Analysis, figure};
    let (timeline, priors, settings) = (timeline(&[(0, "a", 1, 0)]), Priors::new(Beta::UNIFORM), Settings::default());
    let view = View::HalfLife(1.0);
    let analysis = Analysis {
        timeline: &timeline,
        convergence: &convergence(&timeline, &priors, view, &settings),
        priors: &priors,
        settings: &settings,
        view,
        seed: None,
        beside: Beside::default(),
        regret: None,
        waits: None,
        positions: None,
    };
    let subtitle = figure("posterior", &analysis).unwrap().subtitle;
    assert!(subtitle.contains("n = 1 pull ·") && subtitle.ends_with("half-life 1 day"), "{subtitle}");
}
