//! The days of a log, as a widget goes through them.

use std::cmp::Reverse;

use serde::{Serialize, Serializer};

use crate::beta::Beta;
use crate::feedback::{Day, EdgeId};
use crate::posterior::{Priors, update};
use crate::timeline::{Timeline, View};

/// Posteriors of edges in the evening of every calendar day.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::widget::Days;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let (little, much) = (fold.edge("a"), fold.edge("b"));
/// fold.add(Day::from_days(0), little, Counts::whole(1, 0));
/// fold.add(Day::from_days(2), much, Counts::whole(3, 2));
/// let days = Days::of(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 1);
/// assert_eq!((days.last(), &*days.edges()[0].edge), (Some(Day::from_days(2)), "b"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Days {
    days: Vec<Day>,
    edges: Vec<EdgeDays>,
}

/// One edge on every day.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::widget::Days;
/// use betadrift::timeline::{Fold, View};
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
/// fold.add(Day::from_days(1), edge, Counts::whole(2, 2));
/// let days = Days::of(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 1);
/// let edge = &days.edges()[0];
/// assert_eq!((edge.prior(), edge.last()), (Beta::UNIFORM, Some(Beta::new(4.0, 3.0)?)));
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EdgeDays {
    /// Its name.
    pub edge: Box<str>,
    #[serde(serialize_with = "parameters")]
    prior: Beta,
    #[serde(serialize_with = "list")]
    days: Vec<Beta>,
}

impl Days {
    /// The `top` edges with the most feedback, greatest first, equals by name, under a prior and a view.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::posterior::Priors;
    /// use betadrift::report::widget::Days;
    /// use betadrift::simulate::{Scenario, timeline};
    /// use betadrift::timeline::View;
    /// let world = r#"
    ///     days = 3
    ///     trials_per_day = 5
    ///     environment = { kind = "stationary", edges = { a = 0.9, b = 0.1 } }
    /// "#;
    /// let feedback = timeline(&Scenario::from_toml(world)?, 0, 0);
    /// let days = Days::of(&feedback, &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
    /// let pulls = |edge: Beta| edge.alpha() + edge.beta() - 2.0;
    /// assert_eq!(days.edges().iter().filter_map(|edge| edge.last()).map(pulls).sum::<f64>(), 15.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(timeline: &Timeline, priors: &Priors, view: View, top: usize) -> Self {
        let names = timeline.edges();
        let pulls: Vec<f64> = timeline.totals().iter().map(|counts| counts.pulls()).collect();
        let mut chosen: Vec<(EdgeId, &str)> = names.iter().collect();
        chosen.sort_by(|(one, name), (other, rival)| {
            Reverse(pulls[one.index()].to_bits()).cmp(&Reverse(pulls[other.index()].to_bits())).then(name.cmp(rival))
        });
        chosen.truncate(top);
        Self::of_edges(timeline, priors, view, chosen.into_iter().map(|(edge, _)| edge))
    }

    /// These edges of the timeline, in this order.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::feedback::{Counts, Day};
    /// use betadrift::posterior::Priors;
    /// use betadrift::report::widget::Days;
    /// use betadrift::timeline::{Fold, View};
    /// let mut fold = Fold::default();
    /// for name in ["a", "b", "c"] {
    ///     let edge = fold.edge(name);
    ///     fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
    /// }
    /// let timeline = fold.finish();
    /// let chosen = ["c", "a"].into_iter().filter_map(|name| timeline.edges().get(name));
    /// let days = Days::of_edges(&timeline, &Priors::new(Beta::UNIFORM), View::Cumulative, chosen);
    /// assert_eq!(days.edges().iter().map(|edge| &*edge.edge).collect::<Vec<_>>(), ["c", "a"]);
    /// ```
    pub fn of_edges(
        timeline: &Timeline,
        priors: &Priors,
        view: View,
        chosen: impl IntoIterator<Item = EdgeId>,
    ) -> Self {
        let chosen: Vec<EdgeId> = chosen.into_iter().collect();
        let mut days = Vec::new();
        let edge = |&edge: &EdgeId| {
            let name = timeline.edges().name(edge);
            EdgeDays { edge: name.into(), prior: priors.of(name), days: Vec::new() }
        };
        let mut edges: Vec<EdgeDays> = chosen.iter().map(edge).collect();
        timeline.walk(view, |state| {
            days.push(state.day);
            for (edge, id) in edges.iter_mut().zip(&chosen) {
                edge.days.push(update(edge.prior, state.evening[id.index()]));
            }
        });
        Self { days, edges }
    }

    /// The first edges whose days take up to so many bytes of JSON, but one at least.
    pub(in crate::report) fn within(mut self, bytes: usize) -> Self {
        let mut room = bytes;
        let size = |edge: &EdgeDays| serde_json::to_string(edge).map_or(0, |json| json.len());
        let fits = |edge: &&EdgeDays| room.checked_sub(size(edge)).map(|left| room = left).is_some();
        let kept = self.edges.iter().take_while(fits).count();
        self.edges.truncate(kept.max(1));
        self
    }

    /// The last day.
    pub fn last(&self) -> Option<Day> {
        self.days.last().copied()
    }

    /// The edges.
    pub fn edges(&self) -> &[EdgeDays] {
        &self.edges
    }
}

impl EdgeDays {
    /// What was believed of it before the first day.
    pub fn prior(&self) -> Beta {
        self.prior
    }

    /// Its posterior in the evening of the last day.
    pub fn last(&self) -> Option<Beta> {
        self.days.last().copied()
    }
}

fn pair(beta: &Beta) -> [f64; 2] {
    [beta.alpha(), beta.beta()]
}

fn parameters<S: Serializer>(beta: &Beta, serializer: S) -> Result<S::Ok, S::Error> {
    pair(beta).serialize(serializer)
}

fn list<S: Serializer>(betas: &[Beta], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(betas.iter().map(pair))
}
