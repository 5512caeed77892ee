//! What follows from the prior: the day-ahead score, the days to settle and the regret, by its mean and strength.

use super::blank_panel;
use crate::report::axis::{Axis, Scale, Tick, extent};
use crate::report::chart::{Figure, Mark, Panel, Row, Tile};
use crate::report::color::{BLUE, Color, GREEN, PALE, VERMILION};
use crate::report::words;
use crate::tune::{PriorOutcome, Sensitivity, Tuning};

/// Scores are small differences of an event; of a thousand they are numbers that can be read.
const EVENTS: f64 = 1000.0;

/// Three maps over the mean and the strength of the prior: day-ahead score, days to settle, regret by simulation.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::figure::sensitivity;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Effort, Grouping, Request, tune};
/// let mut fold = Fold::default();
/// for (name, successes) in [("a", 1), ("b", 9)] {
///     let edge = fold.edge(name);
///     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 10 - successes)));
/// }
/// let (timeline, priors) = (&fold.finish(), &Priors::new(Beta::UNIFORM));
/// let (view, grouping) = (View::Cumulative, Grouping::None);
/// let request = Request { timeline, until: None, priors, view, level: 0.95, grouping, dated: true };
/// let tuning = tune(&request);
/// let effort = Effort { seed: 1, runs: 2, most_trials: 20, most_edges: 2, most_edge_days: 60 };
/// let outcomes = tuning.sensitivity(&request, effort, || ());
/// assert_eq!(sensitivity(&tuning, outcomes.as_ref()).rows[0].panels.len(), 3);
/// let nothing = sensitivity(&tuning, None);
/// assert!(nothing.rows[0].panels[0].notice.as_ref().unwrap().starts_with("Without both successes and failures"));
/// ```
pub fn sensitivity(tuning: &Tuning, sensitivity: Option<&Sensitivity>) -> Figure {
    let title =
        "How much hangs on the prior: prediction, days to settle and regret by its mean and strength".to_owned();
    let (subtitle, panels, note) = match sensitivity {
        Some(outcomes) => (subtitle(tuning, outcomes), panels(outcomes), note(tuning, outcomes)),
        None => {
            let mut panel = blank_panel(String::new());
            panel.notice = Some("Without both successes and failures no prior is told from another.".to_owned());
            (String::new(), vec![panel], String::new())
        }
    };
    let rows = vec![Row { weight: 1.0, panels }];
    Figure { name: "sensitivity", title, subtitle, note, size: (1080, 470), rows }
}

fn subtitle(tuning: &Tuning, outcomes: &Sensitivity) -> String {
    let effort = outcomes.effort;
    format!(
        "{} · n = {} · simulation: {} of {} on {}, {}, seed {}",
        words::several(tuning.fit.edges, "edge"),
        words::counted(tuning.fit.events, "event"),
        words::several(effort.runs as usize, "run"),
        words::several(effort.most_trials as usize, "trial"),
        words::several(effort.most_edges, "edge"),
        outcomes.world,
        effort.seed
    )
}

fn note(tuning: &Tuning, outcomes: &Sensitivity) -> String {
    let best = outcomes.cells.iter().min_by(|a, b| a.regret.0.total_cmp(&b.regret.0));
    let se = best.map_or(0.0, |best| best.regret.1);
    let found = tuning.fit.usable().map_or_else(
        || " The log supports no prior of its own.".to_owned(),
        |prior| {
            let strength = words::significant(prior.alpha() + prior.beta());
            format!(" The log supports a mean of {} and a strength of {strength}.", words::significant(prior.mean()))
        },
    );
    format!(
        "The darker the less, each map by its own scale. Left: day-ahead score, in nats per 1000 events short of the best. Middle: days until the \
         verdict was settled or tied to the end; · is not; a strong wrong prior may settle early, and wrongly. Right: regret of Thompson sampling \
         in the simulation, in reward; the standard error of the least is {}.{found}",
        words::significant(se)
    )
}

fn panels(outcomes: &Sensitivity) -> Vec<Panel> {
    let best = extent(outcomes.cells.iter().filter_map(|cell| cell.score).map(|score| score.nats_per_event));
    let shortfall = |cell: &PriorOutcome| Some(EVENTS * (best?.1 - cell.score?.nats_per_event));
    let days = |cell: &PriorOutcome| cell.days_to_settle.map(f64::from);
    let regret = |cell: &PriorOutcome| Some(cell.regret.0);
    let short = |value: f64| words::fixed(value, if value < 9.95 { 2 } else { 0 });
    vec![
        map(outcomes, "Score short of the best, by strength α+β", BLUE, shortfall, short),
        map(outcomes, &format!("Days to settle of {}, by strength α+β", outcomes.days), GREEN, days, |days| {
            words::fixed(days, 0)
        }),
        map(outcomes, "Expected regret, by strength α+β", VERMILION, regret, short_regret),
    ]
}

fn short_regret(regret: f64) -> String {
    words::fixed(regret, if regret < 9.95 { 2 } else { usize::from(regret < 99.5) })
}

/// A tile for each prior; the least value is the darkest.
fn map(
    outcomes: &Sensitivity,
    heading: &str,
    color: Color,
    value: impl Fn(&PriorOutcome) -> Option<f64>,
    text: impl Fn(f64) -> String,
) -> Panel {
    let ticks = |values: &[f64]| -> Vec<Tick> {
        values.iter().enumerate().map(|(place, &value)| Tick::new(place as f64, words::significant(value))).collect()
    };
    let axis = |label: &str, values: &[f64]| Axis {
        label: label.to_owned(),
        scale: Scale::Linear,
        range: (-0.5, values.len() as f64 - 0.5),
        ticks: ticks(values),
        line: false,
    };
    let strengths = Axis {
        ticks: outcomes.strengths.iter().enumerate().map(|(at, &s)| Tick::new(at as f64, words::plain(s))).collect(),
        ..axis("", &outcomes.strengths)
    };
    let mut panel = Panel::new(heading, axis("mean of the prior", &outcomes.means), strengths);
    let range = extent(outcomes.cells.iter().filter_map(&value));
    let shade = |value: f64| {
        let (least, most) = range.unwrap_or((0.0, 1.0));
        // By the root, so that one bad corner does not make all the others look alike.
        color.tint(if most > least { 0.85 - 0.75 * ((value - least) / (most - least)).sqrt() } else { 0.5 })
    };
    let tile = |(place, cell): (usize, &PriorOutcome)| {
        let (row, column) = (place / outcomes.means.len(), place % outcomes.means.len());
        let (x, y) = (column as f64, row as f64);
        let value = value(cell);
        let fill = value.map_or(PALE, shade);
        let text = Some(value.map_or_else(|| "·".to_owned(), &text));
        Tile { x: (x - 0.48, x + 0.48), y: (y - 0.48, y + 0.48), fill, text }
    };
    panel.marks.push(Mark::Tiles(outcomes.cells.iter().enumerate().map(tile).collect()));
    panel
}
