//! How long feedback takes, and how much of it is known when: in simulations, where every play is known, answered or not.

use super::{Analysis, Body};
use crate::feedback::Day;
use crate::report::axis::Axis;
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Stroke, bands, steps};
use crate::report::color::{BLUE, Color, GRAY, INK, ORANGE, SKY, VERMILION};
use crate::report::words;

/// When the plays of a run were served and answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Waits {
    /// The first day of the run.
    pub start: Day,
    /// How many days it lasted.
    pub days: usize,
    /// Every play whose feedback was on its way.
    pub waits: Vec<Wait>,
    /// What the law of the world says: hours, ascending, and the share that is answered within them.
    pub law: Vec<(f64, f64)>,
    /// The policy that played.
    pub policy: String,
}

/// A play whose feedback was on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// When it was served, in hours since midnight of the first day.
    pub served_hours: f64,
    /// After how many hours its feedback arrived; `None` if it had not by the end of the last day.
    pub answered_after: Option<f64>,
}

/// Half the width of a 95 % interval, in standard errors.
const Z: f64 = 1.96;
/// The upper ends of the classes of lateness, in calendar days after the day of serving.
const CLASSES: [(usize, &str, Color); 4] =
    [(0, "same day", BLUE), (1, "next day", SKY), (3, "2–3 days later", ORANGE), (usize::MAX, "later", VERMILION)];

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let waits = analysis.waits.filter(|waits| !waits.waits.is_empty())?;
    let mut by_day = by_day(waits);
    by_day.weight = 1.15;
    let panels = vec![by_day, by_age(waits)];
    let n = waits.waits.len();
    let note = format!(
        "Left: plays by the day they were served; a log read at any evening lacks the latest answers, and what is gray had none when \
         the run ended. Right: Kaplan–Meier, which takes unanswered plays as having waited at least until then (band: ± {Z} \
         standard errors, Greenwood). The share among answered plays alone is too hopeful. n = {} of the policy {}, \
         first run.",
        words::several(n, "play"),
        waits.policy,
    );
    Some(Body { size: (1080, 520), note, rows: vec![Row { weight: 1.0, panels }] })
}

/// The share of each day's plays by how late they were answered.
fn by_day(waits: &Waits) -> Panel {
    let mut counts = vec![[0.0; CLASSES.len() + 1]; waits.days];
    for wait in &waits.waits {
        let served = (wait.served_hours / 24.0) as usize;
        let class = |after: f64| {
            let late = ((wait.served_hours + after) / 24.0) as usize - served;
            CLASSES.iter().position(|(upper, ..)| late <= *upper).unwrap_or(CLASSES.len() - 1)
        };
        if let Some(day) = counts.get_mut(served) {
            day[wait.answered_after.map_or(CLASSES.len(), class)] += 1.0;
        }
    }
    let last = waits.start + (waits.days.max(1) as i32 - 1);
    let mut panel = Panel::new(
        "Share of the plays of a day by when they were answered",
        Axis::days(waits.start, last, 7),
        Axis::linear("", (0.0, 1.0), 5),
    );
    let shades = CLASSES.map(|(_, name, color)| (name, color.tint(0.8)));
    let layers = shades.into_iter().chain([("not by the end", GRAY.tint(0.8))]).enumerate();
    let total = |layer: usize| counts.iter().map(|day| day[layer]).sum::<f64>() / waits.waits.len() as f64;
    for (layer, (name, fill)) in layers {
        let share = |day: &[f64; CLASSES.len() + 1], layers: usize| {
            let all: f64 = day.iter().sum();
            (all > 0.0).then(|| (day[..layers].iter().sum::<f64>() / all).min(1.0))
        };
        let step = |(day, counts): (usize, &[f64; CLASSES.len() + 1])| {
            (f64::from((waits.start + day as i32).days()), share(counts, layer).zip(share(counts, layer + 1)))
        };
        for outline in steps(counts.iter().enumerate().map(step), 0.5) {
            panel.marks.push(Mark::Area { outline, fill, opacity: 1.0 });
        }
        panel.keys.insert(0, Key::entry(format!("{name} {}", percent(total(layer))), Sign::Square, fill));
    }
    panel
}

