//! Chance of being the best edge, value remaining, and the verdict of each evening.

use super::{Analysis, Body, silent};
use crate::convergence::{DaySummary, SURELY_BEST, SURELY_NOT_BEST, VerdictState};
use crate::report::axis::{Axis, Scale, Tick, extent, padded_log};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, Tile};
use crate::report::color::{Color, GRAY, GREEN, INK, ORANGE, PURPLE, RANKED, SKY, VERMILION};
use crate::report::words;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let (remaining, missing) = value_remaining(analysis);
    let epsilon = words::plain(analysis.settings.epsilon);
    let note = format!(
        "P(best) is averaged over the prior and carries no frequentist guarantee; among equal edges it never settles. The \
         search is over when the value remaining stays within ε = {epsilon} of the leader’s mean.{missing}{}",
        analysis.left_out(RANKED.len()),
    );
    let row = |weight, panel| Row { weight, panels: vec![panel] };
    let rows = vec![row(3.2, p_best(analysis)), row(2.4, remaining), row(1.95, verdicts(analysis))];
    Some(Body { size: (960, 740), note, rows })
}

fn p_best(analysis: &Analysis<'_>) -> Panel {
    let mut panel = Panel::new(
        "Chance of being the best edge, P(best)",
        silent(analysis.day_axis(12)),
        // A line at 0 or 1 must not hide behind an axis.
        Axis::linear("", (-0.02, 1.02), 6),
    );
    let (start, end) = panel.x.range;
    for (at, says) in [(SURELY_BEST, "settled: it is the best"), (SURELY_NOT_BEST, "settled: it is not")] {
        let stroke = Stroke::dashed(GRAY, 0.8);
        panel.marks.push(Mark::Line { points: vec![(start, Some(at)), (end, Some(at))], stroke });
        panel.keys.push(Key::rule(format!("{at} {says}"), GRAY, (end, at)));
    }
    for ((name, history), color) in analysis.top(RANKED.len()).into_iter().zip(RANKED).rev() {
        let known = history.days.iter().map(|day| day.known.map(|known| known.p_best));
        let points: Vec<_> = analysis.days().iter().map(|day| f64::from(day.day.days())).zip(known).collect();
        if let Some(&(x, Some(p))) = points.last() {
            panel.keys.push(Key::line(format!("{name} · {}", chance(p)), color, (x, p)));
        }
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color, 1.6) });
    }
    panel
}

/// The panel, and what its logarithmic axis cannot show, in words.
fn value_remaining(analysis: &Analysis<'_>) -> (Panel, String) {
    let days = analysis.days();
    let tolerances = days.iter().map(|day| day.tolerance).filter(|tolerance| *tolerance > 0.0);
    let floor = extent(tolerances.clone()).map_or(1e-9, |(least, _)| least * 1e-4);
    let shown = |day: &DaySummary| Some(day.value_remaining).filter(|value| *value > floor);
    // Room about the tolerance, so that a quiet curve does not look wild.
    let room = tolerances.flat_map(|tolerance| [tolerance / 3.0, tolerance * 3.0]);
    let range = extent(days.iter().filter_map(shown).chain(room)).unwrap_or((1e-3, 1.0));
    let mut panel = Panel::new(
        "Value remaining, E[max θ] − max E[θ] (reward per pull, log scale)",
        silent(analysis.day_axis(12)),
        Axis::log("", padded_log(range, 0.06)),
    );
    let x = |day: &DaySummary| f64::from(day.day.days());
    let tolerance = days.iter().map(|day| (x(day), Some(day.tolerance).filter(|value| *value > 0.0))).collect();
    panel.marks.push(Mark::Line { points: tolerance, stroke: Stroke::dashed(VERMILION, 1.2) });
    let points: Vec<_> = days.iter().map(|day| (x(day), shown(day))).collect();
    if let Some(&(x, Some(value))) = points.last() {
        panel.keys.push(Key::line(format!("remaining {}", words::significant(value)), INK, (x, value)));
    }
    panel.marks.push(Mark::Line { points, stroke: Stroke::solid(INK, 1.6) });
    if let Some(last) = days.last().filter(|day| day.tolerance > 0.0) {
        let text = format!("tolerance {}", words::significant(last.tolerance));
        panel.keys.push(Key::line(text, VERMILION, (x(last), last.tolerance)));
    }
    let below = days.iter().filter(|day| shown(day).is_none()).count();
    let missing = match below {
        0 => String::new(),
        _ => format!(
            " On {} it is below {} (0 with a single edge) and off the axis.",
            words::several(below, "day"),
            words::significant(floor)
        ),
    };
    if below == days.len() {
        panel.notice = Some("Nothing remains to be won on any day.".to_owned());
    }
    (panel, missing)
}

/// One tile for each unbroken run of a verdict.
fn verdicts(analysis: &Analysis<'_>) -> Panel {
    const ROWS: [(VerdictState, Color); 5] = [
        (VerdictState::Settled, GREEN),
        (VerdictState::Tied, SKY),
        (VerdictState::Exploring, ORANGE),
        (VerdictState::Drifting, PURPLE),
        (VerdictState::Starved, GRAY),
    ];
    let ticks = ROWS.iter().enumerate().rev().map(|(row, (state, _))| Tick::new(-(row as f64), state.word())).collect();
    let y =
        Axis { label: String::new(), scale: Scale::Linear, range: (0.5 - ROWS.len() as f64, 0.5), ticks, line: false };
    let mut panel = Panel::new("Verdict of each evening", analysis.day_axis(12), y);
    let tiles = analysis.days().chunk_by(|a, b| a.verdict == b.verdict).filter_map(|run| {
        let row = ROWS.iter().position(|(state, _)| *state == run[0].verdict)?;
        let (first, last) = (f64::from(run[0].day.days()), f64::from(run[run.len() - 1].day.days()));
        let at = -(row as f64);
        Some(Tile { x: (first - 0.5, last + 0.5), y: (at - 0.36, at + 0.36), fill: ROWS[row].1, text: None })
    });
    panel.marks.push(Mark::Tiles(tiles.collect()));
    panel
}

/// A chance with three decimals, and never rounded to a certainty that it is not.
fn chance(p: f64) -> String {
    match p {
        p if p < 0.0005 && p > 0.0 => "< 0.001".to_owned(),
        p if p > 0.9995 && p < 1.0 => "> 0.999".to_owned(),
        p => words::fixed(p, 3),
    }
}
