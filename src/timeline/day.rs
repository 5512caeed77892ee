//! The counts of one day while a timeline is built.

use super::day_cells::whole;
use super::{Cell, DayCells};
use crate::feedback::{Counts, EdgeId, Reward};

/// The counts of one day. Those of an edge are the sum of its two small numbers and its cell, if it has one.
#[derive(Debug, Clone, Default)]
pub(super) struct DayFold {
    /// By edge index: whole successes and failures, which go into the cell before they are too many.
    small: Vec<[u16; 2]>,
    /// By edge index: one more than the position of its cell, 0 without one.
    places: Vec<u32>,
    cells: Vec<Cell>,
}

impl DayFold {
    pub(super) fn add(&mut self, edge: EdgeId, counts: Counts) {
        let whole = [counts.successes, counts.failures].map(|tally| match tally.to_parts() {
            (whole, 0) => u16::try_from(whole).ok(),
            _ => None,
        });
        match whole {
            [Some(successes), Some(failures)] => self.add_small(edge, [successes, failures]),
            _ => self.add_to_cell(edge, counts),
        }
    }

    fn add_small(&mut self, edge: EdgeId, more: [u16; 2]) {
        self.make_room(edge.index() + 1);
        let small = self.small[edge.index()];
        self.small[edge.index()] = match (small[0].checked_add(more[0]), small[1].checked_add(more[1])) {
            (Some(successes), Some(failures)) => [successes, failures],
            _ => {
                self.add_to_cell(edge, whole(small));
                more
            }
        };
    }

    fn add_to_cell(&mut self, edge: EdgeId, counts: Counts) {
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

    fn make_room(&mut self, edges: usize) {
        if self.small.len() < edges {
            self.small.resize(edges, [0; 2]);
        }
    }

    /// Adds events of edges whose index is below a number.
    pub(super) fn add_rewards(&mut self, known: usize, edges: &[EdgeId], rewards: &[Reward]) {
        self.make_room(known);
        for (&edge, &reward) in edges.iter().zip(rewards) {
            let (whole @ 0..=1, 0) = reward.success().to_parts() else {
                self.add_to_cell(edge, reward.into());
                continue;
            };
            let count = &mut self.small[edge.index()][1 - whole as usize];
            match count.checked_add(1) {
                Some(more) => *count = more,
                None => self.add(edge, reward.into()),
            }
        }
    }

    /// Adds everything of another day, whose edges have other indices here, below a number.
    pub(super) fn merge(&mut self, known: usize, other: &Self, ids: &[EdgeId]) {
        self.make_room(known);
        for (&small, &edge) in other.small.iter().zip(ids).filter(|(small, _)| **small != [0; 2]) {
            self.add_small(edge, small);
        }
        for cell in &other.cells {
            self.add_to_cell(ids[cell.edge.index()], cell.counts);
        }
    }

    /// Everything together, one after the other.
    pub(super) fn all(&self) -> impl Iterator<Item = Counts> {
        let small = self.small.iter().fold([0, 0], |[successes, failures], &[more, others]| {
            [successes + u64::from(more), failures + u64::from(others)]
        });
        let [successes, failures] = small;
        std::iter::once(Counts::whole(successes, failures)).chain(self.cells.iter().map(|cell| cell.counts))
    }

    /// The counts of each edge that has some, in an order of the edges, under the indices of that order.
    pub(super) fn in_order(&self, order: &[EdgeId]) -> DayCells {
        let some = self.small.iter().filter(|small| **small != [0; 2]).count();
        let mut cells = DayCells::with_capacity(order.len().min(some + self.cells.len()));
        for (new, edge) in order.iter().enumerate() {
            let small = self.small.get(edge.index()).copied().unwrap_or_default();
            let place = self.places.get(edge.index()).copied().unwrap_or_default();
            let counts = match place.checked_sub(1) {
                None if small == [0; 2] => continue,
                None => whole(small),
                Some(place) => self.cells[place as usize].counts + whole(small),
            };
            cells.push(Cell { edge: EdgeId::new(new), counts });
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_where_small_numbers_end() {
        let edge = EdgeId::new(1);
        let half: Reward = "0.5".parse().unwrap();
        for more in [1, 65_534, 65_535, 65_536, 65_537, 200_000] {
            let mut day = DayFold::default();
            day.add_rewards(2, &vec![edge; more], &vec![Reward::SUCCESS; more]);
            day.add_rewards(2, &[edge, edge, EdgeId::new(0)], &[Reward::FAILURE, half, half]);
            day.add(edge, Counts::whole(65_535, 65_535));
            let mut both = day.clone();
            both.merge(2, &day, &[EdgeId::new(0), edge]);
            let expected = |times: u64| Counts {
                successes: Counts::whole(times * (more as u64 + 65_535), 0).successes
                    + (0..times).map(|_| half.success()).sum(),
                failures: Counts::whole(times * 65_536, 0).successes + (0..times).map(|_| half.failure()).sum(),
            };
            for (day, times) in [(&day, 1), (&both, 2)] {
                let cells = day.in_order(&[edge, EdgeId::new(0)]);
                assert_eq!(cells.len(), 2, "{more}");
                let first = Cell { edge: EdgeId::new(0), counts: expected(times) };
                assert_eq!(cells.iter().next(), Some(first), "{more}");
                let pulls: f64 = day.all().map(Counts::pulls).sum();
                assert_eq!(pulls, times as f64 * (more as f64 + 131_073.0), "{more}");
            }
        }
    }
}
