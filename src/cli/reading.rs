//! How logs are to be read: the flags that say what stands in them.

use std::path::PathBuf;

use betadrift::feedback::Day;
use betadrift::log::{TimeUnit, Zone, base_name};
use clap::{Args, ValueEnum};

use super::experiment::ExperimentArgs;

/// How to read logs.
#[derive(Args, Clone)]
#[command(next_help_heading = "Reading logs")]
pub(super) struct ReadingArgs {
    /// Which column plays a role: time, edge, reward, propensity, id, segment or served_at; with --outcomes served_at,
    /// unit, variation or experiment of exposures, and time, unit or reward of outcomes. Several make one edge, or are
    /// names of the unit in the one table and the other; members of JSON members are dotted
    #[arg(long, value_name = "ROLE=NAME[,NAME]")]
    pub(super) column: Vec<String>,
    /// Go on from a snapshot, which replay --snapshot wrote; what the LOGs say is added to it
    #[arg(long, value_name = "SNAPSHOT")]
    pub(super) from: Option<PathBuf>,
    /// Time zone of the calendar days, and of times without an offset [default: UTC, or the snapshot's]
    #[arg(long, value_name = "ZONE")]
    pub(super) tz: Option<Zone>,
    /// Unit of times that are numbers: s, ms, us or ns [default: by the first time of each file]
    #[arg(long, value_name = "UNIT")]
    pub(super) time_unit: Option<TimeUnit>,
    /// The day of feedback in formats that have no times
    #[arg(long, value_name = "DATE")]
    pub(super) assume_day: Option<Day>,
    /// What costs say, in the logs of Vowpal Wabbit
    #[arg(long, value_enum, default_value_t = VwCost::NegativeReward)]
    pub(super) vw_cost: VwCost,
    /// What a label is worth, beside accepted, yes, true, success = 1, partial = 0.5, rejected, no, false, failure = 0
    #[arg(long, value_name = "LABEL=REWARD")]
    pub(super) reward_map: Vec<String>,
    /// What to do with rows that are bad
    #[arg(long, value_enum, default_value_t = Strictness::Fail)]
    pub(super) on_error: Strictness,
    /// Keep the rows that are skipped, with the reason of each
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// Whether an id tells the copies of an event [default: use, or as in the snapshot]
    #[arg(long, value_enum)]
    pub(super) ids: Option<IdUse>,
    #[command(flatten)]
    pub(super) experiment: ExperimentArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Strictness {
    /// List the first ten and stop with exit code 3
    Fail,
    /// Count them by reason and go on
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum VwCost {
    /// Cost = -reward, from -1 to 0
    NegativeReward,
    /// Cost = 1 - reward, from 0 to 1
    OneMinusReward,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum IdUse {
    /// Count an event once, however often its row is there
    Use,
    /// Count every row
    Ignore,
}

impl ReadingArgs {
    /// The flags that change numbers, in one order, defaults left out.
    pub(super) fn normalised(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut flag = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
        let ReadingArgs { column, from, tz, time_unit, assume_day, vw_cost, reward_map, on_error, .. } = self;
        let (ids, experiment) = (&self.ids, &self.experiment);
        from.iter().for_each(|path| flag("from", base_name(&path.to_string_lossy())));
        column.iter().for_each(|column| flag("column", column));
        tz.iter().map(Zone::to_string).filter(|tz| tz != "UTC").for_each(|tz| flag("tz", &tz));
        time_unit.iter().for_each(|unit| flag("time-unit", unit.symbol()));
        assume_day.iter().for_each(|day| flag("assume-day", &day.to_string()));
        if *vw_cost == VwCost::OneMinusReward {
            flag("vw-cost", "one-minus-reward");
        }
        reward_map.iter().for_each(|labels| flag("reward-map", labels));
        if *on_error == Strictness::Skip {
            flag("on-error", "skip");
        }
        if *ids == Some(IdUse::Ignore) {
            flag("ids", "ignore");
        }
        experiment.outcomes.iter().for_each(|path| flag("outcomes", base_name(&path.to_string_lossy())));
        experiment.attribution.iter().for_each(|window| flag("attribution", &window.to_string()));
        words
    }
}

/// A word as a shell reads it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
