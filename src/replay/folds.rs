//! What is kept of a log beside its timeline, where something asks for it.

use std::collections::BTreeMap;

use thiserror::Error;

use super::known::Known;
use super::partial::Place;
use super::{Options, Replay};
use crate::feedback::{Counts, Day, Reward};
use crate::log::{Asked, Time};
use crate::timeline::{CellFold, DelayFold, Instant, Play, SegmentFold, SequenceFold, Timeline, WeightFold};

/// What is kept of a log beside its timeline. Days and edges that do not count are in none of it.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Keep, Options, replay};
/// let log = "timestamp,edge,reward,propensity\n2026-01-01,a,1,0.25\n";
/// let keep = Keep { weights: true, ..Keep::default() };
/// assert!(keep.is_any() && !Keep::default().is_any());
/// let options = Options { keep, ..Options::default() };
/// let replayed = replay(vec![Input::reader("log.csv", log.as_bytes())], &options, &|_| {}).unwrap();
/// let weights = replayed.weights.unwrap();
/// assert_eq!(weights.of(weights.edges().get("a").unwrap()).weight.to_f64(), 2.0); // 1/√0.25
/// assert_eq!(replayed.cells, None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Counts per edge, segment and propensity.
    pub cells: bool,
    /// Each edge's rewards in order of time. Memory grows with the events, 40 bytes each.
    pub sequences: bool,
    /// A timeline for each segment.
    pub segments: bool,
    /// Sums weighted by propensity.
    pub weights: bool,
    /// How long feedback took, whenever it is mature. Of what was served before the first day that counts, or after the last, it
    /// keeps nothing; what was answered after the last is waiting.
    pub delays: bool,
}

/// Why there are no sequences: some feedback has no order.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Keep, NoOrder, Options, replay};
/// let counts = "day,edge,successes,failures\n2026-01-01,a,3,2\n";
/// let options = Options { keep: Keep { sequences: true, ..Keep::default() }, ..Options::default() };
/// let replayed = replay(vec![Input::reader("counts.csv", counts.as_bytes())], &options, &|_| {}).unwrap();
/// assert_eq!(replayed.timeline.totals()[0].pulls(), 5.0);
/// assert_eq!(replayed.sequences, Some(Err(NoOrder)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("counts have no order within a day, so that there is no sequence of rewards; give the log of single events")]
pub struct NoOrder;

impl Keep {
    /// What must be read of events for it.
    pub(super) fn asked(self) -> Asked {
        let Self { cells, segments, weights, delays, .. } = self;
        Asked { propensity: cells || weights, segment: cells || segments, served_at: delays }
    }

    /// Whether there is anything.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// What one thread has kept so far. Merging two is adding up.
#[derive(Debug, Default)]
pub(super) struct Folds {
    /// By the day on which feedback counts, where it is not known while reading which days will count in the end.
    by_day: BTreeMap<Option<Day>, Kept>,
    delays: DelayFold,
    /// Whether some feedback was counts.
    is_unordered: bool,
}

#[derive(Debug, Default)]
struct Kept {
    cells: CellFold,
    sequences: SequenceFold,
    segments: SegmentFold,
    weights: WeightFold,
}

impl Kept {
    fn merge(&mut self, other: Self) {
        self.cells.merge(&other.cells);
        self.sequences.merge(other.sequences);
        self.segments.merge(&other.segments);
        self.weights.merge(&other.weights);
    }
}

impl Folds {
    fn on(&mut self, options: &Options, day: Day) -> &mut Kept {
        self.by_day.entry(options.maturity.map(|_| day)).or_default()
    }

