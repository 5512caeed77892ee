//! Feedback on its way: served, not yet returned.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::feedback::EdgeId;
use crate::policy::Beliefs;

/// Feedback on its way, the first to arrive on top. Times are milliseconds since the start.
#[derive(Debug, Default)]
pub(super) struct Inbox(BinaryHeap<Reverse<Letter>>);

/// Ordered by arrival; what else it holds only makes the order total, and beliefs do not depend on it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Letter {
    arrives: u64,
    edge: EdgeId,
    success: bool,
}

impl Inbox {
    /// Feedback that will arrive.
    pub(super) fn send(&mut self, arrives: u64, edge: EdgeId, success: bool) {
        self.0.push(Reverse(Letter { arrives, edge, success }));
    }

    /// Lets everything that has arrived by `now` be observed.
    pub(super) fn deliver(&mut self, now: u64, beliefs: &mut Beliefs) {
        while let Some(Reverse(letter)) = self.0.peek()
            && letter.arrives <= now
        {
            beliefs.observe(letter.edge, letter.success);
            self.0.pop();
        }
    }
}
