//! Priors of groups, pooled in part.
//!
//! A group keeps the prior of all unless its own evidence has a maximum whose interval of the concentration ends: fewer edges than
//! that say nothing of how they differ from one another. Whether the priors of groups are better than one for all is then asked of
//! the days ahead, not of the evidence they were fitted to: they are chosen if their day-ahead score is better by more than its
//! standard error.
//!
//! **When to use it**: names or segments tell of kinds of edges beforehand. **When not**: groups made by looking at the rates: they
//! differ by construction.

use std::ops::RangeInclusive;

use glob::Pattern;

use super::evidence::Evidence;
use super::fit::Fit;
use super::score::{DayScores, Score, day_ahead};
use crate::beta::Beta;
use crate::feedback::{Counts, Day};
use crate::posterior::Priors;
use crate::timeline::{Segments, Timeline, View};

/// How edges are grouped.
///
/// On each of three days four new edges each of two kinds, with rates from 0.6 to 0.9 and from 0.02 to 0.2:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (kind, rates) in [("fast", [60, 70, 80, 90]), ("slow", [2, 8, 14, 20])] {
/// #     for (at, successes) in rates.into_iter().enumerate() {
/// #         for day in 0..3 {
/// #             let edge = fold.edge(&format!("{kind}/{day}.{at}"));
/// #             fold.add(Day::from_days(day), edge, Counts::whole(successes, 100 - successes));
/// #         }
/// #     }
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// let globs = ["fast/*".parse()?, "slow/*".parse()?];
/// let groups = |grouping| tune(&Request { timeline, until, priors, view, level: 0.95, grouping, dated: true }).groups;
/// assert_eq!(groups(Grouping::None), None);
/// assert_eq!(groups(Grouping::Globs(&globs)).unwrap().groups[1].name, "slow/*");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Grouping<'a> {
    /// Not at all.
    None,
    /// By name; of several globs that match an edge the last counts.
    Globs(&'a [Pattern]),
    /// An edge in one segment apart from the same edge in another.
    Segments(&'a Segments),
}

/// Groups and whether they are to have priors of their own.
///
/// On each of three days four new edges each of two kinds, with rates from 0.6 to 0.9 and from 0.02 to 0.2:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (kind, rates) in [("fast", [60, 70, 80, 90]), ("slow", [2, 8, 14, 20])] {
/// #     for (at, successes) in rates.into_iter().enumerate() {
/// #         for day in 0..3 {
/// #             let edge = fold.edge(&format!("{kind}/{day}.{at}"));
/// #             fold.add(Day::from_days(day), edge, Counts::whole(successes, 100 - successes));
/// #         }
/// #     }
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// let globs = ["fast/*".parse()?, "slow/*".parse()?];
/// let grouping = Grouping::Globs(&globs);
/// let tuning = tune(&Request { timeline, until, priors, view, level: 0.95, grouping, dated: true });
/// let groups = tuning.groups.unwrap();
/// assert_eq!((groups.pooled.edges, groups.groups[0].fit.edges), (24, 12));
/// assert!(groups.are_chosen() && groups.gain.unwrap().nats_per_event > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// Whether they are segments, which a file of priors by edge cannot tell apart.
    pub segments: bool,
    /// The prior of all units together: edges, or edges in their segments.
    pub pooled: Fit,
    /// Each group.
    pub groups: Vec<Group>,
    /// The score of one prior for all; `None` without a day to score.
    pub pooled_score: Option<Score>,
    /// The score of the priors of the groups.
    pub grouped_score: Option<Score>,
    /// By how much the groups' priors are better.
    pub gain: Option<Score>,
}

/// A group.
///
/// A group whose edges differ bears a prior, one of edges alike does not:
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::tune::{Evidence, Fit, Group};
/// let group = |counts: &[Counts]| {
///     Group { name: "docs/*".to_owned(), fit: Fit::new(&Evidence::new(counts.iter().copied()), 0.95) }
/// };
/// let differ: Vec<Counts> = [5, 15, 25, 35, 45].map(|successes| Counts::whole(successes, 50 - successes)).into();
/// assert!((group(&differ).own().unwrap().mean() - 0.5).abs() < 1e-9);
/// assert_eq!(group(&[Counts::whole(25, 25), Counts::whole(25, 25)]).own(), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its glob, or the name of its segment.
    pub name: String,
    /// What its own evidence says.
    pub fit: Fit,
}

