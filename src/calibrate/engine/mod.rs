//! Simulation-based calibration of the engine (Talts et al. 2018, arXiv:1804.06788).
//!
//! Worlds are drawn from the prior and played; in the end the truth is ranked among draws from the posterior. However edges are
//! chosen, in what batches, however late feedback comes and whenever one stops: if prior, bookkeeping and draws are right, every rank is uniform and
//! every interval covers at its level. Variants of the engine must pass; controls, wrong on purpose, must not.
//!
//! All tests of all variants of the engine together err with chance at most α (Bonferroni): each is made at
//! α / their number. Controls are judged at the same level, so that a control that is seen was not easier to see.
//!
//! *When to use it*: after a change of the engine, and to see with a prior of one's own that the arithmetic holds.
//! *When not*: it says nothing of whether the prior is that of the world; that is asked of a log
//! ([`LogCalibration`](super::LogCalibration)).

pub mod band;
pub mod coverage;
mod design;
mod document;
mod quantity;
pub mod uniformity;
mod world;

pub use band::{Band, Cuts};
pub use coverage::{Coverage, LEVELS, Of as CoverageOf};
pub use design::{Analysis, Design, DesignError, Variant, scenario_variants};
pub use document::{EngineDocument, VariantRow};
pub use quantity::Quantity;
pub use uniformity::{Shape, Uniformity};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::number::{Plain, brief};
use world::World;

/// How ranks are made and judged.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// let settings = Settings::default();
/// assert_eq!((settings.draws, settings.bins, settings.alpha), (99, 20, 0.01));
/// let variants = Design { worlds: 10, ..Design::default() }.variants()?;
/// let refused = calibrate(&variants, Settings { draws: 100, ..settings }).unwrap_err();
/// assert!(refused.to_string().starts_with("100 draws give 101 ranks, which are not a multiple of 20 bins"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Posterior draws that the truth is ranked among.
    pub draws: u32,
    /// Bins of ranks for χ² and the histograms, which must divide draws + 1; fewer are used where one would hold less than five worlds.
    pub bins: u32,
    /// The chance that any test of any variant of a right engine fails.
    pub alpha: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { draws: 99, bins: 20, alpha: 0.01 }
    }
}

/// What calibration found.
///
/// The engine with feedback at once, in forty worlds of two edges:
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// let variants = Design { worlds: 40, edges: 2, trials: 10, ..Design::default() }.variants()?;
/// let settings = Settings { draws: 19, bins: 4, ..Settings::default() };
/// let found = calibrate(&variants[..1], settings)?;
/// let engine = &found.variants[0];
/// assert_eq!((found.worlds, found.tests), (40, 24));
/// assert_eq!(found.level(), 0.01 / 24.0);
/// assert!(found.passes(engine) && found.as_expected(engine) && found.calibrated() && found.engine_passes());
/// assert_eq!(found.p(engine), (24.0 * engine.least_p()).min(1.0));
/// assert_eq!((found.cuts().n, found.cuts().cells), (40, 20));
/// assert!(found.sentences()[0].starts_with("The posteriors are calibrated: over 40 worlds"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EngineCalibration {
    /// How ranks were made and judged.
    pub settings: Settings,
    /// Worlds of each variant.
    pub worlds: u32,
    /// Edges of a world.
    pub edges: usize,
    /// Trials in a world.
    pub trials: u64,
    /// The seed.
    pub seed: u64,
    /// Tests of all variants of the engine together.
    pub tests: usize,
    /// The variants.
    pub variants: Vec<Calibrated>,
}

/// A variant and its tests.
///
/// The engine with feedback at once, in forty worlds of two edges:
///
/// ```
/// use betadrift::calibrate::{CoverageOf, Design, Settings, calibrate};
/// let variants = Design { worlds: 40, edges: 2, trials: 10, ..Design::default() }.variants()?;
/// let settings = Settings { draws: 19, bins: 4, ..Settings::default() };
/// let found = calibrate(&variants[..1], settings)?;
/// let engine = &found.variants[0];
/// assert_eq!(engine.tests(), 2 * 8 + 2 * 4); // eight quantities, four levels
/// assert_eq!(engine.covers(CoverageOf::AnyEdge, 0.9).unwrap().n, 80);
/// assert_eq!(engine.covers(CoverageOf::AnyEdge, 0.85), None);
/// assert!(engine.worst().unwrap().1.least_p() >= engine.least_p());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// What it is called.
    pub name: String,
    /// Whether it is wrong on purpose.
    pub control: bool,
    /// The ranks of each quantity.
    pub ranks: Vec<(Quantity, Uniformity)>,
    /// The coverage of intervals.
    pub coverage: Vec<Coverage>,
}

