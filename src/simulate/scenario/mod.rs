//! A scenario: a world, the policies that play in it, and for how long.

mod error;
mod parse;

pub use error::ScenarioError;

use std::borrow::Cow;

use super::credit::Rule;
use crate::beta::Beta;
use crate::environment::{Clicks, Delay, Environment, EnvironmentRecipe};
use crate::feedback::{Day, EdgeId, Edges};
use crate::policy::PolicyRecipe;
use crate::seed::{Purpose, Stream, stream};

/// A world, the policies that play in it, and for how long; read from TOML by [`Scenario::from_toml`].
///
/// ```
/// use betadrift::simulate::Scenario;
/// let scenario = Scenario::from_toml(
///     r#"
///     days = 2
///     trials_per_day = 50
///     [environment]
///     kind = "stationary"
///     rates = [0.9, 0.8]
///     [[policy]]
///     kind = "thompson"
///     "#,
/// )
/// .unwrap();
/// assert_eq!(scenario.horizon(), 100);
/// assert_eq!(scenario.checkpoints(), [50, 100]);
/// let error = Scenario::from_toml("days = 2\nhours = 3").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 1));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub(super) name: Option<String>,
    pub(super) seed: u64,
    pub(super) runs: u32,
    pub(super) start: Day,
    pub(super) days: u32,
    pub(super) trials_per_day: u64,
    pub(super) slots: usize,
    pub(super) prior: Beta,
    pub(super) checkpoints: Vec<u64>,
    pub(super) edges: Edges,
    pub(super) rates: Rates,
    pub(super) environment: EnvironmentRecipe,
    pub(super) policies: Vec<NamedPolicy>,
    pub(super) delay: Delay,
    pub(super) batch: u64,
    pub(super) clicks: Clicks,
    pub(super) credit: Rule,
}

/// Where the rates of the first trial come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rates {
    /// The same in every run, by edge index.
    Given(Vec<f64>),
    /// Drawn anew in each run.
    Drawn(Beta),
}

/// A policy and the name under which its results stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NamedPolicy {
    pub(super) label: String,
    pub(super) recipe: PolicyRecipe,
}

