//! `replay`: logs become posteriors.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use betadrift::beta::{Beta, Interval};
use betadrift::feedback::{Counts, Day, Tally};
use betadrift::log::{self, Reason};
use betadrift::number::Plain;
use betadrift::posterior::{Priors, update};
use betadrift::replay::{Keep, Summary};
use betadrift::timeline::State;
use clap::Args;
use csv::StringRecord;
use serde::{Serialize, Serializer};

use super::Global;
use super::adaptive::Adaptive;
use super::logs::LogArgs;
use super::output::{Format, Output};
use super::replayed::{Replayed, counted};

const EXAMPLES: &str = "\
Examples:
  betadrift replay data/feedback.csv
  betadrift replay 'data/*.jsonl.gz' --reward-map skipped=0.2 --format json
  betadrift replay data/feedback.csv --daily --format csv --output counts.csv
  betadrift replay data/feedback.csv --daily --output counts.parquet
  betadrift replay data/feedback.csv --adaptive
  betadrift replay data/feedback.csv --maturity 2d
  betadrift replay data/formats/exposures.csv --outcomes data/formats/outcomes.csv --attribution 1d
  betadrift replay data/counts.csv --half-life 14 --edges 'docs/*'
  betadrift replay data/feedback.csv --snapshot state.bds
  betadrift replay data/formats/events.csv --from state.bds --snapshot state.bds
Each night, once the log of a day is complete, as a line of a crontab:
  0 1 * * * betadrift replay \"$(date -d yesterday +\\%F).csv\" --from state.bds --snapshot state.bds";

/// Replay feedback logs into the posterior of every edge
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    logs: LogArgs,
    /// A row for each day and edge with feedback: that day's counts, and the posterior at its end
    #[arg(long)]
    daily: bool,
    /// A row for every calendar day and edge, feedback or not
    #[arg(long, requires = "daily")]
    dense: bool,
    /// Add what holds under adaptive choice: the always-valid interval of each edge's rate, and where the log has propensities
    /// the adaptively weighted mean with its interval. Plain success rates and Wald intervals are not shown: a policy that
    /// learns stops choosing what did badly by chance, which biases plain means downwards and makes such intervals miss
    #[arg(long, conflicts_with_all = ["daily", "from", "snapshot"])]
    adaptive: bool,
    /// Keep everything that was read, all days and edges of it, to go on from with --from. It may be the snapshot that
    /// --from names: then it is replaced when all went well
    #[arg(long, value_name = "FILE", conflicts_with = "outcomes")]
    snapshot: Option<PathBuf>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(serialize_with = "exact")]
    events: Tally,
    skipped: Skipped<'a>,
    #[serde(serialize_with = "exact")]
    ignored: Tally,
    duplicates: u64,
    pending: u64,
    days: Vec<Day>,
    prior: &'a Priors,
    edges: Vec<Edge<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    daily: Option<Vec<EdgeDay<'a>>>,
}

#[derive(Serialize)]
pub(super) struct Skipped<'a> {
    total: u64,
    by_reason: &'a BTreeMap<Reason, u64>,
}

impl<'a> Skipped<'a> {
    pub(super) fn new(by_reason: &'a BTreeMap<Reason, u64>) -> Self {
        Self { total: by_reason.values().sum(), by_reason }
    }
}

/// An edge on the last day.
#[derive(Debug, Clone, Serialize)]
struct Edge<'a> {
    edge: &'a str,
    successes: f64,
    failures: f64,
    alpha: f64,
    beta: f64,
    mean: f64,
    sd: f64,
    #[serde(flatten)]
    interval: Option<Bounds>,
    first_day: Option<Day>,
    last_day: Option<Day>,
    #[serde(flatten)]
    adaptive: Option<Adaptive>,
}

/// An equal-tailed interval.
#[derive(Debug, Clone, Copy, Serialize)]
struct Bounds {
    lower: f64,
    upper: f64,
}

/// An edge on a day.
#[derive(Serialize)]
struct EdgeDay<'a> {
    day: Day,
    edge: &'a str,
    successes: f64,
    failures: f64,
    alpha: f64,
    beta: f64,
}

impl ReplayArgs {
    pub(super) fn is_daily(&self) -> bool {
        self.daily
    }
}

