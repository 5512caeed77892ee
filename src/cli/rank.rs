//! `betadrift rank`: which of many posteriors is best, by how much, and what is left to win.

mod evidence;
mod print;

use std::path::PathBuf;
use std::process::ExitCode;

use betadrift::beta::Beta;
use betadrift::convergence::Settings;
use betadrift::decision::{Decision, Difference, Lead, decide, difference, lead, within_decided};
use clap::Args;

use self::evidence::Against;
use super::Global;
use super::inputs::refuse_overwriting;
use super::output::Output;
use super::posteriors::{Posterior, Posteriors};
use super::table::Table;

/// Rank posteriors: P(best), by how much the leader leads, who is within ε of the best, expected loss, value remaining.
///
/// Reads any CSV with the columns `edge`, `alpha` and `beta`, such as the output of `replay --format csv`.
/// Quantities are exact to 1e-9, by quadrature: no sampling.
///
/// The difference is that of the leader's rate and the runner-up's, the edge with the next P(best), with its interval at --level.
/// P(within ε) is the chance of an edge to be at most ε worse than the best: where many are all but equal, it settles and P(best)
/// does not. --against RATE tells which edges are not of that rate, however often somebody looked before: e-values, always-valid
/// intervals, and e-BH at 1 − level, which bounds the expected share of false rejections.
#[derive(Args)]
#[command(after_help = "Examples:
  betadrift rank data/posteriors.csv
  betadrift rank data/posteriors.csv --epsilon 0.01 --level 0.9
  betadrift rank data/posteriors.csv --against 0.3    # the posteriors started from Beta(1,1), or say --prior A,B
  betadrift replay data/feedback.csv --format csv | betadrift rank - --format json")]
pub(super) struct RankArgs {
    /// CSV with `edge,alpha,beta`; `-` reads standard input
    file: PathBuf,
    /// How many edges the table shows
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    top: usize,
    /// ε of P(within ε), in units of reward [default: 0.02 of the leader's mean]
    #[arg(long, value_name = "REWARD", value_parser = parse_rate, allow_negative_numbers = true)]
    epsilon: Option<f64>,
    /// Weigh the counts of each edge against this one rate
    #[arg(long, value_name = "RATE", value_parser = parse_rate, allow_negative_numbers = true)]
    against: Option<f64>,
    /// The prior that the posteriors started from: what they have beyond it are the counts [default: 1,1]
    #[arg(long, value_name = "A,B", requires = "against")]
    prior: Option<Beta>,
}

/// Everything that is said of the posteriors.
struct Ranking {
    posteriors: Vec<Posterior>,
    decision: Decision,
    lead: Option<Lead>,
    difference: Option<Difference>,
    epsilon: Option<f64>,
    /// The share of the leader's mean that ε is, where it was not given.
    epsilon_share: Option<f64>,
    within: Vec<f64>,
    against: Option<Against>,
}

pub(super) fn run(args: &RankArgs, global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    refuse_overwriting([args.file.as_path()], output.file().map(|path| ("--output", path)))?;
    let mut table = Posteriors::of(Table::read(&args.file)?)?;
    table.rows.sort_by(|a, b| a.posterior.edge.cmp(&b.posterior.edge));
    let level = global.level();
    let prior = args.prior.unwrap_or(Beta::UNIFORM);
    let against = args.against.map(|rate| Against::weigh(&table, rate, prior, level)).transpose()?;
    let posteriors: Vec<Posterior> = table.rows.into_iter().map(|row| row.posterior).collect();
    Ranking::of(posteriors, args.epsilon, against, level).print(args.top, output)?;
    Ok(ExitCode::SUCCESS)
}

impl Ranking {
    fn of(posteriors: Vec<Posterior>, epsilon: Option<f64>, against: Option<Against>, level: f64) -> Self {
        let betas: Vec<Beta> = posteriors.iter().map(|row| row.posterior).collect();
        let decision = decide(&betas);
        let lead = lead(&betas, &decision);
        let difference = lead.and_then(|lead| Some(difference(betas[lead.leader], betas[lead.runner_up?], level)));
        let epsilon_share = epsilon.is_none().then_some(Settings::default().epsilon);
        let epsilon = epsilon.or(lead.map(|lead| Settings::default().epsilon * betas[lead.leader].mean()));
        let within = epsilon.map_or_else(Vec::new, |epsilon| within_decided(&betas, &decision, epsilon));
        Self { posteriors, decision, lead, difference, epsilon, epsilon_share, within, against }
    }
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.0..=1.0).contains(&rate) { Ok(rate) } else { Err("it lies between 0 and 1, as rewards do".to_owned()) }
}
