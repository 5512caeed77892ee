//! `betadrift tune`: the prior and the forgetting that the log supports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use betadrift::beta::Beta;
use betadrift::feedback::Day;
use betadrift::log;
use betadrift::number::brief;
use betadrift::replay::Keep;
use betadrift::report::{Figure, figure};
use betadrift::seed::DEFAULT_SEED;
use betadrift::timeline::{Segments, View};
use betadrift::tune::{Candidate, Effort, Group, Grouping, Maximum, Request, Score, ScoredPrior, Tuning, tune};
use clap::{Args, ValueEnum};
use glob::Pattern;

use super::Global;
use super::exit::{CHECK_FAILED, Usage};
use super::figures::FiguresArgs;
use super::file::write_whole;
use super::inputs;
use super::logs::LogArgs;
use super::output::{Format, Output, Sheet};
use super::replayed::Replayed;

const EXAMPLES: &str = "\
Examples:
  betadrift tune data/feedback.csv
  betadrift tune data/feedback.csv --until 2026-01-20 --emit prior.toml
  betadrift tune data/feedback.csv --until 2026-01-20 --group 'docs/*' --group 'chat/*'
  betadrift tune data/counts.csv --figures figures
Then every command reads it:
  betadrift convergence data/feedback.csv --prior prior.toml";

/// Find the Beta prior that the log supports, and whether to forget; score both by how well they predict the next day
///
/// Each edge's success rate is taken as a draw from one Beta; the evidence of all edges says which. It may have no maximum, which
/// is said, with what to do instead. Use it when new edges keep coming or many have few events; not where edges are of different
/// kinds (give --group) or few. Counts without days (edge,successes,failures) will do; then nothing can be scored.
///
/// The evidence counts all days of tuning alike. Half-lives and windows are a grid of candidates; --half-life or --window adds one, and is how
/// the past counts where priors are scored. With --until DAY the days up to DAY tune, and those after it score.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TuneArgs {
    #[command(flatten)]
    logs: LogArgs,
    /// A group of edges by name, which gets a prior of its own where its evidence bears one and that predicts later days
    /// better; of several that match an edge the last counts
    #[arg(long, value_name = "GLOB")]
    group: Vec<Pattern>,
    /// Take the edges of each segment as a group; needs --column segment=NAME
    #[arg(long, value_enum, conflicts_with = "group")]
    group_by: Option<GroupBy>,
    /// Write the prior, of groups too, as the TOML that --prior reads; exit code 1 and no file where the log supports none
    #[arg(long, value_name = "FILE")]
    emit: Option<PathBuf>,
    #[command(flatten)]
    figures: FiguresArgs,
}

/// The day of counts that have none, which is not shown.
const NO_DAY: Day = Day::from_days(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupBy {
    /// By the segment of each event
    Segment,
}

pub(super) fn run(args: &TuneArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    refuse_overwriting(args, output)?;
    let keep = Keep { segments: args.group_by.is_some(), ..Keep::default() };
    let replayed = args.logs.replay_beyond(keep, NO_DAY, output)?;
    let segments = segments(args, &replayed)?;
    let grouping = match (&args.group[..], segments) {
        ([], None) => Grouping::None,
        ([], Some(segments)) => Grouping::Segments(segments),
        (globs, _) => Grouping::Globs(globs),
    };
    let Replayed { timeline, priors, view, .. } = &replayed;
    let (until, level) = (args.logs.until(), global.level());
    let dated = args.logs.assumes_a_day() || timeline.span() != Some((NO_DAY, NO_DAY));
    let request = Request { timeline, until, priors, view: *view, level, grouping, dated };
    let tuning = tune(&request);
    print(&tuning, output)?;
    args.figures.draw(output, || figures(&tuning, &request, global, output))?;
    args.emit.as_deref().map_or(Ok(ExitCode::SUCCESS), |path| emit(&tuning, path, output))
}

fn refuse_overwriting(args: &TuneArgs, output: Output<'_>) -> anyhow::Result<()> {
    let Some(emit) = &args.emit else { return Ok(()) };
    let read = inputs::logs(args.logs.paths())?;
    let written = [("--emit", emit.as_path())].into_iter().chain(output.file().map(|path| ("--output", path)));
    Ok(inputs::refuse_overwriting(read.iter().map(PathBuf::as_path), written)?)
}

/// The segments, if edges are to be grouped by them.
fn segments<'a>(args: &TuneArgs, replayed: &'a Replayed) -> Result<Option<&'a Segments>, Usage> {
    match (args.group_by, &replayed.segments) {
        (Some(GroupBy::Segment), Some(segments))
            if segments.iter().all(|(name, _)| name.is_empty()) && !segments.is_empty() =>
        {
            Err(Usage("--group-by segment: no event has a segment; name its column, --column segment=NAME".to_owned()))
        }
        (_, segments) => Ok(segments.as_ref()),
    }
}

fn emit(tuning: &Tuning, path: &Path, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let Some(text) = tuning.prior_file() else {
        output.say(&format!("{}: not written, as the log supports no prior: {}", path.display(), tuning.sentence()));
        return Ok(ExitCode::from(CHECK_FAILED));
    };
    write_whole(path, |out| out.write_all(text.as_bytes()))?;
    output.say(&format!("{}: written, for --prior", path.display()));
    Ok(ExitCode::SUCCESS)
}

