//! The analysis as rows of CSV: one a day, one an edge, one an edge and day.

use serde::Serialize;

use super::{Convergence, DaySummary, EdgeDay, EdgeState, Standing, VerdictState};
use crate::feedback::{Day, EdgeId};
use crate::number::Plain;

/// A day.
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let mut csv = csv::Writer::from_writer(Vec::new());
/// analysis.day_rows().try_for_each(|row| csv.serialize(row))?;
/// let csv = String::from_utf8(csv.into_inner()?)?;
/// assert!(csv.starts_with("day,events,active_edges,known_edges,leader,p_best,"));
/// assert!(csv.contains("\n1970-01-01,1,1,1,a,1,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct DayRow<'a> {
    day: Day,
    events: Plain,
    active_edges: usize,
    known_edges: usize,
    leader: &'a str,
    p_best: Plain,
    value_remaining: Plain,
    tolerance: Plain,
    best_edge_entropy: Plain,
    effective_edges: Plain,
    step_kl_median: Option<Plain>,
    step_kl_p95: Option<Plain>,
    step_kl_max: Option<Plain>,
    step_kl_ratio: Option<Plain>,
    step_kl_ratio_lower: Option<Plain>,
    step_kl_ratio_upper: Option<Plain>,
    information_gain: Plain,
    verdict: VerdictState,
}

/// An edge on the last day.
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(30, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let mut csv = csv::Writer::from_writer(Vec::new());
/// analysis.edge_rows().try_for_each(|row| csv.serialize(row))?;
/// let csv = String::from_utf8(csv.into_inner()?)?;
/// assert!(csv.starts_with("edge,state,since,why,pulls,"));
/// assert!(csv.contains("\na,settled,1970-01-01,P(best) 1 is at least 0.95,30,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct EdgeRow<'a> {
    edge: &'a str,
    state: EdgeState,
    since: Day,
    why: &'a str,
    pulls: Plain,
    last_day: Day,
    days_since: i32,
    successes: Plain,
    failures: Plain,
    alpha: Plain,
    beta: Plain,
    mean: Plain,
    sd: Plain,
    lower: Plain,
    upper: Plain,
    p_best: Plain,
    expected_loss: Plain,
    step_kl: Plain,
    step_kl_expected: Plain,
    information_gain: Plain,
    prior_share: Plain,
    always_lower: Plain,
    always_upper: Plain,
    weighted_mean: Option<Plain>,
    weighted_lower: Option<Plain>,
    weighted_upper: Option<Plain>,
    p_within_epsilon: Plain,
}

/// A top edge on a day. What stands only once the edge has been seen is empty before.
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::convergence::{Settings, convergence};
/// # let mut fold = Fold::default();
/// # let edge = fold.edge("a");
/// # fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// # fold.add(Day::from_days(1), edge, Counts::whole(1, 0));
/// let analysis = convergence(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &Settings::default());
/// let mut csv = csv::Writer::from_writer(Vec::new());
/// analysis.edge_day_rows().try_for_each(|row| csv.serialize(row))?;
/// let csv = String::from_utf8(csv.into_inner()?)?;
/// assert!(csv.starts_with("edge,day,pulls,successes,failures,alpha,beta,mean,"));
/// assert!(csv.contains("\na,1970-01-02,1,2,0,3,1,0.75,")); // pulls of the day, successes of both
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct EdgeDayRow<'a> {
    edge: &'a str,
    day: Day,
    pulls: Plain,
    successes: Plain,
    failures: Plain,
    alpha: Plain,
    beta: Plain,
    mean: Plain,
    sd: Plain,
    lower: Plain,
    upper: Plain,
    state: Option<EdgeState>,
    p_best: Option<Plain>,
    expected_loss: Option<Plain>,
    step_kl: Option<Plain>,
    step_kl_expected: Option<Plain>,
    information_gain: Option<Plain>,
}

