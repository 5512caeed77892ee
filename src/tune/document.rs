//! Tuning as one JSON object, `betadrift.tune/1`, and as rows.

use serde::Serialize;

use super::fit::{Fit, StandardErrors, Status};
use super::forgetting::Candidate;
use super::groups::{Group, Groups};
use super::score::Score;
use super::{ScoredPrior, Scoring, Tuning};
use crate::beta::Beta;
use crate::feedback::Day;
use crate::timeline::View;

/// The JSON object. What does not exist is `null` beside a reason.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let json = serde_json::to_value(tuning.document())?;
/// assert_eq!((&json["schema"], &json["status"]), (&"betadrift.tune/1".into(), &"interior".into()));
/// assert_eq!((&json["edges"], &json["events"], &json["pooled_mean"]), (&5.into(), &750.into(), &0.5.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize)]
pub struct Document {
    schema: &'static str,
    #[serde(flatten)]
    fit: FitObject,
    usable: bool,
    recommended: Option<RecommendedObject>,
    tuned_on: Option<DaysObject>,
    scored_on: Option<DaysObject>,
    same_days: Option<bool>,
    scores: Vec<PriorObject>,
    half_life: Option<ForgettingObject>,
    groups: Option<GroupsObject>,
    sentence: String,
    sentences: Vec<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct FitObject {
    status: Status,
    alpha: Option<f64>,
    beta: Option<f64>,
    log_likelihood: f64,
    log_likelihood_of_one_rate: f64,
    concentration: ConcentrationObject,
    mean: Option<f64>,
    standard_errors: Option<StandardErrors>,
    standard_errors_by: &'static str,
    moments: PairObject,
    pooled_mean: Option<f64>,
    edges: usize,
    #[serde(serialize_with = "whole")]
    events: f64,
}

#[derive(Serialize)]
struct ConcentrationObject {
    estimate: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    level: f64,
}

#[derive(Serialize, Default)]
struct PairObject {
    alpha: Option<f64>,
    beta: Option<f64>,
}

#[derive(Serialize)]
struct RecommendedObject {
    alpha: f64,
    beta: f64,
    groups: Vec<crate::posterior::Group>,
}

#[derive(Serialize)]
struct DaysObject {
    first: Day,
    last: Day,
}

#[derive(Serialize)]
struct PriorObject {
    prior: &'static str,
    alpha: f64,
    beta: f64,
    #[serde(flatten)]
    score: Score,
    better_than_given: Score,
}

#[derive(Serialize)]
struct ForgettingObject {
    prior: &'static str,
    curve: Vec<CandidateObject>,
    best: CandidateObject,
    helps: bool,
}

#[derive(Serialize)]
struct CandidateObject {
    forget: &'static str,
    days: Option<f64>,
    #[serde(flatten)]
    score: Score,
    better_than_none: Score,
}

#[derive(Serialize)]
struct GroupsObject {
    by: &'static str,
    chosen: bool,
    pooled: FitObject,
    pooled_score: Option<Score>,
    grouped_score: Option<Score>,
    grouped_better_by: Option<Score>,
    groups: Vec<GroupObject>,
}

#[derive(Serialize)]
struct GroupObject {
    group: String,
    #[serde(flatten)]
    fit: FitObject,
    own: bool,
    why: String,
}

/// A line of the table of tuning: a prior, or a way of forgetting, and what it scored.
///
/// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// # use betadrift::timeline::{Fold, View};
/// use betadrift::tune::{Grouping, Request, tune};
/// # let mut fold = Fold::default();
/// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
/// #     let edge = fold.edge(name);
/// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
/// # }
/// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
/// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
/// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
/// let tuning = tune(&request);
/// let rows = tuning.rows();
/// let priors: Vec<&str> = rows.iter().filter(|row| row.kind == "prior").map(|row| &row.name[..]).collect();
/// assert_eq!(priors, ["tuned", "given", "uniform", "jeffreys", "moments"]);
/// assert_eq!((rows[0].status, rows[1].better_by), (Some("interior"), Some(0.0)));
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct TuneRow {
    /// `prior`, `half_life`, `window` or `group`.
    pub kind: &'static str,
    /// Which prior, how many days, which group.
    pub name: String,
    /// α.
    pub alpha: Option<f64>,
    /// β.
    pub beta: Option<f64>,
    /// The status of its evidence.
    pub status: Option<&'static str>,
    /// The supremum of its evidence.
    pub log_likelihood: Option<f64>,
    /// Lower end of the interval of α+β.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// The day-ahead score.
    pub nats_per_event: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// By how much it is better than the prior given, or than to forget nothing.
    pub better_by: Option<f64>,
    /// The standard error of that.
    pub better_by_se: Option<f64>,
}

impl Tuning {
    /// The JSON object.
    pub fn document(&self) -> Document {
        let scoring = self.scoring.as_ref();
        let days = |(first, last)| DaysObject { first, last };
        let reason = match (&self.scoring, self.fit.usable()) {
            (_, None) => Some(self.sentence()),
            (Err(reason), _) => Some(reason.clone()),
            _ => None,
        };
        Document {
            schema: "betadrift.tune/1",
            fit: FitObject::new(&self.fit),
            usable: self.fit.usable().is_some(),
            recommended: self.recommended().map(|priors| RecommendedObject {
                alpha: priors.default_prior().alpha(),
                beta: priors.default_prior().beta(),
                groups: priors.groups(),
            }),
            tuned_on: self.tuned_on.map(days),
            scored_on: scoring.ok().map(|scoring| days(scoring.days)),
            same_days: scoring.ok().map(|scoring| scoring.same_days),
            scores: scoring.map_or_else(|_| Vec::new(), |s| s.priors.iter().map(PriorObject::new).collect()),
            half_life: scoring.ok().map(ForgettingObject::new),
            groups: self.groups.as_ref().map(GroupsObject::new),
            sentence: self.sentence(),
            sentences: self.sentences(),
            reason,
        }
    }

