//! Whether days, or edges, vary more than independent events of one rate would.
//!
//! **Tarone's z** (Tarone 1979, doi:10.1093/biomet/66.3.585), the score test of binomial against Beta–binomial counts: with y_d of
//! n_d on day d and p̂ = Σy/Σn, q̂ = 1 − p̂,
//!
//! z = (Σ (y_d − n_d p̂)²/(p̂q̂) − Σ n_d) / √(2 Σ n_d(n_d − 1)),
//!
//! standard normal where all events are independent and of one rate; above 1.64 (one-sided 5 %) they vary more. Over the edges of one
//! day each edge has its own overall rate p, known rather than estimated from that day; the score then has the term that the sum over
//! an edge's days does not need, as its residuals sum to zero: Σ [(e² − e(1 − 2p))/(pq) − n] with e = y − np. Sums of both
//! over all edges and days are one number, so the day values split the same whole.
//!
//! **Design effect** (Kish 1965): how many times as wide as binomial the variance of an edge's rate is if a day's events go
//! together with intraclass correlation ρ: 1 + (n̄ − 1)ρ̂, n̄ = Σn²/Σn, the size of the day that an event finds itself in (the
//! mean size where days are alike). ρ̂ is that of the analysis of variance (Donner 1986, doi:10.2307/1403259): with k days,
//! MSB = Σ n_d(p̂_d − p̂)²/(k − 1), MSW = Σ n_d p̂_d(1 − p̂_d)/(N − k) and n₀ = (N − Σn²/N)/(k − 1),
//! ρ̂ = (MSB − MSW)/(MSB + (n₀ − 1)MSW). Effective pulls are N divided by the design effect where that is above 1.
//!
//! *When to use it*: to see duplicates, events that go together (one user, one page, one incident), and rates that moved: all
//! make a posterior surer than it may be. *When not*: it does not tell these apart; `drift` looks at the order of days, `--ids`
//! removes copies. With few events a day (mean counts below about 5) the normal law of z is rough. For rewards between 0 and
//! 1 the binomial variance is an upper bound, so z and design effect are too low.
//!
//! *By hand*: 4 of 4 on one day, 0 of 4 on another. p̂ = ½, (4 + 4)/¼ − 8 = 24, √(2·24) = 6.928: z = 3.464. MSB = 2,
//! MSW = 0, ρ̂ = 1: the design effect is 4, and 8 pulls are worth 2, the number of days.

use std::fmt;

use super::super::tail::normal_upper;

/// A score of over-dispersion and its variance.
///
/// Four of four on one day, none of four on another:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(4, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(0, 4));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// assert_eq!((found.tarone.score, found.tarone.variance), (24.0, 48.0)); // (4 + 4)/¼ − 8 and 2·(12 + 12)
/// assert!((found.tarone.z().unwrap() - 12f64.sqrt()).abs() < 1e-12);
/// assert!(found.tarone.p().unwrap() < 0.001);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tarone {
    /// Σ (y − np)²/(pq) − Σ n, with the term of a known rate where there is one.
    pub score: f64,
    /// 2 Σ n(n − 1).
    pub variance: f64,
}

impl Tarone {
    /// z; `None` where no cell has two events.
    pub fn z(self) -> Option<f64> {
        (self.variance > 0.0).then(|| self.score / self.variance.sqrt())
    }

    /// The chance of as great a z: one-sided, for over-dispersion.
    pub fn p(self) -> Option<f64> {
        self.z().map(normal_upper)
    }
}

impl std::ops::AddAssign for Tarone {
    fn add_assign(&mut self, other: Self) {
        self.score += other.score;
        self.variance += other.variance;
    }
}

/// Why an edge has no measure of dispersion.
///
/// One success and one failure on a single day:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::{Undefined, log_calibration};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 1));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let why = found.by_edge[0].dispersion.unwrap_err();
/// assert_eq!(why, Undefined::OneDay);
/// assert_eq!(why.to_string(), "feedback on one day only, so that days cannot be compared");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// It was never pulled.
    NoFeedback,
    /// It was pulled on one day only.
    OneDay,
    /// Its pulls all succeeded, or all failed.
    AllAlike,
    /// No day has two events.
    SinglePulls,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFeedback => "no feedback",
            Self::OneDay => "feedback on one day only, so that days cannot be compared",
            Self::AllAlike => "all pulls ended alike, so that nothing can vary",
            Self::SinglePulls => "no day has two pulls",
        })
    }
}

/// The sums over the days of an edge that its dispersion is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Days {
    days: f64,
    pulls: f64,
    squared_pulls: f64,
    /// Σ (y − np̂)².
    residuals: f64,
    /// Σ (y − np̂)²/n.
    between: f64,
    /// Σ y(n − y)/n.
    within: f64,
}

