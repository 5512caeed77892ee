//! Protects the book under `docs/`: what it shows is what the program prints, and what it points to is there.

mod commands;
mod diffs;
mod documents;
mod links;
mod reference;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

const SOURCE: &str = "docs/src";

/// A page of the book.
struct Page {
    /// Its path below the book's source, such as `how-to/delay.md`.
    path: String,
    text: String,
}

/// Every page, but for the table of contents.
fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    let mut folders = vec![Path::new(SOURCE).to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_symlink() {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(SOURCE).unwrap().to_str().unwrap().to_owned();
                pages.push(Page { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    pages.retain(|page| page.path != "SUMMARY.md");
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(pages.len() > 20, "{}", pages.len());
    pages
}

fn page(path: &str) -> Page {
    let text = fs::read_to_string(Path::new(SOURCE).join(path)).unwrap();
    Page { path: path.to_owned(), text }
}

/// Runs a script in a folder beside `data/` and `simulations/`, with the program on its path.
fn shell(folder: &Path, script: &str) -> Output {
    let (program, root) = (Path::new(env!("CARGO_BIN_EXE_betadrift")), Path::new(env!("CARGO_MANIFEST_DIR")));
    for shared in ["data", "simulations"].iter().filter(|shared| !folder.join(shared).exists()) {
        symlink(root.join(shared), folder.join(shared)).unwrap();
    }
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).env("PATH", path).env("LC_ALL", "C").current_dir(folder).output().unwrap()
}
