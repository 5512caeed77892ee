//! The rules, in the order in which they are tried. Each answers with its numbers, so that a reader can check it.

use super::day::Lead;
use super::drifting::Drift;
use super::{Band, EdgeState, Settings, VerdictState};
use crate::feedback::{Day, EdgeId, Edges};
use crate::number::{brief, counted};

/// P(best) from which an edge counts as the best.
///
/// Beside an edge that won 25 of 50, one that won 33 may be the best, and one that won 34 is:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, SURELY_BEST};
/// # fn standing(wins: u64) -> betadrift::convergence::Standing {
/// #     let mut fold = Fold::default();
/// #     for (name, wins) in [("a", wins), ("b", 25)] {
/// #         let edge = fold.edge(name);
/// #         fold.add(Day::from_days(0), edge, Counts::whole(wins, 50 - wins));
/// #     }
/// #     let (priors, settings) = (Priors::new(Beta::UNIFORM), betadrift::convergence::Settings::default());
/// #     let analysis = betadrift::convergence::convergence(&fold.finish(), &priors, View::Cumulative, &settings);
/// #     analysis.standings[0].clone()
/// # }
/// let (less, more) = (standing(33), standing(34));
/// assert!(less.p_best < SURELY_BEST && less.state == EdgeState::Learning);
/// assert!(more.p_best >= SURELY_BEST && more.state == EdgeState::Settled);
/// ```
pub const SURELY_BEST: f64 = 0.95;
/// P(best) up to which an edge counts as not the best.
///
/// An edge that won 25 of 50, beside one that won 36, and beside one that won 37:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, SURELY_NOT_BEST};
/// # fn standing(wins: u64) -> betadrift::convergence::Standing {
/// #     let mut fold = Fold::default();
/// #     for (name, wins) in [("a", wins), ("b", 25)] {
/// #         let edge = fold.edge(name);
/// #         fold.add(Day::from_days(0), edge, Counts::whole(wins, 50 - wins));
/// #     }
/// #     let (priors, settings) = (Priors::new(Beta::UNIFORM), betadrift::convergence::Settings::default());
/// #     let analysis = betadrift::convergence::convergence(&fold.finish(), &priors, View::Cumulative, &settings);
/// #     analysis.standings[1].clone()
/// # }
/// let (may, not) = (standing(36), standing(37));
/// assert!(may.p_best > SURELY_NOT_BEST && may.state == EdgeState::Learning);
/// assert!(not.p_best <= SURELY_NOT_BEST && not.state == EdgeState::Settled);
/// ```
pub const SURELY_NOT_BEST: f64 = 0.01;
/// Successes, and failures, under which nothing is concluded of the whole.
///
/// Of a lone edge with 100 failures nothing is concluded up to the hundredth success:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{LEAST_OUTCOMES, Settings, VerdictState, convergence};
/// let verdict = |successes| {
///     let mut fold = Fold::default();
///     let edge = fold.edge("a");
///     fold.add(Day::from_days(0), edge, Counts::whole(successes, 100));
///     convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default()).verdict
/// };
/// assert_eq!(verdict(LEAST_OUTCOMES as u64).state, VerdictState::Exploring);
/// assert_eq!(verdict(99).reason, "99 successes and 100 failures; at least 100 of each are needed");
/// ```
pub const LEAST_OUTCOMES: f64 = 100.0;
/// Share of the pulls on starved edges from which the whole is starved.
///
/// Two edges with 300 pulls each, starved under 400, beside a third with 600 pulls, or 602:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{STARVED_SHARE, Settings, VerdictState, convergence};
/// let verdict = |half| {
///     let mut fold = Fold::default();
///     for (name, half) in [("a", 150), ("b", 150), ("c", half)] {
///         let edge = fold.edge(name);
///         fold.add(Day::from_days(0), edge, Counts::whole(half, half));
///     }
///     let settings = Settings { min_pulls: 400.0, ..Settings::default() };
///     convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &settings).verdict.state
/// };
/// assert_eq!(600.0 / 1200.0, STARVED_SHARE);
/// assert_eq!((verdict(300), verdict(301)), (VerdictState::Starved, VerdictState::Exploring));
/// ```
pub const STARVED_SHARE: f64 = 0.5;
/// P(best) from which a change of an edge's rate matters to the whole.
///
/// An edge falls from 90 of 100 to 10, beside one that keeps a lower rate, or a higher:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{CONTENDER, Settings, VerdictState, convergence};
/// let analysis = |steady: u64| {
///     let mut fold = Fold::default();
///     for (name, day, successes) in [("falls", 0, 90), ("falls", 1, 10), ("keeps", 0, steady), ("keeps", 1, steady)] {
///         let edge = fold.edge(name);
///         fold.add(Day::from_days(day), edge, Counts::whole(successes, 100 - successes));
///     }
///     convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default())
/// };
/// let (may_be_best, cannot) = (analysis(40), analysis(80));
/// assert!(may_be_best.standings[0].p_best >= CONTENDER && may_be_best.verdict.state == VerdictState::Drifting);
/// assert!(cannot.standings[0].p_best < CONTENDER && cannot.verdict.state == VerdictState::Exploring);
/// ```
pub const CONTENDER: f64 = 0.05;
/// The share of false discoveries, on average, among the edges that are found to have changed.
///
/// Of a lone edge it takes an e-value of 1/0.05 = 20:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{DRIFT_FALSE_DISCOVERIES, Settings, VerdictState, convergence};
/// use betadrift::decision::{DailyCounts, one_rate};
/// let drifts = |successes: u64| {
///     let mut fold = Fold::default();
///     let edge = fold.edge("a");
///     fold.add(Day::from_days(0), edge, Counts::whole(200, 200));
///     fold.add(Day::from_days(1), edge, Counts::whole(successes, 400 - successes));
///     let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
///     analysis.verdict.state == VerdictState::Drifting
/// };
/// let e_value = |successes| {
///     let day = |day, successes: f64| DailyCounts { day, successes, failures: 400.0 - successes };
///     one_rate(&[day(0, 200.0), day(1, successes)], 1).unwrap().ln_e.exp()
/// };
/// assert!(e_value(245.0) < 1.0 / DRIFT_FALSE_DISCOVERIES && !drifts(245));
/// assert!(e_value(270.0) >= 1.0 / DRIFT_FALSE_DISCOVERIES && drifts(270));
/// ```
pub const DRIFT_FALSE_DISCOVERIES: f64 = 0.05;
/// Days over which an edge must have had a pull a day on average, or all days of the log if they are fewer.
///
/// Forty pulls eight days ago and a pull on each of six days since:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{EdgeState, RECENT_DAYS, Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(20, 20));
/// # (2..8).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(1, 0)));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// assert_eq!(analysis.standings[0].state, EdgeState::Starved);
/// assert_eq!(analysis.standings[0].why, format!("6 pulls in the last {RECENT_DAYS} days, under 1 a day"));
/// ```
pub const RECENT_DAYS: i32 = 7;

