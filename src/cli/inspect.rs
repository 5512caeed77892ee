//! `betadrift inspect`: what a snapshot holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use betadrift::feedback::{Day, Tally};
use betadrift::log::Reason;
use betadrift::number::Plain;
use betadrift::replay::snapshot::Opened;
use betadrift::replay::{Replay, Snapshot, Summary};
use clap::Args;
use serde::Serialize;

use super::inputs::{input, shown};
use super::output::{Format, Output};
use super::replay::{Skipped, exact};

const EXAMPLES: &str = "\
Examples:
  betadrift replay data/feedback.csv --snapshot state.bds --quiet
  betadrift inspect state.bds
  betadrift inspect state.bds --format json";

/// Show what a snapshot holds: its inputs, how they were read, and how much came of them
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InspectArgs {
    /// A snapshot, which replay --snapshot or merge wrote
    #[arg(value_name = "SNAPSHOT")]
    snapshot: PathBuf,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    digest: String,
    bytes: u64,
    inputs: Vec<Source>,
    #[serde(serialize_with = "exact")]
    events: Tally,
    edges: usize,
    days: Days,
    time_zone: String,
    ids: Ids,
    reward_map: BTreeMap<String, f64>,
    skipped: Skipped<'a>,
    #[serde(serialize_with = "exact")]
    ignored: Tally,
    duplicates: u64,
    pending: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Source {
    name: String,
    digest: String,
    rows: u64,
}

#[derive(Serialize)]
struct Days {
    first: Option<Day>,
    last: Option<Day>,
    count: usize,
}

#[derive(Serialize)]
struct Ids {
    /// Whether ids count.
    in_use: bool,
    /// Events kept by their id, copies included.
    kept: usize,
}

pub(super) fn run(args: &InspectArgs, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let file = || shown(&args.snapshot);
    let opened = Snapshot::open(input(&args.snapshot)).with_context(file)?;
    let Opened { snapshot, version, digest, bytes } = opened;
    let (settings, sources) = (snapshot.settings().clone(), snapshot.sources().to_vec());
    let ids = Ids { in_use: settings.ids, kept: snapshot.kept() };
    let Replay { timeline, summary, .. } = snapshot.replay_all().with_context(file)?;
    let Summary { events, ignored, skipped, duplicates, pending, .. } = &summary;
    let (first, last) = timeline.span().unzip();
    let labels = settings.labels.by_hand().into_iter();
    let document = Document {
        schema: "betadrift.inspect/1",
        version,
        digest: digest.to_string(),
        bytes,
        inputs: sources
            .into_iter()
            .map(|source| Source { name: source.name, digest: source.digest.to_string(), rows: source.rows })
            .collect(),
        events: *events,
        edges: timeline.edges().len(),
        days: Days { first, last, count: timeline.days().len() },
        time_zone: settings.zone.to_string(),
        ids,
        reward_map: labels.map(|(label, reward)| (label.to_owned(), reward.success().to_f64())).collect(),
        skipped: Skipped::new(skipped),
        ignored: *ignored,
        duplicates: *duplicates,
        pending: *pending,
    };
    match output.format {
        Format::Json => output.json(&document)?,
        Format::Csv => output.csv(document.inputs)?,
        Format::Table => output.table(&["what", "how much"], rows(&document, skipped))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What a document says, a thing a row; its inputs last.
fn rows(document: &Document<'_>, skipped: &BTreeMap<Reason, u64>) -> Vec<Vec<String>> {
    let day = |day: Option<Day>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
    let ids = if document.ids.in_use { "use" } else { "ignore" };
    let mut rows = vec![
        ("version".to_owned(), document.version.to_string()),
        ("digest".to_owned(), document.digest.clone()),
        ("bytes".to_owned(), document.bytes.to_string()),
        ("events".to_owned(), Plain(document.events.to_f64()).to_string()),
        ("edges".to_owned(), document.edges.to_string()),
        ("days with feedback".to_owned(), document.days.count.to_string()),
        ("first day".to_owned(), day(document.days.first)),
        ("last day".to_owned(), day(document.days.last)),
        ("time zone".to_owned(), document.time_zone.clone()),
        ("ids".to_owned(), ids.to_owned()),
        ("events kept by id".to_owned(), document.ids.kept.to_string()),
    ];
    rows.extend(document.reward_map.iter().map(|(label, reward)| {
        (format!("reward of {}", betadrift::log::escaped(label.as_bytes())), Plain(*reward).to_string())
    }));
    rows.extend(skipped.iter().map(|(reason, count)| (format!("skipped ({reason})"), count.to_string())));
    rows.extend([
        ("ignored".to_owned(), Plain(document.ignored.to_f64()).to_string()),
        ("duplicates".to_owned(), document.duplicates.to_string()),
        ("pending".to_owned(), document.pending.to_string()),
    ]);
    rows.extend(document.inputs.iter().map(|input| (format!("input {}", input.name), input.digest.clone())));
    rows.into_iter().map(|(what, value)| vec![what, value]).collect()
}
