//! Protects choices by one draw: the chance of each is the one that is computed, with and without a floor.

use betadrift::beta::Beta;
use betadrift::decision::{decide, top_k};
use betadrift::seed::{Purpose, Stream, stream};
use betadrift::selection::{Draw, Floor, FloorError, draw, greatest};

const SEEDS: u64 = 20_000;

fn arms() -> Vec<Beta> {
    [(12.0, 20.0), (9.0, 20.0), (3.0, 9.0), (30.0, 61.0), (1.0, 4.0)].map(|(a, b)| Beta::new(a, b).unwrap()).to_vec()
}

/// How often each edge is among those chosen, over many seeds.
fn frequencies(edges: usize, choose: impl Fn(&[Draw], &mut Stream) -> Vec<usize>) -> Vec<f64> {
    let mut chosen = vec![0.0; edges];
    for seed in 0..SEEDS {
        let draws = draw(&arms()[..edges], &mut stream(seed, Purpose::Choice, &[]));
        choose(&draws, &mut stream(seed, Purpose::Choice, &[0])).into_iter().for_each(|edge| chosen[edge] += 1.0);
    }
    chosen
}

/// Pearson's χ² of how often each edge was the one chosen.
fn chi_square(frequencies: &[f64], chances: &[f64]) -> f64 {
    frequencies.iter().zip(chances).map(|(found, p)| (found - SEEDS as f64 * p).powi(2) / (SEEDS as f64 * p)).sum()
}

#[test]
fn the_first_choice_is_as_frequent_as_p_best() {
    let found = frequencies(5, |draws, _| greatest(draws, 1));
    // χ² with 4 degrees of freedom: its upper 0.1 % point is 18.47.
    let chi_square = chi_square(&found, &decide(&arms()).p_best);
    assert!(chi_square < 18.47, "{chi_square}: {found:?}");
}

#[test]
fn a_floor_changes_frequencies_as_it_says() {
    let floor = Floor::new(0.1, 5, 1).unwrap();
    let found = frequencies(5, |draws, rng| floor.uniform(rng).unwrap_or_else(|| greatest(draws, 1)));
    let chances: Vec<f64> = decide(&arms()).p_best.into_iter().map(|p| floor.propensity(p)).collect();
    assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    let with_floor = chi_square(&found, &chances);
    assert!(with_floor < 18.47, "{with_floor}: {found:?}");
    // The test sees a floor that is not accounted for.
    assert!(chi_square(&found, &decide(&arms()).p_best) > 1000.0);
}

#[test]
fn edges_are_among_the_chosen_as_often_as_their_chance() {
    let floor = Floor::new(0.2, 5, 2).unwrap();
    let p = top_k(&arms(), 2);
    for (found, chances) in [
        (frequencies(5, |draws, _| greatest(draws, 2)), p.clone()),
        (
            frequencies(5, |draws, rng| floor.uniform(rng).unwrap_or_else(|| greatest(draws, 2))),
            p.iter().map(|&p| floor.propensity(p)).collect(),
        ),
    ] {
        for (found, p) in found.iter().zip(&chances) {
            // Beyond 4 standard deviations lies 6e-5, ten times over 6e-4.
            let deviation = (found - SEEDS as f64 * p) / (SEEDS as f64 * p * (1.0 - p)).sqrt();
            assert!(deviation.abs() < 4.0, "{deviation}: {found} for {p}");
        }
        assert!((chances.iter().sum::<f64>() - 2.0).abs() < 1e-9);
    }
}

#[test]
fn a_floor_that_all_edges_cannot_have_is_refused() {
    assert!(Floor::new(0.25, 4, 1).is_ok() && Floor::new(0.5, 4, 2).is_ok() && Floor::new(0.0, 0, 0).is_ok());
    assert_eq!(Floor::new(0.26, 4, 1), Err(FloorError::TooHigh { floor: 0.26, edges: 4, slots: 1 }));
    assert!(matches!(Floor::new(-0.1, 4, 1), Err(FloorError::NotAProbability(_))));
    assert!(matches!(Floor::new(f64::NAN, 4, 1), Err(FloorError::NotAProbability(_))));
    let all = Floor::new(0.25, 4, 1).unwrap();
    assert_eq!((all.chance_of_uniform(), all.propensity(0.9)), (1.0, 0.25));
}

#[test]
fn rates_that_round_to_zero_do_not_tie() {
    let faint = Beta::new(1e-3, 1e6).unwrap();
    let mut first = 0u32;
    for seed in 0..1000 {
        let draws = draw(&[faint, faint], &mut stream(seed, Purpose::Choice, &[]));
        assert_ne!(draws[0], draws[1]);
        first += u32::from(greatest(&draws, 1) == [0]);
    }
    // A fair coin stays within 4 standard deviations of 500, which are 15.8 each, but for 6e-5.
    assert!(first.abs_diff(500) < 64, "{first}");
}
