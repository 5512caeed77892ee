//! The pages of JSON documents and of a report's tables name every field and column that is written, and no other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{page, shell};

type Fields = BTreeMap<String, BTreeSet<String>>;

/// The fields that the page names, by schema: the first cells of the tables, `a.{b,c}` being `a.b` and `a.c`.
fn named(text: &str) -> Fields {
    let mut fields = Fields::new();
    let mut schema = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## `") {
            schema = heading.trim_end_matches('`').to_owned();
        } else if let Some((cell, _)) = line.strip_prefix("| `").and_then(|rest| rest.split_once("` |")) {
            let named = fields.entry(schema.clone()).or_default();
            for field in cell.split("`, `").flat_map(expanded) {
                assert!(named.insert(field.clone()), "{schema}: {field} is there twice");
            }
        }
    }
    fields
}

fn expanded(field: &str) -> Vec<String> {
    let Some((before, rest)) = field.split_once('{') else { return vec![field.to_owned()] };
    let (inside, after) = rest.split_once('}').unwrap();
    inside.split(',').flat_map(|part| expanded(&format!("{before}{part}{after}"))).collect()
}

/// The fields of a document, but for the schema: members of members are dotted, those of a list stand behind `[]`.
fn walk(value: &Value, path: &str, fields: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "schema") {
                walk(value, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, fields);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            values.iter().for_each(|value| walk(value, &format!("{path}[]"), fields));
        }
        Value::Array(_) => {}
        _ => {
            fields.insert(path.to_owned());
        }
    }
}

/// What the verbs print, for the commands of the page's block `text`.
fn printed(text: &str) -> Fields {
    let folder = tempfile::tempdir().unwrap();
    let block = text.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let mut fields = Fields::new();
    for command in block.lines() {
        let done = shell(folder.path(), command);
        let Ok(document) = serde_json::from_slice::<Value>(&done.stdout) else {
            assert!(done.status.success() && done.stdout.is_empty(), "{command}");
            continue;
        };
        let schema = document["schema"].as_str().expect("every document names its schema").to_owned();
        walk(&document, "", fields.entry(schema).or_default());
    }
    fields
}

#[test]
fn the_page_names_every_field_and_no_other() {
    let text = page("reference/json.md").text;
    let (named, printed) = (named(&text), printed(&text));
    assert_eq!(printed.len(), 15, "{:?}", printed.keys());
    let all: BTreeSet<&String> = named.keys().chain(printed.keys()).collect();
    let none = BTreeSet::new();
    for schema in all {
        let (named, printed) = (named.get(schema).unwrap_or(&none), printed.get(schema).unwrap_or(&none));
        // An object that does not exist is null, under its own name.
        let stands_for = |field: &str| named.iter().any(|name| name.starts_with(&format!("{field}.")));
        let missing: Vec<_> = printed.difference(named).filter(|field| !stands_for(field)).collect();
        let stale: Vec<_> = named.difference(printed).collect();
        assert!(missing.is_empty() && stale.is_empty(), "{schema}: not on the page {missing:?}, only there {stale:?}");
    }
}

#[test]
fn the_page_of_a_report_names_every_column() {
    let (named, folder) = (named(&page("reference/report.md").text), tempfile::tempdir().unwrap());
    let report = "betadrift report data/formats/events.csv --column segment=edge --out report";
    assert!(shell(folder.path(), report).status.success());
    let tables = ["daily.csv", "edges.csv", "edge_days.csv", "segments.csv", "segment_days.csv"];
    assert!(tables.iter().all(|table| named.contains_key(*table)));
    for table in tables {
        let mut reader = csv::Reader::from_path(folder.path().join("report").join(table)).unwrap();
        let columns: BTreeSet<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(named[table], columns, "{table}");
    }
}

#[test]
fn a_field_that_is_not_named_is_seen() {
    let named = named("## `x/1`\n| field | |\n| `a.{b,c}`, `d[].e` | |\n");
    assert_eq!(named["x/1"], BTreeSet::from(["a.b", "a.c", "d[].e"].map(str::to_owned)));
    let mut fields = BTreeSet::new();
    walk(&serde_json::json!({"schema": "x/1", "a": {"b": 1}, "d": [{"e": null}, {"f": 2}]}), "", &mut fields);
    assert_eq!(fields, BTreeSet::from(["a.b", "d[].e", "d[].f"].map(str::to_owned)));
}
