//! The calibration of a log in plain words.

use super::{EdgeCalibration, FALSE_DISCOVERIES, LogCalibration, LogLoss, shares};
use crate::number::{Plain, brief};

impl LogCalibration {
    /// What a careful reader should know, a sentence each; the first is the verdict.
    ///
    /// Three of four on one day, one of four on the next:
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::feedback::{Counts, Day};
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::{Fold, View};
    /// use betadrift::calibrate::log_calibration;
    /// # let mut fold = Fold::default();
    /// # let edge = fold.edge("a");
    /// # fold.add(Day::from_days(0), edge, Counts::whole(3, 1));
    /// # fold.add(Day::from_days(1), edge, Counts::whole(1, 3));
    /// let found = log_calibration(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, 10);
    /// let sentences = found.sentences();
    /// assert!(sentences[0].starts_with("The mornings’ beliefs were right on average: they expected a rate of 0.583"));
    /// assert!(sentences[3].starts_with("The days of an edge vary no more than independent events would"));
    /// ```
    pub fn sentences(&self) -> Vec<String> {
        let Some(loss) = self.log_loss else {
            return vec!["The log holds no feedback, so there is nothing to judge.".to_owned()];
        };
        let mut sentences = vec![self.on_average(), self.of_edges(), of_loss(&loss), self.of_variation()];
        if self.fractional {
            sentences.push(
                "Some rewards lie between 0 and 1: they vary less than successes and failures would, so every z here is too close \
                 to zero and design effects are too low."
                    .to_owned(),
            );
        }
        sentences
    }

    fn on_average(&self) -> String {
        let events = self.totals.0 + self.totals.1;
        let expected = (self.totals.0 - self.all.sum) / events;
        let (z, p) = (self.all.z().unwrap_or(0.0), self.all.p().unwrap_or(1.0));
        let verdict = match (p > 0.05, z > 0.0) {
            (true, _) => "right on average",
            (false, true) => "too low on average",
            (false, false) => "too high on average",
        };
        let parts = match (self.first_days.z(), self.later_days.z()) {
            (Some(first), Some(later)) => format!(
                "; z = {} on the first day of each edge, which is the prior’s, and {} on later days, which is learning’s",
                fixed(first),
                fixed(later)
            ),
            _ => String::new(),
        };
        let prior = match self.first_days.z() {
            Some(z) if z.abs() > 1.96 => {
                " That first day is the prior’s fault; `betadrift tune` says whether the log supports a better one."
            }
            _ => "",
        };
        format!(
            "The mornings’ beliefs were {verdict}: they expected a rate of {} and {} came (z = {}, p = {}{parts}).{prior}",
            brief(expected),
            brief(shares(self.totals).0),
            fixed(z),
            brief(p)
        )
    }

    fn of_edges(&self) -> String {
        let judged = self.by_edge.iter().filter(|edge| edge.q.is_some()).count();
        let farthest = self.farthest(|edge| edge.martingale.z().map(f64::abs));
        let farthest = farthest.map_or_else(String::new, |edge| {
            let z = edge.martingale.z().unwrap_or(0.0);
            format!("; the farthest is {} (z = {})", self.name(edge), fixed(z))
        });
        format!(
            "{} of {judged} went another way than expected, at a false-discovery rate of {} (Benjamini–Hochberg){farthest}.",
            of_edges(self.surprising_edges()),
            Plain(FALSE_DISCOVERIES)
        )
    }

    fn of_variation(&self) -> String {
        let Some(z) = self.tarone.z() else {
            return "Whether days vary more than binomial cannot be said: no edge has two days of several pulls that ended differently."
                .to_owned();
        };
        let p = self.tarone.p().unwrap_or(1.0);
        if p > 0.05 {
            let less = if z < -1.96 { ", rather less" } else { "" };
            return format!(
                "The days of an edge vary no more than independent events would{less} (Tarone’s z = {} over all edges; {} \
                 standing out).",
                fixed(z),
                of_edges(self.dispersed_edges())
            );
        }
        let largest = self.farthest(|edge| edge.dispersion.ok()?.design_effect);
        let largest = largest.map_or_else(String::new, |edge| {
            let found = edge.dispersion.ok();
            let effect = found.and_then(|found| found.design_effect).unwrap_or(1.0);
            let worth = found.and_then(|found| found.effective_pulls).unwrap_or(0.0);
            format!(
                " The largest design effect is {} of {}: its {} pulls are worth {} independent ones.",
                brief(effect),
                self.name(edge),
                brief(edge.totals.0 + edge.totals.1),
                brief(worth.round())
            )
        });
        format!(
            "The days of an edge vary more than independent events would (Tarone’s z = {} over all edges; {} standing out): events \
             were counted twice, go together, or the rate moved, and the posteriors are surer than they may be.{largest}",
            fixed(z),
            of_edges(self.dispersed_edges())
        )
    }

    /// The edge where something is greatest, the first of several.
    fn farthest(&self, of: impl Fn(&EdgeCalibration) -> Option<f64>) -> Option<&EdgeCalibration> {
        let known = self.by_edge.iter().filter_map(|edge| Some((edge, of(edge)?)));
        known.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(edge, _)| edge)
    }

    fn name(&self, edge: &EdgeCalibration) -> String {
        self.edges.name(edge.edge).escape_debug().to_string()
    }
}

fn of_loss(loss: &LogLoss) -> String {
    let LogLoss { day_ahead, climatology, hindsight, difference, difference_se, .. } = *loss;
    let error = difference_se.map_or_else(String::new, |se| format!(" ± {}", brief(se)));
    let sure = difference_se.is_some_and(|se| difference.abs() > 1.96 * se);
    let verdict = match (difference < 0.0, sure) {
        (true, true) => "better than one rate for all edges",
        (false, true) => "worse than one rate for all edges",
        _ => "not to be told from one rate for all edges",
    };
    format!(
        "Log loss of the day-ahead beliefs: {} nats an event, against {} of climatology, the pooled rate of the past days \
         (difference {}{error}): {verdict}. In hindsight the overall rate alone would have lost {}.",
        four(day_ahead),
        four(climatology),
        brief(difference),
        four(hindsight)
    )
}

fn of_edges(count: usize) -> String {
    format!("{count} edge{}", if count == 1 { "" } else { "s" })
}

fn fixed(z: f64) -> String {
    format!("{z:.2}")
}

fn four(loss: f64) -> String {
    format!("{loss:.4}")
}
