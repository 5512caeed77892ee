//! Every link and picture of the book leads somewhere, and nothing is loaded from elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use betadrift::report::FIGURES;

use super::{Page, SOURCE, page, pages};

/// The lines of a page outside code blocks, without code spans.
fn prose(text: &str) -> Vec<String> {
    let mut code = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    });
    lines.map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join("·")).collect()
}

/// The targets of links and pictures; `true` for pictures.
fn targets(text: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    for line in prose(text) {
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once("](") {
            let (target, next) = after.split_once(')').expect("a link ends on its line");
            let picture = before.rfind('[').is_some_and(|at| before[..at].ends_with('!'));
            found.push((picture, target.to_owned()));
            rest = next;
        }
    }
    found
}

/// The places of a page that links may lead to, named as mdBook names them.
fn places(text: &str) -> BTreeSet<String> {
    let (mut code, mut places) = (false, BTreeSet::new());
    for line in text.lines() {
        code ^= line.starts_with("```");
        let Some(heading) = line.strip_prefix('#').filter(|_| !code) else { continue };
        let heading = heading.trim_start_matches('#').trim();
        let place = match heading.split_once("{#") {
            Some((_, place)) => place.trim_end_matches('}').to_owned(),
            None => {
                let kept =
                    heading.chars().filter(|c| c.is_alphanumeric() || *c == '_' || *c == '-' || c.is_whitespace());
                kept.map(|c| if c.is_whitespace() { '-' } else { c }).collect::<String>().to_lowercase()
            }
        };
        assert!(places.insert(place), "two places of one name: {heading}");
    }
    places
}

/// Why a target leads nowhere.
fn fault(from: &Page, picture: bool, target: &str) -> Option<String> {
    let wrong = |why: &str| Some(format!("{}: {target}: {why}", from.path));
    if target.contains("://") {
        return if picture || !target.starts_with("https://") { wrong("is elsewhere") } else { None };
    }
    let (file, place) = target.split_once('#').unwrap_or((target, ""));
    let lacks = |text: &str| !place.is_empty() && !places(text).contains(place);
    if file.is_empty() {
        return if lacks(&from.text) { wrong("has no such place") } else { None };
    }
    let path = Path::new(SOURCE).join(&from.path).parent().unwrap().join(file);
    if !path.is_file() {
        return wrong("is not there");
    }
    let inside = path.canonicalize().unwrap().starts_with(Path::new(SOURCE).canonicalize().unwrap());
    if !inside && !picture {
        return wrong("is outside the book");
    }
    if !picture && lacks(&fs::read_to_string(&path).unwrap()) { wrong("has no such place") } else { None }
}

fn faults(page: &Page) -> Vec<String> {
    let loads = ["<img", "<script", "<link", "<iframe"].into_iter().filter(|tag| page.text.contains(tag));
    let loads = loads.map(|tag| format!("{}: {tag}", page.path));
    targets(&page.text).iter().filter_map(|(picture, target)| fault(page, *picture, target)).chain(loads).collect()
}

#[test]
fn every_link_and_picture_leads_somewhere() {
    let pages = pages();
    let links: usize = pages.iter().map(|page| targets(&page.text).len()).sum();
    assert!(links > 100, "{links}");
    assert_eq!(pages.iter().flat_map(faults).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let mut listed: Vec<String> = targets(&page("SUMMARY.md").text).into_iter().map(|(_, target)| target).collect();
    listed.sort();
    assert_eq!(listed, pages().into_iter().map(|page| page.path).collect::<Vec<_>>());
}

#[test]
fn every_figure_has_a_section_with_its_picture() {
    let figures = page("how-to/figures.md");
    let pictures: Vec<String> =
        targets(&figures.text).into_iter().filter_map(|(picture, to)| picture.then_some(to)).collect();
    for figure in &FIGURES {
        assert!(places(&figures.text).contains(figure.name), "{}", figure.name);
        assert!(figures.text.contains(figure.title), "{}", figure.title);
    }
    let drawn = fs::read_dir("plots").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in drawn.filter(|name| name.ends_with(".png")) {
        assert!(pictures.contains(&format!("../plots/{name}")), "{name}");
    }
}

#[test]
fn a_dead_link_is_seen() {
    let of = |text: &str| faults(&Page { path: "how-to/x.md".to_owned(), text: text.to_owned() }).len();
    assert_eq!(of("# A\n[a](../pitfalls.md) [b](#a) ![c](../plots/posterior.png) `[d](e)`"), 0);
    assert_eq!(of("[a](pitfalls.md)"), 1);
    assert_eq!(of("# A\n[b](#b)"), 1);
    assert_eq!(of("![c](https://example.org/c.png)"), 1);
    assert_eq!(of("[c](../../../README.md)"), 1);
    assert_eq!(of("<script src=\"c.js\">"), 1);
}
