//! The interval of a rate in a line of text.

/// A line of `width` columns over the range: dashes from the lower end to the upper, a dot at the mean.
pub(super) fn bar((lower, mean, upper): (f64, f64, f64), range: (f64, f64), width: usize) -> String {
    let length = range.1 - range.0;
    let place = |value: f64| {
        let share = if length > 0.0 { ((value - range.0) / length).clamp(0.0, 1.0) } else { 0.5 };
        (share * (width.max(1) - 1) as f64).round() as usize
    };
    let (from, at, to) = (place(lower), place(mean), place(upper));
    let mark = |column: usize| match column {
        _ if column == at => '●',
        _ if column == from && column < at => '├',
        _ if column == to && column > at => '┤',
        _ if (from..=to).contains(&column) => '─',
        _ => ' ',
    };
    (0..width).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_lies_where_its_interval_does() {
        assert_eq!(bar((0.0, 0.5, 1.0), (0.0, 1.0), 9), "├───●───┤");
        assert_eq!(bar((0.25, 0.25, 0.5), (0.0, 1.0), 9), "  ●─┤    ");
        assert_eq!(bar((0.5, 0.5, 0.5), (0.0, 1.0), 3), " ● ");
        assert_eq!(bar((0.5, 0.5, 0.5), (0.5, 0.5), 3), " ● ");
    }
}
