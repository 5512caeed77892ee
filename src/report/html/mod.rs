//! The report as one page, `report.html`: the verdict first, then what it rests on. It opens from a disk and asks for nothing;
//! without JavaScript it is a document with its figures in it.

mod changes;
mod dark;
mod days;
mod edges;
mod figure;
mod headline;
mod markdown;
mod quality;
mod rules;

pub use changes::changes_page;
use dark::in_the_dark;
use figure::figures;
use markdown::{body, inline, list};

use super::further;
use super::page::Page;
use super::svg::font_faces;
use super::verdict::{self, About};
use super::widget::{self, Days, Widget};
use super::{Analysis, Figure};
use crate::convergence::Standing;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("tables.js"),
    include_str!("../widget/module.js"),
    include_str!("../widget/figure.js"),
    include_str!("history.js"),
    include_str!("evening.js"),
    include_str!("../widget/widget.js"),
    "})();\n"
);

/// What the page is made of.
struct Facts<'a> {
    analysis: &'a Analysis<'a>,
    figures: &'a [Figure],
    /// The edges with feedback, the most probable best first.
    ranking: Vec<&'a Standing>,
    /// The days of the first of them.
    followed: Days,
}

/// A part of the page with a heading, which the list of contents leads to.
struct Section {
    id: &'static str,
    title: &'static str,
    html: String,
}

/// The report as a page, of an analysis, the figures that were drawn of it, and the seed of what was drawn by chance. It links to
/// the files of the report beside it. The same arguments give the same bytes.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::posterior::Priors;
/// use betadrift::report::verdict::About;
/// use betadrift::report::{Analysis, Beside, html};
/// use betadrift::simulate::{Scenario, timeline};
/// use betadrift::timeline::View;
/// let world = r#"
///     days = 3
///     trials_per_day = 5
///     environment = { kind = "stationary", edges = { a = 0.9, b = 0.1 } }
/// "#;
/// let (timeline, priors) = (timeline(&Scenario::from_toml(world)?, 0, 0), Priors::new(Beta::UNIFORM));
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
/// let about = About {
///     inputs: Vec::new(),
///     prior: "Beta(1, 1)".to_owned(),
///     view: "all of the past counts".to_owned(),
///     command: "betadrift report".to_owned(),
///     rows: "15 events".to_owned(),
///     read: Vec::new(),
///     simulated: true,
/// };
/// let page = html(&analysis, &about, &[], 42);
/// assert!(page.contains("<span class=\"badge\">starved</span>")); // 15 events are too few
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn html(analysis: &Analysis<'_>, about: &About, figures: &[Figure], seed: u64) -> String {
    let ranking = edges::ranked(analysis.convergence);
    let followed = edges::followed(analysis, &ranking);
    let facts = Facts { analysis, figures, ranking, followed };
    let sections = sections(&facts, about, seed);
    let links: String =
        sections.iter().map(|Section { id, title, .. }| format!("<li><a href=\"#{id}\">{title}</a></li>\n")).collect();
    let mut main = format!(
        "{}<nav class=\"contents no-print\" aria-label=\"Contents\"><ul>\n{links}</ul></nav>\n",
        headline::headline(&facts)
    );
    for Section { id, title, html } in sections {
        main.push_str(&format!(
            "<section class=\"part\" id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{html}</section>\n"
        ));
    }
    let (title, fonts, dark) = (heading(about), font_faces(), in_the_dark(&main));
    let summary =
        "What a log of feedback says of its edges, and whether it may be trusted yet; opens without a network.";
    Page { title: &title, summary, main: &main, styles: &[&fonts, STYLE, &dark, widget::STYLE], scripts: &[SCRIPT] }
        .html()
}

fn heading(about: &About) -> String {
    match &about.inputs[..] {
        [] => "Report".to_owned(),
        [(only, _)] => format!("Report of {only}"),
        [(first, _), others @ ..] => format!("Report of {first} and {} more", others.len()),
    }
}

