//! Sums whose rounding does not grow with their length.

/// Σ of the values, exact but for a few units in the last place where they have one sign, however many there are (Neumaier 1974,
/// doi:10.1002/zamm.19740540106). The sum of none is 0.
///
/// ```
/// use betadrift::special::sum;
/// assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
/// ```
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut rest) = (0.0f64, 0.0f64);
    for value in values {
        let next = sum + value;
        rest += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    if rest.is_finite() { sum + rest } else { sum }
}