    /// A row for each prior, each way of forgetting and each group.
    pub fn rows(&self) -> Vec<TuneRow> {
        let scored = self.scoring.as_ref();
        let found = TuneRow { name: "tuned".to_owned(), ..TuneRow::of_fit("prior", &self.fit) };
        let mut rows = vec![found];
        if let Ok(scoring) = scored {
            for prior in &scoring.priors {
                let row = TuneRow::of_scores(prior.score, prior.gain);
                let (alpha, beta) = (Some(prior.prior.alpha()), Some(prior.prior.beta()));
                match prior.name {
                    "tuned" => rows[0] = TuneRow { kind: "prior", ..row.with_fit_of(&rows[0]) },
                    name => rows.push(TuneRow { kind: "prior", name: name.to_owned(), alpha, beta, ..row }),
                }
            }
            for candidate in &scoring.forgetting.curve {
                let (kind, days) = kind(candidate.view);
                let name = days.map_or_else(String::new, |days| days.to_string());
                rows.push(TuneRow { kind, name, ..TuneRow::of_scores(candidate.score, candidate.gain) });
            }
        }
        let group = |group: &Group| TuneRow { name: group.name.clone(), ..TuneRow::of_fit("group", &group.fit) };
        rows.extend(self.groups.iter().flat_map(|groups| groups.groups.iter().map(group)));
        rows
    }
}

impl TuneRow {
    fn of_fit(kind: &'static str, fit: &Fit) -> Self {
        let prior = fit.maximum.map(|found| found.prior);
        Self {
            kind,
            name: String::new(),
            alpha: prior.map(Beta::alpha),
            beta: prior.map(Beta::beta),
            status: Some(fit.status.word()),
            log_likelihood: Some(fit.log_likelihood),
            lower: fit.interval.lower,
            upper: fit.interval.upper,
            nats_per_event: None,
            se: None,
            better_by: None,
            better_by_se: None,
        }
    }

