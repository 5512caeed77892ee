//! Which worlds are played, and which variants of the engine are held against them.

use thiserror::Error;

use crate::beta::Beta;
use crate::environment::Delay;
use crate::simulate::{Scenario, ScenarioError};

/// Days of a run.
const DAYS: u32 = 10;
/// By how much the first posterior mean has to lead the second, in the variant that stops early.
const LEAD: f64 = 0.25;
/// Half-life of the control that forgets, in days.
const HALF_LIFE_DAYS: f64 = 2.0;

/// Worlds drawn from the prior, and how the engine plays in them.
///
/// ```
/// use betadrift::calibrate::Design;
/// let variants = Design::default().variants().unwrap();
/// assert_eq!(variants.iter().filter(|variant| variant.control).count(), 5);
/// assert!(Design { trials: 15, ..Design::default() }.variants().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// How many worlds.
    pub worlds: u32,
    /// Edges of a world, 1 to 100.
    pub edges: u32,
    /// Trials in a world, over ten days: a multiple of ten.
    pub trials: u32,
    /// The prior: rates are drawn from it, and the engine believes it.
    pub prior: Beta,
    /// After how many trials the engine learns, in the variants with batches.
    pub batch: u64,
    /// How long feedback takes, in the variants with delays.
    pub delay: Delay,
    /// The policy as in a scenario: its kind, then `key=value` for its parameters.
    pub policy: String,
    /// The seed of everything drawn at random.
    pub seed: u64,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            worlds: 1_000,
            edges: 5,
            trials: 30,
            prior: Beta::UNIFORM,
            batch: 10,
            delay: Delay::Exponential { mean_hours: 24.0 },
            policy: "thompson".to_owned(),
            seed: crate::seed::DEFAULT_SEED,
        }
    }
}

/// Below this α or β more than 1 rate in 1000 lies within 1e-16 of an end.
const SMALLEST: f64 = 0.2;

/// Why worlds cannot be calibrated on.
///
/// ```
/// use betadrift::calibrate::{Design, DesignError};
/// let refused = Design { trials: 15, ..Design::default() }.variants().unwrap_err();
/// assert_eq!(refused, DesignError::Trials(15));
/// assert_eq!(refused.to_string(), "15 trials: a run lasts ten days, so their number must be a multiple of 10, and not 0");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DesignError {
    /// Too many edges, or none.
    #[error("{0} edges: a world of calibration has between 1 and 100")]
    Edges(usize),
    /// Trials that are not the same on each day.
    #[error("{0} trials: a run lasts ten days, so their number must be a multiple of 10, and not 0")]
    Trials(u32),
    /// A number of draws whose ranks do not fill the bins.
    #[error(
        "{draws} draws give {} ranks, which are not a multiple of {bins} bins; 99 draws and 20 bins are, for example",
        u64::from(*draws) + 1
    )]
    Bins {
        /// Draws for each rank.
        draws: u32,
        /// Bins of ranks.
        bins: u32,
    },
    /// An α that is no chance of error.
    #[error("alpha ({0}) must lie between 0 and 1, such as 0.01")]
    Alpha(f64),
    /// A policy that a scenario could not have.
    #[error("the policy `{policy}` is none: {problem}")]
    Policy {
        /// As it was written.
        policy: String,
        /// What is wrong with it.
        problem: crate::simulate::Problem,
    },
    /// A prior whose rates round to 0 or 1, so that their ranks tie.
    #[error(
        "the prior Beta({}, {}) draws rates that round to 0 or 1, whose ranks say nothing; both parameters must be at least {SMALLEST}",
        .0.alpha(), .0.beta()
    )]
    Prior(Beta),
    /// Rates that are given, not drawn.
    #[error(
        "the rates of the scenario are given; calibration asks for worlds drawn from a prior: count and rates_from"
    )]
    GivenRates,
    /// Rates that move.
    #[error("the rates of the scenario move; calibration asks for one truth an edge: kind = \"stationary\"")]
    MovingRates,
}

/// What is done to the counts before they are believed.
///
/// ```
/// use betadrift::calibrate::{Analysis, Design};
/// let variants = Design::default().variants()?;
/// let of = |name: &str| variants.iter().find(|variant| variant.name == name).map(|variant| variant.analysis);
/// assert_eq!(of("feedback at once"), Some(Analysis::Engine));
/// assert_eq!(of("reward counted twice"), Some(Analysis::Counted(2)));
/// assert_eq!(of("decay on"), Some(Analysis::Forgotten(2.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Analysis {
    /// Nothing: the posteriors are those that the engine held.
    Engine,
    /// One looks after every feedback and stops as soon as the greatest posterior mean leads the next by so much. For feedback at once.
    Stopped(f64),
    /// Each reward is counted so often.
    Counted(u32),
    /// They fade with this half-life, in days, in a world that stands still.
    Forgotten(f64),
}

/// A way to play and to believe.
///
/// ```
/// use betadrift::calibrate::Design;
/// let variants = Design { worlds: 40, ..Design::default() }.variants()?;
/// let (first, last) = (&variants[0], &variants[variants.len() - 1]);
/// assert_eq!((&*first.name, first.control, first.scenario.runs()), ("feedback at once", false, 40));
/// assert_eq!((&*last.name, last.control), ("decay on", true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// Whether it is wrong on purpose, so that the tests must find it.
    pub control: bool,
    /// The worlds, with the prior the engine believes.
    pub scenario: Scenario,
    /// Which policy of the scenario plays.
    pub policy: usize,
    /// How the counts are believed.
    pub analysis: Analysis,
}