/// The share that is answered within some time, by age.
fn by_age(waits: &Waits) -> Panel {
    const HEADING: &str = "Share of plays answered within x hours";
    let curve = kaplan_meier(waits);
    let answered = answered(waits);
    let positive = answered.iter().copied().find(|&hours| hours > 0.0);
    let (Some(first), Some(&last)) = (positive, answered.last()) else {
        let mut panel = Panel::new(HEADING, Axis::linear("hours", (0.0, 1.0), 1), Axis::linear("", (0.0, 1.0), 5));
        let all_at_once = "Every answer came at once.";
        panel.notice = Some(if answered.is_empty() { "No answer came." } else { all_at_once }.to_owned());
        return panel;
    };
    let grid = grid(first.max(1.0 / 60.0), last);
    let x = Axis::log("hours since serving (log scale)", (grid[0], grid[grid.len() - 1].max(grid[0] * 1.1)));
    let mut panel = Panel::new(HEADING, x, Axis::linear("", (0.0, 1.0), 5));
    let at = |hours: f64| curve[..curve.partition_point(|step| step.hours <= hours)].last();
    let estimate = |hours: f64| at(hours).map_or(0.0, |step| step.share);
    let half = |hours: f64| at(hours).map_or(0.0, |step| Z * step.se);
    let inside = |share: f64| share.clamp(0.0, 1.0);
    let band = grid.iter().map(|&h| (h, Some((inside(estimate(h) - half(h)), inside(estimate(h) + half(h))))));
    panel.marks.extend(bands(band).into_iter().map(|outline| Mark::Area { outline, fill: BLUE, opacity: 0.22 }));
    let naive = |hours: f64| answered.partition_point(|&h| h <= hours) as f64 / answered.len() as f64;
    let line = |share: &dyn Fn(f64) -> f64| grid.iter().map(|&h| (h, Some(inside(share(h))))).collect::<Vec<_>>();
    panel.marks.push(Mark::Line { points: line(&naive), stroke: Stroke::solid(VERMILION, 1.2) });
    panel.marks.push(Mark::Line { points: line(&estimate), stroke: Stroke::solid(BLUE, 1.6) });
    let law: Vec<(f64, f64)> = waits.law.iter().copied().filter(|&(hours, _)| panel.x.holds(hours)).collect();
    if let Some(&last) = law.last() {
        panel.keys.push(Key::rule("law of the world", INK, last));
        let points = law.into_iter().map(|(hours, share)| (hours, Some(inside(share)))).collect();
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(INK, 1.0) });
    }
    let end = |share: f64| (grid[grid.len() - 1], inside(share));
    panel.keys.push(Key::line("answered plays only", VERMILION, end(1.0)));
    panel.keys.push(Key::line(format!("all plays · {}", percent(estimate(last))), BLUE, end(estimate(last))));
    for (share, name) in [(0.5, "half"), (0.9, "nine in ten")] {
        if let Some(step) = curve.iter().find(|step| step.share >= share).filter(|step| step.hours >= grid[0]) {
            let text = format!("{name}: {} h", words::significant(step.hours));
            panel.keys.push(Key { at: Some((step.hours, step.share)), ..Key::entry(text, Sign::Dot, BLUE) });
            panel.marks.push(dot((step.hours, step.share)));
        }
    }
    panel
}

fn dot(at: (f64, f64)) -> Mark {
    Mark::Dots { at: vec![at], radius: 3.0, fill: BLUE, opacity: 1.0 }
}

/// The times of the answers, ascending.
fn answered(waits: &Waits) -> Vec<f64> {
    let mut hours: Vec<f64> = waits.waits.iter().filter_map(|wait| wait.answered_after).collect();
    hours.sort_unstable_by(f64::total_cmp);
    hours
}

/// A step of the curve: from these hours on, this share is answered.
struct Step {
    hours: f64,
    share: f64,
    se: f64,
}

/// The share answered within some hours, where the wait of the others ended unanswered: the product-limit estimate (Kaplan & Meier
/// 1958, doi:10.1080/01621459.1958.10501452) with the standard error of Greenwood (1926).
fn kaplan_meier(waits: &Waits) -> Vec<Step> {
    let end = 24.0 * waits.days as f64;
    let ended = |wait: &Wait| (wait.answered_after.unwrap_or(end - wait.served_hours), wait.answered_after.is_none());
    let mut ended: Vec<(f64, bool)> = waits.waits.iter().map(ended).collect();
    // At the same age answers come before what waits on.
    ended.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut at_risk, mut waiting, mut variance) = (ended.len() as f64, 1.0, 0.0);
    let mut steps = Vec::new();
    for same in ended.chunk_by(|a, b| a.0 == b.0) {
        let answers = same.iter().filter(|(_, censored)| !censored).count() as f64;
        if answers > 0.0 {
            waiting *= 1.0 - answers / at_risk;
            if at_risk > answers {
                variance += answers / (at_risk * (at_risk - answers));
            }
            steps.push(Step { hours: same[0].0, share: 1.0 - waiting, se: waiting * f64::sqrt(variance) });
        }
        at_risk -= same.len() as f64;
    }
    steps
}

/// Ages from the first to the last, at equal ratios.
fn grid(first: f64, last: f64) -> Vec<f64> {
    const POINTS: usize = 160;
    /// So that a step is seen as one where all answers take about as long.
    const LEAST_RATIO: f64 = 10.0;
    let (first, last) = if last < LEAST_RATIO * first { (last / LEAST_RATIO, 2.0 * last) } else { (first, last) };
    let ratio = last / first;
    (0..=POINTS).map(|i| first * ratio.powf(i as f64 / POINTS as f64)).collect()
}

fn percent(share: f64) -> String {
    format!("{} %", words::fixed(100.0 * share, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The remissions of the 6-MP arm in Freireich et al. (1963): at risk 21, 17, 15, 12, 11, 7, 6 at weeks 6, 7, 10, 13, 16, 22, 23.
    #[test]
    fn the_curve_is_that_of_the_textbook() {
        let events = [(6.0, 3), (7.0, 1), (10.0, 1), (13.0, 1), (16.0, 1), (22.0, 1), (23.0, 1)];
        let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let end = 48.0;
        let answered = events.iter().flat_map(|&(hours, count)| {
            std::iter::repeat_n(Wait { served_hours: 0.0, answered_after: Some(hours) }, count)
        });
        let waiting = censored.iter().map(|hours| Wait { served_hours: end - hours, answered_after: None });
        let waits = answered.chain(waiting).collect();
        let waits = Waits { start: Day::from_days(0), days: 2, waits, law: Vec::new(), policy: String::new() };
        let curve = kaplan_meier(&waits);
        let remaining: Vec<f64> = curve.iter().map(|step| ((1.0 - step.share) * 1e4).round() / 1e4).collect();
        assert_eq!(remaining, [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]);
        assert!((curve[0].se - 0.0764).abs() < 5e-5 && (curve[6].se - 0.1346).abs() < 5e-5);
    }
}
