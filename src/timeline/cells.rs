//! Counts per edge, segment and propensity: all that off-policy evaluation asks of a log.

use indexmap::IndexMap;

use crate::feedback::{Counts, EdgeId, Edges, Reward, Tally};

/// What one edge answered in one segment where it had been chosen with one propensity.
///
/// Two events that are half a success each:
///
/// ```
/// use betadrift::feedback::{Counts, EdgeId, Reward};
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// let half = Reward::new(0.5).unwrap();
/// fold.add("a", "", Some(0.25), half);
/// fold.add("a", "", Some(0.25), half);
/// let cell = fold.finish().cells()[0];
/// assert_eq!((cell.edge, cell.segment, cell.propensity), (EdgeId::new(0), 0, Some(0.25)));
/// assert_eq!((cell.events, cell.counts, cell.squares.to_f64()), (2, Counts::whole(1, 1), 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoggedCell {
    /// The edge.
    pub edge: EdgeId,
    /// The position of the segment in [`Cells::segments`].
    pub segment: usize,
    /// The chance with which the edge was chosen, as the log has it: above 1 too, and 0; `None` where it has none.
    pub propensity: Option<f64>,
    /// How many events there are.
    pub events: u64,
    /// Σ r and Σ (1 − r).
    pub counts: Counts,
    /// Σ r².
    pub squares: Tally,
}

/// Counts per (edge, segment, propensity), in this order. Edges and segments are in byte order of their names.
///
/// Two of the same feedback are equal, whatever the order in which it was read.
///
/// ```
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// fold.add("b", "mobile", Some(0.25), Reward::SUCCESS);
/// fold.add("b", "mobile", Some(0.25), Reward::FAILURE);
/// fold.add("a", "", None, Reward::SUCCESS);
/// let cells = fold.finish();
/// assert_eq!(cells.segments(), ["".into(), "mobile".into()]);
/// assert_eq!(cells.cells()[1].events, 2);
/// assert_eq!(cells.cells()[1].counts.successes.to_f64(), 1.0);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cells {
    edges: Edges,
    segments: Vec<Box<str>>,
    cells: Vec<LoggedCell>,
}

impl Cells {
    /// The edges, those without feedback included.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The names of the segments; the empty one where the log has none.
    pub fn segments(&self) -> &[Box<str>] {
        &self.segments
    }

    /// The cells.
    pub fn cells(&self) -> &[LoggedCell] {
        &self.cells
    }

    /// How many events there are in all.
    pub fn events(&self) -> u64 {
        self.cells.iter().map(|cell| cell.events).sum()
    }
}

/// Cells under construction. Adding and merging commute, to the bit. Memory grows with cells, not with events.
///
/// ```
/// use betadrift::feedback::{Counts, Reward};
/// use betadrift::timeline::CellFold;
/// let (mut one, mut other) = (CellFold::default(), CellFold::default());
/// one.add_counts("a", Counts::whole(3, 2));
/// other.add("a", "", None, Reward::SUCCESS);
/// other.edge("b");
/// one.merge(&other);
/// let cells = one.finish();
/// assert_eq!((cells.events(), cells.cells().len()), (6, 1)); // of one edge, without segment and propensity
/// assert_eq!(cells.edges().len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct CellFold {
    edges: Edges,
    segments: Edges,
    cells: IndexMap<Key, Sums, foldhash::fast::FixedState>,
}

/// Edge, segment, and the bits of the propensity.
type Key = (EdgeId, EdgeId, Option<u64>);

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    events: u64,
    counts: Counts,
    squares: Tally,
}

impl CellFold {
    /// Makes an edge known that may have no feedback.
    pub fn edge(&mut self, name: &str) {
        self.edges.intern(name);
    }

    /// Adds an event. A propensity of −0 is 0.
    pub fn add(&mut self, edge: &str, segment: &str, propensity: Option<f64>, reward: Reward) {
        let (edge, segment) = (self.edges.intern(edge), self.segments.intern(segment));
        let key = (edge, segment, propensity.map(|p| (p + 0.0).to_bits()));
        self.add_sums(key, Sums { events: 1, counts: reward.into(), squares: reward.square() });
    }

    /// Adds counts of an edge, without segment and propensity. They are taken as of whole successes and failures, so that
    /// Σ r² = Σ r, which is the most it can be; the number of events is rounded.
    pub fn add_counts(&mut self, edge: &str, counts: Counts) {
        let key = (self.edges.intern(edge), self.segments.intern(""), None);
        let events = counts.pulls().round_ties_even() as u64;
        self.add_sums(key, Sums { events, counts, squares: counts.successes });
    }

    fn add_sums(&mut self, key: Key, sums: Sums) {
        let cell = self.cells.entry(key).or_default();
        cell.events += sums.events;
        cell.counts += sums.counts;
        cell.squares += sums.squares;
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: &Self) {
        let edges: Vec<EdgeId> = other.edges.iter().map(|(_, name)| self.edges.intern(name)).collect();
        let segments: Vec<EdgeId> = other.segments.iter().map(|(_, name)| self.segments.intern(name)).collect();
        for (&(edge, segment, propensity), &sums) in &other.cells {
            self.add_sums((edges[edge.index()], segments[segment.index()], propensity), sums);
        }
    }

    /// The cells, in order.
    pub fn finish(self) -> Cells {
        let (edges, edge_rank) = ranked(&self.edges);
        let (segments, segment_rank) = ranked(&self.segments);
        let cell = |((edge, segment, propensity), sums): (Key, Sums)| LoggedCell {
            edge: EdgeId::new(edge_rank[edge.index()]),
            segment: segment_rank[segment.index()],
            propensity: propensity.map(f64::from_bits),
            events: sums.events,
            counts: sums.counts,
            squares: sums.squares,
        };
        let mut cells: Vec<LoggedCell> = self.cells.into_iter().map(cell).collect();
        cells.sort_unstable_by(|a, b| {
            let place = |cell: &LoggedCell| (cell.edge, cell.segment);
            let propensity = |cell: &LoggedCell| cell.propensity.unwrap_or(f64::NEG_INFINITY);
            place(a).cmp(&place(b)).then(propensity(a).total_cmp(&propensity(b)))
        });
        let segments = segments.iter().map(|(_, name)| name.into()).collect();
        Cells { edges, segments, cells }
    }
}

/// The names in byte order, and the place of each in it.
pub(super) fn ranked(names: &Edges) -> (Edges, Vec<usize>) {
    let order = names.by_name();
    let mut rank = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        rank[old.index()] = new;
    }
    (order.iter().map(|&id| names.name(id)).collect(), rank)
}
