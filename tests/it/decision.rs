//! Protects the quantities to decide on: P(best), E[max] and value remaining against references made by other means.

use std::collections::BTreeMap;

use betadrift::beta::Beta;
use betadrift::decision::decide;
use proptest::prelude::*;

struct Case {
    posteriors: Vec<Beta>,
    p_best: Vec<f64>,
    expected_max: f64,
    value_remaining: f64,
}

fn cases() -> BTreeMap<String, Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for row in csv::Reader::from_path("tests/reference/decision.csv").unwrap().records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let case = cases.entry(row[0].to_owned()).or_insert_with(|| Case {
            posteriors: Vec::new(),
            p_best: Vec::new(),
            expected_max: number(4),
            value_remaining: number(5),
        });
        case.posteriors.push(Beta::new(number(1), number(2)).unwrap());
        case.p_best.push(number(3));
    }
    cases
}

#[test]
fn agrees_with_the_reference_to_1e_9() {
    let cases = cases();
    assert_eq!(cases.len(), 14);
    for (name, case) in cases {
        let decision = decide(&case.posteriors);
        for (k, (ours, reference)) in decision.p_best.iter().zip(&case.p_best).enumerate() {
            assert!((ours - reference).abs() < 1e-9, "{name}, edge {k}: {ours} for {reference}");
        }
        assert!((decision.expected_max - case.expected_max).abs() < 1e-9, "{name}: {}", decision.expected_max);
        let error = (decision.value_remaining - case.value_remaining).abs();
        assert!(
            error < 1e-9 * case.value_remaining + 1e-13,
            "{name}: {} for {}",
            decision.value_remaining,
            case.value_remaining
        );
    }
}

#[test]
fn identical_edges_share_the_chance_exactly() {
    for edges in [2, 3, 7, 100_000] {
        let decision = decide(&vec![Beta::new(3.0, 11.0).unwrap(); edges]);
        assert!(decision.p_best.iter().all(|&p| p == 1.0 / edges as f64), "{edges} edges");
    }
    let ahead = Beta::new(5.0, 5.0).unwrap();
    let behind = Beta::new(4.0, 6.0).unwrap();
    let decision = decide(&[behind, ahead, behind, ahead]);
    assert_eq!(decision.p_best[0], decision.p_best[2]);
    assert_eq!(decision.p_best[1], decision.p_best[3]);
}

#[test]
fn uniform_edges_have_the_order_statistics_of_uniforms() {
    // E[max of K uniforms] = K/(K+1).
    for edges in [2usize, 10, 1_000, 100_000] {
        let decision = decide(&vec![Beta::UNIFORM; edges]);
        let exact = edges as f64 / (edges as f64 + 1.0);
        assert!((decision.expected_max - exact).abs() < 1e-11, "{edges}: {}", decision.expected_max);
    }
}

#[test]
fn no_edge_and_one_edge_leave_nothing_to_decide() {
    let none = decide(&[]);
    assert_eq!((none.p_best.len(), none.value_remaining, none.entropy(), none.p_wrong()), (0, 0.0, 0.0, 0.0));
    let one = decide(&[Beta::new(2.0, 6.0).unwrap()]);
    assert_eq!((one.p_best[0], one.expected_max, one.value_remaining), (1.0, 0.25, 0.0));
    assert_eq!((one.entropy(), one.p_wrong()), (0.0, 0.0));
}

#[test]
fn many_different_edges_sum_to_one() {
    let posteriors: Vec<Beta> =
        (0..20_000u32).map(|k| Beta::new(1.0 + f64::from(k % 97), 1.0 + f64::from(k % 1009)).unwrap()).collect();
    let decision = decide(&posteriors);
    assert!((decision.p_best.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn hopeless_rivals_leave_nothing_to_win_and_nothing_negative() {
    let hopeless = [27.5, 89.5, 744_145.1, 211.7, 316_912.7].map(|beta| Beta::new(1.0, beta).unwrap());
    let leader = Beta::new(32_721.0, 3_124.4).unwrap();
    let decision = decide(&[&hopeless[..], &[leader]].concat());
    assert!((0.0..1e-14).contains(&decision.value_remaining), "{}", decision.value_remaining);
    assert_eq!(decision.p_best[5], 1.0);
}

/// Parameters over ten orders of magnitude.
fn parameter() -> impl Strategy<Value = f64> {
    (-2.0f64..8.0).prop_map(|exponent| 10f64.powf(exponent))
}

fn posteriors() -> impl Strategy<Value = Vec<Beta>> {
    prop::collection::vec((parameter(), parameter()), 1..12)
        .prop_map(|rows| rows.into_iter().map(|(a, b)| Beta::new(a, b).unwrap()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn probabilities_sum_to_one_and_values_are_bounded(posteriors in posteriors()) {
        let decision = decide(&posteriors);
        prop_assert!((decision.p_best.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(decision.p_best.iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!(decision.value_remaining >= 0.0 && decision.expected_max <= 1.0 + 1e-12);
        prop_assert!(decision.expected_loss.iter().all(|&loss| loss >= decision.value_remaining));
        prop_assert!(decision.entropy() <= (posteriors.len() as f64).ln() + 1e-12);
        prop_assert!((decision.p_wrong() - (1.0 - decision.p_best.iter().copied().fold(0.0, f64::max))).abs() < 1e-12);
    }

    #[test]
    fn two_edges_are_mirrored_when_success_and_failure_are(a in parameter(), b in parameter(), c in parameter(), d in parameter()) {
        let pair = |p: (f64, f64), q: (f64, f64)| decide(&[Beta::new(p.0, p.1).unwrap(), Beta::new(q.0, q.1).unwrap()]);
        let (plain, mirrored) = (pair((a, b), (c, d)), pair((b, a), (d, c)));
        prop_assert!((plain.p_best[0] - mirrored.p_best[1]).abs() < 1e-9);
    }

    #[test]
    fn a_permutation_permutes_the_answer(posteriors in posteriors()) {
        let mut reversed = posteriors.clone();
        reversed.reverse();
        let mut p_best = decide(&reversed).p_best;
        p_best.reverse();
        prop_assert_eq!(decide(&posteriors).p_best, p_best);
    }
}

/// With means that round to 1, s·x − α is a difference of equals: no digit of it may be needed.
#[test]
fn edges_that_are_all_but_certain_keep_their_chances() {
    let beta = |alpha: f64, beta: f64| Beta::new(alpha, beta).unwrap();
    for alpha in [1e8, 1e9, 1e12] {
        let decision = decide(&[beta(alpha, 1e-9), Beta::UNIFORM, beta(2.0, 2.0)]);
        assert!((decision.p_best[0] - 1.0).abs() < 1e-12 && decision.p_best[1] < 1e-12, "{decision:?}");
        assert_eq!(decide(&[beta(alpha, 1e-9); 2]).p_best, [0.5; 2]);
        // Where both are all but 1, who is nearer is a matter of small β alone: β₂/(β₁ + β₂).
        let near = decide(&[beta(alpha, 1e-9), beta(alpha, 1e-8)]).p_best;
        assert!((near[0] - 10.0 / 11.0).abs() < 1e-6, "{near:?}");
    }
}
