//! Counts in order: by counting where they are whole and few of them are far apart, which takes no comparisons.

/// The greatest of some counts, if they are whole and there is about one count for each number up to it or more.
fn dense(counts: impl ExactSizeIterator<Item = f64>) -> Option<usize> {
    let most = 2 * counts.len() + 1_024;
    let (greatest, are_whole) = counts.fold((0.0, true), |(greatest, are_whole): (f64, bool), count| {
        (greatest.max(count), are_whole & (count >= 0.0 && count.trunc() == count))
    });
    (are_whole && greatest <= most as f64).then_some(greatest as usize)
}

/// How many counts there are of each size, in ascending order.
pub(super) fn by_size(mut counts: Vec<f64>) -> Vec<(f64, usize)> {
    if let Some(greatest) = dense(counts.iter().copied()) {
        let mut times = vec![0; greatest + 1];
        counts.iter().for_each(|&count| times[count as usize] += 1);
        let met = times.into_iter().enumerate().filter(|(_, times)| *times > 0);
        return met.map(|(count, times)| (count as f64, times)).collect();
    }
    counts.sort_unstable_by(f64::total_cmp);
    counts.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

/// Sorts pairs of counts by the first, then by the second.
pub(super) fn sort(pairs: &mut Vec<(f64, f64)>) {
    let first = dense(pairs.iter().map(|pair| pair.0));
    let second = dense(pairs.iter().map(|pair| pair.1));
    match (first, second) {
        (Some(first), Some(second)) => {
            *pairs = stably(pairs, second, |pair| pair.1);
            *pairs = stably(pairs, first, |pair| pair.0);
        }
        _ => pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))),
    }
}

/// The pairs in order of one of their counts, at most the greatest; pairs where it is the same stay as they are.
fn stably(pairs: &[(f64, f64)], greatest: usize, count: impl Fn(&(f64, f64)) -> f64) -> Vec<(f64, f64)> {
    let mut places = vec![0; greatest + 2];
    pairs.iter().for_each(|pair| places[count(pair) as usize + 1] += 1);
    for size in 1..places.len() {
        places[size] += places[size - 1];
    }
    let mut sorted = vec![(0.0, 0.0); pairs.len()];
    for pair in pairs {
        let place = &mut places[count(pair) as usize];
        sorted[*place] = *pair;
        *place += 1;
    }
    sorted
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
            let sizes = by_size(pairs.iter().map(|pair| pair.0).collect());
            sort(&mut pairs);
            assert_eq!(pairs, expected, "{n} below {below}, {far}");
            let of_size = |size: f64| expected.iter().filter(|pair| pair.0 == size).count();
            assert!(sizes.iter().all(|&(size, times)| times == of_size(size)) && sizes.is_sorted());
            assert_eq!(sizes.iter().map(|(_, times)| times).sum::<usize>(), n);
        }
    }
}