pub(super) fn run(args: &ReplayArgs, global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    let replayed = if args.adaptive {
        args.logs.replay_keeping(Keep { weights: true, ..Keep::default() }, output)?
    } else {
        args.logs.replay_to_snapshot(args.snapshot.as_deref(), output)?
    };
    let daily = Daily { replayed: &replayed, dense: args.dense };
    #[cfg(feature = "parquet")]
    if output.is_parquet() {
        let bytes = log::counts_parquet(&daily.counts())?;
        output.write(|out| out.write_all(&bytes))?;
        return Ok(ExitCode::SUCCESS);
    }
    match (output.format, args.daily) {
        (Format::Json, with_days) => {
            let edges = edges(&replayed, global, Some(global.level())).collect();
            output.json(&document(&replayed, edges, with_days.then(|| daily.list())))
        }
        (Format::Csv, true) => output.write(|out| daily.csv(out)),
        (Format::Csv, false) => {
            output.write(|out| csv(edges(&replayed, global, global.level), global.level.is_some(), args.adaptive, out))
        }
        (Format::Table, true) => output.table(&DAILY_HEADER, daily.list().into_iter().map(|row| daily_cells(&row))),
        (Format::Table, false) => {
            table(edges(&replayed, global, Some(global.level())).collect(), args.logs.top(20), output)
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

fn document<'a>(replayed: &'a Replayed, edges: Vec<Edge<'a>>, daily: Option<Vec<EdgeDay<'a>>>) -> Document<'a> {
    let Summary { events, ignored, skipped, duplicates, pending, .. } = &replayed.summary;
    Document {
        schema: "betadrift.replay/1",
        events: *events,
        skipped: Skipped::new(skipped),
        ignored: *ignored,
        duplicates: *duplicates,
        pending: *pending,
        days: replayed.timeline.days().iter().map(|day| day.day).collect(),
        prior: &replayed.priors,
        edges,
        daily,
    }
}

/// A whole number of events without a point; counts may make them fractional.
pub(super) fn exact<S: Serializer>(tally: &Tally, serializer: S) -> Result<S::Ok, S::Error> {
    let events = tally.to_f64();
    if events.fract() == 0.0 { serializer.serialize_u64(events as u64) } else { serializer.serialize_f64(events) }
}

/// Every edge as it stands on the last day, in byte order of names, with its interval where one is asked for.
fn edges<'a>(replayed: &'a Replayed, global: &Global, level: Option<f64>) -> impl Iterator<Item = Edge<'a>> {
    let Replayed { timeline, priors, view, weights, .. } = replayed;
    let adaptive = weights.as_ref().map(|weights| Adaptive::of(timeline, weights, global.level()));
    let (last, spans) = (timeline.last(*view), timeline.active_spans());
    timeline.edges().iter().map(move |(id, name)| {
        let (successes, failures) = last[id.index()];
        let posterior = update(priors.of(name), (successes, failures));
        let interval = level.map(|level| posterior.interval(level));
        Edge {
            edge: name,
            successes,
            failures,
            alpha: posterior.alpha(),
            beta: posterior.beta(),
            mean: posterior.mean(),
            sd: posterior.variance().sqrt(),
            interval: interval.map(|Interval { lower, upper, .. }| Bounds { lower, upper }),
            first_day: spans[id.index()].map(|(first, _)| first),
            last_day: spans[id.index()].map(|(_, last)| last),
            adaptive: adaptive.as_ref().map(|adaptive| adaptive[id.index()].clone()),
        }
    })
}

fn csv<'a>(
    edges: impl Iterator<Item = Edge<'a>>,
    with_interval: bool,
    is_adaptive: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let mut header = vec!["edge", "successes", "failures", "alpha", "beta", "first_day", "last_day"];
    header.extend(with_interval.then_some(["mean", "sd", "lower", "upper"]).into_iter().flatten());
    header.extend(is_adaptive.then_some(Adaptive::HEADER).into_iter().flatten());
    csv.write_record(header)?;
    let (mut record, mut text) = (StringRecord::new(), String::new());
    for edge in edges {
        let mut push = |value: Option<&dyn Display>| {
            text.clear();
            value.map_or(Ok(()), |value| write!(text, "{value}")).expect("valid by construction: texts take all");
            record.push_field(&text);
        };
        push(Some(&edge.edge));
        for number in [edge.successes, edge.failures, edge.alpha, edge.beta] {
            push(Some(&Plain(number)));
        }
        for day in [&edge.first_day, &edge.last_day] {
            push(day.as_ref().map(|day| day as &dyn Display));
        }
        if let Some(Bounds { lower, upper }) = edge.interval {
            for number in [edge.mean, edge.sd, lower, upper] {
                push(Some(&Plain(number)));
            }
        }
        for number in edge.adaptive.iter().flat_map(Adaptive::numbers) {
            push(number.map(Plain).as_ref().map(|number| number as &dyn Display));
        }
        csv.write_record(&record)?;
        record.clear();
    }
    csv.flush()
}

