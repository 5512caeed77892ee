//! Protects the documentation: every public item of the library is shown by an example. A function, type or constant of a module has
//! one of its own; what belongs to a type or a trait has one, or is used in an example of the same file. Examples come before what is
//! said of panics and errors, of which they would be read as a part.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_source = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rs");
    let is_library = |path: &PathBuf| !path.starts_with("src/cli") && path != Path::new("src/main.rs");
    let below = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    paths.into_iter().filter(is_library).flat_map(below).filter(is_source).collect()
}

/// What stands in the examples of a source, those of its text alone.
fn shown(source: &str) -> String {
    // Within a block, whether it is an example.
    let (mut shown, mut block) = (String::new(), None);
    for line in source.lines().map(str::trim_start) {
        let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else { continue };
        match doc.trim().strip_prefix("```") {
            Some(kind) => block = if block.is_some() { None } else { Some(kind != "text") },
            None if block == Some(true) => shown = shown + doc + "\n",
            None => {}
        }
    }
    shown
}

/// Whether a text uses a name, as a word.
fn uses(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}

/// The name of what a line declares: a public item, or a method of a trait.
fn declared(line: &str, in_trait: bool) -> Option<&str> {
    let rest = match line.strip_prefix("pub ") {
        Some(rest) => rest,
        None if in_trait => line,
        None => return None,
    };
    let rest = rest.strip_prefix("const fn ").map_or(rest, |_| &rest["const ".len()..]);
    let kinds: &[&str] = &["fn ", "struct ", "enum ", "trait ", "const ", "type ", "static "];
    let kinds = if line.starts_with("pub ") { kinds } else { &kinds[..1] };
    let name = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// The public items of a source without an example, each with its line.
fn unshown(source: &str) -> Vec<String> {
    let source = source.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let (all, mut found) = (shown(source), Vec::new());
    let (mut own, mut in_trait, mut in_attribute) = (false, false, false);
    for (at, line) in source.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("///") {
            own |= code.contains("```");
            continue;
        }
        if in_attribute || code.starts_with('#') || code.starts_with("//") {
            in_attribute = (in_attribute || code.starts_with('#')) && !code.ends_with(']');
            continue;
        }
        let inner = line.starts_with(' ');
        if let Some(name) = declared(code, in_trait)
            && !own
            && !(inner && uses(&all, name))
        {
            found.push(format!("{}: {name}", at + 1));
        }
        in_trait = if inner || line.is_empty() { in_trait } else { line.starts_with("pub trait ") };
        own = false;
    }
    found
}

#[test]
fn every_public_item_is_shown_by_an_example() {
    let missing: Vec<String> = sources(Path::new("src"))
        .iter()
        .flat_map(|path| {
            let found = unshown(&fs::read_to_string(path).unwrap());
            found.into_iter().map(|item| format!("{}:{item}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(missing.is_empty(), "{} items without an example:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn an_item_without_an_example_is_seen() {
    let source = "\
//! ```text
//! news
//! ```
/// ```
/// A::new().b();
/// ```
pub struct A;

impl A {
    /// Shown above.
    pub const fn new() -> Self {
        Self
    }
    /// As well.
    pub fn b(self) {}
    /// Not `new`.
    pub fn news(self) {}
    pub(crate) fn hidden(self) {}
}

/// ```
/// assert!(true);
/// ```
#[error(
    \"of two lines\"
)]
pub struct C;

/// Named above, but without one of its own.
pub fn b() {}

pub trait T {
    fn t(&self);
}

impl T for A {
    fn t(&self) {}
}
";
    assert_eq!(unshown(source), ["17: news", "30: b", "32: T", "33: t"]);
}

/// The lines of a source at which an example begins below what is said of panics or errors.
fn below_a_heading(source: &str) -> Vec<usize> {
    let (mut found, mut inside, mut below) = (Vec::new(), false, false);
    for (at, line) in source.lines().enumerate() {
        let Some(doc) = line.trim_start().strip_prefix("///") else {
            below = false;
            continue;
        };
        let doc = doc.trim();
        if doc.starts_with("```") {
            inside = !inside;
            if inside && below {
                found.push(at + 1);
            }
        } else if !inside && doc.starts_with("# ") {
            below = true;
        }
    }
    found
}

#[test]
fn no_example_stands_below_panics_or_errors() {
    let found: Vec<String> = sources(Path::new("src"))
        .iter()
        .flat_map(|path| {
            let lines = below_a_heading(&fs::read_to_string(path).unwrap());
            lines.into_iter().map(|line| format!("{}:{line}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "examples below a heading:\n{}", found.join("\n"));
    let source =
        "/// # Panics\n/// Never.\n///\n/// ```\n/// # hidden();\n/// ```\nfn a() {}\n\n/// ```\n/// ```\nfn b() {}\n";
    assert_eq!(below_a_heading(source), [4]);
}
