//! What positions in a list do to clicks, and what crediting them does to what is believed of the edges: in simulations.

use super::{Analysis, Body};
use crate::beta::Beta;
use crate::report::axis::{Axis, Scale, Tick, extent, padded};
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Stroke, Tile};
use crate::report::color::{BLUE, Color, GRAY, INK, VERMILION};
use crate::report::words;

/// What a run with lists showed and saw.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::report::{ListedEdge, Positions, figure};
/// # use betadrift::{convergence, posterior::Priors, report::{Analysis, Beside}};
/// # use betadrift::timeline::{Timeline, View};
/// # let (timeline, priors) = (Timeline::default(), Priors::new(Beta::UNIFORM));
/// # let (view, settings) = (View::Cumulative, convergence::Settings::default());
/// let faq = ListedEdge {
///     name: "faq".into(),
///     at: vec![(100, 50), (100, 25)],
///     posterior: Beta::new(76.0, 76.0)?, // of 200 plays 150 were examined
///     rate: Some(0.5),
/// };
/// let (examination, policy) = (Some(vec![1.0, 0.5]), "thompson".into());
/// let positions = Positions { prior: Beta::UNIFORM, edges: vec![faq], examination, policy };
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
/// #     positions: Some(&positions),
/// # };
/// let figure = figure("positions", &analysis).unwrap(); // of an analysis that has these positions
/// let headings: Vec<&str> = figure.rows[0].panels.iter().map(|panel| panel.heading.as_str()).collect();
/// assert_eq!(headings, ["Plays at each position", "Clicks per play", "What is believed of each edge"]);
/// assert!(figure.note.contains("Policy thompson, first run."));
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Positions {
    /// The prior of every edge.
    pub prior: Beta,
    /// The edges, in the order to be drawn.
    pub edges: Vec<ListedEdge>,
    /// The chance that each position is examined, where the world has one.
    pub examination: Option<Vec<f64>>,
    /// The policy that played.
    pub policy: String,
}

/// An edge of a run with lists.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::report::ListedEdge;
/// let edge = ListedEdge { name: "faq".into(), at: vec![(4, 3), (1, 0)], posterior: Beta::new(4.0, 3.0)?, rate: None };
/// let plays: u64 = edge.at.iter().map(|(plays, _)| plays).sum();
/// assert_eq!(edge.posterior.alpha() + edge.posterior.beta(), plays as f64 + 2.0); // each counted in full, from Beta(1, 1)
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ListedEdge {
    /// Its name.
    pub name: String,
    /// Its plays at each position, from the top, and how many of them were clicked; those whose answer was still awaited are not in.
    pub at: Vec<(u64, u64)>,
    /// What the engine believed of it in the end.
    pub posterior: Beta,
    /// Its true rate, where it has one.
    pub rate: Option<f64>,
}

