//! What `calibrate` prints for people.

use betadrift::calibrate::{Calibrated, CoverageOf, EdgeCalibration, EngineCalibration, LogCalibration};
use betadrift::number::{Plain, brief};

use crate::cli::output::{Output, Sheet};

/// Prints the variants and the verdict.
pub(super) fn engine(found: &EngineCalibration, output: Output<'_>) -> anyhow::Result<()> {
    let header = [
        "variant",
        "must",
        "does",
        "p",
        "least uniform",
        "any edge 50 %",
        "95 %",
        "winner 50 %",
        "95 %",
        "as expected",
    ];
    let share = |variant: &Calibrated, of: CoverageOf, level: f64| {
        variant.covers(of, level).map_or_else(String::new, |coverage| format!("{:.3}", coverage.share()))
    };
    let row = |variant: &Calibrated| {
        let worst = variant.worst();
        vec![
            variant.name.escape_debug().to_string(),
            if variant.control { "fail" } else { "pass" }.to_owned(),
            if found.passes(variant) { "passes" } else { "fails" }.to_owned(),
            brief(found.p(variant)),
            worst.map_or_else(String::new, |(quantity, ranks)| {
                let how = if ranks.least_p() > found.level() { "uniform" } else { ranks.shape().words() };
                format!("{}: {how}", quantity.name())
            }),
            share(variant, CoverageOf::AnyEdge, 0.5),
            share(variant, CoverageOf::AnyEdge, 0.95),
            share(variant, CoverageOf::Winner, 0.5),
            share(variant, CoverageOf::Winner, 0.95),
            if found.as_expected(variant) { "yes" } else { "NO" }.to_owned(),
        ]
    };
    let title = format!("Simulation-based calibration of {} worlds a variant, seed {}", found.worlds, found.seed);
    output
        .sheets(&[Sheet { title, header: &header, rows: found.variants.iter().map(row).collect() }], &found.sentences())
}

/// Prints the reliability, `top` edges and the verdict.
pub(super) fn log(found: &LogCalibration, level: f64, top: usize, output: Output<'_>) -> anyhow::Result<()> {
    let mut edges: Vec<&EdgeCalibration> = found.by_edge.iter().collect();
    let far = |edge: &EdgeCalibration| edge.martingale.z().map_or(-1.0, f64::abs);
    edges.sort_by(|a, b| far(b).total_cmp(&far(a)));
    let shown = top.min(edges.len());
    let percent = Plain(100.0 * level);
    let bins = found.bins.iter().map(|bin| {
        let (low, high) = bin.interval(level);
        vec![
            format!("{}–{}", brief(bin.range.0), brief(bin.range.1)),
            Plain(bin.events).to_string(),
            brief(bin.predicted()),
            brief(bin.observed()),
            format!("{}–{}", brief(low), brief(high)),
            format!("{:.2}", bin.z()),
        ]
    });
    let number = |value: Option<f64>, digits: usize| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.digits$}"));
    let row = |edge: &&EdgeCalibration| {
        let found_of = edge.dispersion.ok();
        vec![
            found.edges.name(edge.edge).escape_debug().to_string(),
            edge.days.to_string(),
            Plain(edge.totals.0 + edge.totals.1).to_string(),
            number(edge.martingale.z(), 2),
            edge.q.map_or_else(|| "–".to_owned(), brief),
            number(found_of.and_then(|found| found.tarone.z()), 2),
            number(found_of.and_then(|found| found.design_effect), 2),
            found_of.and_then(|found| found.effective_pulls).map_or_else(|| "–".to_owned(), |n| brief(n.round())),
        ]
    };
    let interval = format!("{percent} % if beliefs hold");
    let forecasts = Sheet {
        title: "Forecasts of the mornings against what came".to_owned(),
        header: &["foretold", "events", "mean", "came", &interval, "z"],
        rows: bins.collect(),
    };
    let edges = Sheet {
        title: format!("Edges, the most surprising first ({shown} of {})", edges.len()),
        header: &["edge", "days", "pulls", "z", "q", "Tarone z", "design effect", "effective pulls"],
        rows: edges[..shown].iter().map(row).collect(),
    };
    output.sheets(&[forecasts, edges], &found.sentences())
}
