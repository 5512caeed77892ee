//! Protects off-policy estimates: every number against the same definitions written out row by row in another language, and the
//! laws that hold whatever the log.

use std::collections::BTreeMap;

use betadrift::beta::Beta;
use betadrift::evaluate::{AlarmKind, Error, Estimator, Evaluation, Settings, Target, TargetError, evaluate};
use betadrift::feedback::Reward;
use betadrift::special::student_quantile;
use betadrift::timeline::{CellFold, Cells};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

#[derive(Default)]
struct Case {
    fold: CellFold,
    target: Vec<(String, String, f64)>,
    settings: BTreeMap<String, f64>,
    estimates: BTreeMap<String, [Option<f64>; 4]>,
    weights: BTreeMap<String, f64>,
}

impl Case {
    fn evaluation(&self) -> Evaluation {
        let setting = |name: &str| self.settings[name];
        let settings = Settings {
            clip: setting("clip"),
            switch_lambda: setting("switch_lambda"),
            dros_lambda: setting("dros_lambda"),
            reward_prior: Beta::new(setting("alpha"), setting("beta")).unwrap(),
            level: setting("level"),
            ..Settings::default()
        };
        let cells = self.fold.clone().finish();
        let rows = self.target.iter().map(|(edge, segment, probability)| (&**edge, &**segment, *probability));
        evaluate(&cells, &Target::by_segment(&cells, rows).unwrap(), &settings).unwrap()
    }
}

fn cases() -> BTreeMap<String, Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for row in csv::Reader::from_path("tests/reference/evaluate.csv").unwrap().records() {
        let row = row.unwrap();
        let number = |at: usize| (!row[at].is_empty()).then(|| row[at].parse::<f64>().unwrap());
        let (case, name) = (cases.entry(row[0].to_owned()).or_default(), row[2].to_owned());
        match &row[1] {
            "row" => case.fold.add(&name, &row[3], number(4), row[5].parse().unwrap()),
            "target" => case.target.push((name, row[3].to_owned(), number(4).unwrap())),
            "setting" => drop(case.settings.insert(name, number(4).unwrap())),
            "estimate" => drop(case.estimates.insert(name, [4, 5, 6, 7].map(number))),
            "weight" => drop(case.weights.insert(name, number(4).unwrap())),
            other => panic!("{other}"),
        }
    }
    cases
}

fn near(got: Option<f64>, right: f64, tolerance: f64) -> bool {
    got.is_some_and(|got| (got - right).abs() <= tolerance * right.abs().max(1e-3))
}

#[test]
fn estimates_agree_with_their_definitions_row_by_row() {
    let cases = cases();
    assert_eq!(cases.len(), 15);
    for (name, case) in &cases {
        let evaluation = case.evaluation();
        for estimator in Estimator::ALL {
            let (got, right) = (evaluation.of(estimator), case.estimates[estimator.name()]);
            assert!(near(got.value, right[0].unwrap(), 1e-12), "{name} {estimator}: {got:?} for {right:?}");
            assert!(right[1].is_none_or(|se| near(got.se, se, 1e-11)), "{name} {estimator}: {got:?} for {right:?}");
            // brentq leaves 1e-14, and the flat side of a test of t² V about 1e-9.
            for (got, right) in [(got.lower, right[2]), (got.upper, right[3])] {
                assert!(right.is_none_or(|end| near(got, end, 1e-7)), "{name} {estimator}: {got:?} for {right:?}");
            }
        }
    }
}

#[test]
fn weights_agree_with_their_definitions_row_by_row() {
    for (name, case) in &cases() {
        let evaluation = case.evaluation();
        let (weights, right) = (&evaluation.weights, &case.weights);
        for (what, got) in [
            ("effective_sample", weights.effective_sample),
            ("mean", weights.mean),
            ("max", weights.max),
            ("min_propensity", weights.min_propensity),
            ("unsupported_target", Some(weights.unsupported_target)),
            ("matched", evaluation.of(Estimator::Replay).matched),
            ("evaluated", Some(evaluation.evaluated as f64)),
            ("difference_se", evaluation.difference.se),
        ] {
            assert!(near(got, right[what], 1e-9), "{name}: {what} {got:?} for {}", right[what]);
        }
        assert!(weights.max_possible >= weights.max, "{name}");
        assert_eq!(weights.distribution.iter().map(|(_, rows)| rows).sum::<f64>(), right["evaluated"], "{name}");
    }
}

/// Rows of edges with the same propensity, some of them successes.
fn log(rows: &[(&str, f64, u64, u64)]) -> Cells {
    let mut fold = CellFold::default();
    for &(edge, propensity, successes, failures) in rows {
        (0..successes).for_each(|_| fold.add(edge, "", Some(propensity), Reward::SUCCESS));
        (0..failures).for_each(|_| fold.add(edge, "", Some(propensity), Reward::FAILURE));
    }
    fold.finish()
}

