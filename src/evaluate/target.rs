//! The policy to evaluate: with which probability it chooses each edge, in each segment.

use thiserror::Error;

use crate::feedback::{EdgeId, Edges};
use crate::timeline::Cells;

/// How far probabilities may be from summing to 1.
const SLACK: f64 = 1e-6;

/// The law of one segment.
#[derive(Debug, Clone, Default, PartialEq)]
struct Law {
    /// The probability of each edge that the log has, in order of edge.
    known: Vec<(EdgeId, f64)>,
    /// All of it, edges that the log lacks included.
    total: f64,
    /// The greatest of all.
    greatest: f64,
}

/// A policy that does not learn: the probability of each edge in each segment of a log.
///
/// Edges that the log lacks keep their probability: it is mass without support.
///
/// ```
/// use betadrift::evaluate::Target;
/// use betadrift::feedback::Reward;
/// use betadrift::timeline::CellFold;
/// let mut fold = CellFold::default();
/// fold.add("a", "", Some(0.5), Reward::SUCCESS);
/// fold.add("b", "", Some(0.5), Reward::FAILURE);
/// let cells = fold.finish();
/// assert_eq!(Target::uniform(&cells).probability(cells.edges().get("a").unwrap(), 0), 0.5);
/// assert!(Target::everywhere(&cells, [("a", 0.5), ("c", 0.5)]).is_ok());
/// assert!(Target::everywhere(&cells, [("a", 0.5)]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    laws: Vec<Law>,
    /// Which law is that of each segment of the log.
    of_segment: Vec<usize>,
}

/// Why a table of probabilities is no policy for a log.
///
/// ```
/// # use betadrift::feedback::Reward;
/// # use betadrift::timeline::CellFold;
/// use betadrift::evaluate::{Target, TargetError};
/// # let mut fold = CellFold::default();
/// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
/// #     fold.add(edge, "", Some(0.5), reward);
/// # }
/// # let cells = fold.finish();
/// let refused = Target::everywhere(&cells, [("a", 0.5)]).unwrap_err();
/// assert_eq!(refused, TargetError::Sum { segment: String::new(), sum: 0.5 });
/// assert_eq!(refused.to_string(), "the probabilities sum to 0.5, but must sum to 1 within 1e-6");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TargetError {
    /// A probability is none.
    #[error("the probability of edge `{edge}` ({probability}) must lie in [0, 1]")]
    Probability {
        /// The edge.
        edge: String,
        /// What its probability is said to be.
        probability: f64,
    },
    /// The probabilities of a segment do not sum to 1.
    #[error("the probabilities{} sum to {sum}, but must sum to 1 within 1e-6", in_segment(.segment))]
    Sum {
        /// The segment, empty where there is none.
        segment: String,
        /// What they sum to.
        sum: f64,
    },
    /// An edge has two probabilities.
    #[error("edge `{edge}` is listed twice{}", in_segment(.segment))]
    Twice {
        /// The edge.
        edge: String,
        /// The segment, empty where there is none.
        segment: String,
    },
    /// The log has a segment that the target lacks.
    #[error("the log has segment `{segment}`, but the target has no probabilities for it")]
    Segment {
        /// The segment.
        segment: String,
    },
}

fn in_segment(segment: &str) -> String {
    if segment.is_empty() { String::new() } else { format!(" in segment `{}`", segment.escape_debug()) }
}

impl Target {
    /// All edges of the log alike, in every segment.
    pub fn uniform(cells: &Cells) -> Self {
        let edges = cells.edges();
        let share = 1.0 / edges.len() as f64;
        let law = Law { known: edges.iter().map(|(edge, _)| (edge, share)).collect(), total: 1.0, greatest: share };
        Self { laws: vec![law], of_segment: vec![0; cells.segments().len()] }
    }

    /// The same probabilities in every segment of the log.
    ///
    /// # Errors
    /// [`TargetError`] for what is no probability, an edge listed twice, and a sum other than 1.
    pub fn everywhere<'a>(
        cells: &Cells,
        probabilities: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<Self, TargetError> {
        let law = Law::of(cells.edges(), "", probabilities.into_iter().collect())?;
        Ok(Self { laws: vec![law], of_segment: vec![0; cells.segments().len()] })
    }

