//! Whether a log agrees with what was believed each morning.

pub mod dispersion;
mod document;
pub mod loss;
pub mod martingale;
pub mod reliability;
mod words;

pub use dispersion::{Dispersion, Tarone, Undefined};
pub use document::{EdgeRow, LogDocument};
pub use loss::{DayLoss, LogLoss};
pub use martingale::{Martingale, false_discovery};
pub use reliability::ReliabilityBin;

use crate::beta::Beta;
use crate::feedback::{Counts, Day, EdgeId, Edges};
use crate::posterior::{Priors, update};
use crate::timeline::{Timeline, View};
use dispersion::{Days, cell_score};
use reliability::{Forecast, reliability};

/// The false-discovery rate at which edges are said to stand out.
///
/// Under a prior that is sure of ½ one edge falls from 100 of 100 to none, and another keeps its 50:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::{FALSE_DISCOVERIES, log_calibration};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(100, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(0, 100));
/// # let kept = fold.edge("kept");
/// # (0..2).for_each(|day| fold.add(Day::from_days(day), kept, Counts::whole(50, 50)));
/// let priors = &Priors::new(Beta::new(50.0, 50.0)?);
/// let found = log_calibration(&fold.finish(), priors, View::Cumulative, 10);
/// let (fallen, kept) = (found.by_edge[0].q.unwrap(), found.by_edge[1].q.unwrap());
/// assert!(fallen <= FALSE_DISCOVERIES && kept > FALSE_DISCOVERIES);
/// assert_eq!(found.surprising_edges(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// A log against the beliefs of its mornings: each day is judged by what was known the evening before.
///
/// One pass over the cells and one sort of them: a hundred thousand edges over thirty days take seconds.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::calibrate::log_calibration;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(3, 1));
/// fold.add(Day::from_days(1), edge, Counts::whole(1, 3));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// assert!((found.all.z().unwrap() + (2.0 / 3.0) / (206.0f64 / 63.0).sqrt()).abs() < 1e-15);
/// // (1 + 1)/¼ − 8 = 0, so Tarone's z is 0.
/// assert_eq!(found.by_edge[0].dispersion.unwrap().tarone.score, 0.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogCalibration {
    /// The edges, indexed in byte order of their names.
    pub edges: Edges,
    /// All feedback together: successes and failures.
    pub totals: (f64, f64),
    /// Whether some counts are not whole, because rewards lie between 0 and 1.
    pub fractional: bool,
    /// Every edge and day together.
    pub all: Martingale,
    /// Of each edge its first day with feedback, when it was judged by its prior.
    pub first_days: Martingale,
    /// The days after that.
    pub later_days: Martingale,
    /// What was foretold against what came.
    pub bins: Vec<ReliabilityBin>,
    /// The loss of the forecasts; `None` without events.
    pub log_loss: Option<LogLoss>,
    /// Tarone's score over the days of all edges for which it is defined.
    pub tarone: Tarone,
    /// Each edge, by its index.
    pub by_edge: Vec<EdgeCalibration>,
    /// Each day with feedback.
    pub by_day: Vec<DayCalibration>,
}

/// What is found of an edge.
///
/// Three of four on one day, one of four on the next:
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
/// # fold.add(Day::from_days(1), edge, Counts::whole(1, 3));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let edge = found.by_edge[0];
/// assert_eq!((found.edges.name(edge.edge), edge.days, edge.totals), ("a", 2, (4.0, 4.0)));
/// assert!((edge.martingale.sum + 2.0 / 3.0).abs() < 1e-15); // 3 − 4·½ and 1 − 4·⅔
/// assert_eq!(edge.q, edge.martingale.p()); // there is no other edge
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeCalibration {
    /// The edge.
    pub edge: EdgeId,
    /// Days with feedback.
    pub days: usize,
    /// Successes and failures.
    pub totals: (f64, f64),
    /// What came against what the mornings expected.
    pub martingale: Martingale,
    /// The q-value of its z among all edges.
    pub q: Option<f64>,
    /// How its days vary, or why that does not exist.
    pub dispersion: Result<Dispersion, Undefined>,
    /// The q-value of Tarone's z among all edges.
    pub tarone_q: Option<f64>,
}

