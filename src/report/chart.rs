//! What a figure is, before anyone draws it: panels, axes, marks and words, in the units of the data.

use super::axis::Axis;
use super::color::Color;

/// A figure: a title, words of explanation, and rows of panels.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name, which is that of its file.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// How many edges, days and pulls, which period, which prior.
    pub subtitle: String,
    /// How to read it, and what it does not say.
    pub note: String,
    /// Width and height in pixels at scale 1.
    pub size: (u32, u32),
    /// The panels, from top to bottom.
    pub rows: Vec<Row>,
}

/// Panels side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Share of the height, relative to the other rows.
    pub weight: f64,
    /// The panels, from left to right.
    pub panels: Vec<Panel>,
}

/// Two axes and what is drawn between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Share of the width, relative to the other panels of the row.
    pub weight: f64,
    /// What the vertical axis measures, with its unit. It stands above the axis, so that nobody tilts their head.
    pub heading: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, the first at the bottom.
    pub marks: Vec<Mark>,
    /// Direct labels, in the margin to the right.
    pub keys: Vec<Key>,
    /// Words in the middle, where there is nothing to draw.
    pub notice: Option<String>,
}

impl Panel {
    /// An empty panel of weight 1.
    pub fn new(heading: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self { weight: 1.0, heading: heading.into(), x, y, marks: Vec::new(), keys: Vec::new(), notice: None }
    }
}

/// A mark in data coordinates.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line through points; where a value does not exist it has a gap, and a value alone between gaps is a dot.
    Line {
        /// (x, y), in order of x.
        points: Vec<(f64, Option<f64>)>,
        /// Its pen.
        stroke: Stroke,
    },
    /// A filled polygon.
    Area {
        /// Its corners.
        outline: Vec<(f64, f64)>,
        /// Its colour.
        fill: Color,
        /// Its opacity, 0 to 1.
        opacity: f64,
    },
    /// Filled circles.
    Dots {
        /// Their centres.
        at: Vec<(f64, f64)>,
        /// Their radius in pixels.
        radius: f64,
        /// Their colour.
        fill: Color,
        /// Their opacity, 0 to 1.
        opacity: f64,
    },
    /// Filled rectangles.
    Tiles(Vec<Tile>),
}

/// A filled rectangle with words in it, if they fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// From left to right.
    pub x: (f64, f64),
    /// From bottom to top.
    pub y: (f64, f64),
    /// Its colour.
    pub fill: Color,
    /// What stands in it.
    pub text: Option<String>,
}

/// The pen of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub color: Color,
    /// Its width in pixels.
    pub width: f64,
    /// Whether it is broken into dashes.
    pub dashed: bool,
}

impl Stroke {
    /// An unbroken line.
    pub fn solid(color: Color, width: f64) -> Self {
        Self { color, width, dashed: false }
    }

    /// A broken line.
    pub fn dashed(color: Color, width: f64) -> Self {
        Self { color, width, dashed: true }
    }
}

/// A direct label in the margin to the right of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The words.
    pub text: String,
    /// The sign before them.
    pub sign: Sign,
    /// The colour of the sign.
    pub color: Color,
    /// The point it speaks of, from which a leader is drawn; without one it stands in a list at the top.
    pub at: Option<(f64, f64)>,
    /// Whether its words are of second rank.
    pub muted: bool,
}

/// The sign before a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// None.
    Nothing,
    /// A piece of line.
    Line,
    /// A dot.
    Dot,
    /// A square.
    Square,
}

impl Key {
    /// A label at the end of a line.
    pub fn line(text: impl Into<String>, color: Color, at: (f64, f64)) -> Self {
        Self { text: text.into(), sign: Sign::Line, color, at: Some(at), muted: false }
    }

    /// A label of second rank at the end of a rule.
    pub fn rule(text: impl Into<String>, color: Color, at: (f64, f64)) -> Self {
        Self { text: text.into(), sign: Sign::Line, color, at: Some(at), muted: true }
    }

    /// An entry of a list: a sign and what it stands for.
    pub fn entry(text: impl Into<String>, sign: Sign, color: Color) -> Self {
        Self { text: text.into(), sign, color, at: None, muted: false }
    }
}

/// The outline of a band from `lower` to `upper`, one polygon for each unbroken run of values; a value alone is a bar.
pub fn bands(points: impl IntoIterator<Item = (f64, Option<(f64, f64)>)>) -> Vec<Vec<(f64, f64)>> {
    let corners = |run: Vec<(f64, (f64, f64))>| match run[..] {
        [(x, (lower, upper))] => outline([(x - 0.2, lower, upper), (x + 0.2, lower, upper)].into_iter()),
        _ => outline(run.iter().map(|&(x, (lower, upper))| (x, lower, upper))),
    };
    runs(points).into_iter().map(corners).collect()
}

/// The outline of a band of steps, each `2·half` wide about its x, one polygon for each unbroken run of values.
pub fn steps(points: impl IntoIterator<Item = (f64, Option<(f64, f64)>)>, half: f64) -> Vec<Vec<(f64, f64)>> {
    let corners = |run: Vec<(f64, (f64, f64))>| {
        outline(run.into_iter().flat_map(|(x, (lower, upper))| [(x - half, lower, upper), (x + half, lower, upper)]))
    };
    runs(points).into_iter().map(corners).collect()
}

fn outline(run: impl DoubleEndedIterator<Item = (f64, f64, f64)> + Clone) -> Vec<(f64, f64)> {
    let upper = run.clone().map(|(x, _, upper)| (x, upper));
    upper.chain(run.rev().map(|(x, lower, _)| (x, lower))).collect()
}

/// The unbroken runs of values.
pub(super) fn runs<V>(points: impl IntoIterator<Item = (f64, Option<V>)>) -> Vec<Vec<(f64, V)>> {
    let mut runs = vec![Vec::new()];
    for (x, value) in points {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((x, value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
