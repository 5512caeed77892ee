//! Protects the calibration of a log: every number against another program, over random tables of counts; what does not exist is not
//! made up; order does not matter.

use std::collections::BTreeMap;
use std::path::Path;

use betadrift::beta::Beta;
use betadrift::calibrate::{LogCalibration, Undefined, log_calibration};
use betadrift::feedback::{Counts, Day, Tally};
use betadrift::posterior::Priors;
use betadrift::timeline::{Fold, Timeline, View};
use proptest::prelude::*;

use crate::reference::rows;

type Cells = Vec<(usize, i32, u64, u64)>;

fn timeline(cells: &Cells) -> Timeline {
    let mut fold = Fold::default();
    for &(edge, day, successes, pulls) in cells {
        let edge = fold.edge(&format!("e{edge:02}"));
        fold.add(Day::from_days(20_000 + day), edge, Counts::whole(successes, pulls - successes));
    }
    fold.finish()
}

fn judged(cells: &Cells, prior: Beta) -> LogCalibration {
    log_calibration(&timeline(cells), &Priors::new(prior), View::Cumulative, 10)
}

/// Equal, both absent, or as near as sums of thousands of terms are.
fn same(got: Option<f64>, right: f64) -> bool {
    match got {
        None => right.is_nan(),
        Some(got) => (got - right).abs() <= 1e-9 * right.abs().max(1.0),
    }
}

#[test]
fn every_number_is_that_of_another_program() {
    let mut tables: BTreeMap<u64, Vec<_>> = BTreeMap::new();
    for row in rows("log_calibration") {
        tables.entry(row["table"] as u64).or_default().push(row);
    }
    assert!(tables.len() >= 12);
    for (table, rows) in tables {
        let cells = rows.iter().map(|r| (r["edge"] as usize, r["day"] as i32, r["y"] as u64, r["n"] as u64)).collect();
        let found = judged(&cells, Beta::new(rows[0]["alpha"], rows[0]["beta"]).unwrap());
        let loss = found.log_loss.unwrap();
        for row in &rows {
            let at = found.edges.get(&format!("e{:02}", row["edge"])).unwrap().index();
            let edge = &found.by_edge[at];
            let day = found.by_day.iter().find(|day| day.day == Day::from_days(20_000 + row["day"] as i32)).unwrap();
            let dispersion = edge.dispersion.ok();
            for (name, got) in [
                ("edge_z", edge.martingale.z()),
                ("edge_q", edge.q),
                ("edge_tarone", dispersion.and_then(|found| found.tarone.z())),
                ("edge_correlation", dispersion.and_then(|found| found.correlation)),
                ("edge_effect", dispersion.and_then(|found| found.design_effect)),
                ("edge_effective", dispersion.and_then(|found| found.effective_pulls)),
                ("day_z", day.martingale.z()),
                ("day_tarone", day.tarone.z()),
                ("all_z", found.all.z()),
                ("first_z", found.first_days.z()),
                ("later_z", found.later_days.z()),
                ("day_ahead", Some(loss.day_ahead)),
                ("sequential", Some(loss.sequential)),
                ("climatology", Some(loss.climatology)),
                ("hindsight", Some(loss.hindsight)),
                ("difference", Some(loss.difference)),
                ("se", loss.difference_se),
            ] {
                assert!(same(got, row[name]), "table {table}, {name}: {got:?}, not {}", row[name]);
            }
        }
    }
}

