//! The command line: one file a verb. Data goes to standard output, everything else to standard error.

mod adaptive;
mod analysis;
mod beta;
mod calibrate;
mod compare;
mod completions;
mod convergence;
mod counting;
mod draw;
mod drift;
mod evaluate;
mod exit;
mod experiment;
mod figures;
mod file;
mod folder;
mod further;
mod import;
mod inputs;
mod inspect;
mod interrupt;
mod locked;
mod logs;
mod man;
mod merge;
mod observe;
mod output;
mod panic;
mod plot;
mod posteriors;
mod priors;
mod rank;
mod reading;
mod replay;
mod replayed;
mod report;
mod select;
mod settings;
mod simulate;
mod snapshot;
mod table;
mod terminal;
mod tune;
mod widget;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use output::{Format, Output};

/// Thompson Sampling with convergence analysis: from feedback logs to posteriors, curves and a verdict.
#[derive(Parser)]
#[command(version, propagate_version = true, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    global: Global,
}

/// What every verb understands.
#[derive(Args)]
struct Global {
    /// How to print the result [default: table; csv for import]
    #[arg(long, global = true, value_enum)]
    format: Option<Format>,
    /// Credible level of the equal-tailed intervals [default: 0.95]
    #[arg(long, global = true, value_name = "LEVEL", value_parser = parse_level)]
    level: Option<f64>,
    /// Seed of everything drawn at random [default: 20260101, or the scenario's]
    #[arg(long, global = true)]
    seed: Option<u64>,
    /// Worker threads; they change nothing but the time it takes [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Write the result to a file, whole or not at all, instead of standard output
    #[arg(long, short, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// No progress and no summary on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Verb {
    Report(report::ReportArgs),
    Convergence(convergence::ConvergenceArgs),
    Compare(compare::CompareArgs),
    Calibrate(calibrate::CalibrateArgs),
    Evaluate(evaluate::EvaluateArgs),
    Drift(drift::DriftArgs),
    Plot(plot::PlotArgs),
    Beta(beta::BetaArgs),
    Rank(rank::RankArgs),
    Widget(widget::WidgetArgs),
    Tune(tune::TuneArgs),
    Replay(replay::ReplayArgs),
    Inspect(inspect::InspectArgs),
    Merge(merge::MergeArgs),
    Simulate(simulate::SimulateArgs),
    Select(select::SelectArgs),
    Observe(observe::ObserveArgs),
    Import(import::ImportArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Runs the program and turns its outcome into an exit code.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    exit::code(dispatch(cli))
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    interrupt::clean_up_when_interrupted()?;
    panic::silence_decoders();
    if let Some(threads) = cli.global.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global()?;
    }
    let output =
        Output::new(cli.global.format.unwrap_or(cli.verb.format()), cli.global.quiet, cli.global.output.as_deref());
    if output.is_parquet() {
        refuse_parquet(&cli)?;
    }
    match cli.verb {
        Verb::Report(args) => report::run(&args, &cli.global, output),
        Verb::Convergence(args) => convergence::run(&args, &cli.global, output),
        Verb::Compare(args) => compare::run(&args, &cli.global, output),
        Verb::Calibrate(args) => calibrate::run(&args, &cli.global, output),
        Verb::Evaluate(args) => evaluate::run(&args, &cli.global, output),
        Verb::Drift(args) => drift::run(&args, &cli.global, output),
        Verb::Plot(args) => plot::run(&args, &cli.global, output),
        Verb::Beta(args) => beta::run(&args, &cli.global, output),
        Verb::Rank(args) => rank::run(&args, &cli.global, output),
        Verb::Widget(args) => widget::run(args, &cli.global, output),
        Verb::Tune(args) => tune::run(&args, &cli.global, output),
        Verb::Replay(args) => replay::run(&args, &cli.global, output),
        Verb::Inspect(args) => inspect::run(&args, output),
        Verb::Merge(args) => merge::run(&args, output),
        Verb::Simulate(args) => simulate::run(&args, &cli.global, output),
        Verb::Select(args) => select::run(&args, &cli.global, output),
        Verb::Observe(args) => observe::run(&args, output),
        Verb::Import(args) => import::run(&args, output),
        Verb::Completions(args) => completions::run(&args, Cli::command(), output),
        Verb::Man(args) => man::run(&args, Cli::command(), output),
    }
}

/// Only the counts of `replay --daily` are written as Parquet, and not where another format is asked for.
fn refuse_parquet(cli: &Cli) -> Result<(), exit::Usage> {
    let why = match &cli.verb {
        _ if !cfg!(feature = "parquet") => "this build cannot write Parquet (feature `parquet`)",
        Verb::Replay(args) if !args.is_daily() => {
            "only the counts of replay --daily are written as Parquet; add --daily"
        }
        Verb::Replay(_) if cli.global.format.is_some() => "a file named .parquet is Parquet; leave out --format",
        Verb::Replay(_) => return Ok(()),
        _ => "only the counts of replay --daily are written as Parquet; name another file",
    };
    Err(exit::Usage(format!("--output: {why}")))
}

impl Verb {
    /// How the result is printed where nothing is asked for.
    fn format(&self) -> Format {
        if matches!(self, Self::Import(_)) { Format::Csv } else { Format::Table }
    }
}

impl Global {
    fn level(&self) -> f64 {
        self.level.unwrap_or(0.95)
    }

    /// The flags that change numbers, where they were given.
    fn normalised(&self) -> Vec<String> {
        let level = self.level.map(|level| format!("--level {level}"));
        level.into_iter().chain(self.seed.map(|seed| format!("--seed {seed}"))).collect()
    }
}

fn parse_level(text: &str) -> Result<f64, String> {
    let level: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if level > 0.0 && level < 1.0 { Ok(level) } else { Err("a level lies between 0 and 1, such as 0.95".to_owned()) }
}
