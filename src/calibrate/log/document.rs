//! The calibration of a log as JSON, `betadrift.calibrate/1`, and as rows.

use serde::Serialize;

use super::{
    DayCalibration, Dispersion, EdgeCalibration, LogCalibration, LogLoss, Martingale, ReliabilityBin, Tarone, shares,
};
use crate::feedback::Day;
use crate::number::Plain;

/// The JSON object.
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
/// let json = serde_json::to_value(found.document(0.95))?;
/// assert_eq!((&json["schema"], &json["kind"]), (&"betadrift.calibrate/1".into(), &"log".into()));
/// assert_eq!((&json["events"], &json["rate"]), (&8.0.into(), &0.5.into()));
/// assert_eq!(json["edges"][0]["design_effect"], 4.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize)]
pub struct LogDocument<'a> {
    schema: &'static str,
    kind: &'static str,
    reliable: bool,
    events: f64,
    rate: Option<f64>,
    fractional: bool,
    level: f64,
    martingale: MartingaleObject,
    first_days: MartingaleObject,
    later_days: MartingaleObject,
    log_loss: Option<LogLoss>,
    tarone: TaroneObject,
    reliability: Vec<BinObject>,
    edges: Vec<EdgeObject<'a>>,
    days: Vec<DayObject>,
    sentences: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct MartingaleObject {
    z: Option<f64>,
    p_value: Option<f64>,
    sum: f64,
    variance: f64,
}

#[derive(Debug, Serialize)]
struct TaroneObject {
    z: Option<f64>,
    p_value: Option<f64>,
}

#[derive(Debug, Serialize)]
struct BinObject {
    from: f64,
    to: f64,
    forecasts: usize,
    events: f64,
    successes: f64,
    expected: f64,
    predicted: f64,
    observed: f64,
    lower: f64,
    upper: f64,
    z: f64,
}

#[derive(Debug, Serialize)]
struct EdgeObject<'a> {
    edge: &'a str,
    days: usize,
    pulls: f64,
    successes: f64,
    rate: Option<f64>,
    martingale_z: Option<f64>,
    martingale_p: Option<f64>,
    martingale_q: Option<f64>,
    tarone_z: Option<f64>,
    tarone_p: Option<f64>,
    tarone_q: Option<f64>,
    intraclass_correlation: Option<f64>,
    design_effect: Option<f64>,
    effective_pulls: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct DayObject {
    day: Day,
    edges: usize,
    events: f64,
    successes: f64,
    martingale_z: Option<f64>,
    log_loss: f64,
    log_loss_sequential: f64,
    climatology: f64,
    tarone_z: Option<f64>,
    tarone_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// An edge as a row of a table.
///
/// A success on a single day:
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
/// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
/// let rows = serde_json::to_value(found.rows().collect::<Vec<_>>())?;
/// assert_eq!((&rows[0]["edge"], &rows[0]["days"]), (&"a".into(), &1.into()));
/// assert_eq!(rows[0]["reason"], "all pulls ended alike, so that nothing can vary");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct EdgeRow<'a> {
    edge: &'a str,
    days: usize,
    pulls: Plain,
    successes: Plain,
    martingale_z: Option<Plain>,
    martingale_p: Option<Plain>,
    martingale_q: Option<Plain>,
    tarone_z: Option<Plain>,
    tarone_p: Option<Plain>,
    tarone_q: Option<Plain>,
    intraclass_correlation: Option<Plain>,
    design_effect: Option<Plain>,
    effective_pulls: Option<Plain>,
    reason: String,
}

