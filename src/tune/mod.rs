//! Tuning: which prior, and how much forgetting, the log supports.
//!
//! Three questions, each with its page: which Beta prior the counts of all edges support ([`Fit`], from the [`Evidence`]), beside
//! Kleinman's moments; whether it, or another, predicts the next day better ([`day_ahead`]); and whether the past should be
//! forgotten ([`Forgetting`]). Groups of edges may have priors of their own ([`Groups`]).

mod document;
mod emit;
pub mod evidence;
pub mod fit;
pub mod forgetting;
pub mod groups;
pub mod moments;
mod profile;
mod rising;
pub mod score;
pub mod sensitivity;
mod sorting;
mod surface;
mod words;

pub use document::{Document, TuneRow};
pub use evidence::{Evidence, ln_predictive};
pub use fit::{ConcentrationInterval, Fit, Maximum, StandardErrors, Status};
pub use forgetting::{Candidate, Forgetting};
pub use groups::{Group, Grouping, Groups};
pub use score::{DayScore, DayScores, Score, day_ahead};
pub use sensitivity::{Effort, PriorOutcome, Sensitivity};
pub use surface::{Region, Ridge, Surface};

use std::ops::RangeInclusive;

use groups::Judge;

use crate::beta::Beta;
use crate::feedback::Day;
use crate::posterior::Priors;
use crate::timeline::{Timeline, View};

/// What is to be tuned.
///
/// The first two of three days are tuned on, the third is scored:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, Some(Day::from_days(1)));
/// let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// assert_eq!(tuning.tuned_on, Some((Day::from_days(0), Day::from_days(1))));
/// assert_eq!(tuning.scoring.unwrap().days, (Day::from_days(2), Day::from_days(2)));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The feedback, that of the days after tuning included.
    pub timeline: &'a Timeline,
    /// The last day of tuning; the days after it are scored. Without it all days are tuned on and all but the first are scored.
    pub until: Option<Day>,
    /// The prior in use.
    pub priors: &'a Priors,
    /// How the past counts where priors are scored.
    pub view: View,
    /// Level of the interval, in (0, 1).
    pub level: f64,
    /// How edges are grouped.
    pub grouping: Grouping<'a>,
    /// Whether the days are those of the feedback, and not made up for counts that have none.
    pub dated: bool,
}

/// What the log says of priors and of forgetting.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// assert_eq!((tuning.fit.edges, tuning.evidence.events()), (5, 750.0));
/// let recommended = tuning.recommended().unwrap().default_prior();
/// assert_eq!(Some(recommended), tuning.fit.usable());
/// assert!((recommended.mean() - 0.5).abs() < 1e-9); // as many edges above ½ as below
/// assert!(tuning.groups.is_none()); // not asked for
/// ```
#[derive(Debug, Clone)]
pub struct Tuning {
    /// The prior of all edges.
    pub fit: Fit,
    /// The counts that it was fitted to.
    pub evidence: Evidence,
    /// The first and the last day of tuning; `None` without feedback.
    pub tuned_on: Option<(Day, Day)>,
    /// The day-ahead scores, or why there are none.
    pub scoring: Result<Scoring, String>,
    /// The groups, if edges are grouped.
    pub groups: Option<Groups>,
    /// The prior in use.
    pub given: Priors,
}

/// Day-ahead scores.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let scoring = tuning.scoring.unwrap();
/// assert_eq!((scoring.scored_days, scoring.events, scoring.same_days), (2, 500.0, true)); // all but the first
/// assert_eq!((scoring.priors[0].name, scoring.forgetting_prior), ("given", "tuned"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scoring {
    /// The first and the last scored day.
    pub days: (Day, Day),
    /// How many scored days have feedback.
    pub scored_days: usize,
    /// How many events they have.
    pub events: f64,
    /// Whether the prior was tuned on them too.
    pub same_days: bool,
    /// Priors side by side, that in use first.
    pub priors: Vec<ScoredPrior>,
    /// Ways of forgetting under `forgetting_prior`.
    pub forgetting: Forgetting,
    /// The prior towards which the candidates forget: the tuned one if it is to be used, else that in use.
    pub forgetting_prior: &'static str,
}

/// A prior and what it scored.
///
/// A prior that is the given one scores as it does:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let scoring = tuning.scoring.unwrap();
/// let (given, uniform) = (scoring.priors[0], scoring.priors[1]);
/// assert_eq!((uniform.name, uniform.prior), ("uniform", Beta::UNIFORM));
/// assert_eq!((uniform.score, uniform.gain.nats_per_event), (given.score, 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPrior {
    /// `given`, `uniform`, `jeffreys`, `tuned`, `moments` or `weakest`.
    pub name: &'static str,
    /// The prior; of several given by group, that of the other edges.
    pub prior: Beta,
    /// What it scored.
    pub score: Score,
    /// By how much it was better than the prior in use.
    pub gain: Score,
}

