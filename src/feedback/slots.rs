//! A hash table from names to their positions: small numbers that say where to look, and beside them the names themselves, short
//! ones as they are, so that most look-ups touch two cache lines of a table as small as may be.

/// A name as the table sees it: by itself if it is short, else by its hash. Two of them fill a cache line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Key {
    words: [u64; 3],
    /// One more than the length of a short name; [`LONG`] for others; 0 for no name.
    kind: u32,
}

/// The kind of names that do not stand in the table.
const LONG: u32 = u32::MAX;

/// The positions of names. Positions are those in which they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// A power of two of them, a quarter to an eighth of them taken, or half to a quarter where there are many. The lower bits of
    /// one, as many as count the slots, are one more than the position of a name, 0 where none belongs; those above are some
    /// of its hash.
    slots: Vec<u32>,
    /// Of each name.
    keys: Vec<Key>,
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
fn words(text: &[u8]) -> Option<[u64; 3]> {
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

/// The first eight bytes, or all of fewer: two texts of one length have the same word if they are the same.
fn word(bytes: &[u8]) -> u64 {
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(&bytes), ..) => u64::from_le_bytes(bytes),
        (None, Some(first), Some(last)) => four(first) | four(last) << 32,
        _ => bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
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
const SMALL: usize = 1 << 16;

impl Key {
    #[inline(always)]
    fn is(&self, other: &Self) -> bool {
        let words = self.words.iter().zip(other.words).fold(0, |differ, (&one, two)| differ | (one ^ two));
        words | u64::from(self.kind ^ other.kind) == 0
    }
}

impl Slots {
    /// The position of a name, if it is there; `same` says of a position whether its long name is the one that is meant.
    #[inline]
    pub(super) fn find(&self, key: &Key, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            let next = slot & mask as u32;
            if next == 0 {
                return None;
            }
            let position = next - 1;
            if slot == next | tag(hash, mask) && self.is_at(position, key, &same) {
                return Some(position);
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether that is the name of a position.
    #[inline(always)]
    pub(super) fn is_at(&self, position: u32, key: &Key, same: impl Fn(u32) -> bool) -> bool {
        self.keys.get(position as usize).is_some_and(|known| known.is(key)) && (!key.is_long() || same(position))
    }

    /// Adds a name that is not there, behind the others.
    pub(super) fn add(&mut self, key: Key, hash: u64) {
        let room = if self.slots.len() < SMALL { 4 } else { 2 };
        if room * (self.keys.len() + 1) > self.slots.len() {
            *self = Self::of(std::mem::take(&mut self.keys), (2 * self.slots.len()).max(16));
        }
        self.put(hash, self.keys.len());
        self.keys.push(key);
    }

    /// The same names in another order, in which each of them is there once.
    pub(super) fn in_order(&self, order: impl Iterator<Item = usize>) -> Self {
        Self::of(order.map(|position| self.keys[position]).collect(), self.slots.len())
    }

    /// Names that differ, in a table of so many slots.
    fn of(keys: Vec<Key>, slots: usize) -> Self {
        let mut table = Self { slots: vec![0; slots], keys };
        for position in 0..table.keys.len() {
            table.put(table.keys[position].hash(), position);
        }
        table
    }

    fn put(&mut self, hash: u64, position: usize) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (position as u32 + 1) | tag(hash, mask);
    }

    /// Whether what is looked up is mostly far from the processor.
    pub(super) fn is_large(&self) -> bool {
        self.slots.len() > 1 << 14
    }

    /// Asks for the place of a hash, so that it is on its way when it is needed; the number is there to be used for something.
    #[inline(always)]
    pub(super) fn touch_slot(&self, hash: u64) -> u32 {
        self.slots.get(hash as usize & self.slots.len().wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// The position that stands where a hash belongs or behind that, mostly that of its name.
    #[inline(always)]
    pub(super) fn guess(&self, hash: u64) -> u32 {
        let mask = self.slots.len().wrapping_sub(1);
        let slot = |at: usize| self.slots.get(at & mask).copied().unwrap_or_default();
        let (first, second, count) = (slot(hash as usize), slot((hash as usize).wrapping_add(1)), mask as u32);
        let is_first = (first ^ tag(hash, mask)) & !count == 0;
        (if is_first { first } else { second } & count).wrapping_sub(1)
    }

    /// The same for the name of a position.
    #[inline(always)]
    pub(super) fn touch_name(&self, position: u32) -> u32 {
        self.keys.get(position as usize).map_or(0, |key| key.kind)
    }
}

/// Bits of a hash that say little of where its name belongs, in the place of those that count the slots of a mask.
#[inline(always)]
fn tag(hash: u64, mask: usize) -> u32 {
    (hash >> 32) as u32 & !(mask as u32)
}
