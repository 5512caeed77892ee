//! Counts in order: by counting where they are whole and few of them are far apart, which takes no comparisons.

/// Pairs of counts in order of the first, then of the second; and of each kind of count, how many there are of each size, in
/// ascending order.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) pairs: Vec<(f64, f64)>,
    pub(super) first: Vec<(f64, usize)>,
    pub(super) second: Vec<(f64, usize)>,
    pub(super) sums: Vec<(f64, usize)>,
}

impl Sorted {
    /// Of pairs, and of their sums in the same order.
    pub(super) fn new(mut pairs: Vec<(f64, f64)>, sums: Vec<f64>) -> Self {
        let whole: Option<Vec<(u32, u32)>> =
            pairs.iter().map(|&(first, second)| Some((small(first)?, small(second)?))).collect();
        // About one pair for each size or more, so that going through the sizes costs no more than through the pairs.
        let close = 2 * pairs.len() + 1_024;
        match whole {
            Some(whole) if whole.iter().all(|&(first, second)| first.max(second) as usize <= close) => {
                Self::count(whole, pairs)
            }
            _ => {
                pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
                let by_size = |counts: &mut dyn Iterator<Item = f64>| by_size(counts.collect());
                let first = by_size(&mut pairs.iter().map(|pair| pair.0));
                let second = by_size(&mut pairs.iter().map(|pair| pair.1));
                Self { pairs, first, second, sums: by_size(&mut sums.into_iter()) }
            }
        }
    }

    /// Of whole numbers, with the room of the pairs that they were.
    fn count(mut whole: Vec<(u32, u32)>, mut pairs: Vec<(f64, f64)>) -> Self {
        let greatest = whole.iter().fold((0, 0), |most, pair| (pair.0.max(most.0), pair.1.max(most.1)));
        let (mut first, mut second) = (vec![0; greatest.0 as usize + 1], vec![0; greatest.1 as usize + 1]);
        let mut sums = vec![0; greatest.0 as usize + greatest.1 as usize + 1];
        for &(one, other) in &whole {
            first[one as usize] += 1;
            second[other as usize] += 1;
            sums[one as usize + other as usize] += 1;
        }
        let mut by_second = vec![(0, 0); whole.len()];
        put_stably(&whole, &second, |pair| pair.1, &mut by_second);
        put_stably(&by_second, &first, |pair| pair.0, &mut whole);
        for (pair, (one, other)) in pairs.iter_mut().zip(whole) {
            *pair = (f64::from(one), f64::from(other));
        }
        let sizes = |times: Vec<usize>| {
            let met = times.into_iter().enumerate().filter(|(_, times)| *times > 0);
            met.map(|(size, times)| (size as f64, times)).collect()
        };
        Self { pairs, first: sizes(first), second: sizes(second), sums: sizes(sums) }
    }
}

/// A count that is whole and not too great.
fn small(count: f64) -> Option<u32> {
    let whole = count as u32;
    (f64::from(whole) == count).then_some(whole)
}

/// How many counts there are of each size, in ascending order.
pub(super) fn by_size(mut counts: Vec<f64>) -> Vec<(f64, usize)> {
    counts.sort_unstable_by(f64::total_cmp);
    counts.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

/// Puts the pairs in order of one of their counts, of each size of which there are so many; pairs where it is the same stay as they are.
fn put_stably(pairs: &[(u32, u32)], times: &[usize], count: impl Fn(&(u32, u32)) -> u32, sorted: &mut [(u32, u32)]) {
    let mut end = 0;
    let place = |times: &usize| {
        end += times;
        end - times
    };
    let mut places: Vec<usize> = times.iter().map(place).collect();
    for pair in pairs {
        let place = &mut places[count(pair) as usize];
        sorted[*place] = *pair;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_is_sorting() {
        let draw = |index: usize, below: u64| ((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % below;
        for (n, below, far) in
            [(0, 1, 0.0), (1, 5, 0.0), (500, 7, 0.0), (500, 2_000, 0.0), (300, 50, 1e9), (300, 9, 0.5)]
        {
            let mut pairs: Vec<(f64, f64)> =
                (0..n).map(|index| (draw(index, below) as f64, draw(index + 7_919, below) as f64)).collect();
            if let Some(last) = pairs.last_mut() {
                *last = (last.0 + far, last.1 + far);
            }
            let mut expected = pairs.clone();
            expected.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let sums: Vec<f64> = pairs.iter().map(|pair| pair.0 + pair.1).collect();
            let sorted = Sorted::new(pairs.clone(), sums.clone());
            assert_eq!(sorted.pairs, expected, "{n} below {below}, {far}");
            assert_eq!(sorted.first, by_size(pairs.iter().map(|pair| pair.0).collect()));
            assert_eq!(sorted.second, by_size(pairs.iter().map(|pair| pair.1).collect()));
            assert_eq!(sorted.sums, by_size(sums));
            assert_eq!(sorted.sums.iter().map(|(_, times)| times).sum::<usize>(), n);
        }
    }
}
