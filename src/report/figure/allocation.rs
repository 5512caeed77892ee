//! Share of each day's pulls, top edges and the others.

use super::{Analysis, Body};
use crate::convergence::History;
use crate::report::axis::Axis;
use crate::report::chart::{Key, Mark, Panel, Row, Sign, steps};
use crate::report::color::{Color, PALE, RANKED};
use crate::report::words;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let mut panel = Panel::new("Share of the day’s pulls", analysis.day_axis(12), Axis::linear("", (0.0, 1.0), 5));
    let top = analysis.top(RANKED.len());
    let days = analysis.days();
    let mut floor = vec![0.0; days.len()];
    let total: f64 = days.iter().map(|day| day.events).sum();
    let pulls = |history: &History| history.days.iter().map(|day| day.pulls).sum::<f64>();
    for ((name, history), color) in top.iter().zip(RANKED.map(|color| color.tint(0.8))) {
        let ceiling: Vec<f64> = floor.iter().zip(&history.days).map(|(floor, day)| floor + day.pulls).collect();
        layer(analysis, &mut panel, (&floor, &ceiling), color);
        key(analysis, &mut panel, (&floor, &ceiling), color, format!("{name} · {}", percent(pulls(history) / total)));
        floor = ceiling;
    }
    let others = analysis.convergence.edges.len() - top.len();
    if others > 0 {
        let ceiling: Vec<f64> = days.iter().map(|day| day.events).collect();
        let rest = 1.0 - top.iter().map(|(_, history)| pulls(history)).sum::<f64>() / total;
        layer(analysis, &mut panel, (&floor, &ceiling), PALE);
        let text = format!("{} · {}", words::several(others, "other"), percent(rest));
        key(analysis, &mut panel, (&floor, &ceiling), PALE, text);
    }
    let silent = days.iter().filter(|day| day.events <= 0.0).count();
    let gaps = match silent {
        0 => String::new(),
        _ => format!(" The gaps are {} without feedback.", words::several(silent, "day")),
    };
    let note = format!(
        "Edges from the first of the ranking by P(best) upwards; beside each name its share of all pulls. An edge with few \
         pulls is believed what its prior says of it.{gaps}"
    );
    Some(Body { size: (960, 560), note, rows: vec![Row { weight: 1.0, panels: vec![panel] }] })
}

/// A layer of steps from one cumulated number of pulls to the next, as shares of the day.
fn layer(analysis: &Analysis<'_>, panel: &mut Panel, (floor, ceiling): (&[f64], &[f64]), fill: Color) {
    let shares = analysis.days().iter().zip(floor.iter().zip(ceiling)).map(|(day, (floor, ceiling))| {
        let share = (day.events > 0.0).then(|| (floor / day.events, (ceiling / day.events).min(1.0)));
        (f64::from(day.day.days()), share)
    });
    for outline in steps(shares, 0.5) {
        panel.marks.push(Mark::Area { outline, fill, opacity: 1.0 });
    }
}

/// A label at the middle of the layer on the last day, which always has feedback.
fn key(analysis: &Analysis<'_>, panel: &mut Panel, (floor, ceiling): (&[f64], &[f64]), color: Color, text: String) {
    let (Some(last), Some(floor), Some(ceiling)) = (analysis.days().last(), floor.last(), ceiling.last()) else {
        return;
    };
    let middle = if last.events > 0.0 { ((floor + ceiling) / 2.0 / last.events).min(1.0) } else { 0.0 };
    panel.keys.push(Key { at: Some((panel.x.range.1, middle)), ..Key::entry(text, Sign::Square, color) });
}

fn percent(share: f64) -> String {
    let share = 100.0 * share.max(0.0);
    if share > 0.0 && share < 0.1 { "< 0.1 %".to_owned() } else { format!("{} %", words::fixed(share, 1)) }
}
