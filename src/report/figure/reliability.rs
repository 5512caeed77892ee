//! What was foretold each morning against what came, and what the forecasts were worth.

use super::{blank_panel, nothing};
use crate::calibrate::{LogCalibration, ReliabilityBin};
use crate::report::axis::{Axis, extent, padded, padded_log};
use crate::report::chart::{Figure, Key, Mark, Panel, Row, Sign, Stroke, bands};
use crate::report::color::{BLUE, GRAY, INK, PALE, VERMILION};
use crate::report::words;

/// Rates further apart than this are drawn on logarithmic axes.
const DECADE: f64 = 10.0;

/// The reliability diagram of a log, and its log loss against climatology by day; intervals have this level.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::calibrate::log_calibration;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::figure::reliability;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let (one, other) = (fold.edge("a"), fold.edge("b"));
/// for day in (0..3).map(Day::from_days) {
///     fold.add(day, one, Counts::whole(1, 9));
///     fold.add(day, other, Counts::whole(9, 1));
/// }
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let figure = reliability(&found, 0.95);
/// assert!(figure.subtitle.starts_with("2 edges · 3 days · n = 60 pulls"));
/// assert_eq!(figure.rows[0].panels[1].heading, "Nats saved so far against the pooled rate");
/// ```
pub fn reliability(calibration: &LogCalibration, level: f64) -> Figure {
    let events = calibration.totals.0 + calibration.totals.1;
    let mut figure = Figure {
        name: "reliability",
        title: "Did what was foretold each morning come true?".to_owned(),
        subtitle: [
            words::several(calibration.edges.len(), "edge"),
            words::several(calibration.by_day.len(), "day"),
            format!("n = {}", words::counted(events, "pull")),
        ]
        .join(" · "),
        note: String::new(),
        size: (1080, 520),
        rows: Vec::new(),
    };
    let Some(loss) = calibration.log_loss else {
        let body = nothing("The log holds no feedback, so there is nothing to draw.");
        return Figure { size: body.size, rows: body.rows, ..figure };
    };
    if let Some(z) = calibration.all.z() {
        figure.subtitle += &format!(" · z = {} over all", words::fixed(z, 2));
    }
    figure.note = format!(
        "Left: forecasts are means of the beliefs of the morning, in bins of about equally many events. Gray: where the share of \
         successes lies with {} % if the beliefs are right; wide where they were wide. Right: nats saved so far by telling edges apart \
         rather than using the pooled rate of the past days; band: ± 1.96 standard errors by day. All days: {} nats an event against {}.",
        words::plain(100.0 * level),
        words::fixed(loss.day_ahead, 4),
        words::fixed(loss.climatology, 4),
    );
    figure.rows = vec![Row { weight: 1.0, panels: vec![diagram(&calibration.bins, level), saved(calibration)] }];
    figure
}

