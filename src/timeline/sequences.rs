//! Each edge's rewards in order of time: what the detection of change points and of dependence asks of a log.

use super::cells::ranked;
use crate::feedback::{Day, EdgeId, Edges, Reward};

/// One event of an edge.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{Play, SequenceFold};
/// let first = Play { nanoseconds: 1, day: Day::from_days(0), reward: Reward::FAILURE };
/// let second = Play { nanoseconds: 2, reward: Reward::SUCCESS, ..first };
/// let mut fold = SequenceFold::default();
/// fold.add("a", (0, 2), second);
/// fold.add("a", (0, 3), first);
/// let sequences = fold.finish();
/// let all: Vec<_> = sequences.iter().map(|(_, name, plays)| (name, plays.to_vec())).collect();
/// assert_eq!(all, [("a", vec![first, second])]); // in order of time
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// When its feedback counts, in nanoseconds since 1970.
    pub nanoseconds: i64,
    /// The calendar day of that.
    pub day: Day,
    /// The feedback.
    pub reward: Reward,
}

/// Each edge's events in order of time, those of one instant in the order of files and rows. 40 bytes an event.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{Play, SequenceFold};
/// let mut fold = SequenceFold::default();
/// let play = |nanoseconds, reward| Play { nanoseconds, day: Day::from_days(0), reward };
/// fold.add("a", (0, 3), play(7, Reward::FAILURE));
/// fold.add("a", (0, 2), play(7, Reward::SUCCESS));
/// let sequences = fold.finish();
/// let edge = sequences.edges().get("a").unwrap();
/// assert_eq!(sequences.of(edge)[0].reward, Reward::SUCCESS);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequences {
    edges: Edges,
    plays: Vec<Vec<Play>>,
}

impl Sequences {
    /// The edges in byte order of their names, those without feedback included.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The events of an edge.
    ///
    /// # Panics
    /// If the edge is not among [`Sequences::edges`].
    pub fn of(&self, edge: EdgeId) -> &[Play] {
        let (at, edges) = (edge.index(), self.plays.len());
        assert!(at < edges, "edge {at} is not among these {edges}");
        &self.plays[at]
    }

    /// Every edge with its name and events.
    pub fn iter(&self) -> impl Iterator<Item = (EdgeId, &str, &[Play])> {
        self.edges.iter().map(|(edge, name)| (edge, name, self.of(edge)))
    }
}

/// Sequences under construction. Adding and merging commute, to the bit.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{Play, SequenceFold};
/// let play = Play { nanoseconds: 7, day: Day::from_days(0), reward: Reward::SUCCESS };
/// let (mut one, mut other) = (SequenceFold::default(), SequenceFold::default());
/// one.add("a", (0, 2), play);
/// other.add("a", (1, 2), play);
/// let b = other.edge("b");
/// one.merge(other);
/// let sequences = one.finish();
/// assert_eq!(sequences.iter().map(|(_, _, plays)| plays.len()).collect::<Vec<_>>(), [2, 0]);
/// assert_eq!(sequences.edges().name(b), "b");
/// ```
#[derive(Debug, Clone, Default)]
pub struct SequenceFold {
    edges: Edges,
    plays: Vec<Vec<(Play, RowPlace)>>,
}

/// The position of a file among the inputs, and of a row in it.
///
/// At one instant the first file comes first, whichever was added first:
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::timeline::{Play, RowPlace, SequenceFold};
/// let play = |reward| Play { nanoseconds: 7, day: Day::from_days(0), reward };
/// let (early, late): (RowPlace, RowPlace) = ((0, 9), (1, 2));
/// let mut fold = SequenceFold::default();
/// fold.add("a", late, play(Reward::SUCCESS));
/// fold.add("a", early, play(Reward::FAILURE));
/// let sequences = fold.finish();
/// let edge = sequences.edges().get("a").unwrap();
/// assert_eq!(sequences.of(edge)[0].reward, Reward::FAILURE);
/// ```
pub type RowPlace = (u32, u64);

impl SequenceFold {
    /// Makes an edge known that may have no feedback; returns its index here.
    pub fn edge(&mut self, name: &str) -> EdgeId {
        let edge = self.edges.intern(name);
        self.plays.resize(self.edges.len(), Vec::new());
        edge
    }

    /// Adds an event, which stands at `place`.
    pub fn add(&mut self, edge: &str, place: RowPlace, play: Play) {
        let edge = self.edge(edge);
        self.plays[edge.index()].push((play, place));
    }

    /// Adds everything of another fold.
    pub fn merge(&mut self, other: Self) {
        for ((_, name), plays) in other.edges.iter().zip(other.plays) {
            let edge = self.edge(name);
            self.plays[edge.index()].extend(plays);
        }
    }

    /// The sequences, in order.
    pub fn finish(self) -> Sequences {
        let (edges, rank) = ranked(&self.edges);
        let mut plays = vec![Vec::new(); rank.len()];
        for (mut of_edge, rank) in self.plays.into_iter().zip(rank) {
            of_edge.sort_unstable_by_key(|(play, place)| (play.nanoseconds, *place));
            plays[rank] = of_edge.into_iter().map(|(play, _)| play).collect();
        }
        Sequences { edges, plays }
    }
}