impl Group {
    /// The prior of its own, where its evidence bears one.
    pub fn own(&self) -> Option<Beta> {
        self.fit.usable()
    }
}

impl Groups {
    /// Whether groups get priors of their own: some bear one, and the days ahead say that it is better.
    pub fn are_chosen(&self) -> bool {
        self.groups.iter().any(|group| group.own().is_some()) && self.gain.is_some_and(|gain| gain.is_clear())
    }
}

/// What groups are judged by.
pub(super) struct Judge<'a> {
    pub(super) given: &'a Priors,
    pub(super) view: View,
    pub(super) level: f64,
    /// The last day of tuning.
    pub(super) until: Day,
    pub(super) days: Option<RangeInclusive<Day>>,
}

impl Judge<'_> {
    /// Groups of edges by name.
    pub(super) fn globs(&self, timeline: &Timeline, globs: &[Pattern]) -> Groups {
        let totals = self.tuned(timeline);
        let group_of = |name: &str| globs.iter().rposition(|glob| glob.matches(name));
        let of: Vec<Option<usize>> = timeline.edges().iter().map(|(_, name)| group_of(name)).collect();
        let group = |(at, glob): (usize, &Pattern)| {
            let counts = totals.iter().zip(&of).filter(|(_, of)| **of == Some(at)).map(|(counts, _)| *counts);
            Group { name: glob.as_str().to_owned(), fit: self.fit(counts) }
        };
        let groups: Vec<Group> = globs.iter().enumerate().map(group).collect();
        let pooled = self.fit(totals.iter().copied());
        let one = self.one(&pooled);
        let mut many = one.clone();
        for group in &groups {
            // A group keeps what it has of others where it bears no prior, so that the last glob still counts.
            let prior = group.own().unwrap_or(one.default_prior());
            many.push(&group.name, prior).expect("valid by construction: a pattern was parsed from it");
        }
        let score = |priors: &Priors| self.days.clone().map(|days| day_ahead(timeline, priors, self.view, days));
        judged(false, pooled, groups, score(&one), score(&many))
    }

    /// Groups of the traffic.
    pub(super) fn segments(&self, segments: &Segments) -> Groups {
        let group = |(name, timeline): &(Box<str>, Timeline)| Group {
            name: name.to_string(),
            fit: self.fit(self.tuned(timeline)),
        };
        let groups: Vec<Group> = segments.iter().map(group).collect();
        let pooled = self.fit(segments.iter().flat_map(|(_, timeline)| self.tuned(timeline)));
        let one = self.one(&pooled);
        let score = |prior: &dyn Fn(&Group) -> Priors| {
            let days = self.days.clone()?;
            let mut all = DayScores::default();
            for ((_, timeline), group) in segments.iter().zip(&groups) {
                all.merge(&day_ahead(timeline, &prior(group), self.view, days.clone()));
            }
            Some(all)
        };
        let pooled_score = score(&|_| one.clone());
        let grouped_score = score(&|group: &Group| group.own().map_or_else(|| one.clone(), Priors::new));
        judged(true, pooled, groups, pooled_score, grouped_score)
    }

    fn tuned(&self, timeline: &Timeline) -> Vec<Counts> {
        timeline.between(Day::from_days(i32::MIN), self.until).totals()
    }

    fn fit(&self, counts: impl IntoIterator<Item = Counts>) -> Fit {
        Fit::new(&Evidence::new(counts), self.level)
    }

    /// The prior of all: as fitted, else as given.
    fn one(&self, pooled: &Fit) -> Priors {
        pooled.usable().map_or_else(|| self.given.clone(), Priors::new)
    }
}

fn judged(segments: bool, pooled: Fit, groups: Vec<Group>, one: Option<DayScores>, many: Option<DayScores>) -> Groups {
    let gain = many.as_ref().zip(one.as_ref()).and_then(|(many, one)| many.better_than(one));
    let score = |scores: Option<DayScores>| scores.and_then(|scores| scores.score());
    Groups { segments, pooled, groups, pooled_score: score(one), grouped_score: score(many), gain }
}
