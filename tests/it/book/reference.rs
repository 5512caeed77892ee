//! The reference of every verb is what the help says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

type Pages = BTreeMap<String, String>;

fn read(folder: &Path) -> Pages {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn the_reference_of_every_verb_is_what_the_help_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_betadrift"));
    let done = program.args(["man", "--markdown", "--quiet", "--out"]).arg(folder.path()).output().unwrap();
    assert!(done.status.success());
    let (made, kept) = (read(folder.path()), read(Path::new("docs/src/reference/verbs")));
    assert!(made.len() >= 19, "{}", made.len());
    let differ = made.keys().chain(kept.keys()).filter(|name| made.get(*name) != kept.get(*name));
    let differ: Vec<&String> = differ.collect();
    assert!(
        differ.is_empty(),
        "{differ:?} are out of date; betadrift man --markdown --out docs/src/reference/verbs writes them"
    );
    assert!(made["tune.md"].contains("### `--emit <FILE>` {#emit}") && made["tune.md"].contains("(options.md#prior)"));
}
