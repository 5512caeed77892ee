//! Protects what the shell is told of the program: completions that shells can read, and manual pages that say what the
//! help says.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

fn betadrift(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_betadrift")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The verbs, as the help lists them.
fn verbs() -> BTreeSet<String> {
    let help = betadrift(&["--help"]).1;
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let lines = listed.lines().take_while(|line| line.starts_with("  "));
    // Lines that go on with what a verb does begin further in.
    let first = lines.filter(|line| !line.starts_with("   "));
    let names = first.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    let verbs: BTreeSet<String> = names.filter(|name| name != "help").collect();
    assert!(verbs.len() >= 9 && verbs.contains("rank"), "{verbs:?}");
    verbs
}

#[test]
fn completions_of_every_shell_know_every_verb_and_flag() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, _) = betadrift(&["completions", shell]);
        assert_eq!(code, 0);
        for word in verbs().iter().map(String::as_str).chain(["half-life", "prior", "fail-unsettled"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let (code, script, message) = betadrift(&["completions", "tcsh"]);
    assert!(code == 2 && script.is_empty() && message.contains("bash, elvish, fish, powershell, zsh"), "{message}");
}

#[test]
fn bash_reads_its_completions_and_offers_verbs_and_values() {
    let script = betadrift(&["completions", "bash"]).1;
    assert!(script.contains("complete -F _betadrift") && script.trim_end().ends_with("fi"), "{script}");
    // Where there is no bash, the lines above have looked at what it would read.
    let Ok(mut bash) = Command::new("bash").args(["--norc"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        return;
    };
    let ask = "COMP_WORDS=(betadrift ra); COMP_CWORD=1; _betadrift betadrift ra betadrift; echo \"${COMPREPLY[@]}\"\n\
               COMP_WORDS=(betadrift rank --format ''); COMP_CWORD=3; _betadrift betadrift '' --format; \
               echo \"${COMPREPLY[@]}\"\n";
    std::io::Write::write_all(&mut bash.stdin.take().unwrap(), format!("{script}\n{ask}").as_bytes()).unwrap();
    let answer = bash.wait_with_output().unwrap();
    assert!(answer.status.success());
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), "rank\ntable json csv\n");
}

#[test]
fn a_manual_page_says_what_the_help_says() {
    let (code, page, _) = betadrift(&["man", "rank"]);
    assert_eq!(code, 0);
    for part in [
        ".TH betadrift-rank 1",
        ".SH NAME\nbetadrift\\-rank \\- Rank posteriors",
        ".SH SYNOPSIS\n\\fBbetadrift rank\\fR",
        "How many edges the table shows",
        ".SH EXAMPLES\n.nf\nbetadrift rank data/posteriors.csv\n",
    ] {
        assert!(page.contains(part), "{part:?} in {page}");
    }
    let page = betadrift(&["man"]).1;
    for verb in verbs() {
        assert!(page.contains(&format!("betadrift\\-{verb}(1)")), "{verb}: {page}");
    }
    assert!(!page.contains("betadrift\\-help"), "{page}");
}

#[test]
fn all_pages_go_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("share/man1");
    let (code, data, message) = betadrift(&["man", "--out", place.to_str().unwrap()]);
    assert!(code == 0 && data.is_empty() && message.contains("pages in "), "{message}");
    let names = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.collect();
    let expected = verbs().iter().map(|verb| format!("betadrift-{verb}.1")).chain(["betadrift.1".to_owned()]).collect();
    assert_eq!(names, expected);
    for name in &names {
        let page = fs::read_to_string(place.join(name)).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    assert_eq!(fs::read_to_string(place.join("betadrift-rank.1")).unwrap(), betadrift(&["man", "rank"]).1);
}

#[test]
fn what_is_no_verb_has_no_page() {
    let (code, page, message) = betadrift(&["man", "sing"]);
    assert!(code == 2 && page.is_empty() && message.contains("there is no verb `sing`; there are"), "{message}");
    assert_eq!(betadrift(&["man", "rank", "--out", "x"]).0, 2);
}
