//! Protects the chance of being among the k best: against references made by other means, and by the laws that tie it to
//! P(best).

use std::collections::BTreeMap;

use betadrift::beta::Beta;
use betadrift::decision::{decide, top_k};
use proptest::prelude::*;

#[test]
fn agrees_with_the_reference_to_1e_9() {
    let mut cases: BTreeMap<(String, usize), Vec<(Beta, f64)>> = BTreeMap::new();
    for row in csv::Reader::from_path("tests/reference/top_k.csv").unwrap().records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let key = (row[0].to_owned(), row[1].parse().unwrap());
        cases.entry(key).or_default().push((Beta::new(number(2), number(3)).unwrap(), number(4)));
    }
    assert_eq!(cases.len(), 16);
    for ((name, k), rows) in cases {
        let posteriors: Vec<Beta> = rows.iter().map(|row| row.0).collect();
        for (edge, (ours, (_, reference))) in top_k(&posteriors, k).iter().zip(&rows).enumerate() {
            assert!((ours - reference).abs() < 1e-9, "{name}, k = {k}, edge {edge}: {ours} for {reference}");
        }
    }
}

#[test]
fn edges_that_are_alike_share_the_slots() {
    for (edges, k) in [(2, 1), (3, 2), (7, 3), (1000, 10)] {
        let shares = top_k(&vec![Beta::new(3.0, 11.0).unwrap(); edges], k);
        assert!(shares.iter().all(|&p| p == k as f64 / edges as f64), "{k} of {edges}");
    }
    let (ahead, behind) = (Beta::new(5.0, 5.0).unwrap(), Beta::new(4.0, 6.0).unwrap());
    let p = top_k(&[behind, ahead, behind, ahead, behind], 3);
    assert!(p[0] == p[2] && p[2] == p[4] && p[1] == p[3] && p[1] > p[0], "{p:?}");
}

#[test]
fn no_slot_and_slots_for_all_leave_nothing_to_chance() {
    let posteriors = [Beta::UNIFORM, Beta::new(3.0, 1.0).unwrap()];
    assert_eq!(top_k(&posteriors, 0), [0.0, 0.0]);
    assert_eq!(top_k(&posteriors, 2), [1.0, 1.0]);
    assert_eq!(top_k(&posteriors, 5), [1.0, 1.0]);
    assert_eq!(top_k(&[], 3), [0.0; 0]);
}

#[test]
fn edges_far_ahead_are_certain_and_edges_far_behind_have_no_chance() {
    let at = |alpha, beta| Beta::new(alpha, beta).unwrap();
    let p = top_k(&[at(9e5, 1e5), at(8e5, 2e5), at(5e5, 5e5), at(5e5, 5e5), at(1e5, 9e5)], 3);
    for (ours, right) in p.iter().zip([1.0, 1.0, 0.5, 0.5, 0.0]) {
        assert!((ours - right).abs() < 1e-12, "{p:?}");
    }
}

#[test]
fn many_edges_sum_to_the_slots() {
    let posteriors: Vec<Beta> =
        (0..500u32).map(|k| Beta::new(1.0 + f64::from(k % 97), 1.0 + f64::from(k % 109)).unwrap()).collect();
    let p = top_k(&posteriors, 20);
    assert!((p.iter().sum::<f64>() - 20.0).abs() < 1e-9);
}

/// Parameters over ten orders of magnitude.
fn parameter() -> impl Strategy<Value = f64> {
    (-2.0f64..8.0).prop_map(|exponent| 10f64.powf(exponent))
}

fn posteriors() -> impl Strategy<Value = Vec<Beta>> {
    prop::collection::vec((parameter(), parameter()), 2..9)
        .prop_map(|rows| rows.into_iter().map(|(a, b)| Beta::new(a, b).unwrap()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_slots_never_lower_a_chance_and_the_sum_is_the_slots(posteriors in posteriors()) {
        let mut before = vec![0.0; posteriors.len()];
        for k in 1..=posteriors.len() {
            let p = top_k(&posteriors, k);
            prop_assert!((p.iter().sum::<f64>() - k as f64).abs() < 1e-9);
            prop_assert!(p.iter().zip(&before).all(|(now, before)| *now >= before - 1e-9 && *now <= 1.0));
            before = p;
        }
    }

    #[test]
    fn being_left_out_alone_is_being_the_worst(posteriors in posteriors()) {
        let mirrored: Vec<Beta> = posteriors.iter().map(|b| Beta::new(b.beta(), b.alpha()).unwrap()).collect();
        let worst = decide(&mirrored).p_best;
        for (p, worst) in top_k(&posteriors, posteriors.len() - 1).iter().zip(worst) {
            prop_assert!((p - (1.0 - worst)).abs() < 1e-9, "{} and {}", p, 1.0 - worst);
        }
    }

    #[test]
    fn a_permutation_permutes_the_chances(posteriors in posteriors(), k in 1usize..8) {
        let mut reversed = posteriors.clone();
        reversed.reverse();
        let mut p = top_k(&reversed, k);
        p.reverse();
        prop_assert_eq!(top_k(&posteriors, k), p);
    }
}
