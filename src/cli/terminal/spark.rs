//! Values day by day in a line of text.

/// The heights, eighths of a line.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A character for each value between 0 and `most`, a blank for one that does not exist. Of more values than there is room
/// for, each character is the last of its share, so that the line ends where the values end.
pub(super) fn spark(values: &[Option<f64>], most: f64, room: usize) -> String {
    let columns = values.len().min(room);
    let last_of = |column: usize| values[((column + 1) * values.len()).div_ceil(columns) - 1];
    let height = |value: f64| {
        let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
        HEIGHTS[((share * HEIGHTS.len() as f64) as usize).min(HEIGHTS.len() - 1)]
    };
    (0..columns).map(|column| last_of(column).map_or(' ', height)).collect()
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn a_line_is_as_high_as_its_values_and_ends_where_they_end() {
        let values = |all: &[f64]| all.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(spark(&values(&[0.0, 0.5, 1.0]), 1.0, 9), "▁▅█");
        assert_eq!(spark(&values(&[0.0, 0.0]), 0.0, 9), "▁▁");
        assert_eq!(spark(&[Some(1.0), None, Some(2.0)], 2.0, 9), "▅ █");
        assert_eq!(spark(&values(&[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]), 1.0, 3), "▂▅█");
        assert_eq!(spark(&[], 1.0, 9), "");
    }
}
