//! The analysis in plain words.

use super::{AverageRunLength, Change, Drift, EdgeDrift, Method};
use crate::feedback::Day;
use crate::number::{self, brief};

/// What was found, a sentence at a time: how many edges changed, what the detectors are worth, and what cannot be seen.
///
/// ```
/// use betadrift::drift::{Settings, drift, sentences};
/// use betadrift::{beta::Beta, posterior::Priors, timeline::Timeline};
/// let nothing = drift(&Timeline::default(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
/// assert_eq!(sentences(&nothing), ["There is no feedback."]);
/// ```
pub fn sentences(drift: &Drift) -> Vec<String> {
    let seen: Vec<&EdgeDrift> = drift.edges.iter().filter(|edge| !edge.days.is_empty()).collect();
    if seen.is_empty() {
        return vec!["There is no feedback.".to_owned()];
    }
    let mut sentences = vec![counted(drift, seen.len())];
    if seen.iter().any(|edge| edge.by_pull.is_none()) {
        sentences.push("By day alone: what goes by pull needs events in their order.".to_owned());
    }
    sentences.extend(in_control(drift));
    let blind = seen.iter().filter(|edge| edge.blind_since.is_some()).count();
    if blind > 0 {
        sentences.push(format!(
            "{} blind: not chosen for {} or more, so that no recovery can be seen.",
            if blind == 1 { "1 edge is".to_owned() } else { format!("{blind} edges are") },
            number::counted(drift.settings.blind_days.into(), "day")
        ));
    }
    sentences
}

fn counted(drift: &Drift, seen: usize) -> String {
    let changed = drift.changed().len();
    let rule = format!("one rate is rejected by e-BH at {}", brief(1.0 - drift.settings.level));
    match (changed, seen - changed) {
        (0, 1) => format!("The only edge did not change its rate, as far as can be told ({rule})."),
        (0, all) => format!("None of {all} edges changed its rate, as far as can be told ({rule})."),
        (1, 0) => format!("The only edge changed its rate ({rule})."),
        (changed, 0) => format!("All {changed} edges changed their rates ({rule})."),
        (changed, others) => format!(
            "{changed} of {seen} edges changed {} ({rule}); {others} did not, as far as can be told.",
            if changed == 1 { "its rate" } else { "their rates" }
        ),
    }
}

/// For each detector, over how many events it cries wolf once, at the rates of the edges.
fn in_control(drift: &Drift) -> Option<String> {
    let of = |method: Method| {
        let lengths = drift.edges.iter().flat_map(|edge| &edge.in_control).filter(move |it| it.method == method);
        let shortest = lengths.min_by(|a, b| events(a).total_cmp(&events(b)))?;
        Some(format!("{} {} (at a rate of {})", method.title(), length(shortest), brief(shortest.rate)))
    };
    let parts: Vec<String> = Method::ALL.into_iter().filter_map(of).collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Events to a false alarm where nothing changes, for the edge where it is soonest: {}.",
            parts.join(", ")
        )
    })
}

fn events(length: &AverageRunLength) -> f64 {
    length.events.or(length.more_than).unwrap_or(f64::INFINITY)
}

/// An in-control run length: `312 ± 40`, or `> 4800`.
fn length(length: &AverageRunLength) -> String {
    let whole = |x: f64| brief(x.round());
    match (length.events, length.more_than) {
        (Some(events), _) => match length.standard_error {
            Some(error) => format!("{} ± {}", whole(events), whole(error)),
            None => whole(events),
        },
        (None, Some(least)) => format!("> {}", whole(least)),
        (None, None) => String::new(),
    }
}

impl EdgeDrift {
    /// What was found of the edge, in a sentence.
    ///
    /// On four days `docs` has 10, 10, 60 and 60 successes of 100, `faq` 50 on each:
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::feedback::{Counts, Day};
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::Fold;
    /// use betadrift::drift::{Settings, drift};
    /// # let mut fold = Fold::default();
    /// # let (docs, faq) = (fold.edge("docs"), fold.edge("faq"));
    /// # for (day, successes) in [(0, 10), (1, 10), (2, 60), (3, 60)] {
    /// #     fold.add(Day::from_days(day), docs, Counts::whole(successes, 100 - successes));
    /// #     fold.add(Day::from_days(day), faq, Counts::whole(50, 50));
    /// # }
    /// let found = drift(&fold.finish(), None, &Priors::new(Beta::UNIFORM), &Settings::default());
    /// let begin = "docs changed: 0.100 (20 of 200) before 1970-01-03, 0.600 (120 of 200) on average since, e-value ";
    /// assert!(found.edges[0].sentence().starts_with(begin));
    /// ```
    pub fn sentence(&self) -> String {
        let name = self.edge.escape_debug();
        let (Some(e_value), Some(evidence)) = (self.e_value(), self.by_day) else {
            return match self.e_value() {
                Some(e_value) => format!("{name}: e-value {} against one rate, by pull", brief(e_value)),
                None => format!("{name}: too little feedback to tell"),
            };
        };
        let rate = |(successes, failures): (f64, f64)| {
            let pulls = successes + failures;
            format!("{} ({} of {})", brief(successes / pulls), brief(successes), brief(pulls))
        };
        let split = Day::from_days(evidence.split);
        let verb = if self.rejected { "changed" } else { "did not change, as far as can be told" };
        format!(
            "{name} {verb}: {} before {split}, {} on average since, e-value {}",
            rate(evidence.before),
            rate(evidence.after),
            brief(e_value)
        )
    }

    /// The changes that one detector sees.
    ///
    /// A hundred failures on one day and a hundred successes on the next, in this order:
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::feedback::{Day, Reward};
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::{Fold, Play, SequenceFold};
    /// use betadrift::drift::{Method, Settings, drift};
    /// # let (mut fold, mut sequences) = (Fold::default(), SequenceFold::default());
    /// # for at in 0..200u32 {
    /// #     let (reward, day) = if at < 100 { (Reward::FAILURE, 0) } else { (Reward::SUCCESS, 1) };
    /// #     let (day, edge) = (Day::from_days(day), fold.edge("a"));
    /// #     fold.add(day, edge, reward.into());
    /// #     sequences.add("a", (0, at.into()), Play { nanoseconds: at.into(), day, reward });
    /// # }
    /// let settings = Settings { in_control_runs: 0, ..Settings::default() };
    /// let found = drift(&fold.finish(), Some(&sequences.finish()), &Priors::new(Beta::UNIFORM), &settings);
    /// let edge = &found.edges[0];
    /// assert_eq!(edge.changes_by(Method::Bocpd).count(), 1);
    /// assert_eq!(edge.changes_by(Method::PageHinkleyDown).count(), 0);
    /// ```
    pub fn changes_by(&self, method: Method) -> impl Iterator<Item = &Change> {
        self.by_pull.iter().flat_map(|it| &it.changes).filter(move |change| change.method == method)
    }
}
