//! The path of each posterior through the plane of its parameters.

use super::{Analysis, Body};
use crate::beta::Beta;
use crate::convergence::History;
use crate::divergence::path_length;
use crate::report::axis::{Axis, extent, padded_log};
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Stroke};
use crate::report::color::{GRAY, RANKED};
use crate::report::words;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let paths: Vec<(String, Vec<Beta>)> =
        analysis.top(RANKED.len()).into_iter().map(|(name, history)| (name, path(analysis, history))).collect();
    let all = || paths.iter().flat_map(|(_, path)| path);
    // At least a factor of four, so that a short path does not look long.
    let wide = |(low, high): (f64, f64)| if high < 4.0 * low { (low / 2.0, low * 4.0) } else { (low, high) };
    let (alphas, betas) = (wide(extent(all().map(|b| b.alpha()))?), wide(extent(all().map(|b| b.beta()))?));
    let mut panel = Panel::new(
        "β: prior and failures (log scale)",
        Axis::log("α: prior and successes (log scale)", padded_log(alphas, 0.05)),
        Axis::log("", padded_log(betas, 0.05)),
    );
    let guides = means(&mut panel);
    for ((name, path), color) in paths.iter().zip(RANKED).rev() {
        let points: Vec<(f64, f64)> = path.iter().map(|belief| (belief.alpha(), belief.beta())).collect();
        let line = points.iter().map(|&(x, y)| (x, Some(y))).collect();
        panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(color, 1.4) });
        if points.len() <= 62 {
            panel.marks.push(Mark::Dots { at: points[1..].to_vec(), radius: 1.6, fill: color, opacity: 1.0 });
        }
        if let Some(&end) = points.last() {
            panel.marks.push(Mark::Dots { at: vec![end], radius: 3.6, fill: color, opacity: 1.0 });
            let text = format!("{name} · {}", words::fixed(path_length(path), 1));
            panel.keys.push(Key { at: Some(end), ..Key::entry(text, Sign::Dot, color) });
        }
    }
    let note = format!(
        "From the prior, a dot each evening, the large one the last. Beside each name the length of its path in the Fisher–Rao \
         metric: how far the belief travelled, there and back included. Feedback of a steady rate leads towards the line of that \
         mean; a bend is a change of rate.{guides}{}",
        analysis.left_out(RANKED.len()),
    );
    Some(Body { size: (960, 640), note, rows: vec![Row { weight: 1.0, panels: vec![panel] }] })
}

/// The beliefs of an edge: its prior, and every evening on which it moved.
fn path(analysis: &Analysis<'_>, history: &History) -> Vec<Beta> {
    let mut path = vec![analysis.priors.of(analysis.convergence.edges.name(history.edge))];
    for day in &history.days {
        if path.last() != Some(&day.posterior) {
            path.push(day.posterior);
        }
    }
    path
}

/// Lines of equal mean α/(α+β), each from where it enters the panel to where it leaves; which they are, in words.
fn means(panel: &mut Panel) -> String {
    let (x, y) = (panel.x.range, panel.y.range);
    let mut drawn = Vec::new();
    for (mean, text) in [(0.001, "0.001"), (0.01, "0.01"), (0.1, "0.1"), (0.5, "0.5"), (0.9, "0.9"), (0.99, "0.99")] {
        // β = α·odds
        let odds = (1.0 - mean) / mean;
        let (start, end) = (x.0.max(y.0 / odds), x.1.min(y.1 / odds));
        if start * 1.5 < end {
            let points = vec![(start, Some(start * odds)), (end, Some(end * odds))];
            panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(GRAY, 0.6) });
            drawn.push(text);
        }
    }
    match &drawn[..] {
        [] => String::new(),
        [one] => format!(" Dashed: mean {one}."),
        [others @ .., last] => format!(" Dashed, from the upper left: means {} and {last}.", others.join(", ")),
    }
}
