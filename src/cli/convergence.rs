//! `betadrift convergence`: the curves and the verdict.

use std::process::ExitCode;

use betadrift::convergence::{DaySummary, VerdictState};
use clap::Args;

use super::Global;
use super::analysis::{Analysis, AnalysisArgs};
use super::exit::CHECK_FAILED;
use super::output::{Format, Output};
use super::terminal::Screen;

const EXAMPLES: &str = "\
Examples:
  betadrift convergence data/feedback.csv
  betadrift convergence data/feedback.csv --prior 'docs/*=2,8' --format json
  betadrift convergence data/feedback.csv --fail-unsettled   # exit code 1 unless settled or tied";

/// Say whether the posteriors have converged, on what and since when: the curves day by day, and the verdict
///
/// Beside posterior means and their credible intervals stand, for each edge, the always-valid interval of its rate, which holds
/// however often somebody looked, and where the log has propensities the adaptively weighted mean (JSON; edges.csv of report).
/// On a terminal a summary stands in place of the table, which --format table, --quiet or a pipe gives; NO_COLOR takes its colours.
///
/// Plain success rates and Wald intervals are not shown: a policy that learns stops choosing what did badly by chance, which
/// biases plain means downwards and makes such intervals miss.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ConvergenceArgs {
    #[command(flatten)]
    analysis: AnalysisArgs,
    #[command(flatten)]
    gate: GateArgs,
}

/// The check for continuous integration.
#[derive(Args)]
pub(super) struct GateArgs {
    /// Exit with code 1 unless the verdict is settled or tied
    #[arg(long)]
    fail_unsettled: bool,
}

impl GateArgs {
    /// The exit code of a verdict.
    pub(super) fn code(&self, verdict: VerdictState) -> ExitCode {
        let passed = matches!(verdict, VerdictState::Settled | VerdictState::Tied);
        if self.fail_unsettled && !passed { ExitCode::from(CHECK_FAILED) } else { ExitCode::SUCCESS }
    }
}

pub(super) fn run(args: &ConvergenceArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let analysis = args.analysis.analyse("convergence", global, output)?;
    let convergence = &analysis.convergence;
    let code = args.gate.code(convergence.verdict.state);
    if let Some(screen) = Screen::of(output, global.format) {
        output.text(&screen.summary(convergence))?;
        return Ok(code);
    }
    match output.format {
        Format::Json => output.json(&convergence.document())?,
        Format::Csv => output.csv(convergence.day_rows())?,
        Format::Table => {
            let header =
                ["day", "events", "leader", "P(best)", "value remaining", "step ratio", "noise band", "verdict"];
            output.table(&header, convergence.days.iter().map(|day| row(day, &analysis)))?;
        }
    }
    output.say(&analysis.verdict());
    Ok(code)
}

fn row(day: &DaySummary, analysis: &Analysis) -> Vec<String> {
    let (ratio, band) = day.step_kl.map_or_else(Default::default, |step| {
        let band = step.ratio_band;
        (format!("{:.2}", step.ratio), format!("{:.2}–{:.2}", band.lower, band.upper))
    });
    vec![
        day.day.to_string(),
        betadrift::number::Plain(day.events).to_string(),
        analysis.edges().name(day.leader).escape_debug().to_string(),
        format!("{:.4}", day.p_best),
        format!("{:.3e}", day.value_remaining),
        ratio,
        band,
        day.verdict.to_string(),
    ]
}
