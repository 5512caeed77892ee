//! What the engine makes of the answers to a list: credit by position.

use crate::environment::{Answer, Clicks};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys, Problem};

/// What a position without a click counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Rule {
    /// A failure only so far as it was examined.
    #[default]
    Position,
    /// A failure, whatever its position.
    Naive,
}

impl Rule {
    /// Reads the key `credit`, which goes with a click model only.
    pub(super) fn read(keys: &mut Keys<'_>, clicks: &Clicks) -> Result<Self, Fault> {
        let rules = [Self::Position, Self::Naive];
        let given = keys.has("credit");
        let rule = keys.word("credit", 0, &["position", "naive"])?;
        if given && *clicks == Clicks::Independent {
            let of = "independent clicks".to_owned();
            return Err((keys.span(), Problem::Misplaced { key: "credit".to_owned(), of }));
        }
        Ok(rules[rule])
    }
}

/// The books of a run, a place an edge.
///
/// A click is a success. Naively everything else is a failure. By position, what is known not to have been seen is neither.
/// Under the position-based model nobody knows what was seen, but how much on average: an edge shown at positions of
/// examination κ has been examined Σ κ times, and Σ clicks / Σ κ is an unbiased estimate of its rate (Lagrée, Vernade &
/// Cappé 2016, arXiv:1606.02448, § 5). So it gets, in whole numbers, as many failures as make successes and failures add up to
/// Σ κ: with D = Σ κ − successes − failures, a play is *due* when its own κ has brought D to 1, and only then counts
/// as a failure if it brings no click; else a play without a click is taken as not examined, and counts for nothing. That is decided
/// when it is served, by the clicks that have arrived by then. D stays below 1 and returns there after every click, so that the
/// posterior mean tends to that estimate.
///
/// Where κ = 1 every play is due, D is always 0, and no books are kept.
#[derive(Debug)]
pub(super) struct Credit {
    rule: Rule,
    /// D by place, less the failures that plays on their way may become; of no place where every position is examined.
    unaccounted: Vec<f64>,
}

impl Credit {
    /// For so many places, whose lists are clicked like this.
    pub(super) fn new(rule: Rule, clicks: &Clicks, places: usize) -> Self {
        let examined = !matches!(clicks, Clicks::PositionBased { .. });
        Self { rule, unaccounted: vec![0.0; if examined { 0 } else { places }] }
    }

    /// Notes that the edge of a place is served where it is examined with this chance; whether the play is due.
    pub(super) fn serve(&mut self, place: EdgeId, examination: f64) -> bool {
        let Some(unaccounted) = self.unaccounted.get_mut(place.index()) else { return true };
        *unaccounted += examination;
        let due = *unaccounted >= 1.0;
        if due {
            *unaccounted -= 1.0;
        }
        due
    }

    /// What an answer to a play counts for: a success, a failure, or nothing.
    pub(super) fn counts_for(&self, answer: Answer, due: bool) -> Option<bool> {
        match (answer, self.rule) {
            (Answer::Click, _) => Some(true),
            (_, Rule::Naive) => Some(false),
            (Answer::NoClick, Rule::Position) => due.then_some(false),
            (Answer::NotSeen, Rule::Position) => None,
        }
    }

    /// Learns of the click of a play, due or not.
    pub(super) fn click(&mut self, place: EdgeId, due: bool) {
        if let Some(unaccounted) = self.unaccounted.get_mut(place.index()).filter(|_| !due) {
            *unaccounted -= 1.0;
        }
    }

    /// A new edge has taken a place.
    pub(super) fn renew(&mut self, place: EdgeId) {
        if let Some(unaccounted) = self.unaccounted.get_mut(place.index()) {
            *unaccounted = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_position(examination: f64) -> Clicks {
        Clicks::PositionBased { examination: vec![examination] }
    }

    #[test]
    fn five_plays_that_are_examined_with_chance_a_fifth_are_one() {
        let place = EdgeId::new(0);
        let mut credit = Credit::new(Rule::Position, &by_position(0.25), 1);
        let quarter = |credit: &mut Credit| (0..4).map(|_| credit.serve(place, 0.25)).collect::<Vec<_>>();
        assert_eq!(quarter(&mut credit), [false, false, false, true]);
        // A click of a play that was not due stands for a whole examination: the next failure is four plays later.
        assert!(!credit.serve(place, 0.25));
        credit.click(place, false);
        assert_eq!([quarter(&mut credit), quarter(&mut credit)].concat().iter().position(|due| *due), Some(6));
        credit.renew(place);
        assert_eq!(quarter(&mut credit), [false, false, false, true]);
    }

    #[test]
    fn whoever_is_always_examined_is_always_due() {
        let place = EdgeId::new(0);
        for clicks in [Clicks::Independent, Clicks::Cascade, by_position(1.0)] {
            let mut credit = Credit::new(Rule::Position, &clicks, 1);
            for play in 0..9 {
                assert!(credit.serve(place, 1.0));
                if play % 2 == 0 {
                    credit.click(place, true);
                }
            }
            credit.renew(place);
        }
    }

    #[test]
    fn what_was_not_seen_is_no_failure_unless_one_is_naive() {
        let [position, naive] = [Rule::Position, Rule::Naive].map(|rule| Credit::new(rule, &by_position(0.5), 1));
        assert_eq!(position.counts_for(Answer::NotSeen, true), None);
        assert_eq!(position.counts_for(Answer::NoClick, false), None);
        assert_eq!(position.counts_for(Answer::NoClick, true), Some(false));
        assert_eq!(naive.counts_for(Answer::NotSeen, false), Some(false));
        assert!([position, naive].iter().all(|credit| credit.counts_for(Answer::Click, false) == Some(true)));
    }
}
