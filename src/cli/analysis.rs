//! What `convergence`, `report` and `plot` share: logs, or a scenario that is simulated, under the rules of the verdict.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use betadrift::compare::{Comparison, Side, Source};
use betadrift::convergence::{Convergence, DelayLaw, Mix, Settings, convergence, mix};
use betadrift::feedback::Edges;
use betadrift::log::Digest;
use betadrift::posterior::Priors;
use betadrift::replay::{Keep, Window};
use betadrift::report::Beside;
use betadrift::report::comparison::Changes;
use betadrift::report::verdict::About;
use betadrift::simulate::{self, Scenario, Simulation, simulate_observed};
use betadrift::timeline::{Delays, Segments, Timeline, View};
use clap::Args;

use super::Global;
use super::compare::side::Beliefs;
use super::further::Further;
use super::logs::LogArgs;
use super::output::Output;
use super::replayed::{Replayed, counted};
use super::settings::SettingsArgs;
use super::simulate::read_scenario;
use super::snapshot::Origin;

/// How many top edges are followed day by day, if not asked otherwise.
const TOP: usize = 50;

/// What is analysed, and by which rules.
#[derive(Args)]
pub(super) struct AnalysisArgs {
    #[command(flatten)]
    pub(super) logs: LogArgs,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
}

/// An analysis with everything it rests on.
pub(super) struct Analysis {
    pub(super) timeline: Timeline,
    pub(super) priors: Priors,
    pub(super) view: View,
    pub(super) settings: Settings,
    pub(super) convergence: Convergence,
    pub(super) about: About,
    /// What else was asked of it.
    pub(super) further: Further,
    /// How long feedback took, if the log says so.
    pub(super) delays: Option<Delayed>,
    /// The traffic by segment, if a column tells them apart.
    pub(super) mix: Option<Mix>,
    /// The feedback of each of them.
    pub(super) segments: Option<Segments>,
    /// What changed since something earlier, if that was asked for.
    pub(super) changed: Option<Changed>,
    /// The scenario and what came of it, if the log was simulated.
    pub(super) simulated: Option<(Scenario, Simulation)>,
}

/// What was before, what is now, and what changed.
pub(super) struct Changed {
    pub(super) before: Side,
    pub(super) now: Side,
    pub(super) comparison: Comparison,
}

/// How long feedback took, and the law of it.
pub(super) struct Delayed {
    pub(super) delays: Delays,
    pub(super) law: DelayLaw,
}

impl Delayed {
    /// Level of the band of the law.
    const LEVEL: f64 = 0.95;

    fn of(delays: Delays) -> Self {
        Self { law: DelayLaw::of(&delays, Self::LEVEL), delays }
    }
}

impl AnalysisArgs {
    /// Reads the logs, or plays the scenario, and analyses what they hold.
    pub(super) fn analyse(&self, verb: &str, global: &Global, output: Output<'_>) -> anyhow::Result<Analysis> {
        let settings = self.settings.settings(global.level(), self.logs.top(TOP))?;
        let command = self.command(verb, global);
        match self.scenario() {
            Some(path) => self.played(path, settings, command, global, output),
            None => self.replayed(settings, command, output),
        }
    }

    /// The scenario, if that is what is to be analysed.
    fn scenario(&self) -> Option<&Path> {
        let is_toml =
            |path: &&PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        match self.logs.paths() {
            [only] => Some(only).filter(is_toml).map(PathBuf::as_path),
            _ => None,
        }
    }

    fn replayed(&self, settings: Settings, command: String, output: Output<'_>) -> anyhow::Result<Analysis> {
        let from_events = !self.logs.goes_on();
        let segments = from_events && self.logs.has_segments();
        let keep = Keep { weights: from_events, delays: from_events, segments, ..Keep::default() };
        let replayed = self.logs.replay_keeping(keep, output)?;
        let about = About {
            inputs: inputs(&replayed),
            rows: replayed.rows(),
            read: replayed.kinds(),
            view: mature_view_in_words(replayed.view, replayed.maturity),
            ..about(&replayed.priors, replayed.view, command)
        };
        let (timeline, priors, view) = (replayed.timeline, replayed.priors, replayed.view);
        let mut convergence = convergence(&timeline, &priors, view, &settings);
        if let Some(weights) = &replayed.weights {
            convergence = convergence.weighted(weights, settings.level);
        }
        let leader = replayed.segments.as_ref().zip(convergence.verdict.leader);
        let mix = leader.and_then(|(segments, leader)| mix(segments, &priors, view, leader));
        Ok(Analysis {
            timeline,
            priors,
            view,
            settings,
            convergence,
            about,
            mix,
            segments: replayed.segments,
            changed: None,
            delays: replayed.delays.map(Delayed::of).filter(|delayed| delayed.law.answered > 0),
            further: Further::default(),
            simulated: None,
        })
    }

