//! Where a log comes from: a file or a stream, compressed or not, with a hash of its bytes.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use twox_hash::xxhash3_128::Hasher;

#[cfg(feature = "compression")]
use super::ahead::Ahead;
use super::escape::escaped;

/// A log that has yet to be opened.
///
/// ```
/// use betadrift::log::{Error, Input, Log, Options};
/// assert_eq!(Input::reader("stdin", &b"timestamp,edge,reward\n"[..]).name(), "stdin");
/// let input = Input::path("no/such.csv"); // nothing is opened yet
/// assert_eq!(input.name(), "no/such.csv");
/// assert!(matches!(Log::open(input, &Options::default(), &|_| {}), Err(Error::Io { .. })));
/// ```
pub struct Input {
    name: String,
    /// Where it is on disk, if it is.
    pub(super) path: Option<PathBuf>,
    open: Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send>,
}

impl Input {
    /// A file, opened when its turn comes.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path: PathBuf = path.into();
        let name = shown(&path);
        Self { name, path: Some(path.clone()), open: Box::new(move || Ok(Box::new(File::open(path)?))) }
    }

    /// Anything that can be read. Messages call it by `name`.
    pub fn reader(name: &str, reader: impl Read + Send + 'static) -> Self {
        Self { name: escaped(name.as_bytes()), path: None, open: Box::new(|| Ok(Box::new(reader))) }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes, without their compression if they have one, and the hash of those that were read so far.
    pub(crate) fn stream(self) -> io::Result<(Box<dyn Read + Send>, Digesting)> {
        let Stream { reader, digest, .. } = Stream::new(self.open()?, &|_| {})?;
        Ok((reader, digest))
    }

    pub(super) fn open(self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name).finish()
    }
}

fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}

/// The XXH3 128-bit hash of a file's bytes, as `xxhsum -H2` prints it.
///
/// ```
/// use betadrift::log::Digest;
/// let digest = Digest::of(b"");
/// assert_eq!(digest.to_string(), "99aa06d3014798d86001c324468d497f"); // of any empty file
/// assert_eq!(Digest::from_bytes(digest.to_bytes()), digest);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u128);

impl Digest {
    /// The digest of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(twox_hash::XxHash3_128::oneshot(bytes))
    }

    /// The hash as bytes, the most significant first: in the order in which it is printed.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The digest that has these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The digest of bytes that are still being read.
#[derive(Clone)]
pub(crate) struct Digesting(Arc<Mutex<Hasher>>);

impl Digesting {
    pub(crate) fn digest(&self) -> Digest {
        Digest(self.0.lock().unwrap_or_else(PoisonError::into_inner).finish_128())
    }
}

/// Reads bytes through, hashing and counting them.
struct Watched {
    inner: Box<dyn Read + Send>,
    digest: Digesting,
    read: Arc<AtomicU64>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.0.lock().unwrap_or_else(PoisonError::into_inner).write(&buffer[..count]);
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Reads bytes through, telling how many others were read for them.
struct Telling<'a> {
    inner: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    told: u64,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl Read for Telling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = self.read.load(Ordering::Relaxed);
        if read > self.told {
            (self.progress)(read - self.told);
            self.told = read;
        }
        Ok(count)
    }
}

/// The bytes of a log, decompressed.
pub(super) struct Stream<'a> {
    pub(super) reader: Box<dyn Read + Send + 'a>,
    pub(super) digest: Digesting,
    /// How it was compressed.
    pub(super) compression: Option<&'static str>,
}

impl<'a> Stream<'a> {
    /// Undoes the compression of a stream, if its first bytes say that there is one, in a thread of its own.
    pub(super) fn new(inner: Box<dyn Read + Send>, progress: &'a (dyn Fn(u64) + Sync)) -> io::Result<Self> {
        let digest = Digesting(Arc::new(Mutex::new(Hasher::new())));
        let read = Arc::new(AtomicU64::new(0));
        let watched = Watched { inner, digest: digest.clone(), read: Arc::clone(&read) };
        let mut buffered = BufReader::with_capacity(1 << 17, watched);
        let head = fill(&mut buffered)?;
        let compression = match head {
            [0x1f, 0x8b, ..] => Some("gzip"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
            _ => None,
        };
        let inner = decoder(buffered, compression)?;
        Ok(Self { reader: Box::new(Telling { inner, read, told: 0, progress }), digest, compression })
    }
}

/// The first bytes, without taking them.
fn fill<R: Read>(buffered: &mut BufReader<R>) -> io::Result<&[u8]> {
    loop {
        match buffered.fill_buf() {
            Ok(_) => return Ok(buffered.buffer()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(feature = "compression")]
fn decoder(buffered: BufReader<Watched>, compression: Option<&str>) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Some("gzip") => Box::new(Ahead::new(flate2::bufread::MultiGzDecoder::new(buffered))?),
        Some(_) => Box::new(Ahead::new(zstd::Decoder::with_buffer(buffered)?)?),
        None => Box::new(buffered),
    })
}

#[cfg(not(feature = "compression"))]
fn decoder(buffered: BufReader<Watched>, compression: Option<&str>) -> io::Result<Box<dyn Read + Send>> {
    match compression {
        Some(format) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("compressed with {format}, which this build cannot read (feature `compression`)"),
        )),
        None => Ok(Box::new(buffered)),
    }
}
