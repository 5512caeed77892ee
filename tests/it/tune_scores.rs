//! Protects the day-ahead score and what is chosen by it: hand computation, days that were tuned on and days that were not, forgetting
//! that helps only where rates move, groups that get a prior of their own only where their evidence bears one.

use betadrift::beta::Beta;
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::special::ln_beta;
use betadrift::timeline::{Fold, SegmentFold, Timeline, View};
use betadrift::tune::{Grouping, Request, Tuning, day_ahead, ln_predictive, tune};
use glob::Pattern;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Pulls a day on each edge, at the rate of edge and day.
fn world(
    edges: usize,
    days: i32,
    pulls: u64,
    name: impl Fn(usize) -> String,
    rate: impl Fn(usize, i32) -> f64,
) -> Timeline {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut fold = Fold::default();
    for day in 0..days {
        for index in 0..edges {
            let edge = fold.edge(&name(index));
            let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate(index, day)).count() as u64;
            fold.add(Day::from_days(day), edge, Counts::whole(successes, pulls - successes));
        }
    }
    fold.finish()
}

fn tuned(timeline: &Timeline, until: Option<i32>, grouping: Grouping<'_>) -> Tuning {
    let (priors, until) = (Priors::new(Beta::UNIFORM), until.map(Day::from_days));
    tune(&Request { timeline, until, priors: &priors, view: View::Cumulative, level: 0.95, grouping, dated: true })
}

/// Rates of edges from 0.05 to 0.45, as if drawn.
fn spread(edge: usize) -> f64 {
    0.05 + 0.4 * ((edge * 7919) % 101) as f64 / 101.0
}

#[test]
fn the_score_is_the_probability_of_the_day_in_the_morning() {
    let mut fold = Fold::default();
    let (a, b) = (fold.edge("a"), fold.edge("b"));
    fold.add(Day::from_days(0), a, Counts::whole(3, 1));
    fold.add(Day::from_days(2), a, Counts::whole(1, 1));
    fold.add(Day::from_days(2), b, Counts::whole(0, 2));
    fold.add(Day::from_days(4), b, Counts::whole(1, 0));
    let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
    let days = Day::from_days(1)..=Day::from_days(4);
    let scores = day_ahead(&timeline, &priors, View::Cumulative, days.clone());
    // a: Beta(4, 2), a success then a failure: 4/6 · 2/7. b: Beta(1, 1), two failures: 1/2 · 2/3; then Beta(1, 3), a success: 1/4.
    let (first, second): (f64, f64) = ((4.0 / 6.0 * 2.0 / 7.0 / 3.0f64).ln(), 0.25f64.ln());
    assert_eq!(scores.days.len(), 2);
    assert!((scores.days[0].nats - first).abs() < 1e-14 && (scores.days[1].nats - second).abs() < 1e-14);
    let score = scores.score().unwrap();
    let mean = (first + second) / 5.0;
    assert!((score.nats_per_event - mean).abs() < 1e-14);
    let squares = (first - 4.0 * mean).powi(2) + (second - mean).powi(2);
    assert!((score.se.unwrap() - (2.0 * squares).sqrt() / 5.0).abs() < 1e-14);
    // Half of the first day counts two days later, a quarter after four.
    let halved = day_ahead(&timeline, &priors, View::HalfLife(2.0), days);
    let first = (2.5f64 / 4.0 * 1.5 / 5.0 / 3.0).ln();
    assert!((halved.days[0].nats - first).abs() < 1e-14, "{} {first}", halved.days[0].nats);
}

#[test]
fn predictive_probabilities_of_few_and_of_many_events_agree() {
    for (alpha, beta) in [(1.0, 1.0), (1e-3, 2.0), (3e4, 7e6), (1e8, 1e8)] {
        let prior = Beta::new(alpha, beta).unwrap();
        for (y, f) in [(0.0, 0.0), (1.0, 0.0), (16.0, 16.0), (17.0, 16.0), (0.5, 0.5), (400.0, 9_000.0)] {
            let steps = |own: f64, all: f64, count: f64| {
                (0..count as u32).map(move |j| ((own + f64::from(j)) / (all + f64::from(j))).ln())
            };
            let right: f64 = if y == 0.5 {
                ln_beta(alpha + y, beta + f) - ln_beta(alpha, beta)
            } else {
                steps(alpha, alpha + beta, y).chain(steps(beta, alpha + beta + y, f)).sum()
            };
            let got = ln_predictive(prior, (y, f));
            let lost = if y == 0.5 { 1e-14 * ln_beta(alpha, beta).abs() } else { 0.0 };
            assert!((got - right).abs() <= 1e-12 * right.abs() + lost + 1e-15, "{alpha} {beta} {y} {f}: {got} {right}");
        }
    }
}

