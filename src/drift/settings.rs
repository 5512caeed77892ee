//! The parameters of the detectors.

use serde::Serialize;
use thiserror::Error;

use super::PageHinkleySettings;
use crate::seed::DEFAULT_SEED;

/// The parameters of the detectors.
///
/// ```
/// use betadrift::drift::Settings;
/// let settings = Settings { hazard: 0.01, ..Settings::default() };
/// assert_eq!((settings.hazard, settings.within, settings.level, settings.blind_days), (0.01, 100, 0.95, 7));
/// assert!(settings.validated().is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// The chance that a new segment begins after a reward, in [0, 1).
    pub hazard: f64,
    /// w: P(run length ≤ w) is told.
    pub within: u32,
    /// The test of Page and Hinkley.
    pub page_hinkley: PageHinkleySettings,
    /// ADWIN's δ, in (0, 1).
    pub adwin_delta: f64,
    /// One less the false discovery rate over the edges, in (0, 1).
    pub level: f64,
    /// Days without feedback after which an edge is blind, at least 1.
    pub blind_days: u32,
    /// Simulated runs behind each in-control run length; 0 for none.
    pub in_control_runs: u32,
    /// The seed of these runs.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hazard: 0.001,
            within: 100,
            page_hinkley: PageHinkleySettings::default(),
            adwin_delta: 0.002,
            level: 0.95,
            blind_days: 7,
            in_control_runs: 50,
            seed: DEFAULT_SEED,
        }
    }
}

/// Why settings are refused.
///
/// ```
/// use betadrift::drift::{Settings, SettingsError};
/// let refused = Settings { hazard: 1.0, ..Settings::default() }.validated();
/// assert_eq!(refused, Err(SettingsError::Hazard(1.0)));
/// assert_eq!(refused.unwrap_err().to_string(), "hazard (1) must be at least 0 and less than 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The hazard is no chance, or certain.
    #[error("hazard ({0}) must be at least 0 and less than 1")]
    Hazard(f64),
    /// δ of Page–Hinkley.
    #[error("ph-delta ({0}) must be finite and not negative")]
    PageHinkleyDelta(f64),
    /// λ of Page–Hinkley.
    #[error("ph-lambda ({0}) must be finite and greater than zero")]
    PageHinkleyLambda(f64),
    /// What Page–Hinkley keeps of the past.
    #[error("ph-forgetting ({0}) must be greater than 0 and at most 1")]
    PageHinkleyForgetting(f64),
    /// ADWIN's δ.
    #[error("adwin-delta ({0}) must lie between 0 and 1")]
    AdwinDelta(f64),
    /// The level is not inside (0, 1).
    #[error("level ({0}) must lie between 0 and 1")]
    Level(f64),
    /// No days.
    #[error("blind-days must be at least one day")]
    BlindDays,
}

impl Settings {
    /// The settings, if each is in its range.
    ///
    /// # Errors
    /// [`SettingsError`] naming the first that is not.
    pub fn validated(self) -> Result<Self, SettingsError> {
        let PageHinkleySettings { delta, lambda, forgetting } = self.page_hinkley;
        let inside = |x: f64| x > 0.0 && x < 1.0;
        match self {
            _ if !(0.0..1.0).contains(&self.hazard) => Err(SettingsError::Hazard(self.hazard)),
            _ if !(delta.is_finite() && delta >= 0.0) => Err(SettingsError::PageHinkleyDelta(delta)),
            _ if !(lambda.is_finite() && lambda > 0.0) => Err(SettingsError::PageHinkleyLambda(lambda)),
            _ if !(forgetting > 0.0 && forgetting <= 1.0) => Err(SettingsError::PageHinkleyForgetting(forgetting)),
            _ if !inside(self.adwin_delta) => Err(SettingsError::AdwinDelta(self.adwin_delta)),
            _ if !inside(self.level) => Err(SettingsError::Level(self.level)),
            _ if self.blind_days == 0 => Err(SettingsError::BlindDays),
            _ => Ok(self),
        }
    }
}
