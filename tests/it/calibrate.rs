//! Protects simulation-based calibration: the engine passes, what is wrong on purpose does not, the tests are those of another
//! program, and no number depends on how it was computed.

use std::path::Path;
use std::sync::OnceLock;

use betadrift::beta::Beta;
use betadrift::calibrate::{
    Calibrated, CoverageOf, Cuts, Design, EngineCalibration, Settings, Uniformity, calibrate, scenario_variants,
};
use betadrift::environment::Delay;
use betadrift::simulate::Scenario;
use serde::Deserialize;

fn calibration() -> &'static EngineCalibration {
    static FOUND: OnceLock<EngineCalibration> = OnceLock::new();
    FOUND.get_or_init(|| calibrate(&Design::default().variants().unwrap(), Settings::default()).unwrap())
}

fn variant(name: &str) -> &'static Calibrated {
    calibration().variants.iter().find(|variant| variant.name == name).unwrap()
}

#[test]
fn the_engine_is_calibrated_at_once_in_batches_late_and_whenever_one_stops() {
    let found = calibration();
    let engine: Vec<&Calibrated> = found.variants.iter().filter(|variant| !variant.control).collect();
    assert_eq!(engine.len(), 5);
    for variant in engine {
        assert!(found.passes(variant), "{}: {}", variant.name, found.p(variant));
    }
    assert!(found.sentences()[0].starts_with("The posteriors are calibrated"));
}

#[test]
fn controls_are_seen_to_fail() {
    let found = calibration();
    for control in found.variants.iter().filter(|variant| variant.control) {
        assert!(!found.passes(control), "{}: {}", control.name, found.p(control));
    }
    assert!(found.calibrated());
    // A reward counted twice makes every posterior too narrow, decay too wide.
    let coverage = |name: &str| variant(name).covers(CoverageOf::AnyEdge, 0.8).unwrap().share();
    assert!(coverage("reward counted twice") < 0.75, "{}", coverage("reward counted twice"));
    assert!(coverage("decay on") > 0.83, "{}", coverage("decay on"));
}

/// Credible intervals cover at their level when averaged over a matched prior, for any edge and for the winner, batched,
/// late, and whenever one stops.
#[test]
fn coverage_over_a_matched_prior_is_nominal() {
    for name in ["feedback at once", "batches", "delays", "batches and delays", "stopped when one leads"] {
        for coverage in &variant(name).coverage {
            // Four standard errors: a chance of 6e-5 at a fixed seed.
            let se = (coverage.level * (1.0 - coverage.level) / coverage.n as f64).sqrt();
            assert!((coverage.share() - coverage.level).abs() < 4.0 * se, "{name}: {coverage:?}");
            let interval = coverage.interval();
            assert!(interval.lower < coverage.share() && coverage.share() < interval.upper);
        }
    }
}

/// Another prior, more edges, a policy that is not Thompson's and delays that are fixed: what the sampling rule was drops out.
#[test]
fn no_policy_and_no_prior_breaks_calibration() {
    let design = Design {
        worlds: 300,
        edges: 4,
        trials: 40,
        prior: Beta::new(0.5, 2.5).unwrap(),
        policy: "epsilon_greedy epsilon=0.1".to_owned(),
        delay: Delay::Fixed { hours: 30.0 },
        ..Design::default()
    };
    let found = calibrate(&design.variants().unwrap()[..5], Settings { draws: 19, bins: 10, alpha: 0.001 }).unwrap();
    assert!(found.calibrated(), "{:?}", found.sentences());
}

#[test]
fn a_scenario_with_another_prior_than_its_worlds_is_found_out() {
    let text = |prior: &str| {
        let world = "[environment]\nkind = \"stationary\"\ncount = 2\nrates_from = [1, 4]";
        format!("runs = 400\ndays = 4\ntrials_per_day = 10\nprior = {prior}\n{world}\n[[policy]]\nkind = \"ucb1\"")
    };
    let found = |prior: &str| {
        let variants = scenario_variants(&Scenario::from_toml(&text(prior)).unwrap()).unwrap();
        let found = calibrate(&variants[..1], Settings::default()).unwrap();
        (found.calibrated(), found.sentences()[0].clone())
    };
    assert!(found("[1, 4]").0);
    let (calibrated, sentence) = found("[4, 1]");
    assert!(!calibrated && sentence.contains("ucb1") && sentence.contains("too high"), "{sentence}");
}

