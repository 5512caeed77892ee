//! What another policy would have earned: each estimator with its interval, beside what the log earned.

use crate::evaluate::{Estimate, Estimator, Evaluation};
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke};
use crate::report::color::{BLUE, Color, GRAY, INK, MUTED, VERMILION};
use crate::report::font::Type;
use crate::report::words;

/// The figure of the estimates; `of` says of which target on which log. Where there is an alarm the estimates are grey, and
/// the alarm stands below them.
///
/// ```
/// use betadrift::evaluate::{Settings, Target, evaluate};
/// use betadrift::feedback::Reward;
/// use betadrift::report::figure::estimates;
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// fold.add("a", "", Some(0.5), Reward::SUCCESS);
/// let cells = fold.finish();
/// let evaluation = evaluate(&cells, &Target::uniform(&cells), &Settings::default()).unwrap();
/// assert_eq!(estimates(&evaluation, "uniform on a.csv").name, "estimates");
/// ```
pub fn estimates(evaluation: &Evaluation, of: &str) -> Figure {
    let shown: Vec<(Estimator, &Estimate, f64)> =
        evaluation.estimates.iter().filter_map(|(name, estimate)| Some((*name, estimate, estimate.value?))).collect();
    let level = words::plain(100.0 * evaluation.settings.level);
    let alarmed = !evaluation.alarms.is_empty();
    let title =
        if alarmed { "Estimates under an alarm: not a result" } else { "What the target policy would have earned" };
    Figure {
        name: "estimates",
        title: title.to_owned(),
        subtitle: fitted(of, &format!("{level} % intervals")),
        note: note(evaluation),
        size: (960, 520),
        rows: vec![Row { weight: 1.0, panels: vec![panel(evaluation, &shown, alarmed)] }],
    }
}

/// Words for the line below the title, as far as there is room.
pub(super) fn fitted(of: &str, more: &str) -> String {
    const SUBTITLE: Type = Type::regular(11.5);
    const WIDTH: f64 = 900.0;
    let more = format!(" · {more}");
    SUBTITLE.fit(of, WIDTH - SUBTITLE.width(&more)) + &more
}

fn panel(evaluation: &Evaluation, shown: &[(Estimator, &Estimate, f64)], alarmed: bool) -> Panel {
    let logged = evaluation.logged.value;
    let ends = shown.iter().flat_map(|(_, estimate, value)| [estimate.lower, estimate.upper, Some(*value)]);
    let range = extent(ends.chain([logged]).flatten()).unwrap_or((0.0, 1.0));
    let names = shown.iter().map(|(estimator, ..)| estimator.name().to_owned());
    let x = Axis::linear("mean reward of a choice", padded(range, 0.04), 7);
    let mut panel = Panel::new("Estimator", x, Axis::rows(names));
    if shown.is_empty() {
        panel.notice = Some("No row has weight under the target, so there is nothing to estimate.".to_owned());
        return panel;
    }
    let (bottom, top) = panel.y.range;
    if let Some(logged) = logged {
        let points = vec![(logged, Some(bottom)), (logged, Some(top))];
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(INK, 1.0) });
        panel.keys.push(Key::entry(format!("the log: {}", words::significant(logged)), Sign::Line, INK));
    }
    for (row, (estimator, estimate, value)) in shown.iter().enumerate() {
        let (color, y) = (color(*estimator, alarmed), -(row as f64));
        let headline = *estimator == Evaluation::HEADLINE && !alarmed;
        let width = if headline { 3.0 } else { 1.6 };
        if let (Some(lower), Some(upper)) = (estimate.lower, estimate.upper) {
            interval(&mut panel, (lower, upper), y, Stroke::solid(color, width));
        }
        let radius = if headline { 5.5 } else { 4.0 };
        panel.marks.push(Mark::Dots { at: vec![(*value, y)], radius, fill: color, opacity: 1.0 });
        let text = format!("{} {}", estimator.name(), words::significant(*value));
        let at = (panel.x.range.1, y);
        panel.keys.push(Key { sign: Sign::Dot, muted: !headline, ..Key::line(text, color, at) });
    }
    panel
}

/// A line with a short stop at each end.
fn interval(panel: &mut Panel, (lower, upper): (f64, f64), y: f64, stroke: Stroke) {
    const STOP: f64 = 0.12;
    panel.marks.push(Mark::Line { points: vec![(lower, Some(y)), (upper, Some(y))], stroke });
    for end in [lower, upper] {
        let points = vec![(end, Some(y - STOP)), (end, Some(y + STOP))];
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(stroke.color, 1.2) });
    }
}

fn color(estimator: Estimator, alarmed: bool) -> Color {
    match estimator {
        _ if alarmed => GRAY,
        Evaluation::HEADLINE => BLUE,
        Estimator::Dr => VERMILION,
        _ => MUTED,
    }
}

/// The alarms as far as there is room, or how to read the figure.
fn note(evaluation: &Evaluation) -> String {
    const ROOM: usize = 480;
    if evaluation.alarms.is_empty() {
        return format!(
            "Read {} (blue), which needs no reward model; {} (vermilion) should agree with it. Intervals of weighted estimators are \
             score sets: they are not symmetric, and have an end even where no reward was seen. replay is right for uniform \
             logs only, clipped_ips low by what it clips, dm, switch_dr and dros off by what the reward model is.",
            Evaluation::HEADLINE,
            Estimator::Dr,
        );
    }
    let mut note = String::new();
    for (at, alarm) in evaluation.alarms.iter().enumerate() {
        let sentence = format!("Alarm: {}. ", alarm.message);
        if note.chars().count() + sentence.chars().count() > ROOM - 24 {
            return note + &format!("And {} more.", words::several(evaluation.alarms.len() - at, "alarm"));
        }
        note += &sentence;
    }
    note.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_below_the_title_is_cut_where_there_is_no_room() {
        assert_eq!(fitted("a on b", "95 % intervals"), "a on b · 95 % intervals");
        assert!(fitted(&"x".repeat(9_000), "more").ends_with(" · more"));
    }
}
