//! Who leads, and who comes next.

use super::Decision;
use crate::beta::Beta;

/// The edge that leads and the one that comes next.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::{Lead, decide, lead};
/// let leader = |posteriors: &[Beta]| lead(posteriors, &decide(posteriors));
/// assert_eq!(leader(&[Beta::UNIFORM]), Some(Lead { leader: 0, runner_up: None }));
/// assert_eq!(leader(&[Beta::UNIFORM; 2]), Some(Lead { leader: 0, runner_up: Some(1) })); // a tie goes to the first
/// assert_eq!(leader(&[]), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The edge with the greatest P(best); ties go to the greater mean, then to the first.
    pub leader: usize,
    /// The next in that order; `None` where there is one edge only.
    pub runner_up: Option<usize>,
}

/// The leader and the runner-up of posteriors that were decided over; `None` without any.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::decision::{Lead, decide, lead};
/// let posteriors = [Beta::new(2.0, 3.0)?, Beta::new(4.0, 2.0)?, Beta::new(2.0, 3.0)?];
/// assert_eq!(lead(&posteriors, &decide(&posteriors)), Some(Lead { leader: 1, runner_up: Some(0) }));
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
///
/// # Panics
/// If the decision is over another number of posteriors.
pub fn lead(posteriors: &[Beta], decision: &Decision) -> Option<Lead> {
    assert_eq!(posteriors.len(), decision.p_best.len(), "a decision is over as many posteriors as it was given");
    let key = |k: usize| (decision.p_best[k], posteriors[k].mean());
    let first =
        |edges: &mut dyn Iterator<Item = usize>| edges.reduce(|best, k| if key(k) > key(best) { k } else { best });
    let leader = first(&mut (0..posteriors.len()))?;
    Some(Lead { leader, runner_up: first(&mut (0..posteriors.len()).filter(|&k| k != leader)) })
}
