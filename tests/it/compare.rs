//! Protects what `compare` says of two sides: the numbers, the law of false alarms, no edge dropped, and gates that say why.

use betadrift::beta::Beta;
use betadrift::compare::{Belief, Change, Comparison, Gate, Segment, Side, Source, Status, StoredError, compare};
use betadrift::convergence::{Settings, convergence};
use betadrift::decision::difference;
use betadrift::feedback::{Counts, Day};
use betadrift::posterior::Priors;
use betadrift::report::comparison::{annotations, junit, markdown, sentences};
#[cfg(feature = "plots")]
use betadrift::report::{changes_page, comparison::Changes};
use betadrift::simulate::{Scenario, timeline};
use betadrift::timeline::{Fold, SegmentFold, Timeline, View};

const LEVEL: f64 = 0.95;

fn side(name: &str, edges: &[(&str, f64, f64)]) -> Side {
    let belief = |&(edge, alpha, beta): &(&str, f64, f64)| Belief {
        edge: edge.into(),
        posterior: Beta::new(alpha, beta).unwrap(),
        pulls: alpha + beta - 2.0,
        state: None,
    };
    let mut edges: Vec<Belief> = edges.iter().map(belief).collect();
    edges.sort_by(|a, b| a.edge.cmp(&b.edge));
    Side { name: name.to_owned(), edges, ..Side::default() }
}

fn analysed(name: &str, timeline: &Timeline) -> Side {
    let priors = Priors::new(Beta::UNIFORM);
    Side::of(name, &convergence(timeline, &priors, View::Cumulative, &Settings { top: 0, ..Settings::default() }))
}

fn near(got: f64, right: f64) {
    assert!((got - right).abs() < 1e-12, "{got}, not {right}");
}

fn judged(gate: &str, a: &Side, b: &Side) -> (Status, String) {
    let gate: Gate = gate.parse().unwrap();
    let outcome = gate.judge(a, b, &compare(a, b, LEVEL));
    (outcome.status, outcome.why)
}

#[test]
fn an_edge_moves_as_its_posteriors_do() {
    let (a, b) = (side("a", &[("e", 1.0, 1.0)]), side("b", &[("e", 2.0, 1.0)]));
    let moved = compare(&a, &b, LEVEL).edges[0].moved.unwrap();
    near(moved.difference.mean, 1.0 / 6.0);
    near(moved.difference.p_greater, 2.0 / 3.0);
    near(moved.p_less, 1.0 / 3.0);
    near(moved.kl, 0.193_147_180_559_945_3);
    near(moved.hellinger, 0.239_146_311_738_100_3);
    // The other way round it moves back.
    let back = compare(&b, &a, LEVEL).edges[0].moved.unwrap();
    near(back.kl, 0.306_852_819_440_054_7);
    near(back.difference.lower, -moved.difference.upper);
    assert_eq!(back.hellinger.to_bits(), moved.hellinger.to_bits());
}

#[test]
fn a_side_beside_itself_is_silent() {
    let same = side("a", &[("e", 40.0, 60.0), ("f", 1e6, 1e6)]);
    let comparison = compare(&same, &same, LEVEL);
    assert!(comparison.edges.iter().all(|edge| edge.change == Change::Same && edge.moved.unwrap().kl == 0.0));
    assert!(annotations(&comparison, &[]).is_empty());
    for gate in ["any(mean) changes", "leader changes", "edges gone", "edges new", "any(kl) > 0", "mean(e) drops"] {
        assert_eq!(judged(gate, &same, &same).0, Status::Passed, "{gate}");
    }
}

