//! Histograms of the ranks of the truth among posterior draws, by variant of the engine and by quantity.

use super::ecdf::subtitle;
use super::silent;
use crate::calibrate::{Calibrated, Cuts, EngineCalibration, Quantity, Uniformity};
use crate::report::axis::{Axis, Tick};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke};
use crate::report::color::{BLUE, GRAY, INK, PALE, VERMILION};
use crate::report::words;

/// The quantities drawn; the others are in the empirical distributions.
const SHOWN: [Quantity; 4] = [Quantity::Edge(0), Quantity::Winner, Quantity::Lead, Quantity::Likelihood];

/// A row a variant, a column a quantity: uniform where the posterior is calibrated.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// use betadrift::report::figure::rank_histograms;
/// let design = Design { worlds: 60, edges: 2, trials: 10, ..Design::default() };
/// let variants = design.variants()?;
/// let figure = rank_histograms(&calibrate(&variants, Settings::default())?);
/// assert_eq!(figure.rows.len(), variants.len());
/// assert!(figure.note.starts_with("Counts of 60 worlds in "));
/// # Ok::<(), betadrift::calibrate::DesignError>(())
/// ```
pub fn rank_histograms(calibration: &EngineCalibration) -> Figure {
    let last = calibration.variants.len().saturating_sub(1);
    let rows: Vec<Row> = (calibration.variants.iter().enumerate())
        .map(|(at, variant)| Row {
            weight: if at == last { 1.3 } else { 1.0 },
            panels: panels(calibration, variant, (at == 0, at == last)),
        })
        .collect();
    let height = 150 + 108 * rows.len() as u32;
    let worlds = words::several(calibration.worlds as usize, "world");
    Figure {
        name: "rank_histograms",
        title: "Are the ranks of the truth among posterior draws uniform?".to_owned(),
        subtitle: subtitle(calibration),
        note: format!(
            "Counts of {worlds} in {} bins of ranks. Gray, and between the gray lines: where all bins of a panel lie with a chance that makes all tests of the \
             engine together fail in {} of 100 cases (Bonferroni over bins). Too many at both ends: posterior too narrow; \
             too many in the middle: too wide; a slope: biased. The last rows are wrong on purpose and have to leave it.",
            calibration.settings.bins,
            words::plain(100.0 * calibration.settings.alpha),
        ),
        size: (1080, height),
        rows,
    }
}

fn panels(calibration: &EngineCalibration, variant: &Calibrated, (first, last): (bool, bool)) -> Vec<Panel> {
    let shown = SHOWN.iter().filter_map(|quantity| variant.ranks.iter().find(|(known, _)| known == quantity));
    let shown: Vec<&(Quantity, Uniformity)> = shown.collect();
    let tallest = shown.iter().flat_map(|(_, ranks)| ranks.by_bin()).max().unwrap_or(1);
    let mut panels: Vec<Panel> = shown
        .iter()
        .enumerate()
        .map(|(column, (quantity, ranks))| {
            let heading = if column == 0 { format!("{}: {}", variant.name, quantity.name()) } else { quantity.name() };
            let mut panel = histogram(calibration, heading, ranks, tallest as f64);
            panel.weight = if column + 1 == shown.len() { 1.25 } else { 1.0 };
            if !last {
                panel.x = silent(panel.x);
            }
            panel
        })
        .collect();
    if let Some(panel) = panels.last_mut().filter(|_| first) {
        let entries = [("uniform", BLUE.tint(0.7)), ("fails", VERMILION), ("the band", PALE)];
        panel.keys.extend(entries.map(|(text, color)| Key::entry(text, Sign::Square, color)));
    }
    panels
}

fn histogram(calibration: &EngineCalibration, heading: String, ranks: &Uniformity, tallest: f64) -> Panel {
    let (bins, cells) = (ranks.bins, ranks.counts.len() as f64);
    let cuts = Cuts { n: ranks.n(), cells: bins };
    let band = cuts.band(calibration.level() / bins as f64);
    let mut x = Axis::linear(format!("rank among {} draws", calibration.settings.draws), (0.0, cells), 4);
    x.ticks =
        [0.0, 0.5, 1.0].map(|share| Tick::new(share * cells, words::plain((share * (cells - 1.0)).round()))).into();
    let top = band.first().map_or(tallest, |range| tallest.max(*range.end() as f64));
    let mut panel = Panel::new(heading, x, Axis::linear("", (0.0, 1.08 * top), 2));
    let fails = ranks.least_p() <= calibration.level();
    let width = cells / bins as f64;
    let ends = band.first().map(|range| (*range.start() as f64, *range.end() as f64));
    if let Some((low, high)) = ends {
        let outline = vec![(0.0, low), (0.0, high), (cells, high), (cells, low)];
        panel.marks.push(Mark::Area { outline, fill: PALE, opacity: 1.0 });
    }
    let tops = ranks.by_bin().into_iter().enumerate();
    let top = tops.flat_map(|(at, count)| [at, at + 1].map(|end| (width * end as f64, count as f64)));
    let outline = [(0.0, 0.0)].into_iter().chain(top).chain([(cells, 0.0)]).collect();
    let fill = if fails { VERMILION } else { BLUE.tint(0.7) };
    panel.marks.push(Mark::Area { outline, fill, opacity: 1.0 });
    if let Some((low, high)) = ends {
        let ends = [low, high].map(|end| vec![(0.0, Some(end)), (cells, Some(end))]);
        panel.marks.extend(ends.map(|points| Mark::Line { points, stroke: Stroke::solid(GRAY, 0.8) }));
    }
    let expected = ranks.n() as f64 / bins as f64;
    let points = vec![(0.0, Some(expected)), (cells, Some(expected))];
    panel.marks.push(Mark::Line { points, stroke: Stroke::solid(INK, 0.6) });
    panel
}
