//! What every verb that reads logs understands: which logs, how to read them, what of them counts, under which prior.

use std::path::{Path, PathBuf};

use betadrift::beta::Beta;
use betadrift::feedback::Day;
use betadrift::log::{self, Asked, Cost, Labels, Table, base_name};
use betadrift::posterior::Priors;
use betadrift::replay::snapshot::Settings;
use betadrift::replay::{self, Keep, OnError, Options, Snapshot, write_rejects};
use betadrift::timeline::{Timeline, View};
use clap::Args;

use super::counting::CountingArgs;
use super::exit::Usage;
use super::file::write_whole;
use super::output::Output;
use super::reading::{IdUse, ReadingArgs, Strictness, VwCost, quoted};
use super::replayed::Replayed;
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

/// Logs that need not be there.
#[derive(Args)]
pub(super) struct MaybeLogArgs {
    /// Feedback logs, in the formats of `replay`
    #[arg(value_name = "LOG")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    counting: CountingArgs,
}

impl From<MaybeLogArgs> for LogArgs {
    fn from(MaybeLogArgs { logs, reading, counting }: MaybeLogArgs) -> Self {
        Self { logs, reading, counting }
    }
}

/// What is read of the logs.
struct Wanted<'a> {
    keep: Keep,
    /// The last day that counts.
    until: Option<Day>,
    /// Where everything that was read goes.
    snapshot: Option<&'a Path>,
    /// The day of feedback that has none, unless another was said.
    assumed: Option<Day>,
}

impl LogArgs {
    /// One log, or one snapshot, read by flags that several share.
    pub(super) fn of_one(path: &Path, is_snapshot: bool, reading: &ReadingArgs, counting: &CountingArgs) -> Self {
        let mut reading = reading.clone();
        let mut logs = vec![path.to_owned()];
        reading.from = if is_snapshot { logs.pop() } else { None };
        Self { logs, reading, counting: counting.clone() }
    }

