//! The feedback of each segment of the traffic.

use indexmap::IndexMap;

use super::{Fold, Timeline};
use crate::feedback::{Counts, Day};

/// A timeline for each segment, all of the same edges, in byte order of the segments' names; the empty name is that of
/// events without one. Their counts add up to those of the whole log, to the bit.
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::SegmentFold;
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "web", Counts::whole(1, 0));
/// fold.add(Day::from_days(0), "b", "app", Counts::whole(0, 1));
/// let segments = fold.finish();
/// assert_eq!(segments[0].0, "app".into());
/// assert_eq!(segments[0].1.edges(), segments[1].1.edges());
/// ```
pub type Segments = Vec<(Box<str>, Timeline)>;

/// Segments under construction. Adding and merging commute, to the bit.
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::SegmentFold;
/// let (mut one, mut other) = (SegmentFold::default(), SegmentFold::default());
/// one.add(Day::from_days(0), "a", "web", Counts::whole(1, 0));
/// other.add(Day::from_days(0), "a", "web", Counts::whole(0, 1));
/// other.edge("b"); // without feedback
/// one.merge(&other);
/// let segments = one.finish();
/// assert_eq!(segments[0].1.totals(), [Counts::whole(1, 1), Counts::default()]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SegmentFold {
    /// Of all edges that are in no segment so far.
    bare: Fold,
    folds: IndexMap<Box<str>, Fold, foldhash::fast::FixedState>,
}

impl SegmentFold {
    /// Makes an edge known that may have no feedback.
    pub fn edge(&mut self, name: &str) {
        self.bare.edge(name);
    }

    /// Adds counts to an edge in a segment on a day.
    pub fn add(&mut self, day: Day, edge: &str, segment: &str, counts: Counts) {
        if !self.folds.contains_key(segment) {
            self.folds.insert(segment.into(), Fold::default());
        }
        let fold = &mut self.folds[segment];
        let edge = fold.edge(edge);
        fold.add(day, edge, counts);
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        self.bare.merge(&other.bare);
        for (segment, fold) in &other.folds {
            self.folds.entry(segment.clone()).or_default().merge(fold);
        }
    }

    /// The timeline of each segment.
    pub fn finish(mut self) -> Segments {
        for fold in self.folds.values() {
            for (_, name) in fold.edges().iter() {
                self.bare.edge(name);
            }
        }
        self.folds.sort_unstable_keys();
        let whole = |mut fold: Fold| {
            self.bare.edges().iter().for_each(|(_, name)| {
                fold.edge(name);
            });
            fold.finish()
        };
        self.folds.into_iter().map(|(segment, fold)| (segment, whole(fold))).collect()
    }
}
