//! Protects the figure of `compare`: every word in its place whatever is compared, and colour only for what changed.

use betadrift::beta::Beta;
use betadrift::compare::{Belief, Side, compare};
use betadrift::report::chart::Mark;
use betadrift::report::color::{GREEN, VERMILION};
use betadrift::report::figure::changes;

use crate::figures::sound;

fn side(name: &str, edges: usize, shape: impl Fn(usize) -> (f64, f64), edge: impl Fn(usize) -> String) -> Side {
    let belief = |k: usize| {
        let (alpha, beta) = shape(k);
        Belief { edge: edge(k).into(), posterior: Beta::new(alpha, beta).unwrap(), pulls: alpha + beta, state: None }
    };
    let mut edges: Vec<Belief> = (0..edges).map(belief).collect();
    edges.sort_by(|a, b| a.edge.cmp(&b.edge));
    Side { name: name.to_owned(), edges, ..Side::default() }
}

#[test]
fn every_word_has_its_place_whatever_is_compared() {
    let plain = |k: usize| format!("e{k}");
    let long = |k: usize| format!("{k}知识库\u{7}<&>{}", "x".repeat(300));
    let pairs = [
        ("nothing", side("a", 0, |_| (1.0, 1.0), plain), side("b", 0, |_| (1.0, 1.0), plain)),
        ("one edge", side("a", 1, |_| (30.0, 10.0), plain), side("b", 1, |_| (10.0, 30.0), plain)),
        ("nothing in common", side("a", 2, |_| (3.0, 1.0), plain), side("b", 2, |_| (3.0, 1.0), long)),
        (
            "two hundred",
            side("a", 200, |k| (1.0 + k as f64, 9.0), plain),
            side("b", 190, |k| (9.0, 1.0 + k as f64), plain),
        ),
        ("names without end", side(&"n".repeat(999), 9, |_| (9.0, 1.0), long), side("b", 9, |_| (1.0, 9.0), long)),
        ("millions", side("a", 3, |_| (4e7, 6e7), plain), side("b", 3, |_| (4.1e7, 6e7), plain)),
        ("at the ends", side("a", 2, |_| (1e-3, 1e6), plain), side("b", 2, |_| (1e6, 1e-3), plain)),
    ];
    for (name, a, b) in &pairs {
        sound(name, &changes(a, b, &compare(a, b, 0.95)));
    }
}

#[test]
fn colour_is_for_what_changed() {
    let plain = |k: usize| format!("e{k}");
    let a = side("a", 3, |_| (50.0, 50.0), plain);
    let b = side("b", 3, |k| [(10.0, 90.0), (50.0, 50.0), (90.0, 10.0)][k], plain);
    let fills = |a: &Side, b: &Side| -> Vec<_> {
        let figure = changes(a, b, &compare(a, b, 0.95));
        let marks = figure.rows[0].panels[1].marks.clone().into_iter();
        marks.filter_map(|mark| if let Mark::Dots { fill, .. } = mark { Some(fill) } else { None }).collect()
    };
    let moved = fills(&a, &b);
    assert_eq!((moved[0], moved[2]), (VERMILION, GREEN));
    assert!(fills(&a, &a).iter().all(|fill| *fill != VERMILION && *fill != GREEN));
    assert_eq!(changes(&a, &b, &compare(&a, &b, 0.95)).title, "From A to B 1 edge fell and 1 rose");
}
