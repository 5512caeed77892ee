//! Feedback on its way: served, not yet returned.

use std::collections::BTreeMap;

use crate::policy::Returned;

/// Feedback by the time of its arrival, in milliseconds since the start; of what arrives together, first what was sent first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    letters: BTreeMap<(u64, u64), Returned>,
    sent: u64,
}

impl Inbox {
    /// Feedback that will arrive.
    pub(super) fn send(&mut self, arrives: u64, returned: Returned) {
        self.letters.insert((arrives, self.sent), returned);
        self.sent += 1;
    }

    /// Takes out the next of all that has arrived by `now`.
    pub(super) fn next(&mut self, now: u64) -> Option<Returned> {
        let first = self.letters.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(first.remove())
    }
}
