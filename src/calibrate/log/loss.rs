//! How well the mornings foretold the days: log loss, against climatology.
//!
//! **Log loss**, in nats per event: −Σ [y ln m + (n − y) ln(1 − m)] / Σ n over all days and edges, m the mean of the edge's belief in
//! the morning (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x). It is what an event costs whose forecast was fixed
//! the evening before. Beside it stands the loss of the same beliefs when they learn from event to event within the day,
//! −Σ ln [B(a + y, b + n − y)/B(a, b)] / Σ n: the Beta–binomial predictive of the day in any one order.
//!
//! **Climatology** knows one rate for all edges: the share of successes of the past days, (S + m₀)/(N + 1) with the mean m₀
//! of the prior of most edges, which is the forecast of the first day (m₀ = ½ is that of Krichevsky & Trofimov 1981,
//! doi:10.1109/TIT.1981.1056331). Beliefs that are not better than that are not worth telling
//! edges apart for. *Hindsight* is the loss of the log's overall rate, which nobody knew beforehand.
//!
//! The difference to climatology has a standard error by day: with D_d the difference on day d, n_d its events and
//! δ = Σ D/Σ n, it is √(J/(J−1) Σ (D_d − δ n_d)²)/Σ n over J days, which takes days as independent and events within
//! a day as they come (Diebold & Mariano 1995, doi:10.1080/07350015.1995.10524599, without lags).
//!
//! *When to use it*: to choose between priors, half-lives and windows, and to say whether beliefs are worth having. *When
//! not*: a difference between logs of different traffic means nothing.
//!
//! *By hand*: one edge, prior Beta(1, 1), one success on each of two days: means ½ and 2/3, climatology ½ and ¾:
//! (ln 2 + ln 1.5)/2 = 0.5493 against (ln 2 + ln 4/3)/2 = 0.4904.

use serde::Serialize;

use crate::beta::Beta;
use crate::special::ln_beta;

/// Losses of all events, in nats per event. A log without events has none: [`super::LogCalibration::log_loss`] is `None` then.
///
/// A success on each of two days, foretold with ½ and ⅔, by climatology with ½ and ¾:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(1, 0));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let loss = found.log_loss.unwrap();
/// assert!((loss.day_ahead - 3f64.ln() / 2.0).abs() < 1e-15); // ln 2 + ln 3/2
/// assert!((loss.climatology - (8.0f64 / 3.0).ln() / 2.0).abs() < 1e-15); // ln 2 + ln 4/3
/// assert_eq!(loss.hindsight, 0.0);
/// assert!(loss.difference > 0.0); // worse than climatology
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LogLoss {
    /// Of the means of the morning's beliefs.
    pub day_ahead: f64,
    /// Of the beliefs when they learn within the day.
    pub sequential: f64,
    /// Of the pooled rate of the past days.
    pub climatology: f64,
    /// Of the overall rate, known in hindsight only.
    pub hindsight: f64,
    /// Day ahead less climatology: below zero the beliefs are better.
    pub difference: f64,
    /// Its standard error; `None` for a single day.
    pub difference_se: Option<f64>,
}

/// What a day lost, in nats over all its events.
///
/// A success on each of two days, foretold with ½ and ⅔, by climatology with ½ and ¾:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(1, 0));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let second = found.by_day[1].loss;
/// assert_eq!((second.events, second.successes), (1.0, 1.0));
/// assert!((second.day_ahead - 1.5f64.ln()).abs() < 1e-15);
/// assert!((second.climatology - (4.0f64 / 3.0).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DayLoss {
    /// Events.
    pub events: f64,
    /// Successes.
    pub successes: f64,
    /// Of the means of the morning's beliefs.
    pub day_ahead: f64,
    /// Of the beliefs when they learn within the day.
    pub sequential: f64,
    /// Of the pooled rate of the past days.
    pub climatology: f64,
}

impl DayLoss {
    /// Adds an edge.
    pub(super) fn add(&mut self, morning: Beta, successes: f64, failures: f64) {
        let (a, b) = (morning.alpha(), morning.beta());
        self.events += successes + failures;
        self.successes += successes;
        self.day_ahead += cost(successes, failures, (a, b));
        self.sequential += ln_beta(a, b) - ln_beta(a + successes, b + failures);
    }

    /// Ends the day: what climatology lost, that knew so many successes and failures, and one event of the prior.
    pub(super) fn close(&mut self, known: (f64, f64), prior_mean: f64) {
        let failures = self.events - self.successes;
        self.climatology = cost(self.successes, failures, (known.0 + prior_mean, known.1 + (1.0 - prior_mean)));
    }
}

/// The loss of successes and failures foretold with odds a : b.
fn cost(successes: f64, failures: f64, (a, b): (f64, f64)) -> f64 {
    let part = |count: f64, share: f64| if count > 0.0 { -count * (share / (a + b)).ln() } else { 0.0 };
    part(successes, a) + part(failures, b)
}

impl LogLoss {
    /// Of all days; `None` without events.
    pub(super) fn of(days: &[DayLoss]) -> Option<Self> {
        let sum = |part: fn(&DayLoss) -> f64| days.iter().map(part).sum::<f64>();
        let (events, successes) = (sum(|day| day.events), sum(|day| day.successes));
        if events <= 0.0 {
            return None;
        }
        let (day_ahead, climatology) = (sum(|day| day.day_ahead) / events, sum(|day| day.climatology) / events);
        let difference = day_ahead - climatology;
        let residual = |day: &DayLoss| (day.day_ahead - day.climatology - difference * day.events).powi(2);
        let count = days.len() as f64;
        let spread = count / (count - 1.0) * days.iter().map(residual).sum::<f64>();
        Some(Self {
            day_ahead,
            sequential: sum(|day| day.sequential) / events,
            climatology,
            hindsight: cost(successes, events - successes, (successes, events - successes)) / events,
            difference,
            difference_se: (days.len() > 1).then(|| spread.sqrt() / events),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_page() {
        let mut days = [DayLoss::default(); 2];
        days[0].add(Beta::UNIFORM, 1.0, 0.0);
        days[0].close((0.0, 0.0), 0.5);
        days[1].add(Beta::new(2.0, 1.0).unwrap(), 1.0, 0.0);
        days[1].close((1.0, 0.0), 0.5);
        let loss = LogLoss::of(&days).unwrap();
        assert!((loss.day_ahead - 0.5 * 3f64.ln()).abs() < 1e-15);
        assert!((loss.sequential - loss.day_ahead).abs() < 1e-14, "a single event learns nothing within its day");
        assert!((loss.climatology - 0.5 * (8f64 / 3.0).ln()).abs() < 1e-15);
        assert_eq!(loss.hindsight, 0.0);
        // D = 0 and ln(1.5/(4/3)) = ln 1.125: δ half of it, residuals ±δ, √(2·2δ²)/2 = δ.
        assert!((loss.difference_se.unwrap() - 0.5 * 1.125f64.ln()).abs() < 1e-15);
        assert_eq!(LogLoss::of(&[]), None);
    }
}