/// Edges shown.
const EDGES: usize = 12;
/// Positions shown.
const POSITIONS: usize = 10;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let positions = analysis.positions.filter(|positions| positions.edges.iter().any(|edge| edge.plays() > 0))?;
    let names: Vec<String> = positions.edges.iter().map(|edge| super::KEY.fit(&edge.name, super::NAME_WIDTH)).collect();
    let shown = &positions.edges[..positions.edges.len().min(EDGES)];
    let lists = shown.iter().map(|edge| edge.at.len()).max().unwrap_or(0);
    let level = analysis.settings.level;
    let mut pulls = pulls(&names[..shown.len()], shown, lists.min(POSITIONS));
    pulls.weight = 1.1;
    let by_position = by_position(positions, lists.min(POSITIONS), level);
    let mut by_edge = by_edge(&names[..shown.len()], shown, positions.prior, level);
    by_edge.weight = 1.5;
    let hidden = positions.edges.len() - shown.len();
    let left_out = match (hidden, lists.saturating_sub(POSITIONS)) {
        (0, 0) => String::new(),
        (edges, 0) => format!(" Not drawn: {}.", words::several(edges, "edge")),
        (edges, lower) => {
            format!(" Not drawn: {}, {}.", words::several(edges, "edge"), words::several(lower, "position"))
        }
    };
    let (guide, narrow) = match positions.examination {
        Some(_) => (
            " (guide: the clicks on top, times the chance that a position is examined)",
            "; right: somewhat narrow below the top",
        ),
        None => ("", ""),
    };
    let note = format!(
        "Left: how often each edge stood where. Middle: clicks per play at a position, whatever the edge; they mix the position with \
         the edges that stood there{guide}. Right: each edge’s success rate as the engine credits it, and as if every play without a \
         click were a failure, from the prior Beta({}, {}). Bars: {} % intervals (middle: Jeffreys{narrow}). Policy {}, first \
         run.{left_out}",
        positions.prior.alpha(),
        positions.prior.beta(),
        words::plain(100.0 * level),
        positions.policy,
    );
    let height = 250 + 26 * shown.len().max(6) as u32;
    Some(Body {
        size: (1080, height),
        note,
        rows: vec![Row { weight: 1.0, panels: vec![pulls, by_position, by_edge] }],
    })
}

impl ListedEdge {
    fn plays(&self) -> u64 {
        self.at.iter().map(|(plays, _)| plays).sum()
    }

    fn clicks(&self) -> u64 {
        self.at.iter().map(|(_, clicks)| clicks).sum()
    }
}

fn position_axis(lists: usize) -> Axis {
    let ticks = (1..=lists).map(|position| Tick::new(position as f64, position.to_string())).collect();
    let label = "position, from the top".to_owned();
    Axis { label, scale: Scale::Linear, range: (0.5, lists as f64 + 0.5), ticks, line: true }
}

/// Plays of each edge at each position.
fn pulls(names: &[String], edges: &[ListedEdge], lists: usize) -> Panel {
    let mut panel = Panel::new("Plays at each position", position_axis(lists), Axis::rows(names.iter().cloned()));
    panel.x.line = false;
    let plays = |edge: &ListedEdge, position: usize| edge.at.get(position).map_or(0, |(plays, _)| *plays);
    let most = edges.iter().flat_map(|edge| (0..lists).map(|at| plays(edge, at))).max().unwrap_or(1).max(1);
    let tile = |row: usize, position: usize| {
        let count = plays(&edges[row], position);
        let (x, y) = (position as f64 + 1.0, -(row as f64));
        let fill = BLUE.tint(0.05 + 0.95 * (count as f64 / most as f64).sqrt());
        let text = Some(words::count(count as f64));
        Tile { x: (x - 0.47, x + 0.47), y: (y - 0.44, y + 0.44), fill, text }
    };
    let tiles = (0..edges.len()).flat_map(|row| (0..lists).map(move |position| (row, position)));
    panel.marks.push(Mark::Tiles(tiles.map(|(row, position)| tile(row, position)).collect()));
    panel
}

