//! How long feedback takes, and how much of it is known when: in logs that say when edges were served, and in simulations,
//! where every play is known, answered or not.

use super::{Analysis, Body};
use crate::convergence::{DelayLaw, DelayWait, delay_hours, delay_law};
use crate::feedback::Day;
use crate::report::axis::Axis;
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Stroke, bands, steps};
use crate::report::color::{BLUE, Color, GRAY, GREEN, INK, ORANGE, SKY, VERMILION};
use crate::report::words;
use crate::timeline::{Answered, Delays, Waiting};

/// When plays were served and answered.
///
/// Two served on two days, of which the second still waits:
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::report::Waits;
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days((hours / 24) as i32) };
/// let mut fold = DelayFold::default();
/// fold.answered(at(20), at(30), Reward::SUCCESS);
/// fold.waiting(at(25));
/// let waits = Waits::of(&fold.finish());
/// assert_eq!((waits.start, waits.days, waits.waits.len()), (Day::from_days(0), 2, 2));
/// assert!(waits.law.is_empty() && waits.policy.is_none()); // of a log nobody knows
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Waits {
    /// The first day on which something was served.
    pub start: Day,
    /// How many days it was served on, from the first to the last.
    pub days: usize,
    /// Every play whose feedback was on its way.
    pub waits: Vec<Wait>,
    /// What the law of the world says: hours, ascending, and the share that is answered within them; empty if nobody knows.
    pub law: Vec<(f64, f64)>,
    /// The policy that played, if it was simulated.
    pub policy: Option<String>,
}

/// Plays whose feedback was on its way.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::report::Waits;
/// use betadrift::timeline::{DelayFold, Instant};
/// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days((hours / 24) as i32) };
/// let mut fold = DelayFold::default();
/// fold.answered(at(20), at(30), Reward::SUCCESS); // ten hours, over midnight
/// fold.waiting(at(25)); // for the five hours to the last time in the log
/// let waits = Waits::of(&fold.finish()).waits;
/// assert_eq!((waits[0].served_day, waits[0].days_later, waits[0].wait.successes), (0, Some(1), Some(1.0)));
/// assert_eq!((waits[1].served_day, waits[1].days_later, waits[1].wait.successes), (1, None, None));
/// assert!((waits[0].wait.hours - 10.0).abs() < 0.1 && (waits[1].wait.hours - 5.0).abs() < 0.05);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The day of serving, from the first.
    pub served_day: usize,
    /// How many days later they were answered; `None` if they were not by the end.
    pub days_later: Option<usize>,
    /// How many, and how long they waited.
    pub wait: DelayWait,
}

impl Waits {
    /// Those of a log.
    pub fn of(delays: &Delays) -> Self {
        let served = delays.answered.iter().map(|row| row.served).chain(delays.waiting.iter().map(|row| row.served));
        let (first, last) = served.fold((None, None), |(first, last): (Option<Day>, Option<Day>), day| {
            (Some(first.map_or(day, |first| first.min(day))), last.max(Some(day)))
        });
        let (start, last) = (first.unwrap_or(Day::from_days(0)), last.unwrap_or(Day::from_days(0)));
        let on = |day: Day| (day - start) as usize;
        let answered = delays.answered.iter().map(|row| {
            let &Answered { served, days_later, nanoseconds, events, successes } = row;
            let wait = DelayWait { hours: delay_hours(nanoseconds), events, successes: Some(successes.to_f64()) };
            Wait { served_day: on(served), days_later: Some(days_later.max(0) as usize), wait }
        });
        let waiting = delays.waiting.iter().map(|&Waiting { served, nanoseconds, events }| {
            let wait = DelayWait { hours: delay_hours(nanoseconds), events, successes: None };
            Wait { served_day: on(served), days_later: None, wait }
        });
        let waits = answered.chain(waiting).collect();
        Self { start, days: on(last) + 1, waits, law: Vec::new(), policy: None }
    }
}

/// Level of the band.
const LEVEL: f64 = 0.95;
/// The upper ends of the classes of lateness, in calendar days after the day of serving.
const CLASSES: [(usize, &str, Color); 4] =
    [(0, "same day", BLUE), (1, "next day", SKY), (3, "2–3 days later", ORANGE), (usize::MAX, "later", VERMILION)];

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let waits = analysis.waits.filter(|waits| !waits.waits.is_empty())?;
    let mut by_day = by_day(waits);
    by_day.weight = 1.15;
    let panels = vec![by_day, by_age(waits)];
    let n = words::count(waits.waits.iter().map(|wait| wait.wait.events as f64).sum());
    let (whose, end) = match &waits.policy {
        Some(policy) => (format!("plays of the policy {policy}, first run"), "the run ended"),
        None => ("events of the log".to_owned(), "the log ends"),
    };
    let note = format!(
        "Left: by the day they were served; a log read at any evening lacks the latest answers, and what is gray had none when \
         {end}. Right: Kaplan–Meier, which takes unanswered plays as having waited at least until then (band: 95 %, \
         exponential Greenwood). The share among answered plays alone is too hopeful. n = {n} {whose}."
    );
    Some(Body { size: (1080, 520), note, rows: vec![Row { weight: 1.0, panels }] })
}

