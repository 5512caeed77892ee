//! What an outcome is worth: numbers as they are, labels by a table.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use thiserror::Error;

use super::escape::Shown;
use super::fault::Problem;
use crate::feedback::{Reward, Tally};

/// The rewards of labels, whatever their case.
///
/// ```
/// use betadrift::log::Labels;
/// let mut labels = Labels::default();
/// labels.push("meh=0.25").unwrap();
/// assert_eq!(labels.reward(b" MEH ").unwrap().success().to_f64(), 0.25);
/// assert_eq!(labels.reward(b"Accepted").unwrap().success().to_f64(), 1.0);
/// assert_eq!(labels.reward(b"0.1").unwrap().success().to_f64(), 0.1);
/// assert!(labels.reward(b"1.5").is_err());
/// labels.insert("like", "0.75".parse().unwrap()).unwrap();
/// assert_eq!(labels.by_hand().into_keys().collect::<Vec<_>>(), ["like", "meh"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Labels(IndexMap<String, Reward>);

/// Why a text gives no label a reward.
///
/// ```
/// use betadrift::log::Labels;
/// let error = Labels::default().push("accepted=1,meh=2").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`meh=2` gives no label a reward in [0, 1]; write it as accepted=1 or accepted=1,partial=0.5"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` gives no label a reward in [0, 1]; write it as accepted=1 or accepted=1,partial=0.5")]
pub struct LabelsError(String);

impl Default for Labels {
    /// `accepted yes true success` 1, `partial` 0.5, `rejected no false failure` 0.
    fn default() -> Self {
        let half = Reward::new(0.5).expect("valid by construction: a half lies in [0, 1]");
        let known = ["accepted", "yes", "true", "success"].map(|label| (label, Reward::SUCCESS)).into_iter();
        let known = known.chain([("partial", half)]);
        let known = known.chain(["rejected", "no", "false", "failure"].map(|label| (label, Reward::FAILURE)));
        Self(known.map(|(label, reward)| (label.to_owned(), reward)).collect())
    }
}

impl Labels {
    /// Adds `label=reward[,label=reward…]`, in place of what those labels were worth before.
    ///
    /// # Errors
    /// [`LabelsError`] with the part that is wrong; nothing is added then.
    pub fn push(&mut self, assignments: &str) -> Result<(), LabelsError> {
        let read = |assignment: &str| {
            let (label, reward) = assignment.rsplit_once('=')?;
            Some((key(label)?, reward.trim().parse().ok()?))
        };
        let assignments = assignments.split(',');
        let read = assignments.map(|assignment| read(assignment).ok_or_else(|| LabelsError(assignment.to_owned())));
        self.0.extend(read.collect::<Result<Vec<(String, Reward)>, LabelsError>>()?);
        Ok(())
    }

    /// Gives a label a reward, in place of what it was worth before.
    ///
    /// # Errors
    /// [`LabelsError`] if it is empty or a number.
    pub fn insert(&mut self, label: &str, reward: Reward) -> Result<(), LabelsError> {
        let key = key(label).ok_or_else(|| LabelsError(label.to_owned()))?;
        self.0.insert(key, reward);
        Ok(())
    }

    /// The labels that are worth something else than by default, in order of name.
    pub fn by_hand(&self) -> BTreeMap<&str, Reward> {
        let known = Self::default();
        let changed = self.0.iter().filter(|(label, reward)| known.0.get(*label) != Some(reward));
        changed.map(|(label, &reward)| (&**label, reward)).collect()
    }

    /// The reward that a number or a label stands for, blanks around it aside.
    ///
    /// # Errors
    /// [`Problem`] if it is missing, a number outside [0, 1] or a label that is not known.
    pub fn reward(&self, value: &[u8]) -> Result<Reward, Problem> {
        match value.trim_ascii() {
            b"1" => Ok(Reward::SUCCESS),
            b"0" => Ok(Reward::FAILURE),
            b"" => Err(Problem::NoReward),
            value => match Tally::short_decimal(value).and_then(Reward::from_tally) {
                Some(reward) => Ok(reward),
                None => self.rare(value),
            },
        }
    }

    fn rare(&self, value: &[u8]) -> Result<Reward, Problem> {
        let text = std::str::from_utf8(value).unwrap_or_default();
        if is_number(value) {
            return text.parse().map_err(|_| Problem::RewardOutside(Shown::new(value)));
        }
        self.0.get(&text.to_lowercase()).copied().ok_or_else(|| Problem::UnknownLabel(Shown::new(value)))
    }
}

/// How a label is kept; `None` if it is empty or a number.
fn key(label: &str) -> Option<String> {
    let key = label.trim().to_lowercase();
    (!key.is_empty() && !is_number(key.as_bytes())).then_some(key)
}

/// Whether a value is a number, NaN and infinities included, rather than a label.
pub(super) fn is_number(value: &[u8]) -> bool {
    std::str::from_utf8(value.trim_ascii()).is_ok_and(|text| text.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_which_one_is_refused_change_nothing() {
        let mut labels = Labels::default();
        for refused in ["meh=0.25,accepted=2", "accepted=0,1=1", "accepted=0.5,meh"] {
            assert!(labels.push(refused).is_err(), "{refused}");
            assert_eq!(labels, Labels::default(), "{refused}");
        }
    }
}
