//! `betadrift report`: figures, tables and the verdict, in one folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use betadrift::compare::compare;
use betadrift::log::base_name;
use betadrift::report::figure::changes;
use betadrift::report::{FIGURES, figures, html, segments, verdict};
use betadrift::seed::DEFAULT_SEED;
use clap::Args;
use serde::Serialize;

use super::Global;
use super::analysis::{Analysis, AnalysisArgs, Changed};
use super::compare::side::Reader;
use super::convergence::GateArgs;
use super::draw::{Drawn, parse_scale};
use super::figures::write_figures;
use super::folder::{Folder, MARK};
use super::further::Further;
use super::output::{Format, Output};
use super::reading::quoted;
use super::terminal::Screen;

const EXAMPLES: &str = "\
Examples:
  betadrift report data/feedback.csv --out report
  betadrift report data/counts.csv --out report --prior 2,8 --fail-unsettled
  betadrift report data/feedback.csv --out report --against data/counts.csv  # what changed since
  betadrift report simulations/abrupt.toml --out report    # simulates first, and adds regret";

/// Write the full report: report.html, one page with everything, and beside it verdict.md, report.json, daily.csv, edges.csv, edge_days.csv (with --column segment=… also segments.csv and segment_days.csv) and every figure as SVG and PNG
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    analysis: AnalysisArgs,
    /// The folder to write; it is replaced whole if it holds an earlier report
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Say what changed since this: a log, a snapshot, an earlier report or a baseline, as A of `compare`
    #[arg(long, value_name = "A")]
    against: Option<PathBuf>,
    /// Pixels of the PNG for each pixel of the SVG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = parse_scale)]
    scale: f64,
    #[command(flatten)]
    gate: GateArgs,
}

/// The figure of what changed.
const CHANGES: &str = "changes";
/// The page.
const PAGE: &str = "report.html";
const TABLES: [&str; 8] =
    [PAGE, "verdict.md", MARK, "daily.csv", "edges.csv", "edge_days.csv", "segments.csv", "segment_days.csv"];

pub(super) fn run(args: &ReportArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let folder = Folder::beside(&args.out, is_ours)?;
    let mut analysis = args.analysis.analyse("report", global, output)?;
    analysis.further = Further::of(&analysis, global, |_| true);
    if let Some(path) = &args.against {
        analysis.changed = Some(args.changed(path, &analysis, output)?);
        analysis.about.command += &format!(" --against {}", quoted(base_name(&path.to_string_lossy())));
    }
    write_tables(&analysis, folder.path())?;
    let seed = global.seed.unwrap_or(DEFAULT_SEED);
    let count = draw(&analysis, folder.path(), args.scale, seed, output)?;
    folder.publish(&args.out)?;
    let convergence = &analysis.convergence;
    match output.format {
        Format::Json => output.json(&convergence.document())?,
        Format::Csv => output.csv(convergence.day_rows())?,
        Format::Table => match Screen::of(output, global.format) {
            Some(screen) => output.text(&screen.summary(convergence))?,
            None => output.text(&analysis.verdict())?,
        },
    }
    let tables = if analysis.mix.is_some() { 5 } else { 3 };
    output.say(&format!(
        "{}: report.html, verdict.md, report.json, {tables} tables, {count} figures",
        args.out.display()
    ));
    Ok(args.gate.code(convergence.verdict.state))
}

impl ReportArgs {
    /// What changed from what stands there to what was analysed.
    fn changed(&self, path: &Path, analysis: &Analysis, output: Output<'_>) -> anyhow::Result<Changed> {
        let AnalysisArgs { logs, .. } = &self.analysis;
        let settings = &analysis.settings;
        let reader = Reader { reading: logs.reading(), counting: logs.counting(), settings, output };
        let before = reader.read("A", path)?;
        let names: Vec<&str> = analysis.about.inputs.iter().map(|(name, _)| name.as_str()).collect();
        let now = analysis.side(&names.join(", "));
        let comparison = compare(&before, &now, settings.level);
        Ok(Changed { before, now, comparison })
    }
}

/// Whether a report holds a file of that name.
fn is_ours(name: &str) -> bool {
    let is_figure = |name: &str| name == CHANGES || FIGURES.iter().any(|figure| figure.name == name);
    let figure = |ending: &str| name.strip_suffix(ending).is_some_and(is_figure);
    TABLES.contains(&name) || figure(".svg") || figure(".png")
}

fn write_tables(analysis: &Analysis, folder: &Path) -> anyhow::Result<()> {
    let Analysis { convergence, settings, about, .. } = analysis;
    let verdict = verdict::markdown(convergence, settings, about, &analysis.beside());
    write(&folder.join("verdict.md"), verdict.as_bytes())?;
    let mut json = serde_json::to_vec_pretty(&convergence.document())?;
    json.push(b'\n');
    write(&folder.join(MARK), &json)?;
    write_csv(&folder.join("daily.csv"), convergence.day_rows())?;
    write_csv(&folder.join("edges.csv"), convergence.edge_rows())?;
    write_csv(&folder.join("edge_days.csv"), convergence.edge_day_rows())?;
    if let Some(mix) = &analysis.mix {
        write_csv(&folder.join("segments.csv"), segments::rows(mix, &convergence.edges))?;
        write_csv(&folder.join("segment_days.csv"), mix.day_rows())?;
    }
    Ok(())
}

/// Draws every figure and writes the page that has them all, and tells how many there are.
fn draw(analysis: &Analysis, folder: &Path, scale: f64, seed: u64, output: Output<'_>) -> anyhow::Result<usize> {
    let drawn = Drawn::new(analysis);
    let mut figures = figures(&drawn.analysis());
    if let Some(Changed { before, now, comparison }) = &analysis.changed {
        figures.push(changes(before, now, comparison));
    }
    write_figures(&figures, folder, scale, output)?;
    let page = html(&drawn.analysis(), &analysis.about, &figures, seed);
    write(&folder.join(PAGE), page.as_bytes())?;
    Ok(figures.len())
}

fn write_csv<R: Serialize>(path: &Path, rows: impl Iterator<Item = R>) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.serialize(row)?;
    }
    write(path, &csv.into_inner().context("a table in memory")?)
}

fn write(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, contents).with_context(|| path.display().to_string())
}
