//! Width of the credible interval of every edge against its pulls, on the last day.

use super::{Analysis, Body, states};
use crate::convergence::{EdgeState, Standing};
use crate::report::axis::{Axis, extent, padded_log};
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Stroke, Tile};
use crate::report::color::{BLUE, Color, GRAY, INK};
use crate::report::words;

/// Above this many edges they are counted in bins.
const MOST_DOTS: usize = 1200;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let standings = &analysis.convergence.standings;
    let shown: Vec<&Standing> = standings.iter().filter(|s| effective(s) > 0.0 && width(s) > 0.0).collect();
    let pulls = extent(shown.iter().map(|s| effective(s)))?;
    let guide = guide(&shown);
    let widths = extent(shown.iter().map(|s| width(s)))?;
    // The guide is to be seen beside the edges, but not at the cost of seeing them.
    let near = |n: f64| (guide / n.sqrt()).clamp(widths.0 / 3.0, widths.1 * 3.0);
    let widths = (widths.0.min(near(pulls.1)), widths.1.max(near(pulls.0)));
    let level = words::plain(100.0 * analysis.settings.level);
    let mut panel = Panel::new(
        format!("Width of the {level} % interval of the success rate (log scale)"),
        Axis::log("pulls n that count on the last day (log scale)", padded_log(pulls, 0.04)),
        Axis::log("", padded_log(widths, 0.04)),
    );
    if shown.len() > MOST_DOTS {
        bins(&mut panel, &shown)
    } else {
        dots(&mut panel, &shown)
    }
    if let Some(line) = guide_line(&panel, guide) {
        panel.keys.push(Key::rule("guide: 1/√n", GRAY, line[1]));
        let points = line.iter().map(|&(n, width)| (n, Some(width))).collect();
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(INK, 1.0) });
    }
    let hidden = standings.len() - shown.len();
    let none = match hidden {
        0 => String::new(),
        _ => format!(" Not drawn: {} without feedback that counts.", words::several(hidden, "edge")),
    };
    let note = format!(
        "The guide is 2z √(p(1−p)/n) at the pooled success rate p: edges of lower or higher rate lie off it. A wide \
         interval of an edge that is surely not the best is right by design.{none}"
    );
    Some(Body { size: (960, 600), note, rows: vec![Row { weight: 1.0, panels: vec![panel] }] })
}

/// Feedback that counts on the last day.
fn effective(standing: &Standing) -> f64 {
    standing.successes + standing.failures
}

fn width(standing: &Standing) -> f64 {
    standing.interval.upper - standing.interval.lower
}

/// The width of the guide at n = 1: that of a normal interval of a proportion.
fn guide(shown: &[&Standing]) -> f64 {
    let (successes, failures) = shown.iter().fold((0.5, 0.5), |(s, f), edge| (s + edge.successes, f + edge.failures));
    let rate = successes / (successes + failures);
    2.0 * 1.96 * (rate * (1.0 - rate)).sqrt()
}

/// The guide from where it enters the panel to where it leaves.
fn guide_line(panel: &Panel, at_one: f64) -> Option<[(f64, f64); 2]> {
    let inside = |n: f64| n.clamp(panel.x.range.0, panel.x.range.1);
    let at_width = |width: f64| (at_one / width).powi(2);
    let (start, end) = (inside(at_width(panel.y.range.1)), inside(at_width(panel.y.range.0)));
    (start < end).then(|| [start, end].map(|n| (n, at_one / n.sqrt())))
}

fn dots(panel: &mut Panel, shown: &[&Standing]) {
    for state in [EdgeState::Blind, EdgeState::Starved, EdgeState::Learning, EdgeState::Settled] {
        let of: Vec<(f64, f64)> = shown.iter().filter(|s| s.state == state).map(|s| (effective(s), width(s))).collect();
        let (count, fill) = (of.len(), dot_color(state));
        panel.marks.push(Mark::Dots { at: of, radius: if shown.len() > 200 { 2.2 } else { 3.6 }, fill, opacity: 0.75 });
        panel.keys.insert(0, Key::entry(format!("{state} {}", words::count(count as f64)), Sign::Dot, fill));
    }
}

/// A state's colour, the two grays further apart than areas need them.
fn dot_color(state: EdgeState) -> Color {
    if state == EdgeState::Blind { INK } else { states::color(state) }
}

/// Square bins in the plane, the darker the more edges are in them.
fn bins(panel: &mut Panel, shown: &[&Standing]) {
    const COLUMNS: usize = 64;
    const ROWS: usize = 40;
    let mut counts = vec![0usize; COLUMNS * ROWS];
    let cell = |position: f64, cells: usize| ((position * cells as f64) as usize).min(cells - 1);
    for edge in shown {
        let (column, row) = (panel.x.position(effective(edge)), panel.y.position(width(edge)));
        counts[cell(row, ROWS) * COLUMNS + cell(column, COLUMNS)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(2);
    let shade = |count: usize| BLUE.tint(0.15 + 0.85 * (count as f64).ln() / (most as f64).ln());
    let (x, y) = (panel.x.range, panel.y.range);
    let edge =
        |(low, high): (f64, f64), place: usize, cells: usize| low * (high / low).powf(place as f64 / cells as f64);
    let tile = |(bin, &count): (usize, &usize)| {
        let (row, column) = (bin / COLUMNS, bin % COLUMNS);
        Tile {
            x: (edge(x, column, COLUMNS), edge(x, column + 1, COLUMNS)),
            y: (edge(y, row, ROWS), edge(y, row + 1, ROWS)),
            fill: shade(count),
            text: None,
        }
    };
    panel.marks.push(Mark::Tiles(counts.iter().enumerate().filter(|(_, count)| **count > 0).map(tile).collect()));
    for count in [most, ((most as f64).sqrt().round() as usize).max(1), 1] {
        panel.keys.push(Key::entry(words::several(count, "edge"), Sign::Square, shade(count)));
    }
}
