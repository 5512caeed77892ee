//! `betadrift widget`: a page with a Beta to move by hand.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use betadrift::beta::{Beta, BetaError};
use betadrift::report::widget::{Days, Widget};
use clap::Args;

use super::Global;
use super::exit::Usage;
use super::file::write_whole;
use super::inputs::refuse_overwriting;
use super::logs::{LogArgs, MaybeLogArgs};
use super::output::Output;
use super::posteriors::trusted;

const EXAMPLES: &str = "\
Examples:
  betadrift widget --out beta.html                             # Beta(4,3), to move by hand
  betadrift widget --out beta.html --alpha 12 --beta 30 --vs 4,3
  betadrift widget data/feedback.csv --out beta.html           # through the days of a log";

/// How many edges of a log are shown, if not asked otherwise.
const TOP: usize = 500;

/// Write a page with a Beta to move by hand: its density, intervals, and how it compares with another
///
/// One HTML file without anything beside it, which opens from the disk and asks nothing of a network. It computes with this
/// program's own code, compiled to WebAssembly, so that its numbers are those of `betadrift beta`. With a LOG, a slider goes
/// through its days, for the edges with the most feedback (--top).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WidgetArgs {
    #[command(flatten)]
    logs: MaybeLogArgs,
    /// The page to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// α to begin with [default: 4]
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// β to begin with [default: 3]
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    beta: Option<f64>,
    /// The Beta to compare with
    #[arg(long, value_name = "A,B", value_parser = parse_trusted)]
    vs: Option<Beta>,
}

/// The Beta of two parameters of the command line.
fn begin(alpha: f64, beta: f64) -> Result<Beta, Usage> {
    trusted(alpha, beta).map_err(|error| Usage(error.to_string()))
}

fn parse_trusted(text: &str) -> Result<Beta, String> {
    let beta: Beta = text.parse().map_err(|error: BetaError| error.to_string())?;
    begin(beta.alpha(), beta.beta()).map_err(|error| error.to_string())
}

pub(super) fn run(args: WidgetArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let (logs, out): (LogArgs, _) = (args.logs.into(), args.out);
    let page = if logs.is_empty() {
        let one = begin(args.alpha.unwrap_or(4.0), args.beta.unwrap_or(3.0))?;
        Widget::new(one, logs.prior_alone()?, args.vs, global.level()).page()
    } else if args.alpha.is_some() || args.beta.is_some() || args.vs.is_some() {
        let text = "--alpha, --beta and --vs are for a page without a LOG; with one, edges are chosen on the page";
        return Err(Usage(text.to_owned()).into());
    } else {
        refuse_overwriting(logs.paths().iter().map(PathBuf::as_path), [("--out", &*out)])?;
        of_logs(&logs, global, output)?.page()
    };
    if out.as_os_str() == "-" {
        output.write(|file| file.write_all(page.as_bytes()))?;
    } else {
        write_whole(&out, |file| file.write_all(page.as_bytes()))?;
        output.say(&format!("{}: open it in a browser", out.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The widget that goes through the days of the logs.
fn of_logs(logs: &LogArgs, global: &Global, output: Output<'_>) -> anyhow::Result<Widget> {
    let replayed = logs.replay(output)?;
    let top = logs.top(TOP);
    let days = Days::of(&replayed.timeline, &replayed.priors, replayed.view, top);
    let left_out = replayed.timeline.edges().len().saturating_sub(top);
    if left_out > 0 {
        let more = if left_out == 1 { "edge has" } else { "edges have" };
        output.say(&format!("{left_out} more {more} less feedback; --top shows more"));
    }
    Widget::of_days(days, global.level()).context("no feedback counts, so there is no day to show")
}
