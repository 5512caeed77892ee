//! The fold that builds a timeline, event by event, in any order and on any number of threads.

use indexmap::IndexMap;

use super::cells::ranked;
use super::{Cell, DayCounts, Timeline};
use crate::feedback::{Counts, Day, EdgeId, Edges, Tally};

/// A timeline under construction. Adding and merging commute, to the bit.
///
/// Memory grows with the edges that have feedback on each day: 48 bytes for each, and 4 for each edge known by then.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    edges: Edges,
    days: IndexMap<Day, DayFold, foldhash::fast::FixedState>,
    /// The position of the day added to last, which is most likely the next one's.
    last: usize,
}

/// The counts of one day.
#[derive(Debug, Clone, Default)]
struct DayFold {
    /// By edge index: one more than the position of its cell, 0 without one.
    places: Vec<u32>,
    cells: Vec<Cell>,
}

impl DayFold {
    fn add(&mut self, edge: EdgeId, counts: Counts) {
        if self.places.len() <= edge.index() {
            self.places.resize(edge.index() + 1, 0);
        }
        match self.places[edge.index()] {
            0 => {
                self.cells.push(Cell { edge, counts });
                self.places[edge.index()] = u32::try_from(self.cells.len()).expect("fewer than 2^32 edges");
            }
            place => self.cells[place as usize - 1].counts += counts,
        }
    }
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
        if self.days.get_index(self.last).is_none_or(|(last, _)| *last != day) {
            let entry = self.days.entry(day);
            self.last = entry.index();
            entry.or_default();
        }
        self.days[self.last].add(edge, counts);
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        let ids: Vec<EdgeId> = other.edges.iter().map(|(_, name)| self.edges.intern(name)).collect();
        for (&day, fold) in &other.days {
            for cell in &fold.cells {
                self.add(day, ids[cell.edge.index()], cell.counts);
            }
        }
    }

    /// Everything added so far, successes and failures together; `None` if it is too much for a tally.
    pub fn total(&self) -> Option<Tally> {
        let cells = self.days.values().flat_map(|day| &day.cells);
        let mut counts = cells.flat_map(|cell| [cell.counts.successes, cell.counts.failures]);
        counts.try_fold(Tally::ZERO, Tally::checked_add)
    }

    /// The timeline: edges in byte order of their names, days in order, empty cells dropped.
    pub fn finish(mut self) -> Timeline {
        let (edges, rank) = ranked(&self.edges);
        self.days.sort_unstable_keys();
        let days = self.days.into_iter().map(|(day, DayFold { mut cells, .. })| {
            for cell in &mut cells {
                cell.edge = EdgeId::new(rank[cell.edge.index()]);
            }
            cells.sort_unstable_by_key(|cell| cell.edge);
            DayCounts { day, cells }
        });
        Timeline { edges, days: days.collect() }
    }
}
