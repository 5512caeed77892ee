//! A world in which rates jump for a while and return.

use std::sync::Arc;

use rand_distr::{Distribution, Geometric};

use super::logit::{self, ADDITIONS, ADDITIONS_IN_WORDS, logit};
use super::{Environment, MakeEnvironment, Setting};
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys};
use crate::seed::Stream;

/// A span of trials in which rates stand elsewhere.
///
/// Three times the odds in the trials 1 and 2:
///
/// ```
/// use betadrift::environment::{Burst, Environment, Span};
/// use betadrift::seed::{Purpose, stream};
/// let span = Span { trial: 1, trials: 2, lift: 3_f64.ln(), edge: None };
/// let (mut world, rng) = (Burst::new(vec![0.5], vec![span], vec![]), &mut stream(1, Purpose::World, &[]));
/// let moved = [0, 1, 2, 3].map(|trial| world.advance(trial, rng));
/// assert_eq!(moved, [false, true, false, true]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Its first trial, from 0.
    pub trial: u64,
    /// How many trials it lasts.
    pub trials: u64,
    /// What it adds to the logit.
    pub lift: f64,
    /// Of which edge; `None` of all.
    pub edge: Option<EdgeId>,
}

/// Spans that come at random: one begins in each trial with the same chance, and lasts for a geometric number of trials,
/// whatever else is under way.
///
/// One begins in every trial and lasts for that trial alone, so that the odds of the edge are always three times as high:
///
/// ```
/// use betadrift::environment::{Arrivals, Burst, Environment};
/// use betadrift::feedback::EdgeId;
/// use betadrift::seed::{Purpose, stream};
/// let arrivals = Arrivals { per_trial: 1.0, mean_trials: 1.0, lift: 3_f64.ln(), edge: Some(EdgeId::new(0)) };
/// let (mut world, rng) = (Burst::new(vec![0.5, 0.5], vec![], vec![arrivals]), &mut stream(1, Purpose::World, &[]));
/// for trial in 0..3 {
///     world.advance(trial, rng);
///     assert!((world.rates()[0] - 0.75).abs() < 1e-15 && world.rates()[1] == 0.5);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrivals {
    /// How many begin in a trial, on average: a number in [0, 1].
    pub per_trial: f64,
    /// How many trials one lasts, on average: 1 or more.
    pub mean_trials: f64,
    /// What one adds to the logit.
    pub lift: f64,
    /// Of which edge; `None` of all.
    pub edge: Option<EdgeId>,
}

/// Rates that stand still but for bursts, which add to the logit ln(p/(1−p)) while they last; those of one time add up.
///
/// Bursts are given, or come at random, or both. Rates of exactly 0 and 1 stay.
///
/// Two bursts of one time add up, to nine times the odds:
///
/// ```
/// use betadrift::environment::{Burst, Environment, Span};
/// use betadrift::seed::{Purpose, stream};
/// let burst = |trial, trials| Span { trial, trials, lift: 3_f64.ln(), edge: None };
/// let (mut world, rng) = (Burst::new(vec![0.5], vec![burst(0, 2), burst(1, 1)], vec![]), &mut stream(1, Purpose::World, &[]));
/// for (trial, rate) in [(0, 0.75), (1, 0.9), (2, 0.5)] {
///     world.advance(trial, rng);
///     assert!((world.rates()[0] - rate).abs() < 1e-15);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Burst {
    logits: Vec<f64>,
    rates: Vec<f64>,
    /// Spans to come, the next last.
    given: Vec<Span>,
    arrivals: Vec<Process>,
    under_way: Vec<Span>,
}

/// The arrivals of one kind.
#[derive(Debug, Clone)]
struct Process {
    kind: Arrivals,
    /// Trials before the next begins; none is drawn yet where there is no number.
    wait: Option<u64>,
}

impl Burst {
    /// From these rates, by edge index, which hold while no burst is under way. Spans may come in any order.
    pub fn new(rates: Vec<f64>, mut given: Vec<Span>, arrivals: Vec<Arrivals>) -> Self {
        given.sort_by_key(|span| std::cmp::Reverse(span.trial));
        let logits = rates.iter().copied().map(logit).collect();
        let arrivals = arrivals.into_iter().map(|kind| Process { kind, wait: None }).collect();
        Self { logits, rates, given, arrivals, under_way: Vec::new() }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        let (given, arrivals) = (keys.tables("bursts")?, keys.tables("arrivals")?);
        if given.is_none() && arrivals.is_none() {
            return Err(keys.missing("bursts` or `arrivals"));
        }
        let given =
            given.unwrap_or_default().into_iter().map(|keys| span(keys, setting)).collect::<Result<Vec<_>, _>>()?;
        let arrivals = arrivals.unwrap_or_default().into_iter();
        let arrivals = arrivals.map(|keys| self::arrivals(keys, setting)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, given.clone(), arrivals.clone()))))
    }

    fn set(&mut self) {
        for (index, (rate, logit)) in self.rates.iter_mut().zip(&self.logits).enumerate() {
            let here = |span: &&Span| span.edge.is_none_or(|edge| edge.index() == index);
            *rate = logit::rate(logit + self.under_way.iter().filter(here).map(|span| span.lift).sum::<f64>());
        }
    }
}

