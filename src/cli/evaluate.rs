//! `betadrift evaluate`: what another policy would have earned.

mod print;
mod target;

use std::process::ExitCode;

use anyhow::anyhow;
use betadrift::beta::Beta;
use betadrift::evaluate::{Error, Settings, evaluate};
use betadrift::replay::Keep;
use betadrift::report::figure::{estimates, weights};
use betadrift::timeline::{Cells, View};
use clap::Args;

use super::Global;
use super::exit::{CHECK_FAILED, Usage};
use super::figures::FiguresArgs;
use super::logs::LogArgs;
use super::output::{Format, Output};
use super::posteriors::trusted;
use super::replayed::Replayed;
use print::Page;
use target::Spec;

const EXAMPLES: &str = "\
Examples:
  betadrift evaluate data/feedback.csv --until 2026-01-05 --target prior:data/posteriors.csv
  betadrift evaluate data/feedback.csv --target uniform   # raises an alarm; with --fail-on-alarm exit code 1
  betadrift evaluate data/formats/events.csv --target uniform --reward-prior 1,99 --format json
  betadrift evaluate data/feedback.csv --until 2026-01-05 --target uniform --figures figures";

/// Evaluate another policy on a log: what would it have earned? With intervals, and alarms where nobody can say
///
/// The log must hold the propensity of each choice, the chance with which the edge was chosen (columns propensity,
/// propensity_score, pscore or action_prob, or --column propensity=NAME). Each row then counts with weight w, the target's
/// probability of that edge over the propensity, in nine estimators: ips, clipped_ips, snips, dm, dr, sndr, switch_dr, dros
/// and replay. Read snips: it needs no reward model, and its interval keeps its level at small effective samples; dr should
/// agree with it. Where an alarm is raised, none of them is a result: they are printed under it.
///
/// Rows whose propensity is missing, 0 or above 1 are counted, raise an alarm, and take no part.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EvaluateArgs {
    #[command(flatten)]
    logs: LogArgs,
    /// The policy to evaluate: a CSV with the columns edge and probability, and segment where it is by segment (--column
    /// segment=NAME), each segment summing to 1; `uniform`, all edges of the log alike; or `prior:FILE`, Thompson Sampling
    /// from the posteriors of a CSV with the columns edge, alpha and beta, exactly
    #[arg(long, value_name = "TARGET", help_heading = "Evaluation")]
    target: String,
    /// The weight at which clipped_ips cuts
    #[arg(long, value_name = "W", default_value_t = 10.0, allow_negative_numbers = true, help_heading = "Evaluation")]
    clip: f64,
    /// The weight up to which switch_dr corrects its reward model
    #[arg(long, value_name = "W", default_value_t = 10.0, allow_negative_numbers = true, help_heading = "Evaluation")]
    switch_lambda: f64,
    /// λ of dros, which weighs corrections λw/(w² + λ)
    #[arg(long, value_name = "L", default_value_t = 10.0, allow_negative_numbers = true, help_heading = "Evaluation")]
    dros_lambda: f64,
    /// Prior of the reward model, which is the posterior mean of each edge and segment; 1,99 makes it (clicks+1)/(n+100)
    #[arg(long, value_name = "A,B", default_value = "1,1", value_parser = parse_prior, allow_hyphen_values = true, help_heading = "Evaluation")]
    reward_prior: Beta,
    /// The share of the rows below which the effective sample raises an alarm
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.01,
        allow_negative_numbers = true,
        help_heading = "Evaluation"
    )]
    min_effective: f64,
    /// Exit with code 1 if there is an alarm
    #[arg(long, help_heading = "Evaluation")]
    fail_on_alarm: bool,
    #[command(flatten)]
    figures: FiguresArgs,
}

fn parse_prior(text: &str) -> Result<Beta, String> {
    let wrong = || format!("`{text}` is no prior; write it as 1,99");
    let (alpha, beta) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wrong());
    trusted(number(alpha)?, number(beta)?).map_err(|error| error.to_string())
}

pub(super) fn run(args: &EvaluateArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    args.refuse_idle_flags()?;
    let spec = Spec::of(&args.target, args.logs.paths(), output)?;
    let keep = Keep { cells: true, ..Keep::default() };
    let replayed = args.logs.replay_keeping(keep, output)?;
    let cells = replayed.cells.as_ref().ok_or_else(|| anyhow!("counts have no propensities; give the log itself"))?;
    let target = spec.target(cells)?;
    let evaluation = evaluate(cells, &target, &args.settings(global)).map_err(|error| refused(error, cells))?;
    let page = Page { evaluation: &evaluation, target: spec.name(), log: log_name(&replayed), cells };
    match output.format {
        Format::Json => output.json(&page.document())?,
        Format::Csv => output.csv(page.rows())?,
        Format::Table => page.table(output)?,
    }
    if output.format != Format::Table {
        evaluation.sentences().iter().for_each(|sentence| output.say(sentence));
    }
    args.figures.draw(output, || {
        let of = page.title();
        vec![estimates(&evaluation, &of), weights(&evaluation, &of)]
    })?;
    let failed = args.fail_on_alarm && !evaluation.alarms.is_empty();
    Ok(if failed { ExitCode::from(CHECK_FAILED) } else { ExitCode::SUCCESS })
}

impl EvaluateArgs {
    fn settings(&self, global: &Global) -> Settings {
        let Self { clip, switch_lambda, dros_lambda, reward_prior, min_effective, .. } = *self;
        Settings { clip, switch_lambda, dros_lambda, reward_prior, min_effective, level: global.level() }
    }

    /// Flags of logs that would change nothing here are not passed over in silence.
    fn refuse_idle_flags(&self) -> anyhow::Result<()> {
        let why = if self.logs.view()? != View::Cumulative {
            "--window and --half-life play no part: an evaluation counts every row alike; choose days with --since and --until"
        } else if self.logs.normalised().iter().any(|word| word.starts_with("--prior ")) {
            "--prior plays no part here; the reward model sets out from --reward-prior"
        } else {
            return Ok(());
        };
        Err(Usage(why.to_owned()).into())
    }
}

/// What the logs are called.
fn log_name(replayed: &Replayed) -> String {
    match &replayed.inputs[..] {
        [(name, _)] => name.clone(),
        inputs => format!("{} files", inputs.len()),
    }
}

fn refused(error: Error, cells: &Cells) -> anyhow::Error {
    match error {
        Error::Setting { .. } => Usage(format!("--{error}")).into(),
        Error::NoPropensity { .. } if cells.cells().iter().all(|cell| cell.propensity.is_none()) => anyhow!(
            "{error}: there is no column `propensity`, `propensity_score`, `pscore` or `action_prob` that holds one. Name it with \
             --column propensity=NAME; if the log has none, its policy must write the chance of each choice (select --explain \
             gives it), or be replayed to the moment of each choice (P(best) of the posterior as it stood, rank)"
        ),
        _ => anyhow!("{error}; check the column of propensities"),
    }
}
