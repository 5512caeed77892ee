//! Which files the paths, globs and folders of a command line mean, and that none of them is overwritten.

use std::collections::{HashMap, HashSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use betadrift::log::{Input, escaped};

use super::exit::Usage;

/// The logs meant, in the order given; those of a glob or a folder in order of name.
pub(super) fn logs(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in expand(paths)? {
        let below = if path.is_dir() { below(&path).with_context(|| shown(&path))? } else { vec![path] };
        files.extend(below);
    }
    refuse_twice(files)
}

/// The files meant, in the order given; those of a glob in order of name.
pub(super) fn expand(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(matches(path).with_context(|| shown(path))?);
    }
    refuse_twice(files)
}

/// The same files, if none of them is there twice.
pub(super) fn refuse_twice(files: Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
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

/// Whether two paths lead to one file.
pub(super) fn same_place(one: &Path, other: &Path) -> bool {
    one.as_os_str() != "-" && place(one) == place(other)
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

/// The files of a folder and of the folders in it, in order of path. Names that begin with `_` or `.` are those of marks
/// and checksums, which writers of tables leave beside them.
fn below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut files, mut folders, mut seen) = (Vec::new(), vec![folder.to_owned()], HashSet::new());
    while let Some(folder) = folders.pop() {
        // Links may lead back to where they stand.
        if !seen.insert(folder.canonicalize()?) {
            continue;
        }
        for entry in folder.read_dir()? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            match path.metadata()? {
                _ if name.starts_with(b"_") || name.starts_with(b".") => {}
                known if known.is_dir() => folders.push(path),
                known if known.is_file() => files.push(path),
                _ => {}
            }
        }
    }
    if files.is_empty() {
        let none = "the folder has no log in it (names that begin with `_` or `.` do not count)";
        return Err(io::Error::new(ErrorKind::NotFound, none).into());
    }
    files.sort();
    Ok(files)
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
