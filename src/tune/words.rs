//! What tuning says, in sentences.

use super::fit::{Fit, Status};
use super::forgetting::Forgetting;
use super::groups::{Group, Groups};
use super::score::Score;
use super::{Scoring, Tuning};
use crate::beta::Beta;
use crate::number::{self, brief};
use crate::timeline::View;

/// Beta(α, β) with three digits.
pub(super) fn beta(prior: Beta) -> String {
    format!("Beta({}, {})", brief(prior.alpha()), brief(prior.beta()))
}

/// A count of pulls, whole from ten on.
fn pulls(count: f64) -> String {
    let count = if (10.0..1e6).contains(&count) { count.round() } else { count };
    format!("{} earlier {}", brief(count), if count == 1.0 { "pull" } else { "pulls" })
}

fn percent(level: f64) -> String {
    brief((1e10 * level).round() / 1e8)
}

impl Fit {
    /// Which prior the log supports and what it is worth, or why there is none and what to do instead.
    ///
    /// ```
    /// use betadrift::tune::{Evidence, Fit};
    /// let sentence = Fit::new(&Evidence::new([]), 0.95).sentence();
    /// assert!(sentence.starts_with("There is no feedback, so nothing is known of the prior; keep the prior you have"));
    /// ```
    pub fn sentence(&self) -> String {
        match (self.status, self.maximum) {
            (Status::Interior, Some(found)) => self.of_a_maximum(found.prior),
            (Status::Unidentified, _) if self.events == 0.0 => {
                format!("There is no feedback, so nothing is known of the prior; {}.", KEEP)
            }
            (Status::Unidentified, _) => format!(
                "No edge has more than one event, so the log knows the mean ({}) but not how edges differ: any strength fits alike; {KEEP}.",
                self.mean()
            ),
            (Status::Boundary, _) if self.of_one_kind() => format!(
                "Every event was a {}, so the evidence rises towards a rate of {} and no Beta prior is best; {KEEP}.",
                if self.pooled_mean == Some(0.0) { "failure" } else { "success" },
                self.mean()
            ),
            (Status::Boundary, _) => format!(
                "Each edge did only one thing, always, so the evidence rises towards a prior of no strength and no Beta is best; {KEEP}."
            ),
            _ => format!(
                "The log supports no prior: the edges differ less than chance alone would make them around one rate of {}, so that a stronger \
                 prior is always better and the best has no end{}; {}.",
                self.mean(),
                self.interval.lower.map_or_else(String::new, |lower| format!(
                    " (with {} % confidence it is worth {} or more)",
                    percent(self.interval.level),
                    pulls(lower)
                )),
                self.instead()
            ),
        }
    }

    fn of_a_maximum(&self, prior: Beta) -> String {
        let worth = pulls(prior.alpha() + prior.beta());
        let level = percent(self.interval.level);
        let (mean, from) = (brief(prior.mean()), self.interval.lower.map_or_else(|| "0".to_owned(), brief));
        match self.interval.upper {
            Some(upper) => format!(
                "The log supports {}: a mean of {mean}, worth {worth} ({level} % interval {from} to {}).",
                beta(prior),
                brief(upper)
            ),
            None => format!(
                "The evidence is highest at {}, a mean of {mean} worth {worth}, but only {} nats higher than without any difference between \
                 edges: its strength is not known ({level} % interval {from} to infinity), and it is not to be used; {}.",
                beta(prior),
                brief(self.gain()),
                self.instead()
            ),
        }
    }

    fn mean(&self) -> String {
        self.pooled_mean.map_or_else(|| "unknown".to_owned(), brief)
    }

    fn of_one_kind(&self) -> bool {
        matches!(self.pooled_mean, Some(0.0 | 1.0))
    }

    fn instead(&self) -> String {
        match self.weakest() {
            Some(weakest) => format!(
                "keep the prior you have, or claim the least that the log does not reject, {} (--prior {},{})",
                beta(weakest),
                brief(weakest.alpha()),
                brief(weakest.beta())
            ),
            None => KEEP.to_owned(),
        }
    }
}

const KEEP: &str = "keep the prior you have, such as --prior 1,1, and tune again when more is known";

