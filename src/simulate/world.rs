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
    /// The rates of the list of the present trial, from the top down.
    listed: Vec<f64>,
    stands_still: bool,
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario, run: u64) -> Self {
        let (environment, rng) = scenario.world(run);
        let (sorted, slots) = (environment.rates().to_vec(), scenario.slots);
        let clicks = &scenario.clicks;
        let (listed, stands_still) = (Vec::with_capacity(slots), environment.stands_still());
        let (best, good_enough) = (0.0, 0.0);
        let mut world = Self { environment, clicks, rng, best, good_enough, sorted, slots, listed, stands_still };
        world.rank();
        world
    }

    /// Moves on to a trial; the places that have a new edge in it.
    pub(super) fn advance(&mut self, trial: u64) -> &[EdgeId] {
        if self.stands_still {
            return &[];
        }
        if self.environment.advance(trial, &mut self.rng) {
            self.rank();
        }
        self.environment.renewed()
    }

    /// Shows a list to the user of the present trial, of whom the other methods speak.
    pub(super) fn show(&mut self, slots: &[EdgeId]) {
        let rates = self.environment.rates();
        self.listed.clear();
        self.listed.extend(slots.iter().map(|&place| rates[place.index()]));
    }

    /// The answer to a position of the list, from the top down; `clicked` whether one above it was.
    pub(super) fn answer(&self, slot: usize, clicked: bool, chance: &mut Stream) -> Answer {
        self.clicks.answer(slot, self.listed[slot], clicked, chance)
    }

    /// What the best list would bring more than this one, on average: not negative but for rounding.
    pub(super) fn regret(&self) -> f64 {
        self.best - self.clicks.expected(self.listed.iter().copied())
    }

    /// How many edges of the list are as good as the k-th best.
    pub(super) fn best_plays(&self) -> u64 {
        self.listed.iter().filter(|&&rate| rate >= self.good_enough).count() as u64
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
