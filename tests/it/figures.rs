//! Protects the figures: every word inside the canvas and none over another, whatever the log; no number that is none; the
//! same bytes for the same analysis.

use betadrift::beta::Beta;
use betadrift::calibrate::log_calibration;
use betadrift::convergence::{Convergence, DelayWait, Settings, convergence, model_regret};
use betadrift::drift::{self, drift};
use betadrift::feedback::{Counts, Day, Reward};
use betadrift::posterior::Priors;
use betadrift::report::axis::Axis;
use betadrift::report::chart::{Mark, Panel, Row, Tile};
use betadrift::report::color::INK;
use betadrift::report::figure::change_points;
use betadrift::report::font::{ASCENT, DESCENT, Type};
use betadrift::report::{
    Analysis, Beside, FIGURES, Figure, ListedEdge, Positions, RegretCurve, RegretCurves, RegretPoint, Wait, Waits,
    figure, figures, svg,
};
use betadrift::seed::{Purpose, stream};
use betadrift::timeline::{Fold, Play, SequenceFold, Timeline, View};
use betadrift::tune::{Grouping, Request, tune};

/// A log made by arithmetic alone: on each day every edge that is due gets pulls, and successes at about its rate.
struct World {
    days: i32,
    names: Vec<String>,
    rate: fn(usize) -> f64,
    pulls: fn(usize, i32) -> u64,
    top: usize,
}

impl World {
    fn plain(edges: usize, days: i32) -> Self {
        Self {
            days,
            names: (0..edges).map(|i| format!("docs/section-{i}")).collect(),
            rate: |edge| 0.6 / (1.0 + 0.3 * (edge % 40) as f64),
            top: 50,
            pulls: |edge, day| (80 / (1 + edge as u64 % 40)).saturating_sub(day as u64 * (edge as u64 % 7) / 4),
        }
    }

    fn timeline(&self) -> Timeline {
        let mut fold = Fold::default();
        for (i, name) in self.names.iter().enumerate() {
            let edge = fold.edge(name);
            for day in 0..self.days {
                let pulls = (self.pulls)(i, day);
                // A fixed scatter of one or two successes about the rate.
                let scatter = ((i as i32 * 7 + day * 5) % 5 - 2) as f64 * 0.4;
                let successes = ((self.rate)(i) * pulls as f64 + scatter).round().clamp(0.0, pulls as f64);
                let successes = if (self.rate)(i) > 0.0 { successes as u64 } else { 0 };
                if pulls > 0 {
                    fold.add(Day::from_days(20_454 + day), edge, Counts::whole(successes, pulls - successes));
                }
            }
        }
        fold.finish()
    }
}

fn worlds() -> Vec<(&'static str, World)> {
    let awkward =
        ["知识库/检索/一", "知识库/检索/二", "😀\u{7}\n<&>\"'", "Ωμέγα → é", " ", "русский", "שלום", "a\u{301}", "]]>"];
    let long = (0..3).map(|i| format!("{}{i}{}", "x".repeat(1 << (20 - 6 * i)), "y".repeat(200)));
    vec![
        ("thirty days of twelve edges", World::plain(12, 30)),
        ("one day", World::plain(5, 1)),
        ("one edge", World::plain(1, 20)),
        ("one edge on one day", World::plain(1, 1)),
        ("all failures", World { rate: |_| 0.0, ..World::plain(4, 10) }),
        ("no feedback", World::plain(0, 0)),
        ("no edge followed", World { top: 0, ..World::plain(3, 4) }),
        ("edges that nobody pulled", World { pulls: |_, _| 0, ..World::plain(3, 5) }),
        (
            "a year",
            World { pulls: |edge, day| if day % 30 < 20 { 9 / (1 + edge as u64) } else { 0 }, ..World::plain(10, 365) },
        ),
        ("a thousand edges", World::plain(1100, 8)),
        (
            "names that no font has",
            World { names: awkward.map(String::from).into_iter().chain(long).collect(), ..World::plain(0, 9) },
        ),
        ("equal edges", World { rate: |_| 0.5, pulls: |_, _| 20, ..World::plain(8, 30) }),
        ("one pull", World { pulls: |_, _| 1, ..World::plain(1, 1) }),
        ("millions of pulls", World { pulls: |edge, _| 50_000_000 / (1 + edge as u64), ..World::plain(4, 6) }),
    ]
}

