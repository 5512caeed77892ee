//! Protects `report.html`: every section in its order, the numbers of `report.json`, text that stays text whatever an edge is
//! called, nothing from elsewhere, and a size that a phone can hold.
#![cfg(feature = "cli")]

use std::fmt::Write;
use std::fs;
use std::process::Command;

use betadrift::report::font::{Type, Weight};
use serde_json::Value;
use tempfile::TempDir;

const SECTIONS: [&str; 16] = [
    "verdict",
    "numbers",
    "allocation",
    "best",
    "posterior",
    "edges",
    "intervals",
    "steps",
    "regret",
    "calibration",
    "prior",
    "drift",
    "quality",
    "limits",
    "widget",
    "appendix",
];

/// A report and the folder it stands in.
struct Report {
    folder: TempDir,
    page: String,
    json: Value,
}

impl Report {
    /// Of a log with that name and these contents.
    fn of(name: &str, log: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), log).unwrap();
        let arguments = ["report", name, "--out", "out", "--scale", "0.25"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_betadrift"));
        let output = command.current_dir(folder.path()).args(arguments).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        let (page, json) = (read("report.html"), serde_json::from_str(&read("report.json")).unwrap());
        Self { folder, page, json }
    }

    /// The rows of the body of a table.
    fn rows(&self, table: &str) -> Vec<&str> {
        let (_, rest) = self.page.split_once(&format!("<table id=\"{table}\"")).unwrap();
        let (body, _) = rest.split_once("<tbody>\n").unwrap().1.split_once("</tbody>").unwrap();
        body.lines().collect()
    }
}

/// The numbers that a row has with all their digits, in order.
fn numbers(row: &str) -> Vec<f64> {
    let starts = row.match_indices("data-v=\"").chain(row.match_indices("data-upper=\""));
    let mut starts: Vec<usize> = starts.map(|(at, name)| at + name.len()).collect();
    starts.sort_unstable();
    starts.into_iter().map(|at| row[at..].split_once('"').unwrap().0.parse().unwrap()).collect()
}

/// The same numbers, but for the last digit, which reading them from JSON may change.
fn assert_same(got: &[f64], expected: &[f64], what: &str) {
    let same = |(got, expected): (&f64, &f64)| (got - expected).abs() <= 4e-16 * expected.abs();
    assert!(got.len() == expected.len() && got.iter().zip(expected).all(same), "{what}: {got:?}, not {expected:?}");
}

/// Edges with rates that fall with their number, on some days.
fn counts(edges: u32, days: u32) -> String {
    let mut log = "day,edge,successes,failures\n".to_owned();
    for day in 1..=days {
        for edge in 0..edges {
            let successes = (edge * 7 + day * 3) % 11 + (edges - edge) / 40;
            writeln!(log, "2026-01-{day:02},docs/section-{edge},{successes},{}", 13 + (edge + day) % 17).unwrap();
        }
    }
    log
}

#[test]
fn every_section_and_every_figure_stands_in_its_place() {
    let report = Report::of("counts.csv", &counts(8, 12), &[]);
    let at: Vec<usize> =
        SECTIONS.iter().map(|id| report.page.find(&format!(" id=\"{id}\" aria-labelledby")).expect(id)).collect();
    assert!(at.is_sorted(), "{at:?}");
    for section in &SECTIONS[2..] {
        assert!(report.page.contains(&format!("<a href=\"#{section}\">")), "{section}");
    }
    let files = fs::read_dir(report.folder.path().join("out")).unwrap();
    let names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let figures: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".svg")).collect();
    assert!(figures.len() >= 15, "{figures:?}");
    for figure in figures {
        assert_eq!(
            report.page.matches(&format!("<figure class=\"plot\" id=\"figure-{figure}\"")).count(),
            1,
            "{figure}"
        );
    }
    for file in report.page.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
        let known = file.starts_with('#') || file == "data:," || names.iter().any(|name| name == file);
        assert!(known, "a link to {file}, which is not there");
    }
}

#[test]
fn the_verdict_is_that_of_the_json_and_of_the_words() {
    let report = Report::of("counts.csv", &counts(8, 12), &[]);
    let verdict = &report.json["verdict"];
    let state = verdict["state"].as_str().unwrap();
    assert!(report.page.contains(&format!("<span class=\"badge\">{state}</span>")));
    assert!(report.page.contains(&format!("<p>Under the given prior, Beta(1, 1): {state}")));
    assert!(
        report
            .page
            .contains("on the last 3 days in a row the value remaining is within ε, 0.0200 of the leader’s mean")
    );
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert!(report.page.contains(&format!("By this rule: {}.", escape(verdict["reason"].as_str().unwrap()))));
    let words = fs::read_to_string(report.folder.path().join("out/verdict.md")).unwrap();
    let (_, advice) = words.split_once("## What to do next\n\n").unwrap();
    let first = advice.split(['`', '.', ';']).next().unwrap();
    assert!(report.page.contains(&format!("<p class=\"advice\">{first}")), "{first}");
    for sentence in words.lines().filter_map(|line| line.strip_prefix("- ")).filter(|line| !line.contains(['`', '*'])) {
        assert!(report.page.contains(&escape(sentence)), "{sentence}");
    }
}

