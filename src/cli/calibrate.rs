//! `calibrate`: whether beliefs may be believed, in simulated worlds and on a log.

mod print;

use std::path::PathBuf;
use std::process::ExitCode;

use betadrift::beta::Beta;
use betadrift::calibrate::{
    Design, DesignError, Settings, Variant, calibrate_observed, log_calibration, scenario_variants,
};
use betadrift::environment::Delay;
use betadrift::report::figure::{ecdf, rank_histograms, reliability};
use betadrift::seed::DEFAULT_SEED;
use clap::Args;

use super::Global;
use super::exit::{CHECK_FAILED, Usage};
use super::figures::FiguresArgs;
use super::logs::LogArgs;
use super::output::{Format, Output};
use super::replayed::counted;
use super::simulate::read_scenario;

/// Edges in the table of a log, if not asked otherwise.
const TOP: usize = 20;

const ABOUT: &str = "\
Say whether the beliefs may be believed: the engine in worlds of known truth, or a log against each morning's beliefs

Without a LOG, and for a SCENARIO.toml whose rates are drawn (count, rates_from): simulation-based calibration. Worlds are \
drawn from the prior and played, with feedback at once, in batches, late, both, and stopped early; in the end the truth is ranked among posterior \
draws. Ranks must be uniform and intervals must cover at their level. Controls, wrong on purpose, must be seen to fail. Exit \
code 1 if a variant of the engine fails or a control passes.

With a LOG: each day is judged by what was believed in the morning. Reliability of the forecasts, a z-value of what came \
against what was expected (per edge and over all), log loss against the pooled rate of the past days, and whether days vary \
more than independent events would (Tarone's z, design effect). Exit code 0, or 1 with --fail-unreliable.";

const EXAMPLES: &str = "\
Examples:
  betadrift calibrate
  betadrift calibrate --prior 2,8 --edges 8 --policy 'epsilon_greedy epsilon=0.1' --format json
  betadrift calibrate data/feedback.csv
  betadrift calibrate data/feedback.csv --prior 2,8 --bins 5 --figures figures";

/// The verb.
#[derive(Args)]
#[command(about = "Say whether the beliefs may be believed: the engine in worlds of known truth, or a log against each morning's beliefs", long_about = ABOUT, after_help = EXAMPLES)]
#[command(mut_arg("logs", |logs| optional(&logs)))]
pub(super) struct CalibrateArgs {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    worlds: WorldArgs,
    #[command(flatten)]
    figures: FiguresArgs,
    /// Bins: of ranks [default: 20], or of the forecasts of a log [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    bins: Option<u32>,
    /// With a LOG, exit with code 1 if the beliefs were not right on average, over all or for an edge
    #[arg(long)]
    fail_unreliable: bool,
}

/// The worlds, where no log is given. Their prior is `--prior`, the number of their edges `--edges`.
#[derive(Args)]
#[command(
    next_help_heading = "Worlds, without a LOG (their prior is --prior A,B, their number of edges --edges K [default: 5])"
)]
struct WorldArgs {
    /// Worlds of each variant [default: 1000, or the scenario's runs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    worlds: Option<u32>,
    /// Trials in a world, over ten days: a multiple of 10 [default: 30]
    #[arg(long, value_name = "T")]
    trials: Option<u32>,
    /// Posterior draws that the truth is ranked among; draws + 1 must be a multiple of the bins [default: 99]
    #[arg(long, value_name = "L", value_parser = clap::value_parser!(u32).range(1..=9_999))]
    draws: Option<u32>,
    /// Trials after which the engine learns, in the variants with batches [default: 10]
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u64).range(1..))]
    batch: Option<u64>,
    /// How late feedback is, in the variants with delays: fixed:HOURS, exponential:MEAN or lognormal:MEAN,SD [default:
    /// exponential:24]
    #[arg(long, value_name = "LAW", value_parser = delay)]
    delay: Option<Delay>,
    /// The policy, as in a scenario: its kind, then key=value for its parameters [default: thompson]
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// The chance that any test of a right engine fails [default: 0.01]
    #[arg(long, value_name = "ALPHA")]
    alpha: Option<f64>,
}

