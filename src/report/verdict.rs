//! The verdict in words: what holds, since when, by which rule, what to do next, and what cannot be said.

use std::fmt::Write;

use super::Beside;
use super::delays::sentences;
use super::further;
use super::numbers;
use super::segments;
use crate::convergence::{
    Convergence, EdgeState, LEAST_OUTCOMES, Mix, SURELY_NOT_BEST, Settings, Standing, Verdict, VerdictState,
};
use crate::feedback::Edges;
use crate::number::{brief as number, counted, percent};

/// What the verdict is about, beside the analysis itself.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::posterior::Priors;
/// use betadrift::report::Beside;
/// use betadrift::report::verdict::{About, markdown};
/// use betadrift::timeline::{Timeline, View};
/// let about = About {
///     inputs: vec![("log.csv".into(), "xxh3 0011".into())],
///     prior: "Beta(1, 1)".into(),
///     view: "all of the past".into(),
///     command: "betadrift report log.csv".into(),
///     rows: "0 events".into(),
///     read: vec![],
///     simulated: false,
/// };
/// let settings = Settings::default();
/// let analysis = convergence(&Timeline::default(), &Priors::new(Beta::UNIFORM), View::Cumulative, &settings);
/// let verdict = markdown(&analysis, &settings, &about, &Beside::default());
/// assert!(verdict.contains("- `betadrift report log.csv`\n- prior: Beta(1, 1); all of the past;"));
/// assert!(verdict.contains("- input `log.csv` (xxh3 0011)"));
/// assert!(verdict.contains("True regret is not shown")); // as it would be of a simulation
/// ```
#[derive(Debug, Clone)]
pub struct About {
    /// The inputs: base name and hash.
    pub inputs: Vec<(String, String)>,
    /// The prior, as given.
    pub prior: String,
    /// How the past counts, such as `all of the past` or `a window of 7 days`.
    pub view: String,
    /// The command line, normalised to what changes numbers.
    pub command: String,
    /// What became of the rows: events, skipped, duplicates, pending.
    pub rows: String,
    /// The same, each kind with what it means; empty where nothing was read.
    pub read: Vec<Read>,
    /// Whether the log was simulated, so that its truth is known.
    pub simulated: bool,
}

/// How many rows of a log are of one kind.
///
/// ```
/// use betadrift::report::verdict::Read;
/// let pending = Read { kind: "pending", count: 29.0, meaning: "not answered yet, which is not failed".to_owned() };
/// assert_eq!(format!("{} {}: {}", pending.count, pending.kind, pending.meaning), "29 pending: not answered yet, which is not failed");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The kind, in a word or two.
    pub kind: &'static str,
    /// How many.
    pub count: f64,
    /// What that says, and does not.
    pub meaning: String,
}

/// The verdict as Markdown, `verdict.md`.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::posterior::Priors;
/// use betadrift::report::Beside;
/// use betadrift::report::verdict::{About, markdown};
/// use betadrift::simulate::{Scenario, timeline};
/// use betadrift::timeline::View;
/// let world = r#"
///     days = 10
///     trials_per_day = 200
///     environment = { kind = "stationary", edges = { "docs/faq" = 0.6, "docs/blog" = 0.2 } }
/// "#;
/// let settings = Settings::default();
/// let timeline = timeline(&Scenario::from_toml(world)?, 0, 0);
/// let analysis = convergence(&timeline, &Priors::new(Beta::UNIFORM), View::Cumulative, &settings);
/// # let about = About {
/// #     inputs: vec![],
/// #     prior: "Beta(1, 1)".into(),
/// #     view: "all of the past".into(),
/// #     command: "betadrift report".into(),
/// #     rows: "2000 events".into(),
/// #     read: vec![],
/// #     simulated: true,
/// # };
/// let verdict = markdown(&analysis, &settings, &about, &Beside::default());
/// assert!(verdict.starts_with("# Verdict: settled on `docs/faq` since "));
/// assert!(verdict.contains("## What to do next\n\nServe `docs/faq`."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn markdown(analysis: &Convergence, settings: &Settings, about: &About, beside: &Beside<'_>) -> String {
    let sections = [
        headline(analysis),
        next_step(analysis, beside),
        numbers::numbers(analysis, settings, beside),
        further::since(beside),
        top_edges(analysis),
        other_priors(analysis),
        further::prior(analysis, beside),
        further::foretold(beside),
        further::changes(beside),
        delays(beside),
        by_segment(analysis, beside),
        not_said(analysis, about, beside),
        appendix(settings, about),
    ];
    let said: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    said.join("\n")
}

