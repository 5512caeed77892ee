//! Edges: names and their dense indices.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::slots::{Key, Slots};

/// The dense index of an edge in the [`Edges`] it came from.
///
/// ```
/// use betadrift::feedback::{EdgeId, Edges};
/// let mut edges = Edges::default();
/// let ids = ["cat", "dog"].map(|name| edges.intern(name));
/// assert_eq!(ids, [EdgeId::new(0), EdgeId::new(1)]);
/// assert_eq!([0.1, 0.9][ids[1].index()], 0.9); // whatever is kept of each edge
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EdgeId(u32);

impl EdgeId {
    /// The edge at position `index`.
    ///
    /// # Panics
    /// If `index` does not fit 32 bits.
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer than 2^32 edges"))
    }

    /// The position, for indexing dense arrays.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Names of edges and their dense indices: the first name interned is index 0.
///
/// ```
/// use betadrift::feedback::Edges;
/// let mut edges = Edges::default();
/// let cat = edges.intern("cat");
/// assert_eq!(edges.intern("cat"), cat);
/// assert_eq!(edges.name(cat), "cat");
/// assert_eq!(edges.get("dog"), None);
/// let bee = edges.intern("bee");
/// assert_eq!(edges.iter().map(|(_, name)| name).collect::<Vec<_>>(), ["cat", "bee"]);
/// assert_eq!(edges.by_name(), [bee, cat]);
/// assert_eq!((edges.len(), edges.is_empty()), (2, false));
/// ```
#[derive(Clone, Default)]
pub struct Edges {
    /// All names, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    slots: Slots,
}

/// How many names are looked up together.
const TOGETHER: usize = 64;

impl Edges {
    /// The index of `name`, which is added when it is new.
    pub fn intern(&mut self, name: &str) -> EdgeId {
        let key = Key::of(name.as_bytes());
        self.intern_key(name.as_bytes(), key, key.hash())
    }

    /// Adds the indices of many names, in order. What is needed of the table for some of them is asked for before the first is
    /// looked up.
    ///
    /// # Panics
    /// If the name of a new edge is not UTF-8.
    pub(crate) fn intern_all(&mut self, names: &[impl AsRef<[u8]>], ids: &mut Vec<EdgeId>) {
        let mut keys = [Key::default(); TOGETHER];
        let (mut hashes, mut guesses) = ([0; TOGETHER], [0; TOGETHER]);
        for names in names.chunks(TOGETHER) {
            for ((key, hash), name) in keys.iter_mut().zip(&mut hashes).zip(names) {
                *key = Key::of(name.as_ref());
                *hash = key.hash();
            }
            let (hashes, guesses) = (&hashes[..names.len()], &mut guesses[..names.len()]);
            let is_large = self.slots.is_large();
            if is_large {
                std::hint::black_box(hashes.iter().fold(0, |touched, &hash| touched | self.slots.touch_slot(hash)));
            }
            for (guess, &hash) in guesses.iter_mut().zip(hashes) {
                *guess = self.slots.guess(hash);
            }
            if is_large {
                std::hint::black_box(guesses.iter().fold(0, |touched, &guess| touched | self.slots.touch_name(guess)));
            }
            let names = names.iter().zip(&keys).zip(hashes.iter().zip(&*guesses));
            ids.extend(names.map(|((name, key), (&hash, &guess))| {
                let name = name.as_ref();
                let is_it = self.slots.is_at(guess, key, |position| self.name(EdgeId(position)).as_bytes() == name);
                if is_it { EdgeId(guess) } else { self.intern_key(name, *key, hash) }
            }));
        }
    }

    #[inline(never)]
    fn intern_key(&mut self, name: &[u8], key: Key, hash: u64) -> EdgeId {
        self.find(name, &key, hash).unwrap_or_else(|| self.add(name, key, hash))
    }

    #[cold]
    fn add(&mut self, name: &[u8], key: Key, hash: u64) -> EdgeId {
        let edge = EdgeId::new(self.ends.len());
        self.text.push_str(std::str::from_utf8(name).expect("valid by construction: names are UTF-8"));
        self.ends.push(self.text.len());
        self.slots.add(key, hash);
        edge
    }

    fn find(&self, name: &[u8], key: &Key, hash: u64) -> Option<EdgeId> {
        self.slots.find(key, hash, |position| self.name(EdgeId(position)).as_bytes() == name).map(EdgeId)
    }

    /// The index of `name`, if it is known.
    pub fn get(&self, name: &str) -> Option<EdgeId> {
        let key = Key::of(name.as_bytes());
        self.find(name.as_bytes(), &key, key.hash())
    }

