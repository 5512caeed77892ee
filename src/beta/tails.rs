//! Tails, quantiles and equal-tailed intervals of a Beta.

use serde::Serialize;

use super::Beta;
use crate::special::{IncBeta, Tails, logistic};

/// A rate and what it leaves to one, each to full relative precision.
///
/// Of a million trials none failed: P(rate ≤ x) = x^1e6, so that half of what is believed lies above 1 − 6.9e-7:
///
/// ```
/// use betadrift::beta::Beta;
/// let median = Beta::new(1e6, 1.0)?.quantile(0.5);
/// assert!(median.x < 1.0 && (median.complement / 6.931e-7 - 1.0).abs() < 1e-4);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The rate x.
    pub x: f64,
    /// 1 − x.
    pub complement: f64,
}

/// An interval of rates: equal-tailed or of highest density where it is one of belief, always valid where it is one of
/// confidence.
///
/// P(rate ≤ x) = x² under Beta(2, 1):
///
/// ```
/// use betadrift::beta::Beta;
/// let interval = Beta::new(2.0, 1.0)?.interval(0.5);
/// assert_eq!(interval.level, 0.5);
/// assert!((interval.lower - 0.25_f64.sqrt()).abs() < 1e-14 && (interval.upper - 0.75_f64.sqrt()).abs() < 1e-14);
/// assert!((interval.upper + interval.upper_complement - 1.0).abs() < 1e-15);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The probability inside, or with which it holds the true rate.
    pub level: f64,
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// 1 − upper, which near zero says more than `upper` can.
    pub upper_complement: f64,
}

impl Beta {
    /// The probability of a rate of at most `rate`, I_rate(α, β); relative accuracy 1e-10 for α, β in 1e-2 … 1e8.
    ///
    /// P(rate ≤ x) = x² under Beta(2, 1):
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert!((Beta::new(2.0, 1.0)?.cdf(0.5) - 0.25).abs() < 1e-14);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn cdf(self, rate: f64) -> f64 {
        IncBeta::new(self.alpha, self.beta).tails(rate, 1.0 - rate).lower
    }

