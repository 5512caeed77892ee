//! Protects what is said by segment: a lead that comes from where edges were served is seen as such, and a mix that moved is told.

#[cfg(feature = "cli")]
use std::fs;

use betadrift::beta::Beta;
use betadrift::convergence::{Mix, SURELY_NOT_BEST, mix};
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::report::segments::sentences;
use betadrift::timeline::{SegmentFold, Segments, View};

/// Rows of edge, segment, day, successes, failures.
fn segments(rows: &[(&str, &str, i32, u64, u64)]) -> Segments {
    let mut fold = SegmentFold::default();
    for &(edge, segment, day, successes, failures) in rows {
        fold.add(Day::from_days(day), edge, segment, Counts::whole(successes, failures));
    }
    fold.finish()
}

fn of(segments: &Segments, whole_leader: &str) -> Mix {
    let leader = segments[0].1.edges().get(whole_leader).unwrap();
    mix(segments, &Priors::new(Beta::UNIFORM), View::Cumulative, leader).unwrap()
}

/// Two treatments of kidney stones, by their size (Charig et al. 1986): the better one in either loses in the whole.
#[test]
fn simpsons_paradox_is_seen() {
    let stones = segments(&[
        ("open", "small", 0, 81, 6),
        ("open", "large", 0, 192, 71),
        ("percutaneous", "small", 0, 234, 36),
        ("percutaneous", "large", 0, 55, 25),
    ]);
    let mix = of(&stones, "percutaneous");
    assert_eq!((mix.led_by_whole_leader(), mix.segments.len()), (0, 2));
    assert_eq!(stones[0].1.edges().name(mix.standardised_leader.0), "open");
    // 343 of 700 stones were large: the standardised mean by hand.
    let (large, small) = (343.0 / 700.0, 357.0 / 700.0);
    let expected = large * 193.0 / 265.0 + small * 82.0 / 89.0;
    assert!((mix.standardised_leader.1 - expected).abs() < 1e-15);
    let said = sentences(&mix, stones[0].1.edges()).join(" ");
    assert!(said.contains("`percutaneous` leads the whole but none of the 2 segments"), "{said}");
    assert!(said.contains("`open` would earn most"), "{said}");
}

#[test]
fn a_lead_in_every_segment_is_no_alarm() {
    let alike = segments(&[("a", "x", 0, 90, 10), ("b", "x", 0, 10, 90), ("a", "y", 0, 80, 20), ("b", "y", 0, 20, 80)]);
    let mix = of(&alike, "a");
    let said = sentences(&mix, alike[0].1.edges());
    assert_eq!(said, ["`a` leads the whole and each of the 2 segments."]);
    assert_eq!(mix.moved(), None); // one day has no two halves
    let only = segments(&[("a", "", 0, 1, 1)]);
    assert_eq!(mix_of_one(&only), None);
}

fn mix_of_one(segments: &Segments) -> Option<Mix> {
    mix(segments, &Priors::new(Beta::UNIFORM), View::Cumulative, segments[0].1.edges().get("a").unwrap())
}

#[test]
fn a_mix_that_moves_is_told() {
    let moving = segments(&[
        ("a", "web", 0, 60, 20),
        ("a", "app", 0, 5, 15),
        ("a", "web", 1, 15, 5),
        ("a", "app", 1, 20, 60),
        ("b", "web", 1, 0, 1),
    ]);
    let mix = of(&moving, "a");
    assert!((mix.moved().unwrap() - (0.8 - 21.0 / 101.0)).abs() < 1e-12);
    let said = sentences(&mix, moving[0].1.edges()).join(" ");
    assert!(said.contains("The mix of the traffic moved") && said.contains("`app`: from 20 % to"), "{said}");
    assert_eq!(mix.day_rows().count(), 4);
}

#[test]
#[cfg(feature = "cli")]
fn a_report_has_segments_where_a_column_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let mut text = "timestamp,edge,reward,device\n".to_owned();
    for row in 0..200 {
        let (edge, device, reward) = (["a", "b"][row % 2], ["web", "app"][row / 2 % 2], u8::from(row % 3 == 0));
        text += &format!("2026-01-{:02},{edge},{reward},{device}\n", 1 + row / 20);
    }
    fs::write(&log, text).unwrap();
    let out = folder.path().join("out");
    let report = |column: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_betadrift"));
        let run = command.arg("report").arg(&log).arg("--out").arg(&out).args(column).arg("--quiet").output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        fs::read_to_string(out.join("verdict.md")).unwrap()
    };
    assert!(report(&[]).contains("no segments are told apart here") && !out.join("segments.csv").exists());
    let verdict = report(&["--column", "segment=device"]);
    assert!(verdict.contains("## By segment") && !verdict.contains("no segments are told apart"), "{verdict}");
    let table = fs::read_to_string(out.join("segments.csv")).unwrap();
    assert!(table.starts_with("segment,pulls,share,") && table.lines().count() == 3, "{table}");
    assert_eq!(fs::read_to_string(out.join("segment_days.csv")).unwrap().lines().count(), 21);
}

#[test]
fn a_leader_at_the_threshold_is_surely_not_the_best() {
    let alike = segments(&[("a", "x", 0, 90, 10), ("b", "x", 0, 10, 90), ("a", "y", 0, 80, 20), ("b", "y", 0, 20, 80)]);
    let mut mix = of(&alike, "a");
    mix.segments[0].whole_leader_p_best = Some(SURELY_NOT_BEST);
    mix.segments[1].whole_leader_p_best = Some(SURELY_NOT_BEST.next_up());
    assert_eq!(mix.refuted_in(), 1);
}
