//! Protects the law of delays: the numbers of an independent estimate, and that what is pending is neither failed nor lost.

use std::io::Cursor;

use betadrift::convergence::{DelayLaw, DelayWait, delay_law};
use betadrift::log::Input;
use betadrift::replay::{Keep, Options, replay};
use betadrift::report::delays::sentences;
use betadrift::timeline::Delays;

use crate::reference::rows;

/// The events of `tests/reference/delay_law.py`.
fn generated(case: usize) -> Vec<DelayWait> {
    let mut state = case as u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 2f64.powi(53)
    };
    let (count, hours) = [(5, 10.0), (40, 40.0), (300, 1_000.0), (2_000, 1_000.0)][case % 4];
    let event = |_| {
        let (hour, answered, success) = (1.0 + (next() * hours).floor(), next() < 0.7, next() < 0.4);
        DelayWait { hours: hour, events: 1, successes: answered.then_some(f64::from(u8::from(success))) }
    };
    (0..count).map(event).collect()
}

#[test]
fn the_law_is_that_of_an_independent_estimate_in_any_order() {
    let table = rows("delay_law");
    for case in 0..8 {
        let mut waits = generated(case);
        let law = delay_law(waits.iter().copied(), 0.95);
        waits.reverse();
        assert_eq!(delay_law(waits, 0.95), law);
        let expected: Vec<_> = table.iter().filter(|row| row["case"] == case as f64).collect();
        assert_eq!(law.steps.len(), expected.len());
        for (step, row) in law.steps.iter().zip(expected) {
            assert_eq!(step.hours, row["hours"]);
            let got = [step.share, step.band.lower, step.band.upper, step.successes];
            for (name, got) in ["share", "lower", "upper", "successes"].into_iter().zip(got) {
                assert!((got - row[name]).abs() < 1e-11, "case {case}, {} h, {name}: {got} {}", step.hours, row[name]);
            }
        }
    }
}

fn delays_of(text: &str, until: Option<&str>) -> Delays {
    let until = until.map(|day| day.parse().unwrap());
    let options = Options { keep: Keep { delays: true, ..Keep::default() }, until, ..Options::default() };
    let input = Input::reader("log.csv", Cursor::new(text.to_owned().into_bytes()));
    replay(vec![input], &options, &|_| {}).unwrap().delays.unwrap()
}

const LOG: &str = "timestamp,edge,reward,served_at\n\
    2026-01-01T11:00:00Z,a,1,2026-01-01T10:00:00Z\n\
    2026-01-03T10:00:00Z,a,0,2026-01-01T10:00:00Z\n\
    ,a,,2026-01-02T10:00:00Z\n\
    2026-01-01T09:00:00Z,b,1,2026-01-01T10:00:00Z\n\
    2026-01-01T10:00:00Z,b,1,\n";

#[test]
fn what_waits_is_censored_at_the_end_of_the_log_and_odd_rows_are_counted() {
    let delays = delays_of(LOG, None);
    assert_eq!((delays.answered.len(), delays.waiting.len(), delays.negative, delays.unserved), (2, 1, 1, 1));
    let law = DelayLaw::of(&delays, 0.95);
    assert_eq!((law.answered, law.waiting), (2, 1));
    // Waiting for a day when the log ends on the 3rd; in hours within 1 %.
    let near = |hours: f64, right: f64| hours >= right && hours <= 1.01 * right;
    assert!(near(delays.waiting[0].nanoseconds as f64 / 3.6e12, 24.0), "{delays:?}");
    // 1/3 within an hour; then one of the one that is left after the other's wait ended.
    assert!(near(law.steps[0].hours, 1.0) && near(law.steps[1].hours, 48.0), "{law:?}");
    assert!((law.within(2.0) - 1.0 / 3.0).abs() < 1e-15 && law.within(49.0) == 1.0);
    let said = sentences(&law, &delays).join(" ");
    assert!(
        said.contains("for half of the events within 2") && said.contains("33.3 % of the events are unanswered"),
        "{said}"
    );
    assert!(said.contains("1 answer before what it answers was served"), "{said}");
}

#[test]
fn an_answer_after_the_last_day_that_counts_is_still_waited_for() {
    let delays = delays_of(LOG, Some("2026-01-02"));
    assert_eq!((delays.answered.len(), delays.waiting.len()), (1, 2));
    let later: Vec<i32> = delays.answered.iter().map(|row| row.days_later).collect();
    assert_eq!(later, [0]);
}

#[test]
fn a_log_without_times_of_serving_has_no_law() {
    let delays = delays_of("timestamp,edge,reward\n2026-01-01T11:00:00Z,a,1\n", None);
    assert!(sentences(&DelayLaw::of(&delays, 0.95), &delays).is_empty());
}

#[test]
fn a_share_that_never_answers_is_not_assumed_away() {
    // Half of the events answer after an hour; the others have waited for a hundred.
    let answered = DelayWait { hours: 1.0, events: 50, successes: Some(25.0) };
    let law = delay_law([answered, DelayWait { hours: 100.0, events: 50, successes: None }], 0.95);
    assert_eq!((law.within(99.0), law.quantile(0.9)), (0.5, None));
    assert_eq!(law.steps[0].successes, 0.25);
    let said = sentences(&law, &Delays::default()).join(" ");
    assert!(said.contains("50 % within") || said.contains("for 50 %"), "{said}");
}
