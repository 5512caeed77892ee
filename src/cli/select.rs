//! `betadrift select`: which edges to choose now, by one Thompson draw.

mod choice;
mod names;
mod print;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use betadrift::beta::Beta;
use betadrift::log::escaped;
use betadrift::number::Plain;
use betadrift::seed::{DEFAULT_SEED, Purpose, stream};
use betadrift::selection::{Draw, draw};
use clap::Args;

use super::Global;
use super::exit::Usage;
use super::inputs::refuse_overwriting;
use super::output::Output;
use super::posteriors::Posteriors;
use super::replayed::counted;
use super::table::Table;
use choice::{Choice, Rule};

const EXAMPLES: &str = "\
Examples:
  betadrift select data/posteriors.csv --k 2 --seed 42
  betadrift select data/posteriors.csv --explain --floor 0.02 --seed 7
  echo docs/faq | betadrift select data/posteriors.csv --mask - --format json --seed 7
  betadrift select data/tokens.csv --token-budget 900 --explain --seed 7";

/// Choose edges by one Thompson draw from posteriors, `edge,alpha,beta`, and print their names
///
/// A rate is drawn from every posterior, and the edges of the K greatest are printed, one a line, the greatest first. The
/// draw is decided by --seed: give each call a seed of its own.
///
/// Propensities (--explain) are the exact probabilities with which an edge is among those printed under this very command,
/// by quadrature. With --floor F an edge whose chance would be p has F + (1 - F n/K) p: with probability F n/K, K of the n
/// edges that may be chosen are chosen uniformly, else those of the greatest draws. So every edge has at least F, and the
/// chances still sum to K.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SelectArgs {
    /// CSV with the columns edge, alpha and beta, among others; `-` reads standard input
    file: PathBuf,
    /// How many edges to choose [default: 1; with --token-budget, as many as fit]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    k: Option<u32>,
    /// Edges that may NOT be chosen: their names, one a line, or a CSV with the column edge; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// The edges that may be chosen, and no others, written as for --mask
    #[arg(long, value_name = "FILE")]
    only: Option<PathBuf>,
    /// Choose edges whose costs, in the column token_cost, fit so many tokens: the greatest sum of draws where there are few
    /// edges, else greedily by draw per token; which, is said
    #[arg(long, value_name = "N", value_parser = parse_budget, allow_negative_numbers = true)]
    token_budget: Option<f64>,
    /// Chance that every edge is chosen with at least, at most K/n
    #[arg(long, value_name = "F", conflicts_with = "token_budget", allow_negative_numbers = true)]
    floor: Option<f64>,
    /// Print mean, draw and propensity as well
    #[arg(long)]
    explain: bool,
}

fn parse_budget(text: &str) -> Result<f64, String> {
    let budget: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if budget > 0.0 && budget.is_finite() { Ok(budget) } else { Err("a budget is greater than zero".to_owned()) }
}

/// An edge that may be chosen.
struct Candidate {
    edge: String,
    posterior: Beta,
    draw: Draw,
    /// What it costs; nothing where there is no budget.
    cost: f64,
}

pub(super) fn run(args: &SelectArgs, global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    let files = || [Some(&args.file), args.mask.as_ref(), args.only.as_ref()].into_iter().flatten();
    refuse_overwriting(files().map(PathBuf::as_path), output.file().map(|path| ("--output", path)))?;
    if files().filter(|file| file.as_os_str() == "-").count() > 1 {
        return Err(Usage("standard input can only be read once".to_owned()).into());
    }
    let seed = global.seed.unwrap_or(DEFAULT_SEED);
    let candidates = args.eligible(args.candidates(seed)?, output)?;
    let k = args.k.map_or(if args.token_budget.is_some() { candidates.len() } else { 1 }, |k| k as usize);
    let rule = match (args.token_budget, args.floor) {
        (Some(budget), _) => Rule::Budget(budget),
        (None, Some(floor)) => Rule::Floor(floor),
        (None, None) => Rule::Greatest,
    };
    // A stream of its own, so that no draw hangs on whether there is a floor.
    let choice = Choice::new(&candidates, k, rule, &mut stream(seed, Purpose::Choice, &[0]))?;
    print::print(args.explain, seed, &candidates, &choice, output)?;
    args.say(global, &candidates, &choice, output);
    Ok(ExitCode::SUCCESS)
}

