//! Reliability: of what was foretold with a chance of about m, did about m succeed? (Murphy & Winkler 1977,
//! doi:10.2307/2346866)
//!
//! The forecasts are the means m of each edge's belief in the morning of each day it was pulled. Sorted by m, equal forecasts
//! together, they are cut into bins of about equally many events: a forecast belongs to bin ⌊bins·(E + e/2)/N⌋, where e events
//! have this m, E a lesser one, and N is all. Bins that nothing falls into are left out.
//!
//! The interval of a bin is where its share of successes lies under the morning's beliefs: that of the Beta–binomial law with the
//! mean μ = Σ n·m/Σ n and the variance Σ Var/(Σ n)² of that share, Var the Beta–binomial variance of
//! [`Martingale`]. It is wide where beliefs were wide.
//!
//! **When to use it**: to see where beliefs are wrong, at low rates or at high ones. **When not**: to compare two models: a forecast that
//! tells nothing apart is reliable too; the [log loss](super::loss) sees that.

use super::martingale::Martingale;
use crate::beta::Beta;
use crate::special::ln_beta;

/// What was foretold of an edge on a day, and what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forecast {
    /// The mean of the morning's belief.
    pub(super) mean: f64,
    pub(super) pulls: f64,
    pub(super) successes: f64,
    /// The variance of the successes under it.
    pub(super) variance: f64,
}

impl Forecast {
    pub(super) fn new(morning: Beta, successes: f64, pulls: f64) -> Self {
        let Martingale { variance, .. } = Martingale::day(morning, successes, pulls);
        Self { mean: morning.mean(), pulls, successes, variance }
    }
}

/// Forecasts that were about alike.
///
/// Three of four where a uniform belief expected two, each of 0 to 4 being as likely:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(3, 1));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let bin = found.bins[0];
/// assert_eq!((bin.predicted(), bin.observed(), bin.events), (0.5, 0.75, 4.0));
/// assert_eq!(bin.z(), 1.0 / 2f64.sqrt());
/// assert_eq!((bin.interval(0.5), bin.interval(0.95)), ((0.25, 0.75), (0.0, 1.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// The least and the greatest forecast.
    pub range: (f64, f64),
    /// How many edges on how many days, all told.
    pub forecasts: usize,
    /// Events.
    pub events: f64,
    /// Successes.
    pub successes: f64,
    /// Σ n·m.
    pub expected: f64,
    /// Σ Var(y).
    pub variance: f64,
}

impl ReliabilityBin {
    /// The mean forecast of its events.
    pub fn predicted(&self) -> f64 {
        self.expected / self.events
    }

    /// The share that succeeded.
    pub fn observed(&self) -> f64 {
        self.successes / self.events
    }

    /// Where that share lies with probability `level` if the beliefs are right: of counts up to 10,000 events the Beta–binomial law
    /// with their mean and variance, which knows that counts are whole, of more the Beta.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let (mean, n) = (self.predicted(), self.events);
        let share = self.variance / (n * n) / (mean * (1.0 - mean));
        let tail = 0.5 * (1.0 - level);
        if n > MOST_COUNTED {
            let strength = 1.0 / share - 1.0;
            return Beta::new(mean * strength, (1.0 - mean) * strength).map_or((0.0, 1.0), |law| {
                let interval = law.interval(level);
                (interval.lower, interval.upper)
            });
        }
        // Correlation ρ of two events of the bin: n·share = 1 + (n − 1)ρ.
        let correlation = if n > 1.0 { ((n * share - 1.0) / (n - 1.0)).max(1e-9) } else { 1e-9 };
        let strength = 1.0 / correlation - 1.0;
        let Ok(belief) = Beta::new(mean * strength, (1.0 - mean) * strength) else { return (0.0, 1.0) };
        let ends = [tail, 1.0 - tail].map(|p| beta_binomial_quantile(belief, n.round(), p) / n.round());
        (ends[0], ends[1])
    }

    /// (observed − expected)/sd.
    pub fn z(&self) -> f64 {
        (self.successes - self.expected) / self.variance.sqrt()
    }
}

/// Events of a bin up to which its law is summed count by count.
const MOST_COUNTED: f64 = 10_000.0;

/// The least count whose distribution function reaches `p`.
fn beta_binomial_quantile(belief: Beta, n: f64, p: f64) -> f64 {
    let (a, b) = (belief.alpha(), belief.beta());
    let mut ln_chance = ln_beta(a, b + n) - ln_beta(a, b);
    let (mut count, mut below) = (0.0, ln_chance.exp());
    while below < p && count < n {
        ln_chance += ((n - count) * (a + count) / ((count + 1.0) * (b + n - count - 1.0))).ln();
        count += 1.0;
        below += ln_chance.exp();
    }
    count
}

/// The bins, in order of the forecast.
pub(super) fn reliability(mut forecasts: Vec<Forecast>, bins: usize) -> Vec<ReliabilityBin> {
    forecasts.sort_by(|a, b| a.mean.total_cmp(&b.mean));
    let total: f64 = forecasts.iter().map(|forecast| forecast.pulls).sum();
    let (mut found, mut last, mut before) = (Vec::<ReliabilityBin>::new(), None, 0.0);
    for alike in forecasts.chunk_by(|a, b| a.mean == b.mean) {
        let events: f64 = alike.iter().map(|forecast| forecast.pulls).sum();
        let bin = ((bins as f64 * (before + 0.5 * events) / total) as usize).min(bins.saturating_sub(1));
        before += events;
        if last != Some(bin) {
            let mean = alike[0].mean;
            let empty = (0, 0.0, 0.0, 0.0, 0.0);
            let (forecasts, events, successes, expected, variance) = empty;
            found.push(ReliabilityBin { range: (mean, mean), forecasts, events, successes, expected, variance });
            last = Some(bin);
        }
        if let Some(bin) = found.last_mut() {
            alike.iter().for_each(|forecast| add(bin, forecast));
        }
    }
    found
}

fn add(bin: &mut ReliabilityBin, forecast: &Forecast) {
    bin.range.1 = forecast.mean;
    bin.forecasts += 1;
    bin.events += forecast.pulls;
    bin.successes += forecast.successes;
    bin.expected += forecast.pulls * forecast.mean;
    bin.variance += forecast.variance;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_forecasts_stay_together_and_bins_have_equal_events() {
        let forecast = |mean, pulls| Forecast { mean, pulls, successes: 1.0, variance: 0.1 };
        let bins = reliability(vec![forecast(0.7, 4.0), forecast(0.2, 2.0), forecast(0.2, 2.0)], 2);
        assert_eq!(
            bins.iter().map(|bin| (bin.range, bin.forecasts, bin.events)).collect::<Vec<_>>(),
            [((0.2, 0.2), 2, 4.0), ((0.7, 0.7), 1, 4.0)]
        );
        assert!((bins[0].expected - 0.8).abs() < 1e-15);
        assert!(reliability(Vec::new(), 10).is_empty());
    }

    #[test]
    fn a_single_event_may_end_either_way() {
        let bins = reliability(vec![Forecast::new(Beta::UNIFORM, 1.0, 1.0)], 10);
        assert_eq!(bins[0].interval(0.95), (0.0, 1.0));
    }
}
