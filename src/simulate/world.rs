//! The world of a run, with what the best choice of the present trial would bring.

use super::scenario::Scenario;
use crate::environment::{Answer, Clicks, Environment};
use crate::feedback::EdgeId;
use crate::seed::Stream;

/// The environment of a run with what the best choice would bring in the present trial.
pub(super) struct World<'a> {
    environment: Box<dyn Environment>,
    clicks: &'a Clicks,
    rng: Stream,
    /// What the list of the k greatest rates brings, greatest first.
    best: f64,
    /// The k-th greatest rate.
    good_enough: f64,
    sorted: Vec<f64>,
    slots: usize,
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario, run: u64) -> Self {
        let (environment, rng) = scenario.world(run);
        let (sorted, slots) = (environment.rates().to_vec(), scenario.slots);
        let clicks = &scenario.clicks;
        let mut world = Self { environment, clicks, rng, best: 0.0, good_enough: 0.0, sorted, slots };
        world.rank();
        world
    }

    /// Moves on to a trial; the places that have a new edge in it.
    pub(super) fn advance(&mut self, trial: u64) -> &[EdgeId] {
        if self.environment.advance(trial, &mut self.rng) {
            self.rank();
        }
        self.environment.renewed()
    }

    fn rate(&self, place: EdgeId) -> f64 {
        self.environment.rates()[place.index()]
    }

    /// The answer to a position of a list, from the top down; `clicked` whether one above it was.
    pub(super) fn answer(&self, slot: usize, place: EdgeId, clicked: bool, chance: &mut Stream) -> Answer {
        self.clicks.answer(slot, self.rate(place), clicked, chance)
    }

    /// What the best list would bring more than this one, on average: not negative but for rounding.
    pub(super) fn regret(&self, slots: &[EdgeId]) -> f64 {
        self.best - self.clicks.expected(slots.iter().map(|&place| self.rate(place)))
    }

    /// How many edges of a list are as good as the k-th best.
    pub(super) fn best_plays(&self, slots: &[EdgeId]) -> u64 {
        slots.iter().filter(|&&place| self.rate(place) >= self.good_enough).count() as u64
    }

    fn rank(&mut self) {
        let rates = self.environment.rates();
        if self.slots == 1 {
            self.good_enough = rates.iter().copied().fold(0.0, f64::max);
            self.best = self.clicks.expected([self.good_enough].into_iter());
            return;
        }
        self.sorted.copy_from_slice(rates);
        self.sorted.select_nth_unstable_by(self.slots - 1, |a, b| b.total_cmp(a));
        let list = &mut self.sorted[..self.slots];
        list.sort_unstable_by(|a, b| b.total_cmp(a));
        self.good_enough = list[list.len() - 1];
        self.best = self.clicks.expected(list.iter().copied());
    }
}
