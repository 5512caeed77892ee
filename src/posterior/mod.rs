//! The posterior store: a prior for each edge, the counts observed since, and the Beta posteriors that follow.

use rand::Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use prior::{GlobError, Group, Priors};

use crate::beta::Beta;
use crate::feedback::{Counts, EdgeId, Edges, Reward};

mod prior;

/// Beta(α₀ + successes, β₀ + failures): the posterior after counts, in floating point because forgetting makes them so.
///
/// Three successes of five after a uniform prior:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::posterior::update;
/// let posterior = update(Beta::UNIFORM, (3.0, 2.0));
/// assert_eq!(posterior, Beta::new(4.0, 3.0).unwrap());
/// assert_eq!(posterior.mean(), 4.0 / 7.0);
/// ```
///
/// # Panics
/// If a count is negative or not finite.
pub fn update(prior: Beta, (successes, failures): (f64, f64)) -> Beta {
    Beta::new(prior.alpha() + successes, prior.beta() + failures).expect("counts are finite and not negative")
}

/// Priors, and the counts of every edge observed so far. Posteriors are derived, never stored, so that a change of prior
/// costs nothing but the next look.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::Reward;
/// use betadrift::posterior::{PosteriorStore, Priors};
/// let mut store = PosteriorStore::new(Priors::new(Beta::UNIFORM));
/// for reward in [Reward::SUCCESS, Reward::SUCCESS, Reward::FAILURE] {
///     store.observe("a", reward);
/// }
/// assert_eq!(store.posterior("a"), Beta::new(3.0, 2.0).unwrap());
/// assert_eq!(store.posterior("never seen"), Beta::UNIFORM);
/// ```
///
/// Two of the same priors and the same counts are equal, in whatever order their edges were observed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Contents", into = "Contents")]
pub struct PosteriorStore {
    priors: Priors,
    edges: Edges,
    counts: Vec<Counts>,
}

/// What a store looks like when it is written: names in byte order, counts as exact decimals.
#[derive(Serialize, Deserialize)]
struct Contents {
    prior: Priors,
    edges: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    edge: Box<str>,
    #[serde(flatten)]
    counts: Counts,
}

/// Why two stores do not merge or a written store is not one.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::posterior::{PosteriorStore, Priors, StoreError};
/// let [mut uniform, jeffreys] = [Beta::UNIFORM, Beta::JEFFREYS].map(|prior| PosteriorStore::new(Priors::new(prior)));
/// assert_eq!(uniform.merge(&jeffreys), Err(StoreError::PriorsDiffer));
/// let same = jeffreys.with_priors(uniform.priors().clone());
/// assert_eq!(uniform.merge(&same), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Their priors differ, so that their sum would have none.
    #[error("the two stores have different priors; give both the same prior first")]
    PriorsDiffer,
    /// An edge is listed twice.
    #[error("edge `{0}` is listed twice")]
    DuplicateEdge(Box<str>),
}

impl PosteriorStore {
    /// A store without feedback.
    pub fn new(priors: Priors) -> Self {
        Self { priors, edges: Edges::default(), counts: Vec::new() }
    }

    /// The priors.
    pub fn priors(&self) -> &Priors {
        &self.priors
    }

    /// The edges observed so far.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// Counts one event.
    pub fn observe(&mut self, edge: &str, reward: Reward) {
        self.observe_counts(edge, reward.into());
    }

    /// Counts many events at once.
    pub fn observe_counts(&mut self, edge: &str, counts: Counts) {
        let edge = self.edges.intern(edge);
        self.counts.resize(self.edges.len(), Counts::default());
        self.counts[edge.index()] += counts;
    }

    /// What was observed of an edge; nothing for one never seen.
    pub fn counts(&self, edge: &str) -> Counts {
        self.edges.get(edge).map_or_else(Counts::default, |edge| self.counts[edge.index()])
    }

    /// The posterior of an edge; its prior if it was never seen.
    pub fn posterior(&self, edge: &str) -> Beta {
        posterior(self.priors.of(edge), self.counts(edge))
    }