/// The argument of the logs, not required: without one, worlds are simulated.
fn optional(logs: &clap::Arg) -> clap::Arg {
    let optional = clap::Arg::new("logs").value_name("LOG").num_args(0..).action(clap::ArgAction::Append);
    let optional = optional.value_parser(clap::value_parser!(PathBuf));
    let help = logs.get_long_help().or(logs.get_help()).map(ToString::to_string).unwrap_or_default();
    optional.help(format!("{help}. One scenario (.toml) is simulated; without any, worlds of the prior are"))
}

fn delay(text: &str) -> Result<Delay, String> {
    let hours = |text: &str| match text.trim().parse::<f64>() {
        Ok(hours) if hours.is_finite() && hours >= 0.0 => Ok(hours),
        _ => Err(format!("`{text}` is not a number of hours")),
    };
    match text.split_once(':') {
        None if text == "none" => Ok(Delay::None),
        Some(("fixed", mean)) => Ok(Delay::Fixed { hours: hours(mean)? }),
        Some(("exponential", mean)) => Ok(Delay::Exponential { mean_hours: hours(mean)? }),
        Some(("lognormal", both)) => {
            let (mean, sd) = both.split_once(',').ok_or("a log-normal delay is lognormal:MEAN,SD")?;
            Delay::log_normal(hours(mean)?, hours(sd)?).map_err(|error| error.to_string())
        }
        _ => Err("a delay is none, fixed:HOURS, exponential:MEAN or lognormal:MEAN,SD".to_owned()),
    }
}

pub(super) fn run(args: &CalibrateArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let scenario = match args.logs.paths() {
        [only] => Some(only).filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))),
        _ => None,
    };
    let words = args.logs.normalised();
    match scenario {
        Some(path) => {
            args.logs.refuse_reading()?;
            args.worlds.refuse_design()?;
            refuse_counting(&words, &["--prior"])?;
            let mut scenario = read_scenario(path)?;
            if let Some(seed) = global.seed {
                scenario = scenario.with_seed(seed);
            }
            if let Some(worlds) = args.worlds.worlds {
                scenario = scenario.with_runs(worlds);
            }
            let prior = args.prior(scenario.prior())?;
            let scenario = scenario.with_prior(prior);
            engine(args, &scenario_variants(&scenario).map_err(usage)?, output)
        }
        None if args.logs.paths().is_empty() && !args.logs.goes_on() => {
            args.logs.refuse_reading()?;
            refuse_counting(&words, &["--prior", "--edges"])?;
            let design = args.design(global, &words)?;
            engine(args, &design.variants().map_err(usage)?, output)
        }
        None => log(args, global, output),
    }
}

/// That no other flag says what of a log counts, where there is none.
fn refuse_counting(words: &[String], known: &[&str]) -> Result<(), Usage> {
    let flag =
        |word: &&String| word.starts_with("--") && !known.iter().any(|known| word.starts_with(&format!("{known} ")));
    match words.iter().find(flag) {
        Some(flag) => Err(Usage(format!("{flag} says what of a log counts, but worlds are simulated, not read"))),
        None => Ok(()),
    }
}

fn usage(error: DesignError) -> Usage {
    Usage(error.to_string())
}

impl CalibrateArgs {
    /// The worlds that flags ask for.
    fn design(&self, global: &Global, words: &[String]) -> anyhow::Result<Design> {
        let default = Design::default();
        let edges = words.iter().find_map(|word| word.strip_prefix("--edges "));
        let number = |text: &str| {
            let wrong = || Usage(format!("--edges {text}: without a log it is the number of edges, such as 5"));
            text.parse().map_err(|_| wrong())
        };
        let WorldArgs { worlds, trials, batch, delay, policy, .. } = &self.worlds;
        Ok(Design {
            worlds: worlds.unwrap_or(default.worlds),
            edges: edges.map(number).transpose()?.unwrap_or(default.edges),
            trials: trials.unwrap_or(default.trials),
            prior: self.prior(default.prior)?,
            batch: batch.unwrap_or(default.batch),
            delay: delay.unwrap_or(default.delay),
            policy: policy.clone().unwrap_or(default.policy),
            seed: global.seed.unwrap_or(DEFAULT_SEED),
        })
    }

