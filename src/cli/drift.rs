//! `betadrift drift`: which edges changed their rate, and when.

use std::process::ExitCode;

use betadrift::drift::{Change, Drift, EdgeDrift, Method, PageHinkleySettings, Settings, drift, sentences};
use betadrift::feedback::Day;
use betadrift::number::{Plain, brief};
use betadrift::replay::Keep;
use betadrift::report::figure::change_points;
use clap::Args;

use super::Global;
use super::exit::Usage;
use super::figures::FiguresArgs;
use super::logs::LogArgs;
use super::output::{Format, Output};

const EXAMPLES: &str = "\
Examples:
  betadrift drift data/feedback.csv
  betadrift drift data/feedback.csv --edges 'docs/*' --hazard 0.004 --format json --trace
  betadrift drift data/counts.csv --in-control-runs 0          # counts: by day only
  betadrift drift data/feedback.csv --ph-lambda 10 --adwin-delta 0.01 --top 5";

/// Say which edges changed their rate, and when
///
/// Each edge's daily counts and single rewards are held against one rate that never changed, by an e-value that is valid
/// however pulls follow rewards; e-BH over the edges keeps the share of false discoveries at 1 - level. Three detectors say
/// where: exact Bayesian online change points (BOCPD), Page-Hinkley and ADWIN, each with the number of events after which
/// it would cry wolf where nothing changes. Use it when the verdict is `drifting`, when days surprise, and before old
/// feedback is trusted. An edge that is no longer chosen is blind: a recovery cannot be seen. A change by BOCPD stands where a
/// segment begins, read back from the last event by the most probable run lengths; Page-Hinkley and ADWIN stand where they
/// noticed, and ADWIN, which drops the older part of its window and keeps the rest, may notice one change several times. Memory
/// grows with events, by about 140 bytes each; counts (day,edge,successes,failures) need none of it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DriftArgs {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    detectors: DetectorArgs,
    /// Add the most probable run length after each event (JSON)
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    figures: FiguresArgs,
}

/// The parameters of the detectors.
#[derive(Args)]
#[command(next_help_heading = "Detectors")]
struct DetectorArgs {
    /// BOCPD: the chance that a new segment begins after an event
    #[arg(long, value_name = "CHANCE", default_value_t = Settings::default().hazard, allow_negative_numbers = true)]
    hazard: f64,
    /// BOCPD: tell the chance that the last change was at most so many events ago
    #[arg(long, value_name = "EVENTS", default_value_t = Settings::default().within)]
    run_within: u32,
    /// Page-Hinkley: the change of rate that does not matter
    #[arg(long, value_name = "DELTA", default_value_t = Settings::default().page_hinkley.delta, allow_negative_numbers = true)]
    ph_delta: f64,
    /// Page-Hinkley: the excess that raises an alarm
    #[arg(long, value_name = "LAMBDA", default_value_t = Settings::default().page_hinkley.lambda, allow_negative_numbers = true)]
    ph_lambda: f64,
    /// Page-Hinkley: the share of the excess that is kept at each event
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().page_hinkley.forgetting, allow_negative_numbers = true)]
    ph_forgetting: f64,
    /// ADWIN: the confidence with which halves of the window must differ is 1 - DELTA
    #[arg(long, value_name = "DELTA", default_value_t = Settings::default().adwin_delta, allow_negative_numbers = true)]
    adwin_delta: f64,
    /// Days without feedback after which an edge is blind
    #[arg(long, value_name = "DAYS", default_value_t = Settings::default().blind_days)]
    blind_days: u32,
    /// Simulated runs behind each in-control run length; 0 leaves them out
    #[arg(long, value_name = "N", default_value_t = Settings::default().in_control_runs)]
    in_control_runs: u32,
}

