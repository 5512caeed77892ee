//! `betadrift import`: the store of another engine becomes posteriors.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use betadrift::import::{self, Error, Import, KINDS, Kind, Reason, Row, write_rejects};
use betadrift::log::escaped;
use betadrift::number::Plain;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::exit::Usage;
use super::file::write_whole;
use super::inputs::{refuse_overwriting, shown};
use super::output::{Format, Output};
use super::replayed::counted;

const EXAMPLES: &str = "\
Examples:
  betadrift import qortex data/formats/qortex.db
  betadrift import qortex data/formats/qortex.db | betadrift rank -
  betadrift import qortex data/formats/qortex.db --rejects rejects.csv --format table";

/// Read the store of another engine into posteriors, `edge,alpha,beta`, as CSV
///
/// The store is only read: not a byte of it changes, and no file appears beside it. Rows whose alpha or beta are none of a
/// Beta (zero, negative, NULL, infinite, …) are quarantined, counted by reason, and kept with --rejects. The result is
/// what `rank`, `select`, `observe` and `--prior` read; it is CSV unless --format says otherwise.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// What kind of store it is
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: Kind,
    /// The store
    file: PathBuf,
    /// Keep the rows that are quarantined: their rowid, the reason, and what they hold
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(KINDS.iter().map(|kind| PossibleValue::new(kind.name).help(kind.about)))
        .try_map(|name| Kind::named(&name).ok_or("there is no such kind"))
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    kind: &'static str,
    quarantined: BTreeMap<Reason, usize>,
    edges: Vec<Edge<'a, f64>>,
}

#[derive(Serialize)]
struct Edge<'a, N> {
    edge: &'a str,
    alpha: N,
    beta: N,
    pulls: Option<N>,
    last_updated: Option<&'a str>,
}

pub(super) fn run(args: &ImportArgs, output: Output) -> anyhow::Result<ExitCode> {
    if args.file.as_os_str() == "-" {
        return Err(Usage("a store is not read from standard input; name its file".to_owned()).into());
    }
    let rejects = args.rejects.as_deref().map(|path| ("--rejects", path));
    refuse_overwriting([args.file.as_path()], rejects.into_iter().chain(output.file().map(|path| ("--output", path))))?;
    let import = args.kind.read(&args.file).map_err(|error| classified(error, &args.file))?;
    if let Some(path) = &args.rejects {
        write_whole(path, |out| write_rejects(&import.rejects, out))?;
    }
    let quarantined = by_reason(&import);
    let said = said(&import, &quarantined);
    if import.rows.is_empty() && !import.rejects.is_empty() {
        bail!("{}: no row is a posterior: {said}", shown(&args.file));
    }
    match output.format {
        Format::Json => {
            let edges = import.rows.iter().map(|row| edge(row, |x| x)).collect();
            output.json(&Document { schema: "betadrift.import/1", kind: args.kind.name, quarantined, edges })?;
        }
        Format::Csv => output.records([header()].into_iter().chain(import.rows.iter().map(record)))?,
        Format::Table => output.table(&COLUMNS, import.rows.iter().map(cells))?,
    }
    output.say(&said);
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [&str; 5] = ["edge", "alpha", "beta", "pulls", "last_updated"];

fn header() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

fn record(row: &Row) -> Vec<String> {
    let Edge { edge, alpha, beta, pulls, last_updated } = edge(row, Plain);
    let pulls = pulls.map_or_else(String::new, |pulls| pulls.to_string());
    vec![edge.to_owned(), alpha.to_string(), beta.to_string(), pulls, last_updated.unwrap_or_default().to_owned()]
}

/// A record as a terminal may show it.
fn cells(row: &Row) -> Vec<String> {
    record(row).iter().map(|cell| escaped(cell.as_bytes())).collect()
}

fn edge<N>(row: &Row, number: impl Fn(f64) -> N) -> Edge<'_, N> {
    Edge {
        edge: &row.edge,
        alpha: number(row.posterior.alpha()),
        beta: number(row.posterior.beta()),
        pulls: row.pulls.map(&number),
        last_updated: row.last_updated.as_deref(),
    }
}

fn by_reason(import: &Import) -> BTreeMap<Reason, usize> {
    import.rejects.iter().fold(BTreeMap::new(), |mut counts, reject| {
        *counts.entry(reject.reason).or_default() += 1;
        counts
    })
}

fn said(import: &Import, quarantined: &BTreeMap<Reason, usize>) -> String {
    let edges = counted(import.rows.len() as f64, "edge");
    let reasons = quarantined.iter().map(|(reason, count)| format!("{count} quarantined ({reason})"));
    [edges].into_iter().chain(reasons).collect::<Vec<_>>().join(", ")
}

/// What another program is to blame for, or the system, is no fault of the data.
fn classified(error: import::Error, path: &Path) -> anyhow::Error {
    let error = match error {
        Error::Locked | Error::Changing => anyhow!(io::Error::other(error)),
        error => anyhow!(error),
    };
    error.context(shown(path))
}
