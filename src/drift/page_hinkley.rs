//! The test of Page and Hinkley: how far rewards have risen above, or fallen below, their own mean.
//!
//! **Formula.** For the rise, with x̄ₜ the mean of the rewards since the last reset, xₜ among them:
//!
//! > mₜ = a mₜ₋₁ + (xₜ − x̄ₜ − δ),  alarm when mₜ − min(m₁ … mₜ) > λ
//!
//! after at least 30 rewards; then everything is reset and the test goes on. For the fall, the same of x̄ₜ − xₜ − δ, with a mean
//! and resets of its own. δ is the change of rate that does not matter, λ how much excess raises an alarm, a ≤ 1 what is kept
//! of the past at each reward (1: all of it). Page (1954, doi:10.1093/biomet/41.1-2.100), Hinkley (1971,
//! doi:10.1093/biomet/58.3.509).
//!
//! **When to use it.** For slow rises and falls, at a cost of O(1) a reward. **When not.** An alarm is not evidence at any level:
//! see its in-control run length, which hangs on the rate. It tells when the alarm came, not when the change did. At rates far
//! below λ/n no alarm can come at all.

/// The parameters of the test.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct PageHinkleySettings {
    /// δ, the change that does not matter, at least 0.
    pub delta: f64,
    /// λ, the excess that raises an alarm, above 0.
    pub lambda: f64,
    /// a, what is kept of the past at each reward, in (0, 1].
    pub forgetting: f64,
}

impl Default for PageHinkleySettings {
    fn default() -> Self {
        Self { delta: 0.005, lambda: 50.0, forgetting: 1.0 }
    }
}

/// Rewards since the last reset before which there is no alarm.
pub const LEAST_EVENTS: u32 = 30;

/// Which way a rate is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// For a rise.
    Up,
    /// For a fall.
    Down,
}

/// The test as it stands after some rewards.
#[derive(Debug, Clone)]
pub struct PageHinkley {
    settings: PageHinkleySettings,
    direction: Direction,
    events: u32,
    mean: f64,
    excess: f64,
    least: f64,
}

impl PageHinkley {
    /// The test before any reward.
    pub fn new(settings: PageHinkleySettings, direction: Direction) -> Self {
        Self { settings, direction, events: 0, mean: 0.0, excess: 0.0, least: f64::INFINITY }
    }

    /// Takes a reward in, and says whether it raises an alarm.
    ///
    /// Thirty failures and then successes, with δ = 0: the j-th success has x − x̄ = 30/(30 + j), so that the excess passes
    /// λ = 3 at the fourth, 0.968 + 0.938 + 0.909 + 0.882 = 3.697.
    ///
    /// ```
    /// use betadrift::drift::{Direction, PageHinkley, PageHinkleySettings};
    /// let settings = PageHinkleySettings { delta: 0.0, lambda: 3.0, forgetting: 1.0 };
    /// let mut test = PageHinkley::new(settings, Direction::Up);
    /// let alarms: Vec<usize> = (0..36).filter(|&at| test.observe(if at < 30 { 0.0 } else { 1.0 })).collect();
    /// assert_eq!(alarms, [33]);
    /// ```
    pub fn observe(&mut self, reward: f64) -> bool {
        self.events += 1;
        self.mean += (reward - self.mean) / f64::from(self.events);
        let above = match self.direction {
            Direction::Up => reward - self.mean,
            Direction::Down => self.mean - reward,
        };
        self.excess = self.settings.forgetting * self.excess + above - self.settings.delta;
        self.least = self.least.min(self.excess);
        let alarm = self.events >= LEAST_EVENTS && self.excess - self.least > self.settings.lambda;
        if alarm {
            *self = Self::new(self.settings, self.direction);
        }
        alarm
    }
}
