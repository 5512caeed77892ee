//! `betadrift observe`: feedback moves the posteriors that a file holds.

mod decimal;
mod edit;
mod feedback;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use betadrift::beta::Beta;
use betadrift::log::escaped;
use betadrift::number::Plain;
use clap::Args;
use serde::Serialize;

use super::exit::Usage;
use super::file::create_whole;
use super::inputs::{refuse_overwriting, shown};
use super::locked::rewrite;
use super::output::{Format, Output};
use super::priors::given;
use super::replayed::counted;
use edit::{Absent, observe};
use feedback::FeedbackArgs;

const EXAMPLES: &str = "\
Examples:
  betadrift observe arms.csv --edge docs/faq --reward accepted --add    # makes the file and the edge
  betadrift observe arms.csv --edge docs/faq --reward 0.25
  betadrift observe arms.csv data/formats/events.csv --add --format csv";

/// Add feedback to the posteriors of a file, `edge,alpha,beta`
///
/// A reward R adds R to alpha and 1 - R to beta, as exact decimals: a thousand times 0.1 is 100, and no order of feedback
/// changes a digit. The file is replaced whole, under a lock: programs that observe at the same time wait for each other
/// and lose nothing, and one that is killed leaves the file as it was before. Other columns, the order of rows, line ends
/// and permissions stay as they are. Prints the new posteriors.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ObserveArgs {
    /// CSV with the columns edge, alpha and beta, among others
    file: PathBuf,
    #[command(flatten)]
    feedback: FeedbackArgs,
    /// Add edges that are not in the file, at --prior; and the file, if there is none
    #[arg(long)]
    add: bool,
    /// Prior of edges that are added: of every edge (A,B), of some (GLOB=A,B), or a file of priors [default: 1,1]
    #[arg(long, value_name = "PRIOR", requires = "add", allow_hyphen_values = true)]
    prior: Vec<String>,
}

/// What an edge became.
struct Observed {
    edge: String,
    posterior: Beta,
    /// Its parameters as they are written in the file.
    alpha: String,
    beta: String,
    added: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    observations: usize,
    edges: Vec<Edge<'a>>,
}

#[derive(Serialize)]
struct Edge<'a> {
    edge: &'a str,
    alpha: f64,
    beta: f64,
    mean: f64,
    added: bool,
}

pub(super) fn run(args: &ObserveArgs, output: Output) -> anyhow::Result<ExitCode> {
    if args.file.as_os_str() == "-" {
        return Err(Usage("standard input cannot be rewritten; name a file of posteriors".to_owned()).into());
    }
    let read = [args.file.as_path()].into_iter().chain(args.feedback.file());
    refuse_overwriting(read, output.file().map(|path| ("--output", path)))?;
    let absent = if args.add { Absent::Add(given(&args.prior)?.over(&[])) } else { Absent::Refuse };
    let feedback = args.feedback.read()?;
    if args.add && !args.file.exists() {
        create_whole(&args.file, b"edge,alpha,beta\n").with_context(|| shown(&args.file))?;
    }
    let name = shown(&args.file);
    let observed = rewrite(&args.file, |bytes| observe(name, bytes, &feedback, &absent))?;
    print(&observed, feedback.len(), output)?;
    let added = observed.iter().filter(|edge| edge.added).count();
    let (observations, edges) = (counted(feedback.len() as f64, "observation"), counted(observed.len() as f64, "edge"));
    let also = if added > 0 { format!(", {added} added") } else { String::new() };
    output.say(&format!("{observations} of {edges}{also}"));
    Ok(ExitCode::SUCCESS)
}

fn print(observed: &[Observed], observations: usize, output: Output) -> anyhow::Result<()> {
    const HEADER: [&str; 4] = ["edge", "alpha", "beta", "mean"];
    let cells = |row: &Observed, name: String, mean: String| vec![name, row.alpha.clone(), row.beta.clone(), mean];
    match output.format {
        Format::Json => output.json(&document(observed, observations)),
        Format::Csv => {
            let rows = observed.iter().map(|row| cells(row, row.edge.clone(), Plain(row.posterior.mean()).to_string()));
            output.records([HEADER.map(str::to_owned).to_vec()].into_iter().chain(rows))
        }
        Format::Table => {
            let mean = |row: &Observed| format!("{:.4}", row.posterior.mean());
            output.table(&HEADER, observed.iter().map(|row| cells(row, escaped(row.edge.as_bytes()), mean(row))))
        }
    }
}

fn document(observed: &[Observed], observations: usize) -> Document<'_> {
    let edges = observed.iter().map(|row| Edge {
        edge: &row.edge,
        alpha: row.posterior.alpha(),
        beta: row.posterior.beta(),
        mean: row.posterior.mean(),
        added: row.added,
    });
    Document { schema: "betadrift.observe/1", observations, edges: edges.collect() }
}