impl Group {
    /// What the group got, and why.
    ///
    /// ```
    /// use betadrift::feedback::Counts;
    /// use betadrift::tune::{Evidence, Fit, Group};
    /// let fit = Fit::new(&Evidence::new([Counts::whole(25, 75), Counts::whole(25, 75)]), 0.95);
    /// let group = Group { name: "docs/*".to_owned(), fit };
    /// assert_eq!(group.why(), "that of all: the evidence of 2 edges has no maximum (no_overdispersion)");
    /// ```
    pub fn why(&self) -> String {
        let edges = counted(self.fit.edges, "edge");
        match (self.own(), self.fit.status) {
            (Some(prior), _) => format!("its own, {}: {edges} bear it", beta(prior)),
            (None, Status::Interior) => {
                format!("that of all: {edges} do not bound how strong its own would be")
            }
            (None, status) => format!("that of all: the evidence of {edges} has no maximum ({})", status.word()),
        }
    }
}

impl Groups {
    /// Whether groups have priors of their own, and why.
    pub fn sentence(&self, same_days: bool) -> String {
        let days = if same_days { "the days they were fitted to" } else { "later days" };
        let own = self.groups.iter().filter(|group| group.own().is_some()).count();
        let all = counted(self.groups.len(), if self.segments { "segment" } else { "group" });
        let have = if own == 1 { "has" } else { "have" };
        match self.gain {
            _ if own == 0 => format!("None of {all} bears a prior of its own; one prior for all."),
            None => format!(
                "{own} of {all} could have a prior of its own, but no day is left to judge it by; one prior for all."
            ),
            Some(gain) if gain.is_clear() => {
                format!(
                    "Priors by group: {own} of {all} {have} a prior of their own, which predicts {days} better, by {}.",
                    nats(gain)
                )
            }
            Some(gain) => format!(
                "One prior for all: those that {own} of {all} could have predict {days} no better than chance allows ({}).",
                nats(gain)
            ),
        }
    }
}

impl Forgetting {
    /// Which way of forgetting predicts best, and whether it is worth it.
    pub fn sentence(&self) -> String {
        let best = self.best();
        match best.view {
            View::Cumulative => "Forget nothing: every half-life and every window predicts worse.".to_owned(),
            view if self.helps() => {
                format!(
                    "Forgetting helps: {} predicts best, better than to forget nothing by {}.",
                    in_words(view),
                    nats(best.gain)
                )
            }
            view => format!(
                "Forget nothing: the best candidate, {}, is no better than chance allows ({}).",
                in_words(view),
                nats(best.gain)
            ),
        }
    }
}

/// A view as what forgets.
pub(super) fn in_words(view: View) -> String {
    match view {
        View::Cumulative => "forgetting nothing".to_owned(),
        View::HalfLife(days) => format!("a half-life of {}", number::counted(days, "day")),
        View::Window(days) => format!("a window of {}", counted(days as usize, "day")),
    }
}

/// A difference with its standard error.
fn nats(score: Score) -> String {
    let se = score.se.map_or_else(String::new, |se| format!(" ± {}", brief(se)));
    format!("{}{se} nats an event", brief(score.nats_per_event))
}

impl Scoring {
    /// What was tuned and scored on which days.
    pub fn sentence(&self) -> String {
        let (first, last) = self.days;
        let days = counted(self.scored_days, "day");
        match self.same_days {
            true => format!(
                "Tuning and scoring used the same days ({days} from {first} to {last} are scored), which flatters what was tuned; --until keeps later days for scoring."
            ),
            false => format!("Scored on {days} after those of tuning, {first} to {last}."),
        }
    }
}

impl Tuning {
    /// Which prior the log supports, or why none, and what to do.
    pub fn sentence(&self) -> String {
        self.fit.sentence()
    }

    /// Everything that is to be said, the prior first.
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::{Timeline, View};
    /// use betadrift::tune::{Grouping, Request, tune};
    /// let (timeline, priors, view) = (&Timeline::default(), &Priors::new(Beta::UNIFORM), View::Cumulative);
    /// let request = Request { timeline, until: None, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
    /// let sentences = tune(&request).sentences();
    /// assert_eq!(sentences[1], "No day-ahead score: there is no feedback.");
    /// ```
    pub fn sentences(&self) -> Vec<String> {
        let mut all = vec![self.sentence()];
        match &self.scoring {
            Ok(scoring) => all.extend([scoring.sentence(), scoring.forgetting.sentence()]),
            Err(reason) => all.push(format!("No day-ahead score: {reason}.")),
        }
        let same_days = self.scoring.as_ref().is_ok_and(|scoring| scoring.same_days);
        all.extend(self.groups.as_ref().map(|groups| groups.sentence(same_days)));
        all
    }
}

pub(super) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
