//! The file around the contents of a snapshot: what it is, which version, how long, and a checksum.

use std::io::{self, Read};

use super::error::SnapshotError;
use crate::log::Digest;

/// The version of the format that is written. All versions up to it are read.
///
/// It follows the first line of every file:
///
/// ```
/// use betadrift::replay::snapshot::{Snapshot, VERSION};
/// use betadrift::replay::Options;
/// let file = Snapshot::read_logs(Vec::new(), &Options::default(), &|_| {})?.to_bytes()?;
/// assert_eq!(file[..19], *b"betadrift snapshot\n");
/// assert_eq!(file[19..23], VERSION.to_le_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const VERSION: u32 = 1;

/// The first line of every snapshot.
const MAGIC: &[u8] = crate::log::SNAPSHOT_MAGIC;
const HEAD: usize = MAGIC.len() + size_of::<u32>() + size_of::<u64>();
const CHECKSUM: usize = 16;

/// Contents with their header and checksum. `write` appends the contents.
pub(super) fn seal<E>(write: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    let mut bytes = write(bytes)?;
    let length = (bytes.len() - HEAD) as u64;
    bytes[HEAD - size_of::<u64>()..HEAD].copy_from_slice(&length.to_le_bytes());
    let checksum = Digest::of(&bytes);
    bytes.extend(checksum.to_bytes());
    Ok(bytes)
}

/// How long the file of such contents is.
pub(super) fn length(contents: &[u8]) -> u64 {
    (HEAD + contents.len() + CHECKSUM) as u64
}

/// The contents of a file.
pub(super) struct Contained {
    pub(super) version: u32,
    pub(super) bytes: Vec<u8>,
}

/// Reads a file, if it is whole. It takes no more memory than the file has bytes, whatever its header says.
pub(super) fn unseal(mut reader: impl Read) -> Result<Contained, SnapshotError> {
    let mut bytes = Vec::new();
    read_up_to(&mut reader, HEAD as u64, &mut bytes)?;
    if bytes.is_empty() {
        return Err(SnapshotError::Empty);
    }
    if !bytes.starts_with(&MAGIC[..MAGIC.len().min(bytes.len())]) {
        return Err(SnapshotError::Other);
    }
    let found = bytes.len() as u64;
    let cut = || SnapshotError::CutShort { found, promised: (HEAD + CHECKSUM) as u64 };
    let (head, _) = bytes[MAGIC.len().min(bytes.len())..].split_first_chunk::<12>().ok_or_else(cut)?;
    let [v0, v1, v2, v3, length @ ..] = *head;
    let version = u32::from_le_bytes([v0, v1, v2, v3]);
    let promised = u64::from_le_bytes(length).saturating_add((HEAD + CHECKSUM) as u64);
    read_up_to(&mut reader, promised - HEAD as u64, &mut bytes)?;
    if (bytes.len() as u64) < promised {
        return Err(SnapshotError::CutShort { found: bytes.len() as u64, promised });
    }
    if read_up_to(&mut reader, 1, &mut Vec::new())? > 0 {
        return Err(SnapshotError::TooLong { promised });
    }
    let checksum = bytes.split_off(bytes.len() - CHECKSUM);
    let computed = Digest::of(&bytes);
    if checksum != computed.to_bytes() {
        let found = checksum.iter().map(|byte| format!("{byte:02x}")).collect();
        return Err(SnapshotError::Checksum { found, computed: computed.to_string() });
    }
    bytes.drain(..HEAD);
    match version {
        0 => Err(SnapshotError::NoVersion(version)),
        1..=VERSION => Ok(Contained { version, bytes }),
        newer => Err(SnapshotError::Newer(newer)),
    }
}

fn read_up_to(reader: &mut impl Read, count: u64, bytes: &mut Vec<u8>) -> Result<usize, SnapshotError> {
    reader.take(count).read_to_end(bytes).map_err(classified)
}

/// What the system reports has a number; without one it is the decoder that complains.
fn classified(error: io::Error) -> SnapshotError {
    match error.raw_os_error() {
        Some(_) => SnapshotError::Io(error),
        None => SnapshotError::Compression(error.to_string()),
    }
}