/// The verdict in one line, for a terminal.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::{Settings, convergence};
/// use betadrift::posterior::Priors;
/// use betadrift::report::verdict::line;
/// use betadrift::simulate::{Scenario, timeline};
/// use betadrift::timeline::View;
/// let world = r#"
///     days = 10
///     trials_per_day = 200
///     environment = { kind = "stationary", edges = { "docs/faq" = 0.6, "docs/blog" = 0.2 } }
/// "#;
/// let timeline = timeline(&Scenario::from_toml(world)?, 0, 0);
/// let analysis = convergence(&timeline, &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let said = line(&analysis.verdict, &analysis.edges);
/// assert!(said.starts_with("settled on docs/faq since 2026-01-") && said.ends_with(&analysis.verdict.reason));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn line(verdict: &Verdict, edges: &Edges) -> String {
    let since = verdict.since.map(|day| format!(" since {day}")).unwrap_or_default();
    match (verdict.state, verdict.leader) {
        (VerdictState::Settled, Some(leader)) => {
            format!("settled on {}{since}: {}", edges.name(leader).escape_debug(), verdict.reason)
        }
        (state, _) => format!("{state}{since}: {}", verdict.reason),
    }
}

fn headline(analysis: &Convergence) -> String {
    format!("# Verdict: {}\n\nBy this rule: {}.\n", title(analysis), analysis.verdict.reason)
}

/// The state, on what and since when, as Markdown.
pub(super) fn title(analysis: &Convergence) -> String {
    let verdict = &analysis.verdict;
    let on = match (verdict.state, verdict.leader) {
        (VerdictState::Settled, Some(leader)) => format!(" on {}", code(analysis.edges.name(leader))),
        _ => String::new(),
    };
    let since = verdict.since.map(|day| format!(" since {day}")).unwrap_or_default();
    format!("{}{on}{since}", verdict.state)
}

fn next_step(analysis: &Convergence, beside: &Beside<'_>) -> String {
    format!("## What to do next\n\n{}\n", advice(analysis, beside))
}

/// What to do next, as Markdown.
pub(super) fn advice(analysis: &Convergence, beside: &Beside<'_>) -> String {
    let leader = analysis.verdict.leader.map(|edge| code(analysis.edges.name(edge))).unwrap_or_default();
    let advice = match analysis.verdict.state {
        VerdictState::Starved => starved_advice(analysis),
        VerdictState::Drifting => format!(
            "Go on exploring, and let old feedback count for less: look at the change with `betadrift drift`, then judge with \
             `--half-life` or `--window` of days. The posteriors take the feedback from before and after the change \
             together, so {leader} leads on an average of two worlds."
        ),
        VerdictState::Settled => format!(
            "Serve {leader}. Searching on has next to nothing left to win. Keep a small share of exploration if the world \
             may change: an edge that is no longer chosen cannot be seen to recover."
        ),
        VerdictState::Tied => format!(
            "Stop searching. {} are equally good within ε; choose among them by cost, latency or upkeep. More feedback \
             would name a winner only where the difference does not matter.",
            named(&contenders(analysis))
        ),
        VerdictState::Exploring => format!(
            "Go on exploring. Knowing the best edge for sure would add {} to the reward of each choice; {} still {}.",
            analysis.verdict.value_remaining.map(number).unwrap_or_default(),
            named(&contenders(analysis)),
            if contenders(analysis).len() == 1 { "competes" } else { "compete" }
        ),
    };
    let apart = match beside.mix.map_or(0, Mix::refuted_in) {
        0 => String::new(),
        1 => " But not in all of the traffic: in 1 segment it is surely not the best (see *By segment*).".to_owned(),
        more => {
            format!(" But not in all of the traffic: in {more} segments it is surely not the best (see *By segment*).")
        }
    };
    advice + &apart
}

