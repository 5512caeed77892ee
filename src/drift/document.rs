//! The analysis as one JSON object, `betadrift.drift/1`, and as rows.

use serde::Serialize;

use super::{AverageRunLength, Change, Drift, EdgeDrift, Method, Settings, pulls};
use crate::feedback::Day;
use crate::number::Plain;

/// The JSON object: `null` beside a reason for what does not exist.
///
/// On four days `docs` has 10, 10, 60 and 60 successes of 100, `faq` 50 on each:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::Fold;
/// use betadrift::drift::{Settings, drift};
/// # let mut fold = Fold::default();
/// # let (docs, faq) = (fold.edge("docs"), fold.edge("faq"));
/// # for (day, successes) in [(0, 10), (1, 10), (2, 60), (3, 60)] {
/// #     fold.add(Day::from_days(day), docs, Counts::whole(successes, 100 - successes));
/// #     fold.add(Day::from_days(day), faq, Counts::whole(50, 50));
/// # }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// let json = serde_json::to_value(found.document(false))?;
/// assert_eq!((&json["schema"], &json["edges"][0]["n"]), (&"betadrift.drift/1".into(), &400.into()));
/// assert_eq!(json["edges"][0]["by_day"]["split"], "1970-01-03");
/// assert_eq!(json["edges"][0]["reason"], "counts have no order within a day, so that nothing is said by pull");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct Document<'a> {
    schema: &'static str,
    settings: &'a Settings,
    edges: Vec<EdgeObject<'a>>,
}

#[derive(Serialize)]
struct EdgeObject<'a> {
    edge: &'a str,
    n: Plainly,
    log_evidence: Option<f64>,
    changes: &'a [Change],
    map_run_length: Option<u32>,
    p_run_within: Option<f64>,
    e_value: Option<f64>,
    ln_e_value: Option<f64>,
    rejected: bool,
    by_day: ByDayObject,
    by_pull: ByPullObject,
    blind_since: Option<Day>,
    in_control: &'a [AverageRunLength],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a [u32]>,
}

/// A number of events: whole as it is, else with its fraction.
#[derive(Serialize)]
#[serde(untagged)]
enum Plainly {
    Whole(u64),
    Part(f64),
}

#[derive(Default, Serialize)]
struct ByDayObject {
    days: usize,
    ln_e_value: Option<f64>,
    split: Option<Day>,
    rate_before: Option<f64>,
    rate_after: Option<f64>,
    pulls_before: Option<f64>,
    pulls_after: Option<f64>,
}

#[derive(Serialize)]
struct ByPullObject {
    ln_e_value: Option<f64>,
}

const NO_ORDER: &str = "counts have no order within a day, so that nothing is said by pull";
const ONE_DAY: &str = "feedback on one day only, so that nothing is said by day";
const NO_FEEDBACK: &str = "no feedback";

impl Drift {
    /// The JSON object; with `trace`, the most probable run length after each event.
    pub fn document(&self, trace: bool) -> Document<'_> {
        let edges = self.edges.iter().map(|edge| object(edge, trace)).collect();
        Document { schema: "betadrift.drift/1", settings: &self.settings, edges }
    }

    /// One row an edge.
    pub fn rows(&self) -> impl Iterator<Item = EdgeRow<'_>> {
        self.edges.iter().map(row)
    }
}

fn object(edge: &EdgeDrift, trace: bool) -> EdgeObject<'_> {
    let by_pull = edge.by_pull.as_ref();
    let n = edge.events();
    let by_day = ByDayObject { days: edge.days.len(), ..ByDayObject::default() };
    EdgeObject {
        edge: &edge.edge,
        n: if n.fract() == 0.0 { Plainly::Whole(n as u64) } else { Plainly::Part(n) },
        log_evidence: by_pull.map(|it| it.runs.ln_evidence),
        changes: by_pull.map_or(&[], |it| &it.changes),
        map_run_length: by_pull.map(|it| it.runs.last()),
        p_run_within: by_pull.and_then(|it| it.runs.p_within.last().copied()),
        e_value: edge.e_value(),
        ln_e_value: edge.ln_e,
        rejected: edge.rejected,
        by_day: edge.by_day.map_or(by_day, |evidence| {
            let (before, after) = (pulls(evidence.before), pulls(evidence.after));
            ByDayObject {
                days: edge.days.len(),
                ln_e_value: Some(evidence.ln_e),
                split: Some(Day::from_days(evidence.split)),
                rate_before: Some(evidence.before.0 / before),
                rate_after: Some(evidence.after.0 / after),
                pulls_before: Some(before),
                pulls_after: Some(after),
            }
        }),
        by_pull: ByPullObject { ln_e_value: by_pull.map(|it| it.ln_e).filter(|_| n > 0.0) },
        blind_since: edge.blind_since,
        in_control: &edge.in_control,
        reason: match (edge.days.len(), by_pull) {
            (0, _) => Some(NO_FEEDBACK),
            (_, None) => Some(NO_ORDER),
            (1, _) => Some(ONE_DAY),
            _ => None,
        },
        trace: by_pull.filter(|_| trace).map(|it| &it.runs.most_probable[..]),
    }
}

