//! The fold that builds a timeline, event by event, in any order and on any number of threads.

use indexmap::IndexMap;
use rayon::prelude::*;

use super::day::DayFold;
use super::{DayCounts, Timeline};
use crate::feedback::{Counts, Day, EdgeId, Edges, Reward, Tally};

/// A timeline under construction. Adding and merging commute, to the bit.
///
/// Memory grows with edges and days: 4 bytes for each edge known by the end of each day, and 52 more for one whose counts of
/// that day are not whole, or too many for 16 bits.
///
/// ```
/// use betadrift::feedback::{Counts, Day, Tally};
/// use betadrift::timeline::Fold;
/// let (mut one, mut other) = (Fold::default(), Fold::default());
/// let (b, a) = (one.edge("b"), other.edge("a"));
/// one.add(Day::from_days(0), b, Counts::whole(1, 0));
/// other.add(Day::from_days(0), a, Counts::whole(0, 2));
/// one.merge(&other);
/// assert_eq!((one.edges().len(), one.total()), (2, Some(Tally::whole(3))));
/// assert_eq!(one.finish().totals(), [Counts::whole(0, 2), Counts::whole(1, 0)]); // a, b
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fold {
    edges: Edges,
    days: IndexMap<Day, DayFold, foldhash::fast::FixedState>,
    /// The position of the day added to last, which is most likely the next one's.
    last: usize,
}

impl Fold {
    /// The index of an edge in this fold, added when it is new. An edge without feedback stays in the timeline.
    pub fn edge(&mut self, name: &str) -> EdgeId {
        self.edges.intern(name)
    }

    /// The edges known so far.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// Adds counts to an edge on a day.
    pub fn add(&mut self, day: Day, edge: EdgeId, counts: Counts) {
        if counts == Counts::default() {
            return;
        }
        self.on(day).add(edge, counts);
    }

    /// Adds the indices of many edges, in order, whose names are UTF-8.
    pub(crate) fn intern(&mut self, names: &[impl AsRef<[u8]>], ids: &mut Vec<EdgeId>) {
        self.edges.intern_all(names, ids);
    }

    /// Adds events of one day, by the indices of their edges in this fold.
    pub(crate) fn add_rewards(&mut self, day: Day, edges: &[EdgeId], rewards: &[Reward]) {
        let known = self.edges.len();
        self.on(day).add_rewards(known, edges, rewards);
    }

    fn on(&mut self, day: Day) -> &mut DayFold {
        if self.days.get_index(self.last).is_none_or(|(last, _)| *last != day) {
            let entry = self.days.entry(day);
            self.last = entry.index();
            entry.or_default();
        }
        &mut self.days[self.last]
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        let names: Vec<&str> = other.edges.iter().map(|(_, name)| name).collect();
        let mut ids = Vec::with_capacity(names.len());
        self.edges.intern_all(&names, &mut ids);
        let known = self.edges.len();
        for (&day, fold) in &other.days {
            self.on(day).merge(known, fold, &ids);
        }
    }

    /// Everything added so far, successes and failures together; `None` if it is too much for a tally.
    pub fn total(&self) -> Option<Tally> {
        let mut counts =
            self.days.values().flat_map(DayFold::all).flat_map(|counts| [counts.successes, counts.failures]);
        counts.try_fold(Tally::ZERO, Tally::checked_add)
    }

    /// The timeline: edges in byte order of their names, days in order, empty cells dropped.
    pub fn finish(mut self) -> Timeline {
        let order = self.edges.by_name();
        self.days.sort_unstable_keys();
        let days: Vec<(Day, DayFold)> = self.days.into_iter().collect();
        let days = days.into_par_iter().map(|(day, fold)| DayCounts { day, cells: fold.in_order(&order) }).collect();
        Timeline { edges: self.edges.in_order(&order), days }
    }
}