/// Clicks per play at each position, over all edges.
fn by_position(positions: &Positions, lists: usize, level: f64) -> Panel {
    let sum = |position: usize| {
        let at = positions.edges.iter().filter_map(|edge| edge.at.get(position));
        at.fold((0u64, 0u64), |(plays, clicks), (p, c)| (plays + p, clicks + c))
    };
    let rates: Vec<(f64, f64, f64, f64)> = (0..lists)
        .map(sum)
        .enumerate()
        .filter(|(_, (plays, _))| *plays > 0)
        .map(|(position, (plays, clicks))| {
            let jeffreys = beta(Beta::JEFFREYS, clicks, plays).interval(level);
            (position as f64 + 1.0, clicks as f64 / plays as f64, jeffreys.lower, jeffreys.upper)
        })
        .collect();
    let most = rates.iter().map(|(.., upper)| *upper).fold(0.0, f64::max);
    let mut panel = Panel::new("Clicks per play", position_axis(lists), Axis::linear("", (0.0, most * 1.05), 5));
    panel.marks.push(Mark::Line {
        points: rates.iter().map(|&(x, rate, ..)| (x, Some(rate))).collect(),
        stroke: Stroke::solid(GRAY, 1.0),
    });
    for &(x, rate, lower, upper) in &rates {
        panel.marks.push(bar(&[(x, lower), (x, upper)], BLUE));
        panel.marks.push(Mark::Dots { at: vec![(x, rate)], radius: 3.6, fill: BLUE, opacity: 1.0 });
    }
    if let Some(examination) = &positions.examination {
        let at = |position: usize| position as f64 + 1.0;
        let top = rates.first().map_or(0.0, |(_, rate, ..)| *rate) / examination.first().copied().unwrap_or(1.0);
        let guide: Vec<(f64, Option<f64>)> = examination[..lists.min(examination.len())]
            .iter()
            .enumerate()
            .map(|(position, seen)| (at(position), Some(seen * top)))
            .filter(|(_, value)| value.is_some_and(|value| value <= most * 1.05))
            .collect();
        if let Some(&(x, Some(y))) = guide.last() {
            panel.keys.push(Key::rule("guide: examined", INK, (x, y)));
        }
        panel.marks.push(Mark::Line { points: guide, stroke: Stroke::dashed(INK, 1.0) });
    }
    panel
}

/// What is believed of each edge, credited and naively, with the truth.
fn by_edge(names: &[String], edges: &[ListedEdge], prior: Beta, level: f64) -> Panel {
    let naive: Vec<Beta> = edges.iter().map(|edge| beta(prior, edge.clicks(), edge.plays())).collect();
    let both = || edges.iter().map(|edge| edge.posterior).chain(naive.iter().copied());
    let ends = both().map(|belief| belief.interval(level)).flat_map(|interval| [interval.lower, interval.upper]);
    let range = extent(ends.chain(edges.iter().filter_map(|edge| edge.rate))).unwrap_or((0.0, 1.0));
    let range = padded(range, 0.03);
    let range = (range.0.max(0.0), range.1.min(1.0));
    let x = Axis::linear("success rate", range, 5);
    let mut panel = Panel::new("What is believed of each edge", x, Axis::rows(names.iter().cloned()));
    for (row, (edge, naive)) in edges.iter().zip(&naive).enumerate() {
        for (belief, offset, color) in [(edge.posterior, 0.2, BLUE), (*naive, -0.2, VERMILION)] {
            let (y, interval) = (offset - row as f64, belief.interval(level));
            panel.marks.push(bar(&[(interval.lower, y), (interval.upper, y)], color));
            panel.marks.push(Mark::Dots { at: vec![(belief.mean(), y)], radius: 3.2, fill: color, opacity: 1.0 });
        }
        if let Some(rate) = edge.rate {
            let y = -(row as f64);
            let points = vec![(rate, Some(y - 0.42)), (rate, Some(y + 0.42))];
            panel.marks.push(Mark::Line { points, stroke: Stroke::solid(INK, 1.6) });
        }
    }
    panel.keys.push(Key::entry("credited", Sign::Dot, BLUE));
    panel.keys.push(Key::entry("naive", Sign::Dot, VERMILION));
    if edges.iter().any(|edge| edge.rate.is_some()) {
        panel.keys.push(Key::entry("truth", Sign::Line, INK));
    }
    panel
}

/// The line of an interval.
fn bar(ends: &[(f64, f64)], color: Color) -> Mark {
    Mark::Line { points: ends.iter().map(|&(x, y)| (x, Some(y))).collect(), stroke: Stroke::solid(color, 1.6) }
}

/// The posterior after so many clicks in so many plays.
fn beta(prior: Beta, clicks: u64, plays: u64) -> Beta {
    crate::posterior::update(prior, (clicks as f64, (plays - clicks) as f64))
}