/// What the rules of an edge look at.
pub(super) struct EdgeFacts {
    /// Days since its last feedback.
    pub(super) days_since: i32,
    /// Pulls that count.
    pub(super) counted: f64,
    /// Pulls of the last `recent_days` days.
    pub(super) recent: f64,
    /// [`RECENT_DAYS`], or the days since the log began if they are fewer.
    pub(super) recent_days: i32,
    pub(super) p_best: f64,
    /// ε times the leader's mean.
    pub(super) tolerance: f64,
}

/// The state of an edge. The interval is asked for last, because it is the costly one.
pub(super) fn edge_state(facts: &EdgeFacts, settings: &Settings, interval: impl FnOnce() -> Band) -> EdgeState {
    if facts.days_since >= days(settings.blind_days) {
        EdgeState::Blind
    } else if facts.counted < settings.min_pulls || facts.recent < f64::from(facts.recent_days) {
        EdgeState::Starved
    } else if facts.p_best >= SURELY_BEST || facts.p_best <= SURELY_NOT_BEST || {
        half_width(interval()) <= facts.tolerance
    } {
        EdgeState::Settled
    } else {
        EdgeState::Learning
    }
}

/// `the last day`, `the last 7 days`.
fn the_last(days: f64) -> String {
    if days == 1.0 { "the last day".to_owned() } else { format!("the last {}", counted(days, "day")) }
}

/// For how many days in a row a condition has held, and for how many it must.
fn as_on(held: u32, asked: u32) -> String {
    let each = if held == 1 { "" } else { "each of " };
    let asked = if asked == 1 { "1 is".to_owned() } else { format!("{asked} are") };
    format!("as on {each}{} ({asked} asked for)", the_last(held.into()))
}

/// The rule behind an edge's state, with its numbers.
pub(super) fn edge_why(state: EdgeState, facts: &EdgeFacts, settings: &Settings, interval: Band) -> String {
    match state {
        EdgeState::Blind => {
            format!("no feedback for {} (blind from {})", counted(facts.days_since.into(), "day"), settings.blind_days)
        }
        EdgeState::Starved if facts.counted < settings.min_pulls => {
            format!("{}, under {}", counted(facts.counted, "pull"), brief(settings.min_pulls))
        }
        EdgeState::Starved => {
            format!("{} in {}, under 1 a day", counted(facts.recent, "pull"), the_last(facts.recent_days.into()))
        }
        EdgeState::Settled if facts.p_best >= SURELY_BEST => {
            format!("P(best) {} is at least {SURELY_BEST}", brief(facts.p_best))
        }
        EdgeState::Settled if facts.p_best <= SURELY_NOT_BEST => {
            format!("P(best) {} is at most {SURELY_NOT_BEST}", brief(facts.p_best))
        }
        EdgeState::Settled => {
            let half = half_width(interval);
            format!("interval half-width {} is within ε = {}", brief(half), brief(facts.tolerance))
        }
        EdgeState::Learning => {
            let half = half_width(interval);
            format!(
                "P(best) {} lies between {SURELY_NOT_BEST} and {SURELY_BEST}, half-width {} above ε = {}",
                brief(facts.p_best),
                brief(half),
                brief(facts.tolerance)
            )
        }
    }
}

