//! What changed from A to B: the posterior mean of each edge before and after, and the difference with its interval.

use super::estimates::fitted;
use crate::compare::{Change, Comparison, EdgeChange, Moved, Side, Standing};
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke};
use crate::report::color::{BLUE, Color, GRAY, GREEN, INK, MUTED, VERMILION};
use crate::report::words;

/// How many edges there is room for.
const MOST: usize = 24;

/// The figure of a comparison: the edges with the most evidence of a change, those that fell most at the top.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, compare};
/// use betadrift::report::figure::changes;
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0).unwrap(), pulls: 5.0, state: None }];
/// let side = Side { name: "log.csv".to_owned(), edges, ..Side::default() };
/// assert_eq!(changes(&side, &side, &compare(&side, &side, 0.95)).name, "changes");
/// ```
pub fn changes(a: &Side, b: &Side, comparison: &Comparison) -> Figure {
    let mut drawn: Vec<Drawn<'_>> = comparison.most_changed().into_iter().filter_map(Drawn::of).take(MOST).collect();
    drawn.sort_by(|one, other| one.moved.difference.mean.total_cmp(&other.moved.difference.mean));
    let level = words::plain(100.0 * comparison.level);
    let more = format!("{level} % intervals, {} in both", words::several(comparison.compared, "edge"));
    let of = |name: &str, side: &Side| format!("{name}: {}, n = {}", side.name, words::count(side.pulls()));
    let rows = drawn.len().max(4) as u32;
    Figure {
        name: "changes",
        title: title(comparison),
        subtitle: fitted(&format!("{} · {}", of("A", a), of("B", b)), &more),
        note: note(comparison, drawn.len()),
        size: (960, 210 + 22 * rows),
        rows: vec![Row { weight: 1.0, panels: vec![means(&drawn, comparison), differences(&drawn, &level)] }],
    }
}

/// An edge that both sides have.
struct Drawn<'a> {
    edge: &'a EdgeChange,
    before: Standing,
    after: Standing,
    moved: Moved,
}

impl<'a> Drawn<'a> {
    fn of(edge: &'a EdgeChange) -> Option<Self> {
        Some(Self { edge, before: edge.before?, after: edge.after?, moved: edge.moved? })
    }
}

fn title(comparison: &Comparison) -> String {
    let count = |change| comparison.of(change).count();
    match (count(Change::Fell), count(Change::Rose)) {
        (0, 0) => "No edge changed its rate from A to B".to_owned(),
        (fell, 0) => format!("From A to B {} fell", words::several(fell, "edge")),
        (0, rose) => format!("From A to B {} rose", words::several(rose, "edge")),
        (fell, rose) => format!("From A to B {} fell and {rose} rose", words::several(fell, "edge")),
    }
}

fn note(comparison: &Comparison, drawn: usize) -> String {
    let others = [
        (comparison.compared - drawn, "with less evidence of a change"),
        (comparison.of(Change::New).count(), "that only B has"),
        (comparison.of(Change::Gone).count(), "that only A has"),
    ];
    let others: Vec<String> = others
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, which)| format!("{} {which}", words::several(*count, "edge")))
        .collect();
    let hidden = if others.is_empty() { String::new() } else { format!(" Not drawn: {}.", others.join(", ")) };
    format!(
        "An interval that holds zero is no evidence of sameness. An edge is said to have fallen (vermilion) or risen (green) only where \
         its interval lies on one side of zero at the level that holds for all edges together; of many edges some cross \
         zero by chance. Posteriors of A and B are taken as independent: they share no feedback.{hidden}"
    )
}

fn means(drawn: &[Drawn<'_>], comparison: &Comparison) -> Panel {
    let interval = |standing: Standing| standing.posterior.interval(comparison.level);
    let ends = drawn.iter().flat_map(|edge| [interval(edge.before), interval(edge.after)]);
    let range = extent(ends.flat_map(|interval| [interval.lower, interval.upper])).unwrap_or((0.0, 1.0));
    let names = drawn.iter().map(|edge| edge.edge.edge.escape_debug().to_string());
    let x = Axis::linear("posterior mean of the success rate", padded(range, 0.04), 5);
    let mut panel = Panel::new("Before and after", x, Axis::rows(names));
    panel.keys = vec![Key::entry("A", Sign::Dot, GRAY), Key::entry("B", Sign::Dot, BLUE)];
    for (row, edge) in drawn.iter().enumerate() {
        for (standing, color, shift) in [(edge.before, GRAY, 0.16), (edge.after, BLUE, -0.16)] {
            let (interval, y) = (interval(standing), shift - row as f64);
            let points = vec![(interval.lower, Some(y)), (interval.upper, Some(y))];
            panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color, 1.6) });
            let at = vec![(standing.posterior.mean(), y)];
            panel.marks.push(Mark::Dots { at, radius: 3.2, fill: color, opacity: 1.0 });
        }
    }
    panel
}

fn differences(drawn: &[Drawn<'_>], level: &str) -> Panel {
    let ends = drawn.iter().flat_map(|edge| [edge.moved.difference.lower, edge.moved.difference.upper]);
    let range = extent(ends.chain([0.0])).unwrap_or((-1.0, 1.0));
    let x = Axis::linear("B less A", padded(range, 0.04), 5);
    let names = drawn.iter().map(|_| String::new());
    let heading = format!("Difference with its {level} % interval, and n of A → B");
    let mut panel = Panel { weight: 1.15, ..Panel::new(heading, x, Axis::rows(names)) };
    panel.y.ticks.iter_mut().for_each(|tick| tick.text = None);
    if drawn.is_empty() {
        panel.notice = Some("No edge is in both.".to_owned());
        return panel;
    }
    let (bottom, top) = panel.y.range;
    let points = vec![(0.0, Some(bottom)), (0.0, Some(top))];
    panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(INK, 1.0) });
    for (row, edge) in drawn.iter().enumerate() {
        let (difference, y) = (edge.moved.difference, -(row as f64));
        let (color, width) = look(edge.edge.change);
        let points = vec![(difference.lower, Some(y)), (difference.upper, Some(y))];
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color, width) });
        let at = vec![(difference.mean, y)];
        panel.marks.push(Mark::Dots { at, radius: 4.0, fill: color, opacity: 1.0 });
        let pulls = |standing: Standing| words::count(standing.pulls.round());
        let text = format!("{}, n {} → {}", words::significant(difference.mean), pulls(edge.before), pulls(edge.after));
        let at = (panel.x.range.1, y);
        let muted = edge.edge.change == Change::Same;
        panel.keys.push(Key { sign: Sign::Dot, muted, ..Key::line(text, color, at) });
    }
    panel
}

fn look(change: Change) -> (Color, f64) {
    match change {
        Change::Fell => (VERMILION, 2.6),
        Change::Rose => (GREEN, 2.6),
        _ => (MUTED, 1.6),
    }
}
