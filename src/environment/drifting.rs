//! A world that changes a little all the time.

use std::sync::Arc;

use rand_distr::{Distribution, StandardNormal};

use super::logit::{self, logit};
use super::{Environment, MakeEnvironment, Setting};
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// Rates whose logits ln(p/(1−p)) are independent Gaussian random walks.
///
/// Each trial after the first adds a normal step of standard deviation σ/√(trials a day), so that a day adds σ. Rates of
/// exactly 0 and 1 stay.
///
/// ```
/// use betadrift::environment::{Drifting, Environment};
/// use betadrift::seed::{Purpose, stream};
/// let rng = &mut stream(1, Purpose::World, &[]);
/// let mut world = Drifting::new(vec![0.0, 0.5, 1.0], 0.1, 1);
/// assert!(!world.advance(0, rng) && world.advance(1, rng));
/// let rates = world.rates();
/// assert_eq!((rates[0], rates[2]), (0.0, 1.0));
/// // About one half a rate moves by a quarter of what its logit does: 0.1 would be four standard deviations.
/// assert!(rates[1] != 0.5 && (rates[1] - 0.5).abs() < 0.1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Drifting {
    logits: Vec<f64>,
    rates: Vec<f64>,
    sd_per_trial: f64,
}

impl Drifting {
    /// From these rates in the first trial, by edge index; `sd_per_day` is σ, on the scale of the logit.
    pub fn new(rates: Vec<f64>, sd_per_day: f64, trials_per_day: u64) -> Self {
        let logits = rates.iter().copied().map(logit).collect();
        Self { logits, rates, sd_per_trial: sd_per_day / (trials_per_day as f64).sqrt() }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        let (sd_per_day, trials_per_day) = (keys.not_negative("sd_per_day", None)?, setting.trials_per_day);
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, sd_per_day, trials_per_day))))
    }
}

impl Environment for Drifting {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, rng: &mut Stream) -> bool {
        if trial == 0 {
            return false;
        }
        for (logit, rate) in self.logits.iter_mut().zip(&mut self.rates) {
            let step: f64 = StandardNormal.sample(rng);
            *logit += self.sd_per_trial * step;
            *rate = logit::rate(*logit);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn a_day_of_steps_has_the_standard_deviation_of_a_day() {
        let (trials_per_day, worlds) = (50, 4_000);
        let mut squares = 0.0;
        for run in 0..worlds {
            let rng = &mut stream(3, Purpose::World, &[run]);
            let mut world = Drifting::new(vec![0.5], 0.2, trials_per_day);
            for trial in 0..=trials_per_day {
                world.advance(trial, rng);
            }
            squares += f64::powi((world.rates()[0] / (1.0 - world.rates()[0])).ln(), 2);
        }
        // The variance of a sample variance is 2σ⁴/n: five standard errors.
        let ratio = squares / worlds as f64 / 0.04;
        assert!((ratio - 1.0).abs() < 5.0 * (2.0 / worlds as f64).sqrt(), "{ratio}");
    }

    #[test]
    fn certain_rates_stay_certain() {
        let mut world = Drifting::new(vec![0.0, 1.0], 1.0, 1);
        (0..9).for_each(|trial| {
            world.advance(trial, &mut stream(3, Purpose::World, &[trial]));
        });
        assert_eq!(world.rates(), [0.0, 1.0]);
    }
}