    /// Probabilities by edge and segment. Segments that the log lacks are left out.
    ///
    /// ```
    /// use betadrift::evaluate::Target;
    /// use betadrift::feedback::Reward;
    /// use betadrift::timeline::CellFold;
    /// let mut fold = CellFold::default();
    /// fold.add("a", "app", Some(0.5), Reward::SUCCESS);
    /// fold.add("b", "web", Some(0.5), Reward::FAILURE);
    /// let cells = fold.finish();
    /// let target = Target::by_segment(&cells, [("a", "app", 1.0), ("a", "web", 0.25), ("b", "web", 0.75)])?;
    /// let a = cells.edges().get("a").unwrap();
    /// assert_eq!((target.probability(a, 0), target.probability(a, 1)), (1.0, 0.25)); // app, web
    /// assert!(Target::by_segment(&cells, [("a", "app", 1.0)]).is_err()); // nothing for web
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TargetError`], as for [`Target::everywhere`], and for a segment of the log that is not there.
    pub fn by_segment<'a>(
        cells: &Cells,
        probabilities: impl IntoIterator<Item = (&'a str, &'a str, f64)>,
    ) -> Result<Self, TargetError> {
        let mut rows: Vec<(&str, &str, f64)> = probabilities.into_iter().collect();
        rows.sort_by_key(|&(_, segment, _)| segment);
        let mut laws: Vec<(&str, Law)> = Vec::new();
        for rows in rows.chunk_by(|one, other| one.1 == other.1) {
            let segment = rows[0].1;
            laws.push((segment, Law::of(cells.edges(), segment, rows.iter().map(|row| (row.0, row.2)).collect())?));
        }
        let place = |segment: &str| laws.binary_search_by_key(&segment, |(name, _)| name);
        let of_segment = cells.segments().iter().map(|segment| {
            place(segment).map_err(|_| TargetError::Segment { segment: segment.escape_debug().to_string() })
        });
        let of_segment = of_segment.collect::<Result<Vec<usize>, _>>()?;
        Ok(Self { of_segment, laws: laws.into_iter().map(|(_, law)| law).collect() })
    }

    /// e(a|x): with which probability the edge is chosen in the segment.
    ///
    /// # Panics
    /// If the log has no such segment.
    pub fn probability(&self, edge: EdgeId, segment: usize) -> f64 {
        let known = &self.laws[self.of_segment[segment]].known;
        known.binary_search_by_key(&edge, |&(known, _)| known).map_or(0.0, |at| known[at].1)
    }

    /// maxₐ e(a|x) over all edges, those that the log lacks included.
    pub(super) fn greatest(&self, segment: usize) -> f64 {
        self.laws[self.of_segment[segment]].greatest
    }

    /// Σₐ e(a|x) over all edges, those that the log lacks included.
    pub(super) fn total(&self, segment: usize) -> f64 {
        self.laws[self.of_segment[segment]].total
    }
}

impl Law {
    fn of(edges: &Edges, segment: &str, mut rows: Vec<(&str, f64)>) -> Result<Self, TargetError> {
        let named = |name: &str| name.escape_debug().to_string();
        if let Some(&(edge, probability)) = rows.iter().find(|(_, p)| !(0.0..=1.0).contains(p)) {
            return Err(TargetError::Probability { edge: named(edge), probability });
        }
        rows.sort_by_key(|&(edge, _)| edge);
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(TargetError::Twice { edge: named(pair[0].0), segment: segment.to_owned() });
        }
        let total = rows.iter().fold(0.0, |sum, (_, probability)| sum + probability);
        if (total - 1.0).abs() > SLACK {
            return Err(TargetError::Sum { segment: segment.to_owned(), sum: total });
        }
        let greatest = rows.iter().map(|&(_, probability)| probability).fold(0.0, f64::max);
        let mut known: Vec<(EdgeId, f64)> =
            rows.into_iter().filter_map(|(name, probability)| Some((edges.get(name)?, probability))).collect();
        known.sort_unstable_by_key(|&(edge, _)| edge);
        Ok(Self { known, total, greatest })
    }
}
