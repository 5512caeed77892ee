//! Sample quantiles, linear between order statistics (type 7 of Hyndman & Fan 1996, doi:10.2307/2684934).

use super::{Quantiles5, Quartiles};

/// Values in ascending order.
pub(super) struct Sorted(Vec<f64>);

impl Sorted {
    /// Sorts values.
    pub(super) fn new(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Self(values)
    }

    /// The quantile at `p` in [0, 1].
    ///
    /// # Panics
    /// Without values.
    pub(super) fn at(&self, p: f64) -> f64 {
        let position = p * (self.0.len() - 1) as f64;
        let below = position.floor();
        let (low, high) = (self.0[below as usize], self.0[position.ceil() as usize]);
        low + (position - below) * (high - low)
    }

    pub(super) fn quartiles(&self) -> Quartiles {
        Quartiles { lower: self.at(0.25), median: self.at(0.5), upper: self.at(0.75) }
    }

    pub(super) fn five(&self) -> Quantiles5 {
        [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| self.at(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_order_statistics() {
        let sorted = Sorted::new(vec![4.0, 1.0, 3.0, 2.0]);
        assert_eq!((sorted.at(0.0), sorted.at(0.5), sorted.at(0.75), sorted.at(1.0)), (1.0, 2.5, 3.25, 4.0));
        assert_eq!(Sorted::new(vec![7.0]).five(), [7.0; 5]);
    }
}