    /// The paths as they were given.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.logs
    }

    /// How they are read.
    pub(super) fn reading(&self) -> &ReadingArgs {
        &self.reading
    }

    /// How they are counted.
    pub(super) fn counting(&self) -> &CountingArgs {
        &self.counting
    }

    /// How many edges to show: as asked, else `default`.
    pub(super) fn top(&self, default: usize) -> usize {
        self.counting.top.unwrap_or(default)
    }

    /// The last day that counts, if one was said.
    pub(super) fn until(&self) -> Option<Day> {
        self.counting.until
    }

    /// Whether a column is named that tells segments apart.
    pub(super) fn has_segments(&self) -> bool {
        let is_segment = |column: &String| column.split('=').next().is_some_and(|role| role.trim() == "segment");
        self.reading.column.iter().any(is_segment)
    }

    /// Whether reading goes on from a snapshot, which holds nothing beside the timeline.
    pub(super) fn goes_on(&self) -> bool {
        self.reading.from.is_some()
    }

    /// Reads the logs, and says on standard error what was read.
    pub(super) fn replay(&self, output: Output) -> anyhow::Result<Replayed> {
        self.replay_keeping(Keep::default(), output)
    }

    /// The same, with what is to be kept beside the timeline.
    pub(super) fn replay_keeping(&self, keep: Keep, output: Output) -> anyhow::Result<Replayed> {
        self.read(Wanted { keep, until: self.until(), snapshot: None, assumed: None }, output)
    }

    /// The same, but with the days after `--until`, and feedback that has no day as of `assumed`, unless another was said.
    pub(super) fn replay_beyond(&self, keep: Keep, assumed: Day, output: Output) -> anyhow::Result<Replayed> {
        self.read(Wanted { keep, until: None, snapshot: None, assumed: Some(assumed) }, output)
    }

    /// Whether a day was said for feedback that has none.
    pub(super) fn assumes_a_day(&self) -> bool {
        self.reading.assume_day.is_some()
    }

    /// Reads the logs, writes everything that was read to a snapshot if there is to be one, and says what was read.
    pub(super) fn replay_to_snapshot(&self, snapshot: Option<&Path>, output: Output) -> anyhow::Result<Replayed> {
        self.read(Wanted { keep: Keep::default(), until: self.until(), snapshot, assumed: None }, output)
    }

    fn read(&self, Wanted { keep, until, snapshot, assumed }: Wanted<'_>, output: Output) -> anyhow::Result<Replayed> {
        if let (Some(from), true) = (&self.reading.from, keep.is_any()) {
            let text =
                "holds counts per day and edge only, but single events are needed here; give the logs themselves";
            return Err(Usage(format!("--from {}: a snapshot {text}", inputs::shown(from))).into());
        }
        if self.counting.maturity.is_some() && (self.goes_on() || snapshot.is_some()) {
            let text = "a snapshot holds counts per day, but no times of serving; give the logs themselves";
            return Err(Usage(format!("--maturity: {text}")).into());
        }
        let view = self.counting.view()?;
        let logs = inputs::logs(&self.logs)?;
        let outcomes = inputs::logs(&self.reading.experiment.outcomes)?;
        let files = inputs::refuse_twice([&logs[..], &outcomes].concat())?;
        self.refuse_overwriting(&files, snapshot, output)?;
        let given = priors::given(&self.counting.prior)?;
        // Held until the snapshot is written, so that of programs at the same time none undoes what another added.
        let _turn = snapshot::turn(self.reading.from.as_deref(), snapshot)?;
        let (base, from) = self.reading.from.as_deref().map(snapshot::open).transpose()?.unzip();
        let mut options = Options { keep, until, ..self.options(base.as_ref().map(Snapshot::settings))? };
        options.log.assume_day = options.log.assume_day.or(assumed);
        let bar = output.byte_progress(inputs::total_bytes(&files));
        let opened = |files: &[PathBuf]| files.iter().map(|file| inputs::input(file)).collect();
        let (logs, outcomes, progress) = (opened(&logs), opened(&outcomes), |bytes| bar.inc(bytes));
        let read = match self.reading.experiment.attribution {
            Some(window) => replay::attribute(logs, outcomes, window, &options, &progress).map_err(anyhow::Error::from),
            None => snapshot::replay(base, logs, &options, &progress, snapshot),
        };
        bar.finish_and_clear();
        let replay::Replay { timeline, priors, summary, inputs, rejects, cells, sequences, segments, weights, delays } =
            read.map_err(|error| self.classified(error))?;
        if let Some(path) = &self.reading.rejects {
            let names: Vec<&str> = inputs.iter().map(|(name, _)| &**name).collect();
            write_whole(path, |out| write_rejects(&rejects, &names, out))?;
        }
        let inputs = inputs.into_iter().map(|(name, digest)| (base_name(&name).to_owned(), digest)).collect();
        let priors = given.over(&priors);
        let maturity = self.counting.maturity;
        let replayed = Replayed {
            timeline,
            priors,
            view,
            maturity,
            summary,
            inputs,
            from,
            cells,
            sequences,
            segments,
            weights,
            delays,
        };
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

    /// Whether there is nothing to read.
    pub(super) fn is_empty(&self) -> bool {
        self.logs.is_empty() && !self.goes_on()
    }

    /// The one prior, where there is nothing to read and no flag says how to.
    pub(super) fn prior_alone(&self) -> anyhow::Result<Beta> {
        let words = [self.reading.normalised(), self.counting.normalised()].concat();
        if let Some(flag) = words.iter().find(|word| !word.starts_with("--prior ")) {
            return Err(Usage(format!("{flag} says how to read a log, but none is named")).into());
        }
        let priors = self.priors_or(Beta::UNIFORM)?;
        if !priors.groups().is_empty() {
            return Err(Usage("--prior: priors of some edges are for a log, but none is named".to_owned()).into());
        }
        Ok(priors.default_prior())
    }

    /// That no flag says how to read logs, where there is none to read.
    pub(super) fn refuse_reading(&self) -> Result<(), Usage> {
        let maturity = self.counting.maturity.map(|window| format!("--maturity {window}"));
        match self.reading.normalised().first().or(maturity.as_ref()) {
            Some(flag) => Err(Usage(format!("{flag} says how to read a log, but a scenario is simulated, not read"))),
            None => Ok(()),
        }
    }

    /// The arguments that change numbers: files by their base names, flags in one order, defaults left out.
    pub(super) fn normalised(&self) -> Vec<String> {
        let mut words: Vec<String> = self.logs.iter().map(|path| quoted(base_name(&path.to_string_lossy()))).collect();
        words.extend(self.reading.normalised());
        words.extend(self.counting.normalised());
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
        let log =
            log::Options { zone, time_unit, assume_day, cost, table, columns, labels, ids, asked: Asked::default() };
        let keep = Keep::default();
        let maturity = self.counting.maturity;
        Ok(Options { log, since: *since, until: *until, edges: edges.clone(), on_error, keep, maturity })
    }
}
