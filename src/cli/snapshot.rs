//! Snapshots as files: what was read is gone on from, and kept.

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use betadrift::log::{Digest, Input, base_name};
use betadrift::replay::snapshot::Opened;
use betadrift::replay::{self, Options, Replay, Snapshot};

use super::file::write_whole;
use super::inputs::{input, same_place, shown};
use super::locked::lock;

/// A snapshot that was gone on from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Its base name.
    pub(super) name: String,
    /// The hash of its bytes.
    pub(super) digest: Digest,
    /// How many events it holds.
    pub(super) events: f64,
    /// How many inputs it is of.
    pub(super) inputs: usize,
}

/// Waits until no other program goes on from a snapshot only to replace it, and keeps others waiting while what it returns
/// lives; `None` where the one that is gone on from is not replaced.
pub(super) fn turn(from: Option<&Path>, kept: Option<&Path>) -> anyhow::Result<Option<File>> {
    match from.zip(kept) {
        Some((from, kept)) if same_place(from, kept) => lock(from).with_context(|| shown(from)).map(Some),
        _ => Ok(None),
    }
}

/// Reads a snapshot.
pub(super) fn open(path: &Path) -> anyhow::Result<(Snapshot, Origin)> {
    let Opened { snapshot, digest, .. } = Snapshot::open(input(path)).with_context(|| shown(path))?;
    let (events, inputs) = (snapshot.events().to_f64(), snapshot.sources().len());
    let name = base_name(&shown(path)).to_owned();
    Ok((snapshot, Origin { name, digest, events, inputs }))
}

/// Reads logs, after what was read before if something was, and keeps everything in a file if there is to be one.
pub(super) fn replay(
    before: Option<Snapshot>,
    logs: Vec<Input>,
    options: &Options,
    progress: &(dyn Fn(u64) + Sync),
    kept: Option<&Path>,
) -> anyhow::Result<Replay> {
    let whole = match (before, kept) {
        (None, None) => return Ok(replay::replay(logs, options, progress)?),
        (None, Some(_)) => Snapshot::read_logs(logs, options, progress)?,
        (Some(before), _) => before.read_on(logs, options, progress)?,
    };
    let Some(path) = kept else { return Ok(whole.replay(options)?) };
    let bytes = whole.to_bytes().map_err(replay::Error::from)?;
    let replayed = whole.replay(options)?;
    // What a link leads to is replaced, not the link.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    write_whole(&place, |out| out.write_all(&bytes))?;
    Ok(replayed)
}
