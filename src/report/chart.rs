//! What a figure is, before anyone draws it: panels, axes, marks and words, in the units of the data.

use super::axis::Axis;
use super::color::Color;

/// A figure: a title, words of explanation, and rows of panels.
///
/// ```
/// use betadrift::report::axis::Axis;
/// use betadrift::report::chart::{Figure, Mark, Panel, Row, Stroke};
/// use betadrift::report::{color, svg};
/// let mut panel = Panel::new("Success rate", Axis::linear("trial", (0.0, 10.0), 5), Axis::linear("", (0.0, 1.0), 5));
/// let points = vec![(0.0, Some(0.5)), (10.0, Some(0.9))];
/// panel.marks.push(Mark::Line { points, stroke: Stroke::solid(color::BLUE, 1.6) });
/// let figure = Figure {
///     name: "rate",
///     title: "One rate".into(),
///     subtitle: "1 edge".into(),
///     note: String::new(),
///     size: (480, 320),
///     rows: vec![Row { weight: 1.0, panels: vec![panel] }],
/// };
/// let svg = svg(&figure);
/// assert!(svg.contains("width=\"480\" height=\"320\"") && svg.contains("<title>One rate</title>"));
/// assert!(svg.contains(">Success rate</text>") && svg.contains("#0072B2"));
/// ```
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
///
/// ```
/// use betadrift::report::axis::Axis;
/// use betadrift::report::chart::{Panel, Row};
/// # use betadrift::report::{Figure, svg};
/// let panel = |heading: &str| Panel::new(heading, Axis::linear("", (0.0, 1.0), 2), Axis::linear("", (0.0, 1.0), 2));
/// let wide = Panel { weight: 2.0, ..panel("Left") };
/// let row = Row { weight: 1.0, panels: vec![wide, panel("Right")] };
/// # let (title, subtitle, note, size) = (String::new(), String::new(), String::new(), (960, 320));
/// # let svg = svg(&Figure { name: "two", title, subtitle, note, size, rows: vec![row] });
/// let left_of = |heading: &str| -> f64 {
///     let line = svg.lines().find(|line| line.contains(heading)).unwrap(); // <text x="…" …>heading</text>
///     line.split('"').nth(1).unwrap().parse().unwrap()
/// };
/// assert!(left_of("Right") - left_of("Left") > 480.0); // the left one takes more than half of the width
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Share of the height, relative to the other rows.
    pub weight: f64,
    /// The panels, from left to right.
    pub panels: Vec<Panel>,
}

