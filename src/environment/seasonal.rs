//! A world that changes with the day of the week.

use std::sync::Arc;

use toml::Spanned;

use super::logit::{self, ADDITIONS, ADDITIONS_IN_WORDS, logit};
use super::{Environment, MakeEnvironment, Setting};
use crate::feedback::{Day, EdgeId};
use crate::keys::{Fault, Keys, in_range};
use crate::seed::Stream;

/// Rates whose logits ln(p/(1−p)) have an addition for the day of the week: logit p(day) = logit p + s(weekday), where s may
/// be one for all edges and one of an edge's own, which add up.
///
/// An addition for all edges moves every rate at once and leaves the best edge where it is, but whoever pools the days compares
/// an edge played at weekends with one played on Mondays (Simpson 1951, doi:10.1111/j.2517-6161.1951.tb00088.x). Additions of
/// an edge's own can make another edge the best on some days. Rates of exactly 0 and 1 stay.
///
/// Three times the odds on Saturdays, one trial a day, from a Friday on:
///
/// ```
/// use betadrift::environment::{Environment, Seasonal};
/// use betadrift::seed::{Purpose, stream};
/// let mut week = [0.0; 7];
/// week[5] = 3_f64.ln();
/// let (friday, rng) = ("2026-01-02".parse()?, &mut stream(1, Purpose::World, &[]));
/// let mut world = Seasonal::new(vec![0.5, 0.0], week, &[], friday, 1);
/// assert_eq!(world.rates(), [0.5, 0.0]);
/// world.advance(1, rng);
/// assert!((world.rates()[0] - 0.75).abs() < 1e-15 && world.rates()[1] == 0.0);
/// world.advance(2, rng);
/// assert_eq!(world.rates(), [0.5, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Seasonal {
    logits: Vec<f64>,
    rates: Vec<f64>,
    /// An addition an edge, by weekday.
    additions: [Vec<f64>; 7],
    first_weekday: usize,
    trials_per_day: u64,
}

impl Seasonal {
    /// From these rates, by edge index, which hold where nothing is added. `all` is what each weekday adds to every logit,
    /// Monday first; `own` what it adds to those of single edges besides. The first trial is the first of the day `start`.
    pub fn new(rates: Vec<f64>, all: [f64; 7], own: &[(EdgeId, [f64; 7])], start: Day, trials_per_day: u64) -> Self {
        let mut additions = all.map(|addition| vec![addition; rates.len()]);
        for (edge, week) in own {
            for (additions, addition) in additions.iter_mut().zip(week) {
                additions[edge.index()] += addition;
            }
        }
        let logits = rates.iter().copied().map(logit).collect();
        let mut world = Self { logits, rates, additions, first_weekday: weekday(start), trials_per_day };
        world.set(world.first_weekday);
        world
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        let (all, own) = (week(keys)?, keys.tables("own")?);
        if all.is_none() && own.is_none() {
            return Err(keys.missing("weekday` or `own"));
        }
        let own =
            own.unwrap_or_default().into_iter().map(|keys| own_week(keys, setting)).collect::<Result<Vec<_>, _>>()?;
        let (all, start, trials_per_day) = (all.unwrap_or_default(), setting.start, setting.trials_per_day);
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, all, &own, start, trials_per_day))))
    }

    fn set(&mut self, weekday: usize) {
        for ((rate, logit), addition) in self.rates.iter_mut().zip(&self.logits).zip(&self.additions[weekday]) {
            *rate = logit::rate(logit + addition);
        }
    }
}

impl Environment for Seasonal {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, _rng: &mut Stream) -> bool {
        let begins_a_day = trial.is_multiple_of(self.trials_per_day);
        if begins_a_day {
            let days = (trial / self.trials_per_day % 7) as usize;
            self.set((self.first_weekday + days) % 7);
        }
        begins_a_day
    }
}

/// What each weekday adds, Monday first.
fn week(keys: &mut Keys<'_>) -> Result<Option<[f64; 7]>, Fault> {
    let Some(listed) = keys.get::<[Spanned<f64>; 7]>("weekday")? else { return Ok(None) };
    let mut week = [0.0; 7];
    for (addition, listed) in week.iter_mut().zip(listed.get_ref()) {
        *addition = in_range("weekday", listed, ADDITIONS.contains(listed.get_ref()), ADDITIONS_IN_WORDS)?;
    }
    Ok(Some(week))
}

fn own_week(mut keys: Keys<'_>, setting: &Setting<'_>) -> Result<(EdgeId, [f64; 7]), Fault> {
    let edge = setting.edge(&mut keys, "edge")?;
    let week = week(&mut keys)?.ok_or_else(|| keys.missing("weekday"))?;
    keys.finish()?;
    Ok((edge, week))
}

/// 0 for a Monday.
fn weekday(day: Day) -> usize {
    // 1970-01-01 was a Thursday.
    (day.days() + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        // 2026-01-05 was a Monday, 1969-12-28 a Sunday.
        assert_eq!(["2026-01-05", "2026-01-04", "1969-12-28"].map(|day| weekday(day.parse().unwrap())), [0, 6, 6]);
    }

    #[test]
    fn a_weekday_adds_to_the_logit_and_leaves_the_next_day_alone() {
        let all = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0];
        let own = [(EdgeId::new(1), [0.0, 0.0, 0.0, 0.0, 3f64.ln(), 0.0, -1.0])];
        // A Friday.
        let mut world = Seasonal::new(vec![0.5, 0.5, 0.0], all, &own, "2026-01-02".parse().unwrap(), 2);
        let rng = &mut stream(0, Purpose::World, &[]);
        let mut path = Vec::new();
        for trial in 0..8 {
            assert_eq!(world.advance(trial, rng), trial % 2 == 0);
            path.push(world.rates().to_vec());
        }
        let raised = 1.0 / (1.0 + (-1f64).exp());
        let right = [[0.5, 0.75], [raised, raised], [raised, 0.5], [0.5, 0.5]];
        for (rates, right) in path.iter().zip(right.iter().flat_map(|day| [day, day])) {
            assert!(rates.iter().zip(right).all(|(rate, right)| (rate - right).abs() < 1e-15), "{rates:?} {right:?}");
            assert_eq!(rates[2], 0.0);
        }
    }

    #[test]
    fn an_eighth_day_is_the_first_again() {
        let week = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
        let mut world = Seasonal::new(vec![0.3], week, &[], Day::from_days(20_454), 1);
        let rng = &mut stream(0, Purpose::World, &[]);
        let path: Vec<f64> = (0..15)
            .map(|trial| {
                world.advance(trial, rng);
                world.rates()[0]
            })
            .collect();
        assert_eq!(path[..7], path[7..14]);
        assert!(path[0] < path[3], "a Thursday, then a Sunday: {path:?}");
    }
}
