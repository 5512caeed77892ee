//! The thresholds of the verdict, as flags.

use betadrift::convergence::Settings;
use betadrift::number::Plain;
use clap::Args;

use super::exit::Usage;

/// The rules of the verdict.
#[derive(Args)]
#[command(next_help_heading = "Rules of the verdict")]
pub(super) struct SettingsArgs {
    /// ε: differences below this share of the leader's mean do not matter
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().epsilon)]
    epsilon: f64,
    /// Days for which a verdict's condition must have held
    #[arg(long, value_name = "DAYS", default_value_t = Settings::default().hold_days)]
    hold_days: u32,
    /// Pulls under which an edge is starved
    #[arg(long, value_name = "N", default_value_t = Settings::default().min_pulls)]
    min_pulls: f64,
    /// Days without feedback after which an edge is blind
    #[arg(long, value_name = "DAYS", default_value_t = Settings::default().blind_days)]
    blind_days: u32,
    /// The last days over which an edge that may be the best must have had one rate, else the verdict is drifting
    #[arg(long, value_name = "DAYS", default_value_t = Settings::default().drift_days)]
    drift_days: u32,
}

impl SettingsArgs {
    /// The settings, with the level and the number of edges whose history is kept.
    pub(super) fn settings(&self, level: f64, top: usize) -> Result<Settings, Usage> {
        let Self { epsilon, hold_days, min_pulls, blind_days, drift_days } = *self;
        let settings = Settings { level, epsilon, hold_days, min_pulls, blind_days, drift_days, top };
        settings.validated().map_err(|error| Usage(error.to_string()))
    }

    /// The flags that differ from their defaults.
    pub(super) fn normalised(&self) -> Vec<String> {
        let default = Settings::default();
        let flags = [
            ("epsilon", self.epsilon, default.epsilon),
            ("hold-days", f64::from(self.hold_days), f64::from(default.hold_days)),
            ("min-pulls", self.min_pulls, default.min_pulls),
            ("blind-days", f64::from(self.blind_days), f64::from(default.blind_days)),
            ("drift-days", f64::from(self.drift_days), f64::from(default.drift_days)),
        ];
        let changed = flags.into_iter().filter(|(_, value, default)| value != default);
        changed.map(|(name, value, _)| format!("--{name} {}", Plain(value))).collect()
    }
}
