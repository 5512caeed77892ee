//! Files that several programs change in turn, each seeing what the one before left.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use same_file::Handle;

use super::file::replace_whole;
use super::inputs::shown;

/// Replaces the contents of a file by what `edit` makes of them, alone: others who do the same wait. At no moment is half
/// of it there, and what a link leads to is replaced, not the link. Nothing is written if `edit` fails.
pub(super) fn rewrite<T>(path: &Path, edit: impl FnOnce(Vec<u8>) -> anyhow::Result<(Vec<u8>, T)>) -> anyhow::Result<T> {
    let path = path.canonicalize().with_context(|| shown(path))?;
    let mut file = lock(&path).with_context(|| shown(&path))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).with_context(|| shown(&path))?;
    let (bytes, value) = edit(bytes)?;
    replace_whole(&path, &file, &bytes).with_context(|| shown(&path))?;
    // The lock ends here, with the file that was replaced.
    drop(file);
    Ok(value)
}

/// The file at a path, locked until it is dropped: others who lock it wait, and then lock what was put in its place.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("not a regular file, which alone can be replaced"));
    }
    loop {
        let file = File::options().read(true).write(true).open(path)?;
        file.lock()?;
        // Whoever held the lock before may have put another file in this one's place.
        if Handle::from_file(file.try_clone()?)? == Handle::from_path(path)? {
            return Ok(file);
        }
    }
}
