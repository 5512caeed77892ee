//! The figures, one file each.

mod allocation;
mod changes;
mod convergence;
mod delay;
mod divergence;
mod drift;
mod ecdf;
mod estimates;
mod evidence;
mod half_life;
mod information;
mod intervals;
mod model_regret;
mod positions;
mod posterior;
mod pulls;
mod rank_histograms;
mod ranks;
mod regret;
mod reliability;
mod sensitivity;
mod separation;
mod states;
mod trajectories;
mod weights;

pub use changes::changes;
pub use delay::{Wait, Waits};
pub use drift::change_points;
pub use ecdf::ecdf;
pub use estimates::estimates;
pub use evidence::evidence;
pub use half_life::half_life;
pub use positions::{ListedEdge, Positions};
pub use rank_histograms::rank_histograms;
pub use regret::{RegretCurve, RegretCurves, RegretPoint};
pub use reliability::reliability;
pub use sensitivity::sensitivity;
pub use weights::weights;

use super::axis::Axis;
use super::chart::{Figure, Panel, Row};
use super::font::Type;
use super::words;
use crate::convergence::{Convergence, DaySummary, History, Settings};
use crate::feedback::{EdgeId, Edges};
use crate::posterior::Priors;
use crate::report::Beside;
use crate::timeline::{Timeline, View};

/// How names are set in the margin.
const KEY: Type = Type::regular(11.0);
/// The room that a name has there, in pixels.
const NAME_WIDTH: f64 = 118.0;

/// What figures are drawn from.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::{Analysis, Beside, figure};
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let (one, other) = (fold.edge("a"), fold.edge("b"));
/// for day in (0..3).map(Day::from_days) {
///     fold.add(day, one, Counts::whole(1, 9));
///     fold.add(day, other, Counts::whole(9, 1));
/// }
/// let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// let (view, settings) = (View::Cumulative, Settings::default());
/// let analysis = Analysis {
///     timeline: &timeline,
///     convergence: &convergence(&timeline, &priors, view, &settings),
///     priors: &priors,
///     settings: &settings,
///     view,
///     seed: None,
///     beside: Beside::default(),
///     regret: None,
///     waits: None,
///     positions: None,
/// };
/// let subtitle = figure("posterior", &analysis).unwrap().subtitle;
/// assert_eq!(subtitle, "2 edges · 3 days, 1970-01-01 to 1970-01-03 · n = 60 pulls · prior Beta(1, 1)");
/// assert!(figure("regret", &analysis).is_none()); // nothing was simulated
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Analysis<'a> {
    /// The counts.
    pub timeline: &'a Timeline,
    /// What they say.
    pub convergence: &'a Convergence,
    /// The priors.
    pub priors: &'a Priors,
    /// The thresholds of the rules.
    pub settings: &'a Settings,
    /// How the past counts.
    pub view: View,
    /// The seed, where the log was simulated.
    pub seed: Option<u64>,
    /// What else is known of the log.
    pub beside: Beside<'a>,
    /// The regret of each policy, where it was simulated.
    pub regret: Option<&'a RegretCurves>,
    /// How long feedback took, where it was simulated with a delay.
    pub waits: Option<&'a Waits>,
    /// What lists showed and saw, where they were simulated.
    pub positions: Option<&'a Positions>,
}

/// A figure that can be drawn.
///
/// ```
/// use betadrift::report::FIGURES;
/// let entry = FIGURES.iter().find(|entry| entry.name == "states").unwrap();
/// assert_eq!(entry.title, "The edges by state, day by day");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name, which is that of its file.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Whether it shows what is only known of simulations.
    of_truth: bool,
    draw: Draw,
}

