//! What a policy may know when it chooses.

use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::posterior;

/// The Beta posterior of every edge, the whole counts behind it, and what has been played so far.
///
/// A play whose feedback has not returned is in [`Beliefs::plays`] and in nothing else.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::EdgeId;
/// use betadrift::policy::Beliefs;
/// let (a, b) = (EdgeId::new(0), EdgeId::new(1));
/// let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
/// beliefs.play(a);
/// beliefs.play(b);
/// beliefs.observe(a, true);
/// assert_eq!(beliefs.posteriors(), [Beta::new(2.0, 1.0).unwrap(), Beta::UNIFORM]);
/// assert_eq!((beliefs.plays(b), beliefs.returned(b)), (1, 0));
/// assert_eq!((beliefs.empirical_mean(a), beliefs.empirical_mean(b)), (Some(1.0), None));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Beliefs {
    prior: Beta,
    posteriors: Vec<Beta>,
    records: Vec<Record>,
    trial: u64,
    changes: u64,
}

/// Whole counts of one edge.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Record {
    plays: u64,
    successes: u64,
    failures: u64,
}

impl Beliefs {
    /// Nothing played, every edge at the prior.
    pub fn new(prior: Beta, edges: usize) -> Self {
        Self { prior, posteriors: vec![prior; edges], records: vec![Record::default(); edges], trial: 0, changes: 0 }
    }

    /// The prior of every edge.
    pub fn prior(&self) -> Beta {
        self.prior
    }

    /// The posterior of each edge, by edge index: Beta(α₀ + successes, β₀ + failures) of the feedback that has returned.
    pub fn posteriors(&self) -> &[Beta] {
        &self.posteriors
    }

    /// The number of the trial to choose for, from 1.
    pub fn trial(&self) -> u64 {
        self.trial
    }

    /// How often an edge was played, feedback or not.
    pub fn plays(&self, edge: EdgeId) -> u64 {
        self.records[edge.index()].plays
    }

    /// Of how many plays of an edge the feedback has returned.
    pub fn returned(&self, edge: EdgeId) -> u64 {
        let Record { successes, failures, .. } = self.records[edge.index()];
        successes + failures
    }

    /// Successes and failures of an edge.
    pub(crate) fn counts(&self, edge: EdgeId) -> (u64, u64) {
        let Record { successes, failures, .. } = self.records[edge.index()];
        (successes, failures)
    }

    /// Successes over feedback returned; `None` before the first.
    pub fn empirical_mean(&self, edge: EdgeId) -> Option<f64> {
        let returned = self.returned(edge);
        (returned > 0).then(|| self.records[edge.index()].successes as f64 / returned as f64)
    }

    /// How often a posterior has changed: by feedback, or because its edge was renewed.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Every edge, by index.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::policy::Beliefs;
    /// let beliefs = Beliefs::new(Beta::UNIFORM, 3);
    /// assert_eq!(beliefs.edges().map(|edge| edge.index()).collect::<Vec<_>>(), [0, 1, 2]);
    /// ```
    pub fn edges(&self) -> impl ExactSizeIterator<Item = EdgeId> + use<> {
        (0..self.posteriors.len()).map(EdgeId::new)
    }

    /// Begins a trial; the first has number 1.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::policy::Beliefs;
    /// let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
    /// assert_eq!(beliefs.trial(), 0); // nothing is chosen for yet
    /// beliefs.begin(1);
    /// assert_eq!(beliefs.trial(), 1);
    /// ```
    pub fn begin(&mut self, trial: u64) {
        self.trial = trial;
    }

    /// Notes that an edge is played.
    pub fn play(&mut self, edge: EdgeId) {
        self.records[edge.index()].plays += 1;
    }

    /// Forgets an edge: another item has taken its place, of which only the prior is known.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::feedback::EdgeId;
    /// use betadrift::policy::Beliefs;
    /// let edge = EdgeId::new(0);
    /// let mut beliefs = Beliefs::new(Beta::JEFFREYS, 1);
    /// beliefs.play(edge);
    /// beliefs.observe(edge, false);
    /// beliefs.renew(edge);
    /// assert_eq!((beliefs.posteriors()[0], beliefs.plays(edge)), (beliefs.prior(), 0));
    /// assert_eq!(beliefs.changes(), 2); // by the feedback, and by the renewal
    /// ```
    pub fn renew(&mut self, edge: EdgeId) {
        self.posteriors[edge.index()] = self.prior;
        self.records[edge.index()] = Record::default();
        self.changes += 1;
    }

    /// Learns the feedback of one play.
    pub fn observe(&mut self, edge: EdgeId, success: bool) {
        let record = &mut self.records[edge.index()];
        // Both counts are read before either is written: a wide load over a store just made would wait for it.
        let successes = record.successes + u64::from(success);
        let failures = record.failures + u64::from(!success);
        (record.successes, record.failures) = (successes, failures);
        self.changes += 1;
        let counts = (successes as f64, failures as f64);
        self.posteriors[edge.index()] = posterior::update(self.prior, counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewed_edge_has_the_prior_and_no_past() {
        let (a, b) = (EdgeId::new(0), EdgeId::new(1));
        let mut beliefs = Beliefs::new(Beta::UNIFORM, 2);
        for edge in [a, b] {
            beliefs.play(edge);
            beliefs.observe(edge, true);
        }
        let changes = beliefs.changes();
        beliefs.renew(a);
        assert_eq!(beliefs.posteriors()[0], Beta::UNIFORM);
        assert_eq!((beliefs.plays(a), beliefs.returned(a), beliefs.empirical_mean(a)), (0, 0, None));
        assert_eq!((beliefs.plays(b), beliefs.returned(b)), (1, 1));
        assert!(beliefs.changes() > changes);
    }
}
