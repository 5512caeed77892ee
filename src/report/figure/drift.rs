//! Where edges changed: their daily rates with the changes that each detector sees, and the time since the last change.

use std::iter;

use super::{KEY, nothing};
use crate::beta::Beta;
use crate::decision::DailyCounts;
use crate::drift::{Change, Drift, EdgeDrift, Method};
use crate::feedback::Day;
use crate::number::{Plain, percent};
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke, bands};
use crate::report::color::{BLUE, Color, GREEN, INK, ORANGE, PURPLE, VERMILION};
use crate::report::words;

/// How many edges are drawn.
const DRAWN: usize = 3;
/// The room of a name in a heading, in pixels.
const HEADING_WIDTH: f64 = 320.0;

const COLORS: [(Method, Color); 4] = [
    (Method::Bocpd, VERMILION),
    (Method::PageHinkleyUp, GREEN),
    (Method::PageHinkleyDown, ORANGE),
    (Method::Adwin, PURPLE),
];

/// The figure `drift`: the edges with the strongest evidence of a change, or, where none changed, the one with the
/// most pulls.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::drift::{Settings, drift};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::figure::change_points;
/// use betadrift::timeline::Fold;
/// let mut fold = Fold::default();
/// let (moved, still) = (fold.edge("moved"), fold.edge("still"));
/// for (day, successes) in [(0, 10), (1, 12), (2, 60), (3, 58)] {
///     fold.add(Day::from_days(day), moved, Counts::whole(successes, 100 - successes));
///     fold.add(Day::from_days(day), still, Counts::whole(50, 50));
/// }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// assert_eq!(change_points(&found).title, "Where rates changed: 1 of 2 edges");
/// ```
pub fn change_points(drift: &Drift) -> Figure {
    let changed = drift.changed();
    let seen = drift.edges.iter().filter(|edge| !edge.days.is_empty());
    let busiest = seen.clone().max_by(|a, b| a.events().total_cmp(&b.events()));
    let drawn: Vec<&EdgeDrift> = match changed.len() {
        0 => busiest.into_iter().collect(),
        _ => changed.iter().take(DRAWN).copied().collect(),
    };
    let Some((first, last)) = drift.span.filter(|_| !drawn.is_empty()) else {
        let body = nothing("The log holds no feedback, so there is nothing to draw.");
        return Figure {
            name: "drift",
            title: "Which edges changed their rate".to_owned(),
            subtitle: String::new(),
            note: body.note,
            size: body.size,
            rows: body.rows,
        };
    };
    let by_pull = drawn.iter().any(|edge| edge.by_pull.is_some());
    let panels = |edge: &&EdgeDrift| {
        let row = |weight, panel| Row { weight, panels: vec![panel] };
        let mut rates = rates(edge, (first, last), drift.settings.level);
        if by_pull {
            rates.x = super::silent(rates.x);
        }
        let rates = row(1.5, rates);
        let runs = by_pull.then(|| row(1.0, run_lengths(edge, (first, last))));
        iter::once(rates).chain(runs)
    };
    let height = if by_pull { 400 } else { 250 };
    Figure {
        name: "drift",
        title: match changed.len() {
            0 => "No edge changed its rate, as far as can be told; the one with the most pulls".to_owned(),
            _ => format!("Where rates changed: {} of {}", changed.len(), words::several(seen.count(), "edge")),
        },
        subtitle: subtitle(drift, (first, last), by_pull),
        note: note(drift, changed.len(), drawn.len(), by_pull),
        size: (960, 160 + height * drawn.len() as u32),
        rows: drawn.iter().flat_map(panels).collect::<Vec<_>>(),
    }
}

fn subtitle(drift: &Drift, (first, last): (Day, Day), by_pull: bool) -> String {
    let events: f64 = drift.edges.iter().map(EdgeDrift::events).sum();
    let mut parts = vec![
        words::several(drift.edges.len(), "edge"),
        format!("{}, {first} to {last}", words::several((last - first + 1) as usize, "day")),
        format!("n = {}", words::counted(events, "pull")),
        format!("e-BH at {}", words::plain(1.0 - drift.settings.level)),
    ];
    parts.extend(by_pull.then(|| format!("hazard {} an event", Plain(drift.settings.hazard))));
    parts.join(" · ")
}

fn note(drift: &Drift, changed: usize, drawn: usize, by_pull: bool) -> String {
    let left_out = match changed.saturating_sub(drawn) {
        0 => String::new(),
        more => format!(" Not drawn: {more} more that changed."),
    };
    let dashed = match changed {
        0 => "the rate of all days",
        _ => "the rates before and after the day that splits the daily counts best",
    };
    let detectors = match by_pull {
        true => {
            " Upright: BOCPD where a segment begins, Page–Hinkley and ADWIN where they noticed. The run length is the events \
             since the rate last changed; only the e-value is evidence."
        }
        false => " By day alone; `betadrift drift` looks at each event.",
    };
    format!(
        "Dots: the rate of each day, with its {} % interval (that day alone, Jeffreys’ prior). Dashed: {dashed}.{detectors}{left_out}",
        percent(drift.settings.level)
    )
}

