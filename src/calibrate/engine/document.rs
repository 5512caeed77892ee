//! The calibration of the engine as JSON, `betadrift.calibrate/1`, and as rows.

use serde::Serialize;

use super::{Calibrated, Coverage, CoverageOf, EngineCalibration, Quantity, Uniformity};
use crate::number::Plain;

/// The JSON object.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// let variants = Design { worlds: 40, edges: 2, trials: 10, ..Design::default() }.variants()?;
/// let settings = Settings { draws: 19, bins: 4, ..Settings::default() };
/// let found = calibrate(&variants[..1], settings)?;
/// let json = serde_json::to_value(found.document())?;
/// assert_eq!((&json["schema"], &json["kind"]), (&"betadrift.calibrate/1".into(), &"engine".into()));
/// assert_eq!((&json["worlds"], &json["edges"], &json["trials"]), (&40.into(), &2.into(), &10.into()));
/// assert_eq!(json["variants"][0]["variant"], "feedback at once");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize)]
pub struct EngineDocument {
    schema: &'static str,
    kind: &'static str,
    calibrated: bool,
    engine_passes: bool,
    controls_fail: bool,
    alpha: f64,
    tests: usize,
    level: f64,
    worlds: u32,
    edges: usize,
    trials: u64,
    draws: u32,
    bins: u32,
    seed: u64,
    variants: Vec<VariantObject>,
    sentences: Vec<String>,
}

#[derive(Debug, Serialize)]
struct VariantObject {
    variant: String,
    control: bool,
    passes: bool,
    as_expected: bool,
    /// Family-wise.
    p_value: f64,
    quantities: Vec<QuantityObject>,
    coverage: Vec<CoverageObject>,
}

#[derive(Debug, Serialize)]
struct QuantityObject {
    quantity: String,
    chi_square: f64,
    degrees: usize,
    chi_square_p: f64,
    ecdf_gamma: f64,
    ecdf_p: f64,
    passes: bool,
    ranks: Vec<u64>,
}

#[derive(Debug, Serialize)]
struct CoverageObject {
    of: &'static str,
    level: f64,
    n: u64,
    covered: u64,
    coverage: f64,
    lower: f64,
    upper: f64,
    p_value: f64,
}

/// A variant as a row of a table.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// let variants = Design { worlds: 40, edges: 2, trials: 10, ..Design::default() }.variants()?;
/// let settings = Settings { draws: 19, bins: 4, ..Settings::default() };
/// let found = calibrate(&variants[..1], settings)?;
/// let rows = serde_json::to_value(found.rows().collect::<Vec<_>>())?;
/// assert_eq!((&rows[0]["variant"], &rows[0]["control"]), (&"feedback at once".into(), &false.into()));
/// assert_eq!(rows[0]["passes"], true);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct VariantRow {
    variant: String,
    control: bool,
    passes: bool,
    as_expected: bool,
    p_value: Plain,
    worst_quantity: String,
    chi_square_p: Plain,
    ecdf_p: Plain,
    coverage_any_edge_50: Option<Plain>,
    coverage_any_edge_80: Option<Plain>,
    coverage_any_edge_90: Option<Plain>,
    coverage_any_edge_95: Option<Plain>,
    coverage_winner_50: Option<Plain>,
    coverage_winner_80: Option<Plain>,
    coverage_winner_90: Option<Plain>,
    coverage_winner_95: Option<Plain>,
}

impl EngineCalibration {
    /// The calibration as it is written to JSON.
    pub fn document(&self) -> EngineDocument {
        let super::Settings { draws, bins, alpha } = self.settings;
        EngineDocument {
            schema: "betadrift.calibrate/1",
            kind: "engine",
            calibrated: self.calibrated(),
            engine_passes: self.engine_passes(),
            controls_fail: self.variants.iter().all(|variant| !variant.control || !self.passes(variant)),
            alpha,
            tests: self.tests,
            level: self.level(),
            worlds: self.worlds,
            edges: self.edges,
            trials: self.trials,
            draws,
            bins,
            seed: self.seed,
            variants: self.variants.iter().map(|variant| self.variant(variant)).collect(),
            sentences: self.sentences(),
        }
    }

    fn variant(&self, variant: &Calibrated) -> VariantObject {
        VariantObject {
            variant: variant.name.clone(),
            control: variant.control,
            passes: self.passes(variant),
            as_expected: self.as_expected(variant),
            p_value: self.p(variant),
            quantities: variant.ranks.iter().map(|ranks| self.quantity(ranks)).collect(),
            coverage: variant.coverage.iter().map(coverage).collect(),
        }
    }

    fn quantity(&self, (quantity, ranks): &(Quantity, Uniformity)) -> QuantityObject {
        QuantityObject {
            quantity: quantity.name(),
            chi_square: ranks.chi_square,
            degrees: ranks.degrees(),
            chi_square_p: ranks.chi_square_p,
            ecdf_gamma: ranks.gamma,
            ecdf_p: ranks.ecdf_p,
            passes: ranks.least_p() > self.level(),
            ranks: ranks.counts.clone(),
        }
    }

    /// A row a variant.
    pub fn rows(&self) -> impl Iterator<Item = VariantRow> {
        self.variants.iter().map(|variant| self.row(variant))
    }

    fn row(&self, variant: &Calibrated) -> VariantRow {
        let least =
            |p: fn(&Uniformity) -> f64| Plain(variant.ranks.iter().map(|(_, ranks)| p(ranks)).fold(1.0, f64::min));
        let share = |of, level| variant.covers(of, level).map(|coverage| Plain(coverage.share()));
        VariantRow {
            variant: variant.name.clone(),
            control: variant.control,
            passes: self.passes(variant),
            as_expected: self.as_expected(variant),
            p_value: Plain(self.p(variant)),
            worst_quantity: variant.worst().map_or_else(String::new, |(quantity, _)| quantity.name()),
            chi_square_p: least(|ranks| ranks.chi_square_p),
            ecdf_p: least(|ranks| ranks.ecdf_p),
            coverage_any_edge_50: share(CoverageOf::AnyEdge, 0.5),
            coverage_any_edge_80: share(CoverageOf::AnyEdge, 0.8),
            coverage_any_edge_90: share(CoverageOf::AnyEdge, 0.9),
            coverage_any_edge_95: share(CoverageOf::AnyEdge, 0.95),
            coverage_winner_50: share(CoverageOf::Winner, 0.5),
            coverage_winner_80: share(CoverageOf::Winner, 0.8),
            coverage_winner_90: share(CoverageOf::Winner, 0.9),
            coverage_winner_95: share(CoverageOf::Winner, 0.95),
        }
    }
}

fn coverage(coverage: &Coverage) -> CoverageObject {
    let interval = coverage.interval();
    CoverageObject {
        of: coverage.of.name(),
        level: coverage.level,
        n: coverage.n,
        covered: coverage.covered,
        coverage: coverage.share(),
        lower: interval.lower,
        upper: interval.upper,
        p_value: coverage.p,
    }
}