impl Scenario {
    /// Reads a scenario. The keys, their defaults and their ranges are in `simulations/README.md`.
    ///
    /// # Errors
    /// [`ScenarioError`] with the line and column of what is wrong: not TOML, an unknown key, a missing one, or a value out of
    /// range.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        parse::scenario(text)
    }

    /// The same scenario under another seed.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::environment::Delay;
    /// use betadrift::simulate::Scenario;
    /// let text = "days = 2\ntrials_per_day = 50\nenvironment = { kind = \"stationary\", rates = [0.9, 0.8] }";
    /// let scenario = Scenario::from_toml(text)?;
    /// assert_eq!((scenario.runs(), scenario.prior(), scenario.delay()), (100, Beta::UNIFORM, &Delay::None));
    /// let late = Delay::Fixed { hours: 24.0 };
    /// let other = scenario.with_seed(7).with_runs(0).with_prior(Beta::JEFFREYS).with_feedback(10, late);
    /// assert_eq!((other.seed(), other.runs()), (7, 1)); // at least one is made
    /// assert_eq!((other.prior(), other.delay()), (Beta::JEFFREYS, &late));
    /// # Ok::<(), betadrift::simulate::ScenarioError>(())
    /// ```
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same scenario with another number of runs; at least one is made.
    pub fn with_runs(self, runs: u32) -> Self {
        Self { runs: runs.max(1), ..self }
    }

    /// The same scenario, believed to have rates from another prior.
    pub fn with_prior(self, prior: Beta) -> Self {
        Self { prior, ..self }
    }

    /// The same scenario with feedback that takes another time and is learned after every `batch` trials; at least one.
    pub fn with_feedback(self, batch: u64, delay: Delay) -> Self {
        Self { batch: batch.max(1), delay, ..self }
    }

    /// The law that the rates of the first trial are drawn from; `None` where they are given.
    ///
    /// ```
    /// use betadrift::simulate::Scenario;
    /// let world = |rates| {
    ///     let text = format!("days = 1\ntrials_per_day = 1\nenvironment = {{ kind = \"stationary\", {rates} }}");
    ///     Scenario::from_toml(&text)
    /// };
    /// let given = world("rates = [0.9, 0.8]")?;
    /// assert_eq!((given.rates_from(), given.initial_rates(0)), (None, vec![0.9, 0.8]));
    /// let drawn = world("count = 2, rates_from = [2.0, 5.0]")?;
    /// assert_eq!(drawn.rates_from().map(|law| law.beta()), Some(5.0));
    /// assert_ne!(drawn.initial_rates(0), drawn.initial_rates(1)); // anew in each run
    /// # Ok::<(), betadrift::simulate::ScenarioError>(())
    /// ```
    pub fn rates_from(&self) -> Option<Beta> {
        match self.rates {
            Rates::Given(_) => None,
            Rates::Drawn(law) => Some(law),
        }
    }

    /// Its name, if it has one.
    ///
    /// ```
    /// use betadrift::environment::Clicks;
    /// use betadrift::feedback::EdgeId;
    /// use betadrift::simulate::Scenario;
    /// let scenario = Scenario::from_toml(
    ///     r#"
    ///     name = "two of three"
    ///     start = "2026-03-01"
    ///     days = 2
    ///     trials_per_day = 50
    ///     k = 2
    ///     clicks = { model = "cascade" }
    ///     environment = { kind = "stationary", edges = { faq = 0.5, blog = 0.2, shop = 0.1 } }
    ///     policy = [{ kind = "greedy" }, { kind = "top_two", label = "sooner" }]
    ///     "#,
    /// )?;
    /// assert_eq!((scenario.name(), scenario.start().to_string().as_str()), (Some("two of three"), "2026-03-01"));
    /// assert_eq!((scenario.edges().len(), scenario.slots(), scenario.clicks()), (3, 2, &Clicks::Cascade));
    /// assert_eq!(scenario.edge_name(EdgeId::new(1)), "blog");
    /// assert_eq!(scenario.edge_name(EdgeId::new(3)), "e3"); // one that would take the place of another
    /// assert_eq!(scenario.labels().collect::<Vec<_>>(), ["greedy", "sooner"]);
    /// assert_eq!((scenario.policy("sooner"), scenario.policy("top_two")), (Some(1), None));
    /// # Ok::<(), betadrift::simulate::ScenarioError>(())
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The seed of everything drawn at random.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How often each policy plays.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// The first day.
    pub fn start(&self) -> Day {
        self.start
    }

    /// Trials in a run.
    pub fn horizon(&self) -> u64 {
        u64::from(self.days) * self.trials_per_day
    }

    /// Trials in a day, equally spaced.
    pub fn trials_per_day(&self) -> u64 {
        self.trials_per_day
    }

    /// The numbers of trials after which regret is noted, ascending.
    pub fn checkpoints(&self) -> &[u64] {
        &self.checkpoints
    }

    /// The edges, as listed.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The name of an edge by its number among all that there have been; those that take the place of others have numbers beyond
    /// the edges listed.
    pub fn edge_name(&self, edge: EdgeId) -> Cow<'_, str> {
        match edge.index() {
            listed if listed < self.edges.len() => Cow::Borrowed(self.edges.name(edge)),
            number => Cow::Owned(format!("e{number}")),
        }
    }

    /// The prior that the policies start from.
    pub fn prior(&self) -> Beta {
        self.prior
    }

    /// How lists are clicked.
    pub fn clicks(&self) -> &Clicks {
        &self.clicks
    }

    /// How long feedback takes.
    pub fn delay(&self) -> &Delay {
        &self.delay
    }

    /// How many days a run lasts.
    pub fn days(&self) -> u32 {
        self.days
    }

    /// Edges chosen in a trial.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// The labels of the policies, as listed.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.policies.iter().map(|policy| policy.label.as_str())
    }

    /// Whether the rates stand still.
    pub fn is_stationary(&self) -> bool {
        self.world(0).0.stands_still()
    }

    /// The trials, from 0, at which rates change at a stroke, where these are known and the same in every run.
    ///
    /// ```
    /// use betadrift::simulate::Scenario;
    /// let scenario = Scenario::from_toml(
    ///     r#"
    ///     days = 2
    ///     trials_per_day = 50
    ///     [environment]
    ///     kind = "abrupt"
    ///     rates = [0.9, 0.1]
    ///     changes = [{ trial = 60, edge = 0, rate = 0.05 }]
    ///     "#,
    /// )?;
    /// assert_eq!(scenario.strokes(), [60]);
    /// assert!(!scenario.is_stationary());
    /// # Ok::<(), betadrift::simulate::ScenarioError>(())
    /// ```
    pub fn strokes(&self) -> Vec<u64> {
        self.world(0).0.strokes()
    }

    /// The true rates in the first trial of a run, by edge index.
    pub fn initial_rates(&self, run: u64) -> Vec<f64> {
        self.draw_rates(&mut stream(self.seed, Purpose::World, &[run]))
    }

    fn draw_rates(&self, rng: &mut Stream) -> Vec<f64> {
        match &self.rates {
            Rates::Given(rates) => rates.clone(),
            Rates::Drawn(law) => (0..self.edges.len()).map(|_| law.draw(rng)).collect(),
        }
    }

    /// The world of a run, and the stream that moves it: the same for every policy of the run.
    pub(super) fn world(&self, run: u64) -> (Box<dyn Environment>, Stream) {
        let mut rng = stream(self.seed, Purpose::World, &[run]);
        let rates = self.draw_rates(&mut rng);
        (self.environment.make(rates), rng)
    }

    /// The position of a policy by its label.
    pub fn policy(&self, label: &str) -> Option<usize> {
        self.labels().position(|known| known == label)
    }
}