/// Every section, in the order of the page.
fn sections(facts: &Facts<'_>, about: &About, seed: u64) -> Vec<Section> {
    let (convergence, settings) = (facts.analysis.convergence, facts.analysis.settings);
    let beside = &facts.analysis.beside;
    let of = |names: &[&str]| figures(facts, names);
    let section = |id, title, html| Section { id, title, html };
    let given = format!("Under the given prior, {}: {}.", about.prior, verdict::title(convergence));
    let prior = format!(
        "<p>{}</p>\n{}{}{}",
        inline(&given),
        body(&verdict::other_priors(convergence)),
        body(&further::prior(convergence, beside)),
        of(&["evidence", "half_life"])
    );
    let not_said = body(&verdict::not_said(convergence, about, beside));
    let mut sections = Vec::new();
    if let Some(changes) = &beside.changes {
        let html = changes::said(changes) + &of(&["changes"]) + &changes::tables(changes);
        sections.push(section("changes", "What changed", html));
    }
    sections.extend([
        section("allocation", "Where the pulls went", of(&["allocation", "pulls"])),
        section(
            "best",
            "Which edge is the best",
            of(&["convergence", "states"]) + &rules::rules(settings) + &days::days(facts),
        ),
        section("posterior", "What is believed, day by day", of(&["posterior"]) + EVENING + &of(&["trajectories"])),
        section("edges", "Every edge", edges::edges(facts)),
        section("intervals", "How sure that is", of(&["intervals", "separation"])),
        section("steps", "How far each day moved the beliefs", of(&["divergence", "information"])),
        section("regret", "What exploring has cost", regret(about) + &of(&["model_regret", "regret"])),
        section(
            "calibration",
            "What was foretold, and what came",
            body(&further::foretold(beside)) + &of(&["reliability"]),
        ),
        section("prior", "Does it hang on the prior?", prior),
        section("drift", "Did rates change?", body(&further::changes(beside)) + &of(&["drift"])),
        section("quality", "Quality of the data", quality(facts, about)),
        section("limits", "What cannot be said", not_said),
        section("widget", "Try it: a Beta to move by hand", widget(facts)),
        section("appendix", "How this was made", appendix(facts, seed) + &body(&verdict::appendix(settings, about))),
    ]);
    sections
}

/// One evening, chosen by hand.
const EVENING: &str = "<div class=\"evening scripted-only no-print\" id=\"evening\" hidden>\n<h3 id=\"evening-title\">One evening, edge by edge</h3>\n\
    <p class=\"estimand\">Mean and credible interval of the rates that evening, of the first edges of the ranking; one scale for all days. Gray: the prior.</p>\n\
    <div class=\"evening-line\"><label for=\"evening-day\">Day</label><input type=\"range\" id=\"evening-day\" min=\"0\" max=\"0\" step=\"1\" value=\"0\">\
    <output id=\"evening-name\" for=\"evening-day\"></output></div>\n<div id=\"evening-figure\"></div>\n</div>\n";

fn regret(about: &About) -> String {
    let text = if about.simulated {
        "The log was simulated, so the true regret is known; the model-based one beside it is what a log alone would tell."
    } else {
        "Model-based: the true regret is not in a log, because nobody knows what the best edge would have earned."
    };
    format!("<p>{text}</p>\n")
}

fn quality(facts: &Facts<'_>, about: &About) -> String {
    let beside = &facts.analysis.beside;
    let mut points = vec![format!("{}.", about.rows)];
    points.extend(verdict::unseen(facts.analysis.convergence));
    let rows = quality::rows(facts, about);
    let delays = match verdict::delays(beside) {
        said if !said.is_empty() => body(&said),
        _ => "<p>The log does not say when what is answered was served: what is late or pending cannot be told from what failed \
              or never was.</p>\n"
            .to_owned(),
    };
    let segments = match verdict::by_segment(facts.analysis.convergence, beside) {
        said if !said.is_empty() => {
            format!("<h3>By segment</h3>\n{}", body(&said))
        }
        _ => String::new(),
    };
    format!("{}{rows}{delays}{segments}{}", list(&points), figures(facts, &["delay", "positions"]))
}

/// The widget, with the days of the first edges of the ranking.
fn widget(facts: &Facts<'_>) -> String {
    let (prior, level) = (facts.analysis.priors.default_prior(), facts.analysis.settings.level);
    let of_days = Widget::of_days(facts.followed.clone(), level);
    of_days.unwrap_or_else(|| Widget::new(prior, prior, None, level)).fragment()
}

fn appendix(facts: &Facts<'_>, seed: u64) -> String {
    let mut files = vec!["verdict.md", "report.json", "daily.csv", "edges.csv", "edge_days.csv"];
    if facts.analysis.beside.mix.is_some() {
        files.extend(["segments.csv", "segment_days.csv"]);
    }
    let links: Vec<String> = files.iter().map(|file| format!("<a href=\"{file}\">{file}</a>")).collect();
    format!(
        "<p>Everything on this page, with all digits, is in the files beside it: {}.</p>\n<p>Seed of what is drawn by chance: {seed}.</p>\n",
        links.join(", ")
    )
}