/// The daily rates, and the changes.
fn rates(edge: &EdgeDrift, (first, last): (Day, Day), level: f64) -> Panel {
    let interval = |day: &DailyCounts| {
        let jeffreys = Beta::new(day.successes + 0.5, day.failures + 0.5).ok()?.interval(level);
        Some((jeffreys.lower, jeffreys.upper))
    };
    let x = |day: i32| f64::from(day);
    let rate = |(successes, failures): (f64, f64)| successes / (successes + failures);
    let daily: Vec<(f64, f64)> =
        edge.days.iter().map(|day| (x(day.day), rate((day.successes, day.failures)))).collect();
    let ends: Vec<(f64, f64)> = edge.days.iter().filter_map(interval).collect();
    let values = daily.iter().map(|day| day.1).chain(ends.iter().flat_map(|&(lower, upper)| [lower, upper]));
    let range = padded(extent(values).unwrap_or((0.0, 1.0)), 0.05);
    let range = (range.0.max(-0.02), range.1.min(1.02));
    let heading = format!(
        "{} · {} · e-value {}",
        KEY.fit(&edge.edge, HEADING_WIDTH),
        if edge.rejected { "rate changed" } else { "not shown to change" },
        edge.e_value().map_or("none".to_owned(), words::significant)
    );
    let mut panel = Panel::new(heading, Axis::days(first, last, 7), Axis::linear("", range, 5));
    let bars = edge.days.iter().flat_map(|day| bands([(x(day.day), interval(day))]));
    panel.marks.extend(bars.map(|outline| Mark::Area { outline, fill: BLUE, opacity: 0.25 }));
    let rule = |from: f64, to: f64, at: f64| Mark::Line {
        points: vec![(from, Some(at)), (to, Some(at))],
        stroke: Stroke::dashed(INK, 1.2),
    };
    let evidence = edge.by_day.filter(|_| edge.rejected);
    if let Some(evidence) = evidence {
        let split = x(evidence.split) - 0.5;
        panel.marks.push(rule(panel.x.range.0, split, rate(evidence.before)));
        panel.marks.push(rule(split, panel.x.range.1, rate(evidence.after)));
        let day = words::day(Day::from_days(evidence.split).into(), false);
        let text = format!(
            "{} → {} on {day}",
            words::significant(rate(evidence.before)),
            words::significant(rate(evidence.after))
        );
        panel.keys.push(Key { muted: true, ..Key::entry(text, Sign::Line, INK) });
    } else {
        let all = rate(edge.outcomes());
        panel.marks.push(rule(panel.x.range.0, panel.x.range.1, all));
        panel
            .keys
            .push(Key { muted: true, ..Key::entry(format!("all days {}", words::significant(all)), Sign::Line, INK) });
    }
    panel.marks.push(Mark::Dots { at: daily, radius: 2.4, fill: BLUE, opacity: 1.0 });
    mark_changes(&mut panel, edge);
    panel
}

/// An upright line at each change, and what it stands for.
fn mark_changes(panel: &mut Panel, edge: &EdgeDrift) {
    let (bottom, top) = panel.y.range;
    for (method, color) in COLORS {
        let changes: Vec<&Change> = edge.changes_by(method).collect();
        if changes.is_empty() {
            continue;
        }
        for change in &changes {
            let at = place(edge, change);
            let points = vec![(at, Some(bottom)), (at, Some(top))];
            panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color, 1.2) });
        }
        let name = method.title().replace("Page–Hinkley", "P–H");
        panel.keys.push(Key::entry(format!("{name} {}", days(&changes)), Sign::Line, color));
    }
    if edge.by_pull.is_some() && edge.changes_by(Method::Bocpd).next().is_none() {
        panel.keys.push(Key { muted: true, ..Key::entry("no change by BOCPD", Sign::Nothing, INK) });
    }
}

/// The days of changes, the first two of them, and how many more.
fn days(changes: &[&Change]) -> String {
    let mut days: Vec<Day> = changes.iter().map(|change| change.day).collect();
    days.dedup();
    let named: Vec<String> = days.iter().take(2).map(|&day| words::day(day.into(), false)).collect();
    let more = if days.len() > 2 { format!(" +{}", days.len() - 2) } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// Where an event stands on the axis of days: its share of the day's events.
fn place(edge: &EdgeDrift, change: &Change) -> f64 {
    let evenings = edge.by_pull.as_ref().map_or(&[][..], |it| &it.evenings);
    let at = evenings.partition_point(|&(_, end)| end <= change.index);
    let begin = if at == 0 { 0 } else { evenings[at - 1].1 };
    let end = evenings.get(at).map_or(change.index + 1, |&(_, end)| end);
    f64::from(change.day.days()) - 0.5 + (change.index - begin) as f64 / (end - begin) as f64
}

/// The most probable run length on the evenings.
fn run_lengths(edge: &EdgeDrift, (first, last): (Day, Day)) -> Panel {
    const HEADING: &str = "Most probable run length on the evening (events)";
    let days = Axis::days(first, last, 7);
    let Some(by_pull) = &edge.by_pull else {
        let mut panel = Panel::new(HEADING, days, Axis::linear("", (0.0, 1.0), 1));
        panel.notice = Some("Counts have no order within a day.".to_owned());
        return panel;
    };
    let runs = by_pull
        .evenings
        .iter()
        .map(|&(day, end)| (f64::from(day.days()), f64::from(by_pull.runs.most_probable[end - 1])));
    let points: Vec<(f64, f64)> = runs.collect();
    let top = points.iter().map(|point| point.1).fold(1.0, f64::max);
    let mut panel = Panel::new(HEADING, days, Axis::linear("", (0.0, 1.08 * top), 4));
    panel.marks.push(Mark::Line {
        points: points.iter().map(|&(x, run)| (x, Some(run))).collect(),
        stroke: Stroke::solid(VERMILION, 1.6),
    });
    if let Some(&end) = points.last() {
        panel.keys.push(Key::line(words::counted(end.1, "event"), VERMILION, end));
    }
    panel
}