/// Plays every variant and tests it.
///
/// A reward that is counted twice is found out:
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate};
/// let variants = Design { worlds: 200, edges: 2, trials: 100, ..Design::default() }.variants()?;
/// let twice: Vec<_> = variants.into_iter().filter(|variant| variant.name == "reward counted twice").collect();
/// let found = calibrate(&twice, Settings::default())?;
/// assert!(!found.passes(&found.variants[0]));
/// let (_, of_first_edge) = &found.variants[0].ranks[0];
/// assert_eq!(of_first_edge.shape().words(), "too narrow");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DesignError`] for settings that no test can have.
pub fn calibrate(variants: &[Variant], settings: Settings) -> Result<EngineCalibration, DesignError> {
    calibrate_observed(variants, settings, || ())
}

/// Like [`calibrate`]; `finished` is called after each world, from any thread.
///
/// ```
/// use betadrift::calibrate::{Design, Settings, calibrate_observed};
/// use std::sync::atomic::{AtomicU32, Ordering};
/// let (variants, played) = (Design { worlds: 10, ..Design::default() }.variants()?, AtomicU32::new(0));
/// calibrate_observed(&variants[..2], Settings::default(), || drop(played.fetch_add(1, Ordering::Relaxed)))?;
/// assert_eq!(played.into_inner(), 20); // ten worlds of each variant
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`calibrate`].
pub fn calibrate_observed(
    variants: &[Variant],
    settings: Settings,
    finished: impl Fn() + Sync,
) -> Result<EngineCalibration, DesignError> {
    let Settings { draws, bins, alpha } = settings;
    if bins < 2 || !(u64::from(draws) + 1).is_multiple_of(u64::from(bins)) {
        return Err(DesignError::Bins { draws, bins });
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(DesignError::Alpha(alpha));
    }
    let Some(first) = variants.first() else { return Err(DesignError::Edges(0)) };
    let settings = Settings { bins: filled(settings, first.scenario.runs()), ..settings };
    let variants: Vec<Calibrated> = variants.iter().map(|variant| calibrated(variant, &settings, &finished)).collect();
    let tests = variants.iter().filter(|variant| !variant.control).map(Calibrated::tests).sum();
    let (scenario, seed) = (&first.scenario, first.scenario.seed());
    let (worlds, edges, trials) = (scenario.runs(), scenario.edges().len(), scenario.horizon());
    Ok(EngineCalibration { settings, worlds, edges, trials, seed, tests, variants })
}

/// As many bins as asked for, or fewer, so that each is expected to hold five worlds, without which χ² is not its law.
fn filled(Settings { draws, bins, .. }: Settings, worlds: u32) -> u32 {
    let fits = |&bins: &u32| (u64::from(draws) + 1).is_multiple_of(u64::from(bins)) && worlds / bins >= 5;
    (2..=bins).rev().find(fits).unwrap_or(2)
}

fn calibrated(variant: &Variant, settings: &Settings, finished: &(impl Fn() + Sync)) -> Calibrated {
    let quantities = Quantity::all(variant.scenario.edges().len());
    let play = |run| {
        let world = World::play(variant, u64::from(run), &quantities, settings.draws);
        finished();
        world
    };
    let worlds: Vec<World> = (0..variant.scenario.runs()).into_par_iter().map(play).collect();
    let ranked = |(at, &quantity): (usize, &Quantity)| {
        let mut counts = vec![0; settings.draws as usize + 1];
        worlds.iter().for_each(|world| counts[world.ranks[at] as usize] += 1);
        (quantity, Uniformity::of(&counts, settings.bins as usize))
    };
    let covered = |level: f64| {
        let any = worlds.iter().flat_map(|world| world.below.iter().copied());
        let winners = worlds.iter().map(|world| world.below[world.winner]);
        [Coverage::of(CoverageOf::AnyEdge, level, any), Coverage::of(CoverageOf::Winner, level, winners)]
    };
    Calibrated {
        name: variant.name.clone(),
        control: variant.control,
        ranks: quantities.iter().enumerate().map(ranked).collect(),
        coverage: LEVELS.into_iter().flat_map(covered).collect(),
    }
}