#[test]
fn the_numbers_of_the_tables_are_those_of_the_json() {
    let report = Report::of("counts.csv", &counts(8, 12), &[]);
    let rows = report.rows("edges-table");
    assert_eq!(rows.len(), 8);
    let mut last = f64::INFINITY;
    for row in rows {
        let name = row.split_once("<bdi>").unwrap().1.split_once("</bdi>").unwrap().0;
        let edges = report.json["edges"].as_array().unwrap();
        let edge = edges.iter().find(|edge| edge["edge"] == name).unwrap();
        let expected =
            ["p_best", "mean", "lower", "upper", "pulls", "expected_loss"].map(|key| edge[key].as_f64().unwrap());
        assert_same(&numbers(row), &expected, name);
        assert!(expected[0] <= last, "{name} stands below what is less probably the best");
        last = expected[0];
    }
    let days = report.json["days"].as_array().unwrap();
    assert_eq!(report.rows("days-table").len(), days.len());
    for (row, day) in report.rows("days-table").iter().zip(days) {
        let mut expected: Vec<f64> =
            ["events", "p_best", "value_remaining", "step_kl_ratio"].map(|key| day[key].as_f64().unwrap()).to_vec();
        expected.push(day["step_kl_ratio_band"]["lower"].as_f64().unwrap());
        assert_same(&numbers(row), &expected, day["day"].as_str().unwrap());
    }
}

#[test]
fn an_edge_may_be_called_anything() {
    let hostile = ["</script><b>bold", "a\"onclick=x", "<!--", "a|b`c*d**e", "\u{202e}turned", "]]>&amp;"];
    let mut log = "day,edge,successes,failures\n".to_owned();
    for (place, name) in hostile.iter().enumerate() {
        writeln!(log, "2026-01-01,\"{}\",{},60", name.replace('"', "\"\""), 60 - 9 * place).unwrap();
    }
    let report = Report::of("counts.csv", &log, &[]);
    let page = &report.page;
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    for broken in ["<b>", "<bdi>a\"", "<!--", "&amp;amp;amp;"] {
        assert!(!page.contains(broken), "{broken}");
    }
    assert!(page.contains("<bdi>&lt;/script&gt;&lt;b&gt;bold</bdi>"));
    assert!(page.contains("<bdi>a|b`c*d**e</bdi>") && page.contains("<bdi>]]&gt;&amp;amp;</bdi>"));
    let (_, state) = page.split_once("id=\"beta-state\">").unwrap();
    let state: Value = serde_json::from_str(state.split_once("</script>").unwrap().0).unwrap();
    let names: Vec<&str> =
        state["edges"].as_array().unwrap().iter().map(|edge| edge["edge"].as_str().unwrap()).collect();
    assert_eq!(names.len(), hostile.len());
    assert!(hostile.iter().all(|name| names.contains(name)), "{names:?}");
}

/// The value of an attribute.
fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    element.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0
}

#[test]
fn every_word_of_a_figure_lies_inside_of_it() {
    let report = Report::of("counts.csv", &counts(40, 12), &[]);
    let mut words = 0;
    for svg in report.page.split("<svg viewBox=").skip(1).map(|rest| rest.split_once("</svg>").unwrap().0) {
        let mut corners =
            svg.split('"').nth(1).unwrap().split(' ').skip(2).map(|number| number.parse::<f64>().unwrap());
        let (width, height) = (corners.next().unwrap(), corners.next().unwrap());
        for text in svg.split("<text").skip(1) {
            let number = |name| attribute(text, name).parse::<f64>().unwrap();
            let weight = if attribute(text, "font-weight") == "600" { Weight::SemiBold } else { Weight::Regular };
            let content = text.split_once('>').unwrap().1.split_once("</text>").unwrap().0;
            let content = content.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let long = Type { size: number("font-size"), weight }.width(&content);
            let left = match attribute(text, "text-anchor") {
                "start" => number("x"),
                "middle" => number("x") - long / 2.0,
                _ => number("x") - long,
            };
            let inside = left >= 0.0 && left + long <= width + 0.5 && (0.0..=height).contains(&number("y"));
            assert!(inside, "{content} of {width} × {height}");
            words += 1;
        }
    }
    assert!(words > 300, "{words}");
}

