//! Every command of the book is run, and prints what the book shows.
//!
//! In a block `console` a line `$ …` is a command, lines `> …` below it go on with it, and what follows is what it prints, on
//! either stream. A line `…` stands for lines left out. A block `sh` is run whole, and must succeed. The blocks of a page
//! run one after another in an empty folder beside `data/` and `simulations/`. A command that fails is followed by
//! `$ echo $?`. With the environment variable BETADRIFT_WRITE_BOOK what is printed is written into the pages instead.

use std::fs;
use std::path::Path;
use std::thread;

use super::{Page, SOURCE, pages, shell};

const LEFT_OUT: &str = "…";

/// Something that is run.
struct Step {
    script: String,
    /// The lines of the page that show what it prints; none for a block `sh`.
    shown: Option<std::ops::Range<usize>>,
}

/// What running it gave.
struct Outcome {
    printed: Vec<String>,
    status: i32,
}

fn steps(page: &Page) -> Vec<Step> {
    let (mut steps, mut block): (Vec<Step>, Option<&str>) = (Vec::new(), None);
    for (at, line) in page.text.lines().enumerate() {
        match (block, line.strip_prefix("```")) {
            (None, Some(info)) => {
                block = Some(info);
                if info == "sh" {
                    steps.push(Step { script: String::new(), shown: None });
                }
            }
            (Some(_), Some("")) => block = None,
            (Some("sh"), _) => steps.last_mut().unwrap().script += &format!("{line}\n"),
            (Some("console"), _) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => {
                    steps.push(Step { script: format!("{command}\n"), shown: Some(at + 1..at + 1) });
                }
                (None, Some(Step { script, shown: Some(shown) })) => match line.strip_prefix("> ") {
                    Some(more) if shown.start == shown.end => {
                        *script += &format!("{more}\n");
                        *shown = at + 1..at + 1;
                    }
                    _ => shown.end = at + 1,
                },
                _ => panic!("{}:{}: a block `console` begins with a command", page.path, at + 1),
            },
            _ => {}
        }
    }
    steps
}

/// Runs the steps in one shell, so that each sees what those before it left behind.
fn run(steps: &[Step]) -> Vec<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let ends = "exec 2>&1\nmark() { status=$?; printf '\\001%d\\n' $status; return $status; }\n";
    let script: String = steps.iter().map(|step| format!("{}mark\n", step.script)).collect();
    let printed = String::from_utf8(shell(folder.path(), &format!("{ends}{script}")).stdout).unwrap();
    let mut outcomes = Vec::new();
    let mut rest = printed.as_str();
    while let Some((printed, after)) = rest.split_once('\u{1}') {
        let (status, next) = after.split_once('\n').unwrap();
        let printed = printed.lines().map(|line| line.trim_end().to_owned()).collect();
        outcomes.push(Outcome { printed, status: status.parse().unwrap() });
        rest = next;
    }
    assert_eq!(outcomes.len(), steps.len(), "{printed}");
    outcomes
}

/// Whether what is shown stands for what was printed.
fn matches<S: AsRef<str>>(shown: &[&str], printed: &[S]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&LEFT_OUT, rest)) => (1..=printed.len()).any(|from| matches(rest, &printed[from..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, left)| line.trim_end() == first.as_ref() && matches(rest, left))
        }
    }
}

/// What is wrong with the commands of a page, and how many there are.
fn faults(page: &Page) -> (Vec<String>, usize) {
    let steps = steps(page);
    let (outcomes, lines): (Vec<Outcome>, Vec<&str>) = (run(&steps), page.text.lines().collect());
    let mut faults = Vec::new();
    for (at, (step, Outcome { printed, status })) in steps.iter().zip(&outcomes).enumerate() {
        let place = format!("{}: {}", page.path, step.script.trim_end());
        let asks_for_status = steps.get(at + 1).is_some_and(|next| next.script.starts_with("echo $?"));
        if *status != 0 && !asks_for_status {
            faults.push(format!("{place}\nexits with {status}:\n{}", printed.join("\n")));
        }
        if step.shown.clone().is_some_and(|shown| !matches(&lines[shown], printed)) {
            faults.push(format!("{place}\nprints:\n{}", printed.join("\n")));
        }
    }
    (faults, steps.len())
}

/// Writes into a page what its commands print, where it shows something else.
fn write(page: &Page) {
    let steps = steps(page);
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    // From the end, so that places further up stay where they are.
    for (step, outcome) in steps.iter().zip(run(&steps)).rev() {
        let Some(shown) = step.shown.clone() else { continue };
        let now: Vec<&str> = lines[shown.clone()].iter().map(String::as_str).collect();
        if !matches(&now, &outcome.printed) {
            lines.splice(shown, outcome.printed);
        }
    }
    fs::write(Path::new(SOURCE).join(&page.path), lines.join("\n") + "\n").unwrap();
}

#[test]
fn every_command_prints_what_the_book_shows() {
    let pages = pages();
    if std::env::var_os("BETADRIFT_WRITE_BOOK").is_some() {
        pages.iter().for_each(write);
        return;
    }
    let found: Vec<(Vec<String>, usize)> = thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|page| scope.spawn(|| faults(page))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let faults: Vec<String> = found.iter().flat_map(|(faults, _)| faults.clone()).collect();
    assert!(faults.is_empty(), "{}\nBETADRIFT_WRITE_BOOK=1 writes what is printed", faults.join("\n\n"));
    let steps: usize = found.iter().map(|(_, steps)| steps).sum();
    assert!(steps > 60, "{steps}");
}

#[test]
fn a_page_that_shows_something_else_is_seen() {
    let page = |text: &str| Page { path: "x.md".to_owned(), text: text.to_owned() };
    let faults = |text: &str| faults(&page(text)).0.len();
    assert_eq!(faults("```console\n$ printf 'a\\nb\\nc\\n'\na\n…\n```\n"), 0);
    assert_eq!(faults("```console\n$ cat <<END\n> a\n> END\na\n$ false\n$ echo $?\n1\n```\n"), 0);
    assert_eq!(faults("```console\n$ echo a\nb\n```\n"), 1);
    assert_eq!(faults("```console\n$ echo a\na\n…\n```\n"), 1, "nothing is left out");
    assert_eq!(faults("```console\n$ false\n```\n"), 1, "a failure is shown");
    assert_eq!(faults("```sh\nmkdir x\nfalse\n```\n"), 1);
    assert_eq!(faults("```console\n$ betadrift beta 0,1\n```\n"), 2, "what goes wrong is shown");
}