impl Calibrated {
    /// How many tests there are: two of the ranks of each quantity, one of each coverage.
    pub fn tests(&self) -> usize {
        2 * self.ranks.len() + self.coverage.len()
    }

    /// The smallest p-value of all its tests.
    pub fn least_p(&self) -> f64 {
        let ranks = self.ranks.iter().map(|(_, ranks)| ranks.least_p());
        ranks.chain(self.coverage.iter().map(|coverage| coverage.p)).fold(1.0, f64::min)
    }

    /// The coverage of intervals of a level; `None` for a level that is not among [`LEVELS`].
    pub fn covers(&self, of: CoverageOf, level: f64) -> Option<&Coverage> {
        self.coverage.iter().find(|coverage| coverage.of == of && coverage.level == level)
    }

    /// The quantity whose ranks are the least uniform.
    pub fn worst(&self) -> Option<&(Quantity, Uniformity)> {
        self.ranks.iter().min_by(|a, b| a.1.least_p().total_cmp(&b.1.least_p()))
    }
}

impl EngineCalibration {
    /// The level of each single test.
    pub fn level(&self) -> f64 {
        self.settings.alpha / self.tests.max(1) as f64
    }

    /// The family-wise p-value of a variant: its smallest, times the number of tests, at most 1.
    pub fn p(&self, variant: &Calibrated) -> f64 {
        (variant.least_p() * self.tests.max(1) as f64).min(1.0)
    }

    /// Whether a variant passes every test.
    pub fn passes(&self, variant: &Calibrated) -> bool {
        variant.least_p() > self.level()
    }

    /// Whether a variant of the engine passes, or a control does not.
    pub fn as_expected(&self, variant: &Calibrated) -> bool {
        self.passes(variant) != variant.control
    }

    /// Whether every variant of the engine passes and every control is seen to fail.
    pub fn calibrated(&self) -> bool {
        self.variants.iter().all(|variant| self.as_expected(variant))
    }

    /// Whether every variant of the engine passes, whatever the controls do.
    pub fn engine_passes(&self) -> bool {
        self.variants.iter().all(|variant| variant.control || self.passes(variant))
    }

    /// The cuts of the ranks of one quantity.
    pub fn cuts(&self) -> Cuts {
        Cuts { n: u64::from(self.worlds), cells: self.settings.draws as usize + 1 }
    }

    /// The verdict in plain words.
    pub fn sentences(&self) -> Vec<String> {
        let (controls, engine): (Vec<_>, Vec<_>) = self.variants.iter().partition(|variant| variant.control);
        let failing: Vec<&Calibrated> = engine.iter().copied().filter(|variant| !self.passes(variant)).collect();
        let missed: Vec<&str> =
            controls.iter().filter(|control| self.passes(control)).map(|control| control.name.as_str()).collect();
        let (tests, alpha) = (self.tests, Plain(self.settings.alpha));
        let mut sentences = vec![match failing[..] {
            [] => format!(
                "The posteriors are calibrated: over {} worlds from the prior none of {tests} tests of ranks and coverage fails at a \
                 family-wise α of {alpha}.",
                self.worlds
            ),
            _ => format!(
                "The posteriors are not calibrated: {}.",
                failing.iter().map(|variant| self.failing(variant)).collect::<Vec<_>>().join("; ")
            ),
        }];
        sentences.push(match missed[..] {
            [] => format!("All {} controls, wrong on purpose, are seen to fail.", controls.len()),
            _ => format!(
                "Not seen to fail, though wrong on purpose: {}; {} worlds of {} trials are too few for these tests to be trusted.",
                missed.join(", "),
                self.worlds,
                self.trials
            ),
        });
        sentences
    }

    /// How a variant fails, in words.
    fn failing(&self, variant: &Calibrated) -> String {
        let worst = variant.worst().filter(|(_, ranks)| ranks.least_p() <= self.level());
        let how = worst.map_or_else(
            || "its intervals do not cover at their level".to_owned(),
            |(quantity, ranks)| format!("the posterior of {} is {}", quantity.name(), ranks.shape().words()),
        );
        format!("{} (p = {}): {how}", variant.name, brief(self.p(variant)))
    }
}
