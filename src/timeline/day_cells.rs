//! The cells of a day, most of them in eight bytes.

use std::iter::{Copied, Zip};
use std::slice;

use super::Cell;
use crate::feedback::{Counts, EdgeId};

/// The cells of one day, in order of edge: one for each edge that had feedback.
///
/// ```
/// use betadrift::feedback::{Counts, EdgeId};
/// use betadrift::timeline::{Cell, DayCells};
/// let cell = Cell { edge: EdgeId::new(3), counts: Counts::whole(1, 2) };
/// let cells: DayCells = [cell].into_iter().collect();
/// assert_eq!(cells.len(), 1);
/// assert_eq!(cells.iter().next(), Some(cell));
/// assert_eq!(cells.get(EdgeId::new(3)), Some(Counts::whole(1, 2)));
/// assert_eq!(cells.total(), Counts::whole(1, 2));
/// assert!(DayCells::new().is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayCells {
    edges: Vec<EdgeId>,
    /// Whole successes and failures of each, or [`ELSEWHERE`].
    small: Vec<[u16; 2]>,
    /// The places of the others in order, and their counts.
    others: Vec<(u32, Counts)>,
}

/// Stands for counts that are not whole, or too many.
const ELSEWHERE: [u16; 2] = [u16::MAX; 2];

impl DayCells {
    /// No cells.
    pub const fn new() -> Self {
        Self { edges: Vec::new(), small: Vec::new(), others: Vec::new() }
    }

    pub(super) fn with_capacity(cells: usize) -> Self {
        Self { edges: Vec::with_capacity(cells), small: Vec::with_capacity(cells), others: Vec::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> DayCellsIter<'_> {
        let small = self.edges.iter().copied().zip(self.small.iter().copied());
        DayCellsIter { small, others: self.others.iter() }
    }

    /// The counts of all edges together.
    pub fn total(&self) -> Counts {
        let small = self.small.iter().filter(|&&small| small != ELSEWHERE);
        let [successes, failures] = small.fold([0, 0], |[successes, failures], &[more, others]| {
            [successes + u64::from(more), failures + u64::from(others)]
        });
        Counts::whole(successes, failures) + self.others.iter().map(|(_, counts)| *counts).sum()
    }

    /// The counts of an edge, if it had feedback.
    pub fn get(&self, edge: EdgeId) -> Option<Counts> {
        let at = self.edges.binary_search(&edge).ok()?;
        if self.small[at] != ELSEWHERE {
            return Some(whole(self.small[at]));
        }
        let other = self.others.binary_search_by_key(&(at as u32), |(place, _)| *place).ok()?;
        Some(self.others[other].1)
    }

    /// Adds a cell behind the others.
    pub(super) fn push(&mut self, Cell { edge, counts }: Cell) {
        let whole = [counts.successes, counts.failures].map(|tally| match tally.to_parts() {
            (whole, 0) => u16::try_from(whole).ok(),
            _ => None,
        });
        match whole {
            [Some(successes), Some(failures)] if [successes, failures] != ELSEWHERE => {
                self.push_small(edge, [successes, failures]);
            }
            _ => {
                self.push_small(edge, ELSEWHERE);
                self.others.push((self.edges.len() as u32 - 1, counts));
            }
        }
    }

    /// The same for whole counts that are small, and of which there is one at least.
    fn push_small(&mut self, edge: EdgeId, small: [u16; 2]) {
        self.edges.push(edge);
        self.small.push(small);
    }
}

/// Each cell of a day.
///
/// ```
/// use betadrift::feedback::{Counts, EdgeId};
/// use betadrift::timeline::{Cell, DayCells};
/// let cell = |edge| Cell { edge: EdgeId::new(edge), counts: Counts::whole(edge as u64, 1) };
/// let cells: DayCells = (0..3).map(cell).collect();
/// let mut left = cells.iter();
/// assert_eq!(left.next(), Some(cell(0)));
/// assert_eq!(left.len(), 2);
/// assert_eq!(left.map(|cell| cell.counts).sum::<Counts>(), Counts::whole(3, 2));
/// ```
#[derive(Debug, Clone)]
pub struct DayCellsIter<'a> {
    small: Zip<Copied<slice::Iter<'a, EdgeId>>, Copied<slice::Iter<'a, [u16; 2]>>>,
    others: slice::Iter<'a, (u32, Counts)>,
}

impl Iterator for DayCellsIter<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        let (edge, small) = self.small.next()?;
        let counts = if small == ELSEWHERE { self.others.next()?.1 } else { whole(small) };
        Some(Cell { edge, counts })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.small.size_hint()
    }
}

impl ExactSizeIterator for DayCellsIter<'_> {}

impl<'a> IntoIterator for &'a DayCells {
    type Item = Cell;
    type IntoIter = DayCellsIter<'a>;

    fn into_iter(self) -> DayCellsIter<'a> {
        self.iter()
    }
}

impl FromIterator<Cell> for DayCells {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        let mut all = Self::new();
        cells.into_iter().for_each(|cell| all.push(cell));
        all
    }
}

pub(super) fn whole([successes, failures]: [u16; 2]) -> Counts {
    Counts::whole(u64::from(successes), u64::from(failures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_comes_back() {
        let half: Counts = "0.5".parse::<crate::feedback::Reward>().unwrap().into();
        let far = [0, 1, 65_534, 65_535, 65_536, u64::from(u32::MAX)];
        let whole = far.iter().flat_map(|&successes| far.map(|failures| Counts::whole(successes, failures)));
        let counts: Vec<Counts> = whole.flat_map(|counts| [counts, counts + half]).collect();
        let cells: Vec<Cell> =
            counts.iter().enumerate().map(|(edge, &counts)| Cell { edge: EdgeId::new(edge), counts }).collect();
        let day: DayCells = cells.iter().copied().collect();
        assert_eq!(day.iter().collect::<Vec<_>>(), cells);
        assert_eq!((day.len(), day.iter().len(), day.is_empty()), (cells.len(), cells.len(), false));
        assert!(cells.iter().all(|cell| day.get(cell.edge) == Some(cell.counts)));
        assert_eq!(day.get(EdgeId::new(cells.len())), None);
        assert_eq!(day.total(), counts.into_iter().sum());
    }
}