    /// Every edge with its counts and posterior, in byte order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Counts, Beta)> {
        self.edges.by_name().into_iter().map(|edge| {
            let (name, counts) = (self.edges.name(edge), self.counts[edge.index()]);
            (name, counts, posterior(self.priors.of(name), counts))
        })
    }

    /// Adds the observations of another store, as if they had been made here.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::feedback::Counts;
    /// use betadrift::posterior::{PosteriorStore, Priors};
    /// let mut store = PosteriorStore::new(Priors::new(Beta::UNIFORM));
    /// let mut other = store.clone();
    /// store.observe_counts("a", Counts::whole(2, 1));
    /// other.observe_counts("a", Counts::whole(1, 1));
    /// store.merge(&other)?;
    /// assert_eq!(store.counts("a"), Counts::whole(3, 2));
    /// let all: Vec<_> = store.iter().map(|(edge, counts, posterior)| (edge, counts.pulls(), posterior.mean())).collect();
    /// assert_eq!(all, [("a", 5.0, 4.0 / 7.0)]);
    /// # Ok::<(), betadrift::posterior::StoreError>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError::PriorsDiffer`] unless both have the same priors; nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<(), StoreError> {
        if self.priors != other.priors {
            return Err(StoreError::PriorsDiffer);
        }
        for (edge, name) in other.edges.iter() {
            self.observe_counts(name, other.counts[edge.index()]);
        }
        Ok(())
    }

    /// The same observations under other priors.
    pub fn with_priors(self, priors: Priors) -> Self {
        Self { priors, ..self }
    }

    /// One draw from the posterior of each edge observed so far, as a logit, in order of index.
    ///
    /// Logits order like the rates themselves and do not tie at 0 or 1 when a parameter is small.
    pub fn draw(&self, rng: &mut impl Rng) -> Vec<f64> {
        self.edges
            .iter()
            .zip(&self.counts)
            .map(|((_, name), &counts)| posterior(self.priors.of(name), counts).draw_logit(rng))
            .collect()
    }

    /// The `k` edges that one Thompson draw puts first, the greatest draw first; all edges if there are fewer than `k`
    /// (Thompson 1933, doi:10.1093/biomet/25.3-4.285).
    ///
    /// Rates near 0.9 and 0.1 leave nothing to chance:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::feedback::Counts;
    /// use betadrift::posterior::{PosteriorStore, Priors};
    /// use betadrift::seed::{Purpose, stream};
    /// let mut store = PosteriorStore::new(Priors::new(Beta::UNIFORM));
    /// store.observe_counts("bad", Counts::whole(100, 900));
    /// store.observe_counts("good", Counts::whole(900, 100));
    /// let mut rng = stream(1, Purpose::Choice, &[]);
    /// let draws = store.draw(&mut rng); // logits, of which 0 is a rate of ½
    /// assert!(draws[0] < 0.0 && 0.0 < draws[1] && draws.len() == store.edges().len());
    /// assert_eq!(store.top_k(1, &mut rng), ["good"]);
    /// ```
    pub fn top_k(&self, k: usize, rng: &mut impl Rng) -> Vec<&str> {
        let draws = self.draw(rng);
        let mut order: Vec<usize> = (0..draws.len()).collect();
        order.sort_unstable_by(|&a, &b| draws[b].total_cmp(&draws[a]));
        order.into_iter().take(k).map(|index| self.edges.name(EdgeId::new(index))).collect()
    }
}

impl PartialEq for PosteriorStore {
    fn eq(&self, other: &Self) -> bool {
        let counts_of = |edge: &str| other.edges.get(edge).map(|edge| other.counts[edge.index()]);
        self.priors == other.priors
            && self.edges.len() == other.edges.len()
            && self.edges.iter().zip(&self.counts).all(|((_, name), &counts)| counts_of(name) == Some(counts))
    }
}

fn posterior(prior: Beta, counts: Counts) -> Beta {
    update(prior, (counts.successes.to_f64(), counts.failures.to_f64()))
}

impl TryFrom<Contents> for PosteriorStore {
    type Error = StoreError;

    fn try_from(contents: Contents) -> Result<Self, StoreError> {
        let mut store = Self::new(contents.prior);
        for Row { edge, counts } in contents.edges {
            if store.edges.get(&edge).is_some() {
                return Err(StoreError::DuplicateEdge(edge));
            }
            store.observe_counts(&edge, counts);
        }
        Ok(store)
    }
}

impl From<PosteriorStore> for Contents {
    fn from(store: PosteriorStore) -> Self {
        let edges = store.iter().map(|(name, counts, _)| Row { edge: name.into(), counts }).collect();
        Self { prior: store.priors, edges }
    }
}