/// Tunes the prior, and scores it with others and with ways of forgetting, day ahead.
///
/// Ten edges between 1 and 19 of 20 on one day, of which none is ahead:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, Status, tune};
/// let mut fold = Fold::default();
/// for successes in (1..20).step_by(2) {
///     let edge = fold.edge(&format!("edge{successes}"));
///     fold.add(Day::from_days(0), edge, Counts::whole(successes, 20 - successes));
/// }
/// let (timeline, priors, view) = (&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative);
/// let request = Request { timeline, until: None, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// assert_eq!((tuning.fit.status, tuning.fit.pooled_mean), (Status::Interior, Some(0.5)));
/// assert_eq!(tuning.scoring.unwrap_err(), "all feedback is of one day, so that none is ahead of another");
/// ```
pub fn tune(request: &Request<'_>) -> Tuning {
    let &Request { timeline, until, priors, view, level, grouping, dated } = request;
    let last = until.unwrap_or(Day::from_days(i32::MAX));
    let tuned = timeline.between(Day::from_days(i32::MIN), last);
    let evidence = Evidence::new(tuned.totals());
    let fit = Fit::new(&evidence, level);
    let undated = || "the counts have no days, so that none is ahead of another".to_owned();
    let days = if dated { scored_days(timeline, until) } else { Err(undated()) };
    let judge = Judge { given: priors, view, level, until: last, days: days.clone().ok() };
    let groups = match grouping {
        Grouping::None => None,
        Grouping::Globs(globs) => Some(judge.globs(timeline, globs)),
        Grouping::Segments(segments) => Some(judge.segments(segments)),
    };
    let scoring = days.and_then(|days| {
        scoring(request, &fit, days).ok_or_else(|| "no day that could be scored has feedback".to_owned())
    });
    Tuning { fit, tuned_on: tuned.span().filter(|_| dated), evidence, scoring, groups, given: priors.clone() }
}

impl Tuning {
    /// The priors that the log supports: of groups where that is better, else one for all; `None` where the evidence has no
    /// maximum that may be used.
    pub fn recommended(&self) -> Option<Priors> {
        let grouped = self.groups.as_ref().filter(|groups| groups.are_chosen() && !groups.segments);
        let Some(groups) = grouped else { return self.fit.usable().map(Priors::new) };
        let mut priors = self.fit.usable().map_or_else(|| self.given.clone(), Priors::new);
        for group in &groups.groups {
            let prior = group.own().unwrap_or(priors.default_prior());
            priors.push(&group.name, prior).expect("valid by construction: a pattern was parsed from it");
        }
        Some(priors)
    }
}

/// The days that are scored, or why there is none.
fn scored_days(timeline: &Timeline, until: Option<Day>) -> Result<RangeInclusive<Day>, String> {
    let Some((first, last)) = timeline.span() else { return Err("there is no feedback".to_owned()) };
    match until {
        Some(until) if last <= until => Err(format!("there is no feedback after {until}")),
        Some(until) => Ok((until + 1).max(first + 1)..=last),
        None if first == last => Err("all feedback is of one day, so that none is ahead of another".to_owned()),
        None => Ok(first + 1..=last),
    }
}

fn scoring(request: &Request<'_>, fit: &Fit, days: RangeInclusive<Day>) -> Option<Scoring> {
    let &Request { timeline, until, priors, view, .. } = request;
    let score = |priors: &Priors| day_ahead(timeline, priors, view, days.clone());
    let given = score(priors);
    let maximum = fit.maximum.map(|found| found.prior);
    let weakest = fit.weakest();
    let others = [
        ("uniform", Some(Beta::UNIFORM)),
        ("jeffreys", Some(Beta::JEFFREYS)),
        ("tuned", maximum),
        ("moments", fit.moments),
        ("weakest", weakest),
    ];
    let row = |name, prior, scores: &DayScores| {
        Some(ScoredPrior { name, prior, score: scores.score()?, gain: scores.better_than(&given)? })
    };
    let mut rows = vec![row("given", priors.default_prior(), &given)?];
    for (name, prior) in others {
        let Some(prior) = prior else { continue };
        rows.push(row(name, prior, &score(&Priors::new(prior)))?);
    }
    let (forgetting_prior, towards) = match fit.usable() {
        Some(prior) => ("tuned", Priors::new(prior)),
        None => ("given", priors.clone()),
    };
    let forgetting = Forgetting::new(timeline, &towards, view, &days)?;
    Some(Scoring {
        days: (*days.start(), *days.end()),
        scored_days: given.days.len(),
        events: given.events(),
        same_days: until.is_none(),
        priors: rows,
        forgetting,
        forgetting_prior,
    })
}
