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

/// Two of them fill a cache line.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Slot {
    words: [u64; 3],
    kind: u32,
    position: u32,
}

/// The positions of names. Positions are those in which they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// A power of two of them, a quarter to an eighth of them taken, or half to a quarter where there are many.
    slots: Vec<Slot>,
    taken: usize,
}

impl Key {
    #[inline]
    pub(super) fn of(name: &[u8]) -> Self {
        match words(name) {
            Some(words) => Self { words, kind: name.len() as u32 + 1 },
            None if name.len() < 8 => Self { words: [word(name), 0, 0], kind: name.len() as u32 + 1 },
            None => Self { words: long(name), kind: LONG },
        }
    }

    pub(super) fn is_long(self) -> bool {
        self.kind == LONG
    }

    /// Two folded multiplications: the upper half of each product goes back into the lower.
    #[inline]
    pub(super) fn hash(self) -> u64 {
        let [first, second, third] = self.words;
        fold(fold(first ^ SEEDS[0], second ^ SEEDS[1]) ^ third, SEEDS[2] ^ u64::from(self.kind))
    }
}

/// What a text of 8 to 24 bytes is made of: two texts of one length have the same words if they are the same. The words overlap
/// where it is shorter than 24.
#[inline]
pub(crate) fn words(text: &[u8]) -> Option<[u64; 3]> {
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    let middle = text.get(8.min(text.len() - 8)..)?.first_chunk()?;
    (text.len() <= 24).then(|| [first, middle, last].map(|&word| u64::from_le_bytes(word)))
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

/// Up to so many slots it matters more how often one looks than how much memory they take.
const SMALL: usize = 1 << 14;

impl Slot {
    #[inline(always)]
    fn is(&self, key: Key) -> bool {
        let words = self.words.iter().zip(key.words).fold(0, |other, (&one, two)| other | (one ^ two));
        words | u64::from(self.kind ^ key.kind) == 0
    }
}

impl Slots {
    /// The position of a name, if it is there; `same` says of a position whether its long name is the one that is meant.
    #[inline(always)]
    pub(super) fn find(&self, key: Key, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.is(key) && (!key.is_long() || same(slot.position)) {
                return Some(slot.position);
            }
            if slot.kind == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not there.
    pub(super) fn add(&mut self, key: Key, hash: u64, position: u32) {
        // In a table that stays in the cache most names stand where they are looked for first; a larger one is kept small.
        let room = if self.slots.len() < SMALL { 4 } else { 2 };
        if room * (self.taken + 1) > self.slots.len() {
            let slots = vec![Slot::default(); (2 * self.slots.len()).max(16)];
            for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| slot.kind != 0) {
                self.put(slot, Key { words: slot.words, kind: slot.kind }.hash());
            }
        }
        self.taken += 1;
        self.put(Slot { words: key.words, kind: key.kind, position }, hash);
    }

    fn put(&mut self, slot: Slot, hash: u64) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].kind != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    /// Asks for the slot where a hash belongs, so that it is on its way when it is needed.
    pub(super) fn touch(&self, hash: u64) -> u32 {
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(hash as usize & mask).map_or(0, |slot| slot.kind)
    }
}
