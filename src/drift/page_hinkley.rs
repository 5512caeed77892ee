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
///
/// ```
/// use betadrift::drift::{PageHinkleySettings, Settings};
/// let settings = PageHinkleySettings { lambda: 5.0, ..PageHinkleySettings::default() };
/// assert_eq!((settings.delta, settings.lambda, settings.forgetting), (0.005, 5.0, 1.0));
/// assert!(Settings { page_hinkley: settings, ..Settings::default() }.validated().is_ok());
/// ```
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
///
/// However soon ten failures are followed by successes:
///
/// ```
/// use betadrift::drift::{Direction, LEAST_EVENTS, PageHinkley, PageHinkleySettings};
/// let settings = PageHinkleySettings { lambda: 1.0, ..PageHinkleySettings::default() };
/// let mut test = PageHinkley::new(settings, Direction::Up);
/// let alarm = (1..).find(|&event| test.observe(if event <= 10 { 0.0 } else { 1.0 }));
/// assert_eq!(alarm, Some(LEAST_EVENTS));
/// ```
pub const LEAST_EVENTS: u32 = 30;

/// Which way a rate is watched.
///
/// Successes after failures are a rise only:
///
/// ```
/// use betadrift::drift::{Direction, PageHinkley, PageHinkleySettings};
/// let alarms = |direction| {
///     let mut test = PageHinkley::new(PageHinkleySettings { lambda: 3.0, ..Default::default() }, direction);
///     (0..60).filter(|&at| test.observe(if at < 30 { 0.0 } else { 1.0 })).count()
/// };
/// assert!(alarms(Direction::Up) >= 1);
/// assert_eq!(alarms(Direction::Down), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// For a rise.
    Up,
    /// For a fall.
    Down,
}

/// The test as it stands after some rewards.
///
/// A rate that never changes raises no alarm, and one that falls from 1 to 0 does:
///
/// ```
/// use betadrift::drift::{Direction, PageHinkley, PageHinkleySettings};
/// let mut test = PageHinkley::new(PageHinkleySettings { lambda: 5.0, ..Default::default() }, Direction::Down);
/// assert!((0..1000).all(|_| !test.observe(1.0)));
/// // Each failure lies nearly 1 below the mean: five are just not enough.
/// assert_eq!((1..).find(|_| test.observe(0.0)), Some(6));
/// ```
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
