//! How long feedback takes to return.

use rand_distr::{Distribution, Exp1, LogNormal};
use thiserror::Error;

use crate::keys::{Fault, Keys, Kind, Problem};
use crate::seed::Stream;
use crate::special::quadrature::integrate;

/// The table of delays: the word for each and its reader.
const KINDS: [Kind<(), Delay>; 4] = [
    ("none", |_, ()| Ok(Delay::None)),
    ("fixed", |keys, ()| Ok(Delay::Fixed { hours: keys.not_negative("mean_hours", None)? })),
    ("exponential", |keys, ()| Ok(Delay::Exponential { mean_hours: keys.not_negative("mean_hours", None)? })),
    ("lognormal", read_log_normal),
];

/// The law of the time between serving an edge and its feedback, in hours.
///
/// ```
/// use betadrift::environment::Delay;
/// use betadrift::seed::{Purpose, stream};
/// let rng = &mut stream(1, Purpose::Feedback, &[]);
/// assert_eq!(Delay::None.draw_hours(rng), 0.0);
/// assert_eq!(Delay::Fixed { hours: 6.0 }.draw_hours(rng), 6.0);
/// let exponential = Delay::Exponential { mean_hours: 6.0 };
/// let mean = (0..10_000).map(|_| exponential.draw_hours(rng)).sum::<f64>() / 1e4;
/// assert!((mean - 6.0).abs() < 0.24); // four standard errors
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delay {
    /// Feedback returns at once.
    None,
    /// Always the same.
    Fixed {
        /// Hours.
        hours: f64,
    },
    /// Without memory.
    Exponential {
        /// Mean, in hours.
        mean_hours: f64,
    },
    /// Most soon, some very late: see [`Delay::log_normal`].
    LogNormal(LogNormal<f64>),
}

/// Why a delay does not exist.
///
/// ```
/// use betadrift::environment::Delay;
/// let error = Delay::log_normal(24.0, 0.0).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "a log-normal delay needs a mean and a standard deviation above zero, not 24.0 and 0.0 hours"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error(
    "a log-normal delay needs a mean and a standard deviation above zero, not {mean_hours:?} and {sd_hours:?} hours"
)]
pub struct DelayError {
    mean_hours: f64,
    sd_hours: f64,
}

impl Delay {
    /// A log-normal delay with this mean and standard deviation *of the delay itself*:
    /// σ² = ln(1 + (sd/mean)²), μ = ln mean − σ²/2.
    ///
    /// # Errors
    /// [`DelayError`] unless both are finite and greater than zero.
    pub fn log_normal(mean_hours: f64, sd_hours: f64) -> Result<Self, DelayError> {
        let valid = |hours: f64| hours.is_finite() && hours > 0.0;
        (valid(mean_hours) && valid(sd_hours))
            .then(|| LogNormal::from_mean_cv(mean_hours, sd_hours / mean_hours).ok())
            .flatten()
            .map(Self::LogNormal)
            .ok_or(DelayError { mean_hours, sd_hours })
    }

    /// Reads which delay a table of a scenario describes.
    pub(crate) fn read(keys: &mut Keys<'_>) -> Result<Self, Fault> {
        keys.choose(&KINDS, |word| format!("delay {word}"), &()).map(|(_, delay)| delay)
    }

    /// A delay, in hours.
    pub fn draw_hours(&self, rng: &mut Stream) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Fixed { hours } => *hours,
            Self::Exponential { mean_hours } => {
                let unit: f64 = Exp1.sample(rng);
                mean_hours * unit
            }
            Self::LogNormal(law) => law.sample(rng),
        }
    }

    /// The probability of a delay of at most so many hours.
    ///
    /// ```
    /// use betadrift::environment::Delay;
    /// assert_eq!(Delay::Exponential { mean_hours: 3.0 }.share_within(3.0), 1.0 - (-1f64).exp());
    /// // The median of a log-normal law is mean / √(1 + (sd/mean)²).
    /// let median = 24.0 / (1.0f64 + 1.5 * 1.5).sqrt();
    /// assert!((Delay::log_normal(24.0, 36.0).unwrap().share_within(median) - 0.5).abs() < 1e-12);
    /// ```
    pub fn share_within(&self, hours: f64) -> f64 {
        match self {
            _ if hours < 0.0 => 0.0,
            Self::None => 1.0,
            Self::Fixed { hours: fixed } => f64::from(*fixed <= hours),
            Self::Exponential { mean_hours } if *mean_hours <= 0.0 => 1.0,
            Self::Exponential { mean_hours } => 1.0 - (-hours / mean_hours).exp(),
            Self::LogNormal(law) => {
                let (mu, above) = (law.from_zscore(0.0).ln(), law.from_zscore(1.0).ln());
                normal_share((hours.ln() - mu) / (above - mu))
            }
        }
    }
}

