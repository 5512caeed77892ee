//! `simulate`: policies play in a world whose truth is known.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use betadrift::feedback::EdgeId;
use betadrift::number::Plain;
use betadrift::simulate::{PolicyResult, Scenario, Simulation, record_log, simulate_observed};
use clap::{ArgGroup, Args};
use serde::Serialize;

use super::Global;
use super::exit::Usage;
use super::file::write_whole;
use super::inputs::refuse_overwriting;
use super::output::{Format, Output};
use super::replayed::counted;

const EXAMPLES: &str = "\
Examples:
  betadrift simulate simulations/russo2018.toml --runs 100
  betadrift simulate simulations/stationary.toml --runs 5 --log log.csv --posteriors p.csv
  betadrift simulate simulations/garivier-moulines.toml --runs 20
  betadrift simulate simulations/drifting.toml --runs 20 --seed 7 --format json";

/// Play policies in a world whose truth is known: regret with standard errors, and the log they leave
#[derive(Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("recording").args(["log", "posteriors"]).multiple(true))]
pub(super) struct SimulateArgs {
    /// The scenario (TOML); `-` is standard input. An explicit --seed comes before its own
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// How often each policy plays [default: as the scenario says, else 100]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Write the feedback log of the first run (.csv, .csv.gz, .csv.zst), in order of serving
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Of which policy [default: the first]
    #[arg(long, value_name = "LABEL", requires = "recording")]
    log_policy: Option<String>,
    /// Write the posteriors as that run's engine held them in the end (edge,alpha,beta)
    #[arg(long, value_name = "FILE")]
    posteriors: Option<PathBuf>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    simulation: &'a Simulation,
}

/// A policy at a checkpoint.
#[derive(Serialize)]
struct Row<'a> {
    policy: &'a str,
    t: u64,
    regret_mean: Plain,
    regret_se: Option<Plain>,
    best_share_mean: Plain,
    best_share_se: Option<Plain>,
}

/// One posterior.
#[derive(Serialize)]
struct Posterior<'a> {
    edge: &'a str,
    alpha: Plain,
    beta: Plain,
}

pub(super) fn run(args: &SimulateArgs, global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    args.refuse_overwriting(output)?;
    let mut scenario = read_scenario(&args.scenario)?;
    if let Some(seed) = global.seed {
        scenario = scenario.with_seed(seed);
    }
    if let Some(runs) = args.runs {
        scenario = scenario.with_runs(runs);
    }
    let recorded = recorded_policy(&scenario, args.log_policy.as_deref())?;
    let policies = scenario.labels().len();
    let progress = output.progress(u64::from(scenario.runs()) * policies as u64, "runs");
    let simulation = simulate_observed(&scenario, || progress.inc(1));
    progress.finish_and_clear();
    write_recording(args, &scenario, recorded)?;
    print(&simulation, output)?;
    output.say(&format!(
        "{} of {} for each of {}, seed {}",
        counted(f64::from(simulation.runs), "run"),
        counted(simulation.horizon as f64, "trial"),
        if policies == 1 { "1 policy".to_owned() } else { format!("{policies} policies") },
        simulation.seed
    ));
    Ok(ExitCode::SUCCESS)
}

impl SimulateArgs {
    fn refuse_overwriting(&self, output: Output) -> Result<(), Usage> {
        let written = [("--log", self.log.as_deref()), ("--posteriors", self.posteriors.as_deref())];
        let written = written.into_iter().chain([("--output", output.file())]);
        refuse_overwriting([self.scenario.as_path()], written.filter_map(|(flag, path)| Some((flag, path?))))
    }
}

/// Reads and checks a scenario; what is wrong with it is told as `file:line:column`.
pub(super) fn read_scenario(path: &Path) -> anyhow::Result<Scenario> {
    let name = path.display();
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.with_context(|| name.to_string())?;
    Scenario::from_toml(&text).map_err(|error| anyhow!("{name}:{error}"))
}

fn recorded_policy(scenario: &Scenario, label: Option<&str>) -> Result<usize, Usage> {
    let Some(label) = label else { return Ok(0) };
    scenario.policy(label).ok_or_else(|| {
        let known = scenario.labels().collect::<Vec<_>>().join(", ");
        Usage(format!("--log-policy {label}: the scenario has no such policy; it has {known}"))
    })
}

fn write_recording(args: &SimulateArgs, scenario: &Scenario, policy: usize) -> anyhow::Result<()> {
    let posteriors = match (&args.log, &args.posteriors) {
        (None, None) => return Ok(()),
        (Some(path), _) => write_whole(path, |file| record_log(scenario, policy, 0, file))?,
        (None, Some(_)) => record_log(scenario, policy, 0, io::sink())?,
    };
    let Some(path) = &args.posteriors else { return Ok(()) };
    write_whole(path, |file| {
        let mut csv = csv::Writer::from_writer(file);
        for (number, posterior) in posteriors.iter().enumerate() {
            let edge = &scenario.edge_name(EdgeId::new(number));
            csv.serialize(Posterior { edge, alpha: Plain(posterior.alpha()), beta: Plain(posterior.beta()) })?;
        }
        csv.flush()
    })
}

fn print(simulation: &Simulation, output: Output) -> anyhow::Result<()> {
    match output.format {
        Format::Json => output.json(&Document { schema: "betadrift.simulate/1", simulation }),
        Format::Csv => output.csv(simulation.policies.iter().flat_map(rows)),
        Format::Table => {
            let header = ["policy", "rank", "t", "regret", "± se", "best share", "± se"];
            output.table(&header, table(simulation))
        }
    }
}

fn rows(policy: &PolicyResult) -> impl Iterator<Item = Row<'_>> {
    policy.regret.iter().zip(&policy.best_share).map(|(regret, best_share)| Row {
        policy: &policy.label,
        t: regret.t,
        regret_mean: Plain(regret.mean),
        regret_se: regret.se.map(Plain),
        best_share_mean: Plain(best_share.mean),
        best_share_se: best_share.se.map(Plain),
    })
}

/// A row a policy at the last checkpoint, in the order of the scenario; rank 1 has the least regret.
fn table(simulation: &Simulation) -> Vec<Vec<String>> {
    let last: Vec<Row<'_>> = simulation.policies.iter().filter_map(|policy| rows(policy).last()).collect();
    let se = |se: Option<Plain>, digits: usize| se.map_or_else(|| "–".to_owned(), |Plain(se)| format!("{se:.digits$}"));
    let cells = |row: &Row<'_>| {
        let rank = 1 + last.iter().filter(|other| other.regret_mean.0 < row.regret_mean.0).count();
        vec![
            row.policy.to_owned(),
            rank.to_string(),
            row.t.to_string(),
            format!("{:.3}", row.regret_mean.0),
            se(row.regret_se, 3),
            format!("{:.4}", row.best_share_mean.0),
            se(row.best_share_se, 4),
        ]
    };
    last.iter().map(cells).collect()
}
