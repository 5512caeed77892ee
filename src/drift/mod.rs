//! Drift: which edges changed their rate, by day and by pull; where, as three detectors see it; and which cannot be seen.
//!
//! | question | answer | page |
//! |---|---|---|
//! | Did this edge keep one rate? | an e-value of its daily counts and of its single rewards, e-BH across edges | [`one_rate`], [`EdgeDrift::ln_e`] |
//! | Since when has its rate been the same? | the law of the run length, exactly | [`run_lengths`] |
//! | When would a chart have raised an alarm? | Page–Hinkley, up and down | [`PageHinkley`] |
//! | How much of the past is like the present? | ADWIN | [`Adwin`] |
//! | How often would they cry wolf? | in-control run lengths | [`AverageRunLength`] |
//!
//! Only the e-values are evidence with a promise: under one rate their mean is at most 1, however pulls follow rewards, and
//! among the edges that e-BH names at most a share of 1 − level is false, on average. The detectors say where, not whether.
//! An edge that is no longer chosen cannot be seen to recover: it is *blind*.
//!
//! Logs of counts have no order within a day. Then what goes by pull does not exist, and the daily counts alone speak.
//!
//! [`one_rate`]: crate::decision::one_rate()

pub mod adwin;
mod document;
pub mod in_control;
pub mod page_hinkley;
pub mod run_length;
mod settings;
mod words;

pub use adwin::Adwin;
pub use document::{Document, EdgeRow};
pub use in_control::AverageRunLength;
pub use page_hinkley::{Direction, LEAST_EVENTS, PageHinkley, PageHinkleySettings};
pub use run_length::{RunLengths, run_lengths};
pub use settings::{Settings, SettingsError};
pub use words::sentences;

use rayon::prelude::*;
use serde::Serialize;

use crate::beta::Beta;
use crate::decision::{DailyCounts, OneRate, e_bh, ln_mean_e_value, one_rate};
use crate::feedback::Day;
use crate::posterior::Priors;
use crate::timeline::{Play, Sequences, Timeline};
use in_control::World;

/// What detects changes.
///
/// A hundred failures on one day and a hundred successes on the next, in this order:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Day, Reward};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, Play, SequenceFold};
/// use betadrift::drift::{Method, Settings, drift};
/// # let (mut fold, mut sequences) = (Fold::default(), SequenceFold::default());
/// # for at in 0..200u32 {
/// #     let (reward, day) = if at < 100 { (Reward::FAILURE, 0) } else { (Reward::SUCCESS, 1) };
/// #     let (day, edge) = (Day::from_days(day), fold.edge("a"));
/// #     fold.add(day, edge, reward.into());
/// #     sequences.add("a", (0, at.into()), Play { nanoseconds: at.into(), day, reward });
/// # }
/// let settings = Settings { in_control_runs: 0, ..Settings::default() };
/// let found = drift(&fold.finish(), Some(&sequences.finish()), &Priors::new(Beta::UNIFORM), &settings);
/// let starts: Vec<usize> = found.edges[0].changes_by(Method::Bocpd).map(|change| change.index).collect();
/// assert_eq!(starts, [100]);
/// assert_eq!(Method::ALL.map(Method::title), ["BOCPD", "Page–Hinkley up", "Page–Hinkley down", "ADWIN"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Bayesian online change points: where the most probable segments begin.
    Bocpd,
    /// Page–Hinkley for a rise: where the alarm was raised.
    PageHinkleyUp,
    /// Page–Hinkley for a fall: where the alarm was raised.
    PageHinkleyDown,
    /// ADWIN: where the window was cut.
    Adwin,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bocpd, Self::PageHinkleyUp, Self::PageHinkleyDown, Self::Adwin];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bocpd => "BOCPD",
            Self::PageHinkleyUp => "Page–Hinkley up",
            Self::PageHinkleyDown => "Page–Hinkley down",
            Self::Adwin => "ADWIN",
        }
    }
}

