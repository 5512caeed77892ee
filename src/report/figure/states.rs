//! How many edges are in each state, day by day.

use super::{Analysis, Body};
use crate::convergence::{EdgeState, SURELY_BEST, SURELY_NOT_BEST};
use crate::report::axis::Axis;
use crate::report::chart::{Key, Mark, Panel, Row, Sign, steps};
use crate::report::color::{Color, GRAY, GREEN, MUTED, ORANGE};
use crate::report::words;

/// How much of a colour covers a large area.
const SHADE: f64 = 0.8;

/// The colour of a state, wherever it is shown.
pub(super) fn color(state: EdgeState) -> Color {
    match state {
        EdgeState::Blind => MUTED,
        EdgeState::Starved => GRAY,
        EdgeState::Settled => GREEN,
        EdgeState::Learning => ORANGE,
    }
}

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    const ORDER: [EdgeState; 4] = [EdgeState::Settled, EdgeState::Learning, EdgeState::Starved, EdgeState::Blind];
    let days = analysis.days();
    let most = days.iter().map(|day| day.known_edges).max().unwrap_or(1).max(1) as f64;
    let mut y = Axis::linear("", (0.0, most), 6);
    y.ticks.retain(|tick| tick.at.fract() == 0.0);
    let mut panel = Panel::new("Edges seen so far", analysis.day_axis(12), y);
    let mut floor = vec![0usize; days.len()];
    for state in ORDER {
        let counts = days.iter().map(|day| day.states.of(state));
        let ceiling: Vec<usize> = floor.iter().zip(counts).map(|(floor, count)| floor + count).collect();
        let layer = days
            .iter()
            .zip(floor.iter().zip(&ceiling))
            .map(|(day, (&floor, &ceiling))| (f64::from(day.day.days()), Some((floor as f64, ceiling as f64))));
        let fill = color(state).tint(SHADE);
        for outline in steps(layer, 0.5) {
            panel.marks.push(Mark::Area { outline, fill, opacity: 1.0 });
        }
        if let (Some(&floor), Some(&ceiling)) = (floor.last(), ceiling.last()) {
            let text = format!("{state} {}", words::count((ceiling - floor) as f64));
            let at = Some((panel.x.range.1, (floor + ceiling) as f64 / 2.0));
            panel.keys.push(Key { at, ..Key::entry(text, Sign::Square, fill) });
        }
        floor = ceiling;
    }
    let settings = analysis.settings;
    let note = format!(
        "The first rule that applies: blind, no feedback in {}; starved, under {} or under one a day over the last \
         week; settled, P(best) ≥ {SURELY_BEST} or ≤ {SURELY_NOT_BEST}, or the interval’s half-width within ε = {} of the leader’s mean; else \
         learning. A loser with a wide interval is no cause for alarm: it is right not to try it. Beside each state, its edges on \
         the last day.",
        words::several(settings.blind_days as usize, "day"),
        words::counted(settings.min_pulls, "pull"),
        words::plain(settings.epsilon),
    );
    Some(Body { size: (960, 520), note, rows: vec![Row { weight: 1.0, panels: vec![panel] }] })
}
