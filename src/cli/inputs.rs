//! Which files the paths and globs of a command line mean, and that none of them is overwritten.

use std::collections::{HashMap, HashSet};
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
        if !seen.insert(place(file)) {
            return Err(Usage(format!("{} is given twice, and would count twice", shown(file))).into());
        }
    }
    Ok(files)
}

/// Refuses outputs, each with its flag, that would overwrite what is read or each other.
pub(super) fn refuse_overwriting<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    outputs: impl IntoIterator<Item = (&'static str, &'a Path)>,
) -> Result<(), Usage> {
    let inputs: HashSet<PathBuf> = inputs.into_iter().filter(|path| path.as_os_str() != "-").map(place).collect();
    let mut written = HashMap::new();
    for (flag, path) in outputs {
        // Nothing is lost in a pipe or a terminal.
        if path.metadata().is_ok_and(|known| !known.is_file()) {
            continue;
        }
        let place = place(path);
        if inputs.contains(&place) {
            return Err(Usage(format!("{flag} {} would overwrite a file that is read; name another", shown(path))));
        }
        if let Some(other) = written.insert(place, flag) {
            return Err(Usage(format!("{other} and {flag} both name {}; name two files", shown(path))));
        }
    }
    Ok(())
}

/// Where a path leads, the same for all paths to one file; the file itself need not be there.
fn place(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    let beside = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    if path.as_os_str() == "-" {
        return path.to_owned();
    }
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// The files that a path means: itself if it is there, else those that match it as a glob.
fn matches(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let pattern = path.to_str().filter(|text| text.contains(['*', '?', '[']));
    let Some(pattern) = pattern.filter(|_| !path.exists()) else { return Ok(vec![path.to_owned()]) };
    let none = || io::Error::new(ErrorKind::NotFound, "no such file, and as a glob it matches none");
    let found: Vec<PathBuf> = glob::glob(pattern).map_err(|_| none())?.collect::<Result<_, _>>()?;
    if found.is_empty() { Err(none().into()) } else { Ok(found) }
}

pub(super) fn shown(path: &Path) -> String {
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