impl Environment for Burst {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, rng: &mut Stream) -> bool {
        let before = self.under_way.len();
        self.under_way.retain(|span| trial - span.trial < span.trials);
        let ended = self.under_way.len() < before;
        let left = self.under_way.len();
        while let Some(span) = self.given.pop_if(|span| span.trial <= trial) {
            self.under_way.push(span);
        }
        self.under_way.extend(self.arrivals.iter_mut().filter_map(|process| process.span(trial, rng)));
        let moved = ended || self.under_way.len() > left;
        if moved {
            self.set();
        }
        moved
    }
}

impl Process {
    /// The span that begins in this trial, if one does.
    fn span(&mut self, trial: u64, rng: &mut Stream) -> Option<Span> {
        let Arrivals { per_trial, mean_trials, lift, edge } = self.kind;
        let wait = self.wait.unwrap_or_else(|| failures(per_trial, rng));
        if wait > 0 {
            self.wait = Some(wait - 1);
            return None;
        }
        self.wait = Some(failures(per_trial, rng));
        let trials = failures(1.0 / mean_trials, rng).saturating_add(1);
        Some(Span { trial, trials, lift, edge })
    }
}

fn span(mut keys: Keys<'_>, setting: &Setting<'_>) -> Result<Span, Fault> {
    let span = Span {
        trial: keys.whole("trial", None, 0..=i64::MAX, "0 or more")? as u64,
        trials: keys.whole("trials", None, 1..=i64::MAX, "1 or more")? as u64,
        lift: keys.number("lift", None, ADDITIONS, ADDITIONS_IN_WORDS)?,
        edge: setting.edge_if_named(&mut keys, "edge")?,
    };
    keys.finish()?;
    Ok(span)
}

fn arrivals(mut keys: Keys<'_>, setting: &Setting<'_>) -> Result<Arrivals, Fault> {
    const MOST_TRIALS: f64 = 1e12;
    let trials_per_day = setting.trials_per_day as f64;
    let arrivals = Arrivals {
        per_trial: keys.number("per_day", None, 0.0..=trials_per_day, "between 0 and `trials_per_day`")?
            / trials_per_day,
        mean_trials: keys.number("mean_trials", None, 1.0..=MOST_TRIALS, "between 1 and 1e12")?,
        lift: keys.number("lift", None, ADDITIONS, ADDITIONS_IN_WORDS)?,
        edge: setting.edge_if_named(&mut keys, "edge")?,
    };
    keys.finish()?;
    Ok(arrivals)
}

/// Failures before the first success of a chance.
fn failures(chance: f64, rng: &mut Stream) -> u64 {
    // Without a chance the first success never comes.
    Geometric::new(chance).map_or(u64::MAX, |law| law.sample(rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    fn path(mut world: Burst, trials: u64) -> Vec<(bool, Vec<f64>)> {
        let rng = &mut stream(5, Purpose::World, &[]);
        (0..trials).map(|trial| (world.advance(trial, rng), world.rates().to_vec())).collect()
    }

    #[test]
    fn a_burst_lasts_for_its_trials_and_bursts_add_up() {
        let span = |trial, trials, lift, edge: Option<usize>| Span { trial, trials, lift, edge: edge.map(EdgeId::new) };
        let spans = vec![span(3, 1, 3f64.ln(), None), span(1, 3, 3f64.ln(), Some(1))];
        let path = path(Burst::new(vec![0.5, 0.5], spans, vec![]), 6);
        let right = [[0.5, 0.5], [0.5, 0.75], [0.5, 0.75], [0.75, 0.9], [0.5, 0.5], [0.5, 0.5]];
        let moved: Vec<bool> = path.iter().map(|(moved, _)| *moved).collect();
        assert_eq!(moved, [false, true, false, true, true, false]);
        for ((_, rates), right) in path.iter().zip(right) {
            assert!(rates.iter().zip(right).all(|(rate, right)| (rate - right).abs() < 1e-15), "{rates:?} {right:?}");
        }
    }

    #[test]
    fn bursts_at_random_come_and_last_as_often_as_they_are_named_for() {
        let arrivals = Arrivals { per_trial: 0.02, mean_trials: 10.0, lift: 1.0, edge: None };
        let trials = 200_000;
        let path = path(Burst::new(vec![0.5], vec![], vec![arrivals]), trials);
        // Bursts under way are a queue with a server for each: on average 0.02·10, none with chance Π (1 − 0.02·0.9ʲ).
        let none: f64 = (0..200).map(|age| 1.0 - 0.02 * 0.9f64.powi(age)).product();
        let share = path.iter().filter(|(_, rates)| rates[0] == 0.5).count() as f64 / trials as f64;
        // Neighbouring trials are alike for about ten trials: five standard errors of trials/20 independent ones.
        assert!((share - none).abs() < 5.0 * (none * (1.0 - none) * 20.0 / trials as f64).sqrt(), "{share} {none}");
    }

    #[test]
    fn without_a_chance_nothing_comes() {
        let arrivals = Arrivals { per_trial: 0.0, mean_trials: 1.0, lift: 1.0, edge: None };
        assert!(path(Burst::new(vec![0.5], vec![], vec![arrivals]), 1_000).iter().all(|(moved, _)| !moved));
        let always = Arrivals { per_trial: 1.0, ..arrivals };
        let path = path(Burst::new(vec![0.5], vec![], vec![always]), 10);
        assert!(path.iter().all(|(_, rates)| rates[0] > 0.7 && rates[0] < 0.74), "{path:?}");
    }
}