/// A row of the table of edges.
///
/// On four days `docs` has 10, 10, 60 and 60 successes of 100, `faq` 50 on each:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::Fold;
/// use betadrift::drift::{Settings, drift};
/// # let mut fold = Fold::default();
/// # let (docs, faq) = (fold.edge("docs"), fold.edge("faq"));
/// # for (day, successes) in [(0, 10), (1, 10), (2, 60), (3, 60)] {
/// #     fold.add(Day::from_days(day), docs, Counts::whole(successes, 100 - successes));
/// #     fold.add(Day::from_days(day), faq, Counts::whole(50, 50));
/// # }
/// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// let rows: Vec<_> = found.rows().collect();
/// assert_eq!((rows[0].edge, rows[0].rejected, rows[0].split), ("docs", true, Some(Day::from_days(2))));
/// assert_eq!((rows[0].rate_before, rows[0].rate_after, rows[0].bocpd), (Some(0.1), Some(0.6), None));
/// assert_eq!((rows[1].edge, rows[1].rejected), ("faq", false));
/// ```
#[derive(Serialize)]
pub struct EdgeRow<'a> {
    /// The name.
    pub edge: &'a str,
    /// Its events.
    pub n: Plain,
    /// ln of the e-value against one rate.
    pub ln_e_value: Option<f64>,
    /// Whether e-BH rejects one rate.
    pub rejected: bool,
    /// The first day of the new rate.
    pub split: Option<Day>,
    /// The rate before that day.
    pub rate_before: Option<f64>,
    /// The rate from that day on.
    pub rate_after: Option<f64>,
    /// ln p of the rewards under the model of change points.
    pub log_evidence: Option<f64>,
    /// The most probable run length after the last event.
    pub map_run_length: Option<u32>,
    /// P(run length ≤ w).
    pub p_run_within: Option<f64>,
    /// How many changes each detector sees.
    pub bocpd: Option<usize>,
    /// Alarms of a rise.
    pub page_hinkley_up: Option<usize>,
    /// Alarms of a fall.
    pub page_hinkley_down: Option<usize>,
    /// Cuts of the window.
    pub adwin: Option<usize>,
    /// Since when it is blind.
    pub blind_since: Option<Day>,
}

fn row(edge: &EdgeDrift) -> EdgeRow<'_> {
    let by_pull = edge.by_pull.as_ref();
    let seen = |method: Method| by_pull.map(|it| it.changes.iter().filter(|change| change.method == method).count());
    let rate = |(successes, failures): (f64, f64)| successes / (successes + failures);
    EdgeRow {
        edge: &edge.edge,
        n: Plain(edge.events()),
        ln_e_value: edge.ln_e,
        rejected: edge.rejected,
        split: edge.by_day.map(|evidence| Day::from_days(evidence.split)),
        rate_before: edge.by_day.map(|evidence| rate(evidence.before)),
        rate_after: edge.by_day.map(|evidence| rate(evidence.after)),
        log_evidence: by_pull.map(|it| it.runs.ln_evidence),
        map_run_length: by_pull.map(|it| it.runs.last()),
        p_run_within: by_pull.and_then(|it| it.runs.p_within.last().copied()),
        bocpd: seen(Method::Bocpd),
        page_hinkley_up: seen(Method::PageHinkleyUp),
        page_hinkley_down: seen(Method::PageHinkleyDown),
        adwin: seen(Method::Adwin),
        blind_since: edge.blind_since,
    }
}
