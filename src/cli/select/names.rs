//! Names of edges in a file.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::anyhow;
use betadrift::log::escaped;

use crate::cli::inputs::shown;
use crate::cli::output::Output;
use crate::cli::replayed::counted;
use crate::cli::table::Table;

/// The names that a file lists: those of its column `edge` if its first line has one, else one a line, empty lines aside.
pub(super) fn read(path: &Path) -> anyhow::Result<BTreeSet<String>> {
    let table = Table::read(path)?;
    let text = std::str::from_utf8(table.bytes()).map_err(|error| {
        let line = 1 + table.bytes()[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        anyhow!("{}:{line}:1: the line is not UTF-8", table.name())
    })?;
    let first = text.lines().next().unwrap_or_default();
    let is_header = first.split(',').any(|name| name.trim_matches(['\u{feff}', '"', ' ']) == "edge");
    if !is_header {
        let lines = text.trim_start_matches('\u{feff}').lines();
        return Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect());
    }
    let (header, records) = table.records()?;
    let edge = table.required(&header, "edge", "`edge`")?;
    Ok(records.iter().map(|record| record[edge].to_owned()).collect())
}

/// Says which names of a file are no edges.
pub(super) fn say_unknown(path: &Path, unknown: &[&String], output: Output) {
    if !unknown.is_empty() {
        let names: Vec<String> = unknown.iter().map(|name| escaped(name.as_bytes())).collect();
        let (count, names) = (counted(names.len() as f64, "name"), shortened(&names));
        output.say(&format!("{}: {count} not among the edges: {names}", shown(path)));
    }
}

/// The first ten of many names.
pub(super) fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}
