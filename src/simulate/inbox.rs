//! Feedback on its way: served, not yet returned.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use crate::feedback::EdgeId;
use crate::policy::Returned;

/// Feedback by the time of its arrival, in milliseconds since the start; of what arrives together, first what was sent first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// What arrives no sooner than what was put here before it: all there is, where every answer takes as long.
    in_order: VecDeque<Dated>,
    overtaking: BinaryHeap<Reverse<Dated>>,
    sent: u64,
}

/// The feedback of a play.
#[derive(Debug)]
pub(super) struct Letter {
    /// The edge that held the place when it was played.
    pub(super) edge: EdgeId,
    /// Whether it was due to be a failure.
    pub(super) due: bool,
    /// What comes back, of the place.
    pub(super) returned: Returned,
}

/// A letter with the time of its arrival and its number; no two have the same.
#[derive(Debug)]
struct Dated {
    arrives: u64,
    number: u64,
    letter: Letter,
}

impl Inbox {
    /// Feedback that will arrive.
    #[inline]
    pub(super) fn send(&mut self, arrives: u64, letter: Letter) {
        let dated = Dated { arrives, number: self.sent, letter };
        self.sent += 1;
        if self.in_order.back().is_none_or(|last| last.arrives <= arrives) {
            self.in_order.push_back(dated);
        } else {
            self.overtaking.push(Reverse(dated));
        }
    }

    /// Takes out the next of all that has arrived by `now`.
    #[inline]
    pub(super) fn next(&mut self, now: u64) -> Option<Letter> {
        let overtaken = self
            .overtaking
            .peek()
            .is_some_and(|Reverse(other)| self.in_order.front().is_none_or(|first| other < first));
        let next = if overtaken {
            self.next_overtaking(now)
        } else {
            self.in_order.pop_front_if(|first| first.arrives <= now)
        };
        next.map(|dated| dated.letter)
    }

    fn next_overtaking(&mut self, now: u64) -> Option<Dated> {
        self.overtaking.peek().filter(|Reverse(first)| first.arrives <= now)?;
        self.overtaking.pop().map(|Reverse(dated)| dated)
    }
}

impl Ord for Dated {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.arrives, self.number).cmp(&(other.arrives, other.number))
    }
}

impl PartialOrd for Dated {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Dated {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Dated {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};
    use rand::RngExt;
    use std::iter;

    fn letter(edge: usize) -> Letter {
        let edge = EdgeId::new(edge);
        Letter { edge, due: true, returned: Returned { edge, success: true, trial: 1, propensity: None } }
    }

    #[test]
    fn letters_are_opened_in_order_of_arrival_and_those_of_one_time_in_order_of_sending() {
        for most in [0, 1, 3, 50, 5_000] {
            let rng = &mut stream(3, Purpose::Feedback, &[most]);
            let (mut inbox, mut sent, mut opened) = (Inbox::default(), Vec::new(), Vec::new());
            // One is sent a millisecond, after what has arrived was opened.
            for now in 0..2_000 {
                opened.extend(iter::from_fn(|| inbox.next(now)).map(|letter| (now, letter.edge.index())));
                let arrives = now + rng.random_range(0..=most);
                inbox.send(arrives, letter(now as usize));
                sent.push((arrives, now));
            }
            opened.extend(iter::from_fn(|| inbox.next(u64::MAX)).map(|letter| (2_000, letter.edge.index())));
            sent.sort_unstable();
            let right = |&(arrives, sent): &(u64, u64)| (arrives.clamp(sent + 1, 2_000), sent as usize);
            assert_eq!(opened, sent.iter().map(right).collect::<Vec<_>>());
        }
    }
}
