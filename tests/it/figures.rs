//! Protects the figures: every word inside the canvas and none over another, whatever the log; no number that is none; the
//! same bytes for the same analysis.

use betadrift::beta::Beta;
use betadrift::convergence::{Convergence, Settings, Verdict, VerdictState};
use betadrift::feedback::Edges;
use betadrift::posterior::Priors;
use betadrift::report::axis::Axis;
use betadrift::report::chart::{Mark, Panel, Row, Tile};
use betadrift::report::color::INK;
use betadrift::report::font::{ASCENT, DESCENT, Type};
use betadrift::report::{Analysis, FIGURES, Figure, RegretCurve, RegretCurves, RegretPoint, figure, figures, svg};
use betadrift::timeline::{Timeline, View};

/// Calls `check` with the analysis of a log without feedback.
fn empty(check: impl FnOnce(&Analysis<'_>)) {
    let verdict = Verdict {
        state: VerdictState::Starved,
        since: None,
        leader: None,
        p_best: None,
        value_remaining: None,
        reason: "no feedback".to_owned(),
        under_other_priors: Vec::new(),
    };
    let convergence = Convergence {
        edges: Edges::default(),
        days: Vec::new(),
        standings: Vec::new(),
        histories: Vec::new(),
        verdict,
    };
    check(&Analysis {
        timeline: &Timeline::default(),
        convergence: &convergence,
        priors: &Priors::new(Beta::UNIFORM),
        settings: &Settings::default(),
        view: View::Cumulative,
        seed: Some(7),
        regret: None,
    });
}

fn regret(slope: Option<f64>, se: Option<f64>) -> RegretCurves {
    let curve = |(i, label): (usize, &&str)| {
        let points = (0..=9).map(|k| f64::from(1 << k)).map(|t| RegretPoint { t, mean: (1.0 + i as f64) * t.ln(), se });
        RegretCurve { label: (*label).to_owned(), points: points.collect() }
    };
    let labels = [
        "thompson",
        "ucb1",
        "greedy",
        "epsilon_greedy with a label that goes on and on",
        "top_two",
        "kl_ucb",
        "a",
        "b",
        "c",
    ];
    RegretCurves { runs: 200, curves: labels.iter().enumerate().map(curve).collect(), slope }
}

/// A text of an SVG and the box it fills, by the metrics of the embedded font.
struct Placed {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Placed {
    fn said(&self) -> String {
        format!("`{}` in {:.1}..{:.1}, {:.1}..{:.1}", self.text, self.left, self.right, self.top, self.bottom)
    }
}

fn texts(svg: &str) -> Vec<Placed> {
    svg.split("<text ").skip(1).map(placed).collect()
}

fn placed(element: &str) -> Placed {
    let (attributes, rest) = element.split_once('>').unwrap();
    let attributes = format!(" {attributes}");
    let attribute = |name: &str| {
        let (_, value) = attributes.split_once(&format!(" {name}=\"")).unwrap();
        value.split_once('"').unwrap().0
    };
    let number = |name: &str| attribute(name).parse::<f64>().unwrap();
    let text = rest.split_once("</text>").unwrap().0;
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let (x, baseline, size) = (number("x"), number("y"), number("font-size"));
    let set = if attribute("font-weight") == "600" { Type::semibold(size) } else { Type::regular(size) };
    let width = set.width(&text);
    let left = match attribute("text-anchor") {
        "start" => x,
        "middle" => x - width / 2.0,
        "end" => x - width,
        other => panic!("{other}"),
    };
    Placed { text, left, right: left + width, top: baseline - ASCENT * size, bottom: baseline + DESCENT * size }
}

/// What is wrong with the words of a figure.
fn faults(figure: &Figure, svg: &str) -> Vec<String> {
    let (width, height) = (f64::from(figure.size.0), f64::from(figure.size.1));
    let texts = texts(svg);
    let outside = texts.iter().filter(|t| t.left < 0.0 || t.top < 0.0 || t.right > width || t.bottom > height);
    let mut faults: Vec<String> = outside.map(|text| format!("outside: {}", text.said())).collect();
    for (i, a) in texts.iter().enumerate() {
        // Places are written with one decimal.
        let over = |b: &&Placed| {
            a.left + 0.1 < b.right && b.left + 0.1 < a.right && a.top + 0.1 < b.bottom && b.top + 0.1 < a.bottom
        };
        faults.extend(texts[i + 1..].iter().filter(over).map(|b| format!("overlap: {} and {}", a.said(), b.said())));
    }
    faults
}

/// What is drawn outside its axes.
fn strays(figure: &Figure) -> Vec<String> {
    let panels = figure.rows.iter().flat_map(|row| &row.panels);
    panels
        .flat_map(|panel| {
            points(panel)
                .filter(|&(x, y)| !panel.x.holds(x) || !panel.y.holds(y))
                .map(|at| format!("{} at {at:?}", panel.heading))
        })
        .collect()
}

fn points(panel: &Panel) -> impl Iterator<Item = (f64, f64)> {
    panel.marks.iter().flat_map(|mark| -> Vec<(f64, f64)> {
        match mark {
            Mark::Line { points, .. } => points.iter().filter_map(|&(x, y)| Some((x, y?))).collect(),
            Mark::Area { outline, .. } => outline.clone(),
            Mark::Dots { at, .. } => at.clone(),
            Mark::Tiles(tiles) => tiles.iter().flat_map(|t| [(t.x.0, t.y.0), (t.x.1, t.y.1)]).collect(),
        }
    })
}

fn sound(what: &str, figure: &Figure) {
    let svg = svg(figure);
    let found = [faults(figure, &svg), strays(figure)].concat();
    assert!(found.is_empty(), "{what}, {}: {found:#?}", figure.name);
    let body = svg.split("</style>").last().unwrap();
    assert!(!body.contains("NaN") && !body.contains("inf"), "{what}, {}", figure.name);
    assert!(body.len() < 150_000, "{what}, {}: {} bytes", figure.name, body.len());
}

#[test]
fn regret_is_drawn_for_simulations_only() {
    empty(|analysis| {
        assert_eq!(figure("regret", analysis), None);
        for regret in [regret(Some(7.2), Some(0.4)), regret(None, None), regret(Some(1e6), Some(0.4))] {
            let figure = figure("regret", &Analysis { regret: Some(&regret), ..*analysis }).unwrap();
            sound("regret", &figure);
            assert!(figure.note.contains("Not drawn: 2 more curves"), "{}", figure.note);
        }
    });
}

#[test]
fn labels_that_overlap_or_leave_the_canvas_are_found() {
    let tile = |x: f64| Tile { x: (x, x + 8.0), y: (4.0, 6.0), fill: INK, text: Some("a label".to_owned()) };
    let mut panel = Panel::new("", Axis::linear("", (0.0, 10.0), 2), Axis::linear("", (0.0, 10.0), 2));
    panel.marks.push(Mark::Tiles(vec![tile(0.0), tile(0.2), tile(30.0)]));
    let rows = vec![Row { weight: 1.0, panels: vec![panel] }];
    let (title, subtitle, note) = ("A control".to_owned(), String::new(), String::new());
    let control = Figure { name: "control", title, subtitle, note, size: (600, 300), rows };
    let found = faults(&control, &svg(&control));
    assert_eq!(found.iter().filter(|fault| fault.starts_with("overlap")).count(), 1, "{found:#?}");
    assert_eq!(found.iter().filter(|fault| fault.starts_with("outside")).count(), 1, "{found:#?}");
    assert_eq!(strays(&control).len(), 2);
}

#[test]
fn no_feedback_is_said_and_not_drawn() {
    empty(|analysis| {
        assert_eq!(figures(analysis).len(), FIGURES.len() - 1, "all but regret");
        for figure in figures(analysis) {
            assert!(svg(&figure).contains("no feedback"), "{}", figure.name);
        }
    });
}
