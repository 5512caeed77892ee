//! The evidence for a prior over mean and concentration, and its profile.

use super::{blank_panel, silent};
use crate::beta::Beta;
use crate::number::brief;
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke, runs};
use crate::report::color::{BLUE, Color, GRAY, INK, ORANGE, VERMILION};
use crate::report::words;
use crate::tune::{Region, Ridge, Surface, Tuning};

/// Shades of the regions, the widest first.
const SHADES: [f64; 3] = [0.18, 0.4, 0.75];
/// Nats below the supremum that the profile is drawn to.
const DEPTH: f64 = 6.0;

/// Contours of the evidence over the mean and the concentration of the prior, and beside them its profile over the concentration.
///
/// Twelve edges that all have 2 of 10 tell nothing of how far rates spread, so that the evidence has no highest place:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::figure::evidence;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// let mut fold = Fold::default();
/// for edge in 0..12 {
///     let edge = fold.edge(&format!("e{edge}"));
///     fold.add(Day::from_days(0), edge, Counts::whole(2, 8));
/// }
/// let (timeline, priors) = (&fold.finish(), &Priors::new(Beta::UNIFORM));
/// let (view, grouping) = (View::Cumulative, Grouping::None);
/// let tuning = tune(&Request { timeline, until: None, priors, view, level: 0.95, grouping, dated: true });
/// let figure = evidence(&tuning);
/// assert!(figure.subtitle.starts_with("12 edges · n = 120 events"));
/// assert!(figure.note.ends_with("The evidence has no highest place among Beta priors."));
/// ```
pub fn evidence(tuning: &Tuning) -> Figure {
    let (fit, title) = (&tuning.fit, "Which prior the log supports: the evidence by its mean and strength");
    let mut subtitle = vec![words::several(fit.edges, "edge"), format!("n = {}", words::counted(fit.events, "event"))];
    subtitle.extend(tuning.tuned_on.map(|(first, last)| format!("{first} to {last}")));
    subtitle.push(fit.status.word().replace('_', " "));
    let (panels, note) = match tuning.surface() {
        Some(surface) => (panels(tuning, &surface), note(tuning)),
        None => {
            let mut panel = blank_panel(String::new());
            panel.notice = Some(tuning.sentence());
            (vec![panel], String::new())
        }
    };
    let rows = vec![Row { weight: 1.0, panels }];
    let (title, subtitle) = (title.to_owned(), subtitle.join(" · "));
    Figure { name: "evidence", title, subtitle, note, size: (1080, 560), rows }
}

fn note(tuning: &Tuning) -> String {
    let open = match (tuning.fit.maximum, tuning.fit.interval.upper) {
        (Some(_), None) => " The evidence hardly falls upwards: how strong the prior is remains unknown.",
        (None, _) => " The evidence has no highest place among Beta priors.",
        _ => "",
    };
    format!(
        "Left: where the evidence is within 0.69, 3.0 and 4.6 nats of its highest: joint regions of 50, 95 and 99 %. Right: the best evidence \
         at each concentration; the band is its {} % interval, where the evidence falls short by at most {} nats.{open}",
        words::plain(100.0 * tuning.fit.interval.level),
        words::fixed(tuning.surface().map_or(0.0, |surface| surface.interval_drop), 2),
    )
}

fn panels(tuning: &Tuning, surface: &Surface) -> Vec<Panel> {
    let ends = [surface.profile.first(), surface.profile.last()];
    let [low, high] = ends.map(|ridge| ridge.map_or(1.0, |ridge| ridge.concentration));
    let y = Axis::log("", (low, high));
    vec![plane(tuning, surface, y.clone()), profile(tuning, surface, silent(y))]
}

