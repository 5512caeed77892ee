//! Regret of each policy over time, in simulations, where the truth is known.

use super::{Analysis, Body, ranks, silent};
use crate::report::axis::{Axis, extent, padded};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, bands};
use crate::report::color::{Color, GRAY, RANKED};
use crate::report::words;

/// Regret of every policy of a simulation.
///
/// ```
/// use betadrift::report::{RegretCurve, RegretCurves, RegretPoint, figure};
/// # use betadrift::{beta::Beta, convergence, posterior::Priors, report::{Analysis, Beside}};
/// # use betadrift::timeline::{Timeline, View};
/// # let (timeline, priors) = (Timeline::default(), Priors::new(Beta::UNIFORM));
/// # let (view, settings) = (View::Cumulative, convergence::Settings::default());
/// let point = |t, mean| RegretPoint { t, mean, se: Some(0.5) };
/// let curve = RegretCurve { label: "thompson".into(), points: vec![point(10.0, 2.0), point(100.0, 5.0)] };
/// let regret = RegretCurves { runs: 20, curves: vec![curve], slope: None, stationary: true, strokes: vec![] };
/// # let analysis = Analysis {
/// #     timeline: &timeline,
/// #     convergence: &convergence::convergence(&timeline, &priors, view, &settings),
/// #     priors: &priors,
/// #     settings: &settings,
/// #     view,
/// #     seed: None,
/// #     beside: Beside::default(),
/// #     regret: Some(&regret),
/// #     waits: None,
/// #     positions: None,
/// # };
/// let figure = figure("regret", &analysis).unwrap(); // of an analysis that has these curves
/// let panel = &figure.rows[0].panels[0];
/// assert_eq!(panel.x.label, "trials t (log scale)");
/// assert_eq!(panel.keys[0].text, "thompson · 5.0 ± 1.0"); // 1.96 standard errors
/// assert!(figure.note.starts_with("Mean over 20 runs"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RegretCurves {
    /// Runs over which it is averaged.
    pub runs: usize,
    /// A curve a policy.
    pub curves: Vec<RegretCurve>,
    /// Lai & Robbins' constant C of the world (1985, doi:10.1016/0196-8858(85)90002-8), where it has one: no good policy's
    /// regret grows slower than C·ln t for ever.
    pub slope: Option<f64>,
    /// Whether the world stands still: then regret is drawn over ln t, else over t.
    pub stationary: bool,
    /// Trials at which the rates changed at a stroke.
    pub strokes: Vec<f64>,
}

/// Regret of a policy.
///
/// From a simulation:
///
/// ```
/// use betadrift::report::{RegretCurve, RegretPoint};
/// use betadrift::simulate::{Scenario, simulate};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 2
///     trials_per_day = 50
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     "#,
/// )?;
/// let policy = &simulate(&scenario).policies[0];
/// let points = policy.regret.iter().map(|point| RegretPoint { t: point.t as f64, mean: point.mean, se: point.se });
/// let curve = RegretCurve { label: policy.label.clone(), points: points.collect() };
/// assert_eq!((curve.label.as_str(), curve.points.len(), curve.points[1].t), ("thompson", 2, 100.0));
/// # Ok::<(), betadrift::simulate::ScenarioError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RegretCurve {
    /// The policy.
    pub label: String,
    /// At each checkpoint, trials ascending.
    pub points: Vec<RegretPoint>,
}

/// Regret after some trials.
///
/// ```
/// use betadrift::report::RegretPoint;
/// let (three_runs, root) = ([4.0, 5.0, 6.0], 3_f64.sqrt());
/// let mean = three_runs.iter().sum::<f64>() / 3.0;
/// let sd = (three_runs.iter().map(|regret| (regret - mean) * (regret - mean)).sum::<f64>() / 2.0).sqrt();
/// let point = RegretPoint { t: 100.0, mean, se: Some(sd / root) };
/// assert_eq!((point.mean, point.se), (5.0, Some(1.0 / root)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegretPoint {
    /// Trials so far.
    pub t: f64,
    /// Mean over runs.
    pub mean: f64,
    /// Its standard error; `None` for a single run.
    pub se: Option<f64>,
}

