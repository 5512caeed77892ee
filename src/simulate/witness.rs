//! Who looks on while a run is played.

use super::record::Event;
use crate::feedback::EdgeId;
use crate::policy::Beliefs;

/// Who looks on while a run is played.
pub(super) trait Witness {
    /// A play, with the beliefs it was chosen by; in order of serving.
    fn play(&mut self, _beliefs: &Beliefs, _event: Event) {}

    /// An edge has retired with so many successes and failures, of which the engine knows nothing from now on.
    fn retire(&mut self, _edge: EdgeId, _counts: (u64, u64)) {}

    /// Feedback of an edge that had retired before.
    fn late(&mut self, _edge: EdgeId, _success: bool) {}
}

/// Nobody.
impl Witness for () {}
