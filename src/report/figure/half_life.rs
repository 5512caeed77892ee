//! How well each half-life and each window predicts the next day.

use super::blank_panel;
use crate::report::axis::{Axis, extent, padded, padded_log};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Stroke, bands};
use crate::report::color::{BLUE, Color, INK, VERMILION};
use crate::report::words;
use crate::timeline::View;
use crate::tune::{Candidate, Scoring, Tuning};

/// Scores are small differences of an event; of a thousand they are numbers that can be read.
const EVENTS: f64 = 1000.0;

/// The day-ahead score of each half-life and window, over that of forgetting nothing.
///
/// Of a single day nothing is a day ahead:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::figure::half_life;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// let figure = |days| {
///     let (mut fold, view) = (Fold::default(), View::Cumulative);
///     let edge = fold.edge("a");
///     (0..days).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(2, 8)));
///     let (timeline, priors, grouping) = (&fold.finish(), &Priors::new(Beta::UNIFORM), Grouping::None);
///     half_life(&tune(&Request { timeline, until: None, priors, view, level: 0.95, grouping, dated: true }))
/// };
/// assert!(figure(1).rows[0].panels[0].notice.as_ref().unwrap().starts_with("Nothing can be scored: "));
/// assert!(figure(5).subtitle.starts_with("4 days scored, 1970-01-02 to 1970-01-05 · n = 40 events"));
/// ```
pub fn half_life(tuning: &Tuning) -> Figure {
    let title = "Is it better to forget? How well each half-life and window predicts the next day".to_owned();
    let (subtitle, panel, note) = match &tuning.scoring {
        Ok(scoring) => (subtitle(scoring), panel(scoring), note(scoring)),
        Err(reason) => {
            let mut panel = blank_panel(String::new());
            panel.notice = Some(format!("Nothing can be scored: {reason}."));
            (String::new(), panel, String::new())
        }
    };
    let rows = vec![Row { weight: 1.0, panels: vec![panel] }];
    Figure { name: "half_life", title, subtitle, note, size: (960, 500), rows }
}

fn subtitle(scoring: &Scoring) -> String {
    let (first, last) = scoring.days;
    format!(
        "{} scored, {first} to {last} · n = {} · forgetting towards the {} prior",
        words::several(scoring.scored_days, "day"),
        words::counted(scoring.events, "event"),
        scoring.forgetting_prior
    )
}

fn note(scoring: &Scoring) -> String {
    let same = if scoring.same_days { " The candidates are chosen and judged on the same days." } else { "" };
    format!(
        "Above 0 a candidate predicts each day, from what it holds that morning (a window of n days, today in it, n − 1), better than all of the past does. Bands: ± 1 standard \
         error of the difference, the days taken as independent. {}{same}",
        scoring.forgetting.sentence()
    )
}

fn panel(scoring: &Scoring) -> Panel {
    let curve = &scoring.forgetting.curve;
    let points = |window: bool| -> Vec<(f64, Candidate)> {
        let days = |candidate: &Candidate| match candidate.view {
            View::HalfLife(days) if !window => Some((days, *candidate)),
            View::Window(days) if window => Some((f64::from(days), *candidate)),
            _ => None,
        };
        curve.iter().filter_map(days).collect()
    };
    let series = [("half-life", points(false), BLUE), ("window", points(true), VERMILION)];
    let all = || series.iter().flat_map(|(_, points, _)| points);
    let days = extent(all().map(|(days, _)| *days)).unwrap_or((1.0, 10.0));
    let ends = all().flat_map(|(_, candidate)| [band(candidate).0, band(candidate).1]);
    let values = extent(ends.chain([0.0])).unwrap_or((-1.0, 1.0));
    let mut panel = Panel::new(
        "Day-ahead score less that of forgetting nothing (nats per 1000 events)",
        Axis::log("days of half-life, or of the window (log scale)", padded_log(days, 0.02)),
        Axis::linear("", padded(values, 0.06), 6),
    );
    let (start, end) = panel.x.range;
    panel
        .marks
        .push(Mark::Line { points: vec![(start, Some(0.0)), (end, Some(0.0))], stroke: Stroke::dashed(INK, 1.0) });
    panel.keys.push(Key::rule("forget nothing", INK, (end, 0.0)));
    for (name, points, color) in &series {
        draw(&mut panel, name, points, *color);
    }
    let best = scoring.forgetting.best();
    let at = all().find(|(_, candidate)| candidate == best).map(|&(days, _)| (days, EVENTS * best.gain.nats_per_event));
    if let Some(at) = at {
        panel.marks.push(Mark::Dots { at: vec![at], radius: 4.5, fill: INK, opacity: 1.0 });
    }
    panel
}

fn draw(panel: &mut Panel, name: &str, points: &[(f64, Candidate)], color: Color) {
    let Some(&(last, candidate)) = points.last() else { return };
    if points.len() > 1 {
        let band = bands(points.iter().map(|(days, candidate)| (*days, Some(band(candidate)))));
        panel.marks.extend(band.into_iter().map(|outline| Mark::Area { outline, fill: color, opacity: 0.16 }));
    }
    let value = |candidate: &Candidate| EVENTS * candidate.gain.nats_per_event;
    let line: Vec<(f64, f64)> = points.iter().map(|(days, candidate)| (*days, value(candidate))).collect();
    panel.marks.push(Mark::Dots { at: line.clone(), radius: 2.4, fill: color, opacity: 1.0 });
    let line = line.into_iter().map(|(days, value)| (days, Some(value))).collect();
    panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(color, 1.6) });
    panel.keys.push(Key::line(name, color, (last, value(&candidate))));
}

/// One standard error on both sides.
fn band(candidate: &Candidate) -> (f64, f64) {
    let (value, se) = (candidate.gain.nats_per_event, candidate.gain.se.unwrap_or(0.0));
    (EVENTS * (value - se), EVENTS * (value + se))
}
