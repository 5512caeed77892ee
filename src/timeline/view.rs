//! Views of a timeline: what of the past still counts on a given day.

use thiserror::Error;

use super::{DayCells, Timeline};
use crate::feedback::{Counts, Day};

/// How the past counts.
///
/// [`View::window`] and [`View::half_life`] make only what exists. Of another nothing can be counted: whatever walks through a timeline
/// by it panics, as [`Timeline::walk`] says.
///
/// A success a day for three days:
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// for day in 0..3 {
///     fold.add(Day::from_days(day), edge, Counts::whole(1, 0));
/// }
/// let timeline = fold.finish();
/// assert_eq!(timeline.last(View::Cumulative), [(3.0, 0.0)]);
/// assert_eq!(timeline.last(View::Window(2)), [(2.0, 0.0)]);
/// assert_eq!(timeline.last(View::HalfLife(1.0)), [(1.75, 0.0)]); // 1/4 + 1/2 + 1
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum View {
    /// All of it, alike.
    Cumulative,
    /// Only the last so many calendar days, today included; at least 1.
    Window(u32),
    /// Counts are multiplied by 2^(−1/half-life) at the start of each day, so that a posterior falls back to its prior.
    /// The half-life is in days, finite and greater than zero.
    HalfLife(f64),
}

/// Why a view does not exist.
///
/// ```
/// use betadrift::timeline::{View, ViewError};
/// assert_eq!(View::window(0), Err(ViewError::EmptyWindow));
/// assert_eq!(View::half_life(7.0), Ok(View::HalfLife(7.0)));
/// let error = View::half_life(-1.0).unwrap_err();
/// assert_eq!(error.to_string(), "half-life (-1) must be finite and greater than zero, in days");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// A window without a day.
    #[error("a window must hold at least one day")]
    EmptyWindow,
    /// A half-life that is not a positive number of days.
    #[error("half-life ({0}) must be finite and greater than zero, in days")]
    HalfLife(f64),
}

impl View {
    /// A window of `days`.
    ///
    /// # Errors
    /// [`ViewError::EmptyWindow`] for zero days.
    pub fn window(days: u32) -> Result<Self, ViewError> {
        if days == 0 { Err(ViewError::EmptyWindow) } else { Ok(Self::Window(days)) }
    }

    /// A half-life of `days`.
    ///
    /// # Errors
    /// [`ViewError::HalfLife`] unless it is finite and greater than zero.
    pub fn half_life(days: f64) -> Result<Self, ViewError> {
        if days.is_finite() && days > 0.0 { Ok(Self::HalfLife(days)) } else { Err(ViewError::HalfLife(days)) }
    }

    /// The view, if it exists.
    fn validated(self) -> Result<Self, ViewError> {
        match self {
            Self::Cumulative => Ok(self),
            Self::Window(days) => Self::window(days),
            Self::HalfLife(days) => Self::half_life(days),
        }
    }
}

/// One calendar day of a walk through a timeline. Slices are by edge index: (successes, failures) that count.
///
/// Four successes on one day, and one failure two days later:
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::{Fold, State, View};
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(4, 0));
/// fold.add(Day::from_days(2), edge, Counts::whole(0, 1));
/// let mut walk = Vec::new();
/// fold.finish().walk(View::HalfLife(1.0), |State { morning, evening, cells, .. }| {
///     walk.push((morning[0], evening[0], cells.len()));
/// });
/// assert_eq!(walk, [((0.0, 0.0), (4.0, 0.0), 1), ((2.0, 0.0), (2.0, 0.0), 0), ((1.0, 0.0), (1.0, 1.0), 1)]);
/// ```
#[derive(Debug)]
pub struct State<'a> {
    /// The day.
    pub day: Day,
    /// What counted in the morning, after forgetting and before the day's feedback.
    pub morning: &'a [(f64, f64)],
    /// What counts in the evening, the day's feedback included.
    pub evening: &'a [(f64, f64)],
    /// The day's feedback.
    pub cells: &'a DayCells,
}

