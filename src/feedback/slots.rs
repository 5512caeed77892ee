//! A hash table from names to their positions. Short names stand in the table itself, so that most look-ups touch one cache
//! line.

/// A name as the table sees it: by itself if it is short, else by its hash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Key {
    words: [u64; 3],
    /// One more than the length of a short name; [`LONG`] for others; 0 for no name.
    kind: u32,
}

/// The kind of names that do not stand in the table.
const LONG: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: Key,
    position: u32,
}

/// The positions of names. Positions are those in which they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// A power of two of them, at most half of them taken.
    slots: Vec<Slot>,
    taken: usize,
}

impl Key {
    /// Two names of at most 24 bytes have the same key if they are the same. The words may overlap, since the length is known.
    pub(super) fn of(name: &[u8]) -> Self {
        let kind = name.len() as u32 + 1;
        let words = match (name.len(), name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (8..=16, Some(&first), Some(&last)) => [u64::from_le_bytes(first), u64::from_le_bytes(last), 0],
            (17..=24, Some(&first), Some(&last)) => {
                [u64::from_le_bytes(first), word(&name[8..]), u64::from_le_bytes(last)]
            }
            (0..8, ..) => [word(name), 0, 0],
            _ => return Self { words: long(name), kind: LONG },
        };
        Self { words, kind }
    }

    pub(super) fn is_long(self) -> bool {
        self.kind == LONG
    }

    /// Two folded multiplications: the upper half of each product goes back into the lower.
    pub(super) fn hash(self) -> u64 {
        let [first, second, third] = self.words;
        fold(fold(first ^ SEEDS[0], second ^ SEEDS[1]) ^ third, SEEDS[2] ^ u64::from(self.kind))
    }
}

/// Odd numbers without a pattern: digits of π in base 16.
const SEEDS: [u64; 3] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7345, 0xa409_3822_299f_31d1];

fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

/// The first eight bytes, or as many as there are.
fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(&bytes) => u64::from_le_bytes(bytes),
        None => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Two hashes of a long name, and its length.
fn long(name: &[u8]) -> [u64; 3] {
    let step = |[one, other]: [u64; 2], chunk: &[u8]| {
        let (first, second) = (word(chunk), word(chunk.get(8..).unwrap_or_default()));
        [fold(one ^ first, SEEDS[1] ^ second), fold(other ^ second, SEEDS[2] ^ first).wrapping_add(one)]
    };
    let [one, other] = name.chunks(16).fold([SEEDS[0], SEEDS[1]], step);
    [one, other, name.len() as u64]
}

impl Slots {
    /// The position of a name, if it is there; `same` says of a position whether its long name is the one that is meant.
    pub(super) fn find(&self, key: Key, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == key && (!key.is_long() || same(slot.position)) {
                return Some(slot.position);
            }
            if slot.key.kind == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not there.
    pub(super) fn add(&mut self, key: Key, hash: u64, position: u32) {
        if 2 * (self.taken + 1) > self.slots.len() {
            let slots = vec![Slot::default(); (2 * self.slots.len()).max(16)];
            for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| slot.key.kind != 0) {
                self.put(slot, slot.key.hash());
            }
        }
        self.taken += 1;
        self.put(Slot { key, position }, hash);
    }

    fn put(&mut self, slot: Slot, hash: u64) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].key.kind != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    /// Asks for the slot where a hash belongs, so that it is on its way when it is needed.
    pub(super) fn touch(&self, hash: u64) -> u32 {
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(hash as usize & mask).map_or(0, |slot| slot.key.kind)
    }
}
