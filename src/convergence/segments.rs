//! By segment of the traffic: whether the edge that leads the whole leads its parts as well.
//!
//! **Why.** Where an edge is chosen more often in a segment in which every edge does well, it looks good in the whole without being
//! better in any segment (Simpson 1951, doi:10.1111/j.2517-6161.1951.tb00088.x), and where the mix of segments moves, rates move that
//! did not change in any of them.
//!
//! **Formula.** Within a segment x, posteriors and P(best) as in the whole, of the edges that have feedback there. The standardised mean of an
//! edge is Σₓ sₓ·E[θ | its feedback in x], sₓ the segment's share of all feedback: what it would earn if every segment saw
//! it alike.
//!
//! **When to use it**: for segments that are known before an edge is chosen. **When not**: for what comes after, such as whether the
//! user stayed; comparing within that hides what edges do.

use serde::Serialize;

use super::day::{Belief, decide_over, lead};
use super::rules::SURELY_NOT_BEST;
use crate::feedback::{Day, EdgeId};
use crate::posterior::{Priors, update};
use crate::special::sum;
use crate::timeline::{Segments, Timeline, View};

/// A segment of the traffic over all days.
///
/// Three of four in one segment, and one failure of another edge in the other:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{SegmentFold, View};
/// use betadrift::convergence::mix;
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "app", Counts::whole(3, 1));
/// fold.add(Day::from_days(1), "b", "web", Counts::whole(0, 1));
/// let segments = fold.finish();
/// let a = segments[0].1.edges().get("a").unwrap();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, a).unwrap();
/// let app = &mix.segments[0];
/// assert_eq!((&*app.segment, app.pulls, app.share), ("app", 4.0, 0.8));
/// assert_eq!(app.halves, (Some(1.0), Some(0.0))); // all of the first day, nothing of the second
/// assert_eq!((app.leader, app.leader_mean), (a, 4.0 / 6.0));
/// assert_eq!(mix.segments[1].whole_leader_mean, None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentStanding {
    /// Its name; empty for the events without one.
    pub segment: Box<str>,
    /// Its feedback.
    pub pulls: f64,
    /// Its share of all feedback.
    pub share: f64,
    /// Its share in the first half of the days, and in the second; `None` in a half without feedback.
    pub halves: (Option<f64>, Option<f64>),
    /// The edge that leads in it.
    pub leader: EdgeId,
    /// That edge's posterior mean there.
    pub leader_mean: f64,
    /// That edge's P(best) there.
    pub p_best: f64,
    /// The posterior mean there of the edge that leads the whole; `None` if it has no feedback there.
    pub whole_leader_mean: Option<f64>,
    /// Its P(best) there.
    pub whole_leader_p_best: Option<f64>,
}

/// The traffic by segment.
///
/// Three of four in one segment, and one failure of another edge in the other, a day later:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{SegmentFold, View};
/// use betadrift::convergence::mix;
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "app", Counts::whole(3, 1));
/// fold.add(Day::from_days(1), "b", "web", Counts::whole(0, 1));
/// let segments = fold.finish();
/// let a = segments[0].1.edges().get("a").unwrap();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, a).unwrap();
/// assert_eq!((mix.led_by_whole_leader(), mix.refuted_in()), (1, 0));
/// assert_eq!(mix.moved(), Some(1.0)); // from one segment altogether to the other
/// // 0.8 of a mean of 4/6, and 0.2 of the prior's ½.
/// assert!((mix.whole_leader_standardised - (0.8 * 4.0 / 6.0 + 0.2 * 0.5)).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// Every segment with feedback, in byte order of the names.
    pub segments: Vec<SegmentStanding>,
    /// The edge that leads the whole.
    pub whole_leader: EdgeId,
    /// The edge with the greatest standardised mean, and that mean.
    pub standardised_leader: (EdgeId, f64),
    /// The standardised mean of the edge that leads the whole.
    pub whole_leader_standardised: f64,
    /// Each calendar day's feedback by segment, in the same order.
    pub days: Vec<(Day, Vec<f64>)>,
}

/// A day of a segment.
///
/// A row a day and segment:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{SegmentFold, View};
/// use betadrift::convergence::mix;
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "app", Counts::whole(3, 1));
/// fold.add(Day::from_days(1), "b", "web", Counts::whole(0, 1));
/// let segments = fold.finish();
/// let a = segments[0].1.edges().get("a").unwrap();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, a).unwrap();
/// let rows: Vec<String> = mix.day_rows().map(|row| serde_json::to_string(&row).unwrap()).collect();
/// assert_eq!(rows.len(), 4);
/// assert_eq!(rows[0], r#"{"day":"1970-01-01","segment":"app","pulls":4.0,"share":1.0}"#);
/// ```
#[derive(Debug, Serialize)]
pub struct SegmentDay<'a> {
    day: Day,
    segment: &'a str,
    pulls: f64,
    share: Option<f64>,
}

