//! The Beta widget: a Beta that is moved by hand, compared with another, and followed through the days of a log.
//!
//! What it computes, it computes with this library, compiled to WebAssembly (`beta.wasm`, from the crate `widget`). Without
//! JavaScript its sentence and tables stand as they were written.

mod days;
mod table;

pub use days::{Days, EdgeDays};

use serde::Serialize;

use super::base64;
use super::page::{Page, escaped};
use crate::beta::Beta;
use crate::number::Plain;
use table::text;

/// The styles of a widget.
///
/// ```
/// use betadrift::report::widget::STYLE;
/// assert!(!STYLE.contains("</style") && !STYLE.contains("url(")); // it may stand in a page, and asks for nothing
/// ```
pub const STYLE: &str = include_str!("widget.css");
/// The script of a widget.
///
/// ```
/// use betadrift::report::widget::SCRIPT;
/// assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("fetch(")); // it may stand in a page, and asks for nothing
/// ```
pub const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("module.js"),
    include_str!("figure.js"),
    include_str!("widget.js"),
    "})();\n"
);
/// The library as WebAssembly.
const MODULE: &[u8] = include_bytes!("beta.wasm");
const BODY: &str = include_str!("body.html");

/// Where a widget begins.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::report::Page;
/// use betadrift::report::widget::{SCRIPT, STYLE, Widget};
/// let widget = Widget::new(Beta::new(4.0, 3.0)?, Beta::UNIFORM, None, 0.95);
/// assert_eq!((widget.level, widget.days.last()), (0.95, None));
/// let (title, summary) = ("3 of 5", "What is known after five trials.");
/// let page = Page { title, summary, main: &widget.fragment(), styles: &[STYLE], scripts: &[SCRIPT] };
/// assert!(page.html().contains("betadrift beta 4,3")); // the command that prints the same numbers
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// The posterior that is looked at.
    pub one: Beta,
    /// What was believed before.
    pub prior: Beta,
    /// The posterior it is compared with.
    pub other: Option<Beta>,
    /// The level of the intervals, in (0, 1).
    pub level: f64,
    /// The days of a log.
    pub days: Days,
}

#[derive(Serialize)]
struct State<'a> {
    schema: &'static str,
    one: [f64; 2],
    prior: [f64; 2],
    other: Option<[f64; 2]>,
    level: f64,
    #[serde(flatten)]
    days: &'a Days,
}

impl Widget {
    /// A widget of one Beta, without a log.
    pub fn new(one: Beta, prior: Beta, other: Option<Beta>, level: f64) -> Self {
        Self { one, prior, other, level, days: Days::default() }
    }

    /// A widget that begins with the last day of a log: its first edge, compared with its second if there is one. `None`
    /// where the log has no edge.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::feedback::{Counts, Day};
    /// use betadrift::posterior::Priors;
    /// use betadrift::report::widget::{Days, Widget};
    /// use betadrift::timeline::{Fold, View};
    /// let mut fold = Fold::default();
    /// for (name, successes) in [("a", 3), ("b", 1)] {
    ///     let edge = fold.edge(name);
    ///     fold.add(Day::from_days(0), edge, Counts::whole(successes, 2));
    /// }
    /// let days = Days::of(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
    /// let widget = Widget::of_days(days, 0.95).unwrap();
    /// assert_eq!((widget.one, widget.other), (Beta::new(4.0, 3.0)?, Some(Beta::new(2.0, 3.0)?)));
    /// assert!(Widget::of_days(Days::default(), 0.95).is_none());
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn of_days(days: Days, level: f64) -> Option<Self> {
        let mut edges = days.edges().iter();
        let first = edges.next()?;
        let other = edges.next().and_then(EdgeDays::last);
        Some(Self { one: first.last()?, prior: first.prior(), other, level, days })
    }

    /// The widget as a page of its own.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::report::widget::Widget;
    /// let page = Widget::new(Beta::new(4.0, 3.0)?, Beta::UNIFORM, None, 0.95).page();
    /// assert!(page.contains("its mean is <strong>0.5714</strong>")); // 4/7
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn page(&self) -> String {
        let summary =
            "A Beta distribution to move by hand, computed by the program that wrote it; opens without a network.";
        let (title, main) = ("What is known of a success rate", self.fragment());
        Page { title, summary, main: &main, styles: &[STYLE], scripts: &[SCRIPT] }.html()
    }

    /// The widget as HTML for a page that also has [`STYLE`] and [`SCRIPT`].
    pub fn fragment(&self) -> String {
        let mut filled = String::new();
        for part in BODY.split_inclusive(['{', '}']) {
            let text = &part[..part.len() - usize::from(part.ends_with(['{', '}']))];
            match (part.ends_with('}'), text) {
                (true, "sentence") => filled.push_str(&self.sentence()),
                (true, "second") => filled.push_str(if self.other.is_some() { "" } else { " hidden" }),
                (true, "rates") => filled.push_str(&table::rates(self)),
                (true, "pair") => filled.push_str(&table::pair(self)),
                (true, "command") => filled.push_str(&self.command()),
                _ => filled.push_str(text),
            }
        }
        format!(
            "{filled}<script type=\"application/json\" id=\"beta-state\">{}</script>\n\
             <script type=\"application/octet-stream\" id=\"beta-module\">{}</script>\n",
            self.state(),
            base64::encode(MODULE)
        )
    }

    /// What the script begins with, as JSON in which no tag can end.
    fn state(&self) -> String {
        let pair = |beta: Beta| [beta.alpha(), beta.beta()];
        let state = State {
            schema: "betadrift.widget/1",
            one: pair(self.one),
            prior: pair(self.prior),
            other: self.other.map(pair),
            level: self.level,
            days: &self.days,
        };
        let json = serde_json::to_string(&state).expect("valid by construction: numbers, texts and lists of them");
        json.replace('<', "\\u003c")
    }

    fn sentence(&self) -> String {
        let interval = self.one.interval(self.level);
        let mode = self.one.mode().map_or_else(
            || "and no one value is the likeliest".to_owned(),
            |mode| format!("its likeliest value {}", text(mode)),
        );
        let edge = self.days.edges().first().map_or("A", |edge| &edge.edge);
        let as_of = self.days.last().map_or_else(|| "With".to_owned(), |day| format!("As of {day}, with"));
        format!(
            "{as_of} {} probability the rate of {} lies between <strong>{} and {}</strong>; its mean is <strong>{}</strong>, {mode}.",
            self.percent(),
            escaped(edge),
            text(interval.lower),
            text(interval.upper),
            text(self.one.mean()),
        )
    }

    fn percent(&self) -> String {
        format!("{} %", text(100.0 * self.level))
    }

    /// The command line that prints the same numbers.
    fn command(&self) -> String {
        let numbers = |beta: Beta| format!("{},{}", Plain(beta.alpha()), Plain(beta.beta()));
        let vs = self.other.map_or_else(String::new, |other| format!(" --vs {}", numbers(other)));
        let level = if self.level == 0.95 { String::new() } else { format!(" --level {}", Plain(self.level)) };
        format!("betadrift beta {}{vs}{level}", numbers(self.one))
    }
}
