//! When feedback is mature: not before others of its age could have arrived as well.

use super::window::Window;
use super::{Options, Summary};
use crate::feedback::{Counts, Day};
use crate::log::{Time, Zone};
use crate::timeline::Timeline;

/// What is known of maturity while reading. Merging two is adding up.
#[derive(Debug, Default)]
pub(super) struct Maturity {
    zone: Option<Zone>,
    /// The last day on which something was read.
    latest: Option<Day>,
    /// How many events count from the time of their feedback, since it is not known when they were served.
    unserved: u64,
}

/// When feedback counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    At(Time),
    /// Not by the last day that counts, though it has arrived.
    Pending,
}

impl Maturity {
    /// When an event counts: when its feedback arrived, or so long after it was served, whichever is later.
    pub(super) fn event(&mut self, options: &Options, window: Window, time: Time, served_at: Option<Time>) -> Due {
        self.latest = self.latest.max(Some(time.day));
        self.unserved += u64::from(served_at.is_none());
        let due = served_at.unwrap_or(time).nanoseconds.saturating_add(window.nanoseconds());
        if due <= time.nanoseconds {
            return Due::At(time);
        }
        let zone = self.zone.get_or_insert_with(|| options.log.zone.clone());
        due_at(options, time.day, Time { nanoseconds: due, day: zone.day(due).max(time.day) })
    }

    /// When counts of a day count: so many whole days after it.
    pub(super) fn counts(&mut self, options: &Options, window: Window, day: Day) -> Due {
        self.latest = self.latest.max(Some(day));
        due_at(options, day, Time { nanoseconds: 0, day: day + window.whole_days() })
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.latest = self.latest.max(other.latest);
        self.unserved += other.unserved;
    }

    /// Takes what is not mature by the last day that was read off a timeline; returns that day and how many events of the
    /// edges asked for are pending therefore.
    pub(super) fn cut(&self, whole: Timeline, options: &Options, summary: &mut Summary) -> (Timeline, Option<Day>) {
        let Some(last) = self.latest.filter(|_| options.maturity.is_some()) else { return (whole, None) };
        summary.unserved = self.unserved;
        let late = whole.days().iter().filter(|day| day.day > last).flat_map(|day| &day.cells);
        let (mut pending, mut ignored) = (Counts::default(), Counts::default());
        for cell in late {
            let sum = if options.wants(whole.edges().name(cell.edge)) { &mut pending } else { &mut ignored };
            *sum += cell.counts;
        }
        summary.pending += pending.pulls().round_ties_even() as u64;
        summary.ignored += ignored.successes + ignored.failures;
        (whole.between(Day::from_days(i32::MIN), last), Some(last))
    }
}

fn due_at(options: &Options, arrived: Day, time: Time) -> Due {
    let until = *options.days().end();
    if time.day > until && arrived <= until { Due::Pending } else { Due::At(time) }
}
