//! Folders that are written whole or not at all.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::Context;
use tempfile::TempDir;

use super::exit::Usage;
use super::interrupt::Unfinished;

/// The file by which an earlier report is known.
pub(super) const MARK: &str = "report.json";

/// A folder under construction, beside its place. It is gone if it is never published.
pub(super) struct Folder {
    temporary: TempDir,
    _unfinished: Unfinished,
}

impl Folder {
    /// A new, empty folder beside `place`, which must be free, empty or an earlier report.
    /// `ours` tells whether a name is one of those that a report holds.
    pub(super) fn beside(place: &Path, ours: impl Fn(&str) -> bool) -> anyhow::Result<Self> {
        if place.file_name().is_none() {
            return Err(Usage(format!("--out {}: name a folder to write", place.display())).into());
        }
        if !replaceable(place, ours).with_context(|| place.display().to_string())? {
            let text = format!("--out {}: it holds something other than a report, and is left alone", place.display());
            return Err(Usage(text).into());
        }
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        let folder = tempfile::Builder::new().prefix(".betadrift-").tempdir_in(parent);
        let temporary = folder.with_context(|| parent.display().to_string())?;
        let unfinished = Unfinished::new(temporary.path());
        Ok(Self { temporary, _unfinished: unfinished })
    }

    pub(super) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Moves the folder to its place. What stood there is put aside first and removed after, so that the place never
    /// holds a mixture.
    pub(super) fn publish(self, place: &Path) -> anyhow::Result<()> {
        self.moved(place).with_context(|| place.display().to_string())
    }

    fn moved(self, place: &Path) -> io::Result<()> {
        readable_by_all(self.path())?;
        let aside = self.path().with_extension("old");
        match fs::rename(place, &aside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let new = self.temporary.keep();
        if let Err(error) = fs::rename(&new, place) {
            // Put back what stood there; if that fails too, the first error is the one to tell.
            let _ = fs::rename(&aside, place);
            let _ = fs::remove_dir_all(&new);
            return Err(error);
        }
        match fs::remove_dir_all(&aside) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A temporary folder is private; a report is a folder like any other.
fn readable_by_all(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Whether a place is free, empty, or holds a report and nothing else.
fn replaceable(place: &Path, ours: impl Fn(&str) -> bool) -> io::Result<bool> {
    match fs::read_dir(place) {
        Ok(entries) => {
            let names = entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?;
            let all_ours = names.iter().all(|name| name.to_str().is_some_and(&ours));
            Ok(names.is_empty() || (all_ours && place.join(MARK).is_file()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
