//! Protects the figures of `evaluate`: every word in its place whatever the log and the target, and grey under an alarm.

use betadrift::evaluate::{Evaluation, Settings, Target, evaluate};
use betadrift::feedback::Reward;
use betadrift::report::chart::Mark;
use betadrift::report::color::{BLUE, GRAY};
use betadrift::report::figure::{estimates, weights};
use betadrift::timeline::{CellFold, Cells};

use crate::figures::sound;

/// Rows of edges by arithmetic: edge i with propensity `p(i)`.
fn log(edges: usize, rows: u64, p: fn(usize) -> Option<f64>, reward: fn(u64) -> Reward) -> Cells {
    let mut fold = CellFold::default();
    for edge in 0..edges {
        (0..rows).for_each(|row| fold.add(&format!("e{edge}"), "", p(edge), reward(row)));
    }
    fold.finish()
}

fn third(row: u64) -> Reward {
    if row.is_multiple_of(3) { Reward::SUCCESS } else { Reward::FAILURE }
}

fn on(cells: &Cells, edge: &str) -> Evaluation {
    let target = Target::everywhere(cells, [(edge, 1.0)]).unwrap();
    evaluate(cells, &target, &Settings::default()).unwrap()
}

#[test]
fn every_word_has_its_place_whatever_the_target() {
    let uniform = |cells: &Cells| evaluate(cells, &Target::uniform(cells), &Settings::default()).unwrap();
    let spread = log(40, 50, |edge| Some(0.9 * 0.7f64.powi(edge as i32)), third);
    let mut broken = CellFold::default();
    for propensity in [None, Some(0.0), Some(7.0), Some(1e-9), Some(0.9)] {
        (0..30).for_each(|row| broken.add("e0", "", propensity, third(row)));
    }
    let broken = broken.finish();
    let cases = [
        ("uniform", uniform(&log(10, 100, |_| Some(0.1), third))),
        ("one edge", on(&log(10, 100, |_| Some(0.1), third), "e3")),
        ("weights over many decades", uniform(&spread)),
        ("nothing in common", on(&spread, "elsewhere")),
        ("every alarm", uniform(&broken)),
        ("no success", uniform(&log(4, 20, |_| Some(0.25), |_| Reward::FAILURE))),
        ("one row", uniform(&log(1, 1, |_| Some(1.0), third))),
        ("no row", uniform(&log(0, 0, |_| None, third))),
    ];
    for (name, evaluation) in &cases {
        for of in ["uniform on feedback.csv: 1000 rows, 10 edges".to_owned(), "x".repeat(4_000)] {
            sound(name, &estimates(evaluation, &of));
            sound(name, &weights(evaluation, &of));
            assert!(estimates(evaluation, &of).note.chars().count() <= 512, "{name}");
        }
    }
}

#[test]
fn estimates_are_grey_under_an_alarm_and_the_headline_is_not() {
    let fills = |evaluation: &Evaluation| -> Vec<_> {
        let figure = estimates(evaluation, "");
        let marks = figure.rows[0].panels[0].marks.clone().into_iter();
        marks.filter_map(|mark| if let Mark::Dots { fill, .. } = mark { Some(fill) } else { None }).collect()
    };
    let cells = log(4, 100, |_| Some(0.25), third);
    let sound = on(&cells, "e1");
    let alarmed = on(&log(4, 100, |_| Some(0.5), third), "e1");
    assert_eq!((sound.alarms.len(), fills(&sound).iter().filter(|fill| **fill == BLUE).count()), (0, 1));
    assert!(!alarmed.alarms.is_empty() && fills(&alarmed).iter().all(|fill| *fill == GRAY));
    assert!(estimates(&alarmed, "").note.starts_with("Alarm: the mean weight is 0.5"));
}