#[test]
fn days_of_tuning_and_of_scoring_are_apart_with_until() {
    let timeline = world(40, 20, 10, |edge| format!("e{edge:02}"), |edge, _| spread(edge));
    let (apart, same) = (tuned(&timeline, Some(9), Grouping::None), tuned(&timeline, None, Grouping::None));
    let first_half = timeline.between(Day::from_days(0), Day::from_days(9));
    assert_eq!(apart.fit, tuned(&first_half, None, Grouping::None).fit);
    let scoring = apart.scoring.as_ref().unwrap();
    assert_eq!((scoring.days, scoring.same_days), ((Day::from_days(10), Day::from_days(19)), false));
    // The posteriors go on from all days before.
    let days = Day::from_days(10)..=Day::from_days(19);
    let right = day_ahead(&timeline, &Priors::new(Beta::UNIFORM), View::Cumulative, days).score().unwrap();
    assert_eq!(scoring.priors[0].score, right);
    let scoring = same.scoring.as_ref().unwrap();
    assert_eq!((scoring.days.0, scoring.same_days), (Day::from_days(1), true));
    assert!(same.sentences().iter().any(|sentence| sentence.contains("used the same days")));
    assert!(!apart.sentences().iter().any(|sentence| sentence.contains("used the same days")));
    assert!(tuned(&timeline, Some(19), Grouping::None).scoring.unwrap_err().contains("no feedback after 1970-01-20"));
}

#[test]
fn forgetting_helps_only_where_rates_move() {
    let still = world(20, 40, 20, |edge| format!("e{edge:02}"), |edge, _| spread(edge));
    let turning = |edge: usize, day: i32| if (day / 10) % 2 == 0 { spread(edge) } else { 0.9 - spread(edge) };
    let moving = world(20, 40, 20, |edge| format!("e{edge:02}"), turning);
    let of = |timeline: &Timeline| tuned(timeline, Some(19), Grouping::None).scoring.unwrap().forgetting;
    let still = of(&still);
    assert!(!still.helps(), "{:?}", still.best());
    assert!(still.sentence().starts_with("Forget nothing"), "{}", still.sentence());
    let moving = of(&moving);
    assert!(moving.helps() && moving.best().view != View::Cumulative);
    assert!(moving.sentence().starts_with("Forgetting helps"), "{}", moving.sentence());
    assert_eq!(moving.curve[0].view, View::Cumulative);
    assert_eq!((moving.curve[0].gain.nats_per_event, moving.curve[0].gain.se), (0.0, Some(0.0)));
}

#[test]
fn groups_have_priors_of_their_own_where_their_evidence_bears_them() {
    // Two kinds of edges that new ones of keep coming, and two edges of a third, which are too few.
    let name = |edge: usize| match edge {
        0..40 => format!("low/{edge:02}"),
        40..80 => format!("high/{edge:02}"),
        _ => format!("few/{edge:02}"),
    };
    let rate = |edge: usize, _| match edge {
        0..40 => 0.6 * spread(edge),
        40..80 => 0.5 + spread(edge),
        _ => 0.3,
    };
    let mut fold = Fold::default();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    for edge in 0..82 {
        let id = fold.edge(&name(edge));
        // Each edge begins on a day of its own.
        for day in (edge as i32 % 20)..20 {
            let successes = (0..10).filter(|_| rng.random::<f64>() < rate(edge, day)).count() as u64;
            fold.add(Day::from_days(day), id, Counts::whole(successes, 10 - successes));
        }
    }
    let timeline = fold.finish();
    let globs = ["low/*", "high/*", "few/*"].map(|glob| Pattern::new(glob).unwrap());
    let tuning = tuned(&timeline, Some(9), Grouping::Globs(&globs));
    let groups = tuning.groups.as_ref().unwrap();
    assert!(groups.are_chosen(), "{groups:?}");
    assert!(groups.groups[0].own().unwrap().mean() < 0.25 && groups.groups[1].own().unwrap().mean() > 0.6);
    assert_eq!(groups.groups[2].own(), None);
    let (priors, all) = (tuning.recommended().unwrap(), tuning.fit.usable().unwrap());
    assert_eq!(priors.of("low/new"), groups.groups[0].own().unwrap());
    assert_eq!((priors.of("few/new"), priors.of("other")), (all, all));
    // The same edges under names that mean nothing.
    let nothing = ["*0", "*1"].map(|glob| Pattern::new(glob).unwrap());
    let tuning = tuned(&timeline, Some(9), Grouping::Globs(&nothing));
    assert!(!tuning.groups.as_ref().unwrap().are_chosen());
    assert_eq!(tuning.recommended().unwrap(), Priors::new(all));
}

#[test]
fn segments_are_groups_of_edges_in_them() {
    let mut fold = SegmentFold::default();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    for edge in 0..60 {
        for (segment, share) in [("app", 0.5), ("web", 2.0)] {
            for day in (edge % 20)..20 {
                let successes = (0..8).filter(|_| rng.random::<f64>() < share * spread(edge as usize)).count() as u64;
                fold.add(Day::from_days(day), &format!("e{edge:02}"), segment, Counts::whole(successes, 8 - successes));
            }
        }
    }
    let segments = fold.finish();
    let mut all = Fold::default();
    for (_, timeline) in &segments {
        for day in timeline.days() {
            for cell in &day.cells {
                let edge = all.edge(timeline.edges().name(cell.edge));
                all.add(day.day, edge, cell.counts);
            }
        }
    }
    let timeline = all.finish();
    let tuning = tuned(&timeline, Some(9), Grouping::Segments(&segments));
    let groups = tuning.groups.as_ref().unwrap();
    assert_eq!((groups.groups.len(), groups.pooled.edges), (2, 120));
    assert!(groups.groups[0].own().unwrap().mean() < groups.groups[1].own().unwrap().mean());
    assert!(groups.are_chosen(), "{:?}", groups.gain);
    // A prior by edge cannot tell segments apart: what is written is that of all edges.
    assert_eq!(tuning.recommended(), tuning.fit.usable().map(Priors::new));
    assert!(tuning.prior_file().unwrap().contains("# segment web: alpha = "));
}