/// How the days of an edge vary.
///
/// Four of four on one day, none of four on another, so that 8 pulls are worth 2:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(4, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(0, 4));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let dispersion = found.by_edge[0].dispersion.unwrap();
/// assert_eq!((dispersion.correlation, dispersion.design_effect), (Some(1.0), Some(4.0)));
/// assert_eq!(dispersion.effective_pulls, Some(2.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Tarone's z.
    pub tarone: Tarone,
    /// The intraclass correlation ρ̂; `None` where there are as many events as days.
    pub correlation: Option<f64>,
    /// 1 + (n̄ − 1)ρ̂.
    pub design_effect: Option<f64>,
    /// Pulls over the design effect where that is above 1.
    pub effective_pulls: Option<f64>,
}

impl Days {
    /// Adds a day of an edge whose overall rate is `rate`.
    pub(super) fn add(&mut self, successes: f64, pulls: f64, rate: f64) {
        let residual = successes - pulls * rate;
        self.days += 1.0;
        self.pulls += pulls;
        self.squared_pulls += pulls * pulls;
        self.residuals += residual * residual;
        self.between += residual * residual / pulls;
        self.within += successes * (pulls - successes) / pulls;
    }

    /// The measures, given the overall rate and what it leaves to one.
    pub(super) fn dispersion(&self, rate: f64, miss: f64) -> Result<Dispersion, Undefined> {
        if self.days == 0.0 {
            return Err(Undefined::NoFeedback);
        }
        if rate <= 0.0 || miss <= 0.0 {
            return Err(Undefined::AllAlike);
        }
        if self.days < 2.0 {
            return Err(Undefined::OneDay);
        }
        let variance = 2.0 * (self.squared_pulls - self.pulls);
        if variance <= 0.0 {
            return Err(Undefined::SinglePulls);
        }
        let tarone = Tarone { score: self.residuals / (rate * miss) - self.pulls, variance };
        let correlation = self.correlation();
        let day_size = self.squared_pulls / self.pulls;
        let design_effect = correlation.map(|correlation| 1.0 + (day_size - 1.0) * correlation);
        let effective_pulls = design_effect.map(|effect| self.pulls / effect.max(1.0));
        Ok(Dispersion { tarone, correlation, design_effect, effective_pulls })
    }

    fn correlation(&self) -> Option<f64> {
        let (k, n) = (self.days, self.pulls);
        if n <= k {
            return None;
        }
        let (between, within) = (self.between / (k - 1.0), self.within / (n - k));
        let day = (n - self.squared_pulls / n) / (k - 1.0);
        let total = between + (day - 1.0) * within;
        (total > 0.0).then(|| (between - within) / total)
    }
}

/// The score of one cell of an edge whose rate is known.
pub(super) fn cell_score(successes: f64, pulls: f64, rate: f64, miss: f64) -> Tarone {
    let residual = successes - pulls * rate;
    let score = residual * (residual - (miss - rate)) / (rate * miss) - pulls;
    Tarone { score, variance: 2.0 * pulls * (pulls - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_page() {
        let mut days = Days::default();
        days.add(4.0, 4.0, 0.5);
        days.add(0.0, 4.0, 0.5);
        let found = days.dispersion(0.5, 0.5).unwrap();
        assert!((found.tarone.z().unwrap() - 12f64.sqrt()).abs() < 1e-14);
        assert_eq!((found.correlation, found.design_effect, found.effective_pulls), (Some(1.0), Some(4.0), Some(2.0)));
    }

    #[test]
    fn what_cannot_vary_has_no_dispersion() {
        let with = |plays: &[(f64, f64)], rate: f64| {
            let mut days = Days::default();
            plays.iter().for_each(|&(y, n)| days.add(y, n, rate));
            days.dispersion(rate, 1.0 - rate).map(|_| ())
        };
        assert_eq!(with(&[], 0.0), Err(Undefined::NoFeedback));
        assert_eq!(with(&[(1.0, 2.0)], 0.5), Err(Undefined::OneDay));
        assert_eq!(with(&[(0.0, 2.0), (0.0, 5.0)], 0.0), Err(Undefined::AllAlike));
        assert_eq!(with(&[(0.0, 1.0), (1.0, 1.0)], 0.5), Err(Undefined::SinglePulls));
    }

    #[test]
    fn the_cells_of_an_edge_sum_to_its_score() {
        let (plays, rate) = ([(3.0, 10.0), (1.0, 12.0), (8.0, 18.0)], 12.0 / 40.0);
        let (mut days, mut cells) = (Days::default(), Tarone::default());
        for (y, n) in plays {
            days.add(y, n, rate);
            cells += cell_score(y, n, rate, 1.0 - rate);
        }
        let whole = days.dispersion(rate, 1.0 - rate).unwrap().tarone;
        assert!((whole.score - cells.score).abs() < 1e-12 && whole.variance == cells.variance);
    }
}
