//! `betadrift plot`: one figure.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use betadrift::report::{FIGURES, figure, png, svg};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Global;
use super::analysis::AnalysisArgs;
use super::draw::{Drawn, parse_scale};
use super::exit::Usage;
use super::file::write_whole;
use super::further::Further;
use super::output::Output;

const EXAMPLES: &str = "\
Examples:
  betadrift plot posterior data/feedback.csv --out posterior.svg
  betadrift plot divergence data/feedback.csv --out divergence.png --scale 3
  betadrift plot regret simulations/russo2018.toml --out regret.svg";

/// Draw one figure, as SVG or PNG
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PlotArgs {
    /// Which figure
    #[arg(value_name = "FIGURE", value_parser = PossibleValuesParser::new(FIGURES.iter().map(|entry| entry.name)))]
    figure: String,
    #[command(flatten)]
    analysis: AnalysisArgs,
    /// Where to; the ending says the format, .svg or .png
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Pixels of the PNG for each pixel of the SVG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = parse_scale)]
    scale: f64,
}

enum Format {
    Svg,
    Png,
}

pub(super) fn run(args: &PlotArgs, global: &Global, output: Output<'_>) -> anyhow::Result<ExitCode> {
    let format = format(&args.out)?;
    let mut analysis = args.analysis.analyse("plot", global, output)?;
    analysis.further = Further::of(&analysis, global, |figure| figure == args.figure);
    let drawn = Drawn::new(&analysis);
    let figure = figure(&args.figure, &drawn.analysis()).ok_or_else(|| {
        Usage(format!(
            "there is no figure `{}` of this: `regret` is drawn of a simulated SCENARIO.toml, `delay` of one with a delay, and \
             of logs that say when edges were served, `positions` of one with lists (`k` of 2 or more)",
            args.figure
        ))
    })?;
    let picture = svg(&figure);
    let bytes = match format {
        Format::Svg => picture.into_bytes(),
        Format::Png => png(&picture, args.scale)?,
    };
    write_whole(&args.out, |file| file.write_all(&bytes))?;
    output.say(&format!("{}: {}", args.out.display(), figure.title));
    Ok(ExitCode::SUCCESS)
}

fn format(path: &Path) -> Result<Format, Usage> {
    match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        _ => Err(Usage(format!("--out {}: the name must end in .svg or .png", path.display()))),
    }
}
