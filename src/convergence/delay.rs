//! The law of delays: which share of what is served is answered within some time.
//!
//! **Formula.** The product-limit estimate (Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452): over the times t at
//! which d of n still waiting events are answered, S(t) = Π (1 − d/n) still wait and 1 − S(t) are answered. An event without
//! answer has waited at least until the log ended and leaves n then, after those that were answered at that age. Band: exponential Greenwood,
//! S^exp(±z·√V/ln S) with V = Σ d/(n(n − d)) (Greenwood 1926; Kalbfleisch & Prentice 1980), which stays within 0 and 1.
//! Successes and failures apart, by cumulative incidence: F_k(t) = Σ S(t−)·d_k/n (Aalen & Johansen 1978), which add up to
//! 1 − S.
//!
//! **When to use it**: to tell what is pending from what has failed, and to choose a maturity. The share that is answered is
//! not taken to reach 1: what never answers stays at the top of the curve as a gap. **When not**: a log that lists no event without
//! answer says nothing of those; its curve is that of the answers alone, and too hopeful for what was served last. The law is
//! taken as one for all edges and days.
//!
//! **Accuracy.** Delays of a log are read in classes less than 1 % wide and stand for the upper end of theirs.

use super::Band;
use crate::special::two_sided_normal_quantile;
use crate::timeline::{Answered, Delays, Waiting};

/// So many events, answered or given up after some hours.
///
/// Two of three answers after an hour are successes; a fourth event has waited for five:
///
/// ```
/// use betadrift::convergence::{DelayWait, delay_law};
/// let answered = DelayWait { hours: 1.0, events: 3, successes: Some(2.0) };
/// let waiting = DelayWait { hours: 5.0, events: 1, successes: None };
/// let law = delay_law([answered, waiting], 0.95);
/// assert_eq!((law.answered, law.waiting), (3, 1));
/// assert_eq!(law.within(2.0), 0.75);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayWait {
    /// After how many hours; without an answer, how long it has waited.
    pub hours: f64,
    /// How many of them.
    pub events: u64,
    /// How many of them were successes; `None` without an answer.
    pub successes: Option<f64>,
}

/// A step of the curve: what holds from these hours to the next step.
///
/// Three of four events are answered after an hour, two of them successes:
///
/// ```
/// use betadrift::convergence::{DelayWait, delay_law};
/// let answered = DelayWait { hours: 1.0, events: 3, successes: Some(2.0) };
/// let waiting = DelayWait { hours: 5.0, events: 1, successes: None };
/// let step = delay_law([answered, waiting], 0.95).steps[0];
/// assert_eq!((step.hours, step.share, step.successes), (1.0, 0.75, 0.5));
/// assert!(step.band.lower > 0.0 && step.band.lower < 0.75 && step.band.upper > 0.75 && step.band.upper < 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayStep {
    /// Hours since serving.
    pub hours: f64,
    /// The share answered by then.
    pub share: f64,
    /// Its band.
    pub band: Band,
    /// The share answered by then that were successes.
    pub successes: f64,
}

/// The law of delays.
///
/// Of four events, successes came after 1 and 2 hours and a failure after 6, and one waits:
///
/// ```
/// use betadrift::convergence::{DelayWait, delay_law};
/// let wait = |hours, successes| DelayWait { hours, events: 1, successes };
/// let law = delay_law([wait(1.0, Some(1.0)), wait(2.0, Some(1.0)), wait(6.0, Some(0.0)), wait(9.0, None)], 0.95);
/// assert!(law.at(0.5).is_none());
/// assert_eq!(law.within(6.0), 0.75);
/// assert_eq!(law.quantile(0.9), None); // so many were never answered
/// assert_eq!(law.median_by_outcome(), (Some(1.0), Some(6.0)));
/// // Of what was served in the last day: ¼ for one hour, ½ for four, ¾ for eighteen.
/// assert!((law.expected_of_last(1) - (0.25 + 4.0 * 0.5 + 18.0 * 0.75) / 24.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DelayLaw {
    /// How many events were answered.
    pub answered: u64,
    /// How many were not.
    pub waiting: u64,
    /// The curve, ascending.
    pub steps: Vec<DelayStep>,
}

/// The law of delays, pointwise with bands of that level.
///
/// Of three events two are answered, after 1 and 3 hours, and one has waited for 2: S falls to 2/3, then to 2/3·(1 − 1/1) = 0.
///
/// ```
/// use betadrift::convergence::{DelayWait, delay_law};
/// let answered = |hours| DelayWait { hours, events: 1, successes: Some(1.0) };
/// let law = delay_law([answered(1.0), answered(3.0), DelayWait { hours: 2.0, events: 1, successes: None }], 0.95);
/// assert!((law.within(1.5) - 1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(law.within(3.0), 1.0);
/// assert_eq!(law.quantile(0.5), Some(3.0));
/// ```
///
/// # Panics
/// Unless the level lies strictly between 0 and 1.
pub fn delay_law(waits: impl IntoIterator<Item = DelayWait>, level: f64) -> DelayLaw {
    let z = two_sided_normal_quantile(level);
    let mut waits: Vec<DelayWait> = waits.into_iter().filter(|wait| wait.events > 0).collect();
    // At the same age answers come before what waits on.
    waits.sort_by(|a, b| a.hours.total_cmp(&b.hours).then(a.successes.is_none().cmp(&b.successes.is_none())));
    let events = |waits: &[DelayWait]| waits.iter().map(|wait| wait.events).sum::<u64>();
    let mut at_risk = events(&waits);
    let mut law = DelayLaw::default();
    let (mut left, mut variance, mut successes) = (1.0, 0.0, 0.0);
    let mut band = Band { lower: 0.0, upper: 1.0 };
    for same in waits.chunk_by(|a, b| a.hours == b.hours) {
        let (answers, waiting) = same.split_at(same.partition_point(|wait| wait.successes.is_some()));
        let (d, n) = (events(answers) as f64, at_risk as f64);
        if d > 0.0 {
            successes += left * answers.iter().filter_map(|wait| wait.successes).sum::<f64>() / n;
            left *= 1.0 - d / n;
            if n > d {
                variance += d / (n * (n - d));
                band = log_log_band(left, variance, z);
            } else {
                // With nothing left to wait for the upper end is certain, and the lower as before.
                band.upper = 1.0;
            }
            law.steps.push(DelayStep { hours: same[0].hours, share: 1.0 - left, band, successes });
        }
        law.answered += events(answers);
        law.waiting += events(waiting);
        at_risk -= events(same);
    }
    law
}

