//! What exploring has cost so far by the log's own beliefs, since the truth is not in a log.

use super::{Analysis, Body, NO_FEEDBACK, nothing};
use crate::convergence::RegretDay;
use crate::report::axis::{Axis, extent};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, bands};
use crate::report::color::BLUE;
use crate::report::words;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let regret = analysis.beside.model_regret?;
    if regret.is_empty() {
        return Some(nothing(NO_FEEDBACK));
    }
    let note = format!(
        "Model-based: Σ pulls × (max θ − θ) with the rates θ as each evening's posteriors have them, because the true regret \
         is not in a log. Right where one rate an edge and the prior are; it may fall where an edge that was chosen often \
         turns out better than believed. Band: central {} %; line: the posterior mean. Right: the same by pull.",
        words::plain(100.0 * analysis.settings.level)
    );
    let panels = vec![
        panel(analysis, regret, "Regret so far, model-based (units of reward)", |_| 1.0),
        panel(analysis, regret, "The same, for each pull so far", |day| day.pulls),
    ];
    Some(Body { size: (1000, 440), note, rows: vec![Row { weight: 1.0, panels }] })
}

fn panel(analysis: &Analysis<'_>, regret: &[RegretDay], heading: &str, per: fn(&RegretDay) -> f64) -> Panel {
    let x = |day: &RegretDay| f64::from(day.day.days());
    let ends = regret.iter().flat_map(|day| [day.interval.upper / per(day), day.expected / per(day), 0.0]);
    let most = extent(ends).map_or(1.0, |(_, most)| most).max(1e-6);
    let mut panel = Panel::new(heading, analysis.day_axis(5), Axis::linear("", (0.0, most * 1.05), 6));
    let band = regret.iter().map(|day| {
        let scale = per(day).recip();
        (x(day), Some((day.interval.lower * scale, day.interval.upper * scale)))
    });
    let fill = BLUE.tint(0.3);
    panel.marks.extend(bands(band).into_iter().map(|outline| Mark::Area { outline, fill, opacity: 1.0 }));
    let points = regret.iter().map(|day| (x(day), Some(day.expected / per(day))));
    panel.marks.push(Mark::Line { points: points.collect(), stroke: Stroke::solid(BLUE, 1.8) });
    if let Some(last) = regret.last() {
        let scale = per(last).recip();
        let labels = [("", last.interval.lower, fill), ("mean ", last.expected, BLUE), ("", last.interval.upper, fill)];
        for (word, value, color) in labels {
            let value = value * scale;
            panel.keys.push(Key::line(format!("{word}{}", words::significant(value)), color, (x(last), value)));
        }
    }
    panel
}