/// Two axes and what is drawn between them.
///
/// ```
/// use betadrift::report::axis::Axis;
/// use betadrift::report::chart::Panel;
/// # use betadrift::report::chart::Row;
/// # use betadrift::report::{Figure, svg};
/// let mut panel = Panel::new("Regret", Axis::linear("trial", (0.0, 1.0), 2), Axis::linear("", (0.0, 1.0), 2));
/// assert!(panel.weight == 1.0 && panel.marks.is_empty() && panel.keys.is_empty());
/// panel.notice = Some("No policy was simulated.".into());
/// # let (title, subtitle, note, size) = (String::new(), String::new(), String::new(), (480, 320));
/// # let rows = vec![Row { weight: 1.0, panels: vec![panel] }];
/// # let svg = svg(&Figure { name: "empty", title, subtitle, note, size, rows });
/// assert!(svg.contains(">No policy was simulated.</text>"));
/// ```
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
///
/// Two values with a gap between them are two dots, and no line:
///
/// ```
/// use betadrift::report::axis::Axis;
/// use betadrift::report::chart::{Mark, Panel, Stroke};
/// use betadrift::report::color::BLUE;
/// # use betadrift::report::chart::Row;
/// # use betadrift::report::{Figure, svg};
/// let mut panel = Panel::new("", Axis::linear("day", (0.0, 2.0), 2), Axis::linear("", (0.0, 1.0), 2));
/// let points = vec![(0.0, Some(0.5)), (1.0, None), (2.0, Some(0.7))];
/// panel.marks.push(Mark::Line { points, stroke: Stroke::solid(BLUE, 1.6) });
/// # let (title, subtitle, note, size) = (String::new(), String::new(), String::new(), (480, 320));
/// # let rows = vec![Row { weight: 1.0, panels: vec![panel] }];
/// # let svg = svg(&Figure { name: "gap", title, subtitle, note, size, rows });
/// let of_blue = |element: &str| svg.lines().filter(|line| line.starts_with(element) && line.contains("#0072B2")).count();
/// assert_eq!((of_blue("<circle"), of_blue("<polyline")), (2, 0));
/// ```
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
///
/// Words stand in a tile only if they fit:
///
/// ```
/// use betadrift::report::axis::Axis;
/// use betadrift::report::chart::{Mark, Panel, Tile};
/// use betadrift::report::color::SKY;
/// # use betadrift::report::chart::Row;
/// # use betadrift::report::{Figure, svg};
/// let tile = |x, text: &str| Tile { x, y: (0.0, 1.0), fill: SKY, text: Some(text.into()) };
/// let mut panel = Panel::new("", Axis::linear("", (0.0, 10.0), 2), Axis::linear("", (0.0, 1.0), 2));
/// panel.marks.push(Mark::Tiles(vec![tile((0.0, 9.0), "wide"), tile((9.9, 10.0), "narrow")]));
/// # let (title, subtitle, note, size) = (String::new(), String::new(), String::new(), (480, 320));
/// # let rows = vec![Row { weight: 1.0, panels: vec![panel] }];
/// # let svg = svg(&Figure { name: "tiles", title, subtitle, note, size, rows });
/// assert!(svg.contains(">wide</text>") && !svg.contains("narrow"));
/// ```
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
///
/// ```
/// use betadrift::report::chart::Stroke;
/// use betadrift::report::color::GRAY;
/// let rule = Stroke::dashed(GRAY, 1.0);
/// assert_eq!(Stroke { dashed: false, ..rule }, Stroke::solid(GRAY, 1.0));
/// ```
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
///
/// ```
/// use betadrift::report::chart::{Key, Sign};
/// use betadrift::report::color::{BLUE, GRAY};
/// let edge = Key::line("docs/faq", BLUE, (10.0, 0.6));
/// let guide = Key::rule("95 %", GRAY, (10.0, 0.95));
/// assert_eq!((edge.at, edge.muted, guide.muted), (Some((10.0, 0.6)), false, true));
/// assert_eq!(Key::entry("settled", Sign::Square, BLUE).at, None); // in a list at the top
/// ```
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
///
/// ```
/// use betadrift::report::chart::{Key, Sign};
/// use betadrift::report::color::BLUE;
/// assert_eq!(Key::line("docs/faq", BLUE, (0.0, 0.0)).sign, Sign::Line);
/// assert_eq!(Key::entry("truth", Sign::Dot, BLUE).sign, Sign::Dot);
/// ```
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
///
/// ```
/// use betadrift::report::chart::bands;
/// let polygons = bands([(0.0, Some((1.0, 2.0))), (1.0, Some((1.0, 3.0))), (2.0, None), (3.0, Some((0.0, 1.0)))]);
/// assert_eq!(polygons.len(), 2);
/// assert_eq!(polygons[0], [(0.0, 2.0), (1.0, 3.0), (1.0, 1.0), (0.0, 1.0)]); // along the upper end, and back
/// ```
pub fn bands(points: impl IntoIterator<Item = (f64, Option<(f64, f64)>)>) -> Vec<Vec<(f64, f64)>> {
    let corners = |run: Vec<(f64, (f64, f64))>| match run[..] {
        [(x, (lower, upper))] => outline([(x - 0.2, lower, upper), (x + 0.2, lower, upper)].into_iter()),
        _ => outline(run.iter().map(|&(x, (lower, upper))| (x, lower, upper))),
    };
    runs(points).into_iter().map(corners).collect()
}

/// The outline of a band of steps, each `2·half` wide about its x, one polygon for each unbroken run of values.
///
/// ```
/// use betadrift::report::chart::steps;
/// let polygons = steps([(1.0, Some((0.2, 0.8)))], 0.5);
/// assert_eq!(polygons, [[(0.5, 0.8), (1.5, 0.8), (1.5, 0.2), (0.5, 0.2)]]);
/// ```
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
