//! The keys of a scenario file, as they stand in it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::feedback::Day;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) name: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) runs: Option<Spanned<i64>>,
    pub(super) start: Option<Spanned<Day>>,
    pub(super) days: Spanned<i64>,
    pub(super) trials_per_day: Spanned<i64>,
    pub(super) k: Option<Spanned<i64>>,
    pub(super) prior: Option<Spanned<[f64; 2]>>,
    pub(super) checkpoints: Option<Spanned<Vec<Spanned<i64>>>>,
    pub(super) environment: Spanned<RawEnvironment>,
    #[serde(default)]
    pub(super) policy: Vec<Spanned<RawPolicy>>,
    pub(super) feedback: Option<RawFeedback>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEnvironment {
    pub(super) kind: Spanned<String>,
    pub(super) rates: Option<Spanned<Vec<Spanned<f64>>>>,
    pub(super) edges: Option<Spanned<BTreeMap<String, Spanned<f64>>>>,
    pub(super) count: Option<Spanned<i64>>,
    pub(super) rates_from: Option<Spanned<[f64; 2]>>,
    pub(super) sd_per_day: Option<Spanned<f64>>,
    pub(super) changes: Option<Spanned<Vec<RawChange>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChange {
    pub(super) trial: Spanned<i64>,
    pub(super) edge: Spanned<RawEdge>,
    pub(super) rate: Spanned<f64>,
}

/// An edge by its name or by its position in the list of rates.
#[derive(Deserialize)]
#[serde(untagged, expecting = "an edge is a name or a position, from 0")]
pub(super) enum RawEdge {
    Name(String),
    Position(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPolicy {
    pub(super) kind: Spanned<String>,
    pub(super) label: Option<Spanned<String>>,
    pub(super) share: Option<Spanned<f64>>,
    pub(super) c: Option<Spanned<f64>>,
    pub(super) epsilon: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFeedback {
    pub(super) delay: Option<Spanned<RawDelay>>,
    pub(super) batch: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDelay {
    pub(super) kind: Spanned<String>,
    pub(super) mean_hours: Option<Spanned<f64>>,
    pub(super) sd_hours: Option<Spanned<f64>>,
}