#[test]
fn an_edge_of_one_side_only_is_listed_and_its_gate_fires() {
    let a = side("a", &[("both", 10.0, 10.0), ("old", 5.0, 5.0)]);
    let b = side("b", &[("both", 10.0, 10.0), ("young", 5.0, 5.0)]);
    let comparison = compare(&a, &b, LEVEL);
    let seen: Vec<(&str, Change)> = comparison.edges.iter().map(|edge| (&*edge.edge, edge.change)).collect();
    assert_eq!(seen, [("both", Change::Same), ("old", Change::Gone), ("young", Change::New)]);
    assert_eq!(comparison.compared, 1);
    assert_eq!(comparison.edge("old").unwrap().moved, None);
    let said = sentences(&a, &b, &comparison).join("\n");
    assert!(said.contains("no longer there: old") && said.contains("new: young"), "{said}");
    for (gate, word) in [("mean(old) drops", "gone"), ("mean(old) > 0", "gone"), ("kl(young) > 9", "new")] {
        let (status, why) = judged(gate, &a, &b);
        assert!(status == Status::Unjudged && why.contains(word), "{gate}: {why}");
    }
    assert_eq!(judged("mean(young) > 0.9", &a, &b).0, Status::Passed);
    assert!(judged("edges gone", &a, &b).1.ends_with("gone: old"));
    assert_eq!(judged("edges new", &a, &b).0, Status::Fired);
    let text = markdown(&a, &b, &comparison, &[]);
    assert!(text.contains("| `old` | **gone** |") && text.contains("| `young` | **new** |"), "{text}");
}

#[test]
fn the_correction_is_for_the_edges_compared_and_only_for_all_of_them() {
    // Over one edge this is evidence, over forty of which nobody asked it is not.
    let moved = [("x", 52.0, 52.0), ("x", 37.0, 67.0)];
    let with = |first: (&'static str, f64, f64), others: usize| {
        let names: Vec<String> = (0..others).map(|i| format!("e{i:02}")).collect();
        let mut edges: Vec<(&str, f64, f64)> = names.iter().map(|name| (name.as_str(), 50.0, 50.0)).collect();
        edges.push(first);
        side("s", &edges)
    };
    let (a, b) = (with(moved[0], 0), with(moved[1], 0));
    assert_eq!(judged("any(mean) drops", &a, &b).0, Status::Fired);
    let (a, b) = (with(moved[0], 40), with(moved[1], 40));
    assert_eq!(judged("any(mean) drops", &a, &b).0, Status::Passed);
    assert_eq!(judged("mean(x) drops", &a, &b).0, Status::Fired);
    assert_eq!(judged("mean(x) rises", &a, &b).0, Status::Passed);
    assert_eq!(judged("mean(x) changes", &a, &b).0, Status::Fired);
    near(compare(&a, &b, LEVEL).corrected_level(), 1.0 - 0.05 / 41.0);
}

#[test]
fn bounds_are_those_of_b_and_say_their_numbers() {
    let (a, b) = (side("a", &[("e", 9.0, 1.0), ("f", 1.0, 9.0)]), side("b", &[("e", 2.0, 2.0), ("f", 2.0, 2.0)]));
    assert_eq!(
        judged("p_best < 0.9", &a, &b),
        (Status::Fired, "P(best) of the leader e is 0.500, below 0.900".to_owned())
    );
    assert_eq!(judged("p_best(e) <= 0.5", &a, &b).0, Status::Fired);
    assert_eq!(judged("mean(e) == 0.5", &a, &b).0, Status::Fired);
    assert_eq!(judged("mean(e) != 0.5", &a, &b).0, Status::Passed);
    assert_eq!(judged("difference(e) < -0.39", &a, &b).0, Status::Fired);
    assert_eq!(judged("value_remaining > 0.5", &a, &b).0, Status::Passed);
    assert_eq!(judged("any(p_greater) < 0.1", &a, &b).0, Status::Fired);
    assert_eq!(judged("verdict == settled", &a, &b).0, Status::Unjudged);
    let none = Side::default();
    for gate in ["p_best < 0.9", "value_remaining > 1", "any(mean) drops", "any(kl) > 1", "leader changes"] {
        assert_eq!(judged(gate, &none, &none).0, Status::Unjudged, "{gate}");
    }
}

