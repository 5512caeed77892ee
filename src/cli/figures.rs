//! Figures to files.

use std::path::{Path, PathBuf};

use anyhow::Context;
use betadrift::report::{Figure, png, svg};
use clap::Args;
use rayon::prelude::*;

use super::draw::parse_scale;
use super::output::Output;

/// Where a verb draws its figures.
#[derive(Args)]
pub(super) struct FiguresArgs {
    /// Draw the figures too, as SVG and PNG, into this folder
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// Pixels of the PNG for each pixel of the SVG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = parse_scale)]
    scale: f64,
}

impl FiguresArgs {
    /// Draws what `figures` gives, if there is a folder to draw it to.
    pub(super) fn draw(&self, output: Output<'_>, figures: impl FnOnce() -> Vec<Figure>) -> anyhow::Result<()> {
        let Some(folder) = &self.figures else { return Ok(()) };
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let figures = figures();
        write_figures(&figures, folder, self.scale, output)?;
        let names: Vec<&str> = figures.iter().map(|figure| figure.name).collect();
        output.say(&format!("{}: {}", folder.display(), names.join(", ")));
        Ok(())
    }
}

/// Draws figures as SVG and PNG.
pub(super) fn write_figures(figures: &[Figure], folder: &Path, scale: f64, output: Output<'_>) -> anyhow::Result<()> {
    let progress = output.progress(figures.len() as u64, "figures");
    figures.par_iter().try_for_each(|figure| -> anyhow::Result<()> {
        let picture = svg(figure);
        write(&folder.join(format!("{}.svg", figure.name)), picture.as_bytes())?;
        write(&folder.join(format!("{}.png", figure.name)), &png(&picture, scale)?)?;
        progress.inc(1);
        Ok(())
    })?;
    progress.finish_and_clear();
    Ok(())
}

fn write(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, contents).with_context(|| path.display().to_string())
}