/// The figures; that of sensitivity is simulated first, which takes a while.
fn figures(tuning: &Tuning, request: &Request<'_>, global: &Global, output: Output<'_>) -> Vec<Figure> {
    let effort = Effort {
        seed: global.seed.unwrap_or(DEFAULT_SEED),
        runs: 60,
        most_trials: 1_000,
        most_edges: 50,
        most_edge_days: 20_000,
    };
    let progress = output.progress(Tuning::GRID, "priors");
    let outcomes = tuning.sensitivity(request, effort, || progress.inc(1));
    progress.finish_and_clear();
    vec![figure::evidence(tuning), figure::sensitivity(tuning, outcomes.as_ref()), figure::half_life(tuning)]
}

fn print(tuning: &Tuning, output: Output<'_>) -> anyhow::Result<()> {
    match output.format {
        Format::Json => output.json(&tuning.document()),
        Format::Csv => output.csv(tuning.rows()),
        Format::Table => output.sheets(&tables(tuning), &tuning.sentences()),
    }
}

fn tables(tuning: &Tuning) -> Vec<Sheet<'static>> {
    let mut tables = vec![of_fit(tuning)];
    if let Ok(scoring) = &tuning.scoring {
        let prior = |row: &ScoredPrior| {
            let (alpha, beta) = (brief(row.prior.alpha()), brief(row.prior.beta()));
            [vec![row.name.to_owned(), alpha, beta], scores(row.score, row.gain)].concat()
        };
        tables.push(Sheet {
            title: "Priors by their day-ahead score".to_owned(),
            header: &["prior", "alpha", "beta", "nats an event", "± se", "better than given", "± se"],
            rows: scoring.priors.iter().map(prior).collect(),
        });
        let candidate = |row: &Candidate| [vec![forgets(row.view)], scores(row.score, row.gain)].concat();
        tables.push(Sheet {
            title: format!("Forgetting by its day-ahead score, towards the {} prior", scoring.forgetting_prior),
            header: &["forgetting", "nats an event", "± se", "better than none", "± se"],
            rows: scoring.forgetting.curve.iter().map(candidate).collect(),
        });
    }
    if let Some(groups) = &tuning.groups {
        let row = |group: &Group| {
            let name = log::escaped(group.name.as_bytes());
            vec![
                name,
                group.fit.edges.to_string(),
                brief(group.fit.events),
                group.fit.status.word().to_owned(),
                group.why(),
            ]
        };
        tables.push(Sheet {
            title: "Groups, and which prior their own evidence bears".to_owned(),
            header: &["group", "edges", "events", "status", "prior"],
            rows: groups.groups.iter().map(row).collect(),
        });
    }
    tables
}

/// The evidence in two columns.
fn of_fit(tuning: &Tuning) -> Sheet<'static> {
    let fit = &tuning.fit;
    let none = || "none".to_owned();
    let with_error = |value: f64, error: f64| format!("{} ± {}", brief(value), brief(error));
    let pair = |prior: Beta| format!("{}, {}", brief(prior.alpha()), brief(prior.beta()));
    let found = |of: &dyn Fn(&Maximum) -> String| fit.maximum.as_ref().map_or_else(none, of);
    let interval = fit.interval;
    let rows = [
        ("status", fit.status.word().to_owned()),
        ("alpha", found(&|m| with_error(m.prior.alpha(), m.errors.alpha))),
        ("beta", found(&|m| with_error(m.prior.beta(), m.errors.beta))),
        ("mean", found(&|m| with_error(m.prior.mean(), m.errors.mean))),
        ("concentration, pulls", found(&|m| with_error(m.prior.alpha() + m.prior.beta(), m.errors.concentration))),
        (
            "its interval",
            format!(
                "{} to {}",
                interval.lower.map_or_else(|| "0".to_owned(), brief),
                interval.upper.map_or_else(|| "infinity".to_owned(), brief)
            ),
        ),
        ("moments (Kleinman)", fit.moments.map_or_else(none, pair)),
        ("log likelihood, nats", format!("{:.4}", fit.log_likelihood)),
        ("less one rate for all", brief(fit.gain())),
        ("edges", fit.edges.to_string()),
        ("events", brief(fit.events)),
    ];
    let title = match tuning.tuned_on {
        Some((first, last)) => format!("The evidence of {first} to {last} for a prior"),
        None => "The evidence for a prior".to_owned(),
    };
    let rows = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    Sheet { title, header: &["", ""], rows }
}

fn scores(score: Score, gain: Score) -> Vec<String> {
    let se = |se: Option<f64>| se.map_or_else(String::new, |se| format!("{se:.2e}"));
    vec![format!("{:.5}", score.nats_per_event), se(score.se), format!("{:+.2e}", gain.nats_per_event), se(gain.se)]
}

fn forgets(view: View) -> String {
    match view {
        View::Cumulative => "nothing".to_owned(),
        View::HalfLife(days) => format!("half-life {days} d"),
        View::Window(days) => format!("window {days} d"),
    }
}