impl Design {
    /// The variants: the engine with feedback at once, in batches, with delays and with both, and stopped when one edge leads; and
    /// the controls.
    ///
    /// # Errors
    /// [`DesignError`] for what no world can be.
    pub fn variants(&self) -> Result<Vec<Variant>, DesignError> {
        let base = self.scenario()?;
        let engine = |name: &str, scenario: Scenario| variant(name, false, scenario, 0, Analysis::Engine);
        let mut variants = vec![
            engine("feedback at once", base.clone()),
            engine("batches", base.clone().with_feedback(self.batch, Delay::None)),
            engine("delays", base.clone().with_feedback(1, self.delay)),
            engine("batches and delays", base.clone().with_feedback(self.batch, self.delay)),
            variant("stopped when one leads", false, base.clone(), 0, Analysis::Stopped(LEAD)),
        ];
        variants.extend(controls(&base, self.prior));
        Ok(variants)
    }

    fn scenario(&self) -> Result<Scenario, DesignError> {
        let Self { worlds, edges, trials, prior, seed, .. } = self;
        if !(1..=100).contains(edges) {
            return Err(DesignError::Edges(*edges as usize));
        }
        if *trials == 0 || trials % DAYS != 0 {
            return Err(DesignError::Trials(*trials));
        }
        refuse_ties(*prior)?;
        let mut words = self.policy.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let parameters: String = words.map(|word| word.to_owned() + "\n").collect();
        let law = format!("[{:?}, {:?}]", prior.alpha(), prior.beta());
        let text = format!(
            "seed = {seed}\nruns = {worlds}\ndays = {DAYS}\ntrials_per_day = {}\nprior = {law}\n[environment]\nkind = \
             \"stationary\"\ncount = {edges}\nrates_from = {law}\n[[policy]]\nkind = {kind:?}\n{parameters}",
            trials / DAYS
        );
        let of_policy = |ScenarioError { problem, .. }| DesignError::Policy { policy: self.policy.clone(), problem };
        Scenario::from_toml(&text).map_err(of_policy)
    }
}

/// That rates from the prior do not round to 0 or 1.
fn refuse_ties(prior: Beta) -> Result<(), DesignError> {
    if prior.alpha().min(prior.beta()) < SMALLEST { Err(DesignError::Prior(prior)) } else { Ok(()) }
}

/// The variants of a scenario: each of its policies as it plays there, and the controls of the first.
///
/// ```
/// use betadrift::calibrate::{DesignError, scenario_variants};
/// use betadrift::simulate::Scenario;
/// let world = |edges: &str| {
///     let environment = format!("environment = {{ kind = 'stationary', {edges} }}");
///     Scenario::from_toml(&format!("days = 1\ntrials_per_day = 10\n{environment}"))
/// };
/// let drawn = scenario_variants(&world("count = 3, rates_from = [1, 1]")?)?;
/// assert_eq!(drawn.iter().filter(|variant| variant.control).count(), 5);
/// assert_eq!(scenario_variants(&world("edges = { a = 0.9 }")?), Err(DesignError::GivenRates));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DesignError`] unless its rates are drawn and stand still.
pub fn scenario_variants(scenario: &Scenario) -> Result<Vec<Variant>, DesignError> {
    let law = scenario.rates_from().ok_or(DesignError::GivenRates)?;
    refuse_ties(law)?;
    if !scenario.is_stationary() {
        return Err(DesignError::MovingRates);
    }
    if scenario.edges().len() > 100 {
        return Err(DesignError::Edges(scenario.edges().len()));
    }
    let labels = scenario.labels().enumerate();
    let engine = |(policy, label)| variant(label, false, scenario.clone(), policy, Analysis::Engine);
    Ok(labels.map(engine).chain(controls(scenario, law)).collect())
}

/// What is wrong on purpose, in worlds drawn from `law`.
fn controls(base: &Scenario, law: Beta) -> Vec<Variant> {
    let (alpha, beta) = (law.alpha(), law.beta());
    // A prior from next to the ends of what a Beta may be has no double; the control is then the prior itself, and is missed.
    let prior = |alpha, beta| base.clone().with_prior(Beta::new(alpha, beta).unwrap_or(law));
    let control = |name: &str, scenario, analysis| variant(name, true, scenario, 0, analysis);
    vec![
        control("prior twice as strong", prior(2.0 * alpha, 2.0 * beta), Analysis::Engine),
        control("prior half as strong", prior(0.5 * alpha, 0.5 * beta), Analysis::Engine),
        control("prior odds doubled", prior(2.0 * alpha, beta), Analysis::Engine),
        control("reward counted twice", base.clone(), Analysis::Counted(2)),
        control("decay on", base.clone(), Analysis::Forgotten(HALF_LIFE_DAYS)),
    ]
}

fn variant(name: &str, control: bool, scenario: Scenario, policy: usize, analysis: Analysis) -> Variant {
    Variant { name: name.to_owned(), control, scenario, policy, analysis }
}