#[test]
fn worlds_without_one_truth_are_refused() {
    let world = |environment: &str| {
        let text = format!("days = 2\ntrials_per_day = 5\n[environment]\n{environment}");
        scenario_variants(&Scenario::from_toml(&text).unwrap()).map(|_| ()).unwrap_err().to_string()
    };
    assert!(world("kind = \"stationary\"\nrates = [0.2, 0.3]").contains("rates_from"));
    let drifting = "kind = \"drifting\"\ncount = 2\nrates_from = [1, 1]\nsd_per_day = 0.1";
    assert!(world(drifting).contains("stationary"), "{}", world(drifting));
    let wrong = |design: Design| design.variants().map(|_| ()).unwrap_err().to_string();
    assert!(wrong(Design { edges: 0, ..Design::default() }).contains("between 1 and 100"));
    assert!(wrong(Design { policy: "luck".to_owned(), ..Design::default() }).contains("luck"));
    let variants = Design { worlds: 2, ..Design::default() }.variants().unwrap();
    for settings in [
        Settings { draws: 98, ..Settings::default() },
        Settings { bins: 1, ..Settings::default() },
        Settings { alpha: 0.0, ..Settings::default() },
        Settings { alpha: f64::NAN, ..Settings::default() },
    ] {
        assert!(calibrate(&variants, settings).is_err(), "{settings:?}");
    }
}

/// The numbers of ranks by rank are whole, and every world has one.
#[test]
fn every_world_has_a_rank_of_every_quantity() {
    let found = calibration();
    for variant in &found.variants {
        assert_eq!(variant.ranks.len(), 5 + 6, "five edges, and six functions of them");
        for (quantity, ranks) in &variant.ranks {
            assert_eq!((ranks.n(), ranks.counts.len()), (u64::from(found.worlds), 100), "{}", quantity.name());
        }
    }
    assert_eq!(found.tests, 5 * (2 * 11 + 8));
}

/// One edge: there is neither a runner-up nor a second.
#[test]
fn one_edge_alone_is_calibrated() {
    let design = Design { worlds: 200, edges: 1, trials: 10, ..Design::default() };
    let found = calibrate(&design.variants().unwrap()[..5], Settings::default()).unwrap();
    assert!(found.calibrated(), "{:?}", found.sentences());
    assert_eq!(found.variants[0].ranks.len(), 5);
}

#[derive(Debug, Deserialize)]
struct Row {
    n: f64,
    cells: f64,
    gamma: f64,
    leaves: f64,
    counts: String,
    bins: f64,
    chi_square: f64,
    chi_square_p: f64,
    touched: f64,
    ecdf_p: f64,
}

fn near(got: f64, right: f64) -> bool {
    (got - right).abs() <= 1e-9 * right.abs() + 1e-13
}

#[test]
fn the_tests_of_ranks_are_those_of_another_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/ecdf_band.csv");
    let rows: Vec<Row> = csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect();
    assert!(rows.len() >= 60, "the table is nearly empty");
    for row in rows {
        let cuts = Cuts { n: row.n as u64, cells: row.cells as usize };
        let left = cuts.leaves(&cuts.band(row.gamma));
        assert!(near(left, row.leaves), "{row:?}: {left}");
        let counts: Vec<u64> = row.counts.split(' ').map(|count| count.parse().unwrap()).collect();
        let found = Uniformity::of(&counts, row.bins as usize);
        assert!(near(found.chi_square, row.chi_square) && near(found.chi_square_p, row.chi_square_p), "{row:?}");
        assert!(near(found.gamma, row.touched) && near(found.ecdf_p, row.ecdf_p), "{row:?}: {found:?}");
    }
}

/// The band is the widest that is not left too often, and no wider one has the same level.
#[test]
fn the_band_has_its_level() {
    for (n, cells, alpha) in [(50, 10, 0.05), (400, 20, 0.05), (400, 20, 1e-4), (1_000, 100, 0.01)] {
        let cuts = Cuts { n, cells };
        let gamma = cuts.gamma(alpha);
        assert!(cuts.leaves(&cuts.band(gamma)) <= alpha, "{n} {cells}");
        assert!(cuts.leaves(&cuts.band(gamma * (1.0 + 1e-6))) > alpha, "{n} {cells}");
        assert!(gamma > alpha / cells as f64 && gamma < alpha.max(0.5));
    }
}