    fn of_scores(score: Score, gain: Score) -> Self {
        Self {
            kind: "",
            name: String::new(),
            alpha: None,
            beta: None,
            status: None,
            log_likelihood: None,
            lower: None,
            upper: None,
            nats_per_event: Some(score.nats_per_event),
            se: score.se,
            better_by: Some(gain.nats_per_event),
            better_by_se: gain.se,
        }
    }

    /// The same scores of what the evidence found.
    fn with_fit_of(self, fit: &Self) -> Self {
        let Self { nats_per_event, se, better_by, better_by_se, .. } = self;
        Self { nats_per_event, se, better_by, better_by_se, ..fit.clone() }
    }
}

impl FitObject {
    fn new(fit: &Fit) -> Self {
        let prior = fit.maximum.map(|found| found.prior);
        let pair = |beta: Option<Beta>| PairObject { alpha: beta.map(Beta::alpha), beta: beta.map(Beta::beta) };
        Self {
            status: fit.status,
            alpha: prior.map(Beta::alpha),
            beta: prior.map(Beta::beta),
            log_likelihood: fit.log_likelihood,
            log_likelihood_of_one_rate: fit.log_likelihood_of_one_rate,
            concentration: ConcentrationObject {
                estimate: prior.map(|prior| prior.alpha() + prior.beta()),
                lower: fit.interval.lower,
                upper: fit.interval.upper,
                level: fit.interval.level,
            },
            mean: prior.map(Beta::mean),
            standard_errors: fit.maximum.map(|found| found.errors),
            standard_errors_by: "observed information at the maximum",
            moments: pair(fit.moments),
            pooled_mean: fit.pooled_mean,
            edges: fit.edges,
            events: fit.events,
        }
    }
}

impl PriorObject {
    fn new(scored: &ScoredPrior) -> Self {
        let &ScoredPrior { name, prior, score, gain } = scored;
        Self { prior: name, alpha: prior.alpha(), beta: prior.beta(), score, better_than_given: gain }
    }
}

impl ForgettingObject {
    fn new(scoring: &Scoring) -> Self {
        let candidate = |candidate: &Candidate| {
            let (forget, days) = kind(candidate.view);
            CandidateObject { forget, days, score: candidate.score, better_than_none: candidate.gain }
        };
        let forgetting = &scoring.forgetting;
        Self {
            prior: scoring.forgetting_prior,
            curve: forgetting.curve.iter().map(candidate).collect(),
            best: candidate(forgetting.best()),
            helps: forgetting.helps(),
        }
    }
}

impl GroupsObject {
    fn new(groups: &Groups) -> Self {
        let group = |group: &Group| GroupObject {
            group: group.name.clone(),
            fit: FitObject::new(&group.fit),
            own: groups.are_chosen() && group.own().is_some(),
            why: group.why(),
        };
        Self {
            by: if groups.segments { "segment" } else { "glob" },
            chosen: groups.are_chosen(),
            pooled: FitObject::new(&groups.pooled),
            pooled_score: groups.pooled_score,
            grouped_score: groups.grouped_score,
            grouped_better_by: groups.gain,
            groups: groups.groups.iter().map(group).collect(),
        }
    }
}

/// A way of forgetting and its days.
fn kind(view: View) -> (&'static str, Option<f64>) {
    match view {
        View::Cumulative => ("nothing", None),
        View::HalfLife(days) => ("half_life", Some(days)),
        View::Window(days) => ("window", Some(days.into())),
    }
}

/// A whole number of events without a point; partial counts may make them fractional.
fn whole<S: serde::Serializer>(events: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if events.fract() == 0.0 { serializer.serialize_u64(*events as u64) } else { serializer.serialize_f64(*events) }
}
