//! What a policy did in one run, play by play: the log it would have left.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::episode::{self, DAY_MS, Trace};
use super::propensity::Propensities;
use super::scenario::Scenario;
use super::witness::Witness;
use crate::beta::Beta;
use crate::feedback::{Counts, EdgeId, Reward};
use crate::log::{LogWriter, LoggedEvent};
use crate::policy::Beliefs;
use crate::posterior;
use crate::timeline::{Fold, Timeline};

/// One play. Times are milliseconds since midnight (UTC) of the first day.
///
/// Two trials a day, and feedback that takes eighteen hours: that of the second trial would come on the next day.
///
/// ```
/// use betadrift::simulate::{Scenario, plays};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 1
///     trials_per_day = 2
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     feedback = { delay = { kind = "fixed", mean_hours = 18 } }
///     "#,
/// )?;
/// let (mut events, hours) = (Vec::new(), 3_600_000);
/// plays(&scenario, 0, 0, |event| events.push(event));
/// assert_eq!(events.iter().map(|event| event.served_ms / hours).collect::<Vec<_>>(), [0, 12]);
/// assert_eq!(events.iter().map(|event| event.pending).collect::<Vec<_>>(), [false, true]);
/// assert_eq!(events[0].feedback.map(|feedback| feedback.arrived_ms / hours), Some(18));
/// assert_eq!((events[1].trial, events[1].slot, events[1].place), (1, 0, events[1].edge));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The trial, from 0.
    pub trial: u64,
    /// The place in the trial, from 0.
    pub slot: usize,
    /// The edge played, by its number among all that there have been; [`Scenario::edge_name`] has its name.
    pub edge: EdgeId,
    /// The place that it held, by which a policy knows it. It is another number only where edges retire.
    pub place: EdgeId,
    /// When.
    pub served_ms: u64,
    /// What it counted for; `None` if that would arrive after the horizon, or the edge is taken as not examined.
    pub feedback: Option<Feedback>,
    /// Whether its feedback would arrive after the horizon.
    pub pending: bool,
    /// The exact chance with which the edge was chosen, where it is known.
    pub propensity: Option<f64>,
}

/// The feedback of a play.
///
/// ```
/// use betadrift::feedback::Reward;
/// use betadrift::simulate::Feedback;
/// let feedback = Feedback { arrived_ms: 86_400_000, success: true }; // as the second day begins
/// assert_eq!(feedback.reward(), Reward::SUCCESS);
/// assert_eq!(Feedback { success: false, ..feedback }.reward(), Reward::FAILURE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feedback {
    /// When it arrived.
    pub arrived_ms: u64,
    /// Reward 1, or 0.
    pub success: bool,
}

impl Feedback {
    /// The reward, as a log has it.
    pub fn reward(self) -> Reward {
        if self.success { Reward::SUCCESS } else { Reward::FAILURE }
    }
}

/// Plays one run of the policy at a position and shows every play, in order of serving. The posteriors returned are the engine's
/// after all feedback that arrived before the horizon, of every edge there has been (by [`Event::edge`]): those of an edge
/// that retired are the last that the engine held, and what arrived of it later.
///
/// Thompson sampling plays each edge with the chance that it is the best: ½ for two that are alike, 2/3 and 1/3 once one of
/// them has succeeded.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::simulate::{Scenario, record};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 1
///     trials_per_day = 2
///     environment = { kind = "stationary", rates = [1.0, 1.0] }
///     "#,
/// )?;
/// let mut events = Vec::new();
/// let posteriors = record(&scenario, 0, 0, |event| events.push(event));
/// assert!((events[0].propensity.unwrap() - 1.0 / 2.0).abs() < 1e-9);
/// let expected = if events[1].edge == events[0].edge { 2.0 / 3.0 } else { 1.0 / 3.0 };
/// assert!((events[1].propensity.unwrap() - expected).abs() < 1e-9);
/// assert_eq!(posteriors.iter().map(|posterior| posterior.alpha()).sum::<f64>(), 4.0); // 1 + 1 and two successes
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there is no policy at that position.
pub fn record(scenario: &Scenario, policy: usize, run: u64, mut show: impl FnMut(Event)) -> Vec<Beta> {
    let Some(mut propensities) = Propensities::of(scenario, policy) else {
        return plays(scenario, policy, run, show);
    };
    let posteriors = watched(scenario, policy, run, |beliefs, event| propensities.add(beliefs, event, &mut show));
    propensities.flush(&mut show);
    posteriors
}

