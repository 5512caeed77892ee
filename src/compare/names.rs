//! Names of edges in sentences.

/// How many are named where there are many.
const NAMED: usize = 5;

/// The first of many, and how many more there are.
pub(crate) fn list(mut items: impl Iterator<Item = String>) -> String {
    let named: Vec<String> = items.by_ref().take(NAMED).collect();
    match items.count() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// A name without what would break a line or colour a terminal.
pub(crate) fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}
