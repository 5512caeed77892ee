//! Protects the figures of `calibrate`: every word in its place, whatever the variants and the log.

use betadrift::beta::Beta;
use betadrift::calibrate::{Design, Settings, calibrate, log_calibration, scenario_variants};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::report::figure::{ecdf, rank_histograms, reliability};
use betadrift::simulate::Scenario;
use betadrift::timeline::{Fold, Timeline, View};

use crate::figures::sound;

#[test]
fn ranks_are_drawn_for_any_worlds() {
    let scenario = "runs = 9\ndays = 1\ntrials_per_day = 5\n[environment]\nkind = \"stationary\"\ncount = 1\nrates_from = [1, 1]\n\
                    [[policy]]\nkind = \"greedy\"\nlabel = \"a policy with a label that goes on and on and on\"";
    let many =
        "runs = 1\ndays = 1\ntrials_per_day = 3\n[environment]\nkind = \"stationary\"\ncount = 12\nrates_from = [1, 9]";
    for (what, variants, settings) in [
        ("default", Design { worlds: 60, ..Design::default() }.variants(), Settings::default()),
        ("one edge", scenario_variants(&Scenario::from_toml(scenario).unwrap()), Settings::default()),
        (
            "one world of twelve edges",
            scenario_variants(&Scenario::from_toml(many).unwrap()),
            Settings { draws: 1, bins: 2, alpha: 0.5 },
        ),
    ] {
        let found = calibrate(&variants.unwrap(), settings).unwrap();
        sound(what, &rank_histograms(&found));
        sound(what, &ecdf(&found));
    }
}

#[test]
fn reliability_is_drawn_for_any_log() {
    let log = |edges: u64, days: i32, counts: fn(u64, i32) -> (u64, u64)| {
        let mut fold = Fold::default();
        for edge in 0..edges {
            let id = fold.edge(&format!("docs/{edge}"));
            for day in 0..days {
                let (successes, failures) = counts(edge, day);
                fold.add(Day::from_days(20_454 + day), id, Counts::whole(successes, failures));
            }
        }
        fold.finish()
    };
    let logs = [
        ("nothing", Timeline::default()),
        ("one event", log(1, 1, |_, _| (1, 0))),
        ("all failures", log(3, 9, |_, _| (0, 4))),
        ("two days", log(2, 2, |edge, day| (edge, day as u64 + 1))),
        ("rare successes", log(30, 30, |edge, day| (u64::from((edge + day as u64).is_multiple_of(9)), 40))),
        ("a year", log(5, 365, |edge, _| (edge, 5 - edge))),
        ("millions", log(3, 20, |edge, day| (1_000_000 * (edge + 1), 1_000_000 + 1_000 * day as u64))),
    ];
    for (what, log) in logs {
        let found = log_calibration(&log, &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
        sound(what, &reliability(&found, 0.95));
    }
}
