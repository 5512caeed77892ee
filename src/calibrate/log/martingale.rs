//! Whether outcomes went the way the mornings expected: sums of y − n·m against their standard deviation.
//!
//! In the morning of a day an edge has the belief Beta(a, b) with mean m = a/(a+b). If that is right, the y successes among the
//! day's n pulls are Beta–binomial with mean n·m and variance n·m(1−m)·(a+b+n)/(a+b+1) (Skellam 1948,
//! doi:10.1111/j.2517-6161.1948.tb00014.x). Whatever happened before is in the morning's belief already, so the differences
//! y − n·m of successive days are those of a martingale: uncorrelated, their variances add, and
//!
//! z = Σ (y_d − n_d m_d) / √Σ Var_d
//!
//! is about standard normal (Seillier-Moiseiwitsch & Dawid 1993, doi:10.1080/01621459.1993.10594328; Brown 1971,
//! doi:10.1214/aoms/1177693494). Beyond ±2 the beliefs were too low (z > 0) or too high (z < 0).
//!
//! *When to use it*: to ask whether the beliefs were right on average, per edge or over all. Early days have the greatest variance, so
//! that a wrong prior shows first; the days after each edge's first are summed apart. *When not*: it does not see beliefs that
//! are right on average and too sure (see the dispersion for that), and with few expected successes the normal law is rough. A day's
//! pulls should not depend on that day's answers: where a bandit learns within the day, good edges get more pulls just when they do
//! well, and z is a little too high. Rewards between 0 and 1 vary less than successes: z is then on the safe side.
//!
//! *By hand*: prior Beta(1, 1); day one 3 of 4, day two 1 of 4. Means ½ and 4/6, differences 1 and −5/3; variances
//! 4·¼·(2+4)/3 = 2 and 4·(2/9)·(6+4)/7 = 80/63. z = (−2/3)/√(206/63) = −0.3687.

use serde::Serialize;

use super::super::tail::normal_two_sided;
use crate::beta::Beta;

/// A sum of differences between what came and what was expected, and its variance.
///
/// Three of four under Beta(1, 1), then one of four under Beta(4, 2):
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::calibrate::Martingale;
/// let mut all = Martingale::day(Beta::UNIFORM, 3.0, 4.0);
/// assert_eq!((all.sum, all.variance), (1.0, 2.0)); // 3 − 4·½ and 4·¼·(2 + 4)/3
/// all += Martingale::day(Beta::new(4.0, 2.0)?, 1.0, 4.0);
/// assert!((all.z().unwrap() + 0.3687).abs() < 1e-4);
/// assert!((all.p().unwrap() - 0.7124).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Martingale {
    /// Σ (y − n·m).
    pub sum: f64,
    /// Σ Var(y).
    pub variance: f64,
}

impl Martingale {
    /// Of one day of one edge: `successes` of `pulls` under the morning's belief.
    pub fn day(morning: Beta, successes: f64, pulls: f64) -> Self {
        let strength = morning.alpha() + morning.beta();
        let (mean, miss) = (morning.mean(), morning.beta() / strength);
        let failures = pulls - successes;
        // y(1 − m) − (n − y)m keeps the digits of a mean next to 0 or 1.
        let sum = successes * miss - failures * mean;
        Self { sum, variance: pulls * mean * miss * ((strength + pulls) / (strength + 1.0)) }
    }

    /// The z-value; `None` without pulls.
    pub fn z(self) -> Option<f64> {
        (self.variance > 0.0).then(|| self.sum / self.variance.sqrt())
    }

    /// The two-sided p-value of z under the normal law.
    pub fn p(self) -> Option<f64> {
        self.z().map(normal_two_sided)
    }
}

impl std::ops::AddAssign for Martingale {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.variance += other.variance;
    }
}

/// The q-values of Benjamini & Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x): the least false-discovery rate at which
/// each hypothesis is rejected, min over p_(j) ≥ p_(i) of m·p_(j)/j. `None` where there is no p-value; those do not count.
///
/// ```
/// use betadrift::calibrate::false_discovery;
/// let q = false_discovery(&[Some(0.01), None, Some(0.04), Some(0.03)]);
/// assert_eq!(q, [Some(0.03), None, Some(0.04), Some(0.04)]);
/// ```
pub fn false_discovery(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> = p.iter().enumerate().filter_map(|(at, p)| Some((at, (*p)?))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    let hypotheses = order.len();
    let (mut q, mut least) = (vec![None; p.len()], 1.0);
    for (above, &(at, p)) in order.iter().enumerate() {
        least = f64::min(least, p * hypotheses as f64 / (hypotheses - above) as f64);
        q[at] = Some(least);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_page() {
        let mut z = Martingale::day(Beta::UNIFORM, 3.0, 4.0);
        z += Martingale::day(Beta::new(4.0, 2.0).unwrap(), 1.0, 4.0);
        assert!((z.z().unwrap() + (2.0 / 3.0) / (206.0f64 / 63.0).sqrt()).abs() < 1e-15);
        assert_eq!(Martingale::default().z(), None);
    }
}