#[test]
fn a_gate_is_read_whatever_its_blanks_and_names() {
    for gate in [
        "value_remaining>0.01",
        "  p_best  <  .9 ",
        "mean(kg/mentions>topic) drops",
        "mean( e17 ) drops",
        r#"mean("a (b) \"c\" \\") < 1e-3"#,
        "p_best(知识) >= 0.5",
        "any (mean) changes",
        "any(hellinger) > 0.3",
        "verdict != tied",
        "verdict changes",
        "leader changes",
        "edges gone",
    ] {
        assert_eq!(gate.parse::<Gate>().unwrap().to_string(), gate.trim());
    }
    assert_eq!(r#"mean("a (b) \"c\" \\") < 1"#.parse::<Gate>().unwrap().edge(), Some(r#"a (b) "c" \"#));
    assert_eq!("mean( e17 ) drops".parse::<Gate>().unwrap().edge(), Some("e17"));
}

#[test]
fn what_is_no_gate_is_told_its_column() {
    for (text, column, problem) in [
        ("", 1, "a quantity is missing"),
        ("   ", 4, "a quantity is missing"),
        ("speed > 1", 1, "`speed` is no quantity"),
        ("value_remaining", 16, "an operator is missing"),
        ("value_remaining = 1", 17, "`=` is no operator"),
        ("value_remaining > ", 19, "a number is missing"),
        ("value_remaining > x", 19, "`x` is not a number"),
        ("value_remaining > NaN", 19, "`NaN` is not a number"),
        ("value_remaining > 1 or so", 21, "`or` is too much"),
        ("mean > 1", 6, "mean is that of an edge"),
        ("mean() > 1", 6, "the edge has no name"),
        ("mean(é > 1", 5, "`(` is not closed"),
        ("mean(\"é) > 1", 6, "`\"` is not closed"),
        ("mean(é) falls", 9, "`falls` is no operator"),
        ("kl(é) drops", 7, "only a mean drops"),
        ("any(speed) > 1", 5, "any(…) takes mean"),
        ("any mean drops", 5, "(mean) is missing"),
        ("verdict == done", 12, "`done` is no verdict"),
        ("verdict < tied", 9, "`<` says nothing here"),
        ("leader", 7, "leader changes is missing"),
        ("edges lost", 7, "`lost` says nothing here"),
    ] {
        let error = text.parse::<Gate>().unwrap_err();
        assert_eq!(error.column, column, "{text}: {error}");
        let said = error.problem.to_string();
        assert!(said.starts_with(problem), "{text}: {said}");
        // The mark stands below the column.
        let last = error.to_string().lines().last().unwrap().chars().count();
        assert_eq!(last, column + 2, "{error}");
    }
}

#[test]
fn a_baseline_is_read_back_to_the_bit() {
    let mut kept = side("log.csv", &[("知识", 1.0 / 3.0, 1e8), ("e\n", 7.5, 2.5)]);
    kept.prior = Some("Beta(1, 1)".to_owned());
    let text = serde_json::to_string(&kept.baseline()).unwrap();
    assert_eq!(Side::from_json("log.csv", &text).unwrap(), kept);
}

#[test]
fn what_is_no_side_is_refused_with_its_place() {
    let with = |row: &str| format!("{{\"schema\": \"betadrift.baseline/1\", \"verdict\": null,\n\"edges\": [{row}]}}");
    let row =
        |alpha: &str| with(&format!(r#"{{"edge": "a", "alpha": {alpha}, "beta": 1, "pulls": 0, "state": null}}"#));
    let refused = |text: &str| Side::from_json("f", text).unwrap_err().to_string();
    assert!(Side::from_json("f", &row("1")).is_ok());
    assert!(refused("").starts_with("1:1: EOF"), "{}", refused(""));
    assert!(refused(&row("NaN")).starts_with("2:"), "{}", refused(&row("NaN")));
    assert!(refused(&row("null")).contains(": `null` is not a number"), "{}", refused(&row("null")));
    assert!(refused(&row("1e999")).starts_with("2:"));
    assert!(refused(&row("-1")).starts_with("edge `a`: alpha (-1) must be finite"));
    assert!(refused(&row("1e50")).contains("from 1e-9 to 1e12"));
    assert!(refused(&row("1").replace("baseline/1", "baseline/2")).contains("its schema is `betadrift.baseline/2`"));
    assert!(refused("{}").starts_with("there is no `schema`"));
    let twice = r#"{"edge": "a", "alpha": 1, "beta": 1, "pulls": 0, "state": null}"#;
    assert!(matches!(
        Side::from_json("f", &with(&format!("{twice}, {twice}"))),
        Err(StoredError::Twice(edge)) if edge == "a"
    ));
    let segments = r#"], "segments": [{"segment": "s", "edges": []}, {"segment": "s", "edges": []}"#;
    assert_eq!(refused(&with("").replace("[]}", &format!("[{segments}]}}"))), "segment `s` is listed twice");
    assert!(refused(&with(&twice.replace("\"pulls\": 0", "\"pulls\": -1"))).contains("pulls (-1)"));
}

#[test]
fn segments_are_compared_within_and_corrected_for_all_pairs() {
    let day = Day::from_days(0);
    let part = |rate_web: u64, edges: &[&str]| {
        let mut fold = SegmentFold::default();
        for edge in edges {
            fold.add(day, edge, "web", Counts::whole(rate_web, 1000 - rate_web));
            fold.add(day, edge, "app", Counts::whole(300, 700));
        }
        let segments = fold.finish();
        let priors = Priors::new(Beta::UNIFORM);
        side("s", &[("x", 2.0, 2.0)]).by_segment(&segments, &priors, View::Cumulative)
    };
    let comparison = compare(&part(600, &["x", "y"]), &part(450, &["x", "z"]), LEVEL);
    let changes = |at: usize| comparison.segments[at].edges.iter().map(|edge| edge.change).collect::<Vec<_>>();
    assert_eq!(&*comparison.segments[0].segment, "app");
    assert_eq!(changes(0), [Change::Same, Change::Gone, Change::New]);
    assert_eq!(changes(1), [Change::Fell, Change::Gone, Change::New]);
    // A side that does not tell them apart has no part in it.
    assert!(compare(&part(600, &["x"]), &side("s", &[]), LEVEL).segments.is_empty());
}

#[test]
fn what_runners_read_is_escaped() {
    let (a, b) = (side("<a>.csv", &[("e%", 90.0, 10.0), ("\u{1}", 2.0, 2.0)]), side("b & c", &[("e%", 10.0, 90.0)]));
    let comparison = compare(&a, &b, LEVEL);
    let gate: Gate = "mean(\"e%\") < 0.5".parse().unwrap();
    let outcomes = [gate.judge(&a, &b, &comparison)];
    let xml = junit(&a, &b, &outcomes);
    assert!(
        xml.contains("&lt;a&gt;.csv") && xml.contains("b &amp; c") && xml.contains("mean(&quot;e%&quot;) &lt; 0.5"),
        "{xml}"
    );
    assert!(xml.contains(r#"tests="1" failures="1""#) && xml.contains("<failure message="));
    let lines = annotations(&comparison, &outcomes);
    assert!(
        lines[0].starts_with("::error title=betadrift compare%3A mean(\"e%25\") < 0.5::the mean of e%25 is"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("::warning title=betadrift compare%3A e%25 fell::"), "{lines:?}");
    assert!(lines[2].starts_with("::notice title=betadrift compare%3A \\u{1} gone::"), "{lines:?}");
}

#[test]
fn markdown_stays_short_and_names_what_fell_among_many_that_are_new() {
    let names: Vec<String> = (0..3000).map(|i| format!("e{i:04}")).collect();
    let rates = |alpha: f64, beta: f64| {
        let edges: Vec<_> = names.iter().map(|name| (name.as_str(), alpha, beta)).collect();
        side("s", &edges)
    };
    let (mut a, b) = (side("a", &[("old", 900.0, 100.0)]), rates(2.0, 2.0));
    let mut with_old = b.clone();
    with_old.edges.extend(side("b", &[("old", 100.0, 900.0)]).edges);
    let text = markdown(&a, &with_old, &compare(&a, &with_old, LEVEL), &[]);
    assert!(text.len() < 60_000 && text.contains("| `old` | **fell** |"), "{}", text.len());
    assert!(
        text.starts_with("# 1 edge changed, 3000 new\n") && text.contains("\n2900 more edges, 0 without a change"),
        "{text}"
    );
    a = rates(2.0, 2.0);
    let text = markdown(&a, &b, &compare(&a, &b, 0.9995), &[]);
    assert!(text.starts_with("# No edge changed\n") && text.contains("\n2980 more edges did not change."), "{text}");
    assert!(text.contains("| 99.95 % interval |"), "{text}");
}

#[test]
fn what_fell_comes_before_what_is_gone_and_that_before_what_is_the_same() {
    let a = side("a", &[("best", 90.0, 10.0), ("gone", 2.0, 2.0), ("kept", 5.0, 5.0), ("twin", 5.0, 5.0)]);
    let b = side("b", &[("best", 10.0, 90.0), ("kept", 6.0, 5.0), ("new", 2.0, 2.0), ("twin", 6.0, 5.0)]);
    let comparison = compare(&a, &b, LEVEL);
    let order: Vec<&str> = comparison.most_changed().iter().map(|edge| &*edge.edge).collect();
    assert_eq!(order, ["best", "gone", "new", "kept", "twin"]);
    // What has the same counts has the same numbers.
    let moved = |edge: &str| comparison.edge(edge).unwrap().moved.unwrap();
    assert_eq!(moved("kept"), moved("twin"));
    assert_eq!(moved("kept").difference, difference(Beta::new(6.0, 5.0).unwrap(), Beta::new(5.0, 5.0).unwrap(), LEVEL));
}

#[test]
fn markdown_takes_a_name_for_text() {
    let (a, b) = (side("a", &[("&lt; ~~$x$~~ **e**", 2.0, 2.0)]), side("b", &[("f", 2.0, 2.0)]));
    let text = markdown(&a, &b, &compare(&a, &b, LEVEL), &[]);
    assert!(text.contains(r"no longer there: \&lt; \~\~\$x\$\~\~ \*\*e\*\*."), "{text}");
}

#[test]
fn one_edge_and_the_segment_without_a_name_are_said_in_words() {
    let mut a = side("a", &[("e", 90.0, 10.0)]);
    a.segments = vec![Segment { segment: "".into(), edges: a.edges.clone() }];
    let mut b = side("b", &[("e", 10.0, 90.0)]);
    b.segments = vec![Segment { segment: "".into(), edges: b.edges.clone() }];
    let comparison = compare(&a, &b, LEVEL);
    let said = sentences(&a, &b, &comparison).join("\n");
    assert!(said.contains("1 edge fell (e by -0.800), by the interval at 0.95 of the only edge in both."), "{said}");
    assert!(said.contains("By segment: 1 edge changed within a segment, the leader in 0 of 1 segment,"), "{said}");
    let gate: Gate = "mean(e) drops".parse().unwrap();
    let text = markdown(&a, &b, &comparison, &[gate.judge(&a, &b, &comparison)]);
    assert!(text.starts_with("# 1 of 1 gate fired\n") && text.contains("| (none) | 100 % | 100 % |"), "{text}");
    let outcome = gate.judge(&a, &b, &compare(&a, &b, 0.001));
    assert!(outcome.why.contains("with probability 0.00100)"), "{}", outcome.why);
}

#[test]
fn sides_of_the_same_events_are_told_so() {
    let mut fold = Fold::default();
    let edge = fold.edge("e");
    fold.add(Day::from_days(0), edge, Counts::whole(3, 2));
    let source = |name: &str, digest: &str| Source { name: name.to_owned(), digest: digest.to_owned() };
    let with = |sources: &[(&str, &str)]| Side {
        sources: sources.iter().map(|(name, digest)| source(name, digest)).collect(),
        ..side("s", &[("e", 4.0, 3.0)]).by_day(&fold.clone().finish())
    };
    let said = |a: &Side, b: &Side| sentences(a, b, &compare(a, b, LEVEL)).join("\n");
    // A report and the log that it is of.
    let apart = said(&with(&[("report.json", "1")]), &with(&[("log.csv", "2")]));
    assert!(apart.contains("other bytes") && apart.contains("A and B have the same feedback: "), "{apart}");
    let report = Side { days: Vec::new(), ..with(&[("report.json", "1")]) };
    assert!(said(&report, &with(&[("log.csv", "2")])).contains("A and B have the same feedback: "));
    let other = Side { days: Vec::new(), ..side("s", &[("e", 4.0, 4.0)]) };
    assert!(!said(&report, &other).contains("the same feedback"));
    let same = said(&with(&[("x", "1")]), &with(&[("y", "1")]));
    assert!(same.contains("come from the same bytes") && !same.contains("the same feedback"), "{same}");
    // One file twice is not both files of the other side.
    let part = said(&with(&[("x", "1"), ("y", "2")]), &with(&[("x", "1"), ("copy", "1")]));
    assert!(part.contains("A and B share x, copy:"), "{part}");
}

#[test]
#[cfg(feature = "plots")]
fn a_page_says_how_many_edges_it_leaves_out_and_of_which_kind() {
    let names: Vec<String> = (0..503).map(|edge| format!("e{edge:03}")).collect();
    let of = |from: usize| names[from..].iter().map(|name| (name.as_str(), 2.0, 2.0)).collect::<Vec<_>>();
    let (a, b) = (side("a", &of(0)), side("b", &of(502)));
    let page = changes_page(&Changes { a: &a, b: &b, comparison: &compare(&a, &b, LEVEL), gates: &[] });
    assert!(
        page.contains("<p>3 more edges, 1 without a change: <code>betadrift compare --format csv</code> has all.</p>")
    );
}

#[test]
#[cfg(feature = "plots")]
fn a_page_does_not_call_it_nothing_that_an_edge_is_gone() {
    let (a, b) = (side("a", &[("e", 2.0, 2.0), ("old", 2.0, 2.0)]), side("b", &[("e", 2.0, 2.0)]));
    let page = |a: &Side, b: &Side| changes_page(&Changes { a, b, comparison: &compare(a, b, LEVEL), gates: &[] });
    let gone = page(&a, &b);
    assert!(gone.contains(">No edge changed, 1 gone</span>") && gone.contains("data-state=\"exploring\""));
    assert!(gone.contains("<p class=\"advice\">No edge fell. Look first at the edges that only one side has"));
    assert!(page(&b, &b).contains("<p class=\"advice\">Nothing. What differs"));
}

/// Six edges that Thompson Sampling chose among for ten days of 200 plays.
fn world(rate_of_c: f64, seed: u64) -> Scenario {
    let text = format!(
        "days = 10\ntrials_per_day = 200\nruns = 2\n[environment]\nkind = \"stationary\"\n\
         edges = {{ a = 0.5, b = 0.45, c = {rate_of_c}, d = 0.3, e = 0.2, f = 0.1 }}\n"
    );
    Scenario::from_toml(&text).unwrap().with_seed(seed)
}

/// The posteriors of a log under the uniform prior.
fn counted(timeline: &Timeline) -> Side {
    let totals = timeline.totals();
    let of = |(edge, name): (betadrift::feedback::EdgeId, &str)| {
        let Counts { successes, failures } = totals[edge.index()];
        (name.to_owned(), 1.0 + successes.to_f64(), 1.0 + failures.to_f64())
    };
    let edges: Vec<(String, f64, f64)> = timeline.edges().iter().map(of).collect();
    let edges: Vec<(&str, f64, f64)> = edges.iter().map(|(name, alpha, beta)| (name.as_str(), *alpha, *beta)).collect();
    side("log", &edges)
}

/// Comparisons of two logs for each of 200 seeds.
fn over_seeds(rate_before: f64, rate_after: f64) -> Vec<Comparison> {
    (0..200)
        .map(|seed| {
            let before = counted(&timeline(&world(rate_before, seed), 0, 0));
            let after = counted(&timeline(&world(rate_after, seed), 0, 1));
            compare(&before, &after, LEVEL)
        })
        .collect()
}

/// P(X ≥ count) of a binomial law of 200 at a rate: the incomplete beta function.
fn chance_of(count: usize, rate: f64) -> f64 {
    if count == 0 { 1.0 } else { Beta::new(count as f64, 201.0 - count as f64).unwrap().cdf(rate) }
}

#[test]
fn two_logs_of_one_world_are_silent_as_often_as_the_level_says() {
    let pairs = over_seeds(0.4, 0.4);
    let alarms = |is: &dyn Fn(&Comparison) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    let drops = alarms(&|pair| pair.of(Change::Fell).next().is_some());
    let changes = alarms(&|pair| pair.edges.iter().any(|edge| matches!(edge.change, Change::Fell | Change::Rose)));
    // Every edge on its own level: what the correction is there for.
    let uncorrected = alarms(&|pair| {
        pair.edges.iter().any(|edge| edge.moved.is_some_and(|moved| moved.difference.p_greater < 0.025))
    });
    println!("of 200 pairs: {drops} with an edge that fell, {changes} with any change, {uncorrected} uncorrected");
    assert!(chance_of(drops, 0.025) > 0.01, "{drops} of 200 against 0.025");
    assert!(chance_of(changes, 0.05) > 0.01, "{changes} of 200 against 0.05");
    assert!(chance_of(uncorrected, 0.025) < 1e-3, "the control was to fail: {uncorrected} of 200 against 0.025");
}

#[test]
fn a_regression_is_found() {
    let mut fold = Fold::default();
    let mut planted = Fold::default();
    for day in 0..10 {
        for (name, before, after) in [("a", 50, 50), ("b", 40, 28), ("c", 30, 30)] {
            let (one, other) = (fold.edge(name), planted.edge(name));
            fold.add(Day::from_days(day), one, Counts::whole(before, 100 - before));
            planted.add(Day::from_days(day), other, Counts::whole(after, 100 - after));
        }
    }
    let (a, b) = (analysed("a", &fold.finish()), analysed("b", &planted.finish()));
    let comparison = compare(&a, &b, LEVEL);
    assert_eq!(comparison.of(Change::Fell).map(|edge| &*edge.edge).collect::<Vec<_>>(), ["b"]);
    let (status, why) = judged("any(mean) drops", &a, &b);
    assert!(status == Status::Fired && why.starts_with("the mean of b fell from 0.400 to 0.280"), "{why}");
    // A learned log as well, where the leader itself got worse.
    let found =
        over_seeds(0.7, 0.55).iter().filter(|pair| pair.edge("c").is_some_and(|c| c.change == Change::Fell)).count();
    println!("of 200 pairs with a leader that fell from 0.70 to 0.55: {found} found");
    assert!(found >= 190, "{found} of 200");
}