fn day(day: Option<Day>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn table(mut edges: Vec<Edge<'_>>, top: usize, output: Output) -> anyhow::Result<()> {
    edges.sort_by(|one, other| other.mean.total_cmp(&one.mean).then_with(|| one.edge.cmp(other.edge)));
    let hidden = edges.len().saturating_sub(top);
    let mut header =
        vec!["edge", "mean", "lower", "upper", "successes", "failures", "alpha", "beta", "first day", "last day"];
    let is_adaptive = edges.iter().any(|edge| edge.adaptive.is_some());
    header.extend(is_adaptive.then_some(Adaptive::TITLES).into_iter().flatten());
    let row = |edge: &Edge<'_>| {
        let mut cells = vec![log::escaped(edge.edge.as_bytes())];
        let ends = edge.interval.iter().flat_map(|interval| [interval.lower, interval.upper]);
        cells.extend(std::iter::once(edge.mean).chain(ends).map(|rate| format!("{rate:.4}")));
        cells.extend([edge.successes, edge.failures, edge.alpha, edge.beta].map(short));
        cells.extend([day(edge.first_day), day(edge.last_day)]);
        cells.extend(edge.adaptive.iter().flat_map(Adaptive::cells));
        cells
    };
    output.table(&header, edges.iter().take(top).map(row))?;
    if hidden > 0 {
        output.say(&format!("{} with a lower mean; --top shows more", counted(hidden as f64, "more edge")));
    }
    Ok(())
}

/// A count for people: whole, or with two digits.
fn short(count: f64) -> String {
    if count.fract() == 0.0 { Plain(count).to_string() } else { format!("{count:.2}") }
}

const DAILY_HEADER: [&str; 6] = ["day", "edge", "successes", "failures", "alpha", "beta"];

fn daily_cells(row: &EdgeDay<'_>) -> Vec<String> {
    let mut cells = vec![row.day.to_string(), log::escaped(row.edge.as_bytes())];
    cells.extend([row.successes, row.failures, row.alpha, row.beta].map(short));
    cells
}

/// The feedback day by day.
struct Daily<'a> {
    replayed: &'a Replayed,
    /// Whether days without feedback are shown.
    dense: bool,
}

impl<'a> Daily<'a> {
    /// Shows each row: day, edge, that day's counts, and the posterior in the evening.
    fn each(&self, mut show: impl FnMut(Day, &'a str, Counts, Beta)) {
        let Replayed { timeline, priors, view, .. } = self.replayed;
        let edges: Vec<(&str, Beta)> = timeline.edges().iter().map(|(_, name)| (name, priors.of(name))).collect();
        let mut show_edge = |day, index: usize, counts, evening: &[(f64, f64)]| {
            let (name, prior) = edges[index];
            show(day, name, counts, update(prior, evening[index]));
        };
        timeline.walk(*view, |State { day, evening, cells, .. }| {
            if self.dense {
                let mut cells = cells.iter().peekable();
                for index in 0..edges.len() {
                    let cell = cells.next_if(|cell| cell.edge.index() == index);
                    show_edge(day, index, cell.map(|cell| cell.counts).unwrap_or_default(), evening);
                }
            } else {
                cells.iter().for_each(|cell| show_edge(day, cell.edge.index(), cell.counts, evening));
            }
        });
    }

    fn list(&self) -> Vec<EdgeDay<'a>> {
        let mut rows = Vec::new();
        self.each(|day, edge, counts, posterior| {
            let (successes, failures) = (counts.successes.to_f64(), counts.failures.to_f64());
            rows.push(EdgeDay { day, edge, successes, failures, alpha: posterior.alpha(), beta: posterior.beta() });
        });
        rows
    }

    #[cfg(feature = "parquet")]
    fn counts(&self) -> Vec<log::CountsRow<'a>> {
        let mut rows = Vec::new();
        self.each(|day, edge, counts, posterior| {
            rows.push(log::CountsRow { day, edge, counts, alpha: posterior.alpha(), beta: posterior.beta() });
        });
        rows
    }

    /// Counts as exact decimals, so that reading them back gives the same timeline to the bit.
    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(DAILY_HEADER)?;
        let mut outcome = Ok(());
        self.each(|day, edge, Counts { successes, failures }, posterior| {
            if outcome.is_ok() {
                let (alpha, beta) = (Plain(posterior.alpha()), Plain(posterior.beta()));
                let record = [
                    day.to_string(),
                    edge.to_owned(),
                    successes.to_string(),
                    failures.to_string(),
                    alpha.to_string(),
                    beta.to_string(),
                ];
                outcome = csv.write_record(record);
            }
        });
        outcome?;
        csv.flush()
    }
}