impl DetectorArgs {
    fn settings(&self, global: &Global) -> Result<Settings, Usage> {
        let page_hinkley =
            PageHinkleySettings { delta: self.ph_delta, lambda: self.ph_lambda, forgetting: self.ph_forgetting };
        let settings = Settings {
            hazard: self.hazard,
            within: self.run_within,
            page_hinkley,
            adwin_delta: self.adwin_delta,
            level: global.level(),
            blind_days: self.blind_days,
            in_control_runs: self.in_control_runs,
            seed: global.seed.unwrap_or(Settings::default().seed),
        };
        settings.validated().map_err(|error| Usage(error.to_string()))
    }
}

pub(super) fn run(args: &DriftArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let settings = args.detectors.settings(global)?;
    if args.trace && output.format != Format::Json {
        return Err(Usage("--trace is part of the JSON; add --format json".to_owned()).into());
    }
    let replayed = args.logs.replay_keeping(Keep { sequences: true, ..Keep::default() }, output)?;
    let sequences = replayed.sequences.as_ref().and_then(|sequences| sequences.as_ref().ok());
    let found = drift(&replayed.timeline, sequences, &replayed.priors, &settings);
    match output.format {
        Format::Json => output.json(&found.document(args.trace))?,
        Format::Csv => output.csv(found.rows())?,
        Format::Table => table(&found, args.logs.top(TOP), output)?,
    }
    args.figures.draw(output, || vec![change_points(&found)])?;
    for sentence in sentences(&found) {
        output.say(&sentence);
    }
    Ok(ExitCode::SUCCESS)
}

/// How many edges are listed, if not asked otherwise.
const TOP: usize = 20;

/// The edges that changed, and of the others those that detectors raised an alarm for; strongest evidence first.
fn table(found: &Drift, top: usize, output: Output<'_>) -> anyhow::Result<()> {
    let header = [
        "edge",
        "n",
        "e-value",
        "changed",
        "on",
        "before",
        "since",
        "run",
        "BOCPD",
        "P-H up",
        "P-H down",
        "ADWIN",
        "blind since",
    ];
    let mut edges: Vec<&EdgeDrift> = found.edges.iter().filter(|edge| !edge.days.is_empty()).collect();
    edges.sort_by(|a, b| {
        let key = |edge: &EdgeDrift| (edge.rejected, edge.ln_e.unwrap_or(f64::NEG_INFINITY));
        let ((rejected, ln_e), (other_rejected, other_ln_e)) = (key(a), key(b));
        other_rejected.cmp(&rejected).then(other_ln_e.total_cmp(&ln_e))
    });
    output.table(&header, edges.iter().take(top).map(|edge| row(edge)))?;
    if edges.len() > top {
        output.say(&format!("{} more with less evidence; --top shows more", edges.len() - top));
    }
    Ok(())
}

fn row(edge: &EdgeDrift) -> Vec<String> {
    let rate = |(successes, failures): (f64, f64)| format!("{:.4}", successes / (successes + failures));
    let by_day = |of: &dyn Fn(betadrift::decision::OneRate) -> String| {
        edge.by_day.filter(|_| edge.rejected).map(of).unwrap_or_default()
    };
    let changes = |method: Method| match &edge.by_pull {
        Some(_) => days(edge.changes_by(method)),
        None => "no order".to_owned(),
    };
    vec![
        edge.edge.escape_debug().to_string(),
        Plain(edge.events()).to_string(),
        edge.e_value().map(brief).unwrap_or_default(),
        if edge.rejected { "yes" } else { "no" }.to_owned(),
        by_day(&|it| Day::from_days(it.split).to_string()),
        by_day(&|it| rate(it.before)),
        by_day(&|it| rate(it.after)),
        edge.by_pull.as_ref().map(|it| it.runs.last().to_string()).unwrap_or_default(),
        changes(Method::Bocpd),
        changes(Method::PageHinkleyUp),
        changes(Method::PageHinkleyDown),
        changes(Method::Adwin),
        edge.blind_since.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

/// The days of changes, the year left out: `01-11 01-21`, or the first and how many more.
fn days<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let mut days: Vec<String> = changes.map(|change| change.day.to_string()[5..].to_owned()).collect();
    days.dedup();
    match days.len() {
        0 => "-".to_owned(),
        1..=2 => days.join(" "),
        more => format!("{} +{}", days[0], more - 1),
    }
}
