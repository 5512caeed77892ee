//! The empirical distribution of the ranks of the truth, less the uniform one, with its simultaneous band.

use super::blank_panel;
use crate::calibrate::{Band, Calibrated, EngineCalibration, Quantity, Uniformity};
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke};
use crate::report::color::{BLUE, Color, INK, PALE, VERMILION};
use crate::report::words;

/// Panels side by side.
const COLUMNS: usize = 3;
/// Lines in a panel: of the quantities with the least p-values.
const MOST_LINES: usize = 12;
/// Cuts at which lines are drawn; tests look at all.
const MOST_POINTS: usize = 50;

/// A panel a variant, a line a quantity: within the band where the posterior is calibrated.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// use betadrift::report::figure::ecdf;
/// let design = Design { worlds: 60, edges: 2, trials: 10, ..Design::default() };
/// let variants = design.variants()?;
/// let figure = ecdf(&calibrate(&variants, Settings::default())?);
/// let panels = figure.rows.iter().flat_map(|row| &row.panels).filter(|panel| !panel.heading.is_empty());
/// assert_eq!(panels.count(), variants.len());
/// # Ok::<(), betadrift::calibrate::DesignError>(())
/// ```
pub fn ecdf(calibration: &EngineCalibration) -> Figure {
    let cuts = calibration.cuts();
    let band = cuts.band(cuts.gamma(calibration.level()));
    let panel = |variant: &Calibrated| panel(calibration, variant, &band);
    let mut panels: Vec<Panel> = calibration.variants.iter().map(panel).collect();
    if let Some(first) = panels.get_mut(COLUMNS.min(calibration.variants.len()) - 1) {
        let entries =
            [("passes", Sign::Line, BLUE), ("fails", Sign::Line, VERMILION), ("the band", Sign::Square, PALE)];
        let entries = entries.map(|(text, sign, color)| Key::entry(text, sign, color));
        first.keys = entries.into_iter().chain(std::mem::take(&mut first.keys)).collect();
    }
    let controls = panels.split_off(calibration.variants.iter().take_while(|variant| !variant.control).count());
    let rows: Vec<Row> = [panels, controls].into_iter().flat_map(in_rows).collect();
    Figure {
        name: "ecdf",
        title: "Do the ranks of the truth stay in the band of uniform ones?".to_owned(),
        subtitle: subtitle(calibration),
        note: "Share of ranks below each cut, less the share of cuts; a line a quantity (edges, winner, last chosen, differences, maximum, \
               likelihood; at most the 12 of least p). The band holds a uniform line as a whole, at all cuts at once (Säilynoja, \
               Bürkner & Vehtari 2022), with the level of a single test of the family. Named: the line with the least p-value. A line \
               may fail by χ² and stay in the band. Rising ends: posterior too narrow; falling ends: too wide."
            .to_owned(),
        size: (1080, 130 + 230 * rows.len() as u32),
        rows,
    }
}

/// Rows of panels, the last filled up with blank ones.
fn in_rows(panels: Vec<Panel>) -> Vec<Row> {
    let blank = |row: &[Panel]| std::iter::repeat_n(blank_panel(String::new()), COLUMNS - row.len());
    let row = |row: &[Panel]| Row { weight: 1.0, panels: row.iter().cloned().chain(blank(row)).collect() };
    panels.chunks(COLUMNS).map(row).collect()
}

/// Worlds, edges, trials, draws, α and seed.
pub(super) fn subtitle(calibration: &EngineCalibration) -> String {
    [
        format!("{} a variant", words::several(calibration.worlds as usize, "world")),
        words::several(calibration.edges, "edge"),
        words::several(calibration.trials as usize, "trial"),
        format!("L = {} draws", words::count(f64::from(calibration.settings.draws))),
        format!("family-wise α = {} over {} tests", calibration.settings.alpha, calibration.tests),
        format!("seed {}", calibration.seed),
    ]
    .join(" · ")
}

fn panel(calibration: &EngineCalibration, variant: &Calibrated, band: &Band) -> Panel {
    let cells = calibration.settings.draws as f64 + 1.0;
    let n = f64::from(calibration.worlds);
    let at = |cut: usize, count: u64| (cut as f64 / cells, count as f64 / n - cut as f64 / cells);
    let stride = (calibration.settings.draws as usize + 1).div_ceil(MOST_POINTS);
    let drawn = |(cut, _): &(usize, u64)| cut.is_multiple_of(stride) || *cut as f64 == cells;
    let ends = [(0.0, 0.0), (1.0, 0.0)];
    let cuts = |end: fn(&std::ops::RangeInclusive<u64>) -> u64| {
        let counts = band.iter().enumerate().map(move |(cut, range)| (cut + 1, end(range)));
        counts.filter(drawn).map(|(cut, count)| at(cut, count)).collect::<Vec<_>>()
    };
    let (upper, lower) = (cuts(|range| *range.end()), cuts(|range| *range.start()).into_iter().rev());
    let outline: Vec<(f64, f64)> = [ends[0]].into_iter().chain(upper).chain([ends[1]]).chain(lower).collect();
    let line = |ranks: &Uniformity| {
        let below = ranks.counts.iter().scan(0, |below, count| {
            *below += count;
            Some(*below)
        });
        let points = (1..).zip(below).filter(drawn).map(|(cut, below)| at(cut, below));
        [ends[0]].into_iter().chain(points).collect::<Vec<_>>()
    };
    let mut shown: Vec<&(Quantity, Uniformity)> = variant.ranks.iter().collect();
    shown.sort_by(|a, b| a.1.least_p().total_cmp(&b.1.least_p()));
    shown.truncate(MOST_LINES);
    let lines: Vec<Vec<(f64, f64)>> = shown.iter().map(|(_, ranks)| line(ranks)).collect();
    let reach = extent(lines.iter().flatten().chain(&outline).map(|point| point.1.abs())).map_or(0.1, |range| range.1);
    let color = |ranks: &Uniformity| if ranks.least_p() <= calibration.level() { VERMILION } else { BLUE };
    let verdict = if calibration.passes(variant) { "passes" } else { "fails" };
    let heading = format!("{}: {verdict}", variant.name);
    let y = Axis::linear("", padded((-reach, reach), 0.03), 5);
    let mut panel = Panel::new(heading, Axis::linear("rank / (L + 1)", (0.0, 1.0), 5), y);
    panel.marks.push(Mark::Area { outline, fill: PALE, opacity: 1.0 });
    panel.marks.push(straight(ends, INK));
    for ((_, ranks), line) in shown.iter().zip(&lines).rev() {
        let points = line.iter().map(|&(x, y)| (x, Some(y))).collect();
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color(ranks).tint(0.75), 1.1) });
    }
    if let (Some((quantity, ranks)), Some(line)) = (shown.first(), lines.first()) {
        let farthest = line.iter().copied().fold(ends[0], |a, b| if b.1.abs() > a.1.abs() { b } else { a });
        panel.keys.push(Key::line(quantity.name(), color(ranks), farthest));
    }
    panel
}

fn straight(ends: [(f64, f64); 2], color: Color) -> Mark {
    let points = ends.iter().map(|&(x, y)| (x, Some(y))).collect();
    Mark::Line { points, stroke: Stroke::dashed(color, 0.8) }
}