#[test]
fn a_page_asks_for_nothing() {
    let report = Report::of("counts.csv", &counts(3, 3), &[]);
    let page = report.page.replace("http://www.w3.org/2000/svg", "").replace("url(#beta-clip)", "");
    let page = page.replace("src:url(data:font/woff2", "");
    for other in ["http:", "https:", "src=", "@import", "url(", "//cdn", "<iframe", " style=\"", "<link rel=\"style"] {
        assert!(!page.contains(other), "{other}");
    }
    assert!(page.contains("default-src 'none'; script-src 'sha256-"));
    assert!(!page.contains("unsafe-inline"));
}

#[test]
fn five_hundred_edges_in_thirty_days_are_less_than_a_megabyte_and_a_half() {
    let log = counts(500, 30);
    for more in [&[][..], &["--half-life", "7"]] {
        let report = Report::of("counts.csv", &log, more);
        assert!(report.page.len() < 1_500_000, "{} bytes with {more:?}", report.page.len());
        assert_eq!(report.rows("edges-table").len(), 500);
        assert!(!report.page.contains("id=\"bands-table\""));
    }
}

#[test]
fn of_many_edges_the_first_have_rows_and_the_others_bands() {
    let report = Report::of("counts.csv", &counts(1800, 2), &[]);
    assert_eq!(report.rows("edges-table").len(), 500);
    let bands = report.rows("bands-table");
    let ranks: Vec<&str> =
        bands.iter().map(|row| row.split_once("row\">").unwrap().1.split_once('<').unwrap().0).collect();
    assert_eq!(ranks, ["501 to 1000", "1001 to 1800"]);
    let (_, index) = report.page.split_once("id=\"edges-beyond\">").unwrap();
    let index: Value = serde_json::from_str(index.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(index["names"].as_array().unwrap().len(), 1300);
    assert_eq!((&index["first"], &index["bands"]), (&501.into(), &serde_json::json!([1000, 1800])));
    assert!(report.page.contains("The first 500 of 1800 edges by P(best) have a row"));
}

#[test]
fn a_log_without_feedback_has_a_page_too() {
    let report = Report::of("log.csv", "timestamp,edge,reward\n", &[]);
    for section in SECTIONS {
        assert!(report.page.contains(&format!(" id=\"{section}\" aria-labelledby")), "{section}");
    }
    assert!(report.page.contains("<span class=\"badge\">starved</span>"));
    assert!(report.page.contains("No edge has feedback."));
}

#[test]
fn true_regret_is_called_so_only_where_it_is_known() {
    let world = "runs = 3\ndays = 4\ntrials_per_day = 50\n[environment]\nkind = \"stationary\"\nrates = [0.8, 0.2]\n";
    let simulated = Report::of("world.toml", world, &["--seed", "7"]);
    assert!(simulated.page.contains("The log was simulated, so the true regret is known"));
    assert!(simulated.page.contains("id=\"figure-regret\""));
    assert!(simulated.page.contains("Seed of what is drawn by chance: 7."));
    let log = Report::of("counts.csv", &counts(3, 3), &[]);
    assert!(log.page.contains("Model-based: the true regret is not in a log"));
    assert!(!log.page.contains("id=\"figure-regret\""));
}

#[test]
fn what_is_wrong_with_the_data_is_counted() {
    let log = "timestamp,served_at,edge,reward,event_id\n\
        2026-01-01T01:00:00Z,2026-01-01T00:00:00Z,a,1,1\n\
        2026-01-02T01:00:00Z,2026-01-01T23:00:00Z,a,0,2\n\
        2026-01-02T01:00:00Z,2026-01-01T23:00:00Z,a,0,2\n\
        ,2026-01-02T02:00:00Z,b,,3\n\
        2026-01-02T03:00:00Z,2026-01-02T02:00:00Z,b,often,4\n\
        2026-01-05T03:00:00Z,2026-01-05T02:00:00Z,b,1,5\n";
    let report = Report::of("log.csv", log, &["--on-error", "skip", "--until", "2026-01-03"]);
    let rows = report.rows("read-table");
    for (row, (kind, count)) in rows.iter().zip([
        ("events that count", 2),
        ("skipped", 1),
        ("ignored", 1),
        ("duplicates", 1),
        ("pending", 1),
        ("late", 1),
        ("starved edges", 1),
        ("blind edges", 0),
        ("silent edges", 1),
    ]) {
        let start = format!("<tr><th scope=\"row\">{kind}</th><td class=\"number\">{count}</td>");
        assert!(row.starts_with(&start), "{row}, not {start}");
    }
    assert_eq!(rows.len(), 9);
}
