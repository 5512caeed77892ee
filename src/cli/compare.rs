//! `betadrift compare`: what changed from one log, snapshot, report or baseline to another, and gates upon it.

mod print;
pub(super) mod side;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use betadrift::compare::{Gate, Outcome, Side, compare};
use betadrift::log::escaped;
use betadrift::report::comparison::{Changes, annotations, junit, markdown};
use betadrift::report::figure::changes;
use betadrift::report::{changes_page, png, svg};
use clap::Args;

use super::Global;
use super::counting::CountingArgs;
use super::draw::parse_scale;
use super::exit::{CHECK_FAILED, Usage};
use super::file::write_whole;
use super::inputs::refuse_overwriting;
use super::output::Output;
use super::reading::ReadingArgs;
use super::settings::SettingsArgs;

const EXAMPLES: &str = "\
Gates:
  value_remaining > 0.01           of all edges of B; p_best < 0.9 is that of its leader
  mean(EDGE) drops                 its interval of the difference lies below zero; also rises, changes
  any(mean) drops                  the same of any edge, at the level corrected for their number
  p_best(EDGE) < 0.9               also mean, difference, p_greater, kl, hellinger; any(kl) > 1
  verdict == exploring             also !=, and: verdict changes, leader changes, edges gone, edges new

Examples:
  betadrift compare data/feedback.csv data/counts.csv
  betadrift compare data/counts.csv data/feedback.csv --format json --level 0.99
  betadrift compare data/counts.csv data/feedback.csv --write-baseline baseline.json  # keeps B
  betadrift compare baseline.json data/feedback.csv --fail-on 'any(mean) drops'
  betadrift compare baseline.json data/feedback.csv --fail-on 'value_remaining > 0.01' --annotations
  betadrift compare baseline.json data/feedback.csv --junit gates.xml --markdown changes.md
  betadrift compare baseline.json data/feedback.csv --figure changes.svg --page changes.html";

/// Compare two logs, snapshots, reports or baselines: what changed, edge by edge and by segment, with gates for CI
///
/// A and B are each a log in any format (a folder or a glob in quotes is one too), a snapshot of `replay --snapshot`, a
/// `report.json` of `report` (or its folder, or what `convergence --format json` printed), or a baseline. The content tells which.
///
/// Of every edge: the difference of the posterior means, B less A, with its interval at --level; P(B > A); the divergences
/// KL(B ‖ A), in nats, and Hellinger's. An edge fell or rose if its interval lies on one side of zero at the level at which
/// those of all edges hold together (Bonferroni). Edges that only one side has are listed as new or gone. With --column
/// segment=… the same within each segment, and who leads there. A and B are taken as independent: where B goes on from A,
/// compare their days apart.
///
/// Exit code 1 if a gate fires. A gate that cannot be judged, such as one of an edge that is gone, fires too.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompareArgs {
    /// What was before
    #[arg(value_name = "A")]
    a: PathBuf,
    /// What is now
    #[arg(value_name = "B")]
    b: PathBuf,
    /// Exit with code 1 if this holds, such as 'value_remaining > 0.01', 'p_best < 0.9' or 'mean(EDGE) drops'; repeatable
    #[arg(long, value_name = "GATE")]
    fail_on: Vec<Gate>,
    /// Keep B, with the hashes of what it comes from, to be A some other day
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Draw the differences; the ending says the format, .svg or .png
    #[arg(long, value_name = "FILE")]
    figure: Option<PathBuf>,
    /// Write a page: what changed in words, the gates, the figure and a table of every edge, in one HTML file
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Pixels of the PNG for each pixel of the SVG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = parse_scale)]
    scale: f64,
    /// Write the gates as JUnit XML, a test case each
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a summary in Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Say gates that fired and edges that changed as workflow commands of GitHub Actions, on standard error
    #[arg(long)]
    annotations: bool,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    counting: CountingArgs,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn run(args: &CompareArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    args.refuse_nonsense(output)?;
    let settings = args.settings.settings(global.level(), 0)?;
    let reader = side::Reader { reading: &args.reading, counting: &args.counting, settings: &settings, output };
    let (a, b) = (reader.read("A", &args.a)?, reader.read("B", &args.b)?);
    args.refuse_unknown_edges(&a, &b)?;
    let comparison = compare(&a, &b, settings.level);
    let outcomes: Vec<Outcome> = args.fail_on.iter().map(|gate| gate.judge(&a, &b, &comparison)).collect();
    args.write(&Changes { a: &a, b: &b, comparison: &comparison, gates: &outcomes })?;
    print::print(&a, &b, &comparison, &outcomes, args.counting.top, output)?;
    for outcome in outcomes.iter().filter(|outcome| outcome.fired()) {
        output.say(&format!("gate `{}` fired: {}", escaped(outcome.gate.as_bytes()), outcome.why));
    }
    if args.annotations {
        // Asked for, so said even where --quiet is.
        annotations(&comparison, &outcomes).iter().for_each(|line| super::output::say_always(line));
    }
    let fired = outcomes.iter().any(Outcome::fired);
    Ok(if fired { ExitCode::from(CHECK_FAILED) } else { ExitCode::SUCCESS })
}