impl LogCalibration {
    /// The calibration as it is written to JSON, with intervals of this level.
    pub fn document(&self, level: f64) -> LogDocument<'_> {
        let events = self.totals.0 + self.totals.1;
        LogDocument {
            schema: "betadrift.calibrate/1",
            kind: "log",
            reliable: self.reliable(),
            events,
            rate: (events > 0.0).then(|| shares(self.totals).0),
            fractional: self.fractional,
            level,
            martingale: martingale(self.all),
            first_days: martingale(self.first_days),
            later_days: martingale(self.later_days),
            log_loss: self.log_loss,
            tarone: tarone(self.tarone),
            reliability: self.bins.iter().map(|bin| bin_object(bin, level)).collect(),
            edges: self.by_edge.iter().map(|edge| self.edge(edge)).collect(),
            days: self.by_day.iter().map(day).collect(),
            sentences: self.sentences(),
            reason: (events <= 0.0).then_some("the log holds no feedback, so there is nothing to judge"),
        }
    }

    fn edge(&self, edge: &EdgeCalibration) -> EdgeObject<'_> {
        let (successes, failures) = edge.totals;
        let pulls = successes + failures;
        let found = edge.dispersion.ok();
        EdgeObject {
            edge: self.edges.name(edge.edge),
            days: edge.days,
            pulls,
            successes,
            rate: (pulls > 0.0).then(|| shares(edge.totals).0),
            martingale_z: edge.martingale.z(),
            martingale_p: edge.martingale.p(),
            martingale_q: edge.q,
            tarone_z: found.and_then(|found| found.tarone.z()),
            tarone_p: found.and_then(|found| found.tarone.p()),
            tarone_q: edge.tarone_q,
            intraclass_correlation: found.and_then(|found| found.correlation),
            design_effect: found.and_then(|found| found.design_effect),
            effective_pulls: found.and_then(|found| found.effective_pulls),
            reason: edge.reason(),
        }
    }

    /// A row an edge, in byte order of their names.
    pub fn rows(&self) -> impl Iterator<Item = EdgeRow<'_>> {
        self.by_edge.iter().map(|edge| self.edge(edge)).map(|edge| EdgeRow {
            edge: edge.edge,
            days: edge.days,
            pulls: Plain(edge.pulls),
            successes: Plain(edge.successes),
            martingale_z: edge.martingale_z.map(Plain),
            martingale_p: edge.martingale_p.map(Plain),
            martingale_q: edge.martingale_q.map(Plain),
            tarone_z: edge.tarone_z.map(Plain),
            tarone_p: edge.tarone_p.map(Plain),
            tarone_q: edge.tarone_q.map(Plain),
            intraclass_correlation: edge.intraclass_correlation.map(Plain),
            design_effect: edge.design_effect.map(Plain),
            effective_pulls: edge.effective_pulls.map(Plain),
            reason: edge.reason.unwrap_or_default(),
        })
    }
}

impl EdgeCalibration {
    /// Why something of it does not exist.
    fn reason(&self) -> Option<String> {
        match self.dispersion {
            Err(undefined) => Some(undefined.to_string()),
            Ok(Dispersion { correlation: None, .. }) => Some("no more pulls than days".to_owned()),
            Ok(_) => None,
        }
    }
}

fn martingale(of: Martingale) -> MartingaleObject {
    MartingaleObject { z: of.z(), p_value: of.p(), sum: of.sum, variance: of.variance }
}

fn tarone(of: Tarone) -> TaroneObject {
    TaroneObject { z: of.z(), p_value: of.p() }
}

fn bin_object(bin: &ReliabilityBin, level: f64) -> BinObject {
    let (lower, upper) = bin.interval(level);
    BinObject {
        from: bin.range.0,
        to: bin.range.1,
        forecasts: bin.forecasts,
        events: bin.events,
        successes: bin.successes,
        expected: bin.expected,
        predicted: bin.predicted(),
        observed: bin.observed(),
        lower,
        upper,
        z: bin.z(),
    }
}

fn day(day: &DayCalibration) -> DayObject {
    let tarone = day.tarone;
    DayObject {
        day: day.day,
        edges: day.edges,
        events: day.loss.events,
        successes: day.loss.successes,
        martingale_z: day.martingale.z(),
        log_loss: day.loss.day_ahead / day.loss.events,
        log_loss_sequential: day.loss.sequential / day.loss.events,
        climatology: day.loss.climatology / day.loss.events,
        tarone_z: tarone.z(),
        tarone_p: tarone.p(),
        reason: tarone.z().is_none().then_some("no edge with both successes and failures has two pulls on this day"),
    }
}
