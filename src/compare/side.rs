//! One of the two that are compared: what is believed of each edge, and what was concluded.

use serde::{Deserialize, Serialize};

use super::stored::exact;
use crate::beta::Beta;
use crate::convergence::{Convergence, EdgeState, VerdictState};
use crate::feedback::{Counts, Day, EdgeId};
use crate::posterior::{Priors, update};
use crate::timeline::{DayCounts, Segments, Timeline, View};

/// The beliefs of one side, and what they rest upon.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side, Source};
/// let edges = vec![Belief { edge: "a".into(), posterior: Beta::new(4.0, 3.0)?, pulls: 5.0, state: None }];
/// let source = |name: &str, digest: &str| Source { name: name.to_owned(), digest: digest.to_owned() };
/// let one = Side { edges, sources: vec![source("monday.csv", "f00d")], ..Side::default() };
/// let other = Side { sources: vec![source("copy.csv", "f00d"), source("tuesday.csv", "beef")], ..Side::default() };
/// assert_eq!((one.pulls(), other.pulls()), (5.0, 0.0));
/// let shared: Vec<&str> = other.shared(&one).into_iter().map(|source| &*source.name).collect();
/// assert_eq!(shared, ["copy.csv"]);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// What it is called: the base name of its file.
    pub name: String,
    /// The files that it comes from, where they are known.
    pub sources: Vec<Source>,
    /// The prior in words, where it is known.
    pub prior: Option<String>,
    /// How the past counts in words, where it is known.
    pub view: Option<String>,
    /// The days with feedback, in order, where they are known.
    pub days: Vec<DayTotal>,
    /// Every edge with feedback, in byte order of the names.
    pub edges: Vec<Belief>,
    /// The verdict.
    pub verdict: Option<Judgement>,
    /// The same by segment of the traffic, in byte order of the names; empty where no column tells segments apart.
    pub segments: Vec<Segment>,
}

/// A file that a side comes from.
///
/// ```
/// use betadrift::compare::Side;
/// let side = Side::from_json("kept", r#"{"schema": "betadrift.baseline/1", "edges": [],
///                                        "sources": [{"name": "log.csv", "digest": "f00d"}]}"#)?;
/// assert_eq!((&*side.sources[0].name, &*side.sources[0].digest), ("log.csv", "f00d"));
/// # Ok::<(), betadrift::compare::StoredError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its base name.
    pub name: String,
    /// The hash of its bytes, in hexadecimal digits.
    pub digest: String,
}

/// The feedback of a day, all edges together.
///
/// ```
/// use betadrift::compare::Side;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::timeline::Fold;
/// let mut fold = Fold::default();
/// let (a, b) = (fold.edge("a"), fold.edge("b"));
/// fold.add(Day::from_days(0), a, Counts::whole(3, 2));
/// fold.add(Day::from_days(0), b, Counts::whole(1, 4));
/// let before = Side::default().by_day(&fold.clone().finish());
/// assert_eq!((before.days[0].successes, before.days[0].failures), (4.0, 6.0));
/// fold.add(Day::from_days(1), a, Counts::whole(1, 0));
/// let after = Side::default().by_day(&fold.finish());
/// assert_eq!(after.goes_on_from(&before), Some(Day::from_days(1)));
/// assert_eq!(before.goes_on_from(&after), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DayTotal {
    /// The day.
    pub day: Day,
    /// Σ successes.
    #[serde(deserialize_with = "exact")]
    pub successes: f64,
    /// Σ failures.
    #[serde(deserialize_with = "exact")]
    pub failures: f64,
}

/// What is believed of an edge.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::{Belief, Side};
/// use betadrift::posterior::update;
/// let belief = Belief { edge: "a".into(), posterior: update(Beta::UNIFORM, (3.0, 2.0)), pulls: 5.0, state: None };
/// let side = Side { edges: vec![belief], ..Side::default() };
/// assert_eq!((side.edges[0].posterior.mean(), side.pulls()), (4.0 / 7.0, 5.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Its name.
    pub edge: Box<str>,
    /// Its posterior.
    pub posterior: Beta,
    /// Its feedback.
    pub pulls: f64,
    /// Its state, where the whole was judged.
    pub state: Option<EdgeState>,
}

/// A verdict.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::Side;
/// use betadrift::convergence::{Settings, VerdictState, convergence};
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// for (name, successes) in [("a", 90), ("b", 10)] {
///     let edge = fold.edge(name);
///     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 100 - successes)));
/// }
/// let priors = Priors::new(Beta::UNIFORM);
/// let side = Side::of("log.csv", &convergence(&fold.finish(), &priors, View::Cumulative, &Settings::default()));
/// let verdict = side.verdict.unwrap();
/// assert_eq!((verdict.state, verdict.leader.as_deref()), (VerdictState::Settled, Some("a")));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The state.
    pub state: VerdictState,
    /// The first day of the unbroken run of that state.
    pub since: Option<Day>,
    /// The leader.
    pub leader: Option<String>,
    /// The rule that decided, with its numbers.
    pub reason: String,
}

