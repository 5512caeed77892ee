//! What A and B are, by what stands in them.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use betadrift::compare::{Side, Source, StoredError};
use betadrift::convergence::{Convergence, Settings, convergence};
use betadrift::log::{Digest, Input, base_name};
use betadrift::posterior::Priors;
use betadrift::replay::snapshot::SnapshotError;
use betadrift::replay::{Keep, Snapshot};
use betadrift::timeline::{Segments, Timeline, View};

use crate::cli::analysis::{mature_view_in_words, prior_in_words};
use crate::cli::counting::CountingArgs;
use crate::cli::folder::MARK;
use crate::cli::inputs::shown;
use crate::cli::logs::LogArgs;
use crate::cli::output::Output;
use crate::cli::reading::ReadingArgs;
use crate::cli::replayed::counted;

/// How A and B are read.
pub(in crate::cli) struct Reader<'a> {
    pub(in crate::cli) reading: &'a ReadingArgs,
    pub(in crate::cli) counting: &'a CountingArgs,
    pub(in crate::cli) settings: &'a Settings,
    pub(in crate::cli) output: Output<'a>,
}

enum Kind {
    Log,
    Snapshot,
    /// A report or a baseline, which may stand in a folder.
    Document(PathBuf),
}

impl Reader<'_> {
    /// Reads a side, and says what it is.
    pub(in crate::cli) fn read(&self, letter: &str, path: &Path) -> anyhow::Result<Side> {
        let name = base_name(&shown(path)).to_owned();
        match kind(path)? {
            Kind::Document(path) => {
                let side = document(&path, name)?;
                let of = match &side.sources[..] {
                    [] => String::new(),
                    sources => {
                        let sources = sources.iter().map(|Source { name, digest }| format!("{name} ({digest})"));
                        format!(", of {}", sources.collect::<Vec<_>>().join(", "))
                    }
                };
                self.output.say(&format!("{letter}: {}, {}{of}", side.name, counted(side.edges.len() as f64, "edge")));
                Ok(side)
            }
            kind => {
                self.output.say(&format!("{letter}: {name}"));
                self.replayed(path, matches!(kind, Kind::Snapshot), &name)
            }
        }
    }

    fn replayed(&self, path: &Path, is_snapshot: bool, name: &str) -> anyhow::Result<Side> {
        let logs = LogArgs::of_one(path, is_snapshot, self.reading, self.counting);
        // A snapshot does not tell segments apart, and is compared as a whole.
        let keep = Keep { segments: logs.has_segments() && !is_snapshot, ..Keep::default() };
        let replayed = logs.replay_keeping(keep, self.output)?;
        let analysis = convergence(&replayed.timeline, &replayed.priors, replayed.view, self.settings);
        let beliefs = Beliefs {
            analysis: &analysis,
            timeline: &replayed.timeline,
            priors: &replayed.priors,
            view: replayed.view,
            segments: replayed.segments.as_ref(),
        };
        let source = |(name, digest): &(String, Digest)| Source { name: name.clone(), digest: digest.to_string() };
        Ok(Side {
            sources: replayed.inputs.iter().map(source).collect(),
            prior: Some(prior_in_words(&replayed.priors)),
            view: Some(mature_view_in_words(replayed.view, replayed.maturity)),
            ..beliefs.side(name)
        })
    }
}

/// What a side is made of, where it was read from a log.
pub(in crate::cli) struct Beliefs<'a> {
    pub(in crate::cli) analysis: &'a Convergence,
    pub(in crate::cli) timeline: &'a Timeline,
    pub(in crate::cli) priors: &'a Priors,
    pub(in crate::cli) view: View,
    pub(in crate::cli) segments: Option<&'a Segments>,
}

impl Beliefs<'_> {
    /// The side, without what it comes from.
    pub(in crate::cli) fn side(&self, name: &str) -> Side {
        let side = Side::of(name, self.analysis).by_day(self.timeline);
        match self.segments {
            Some(segments) => side.by_segment(segments, self.priors, self.view),
            None => side,
        }
    }
}

/// Reads a report or a baseline; a report is its own source.
fn document(path: &Path, name: String) -> anyhow::Result<Side> {
    let place = shown(path);
    let bytes = fs::read(path).with_context(|| place.clone())?;
    let text = std::str::from_utf8(&bytes).map_err(|error| anyhow!("{place}: the file is not UTF-8: {error}"))?;
    let side = Side::from_json(&name, text.trim_start_matches('\u{feff}')).map_err(|error| match error {
        StoredError::Json(_) => anyhow!("{place}:{error}"),
        error => anyhow!("{place}: {error}"),
    })?;
    let itself = || vec![Source { name: name.clone(), digest: Digest::of(&bytes).to_string() }];
    let sources = if side.sources.is_empty() { itself() } else { side.sources };
    Ok(Side { sources, ..side })
}

/// What a file is, by its first bytes. What cannot be read twice is taken to be a log.
fn kind(path: &Path) -> anyhow::Result<Kind> {
    let known = path.metadata().ok();
    if known.as_ref().is_some_and(fs::Metadata::is_dir) {
        let report = path.join(MARK);
        return Ok(if report.is_file() { Kind::Document(report) } else { Kind::Log });
    }
    if !known.is_some_and(|known| known.is_file()) {
        return Ok(Kind::Log);
    }
    if is_document(path).with_context(|| shown(path))? {
        return Ok(Kind::Document(path.to_owned()));
    }
    match Snapshot::open(Input::path(path)) {
        Ok(_) => Ok(Kind::Snapshot),
        Err(SnapshotError::Other | SnapshotError::Empty | SnapshotError::Compression(_)) => Ok(Kind::Log),
        Err(error) => Err(error).with_context(|| shown(path)),
    }
}

/// Whether a file is a JSON object of ours, whole or not: rows of JSON lines have no schema of betadrift.
fn is_document(path: &Path) -> std::io::Result<bool> {
    const HEAD: u64 = 256;
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    let text = String::from_utf8_lossy(&head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_object = text.starts_with('{');
    let is_named_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    // An object that goes on in the next line is no row, and one of another schema is told what it lacks.
    let goes_on = text.lines().next().is_some_and(|line| line.trim() == "{");
    Ok(is_object && (text.contains("\"schema\"") || (is_named_json && goes_on)))
}