/// Half the width of a 95 % interval, in standard errors.
const Z: f64 = 1.96;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let regret = analysis.regret?;
    let shown = &regret.curves[..regret.curves.len().min(RANKED.len())];
    let guide = regret.slope.filter(|slope| *slope > 0.0).and_then(|slope| guide(shown, slope));
    let trials = extent(drawn(shown).map(|point| point.t)).unwrap_or((1.0, 10.0));
    let ends = drawn(shown).flat_map(|point| [point.mean - half(point), point.mean + half(point)]);
    let values = extent(ends.chain(guide.iter().flatten().map(|point| point.1)).chain([0.0])).unwrap_or((0.0, 1.0));
    let x = if regret.stationary {
        Axis::log("trials t (log scale)", (trials.0, trials.1 * 1.02))
    } else {
        Axis::linear("trials t", (0.0, trials.1 * 1.01), 10)
    };
    let ranks = ranks::panel(shown, x.clone(), &regret.strokes);
    let mut panel = Panel::new(
        "Regret so far, Σ (best mean − mean chosen), in reward",
        if ranks.is_some() { silent(x) } else { x },
        Axis::linear("", (values.0, padded(values, 0.03).1), 6),
    );
    panel.marks.extend(rules(&regret.strokes, &panel.x, panel.y.range));
    for (curve, color) in shown.iter().zip(RANKED).rev() {
        draw_curve(&mut panel, curve, color);
    }
    if let (Some(guide), Some(slope)) = (guide, regret.slope) {
        panel.keys.push(Key::rule(format!("guide: slope C = {}", words::significant(slope)), GRAY, guide[1]));
        let points = guide.map(|(t, value)| (t, Some(value))).to_vec();
        panel.marks.push(Mark::Line { points, stroke: Stroke::dashed(GRAY, 1.0) });
    }
    let mut rows = vec![Row { weight: 430.0, panels: vec![panel] }];
    let mut height = 560;
    if let Some(ranks) = ranks {
        let of_ranks = 64 + 24 * shown.len() as u32;
        height += of_ranks;
        rows.push(Row { weight: f64::from(of_ranks), panels: vec![ranks] });
    }
    Some(Body { size: (960, height), note: note(regret, regret.curves.len() - shown.len()), rows })
}

/// A vertical line at each trial at which the world changed.
pub(super) fn rules(strokes: &[f64], x: &Axis, (bottom, top): (f64, f64)) -> Vec<Mark> {
    let rule =
        |&at: &f64| Mark::Line { points: vec![(at, Some(bottom)), (at, Some(top))], stroke: Stroke::dashed(GRAY, 0.8) };
    strokes.iter().filter(|&&at| x.holds(at)).map(rule).collect()
}

fn note(regret: &RegretCurves, hidden: usize) -> String {
    let bands = if regret.runs > 1 { format!("; bands: ± {Z} standard errors") } else { String::new() };
    let guide = match regret.slope {
        Some(_) => {
            " The guide has the slope C of Lai & Robbins per ln t, from the least regret at a tenth of the trials: how \
             regret grows in the long run, not a bound that a curve could beat."
        }
        None => "",
    };
    let ranks = if regret.curves.len() > 1 { " Ranks compare means, whatever the bands say." } else { "" };
    let strokes = match regret.strokes.len() {
        0 => "",
        _ => " Dashed upright lines: the world changed.",
    };
    let hidden =
        if hidden > 0 { format!(" Not drawn: {}.", words::several(hidden, "more curve")) } else { String::new() };
    format!("Mean over {}{bands}.{guide}{ranks}{strokes}{hidden}", words::several(regret.runs, "run"))
}

/// The points that a logarithmic axis can show.
pub(super) fn drawn(curves: &[RegretCurve]) -> impl Iterator<Item = &RegretPoint> {
    curves.iter().flat_map(|curve| &curve.points).filter(|point| point.t > 0.0)
}

/// Half the width of a point's band.
fn half(point: &RegretPoint) -> f64 {
    Z * point.se.unwrap_or(0.0)
}

fn draw_curve(panel: &mut Panel, curve: &RegretCurve, color: Color) {
    let points = || drawn(std::slice::from_ref(curve));
    let band = points().map(|p| (p.t, p.se.map(|_| (p.mean - half(p), p.mean + half(p)))));
    panel.marks.extend(bands(band).into_iter().map(|outline| Mark::Area { outline, fill: color, opacity: 0.22 }));
    let line = points().map(|point| (point.t, Some(point.mean))).collect();
    panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(color, 1.6) });
    if let Some(last) = points().last() {
        let label = super::KEY.fit(&curve.label, super::NAME_WIDTH);
        let error = last.se.map_or(String::new(), |_| format!(" ± {}", words::fixed(half(last), 1)));
        panel.keys.push(Key::line(
            format!("{label} · {}{error}", words::fixed(last.mean, 1)),
            color,
            (last.t, last.mean),
        ));
    }
}

/// C·ln t over the last factor of ten, from the curve that ends lowest.
fn guide(curves: &[RegretCurve], slope: f64) -> Option<[(f64, f64); 2]> {
    let end = |curve: &&RegretCurve| curve.points.last().map_or(f64::INFINITY, |point| point.mean);
    let lowest = curves.iter().min_by(|a, b| end(a).total_cmp(&end(b)))?;
    let points = || drawn(std::slice::from_ref(lowest));
    let last = points().last()?;
    let start = points().filter(|point| point.t <= last.t / 10.0).last().or(points().next())?;
    let rise = slope * (last.t / start.t).ln();
    (rise > 0.0).then_some([(start.t, start.mean), (last.t, start.mean + rise)])
}
