//! The evaluation as a page, a document, and rows.

use betadrift::evaluate::{Alarm, Estimate, Estimator, Evaluation, Weights};
use betadrift::log::escaped;
use betadrift::number::{Plain, brief};
use betadrift::timeline::Cells;
use serde::{Serialize, Serializer};

use crate::cli::output::{Output, Sheet};
use crate::cli::replayed::counted;

/// An evaluation, and of what on what.
pub(super) struct Page<'a> {
    pub(super) evaluation: &'a Evaluation,
    pub(super) target: String,
    pub(super) log: String,
    pub(super) cells: &'a Cells,
}

#[derive(Serialize)]
pub(super) struct Document<'a> {
    schema: &'static str,
    target: &'a str,
    rows: u64,
    evaluated: u64,
    level: f64,
    /// Which estimate to read; none where there is an alarm.
    headline: Option<Estimator>,
    #[serde(serialize_with = "by_name")]
    estimates: &'a [(Estimator, Estimate)],
    logged: &'a Estimate,
    difference: &'a Estimate,
    weights: &'a Weights,
    alarms: &'a [Alarm],
    sentences: Vec<String>,
}

fn by_name<S: Serializer>(estimates: &[(Estimator, Estimate)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(estimates.iter().map(|(estimator, estimate)| (estimator.name(), estimate)))
}

/// An estimate as a row.
#[derive(Serialize)]
pub(super) struct Row {
    estimator: &'static str,
    value: Option<Plain>,
    se: Option<Plain>,
    lower: Option<Plain>,
    upper: Option<Plain>,
    bernstein_lower: Option<Plain>,
    bernstein_upper: Option<Plain>,
    matched: Option<Plain>,
}

impl<'a> Page<'a> {
    /// What is evaluated on what.
    pub(super) fn title(&self) -> String {
        let (rows, edges) = (counted(self.evaluation.rows as f64, "row"), self.cells.edges().len() as f64);
        let segments = match self.cells.segments() {
            [only] if only.is_empty() => String::new(),
            segments => format!(", {}", counted(segments.len() as f64, "segment")),
        };
        let name = |name: &str| escaped(name.as_bytes());
        format!("{} on {}: {rows}, {}{segments}", name(&self.target), name(&self.log), counted(edges, "edge"))
    }

    pub(super) fn document(&self) -> Document<'_> {
        let Evaluation { rows, evaluated, estimates, logged, difference, weights, alarms, settings } = self.evaluation;
        let readable = alarms.is_empty() && self.evaluation.of(Evaluation::HEADLINE).value.is_some();
        Document {
            schema: "betadrift.evaluate/1",
            target: &self.target,
            rows: *rows,
            evaluated: *evaluated,
            level: settings.level,
            headline: readable.then_some(Evaluation::HEADLINE),
            estimates,
            logged,
            difference,
            weights,
            alarms,
            sentences: self.evaluation.sentences(),
        }
    }

    /// One row for each estimator.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + use<'a> {
        self.evaluation.estimates.iter().map(|(estimator, estimate)| {
            let bernstein = estimate.bernstein;
            Row {
                estimator: estimator.name(),
                value: estimate.value.map(Plain),
                se: estimate.se.map(Plain),
                lower: estimate.lower.map(Plain),
                upper: estimate.upper.map(Plain),
                bernstein_lower: bernstein.map(|bounds| Plain(bounds.lower)),
                bernstein_upper: bernstein.map(|bounds| Plain(bounds.upper)),
                matched: estimate.matched.map(Plain),
            }
        })
    }

    /// Alarms first, then the estimates: nobody reads the one without the other.
    pub(super) fn table(&self, output: Output<'_>) -> anyhow::Result<()> {
        let Evaluation { estimates, logged, difference, alarms, .. } = self.evaluation;
        let (mut above, mut below) = (vec![self.title()], vec![self.weights()]);
        (if alarms.is_empty() { &mut below } else { &mut above }).extend(self.evaluation.sentences());
        let others = [("the log itself", logged), ("snips − the log", difference)];
        let named = estimates.iter().map(|(estimator, estimate)| (estimator.name(), estimate)).chain(others);
        let rows = named.map(|(name, estimate)| cells(name, estimate));
        let header = &["estimator", "value", "se", "lower", "upper", "sure lower", "sure upper"];
        output.sheets(&[Sheet { title: above.join("\n"), header, rows: rows.collect() }], &below)
    }

    fn weights(&self) -> String {
        let Weights { effective_sample, mean, max, max_possible, min_propensity, unsupported_target, .. } =
            &self.evaluation.weights;
        format!(
            "weights: effective sample {} of {} · mean {} · largest {} (possible {}) · least propensity {} · without support {} %",
            number(effective_sample.map(f64::round)),
            self.evaluation.evaluated,
            number(*mean),
            number(*max),
            number(*max_possible),
            number(*min_propensity),
            brief(100.0 * unsupported_target),
        )
    }
}

fn cells(name: &str, estimate: &Estimate) -> Vec<String> {
    let (lower, upper) = estimate.bernstein.map(|bounds| (bounds.lower, bounds.upper)).unzip();
    let numbers = [estimate.value, estimate.se, estimate.lower, estimate.upper, lower, upper];
    let shown = numbers.iter().enumerate().map(|(at, value)| match (value, at < 4) {
        (None, false) => String::new(),
        _ => number(*value),
    });
    std::iter::once(name.to_owned()).chain(shown).collect()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), brief)
}
