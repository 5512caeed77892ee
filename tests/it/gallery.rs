//! Protects the gallery: the pictures in `plots/` are those that the program draws of `data/` and of the scenarios.
#![cfg(feature = "png")]

use std::fs;
use std::path::Path;

use betadrift::report::png;

/// Half a pixel: coordinates come from logarithms, whose last digits may differ between platforms.
const TOLERANCE: f64 = 0.5;

/// Whether two drawings are the same but for coordinates within the tolerance.
fn same_drawing(a: &str, b: &str) -> bool {
    let is_number = |c: &u8| c.is_ascii_digit() || matches!(c, b'.' | b'-');
    let words = |text: &str| -> Vec<String> {
        let runs = text.as_bytes().chunk_by(|a, b| is_number(a) == is_number(b));
        runs.map(|run| String::from_utf8_lossy(run).into_owned()).collect()
    };
    let (a, b) = (words(a), words(b));
    let same = |(a, b): (&String, &String)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= TOLERANCE,
        _ => a == b,
    };
    a.len() == b.len() && a.iter().zip(&b).all(same)
}

#[test]
#[cfg(feature = "cli")]
fn the_gallery_shows_what_the_program_draws() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_betadrift"));
    let done = program.args(["report", "data/feedback.csv", "--quiet", "--out"]).arg(&report).output().unwrap();
    assert!(done.status.success());
    let mut figures = 0;
    for path in fs::read_dir(&report).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap();
        let shown = Path::new("plots").join(name);
        if path.extension().is_some_and(|ending| ending == "svg") {
            let (drawn, shown) = (fs::read_to_string(&path).unwrap(), fs::read_to_string(shown).unwrap());
            assert!(same_drawing(&drawn, &shown), "plots/{} is out of date; remake the gallery", name.display());
            figures += 1;
        }
    }
    assert_eq!(figures, 16);
}

/// Runs the commands that the page for contributors gives for them.
#[test]
#[cfg(feature = "cli")]
fn the_gallery_shows_what_the_program_draws_of_scenarios() {
    let page = fs::read_to_string("docs/src/contributing.md").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let commands = page.lines().filter_map(|line| line.strip_prefix("betadrift plot ")?.strip_suffix(".svg"));
    let commands: Vec<Vec<&str>> = commands.map(|command| command.split(' ').collect()).collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        let [figure, scenario, "--out", picture] = command[..] else { panic!("{command:?}") };
        let drawn = folder.path().join("drawn.svg");
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_betadrift"));
        let done = program.args(["plot", figure, scenario, "--quiet", "--out"]).arg(&drawn).status().unwrap();
        assert!(done.success(), "{command:?}");
        let (drawn, shown) =
            (fs::read_to_string(drawn).unwrap(), fs::read_to_string(format!("{picture}.svg")).unwrap());
        assert!(same_drawing(&drawn, &shown), "{picture}.svg is out of date; remake the gallery");
    }
}

#[test]
#[cfg(feature = "cli")]
fn the_gallery_shows_what_the_program_draws_of_a_comparison() {
    let page = fs::read_to_string("docs/src/contributing.md").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [baseline, drawn] = ["first-half.json", "changes.svg"].map(|name| folder.path().join(name));
    let commands: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("betadrift compare ")).collect();
    assert_eq!(commands.len(), 3);
    for command in &commands[..2] {
        let words = command.split(' ').map(|word| match word {
            "first-half.json" => baseline.as_os_str(),
            "plots/changes.svg" => drawn.as_os_str(),
            word => word.as_ref(),
        });
        let done =
            std::process::Command::new(env!("CARGO_BIN_EXE_betadrift")).arg("compare").args(words).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    }
    let (drawn, shown) = (fs::read_to_string(drawn).unwrap(), fs::read_to_string("plots/changes.svg").unwrap());
    assert!(same_drawing(&drawn, &shown), "plots/changes.svg is out of date; remake the gallery");
}

#[test]
fn every_png_of_the_gallery_is_its_svg() {
    let svgs = fs::read_dir("plots").unwrap().map(|entry| entry.unwrap().path());
    let svgs: Vec<_> = svgs.filter(|path| path.extension().is_some_and(|ending| ending == "svg")).collect();
    assert_eq!(svgs.len(), 21);
    for path in svgs {
        let picture = png(&fs::read_to_string(&path).unwrap(), 2.0).unwrap();
        assert!(picture == fs::read(path.with_extension("png")).unwrap(), "{} differs from its SVG", path.display());
    }
}

#[test]
fn a_moved_line_is_seen() {
    assert!(
        same_drawing("<path d=\"M1.0 2.0\"/>", "<path d=\"M1.1 2.0\"/>")
            && !same_drawing("<a x=\"1\"/>", "<a x=\"3\"/>")
    );
}