    /// The name of an edge.
    ///
    /// # Panics
    /// If the id came from other, larger `Edges`.
    pub fn name(&self, edge: EdgeId) -> &str {
        let start = edge.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[edge.index()]]
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no edge at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every edge with its name, in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (EdgeId, &str)> {
        (0..self.len()).map(|index| (EdgeId(index as u32), self.name(EdgeId(index as u32))))
    }

    /// The same edges in another order, in which each of them is there once.
    pub(crate) fn in_order(&self, order: &[EdgeId]) -> Self {
        let (mut text, mut ends) = (String::with_capacity(self.text.len()), Vec::with_capacity(order.len()));
        for &edge in order {
            text.push_str(self.name(edge));
            ends.push(text.len());
        }
        Self { text, ends, slots: self.slots.in_order(order.iter().map(|edge| edge.index())) }
    }

    /// Every edge in byte order of the names.
    pub fn by_name(&self) -> Vec<EdgeId> {
        // Most names are told apart by the bytes behind what all have in common.
        let first = self.iter().next().map_or("", |(_, name)| name);
        let common = self.iter().fold(first.len(), |common, (_, name)| shared(first, name, common));
        let mut names: Vec<(u128, EdgeId)> =
            self.iter().map(|(edge, name)| (start(&name.as_bytes()[common..]), edge)).collect();
        names.sort_unstable_by(|(one, edge), (other, with)| {
            one.cmp(other).then_with(|| self.name(*edge).cmp(self.name(*with)))
        });
        names.into_iter().map(|(_, edge)| edge).collect()
    }
}

/// With how many bytes, at most so many, both names begin.
fn shared(one: &str, other: &str, most: usize) -> usize {
    one.bytes().zip(other.bytes()).take(most).take_while(|(one, other)| one == other).count()
}

/// The first sixteen bytes as a number that is in order as they are, zeros behind.
fn start(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = bytes.len().min(16);
    first[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(first)
}

impl fmt::Debug for Edges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(_, name)| name)).finish()
    }
}

impl PartialEq for Edges {
    fn eq(&self, other: &Self) -> bool {
        self.ends == other.ends && self.text == other.text
    }
}

impl Eq for Edges {}

impl Serialize for Edges {
    /// As a list of names.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(_, name)| name))
    }
}

impl<'de> Deserialize<'de> for Edges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<String>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl<S: AsRef<str>> FromIterator<S> for Edges {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut edges = Self::default();
        for name in names {
            edges.intern(name.as_ref());
        }
        edges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of all lengths, many of which differ in one byte only, at any place.
    fn names() -> Vec<String> {
        let mut names = vec![String::new()];
        for length in 1..60 {
            let name = "abcdefghijklmnopqrstuvwxyz0123456789".repeat(2)[..length].to_owned();
            names.extend((0..length).map(|at| format!("{}#{}", &name[..at], &name[at + 1..])));
            names.push(name);
        }
        names.extend((0..5_000).map(|number| format!("docs/section-{number:07}")));
        names.push("Zürich/ä".to_owned());
        names.push("a\0".to_owned());
        names
    }

    #[test]
    fn every_name_is_found_again_and_no_other() {
        let names = names();
        let mut edges = Edges::default();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(edges.get(name), None, "{name}");
            assert_eq!(edges.intern(name).index(), index, "{name}");
        }
        let mut ids = Vec::new();
        let twice: Vec<&str> = names.iter().chain(&names).map(|name| &**name).collect();
        edges.intern_all(&twice, &mut ids);
        assert_eq!(ids.len(), 2 * names.len());
        assert!(ids.iter().enumerate().all(|(at, id)| id.index() == at % names.len()));
        assert!(names.iter().enumerate().all(|(index, name)| edges.name(EdgeId::new(index)) == name));
        assert_eq!(edges, names.iter().collect());
    }

    #[test]
    fn the_order_by_name_is_that_of_bytes() {
        let names = names();
        let (edges, mut sorted): (Edges, _) = (names.iter().collect(), names.clone());
        sorted.sort();
        assert!(edges.by_name().into_iter().map(|edge| edges.name(edge)).eq(sorted.iter()));
        let in_order = edges.in_order(&edges.by_name());
        assert_eq!(in_order, sorted.iter().collect());
        assert!(sorted.iter().enumerate().all(|(index, name)| in_order.get(name) == Some(EdgeId::new(index))));
        let behind: Edges = names.iter().map(|name| format!("ä{name}")).collect();
        assert!(behind.by_name().into_iter().map(|edge| &behind.name(edge)[2..]).eq(sorted.iter()));
    }
}