/// Like [`record`], with every play written as a row of a log in order of serving: `timestamp,served_at,edge,reward,propensity,id`,
/// with `position` (from 1) after `edge` where several edges are chosen in a trial. The id is the number of the play, from 0.
///
/// ```
/// use betadrift::simulate::{Scenario, record_log};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 1
///     trials_per_day = 2
///     environment = { kind = "stationary", edges = { only = 1.0 } }
///     "#,
/// )?;
/// let mut log = Vec::new();
/// record_log(&scenario, 0, 0, &mut log)?;
/// let log = String::from_utf8(log)?;
/// assert_eq!(log.lines().next(), Some("timestamp,served_at,edge,reward,propensity,id"));
/// assert_eq!(log.lines().nth(2), Some("2026-01-01T12:00:00.000000Z,2026-01-01T12:00:00.000000Z,only,1,1,1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Whatever the writer reports.
///
/// # Panics
/// If there is no policy at that position.
pub fn record_log(scenario: &Scenario, policy: usize, run: u64, writer: impl Write) -> io::Result<Vec<Beta>> {
    let lists = scenario.slots > 1;
    let mut log = if lists { LogWriter::with_positions(writer)? } else { LogWriter::new(writer)? };
    let mut outcome = Ok(());
    let midnight_ms = i64::from(scenario.start.days()) * DAY_MS as i64;
    let nanoseconds = |ms: u64| (midnight_ms + ms as i64) * 1_000_000;
    let posteriors = record(scenario, policy, run, |event| {
        if outcome.is_ok() {
            outcome = log.write(&LoggedEvent {
                served_at: nanoseconds(event.served_ms),
                feedback: event.feedback.map(|feedback| (nanoseconds(feedback.arrived_ms), feedback.reward())),
                edge: &scenario.edge_name(event.edge),
                position: lists.then_some(event.slot as u64 + 1),
                propensity: event.propensity,
                id: event.trial * scenario.slots as u64 + event.slot as u64,
            });
        }
    });
    outcome?;
    log.finish()?.flush()?;
    Ok(posteriors)
}

/// Like [`record`], without the propensities that have to be integrated.
///
/// ```
/// use betadrift::simulate::{Scenario, plays};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 3
///     trials_per_day = 10
///     environment = { kind = "stationary", rates = [0.9, 0.1] }
///     "#,
/// )?;
/// let (mut count, mut known) = (0, 0);
/// plays(&scenario, 0, 0, |event| {
///     count += 1;
///     known += usize::from(event.propensity.is_some());
/// });
/// assert_eq!((count, known), (30, 0)); // those of Thompson sampling are integrals, which `record` works out
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there is no policy at that position.
pub fn plays(scenario: &Scenario, policy: usize, run: u64, mut show: impl FnMut(Event)) -> Vec<Beta> {
    watched(scenario, policy, run, |_, event| show(event))
}

/// The timeline that a replay of the log of one run gives.
///
/// ```
/// use betadrift::simulate::{Scenario, timeline};
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 3
///     trials_per_day = 100
///     start = "2026-03-01"
///     environment = { kind = "stationary", edges = { a = 0.9, b = 0.1 } }
///     "#,
/// )?;
/// let timeline = timeline(&scenario, 0, 0);
/// assert_eq!(timeline.span(), Some(("2026-03-01".parse()?, "2026-03-03".parse()?)));
/// assert_eq!(timeline.totals().iter().map(|counts| counts.pulls()).sum::<f64>(), 300.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there is no policy at that position.
pub fn timeline(scenario: &Scenario, policy: usize, run: u64) -> Timeline {
    let mut fold = Fold::default();
    let listed: Vec<EdgeId> = scenario.edges.iter().map(|(_, name)| fold.edge(name)).collect();
    plays(scenario, policy, run, |event| {
        let edge = match listed.get(event.edge.index()) {
            Some(&edge) => edge,
            None => fold.edge(&scenario.edge_name(event.edge)),
        };
        if let Some(feedback) = event.feedback {
            let day = scenario.start + (feedback.arrived_ms / DAY_MS) as i32;
            fold.add(day, edge, Counts::from(feedback.reward()));
        }
    });
    fold.finish()
}

/// Shows plays, and keeps what is known of edges that have retired.
struct Recorder<F> {
    show: F,
    /// Successes and failures.
    retired: BTreeMap<EdgeId, (u64, u64)>,
}

impl<F: FnMut(&Beliefs, Event)> Witness for Recorder<F> {
    fn play(&mut self, beliefs: &Beliefs, event: Event) {
        (self.show)(beliefs, event);
    }

    fn retire(&mut self, edge: EdgeId, counts: (u64, u64)) {
        self.retired.insert(edge, counts);
    }

    fn late(&mut self, edge: EdgeId, success: bool) {
        let (successes, failures) = self.retired.entry(edge).or_default();
        *(if success { successes } else { failures }) += 1;
    }
}

/// Plays one run without keeping score; the posterior of every edge there has been.
fn watched(scenario: &Scenario, policy: usize, run: u64, show: impl FnMut(&Beliefs, Event)) -> Vec<Beta> {
    let width = scenario.checkpoints.len();
    let (mut regret, mut best_share) = (vec![0.0; width], vec![0.0; width]);
    let mut trace = Trace { regret: &mut regret, best_share: &mut best_share };
    let mut recorder = Recorder { show, retired: BTreeMap::new() };
    let engine = episode::play(scenario, policy, run, &mut trace, &mut recorder);
    let mut posteriors = vec![scenario.prior; engine.edges()];
    for (edge, &(successes, failures)) in &recorder.retired {
        posteriors[edge.index()] = posterior::update(scenario.prior, (successes as f64, failures as f64));
    }
    for place in engine.beliefs.edges() {
        posteriors[engine.holder(place).index()] = engine.beliefs.posteriors()[place.index()];
    }
    posteriors
}
