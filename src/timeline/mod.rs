//! The timeline: counts of successes and failures per day and edge, the hinge of everything downstream.

mod cells;
mod day;
mod day_cells;
mod delays;
mod fold;
mod segments;
mod sequences;
mod view;
mod weights;

pub use cells::{CellFold, Cells, LoggedCell};
pub use day_cells::{DayCells, DayCellsIter};
pub use delays::{Answered, DelayFold, Delays, Instant, Waiting};
pub use fold::Fold;
pub use segments::{SegmentFold, Segments};
pub use sequences::{Play, RowPlace, SequenceFold, Sequences};
pub use view::{State, View, ViewError};
pub use weights::{EdgeWeights, WeightFold, Weights};

use crate::feedback::{Counts, Day, EdgeId, Edges};

/// The counts of one edge on one day.
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::{Cell, Fold};
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(2, 0));
/// fold.add(Day::from_days(0), edge, Counts::whole(1, 1));
/// let cells: Vec<Cell> = fold.finish().on(Day::from_days(0)).iter().collect();
/// assert_eq!(cells, [Cell { edge, counts: Counts::whole(3, 1) }]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The edge.
    pub edge: EdgeId,
    /// What that day added to it.
    pub counts: Counts,
}

/// The feedback of one calendar day: a cell for each edge that had any, in order of edge.
///
/// Two edges are known, of which one had feedback:
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::Fold;
/// let mut fold = Fold::default();
/// let (_, b) = (fold.edge("a"), fold.edge("b"));
/// fold.add(Day::from_days(7), b, Counts::whole(1, 2));
/// let timeline = fold.finish();
/// let day = &timeline.days()[0];
/// assert_eq!((day.day, day.cells.len()), (Day::from_days(7), 1));
/// assert_eq!(day.cells.total(), Counts::whole(1, 2));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: Day,
    /// The edges with feedback that day.
    pub cells: DayCells,
}

/// Counts per (day, edge). Edges are indexed in byte order of their names; days ascend and each has feedback.
///
/// Two timelines of the same feedback are equal, whatever the order in which it was read.
///
/// ```
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::Fold;
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// fold.add(Day::from_days(2), edge, Counts::whole(0, 1));
/// let timeline = fold.finish();
/// assert_eq!(timeline.totals(), [Counts::whole(1, 1)]);
/// assert_eq!((timeline.days().len(), timeline.calendar().count()), (2, 3));
/// assert_eq!(timeline.span(), Some((Day::from_days(0), Day::from_days(2))));
/// assert!(timeline.on(Day::from_days(1)).is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    edges: Edges,
    days: Vec<DayCounts>,
}

impl Timeline {
    /// The edges, indexed in byte order of their names.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The days that have feedback, in order.
    pub fn days(&self) -> &[DayCounts] {
        &self.days
    }

    /// Whether there is no feedback at all.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The first and the last day with feedback.
    pub fn span(&self) -> Option<(Day, Day)> {
        Some((self.days.first()?.day, self.days.last()?.day))
    }

    /// Every calendar day from the first to the last, days without feedback included.
    pub fn calendar(&self) -> impl Iterator<Item = Day> + use<> {
        let (first, end) = self.span().map_or((0, 0), |(first, last)| (first.days(), last.days() + 1));
        (first..end).map(Day::from_days)
    }

    /// The cells of a day; none if the day has no feedback.
    pub fn on(&self, day: Day) -> &DayCells {
        const NONE: &DayCells = &DayCells::new();
        self.days.binary_search_by_key(&day, |d| d.day).map_or(NONE, |at| &self.days[at].cells)
    }

    /// The counts of each edge over all days, by edge index.
    pub fn totals(&self) -> Vec<Counts> {
        let mut totals = vec![Counts::default(); self.edges.len()];
        for cell in self.days.iter().flat_map(|day| &day.cells) {
            totals[cell.edge.index()] += cell.counts;
        }
        totals
    }

    /// The first and last day with feedback of each edge, by edge index.
    ///
    /// ```
    /// use betadrift::feedback::{Counts, Day};
    /// use betadrift::timeline::Fold;
    /// let mut fold = Fold::default();
    /// let (a, _) = (fold.edge("a"), fold.edge("b"));
    /// for day in [1, 4] {
    ///     fold.add(Day::from_days(day), a, Counts::whole(1, 0));
    /// }
    /// let spans = fold.finish().active_spans();
    /// assert_eq!(spans, [Some((Day::from_days(1), Day::from_days(4))), None]);
    /// ```
    pub fn active_spans(&self) -> Vec<Option<(Day, Day)>> {
        let mut spans: Vec<Option<(Day, Day)>> = vec![None; self.edges.len()];
        for day in &self.days {
            for cell in &day.cells {
                let span = &mut spans[cell.edge.index()];
                *span = Some((span.map_or(day.day, |(first, _)| first), day.day));
            }
        }
        spans
    }

    /// The feedback of the days in `first..=last`; the edges stay as they are.
    ///
    /// ```
    /// use betadrift::feedback::{Counts, Day};
    /// use betadrift::timeline::Fold;
    /// let mut fold = Fold::default();
    /// let edge = fold.edge("a");
    /// for day in 0..3 {
    ///     fold.add(Day::from_days(day), edge, Counts::whole(1, 0));
    /// }
    /// let timeline = fold.finish();
    /// assert_eq!(timeline.between(Day::from_days(1), Day::from_days(2)).totals(), [Counts::whole(2, 0)]);
    /// let later = timeline.between(Day::from_days(7), Day::from_days(9));
    /// assert!(later.is_empty() && later.edges() == timeline.edges());
    /// ```
    pub fn between(&self, first: Day, last: Day) -> Self {
        let days = self.days.iter().filter(|d| (first..=last).contains(&d.day)).cloned().collect();
        Self { edges: self.edges.clone(), days }
    }

    /// The feedback of the edges whose name is wanted, and only those edges.
    ///
    /// ```
    /// use betadrift::timeline::Fold;
    /// let mut fold = Fold::default();
    /// for name in ["docs/faq", "docs/blog", "chat"] {
    ///     fold.edge(name);
    /// }
    /// let docs = fold.finish().only(|name| name.starts_with("docs/"));
    /// assert_eq!(docs.edges().iter().map(|(_, name)| name).collect::<Vec<_>>(), ["docs/blog", "docs/faq"]);
    /// ```
    pub fn only(self, wanted: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<bool> = self.edges.iter().map(|(_, name)| wanted(name)).collect();
        if kept.iter().all(|&kept| kept) {
            return self;
        }
        let mut edges = Edges::default();
        let new: Vec<Option<EdgeId>> =
            self.edges.iter().zip(kept).map(|((_, name), kept)| kept.then(|| edges.intern(name))).collect();
        let cell = |cell: Cell| new[cell.edge.index()].map(|edge| Cell { edge, counts: cell.counts });
        let days = self.days.iter().map(|d| DayCounts { day: d.day, cells: d.cells.iter().filter_map(cell).collect() });
        Self { edges, days: days.filter(|d| !d.cells.is_empty()).collect() }
    }
}
