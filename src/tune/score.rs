//! The day-ahead predictive score: how probable what each day brought was to the beliefs of its morning.
//!
//! On each scored day d, for each edge with feedback that day, ln p = ln B(α+y, β+f) − ln B(α, β), where Beta(α, β) is its
//! posterior in the morning of d, from everything before d, and y and f what d brought: the probability of the day's events in one
//! order, without binomial coefficients. The score is Σ ln p over the events of all scored days, in nats an event: the logarithmic
//! score (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x), which nothing but the true chances can beat in the long run
//! (Gneiting & Raftery 2007, doi:10.1198/016214506000001437); summed up over days it is the prequential evidence of Dawid (1984,
//! doi:10.2307/2981683). Greater, nearer to 0, is better.
//!
//! Its standard error takes the days as independent: √(D/(D−1) Σ(tₔ − R nₔ)²)/N for D scored days with totals tₔ and nₔ, score
//! R and N events. Two of them are compared on the same days, day by day, so that what both find hard does not blur the difference.
//!
//! **When to use it**: to compare beliefs on the same days. **When not**: across logs, whose outcomes are not equally hard to foretell.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::evidence::ln_predictive;
use crate::feedback::Day;
use crate::posterior::{Priors, update};
use crate::timeline::{Timeline, View};

/// What came of each scored day with feedback.
///
/// Two days of four events:
///
/// ```
/// use betadrift::feedback::Day;
/// use betadrift::tune::{DayScore, DayScores};
/// let day = |day, nats| DayScore { day: Day::from_days(day), nats, events: 4.0 };
/// let scores = DayScores { days: vec![day(0, -2.0), day(1, -4.0)] };
/// assert_eq!((scores.events(), scores.score().unwrap().nats_per_event), (8.0, -0.75));
/// let worse = DayScores { days: vec![day(0, -4.0), day(1, -4.0)] };
/// assert_eq!(scores.better_than(&worse).unwrap().nats_per_event, 0.25);
/// let mut both = scores.clone();
/// both.merge(&worse);
/// assert_eq!((both.days.len(), both.days[0].nats, both.events()), (2, -6.0, 16.0));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DayScores {
    /// In order of day.
    pub days: Vec<DayScore>,
}

/// One scored day.
///
/// After a success the morning expects another with ⅔:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::day_ahead;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # (0..2).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(1, 0)));
/// let days = Day::from_days(0)..=Day::from_days(1);
/// let scores = day_ahead(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, days);
/// let second = scores.days[1];
/// assert_eq!((second.day, second.events), (Day::from_days(1), 1.0));
/// assert!((second.nats - (2.0f64 / 3.0).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayScore {
    /// The day.
    pub day: Day,
    /// Σ ln p over its edges, in nats.
    pub nats: f64,
    /// How many events it had.
    pub events: f64,
}

/// A mean in nats an event.
///
/// Days of 1 and 3 nats over four events each: their mean is ½, and they are 1 off it on either side, √(2·2)/8:
///
/// ```
/// use betadrift::feedback::Day;
/// use betadrift::tune::{DayScore, DayScores};
/// let day = |day, nats| DayScore { day: Day::from_days(day), nats, events: 4.0 };
/// let score = DayScores { days: vec![day(0, 1.0), day(1, 3.0)] }.score().unwrap();
/// assert_eq!((score.nats_per_event, score.se), (0.5, Some(0.25)));
/// assert!(score.is_clear());
/// let one = DayScores { days: vec![day(0, 1.0)] }.score().unwrap();
/// assert!(one.se.is_none() && !one.is_clear());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The mean.
    pub nats_per_event: f64,
    /// Its standard error; `None` for a single day.
    pub se: Option<f64>,
}

/// Scores the days of a range that have feedback. All of the past counts as `view` has it, days before the range included.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::day_ahead;
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// fold.add(Day::from_days(1), edge, Counts::whole(1, 0));
/// let days = Day::from_days(1)..=Day::from_days(1);
/// let scores = day_ahead(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, days);
/// // in the morning of the second day the belief is Beta(2, 1)
/// assert!((scores.score().unwrap().nats_per_event - (2f64 / 3.0).ln()).abs() < 1e-15);
/// ```
pub fn day_ahead(timeline: &Timeline, priors: &Priors, view: View, days: RangeInclusive<Day>) -> DayScores {
    let priors: Vec<_> = timeline.edges().iter().map(|(_, name)| priors.of(name)).collect();
    let mut scores = DayScores::default();
    timeline.walk(view, |state| {
        if !days.contains(&state.day) || state.cells.is_empty() {
            return;
        }
        let (mut nats, mut events) = (0.0, 0.0);
        for cell in state.cells {
            let edge = cell.edge.index();
            let counts = (cell.counts.successes.to_f64(), cell.counts.failures.to_f64());
            nats += ln_predictive(update(priors[edge], state.morning[edge]), counts);
            events += cell.counts.pulls();
        }
        scores.days.push(DayScore { day: state.day, nats, events });
    });
    scores
}

impl DayScores {
    /// The mean over all events; `None` without a scored day.
    pub fn score(&self) -> Option<Score> {
        mean(self.days.iter().map(|day| (day.nats, day.events)))
    }

    /// By how much this is better than another on the days that both have, on average over their events; `None` without such a day.
    pub fn better_than(&self, other: &Self) -> Option<Score> {
        let same_day = |one: &DayScore| {
            let at = other.days.binary_search_by_key(&one.day, |day| day.day).ok()?;
            Some((one.nats - other.days[at].nats, one.events))
        };
        mean(self.days.iter().filter_map(same_day))
    }

    /// Adds the scores of other feedback, such as that of another segment.
    pub fn merge(&mut self, other: &Self) {
        for day in &other.days {
            match self.days.binary_search_by_key(&day.day, |known| known.day) {
                Ok(at) => {
                    self.days[at].nats += day.nats;
                    self.days[at].events += day.events;
                }
                Err(at) => self.days.insert(at, *day),
            }
        }
    }

    /// How many events were scored.
    pub fn events(&self) -> f64 {
        self.days.iter().map(|day| day.events).sum()
    }
}

impl Score {
    /// Whether it is above zero by more than its standard error.
    pub fn is_clear(&self) -> bool {
        self.se.is_some_and(|se| self.nats_per_event > se)
    }
}

fn mean(days: impl Iterator<Item = (f64, f64)> + Clone) -> Option<Score> {
    let (nats, events) = days.clone().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let mean = nats / events;
    let (count, squares) = days.fold((0.0, 0.0), |(count, squares), (nats, events)| {
        let off = nats - mean * events;
        (count + 1.0, squares + off * off)
    });
    let se = (count > 1.0).then(|| f64::sqrt(count / (count - 1.0) * squares) / events);
    (events > 0.0).then_some(Score { nats_per_event: mean, se })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_compared_on_the_days_that_both_have() {
        let day = |day, nats| DayScore { day: Day::from_days(day), nats, events: 2.0 };
        let one = DayScores { days: vec![day(0, -9.0), day(1, -1.0), day(3, -2.0)] };
        let other = DayScores { days: vec![day(1, -3.0), day(2, -9.0), day(3, -4.0)] };
        assert_eq!(one.better_than(&other).unwrap().nats_per_event, 1.0);
        assert_eq!(one.better_than(&DayScores { days: vec![day(5, -1.0)] }), None);
    }
}