/// A change as a detector sees it.
///
/// A hundred failures on one day and a hundred successes on the next, in this order:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Day, Reward};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, Play, SequenceFold};
/// use betadrift::drift::{Change, Method, Settings, drift};
/// # let (mut fold, mut sequences) = (Fold::default(), SequenceFold::default());
/// # for at in 0..200u32 {
/// #     let (reward, day) = if at < 100 { (Reward::FAILURE, 0) } else { (Reward::SUCCESS, 1) };
/// #     let (day, edge) = (Day::from_days(day), fold.edge("a"));
/// #     fold.add(day, edge, reward.into());
/// #     sequences.add("a", (0, at.into()), Play { nanoseconds: at.into(), day, reward });
/// # }
/// let settings = Settings { in_control_runs: 0, ..Settings::default() };
/// let found = drift(&fold.finish(), Some(&sequences.finish()), &Priors::new(Beta::UNIFORM), &settings);
/// let first = found.edges[0].changes_by(Method::Bocpd).next();
/// assert_eq!(first, Some(&Change { index: 100, method: Method::Bocpd, day: Day::from_days(1) }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// The position of the event among those of the edge, from 0.
    pub index: usize,
    /// Which detector.
    pub method: Method,
    /// The calendar day of the event.
    pub day: Day,
}

/// What is said of an edge by single rewards, where their order is known.
///
/// A hundred failures on one day and a hundred successes on the next, in this order:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Day, Reward};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, Play, SequenceFold};
/// use betadrift::drift::{Settings, drift};
/// # let (mut fold, mut sequences) = (Fold::default(), SequenceFold::default());
/// # for at in 0..200u32 {
/// #     let (reward, day) = if at < 100 { (Reward::FAILURE, 0) } else { (Reward::SUCCESS, 1) };
/// #     let (day, edge) = (Day::from_days(day), fold.edge("a"));
/// #     fold.add(day, edge, reward.into());
/// #     sequences.add("a", (0, at.into()), Play { nanoseconds: at.into(), day, reward });
/// # }
/// let settings = Settings { in_control_runs: 0, ..Settings::default() };
/// let found = drift(&fold.finish(), Some(&sequences.finish()), &Priors::new(Beta::UNIFORM), &settings);
/// let by_pull = found.edges[0].by_pull.as_ref().unwrap();
/// assert_eq!(by_pull.evenings, [(Day::from_days(0), 100), (Day::from_days(1), 200)]);
/// assert_eq!((by_pull.runs.last(), &by_pull.runs.starts[..]), (100, &[100][..]));
/// assert!(by_pull.ln_e > 100.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ByPull {
    /// The law of the run length; P(run length ≤ w) on the evenings.
    pub runs: RunLengths,
    /// The evenings of days with feedback, and after how many events each was.
    pub evenings: Vec<(Day, usize)>,
    /// ln of the e-value: the evidence over the likelihood of the best single rate.
    pub ln_e: f64,
    /// The changes that the detectors see, in order of events.
    pub changes: Vec<Change>,
}

/// An edge.
///
/// On four days `docs` has 10, 10, 60 and 60 successes of 100, `faq` 50 on each:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::Fold;
/// use betadrift::drift::{Settings, drift};
/// # let mut fold = Fold::default();
/// # let (docs, faq) = (fold.edge("docs"), fold.edge("faq"));
/// # for (day, successes) in [(0, 10), (1, 10), (2, 60), (3, 60)] {
/// #     fold.add(Day::from_days(day), docs, Counts::whole(successes, 100 - successes));
/// #     fold.add(Day::from_days(day), faq, Counts::whole(50, 50));
/// # }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// let docs = &found.edges[0];
/// assert_eq!((docs.events(), docs.outcomes()), (400.0, (140.0, 260.0)));
/// assert_eq!(docs.by_day.map(|evidence| evidence.split), Some(2));
/// assert!(docs.rejected && docs.e_value().unwrap() > 1e15);
/// assert_eq!((docs.by_pull.as_ref(), docs.blind_since), (None, None));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeDrift {
    /// Its name.
    pub edge: Box<str>,
    /// Its feedback, day by day.
    pub days: Vec<DailyCounts>,
    /// The e-value of its daily counts; `None` with feedback on fewer than two days.
    pub by_day: Option<OneRate>,
    /// What its single rewards say; `None` where their order is not known.
    pub by_pull: Option<ByPull>,
    /// ln of the e-value against one rate, the mean of that by day and that by pull; `None` without either.
    pub ln_e: Option<f64>,
    /// Whether e-BH rejects one rate.
    pub rejected: bool,
    /// The first day of its silence that makes it blind, if it is.
    pub blind_since: Option<Day>,
    /// The in-control run lengths of the detectors at about its rate; none if not asked for, or without order.
    pub in_control: Vec<AverageRunLength>,
}