    /// The probability of a rate above `rate`, 1 − I_rate(α, β), accurate also when it is tiny.
    ///
    /// P(rate > x) = (1 − x)²⁰⁰ under Beta(1, 200), where 1 − [`Beta::cdf`] is nothing but rounding:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let posterior = Beta::new(1.0, 200.0)?;
    /// assert!((posterior.sf(0.5) / 0.5_f64.powi(200) - 1.0).abs() < 1e-10);
    /// assert_eq!(1.0 - posterior.cdf(0.5), 0.0);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn sf(self, rate: f64) -> f64 {
        IncBeta::new(self.alpha, self.beta).tails(rate, 1.0 - rate).upper
    }

    /// The probability of a logit ln(p/(1−p)) of at most `logit`.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let posterior = Beta::new(2.0, 1.0)?;
    /// assert!((posterior.cdf_logit(0.0) - 0.25).abs() < 1e-14); // a rate of at most ½
    /// assert!((posterior.cdf_logit(0.0) + posterior.sf_logit(0.0) - 1.0).abs() < 1e-15);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn cdf_logit(self, logit: f64) -> f64 {
        IncBeta::new(self.alpha, self.beta).tails_at_logit(logit).lower
    }

    /// The probability of a logit above `logit`.
    pub fn sf_logit(self, logit: f64) -> f64 {
        IncBeta::new(self.alpha, self.beta).tails_at_logit(logit).upper
    }

    /// ln of the density of the logit t = ln(p/(1−p)): p^α(1−p)^β/B(α, β).
    ///
    /// That of the uniform law is p(1−p), ¼ at a rate of ½:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert!((Beta::UNIFORM.ln_density_logit(0.0) - 0.25_f64.ln()).abs() < 1e-14);
    /// ```
    pub fn ln_density_logit(self, logit: f64) -> f64 {
        IncBeta::new(self.alpha, self.beta).ln_density_at_logit(logit)
    }

    /// The rate that a rate falls below with probability `p`.
    ///
    /// Relative accuracy 1e-10 on the smaller of the rate and its complement for α, β in 1e-2 … 1e8 and p ≥ 1e-300.
    /// A rate below the smallest positive number is 0.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// // P(rate ≤ x) = x² under Beta(2, 1)
    /// let quarter = Beta::new(2.0, 1.0).unwrap().quantile(0.0625);
    /// assert!((quarter.x - 0.25).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// Unless p lies in [0, 1].
    pub fn quantile(self, p: f64) -> Quantile {
        Quantile::at_logit(self.quantile_logit(p))
    }

    /// The rate that a rate exceeds with probability `q`.
    ///
    /// P(rate > x) = (1 − x)² under Beta(1, 2):
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let exceeded_once_in_a_hundred = Beta::new(1.0, 2.0)?.upper_quantile(0.01);
    /// assert!((exceeded_once_in_a_hundred.x - 0.9).abs() < 1e-15);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    ///
    /// # Panics
    /// Unless q lies in [0, 1].
    pub fn upper_quantile(self, q: f64) -> Quantile {
        Quantile::at_logit(self.upper_quantile_logit(q))
    }

    /// The logit of [`Beta::quantile`], which never rounds to the end of its scale; infinite for p = 0 and p = 1.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let (median, end) = (Beta::UNIFORM.quantile_logit(0.5), Beta::UNIFORM.quantile_logit(0.0));
    /// assert!(median.abs() < 1e-12 && end == f64::NEG_INFINITY);
    /// // P(rate ≤ x) = x^0.001, so that the median is 2^−1000, and its logit −1000 ln 2 almost to the last digit.
    /// let tiny = Beta::new(0.001, 1.0)?.quantile_logit(0.5);
    /// assert!((tiny / (-1_000.0 * 2_f64.ln()) - 1.0).abs() < 1e-10);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    ///
    /// # Panics
    /// Unless p lies in [0, 1].
    pub fn quantile_logit(self, p: f64) -> f64 {
        assert!((0.0..=1.0).contains(&p), "a probability lies in [0, 1], not {p}");
        IncBeta::new(self.alpha, self.beta).logit_at(Tails { lower: p, upper: 1.0 - p })
    }

    /// The logit of [`Beta::upper_quantile`].
    ///
    /// Of the uniform law exceeded with chance q: ln((1 − q)/q).
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let logit = Beta::UNIFORM.upper_quantile_logit(1e-30);
    /// assert!((logit / -1e-30_f64.ln() - 1.0).abs() < 1e-12); // the rate itself rounds to 1
    /// ```
    ///
    /// # Panics
    /// Unless q lies in [0, 1].
    pub fn upper_quantile_logit(self, q: f64) -> f64 {
        assert!((0.0..=1.0).contains(&q), "a probability lies in [0, 1], not {q}");
        IncBeta::new(self.alpha, self.beta).logit_at(Tails { lower: 1.0 - q, upper: q })
    }

    /// The rate that is exceeded half the time.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// assert!((Beta::new(2.0, 1.0)?.median() - 0.5_f64.sqrt()).abs() < 1e-14); // P(rate ≤ x) = x²
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn median(self) -> f64 {
        self.quantile(0.5).x
    }

    /// The equal-tailed interval of probability `level`: below it lies (1 − level)/2, and above it as much.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let interval = Beta::UNIFORM.interval(0.95);
    /// assert!((interval.lower - 0.025).abs() < 1e-15 && (interval.upper - 0.975).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// Unless the level lies in [0, 1].
    pub fn interval(self, level: f64) -> Interval {
        let tail = 0.5 * (1.0 - level);
        let Quantile { x: lower, .. } = self.quantile(tail);
        let Quantile { x: upper, complement: upper_complement } = self.upper_quantile(tail);
        Interval { level, lower, upper, upper_complement }
    }
}

impl Quantile {
    fn at_logit(logit: f64) -> Self {
        let (x, complement) = logistic(logit);
        Self { x, complement }
    }
}
