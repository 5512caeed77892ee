//! SQLite databases, read without a byte written beside them.
//!
//! What SQLite itself does depends on the mode of the database, which its header and the files beside it tell:
//!
//! - Rollback journal: a read-only connection takes a lock and writes nothing. A *hot* journal, left by a program that died
//!   in the middle, would have to be rolled back first; that is done on a private copy.
//! - Write-ahead log: any ordinary connection creates `-shm` and `-wal`. Without pending content in `-wal` the database
//!   is complete in itself and is opened as immutable, which creates nothing; otherwise both are copied to a private place.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::Error;

/// How long to wait for a program that is writing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a database is copied anew that changes meanwhile.
const COPIES: usize = 5;

/// Reads what is asked for from the database at a path.
pub(super) fn read<T>(path: &Path, read: impl Fn(&Connection) -> Result<T, Error>) -> Result<T, Error> {
    let database = Database::find(path)?;
    if database.pending()? {
        return database.copied(&read);
    }
    if database.write_ahead || database.wal.exists() {
        return database.unchanged(|| read(&immutable(&database.file)?));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match open(&database.file, flags).and_then(|connection| read(&connection)) {
        Err(Error::Sqlite(error)) if error.sqlite_extended_error_code() == Some(SQLITE_READONLY_ROLLBACK) => {
            database.copied(&read)
        }
        outcome => outcome,
    }
}

/// A database and the files that may stand beside it.
struct Database {
    file: PathBuf,
    wal: PathBuf,
    journal: PathBuf,
    write_ahead: bool,
}

impl Database {
    fn find(path: &Path) -> Result<Self, Error> {
        // The files beside it are beside what a link leads to.
        let file = path.canonicalize()?;
        if !file.metadata()?.is_file() {
            return Err(Error::NotAFile);
        }
        let header = header(&file)?;
        let beside = |ending| {
            let mut name = file.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        // Byte 18 is the version that a writer must know, and 2 means a write-ahead log.
        Ok(Self { wal: beside("-wal"), journal: beside("-journal"), write_ahead: header[18] == 2, file })
    }

    /// Whether a write-ahead log holds what the database does not yet, or may have to be undone.
    fn pending(&self) -> io::Result<bool> {
        let (wal, journal) = (length(&self.wal)?, length(&self.journal)?);
        Ok(wal > Some(0) || ((self.write_ahead || wal.is_some()) && journal > Some(0)))
    }

    /// What `read` gives, if nobody wrote to the database meanwhile.
    fn unchanged<T>(&self, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let before = self.state()?;
        let outcome = read();
        if self.state()? == before { outcome } else { Err(Error::Changing) }
    }

    /// Length and time of change of the database and of what stands beside it.
    fn state(&self) -> io::Result<[Option<(u64, SystemTime)>; 3]> {
        let state = |path: &Path| -> io::Result<Option<(u64, SystemTime)>> {
            known(path)?.map(|known| Ok((known.len(), known.modified()?))).transpose()
        };
        Ok([state(&self.file)?, state(&self.wal)?, state(&self.journal)?])
    }

    /// Reads a copy in a private folder, which is gone afterwards.
    fn copied<T>(&self, read: &impl Fn(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let folder = tempfile::Builder::new().prefix("betadrift-").tempdir()?;
        let copy = folder.path().join("store");
        let mut tries = 0..COPIES;
        while tries.next().is_some() {
            match self.unchanged(|| self.copy(&copy)) {
                Err(Error::Changing) if !tries.is_empty() => {}
                outcome => {
                    outcome?;
                    break;
                }
            }
        }
        let connection = open(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let outcome = read(&connection);
        drop(connection);
        folder.close()?;
        outcome
    }

    fn copy(&self, to: &Path) -> Result<(), Error> {
        for (from, ending) in [(&self.file, ""), (&self.wal, "-wal"), (&self.journal, "-journal")] {
            let mut to = OsString::from(to);
            to.push(ending);
            if known(from)?.is_some() {
                // Not `fs::copy`: the copy must be writable even where the source is not.
                io::copy(&mut File::open(from)?, &mut File::create(to)?)?;
            } else if ending.is_empty() {
                return Err(Error::Changing);
            } else {
                fs::remove_file(to).or_else(|error| absent::<()>(error).map(drop))?;
            }
        }
        Ok(())
    }
}

/// The header of the database.
fn header(file: &Path) -> Result<[u8; 100], Error> {
    let mut header = [0; 100];
    let mut file = File::open(file)?;
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof && file.metadata()?.len() == 0 => Err(Error::Empty),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(Error::NotSqlite),
        Err(error) => Err(error.into()),
        Ok(()) if header.starts_with(b"SQLite format 3\0") => Ok(header),
        Ok(()) => Err(Error::NotSqlite),
    }
}

fn length(path: &Path) -> io::Result<Option<u64>> {
    Ok(known(path)?.map(|known| known.len()))
}

/// What is known of a file, if it is there.
fn known(path: &Path) -> io::Result<Option<fs::Metadata>> {
    fs::metadata(path).map(Some).or_else(absent)
}

fn absent<T>(error: io::Error) -> io::Result<Option<T>> {
    if error.kind() == ErrorKind::NotFound { Ok(None) } else { Err(error) }
}

/// A connection that takes the file for one that nobody changes, and so needs nothing beside it.
fn immutable(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut uri = String::from("file:");
    for &byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    open(Path::new(&uri), flags)
}

fn open(file: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // Views and defaults of a file from elsewhere may call nothing that does more than compute.
    connection.execute_batch("PRAGMA trusted_schema = OFF")?;
    Ok(connection)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::NotADatabase) => Self::NotSqlite,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::Io(io::Error::other(error))
            }
            _ => Self::Sqlite(error),
        }
    }
}