/// Successes and failures together: a whole number, where all but rounding says so.
fn pulls((successes, failures): (f64, f64)) -> f64 {
    let (sum, whole) = (successes + failures, (successes + failures).round());
    if (sum - whole).abs() <= 1e-12 * whole { whole } else { sum }
}

impl EdgeDrift {
    /// Successes and failures.
    pub fn outcomes(&self) -> (f64, f64) {
        self.days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.successes, sum.1 + day.failures))
    }

    /// All of its feedback.
    pub fn events(&self) -> f64 {
        pulls(self.outcomes())
    }

    /// The e-value, at most the greatest number that f64 holds.
    pub fn e_value(&self) -> Option<f64> {
        self.ln_e.map(|ln_e| ln_e.exp().min(f64::MAX))
    }
}

/// The analysis.
///
/// On four days `docs` has 10, 10, 60 and 60 successes of 100, `faq` 50 on each:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::Fold;
/// use betadrift::drift::{Settings, drift};
/// # let mut fold = Fold::default();
/// # let (docs, faq) = (fold.edge("docs"), fold.edge("faq"));
/// # for (day, successes) in [(0, 10), (1, 10), (2, 60), (3, 60)] {
/// #     fold.add(Day::from_days(day), docs, Counts::whole(successes, 100 - successes));
/// #     fold.add(Day::from_days(day), faq, Counts::whole(50, 50));
/// # }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// let changed: Vec<&str> = found.changed().iter().map(|edge| &*edge.edge).collect();
/// assert_eq!(changed, ["docs"]);
/// assert_eq!(found.span, Some((Day::from_days(0), Day::from_days(3))));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// The edges in byte order of their names, those without feedback included.
    pub edges: Vec<EdgeDrift>,
    /// The first and the last day with feedback.
    pub span: Option<(Day, Day)>,
    /// By which parameters.
    pub settings: Settings,
}

impl Drift {
    /// The edges that changed, the strongest evidence first.
    pub fn changed(&self) -> Vec<&EdgeDrift> {
        let mut changed: Vec<&EdgeDrift> = self.edges.iter().filter(|edge| edge.rejected).collect();
        changed.sort_by(|a, b| b.ln_e.unwrap_or(0.0).total_cmp(&a.ln_e.unwrap_or(0.0)));
        changed
    }
}

/// Looks for changes in the rates of the edges of a timeline; `sequences` are the same feedback in order, `None` where there is
/// no order. The segments of an edge start from its prior.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::drift::{Settings, drift};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::Fold;
/// let mut fold = Fold::default();
/// let edge = fold.edge("docs");
/// for (day, successes) in [(0, 10), (1, 12), (2, 60), (3, 58)] {
///     fold.add(Day::from_days(day), edge, Counts::whole(successes, 100 - successes));
/// }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// let docs = &found.edges[0];
/// assert!(docs.rejected && docs.e_value().unwrap() > 1e15);
/// assert_eq!(docs.by_day.unwrap().split, 2);
/// assert!(docs.by_pull.is_none()); // counts have no order within a day
/// ```
///
/// # Panics
/// Unless the level of the settings lies strictly between 0 and 1 and their hazard in [0, 1).
pub fn drift(timeline: &Timeline, sequences: Option<&Sequences>, priors: &Priors, settings: &Settings) -> Drift {
    let Settings { level, hazard, .. } = *settings;
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    assert!((0.0..1.0).contains(&hazard), "a hazard lies in [0, 1), not {hazard}");
    let mut days = vec![Vec::new(); timeline.edges().len()];
    for day in timeline.days() {
        for cell in &day.cells {
            let (successes, failures) = (cell.counts.successes.to_f64(), cell.counts.failures.to_f64());
            days[cell.edge.index()].push(DailyCounts { day: day.day.days(), successes, failures });
        }
    }
    let named: Vec<(&str, Vec<DailyCounts>)> = timeline.edges().iter().map(|(_, name)| name).zip(days).collect();
    let span = timeline.span();
    let last = span.map_or(0, |(_, last)| last.days());
    let look = |(name, days): (&str, Vec<DailyCounts>)| {
        let plays = sequences.and_then(|all| all.edges().get(name).map(|edge| all.of(edge)));
        look(name, days, plays, priors.of(name), last, settings)
    };
    let mut edges: Vec<EdgeDrift> = named.into_par_iter().map(look).collect();
    reject(&mut edges, 1.0 - settings.level);
    let ordered: Vec<usize> =
        (0..edges.len()).filter(|&at| edges[at].by_pull.is_some() && edges[at].events() > 0.0).collect();
    let worlds: Vec<World> = ordered
        .iter()
        .map(|&at| {
            let (successes, failures) = edges[at].outcomes();
            World::near(successes, failures, priors.of(&edges[at].edge))
        })
        .collect();
    for (at, lengths) in ordered.into_iter().zip(in_control::in_control(&worlds, settings)) {
        edges[at].in_control = lengths;
    }
    Drift { edges, span, settings: *settings }
}

