//! A world that changes at a stroke.

use std::sync::Arc;

use super::{Environment, MakeEnvironment, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// From a trial on, counted from 0, an edge has another rate.
///
/// ```
/// use betadrift::environment::{Abrupt, Change, Environment};
/// use betadrift::feedback::EdgeId;
/// use betadrift::seed::{Purpose, stream};
/// let edge = EdgeId::new(0);
/// let (first, later) = (Change { trial: 5, edge, rate: 0.2 }, Change { trial: 5, edge, rate: 0.3 });
/// let mut world = Abrupt::new(vec![0.1], vec![first, later]);
/// world.advance(5, &mut stream(1, Purpose::World, &[]));
/// assert_eq!(world.rates(), [0.3]); // of two for one edge and trial, the later listed
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first trial with the new rate.
    pub trial: u64,
    /// The edge.
    pub edge: EdgeId,
    /// The new rate.
    pub rate: f64,
}

/// Rates that stand still but for changes at given trials.
///
/// ```
/// use betadrift::environment::{Abrupt, Change, Environment};
/// use betadrift::feedback::EdgeId;
/// use betadrift::seed::{Purpose, stream};
/// let change = Change { trial: 100, edge: EdgeId::new(1), rate: 0.1 };
/// let (mut world, rng) = (Abrupt::new(vec![0.5, 0.9], vec![change]), &mut stream(1, Purpose::World, &[]));
/// assert_eq!(world.strokes(), [100]);
/// assert!(!world.advance(99, rng) && world.rates() == [0.5, 0.9]);
/// assert!(world.advance(100, rng) && world.rates() == [0.5, 0.1]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Abrupt {
    rates: Vec<f64>,
    changes: Vec<Change>,
    next: usize,
}

impl Abrupt {
    /// From these rates, by edge index. Changes may come in any order; of two for one edge and trial the later listed holds.
    pub fn new(rates: Vec<f64>, mut changes: Vec<Change>) -> Self {
        changes.sort_by_key(|change| change.trial);
        Self { rates, changes, next: 0 }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        let listed = keys.tables("changes")?.ok_or_else(|| keys.missing("changes"))?;
        let changes = listed.into_iter().map(|keys| change(keys, setting)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, changes.clone()))))
    }
}

impl Environment for Abrupt {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, _rng: &mut Stream) -> bool {
        let before = self.next;
        while let Some(change) = self.changes.get(self.next).filter(|change| change.trial <= trial) {
            self.rates[change.edge.index()] = change.rate;
            self.next += 1;
        }
        self.next > before
    }

    fn strokes(&self) -> Vec<u64> {
        let mut trials: Vec<u64> = self.changes.iter().map(|change| change.trial).collect();
        trials.dedup();
        trials
    }
}

fn change(mut keys: Keys<'_>, setting: &Setting<'_>) -> Result<Change, Fault> {
    let change = Change {
        trial: keys.whole("trial", None, 0..=i64::MAX, "0 or more")? as u64,
        edge: setting.edge(&mut keys, "edge")?,
        rate: keys.probability("rate", None)?,
    };
    keys.finish()?;
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn a_change_holds_from_its_trial_on() {
        let change = |trial, edge, rate| Change { trial, edge: EdgeId::new(edge), rate };
        let mut world = Abrupt::new(vec![0.1, 0.2], vec![change(3, 0, 0.9), change(1, 1, 0.5)]);
        let rng = &mut stream(0, Purpose::World, &[]);
        let moves: Vec<(bool, Vec<f64>)> =
            (0..4).map(|trial| (world.advance(trial, rng), world.rates().to_vec())).collect();
        let path = [(false, vec![0.1, 0.2]), (true, vec![0.1, 0.5]), (false, vec![0.1, 0.5]), (true, vec![0.9, 0.5])];
        assert_eq!(moves, path);
        assert_eq!(world.strokes(), [1, 3]);
    }
}
