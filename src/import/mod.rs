//! Stores of other engines, read into posteriors: one file a kind. A store is only ever read: nothing is written into it or
//! beside it.
//!
//! | kind | what it is |
//! |---|---|
//! | `qortex` | the SQLite store of a qortex learner: table `arm_states`, the edge is `context_hash/arm_id`, with a `/` inside a part written `%2F` |
//!
//! Rows whose parameters are none of a Beta exist in the wild. They are quarantined: not among the posteriors, but kept
//! with their reason ([`Reject`]).

mod error;
#[cfg(feature = "sqlite")]
mod qortex;
mod reject;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::path::Path;

pub use error::Error;
pub use reject::{Reason, Reject, write_rejects};

use crate::beta::Beta;

/// A kind of store.
///
/// ```
/// use betadrift::import::Kind;
/// # #[cfg(feature = "sqlite")] {
/// let qortex = Kind::named("qortex").unwrap();
/// assert_eq!(qortex.about, "the SQLite store of a qortex learner, table arm_states");
/// # }
/// assert!(Kind::named("sqlite").is_none()); // a kind is whose store it is, not how it is written
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name on a command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    read: fn(&Path) -> Result<Import, Error>,
}

/// Every kind that this build reads.
///
/// ```
/// use betadrift::import::{KINDS, Kind};
/// # #[cfg(feature = "sqlite")] {
/// assert_eq!(KINDS[0].name, "qortex");
/// # }
/// assert!(KINDS.iter().all(|kind| Kind::named(kind.name).is_some()));
/// ```
pub const KINDS: &[Kind] = &[
    #[cfg(feature = "sqlite")]
    Kind { name: "qortex", about: "the SQLite store of a qortex learner, table arm_states", read: qortex::read },
];

/// What a store holds.
///
/// A store of six arms, of which one has a β of 0:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use std::path::Path;
/// use betadrift::import::{Kind, Reason};
/// let store = Kind::named("qortex").unwrap().read(Path::new("data/formats/qortex.db"))?;
/// assert_eq!((store.rows.len(), store.rejects.len()), (5, 1));
/// assert_eq!(store.rejects[0].reason, Reason::NotPositive);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Import {
    /// The posteriors, in byte order of the edges.
    pub rows: Vec<Row>,
    /// The rows that are none, in the order of the store.
    pub rejects: Vec<Reject>,
}

/// A posterior, and what the store says of it beside.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use std::path::Path;
/// use betadrift::beta::Beta;
/// use betadrift::import::Kind;
/// let store = Kind::named("qortex").unwrap().read(Path::new("data/formats/qortex.db"))?;
/// let row = &store.rows[0];
/// assert_eq!((&*row.edge, row.posterior), ("docs/1", Beta::new(9.0, 46.0)?));
/// assert_eq!(row.pulls, Some(53.0)); // from Beta(1, 1): 9 + 46 − 2
/// assert_eq!(row.last_updated.as_deref(), Some("2026-01-06T17:24:17+00:00"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The edge.
    pub edge: String,
    /// Its posterior, as the store has it.
    pub posterior: Beta,
    /// How often it was pulled, if the store says so.
    pub pulls: Option<f64>,
    /// When it was last updated, in the words of the store.
    pub last_updated: Option<String>,
}

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|kind| kind.name == name).copied()
    }

    /// Reads a store.
    ///
    /// # Errors
    /// [`Error`] if it cannot be read, is locked, damaged, or no store of this kind.
    pub fn read(self, path: &Path) -> Result<Import, Error> {
        (self.read)(path)
    }
}
