//! Protects the verdict *drifting*: an edge that may be the best and changed its rate stops the conclusion, one that does not
//! matter does not, and a world that stands still is hardly ever said to drift.

use betadrift::beta::Beta;
use betadrift::convergence::{Convergence, Settings, VerdictState, convergence};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::simulate::{Scenario, timeline};
use betadrift::timeline::{Fold, Timeline, View};

fn counted(cells: &[(i32, &str, u64, u64)]) -> Timeline {
    let mut fold = Fold::default();
    for &(day, edge, successes, failures) in cells {
        let edge = fold.edge(edge);
        fold.add(Day::from_days(day), edge, Counts::whole(successes, failures));
    }
    fold.finish()
}

fn analyse(timeline: &Timeline, view: View) -> Convergence {
    convergence(timeline, &Priors::new(Beta::UNIFORM), view, &Settings::default())
}

/// Ten days at 0.9 and 0.1 a hundred pulls each; from the sixth on, one of the edges gives `after` successes a day.
fn broken(edge: &str, after: u64) -> Timeline {
    let cells: Vec<_> = (0..10)
        .flat_map(|day| {
            [("bad", 10), ("good", 90)].map(|(name, usual)| {
                let successes = if name == edge && day >= 6 { after } else { usual };
                (day, name, successes, 100 - successes)
            })
        })
        .collect();
    counted(&cells)
}

#[test]
fn a_leader_that_changed_is_drifting_from_the_evening_that_shows_it() {
    let analysis = analyse(&broken("good", 60), View::Cumulative);
    let states: Vec<VerdictState> = analysis.days.iter().map(|day| day.verdict).collect();
    assert_eq!(
        states[5..],
        [
            VerdictState::Settled,
            VerdictState::Drifting,
            VerdictState::Drifting,
            VerdictState::Drifting,
            VerdictState::Drifting
        ]
    );
    let verdict = &analysis.verdict;
    assert_eq!(verdict.since, Some(Day::from_days(6)));
    for part in
        ["last 14 days good", "540 of 600 (0.900) before 1970-01-07", "240 of 400 (0.600) since", "over 2 edges"]
    {
        assert!(verdict.reason.contains(part), "{}", verdict.reason);
    }
    assert!(verdict.under_other_priors.iter().all(|other| other.state == VerdictState::Drifting));
}

#[test]
fn an_edge_that_cannot_be_the_best_may_change() {
    assert_eq!(analyse(&broken("bad", 40), View::Cumulative).verdict.state, VerdictState::Settled);
    assert_eq!(analyse(&broken("none", 0), View::Cumulative).verdict.state, VerdictState::Settled);
}

#[test]
fn what_a_window_has_forgotten_does_not_count() {
    let view = View::window(4).unwrap();
    assert_eq!(analyse(&broken("good", 60), view).verdict.state, VerdictState::Settled);
}

#[test]
fn nothing_is_concluded_before_there_is_enough_feedback() {
    let cells = [(0, "a", 60, 0), (1, "a", 0, 60)];
    assert_eq!(analyse(&counted(&cells), View::Cumulative).verdict.state, VerdictState::Starved);
}

/// Two hundred worlds that stand still, played by Thompson Sampling: at most one in twenty may ever be said to drift.
#[test]
fn worlds_that_stand_still_hardly_drift() {
    let text = "name = \"still\"\nruns = 200\ndays = 16\ntrials_per_day = 60\nstart = \"2026-01-01\"\n\
                [environment]\nkind = \"stationary\"\nrates = [0.5, 0.45, 0.2, 0.1]\n[[policy]]\nkind = \"thompson\"\n";
    let scenario = Scenario::from_toml(text).unwrap();
    let mut ever = 0;
    for run in 0..200 {
        let analysis = analyse(&timeline(&scenario, 0, run), View::Cumulative);
        ever += u32::from(analysis.days.iter().any(|day| day.verdict == VerdictState::Drifting));
    }
    assert!(ever <= 10, "{ever} of 200");
}

#[test]
fn a_world_that_breaks_is_seen_to_drift_within_two_days() {
    let text = std::fs::read_to_string("simulations/abrupt.toml").unwrap();
    let scenario = Scenario::from_toml(&text).unwrap();
    for run in 0..5 {
        let analysis = analyse(&timeline(&scenario, 0, run), View::Cumulative);
        let drifting = |day: usize| analysis.days[day].verdict == VerdictState::Drifting;
        assert!((0..10).all(|day| !drifting(day)), "run {run}: before the break");
        assert!(drifting(10) || drifting(11), "run {run}: {:?}", analysis.days[11].verdict);
    }
}
