//! Protects what stands on a terminal: a summary as wide as the screen, in colour unless that is not wanted; and that what is
//! piped is the plain table.
#![cfg(all(target_os = "linux", feature = "cli"))]

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// What a run of the program prints to standard output, a terminal of so many columns.
fn on_terminal(columns: u16, args: &[&str], environment: &[(&str, &str)]) -> String {
    let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&main).unwrap();
    unlockpt(&main).unwrap();
    tcsetwinsize(&main, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&main, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(Path::new(name.to_str().unwrap())).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
    command.args(args).env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE").env("TERM", "xterm");
    command.envs(environment.iter().copied()).stdin(Stdio::null()).stderr(Stdio::null()).stdout(terminal);
    let mut child = command.spawn().unwrap();
    // The command holds the terminal open, and with it the end of what is read.
    drop(command);
    let mut printed = Vec::new();
    let mut reader = File::from(main);
    let mut block = [0; 4096];
    // A terminal that nobody holds any more ends with an error.
    while let Ok(count @ 1..) = reader.read(&mut block) {
        printed.extend_from_slice(&block[..count]);
    }
    assert!(child.wait().unwrap().success());
    String::from_utf8(printed).unwrap().replace("\r\n", "\n")
}

fn piped(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_betadrift")).args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const CONVERGENCE: [&str; 2] = ["convergence", "data/counts.csv"];

#[test]
fn a_summary_fits_its_screen() {
    for columns in [60, 80, 120, 160] {
        let said = on_terminal(columns, &CONVERGENCE, &[("NO_COLOR", "1")]);
        println!("{said}");
        assert!(said.lines().all(|line| line.chars().count() <= columns.into()), "{columns}:\n{said}");
        for part in ["P(best)", "value remaining", "docs/faq", "●", "█", "(ε "] {
            assert!(said.contains(part), "{columns}: {part}\n{said}");
        }
        assert_eq!(said.contains("pulls\n"), columns >= 104, "{said}");
    }
    // Narrower than can be read, it is as wide as can be.
    assert!(on_terminal(10, &CONVERGENCE, &[("NO_COLOR", "1")]).contains("docs/faq"));
}

#[test]
fn colour_is_left_out_where_it_is_not_wanted() {
    let colored = on_terminal(80, &CONVERGENCE, &[]);
    assert!(colored.contains("\u{1b}["), "{colored}");
    let plain = on_terminal(80, &CONVERGENCE, &[("NO_COLOR", "1")]);
    assert!(!plain.contains('\u{1b}') && !on_terminal(80, &CONVERGENCE, &[("TERM", "dumb")]).contains('\u{1b}'));
    // The colours are all that they differ in.
    let mut rest = String::new();
    for (at, part) in colored.split('\u{1b}').enumerate() {
        rest += if at == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert_eq!(rest, plain);
}

#[test]
fn what_is_piped_or_asked_for_is_the_table() {
    let table = piped(&CONVERGENCE);
    assert!(table.lines().count() == 31 && !table.contains('●'), "{table}");
    for more in [&["--quiet"][..], &["--format", "table"]] {
        assert_eq!(on_terminal(80, &[&CONVERGENCE, more].concat(), &[]), table, "{more:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report").to_str().unwrap().to_owned();
    let report = ["report", "data/counts.csv", "--scale", "0.25", "--out", &out];
    let line = piped(&report);
    assert_eq!(line.lines().count(), 1);
    let summary = on_terminal(80, &report, &[("NO_COLOR", "")]);
    assert!(summary.contains('●') && summary.contains("value remaining"), "{summary}");
}