impl Convergence {
    /// A row for every calendar day.
    pub fn day_rows(&self) -> impl Iterator<Item = DayRow<'_>> {
        self.days.iter().map(|day| self.day_row(day))
    }

    /// A row for every edge, as it stands on the last day.
    pub fn edge_rows(&self) -> impl Iterator<Item = EdgeRow<'_>> {
        self.standings.iter().map(|standing| self.edge_row(standing))
    }

    /// A row for every top edge and calendar day, the first edge first.
    pub fn edge_day_rows(&self) -> impl Iterator<Item = EdgeDayRow<'_>> {
        self.histories.iter().flat_map(move |history| {
            self.days
                .iter()
                .zip(&history.days)
                .map(move |(day, edge_day)| self.edge_day_row(history.edge, day.day, edge_day))
        })
    }

    fn day_row(&self, day: &DaySummary) -> DayRow<'_> {
        let step = day.step_kl;
        DayRow {
            day: day.day,
            events: Plain(day.events),
            active_edges: day.active_edges,
            known_edges: day.known_edges,
            leader: self.edges.name(day.leader),
            p_best: Plain(day.p_best),
            value_remaining: Plain(day.value_remaining),
            tolerance: Plain(day.tolerance),
            best_edge_entropy: Plain(day.best_edge_entropy),
            effective_edges: Plain(day.effective_edges),
            step_kl_median: step.map(|step| Plain(step.median)),
            step_kl_p95: step.map(|step| Plain(step.p95)),
            step_kl_max: step.map(|step| Plain(step.max)),
            step_kl_ratio: step.map(|step| Plain(step.ratio)),
            step_kl_ratio_lower: step.map(|step| Plain(step.ratio_band.lower)),
            step_kl_ratio_upper: step.map(|step| Plain(step.ratio_band.upper)),
            information_gain: Plain(day.information_gain),
            verdict: day.verdict,
        }
    }

    fn edge_row<'a>(&'a self, standing: &'a Standing) -> EdgeRow<'a> {
        let weighted = standing.weighted.ok();
        EdgeRow {
            edge: self.edges.name(standing.edge),
            state: standing.state,
            since: standing.since,
            why: &standing.why,
            pulls: Plain(standing.pulls),
            last_day: standing.last_day,
            days_since: standing.days_since,
            successes: Plain(standing.successes),
            failures: Plain(standing.failures),
            alpha: Plain(standing.posterior.alpha()),
            beta: Plain(standing.posterior.beta()),
            mean: Plain(standing.posterior.mean()),
            sd: Plain(standing.posterior.variance().sqrt()),
            lower: Plain(standing.interval.lower),
            upper: Plain(standing.interval.upper),
            p_best: Plain(standing.p_best),
            expected_loss: Plain(standing.expected_loss),
            step_kl: Plain(standing.step_kl),
            step_kl_expected: Plain(standing.step_kl_expected),
            information_gain: Plain(standing.information_gain),
            prior_share: Plain(standing.prior_share),
            always_lower: Plain(standing.always_valid.lower),
            always_upper: Plain(standing.always_valid.upper),
            weighted_mean: weighted.map(|weighted| Plain(weighted.mean)),
            weighted_lower: weighted.map(|weighted| Plain(weighted.interval.lower)),
            weighted_upper: weighted.map(|weighted| Plain(weighted.interval.upper)),
            p_within_epsilon: Plain(standing.p_within_epsilon),
        }
    }

    fn edge_day_row(&self, edge: EdgeId, day: Day, edge_day: &EdgeDay) -> EdgeDayRow<'_> {
        let known = edge_day.known;
        EdgeDayRow {
            edge: self.edges.name(edge),
            day,
            pulls: Plain(edge_day.pulls),
            successes: Plain(edge_day.successes),
            failures: Plain(edge_day.failures),
            alpha: Plain(edge_day.posterior.alpha()),
            beta: Plain(edge_day.posterior.beta()),
            mean: Plain(edge_day.posterior.mean()),
            sd: Plain(edge_day.posterior.variance().sqrt()),
            lower: Plain(edge_day.interval.lower),
            upper: Plain(edge_day.interval.upper),
            state: known.map(|known| known.state),
            p_best: known.map(|known| Plain(known.p_best)),
            expected_loss: known.map(|known| Plain(known.expected_loss)),
            step_kl: known.map(|known| Plain(known.step_kl)),
            step_kl_expected: known.map(|known| Plain(known.step_kl_expected)),
            information_gain: known.map(|known| Plain(known.information_gain)),
        }
    }
}