fn plane(tuning: &Tuning, surface: &Surface, y: Axis) -> Panel {
    let widest = surface.regions.iter().flat_map(|region| region.means.iter().flatten());
    let ridge = surface.profile.iter().filter(|ridge| ridge.drop < DEPTH).map(|ridge| ridge.mean);
    let means = extent(widest.flat_map(|&(low, high)| [low, high]).chain(ridge)).unwrap_or((0.0, 1.0));
    let (low, high) = padded(means, 0.05);
    let x = Axis::linear("mean of the prior, α/(α+β)", (low.max(0.0), high.min(1.0)), 6);
    let mut panel = Panel::new("Concentration α+β, in earlier pulls (log scale)", x, y);
    panel.weight = 1.9;
    for (region, shade) in surface.regions.iter().zip(SHADES) {
        let outlines = outlines(region, &surface.profile);
        let fill = BLUE.tint(shade);
        panel.marks.extend(outlines.into_iter().map(|outline| Mark::Area { outline, fill, opacity: 1.0 }));
    }
    let crest = surface.profile.iter().map(|ridge| (ridge.mean, Some(ridge.concentration)));
    let crest = crest.filter(|(mean, _)| panel.x.holds(*mean)).collect();
    panel.marks.push(Mark::Line { points: crest, stroke: Stroke::dashed(INK, 0.8) });
    let others = [
        ("maximum", tuning.fit.maximum.map(|found| found.prior), VERMILION),
        ("moments", tuning.fit.moments, ORANGE),
        ("prior in use", Some(tuning.given.default_prior()), GRAY),
    ];
    for (name, prior, color) in others {
        let Some(prior) = prior else {
            panel.keys.push(Key::entry(format!("no {name}"), Sign::Nothing, color));
            continue;
        };
        panel.keys.push(Key::entry(named(name, prior), Sign::Dot, color));
        let at = (prior.mean(), prior.alpha() + prior.beta());
        if panel.x.holds(at.0) && panel.y.holds(at.1) {
            panel.marks.push(dot(at, color));
        } else if let Some(key) = panel.keys.last_mut() {
            key.text += ", off the axes";
            key.muted = true;
        }
    }
    for (region, shade) in surface.regions.iter().zip(SHADES).rev() {
        let text = format!("joint {} % region", words::plain(100.0 * region.level));
        panel.keys.push(Key::entry(text, Sign::Square, BLUE.tint(shade)));
    }
    panel.keys.push(Key::entry("best mean", Sign::Line, INK));
    panel
}

fn named(name: &str, prior: Beta) -> String {
    format!("{name} {}, {}", brief(prior.alpha()), brief(prior.beta()))
}

fn dot(at: (f64, f64), fill: Color) -> Mark {
    Mark::Dots { at: vec![at], radius: 4.5, fill, opacity: 1.0 }
}

/// The outline of a region, one for each unbroken run of concentrations.
fn outlines(region: &Region, profile: &[Ridge]) -> Vec<Vec<(f64, f64)>> {
    let rows = profile.iter().zip(&region.means).map(|(ridge, means)| (ridge.concentration, *means));
    let outline = |run: Vec<(f64, (f64, f64))>| {
        let right = run.iter().map(|&(s, (_, high))| (high, s));
        right.chain(run.iter().rev().map(|&(s, (low, _))| (low, s))).collect()
    };
    runs(rows).into_iter().filter(|run| run.len() > 1).map(outline).collect()
}

fn profile(tuning: &Tuning, surface: &Surface, y: Axis) -> Panel {
    let x = Axis::linear("nats below the highest", (-0.1, DEPTH), 6);
    let mut panel = Panel::new("Best evidence at each concentration", x, y);
    let interval = tuning.fit.interval;
    let (bottom, top) = panel.y.range;
    let inside = |end: Option<f64>, open: f64| end.unwrap_or(open).clamp(bottom, top);
    let (lower, upper) = (inside(interval.lower, bottom), inside(interval.upper, top));
    let (left, right) = panel.x.range;
    let outline = vec![(left, lower), (right, lower), (right, upper), (left, upper)];
    panel.marks.push(Mark::Area { outline, fill: BLUE, opacity: 0.12 });
    let rule = vec![(surface.interval_drop, Some(bottom)), (surface.interval_drop, Some(top))];
    if panel.x.holds(surface.interval_drop) {
        panel.marks.push(Mark::Line { points: rule, stroke: Stroke::dashed(GRAY, 1.0) });
    }
    let shown = |ridge: &Ridge| (ridge.drop.min(DEPTH), Some(ridge.concentration).filter(|_| ridge.drop <= DEPTH));
    let points = surface.profile.iter().map(shown).collect();
    panel.marks.push(Mark::Line { points, stroke: Stroke::solid(BLUE, 1.8) });
    let end = |text: String, at: f64| Key::rule(text, BLUE, (right, at));
    panel.keys.extend(interval.upper.map(|upper| end(format!("upper {}", words::significant(upper)), upper)));
    if interval.upper.is_none() {
        panel.keys.push(end("no upper end".to_owned(), top));
    }
    if let Some(found) = tuning.fit.maximum {
        let s = found.prior.alpha() + found.prior.beta();
        panel.marks.push(dot((0.0, s), VERMILION));
        panel.keys.push(Key { at: Some((0.0, s)), ..Key::entry(words::significant(s), Sign::Dot, VERMILION) });
    }
    panel.keys.push(match interval.lower {
        Some(lower) => end(format!("lower {}", words::significant(lower)), lower),
        None => end("no lower end".to_owned(), bottom),
    });
    panel
}
