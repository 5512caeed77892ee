//! `betadrift rank`: which of many posteriors is best, and what is left to win.

use std::path::PathBuf;
use std::process::ExitCode;

use betadrift::beta::Beta;
use betadrift::decision::{Decision, decide};
use betadrift::log::escaped;
use betadrift::number::Plain;
use clap::Args;
use serde::Serialize;

use super::inputs::refuse_overwriting;
use super::output::{Format, Output};
use super::posteriors::{Posterior, read_posteriors};
use super::replayed::counted;

/// Rank posteriors: P(best), expected loss, value remaining.
///
/// Reads any CSV with the columns `edge`, `alpha` and `beta`, such as the output of `replay --format csv`.
/// Quantities are exact to 1e-9, by quadrature: no sampling.
#[derive(Args)]
#[command(after_help = "Examples:
  betadrift rank data/posteriors.csv
  betadrift replay data/feedback.csv --format csv | betadrift rank - --format json")]
pub(super) struct RankArgs {
    /// CSV with `edge,alpha,beta`; `-` reads standard input
    file: PathBuf,
    /// How many edges the table shows
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    top: usize,
}

#[derive(Serialize)]
struct Ranking<'a> {
    schema: &'static str,
    edges: Vec<RankedEdge<'a, f64>>,
    expected_max: Option<f64>,
    value_remaining: Option<f64>,
    best_edge_entropy: Option<f64>,
    p_wrong: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct RankedEdge<'a, N> {
    edge: &'a str,
    alpha: N,
    beta: N,
    mean: N,
    p_best: N,
    expected_loss: N,
}

pub(super) fn run(args: &RankArgs, output: Output) -> anyhow::Result<ExitCode> {
    refuse_overwriting([args.file.as_path()], output.file().map(|path| ("--output", path)))?;
    let mut posteriors = read_posteriors(&args.file)?;
    posteriors.sort_by(|a, b| a.edge.cmp(&b.edge));
    let decision = decide(&posteriors.iter().map(|row| row.posterior).collect::<Vec<Beta>>());
    match output.format {
        Format::Json => output.json(&ranking(&posteriors, &decision))?,
        Format::Csv => output.csv(edges(&posteriors, &decision, Plain))?,
        Format::Table => args.table(output, &posteriors, &decision)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl RankArgs {
    fn table(&self, output: Output, posteriors: &[Posterior], decision: &Decision) -> anyhow::Result<()> {
        let mut order: Vec<usize> = (0..posteriors.len()).collect();
        order.sort_by(|&i, &j| decision.p_best[j].total_cmp(&decision.p_best[i]));
        let rows = order.iter().take(self.top).map(|&k| {
            let Posterior { edge, posterior } = &posteriors[k];
            vec![
                escaped(edge.as_bytes()),
                format!("{}", Plain(posterior.alpha())),
                format!("{}", Plain(posterior.beta())),
                format!("{:.4}", posterior.mean()),
                format!("{:.4}", decision.p_best[k]),
                format!("{:.3e}", decision.expected_loss[k]),
            ]
        });
        output.table(&["edge", "alpha", "beta", "mean", "P(best)", "expected loss"], rows)?;
        output.say(&format!(
            "{} · E[max] {:.6} · value remaining {:.3e} · entropy of the best edge {:.4} of {:.4} nats · P(wrong) {:.4}",
            counted(posteriors.len() as f64, "edge"),
            decision.expected_max,
            decision.value_remaining,
            decision.entropy(),
            (posteriors.len().max(1) as f64).ln(),
            decision.p_wrong()
        ));
        Ok(())
    }
}

fn ranking<'a>(posteriors: &'a [Posterior], decision: &Decision) -> Ranking<'a> {
    let some = |value: f64| (!posteriors.is_empty()).then_some(value);
    Ranking {
        schema: "betadrift.rank/1",
        edges: edges(posteriors, decision, |x| x).collect(),
        expected_max: some(decision.expected_max),
        value_remaining: some(decision.value_remaining),
        best_edge_entropy: some(decision.entropy()),
        p_wrong: some(decision.p_wrong()),
        reason: posteriors.is_empty().then_some("there are no edges"),
    }
}

fn edges<'a, N>(
    posteriors: &'a [Posterior],
    decision: &Decision,
    number: impl Fn(f64) -> N,
) -> impl Iterator<Item = RankedEdge<'a, N>> {
    posteriors.iter().zip(&decision.p_best).zip(&decision.expected_loss).map(move |((row, &p_best), &loss)| {
        RankedEdge {
            edge: &row.edge,
            alpha: number(row.posterior.alpha()),
            beta: number(row.posterior.beta()),
            mean: number(row.posterior.mean()),
            p_best: number(p_best),
            expected_loss: number(loss),
        }
    })
}