/// The probability of a standard normal of at most `z`, by quadrature of its density; absolute accuracy 1e-12.
fn normal_share(z: f64) -> f64 {
    const FAR: f64 = 9.0;
    let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let z = z.clamp(-FAR, FAR);
    0.5 + integrate(density, &[0.0, z / 2.0, z])
}

fn read_log_normal(keys: &mut Keys<'_>, (): &()) -> Result<Delay, Fault> {
    let (mean, sd) = (keys.not_negative("mean_hours", None)?, keys.not_negative("sd_hours", None)?);
    Delay::log_normal(mean, sd).map_err(|error| (keys.span(), Problem::Together(error.to_string().into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn delays_have_the_mean_and_spread_they_are_named_for() {
        let laws = [
            (Delay::None, 0.0, 0.0),
            (Delay::Fixed { hours: 3.0 }, 3.0, 0.0),
            (Delay::Exponential { mean_hours: 5.0 }, 5.0, 5.0),
            (Delay::log_normal(6.0, 2.0).unwrap(), 6.0, 2.0),
        ];
        let n = 40_000.0;
        for (law, mean, sd) in laws {
            let rng = &mut stream(4, Purpose::Feedback, &[]);
            let draws: Vec<f64> = (0..n as u32).map(|_| law.draw_hours(rng)).collect();
            let sample_mean = draws.iter().sum::<f64>() / n;
            let sample_sd = (draws.iter().map(|x| (x - sample_mean).powi(2)).sum::<f64>() / n).sqrt();
            // Five standard errors; that of the sd of the heaviest of these laws is below 2 sd/√n.
            assert!((sample_mean - mean).abs() <= 5.0 * sd / n.sqrt() + 1e-9, "{law:?} {sample_mean}");
            assert!((sample_sd - sd).abs() <= 10.0 * sd / n.sqrt() + 1e-9, "{law:?} {sample_sd}");
        }
    }

    #[test]
    fn shares_are_those_of_draws() {
        let laws =
            [Delay::Fixed { hours: 3.0 }, Delay::Exponential { mean_hours: 5.0 }, Delay::log_normal(6.0, 9.0).unwrap()];
        let n = 40_000.0;
        for law in laws {
            let rng = &mut stream(5, Purpose::Feedback, &[]);
            let draws: Vec<f64> = (0..n as u32).map(|_| law.draw_hours(rng)).collect();
            for hours in [0.5, 2.0, 3.0, 8.0, 40.0] {
                let (share, right) =
                    (draws.iter().filter(|&&x| x <= hours).count() as f64 / n, law.share_within(hours));
                // Five standard errors.
                assert!(
                    (share - right).abs() <= 5.0 * (right * (1.0 - right) / n).sqrt(),
                    "{law:?} {hours} {share} {right}"
                );
            }
        }
        // Φ(1.96) and Φ(−3), by mpmath.
        assert!((normal_share(1.96) - 0.975_002_104_851_779_6).abs() < 1e-12);
        assert!((normal_share(-3.0) - 0.001_349_898_031_630_094_6).abs() < 1e-12);
    }

    #[test]
    fn a_log_normal_needs_a_spread() {
        assert!(Delay::log_normal(6.0, 0.0).is_err());
        assert!(Delay::log_normal(f64::NAN, 1.0).is_err());
    }
}
