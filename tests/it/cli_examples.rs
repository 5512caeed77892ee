//! Protects the examples of the help: each works as it is pasted in the root of the repository.
#![cfg(all(unix, feature = "cli", feature = "compression"))]

use std::path::Path;
use std::process::Command;

#[test]
fn the_examples_of_the_help_work_in_the_root_of_the_repository() {
    let (program, root) = (Path::new(env!("CARGO_BIN_EXE_betadrift")), Path::new(env!("CARGO_MANIFEST_DIR")));
    let folder = tempfile::tempdir().unwrap();
    for shared in ["data", "simulations"] {
        std::os::unix::fs::symlink(root.join(shared), folder.path().join(shared)).unwrap();
    }
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    for verb in [
        "beta",
        "calibrate",
        "compare",
        "completions",
        "convergence",
        "evaluate",
        "drift",
        "import",
        "inspect",
        "man",
        "merge",
        "observe",
        "plot",
        "rank",
        "replay",
        "report",
        "select",
        "simulate",
        "tune",
        "widget",
    ] {
        let help = Command::new(program).args([verb, "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let (_, examples) = help.split_once("Examples:").unwrap();
        let examples: Vec<&str> = examples.lines().filter(|line| line.starts_with("  betadrift ")).collect();
        assert!(!examples.is_empty(), "{verb}");
        for example in examples {
            let run =
                Command::new("sh").args(["-c", example]).env("PATH", &path).current_dir(&folder).output().unwrap();
            assert!(run.status.success(), "{example}: {}", String::from_utf8_lossy(&run.stderr));
        }
    }
}
