//! Who is ahead: the rank of each policy by its regret so far, at each checkpoint.

use super::regret::{RegretCurve, drawn, rules};
use crate::report::axis::Axis;
use crate::report::chart::{Key, Mark, Panel, Stroke};
use crate::report::color::RANKED;

/// Rank 1, the least regret, on top; equal means share the better rank. `None` for a policy without a rival.
pub(super) fn panel(curves: &[RegretCurve], x: Axis, strokes: &[f64]) -> Option<Panel> {
    if curves.len() < 2 {
        return None;
    }
    let places = Axis::rows((1..=curves.len()).map(|rank| rank.to_string()));
    let mut panel = Panel::new("Rank by regret so far, 1 the least", x, places);
    panel.marks.extend(rules(strokes, &panel.x, panel.y.range));
    for (curve, color) in curves.iter().zip(RANKED).rev() {
        let points: Vec<(f64, f64)> = ranks(curve, curves).collect();
        let Some(&last) = points.last() else { continue };
        panel.keys.push(Key::line(super::KEY.fit(&curve.label, super::NAME_WIDTH), color, last));
        let line = points.into_iter().map(|(t, at)| (t, Some(at))).collect();
        panel.marks.push(Mark::Line { points: line, stroke: Stroke::solid(color, 2.4) });
    }
    Some(panel)
}

/// (t, place) of a curve at each of its points, among the curves that have a point at t; rank r has the place 1 − r.
fn ranks<'a>(curve: &'a RegretCurve, curves: &'a [RegretCurve]) -> impl Iterator<Item = (f64, f64)> {
    drawn(std::slice::from_ref(curve)).map(|point| {
        let better = drawn(curves).filter(|other| other.t == point.t && other.mean < point.mean).count();
        (point.t, -(better as f64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::RegretPoint;

    #[test]
    fn the_least_regret_is_first_and_equals_share_a_rank() {
        let curve = |label: &str, means: [f64; 2]| RegretCurve {
            label: label.to_owned(),
            points: means.iter().zip([10.0, 20.0]).map(|(&mean, t)| RegretPoint { t, mean, se: None }).collect(),
        };
        let curves = [curve("a", [1.0, 5.0]), curve("b", [2.0, 2.0]), curve("c", [1.0, 2.0])];
        let places = |curve| ranks(curve, &curves).map(|(_, at)| at).collect::<Vec<_>>();
        assert_eq!(curves.iter().map(places).collect::<Vec<_>>(), [[0.0, -2.0], [-2.0, 0.0], [0.0, 0.0]]);
        let x = || Axis::linear("", (0.0, 20.0), 2);
        assert_eq!(panel(&curves, x(), &[15.0]).unwrap().keys.len(), 3);
        assert_eq!(panel(&curves[..1], x(), &[]), None);
    }
}
