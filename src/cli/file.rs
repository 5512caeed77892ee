//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use anyhow::Context;
use tempfile::NamedTempFile;

use super::interrupt::Unfinished;

/// Writes a file beside its place and moves it there when it is complete, so that nobody ever sees half of it. The contents
/// are compressed when the name ends in `.gz` or `.zst`, and safely on the disk before. A file that is replaced leaves its
/// permissions to the new one. What is no regular file, such as a pipe, is written in place.
pub(super) fn write_whole<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> anyhow::Result<T> {
    written(path, write).with_context(|| path.display().to_string())
}

fn written<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        return encoded(path, &File::options().write(true).open(path)?, write);
    }
    let (temporary, unfinished) = beside(path)?;
    if let Ok(known) = fs::metadata(path) {
        temporary.as_file().set_permissions(known.permissions())?;
    }
    let value = encoded(path, temporary.as_file(), write)?;
    temporary.as_file().sync_data()?;
    temporary.persist(path)?;
    drop(unfinished);
    Ok(value)
}

/// Writes a new file whole; what stands there already is left alone.
pub(super) fn create_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (temporary, _unfinished) = beside(path)?;
    temporary.as_file().write_all(bytes)?;
    match temporary.persist_noclobber(path) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

/// Puts a file with the same permissions in the place of one that is `known`, and safely on the disk before.
pub(super) fn replace_whole(path: &Path, known: &File, bytes: &[u8]) -> io::Result<()> {
    let (temporary, _unfinished) = beside(path)?;
    let known = known.metadata()?;
    let mut file = temporary.as_file();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only a privileged user may give files away; for others the file becomes theirs.
        let _ = fchown(file, Some(known.uid()), Some(known.gid()));
    }
    file.set_permissions(known.permissions())?;
    file.write_all(bytes)?;
    file.sync_data()?;
    temporary.persist(path)?;
    Ok(())
}

/// A temporary file beside a path, removed unless it is moved there.
fn beside(path: &Path) -> io::Result<(NamedTempFile, Unfinished)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: what the umask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    let temporary = builder.prefix(".betadrift-").tempfile_in(folder)?;
    let unfinished = Unfinished::new(temporary.path());
    Ok((temporary, unfinished))
}

fn encoded<T>(path: &Path, file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    let mut file = BufWriter::new(file);
    let value = match path.extension().and_then(|extension| extension.to_str()) {
        #[cfg(feature = "compression")]
        Some("gz") => {
            let mut encoder = flate2::write::GzEncoder::new(&mut file, flate2::Compression::best());
            let value = write(&mut encoder)?;
            encoder.finish()?;
            value
        }
        #[cfg(feature = "compression")]
        Some("zst") => {
            let mut encoder = zstd::Encoder::new(&mut file, 19)?;
            let value = write(&mut encoder)?;
            encoder.finish()?;
            value
        }
        _ => write(&mut file)?,
    };
    file.flush()?;
    Ok(value)
}
