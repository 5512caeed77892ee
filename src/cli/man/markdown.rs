//! The manual as Markdown: a page a verb, and one of the options that several verbs share.

use clap::{Arg, Command};

/// So many verbs must have an option, word for word, before it stands on the page of shared options.
const SHARED: usize = 3;

/// The page of shared options.
const OPTIONS: &str = "options.md";

/// An argument of a verb.
#[derive(Clone, PartialEq)]
struct Entry {
    /// The heading that it stands under in the help.
    group: String,
    /// How it is written, as in `-o, --output <FILE>`.
    usage: String,
    /// The name of its place on a page.
    place: String,
    text: String,
}

/// The pages, each with the name of its file.
pub(super) fn pages(command: &Command) -> Vec<(String, String)> {
    let verbs: Vec<(&Command, Vec<Entry>)> =
        command.get_subcommands().map(|verb| (verb, verb.get_arguments().map(entry).collect())).collect();
    let mut shared: Vec<Entry> = Vec::new();
    for entry in verbs.iter().flat_map(|(_, entries)| entries) {
        let users = verbs.iter().filter(|(_, entries)| entries.contains(entry)).count();
        if users >= SHARED && !shared.contains(entry) {
            shared.push(entry.clone());
        }
    }
    let own = verbs.iter().map(|(verb, entries)| (format!("{}.md", verb.get_name()), page(verb, entries, &shared)));
    own.chain([(OPTIONS.to_owned(), options(&shared))]).collect()
}

/// The page of a verb.
fn page(verb: &Command, entries: &[Entry], shared: &[Entry]) -> String {
    let (common, own): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| shared.contains(entry));
    let about = verb.get_long_about().or(verb.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = verb.clone().render_usage().to_string();
    let mut page =
        format!("# betadrift {}\n\n{}\n\n```text\n{}\n```\n", verb.get_name(), escaped(&about), usage.trim());
    sections(&mut page, &own);
    if !common.is_empty() {
        page += "\n## Shared with other verbs\n";
    }
    for (group, entries) in groups(&common) {
        let links = entries.iter().map(|entry| format!("[`{}`]({OPTIONS}#{})", name(&entry.usage), entry.place));
        page += &format!("\n- {group}: {}", links.collect::<Vec<_>>().join(" · "));
    }
    let examples = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
    if let Some((_, lines)) = examples.split_once("Examples:\n") {
        let lines: Vec<&str> = lines.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        page += &format!("\n\n## Examples\n\n```text\n{}\n```", lines.join("\n"));
    }
    page.trim_end().to_owned() + "\n"
}

/// The page of the shared options.
fn options(shared: &[Entry]) -> String {
    let mut page = "# Options that verbs share\n".to_owned();
    sections(&mut page, &shared.iter().collect::<Vec<_>>());
    page
}

fn sections(page: &mut String, entries: &[&Entry]) {
    for (group, entries) in groups(entries) {
        *page += &format!("\n## {group}\n");
        for Entry { usage, place, text, .. } in entries {
            *page += &format!("\n### `{usage}` {{#{place}}}\n\n{text}\n");
        }
    }
}

/// The entries by heading, in the order in which headings first come.
fn groups<'a>(entries: &[&'a Entry]) -> Vec<(&'a str, Vec<&'a Entry>)> {
    let mut groups: Vec<(&str, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        match groups.iter_mut().find(|(group, _)| *group == entry.group) {
            Some((_, members)) => members.push(entry),
            None => groups.push((&entry.group, vec![entry])),
        }
    }
    groups
}

fn entry(arg: &Arg) -> Entry {
    let default_group = if arg.is_positional() { "Arguments" } else { "Options" };
    let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut text = escaped(&help);
    if arg.get_action().takes_values() {
        let values = arg.get_possible_values();
        for value in values.iter().filter(|value| !value.is_hide_set()) {
            let help = value.get_help().map(|help| format!(": {}", escaped(&help.to_string()))).unwrap_or_default();
            text += &format!("\n- `{}`{help}", value.get_name());
        }
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() {
            text += &format!("\n\nDefault: `{}`", defaults.join(" "));
        }
    }
    Entry {
        group: arg.get_help_heading().unwrap_or(default_group).to_owned(),
        usage: format!("{short}{arg}"),
        place: arg.get_id().as_str().replace('_', "-"),
        text,
    }
}

/// The name of an option in its usage: `--output` in `-o, --output <FILE>`.
fn name(usage: &str) -> &str {
    usage.split_whitespace().find(|word| word.starts_with("--")).unwrap_or(usage)
}

/// Text in which nothing outside backticks means anything to Markdown.
fn escaped(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_").replace('|', "\\|"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}