fn starved_advice(analysis: &Convergence) -> String {
    let total = |of: fn(&Standing) -> f64| analysis.standings.iter().map(of).sum::<f64>();
    let (successes, failures) = (total(|edge| edge.successes), total(|edge| edge.failures));
    let scarce = successes.min(failures);
    let days = analysis.days.len() as f64;
    let mut text = "Conclude nothing yet: collect more feedback.".to_owned();
    if scarce > 0.0 && scarce < LEAST_OUTCOMES {
        let word = if successes <= failures { "successes" } else { "failures" };
        let more = ((LEAST_OUTCOMES - scarce) / (scarce / days)).ceil();
        let _ = write!(
            text,
            " At the present rate of {} {word} a day, {LEAST_OUTCOMES} of them are reached in about {}.",
            number(scarce / days),
            counted(more, "more day")
        );
    } else if scarce >= LEAST_OUTCOMES {
        text.push_str(" Most of it went to edges with too few pulls each: choose among fewer edges, or wait longer.");
    }
    text
}

/// The names of the edges that may still be the best.
fn contenders(analysis: &Convergence) -> Vec<String> {
    analysis
        .histories
        .iter()
        .filter_map(|history| analysis.standing(history.edge))
        .filter(|edge| edge.p_best > SURELY_NOT_BEST)
        .map(|edge| code(analysis.edges.name(edge.edge)))
        .collect()
}

/// The first of some names, and how many more there are.
fn named(names: &[String]) -> String {
    const NAMED: usize = 5;
    match names.len() {
        0 => "no edges".to_owned(),
        1..=NAMED => names.join(", "),
        all => format!("{} and {}", names[..NAMED].join(", "), counted((all - NAMED) as f64, "more edge")),
    }
}

fn top_edges(analysis: &Convergence) -> String {
    const SHOWN: usize = 10;
    let mut text = format!(
        "## The {} most probable best edges\n\n| edge | pulls | mean | interval | P(best) | expected loss | state |\n\
         |---|---:|---:|---:|---:|---:|---|\n",
        SHOWN.min(analysis.histories.len())
    );
    for edge in analysis.histories.iter().take(SHOWN).filter_map(|history| analysis.standing(history.edge)) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} … {} | {} | {} | {} since {}: {} |",
            code(analysis.edges.name(edge.edge)),
            number(edge.pulls),
            number(edge.posterior.mean()),
            number(edge.interval.lower),
            number(edge.interval.upper),
            probability(edge.p_best),
            number(edge.expected_loss),
            edge.state,
            edge.since,
            edge.why
        );
    }
    text
}

pub(super) fn other_priors(analysis: &Convergence) -> String {
    let verdict = &analysis.verdict;
    let mut text = "## Under other priors\n\n| prior | verdict | since | leader | P(best) | value remaining |\n\
                    |---|---|---|---|---:|---:|\n"
        .to_owned();
    for other in &verdict.under_other_priors {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            other.prior,
            other.state,
            other.since.map(|day| day.to_string()).unwrap_or_default(),
            other.leader.map(|edge| code(analysis.edges.name(edge))).unwrap_or_default(),
            other.p_best.map(probability).unwrap_or_default(),
            other.value_remaining.map(number).unwrap_or_default()
        );
    }
    let agree = verdict.under_other_priors.iter().all(|o| o.state == verdict.state && o.leader == verdict.leader);
    let share = verdict.leader.and_then(|leader| analysis.standing(leader)).map(|edge| edge.prior_share);
    text.push_str(if agree {
        "\nThe verdict does not hang on the prior."
    } else {
        "\n**The verdict hangs on the prior.**"
    });
    if let Some(share) = share {
        let _ = write!(text, " The prior is {} % of the leader's posterior.", number(100.0 * share));
    }
    text.push('\n');
    text
}

/// How long feedback takes, where the log says so.
pub(super) fn delays(beside: &Beside<'_>) -> String {
    match beside.delays.map(|(delays, law)| sentences(law, delays)) {
        Some(sentences) if !sentences.is_empty() => format!("## What is pending\n\n{}\n", sentences.join(" ")),
        _ => String::new(),
    }
}

/// Whether the leader leads within the segments, where the log has some.
pub(super) fn by_segment(analysis: &Convergence, beside: &Beside<'_>) -> String {
    let section = |mix| format!("## By segment\n\n{}\n", segments::sentences(mix, &analysis.edges).join(" "));
    beside.mix.map_or_else(String::new, section)
}

