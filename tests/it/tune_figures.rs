//! Protects the figures of tuning: every word inside the canvas and none over another, whatever the status of the evidence.

use betadrift::beta::Beta;
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::report::figure::{evidence, half_life, sensitivity};
use betadrift::report::svg;
use betadrift::timeline::{Fold, Timeline, View};
use betadrift::tune::{Effort, Grouping, Request, Tuning, tune};

use crate::figures::sound;

const EFFORT: Effort = Effort { seed: 1, runs: 2, most_trials: 50, most_edges: 4, most_edge_days: 60 };

fn timeline(edges: usize, days: i32, counts: fn(usize, i32) -> (u64, u64)) -> Timeline {
    let mut fold = Fold::default();
    for index in 0..edges {
        let edge = fold.edge(&format!("e{index}"));
        for day in 0..days {
            let (successes, failures) = counts(index, day);
            fold.add(Day::from_days(20_454 + day), edge, Counts::whole(successes, failures));
        }
    }
    fold.finish()
}

fn worlds() -> Vec<(&'static str, Timeline)> {
    vec![
        ("interior", timeline(30, 20, |edge, day| ((edge as u64 % 7 + day as u64 % 2) / 2, 6))),
        ("low rates", timeline(60, 8, |edge, _| (u64::from(edge % 11 == 0), 400 + 50 * (edge as u64 % 3)))),
        ("no overdispersion", timeline(12, 9, |_, _| (2, 8))),
        ("hardly a maximum", timeline(5, 2, |edge, _| ([1, 3, 2, 1, 4][edge], [6, 3, 4, 6, 3][edge]))),
        ("all or nothing", timeline(9, 5, |edge, _| if edge % 3 == 0 { (2, 0) } else { (0, 2) })),
        ("only failures", timeline(4, 5, |_, _| (0, 3))),
        ("one event each", timeline(6, 1, |edge, _| (edge as u64 % 2, 1 - edge as u64 % 2))),
        ("one day", timeline(6, 1, |edge, _| (edge as u64, 5))),
        ("nothing", timeline(0, 0, |_, _| (0, 0))),
        ("millions", timeline(8, 40, |edge, _| (1_000 * edge as u64 + 10, 500_000))),
    ]
}

fn with(timeline: &Timeline, check: impl FnOnce(&Tuning, &Request<'_>)) {
    let priors = Priors::new(Beta::UNIFORM);
    let (view, grouping) = (View::Cumulative, Grouping::None);
    let request = Request { timeline, until: None, priors: &priors, view, level: 0.95, grouping, dated: true };
    check(&tune(&request), &request);
}

#[test]
fn every_word_has_its_place_whatever_the_evidence() {
    for (what, timeline) in worlds() {
        with(&timeline, |tuning, request| {
            let outcomes = tuning.sensitivity(request, EFFORT, || ());
            for figure in [evidence(tuning), half_life(tuning), sensitivity(tuning, outcomes.as_ref())] {
                sound(what, &figure);
                assert!(figure.note.chars().count() <= 512, "{what}, {}: {}", figure.name, figure.note.chars().count());
            }
        });
    }
}

#[test]
fn the_figures_of_one_tuning_are_the_same_bytes() {
    let (_, timeline) = worlds().swap_remove(0);
    let bytes = || {
        let mut all = Vec::new();
        with(&timeline, |tuning, request| {
            let outcomes = tuning.sensitivity(request, EFFORT, || ()).unwrap();
            assert_eq!(outcomes.cells.len() as u64, Tuning::GRID);
            all = vec![svg(&evidence(tuning)), svg(&half_life(tuning)), svg(&sensitivity(tuning, Some(&outcomes)))];
        });
        all
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_interval_of_the_figure_is_where_the_profile_crosses_its_drop() {
    let (_, timeline) = worlds().swap_remove(0);
    with(&timeline, |tuning, _| {
        let (surface, interval) = (tuning.surface().unwrap(), tuning.fit.interval);
        assert!((surface.interval_drop - 1.920_729_410_347_062).abs() < 1e-9);
        for ridge in &surface.profile {
            let inside =
                interval.lower.unwrap() <= ridge.concentration && ridge.concentration <= interval.upper.unwrap();
            assert_eq!(inside, ridge.drop <= surface.interval_drop, "{ridge:?}");
        }
        for region in &surface.regions {
            let inside = region.means.iter().zip(&surface.profile).filter(|(means, _)| means.is_some());
            assert!(inside.clone().count() > 3);
            assert!(inside.into_iter().all(|(means, ridge)| {
                let (low, high) = means.unwrap();
                low <= ridge.mean && ridge.mean <= high
            }));
        }
    });
}
