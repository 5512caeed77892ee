//! What of the logs counts, and under which prior: the flags that say so.

use betadrift::feedback::Day;
use betadrift::log::base_name;
use betadrift::number::Plain;
use betadrift::replay::Window;
use betadrift::timeline::View;
use clap::Args;

use super::exit::Usage;
use super::priors;
use super::reading::quoted;

/// What of the logs counts, and under which prior.
#[derive(Args, Clone)]
#[command(next_help_heading = "What counts")]
pub(super) struct CountingArgs {
    /// Prior of every edge (A,B), of some edges (GLOB=A,B; the last that matches counts), or a file of priors (CSV
    /// edge,alpha,beta, or TOML) [default: what the log itself sets out from, else 1,1]
    #[arg(long, value_name = "PRIOR", allow_hyphen_values = true)]
    pub(super) prior: Vec<String>,
    /// The first day that counts
    #[arg(long, value_name = "DAY")]
    pub(super) since: Option<Day>,
    /// The last day that counts
    #[arg(long, value_name = "DAY")]
    pub(super) until: Option<Day>,
    /// How long after serving feedback is mature, such as 3d or 12h: an event counts on the day on which its feedback arrived
    /// or became mature, whichever is later, and is pending until then. The time of serving is the column of the role
    /// served_at; without one it is taken to be that of the feedback
    #[arg(long, value_name = "DURATION", conflicts_with = "outcomes")]
    pub(super) maturity: Option<Window>,
    /// The edges that count, by name
    #[arg(long, value_name = "GLOB")]
    pub(super) edges: Option<glob::Pattern>,
    /// Only the last so many days count, on each day
    #[arg(long, value_name = "DAYS", conflicts_with = "half_life", allow_negative_numbers = true)]
    pub(super) window: Option<u32>,
    /// Counts lose half their weight in so many days, towards the prior
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    pub(super) half_life: Option<f64>,
    /// How many edges to show
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) top: Option<usize>,
}

impl CountingArgs {
    pub(super) fn view(&self) -> Result<View, Usage> {
        let view = match (self.window, self.half_life) {
            (Some(days), _) => View::window(days),
            (None, Some(days)) => View::half_life(days),
            (None, None) => Ok(View::Cumulative),
        };
        view.map_err(|error| Usage(error.to_string()))
    }

    /// The flags that change numbers, in one order, defaults left out.
    pub(super) fn normalised(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut flag = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
        let Self { prior, since, until, maturity, edges, window, half_life, top } = self;
        prior
            .iter()
            .for_each(|prior| flag("prior", if priors::file_of(prior).is_some() { base_name(prior) } else { prior }));
        since.iter().for_each(|day| flag("since", &day.to_string()));
        until.iter().for_each(|day| flag("until", &day.to_string()));
        maturity.iter().for_each(|window| flag("maturity", &window.to_string()));
        edges.iter().for_each(|pattern| flag("edges", pattern.as_str()));
        window.iter().for_each(|days| flag("window", &days.to_string()));
        half_life.iter().for_each(|days| flag("half-life", &Plain(*days).to_string()));
        top.iter().for_each(|top| flag("top", &top.to_string()));
        words
    }
}
