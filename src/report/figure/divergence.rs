//! Each day's step, KL(posterior in the evening ‖ posterior in the morning), over what the morning expected of it.

use super::{Analysis, Body, silent};
use crate::convergence::{DaySummary, StepKl};
use crate::report::axis::{Axis, extent, padded_log};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, bands};
use crate::report::color::{BLUE, Color, GRAY, INK, PALE, VERMILION};
use crate::report::words;

/// Ratios below this are not told apart: the step was nothing beside what it could have been.
const FLOOR: f64 = 1e-4;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let surprises = steps(analysis).filter(|(_, step)| step.ratio > step.ratio_band.upper).count();
    let stepped = steps(analysis).count();
    let floored =
        steps(analysis).filter(|(_, step)| step.ratios[0].min(step.ratio).min(step.ratio_band.lower) < FLOOR).count();
    let mut note = format!(
        "Above: the bands hold the middle 90 % and 50 % of the day’s edges; one edge’s ratio scatters like χ²₁, its median below 1. \
         Below: the sums over all edges of the day; {} of {} lie above the band, where 2.5 % would by chance. Days \
         outside the band are vermilion; days that stay above it are surprise: drift, or feedback unlike the model’s.",
        surprises,
        words::several(stepped, "day"),
    );
    if floored > 0 {
        note += &format!(
            " Ratios below {} are drawn there, on {}.",
            words::significant(FLOOR),
            words::several(floored, "day")
        );
    }
    let row = |weight, panel| Row { weight, panels: vec![panel] };
    let rows = vec![row(1.0, edges(analysis)), row(1.0, total(analysis))];
    Some(Body { size: (960, 640), note, rows })
}

fn steps<'a>(analysis: &Analysis<'a>) -> impl Iterator<Item = (f64, &'a StepKl)> {
    analysis.days().iter().filter_map(|day| Some((x(day), day.step_kl.as_ref()?)))
}

fn x(day: &DaySummary) -> f64 {
    f64::from(day.day.days())
}

/// Quantile bands over the edges of each edge's own ratio.
fn edges(analysis: &Analysis<'_>) -> Panel {
    let range = extent(steps(analysis).flat_map(|(_, step)| step.ratios).chain([0.3, 3.0])).unwrap_or((0.1, 10.0));
    let mut panel = Panel::new(
        "Step KL over its expectation, by edge (ratio, log scale)",
        silent(analysis.day_axis(12)),
        Axis::log("", padded_log((range.0.max(FLOOR), range.1.max(FLOOR)), 0.05)),
    );
    let quantile = |at: usize| {
        analysis.days().iter().map(move |day| (x(day), day.step_kl.as_ref().map(|step| step.ratios[at].max(FLOOR))))
    };
    let band =
        |low: usize, high: usize| quantile(low).zip(quantile(high)).map(|((x, low), (_, high))| (x, low.zip(high)));
    for (low, high, share) in [(0, 4, 0.2), (1, 3, 0.45)] {
        let fill = BLUE.tint(share);
        panel.marks.extend(bands(band(low, high)).into_iter().map(|outline| Mark::Area {
            outline,
            fill,
            opacity: 1.0,
        }));
    }
    panel.marks.push(Mark::Line { points: quantile(2).collect(), stroke: Stroke::solid(BLUE, 1.8) });
    one(&mut panel);
    let mut label = |text: &str, at: usize, color: Color| {
        // Where edges coincide one label is enough, and with a single edge there is no other.
        if let Some((x, step)) = steps(analysis).last().filter(|(_, step)| at == 2 || step.ratios[at] != step.ratios[2])
        {
            panel.keys.push(Key::line(text, color, (x, step.ratios[at].max(FLOOR))));
        }
    };
    label("5 %", 0, BLUE.tint(0.3));
    label("25 %", 1, BLUE.tint(0.55));
    label("median edge", 2, BLUE);
    label("75 %", 3, BLUE.tint(0.55));
    label("95 % of edges below", 4, BLUE.tint(0.3));
    panel
}

/// The ratio of the sums, and the band in which it would lie without surprise.
fn total(analysis: &Analysis<'_>) -> Panel {
    let values = steps(analysis).flat_map(|(_, step)| [step.ratio, step.ratio_band.lower, step.ratio_band.upper]);
    let range = extent(values.chain([0.7, 1.4])).unwrap_or((0.5, 2.0));
    let mut panel = Panel::new(
        "Σ step KL over Σ expectation, all edges of the day (ratio, log scale)",
        analysis.day_axis(12),
        Axis::log("", padded_log((range.0.max(FLOOR), range.1.max(FLOOR)), 0.06)),
    );
    let band = |step: &StepKl| (step.ratio_band.lower.max(FLOOR), step.ratio_band.upper.max(FLOOR));
    let outline =
        crate::report::chart::steps(analysis.days().iter().map(|day| (x(day), day.step_kl.as_ref().map(band))), 0.5);
    panel.marks.extend(outline.into_iter().map(|outline| Mark::Area { outline, fill: PALE, opacity: 0.7 }));
    one(&mut panel);
    let line = analysis.days().iter().map(|day| (x(day), day.step_kl.as_ref().map(|step| step.ratio.max(FLOOR))));
    // With many days a dot for each would hide the line.
    let many = analysis.days().len() > 120;
    panel.marks.push(Mark::Line { points: line.collect(), stroke: Stroke::solid(INK, if many { 0.7 } else { 1.0 }) });
    let dots = |surprising: bool, fill| {
        let inside = |step: &StepKl| step.ratio_band.lower <= step.ratio && step.ratio <= step.ratio_band.upper;
        let chosen = steps(analysis).filter(|(_, step)| inside(step) != surprising);
        Mark::Dots { at: chosen.map(|(x, step)| (x, step.ratio.max(FLOOR))).collect(), radius: 2.6, fill, opacity: 1.0 }
    };
    if !many {
        panel.marks.push(dots(false, INK));
    }
    panel.marks.push(dots(true, VERMILION));
    if let Some((x, step)) = steps(analysis).last() {
        panel.keys.push(Key::line("the day’s ratio", INK, (x, step.ratio.max(FLOOR))));
        panel.keys.push(Key::line("95 % band of noise", PALE, (x + 0.5, band(step).1)));
    }
    panel
}

fn one(panel: &mut Panel) {
    let (start, end) = panel.x.range;
    panel
        .marks
        .push(Mark::Line { points: vec![(start, Some(1.0)), (end, Some(1.0))], stroke: Stroke::dashed(GRAY, 0.9) });
    panel.keys.push(Key::rule("1: as expected", GRAY, (end, 1.0)));
}
