//! Sides as they are kept in files: `report.json`, which `report` and `convergence --format json` write, and baselines.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

use super::names::shown;
use super::side::{Belief, DayTotal, Judgement, Segment, Side, Source};
use crate::beta::{Beta, BetaError, TRUSTED};
use crate::convergence::EdgeState;

/// The schema of a baseline.
///
/// ```
/// use betadrift::compare::{BASELINE, Side};
/// let json = serde_json::to_value(Side::default().baseline())?;
/// assert_eq!(json["schema"], BASELINE);
/// assert_eq!(Side::from_json("", &json.to_string())?, Side::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const BASELINE: &str = "betadrift.baseline/1";
/// The schema of a `report.json`.
///
/// ```
/// use betadrift::compare::{REPORT, Side};
/// let row = r#"{"edge": "a", "alpha": 4, "beta": 3, "pulls": 5}"#;
/// let side = Side::from_json("report.json", &format!(r#"{{"schema": "{REPORT}", "edges": [{row}]}}"#))?;
/// assert_eq!(side.edges[0].posterior.mean(), 4.0 / 7.0);
/// # Ok::<(), betadrift::compare::StoredError>(())
/// ```
pub const REPORT: &str = "betadrift.convergence/1";

/// Why a file is no side.
///
/// ```
/// use betadrift::compare::{Side, StoredError};
/// let read = |rows: &str| Side::from_json("kept", &format!(r#"{{"schema": "betadrift.baseline/1", "edges": [{rows}]}}"#));
/// let row = r#"{"edge": "a", "alpha": 4, "beta": 3, "pulls": 5}"#;
/// assert!(matches!(read(&format!("{row}, {row}")), Err(StoredError::Twice(edge)) if edge == "a"));
/// assert_eq!(read(r#"{"edge": "a", "alpha": 4}"#).unwrap_err().to_string(), "1:70: missing field `beta`");
/// let error = read(&row.replace('5', "-5")).unwrap_err();
/// assert_eq!(error.to_string(), "edge `a`: pulls (-5) must be finite and not negative");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoredError {
    /// It is no JSON, or a member is missing or of the wrong kind. Line and column come first.
    #[error("{}:{}: {}", .0.line(), .0.column().max(1), without_place(.0))]
    Json(#[from] serde_json::Error),
    /// It does not say what it is.
    #[error("there is no `schema`; a report.json has \"{REPORT}\", a baseline \"{BASELINE}\"")]
    NoSchema,
    /// It is something else, or of another version.
    #[error("its schema is `{0}`, but only \"{REPORT}\" (report.json) and \"{BASELINE}\" (a baseline) are compared")]
    Schema(String),
    /// Parameters that no posterior has.
    #[error("edge `{edge}`: {error}")]
    Parameters {
        /// The edge.
        edge: String,
        /// What is wrong.
        error: BetaError,
    },
    /// Parameters for which nothing is known to be accurate.
    #[error("edge `{edge}`: alpha ({alpha}) and beta ({beta}) must lie from 1e-9 to 1e12")]
    Untrusted {
        /// The edge.
        edge: String,
        /// α.
        alpha: f64,
        /// β.
        beta: f64,
    },
    /// A number of pulls that is none.
    #[error("edge `{edge}`: pulls ({pulls}) must be finite and not negative")]
    Pulls {
        /// The edge.
        edge: String,
        /// The number.
        pulls: f64,
    },
    /// An edge that is there twice.
    #[error("edge `{0}` is listed twice")]
    Twice(String),
    /// A segment that is there twice.
    #[error("segment `{0}` is listed twice")]
    SegmentTwice(String),
}

/// The message without the place that the parser puts behind it.
fn without_place(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.clone(), |(problem, _)| problem.to_owned())
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

/// What both kinds of files hold, one of them without the members that have a default.
#[derive(Serialize, Deserialize)]
struct Contents {
    schema: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    sources: Vec<Source>,
    #[serde(default)]
    prior: Option<String>,
    #[serde(default)]
    view: Option<String>,
    #[serde(default)]
    totals: Vec<DayTotal>,
    verdict: Option<Judgement>,
    edges: Vec<Row>,
    #[serde(default)]
    segments: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    edge: Box<str>,
    #[serde(deserialize_with = "exact")]
    alpha: f64,
    #[serde(deserialize_with = "exact")]
    beta: f64,
    #[serde(deserialize_with = "exact")]
    pulls: f64,
    state: Option<EdgeState>,
}

