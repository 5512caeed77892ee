//! Which files the paths and globs of a command line mean.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use betadrift::log::{Input, escaped};

use super::exit::Usage;

/// The files meant, in the order given; those of a glob in order of name.
pub(super) fn expand(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(matches(path).with_context(|| shown(path))?);
    }
    let mut seen = HashSet::new();
    for file in &files {
        if !seen.insert(file) {
            return Err(Usage(format!("{} is given twice, and would count twice", shown(file))).into());
        }
    }
    Ok(files)
}

/// The files that a path means: itself if it is there, else those that match it as a glob.
fn matches(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let pattern = path.to_str().filter(|text| text.contains(['*', '?', '[']));
    let Some(pattern) = pattern.filter(|_| !path.exists()) else { return Ok(vec![path.to_owned()]) };
    let none = || io::Error::new(ErrorKind::NotFound, "no such file, and as a glob it matches none");
    let found: Vec<PathBuf> = glob::glob(pattern).map_err(|_| none())?.collect::<Result<_, _>>()?;
    if found.is_empty() { Err(none().into()) } else { Ok(found) }
}

fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}

/// A file, or standard input for `-`.
pub(super) fn input(path: &Path) -> Input {
    if path.as_os_str() == "-" { Input::reader("-", io::stdin()) } else { Input::path(path) }
}

/// How many bytes the files have together, if that can be known.
pub(super) fn total_bytes(paths: &[PathBuf]) -> Option<u64> {
    let length = |path: &PathBuf| path.metadata().ok().filter(std::fs::Metadata::is_file).map(|known| known.len());
    paths.iter().map(length).sum()
}