    /// The prior of worlds, `default` where none was asked for.
    fn prior(&self, default: Beta) -> anyhow::Result<Beta> {
        let priors = self.logs.priors_or(default)?;
        if !priors.groups().is_empty() {
            return Err(Usage("--prior: worlds have one prior for all edges, A,B".to_owned()).into());
        }
        Ok(priors.default_prior())
    }

    fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            draws: self.worlds.draws.unwrap_or(default.draws),
            bins: self.bins.unwrap_or(default.bins),
            alpha: self.worlds.alpha.unwrap_or(default.alpha),
        }
    }
}

impl WorldArgs {
    /// That no flag changes worlds that a scenario describes.
    fn refuse_design(&self) -> Result<(), Usage> {
        let Self { trials, batch, delay, policy, .. } = self;
        let given = [
            ("--trials", trials.is_some()),
            ("--batch", batch.is_some()),
            ("--delay", delay.is_some()),
            ("--policy", policy.is_some()),
        ];
        refuse(&given, "goes with worlds of the prior; a scenario says it itself")
    }

    /// That no flag asks for worlds where a log is judged.
    fn refuse_all(&self) -> Result<(), Usage> {
        let Self { worlds, draws, alpha, .. } = self;
        let given = [("--worlds", worlds.is_some()), ("--draws", draws.is_some()), ("--alpha", alpha.is_some())];
        refuse(&given, "goes with simulated worlds, not with a log")?;
        self.refuse_design().map_err(|Usage(text)| Usage(text.replace("a scenario says it itself", "not with a log")))
    }
}

fn refuse(given: &[(&str, bool)], why: &str) -> Result<(), Usage> {
    match given.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Usage(format!("{flag} {why}"))),
        None => Ok(()),
    }
}

/// Calibrates the engine, and prints what came of it.
fn engine(args: &CalibrateArgs, variants: &[Variant], output: Output<'_>) -> anyhow::Result<ExitCode> {
    if args.fail_unreliable {
        return Err(Usage(
            "--fail-unreliable goes with a log; simulated worlds always decide the exit code".to_owned(),
        )
        .into());
    }
    let worlds: u64 = variants.iter().map(|variant| u64::from(variant.scenario.runs())).sum();
    let progress = output.progress(worlds, "worlds");
    let found = calibrate_observed(variants, args.settings(), || progress.inc(1)).map_err(usage)?;
    progress.finish_and_clear();
    match output.format {
        Format::Json => output.json(&found.document())?,
        Format::Csv => output.csv(found.rows())?,
        Format::Table => print::engine(&found, output)?,
    }
    args.figures.draw(output, || vec![rank_histograms(&found), ecdf(&found)])?;
    output.say(&format!(
        "calibrated: {} ({} of {} worlds, {}, {}, {} draws, α {} over {} tests, seed {})",
        if found.calibrated() { "yes" } else { "no" },
        counted(found.variants.len() as f64, "variant"),
        found.worlds,
        counted(found.edges as f64, "edge"),
        counted(found.trials as f64, "trial"),
        found.settings.draws,
        found.settings.alpha,
        found.tests,
        found.seed
    ));
    Ok(if found.calibrated() { ExitCode::SUCCESS } else { ExitCode::from(CHECK_FAILED) })
}

/// Judges a log by the beliefs of its mornings, and prints what came of it.
fn log(args: &CalibrateArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    args.worlds.refuse_all()?;
    let read = args.logs.replay(output)?;
    let bins = args.bins.unwrap_or(10) as usize;
    let found = log_calibration(&read.timeline, &read.priors, read.view, bins);
    match output.format {
        Format::Json => output.json(&found.document(global.level()))?,
        Format::Csv => output.csv(found.rows())?,
        Format::Table => print::log(&found, global.level(), args.logs.top(TOP), output)?,
    }
    args.figures.draw(output, || vec![reliability(&found, global.level())])?;
    if let Some(verdict) = found.sentences().first() {
        output.say(verdict);
    }
    let fails = args.fail_unreliable && !found.reliable();
    Ok(if fails { ExitCode::from(CHECK_FAILED) } else { ExitCode::SUCCESS })
}