/// What is found of a day.
///
/// Three of four on one day, one of four on the next:
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
/// # fold.add(Day::from_days(1), edge, Counts::whole(1, 3));
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let second = found.by_day[1];
/// assert_eq!((second.day, second.edges, second.loss.events), (Day::from_days(1), 1, 4.0));
/// assert!((second.martingale.sum + 5.0 / 3.0).abs() < 1e-15); // 1 − 4·⅔
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayCalibration {
    /// The day.
    pub day: Day,
    /// Edges with feedback.
    pub edges: usize,
    /// What came against what the morning expected.
    pub martingale: Martingale,
    /// The losses.
    pub loss: DayLoss,
    /// Tarone's score over its edges, each given its own overall rate; edges whose pulls all ended alike are left out.
    pub tarone: Tarone,
}

/// Judges a log by the beliefs of its mornings, under priors and a view of the past; forecasts fall into at most so many `bins`,
/// where 0 is taken as 1.
///
/// Under a prior that is sure of ½ one edge falls from 100 of 100 to none, and another keeps its 50:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::calibrate::log_calibration;
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(100, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(0, 100));
/// # let kept = fold.edge("kept");
/// # (0..2).for_each(|day| fold.add(Day::from_days(day), kept, Counts::whole(50, 50)));
/// let priors = &Priors::new(Beta::new(50.0, 50.0)?);
/// let found = log_calibration(&fold.finish(), priors, View::Cumulative, 10);
/// assert!(!found.reliable());
/// assert_eq!((found.surprising_edges(), found.dispersed_edges()), (1, 1));
/// // On the first day 100 where 50 were expected, each edge with variance 100·¼·(100 + 100)/101.
/// assert!((found.first_days.z().unwrap() - 50.0 / (2.0 * 5000.0 / 101.0f64).sqrt()).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn log_calibration(timeline: &Timeline, priors: &Priors, view: View, bins: usize) -> LogCalibration {
    let prior_mean = priors.default_prior().mean();
    let priors: Vec<Beta> = timeline.edges().iter().map(|(_, name)| priors.of(name)).collect();
    let overall: Vec<(f64, f64)> = timeline.totals().into_iter().map(float).collect();
    let mut walk = Walk::new(&overall, prior_mean);
    timeline.walk(view, |state| {
        if state.cells.is_empty() {
            return;
        }
        walk.begin(state.day);
        for cell in state.cells {
            let at = cell.edge.index();
            walk.add(cell.edge, update(priors[at], state.morning[at]), cell.counts);
        }
        walk.end();
    });
    walk.finish(timeline.edges().clone(), bins)
}

/// A walk through the days, with everything that is summed on it.
struct Walk<'a> {
    /// Successes and failures of each edge over all days.
    overall: &'a [(f64, f64)],
    /// What climatology foretells on the first day.
    prior_mean: f64,
    known: (f64, f64),
    fractional: bool,
    forecasts: Vec<Forecast>,
    first_days: Martingale,
    later_days: Martingale,
    edges: Vec<Sums>,
    days: Vec<DayCalibration>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    days: usize,
    martingale: Martingale,
    variation: Days,
}

impl<'a> Walk<'a> {
    fn new(overall: &'a [(f64, f64)], prior_mean: f64) -> Self {
        Self {
            overall,
            prior_mean,
            known: (0.0, 0.0),
            fractional: false,
            forecasts: Vec::new(),
            first_days: Martingale::default(),
            later_days: Martingale::default(),
            edges: vec![Sums::default(); overall.len()],
            days: Vec::new(),
        }
    }

    fn begin(&mut self, day: Day) {
        let (martingale, loss, tarone) = (Martingale::default(), DayLoss::default(), Tarone::default());
        self.days.push(DayCalibration { day, edges: 0, martingale, loss, tarone });
    }

