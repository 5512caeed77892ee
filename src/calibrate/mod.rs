//! Whether beliefs may be believed: the engine against worlds of known truth, and a log against what was believed each morning.

pub mod engine;
pub mod log;
mod tail;

pub use engine::{
    Analysis, Band, Calibrated, Coverage, CoverageOf, Cuts, Design, DesignError, EngineCalibration, EngineDocument,
    LEVELS, Quantity, Settings, Shape, Uniformity, Variant, VariantRow, calibrate, calibrate_observed,
    scenario_variants,
};
pub use log::{
    DayCalibration, DayLoss, Dispersion, EdgeCalibration, EdgeRow, FALSE_DISCOVERIES, LogCalibration, LogDocument,
    LogLoss, Martingale, ReliabilityBin, Tarone, Undefined, false_discovery, log_calibration,
};
