//! Protects the arrows of ARCHITECTURE.md: what each room may import, held against what the sources say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The lines `room → room room` of the block under "Arrows".
fn arrows() -> Arrows {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let block = text.split("## Arrows").nth(1).and_then(|rest| rest.split("```").nth(1)).expect("a block of arrows");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines = block.lines().filter_map(|line| line.split_once('→'));
    lines
        .flat_map(|(from, to)| {
            let to: BTreeSet<String> = words(to).into_iter().collect();
            words(from).into_iter().map(move |from| (from, to.clone()))
        })
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let rust = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    rust.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// The room of a source file: the first part of its path below `src`.
fn room(path: &Path) -> String {
    let first = path.strip_prefix("src").unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// What a source imports from the rest of the crate: the word after every `crate::`, comments and tests left out.
fn imports(source: &str) -> BTreeSet<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let names = lines.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>());
    let word = |rest: String| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    names.map(word).collect()
}

/// Every import that no arrow allows, in words.
fn violations(arrows: &Arrows, sources: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let mut found = Vec::new();
    for (room, source) in sources {
        let Some(allowed) = arrows.get(&room) else {
            found.push(format!("{room} is not in ARCHITECTURE.md"));
            continue;
        };
        let outside = imports(&source).into_iter().filter(|name| *name != room && !allowed.contains(name));
        found.extend(outside.map(|name| format!("{room} → {name}")));
    }
    found
}

#[test]
fn every_import_follows_an_arrow() {
    let sources = sources(Path::new("src")).into_iter().filter(|path| !["lib", "main", "cli"].contains(&&*room(path)));
    let read = sources.map(|path| (room(&path), fs::read_to_string(&path).unwrap()));
    assert_eq!(violations(&arrows(), read), [""; 0]);
}

#[test]
fn every_arrow_is_walked_and_leads_to_a_room() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in sources(Path::new("src")) {
        used.entry(room(&path)).or_default().extend(imports(&fs::read_to_string(&path).unwrap()));
    }
    for (from, allowed) in arrows() {
        for to in allowed {
            assert!(used.contains_key(&to), "{from} → {to}: there is no such room");
            assert!(used[&from].contains(&to), "{from} → {to} is drawn, but nothing walks it");
        }
    }
}

#[test]
fn no_arrow_points_back() {
    let arrows = arrows();
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    while settled.len() < arrows.len() {
        let ready: Vec<&str> = arrows
            .iter()
            .filter(|(room, to)| !settled.contains(room.as_str()) && to.iter().all(|to| settled.contains(to.as_str())))
            .map(|(room, _)| room.as_str())
            .collect();
        assert!(!ready.is_empty(), "the rooms outside {settled:?} import each other in a circle");
        settled.extend(ready);
    }
}

#[test]
fn a_forbidden_import_is_seen() {
    let arrows = Arrows::from([("beta".to_owned(), BTreeSet::from(["special".to_owned()]))]);
    let source = "use crate::special::digamma;\nuse crate::report::svg;\n// crate::log is only mentioned here\n";
    assert_eq!(violations(&arrows, [("beta".to_owned(), source.to_owned())]), ["beta → report"]);
    assert_eq!(violations(&arrows, [("attic".to_owned(), String::new())]), ["attic is not in ARCHITECTURE.md"]);
}

#[test]
fn only_the_command_line_is_outside_the_library() {
    for path in sources(Path::new("src/cli")) {
        let imports = imports(&fs::read_to_string(&path).unwrap());
        assert!(
            imports.is_empty() || imports.iter().all(|name| name == "cli"),
            "{path:?} reaches around the public API"
        );
    }
}
