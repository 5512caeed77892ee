//! What tells an event from every other: a hash of its id.

use twox_hash::XxHash3_128;

/// A 128-bit hash of an event's id: XXH3 with seed 0 (Collet, *xxHash specification* 0.2), the same on every machine.
///
/// Among n ids two differ and share a hash with a chance of about n²/2¹²⁹: 1e-19 for ten thousand million. It is no
/// defence against someone who makes ids collide on purpose.
///
/// ```
/// use betadrift::log::EventId;
/// let id = EventId::of(b"request 7");
/// assert_ne!(id, EventId::of(b"request 8"));
/// assert_eq!(EventId::from_bytes(id.to_bytes()), id);
/// assert_eq!(EventId::of(b"").to_bytes()[..4], [0x99, 0xaa, 0x06, 0xd3]); // as in the test vectors of XXH3
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u64; 2]);

impl EventId {
    /// The hash of an id.
    pub fn of(id: &[u8]) -> Self {
        let hash = XxHash3_128::oneshot(id);
        Self([(hash >> 64) as u64, hash as u64])
    }

    /// The hash as bytes, the most significant first, so that they sort as ids do.
    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.0[0]) << 64 | u128::from(self.0[1])).to_be_bytes()
    }

    /// The id whose hash has these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let hash = u128::from_be_bytes(bytes);
        Self([(hash >> 64) as u64, hash as u64])
    }
}