    fn add(&mut self, edge: EdgeId, morning: Beta, counts: Counts) {
        let Some(day) = self.days.last_mut() else { return };
        let ((successes, failures), pulls) = (float(counts), counts.pulls());
        let martingale = Martingale::day(morning, successes, pulls);
        let sums = &mut self.edges[edge.index()];
        *(if sums.days == 0 { &mut self.first_days } else { &mut self.later_days }) += martingale;
        sums.days += 1;
        sums.martingale += martingale;
        let (rate, miss) = shares(self.overall[edge.index()]);
        sums.variation.add(successes, pulls, rate);
        day.edges += 1;
        day.martingale += martingale;
        day.loss.add(morning, successes, failures);
        if rate > 0.0 && miss > 0.0 {
            day.tarone += cell_score(successes, pulls, rate, miss);
        }
        self.fractional |= counts.successes.to_parts().1 != 0 || counts.failures.to_parts().1 != 0;
        self.forecasts.push(Forecast::new(morning, successes, pulls));
    }

    fn end(&mut self) {
        let Some(day) = self.days.last_mut() else { return };
        day.loss.close(self.known, self.prior_mean);
        self.known.0 += day.loss.successes;
        self.known.1 += day.loss.events - day.loss.successes;
    }

    fn finish(self, edges: Edges, bins: usize) -> LogCalibration {
        let mut all = self.first_days;
        all += self.later_days;
        let losses: Vec<DayLoss> = self.days.iter().map(|day| day.loss).collect();
        let dispersion = |(sums, &totals): (&Sums, &(f64, f64))| {
            let (rate, miss) = shares(totals);
            sums.variation.dispersion(rate, miss)
        };
        let dispersions: Vec<_> = self.edges.iter().zip(self.overall).map(dispersion).collect();
        let mut tarone = Tarone::default();
        dispersions.iter().flatten().for_each(|dispersion| tarone += dispersion.tarone);
        let q = false_discovery(&self.edges.iter().map(|sums| sums.martingale.p()).collect::<Vec<_>>());
        let p: Vec<Option<f64>> =
            dispersions.iter().map(|found| found.ok().and_then(|found| found.tarone.p())).collect();
        let tarone_q = false_discovery(&p);
        let edge = |(at, sums): (usize, &Sums)| EdgeCalibration {
            edge: EdgeId::new(at),
            days: sums.days,
            totals: self.overall[at],
            martingale: sums.martingale,
            q: q[at],
            dispersion: dispersions[at],
            tarone_q: tarone_q[at],
        };
        LogCalibration {
            edges,
            totals: self.known,
            fractional: self.fractional,
            all,
            first_days: self.first_days,
            later_days: self.later_days,
            bins: reliability(self.forecasts, bins),
            log_loss: LogLoss::of(&losses),
            tarone,
            by_edge: self.edges.iter().enumerate().map(edge).collect(),
            by_day: self.days,
        }
    }
}

fn float(counts: Counts) -> (f64, f64) {
    (counts.successes.to_f64(), counts.failures.to_f64())
}

/// The shares of successes and failures; none of either without feedback.
fn shares((successes, failures): (f64, f64)) -> (f64, f64) {
    let total = successes + failures;
    if total > 0.0 { (successes / total, failures / total) } else { (0.0, 0.0) }
}

impl LogCalibration {
    /// How many edges stand out by the z of what came against what was expected, at [`FALSE_DISCOVERIES`].
    pub fn surprising_edges(&self) -> usize {
        self.by_edge.iter().filter(|edge| edge.q.is_some_and(|q| q <= FALSE_DISCOVERIES)).count()
    }

    /// How many edges vary more than binomial, at [`FALSE_DISCOVERIES`].
    pub fn dispersed_edges(&self) -> usize {
        self.by_edge.iter().filter(|edge| edge.tarone_q.is_some_and(|q| q <= FALSE_DISCOVERIES)).count()
    }

    /// Whether neither the sum over all edges (at 5 %, two-sided) nor any edge (at [`FALSE_DISCOVERIES`]) went another way than was
    /// expected. A log without events passes.
    pub fn reliable(&self) -> bool {
        self.all.p().is_none_or(|p| p > 0.05) && self.surprising_edges() == 0
    }
}