/// Calls `check` with the analysis of a world.
fn analysed(world: &World, check: impl FnOnce(&Analysis<'_>)) {
    let (timeline, priors, settings) =
        (world.timeline(), Priors::new(Beta::UNIFORM), Settings { top: world.top, ..Settings::default() });
    let convergence: Convergence = convergence(&timeline, &priors, View::Cumulative, &settings);
    let (convergence, view) = (&convergence, View::Cumulative);
    let beliefs = |day| stream(7, Purpose::Beliefs, &[day]);
    let model_regret = model_regret(&timeline, &priors, view, 0.95, beliefs);
    let (until, level, dated) = (None, 0.95, true);
    let request = Request { timeline: &timeline, until, priors: &priors, view, level, grouping: Grouping::None, dated };
    let (tuning, calibration) = (tune(&request), log_calibration(&timeline, &priors, view, 10));
    let drift = drift(&timeline, None, &priors, &drift::Settings::default());
    let beside = Beside {
        model_regret: Some(&model_regret),
        tuning: Some(&tuning),
        calibration: Some(&calibration),
        drift: Some(&drift),
        ..Beside::default()
    };
    check(&Analysis {
        timeline: &timeline,
        convergence,
        priors: &priors,
        settings: &settings,
        view,
        seed: Some(7),
        beside,
        regret: None,
        waits: None,
        positions: None,
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
    RegretCurves {
        runs: 200,
        curves: labels.iter().enumerate().map(curve).collect(),
        slope,
        stationary: true,
        strokes: vec![],
    }
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

pub(crate) fn sound(what: &str, figure: &Figure) {
    let svg = svg(figure);
    let found = [faults(figure, &svg), strays(figure)].concat();
    assert!(found.is_empty(), "{what}, {}: {found:#?}", figure.name);
    let body = svg.split("</style>").last().unwrap();
    let words = [&figure.title, &figure.note]
        .into_iter()
        .chain(figure.rows.iter().flat_map(|row| &row.panels).map(|p| &p.x.label));
    assert!(
        words.into_iter().all(|text| Type::regular(11.0).fit(text, 1e9) == *text),
        "{}: the font lacks a sign",
        figure.name
    );
    assert!(!body.contains("NaN") && !body.contains("inf"), "{what}, {}", figure.name);
    assert!(body.len() < 150_000, "{what}, {}: {} bytes", figure.name, body.len());
}

#[test]
fn every_word_has_its_place_whatever_the_log() {
    for (what, world) in worlds() {
        analysed(&world, |analysis| {
            let drawn = figures(analysis);
            assert_eq!(drawn.len(), FIGURES.len() - 3, "{what}: all but those of simulations");
            drawn.iter().for_each(|figure| sound(what, figure));
        });
    }
}

#[test]
fn regret_is_drawn_for_simulations_only() {
    analysed(&World::plain(2, 3), |analysis| {
        assert_eq!(figure("regret", analysis), None);
        for regret in [regret(Some(7.2), Some(0.4)), regret(None, None), regret(Some(1e6), Some(0.4))] {
            let figure = figure("regret", &Analysis { regret: Some(&regret), ..*analysis }).unwrap();
            sound("regret", &figure);
            assert!(figure.note.contains("Not drawn: 2 more curves"), "{}", figure.note);
        }
        let moving = RegretCurves { stationary: false, strokes: vec![3.0, 400.0, 1e9], ..regret(None, Some(0.4)) };
        for policies in 1..=7 {
            let moving = RegretCurves { curves: moving.curves[..policies].to_vec(), ..moving.clone() };
            let figure = figure("regret", &Analysis { regret: Some(&moving), ..*analysis }).unwrap();
            sound("regret of a world that changes", &figure);
            assert_eq!(figure.rows.len(), if policies > 1 { 2 } else { 1 }, "a rank needs a rival");
            let ranks = &figure.rows[figure.rows.len() - 1].panels[0];
            assert_eq!(ranks.keys.len(), policies);
        }
    });
}

/// Plays served every few hours and answered after a time that repeats; none by the end where it would be later.
fn waits(days: usize, plays: usize, after: fn(usize) -> f64) -> Waits {
    let end = 24.0 * days as f64;
    let wait = |i: usize| {
        let served = end * i as f64 / plays as f64;
        let answered = Some(served + after(i)).filter(|&at| at < end);
        let successes = answered.map(|_| f64::from(u8::from(i.is_multiple_of(3))));
        let (served_day, hours) = ((served / 24.0) as usize, answered.unwrap_or(end) - served);
        let days_later = answered.map(|at| (at / 24.0) as usize - served_day);
        Wait { served_day, days_later, wait: DelayWait { hours, events: 1, successes } }
    };
    let start = Day::from_days(20_454);
    let law = (1..200).map(|i| (f64::from(i) * 0.5, 1.0 - (-0.05 * f64::from(i)).exp())).collect();
    Waits { start, days, waits: (0..plays).map(wait).collect(), law, policy: Some("thompson".to_owned()) }
}

#[test]
fn delays_are_drawn_where_there_are_any() {
    analysed(&World::plain(2, 3), |analysis| {
        assert_eq!(figure("delay", analysis), None);
        let scattered = |i| ((i * 37) % 101 + 1) as f64 * 0.9;
        let worlds = [
            waits(30, 4_000, scattered),
            waits(1, 7, scattered),
            waits(365, 3_000, |i| 0.01 * 1.01f64.powi((i % 1_000) as i32)),
            waits(10, 50, |_| 5.0),
            waits(10, 50, |_| 0.0),
            waits(10, 50, |_| 1e9),
            waits(3, 1, |_| 1e-9),
        ];
        for waits in &worlds {
            sound("delay", &figure("delay", &Analysis { waits: Some(waits), ..*analysis }).unwrap());
            let of_log = Waits { law: Vec::new(), policy: None, ..waits.clone() };
            sound("delay", &figure("delay", &Analysis { waits: Some(&of_log), ..*analysis }).unwrap());
        }
        assert_eq!(figure("delay", &Analysis { waits: Some(&waits(3, 0, scattered)), ..*analysis }), None);
    });
}

/// Edges shown in lists, the later ones lower.
fn positions(edges: usize, lists: usize, clicks: fn(u64) -> u64, rates: bool) -> Positions {
    let edge = |i: usize| {
        let at: Vec<(u64, u64)> =
            (0..lists).map(|position| 4_000 / (1 + i.abs_diff(position)) as u64).map(|n| (n, clicks(n))).collect();
        let (plays, clicked) = at.iter().fold((0, 0), |(n, c), at| (n + at.0, c + at.1));
        let posterior = Beta::new(1.0 + clicked as f64, 1.0 + 0.5 * (plays - clicked) as f64).unwrap();
        ListedEdge { name: format!("docs/a rather long section {i}"), at, posterior, rate: rates.then_some(0.3) }
    };
    let examination = rates.then(|| (0..lists).map(|position| 1.0 / (1 + position) as f64).collect());
    Positions {
        prior: Beta::UNIFORM,
        edges: (0..edges).map(edge).collect(),
        examination,
        policy: "thompson".to_owned(),
    }
}

#[test]
fn positions_are_drawn_where_there_are_lists() {
    analysed(&World::plain(2, 3), |analysis| {
        assert_eq!(figure("positions", analysis), None);
        let worlds = [
            positions(5, 3, |n| n / 4, true),
            positions(40, 25, |n| n / 9, true),
            positions(2, 2, |_| 0, false),
            positions(2, 2, |n| n, true),
            positions(1, 12, |n| n / 3, false),
        ];
        for positions in &worlds {
            sound("positions", &figure("positions", &Analysis { positions: Some(positions), ..*analysis }).unwrap());
        }
        let unseen = positions(0, 0, |n| n, true);
        assert_eq!(figure("positions", &Analysis { positions: Some(&unseen), ..*analysis }), None);
    });
}

#[test]
fn changes_are_drawn_whatever_the_log() {
    for (what, world) in worlds() {
        sound(
            what,
            &change_points(&drift(&world.timeline(), None, &Priors::new(Beta::UNIFORM), &drift::Settings::default())),
        );
    }
    for breaks in 1..=5 {
        let mut fold = SequenceFold::default();
        let mut counts = Fold::default();
        for edge in 0..breaks {
            let name = format!("docs/{edge}/a name that goes on and on and on");
            let index = counts.edge(&name);
            for event in 0..600i64 {
                let (day, changed) = (Day::from_days(20_454 + event as i32 / 20), (event / 100) % 2 == 1);
                let reward = if (event * 7 + edge) % 10 < if changed { 9 } else { 1 } {
                    Reward::SUCCESS
                } else {
                    Reward::FAILURE
                };
                fold.add(&name, (0, event as u64), Play { nanoseconds: event, day, reward });
                counts.add(day, index, reward.into());
            }
        }
        let settings = drift::Settings { in_control_runs: 0, ..drift::Settings::default() };
        let settings = drift::Settings {
            page_hinkley: drift::PageHinkleySettings { lambda: 10.0, ..settings.page_hinkley },
            ..settings
        };
        let found = drift(&counts.finish(), Some(&fold.finish()), &Priors::new(Beta::UNIFORM), &settings);
        assert_eq!(found.changed().len(), breaks as usize);
        sound(&format!("{breaks} edges that broke"), &change_points(&found));
    }
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
fn the_same_analysis_gives_the_same_bytes() {
    let bytes = || {
        let mut all = Vec::new();
        analysed(&World::plain(6, 12), |analysis| all.extend(figures(analysis).iter().map(svg)));
        all
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn no_feedback_is_said_and_not_drawn() {
    analysed(&World::plain(0, 0), |analysis| {
        for figure in figures(analysis) {
            assert!(svg(&figure).contains("no feedback"), "{}", figure.name);
        }
    });
}

#[test]
fn edges_that_look_alike_are_told_apart() {
    let world = World { names: ["一", "二", "三"].map(String::from).to_vec(), ..World::plain(0, 5) };
    analysed(&world, |analysis| {
        let svg = svg(&figure("allocation", analysis).unwrap());
        assert!(["□ #1", "□ #2", "□ #3"].iter().all(|name| svg.contains(name)));
    });
}

#[cfg(feature = "png")]
#[test]
fn the_picture_is_the_svg_at_its_scale_with_the_same_widths() {
    use betadrift::report::font::Weight;
    use betadrift::report::png;
    use resvg::usvg::{Node, Options, Tree, fontdb};

    analysed(&World::plain(4, 6), |analysis| {
        let figure = figure("allocation", analysis).unwrap();
        let svg = svg(&figure);
        let picture = png(&svg, 2.0).unwrap();
        let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (2 * figure.size.0, 2 * figure.size.1));
        assert_eq!(picture, png(&svg, 2.0).unwrap());
        assert!(png(&svg, f64::NAN).is_err() && png(&svg, 1e9).is_err() && png("no svg", 1.0).is_err());

        // An independent measurement: the boxes that the rasteriser lays the words out in.
        let mut fonts = fontdb::Database::new();
        Weight::ALL.iter().for_each(|weight| fonts.load_font_data(weight.file().to_vec()));
        let options = Options { fontdb: fonts.into(), ..Options::default() };
        let tree = Tree::from_str(&svg, &options).unwrap();
        let mut measured = Vec::new();
        collect(tree.root(), &mut measured);
        let ours = texts(&svg);
        assert_eq!(measured.len(), ours.len());
        for ((left, right), ours) in measured.iter().zip(&ours) {
            assert!(
                (left - ours.left).abs() < 1.0 && (right - ours.right).abs() < 1.0,
                "{left}..{right}: {}",
                ours.said()
            );
        }
    });

    fn collect(group: &resvg::usvg::Group, boxes: &mut Vec<(f64, f64)>) {
        for node in group.children() {
            match node {
                Node::Group(group) => collect(group, boxes),
                Node::Text(text) => {
                    let bounds = text.abs_bounding_box();
                    boxes.push((f64::from(bounds.left()), f64::from(bounds.right())));
                }
                _ => {}
            }
        }
    }
}

#[test]
fn there_is_no_figure_of_a_regret_that_was_not_worked_out() {
    for world in [World::plain(3, 4), World::plain(0, 0)] {
        analysed(&world, |analysis| {
            assert!(figure("model_regret", analysis).is_some());
            let alone = Analysis { beside: Beside::default(), ..*analysis };
            assert!(figure("model_regret", &alone).is_none());
            assert!(figures(&alone).iter().all(|figure| figure.name != "model_regret"));
        });
    }
}
