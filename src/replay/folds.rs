//! What is kept of a log beside its timeline, where something asks for it.

use thiserror::Error;

use super::known::Known;
use super::partial::Place;
use super::{Options, Replay};
use crate::feedback::{Counts, Day, Reward};
use crate::log::{Asked, Time};
use crate::timeline::{CellFold, Play, SegmentFold, SequenceFold, Timeline};

/// What is kept of a log beside its timeline. Days and edges that do not count are in none of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Counts per edge, segment and propensity.
    pub cells: bool,
    /// Each edge's rewards in order of time. Memory grows with the events, 40 bytes each.
    pub sequences: bool,
    /// A timeline for each segment.
    pub segments: bool,
}

/// Why there are no sequences: some feedback has no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("counts have no order within a day, so that there is no sequence of rewards; give the log of single events")]
pub struct NoOrder;

impl Keep {
    /// What must be read of events for it.
    pub(super) fn asked(self) -> Asked {
        let Self { cells, segments, .. } = self;
        Asked { propensity: cells, segment: cells || segments, served_at: false }
    }

    /// Whether there is anything.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// What one thread has kept so far. Merging two is adding up.
#[derive(Debug, Default)]
pub(super) struct Folds {
    cells: CellFold,
    sequences: SequenceFold,
    segments: SegmentFold,
    /// Whether some feedback was counts.
    is_unordered: bool,
}

impl Folds {
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
        if options.keep.cells {
            self.cells.add(edge, known.segment, known.propensity, reward);
        }
        if options.keep.sequences {
            self.sequences.add(edge, (place.file, place.line), Play { nanoseconds, day, reward });
        }
        if options.keep.segments {
            self.segments.add(day, edge, known.segment, reward.into());
        }
    }

    /// Keeps counts, if their day and edge count.
    pub(super) fn counts(&mut self, options: &Options, day: Day, edge: &str, counts: Counts) {
        if !options.keep.is_any() || counts == Counts::default() || !options.counts(day, edge) {
            return;
        }
        self.is_unordered = true;
        if options.keep.cells {
            self.cells.add_counts(edge, counts);
        }
        if options.keep.segments {
            self.segments.add(day, edge, "", counts);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.cells.merge(&other.cells);
        self.sequences.merge(other.sequences);
        self.segments.merge(&other.segments);
        self.is_unordered |= other.is_unordered;
    }

    /// All of it, with the edges of the timeline.
    pub(super) fn finish(mut self, keep: Keep, timeline: Timeline) -> Replay {
        for (_, edge) in timeline.edges().iter() {
            self.cells.edge(edge);
            self.sequences.edge(edge);
            self.segments.edge(edge);
        }
        let sequences =
            keep.sequences.then(|| if self.is_unordered { Err(NoOrder) } else { Ok(self.sequences.finish()) });
        Replay {
            cells: keep.cells.then(|| self.cells.finish()),
            sequences,
            segments: keep.segments.then(|| self.segments.finish()),
            timeline,
            ..Replay::default()
        }
    }
}