fn kinds(evaluation: &Evaluation) -> Vec<AlarmKind> {
    evaluation.alarms.iter().map(|alarm| alarm.kind).collect()
}

#[test]
fn each_alarm_has_its_cause_and_sound_logs_have_none() {
    let settings = Settings::default();
    let uniform: Vec<(String, u64)> = (0..20).map(|i| (format!("e{i:02}"), 90 + i)).collect();
    let uniform: Vec<(&str, f64, u64, u64)> = uniform.iter().map(|(name, n)| (&**name, 0.05, 10, n - 10)).collect();
    let cells = log(&uniform);
    for target in [Target::uniform(&cells), Target::everywhere(&cells, [("e07", 1.0)]).unwrap()] {
        let evaluation = evaluate(&cells, &target, &settings).unwrap();
        assert_eq!(kinds(&evaluation), []);
        assert!(evaluation.sentences()[0].contains("snips"), "{:?}", evaluation.sentences());
    }

    let rare = log(&[("a", 0.0005, 1, 1), ("b", 0.9995, 100, 4000)]);
    let evaluation = evaluate(&rare, &Target::everywhere(&rare, [("a", 1.0)]).unwrap(), &settings).unwrap();
    assert_eq!(kinds(&evaluation), [AlarmKind::LowEffectiveSample, AlarmKind::DominatingRow]);
    assert!(evaluation.sentences()[0].starts_with("alarm: "), "{:?}", evaluation.sentences());
    let generous = Settings { min_effective: 0.0, ..settings };
    let target = Target::everywhere(&rare, [("a", 0.5), ("b", 0.5)]).unwrap();
    assert_eq!(kinds(&evaluate(&rare, &target, &generous).unwrap()), [AlarmKind::DominatingRow]);

    let doubled = log(&[("a", 0.25, 100, 400), ("b", 0.25, 200, 300)]);
    let evaluation = evaluate(&doubled, &Target::uniform(&doubled), &settings).unwrap();
    assert_eq!(kinds(&evaluation), [AlarmKind::MeanWeight]);
    assert!(evaluation.alarms[0].message.contains("mean weight is 2 "), "{}", evaluation.alarms[0].message);

    let half = log(&[("a", 0.5, 50, 50), ("b", 0.5, 50, 50)]);
    let evaluation = evaluate(&half, &Target::everywhere(&half, [("a", 0.5), ("c", 0.5)]).unwrap(), &settings).unwrap();
    assert_eq!(kinds(&evaluation), [AlarmKind::MeanWeight, AlarmKind::UnsupportedTarget]);
    assert_eq!(evaluation.weights.unsupported_target, 0.5);
}

#[test]
fn rows_without_a_usable_propensity_are_counted_and_move_nothing() {
    let mut fold = CellFold::default();
    for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::FAILURE), ("b", Reward::SUCCESS)] {
        fold.add(edge, "", Some(0.5), reward);
    }
    let sound = fold.clone().finish();
    for (propensity, times) in [(None, 1), (Some(0.0), 2), (Some(-0.0), 1), (Some(1.5), 4)] {
        (0..times).for_each(|_| fold.add("b", "", propensity, Reward::FAILURE));
    }
    let cells = fold.finish();
    let settings = Settings::default();
    let of = |cells: &Cells| evaluate(cells, &Target::uniform(cells), &settings).unwrap();
    let (with, without) = (of(&cells), of(&sound));
    assert_eq!((with.rows, with.evaluated), (11, 3));
    assert_eq!((&with.estimates, &with.weights), (&without.estimates, &without.weights));
    assert_eq!(kinds(&with), [AlarmKind::PropensityZero, AlarmKind::PropensityAboveOne, AlarmKind::PropensityMissing]);
    assert!(
        with.alarms[0].message.starts_with("3 rows")
            && with.alarms[0].message.ends_with("; they take no part in the estimates")
    );
    assert_eq!(with.alarms[2].message, "1 row has no propensity; it takes no part in the estimates");
}

