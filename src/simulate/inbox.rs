//! Feedback on its way: served, not yet returned.

use std::collections::BTreeMap;

use crate::feedback::EdgeId;
use crate::policy::Returned;

/// Feedback by the time of its arrival, in milliseconds since the start; of what arrives together, first what was sent first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    letters: BTreeMap<(u64, u64), Letter>,
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

impl Inbox {
    /// Feedback that will arrive.
    pub(super) fn send(&mut self, arrives: u64, letter: Letter) {
        self.letters.insert((arrives, self.sent), letter);
        self.sent += 1;
    }

    /// Takes out the next of all that has arrived by `now`.
    pub(super) fn next(&mut self, now: u64) -> Option<Letter> {
        let first = self.letters.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(first.remove())
    }
}
