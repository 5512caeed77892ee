//! The thresholds of the rules.

use thiserror::Error;

/// The thresholds of the rules.
///
/// ```
/// use betadrift::convergence::Settings;
/// let settings = Settings { hold_days: 7, ..Settings::default() };
/// assert_eq!((settings.level, settings.epsilon, settings.hold_days), (0.95, 0.02, 7));
/// assert!(settings.validated().is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Level of the equal-tailed intervals, in (0, 1).
    pub level: f64,
    /// ε, the indifference, as a share of the leader's mean, above 0.
    pub epsilon: f64,
    /// Days for which a verdict's condition must hold, at least 1.
    pub hold_days: u32,
    /// Pulls below which an edge is starved.
    pub min_pulls: f64,
    /// Days without feedback after which an edge is blind, at least 1.
    pub blind_days: u32,
    /// The last days over which an edge that may be the best must have had one rate, at least 2.
    pub drift_days: u32,
    /// How many edges to keep the history of.
    pub top: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { level: 0.95, epsilon: 0.02, hold_days: 3, min_pulls: 30.0, blind_days: 7, drift_days: 14, top: 50 }
    }
}

/// Why settings are refused.
///
/// ```
/// use betadrift::convergence::{Settings, SettingsError};
/// let refused = Settings { level: 95.0, ..Settings::default() }.validated();
/// assert_eq!(refused, Err(SettingsError::Level(95.0)));
/// assert_eq!(refused.unwrap_err().to_string(), "level (95) must lie between 0 and 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The level is not inside (0, 1).
    #[error("level ({0}) must lie between 0 and 1")]
    Level(f64),
    /// ε is not above zero.
    #[error("epsilon ({0}) must be finite and greater than zero")]
    Epsilon(f64),
    /// A number of days below one.
    #[error("{0} must be at least one day")]
    Days(&'static str),
    /// Too few days to tell a change in.
    #[error("drift-days ({0}) must be at least 2")]
    DriftDays(u32),
    /// The least number of pulls is negative or not finite.
    #[error("min-pulls ({0}) must be finite and not negative")]
    MinPulls(f64),
}

impl Settings {
    /// The settings, if each is in its range.
    ///
    /// # Errors
    /// [`SettingsError`] naming the first that is not.
    pub fn validated(self) -> Result<Self, SettingsError> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(SettingsError::Level(self.level));
        }
        if !(self.epsilon.is_finite() && self.epsilon > 0.0) {
            return Err(SettingsError::Epsilon(self.epsilon));
        }
        if !(self.min_pulls.is_finite() && self.min_pulls >= 0.0) {
            return Err(SettingsError::MinPulls(self.min_pulls));
        }
        if self.drift_days < 2 {
            return Err(SettingsError::DriftDays(self.drift_days));
        }
        match (self.hold_days, self.blind_days) {
            (0, _) => Err(SettingsError::Days("hold-days")),
            (_, 0) => Err(SettingsError::Days("blind-days")),
            _ => Ok(self),
        }
    }
}
