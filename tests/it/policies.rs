//! Protects what the policies promise beyond regret: first plays, ties, late and batched feedback, several slots.

use std::collections::HashSet;

use betadrift::simulate::{Event, Scenario, record, simulate, timeline};

/// One day of 100 trials, with more keys at the top and more tables at the end.
fn scenario(keys: &str, rates: &str, policy: &str, tables: &str) -> Scenario {
    let text = format!(
        "{keys}\ndays = 1\ntrials_per_day = 100\n[environment]\nkind = \"stationary\"\nrates = {rates}\n\
         [[policy]]\nkind = {policy}\n{tables}"
    );
    Scenario::from_toml(&text).unwrap()
}

fn events(scenario: &Scenario) -> Vec<Event> {
    let mut events = Vec::new();
    record(scenario, 0, 0, |event| events.push(event));
    events
}

fn played(events: &[Event]) -> Vec<usize> {
    events.iter().map(|event| event.edge.index()).collect()
}

#[test]
fn optimists_play_every_edge_once_first_even_when_no_feedback_returns() {
    let late = "[feedback]\ndelay = { kind = \"fixed\", mean_hours = 48 }";
    for policy in ["\"ucb1\"", "\"kl_ucb\"", "\"moss\""] {
        for feedback in ["", late] {
            let rates = "[1, 0, 0.5, 0.5, 0.2, 0.9]";
            let first: HashSet<usize> =
                played(&events(&scenario("", rates, policy, feedback)))[..6].iter().copied().collect();
            assert_eq!(first.len(), 6, "{policy} {feedback}");
        }
    }
}

#[test]
fn the_others_start_from_the_prior() {
    // The first edge is sure to succeed: greedy, once it has played it, never leaves.
    let plays = played(&events(&scenario("", "[1, 1, 1]", "\"greedy\"", "")));
    assert!(plays.iter().all(|&edge| edge == plays[0]));
}

#[test]
fn ties_are_broken_at_random() {
    let first_plays = |policy: &str| -> HashSet<usize> {
        (0..60)
            .map(|seed| played(&events(&scenario(&format!("seed = {seed}"), "[0.5, 0.5, 0.5]", policy, "")))[0])
            .collect()
    };
    let window = "\"sliding_window_thompson\"\nwindow = 9";
    for policy in [
        "\"greedy\"",
        "\"ucb1\"",
        "\"kl_ucb\"",
        "\"thompson\"",
        "\"uniform\"",
        "\"bayes_ucb\"",
        "\"moss\"",
        "\"ids\"",
        "\"exp3\"",
        window,
    ] {
        assert_eq!(first_plays(policy).len(), 3, "{policy}");
    }
}

#[test]
fn feedback_is_late_by_its_delay_and_pending_after_the_end() {
    let late = "[feedback]\ndelay = { kind = \"fixed\", mean_hours = 6 }";
    let events = events(&scenario("", "[0.5, 0.5]", "\"thompson\"", late));
    let quarter_day_ms = 6 * 3_600_000;
    for event in &events {
        // The trial served at 18:00 is answered at midnight, after the last day.
        assert_eq!(event.feedback.is_some(), event.trial < 75);
        assert!(event.feedback.is_none_or(|feedback| feedback.arrived_ms == event.served_ms + quarter_day_ms));
        // The first 25 trials are served before any answer has come, and know nothing.
        assert!(event.trial >= 25 || event.propensity == Some(0.5));
    }
    // The answer that arrives when a trial begins is known to it.
    assert_eq!(events[0].feedback.unwrap().arrived_ms, events[25].served_ms);
    assert_ne!(events[25].propensity, Some(0.5));
}

#[test]
fn a_batch_is_learned_at_its_end() {
    let batched = "[feedback]\nbatch = 9";
    let chances: Vec<Option<f64>> =
        events(&scenario("", "[1, 1]", "\"thompson\"", batched)).iter().map(|event| event.propensity).collect();
    // Within a batch the beliefs stand still: the chance of the first edge is one number.
    for batch in chances.chunks(9) {
        let first = batch[0].unwrap();
        assert!(batch.iter().all(|chance| [first, 1.0 - first].iter().any(|p| (chance.unwrap() - p).abs() < 1e-9)));
    }
    assert_eq!(chances[8], Some(0.5));
    // Nine successes are not shared evenly.
    assert_ne!(chances[9], Some(0.5));
}

#[test]
fn what_arrives_after_the_last_update_still_counts() {
    let scenario = scenario("", "[0.5, 0.5]", "\"uniform\"", "[feedback]\nbatch = 1000");
    let posteriors = record(&scenario, 0, 0, |_| ());
    let seen: f64 = posteriors.iter().map(|posterior| posterior.alpha() + posterior.beta() - 2.0).sum();
    assert_eq!(seen, 100.0);
    let totals: f64 = timeline(&scenario, 0, 0).totals().iter().map(|counts| counts.pulls()).sum();
    assert_eq!(totals, 100.0);
}

