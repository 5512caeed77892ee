//! In-control run lengths: after how many rewards of a rate that never changes a detector first cries wolf.
//!
//! Simulated, because none of the detectors has a closed form with an estimated mean: runs of Bernoulli rewards at a rate, the
//! nearest on a grid to the edge's own, until the first alarm or the end of the run. Where every run saw one, the mean and its
//! standard error; else only what is sure: the mean length is *more than* that of the runs as they were cut. Rewards between 0
//! and 1 vary less than whole ones of the same mean, so that theirs is longer. Page (1954, doi:10.1093/biomet/41.1-2.100) called it
//! the average run length. An alarm after far fewer events than that is news; one of many after far more is not.

use rand::RngExt;
use rayon::prelude::*;
use serde::Serialize;

use super::run_length::RunLengthFilter;
use super::{Adwin, Direction, Method, PageHinkley, Settings};
use crate::beta::Beta;
use crate::seed::{Purpose, stream};

/// The rates for which runs are simulated.
const RATES: [f64; 17] =
    [0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.94, 0.97, 0.99, 0.997, 0.999];
/// After so many rewards a run is cut.
const LONGEST: usize = 5_000;
/// The same where a run costs the square of its length.
const LONGEST_EXACT: usize = 2_000;

/// The average run length to a false alarm, in events.
///
/// A hundred failures on one day and a hundred successes on the next:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Day, Reward};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, Play, SequenceFold};
/// use betadrift::drift::{AverageRunLength, Method, Settings, drift};
/// # let (mut fold, mut sequences) = (Fold::default(), SequenceFold::default());
/// # for at in 0..200u32 {
/// #     let (reward, day) = if at < 100 { (Reward::FAILURE, 0) } else { (Reward::SUCCESS, 1) };
/// #     let (day, edge) = (Day::from_days(day), fold.edge("a"));
/// #     fold.add(day, edge, reward.into());
/// #     sequences.add("a", (0, at.into()), Play { nanoseconds: at.into(), day, reward });
/// # }
/// let settings = Settings { in_control_runs: 3, ..Settings::default() };
/// let found = drift(&fold.finish(), Some(&sequences.finish()), &Priors::new(Beta::UNIFORM), &settings);
/// let lengths: &[AverageRunLength] = &found.edges[0].in_control;
/// assert_eq!(lengths.iter().map(|length| length.method).collect::<Vec<_>>(), Method::ALL);
/// for length in lengths {
///     assert_eq!((length.rate, length.runs), (0.5, 3));
///     assert_eq!(length.events.is_some(), length.alarms == 3);
///     assert_eq!(length.more_than.is_some(), length.alarms < 3); // some runs were cut
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AverageRunLength {
    /// The detector.
    pub method: Method,
    /// The rate it was found for.
    pub rate: f64,
    /// The mean; `None` if some runs ended without an alarm.
    pub events: Option<f64>,
    /// The standard error of the mean.
    pub standard_error: Option<f64>,
    /// What the mean exceeds, where some runs ended without an alarm.
    pub more_than: Option<f64>,
    /// Runs with a false alarm.
    pub alarms: u32,
    /// Runs.
    pub runs: u32,
    /// After how many rewards a run was cut.
    pub cut_after: usize,
}

/// What an in-control run length hangs on beside the settings: the place of a rate in the grid, and a prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct World {
    rate: usize,
    prior: Beta,
}

impl World {
    /// That of an edge with these outcomes.
    pub(super) fn near(successes: f64, failures: f64, prior: Beta) -> Self {
        let logit = ((successes + 0.5) / (failures + 0.5)).ln();
        let distance = |at: &usize| ((RATES[*at] / (1.0 - RATES[*at])).ln() - logit).abs();
        let rate = (0..RATES.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
        Self { rate, prior }
    }

    fn key(&self) -> (usize, u64, u64) {
        (self.rate, self.prior.alpha().to_bits(), self.prior.beta().to_bits())
    }
}

/// The in-control run lengths of worlds, each simulated once.
pub(super) fn in_control(worlds: &[World], settings: &Settings) -> Vec<Vec<AverageRunLength>> {
    if settings.in_control_runs == 0 {
        return vec![Vec::new(); worlds.len()];
    }
    let mut distinct = worlds.to_vec();
    distinct.sort_by_key(World::key);
    distinct.dedup_by_key(|world| world.key());
    let jobs: Vec<(World, Method)> =
        distinct.iter().flat_map(|&world| Method::ALL.map(|method| (world, method))).collect();
    let lengths: Vec<AverageRunLength> =
        jobs.into_par_iter().map(|(world, method)| average(world, method, settings)).collect();
    let of = |world: &World| {
        let at = distinct.binary_search_by_key(&world.key(), World::key).unwrap_or(0) * Method::ALL.len();
        lengths[at..at + Method::ALL.len()].to_vec()
    };
    worlds.iter().map(of).collect()
}

fn average(world: World, method: Method, settings: &Settings) -> AverageRunLength {
    let rate = RATES[world.rate];
    let runs = settings.in_control_runs;
    let cut_after = if method == Method::Bocpd { LONGEST_EXACT } else { LONGEST };
    let first_alarm = |run: u32| {
        let mut rng = stream(settings.seed, Purpose::InControl, &[world.rate as u64, u64::from(run)]);
        let mut alarm = detector(method, world.prior, cut_after, settings);
        (0..cut_after).position(|_| alarm(f64::from(u8::from(rng.random::<f64>() < rate))))
    };
    let found: Vec<Option<usize>> = (0..runs).map(first_alarm).collect();
    let lengths: Vec<f64> = found.iter().map(|at| at.map_or(cut_after, |at| at + 1) as f64).collect();
    let alarms = found.iter().flatten().count() as u32;
    let n = f64::from(runs);
    let mean = lengths.iter().sum::<f64>() / n;
    let variance = lengths.iter().map(|length| (length - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let all = alarms == runs;
    AverageRunLength {
        method,
        rate,
        events: all.then_some(mean),
        standard_error: (all && runs > 1).then(|| (variance / n).sqrt()),
        more_than: (!all).then_some(mean),
        alarms,
        runs,
        cut_after,
    }
}

/// Takes a reward in, and says whether it raises an alarm.
fn detector(method: Method, prior: Beta, longest: usize, settings: &Settings) -> Box<dyn FnMut(f64) -> bool> {
    match method {
        Method::Bocpd => {
            let (mut filter, mut events) = (RunLengthFilter::new(prior, settings.hazard, longest), 0);
            Box::new(move |reward| {
                filter.observe(reward);
                events += 1;
                filter.segment() < events
            })
        }
        Method::PageHinkleyUp | Method::PageHinkleyDown => {
            let direction = if method == Method::PageHinkleyUp { Direction::Up } else { Direction::Down };
            let mut test = PageHinkley::new(settings.page_hinkley, direction);
            Box::new(move |reward| test.observe(reward))
        }
        Method::Adwin => {
            let mut window = Adwin::new(settings.adwin_delta);
            Box::new(move |reward| window.observe(reward))
        }
    }
}