/// Of the share that is answered where `left` still waits.
fn log_log_band(left: f64, variance: f64, z: f64) -> Band {
    let c = z * variance.sqrt() / left.ln().abs();
    Band { lower: 1.0 - left.powf((-c).exp()), upper: 1.0 - left.powf(c.exp()) }
}

impl DelayLaw {
    /// The law of a log's delays.
    ///
    /// One event is answered after an hour:
    ///
    /// ```
    /// use betadrift::convergence::DelayLaw;
    /// use betadrift::feedback::{Day, Reward};
    /// use betadrift::timeline::{DelayFold, Instant};
    /// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days(0) };
    /// let mut fold = DelayFold::default();
    /// fold.answered(at(8), at(9), Reward::SUCCESS);
    /// let law = DelayLaw::of(&fold.finish(), 0.95);
    /// assert_eq!((law.within(0.99), law.within(1.01)), (0.0, 1.0));
    /// ```
    ///
    /// # Panics
    /// Unless the level lies strictly between 0 and 1.
    pub fn of(delays: &Delays, level: f64) -> Self {
        let answered = delays.answered.iter().map(|&Answered { nanoseconds, events, successes, .. }| DelayWait {
            hours: delay_hours(nanoseconds),
            events,
            successes: Some(successes.to_f64()),
        });
        let waiting = delays.waiting.iter();
        let waiting = waiting.map(|&Waiting { nanoseconds, events, .. }| DelayWait {
            hours: delay_hours(nanoseconds),
            events,
            successes: None,
        });
        delay_law(answered.chain(waiting), level)
    }

    /// The step that holds after some hours; `None` before the first.
    pub fn at(&self, hours: f64) -> Option<&DelayStep> {
        self.steps[..self.steps.partition_point(|step| step.hours <= hours)].last()
    }

    /// The share that is answered within some hours.
    pub fn within(&self, hours: f64) -> f64 {
        self.at(hours).map_or(0.0, |step| step.share)
    }

    /// After how many hours a share is answered; `None` if it is not reached.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.steps.iter().find(|step| step.share >= share).map(|step| step.hours)
    }

    /// After how many hours half of all answered successes, and of all answered failures, have come; `None` without any.
    pub fn median_by_outcome(&self) -> (Option<f64>, Option<f64>) {
        let median = |of: fn(&DelayStep) -> f64| {
            let total = self.steps.last().map_or(0.0, of);
            let half = self.steps.iter().find(|step| total > 1e-12 && of(step) >= total / 2.0);
            half.map(|step| step.hours)
        };
        (median(|step| step.successes), median(|step| step.share - step.successes))
    }

    /// The share that is to be expected answered by now of what was served in the last `days` days, evenly spread over them; of 0 days
    /// what is answered at once.
    pub fn expected_of_last(&self, days: u32) -> f64 {
        if days == 0 {
            return self.within(0.0);
        }
        let ages = (0..48 * days).map(|half_hour| (f64::from(half_hour) + 0.5) / 2.0);
        ages.map(|hours| self.within(hours)).sum::<f64>() / f64::from(48 * days)
    }
}

/// A delay in nanoseconds, in hours.
///
/// ```
/// use betadrift::convergence::delay_hours;
/// assert_eq!(delay_hours(5_400_000_000_000), 1.5);
/// ```
pub fn delay_hours(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 3.6e12
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The remissions of the 6-MP arm in Freireich et al. (1963): at risk 21, 17, 15, 12, 11, 7, 6 at weeks 6, 7, 10, 13, 16, 22, 23.
    #[test]
    fn the_curve_is_that_of_the_textbook() {
        let events = [(6.0, 3), (7.0, 1), (10.0, 1), (13.0, 1), (16.0, 1), (22.0, 1), (23.0, 1)];
        let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let answered = events.map(|(hours, events)| DelayWait { hours, events, successes: Some(0.0) });
        let waiting = censored.map(|hours| DelayWait { hours, events: 1, successes: None });
        let law = delay_law(answered.into_iter().chain(waiting), 0.95);
        let left: Vec<f64> = law.steps.iter().map(|step| ((1.0 - step.share) * 1e4).round() / 1e4).collect();
        assert_eq!(left, [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]);
        assert_eq!((law.answered, law.waiting), (9, 12));
    }

    #[test]
    fn of_no_days_is_expected_what_is_answered_at_once() {
        let wait = |hours, successes| DelayWait { hours, events: 1, successes };
        let law = delay_law([wait(0.0, Some(1.0)), wait(5.0, None)], 0.95);
        assert_eq!(law.expected_of_last(0), 0.5);
        assert_eq!(DelayLaw::default().expected_of_last(0), 0.0);
    }
}