#[test]
fn slots_hold_different_edges_and_regret_counts_all_of_them() {
    let kinds = [
        "\"thompson\"",
        "\"top_two\"",
        "\"ucb1\"",
        "\"kl_ucb\"",
        "\"greedy\"",
        "\"uniform\"",
        "\"epsilon_greedy\"\nepsilon = 0.5",
        "\"bayes_ucb\"",
        "\"moss\"",
        "\"discounted_thompson\"\ngamma = 0.9",
        "\"sliding_window_thompson\"\nwindow = 10",
    ];
    for kind in kinds {
        let scenario = scenario("k = 2\nruns = 1", "[0.9, 0.2, 0.6]", kind, "");
        let events = events(&scenario);
        assert_eq!(events.len(), 200, "{kind}");
        let rates = [0.9, 0.2, 0.6];
        let regret: f64 = events
            .chunks(2)
            .map(|pair| {
                assert_ne!(pair[0].edge, pair[1].edge, "{kind}");
                1.5 - rates[pair[0].edge.index()] - rates[pair[1].edge.index()]
            })
            .sum();
        let best = events.iter().filter(|event| event.edge.index() != 1).count() as f64 / 200.0;
        let result = &simulate(&scenario).policies[0];
        assert!((result.regret[0].mean - regret).abs() < 1e-9, "{kind}");
        assert_eq!(result.best_share[0].mean, best, "{kind}");
    }
}

#[test]
fn epsilon_is_the_share_of_uniform_choices() {
    // With ε = 1 it is uniform, with ε = 0 greedy.
    let regret = |policy: &str| simulate(&scenario("runs = 400", "[0.9, 0.1]", policy, "")).policies[0].regret[0];
    let (one, zero) = (regret("\"epsilon_greedy\"\nepsilon = 1"), regret("\"epsilon_greedy\"\nepsilon = 0"));
    assert!((one.mean - 40.0).abs() < 4.0 * one.se.unwrap(), "{one:?}");
    let greedy = regret("\"greedy\"");
    assert!((zero.mean - greedy.mean).abs() < 4.0 * zero.se.unwrap().hypot(greedy.se.unwrap()), "{zero:?} {greedy:?}");
}

#[test]
fn a_change_of_the_world_changes_what_is_best() {
    let text = "runs = 1\ndays = 1\ntrials_per_day = 100\nk = 2\n[environment]\nkind = \"abrupt\"\nrates = [0.9, 0.1, 0.1]\n\
                changes = [{ trial = 50, edge = 0, rate = 0.0 }]\n[[policy]]\nkind = \"uniform\"";
    let scenario = Scenario::from_toml(text).unwrap();
    let regret: f64 = events(&scenario)
        .chunks(2)
        .map(|pair| {
            let first = pair.iter().any(|event| event.edge.index() == 0);
            match (pair[0].trial < 50, first) {
                (true, true) | (false, false) => 0.0,
                (true, false) => 0.8,
                (false, true) => 0.1,
            }
        })
        .sum();
    assert!((simulate(&scenario).policies[0].regret[0].mean - regret).abs() < 1e-9);
}

#[test]
fn what_chooses_by_known_chances_logs_them() {
    let late = "[feedback]\ndelay = { kind = \"fixed\", mean_hours = 6 }";
    for policy in ["\"exp3\"\ngamma = 0.2", "\"ids\""] {
        let chances: Vec<f64> = events(&scenario("", "[0.9, 0.1, 0.1]", policy, late))
            .iter()
            .map(|event| event.propensity.unwrap())
            .collect();
        // Before any answer, all edges are alike.
        assert!(chances[..25].iter().all(|chance| (chance - 1.0 / 3.0).abs() < 1e-12), "{policy}: {chances:?}");
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)), "{policy}: {chances:?}");
        assert!(chances[99] > 0.34, "{policy}: {chances:?}");
    }
    let ucb = events(&scenario("", "[0.9, 0.1]", "\"bayes_ucb\"", ""));
    assert!(ucb.iter().all(|event| event.propensity.is_none()));
}

/// One edge that always succeeds and one that always fails, with no forgetting to speak of.
#[test]
fn what_can_tell_a_sure_success_from_a_sure_failure_does() {
    for policy in [
        "\"bayes_ucb\"",
        "\"ids\"",
        "\"discounted_thompson\"\ngamma = 0.99\nper = \"day\"",
        "\"sliding_window_thompson\"\nwindow = 100",
    ] {
        let plays = played(&events(&scenario("", "[0, 1]", policy, "")));
        assert!(plays[50..].iter().filter(|&&edge| edge == 1).count() > 45, "{policy}: {plays:?}");
    }
}
