//! Protects the convergence analysis: what it says of small worlds can be checked by hand, and a log cut at a day gives
//! the same days up to it.

use betadrift::beta::Beta;
use betadrift::convergence::{Convergence, EdgeState, Settings, VerdictState, convergence};
use betadrift::divergence::kl;
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::timeline::{Fold, Timeline, View};
use proptest::prelude::*;

fn timeline(cells: &[(i32, &str, u64, u64)]) -> Timeline {
    let mut fold = Fold::default();
    for &(day, edge, successes, failures) in cells {
        let edge = fold.edge(edge);
        fold.add(Day::from_days(day), edge, Counts::whole(successes, failures));
    }
    fold.finish()
}

fn analyse(timeline: &Timeline) -> Convergence {
    convergence(timeline, &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default())
}

/// `days` days of two edges at rates 0.1 and 0.9, a hundred pulls a day each.
fn two_edges(days: i32) -> Timeline {
    let cells: Vec<_> = (0..days).flat_map(|day| [(day, "bad", 10, 90), (day, "good", 90, 10)]).collect();
    timeline(&cells)
}

#[test]
fn a_clear_winner_is_settled_from_the_third_day_of_the_rule() {
    let analysis = analyse(&two_edges(5));
    let verdict = &analysis.verdict;
    assert_eq!((verdict.state, verdict.since), (VerdictState::Settled, Some(Day::from_days(2))));
    assert_eq!(verdict.leader.map(|edge| analysis.edges.name(edge)), Some("good"));
    assert!(verdict.p_best.unwrap() > 0.999 && verdict.value_remaining.unwrap() < 1e-12);
    let states: Vec<_> = analysis.days.iter().map(|day| day.verdict).collect();
    assert_eq!(states[..3], [VerdictState::Exploring, VerdictState::Exploring, VerdictState::Settled]);
    assert!(verdict.under_other_priors.iter().all(|other| other.state == VerdictState::Settled));
}

#[test]
fn equal_edges_are_tied_and_never_settled() {
    let cells: Vec<_> = (0..10).flat_map(|day| [(day, "a", 4_000, 6_000), (day, "b", 4_000, 6_000)]).collect();
    let analysis = analyse(&timeline(&cells));
    assert_eq!(analysis.verdict.state, VerdictState::Tied);
    assert_eq!(analysis.verdict.p_best, Some(0.5));
    let last = analysis.days.last().unwrap();
    assert!((last.best_edge_entropy - 2f64.ln()).abs() < 1e-12 && (last.effective_edges - 2.0).abs() < 1e-12);
}

#[test]
fn the_leader_is_set_beside_the_edge_that_comes_next() {
    let analysis = analyse(&two_edges(5));
    let ahead = analysis.verdict.ahead.unwrap();
    assert_eq!(analysis.edges.name(ahead.runner_up), "bad");
    // Beta(451, 51) less Beta(51, 451).
    assert!((ahead.difference.mean - 400.0 / 502.0).abs() < 1e-15);
    assert!(ahead.difference.lower < ahead.difference.mean && ahead.difference.mean < ahead.difference.upper);
    let object = serde_json::to_value(analysis.document()).unwrap();
    assert_eq!(object["verdict"]["runner_up"], "bad");
    assert_eq!(object["verdict"]["difference"]["mean"], ahead.difference.mean);
    let alone = analyse(&timeline(&[(0, "a", 1, 1)]));
    let object = serde_json::to_value(alone.document()).unwrap();
    assert!(alone.verdict.ahead.is_none() && object["verdict"]["difference_reason"].is_string(), "{object}");
    assert_eq!(alone.standings[0].p_within_epsilon, 1.0);
}

#[test]
fn what_is_called_settled_wrongly_in_expectation_is_the_sum_of_what_the_calls_leave() {
    // One best, one surely not, and one whose P(best) lies between the thresholds but whom its width settles.
    let rows = [(0, "a", 6_000, 4_000), (0, "b", 5_870, 4_130), (0, "c", 1_000, 9_000)];
    let wide = Settings { epsilon: 0.1, ..Settings::default() };
    let analysis = convergence(&timeline(&rows), &Priors::new(Beta::UNIFORM), View::Cumulative, &wide);
    let p: Vec<f64> = analysis.standings.iter().map(|standing| standing.p_best).collect();
    assert!(analysis.standings.iter().all(|standing| standing.state == EdgeState::Settled), "{p:?}");
    assert!(p[0] >= 0.95 && p[1] > 0.01 && p[2] <= 0.01, "{p:?}");
    let expected = analysis.verdict.expected_false_discoveries.unwrap();
    assert!((expected - ((p[1] + p[2]) + p[2])).abs() < 1e-15, "{expected} of {p:?}");
    // b is 0.013 behind, and ε is 0.06.
    let near: Vec<f64> = analysis.standings.iter().map(|standing| standing.p_within_epsilon).collect();
    assert!(near[0] > 0.999 && near[1] > 0.999 && near[2] < 1e-9, "{near:?}");
    // Nothing is claimed of edges that are still being learned.
    let learning = analyse(&timeline(&[(0, "a", 30, 30), (0, "b", 30, 30)]));
    assert_eq!(learning.verdict.expected_false_discoveries, Some(0.0));
}

