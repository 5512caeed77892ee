//! One run of one policy, trial by trial.

use rand::RngExt;

use super::inbox::Inbox;
use super::record::{Event, Feedback};
use super::scenario::Scenario;
use crate::environment::Environment;
use crate::feedback::EdgeId;
use crate::policy::{Beliefs, Policy, Returned};
use crate::seed::{Purpose, Stream, stream};

/// Milliseconds in a day; times of a simulation are whole milliseconds since its start.
pub(super) const DAY_MS: u64 = 86_400_000;
const HOUR_MS: f64 = 3_600_000.0;

/// Where a run notes what it is judged by, a place a checkpoint.
pub(super) struct Trace<'a> {
    pub(super) regret: &'a mut [f64],
    pub(super) best_share: &'a mut [f64],
}

/// Plays a run. `watch` sees every play with the beliefs it was chosen by. What is returned has seen all feedback that
/// arrived before the horizon.
///
/// Trials are equally spaced within a day. Every `batch` trials, from the first, the policy learns of the feedback that has
/// arrived by then; feedback of a trial is at the earliest known to the next.
pub(super) fn play(
    scenario: &Scenario,
    policy: usize,
    run: u64,
    trace: &mut Trace<'_>,
    mut watch: impl FnMut(&Beliefs, Event),
) -> Beliefs {
    let streams = |purpose| stream(scenario.seed, purpose, &[run, policy as u64]);
    let (mut choice, mut chance) = (streams(Purpose::Choice), streams(Purpose::Feedback));
    let mut world = World::new(scenario, run);
    let mut policy = scenario.policies[policy].recipe.make(scenario.edges.len());
    let mut beliefs = Beliefs::new(scenario.prior, scenario.edges.len());
    let mut inbox = Inbox::default();
    let mut slots = vec![EdgeId::new(0); scenario.slots];
    let mut score = Score { trace, checkpoints: &scenario.checkpoints, noted: 0, regret: 0.0, best_plays: 0 };
    let mut until_update = 0;
    for trial in 0..scenario.horizon() {
        let now = trial * DAY_MS / scenario.trials_per_day;
        world.advance(trial);
        beliefs.begin(trial + 1);
        if until_update == 0 {
            deliver(&mut inbox, now, &mut beliefs, policy.as_mut());
            until_update = scenario.batch;
        }
        until_update -= 1;
        policy.choose(&beliefs, &mut slots, &mut choice);
        for (slot, &edge) in slots.iter().enumerate() {
            let feedback = answer(scenario, &world, now, edge, &mut chance);
            let propensity = policy.propensity(edge);
            watch(&beliefs, Event { trial, slot, edge, served_ms: now, feedback, propensity });
            if let Some(Feedback { arrived_ms, success }) = feedback {
                inbox.send(arrived_ms, Returned { edge, success, trial: trial + 1, propensity });
            }
        }
        slots.iter().for_each(|&edge| beliefs.play(edge));
        score.add(trial, &world, &slots);
    }
    deliver(&mut inbox, u64::MAX, &mut beliefs, policy.as_mut());
    beliefs
}

/// Lets everything that has arrived by `now` be learned.
fn deliver(inbox: &mut Inbox, now: u64, beliefs: &mut Beliefs, policy: &mut dyn Policy) {
    while let Some(returned) = inbox.next(now) {
        beliefs.observe(returned.edge, returned.success);
        policy.learn(beliefs, &returned);
    }
}

/// What a play brings; nothing, if it would arrive after the horizon.
fn answer(scenario: &Scenario, world: &World, now: u64, edge: EdgeId, chance: &mut Stream) -> Option<Feedback> {
    let success = chance.random::<f64>() < world.rates()[edge.index()];
    let delay_ms = (scenario.delay.draw_hours(chance) * HOUR_MS).round();
    // A float beyond 64 bits becomes the greatest integer.
    let arrived_ms = now.saturating_add(delay_ms as u64);
    (arrived_ms < u64::from(scenario.days) * DAY_MS).then_some(Feedback { arrived_ms, success })
}

/// The environment of a run with what the best choice would earn in the present trial.
struct World {
    environment: Box<dyn Environment>,
    rng: Stream,
    /// Σ of the k greatest rates.
    best_sum: f64,
    /// The k-th greatest rate.
    good_enough: f64,
    sorted: Vec<f64>,
    slots: usize,
}

impl World {
    fn new(scenario: &Scenario, run: u64) -> Self {
        let (environment, rng) = scenario.world(run);
        let sorted = environment.rates().to_vec();
        let mut world = Self { environment, rng, best_sum: 0.0, good_enough: 0.0, sorted, slots: scenario.slots };
        world.rank();
        world
    }

    fn rates(&self) -> &[f64] {
        self.environment.rates()
    }

    fn advance(&mut self, trial: u64) {
        if self.environment.advance(trial, &mut self.rng) {
            self.rank();
        }
    }

    fn rank(&mut self) {
        if self.slots == 1 {
            self.best_sum = self.rates().iter().copied().fold(0.0, f64::max);
            self.good_enough = self.best_sum;
            return;
        }
        self.sorted.copy_from_slice(self.environment.rates());
        let (greater, kth, _) = self.sorted.select_nth_unstable_by(self.slots - 1, |a, b| b.total_cmp(a));
        self.good_enough = *kth;
        self.best_sum = greater.iter().sum::<f64>() + *kth;
    }
}

/// Regret and plays of a best edge so far, noted at the checkpoints.
struct Score<'a, 't> {
    trace: &'a mut Trace<'t>,
    checkpoints: &'a [u64],
    noted: usize,
    regret: f64,
    best_plays: u64,
}

impl Score<'_, '_> {
    fn add(&mut self, trial: u64, world: &World, slots: &[EdgeId]) {
        let mut earned = 0.0;
        for edge in slots {
            let rate = world.rates()[edge.index()];
            earned += rate;
            self.best_plays += u64::from(rate >= world.good_enough);
        }
        self.regret += world.best_sum - earned;
        let t = trial + 1;
        if self.checkpoints.get(self.noted) == Some(&t) {
            self.trace.regret[self.noted] = self.regret;
            self.trace.best_share[self.noted] = self.best_plays as f64 / (t * slots.len() as u64) as f64;
            self.noted += 1;
        }
    }
}