#[derive(Serialize, Deserialize)]
struct Part {
    segment: Box<str>,
    edges: Vec<Row>,
}

/// A number as it was written: the parser by itself may miss the last digit.
pub(super) fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = <&RawValue>::deserialize(deserializer)?.get();
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| D::Error::custom(format_args!("`{text}` is not a number")))
}

impl Side {
    /// Reads a `report.json` or a baseline. A report says neither its sources nor its prior.
    ///
    /// ```
    /// use betadrift::compare::Side;
    /// let text = r#"{"schema": "betadrift.baseline/1", "verdict": null,
    ///                "edges": [{"edge": "a", "alpha": 4, "beta": 3, "pulls": 5, "state": null}]}"#;
    /// let side = Side::from_json("kept", text).unwrap();
    /// assert_eq!(side.edges[0].posterior.mean(), 4.0 / 7.0);
    /// assert!(Side::from_json("other", "{}").unwrap_err().to_string().contains("there is no `schema`"));
    /// ```
    ///
    /// # Errors
    /// [`StoredError`] if it is neither, or says of an edge what no posterior is.
    pub fn from_json(name: &str, text: &str) -> Result<Self, StoredError> {
        let Head { schema } = serde_json::from_str(text)?;
        match schema {
            Some(schema) if schema == BASELINE || schema == REPORT => {}
            Some(schema) => return Err(StoredError::Schema(schema.escape_debug().to_string())),
            None => return Err(StoredError::NoSchema),
        }
        let contents: Contents = serde_json::from_str(text)?;
        let segment = |part: Part| Ok(Segment { segment: part.segment, edges: beliefs(part.edges)? });
        let mut segments = contents.segments.into_iter().map(segment).collect::<Result<Vec<_>, StoredError>>()?;
        segments.sort_by(|a, b| a.segment.cmp(&b.segment));
        if let Some(pair) = segments.windows(2).find(|pair| pair[0].segment == pair[1].segment) {
            return Err(StoredError::SegmentTwice(shown(&pair[0].segment)));
        }
        Ok(Self {
            name: name.to_owned(),
            sources: contents.sources,
            prior: contents.prior,
            view: contents.view,
            days: contents.totals,
            edges: beliefs(contents.edges)?,
            verdict: contents.verdict,
            segments,
        })
    }

    /// The baseline: this side with what it comes from, as a JSON object that [`Side::from_json`] reads back to the bit.
    pub fn baseline(&self) -> impl Serialize + use<> {
        let row = |belief: &Belief| Row {
            edge: belief.edge.clone(),
            alpha: belief.posterior.alpha(),
            beta: belief.posterior.beta(),
            pulls: belief.pulls,
            state: belief.state,
        };
        let rows = |beliefs: &[Belief]| beliefs.iter().map(row).collect::<Vec<_>>();
        let part = |segment: &Segment| Part { segment: segment.segment.clone(), edges: rows(&segment.edges) };
        Contents {
            schema: BASELINE.to_owned(),
            name: self.name.clone(),
            sources: self.sources.clone(),
            prior: self.prior.clone(),
            view: self.view.clone(),
            totals: self.days.clone(),
            verdict: self.verdict.clone(),
            edges: rows(&self.edges),
            segments: self.segments.iter().map(part).collect(),
        }
    }
}

/// The beliefs of rows, in byte order of the names.
fn beliefs(rows: Vec<Row>) -> Result<Vec<Belief>, StoredError> {
    let mut beliefs = rows.into_iter().map(belief).collect::<Result<Vec<_>, _>>()?;
    beliefs.sort_by(|a, b| a.edge.cmp(&b.edge));
    match beliefs.windows(2).find(|pair| pair[0].edge == pair[1].edge) {
        Some(pair) => Err(StoredError::Twice(shown(&pair[0].edge))),
        None => Ok(beliefs),
    }
}

fn belief(Row { edge, alpha, beta, pulls, state }: Row) -> Result<Belief, StoredError> {
    let posterior = Beta::new(alpha, beta).map_err(|error| StoredError::Parameters { edge: shown(&edge), error })?;
    if !(TRUSTED.contains(&alpha) && TRUSTED.contains(&beta)) {
        return Err(StoredError::Untrusted { edge: shown(&edge), alpha, beta });
    }
    if !(pulls.is_finite() && pulls >= 0.0) {
        return Err(StoredError::Pulls { edge: shown(&edge), pulls });
    }
    Ok(Belief { edge, posterior, pulls, state })
}
