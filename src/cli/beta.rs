//! `beta`: a pocket calculator for Betas.

mod rows;

use std::io;
use std::process::ExitCode;

use betadrift::beta::{Beta, BetaError, Interval};
use betadrift::decision::{Difference, difference};
use betadrift::divergence::{hellinger, jeffreys, jensen_shannon, kl, total_variation, wasserstein};
use betadrift::number::Plain;
use clap::Args;
use serde::Serialize;

use super::Global;
use super::exit::Usage;
use super::output::{Format, Output};

const EXAMPLES: &str = "\
Examples:
  betadrift beta 4,3                           # Beta(1,1) after 3 successes in 5
  betadrift beta 4,3 --vs 1,1 --format json    # and how far that is from where it began
  betadrift beta - --format csv < data/pairs.csv    # every divergence for rows of a1,b1,a2,b2";

/// Moments, quantiles, intervals and entropy of a Beta, and every divergence between two.
///
/// Two intervals at --level: equal-tailed (lower, upper), and of highest density (hpd_lower, hpd_upper), the shortest one, which
/// does not exist for Beta(1, 1) and for alpha and beta below 1. With --vs also the chance that the first rate is greater, and by
/// how much (p_greater, difference_…), the two being independent.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BetaArgs {
    /// α and β, as in 4,3; `-` reads pairs from standard input, CSV with the columns a1,b1,a2,b2
    #[arg(value_name = "A,B", value_parser = parse_operand)]
    first: Operand,
    /// The Beta to compare with
    #[arg(long, value_name = "A,B")]
    vs: Option<Beta>,
}

#[derive(Debug, Clone, Copy)]
enum Operand {
    Beta(Beta),
    Rows,
}

fn parse_operand(text: &str) -> Result<Operand, BetaError> {
    if text == "-" { Ok(Operand::Rows) } else { text.parse().map(Operand::Beta) }
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    alpha: f64,
    beta: f64,
    mean: f64,
    variance: f64,
    mode: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode_reason: Option<&'static str>,
    median: f64,
    entropy: f64,
    interval: Interval,
    hpd: Option<Interval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hpd_reason: Option<String>,
    vs: Option<Versus>,
}

#[derive(Serialize)]
struct Versus {
    alpha: f64,
    beta: f64,
    #[serde(flatten)]
    divergences: Divergences,
    /// Of the first rate over the second, independent of it.
    difference: Difference,
}

/// The divergences of the first Beta from the second, in the order of their columns.
#[derive(Serialize)]
struct Divergences {
    kl: f64,
    kl_reverse: f64,
    jeffreys: f64,
    jensen_shannon: f64,
    hellinger: f64,
    total_variation: f64,
    wasserstein_1: f64,
}

const DIFFERENCE: [&str; 4] = ["p_greater", "difference_mean", "difference_lower", "difference_upper"];

const DIVERGENCES: [&str; 7] =
    ["kl", "kl_reverse", "jeffreys", "jensen_shannon", "hellinger", "total_variation", "wasserstein_1"];

impl Divergences {
    fn between(p: Beta, q: Beta) -> Self {
        Self {
            kl: kl(p, q),
            kl_reverse: kl(q, p),
            jeffreys: jeffreys(p, q),
            jensen_shannon: jensen_shannon(p, q),
            hellinger: hellinger(p, q),
            total_variation: total_variation(p, q),
            wasserstein_1: wasserstein(p, q),
        }
    }

    fn values(&self) -> [f64; 7] {
        [
            self.kl,
            self.kl_reverse,
            self.jeffreys,
            self.jensen_shannon,
            self.hellinger,
            self.total_variation,
            self.wasserstein_1,
        ]
    }
}

pub(super) fn run(args: &BetaArgs, global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    match (args.first, args.vs) {
        (Operand::Beta(beta), vs) => describe(beta, vs, global.level(), output)?,
        (Operand::Rows, None) => rows::compare(io::stdin().lock(), output)?,
        (Operand::Rows, Some(_)) => {
            return Err(Usage("--vs goes with one Beta; rows bring their own a2,b2".to_owned()).into());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(beta: Beta, vs: Option<Beta>, level: f64, output: Output) -> anyhow::Result<()> {
    let mode = beta.mode();
    let hpd = beta.hpd(level);
    let document = Document {
        schema: "betadrift.beta/1",
        alpha: beta.alpha(),
        beta: beta.beta(),
        mean: beta.mean(),
        variance: beta.variance(),
        mode,
        mode_reason: mode.is_none().then_some(if beta == Beta::UNIFORM {
            "the density of Beta(1, 1) is flat"
        } else {
            "with alpha and beta below 1 the density is infinite at both ends"
        }),
        median: beta.median(),
        entropy: beta.entropy(),
        interval: beta.interval(level),
        hpd: hpd.ok(),
        hpd_reason: hpd.err().map(|reason| reason.to_string()),
        vs: vs.map(|q| Versus {
            alpha: q.alpha(),
            beta: q.beta(),
            divergences: Divergences::between(beta, q),
            difference: difference(beta, q, level),
        }),
    };
    match output.format {
        Format::Json => output.json(&document),
        Format::Csv => output.records([document.header(), document.record(plain)]),
        Format::Table => {
            let values = document.record(ten_digits);
            let rows = document.header().into_iter().zip(values).map(|(name, value)| vec![name, value]);
            output.table(&["", "value"], rows)?;
            if let Some(reason) = &document.hpd_reason {
                output.say(&format!("no interval of highest density (hpd): {reason}"));
            }
            Ok(())
        }
    }
}

impl Document {
    /// The columns of the one row; those of `vs` only when it is asked for, those of the HPD interval and of the difference last.
    fn header(&self) -> Vec<String> {
        let own = ["alpha", "beta", "mean", "variance", "mode", "median", "entropy", "level", "lower", "upper"];
        let rest = ["upper_complement"].into_iter();
        let versus = self.vs.iter().flat_map(|_| ["vs_alpha", "vs_beta"].into_iter().chain(DIVERGENCES));
        let hpd = ["hpd_lower", "hpd_upper", "hpd_upper_complement"];
        let difference = self.vs.iter().flat_map(|_| DIFFERENCE);
        own.into_iter().chain(rest).chain(versus).chain(hpd).chain(difference).map(str::to_owned).collect()
    }

    /// The row under that header; a mode or interval that does not exist is empty.
    fn record(&self, number: fn(f64) -> String) -> Vec<String> {
        let Interval { level, lower, upper, upper_complement } = self.interval;
        let shape = [self.alpha, self.beta, self.mean, self.variance].map(number);
        let mode = [self.mode.map_or_else(String::new, number)];
        let rest = [self.median, self.entropy, level, lower, upper, upper_complement].map(number);
        let versus =
            self.vs.iter().flat_map(|vs| [vs.alpha, vs.beta].into_iter().chain(vs.divergences.values()).map(number));
        let ends = self.hpd.map(|hpd| [hpd.lower, hpd.upper, hpd.upper_complement].map(number));
        let difference = self.vs.iter().flat_map(|Versus { difference: apart, .. }| {
            [apart.p_greater, apart.mean, apart.lower, apart.upper].map(number)
        });
        shape
            .into_iter()
            .chain(mode)
            .chain(rest)
            .chain(versus)
            .chain(ends.unwrap_or_default())
            .chain(difference)
            .collect()
    }
}

/// Ten significant digits, for people.
fn ten_digits(number: f64) -> String {
    format!("{number:.9e}").parse().map_or_else(|_| String::new(), plain)
}

/// Every digit, for programs.
fn plain(number: f64) -> String {
    Plain(number).to_string()
}