#[test]
fn what_does_not_exist_is_not_made_up() {
    let nothing = log_calibration(&Timeline::default(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
    assert_eq!((nothing.all.z(), nothing.log_loss, nothing.tarone.z(), nothing.bins.len()), (None, None, None, 0));
    assert!(nothing.reliable() && nothing.sentences()[0].contains("no feedback"));
    let found = judged(&vec![(0, 0, 1, 3), (1, 0, 0, 2), (1, 1, 0, 2), (2, 0, 0, 1), (2, 1, 1, 1)], Beta::UNIFORM);
    let why: Vec<_> = found.by_edge.iter().map(|edge| edge.dispersion.unwrap_err()).collect();
    assert_eq!(why, [Undefined::OneDay, Undefined::AllAlike, Undefined::SinglePulls]);
    let json = serde_json::to_value(found.document(0.95)).unwrap();
    for (edge, reason) in json["edges"].as_array().unwrap().iter().zip(why) {
        assert!(edge["tarone_z"].is_null() && edge["reason"] == reason.to_string());
    }
    let one_day = judged(&vec![(0, 0, 1, 3)], Beta::UNIFORM);
    assert_eq!(one_day.log_loss.unwrap().difference_se, None);
}

#[test]
fn partial_rewards_are_said_to_make_tests_safe() {
    let mut fold = Fold::default();
    let edge = fold.edge("a");
    let quarter = Tally::from_f64(0.25).unwrap();
    let rest = Tally::from_f64(0.75).unwrap();
    fold.add(Day::from_days(0), edge, Counts { successes: quarter, failures: rest });
    let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
    assert!(found.fractional && found.sentences().last().unwrap().contains("between 0 and 1"));
    assert!((found.all.sum + 0.25).abs() < 1e-15);
    assert!(!judged(&vec![(0, 0, 1, 3)], Beta::UNIFORM).fractional);
}

/// The negative control: beliefs that are wrong, events that were counted twice.
#[test]
fn wrong_beliefs_and_copies_are_found() {
    let day = |edge: usize, day: i32| (edge, day, u64::from((edge as i32 * 7 + day * 5) % 3 == 0) + 1, 4);
    let cells: Cells = (0..12).flat_map(|edge| (0..20).map(move |d| day(edge, d))).collect();
    assert!(judged(&cells, Beta::new(2.0, 4.0).unwrap()).all.p().unwrap() > 0.05);
    let high = judged(&cells, Beta::new(400.0, 100.0).unwrap());
    assert!(!high.reliable() && high.all.z().unwrap() < -8.0 && high.surprising_edges() == 12);
    assert!(high.sentences()[0].contains("too high"));
    let log_loss = |found: &LogCalibration| found.log_loss.unwrap().difference;
    assert!(log_loss(&high) > 0.05);
    // Each success and failure of a log that varies as it should, ten times.
    let fair: Cells = rows("log_calibration")
        .iter()
        .filter(|row| row["table"] == 4.0 || row["table"] == 1.0)
        .map(|row| ((10.0 * row["table"] + row["edge"]) as usize, row["day"] as i32, row["y"] as u64, row["n"] as u64))
        .collect();
    assert!(judged(&fair, Beta::UNIFORM).tarone.p().unwrap() > 0.05);
    let copied: Cells = fair.iter().map(|&(edge, day, y, n)| (edge, day, 10 * y, 10 * n)).collect();
    let found = judged(&copied, Beta::UNIFORM);
    assert!(found.tarone.z().unwrap() > 5.0, "{:?}", found.tarone.z());
    assert!(found.sentences()[3].contains("counted twice"), "{:?}", found.sentences());
}

/// The careful statistician's answers on the Open Bandit Dataset, where it lies beside the repository; and always, that what is
/// far below a uniform prior is called too high.
#[test]
fn a_prior_that_hopes_too_much_is_told_from_learning() {
    let cells: Cells =
        (0..30).flat_map(|edge| (0..7).map(move |day| (edge, day, u64::from(day == edge as i32 % 7), 40))).collect();
    let found = judged(&cells, Beta::UNIFORM);
    assert!(found.first_days.z().unwrap() < -5.0 && found.first_days.z() < found.later_days.z());
    assert!(found.log_loss.unwrap().difference > 0.0, "one belief for each edge has to unlearn it thirty times");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/obd/random/men.csv");
    if path.exists() {
        let mut fold = Fold::default();
        let mut log = csv::Reader::from_path(path).unwrap();
        let at = |name: &str, header: &csv::StringRecord| header.iter().position(|field| field == name).unwrap();
        let header = log.headers().unwrap().clone();
        let (time, item, click) = (at("timestamp", &header), at("item_id", &header), at("click", &header));
        for row in log.records().map(Result::unwrap) {
            let (day, success) = (row[time][..10].parse::<Day>().unwrap(), u64::from(&row[click] == "1"));
            let edge = fold.edge(&row[item]);
            fold.add(day, edge, Counts::whole(success, 1 - success));
        }
        let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
        // Uniformly random, so one rate and no more spread than binomial.
        assert!(found.tarone.p().unwrap() > 0.05 && found.log_loss.unwrap().difference > 0.0);
        assert!(found.first_days.z().unwrap() < -9.0 && found.sentences()[0].contains("too high"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// No number is none, bins hold every event, and parts sum to the whole.
    #[test]
    fn whatever_the_counts(
        cells in prop::collection::vec((0usize..6, 0i32..9, 0u64..50, 0u64..50), 1..60),
        alpha in 0.01f64..50.0,
        beta in 0.01f64..50.0,
        bins in 1usize..20,
    ) {
        let cells: Cells = cells.into_iter().map(|(edge, day, y, n)| (edge, day, y.min(n), n)).collect();
        let prior = Priors::new(Beta::new(alpha, beta).unwrap());
        let found = log_calibration(&timeline(&cells), &prior, View::HalfLife(3.0), bins);
        let events: f64 = found.bins.iter().map(|bin| bin.events).sum();
        prop_assert_eq!(events, found.totals.0 + found.totals.1);
        prop_assert!(found.bins.len() <= bins);
        for bin in &found.bins {
            let (low, high) = bin.interval(0.9);
            // The mean of a very skewed law may lie outside its central interval.
            prop_assert!(0.0 <= low && low <= high && high <= 1.0, "{bin:?}");
            prop_assert!(bin.range.0 <= bin.predicted() * (1.0 + 1e-12) && bin.predicted() <= bin.range.1 * (1.0 + 1e-12));
        }
        let sum: f64 = found.by_edge.iter().map(|edge| edge.martingale.sum).sum();
        prop_assert!((sum - found.all.sum).abs() < 1e-9);
        let text = serde_json::to_string(&found.document(0.95)).unwrap();
        prop_assert!(!text.contains("NaN") && !text.contains("inf"));
        let mut mirrored = cells.clone();
        mirrored.reverse();
        prop_assert_eq!(found, log_calibration(&timeline(&mirrored), &prior, View::HalfLife(3.0), bins));
    }
}
