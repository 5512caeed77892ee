//! The evaluation in plain words.

use super::{Estimate, Estimator, Evaluation};
use crate::number::{brief, counted, percent};

impl Evaluation {
    /// What may be said of the target, in sentences: each alarm, or else the headline.
    ///
    /// Of edges chosen with ½ each, `a` was answered by 1 and 1, `b` by 0 and 1; the target is `a` with ¾:
    ///
    /// ```
    /// # use betadrift::feedback::Reward;
    /// # use betadrift::timeline::CellFold;
    /// use betadrift::evaluate::{Settings, Target, evaluate};
    /// # let mut fold = CellFold::default();
    /// # for (edge, reward) in [("a", Reward::SUCCESS), ("a", Reward::SUCCESS), ("b", Reward::FAILURE), ("b", Reward::SUCCESS)] {
    /// #     fold.add(edge, "", Some(0.5), reward);
    /// # }
    /// # let cells = fold.finish();
    /// let target = Target::everywhere(&cells, [("a", 0.75), ("b", 0.25)])?;
    /// let evaluation = evaluate(&cells, &target, &Settings::default())?;
    /// let sentences = evaluation.sentences();
    /// assert!(sentences[0].starts_with("the target would have earned 0.875 a choice (95 % interval "));
    /// assert!(sentences[1].ends_with("effective sample 3 of 4 rows"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sentences(&self) -> Vec<String> {
        if !self.alarms.is_empty() {
            let alarms = self.alarms.iter().map(|alarm| format!("alarm: {}", alarm.message));
            let hold = "the estimates are shown for inspection; none of them is a result".to_owned();
            return alarms.chain([hold]).collect();
        }
        match self.of(Self::HEADLINE).value {
            Some(_) => vec![self.headline(), self.agreement()],
            None => vec!["there is nothing to evaluate".to_owned()],
        }
    }

    fn headline(&self) -> String {
        let (target, level) = (self.of(Self::HEADLINE), percent(self.settings.level));
        let better = match (self.difference.lower, self.difference.upper) {
            (Some(lower), _) if lower > 0.0 => "more than the log",
            (_, Some(upper)) if upper < 0.0 => "less than the log",
            _ => "a difference that may be chance",
        };
        format!(
            "the target would have earned {} a choice ({level} % interval {}; {}), the log earned {}: {} ({}), {better}",
            number(target.value),
            interval(target),
            Self::HEADLINE,
            number(self.logged.value),
            signed(self.difference.value),
            interval(&self.difference),
        )
    }

    /// Whether the doubly robust estimate says the same.
    fn agreement(&self) -> String {
        let (target, robust) = (self.of(Self::HEADLINE), self.of(Estimator::Dr));
        let inside = robust.value.zip(target.lower.zip(target.upper)).is_some_and(|(v, (l, u))| (l..=u).contains(&v));
        let so = if inside { "within that interval" } else { "outside of it: doubt propensities and model" };
        let effective = brief(self.weights.effective_sample.unwrap_or(0.0).round());
        let rows = counted(self.evaluated as f64, "row");
        format!("dr says {}, {so}; effective sample {effective} of {rows}", number(robust.value))
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), brief)
}

fn signed(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| format!("{}{}", if value < 0.0 { "" } else { "+" }, brief(value)))
}

fn interval(estimate: &Estimate) -> String {
    format!("{} to {}", number(estimate.lower), number(estimate.upper))
}
