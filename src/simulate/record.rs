//! What a policy did in one run, play by play: the log it would have left.

use std::io::{self, Write};

use super::episode::{self, DAY_MS, Trace};
use super::propensity::Propensities;
use super::scenario::Scenario;
use crate::beta::Beta;
use crate::feedback::{Counts, EdgeId, Reward};
use crate::log::{LogWriter, LoggedEvent};
use crate::policy::Beliefs;
use crate::timeline::{Fold, Timeline};

/// One play. Times are milliseconds since midnight (UTC) of the first day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The trial, from 0.
    pub trial: u64,
    /// The place in the trial, from 0.
    pub slot: usize,
    /// The edge played.
    pub edge: EdgeId,
    /// When.
    pub served_ms: u64,
    /// What came of it; `None` if it would arrive after the horizon.
    pub feedback: Option<Feedback>,
    /// The exact chance with which the edge was chosen, where it is known.
    pub propensity: Option<f64>,
}

/// The feedback of a play.
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

/// Plays one run of the policy at a position and shows every play, in order of serving. The posteriors returned, by edge
/// index, are the engine's after all feedback that arrived before the horizon.
///
/// # Panics
/// If there is no policy at that position.
pub fn record(scenario: &Scenario, policy: usize, run: u64, mut show: impl FnMut(Event)) -> Vec<Beta> {
    let mut propensities = Propensities::of(scenario, policy);
    let posteriors = watch(scenario, policy, run, |beliefs, event| match &mut propensities {
        Some(propensities) => propensities.add(beliefs, event, &mut show),
        None => show(event),
    });
    if let Some(mut propensities) = propensities {
        propensities.flush(&mut show);
    }
    posteriors
}

/// Like [`record`], with every play written as a row of a log (`timestamp,served_at,edge,reward,propensity,id`) in order of
/// serving. The id is the number of the play, from 0.
///
/// # Errors
/// Whatever the writer reports.
///
/// # Panics
/// If there is no policy at that position.
pub fn record_log(scenario: &Scenario, policy: usize, run: u64, writer: impl Write) -> io::Result<Vec<Beta>> {
    let mut log = LogWriter::new(writer)?;
    let mut outcome = Ok(());
    let midnight_ms = i64::from(scenario.start.days()) * DAY_MS as i64;
    let nanoseconds = |ms: u64| (midnight_ms + ms as i64) * 1_000_000;
    let posteriors = record(scenario, policy, run, |event| {
        if outcome.is_ok() {
            outcome = log.write(&LoggedEvent {
                served_at: nanoseconds(event.served_ms),
                feedback: event.feedback.map(|feedback| (nanoseconds(feedback.arrived_ms), feedback.reward())),
                edge: scenario.edges.name(event.edge),
                propensity: event.propensity,
                id: event.trial * scenario.slots as u64 + event.slot as u64,
            });
        }
    });
    outcome?;
    log.finish()?.flush()?;
    Ok(posteriors)
}

/// The timeline that a replay of the log of one run gives.
///
/// # Panics
/// If there is no policy at that position.
pub fn timeline(scenario: &Scenario, policy: usize, run: u64) -> Timeline {
    let mut fold = Fold::default();
    let ids: Vec<EdgeId> = scenario.edges.iter().map(|(_, name)| fold.edge(name)).collect();
    watch(scenario, policy, run, |_, event| {
        if let Some(feedback) = event.feedback {
            let day = scenario.start + (feedback.arrived_ms / DAY_MS) as i32;
            fold.add(day, ids[event.edge.index()], Counts::from(feedback.reward()));
        }
    });
    fold.finish()
}

/// Plays one run without keeping score.
fn watch(scenario: &Scenario, policy: usize, run: u64, watch: impl FnMut(&Beliefs, Event)) -> Vec<Beta> {
    let width = scenario.checkpoints.len();
    let (mut regret, mut best_share) = (vec![0.0; width], vec![0.0; width]);
    let mut trace = Trace { regret: &mut regret, best_share: &mut best_share };
    episode::play(scenario, policy, run, &mut trace, watch).posteriors().to_vec()
}
