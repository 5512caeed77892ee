//! What every verb that reads logs understands: which logs, how to read them, what of them counts, under which prior.

use std::path::{Path, PathBuf};

use betadrift::beta::Beta;
use betadrift::feedback::Day;
use betadrift::log::{self, Cost, Digest, Labels, Table, TimeUnit, Zone, base_name};
use betadrift::number::Plain;
use betadrift::posterior::Priors;
use betadrift::replay::snapshot::Settings;
use betadrift::replay::{self, OnError, Options, Snapshot, Summary, write_rejects};
use betadrift::timeline::{Timeline, View};
use clap::{Args, ValueEnum};

use super::exit::Usage;
use super::experiment::ExperimentArgs;
use super::file::write_whole;
use super::output::Output;
use super::snapshot::Origin;
use super::{inputs, priors, snapshot};

/// The logs and how to read them.
#[derive(Args)]
pub(super) struct LogArgs {
    /// Feedback logs: CSV, TSV, JSON lines, Parquet or counts (day,edge,successes,failures); the logs of qortex, buildlog
    /// and openclaw, and Vowpal Wabbit's contextual bandit text and dsjson; also .gz and .zst. The content tells which.
    /// With --outcomes they are exposures of units to variations, in the formats that have columns.
    /// `-` is standard input, a glob in quotes is expanded, a folder is every file below it but those called `_…` or `.…`,
    /// and folders called `name=value` are columns
    #[arg(required_unless_present = "from", value_name = "LOG")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    counting: CountingArgs,
}

