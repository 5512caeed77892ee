//! The diffs that show contributors where things go still apply: what they leave and take away is there, line by line.

use std::fs;
use std::path::Path;

use super::page;

/// Why a diff, as in `--- a/FILE`, `+++ b/FILE`, `@@`, hunk, `@@`, hunk, does not apply.
fn faults(diff: &str) -> Vec<String> {
    let file = |sign: &str| diff.lines().find_map(|line| line.strip_prefix(sign)).expect("a diff names its files");
    if file("--- ") == "/dev/null" {
        let new = file("+++ b/");
        return if Path::new(new).exists() { vec![format!("{new} is there already")] } else { Vec::new() };
    }
    let name = file("--- a/");
    let Ok(text) = fs::read_to_string(name) else { return vec![format!("{name} is not there")] };
    let lines: Vec<&str> = text.lines().collect();
    let hunks = diff.split("\n@@\n").skip(1).map(|hunk| {
        let kept = hunk.lines().filter(|line| !line.starts_with('+'));
        kept.map(|line| line.get(1..).unwrap_or_default()).collect::<Vec<_>>()
    });
    let stale = hunks.filter(|hunk| hunk.is_empty() || !lines.windows(hunk.len()).any(|window| window == hunk));
    stale.map(|hunk| format!("{name} has no lines\n{}", hunk.join("\n"))).collect()
}

#[test]
fn the_diffs_for_contributors_apply() {
    let text = page("contributing.md").text;
    let diffs: Vec<&str> = text.split("```diff\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert!(diffs.len() >= 8, "{}", diffs.len());
    let found: Vec<String> = diffs.into_iter().flat_map(faults).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn a_diff_that_does_not_apply_is_seen() {
    let diff = |hunk: &str| faults(&format!("--- a/Cargo.toml\n+++ b/Cargo.toml\n@@\n{hunk}")).len();
    assert_eq!(diff(" [package]\n+kind = \"new\"\n name = \"betadrift\""), 0);
    assert_eq!(diff(" [package]\n-kind = \"old\""), 1);
    assert_eq!(faults("--- /dev/null\n+++ b/Cargo.toml\n@@\n+new").len(), 1);
    assert_eq!(faults("--- a/nowhere\n+++ b/nowhere\n@@\n+new").len(), 1);
}