/// How a figure is drawn.
#[derive(Debug, Clone, Copy)]
enum Draw {
    /// But for its title.
    Body(fn(&Analysis<'_>) -> Option<Body>),
    /// The same, of a further analysis, which may not have been made.
    Further(fn(&Analysis<'_>) -> Option<Body>),
    /// Whole, of an analysis that has a verb of its own.
    Whole(fn(&Analysis<'_>) -> Option<Figure>),
}

/// A figure but for its title.
struct Body {
    size: (u32, u32),
    note: String,
    rows: Vec<Row>,
}

/// Every figure, in the order of the report.
///
/// ```
/// use betadrift::report::FIGURES;
/// let place = |name| FIGURES.iter().position(|entry| entry.name == name);
/// assert_eq!(place("convergence"), Some(0)); // what is looked at first
/// assert!(place("posterior") < place("regret")); // a log comes before what only simulations know
/// ```
#[rustfmt::skip]
pub const FIGURES: [Entry; 18] = [
    Entry { name: "convergence", title: "Has it converged? The best edge, and what searching on could still win", of_truth: false, draw: Draw::Body(convergence::draw) },
    Entry { name: "posterior", title: "What is believed of each edge’s success rate, day by day", of_truth: false, draw: Draw::Body(posterior::draw) },
    Entry { name: "divergence", title: "How far each day moved the beliefs, against what they expected of it", of_truth: false, draw: Draw::Body(divergence::draw) },
    Entry { name: "separation", title: "How far apart the edges are: divergence between their posteriors", of_truth: false, draw: Draw::Body(separation::draw) },
    Entry { name: "information", title: "Information gained over the prior, and the uncertainty that is left", of_truth: false, draw: Draw::Body(information::draw) },
    Entry { name: "intervals", title: "Width of each edge’s credible interval against its pulls", of_truth: false, draw: Draw::Body(intervals::draw) },
    Entry { name: "allocation", title: "Where the pulls went: each edge’s share, day by day", of_truth: false, draw: Draw::Body(allocation::draw) },
    Entry { name: "pulls", title: "Pulls of each edge, and which of them are starved", of_truth: false, draw: Draw::Body(pulls::draw) },
    Entry { name: "states", title: "The edges by state, day by day", of_truth: false, draw: Draw::Body(states::draw) },
    Entry { name: "trajectories", title: "The path of each posterior through the plane of α and β", of_truth: false, draw: Draw::Body(trajectories::draw) },
    Entry { name: "model_regret", title: "What exploring has cost so far, by the log’s own beliefs", of_truth: false, draw: Draw::Further(model_regret::draw) },
    Entry { name: "evidence", title: "Which prior the log supports", of_truth: false, draw: Draw::Whole(|analysis| analysis.beside.tuning.map(evidence)) },
    Entry { name: "half_life", title: "Does forgetting predict better?", of_truth: false, draw: Draw::Whole(|analysis| analysis.beside.tuning.map(half_life)) },
    Entry { name: "reliability", title: "Did what was foretold each morning come true?", of_truth: false, draw: Draw::Whole(|analysis| Some(reliability(analysis.beside.calibration?, analysis.settings.level))) },
    Entry { name: "drift", title: "Which edges changed their rates, and when", of_truth: false, draw: Draw::Whole(|analysis| analysis.beside.drift.map(change_points)) },
    Entry { name: "regret", title: "Regret of each policy in simulation", of_truth: true, draw: Draw::Body(regret::draw) },
    Entry { name: "delay", title: "How long feedback takes, and how much of it is known when", of_truth: true, draw: Draw::Body(delay::draw) },
    Entry { name: "positions", title: "Clicks by position, and what is believed of the edges that stood there", of_truth: true, draw: Draw::Body(positions::draw) },
];

/// Every figure that the analysis has something for: `regret` only for a simulation, `delay` and `positions`
/// only for one that has them, and those of further analyses where they were made.
///
/// ```
/// use betadrift::report::figures;
/// use betadrift::simulate::{Scenario, timeline};
/// # use betadrift::{beta::Beta, convergence, posterior::Priors, report::{Analysis, Beside}, timeline::View};
/// let world = r#"
///     days = 3
///     trials_per_day = 5
///     environment = { kind = "stationary", edges = { a = 0.9, b = 0.1 } }
/// "#;
/// let timeline = timeline(&Scenario::from_toml(world)?, 0, 0);
/// # let (priors, view, settings) = (Priors::new(Beta::UNIFORM), View::Cumulative, convergence::Settings::default());
/// # let analysis = Analysis {
/// #     timeline: &timeline,
/// #     convergence: &convergence::convergence(&timeline, &priors, view, &settings),
/// #     priors: &priors,
/// #     settings: &settings,
/// #     view,
/// #     seed: None,
/// #     beside: Beside::default(),
/// #     regret: None,
/// #     waits: None,
/// #     positions: None,
/// # };
/// let drawn = figures(&analysis); // an analysis of the timeline, with nothing beside it
/// assert_eq!(drawn[0].name, "convergence");
/// let is_drawn = |name| drawn.iter().any(|figure| figure.name == name);
/// assert!(is_drawn("posterior") && !is_drawn("drift") && !is_drawn("regret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn figures(analysis: &Analysis<'_>) -> Vec<Figure> {
    FIGURES.iter().filter_map(|entry| entry.figure(analysis)).collect()
}

/// The figure of that name; `None` if there is none, or the analysis has nothing for it.
///
/// ```
/// use betadrift::report::figure;
/// # use betadrift::{beta::Beta, convergence, posterior::Priors, report::{Analysis, Beside}};
/// # use betadrift::timeline::{Timeline, View};
/// let timeline = Timeline::default(); // without any feedback
/// # let (priors, view, settings) = (Priors::new(Beta::UNIFORM), View::Cumulative, convergence::Settings::default());
/// # let analysis = Analysis {
/// #     timeline: &timeline,
/// #     convergence: &convergence::convergence(&timeline, &priors, view, &settings),
/// #     priors: &priors,
/// #     settings: &settings,
/// #     view,
/// #     seed: None,
/// #     beside: Beside::default(),
/// #     regret: None,
/// #     waits: None,
/// #     positions: None,
/// # };
/// let states = figure("states", &analysis).unwrap(); // an analysis of the timeline
/// let notice = states.rows[0].panels[0].notice.as_deref();
/// assert_eq!(notice, Some("The log holds no feedback, so there is nothing to draw."));
/// assert!(figure("state", &analysis).is_none()); // there is no figure of that name
/// ```
pub fn figure(name: &str, analysis: &Analysis<'_>) -> Option<Figure> {
    FIGURES.iter().find(|entry| entry.name == name)?.figure(analysis)
}

impl Entry {
    fn figure(&self, analysis: &Analysis<'_>) -> Option<Figure> {
        let (draw, may_lack) = match self.draw {
            Draw::Whole(draw) => return Some(Figure { name: self.name, ..draw(analysis)? }),
            Draw::Further(draw) => (draw, true),
            Draw::Body(draw) => (draw, self.of_truth),
        };
        let body = match (may_lack, analysis.days()) {
            (true, _) => draw(analysis)?,
            (_, []) => nothing(NO_FEEDBACK),
            _ => draw(analysis).unwrap_or_else(|| nothing("No edge is followed, so there is nothing to draw.")),
        };
        let (name, title) = (self.name, self.title.to_owned());
        Some(Figure { name, title, subtitle: analysis.subtitle(), note: body.note, size: body.size, rows: body.rows })
    }
}

/// Why there is nothing to draw of a log without feedback.
const NO_FEEDBACK: &str = "The log holds no feedback, so there is nothing to draw.";

/// Words where a figure would be.
fn nothing(why: &str) -> Body {
    let mut panel = blank_panel(String::new());
    panel.notice = Some(why.to_owned());
    Body { size: (960, 200), note: String::new(), rows: vec![Row { weight: 1.0, panels: vec![panel] }] }
}

/// A panel without axes.
fn blank_panel(heading: String) -> Panel {
    let axis = Axis { ticks: Vec::new(), line: false, ..Axis::linear("", (0.0, 1.0), 1) };
    Panel::new(heading, axis.clone(), axis)
}

impl<'a> Analysis<'a> {
    fn days(&self) -> &'a [DaySummary] {
        &self.convergence.days
    }

    /// The `most` first edges of the ranking, with what each is called in a figure.
    fn top(&self, most: usize) -> Vec<(String, &'a History)> {
        let histories = &self.convergence.histories[..most.min(self.convergence.histories.len())];
        let ids: Vec<EdgeId> = histories.iter().map(|history| history.edge).collect();
        display_names(&self.convergence.edges, &ids).into_iter().zip(histories).collect()
    }

    /// How many edges are beyond the `most` first, in words for a note.
    fn left_out(&self, most: usize) -> String {
        match self.convergence.edges.len() - most.min(self.convergence.histories.len()) {
            0 => String::new(),
            hidden => format!(" Not drawn: {} further down the ranking.", words::several(hidden, "edge")),
        }
    }

    /// The calendar as a horizontal axis.
    fn day_axis(&self, ticks: usize) -> Axis {
        match self.days() {
            [first, .., last] => Axis::days(first.day, last.day, ticks),
            [only] => Axis::days(only.day, only.day, ticks),
            [] => Axis::linear("day", (0.0, 1.0), 1),
        }
    }

    /// How many edges, days and pulls, which period, which prior.
    fn subtitle(&self) -> String {
        let mut parts = vec![words::several(self.convergence.edges.len(), "edge")];
        if let [first, ..] = self.days() {
            let last = self.days()[self.days().len() - 1].day;
            let pulls = self.days().iter().map(|day| day.events).sum();
            let length = words::several(self.days().len(), "day");
            parts.push(if first.day == last {
                format!("1 day, {last}")
            } else {
                format!("{length}, {} to {last}", first.day)
            });
            parts.push(format!("n = {}", words::counted(pulls, "pull")));
        }
        parts.push(prior(self.priors));
        match self.view {
            View::Cumulative => {}
            View::Window(days) => parts.push(format!("window of {}", words::several(days as usize, "day"))),
            View::HalfLife(days) => parts.push(format!("half-life {days} day{}", if days == 1.0 { "" } else { "s" })),
        }
        parts.extend(self.seed.map(|seed| format!("seed {seed}")));
        parts.join(" · ")
    }
}

fn prior(priors: &Priors) -> String {
    let default = priors.default_prior();
    let beta = format!("prior Beta({}, {})", default.alpha(), default.beta());
    match priors.groups().len() {
        0 => beta,
        groups => format!("{beta}, other in {}", words::several(groups, "group")),
    }
}

/// What edges are called in a figure: the name as far as the font has it and the room allows. Where two would look alike, the
/// place in the order of names, from 1, tells them apart; it is the row of the table of edges.
fn display_names(edges: &Edges, ids: &[EdgeId]) -> Vec<String> {
    let names: Vec<String> = ids.iter().map(|&id| KEY.fit(edges.name(id), NAME_WIDTH)).collect();
    let alike =
        |name: &String| name.trim_matches([' ', '□']).is_empty() || names.iter().filter(|n| *n == name).count() > 1;
    let number = |id: &EdgeId| format!(" #{}", id.index() + 1);
    let named = |(id, name): (&EdgeId, &String)| match alike(name) {
        true => KEY.fit(name, NAME_WIDTH - KEY.width(&number(id))) + &number(id),
        false => name.clone(),
    };
    ids.iter().zip(&names).map(named).collect()
}

/// An axis without words, above one that has them.
fn silent(mut axis: Axis) -> Axis {
    axis.label.clear();
    axis.ticks.iter_mut().for_each(|tick| tick.text = None);
    axis
}