/// How to read logs.
#[derive(Args)]
#[command(next_help_heading = "Reading logs")]
struct ReadingArgs {
    /// Which column plays a role: time, edge, reward, propensity, id, segment or served_at; with --outcomes served_at,
    /// unit, variation or experiment of exposures, and time, unit or reward of outcomes. Several make one edge, or are
    /// names of the unit in the one table and the other; members of JSON members are dotted
    #[arg(long, value_name = "ROLE=NAME[,NAME]")]
    column: Vec<String>,
    /// Go on from a snapshot, which replay --snapshot wrote; what the LOGs say is added to it
    #[arg(long, value_name = "SNAPSHOT")]
    from: Option<PathBuf>,
    /// Time zone of the calendar days, and of times without an offset [default: UTC, or the snapshot's]
    #[arg(long, value_name = "ZONE")]
    tz: Option<Zone>,
    /// Unit of times that are numbers: s, ms, us or ns [default: by the first time of each file]
    #[arg(long, value_name = "UNIT")]
    time_unit: Option<TimeUnit>,
    /// The day of feedback in formats that have no times
    #[arg(long, value_name = "DATE")]
    assume_day: Option<Day>,
    /// What costs say, in the logs of Vowpal Wabbit
    #[arg(long, value_enum, default_value_t = VwCost::NegativeReward)]
    vw_cost: VwCost,
    /// What a label is worth, beside accepted, yes, true, success = 1, partial = 0.5, rejected, no, false, failure = 0
    #[arg(long, value_name = "LABEL=REWARD")]
    reward_map: Vec<String>,
    /// What to do with rows that are bad
    #[arg(long, value_enum, default_value_t = Strictness::Fail)]
    on_error: Strictness,
    /// Keep the rows that are skipped, with the reason of each
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Whether an id tells the copies of an event [default: use, or as in the snapshot]
    #[arg(long, value_enum)]
    ids: Option<IdUse>,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

/// What of the logs counts, and under which prior.
#[derive(Args)]
#[command(next_help_heading = "What counts")]
struct CountingArgs {
    /// Prior of every edge (A,B), of some edges (GLOB=A,B; the last that matches counts), or a file of priors (CSV
    /// edge,alpha,beta, or TOML) [default: what the log itself sets out from, else 1,1]
    #[arg(long, value_name = "PRIOR", allow_hyphen_values = true)]
    prior: Vec<String>,
    /// The first day that counts
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
    /// The last day that counts
    #[arg(long, value_name = "DAY")]
    until: Option<Day>,
    /// The edges that count, by name
    #[arg(long, value_name = "GLOB")]
    edges: Option<glob::Pattern>,
    /// Only the last so many days count, on each day
    #[arg(long, value_name = "DAYS", conflicts_with = "half_life", allow_negative_numbers = true)]
    window: Option<u32>,
    /// Counts lose half their weight in so many days, towards the prior
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    half_life: Option<f64>,
    /// How many edges to show
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    top: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Strictness {
    /// List the first ten and stop with exit code 3
    Fail,
    /// Count them by reason and go on
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VwCost {
    /// Cost = -reward, from -1 to 0
    NegativeReward,
    /// Cost = 1 - reward, from 0 to 1
    OneMinusReward,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum IdUse {
    /// Count an event once, however often its row is there
    Use,
    /// Count every row
    Ignore,
}

/// Logs that have been read.
pub(super) struct Replayed {
    /// Their feedback.
    pub(super) timeline: Timeline,
    /// The priors asked for.
    pub(super) priors: Priors,
    /// How the past is to count.
    pub(super) view: View,
    /// How much was read, and how much of it does not count.
    pub(super) summary: Summary,
    /// Each file's base name and the hash of its bytes, those of the snapshot first, then in the order given.
    pub(super) inputs: Vec<(String, Digest)>,
    /// The snapshot that was gone on from.
    pub(super) from: Option<Origin>,
}

impl LogArgs {
    /// The paths as they were given.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.logs
    }

    /// How many edges to show: as asked, else `default`.
    pub(super) fn top(&self, default: usize) -> usize {
        self.counting.top.unwrap_or(default)
    }

    /// Reads the logs, and says on standard error what was read.
    pub(super) fn replay(&self, output: Output) -> anyhow::Result<Replayed> {
        self.replay_and_keep(None, output)
    }

    /// Reads the logs, writes everything that was read to a snapshot if there is to be one, and says what was read.
    pub(super) fn replay_and_keep(&self, snapshot: Option<&Path>, output: Output) -> anyhow::Result<Replayed> {
        let view = self.counting.view()?;
        let logs = inputs::logs(&self.logs)?;
        let outcomes = inputs::logs(&self.reading.experiment.outcomes)?;
        let files = inputs::refuse_twice([&logs[..], &outcomes].concat())?;
        self.refuse_overwriting(&files, snapshot, output)?;
        let given = priors::given(&self.counting.prior)?;
        // Held until the snapshot is written, so that of programs at the same time none undoes what another added.
        let _turn = snapshot::turn(self.reading.from.as_deref(), snapshot)?;
        let (base, from) = self.reading.from.as_deref().map(snapshot::open).transpose()?.unzip();
        let options = self.options(base.as_ref().map(Snapshot::settings))?;
        let bar = output.byte_progress(inputs::total_bytes(&files));
        let opened = |files: &[PathBuf]| files.iter().map(|file| inputs::input(file)).collect();
        let (logs, outcomes, progress) = (opened(&logs), opened(&outcomes), |bytes| bar.inc(bytes));
        let read = match self.reading.experiment.attribution {
            Some(window) => replay::attribute(logs, outcomes, window, &options, &progress).map_err(anyhow::Error::from),
            None => snapshot::replay(base, logs, &options, &progress, snapshot),
        };
        bar.finish_and_clear();
        let replay::Replay { timeline, priors, summary, inputs, rejects } =
            read.map_err(|error| self.classified(error))?;
        if let Some(path) = &self.reading.rejects {
            let names: Vec<&str> = inputs.iter().map(|(name, _)| &**name).collect();
            write_whole(path, |out| write_rejects(&rejects, &names, out))?;
        }
        let inputs = inputs.into_iter().map(|(name, digest)| (base_name(&name).to_owned(), digest)).collect();
        let priors = given.over(&priors);
        let replayed = Replayed { timeline, priors, view, summary, inputs, from };
        replayed.say(output);
        Ok(replayed)
    }

    /// How the past is to count.
    pub(super) fn view(&self) -> Result<View, Usage> {
        self.counting.view()
    }

    /// The priors asked for; `default` where none was.
    pub(super) fn priors_or(&self, default: Beta) -> anyhow::Result<Priors> {
        if self.counting.prior.is_empty() {
            Ok(Priors::new(default))
        } else {
            Ok(priors::given(&self.counting.prior)?.over(&[]))
        }
    }

    /// The feedback of the days and edges asked for.
    pub(super) fn cut(&self, timeline: &Timeline) -> Timeline {
        let CountingArgs { since, until, edges, .. } = &self.counting;
        let (first, last) = (since.unwrap_or(Day::from_days(i32::MIN)), until.unwrap_or(Day::from_days(i32::MAX)));
        timeline.between(first, last).only(|edge| edges.as_ref().is_none_or(|pattern| pattern.matches(edge)))
    }

    /// That no flag says how to read logs, where there is none to read.
    pub(super) fn refuse_reading(&self) -> Result<(), Usage> {
        match self.reading.normalised().first() {
            Some(flag) => Err(Usage(format!("{flag} says how to read a log, but a scenario is simulated, not read"))),
            None => Ok(()),
        }
    }

    /// The arguments that change numbers: files by their base names, flags in one order, defaults left out.
    pub(super) fn normalised(&self) -> Vec<String> {
        let mut words: Vec<String> = self.logs.iter().map(|path| quoted(base_name(&path.to_string_lossy()))).collect();
        words.extend(self.reading.normalised());
        let mut flag = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
        let CountingArgs { prior, since, until, edges, window, half_life, top } = &self.counting;
        prior
            .iter()
            .for_each(|prior| flag("prior", if priors::file_of(prior).is_some() { base_name(prior) } else { prior }));
        since.iter().for_each(|day| flag("since", &day.to_string()));
        until.iter().for_each(|day| flag("until", &day.to_string()));
        edges.iter().for_each(|pattern| flag("edges", pattern.as_str()));
        window.iter().for_each(|days| flag("window", &days.to_string()));
        half_life.iter().for_each(|days| flag("half-life", &Plain(*days).to_string()));
        top.iter().for_each(|top| flag("top", &top.to_string()));
        words
    }

    fn refuse_overwriting(&self, files: &[PathBuf], snapshot: Option<&Path>, output: Output) -> Result<(), Usage> {
        let priors = self.counting.prior.iter().filter_map(|text| priors::file_of(text));
        let read: Vec<&Path> = files.iter().map(PathBuf::as_path).chain(priors).collect();
        let rejects = self.reading.rejects.as_deref().map(|path| ("--rejects", path));
        let written: Vec<_> = rejects.into_iter().chain(output.file().map(|path| ("--output", path))).collect();
        inputs::refuse_overwriting(self.reading.from.as_deref(), written.iter().copied())?;
        // A snapshot may take the place of the one that was gone on from.
        inputs::refuse_overwriting(read, written.into_iter().chain(snapshot.map(|path| ("--snapshot", path))))
    }

    /// A column that is in no header, or a flag that is at odds with a snapshot, is the command line's fault, not the log's.
    fn classified(&self, error: anyhow::Error) -> anyhow::Error {
        match (error.downcast_ref::<replay::Error>(), &self.reading.from) {
            (Some(replay::Error::ColumnNowhere(error)), _) => Usage(error.to_string()).into(),
            (Some(replay::Error::Merge(error)), Some(from)) => {
                Usage(format!("--from {}: {error}", inputs::shown(from))).into()
            }
            _ => error,
        }
    }

    /// As the flags say; what they leave open is as in the snapshot that is gone on from, else by default.
    fn options(&self, before: Option<&Settings>) -> Result<Options, Usage> {
        let ReadingArgs { column, tz, time_unit, assume_day, vw_cost, reward_map, on_error, rejects, .. } =
            &self.reading;
        let before = before.cloned().unwrap_or_else(|| Settings::of(&log::Options::default()));
        let mut labels = if reward_map.is_empty() { before.labels } else { Labels::default() };
        for assignment in reward_map {
            labels.push(assignment).map_err(|error| Usage(format!("--reward-map: {error}")))?;
        }
        let on_error = match (on_error, rejects) {
            (Strictness::Fail, None) => OnError::Fail,
            (Strictness::Fail, Some(_)) => return Err(Usage("--rejects needs --on-error skip".to_owned())),
            (Strictness::Skip, None) => OnError::Skip,
            (Strictness::Skip, Some(_)) => OnError::Keep,
        };
        let CountingArgs { since, until, edges, .. } = &self.counting;
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(Usage(format!("--since {since} comes after --until {until}")));
        }
        let (zone, ids) =
            (tz.clone().unwrap_or(before.zone), self.reading.ids.map_or(before.ids, |ids| ids == IdUse::Use));
        let (time_unit, assume_day) = (*time_unit, *assume_day);
        let cost = match vw_cost {
            VwCost::NegativeReward => Cost::NegativeReward,
            VwCost::OneMinusReward => Cost::OneMinusReward,
        };
        let (columns, table) = (self.reading.experiment.columns(column)?, Table::Feedback);
        let log = log::Options { zone, time_unit, assume_day, cost, table, columns, labels, ids };
        Ok(Options { log, since: *since, until: *until, edges: edges.clone(), on_error })
    }
}

impl ReadingArgs {
    /// The flags that change numbers, in one order, defaults left out.
    fn normalised(&self) -> Vec<String> {
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

impl CountingArgs {
    fn view(&self) -> Result<View, Usage> {
        let view = match (self.window, self.half_life) {
            (Some(days), _) => View::window(days),
            (None, Some(days)) => View::half_life(days),
            (None, None) => Ok(View::Cumulative),
        };
        view.map_err(|error| Usage(error.to_string()))
    }
}

impl Replayed {
    /// Says what was read, after a line for each column passed over.
    fn say(&self, output: Output) {
        if let Some(Origin { name, events, inputs, .. }) = &self.from {
            let (events, all) = (counted(*events, "event"), counted(*inputs as f64, "input"));
            let then = match self.inputs.len() - inputs {
                0 => String::new(),
                files => format!(", then {}", counted(files as f64, "file")),
            };
            output.say(&format!("from {name}: {events} of {all}{then}"));
        }
        for passed in &self.summary.passed_over {
            let (role, used, column) =
                (passed.role, log::escaped(passed.used.as_bytes()), log::escaped(passed.column.as_bytes()));
            output.say(&format!("{role}: column `{used}` is used, `{column}` passed over"));
        }
        if self.has_only_other_events() {
            let rows = counted(self.summary.no_feedback as f64, "row");
            output.say(&format!("no feedback in {rows}: other events only; --column names the columns of a plain log"));
        }
        let (default, groups) = (self.priors.default_prior(), self.priors.groups().len());
        let mut parts = vec![self.rows(), format!("prior Beta({}, {})", Plain(default.alpha()), Plain(default.beta()))];
        parts.extend((groups > 0).then(|| format!("others for {}", counted(groups as f64, "group"))));
        output.say(&parts.join(", "));
    }

    fn has_only_other_events(&self) -> bool {
        let Summary { ignored, no_feedback, skipped, pending, .. } = &self.summary;
        let nothing_else = ignored.to_f64() == *no_feedback as f64 && skipped.is_empty() && *pending == 0;
        *no_feedback > 0 && nothing_else && self.timeline.is_empty()
    }

    /// What became of the rows, in a line.
    pub(super) fn rows(&self) -> String {
        let Self { timeline, summary, inputs, .. } = self;
        let (events, files) = (counted(summary.events.to_f64(), "event"), counted(inputs.len() as f64, "file"));
        let mut parts = vec![
            format!("{events} from {files}"),
            counted(timeline.days().len() as f64, "day"),
            counted(timeline.edges().len() as f64, "edge"),
        ];
        parts.extend(summary.skipped.iter().map(|(reason, count)| format!("{count} skipped ({reason})")));
        let (ignored, duplicates) = (Plain(summary.ignored.to_f64()), summary.duplicates);
        parts.extend((ignored.0 > 0.0).then(|| format!("{ignored} ignored")));
        parts.extend((duplicates > 0).then(|| counted(duplicates as f64, "duplicate")));
        parts.extend((summary.pending > 0).then(|| format!("{} pending", summary.pending)));
        parts.join(", ")
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A count and what is counted, in the plural unless it is 1.
pub(super) fn counted(count: f64, thing: &str) -> String {
    format!("{} {thing}{}", Plain(count), if count == 1.0 { "" } else { "s" })
}