impl Timeline {
    /// Visits every calendar day from the first to the last under a view.
    ///
    /// # Panics
    /// If the view is a window without a day, or a half-life that is not finite and greater than zero.
    pub fn walk(&self, view: View, mut visit: impl FnMut(State<'_>)) {
        let view = view.validated().unwrap_or_else(|error| panic!("{error}"));
        let mut exact = vec![Counts::default(); self.edges().len()];
        let mut evening = vec![(0.0, 0.0); self.edges().len()];
        let mut morning = evening.clone();
        for day in self.calendar() {
            let cells = self.on(day);
            match view {
                View::Cumulative => {
                    morning.copy_from_slice(&evening);
                    add(&mut exact, cells, &mut evening);
                }
                View::Window(days) => {
                    let leaving = i32::try_from(days).ok().and_then(|days| day.days().checked_sub(days));
                    for cell in leaving.into_iter().flat_map(|leaving| self.on(Day::from_days(leaving))) {
                        let counts = &mut exact[cell.edge.index()];
                        *counts = subtract(*counts, cell.counts);
                        evening[cell.edge.index()] = float(*counts);
                    }
                    morning.copy_from_slice(&evening);
                    add(&mut exact, cells, &mut evening);
                }
                View::HalfLife(half_life) => {
                    let keep = (-1.0 / half_life).exp2();
                    for (morning, evening) in morning.iter_mut().zip(&mut evening) {
                        *evening = (evening.0 * keep, evening.1 * keep);
                        *morning = *evening;
                    }
                    for cell in cells {
                        let (successes, failures) = float(cell.counts);
                        let state = &mut evening[cell.edge.index()];
                        *state = (state.0 + successes, state.1 + failures);
                    }
                }
            }
            visit(State { day, morning: &morning, evening: &evening, cells });
        }
    }

    /// What counts of each edge in the evening of the last day, by edge index.
    ///
    /// # Panics
    /// As [`Timeline::walk`].
    pub fn last(&self, view: View) -> Vec<(f64, f64)> {
        if view == View::Cumulative {
            return self.totals().into_iter().map(float).collect();
        }
        let mut last = vec![(0.0, 0.0); self.edges().len()];
        self.walk(view, |state| last.copy_from_slice(state.evening));
        last
    }
}

fn float(counts: Counts) -> (f64, f64) {
    (counts.successes.to_f64(), counts.failures.to_f64())
}

fn subtract(counts: Counts, leaving: Counts) -> Counts {
    const HELD: &str = "valid by construction: a day leaves the window it was added to";
    Counts {
        successes: counts.successes.checked_sub(leaving.successes).expect(HELD),
        failures: counts.failures.checked_sub(leaving.failures).expect(HELD),
    }
}

/// Adds a day's cells to the exact counts and rounds the touched ones anew.
fn add(exact: &mut [Counts], cells: &DayCells, evening: &mut [(f64, f64)]) {
    for cell in cells {
        let counts = &mut exact[cell.edge.index()];
        *counts += cell.counts;
        evening[cell.edge.index()] = float(*counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Fold;

    fn last(view: View) -> Vec<(f64, f64)> {
        let mut fold = Fold::default();
        let edge = fold.edge("a");
        fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
        fold.finish().last(view)
    }

    #[test]
    #[should_panic(expected = "a window must hold at least one day")]
    fn a_window_without_a_day_is_refused() {
        last(View::Window(0));
    }

    #[test]
    fn a_half_life_that_is_none_is_refused() {
        for days in [f64::NAN, 0.0, -1.0, f64::INFINITY] {
            let panic = std::panic::catch_unwind(|| last(View::HalfLife(days))).unwrap_err();
            let message = panic.downcast_ref::<String>().unwrap();
            assert_eq!(message, &format!("half-life ({days}) must be finite and greater than zero, in days"));
        }
    }
}
