//! What is known of an event beside its feedback, and how it is kept of those that have an id.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::partial::Place;
use crate::feedback::{EdgeId, Edges};
use crate::log::{Context, Time};

/// What is known of an event beside its feedback.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Known<'a> {
    pub(super) propensity: Option<f64>,
    pub(super) segment: &'a str,
    pub(super) served_at: Option<Time>,
}

impl<'a> From<Option<&'a Context>> for Known<'a> {
    fn from(context: Option<&'a Context>) -> Self {
        context.map_or_else(Self::default, |Context { propensity, segment, served_at }| Self {
            propensity: *propensity,
            segment,
            served_at: *served_at,
        })
    }
}

impl Known<'_> {
    /// An order by content, what is missing last.
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        let key = |known: &Self| {
            let propensity = known.propensity.unwrap_or(f64::INFINITY);
            let missing = (known.segment.is_empty(), known.served_at.is_none());
            (propensity.to_bits(), missing, known.served_at)
        };
        key(self).cmp(&key(other)).then_with(|| self.segment.cmp(other.segment))
    }
}

/// What is known of events that have an id, by the place of their row: 64 bytes each.
#[derive(Debug, Default)]
pub(super) struct AllKnown {
    segments: Edges,
    kept: Vec<Kept>,
}

#[derive(Debug, Clone, Copy)]
struct Kept {
    file: u32,
    line: u64,
    segment: EdgeId,
    propensity: Option<f64>,
    served_at: Option<Time>,
}

impl AllKnown {
    pub(super) fn push(&mut self, place: Place, Known { propensity, segment, served_at }: Known<'_>) {
        let segment = self.segments.intern(segment);
        self.kept.push(Kept { file: place.file, line: place.line, segment, propensity, served_at });
    }

    pub(super) fn merge(&mut self, other: Self) {
        let segments: Vec<EdgeId> = other.segments.iter().map(|(_, name)| self.segments.intern(name)).collect();
        let moved = |kept: Kept| Kept { segment: segments[kept.segment.index()], ..kept };
        self.kept.extend(other.kept.into_iter().map(moved));
    }

    /// Puts them in order, for [`Self::of`].
    pub(super) fn sort(&mut self) {
        self.kept.par_sort_unstable_by_key(|kept| (kept.file, kept.line));
    }

    /// What is known of the event at a place.
    pub(super) fn of(&self, file: u32, line: u64) -> Known<'_> {
        let found = self.kept.binary_search_by_key(&(file, line), |kept| (kept.file, kept.line));
        found.map_or_else(
            |_| Known::default(),
            |at| {
                let Kept { segment, propensity, served_at, .. } = self.kept[at];
                Known { propensity, segment: self.segments.name(segment), served_at }
            },
        )
    }
}
