//! One run of one policy, trial by trial.

use super::engine::Engine;
use super::inbox::Letter;
use super::record::{Event, Feedback};
use super::scenario::Scenario;
use super::witness::Witness;
use super::world::World;
use crate::environment::{Answer, Delay};
use crate::feedback::EdgeId;
use crate::policy::Returned;
use crate::seed::{Purpose, Stream, stream};

/// Milliseconds in a day; times of a simulation are whole milliseconds since its start.
pub(super) const DAY_MS: u64 = 86_400_000;
const HOUR_MS: f64 = 3_600_000.0;

/// Where a run notes what it is judged by, a place a checkpoint.
pub(super) struct Trace<'a> {
    pub(super) regret: &'a mut [f64],
    pub(super) best_share: &'a mut [f64],
}

/// Plays a run. The engine that is returned has seen all feedback that arrived before the horizon.
///
/// Trials are equally spaced within a day. Every `batch` trials, from the first, the policy learns of the feedback that has
/// arrived by then; feedback of a trial is at the earliest known to the next.
pub(super) fn play(
    scenario: &Scenario,
    policy: usize,
    run: u64,
    trace: &mut Trace<'_>,
    witness: &mut impl Witness,
) -> Engine {
    let streams = |purpose| stream(scenario.seed, purpose, &[run, policy as u64]);
    let (mut choice, mut chance) = (streams(Purpose::Choice), streams(Purpose::Feedback));
    let mut world = World::new(scenario, run);
    let mut engine = Engine::new(scenario, policy);
    let mut slots = vec![EdgeId::new(0); scenario.slots];
    let mut score = Score {
        trace,
        checkpoints: &scenario.checkpoints,
        slots: scenario.slots,
        noted: 0,
        regret: 0.0,
        best_plays: 0,
    };
    let mut until_update = 0;
    for trial in 0..scenario.horizon() {
        let now = trial * DAY_MS / scenario.trials_per_day;
        for &place in world.advance(trial) {
            engine.renew(place, witness);
        }
        engine.beliefs.begin(trial + 1);
        if until_update == 0 {
            engine.learn(now, witness);
            until_update = scenario.batch;
        }
        until_update -= 1;
        engine.choose(&mut slots, &mut choice);
        world.show(&slots);
        let served = Served { scenario, trial, now, slots: &slots };
        served.serve(&world, &mut engine, &mut chance, witness);
        slots.iter().for_each(|&place| engine.beliefs.play(place));
        score.add(trial, &world);
    }
    engine.learn(u64::MAX, witness);
    engine
}

/// The list of a trial.
struct Served<'a> {
    scenario: &'a Scenario,
    trial: u64,
    now: u64,
    slots: &'a [EdgeId],
}

impl Served<'_> {
    /// Shows the list to the user and sends what comes of it on its way.
    fn serve(&self, world: &World<'_>, engine: &mut Engine, chance: &mut Stream, witness: &mut impl Witness) {
        let mut clicked = false;
        for (slot, &place) in self.slots.iter().enumerate() {
            let answer = world.answer(slot, clicked, chance);
            clicked |= answer == Answer::Click;
            let due = engine.serve(place, self.scenario.clicks.examination(slot));
            let success = engine.counts_for(answer, due);
            let returns = success.map(|success| Feedback { arrived_ms: self.arrival(chance), success });
            let feedback = returns.filter(|feedback| feedback.arrived_ms < u64::from(self.scenario.days) * DAY_MS);
            let (edge, propensity) = (engine.holder(place), engine.policy.propensity(place));
            let (trial, served_ms, pending) = (self.trial, self.now, returns.is_some() && feedback.is_none());
            let event = Event { trial, slot, edge, place, served_ms, feedback, pending, propensity };
            witness.play(&engine.beliefs, event);
            if let Some(Feedback { arrived_ms, success }) = feedback {
                let returned = Returned { edge: place, success, trial: self.trial + 1, propensity };
                engine.inbox.send(arrived_ms, Letter { edge, due, returned });
            }
        }
    }

    /// When the feedback of a play of this trial arrives.
    fn arrival(&self, chance: &mut Stream) -> u64 {
        if self.scenario.delay == Delay::None {
            return self.now;
        }
        let delay_ms = (self.scenario.delay.draw_hours(chance) * HOUR_MS).round();
        // A float beyond 64 bits becomes the greatest integer.
        self.now.saturating_add(delay_ms as u64)
    }
}

/// Regret and plays of a best edge so far, noted at the checkpoints.
struct Score<'a, 't> {
    trace: &'a mut Trace<'t>,
    checkpoints: &'a [u64],
    slots: usize,
    noted: usize,
    regret: f64,
    best_plays: u64,
}

impl Score<'_, '_> {
    fn add(&mut self, trial: u64, world: &World<'_>) {
        self.regret += world.regret();
        self.best_plays += world.best_plays();
        let t = trial + 1;
        if self.checkpoints.get(self.noted) == Some(&t) {
            self.trace.regret[self.noted] = self.regret;
            self.trace.best_share[self.noted] = self.best_plays as f64 / (t * self.slots as u64) as f64;
            self.noted += 1;
        }
    }
}