#[test]
fn what_cannot_be_evaluated_is_refused() {
    let mut fold = CellFold::default();
    fold.add("a", "web", None, Reward::SUCCESS);
    let cells = fold.finish();
    let target = Target::uniform(&cells);
    let settings = Settings::default();
    assert_eq!(evaluate(&cells, &target, &settings), Err(Error::NoPropensity { rows: 1 }));
    for settings in [
        Settings { clip: 0.0, ..settings },
        Settings { switch_lambda: f64::NAN, ..settings },
        Settings { dros_lambda: -1.0, ..settings },
        Settings { level: 1.0, ..settings },
        Settings { min_effective: 1.5, ..settings },
    ] {
        assert!(matches!(evaluate(&cells, &target, &settings), Err(Error::Setting { .. })), "{settings:?}");
    }
    let refused = |rows: &[(&str, f64)]| Target::everywhere(&cells, rows.iter().copied()).unwrap_err();
    assert!(matches!(refused(&[("a", 0.5), ("b", 0.499)]), TargetError::Sum { .. }));
    assert!(matches!(refused(&[("a", -0.5), ("b", 1.5)]), TargetError::Probability { .. }));
    assert!(matches!(refused(&[("a", f64::NAN)]), TargetError::Probability { .. }));
    assert!(matches!(refused(&[("a", 0.5), ("a", 0.5)]), TargetError::Twice { .. }));
    let elsewhere = Target::by_segment(&cells, [("a", "app", 1.0)]).unwrap_err();
    assert_eq!(elsewhere.to_string(), "the log has segment `web`, but the target has no probabilities for it");
    assert!(Target::by_segment(&cells, [("a", "web", 1.0), ("a", "app", 1.0)]).is_ok());
}

#[test]
fn an_empty_log_has_estimates_of_nothing() {
    let cells = CellFold::default().finish();
    let evaluation = evaluate(&cells, &Target::uniform(&cells), &Settings::default()).unwrap();
    assert!(evaluation.estimates.iter().all(|(_, estimate)| estimate.value.is_none() && estimate.reason.is_some()));
    assert_eq!((evaluation.rows, evaluation.weights.effective_sample), (0, None));
    assert_eq!(evaluation.alarms[0].kind, AlarmKind::NoRows);
    assert_eq!(evaluation.alarms.len(), 1);
}

/// The heaviest kind of row has not come in one segment, but could have.
#[test]
fn the_largest_weight_possible_is_not_the_largest_seen() {
    let mut fold = CellFold::default();
    for (edge, segment, propensity, rows) in [("a", "x", 0.02, 1), ("b", "x", 0.98, 49), ("b", "y", 0.98, 50)] {
        (0..rows).for_each(|_| fold.add(edge, segment, Some(propensity), Reward::FAILURE));
    }
    let cells = fold.finish();
    let rows = [("a", "x", 0.1), ("b", "x", 0.9), ("a", "y", 0.9), ("b", "y", 0.1)];
    let evaluation = evaluate(&cells, &Target::by_segment(&cells, rows).unwrap(), &Settings::default()).unwrap();
    assert_eq!((evaluation.weights.max, evaluation.weights.max_possible), (Some(0.1 / 0.02), Some(0.9 / 0.02)));
    let [ips, clipped] = [Estimator::Ips, Estimator::ClippedIps].map(|estimator| evaluation.of(estimator).bernstein);
    // No success: the half width is that of the largest weight alone, 7 M ln(2/δ)/(3(n − 1)) with δ = 0.025.
    let half = |most: f64| 7.0 * most * (2.0f64 / 0.025).ln() / (3.0 * 99.0);
    assert!((ips.unwrap().upper - half(45.0)).abs() < 1e-12 && (clipped.unwrap().upper - half(10.0)).abs() < 1e-12);
}

#[test]
fn quantiles_of_t_are_those_of_the_tables() {
    // scipy.stats.t.ppf((1 + level)/2, dof)
    for (level, dof, right) in [
        (0.95, 1.0, 12.706_204_736_174_694),
        (0.95, 2.5, 3.574_654_842_003_681_7),
        (0.95, 5.0, 2.570_581_835_636_314_6),
        (0.8, 30.0, 1.310_415_025_391_395_5),
        (0.99, 1e3, 2.580_754_698_065_951),
        (0.95, 1e6, 1.959_966_356_814_107),
    ] {
        let got = student_quantile(level, dof);
        assert!((got - right).abs() < 2e-9 * right, "{level} {dof}: {got} for {right}");
    }
}