#[test]
fn few_successes_are_starved_whatever_the_failures() {
    let analysis = analyse(&timeline(&[(0, "a", 40, 4_000), (1, "a", 40, 4_000), (2, "a", 19, 4_000)]));
    assert_eq!(analysis.verdict.state, VerdictState::Starved);
    assert!(analysis.verdict.reason.contains("99 successes"), "{}", analysis.verdict.reason);
}

#[test]
fn half_the_pulls_on_starved_edges_starve_the_whole() {
    let names: Vec<String> = (0..20).map(|k| format!("thin{k:02}")).collect();
    let mut cells: Vec<(i32, &str, u64, u64)> = names.iter().map(|name| (0, name.as_str(), 10, 10)).collect();
    cells.push((0, "thick", 200, 199));
    assert_eq!(analyse(&timeline(&cells)).verdict.state, VerdictState::Starved);
    cells.last_mut().unwrap().3 = 210;
    assert_eq!(analyse(&timeline(&cells)).verdict.state, VerdictState::Exploring);
}

#[test]
fn states_of_edges_follow_their_rules_in_order() {
    let mut cells = vec![(0, "blind", 500, 500)];
    for day in 0..8 {
        cells.extend([(day, "best", 90, 10), (day, "lost", 10, 90), (day, "few", 1, 1)]);
        cells.push((day, "rival", 89, 11));
    }
    let analysis = analyse(&timeline(&cells));
    let state = |name: &str| {
        let edge = analysis.edges.get(name).unwrap();
        let standing = analysis.standings.iter().find(|standing| standing.edge == edge).unwrap();
        (standing.state, standing.since)
    };
    assert_eq!(state("blind"), (EdgeState::Blind, Day::from_days(7)));
    assert_eq!(state("few").0, EdgeState::Starved);
    assert_eq!(state("lost").0, EdgeState::Settled);
    assert_eq!(state("best").0, EdgeState::Learning);
    assert_eq!(state("rival").0, EdgeState::Learning);
}

#[test]
fn under_a_pull_a_day_an_edge_is_starved_again() {
    let mut cells = vec![(0, "was_busy", 50, 50)];
    cells.extend((0..8).map(|day| (day, "busy", 10, 10)));
    cells.push((3, "was_busy", 1, 0));
    let analysis = analyse(&timeline(&cells));
    let standing = &analysis.standings[1];
    assert_eq!(standing.state, EdgeState::Starved);
    assert!(standing.why.contains("1 pull in the last 7 days"), "{}", standing.why);
}

#[test]
fn the_first_day_can_be_checked_by_hand() {
    let analysis = analyse(&timeline(&[(0, "a", 1, 0), (0, "b", 0, 1)]));
    let day = &analysis.days[0];
    let step = day.step_kl.unwrap();
    let one_success = 2f64.ln() - 0.5; // KL(Beta(2,1) ‖ Beta(1,1))
    for value in [step.median, step.max, day.information_gain / 2.0] {
        assert!((value - one_success).abs() < 1e-14);
    }
    assert!((step.ratio - 1.0).abs() < 1e-14);
    assert!((day.p_best - 5.0 / 6.0).abs() < 1e-12); // ∫ 2x (1 − (1−x)²) dx
    assert!((day.value_remaining - (0.7 - 2.0 / 3.0)).abs() < 1e-12); // E[max] = 1 − ∫ x²(2x − x²) dx = 0.7
    assert_eq!(analysis.standings[0].prior_share, 2.0 / 3.0);
}

#[test]
fn a_day_without_feedback_has_no_step_and_the_same_beliefs() {
    let analysis = analyse(&timeline(&[(0, "a", 5, 5), (2, "a", 5, 5)]));
    let [first, idle, _] = &analysis.days[..] else { panic!("three calendar days") };
    assert_eq!((idle.events, idle.active_edges, idle.step_kl), (0.0, 0, None));
    assert_eq!(idle.information_gain, first.information_gain);
    let json = serde_json::to_value(analysis.document()).unwrap();
    assert!(json["days"][1]["step_kl"]["median"].is_null() && json["days"][1]["reason"].is_string());
}