impl CompareArgs {
    /// That flags go with two inputs, and that nothing that is read is overwritten.
    fn refuse_nonsense(&self, output: Output<'_>) -> Result<(), Usage> {
        if self.reading.from.is_some() {
            return Err(Usage("--from: give the snapshot itself as A or B".to_owned()));
        }
        if self.reading.rejects.is_some() {
            return Err(Usage(
                "--rejects keeps the bad rows of one reading; ask `replay` for those of A and of B".to_owned(),
            ));
        }
        if self.a.as_os_str() == "-" && self.b.as_os_str() == "-" {
            return Err(Usage("A and B cannot both be standard input".to_owned()));
        }
        if let Some(figure) = &self.figure {
            is_png(figure)?;
        }
        let written = [
            ("--write-baseline", self.write_baseline.as_deref()),
            ("--figure", self.figure.as_deref()),
            ("--page", self.page.as_deref()),
            ("--junit", self.junit.as_deref()),
            ("--markdown", self.markdown.as_deref()),
            ("--output", output.file()),
        ];
        let written = written.into_iter().filter_map(|(flag, path)| Some((flag, path?)));
        refuse_overwriting([self.a.as_path(), self.b.as_path()], written)
    }

    /// That gates name edges that there are: what is misspelt would fire for ever, or never.
    fn refuse_unknown_edges(&self, a: &Side, b: &Side) -> Result<(), Usage> {
        let known = |side: &Side, edge: &str| side.edges.binary_search_by(|belief| (*belief.edge).cmp(edge)).is_ok();
        for gate in &self.fail_on {
            if let Some(edge) = gate.edge().filter(|edge| !known(a, edge) && !known(b, edge)) {
                let shown = edge.escape_debug();
                let gate = escaped(gate.to_string().as_bytes());
                return Err(Usage(format!("--fail-on '{gate}': neither A nor B has feedback of an edge `{shown}`")));
            }
        }
        Ok(())
    }

    /// Writes every file that is asked for.
    fn write(&self, all: &Changes<'_>) -> anyhow::Result<()> {
        let Changes { a, b, comparison, gates } = *all;
        if let Some(path) = &self.write_baseline {
            write_whole(path, |out| {
                serde_json::to_writer_pretty(&mut *out, &b.baseline())?;
                writeln!(out)
            })?;
        }
        if let Some(path) = &self.figure {
            let picture = svg(&changes(a, b, comparison));
            let bytes = if is_png(path)? { png(&picture, self.scale)? } else { picture.into_bytes() };
            write_whole(path, |out| out.write_all(&bytes))?;
        }
        if let Some(path) = &self.page {
            write_whole(path, |out| out.write_all(changes_page(all).as_bytes()))?;
        }
        if let Some(path) = &self.junit {
            let xml = junit(a, b, gates);
            write_whole(path, |out| out.write_all(xml.as_bytes()))?;
        }
        if let Some(path) = &self.markdown {
            let text = markdown(a, b, comparison, gates);
            write_whole(path, |out| out.write_all(text.as_bytes()))?;
        }
        Ok(())
    }
}

/// Whether a figure is to be PNG, by the ending of its name.
fn is_png(path: &Path) -> Result<bool, Usage> {
    match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(false),
        Some("png") => Ok(true),
        _ => Err(Usage(format!("--figure {}: the name must end in .svg or .png", path.display()))),
    }
}
