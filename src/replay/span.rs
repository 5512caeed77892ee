//! Days too far apart to be of one log: the sign of a time in another unit, or of a clock gone wrong.

use super::Error;
use crate::feedback::Day;
use crate::timeline::{DayCounts, Timeline};

/// The most days between the first and the last.
pub(super) const LONGEST: i32 = 3660;

/// The day that lies apart, if the first and the last are too far apart: of the two sides of the widest gap, the far end of
/// the one with less feedback.
pub(super) fn outlying(timeline: &Timeline) -> Option<Day> {
    let (first, last) = timeline.span()?;
    if last - first <= LONGEST {
        return None;
    }
    let days = timeline.days();
    let gap = |at: &usize| days[*at].day - days[*at - 1].day;
    let split = (1..days.len()).rev().max_by_key(gap)?;
    let (before, after) = days.split_at(split);
    Some(if pulls(before) < pulls(after) { first } else { last })
}

/// Refuses a latest row of two tables, on a day and at a place, that lies far behind the feedback: by it all windows would
/// have ended.
pub(super) fn refuse_late_end(timeline: &Timeline, end: Option<(Day, String)>) -> Result<(), Error> {
    match (timeline.span(), end) {
        (Some((first, _)), Some((day, place))) if day - first > LONGEST => {
            Err(Error::Span { place, day, first, last: day })
        }
        _ => Ok(()),
    }
}

fn pulls(days: &[DayCounts]) -> f64 {
    days.iter().flat_map(|day| &day.cells).map(|cell| cell.counts.pulls()).sum()
}