fn diagram(bins: &[ReliabilityBin], level: f64) -> Panel {
    let intervals: Vec<(f64, f64)> = bins.iter().map(|bin| bin.interval(level)).collect();
    let foretold = extent(bins.iter().map(ReliabilityBin::predicted));
    let come = extent(bins.iter().map(ReliabilityBin::observed));
    let (Some(foretold), Some(come)) = (foretold, come) else { return blank_panel(String::new()) };
    let range = (foretold.0.min(come.0), foretold.1.max(come.1));
    let log = range.0 > 0.0 && range.1 > DECADE * range.0;
    let axis = |label: &str| {
        if log {
            Axis::log(label, padded_log(range, 0.05))
        } else {
            let ends = extent(intervals.iter().flat_map(|&(low, high)| [low, high]).chain([range.0, range.1]));
            let (low, high) = padded(ends.unwrap_or(range), 0.03);
            Axis::linear(label, (low.max(0.0), high.min(1.0)), 5)
        }
    };
    let x = axis(if log { "foretold rate (log scale)" } else { "foretold rate" });
    let mut panel = Panel::new(if log { "Rate that came (log scale)" } else { "Rate that came" }, x, axis(""));
    let inside = |value: f64| value.clamp(panel.y.range.0, panel.y.range.1);
    for (bin, &(low, high)) in bins.iter().zip(&intervals) {
        let points = vec![(bin.predicted(), Some(inside(low))), (bin.predicted(), Some(inside(high)))];
        panel.marks.push(Mark::Line { points, stroke: Stroke::solid(PALE, 7.0) });
    }
    let ends = [panel.x.range.0, panel.x.range.1].map(|end| (end, Some(end)));
    panel.marks.push(Mark::Line { points: ends.to_vec(), stroke: Stroke::dashed(INK, 1.0) });
    let holds = |(bin, (low, high)): &(&ReliabilityBin, &(f64, f64))| (*low..=*high).contains(&bin.observed());
    let (within, beyond): (Vec<_>, Vec<_>) = bins.iter().zip(&intervals).partition(holds);
    for (bins, fill, name) in [(within, BLUE, "as foretold"), (beyond, VERMILION, "not")] {
        let at: Vec<(f64, f64)> = bins.iter().map(|(bin, _)| (bin.predicted(), bin.observed())).collect();
        panel.keys.push(Key::entry(format!("{name}: {}", words::several(at.len(), "bin")), Sign::Dot, fill));
        panel.marks.push(Mark::Dots { at, radius: 3.6, fill, opacity: 1.0 });
    }
    panel.keys.push(Key::entry("if beliefs hold", Sign::Square, PALE));
    panel.keys.push(Key::entry("foretold = came", Sign::Line, INK));
    panel
}

/// Nats saved against climatology up to the evening of each day.
fn saved(calibration: &LogCalibration) -> Panel {
    let days = &calibration.by_day;
    let saved: Vec<f64> = days.iter().map(|day| day.loss.climatology - day.loss.day_ahead).collect();
    let mut points = Vec::with_capacity(days.len());
    let (mut sum, mut squares, mut events, mut with, mut sizes) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (count, (day, saved)) in (1..).zip(days.iter().zip(saved)) {
        let n = day.loss.events;
        (sum, squares, events) = (sum + saved, squares + saved * saved, events + n);
        (with, sizes) = (with + saved * n, sizes + n * n);
        // Σ (D − δn)² with δ the mean so far, as for the whole log.
        let mean = sum / events;
        let spread = (squares - 2.0 * mean * with + mean * mean * sizes).max(0.0);
        let count = f64::from(count);
        let half = (count > 1.0).then(|| 1.96 * (count / (count - 1.0) * spread).sqrt());
        points.push((f64::from(day.day.days()), sum, half));
    }
    let ends = points.iter().flat_map(|&(_, sum, half)| [sum - half.unwrap_or(0.0), sum + half.unwrap_or(0.0)]);
    let range = padded(extent(ends.chain([0.0])).unwrap_or((-1.0, 1.0)), 0.04);
    let x = match days.as_slice() {
        [first, .., last] => Axis::days(first.day, last.day, 7),
        [only] => Axis::days(only.day, only.day, 1),
        [] => Axis::linear("day", (0.0, 1.0), 1),
    };
    let mut panel = Panel::new("Nats saved so far against the pooled rate", x, Axis::linear("", range, 6));
    let band = points.iter().map(|&(day, sum, half)| (day, half.map(|half| (sum - half, sum + half))));
    panel.marks.extend(bands(band).into_iter().map(|outline| Mark::Area { outline, fill: BLUE, opacity: 0.22 }));
    let zero = [panel.x.range.0, panel.x.range.1].map(|end| (end, Some(0.0)));
    panel.marks.push(Mark::Line { points: zero.to_vec(), stroke: Stroke::dashed(GRAY, 1.0) });
    let line = points.iter().map(|&(day, sum, _)| (day, Some(sum))).collect();
    panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(BLUE, 1.6) });
    if let Some(&(day, sum, half)) = points.last() {
        let error = half.map_or(String::new(), |half| format!(" ± {}", words::significant(half)));
        panel.keys.push(Key::line(format!("{}{error}", words::significant(sum)), BLUE, (day, sum)));
        panel.keys.push(Key::rule("pooled rate", GRAY, (panel.x.range.1, 0.0)));
    }
    panel
}