/// The beliefs within a segment of the traffic.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::compare::Side;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{SegmentFold, View};
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "mobile", Counts::whole(3, 2));
/// let side = Side::default().by_segment(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative);
/// assert_eq!(&*side.segments[0].segment, "mobile");
/// assert_eq!(side.segments[0].edges[0].posterior, Beta::new(4.0, 3.0)?);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its name; empty for the events without one.
    pub segment: Box<str>,
    /// Every edge with feedback in it, in byte order of the names.
    pub edges: Vec<Belief>,
}

impl Side {
    /// The side of an analysis; its sources, prior and view are for the caller to say.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::compare::Side;
    /// use betadrift::convergence::{Settings, convergence};
    /// use betadrift::feedback::{Counts, Day};
    /// use betadrift::posterior::Priors;
    /// use betadrift::timeline::{Fold, View};
    /// let mut fold = Fold::default();
    /// let edge = fold.edge("a");
    /// fold.add(Day::from_days(0), edge, Counts::whole(3, 2));
    /// let priors = Priors::new(Beta::UNIFORM);
    /// let analysis = convergence(&fold.finish(), &priors, View::Cumulative, &Settings::default());
    /// assert_eq!(Side::of("monday", &analysis).edges[0].posterior, Beta::new(4.0, 3.0).unwrap());
    /// ```
    pub fn of(name: &str, analysis: &Convergence) -> Self {
        let belief = |standing: &crate::convergence::Standing| Belief {
            edge: analysis.edges.name(standing.edge).into(),
            posterior: standing.posterior,
            pulls: standing.pulls,
            state: Some(standing.state),
        };
        let verdict = &analysis.verdict;
        Self {
            name: name.to_owned(),
            edges: analysis.standings.iter().map(belief).collect(),
            verdict: Some(Judgement {
                state: verdict.state,
                since: verdict.since,
                leader: verdict.leader.map(|leader| analysis.edges.name(leader).to_owned()),
                reason: verdict.reason.clone(),
            }),
            ..Self::default()
        }
    }

    /// The same with what is believed within each segment.
    pub fn by_segment(self, segments: &Segments, priors: &Priors, view: View) -> Self {
        let segment = |(name, timeline): &(Box<str>, Timeline)| Segment {
            segment: name.clone(),
            edges: beliefs(timeline, priors, view),
        };
        let segments = segments.iter().filter(|(_, timeline)| !timeline.is_empty()).map(segment).collect();
        Self { segments, ..self }
    }

    /// The same with the feedback of each day.
    pub fn by_day(self, timeline: &Timeline) -> Self {
        let total = |counts: &DayCounts| {
            let mut sum = Counts::default();
            counts.cells.iter().for_each(|cell| sum += cell.counts);
            DayTotal { day: counts.day, successes: sum.successes.to_f64(), failures: sum.failures.to_f64() }
        };
        Self { days: timeline.days().iter().map(total).collect(), ..self }
    }

    /// The first day after those of another side, if this side has all days of the other with the same feedback, and more: it
    /// seems to go on from it.
    pub fn goes_on_from(&self, other: &Self) -> Option<Day> {
        let last = other.days.last()?.day;
        let (old, new) = self.days.split_at(self.days.partition_point(|total| total.day <= last));
        (old == other.days).then_some(new.first()?.day)
    }

    /// All feedback.
    pub fn pulls(&self) -> f64 {
        self.edges.iter().map(|belief| belief.pulls).sum()
    }

    /// The files that both sides come from: what rests on them is believed alike by construction.
    pub fn shared<'a>(&'a self, other: &Self) -> Vec<&'a Source> {
        self.sources.iter().filter(|one| other.sources.iter().any(|source| source.digest == one.digest)).collect()
    }
}

/// What is believed of every edge that has feedback.
fn beliefs(timeline: &Timeline, priors: &Priors, view: View) -> Vec<Belief> {
    let (counted, totals) = (timeline.last(view), timeline.totals());
    let seen = timeline.active_spans().into_iter().enumerate().filter(|(_, span)| span.is_some());
    let belief = |(index, _): (usize, _)| {
        let edge = timeline.edges().name(EdgeId::new(index));
        let posterior = update(priors.of(edge), counted[index]);
        Belief { edge: edge.into(), posterior, pulls: totals[index].pulls(), state: None }
    };
    seen.map(belief).collect()
}
