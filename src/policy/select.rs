//! Choosing the greatest scores, ties at random.

use rand::RngExt;

use crate::feedback::EdgeId;
use crate::seed::Stream;

/// Fills `slots` with the edges of the greatest scores, greatest first; equal scores are equally likely to come first.
/// Scores that were chosen are spent (−∞). No score is NaN.
pub(super) fn greatest(scores: &mut [f64], slots: &mut [EdgeId], rng: &mut Stream) {
    for filled in 0..slots.len() {
        if filled > 0 {
            scores[slots[filled - 1].index()] = f64::NEG_INFINITY;
        }
        slots[filled] = EdgeId::new(argmax(scores, &slots[..filled], rng));
    }
}

/// The position of the greatest score outside `taken`; among equals by reservoir sampling of size one
/// (Vitter 1985, doi:10.1145/3147.3165).
fn argmax(scores: &[f64], taken: &[EdgeId], rng: &mut Stream) -> usize {
    let (mut best, mut position, mut ties) = (f64::NEG_INFINITY, 0, 0u32);
    for (candidate, &score) in scores.iter().enumerate() {
        if score > best {
            (best, position, ties) = (score, candidate, 1);
        } else if score == best && !(score == f64::NEG_INFINITY && taken.contains(&EdgeId::new(candidate))) {
            ties += 1;
            if rng.random_range(0..ties) == 0 {
                position = candidate;
            }
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn the_greatest_come_first_and_none_twice() {
        let mut slots = [EdgeId::new(0); 3];
        greatest(&mut [0.1, f64::NEG_INFINITY, 0.9], &mut slots, &mut stream(1, Purpose::Choice, &[]));
        assert_eq!(slots.map(EdgeId::index), [2, 0, 1]);
    }

    #[test]
    fn equal_scores_share_the_first_place_evenly() {
        let rng = &mut stream(2, Purpose::Choice, &[]);
        let mut firsts = [0.0; 4];
        for _ in 0..9_000 {
            let mut slots = [EdgeId::new(0); 2];
            greatest(&mut [0.5, 0.2, 0.5, 0.5], &mut slots, rng);
            assert!(slots.iter().all(|edge| edge.index() != 1) && slots[0] != slots[1]);
            firsts[slots[0].index()] += 1.0;
        }
        // χ² with 2 degrees of freedom: its upper 0.1 % point is 13.8.
        let chi_square: f64 = [0, 2, 3].map(|edge| f64::powi(firsts[edge] - 3_000.0, 2) / 3_000.0).iter().sum();
        assert!(chi_square < 13.8, "{firsts:?}");
    }
}
