//! The Beta distribution.

mod draw;
pub mod hpd;
pub(crate) mod memo;
mod shape;
mod tails;

pub(crate) use draw::Sampler;
pub use hpd::NoHpd;
pub use tails::{Interval, Quantile};

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Parameters between which the accuracy of all that is computed of a Beta is known. Those from outside are held to it.
///
/// A Beta can have others, but the prior of a scenario cannot:
///
/// ```
/// use betadrift::beta::{Beta, TRUSTED};
/// use betadrift::simulate::Scenario;
/// assert!(!TRUSTED.contains(&1e13) && Beta::new(1e13, 1.0).is_ok());
/// let world = "days = 1\ntrials_per_day = 1\nenvironment = { kind = \"stationary\", rates = [0.5] }";
/// assert!(Scenario::from_toml(&format!("{world}\nprior = [1e12, 1.0]")).is_ok());
/// let error = Scenario::from_toml(&format!("{world}\nprior = [1e13, 1.0]")).unwrap_err();
/// assert!(error.to_string().ends_with("two numbers between 1e-9 and 1e12; outside of it, results cannot be trusted"));
/// ```
pub const TRUSTED: RangeInclusive<f64> = 1e-9..=1e12;

/// Beta(α, β) with finite α, β > 0: the law of a success rate.
///
/// ```
/// use betadrift::beta::Beta;
/// let after_3_of_5 = Beta::new(1.0 + 3.0, 1.0 + 2.0).unwrap();
/// assert_eq!(after_3_of_5.mean(), 4.0 / 7.0);
/// assert_eq!("4,3".parse(), Ok(after_3_of_5));
/// assert_eq!((after_3_of_5.alpha(), after_3_of_5.beta()), (4.0, 3.0));
/// assert!((after_3_of_5.variance() - 12.0 / 392.0).abs() < 1e-16); // 4·3/(7²·8)
/// assert_eq!((Beta::UNIFORM.mean(), Beta::JEFFREYS.mean()), (0.5, 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parameters", into = "Parameters")]
pub struct Beta {
    alpha: f64,
    beta: f64,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    alpha: f64,
    beta: f64,
}

/// Why a pair of numbers is not the parameters of a Beta.
///
/// ```
/// use betadrift::beta::{Beta, BetaError};
/// assert_eq!(Beta::new(1.0, 0.0), Err(BetaError::Beta(0.0)));
/// assert_eq!("one".parse::<Beta>(), Err(BetaError::NotTwoNumbers));
/// let message = Beta::new(-1.0, 1.0).unwrap_err().to_string();
/// assert_eq!(message, "alpha (-1) must be finite and greater than zero, from 1e-100 to 1e100");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum BetaError {
    /// α is not a finite number above zero, or so great or small that its square is none.
    #[error("alpha ({0}) must be finite and greater than zero, from 1e-100 to 1e100")]
    Alpha(f64),
    /// β is not a finite number above zero, or so great or small that its square is none.
    #[error("beta ({0}) must be finite and greater than zero, from 1e-100 to 1e100")]
    Beta(f64),
    /// A text that is not two numbers.
    #[error("a Beta is written as its two parameters, such as 1,1 or 0.5,2")]
    NotTwoNumbers,
}

impl Beta {
    /// Beta(1, 1), every rate alike.
    pub const UNIFORM: Self = Self { alpha: 1.0, beta: 1.0 };
    /// Beta(½, ½), the prior of Jeffreys (1946, doi:10.1098/rspa.1946.0056).
    pub const JEFFREYS: Self = Self { alpha: 0.5, beta: 0.5 };

    /// Beta(α, β).
    ///
    /// # Errors
    /// [`BetaError`] unless both parameters are finite and greater than zero (within 1e-100 to 1e100, so that no product of
    /// two overflows).
    pub fn new(alpha: f64, beta: f64) -> Result<Self, BetaError> {
        let valid = |x: f64| (1e-100..=1e100).contains(&x);
        match (valid(alpha), valid(beta)) {
            (true, true) => Ok(Self { alpha, beta }),
            (false, _) => Err(BetaError::Alpha(alpha)),
            (true, false) => Err(BetaError::Beta(beta)),
        }
    }

    /// α.
    pub fn alpha(self) -> f64 {
        self.alpha
    }

    /// β.
    pub fn beta(self) -> f64 {
        self.beta
    }

    /// α/(α+β).
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// αβ/((α+β)²(α+β+1)).
    pub fn variance(self) -> f64 {
        let s = self.alpha + self.beta;
        (self.alpha / s) * (self.beta / s) / (s + 1.0)
    }

    /// The Beta half-way between the parameters of two.
    pub(crate) fn midpoint(self, other: Self) -> Self {
        Self { alpha: self.alpha.midpoint(other.alpha), beta: self.beta.midpoint(other.beta) }
    }
}

impl FromStr for Beta {
    type Err = BetaError;

    /// Reads `A,B`.
    fn from_str(text: &str) -> Result<Self, BetaError> {
        let number = |part: &str| part.trim().parse::<f64>().map_err(|_| BetaError::NotTwoNumbers);
        let (alpha, beta) = text.split_once(',').ok_or(BetaError::NotTwoNumbers)?;
        Self::new(number(alpha)?, number(beta)?)
    }
}

impl TryFrom<Parameters> for Beta {
    type Error = BetaError;
    fn try_from(Parameters { alpha, beta }: Parameters) -> Result<Self, BetaError> {
        Self::new(alpha, beta)
    }
}

impl From<Beta> for Parameters {
    fn from(Beta { alpha, beta }: Beta) -> Self {
        Self { alpha, beta }
    }
}