/// What the rules of the whole look at on a day, apart from who leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct WholeFacts {
    /// Successes that count.
    pub(super) successes: f64,
    /// Failures that count.
    pub(super) failures: f64,
    /// Share of the pulls that lie on starved edges.
    pub(super) starved_share: f64,
    /// The change of rate that matters, if there was one.
    pub(super) drift: Option<Drift>,
}

impl WholeFacts {
    fn starved(&self) -> bool {
        self.successes < LEAST_OUTCOMES || self.failures < LEAST_OUTCOMES || self.starved_share >= STARVED_SHARE
    }
}

/// For how many days in a row, up to a day, each condition has held.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    leader: Option<EdgeId>,
    pub(super) settled_days: u32,
    pub(super) tied_days: u32,
}

impl Held {
    /// One more day. A settled run is one of the same leader.
    pub(super) fn day(self, lead: &Lead, settings: &Settings) -> Self {
        let nothing_left = lead.value_remaining <= settings.epsilon * lead.mean;
        let sure = nothing_left && lead.p_best >= SURELY_BEST;
        let earlier = if self.leader == Some(lead.leader) { self.settled_days } else { 0 };
        Self {
            leader: Some(lead.leader),
            settled_days: if sure { earlier + 1 } else { 0 },
            tied_days: if nothing_left { self.tied_days + 1 } else { 0 },
        }
    }
}

/// The verdict of a day.
pub(super) fn whole_state(facts: &WholeFacts, held: &Held, settings: &Settings) -> VerdictState {
    if facts.starved() {
        VerdictState::Starved
    } else if facts.drift.is_some() {
        VerdictState::Drifting
    } else if held.settled_days >= settings.hold_days {
        VerdictState::Settled
    } else if held.tied_days >= settings.hold_days {
        VerdictState::Tied
    } else {
        VerdictState::Exploring
    }
}

/// The rule behind a verdict, with its numbers.
pub(super) fn whole_reason(
    state: VerdictState,
    facts: &WholeFacts,
    held: &Held,
    lead: &Lead,
    settings: &Settings,
    edges: &Edges,
) -> String {
    let tolerance = settings.epsilon * lead.mean;
    let remaining = format!(
        "value remaining {} against ε = {} ({} of the leader's mean {})",
        brief(lead.value_remaining),
        brief(tolerance),
        brief(settings.epsilon),
        brief(lead.mean)
    );
    match state {
        VerdictState::Starved if facts.successes < LEAST_OUTCOMES || facts.failures < LEAST_OUTCOMES => format!(
            "{} and {}; at least {LEAST_OUTCOMES} of each are needed",
            counted(facts.successes, "success"),
            counted(facts.failures, "failure")
        ),
        VerdictState::Starved => format!(
            "{} % of the pulls are on starved edges, from {} % nothing is concluded",
            brief(100.0 * facts.starved_share),
            100.0 * STARVED_SHARE
        ),
        VerdictState::Drifting => facts.drift.map(|drift| drift_reason(&drift, edges)).unwrap_or_default(),
        VerdictState::Settled => format!(
            "the leader's P(best) {} is at least {SURELY_BEST} and {remaining}, {}",
            brief(lead.p_best),
            as_on(held.settled_days, settings.hold_days)
        ),
        VerdictState::Tied => format!(
            "{remaining}, {}, while the leader's P(best) is {}",
            as_on(held.tied_days, settings.hold_days),
            brief(lead.p_best)
        ),
        VerdictState::Exploring if held.tied_days > 0 => format!(
            "{remaining}, but on the last {} of {} days only; the leader's P(best) is {}",
            held.tied_days,
            settings.hold_days,
            brief(lead.p_best)
        ),
        VerdictState::Exploring => {
            format!("{remaining} is still above it; the leader's P(best) is {}", brief(lead.p_best))
        }
    }
}

fn drift_reason(drift: &Drift, edges: &Edges) -> String {
    let evidence = &drift.change.evidence;
    let rate = |(successes, failures): (f64, f64)| {
        let pulls = successes + failures;
        format!("{} of {} ({})", brief(successes), brief(pulls), brief(successes / pulls))
    };
    let others = match drift.others {
        0 => String::new(),
        1 => ", as has 1 more edge that may be".to_owned(),
        more => format!(", as have {more} more edges that may be"),
    };
    format!(
        "within the last {} days {} has not kept one rate: {} before {}, {} since, an e-value of {} (rejected by e-BH at \
         {DRIFT_FALSE_DISCOVERIES} over {}); with P(best) {} it may be the best{others}",
        drift.change.days,
        edges.name(drift.change.edge).escape_debug(),
        rate(evidence.before),
        Day::from_days(evidence.split),
        rate(evidence.after),
        evidence.e_value_in_words(),
        counted(drift.change.known_edges as f64, "edge"),
        brief(drift.p_best)
    )
}

fn half_width(interval: Band) -> f64 {
    0.5 * (interval.upper - interval.lower)
}

fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
