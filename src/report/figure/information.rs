//! Information gained over the prior, and the posterior standard deviation beside it.

use super::{Analysis, Body};
use crate::convergence::{DaySummary, Quartiles};
use crate::report::axis::{Axis, extent, padded_log};
use crate::report::chart::{Key, Mark, Panel, Row, Stroke, bands};
use crate::report::color::{BLUE, Color, INK, VERMILION};
use crate::report::words;

/// Information below this many nats is drawn as this much.
const FLOOR: f64 = 1e-4;

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let floored = analysis.days().iter().filter(|day| day.information.lower < FLOOR).count();
    let mut note = "Information gained is KL(posterior ‖ prior). It grows by about ½ ln n for ever, for any data: it measures how \
                    much was seen, not whether the search has converged. The posterior standard deviation says what is left to \
                    know. Bands: the middle half of the edges seen so far; line: the median edge."
        .to_owned();
    if floored > 0 {
        note += &format!(
            " Below {} nats is drawn there, on {}.",
            words::significant(FLOOR),
            words::several(floored, "day")
        );
    }
    let panels = vec![total(analysis), spread(analysis, INFORMATION), spread(analysis, DEVIATION)];
    Some(Body { size: (1080, 440), note, rows: vec![Row { weight: 1.0, panels }] })
}

fn x(day: &DaySummary) -> f64 {
    f64::from(day.day.days())
}

fn total(analysis: &Analysis<'_>) -> Panel {
    let gains = || analysis.days().iter().map(|day| day.information_gain.max(0.0));
    let most = extent(gains()).map_or(1.0, |(_, most)| most.max(0.01));
    let mut panel = Panel::new(
        "Information gained, Σ over edges (nats)",
        analysis.day_axis(4),
        Axis::linear("", (0.0, most * 1.04), 6),
    );
    let points: Vec<_> = analysis.days().iter().map(x).zip(gains().map(Some)).collect();
    if let Some(&(x, Some(gain))) = points.last() {
        panel.keys.push(Key::line(format!("{} nats", words::significant(gain)), INK, (x, gain)));
    }
    panel.marks.push(Mark::Line { points, stroke: Stroke::solid(INK, 1.6) });
    panel
}

/// A quantity whose quartiles over edges are drawn.
struct Quantity {
    heading: &'static str,
    of: fn(&DaySummary) -> Quartiles,
    color: Color,
}

const INFORMATION: Quantity =
    Quantity { heading: "Information gained, one edge (nats, log scale)", of: |day| day.information, color: BLUE };
const DEVIATION: Quantity =
    Quantity { heading: "Posterior sd, one edge (log scale)", of: |day| day.sd, color: VERMILION };

fn spread(analysis: &Analysis<'_>, quantity: Quantity) -> Panel {
    let drawn = |day: &DaySummary| {
        let Quartiles { lower, median, upper } = (quantity.of)(day);
        [lower, median, upper].map(|value| value.max(FLOOR))
    };
    let range = extent(analysis.days().iter().flat_map(drawn)).unwrap_or((0.01, 1.0));
    let y = Axis::log("", padded_log(range, 0.06));
    let mut panel = Panel::new(quantity.heading, analysis.day_axis(4), y);
    let band = analysis.days().iter().map(|day| (x(day), Some((drawn(day)[0], drawn(day)[2]))));
    let fill = quantity.color.tint(0.3);
    panel.marks.extend(bands(band).into_iter().map(|outline| Mark::Area { outline, fill, opacity: 1.0 }));
    let points = analysis.days().iter().map(|day| (x(day), Some(drawn(day)[1])));
    panel.marks.push(Mark::Line { points: points.collect(), stroke: Stroke::solid(quantity.color, 1.8) });
    if let Some(last) = analysis.days().last() {
        for (quartile, word, color) in [(0, "25 %", fill), (1, "median", quantity.color), (2, "75 %", fill)] {
            let value = drawn(last)[quartile];
            panel.keys.push(Key::line(format!("{word} {}", words::significant(value)), color, (x(last), value)));
        }
    }
    panel
}