impl SelectArgs {
    /// Every edge of the file with its draw, in order of name, so that no order of rows changes a draw.
    fn candidates(&self, seed: u64) -> anyhow::Result<Vec<Candidate>> {
        let Posteriors { table, header, rows, .. } = Posteriors::of(Table::read(&self.file)?)?;
        let column = match self.token_budget {
            Some(_) => Some(table.required(&header, "token_cost", "`token_cost` where there is a budget")?),
            None => None,
        };
        let mut priced = Vec::with_capacity(rows.len());
        for row in rows {
            let cost = column.map_or(Ok(0.0), |field| {
                let cost = table.number(&row.record, field)?;
                let problem = "a cost of `{}` is none; it must be greater than zero".replace("{}", &row.record[field]);
                if cost > 0.0 && cost.is_finite() {
                    Ok(cost)
                } else {
                    Err(table.wrong(row.record.position(), field, problem))
                }
            })?;
            priced.push((row.posterior, cost));
        }
        priced.sort_unstable_by(|a, b| a.0.edge.cmp(&b.0.edge));
        let posteriors: Vec<Beta> = priced.iter().map(|(row, _)| row.posterior).collect();
        let draws = draw(&posteriors, &mut stream(seed, Purpose::Choice, &[]));
        let candidate = |((row, cost), draw): ((super::posteriors::Posterior, f64), Draw)| Candidate {
            edge: row.edge,
            posterior: row.posterior,
            draw,
            cost,
        };
        Ok(priced.into_iter().zip(draws).map(candidate).collect())
    }

    /// The candidates that may be chosen, after saying who may not, and why.
    fn eligible(&self, mut candidates: Vec<Candidate>, output: Output) -> anyhow::Result<Vec<Candidate>> {
        let mut lists = Vec::new();
        for (path, may) in [(&self.mask, false), (&self.only, true)] {
            let Some(path) = path else { continue };
            let listed = names::read(path)?;
            let unknown = listed.iter().filter(|name| candidates.binary_search_by(|one| one.edge.cmp(name)).is_err());
            names::say_unknown(path, &unknown.collect::<Vec<_>>(), output);
            lists.push((listed, may));
        }
        candidates.retain(|candidate| lists.iter().all(|(listed, may)| listed.contains(&candidate.edge) == *may));
        if let Some(budget) = self.token_budget {
            let dear = candidates.iter().filter(|candidate| candidate.cost > budget);
            let dear: Vec<String> = dear.map(|candidate| escaped(candidate.edge.as_bytes())).collect();
            if !dear.is_empty() {
                let edges = counted(dear.len() as f64, "edge");
                output.say(&format!("{edges} dearer than {} left out: {}", Plain(budget), names::shortened(&dear)));
            }
            candidates.retain(|candidate| candidate.cost <= budget);
        }
        Ok(candidates)
    }

    fn say(&self, global: &Global, candidates: &[Candidate], choice: &Choice, output: Output) {
        let (eligible, chosen) = (candidates.len(), choice.chosen.len());
        if eligible == 0 {
            output.say("no edge may be chosen");
        } else if let Some(k) = self.k.filter(|&k| k as usize > eligible) {
            output.say(&format!("only {} may be chosen, fewer than {k}: all are", counted(eligible as f64, "edge")));
        }
        if let Some(budget) = self.token_budget {
            let tokens = choice.chosen.iter().fold(0.0, |sum, &at| sum + candidates[at].cost);
            let (edges, how) = (counted(chosen as f64, "edge"), choice.method.words());
            output.say(&format!("{edges} for {} of {} tokens, {how}", Plain(tokens), Plain(budget)));
        }
        if global.seed.is_none() {
            output.say(&format!(
                "seed {DEFAULT_SEED}, the default, with which every call draws the same: give each its own --seed"
            ));
        }
    }
}

/// A floor that cannot be had is a mistake of the command line.
fn refused(error: betadrift::selection::FloorError) -> anyhow::Error {
    anyhow!(Usage(format!("--floor: {error}")))
}