#[test]
fn an_empty_timeline_is_starved_and_says_so() {
    let analysis = analyse(&Timeline::default());
    assert_eq!((analysis.verdict.state, analysis.verdict.since), (VerdictState::Starved, None));
    assert_eq!(analysis.verdict.reason, "there is no feedback");
}

#[test]
fn a_half_life_lets_the_morning_fall_back_to_the_prior() {
    let timeline = timeline(&[(0, "a", 8, 0), (1, "a", 0, 1)]);
    let view = View::half_life(1.0).unwrap();
    let analysis = convergence(&timeline, &Priors::new(Beta::UNIFORM), view, &Settings::default());
    let posterior = Beta::new(5.0, 2.0).unwrap();
    assert_eq!(analysis.standings[0].posterior, posterior);
    let step = kl(posterior, Beta::new(5.0, 1.0).unwrap());
    assert!((analysis.standings[0].step_kl - step).abs() < 1e-15);
}

#[test]
fn unequal_evidence_under_another_prior_can_change_the_verdict() {
    let cells: Vec<_> = (0..4).flat_map(|day| [(day, "a", 60, 40), (day, "b", 40, 60)]).collect();
    let strong = Priors::new(Beta::new(5_000.0, 5_000.0).unwrap());
    let analysis = convergence(&timeline(&cells), &strong, View::Cumulative, &Settings::default());
    assert_eq!(analysis.verdict.state, VerdictState::Tied, "{}", analysis.verdict.reason);
    assert_eq!(analysis.verdict.under_other_priors[0].state, VerdictState::Settled);
}

fn cells() -> impl Strategy<Value = Vec<(i32, usize, u64, u64)>> {
    prop::collection::vec((0i32..12, 0usize..5, 0u64..40, 0u64..40), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_known_on_a_day_does_not_depend_on_later_days(cells in cells(), cut in 0i32..12) {
        let names = ["a", "b", "c", "d", "e"];
        let all: Vec<_> = cells.iter().map(|&(day, edge, s, f)| (day, names[edge], s, f)).collect();
        let early: Vec<_> = all.iter().copied().filter(|cell| cell.0 <= cut).collect();
        let (whole, prefix) = (analyse(&timeline(&all)), analyse(&timeline(&early)));
        for (day, again) in whole.days.iter().zip(&prefix.days) {
            prop_assert_eq!((day.p_best, day.value_remaining, day.verdict), (again.p_best, again.value_remaining, again.verdict));
            prop_assert_eq!(whole.edges.name(day.leader), prefix.edges.name(again.leader));
            prop_assert_eq!(day.step_kl, again.step_kl);
        }
    }

    #[test]
    fn every_number_is_one(cells in cells()) {
        let names = ["a", "b", "c", "d", "e"];
        let cells: Vec<_> = cells.iter().map(|&(day, edge, s, f)| (day, names[edge], s, f)).collect();
        let analysis = analyse(&timeline(&cells));
        for day in &analysis.days {
            let numbers = [day.p_best, day.value_remaining, day.best_edge_entropy, day.information_gain, day.sd.median];
            prop_assert!(numbers.iter().all(|x| x.is_finite() && *x >= 0.0), "{day:?}");
            if let Some(step) = day.step_kl {
                prop_assert!(step.ratio.is_finite() && step.ratio_band.lower >= 0.0);
                prop_assert!(step.ratio_band.lower < 1.0 + 1e-9 && step.ratio_band.upper > 1.0 - 1e-9, "{step:?}");
            }
        }
    }
}

/// Under the model, the day's Σ ratio must lie inside its 95 % band on about 95 % of days.
#[test]
fn the_noise_band_covers_what_the_model_generates() {
    use rand::{RngExt, SeedableRng};
    let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(7);
    for (edges, pulls) in [(1usize, 40u64), (3, 15), (6, 20), (10, 5), (40, 50)] {
        let (mut inside, mut days) = (0u32, 0u32);
        for _ in 0..40 {
            let rates: Vec<f64> = (0..edges).map(|_| Beta::UNIFORM.draw(&mut rng)).collect();
            let mut fold = Fold::default();
            for day in 0..10 {
                for (k, &rate) in rates.iter().enumerate() {
                    let edge = fold.edge(&format!("e{k}"));
                    let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate).count() as u64;
                    fold.add(Day::from_days(day), edge, Counts::whole(successes, pulls - successes));
                }
            }
            for step in analyse(&fold.finish()).days.iter().filter_map(|day| day.step_kl) {
                inside += u32::from(step.ratio_band.lower <= step.ratio && step.ratio <= step.ratio_band.upper);
                days += 1;
            }
        }
        // 400 days: 95 % ± 3.3 standard errors of 1.1 %.
        let coverage = f64::from(inside) / f64::from(days);
        assert!((0.914..=0.986).contains(&coverage), "{edges} edges, {pulls} pulls: {coverage}");
    }
}