    fn played(
        &self,
        path: &Path,
        settings: Settings,
        command: String,
        global: &Global,
        output: Output<'_>,
    ) -> anyhow::Result<Analysis> {
        self.logs.refuse_reading()?;
        let mut scenario = read_scenario(path)?;
        let digest = Digest::of(&fs::read(path).with_context(|| path.display().to_string())?);
        if let Some(seed) = global.seed {
            scenario = scenario.with_seed(seed);
        }
        let progress = output.progress(u64::from(scenario.runs()) * scenario.labels().len() as u64, "runs");
        let simulation = simulate_observed(&scenario, || progress.inc(1));
        progress.finish_and_clear();
        let timeline = self.logs.cut(&simulate::timeline(&scenario, 0, 0));
        let priors = self.logs.priors_or(scenario.prior())?;
        let view = self.logs.view()?;
        let convergence = convergence(&timeline, &priors, view, &settings);
        let policy = scenario.labels().next().unwrap_or_default().to_owned();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let about = About {
            inputs: vec![(name, digest.to_string())],
            rows: format!(
                "simulated: the first of {} of the policy {policy}, seed {}",
                counted(scenario.runs().into(), "run"),
                scenario.seed()
            ),
            simulated: true,
            ..about(&priors, view, command)
        };
        let simulated = Some((scenario, simulation));
        Ok(Analysis {
            timeline,
            priors,
            view,
            settings,
            convergence,
            about,
            delays: None,
            mix: None,
            segments: None,
            changed: None,
            further: Further::default(),
            simulated,
        })
    }

    /// The command line, normalised to what changes numbers.
    fn command(&self, verb: &str, global: &Global) -> String {
        let mut words = vec!["betadrift".to_owned(), verb.to_owned()];
        words.extend(self.logs.normalised());
        words.extend(self.settings.normalised());
        words.extend(global.normalised());
        words.join(" ")
    }
}

impl Analysis {
    /// What stands beside the convergence analysis.
    pub(super) fn beside(&self) -> Beside<'_> {
        let delays = self.delays.as_ref().map(|Delayed { delays, law }| (delays, law));
        let changes = self.changed.as_ref().map(|changed| Changes {
            a: &changed.before,
            b: &changed.now,
            comparison: &changed.comparison,
            gates: &[],
        });
        Beside { delays, changes, mix: self.mix.as_ref(), ..self.further.beside() }
    }

    /// What is believed now, to be compared with something earlier.
    pub(super) fn side(&self, name: &str) -> Side {
        let Self { timeline, priors, view, about, convergence: analysis, .. } = self;
        let beliefs = Beliefs { analysis, timeline, priors, view: *view, segments: self.segments.as_ref() };
        let source = |(name, digest): &(String, String)| Source { name: name.clone(), digest: digest.clone() };
        Side {
            sources: about.inputs.iter().map(source).collect(),
            prior: Some(about.prior.clone()),
            view: Some(about.view.clone()),
            ..beliefs.side(name)
        }
    }

    /// The verdict in a line.
    pub(super) fn verdict(&self) -> String {
        betadrift::report::verdict::line(&self.convergence.verdict, &self.convergence.edges)
    }

    /// The names of the edges.
    pub(super) fn edges(&self) -> &Edges {
        &self.convergence.edges
    }
}

/// Each input with its hash; a snapshot before those that it is of.
fn inputs(replayed: &Replayed) -> Vec<(String, String)> {
    let snapshot = replayed.from.iter().map(|Origin { name, digest, inputs, .. }| {
        (name.clone(), format!("{digest}, a snapshot of the next {}", counted(*inputs as f64, "input")))
    });
    snapshot.chain(replayed.inputs.iter().map(|(name, digest)| (name.clone(), digest.to_string()))).collect()
}

fn about(priors: &Priors, view: View, command: String) -> About {
    About {
        inputs: Vec::new(),
        prior: prior_in_words(priors),
        view: view_in_words(view),
        command,
        rows: String::new(),
        read: Vec::new(),
        simulated: false,
    }
}

pub(super) fn prior_in_words(priors: &Priors) -> String {
    use betadrift::number::Plain;
    let default = priors.default_prior();
    let all = format!("Beta({}, {})", Plain(default.alpha()), Plain(default.beta()));
    match priors.groups().len() {
        0 => all,
        groups => format!("{all}, and {groups} of their own for groups of edges"),
    }
}

pub(super) fn mature_view_in_words(view: View, maturity: Option<Window>) -> String {
    let mature = maturity.map(|maturity| format!("; feedback counts once its event was served {maturity} ago"));
    view_in_words(view) + &mature.unwrap_or_default()
}

fn view_in_words(view: View) -> String {
    match view {
        View::Cumulative => "all of the past counts".to_owned(),
        View::Window(1) => "only the last day counts".to_owned(),
        View::Window(days) => format!("only the last {days} days count"),
        View::HalfLife(1.0) => "the past counts with a half-life of 1 day".to_owned(),
        View::HalfLife(days) => format!("the past counts with a half-life of {days} days"),
    }
}