pub(super) fn not_said(analysis: &Convergence, about: &About, beside: &Beside<'_>) -> String {
    let mut points = vec![surprise(analysis)];
    points.extend(unseen(analysis));
    points.push(
        "P(best) is calibrated on average over the prior; it is not a significance level, and no error rate is promised \
         for it at any one truth."
            .to_owned(),
    );
    points.push(
        "Wide intervals of edges that are surely not the best are right: an adaptive policy spends no pulls on them."
            .to_owned(),
    );
    points.push(
        "Plain success rates and Wald intervals are not shown: adaptive choice biases them downwards and makes them too \
         narrow. `edges.csv` has always-valid intervals, which hold at all times together, and where the log has propensities \
         adaptively weighted means; both rest on all feedback, however the past counts elsewhere."
            .to_owned(),
    );
    if !about.simulated {
        points.push(
            "True regret is not shown: what the best edge would have earned is not in a log. The regret above is model-based: \
             right where one rate an edge and the prior are."
                .to_owned(),
        );
    }
    let told = if beside.mix.is_some() {
        "the part by segment looks into that"
    } else {
        "no segments are told apart here; `--column segment=NAME` does"
    };
    points.push(format!(
        "One rate an edge is assumed, for all traffic and all days in view. A change of the traffic's mix can look like a \
         difference between edges: {told}."
    ));
    format!("## What cannot be said, and how to read the figures\n\n- {}\n", points.join("\n- "))
}

/// Edges of which little or nothing can be seen.
pub(super) fn unseen(analysis: &Convergence) -> Vec<String> {
    let mut points = Vec::new();
    if let Some(last) = analysis.days.last() {
        let (starved, blind) = (last.states.of(EdgeState::Starved), last.states.of(EdgeState::Blind));
        let known = counted(last.known_edges as f64, "edge");
        match starved {
            0 => {}
            1 => points.push(format!(
                "1 of {known} is starved: its posterior hardly moves because it is hardly chosen, which is not convergence."
            )),
            _ => points.push(format!(
                "{starved} of {known} are starved: their posteriors hardly move because they are hardly chosen, which is \
                 not convergence."
            )),
        }
        match blind {
            0 => {}
            1 => points.push("1 edge is blind: whether it has recovered cannot be seen.".to_owned()),
            _ => points.push(format!("{blind} edges are blind: whether they have recovered cannot be seen.")),
        }
    }
    let silent = analysis.edges.len() - analysis.standings.len();
    match silent {
        0 => {}
        1 => points.push("1 edge is known but has no feedback at all; it takes no part.".to_owned()),
        _ => points.push(format!("{silent} edges are known but have no feedback at all; they take no part.")),
    }
    points
}

/// How often the day's steps were larger than the morning's beliefs allow.
fn surprise(analysis: &Convergence) -> String {
    let steps: Vec<_> = analysis.days.iter().filter_map(|day| day.step_kl).collect();
    let above = steps.iter().filter(|step| step.ratio > step.ratio_band.upper).count();
    let expected = 0.025 * steps.len() as f64;
    let remark = if above as f64 > expected + 2.0 * expected.sqrt() + 1.0 {
        "**the feedback surprised the model more often than chance does**: rates may change within the period, or events \
         may be correlated"
    } else {
        "no more than chance brings"
    };
    format!(
        "On {above} of {} the steps were above their 95 % noise band (about {} by chance): {remark}. A small step by \
         itself only shows volume: it falls with n for right and wrong models alike.",
        counted(steps.len() as f64, "day"),
        number(expected)
    )
}

pub(super) fn appendix(settings: &Settings, about: &About) -> String {
    let mut text = format!(
        "## How this was made\n\n- betadrift {}\n- `{}`\n- prior: {}; {}; intervals: equal-tailed, {} %\n- {}\n",
        env!("CARGO_PKG_VERSION"),
        about.command,
        about.prior,
        about.view,
        percent(settings.level),
        about.rows
    );
    for (name, hash) in &about.inputs {
        let _ = writeln!(text, "- input {} ({hash})", code(name));
    }
    text
}

/// A probability, which is never rounded to a certainty.
pub(super) fn probability(p: f64) -> String {
    if p > 0.9995 && p < 1.0 {
        "> 0.999".to_owned()
    } else if p < 0.0005 && p > 0.0 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// A name as Markdown code that cannot break out of its table.
pub(super) fn code(name: &str) -> String {
    const LONGEST: usize = 80;
    let mut escaped: String = name.escape_debug().take(LONGEST + 1).collect();
    if escaped.chars().count() > LONGEST {
        escaped = escaped.chars().take(LONGEST - 1).chain(['…']).collect();
    }
    format!("`{}`", escaped.replace('`', "'").replace('|', "\\|"))
}