fn look(
    name: &str,
    days: Vec<DailyCounts>,
    plays: Option<&[Play]>,
    prior: Beta,
    last: i32,
    settings: &Settings,
) -> EdgeDrift {
    let by_day = one_rate(&days, last);
    let by_pull = plays.map(|plays| by_pull(plays, prior, settings));
    let ln_e: Vec<f64> =
        by_day.map(|evidence| evidence.ln_e).into_iter().chain(by_pull.iter().map(|it| it.ln_e)).collect();
    let blind_days = i32::try_from(settings.blind_days).unwrap_or(i32::MAX);
    let silent = days.last().map(|day| day.day).filter(|day| last - day >= blind_days);
    EdgeDrift {
        edge: name.into(),
        by_day,
        ln_e: ln_mean_e_value(&ln_e).filter(|_| !days.is_empty()),
        by_pull,
        rejected: false,
        blind_since: silent.map(|day| Day::from_days(day + blind_days)),
        in_control: Vec::new(),
        days,
    }
}

fn by_pull(plays: &[Play], prior: Beta, settings: &Settings) -> ByPull {
    let rewards: Vec<f64> = plays.iter().map(|play| play.reward.success().to_f64()).collect();
    let ends = plays.chunk_by(|a, b| a.day == b.day).scan(0, |end, day| {
        *end += day.len();
        Some((day[0].day, *end))
    });
    let evenings: Vec<(Day, usize)> = ends.collect();
    let after: Vec<usize> = evenings.iter().map(|&(_, end)| end).collect();
    let runs = run_lengths(&rewards, prior, settings.hazard, settings.within, &after);
    let successes: f64 = rewards.iter().sum();
    let failures = rewards.iter().map(|reward| 1.0 - reward).sum::<f64>();
    let part = |count: f64| if count > 0.0 { count * (count / (successes + failures)).ln() } else { 0.0 };
    let ln_e = runs.ln_evidence - part(successes) - part(failures);
    let alarms = |method: Method, found: Vec<usize>| {
        found.into_iter().map(move |index| Change { index, method, day: plays[index].day }).collect::<Vec<_>>()
    };
    let test = |direction: Direction| {
        let mut test = PageHinkley::new(settings.page_hinkley, direction);
        (0..rewards.len()).filter(|&at| test.observe(rewards[at])).collect()
    };
    let mut window = Adwin::new(settings.adwin_delta);
    let cuts = (0..rewards.len()).filter(|&at| window.observe(rewards[at])).collect();
    let mut changes = alarms(Method::Bocpd, runs.starts.iter().map(|&start| start as usize).collect());
    changes.extend(alarms(Method::PageHinkleyUp, test(Direction::Up)));
    changes.extend(alarms(Method::PageHinkleyDown, test(Direction::Down)));
    changes.extend(alarms(Method::Adwin, cuts));
    changes.sort();
    ByPull { runs, evenings, ln_e, changes }
}

/// Marks the edges that e-BH rejects, of all with feedback.
fn reject(edges: &mut [EdgeDrift], false_discoveries: f64) {
    let mut seen: Vec<&mut EdgeDrift> = edges.iter_mut().filter(|edge| !edge.days.is_empty()).collect();
    let ln_e: Vec<f64> = seen.iter().map(|edge| edge.ln_e.unwrap_or(0.0)).collect();
    for (edge, rejected) in seen.iter_mut().zip(e_bh(&ln_e, false_discoveries).rejected) {
        edge.rejected = rejected;
    }
}
