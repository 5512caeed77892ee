//! Edges: names and their dense indices.

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

/// The dense index of an edge in the [`Edges`] it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Edges(IndexSet<Box<str>, foldhash::fast::FixedState>);

impl Edges {
    /// The index of `name`, which is added when it is new.
    pub fn intern(&mut self, name: &str) -> EdgeId {
        match self.0.get_index_of(name) {
            Some(index) => EdgeId::new(index),
            None => EdgeId::new(self.0.insert_full(name.into()).0),
        }
    }

    /// The index of `name`, if it is known.
    pub fn get(&self, name: &str) -> Option<EdgeId> {
        self.0.get_index_of(name).map(EdgeId::new)
    }

    /// The name of an edge.
    ///
    /// # Panics
    /// If the id came from other, larger `Edges`.
    pub fn name(&self, edge: EdgeId) -> &str {
        &self.0[edge.index()]
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no edge at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every edge with its name, in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (EdgeId, &str)> {
        self.0.iter().enumerate().map(|(index, name)| (EdgeId::new(index), &**name))
    }

    /// Every edge in byte order of the names.
    pub fn by_name(&self) -> Vec<EdgeId> {
        let mut ids: Vec<EdgeId> = (0..self.len()).map(EdgeId::new).collect();
        ids.sort_unstable_by_key(|&id| self.name(id));
        ids
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