/// The traffic by segment, where the edge leads that leads the whole; `None` unless two segments have feedback.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::mix;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{SegmentFold, View};
/// // In either segment `b` is better; `a` is served where all is well.
/// let mut fold = SegmentFold::default();
/// for (edge, segment, counts) in [
///     ("a", "easy", Counts::whole(800, 200)),
///     ("b", "easy", Counts::whole(90, 10)),
///     ("a", "hard", Counts::whole(10, 90)),
///     ("b", "hard", Counts::whole(300, 700)),
/// ] {
///     fold.add(Day::from_days(0), edge, segment, counts);
/// }
/// let segments = fold.finish();
/// let a = segments[0].1.edges().get("a").unwrap();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, a).unwrap();
/// assert!(mix.segments.iter().all(|segment| segment.leader != a));
/// assert_ne!(mix.standardised_leader.0, a);
/// ```
pub fn mix(segments: &Segments, priors: &Priors, view: View, whole_leader: EdgeId) -> Option<Mix> {
    let segments: Vec<&(Box<str>, Timeline)> = segments.iter().filter(|(_, timeline)| !timeline.is_empty()).collect();
    if segments.len() < 2 {
        return None;
    }
    let days = by_day(&segments);
    let standings: Vec<SegmentStanding> =
        (0..segments.len()).map(|at| standing(segments[at], at, &days, priors, view, whole_leader)).collect();
    let standardised = standardised(&segments, &standings, priors, view);
    let seen = segments.iter().flat_map(|(_, timeline)| timeline.active_spans().into_iter().enumerate());
    let mut known = vec![false; standardised.len()];
    seen.filter(|(_, span)| span.is_some()).for_each(|(edge, _)| known[edge] = true);
    let mut leader = whole_leader;
    for edge in (0..known.len()).filter(|&edge| known[edge]) {
        if standardised[edge] > standardised[leader.index()] {
            leader = EdgeId::new(edge);
        }
    }
    Some(Mix {
        segments: standings,
        whole_leader,
        standardised_leader: (leader, standardised[leader.index()]),
        whole_leader_standardised: standardised[whole_leader.index()],
        days,
    })
}

/// Each calendar day's feedback by segment.
fn by_day(segments: &[&(Box<str>, Timeline)]) -> Vec<(Day, Vec<f64>)> {
    let spans = segments.iter().filter_map(|(_, timeline)| timeline.span());
    let Some((first, last)) = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))) else {
        return Vec::new();
    };
    let pulls = |timeline: &Timeline, day| timeline.on(day).iter().map(|cell| cell.counts.pulls()).sum();
    let of_day = |day| (day, segments.iter().map(|(_, timeline)| pulls(timeline, day)).collect());
    (first.days()..=last.days()).map(|day| of_day(Day::from_days(day))).collect()
}

/// The share of a segment in the feedback of some days.
fn share(days: &[(Day, Vec<f64>)], segment: usize) -> Option<f64> {
    let all: f64 = days.iter().flat_map(|(_, pulls)| pulls).sum();
    (all > 0.0).then(|| sum(days.iter().map(|(_, pulls)| pulls[segment])) / all)
}

fn standing(
    (name, timeline): &(Box<str>, Timeline),
    at: usize,
    days: &[(Day, Vec<f64>)],
    priors: &Priors,
    view: View,
    whole_leader: EdgeId,
) -> SegmentStanding {
    let (last, spans) = (timeline.last(view), timeline.active_spans());
    let edges = timeline.edges().iter().filter(|(edge, _)| spans[edge.index()].is_some());
    let known: Vec<Belief> = edges
        .map(|(edge, name)| {
            let (prior, counted) = (priors.of(name), last[edge.index()]);
            Belief { edge, prior, counted, posterior: update(prior, counted) }
        })
        .collect();
    let decision = decide_over(&known);
    let lead = lead(&known, &decision);
    let of_whole = known.iter().position(|belief| belief.edge == whole_leader);
    let (early, late) = days.split_at(days.len() / 2);
    SegmentStanding {
        segment: name.clone(),
        pulls: days.iter().map(|(_, pulls)| pulls[at]).sum(),
        share: share(days, at).unwrap_or_default(),
        halves: (share(early, at), share(late, at)),
        leader: lead.leader,
        leader_mean: lead.mean,
        p_best: lead.p_best,
        whole_leader_mean: of_whole.map(|k| known[k].posterior.mean()),
        whole_leader_p_best: of_whole.map(|k| decision.p_best[k]),
    }
}

/// The standardised mean of each edge.
fn standardised(
    segments: &[&(Box<str>, Timeline)],
    standings: &[SegmentStanding],
    priors: &Priors,
    view: View,
) -> Vec<f64> {
    let mut means = vec![0.0; segments[0].1.edges().len()];
    for ((_, timeline), standing) in segments.iter().zip(standings) {
        let last = timeline.last(view);
        for (edge, name) in timeline.edges().iter() {
            means[edge.index()] += standing.share * update(priors.of(name), last[edge.index()]).mean();
        }
    }
    means
}

impl Mix {
    /// In how many segments the edge leads that leads the whole.
    pub fn led_by_whole_leader(&self) -> usize {
        self.segments.iter().filter(|segment| segment.leader == self.whole_leader).count()
    }

    /// In how many segments it is surely not the best, its P(best) there at most [`SURELY_NOT_BEST`].
    pub fn refuted_in(&self) -> usize {
        let is_refuted = |segment: &&SegmentStanding| segment.whole_leader_p_best.is_some_and(|p| p <= SURELY_NOT_BEST);
        self.segments.iter().filter(is_refuted).count()
    }

    /// How far the mix moved from the first half of the days to the second: the total variation distance, 0 to 1; `None` if a
    /// half has no feedback.
    pub fn moved(&self) -> Option<f64> {
        let change = |segment: &SegmentStanding| Some((segment.halves.1? - segment.halves.0?).abs());
        let changes: Option<Vec<f64>> = self.segments.iter().map(change).collect();
        changes.map(|changes| changes.iter().sum::<f64>() / 2.0)
    }

    /// A row for each segment and calendar day.
    pub fn day_rows(&self) -> impl Iterator<Item = SegmentDay<'_>> {
        self.days.iter().flat_map(|(day, pulls)| {
            let all: f64 = pulls.iter().sum();
            self.segments.iter().zip(pulls).map(move |(segment, &pulls)| {
                let share = (all > 0.0).then(|| pulls / all);
                SegmentDay { day: *day, segment: &segment.segment, pulls, share }
            })
        })
    }
}
