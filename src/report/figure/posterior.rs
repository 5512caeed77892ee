//! Ridgelines: the posterior density of each top edge, evening by evening.

use super::{Analysis, Body};
use crate::beta::Beta;
use crate::convergence::{EdgeDay, EdgeState, History};
use crate::report::axis::{Axis, Scale, Tick, extent};
use crate::report::chart::{Mark, Panel, Row, Stroke};
use crate::report::color::{Color, GRAY, RANKED};
use crate::report::words;

/// Edges shown.
const EDGES: usize = 6;
/// Evenings shown.
const EVENINGS: usize = 9;
/// Height of a ridge, in distances between ridges.
const HEIGHT: f64 = 1.25;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let top = analysis.top(EDGES);
    if top.is_empty() {
        return None;
    }
    let evenings = evenings(analysis.days().len());
    let columns = match top.len() {
        4 => 2,
        edges => edges.clamp(1, 3),
    };
    let drawn = top.iter().flat_map(|(_, history)| evenings.iter().map(|&day| history.days[day].posterior));
    let range = extent(drawn.flat_map(|belief| reach(belief, 3.5))).unwrap_or((0.0, 1.0));
    let panels: Vec<Panel> = top
        .iter()
        .zip(RANKED)
        .map(|((name, history), color)| Panel {
            heading: name.clone(),
            ..panel(analysis, history, &evenings, color, range)
        })
        .collect();
    let rows = panels.chunks(columns).map(|panels| row(panels, columns)).collect::<Vec<_>>();
    let height = if rows.len() > 1 { 760 } else { 540 };
    let note = format!(
        "Density of the success rate in the evening of each day, every curve scaled to its own peak: read widths and places, not \
         heights. Full colour: the central {} %. Gray: the edge was starved or blind; dashed: not seen yet, the prior.{}",
        words::plain(100.0 * analysis.settings.level),
        analysis.left_out(EDGES),
    );
    Some(Body { size: (960, height), note, rows })
}

/// A row of panels, filled up with empty ones so that all rows have the same columns.
fn row(panels: &[Panel], columns: usize) -> Row {
    let missing = columns - panels.len();
    let panels = panels.iter().cloned().chain((0..missing).map(|_| super::blank_panel(String::new())));
    Row { weight: 1.0, panels: panels.collect() }
}

/// Which days are shown: the first, the last and evenly between.
fn evenings(days: usize) -> Vec<usize> {
    match days {
        0 => Vec::new(),
        1..=EVENINGS => (0..days).collect(),
        _ => (0..EVENINGS).map(|i| (i * (days - 1) + (EVENINGS - 1) / 2) / (EVENINGS - 1)).collect(),
    }
}

fn panel(analysis: &Analysis<'_>, history: &History, evenings: &[usize], color: Color, range: (f64, f64)) -> Panel {
    let ticks = evenings.iter().enumerate().rev().map(|(row, &day)| {
        let date = analysis.days()[day].day.into();
        Tick::new(-(row as f64), words::day(date, false))
    });
    let y = Axis {
        label: String::new(),
        scale: Scale::Linear,
        range: (0.8 - evenings.len() as f64, HEIGHT + 0.05),
        ticks: ticks.collect(),
        line: false,
    };
    let mut panel = Panel::new("", Axis::linear("success rate θ", range, 4), y);
    for (row, &day) in evenings.iter().enumerate() {
        ridge(&mut panel, &history.days[day], -(row as f64), color, range);
    }
    panel
}

/// One density, standing on `base`.
fn ridge(panel: &mut Panel, day: &EdgeDay, base: f64, color: Color, range: (f64, f64)) {
    let curve: Vec<(f64, f64)> =
        density(day.posterior, range).into_iter().map(|(x, y)| (x, base + HEIGHT * y)).collect();
    let line = curve.iter().map(|&(x, y)| (x, Some(y))).collect();
    let Some(known) = day.known else {
        panel.marks.push(Mark::Line { points: line, stroke: Stroke::dashed(GRAY, 0.8) });
        return;
    };
    let color = if matches!(known.state, EdgeState::Starved | EdgeState::Blind) { GRAY } else { color };
    let under = |curve: &[(f64, f64)]| -> Vec<(f64, f64)> {
        let ends = curve.first().zip(curve.last()).map(|(first, last)| [(last.0, base), (first.0, base)]);
        curve.iter().copied().chain(ends.into_iter().flatten()).collect()
    };
    let inside = |&(x, _): &(f64, f64)| day.interval.lower <= x && x <= day.interval.upper;
    let central: Vec<(f64, f64)> = curve.iter().copied().filter(inside).collect();
    panel.marks.push(Mark::Area { outline: under(&curve), fill: color.tint(0.22), opacity: 0.85 });
    panel.marks.push(Mark::Area { outline: under(&central), fill: color.tint(0.6), opacity: 0.85 });
    panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(color, 1.0) });
}

/// The rates within so many standard deviations of the mean.
fn reach(belief: Beta, deviations: f64) -> [f64; 2] {
    let (mean, room) = (belief.mean(), deviations * belief.variance().sqrt());
    [(mean - room).max(0.0), (mean + room).min(1.0)]
}

/// The density relative to its greatest value drawn, at points that follow it however narrow it is.
fn density(belief: Beta, (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    const POINTS: usize = 90;
    // A density that is infinite at 0 or 1 is drawn up to the last point inside.
    let [from, to] = reach(belief, 4.5);
    let (from, to) = (from.max(low).max(1e-9), to.min(high).min(1.0 - 1e-9));
    if from >= to {
        return Vec::new();
    }
    let ln = |x: f64| (belief.alpha() - 1.0) * x.ln() + (belief.beta() - 1.0) * (-x).ln_1p();
    let points = (0..=POINTS).map(|i| from + (to - from) * i as f64 / POINTS as f64);
    let curve: Vec<(f64, f64)> = points.map(|x| (x, ln(x))).collect();
    let peak = curve.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    curve.into_iter().map(|(x, y)| (x, (y - peak).exp())).collect()
}
