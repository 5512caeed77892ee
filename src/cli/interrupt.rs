//! Ctrl-C: what is half written is removed before the program ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of a program ended by SIGINT, 128 + 2.
const INTERRUPTED: i32 = 130;

/// Files and folders that are not complete yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A path that is removed if the program is interrupted while this lives.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    pub(super) fn new(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// From now on an interrupt, or a request to terminate, cleans up first.
pub(super) fn clean_up_when_interrupted() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        for path in unfinished().iter() {
            // Nothing more can be done about what cannot be removed.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        process::exit(INTERRUPTED);
    })?;
    Ok(())
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}
