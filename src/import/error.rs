//! Why a store cannot be read.

use std::io;

use thiserror::Error;

/// Why a store cannot be read.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use std::path::Path;
/// use betadrift::import::{Error, Kind};
/// let qortex = Kind::named("qortex").unwrap();
/// let error = qortex.read(Path::new("README.md")).unwrap_err();
/// assert_eq!(error.to_string(), "not a SQLite database, which begins with the words `SQLite format 3`");
/// assert!(matches!(qortex.read(Path::new("src")), Err(Error::NotAFile)));
/// # }
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused to read it.
    #[error("cannot read it")]
    Io(#[from] io::Error),
    /// A folder, a pipe, a terminal.
    #[error("not a regular file; a store must be one")]
    NotAFile,
    /// No bytes at all.
    #[error("the file is empty, and so no store")]
    Empty,
    /// A file of another kind.
    #[error("not a SQLite database, which begins with the words `SQLite format 3`")]
    NotSqlite,
    /// Another program holds it for itself.
    #[error("locked by a program that is writing to it; try again when it has finished")]
    Locked,
    /// Another program changed it meanwhile.
    #[error("a program wrote to it while it was read; try again")]
    Changing,
    /// A database, but of something else.
    #[error("there is no table `{table}`; the tables are: {found}")]
    NoTable {
        /// The table looked for.
        table: &'static str,
        /// The tables there are.
        found: String,
    },
    /// The table, but in another form.
    #[error("table `{table}` has no column `{column}`; its columns are: {found}")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column looked for.
        column: &'static str,
        /// The columns there are.
        found: String,
    },
    /// SQLite gave up: the file is truncated or damaged.
    #[cfg(feature = "sqlite")]
    #[error("SQLite cannot read it; is it whole?")]
    Sqlite(#[source] rusqlite::Error),
}
