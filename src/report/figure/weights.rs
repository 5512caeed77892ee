//! The weights that the estimates of another policy rest upon.

use super::estimates::fitted;
use super::silent;
use crate::evaluate::{Evaluation, Weights};
use crate::report::axis::{Axis, padded_log};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke, Tile};
use crate::report::color::{BLUE, Color, GRAY, INK, ORANGE, VERMILION};
use crate::report::words;

/// How many columns the weights are counted in, at most.
const BINS: usize = 36;

/// The figure of the weights; `of` says of which target on which log.
///
/// ```
/// use betadrift::evaluate::{Settings, Target, evaluate};
/// use betadrift::feedback::Reward;
/// use betadrift::report::figure::weights;
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// fold.add("a", "", Some(0.5), Reward::SUCCESS);
/// let cells = fold.finish();
/// let evaluation = evaluate(&cells, &Target::uniform(&cells), &Settings::default()).unwrap();
/// assert_eq!(weights(&evaluation, "uniform on a.csv").name, "weights");
/// ```
pub fn weights(evaluation: &Evaluation, of: &str) -> Figure {
    let Weights { effective_sample, mean, unsupported_target, distribution, .. } = &evaluation.weights;
    let rows: f64 = distribution.iter().map(|(_, rows)| rows).sum();
    let none: f64 = distribution.iter().filter(|(weight, _)| *weight == 0.0).map(|(_, rows)| rows).sum();
    let effective = format!(
        "effective sample {} of {}",
        words::count(effective_sample.unwrap_or(0.0).round()),
        words::counted(rows, "row")
    );
    let note = format!(
        "A row that the target would choose w times as often as the log did counts w times. The effective sample is (Σw)²/Σw². {} of the rows \
         have weight 0 and are not drawn. The mean weight should be 1 and is {}. {} of the target’s choices have no row at all.",
        percent(if rows > 0.0 { none / rows } else { 0.0 }),
        mean.map_or_else(|| "unknown".to_owned(), words::significant),
        percent(*unsupported_target),
    );
    let size = (960, 560);
    let rows = panels(&evaluation.weights, rows).map(|panel| Row { weight: 1.0, panels: vec![panel] });
    Figure {
        name: "weights",
        title: "How much the rows of the log weigh under the target".to_owned(),
        subtitle: fitted(of, &effective),
        note,
        size,
        rows: rows.into(),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", if share == 0.0 { "0".to_owned() } else { words::significant(100.0 * share) })
}

/// The share of rows and the share of weight, by weight.
fn panels(weights: &Weights, rows: f64) -> [Panel; 2] {
    let heavy: Vec<(f64, f64)> = weights.distribution.iter().copied().filter(|(weight, _)| *weight > 0.0).collect();
    let (least, most) = heavy.first().zip(heavy.last()).map_or((1.0, 1.0), |(first, last)| (first.0, last.0));
    let possible = weights.max_possible.filter(|possible| *possible > most * 1.001);
    let range = padded_log((least.min(1.0), possible.unwrap_or(most).max(1.0)), 0.03);
    let x = Axis::log("weight w = e(a|x) / p(a|x) (log scale)", range);
    let bins = binned(&heavy, (least, most));
    let sum: f64 = heavy.iter().map(|(weight, rows)| weight * rows).sum();
    let bars = |total: f64, height: fn(&Bin) -> f64| -> Vec<((f64, f64), f64)> {
        bins.iter().map(|bin| ((bin.from, bin.to), height(bin) / total)).filter(|(_, share)| *share > 0.0).collect()
    };
    let mut upper = panel("Share of all rows", silent(x.clone()), &bars(rows, |bin| bin.rows), BLUE);
    let mut lower = panel("Share of all weight", x, &bars(sum, |bin| bin.weight), ORANGE);
    if heavy.is_empty() {
        upper.notice = Some("No row has weight under the target.".to_owned());
        return [upper, lower];
    }
    let mut rule = |at: f64, stroke: Stroke, text: String| {
        for panel in [&mut upper, &mut lower] {
            let points = vec![(at, Some(0.0)), (at, Some(panel.y.range.1))];
            panel.marks.push(Mark::Line { points, stroke });
        }
        upper.keys.push(Key::entry(text, Sign::Line, stroke.color));
    };
    rule(1.0, Stroke::solid(GRAY, 1.0), "w = 1: as in the log".to_owned());
    rule(most, Stroke::dashed(INK, 1.0), format!("largest: {}", words::significant(most)));
    if let Some(possible) = possible {
        let text = format!("possible: {}", words::significant(possible));
        rule(possible, Stroke::dashed(VERMILION, 1.0), text);
    }
    [upper, lower]
}

fn panel(heading: &str, x: Axis, bars: &[((f64, f64), f64)], fill: Color) -> Panel {
    let top = bars.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    let mut panel = Panel::new(heading, x, Axis::linear("", (0.0, if top > 0.0 { 1.08 * top } else { 1.0 }), 4));
    let tile = |&(x, share): &((f64, f64), f64)| Tile { x, y: (0.0, share), fill, text: None };
    panel.marks.push(Mark::Tiles(bars.iter().map(tile).collect()));
    panel
}

/// The rows whose weight lies in a range, and their weight together.
struct Bin {
    from: f64,
    to: f64,
    rows: f64,
    weight: f64,
}

/// Bins at equal ratios from the least weight to the largest.
fn binned(heavy: &[(f64, f64)], (least, most): (f64, f64)) -> Vec<Bin> {
    // Weights that are all alike are a bar of their own.
    let (low, high) = if most > least * 1.05 { (least, most) } else { (least / 1.02, most * 1.02) };
    let ratio = high / low;
    let edge = |bin: usize| low * ratio.powf(bin as f64 / BINS as f64);
    let mut bins: Vec<Bin> =
        (0..BINS).map(|bin| Bin { from: edge(bin), to: edge(bin + 1), rows: 0.0, weight: 0.0 }).collect();
    for (weight, rows) in heavy {
        let place = ((weight / low).ln() / ratio.ln() * BINS as f64) as usize;
        let bin = &mut bins[place.min(BINS - 1)];
        bin.rows += rows;
        bin.weight += weight * rows;
    }
    bins
}
