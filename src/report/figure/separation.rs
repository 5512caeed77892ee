//! Divergence between edges: how much of one belief lies outside another.

use std::f64::consts::LN_2;

use super::{Analysis, Body};
use crate::beta::Beta;
use crate::convergence::History;
use crate::divergence::jensen_shannon;
use crate::report::axis::{Axis, Scale, Tick};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, Tile};
use crate::report::color::{BLUE, GRAY, RANKED};
use crate::report::words;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let top = analysis.top(RANKED.len());
    let leader = analysis.days().last()?.leader;
    let leading = top.iter().find(|(_, history)| history.edge == leader).or(top.first())?.clone();
    let mut by_day = to_leader(analysis, &top, &leading);
    by_day.weight = 1.25;
    let panels = if top.len() > 1 { vec![by_day, map(&top)] } else { vec![by_day] };
    let note = format!(
        "Jensen–Shannon divergence lies between 0, the same belief, and ln 2 = 0.693 nats, beliefs that share nothing. Left: from \
         the leader of the last day, {}, from the evening on which both had been seen. Right: between all pairs on the last day, \
         the stronger the blue the further apart.",
        leading.0,
    );
    Some(Body { size: (1080, 520), note, rows: vec![Row { weight: 1.0, panels }] })
}

fn to_leader(analysis: &Analysis<'_>, top: &[(String, &History)], leading: &(String, &History)) -> Panel {
    let mut panel = Panel::new(
        format!("Divergence from {} (nats)", leading.0),
        analysis.day_axis(6),
        Axis { ticks: ticks(), ..Axis::linear("", (-0.01, LN_2 * 1.02), 5) },
    );
    let (start, end) = panel.x.range;
    let ceiling = vec![(start, Some(LN_2)), (end, Some(LN_2))];
    panel.marks.push(Mark::Line { points: ceiling, stroke: Stroke::dashed(GRAY, 0.8) });
    panel.keys.push(Key::rule("ln 2: apart", GRAY, (end, LN_2)));
    for ((name, history), color) in top.iter().zip(RANKED).rev() {
        if history.edge == leading.1.edge {
            continue;
        }
        let pairs = analysis.days().iter().zip(history.days.iter().zip(&leading.1.days));
        let points: Vec<(f64, Option<f64>)> = pairs
            .map(|(day, (edge, leader))| {
                let both = edge.known.is_some() && leader.known.is_some();
                (f64::from(day.day.days()), both.then(|| distance(edge.posterior, leader.posterior)))
            })
            .collect();
        if let Some(&(x, Some(value))) = points.last() {
            panel.keys.push(Key::line(format!("{name} · {}", words::fixed(value, 2)), color, (x, value)));
        }
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color, 1.6) });
    }
    if top.len() < 2 {
        panel.notice = Some("A single edge has no other to be apart from.".to_owned());
    }
    panel
}

/// The divergence between all pairs on the last day, the ranking from the top and from the left.
fn map(top: &[(String, &History)]) -> Panel {
    let names = top.iter().enumerate().map(|(rank, (name, _))| format!("{name} ({})", rank + 1));
    let ticks = (0..top.len()).map(|rank| Tick::new(rank as f64, format!("({})", rank + 1))).collect();
    let range = (-0.5, top.len() as f64 - 0.5);
    let x = Axis { label: "(rank by P(best))".to_owned(), scale: Scale::Linear, range, ticks, line: false };
    let mut panel = Panel::new("Between all pairs on the last day (nats)", x, Axis::rows(names));
    let last = |history: &History| history.days.last().map_or(Beta::UNIFORM, |day| day.posterior);
    let pairs =
        top.iter().enumerate().flat_map(|(row, a)| top.iter().enumerate().map(move |(column, b)| (row, a, column, b)));
    let tile = |(row, (_, a), column, (_, b)): (usize, &(String, &History), usize, &(String, &History))| {
        let value = distance(last(a), last(b));
        let (x, y) = (column as f64, -(row as f64));
        let text = if row == column { "·".to_owned() } else { words::fixed(value, 2) };
        let fill = BLUE.tint(0.05 + 0.95 * value / LN_2);
        Tile { x: (x - 0.48, x + 0.48), y: (y - 0.48, y + 0.48), fill, text: Some(text) }
    };
    panel.marks.push(Mark::Tiles(pairs.map(tile).collect()));
    panel
}

fn distance(one: Beta, other: Beta) -> f64 {
    jensen_shannon(one, other).clamp(0.0, LN_2)
}

fn ticks() -> Vec<Tick> {
    (0..7).map(|i| f64::from(i) / 10.0).map(|at| Tick::new(at, words::fixed(at, 1))).collect()
}
