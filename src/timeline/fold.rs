//! The fold that builds a timeline, event by event, in any order and on any number of threads.

use std::collections::BTreeMap;

use super::{Cell, DayCounts, Timeline};
use crate::feedback::{Counts, Day, EdgeId, Edges};

/// A timeline under construction. Adding and merging commute, to the bit.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    edges: Edges,
    /// Per day, counts by edge index, as long as the greatest edge seen that day.
    days: BTreeMap<Day, Vec<Counts>>,
}

impl Fold {
    /// The index of an edge in this fold, added when it is new. An edge without feedback stays in the timeline.
    pub fn edge(&mut self, name: &str) -> EdgeId {
        self.edges.intern(name)
    }

    /// Adds counts to an edge on a day.
    pub fn add(&mut self, day: Day, edge: EdgeId, counts: Counts) {
        let row = self.days.entry(day).or_default();
        if row.len() <= edge.index() {
            row.resize(edge.index() + 1, Counts::default());
        }
        row[edge.index()] += counts;
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        let ids: Vec<EdgeId> = other.edges.iter().map(|(_, name)| self.edges.intern(name)).collect();
        for (&day, row) in &other.days {
            for (index, &counts) in row.iter().enumerate().filter(|(_, counts)| **counts != Counts::default()) {
                self.add(day, ids[index], counts);
            }
        }
    }

    /// The timeline: edges in byte order of their names, days in order, empty cells dropped.
    pub fn finish(self) -> Timeline {
        let order = self.edges.by_name();
        let edges = order.iter().map(|&id| self.edges.name(id)).collect();
        let days = self.days.into_iter().filter_map(|(day, row)| {
            let cells: Vec<Cell> = order
                .iter()
                .enumerate()
                .filter_map(|(new, old)| {
                    let counts = *row.get(old.index()).filter(|counts| **counts != Counts::default())?;
                    Some(Cell { edge: EdgeId::new(new), counts })
                })
                .collect();
            (!cells.is_empty()).then_some(DayCounts { day, cells })
        });
        Timeline { edges, days: days.collect() }
    }
}