/// The share of each day's plays by how late they were answered.
fn by_day(waits: &Waits) -> Panel {
    let mut counts = vec![[0.0; CLASSES.len() + 1]; waits.days];
    for &Wait { served_day, days_later, wait } in &waits.waits {
        let class = |late: usize| CLASSES.iter().position(|(upper, ..)| late <= *upper).unwrap_or(CLASSES.len() - 1);
        if let Some(day) = counts.get_mut(served_day) {
            day[days_later.map_or(CLASSES.len(), class)] += wait.events as f64;
        }
    }
    let all: f64 = counts.iter().flatten().sum();
    let last = waits.start + (waits.days.max(1) as i32 - 1);
    let mut panel = Panel::new(
        "Share of the plays of a day by when they were answered",
        Axis::days(waits.start, last, 7),
        Axis::linear("", (0.0, 1.0), 5),
    );
    let shades = CLASSES.map(|(_, name, color)| (name, color.tint(0.8)));
    let layers = shades.into_iter().chain([("not by the end", GRAY.tint(0.8))]).enumerate();
    let total = |layer: usize| counts.iter().map(|day| day[layer]).sum::<f64>() / all;
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
    let law = delay_law(waits.waits.iter().map(|wait| wait.wait), LEVEL);
    let naive = delay_law(waits.waits.iter().map(|wait| wait.wait).filter(|wait| wait.successes.is_some()), LEVEL);
    let positive = law.steps.iter().map(|step| step.hours).find(|&hours| hours > 0.0);
    let (Some(first), Some(last)) = (positive, law.steps.last().map(|step| step.hours)) else {
        let mut panel = Panel::new(HEADING, Axis::linear("hours", (0.0, 1.0), 1), Axis::linear("", (0.0, 1.0), 5));
        let all_at_once = "Every answer came at once.";
        panel.notice = Some(if law.answered == 0 { "No answer came." } else { all_at_once }.to_owned());
        return panel;
    };
    let grid = grid(first.max(1.0 / 60.0), last);
    let x = Axis::log("hours since serving (log scale)", (grid[0], grid[grid.len() - 1].max(grid[0] * 1.1)));
    let mut panel = Panel::new(HEADING, x, Axis::linear("", (0.0, 1.0), 5));
    let inside = |share: f64| share.clamp(0.0, 1.0);
    let band = |hours: f64| law.at(hours).map_or((0.0, 0.0), |step| (inside(step.band.lower), inside(step.band.upper)));
    let outlines = bands(grid.iter().map(|&h| (h, Some(band(h)))));
    panel.marks.extend(outlines.into_iter().map(|outline| Mark::Area { outline, fill: BLUE, opacity: 0.22 }));
    let line = |share: &dyn Fn(f64) -> f64| grid.iter().map(|&h| (h, Some(inside(share(h))))).collect::<Vec<_>>();
    panel.marks.push(Mark::Line { points: line(&|hours| naive.within(hours)), stroke: Stroke::solid(VERMILION, 1.2) });
    if waits.policy.is_none() {
        by_outcome(&mut panel, &law, &grid);
    }
    panel.marks.push(Mark::Line { points: line(&|hours| law.within(hours)), stroke: Stroke::solid(BLUE, 1.6) });
    let world: Vec<(f64, f64)> = waits.law.iter().copied().filter(|&(hours, _)| panel.x.holds(hours)).collect();
    if let Some(&last) = world.last() {
        panel.keys.push(Key::rule("law of the world", INK, last));
        let points = world.into_iter().map(|(hours, share)| (hours, Some(inside(share)))).collect();
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(INK, 1.0) });
    }
    let end = |share: f64| (grid[grid.len() - 1], inside(share));
    panel.keys.push(Key::line("answered plays only", VERMILION, end(1.0)));
    panel.keys.push(Key::line(format!("all plays · {}", percent(law.within(last))), BLUE, end(law.within(last))));
    for (share, name) in [(0.5, "half"), (0.9, "nine in ten")] {
        if let Some(step) = law.steps.iter().find(|step| step.share >= share).filter(|step| step.hours >= grid[0]) {
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

/// The shares answered as successes and as failures, where there are both.
fn by_outcome(panel: &mut Panel, law: &DelayLaw, grid: &[f64]) {
    let successes = |hours: f64| law.at(hours).map_or(0.0, |step| step.successes);
    let failures = |hours: f64| law.within(hours) - successes(hours);
    let last = grid[grid.len() - 1];
    if successes(last) <= 0.0 || failures(last) <= 1e-12 {
        return;
    }
    let mut draw = |name: &str, color: Color, share: &dyn Fn(f64) -> f64| {
        let points = grid.iter().map(|&h| (h, Some(share(h).clamp(0.0, 1.0)))).collect();
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(color, 1.2) });
        panel.keys.push(Key::line(
            format!("{name} · {}", percent(share(last))),
            color,
            (last, share(last).clamp(0.0, 1.0)),
        ));
    };
    draw("as successes", GREEN, &successes);
    draw("as failures", ORANGE, &failures);
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
