//! `betadrift merge`: snapshots of disjoint logs become one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::exit::Usage;
use super::inputs::{self, shown};
use super::output::Output;
use super::replayed::counted;
use super::snapshot;

const EXAMPLES: &str = "\
Examples:
  betadrift replay data/feedback.csv --snapshot north.bds --quiet
  betadrift replay data/formats/events.csv --snapshot south.bds --quiet
  betadrift merge north.bds south.bds --output both.bds
  betadrift report --from both.bds --out report";

/// Add up snapshots of different logs: the same as replaying all those logs together
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MergeArgs {
    /// Snapshots, which replay --snapshot wrote; no log may be in two of them. The one to write is --output
    #[arg(required = true, num_args = 2.., value_name = "SNAPSHOT")]
    snapshots: Vec<PathBuf>,
}

pub(super) fn run(args: &MergeArgs, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let Some(target) = output.file() else {
        return Err(Usage("merge needs --output FILE, the snapshot to write".to_owned()).into());
    };
    let files = inputs::expand(&args.snapshots)?;
    inputs::refuse_overwriting(files.iter().map(PathBuf::as_path), [("--output", target)])?;
    let [first, others @ ..] = &*files else {
        return Err(Usage("merge needs two snapshots at least".to_owned()).into());
    };
    let (mut whole, _) = snapshot::open(first)?;
    for file in others {
        let (other, _) = snapshot::open(file)?;
        whole = whole.merge(other).map_err(|error| refused(first, file, &error))?;
    }
    let bytes = whole.to_bytes().map_err(|error| Usage(error.to_string()))?;
    output.write(|out| out.write_all(&bytes))?;
    let (events, sources) = (whole.events().to_f64(), whole.sources().len() as f64);
    let (events, sources) = (counted(events, "event"), counted(sources, "input"));
    output.say(&format!("{}: {events} of {sources}", shown(target)));
    Ok(ExitCode::SUCCESS)
}

fn refused(first: &Path, other: &Path, error: &dyn std::fmt::Display) -> Usage {
    Usage(format!("{} and {}: {error}", shown(first), shown(other)))
}
