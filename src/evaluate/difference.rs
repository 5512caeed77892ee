//! The difference between the target's value and what the log earned, on the same rows.

use super::Estimate;
use super::sample::{Rows, Sample};
use super::score::{Root, Term};

/// The difference of the self-normalised estimate θ̂ and the mean reward μ̂ of the log.
///
/// With w̄ the mean weight, its influence values are (w/w̄)(r − θ̂) − (r − μ̂): their sample sd/√n is the standard error of the
/// paired difference, and its interval is the score set of their mean. A reward of 1 instead of 0 raises the difference where
/// w > w̄ and lowers it elsewhere.
pub(super) fn difference(sample: &Sample, target: &Root, log: &Root, level: f64) -> Estimate {
    let value = target.value - log.value;
    let term = |rows: &Rows| {
        let share = rows.weight() / sample.means.weight;
        let offset = log.value - share * target.value + value;
        rising(Term {
            rows: rows.count,
            successes: rows.successes,
            squares: rows.squares,
            offset,
            slope: share - 1.0,
            divisor: 1.0,
        })
    };
    let Some(root) = Root::of(sample.rows.iter().map(term).collect()) else {
        return Estimate::none(super::NO_ROW);
    };
    let (lower, upper) = root.interval_within(level, (-1.0, 1.0));
    Estimate {
        value: Some(value),
        se: root.se(),
        lower: Some(lower.min(value)),
        upper: Some(upper.max(value)),
        ..Estimate::none("").without_reason()
    }
}

/// The same term in 1 − r where it falls with r.
fn rising(term: Term) -> Term {
    if term.slope >= 0.0 {
        return term;
    }
    Term {
        successes: term.rows - term.successes,
        squares: term.rows - 2.0 * term.successes + term.squares,
        offset: term.offset + term.slope,
        slope: -term.slope,
        ..term
    }
}