/// Ten edges logged with chances from 0.02 to 0.2, the target far from it: 500 logs of 150 rows each. The share of intervals
/// that hold the truth lies within 4 standard errors (α = 6e-5) of a range that a level of 0.95 leaves room for; a delta
/// interval of the same logs, as the negative control, does not.
#[test]
fn intervals_of_ratios_keep_their_level_at_small_effective_samples() {
    let edges: Vec<String> = (0..10).map(|i| format!("e{i}")).collect();
    let logging = [0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.12, 0.14, 0.16, 0.18];
    let target = [0.55, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05];
    let rates = [0.1, 0.12, 0.08, 0.05, 0.15, 0.1, 0.1, 0.1, 0.12, 0.08];
    let truth: f64 = target.iter().zip(rates).map(|(e, rate)| e * rate).sum();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20260101);
    const LOGS: u32 = 500;
    let (mut held, mut held_by_delta) = ([0.0; 2], 0.0);
    for _ in 0..LOGS {
        let mut fold = CellFold::default();
        for _ in 0..150 {
            let mut u: f64 = rng.random();
            let edge = logging
                .iter()
                .position(|p| {
                    u -= p;
                    u < 0.0
                })
                .unwrap_or(9);
            let reward = if rng.random::<f64>() < rates[edge] { Reward::SUCCESS } else { Reward::FAILURE };
            fold.add(&edges[edge], "", Some(logging[edge]), reward);
        }
        let cells = fold.finish();
        let law = edges.iter().map(|edge| &**edge).zip(target);
        let evaluation = evaluate(&cells, &Target::everywhere(&cells, law).unwrap(), &Settings::default()).unwrap();
        for (held, estimator) in held.iter_mut().zip([Estimator::Snips, Estimator::Sndr]) {
            let estimate = evaluation.of(estimator);
            *held += f64::from(u32::from((estimate.lower.unwrap()..=estimate.upper.unwrap()).contains(&truth)));
        }
        let snips = evaluation.of(Estimator::Snips);
        let half = 1.96 * snips.se.unwrap();
        held_by_delta += f64::from(u32::from((snips.value.unwrap() - truth).abs() <= half));
    }
    let logs = f64::from(LOGS);
    let noise = 4.0 * (0.95f64 * 0.05 / logs).sqrt();
    for held in held {
        assert!((0.95 - noise..=0.98 + noise).contains(&(held / logs)), "{}", held / logs);
    }
    assert!(held_by_delta / logs < 0.95 - noise, "{}", held_by_delta / logs);
}

fn cell() -> impl Strategy<Value = (usize, usize, f64, f64)> {
    (0usize..4, 0usize..2, 0.05f64..1.0, prop_oneof![Just(0.0), Just(1.0), 0.0f64..1.0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn intervals_hold_their_estimate_and_ratios_stay_in_the_range_of_rewards(
        rows in prop::collection::vec(cell(), 1..60),
        target in prop::collection::vec(0.0f64..1.0, 4),
    ) {
        let mut fold = CellFold::default();
        for (edge, segment, propensity, reward) in &rows {
            fold.add(["a", "b", "c", "d"][*edge], ["x", "y"][*segment], Some(*propensity), Reward::new(*reward).unwrap());
        }
        let cells = fold.finish();
        let sum: f64 = target.iter().sum();
        prop_assume!(sum > 0.1);
        let law = ["a", "b", "c", "d"].into_iter().zip(target.iter().map(|e| e / sum));
        let evaluation = evaluate(&cells, &Target::everywhere(&cells, law).unwrap(), &Settings::default()).unwrap();
        for (estimator, estimate) in &evaluation.estimates {
            let (Some(value), Some(lower), Some(upper)) = (estimate.value, estimate.lower, estimate.upper) else {
                continue;
            };
            prop_assert!(lower <= value && value <= upper, "{estimator}: {estimate:?}");
            prop_assert!(estimate.se.is_none_or(|se| se >= 0.0 && se.is_finite()), "{estimator}: {estimate:?}");
            if matches!(estimator, Estimator::Snips | Estimator::Replay | Estimator::Dm) {
                prop_assert!((-1e-12..=1.0 + 1e-12).contains(&value), "{estimator}: {estimate:?}");
            }
        }
        let Evaluation { difference, .. } = &evaluation;
        prop_assert!(difference.lower <= difference.value && difference.value <= difference.upper, "{difference:?}");
    }

    /// Where target and log are one policy, weighting changes nothing.
    #[test]
    fn the_policy_of_the_log_earns_what_the_log_earned(rows in prop::collection::vec((0usize..3, 0.0f64..1.0), 2..50)) {
        let mut fold = CellFold::default();
        ["a", "b", "c"].iter().for_each(|edge| fold.edge(edge));
        for (edge, reward) in &rows {
            fold.add(["a", "b", "c"][*edge], "", Some(1.0 / 3.0), Reward::new(*reward).unwrap());
        }
        let cells = fold.finish();
        let evaluation = evaluate(&cells, &Target::uniform(&cells), &Settings::default()).unwrap();
        for estimator in [Estimator::Ips, Estimator::Snips, Estimator::Replay] {
            let (got, logged) = (evaluation.of(estimator), &evaluation.logged);
            prop_assert!((got.value.unwrap() - logged.value.unwrap()).abs() < 1e-14);
            prop_assert!((got.se.unwrap() - logged.se.unwrap()).abs() < 1e-12);
        }
        prop_assert!(evaluation.difference.value.unwrap().abs() < 1e-14);
    }
}