    /// Keeps an event, if its day and edge count.
    pub(super) fn event(
        &mut self,
        options: &Options,
        place: Place,
        Time { nanoseconds, day }: Time,
        edge: &str,
        (reward, known): (Reward, Known<'_>),
    ) {
        if !options.keep.is_any() || !options.counts(day, edge) {
            return;
        }
        let kept = self.on(options, day);
        if options.keep.cells {
            kept.cells.add(edge, known.segment, known.propensity, reward);
        }
        if options.keep.sequences {
            kept.sequences.add(edge, (place.file, place.line), Play { nanoseconds, day, reward });
        }
        if options.keep.segments {
            kept.segments.add(day, edge, known.segment, reward.into());
        }
        if options.keep.weights {
            kept.weights.add(edge, known.propensity, reward);
        }
    }

    /// Keeps how long an event waited for its feedback.
    pub(super) fn answered(&mut self, options: &Options, time: Time, edge: &str, (reward, known): (Reward, Known<'_>)) {
        if !options.keep.delays || !options.wants(edge) {
            return;
        }
        let Some(served) = known.served_at else {
            if options.days().contains(&time.day) {
                self.delays.unserved(instant(time));
            }
            return;
        };
        match options.days() {
            days if !days.contains(&served.day) => {}
            days if *days.end() < time.day => self.delays.waiting(instant(served)),
            _ => self.delays.answered(instant(served), instant(time), reward),
        }
    }

    /// Keeps how long an event has waited.
    pub(super) fn waiting(&mut self, options: &Options, edge: &str, served_at: Option<Time>) {
        if !options.keep.delays || !options.wants(edge) {
            return;
        }
        match served_at {
            Some(served) if options.days().contains(&served.day) => self.delays.waiting(instant(served)),
            Some(_) => {}
            None => self.delays.unserved_waiting(),
        }
    }

    /// Keeps counts, if their day and edge count.
    pub(super) fn counts(&mut self, options: &Options, day: Day, edge: &str, counts: Counts) {
        if !options.keep.is_any() || counts == Counts::default() || !options.counts(day, edge) {
            return;
        }
        self.is_unordered = true;
        let kept = self.on(options, day);
        if options.keep.cells {
            kept.cells.add_counts(edge, counts);
        }
        if options.keep.segments {
            kept.segments.add(day, edge, "", counts);
        }
        if options.keep.weights {
            kept.weights.add_counts(edge, counts);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (day, kept) in other.by_day {
            self.by_day.entry(day).or_default().merge(kept);
        }
        self.delays.merge(&other.delays);
        self.is_unordered |= other.is_unordered;
    }

    /// All of it up to a day, with the edges of the timeline.
    pub(super) fn finish(self, keep: Keep, timeline: Timeline, last: Option<Day>) -> Replay {
        let mut whole = Kept::default();
        let counts = |day: &Option<Day>| last.is_none_or(|last| day.is_none_or(|day| day <= last));
        for (_, kept) in self.by_day.into_iter().filter(|(day, _)| counts(day)) {
            whole.merge(kept);
        }
        let Kept { mut cells, mut sequences, mut segments, mut weights } = whole;
        let names = |is_kept: bool| timeline.edges().iter().filter(move |_| is_kept).map(|(_, name)| name);
        names(keep.cells).for_each(|edge| cells.edge(edge));
        for edge in names(keep.sequences) {
            sequences.edge(edge);
        }
        names(keep.segments).for_each(|edge| segments.edge(edge));
        names(keep.weights).for_each(|edge| weights.edge(edge));
        let in_order = |sequences: SequenceFold| if self.is_unordered { Err(NoOrder) } else { Ok(sequences.finish()) };
        Replay {
            cells: keep.cells.then(|| cells.finish()),
            sequences: keep.sequences.then(|| in_order(sequences)),
            segments: keep.segments.then(|| segments.finish()),
            weights: keep.weights.then(|| weights.finish()),
            delays: keep.delays.then(|| self.delays.finish()),
            timeline,
            ..Replay::default()
        }
    }
}

fn instant(Time { nanoseconds, day }: Time) -> Instant {
    Instant { nanoseconds, day }
}
