//! The roles that columns play, the names by which they are known, and names given by hand.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

/// What a column of a log of events is for.
///
/// ```
/// use betadrift::log::Role;
/// assert_eq!(Role::Time.aliases(), ["timestamp", "time", "ts"]);
/// assert!(Role::Segment.aliases().is_empty()); // only by hand
/// let words = Role::ALL.map(Role::word);
/// assert_eq!(words[..3], ["time", "edge", "reward"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// When the feedback arrived.
    Time,
    /// Which edge it is about.
    Edge,
    /// What it says.
    Reward,
    /// Chance with which the edge was chosen.
    Propensity,
    /// What tells an event from every other.
    Id,
    /// The kind of traffic it belongs to.
    Segment,
    /// When the edge was served: in the tables of an experiment, when a unit was exposed.
    ServedAt,
    /// Who was exposed, or whose outcome it is.
    Unit,
    /// What the unit was exposed to.
    Variation,
    /// Which experiment the variation is of.
    Experiment,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 10] = [
        Self::Time,
        Self::Edge,
        Self::Reward,
        Self::Propensity,
        Self::Id,
        Self::Segment,
        Self::ServedAt,
        Self::Unit,
        Self::Variation,
        Self::Experiment,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Edge => "edge",
            Self::Reward => "reward",
            Self::Propensity => "propensity",
            Self::Id => "id",
            Self::Segment => "segment",
            Self::ServedAt => "served_at",
            Self::Unit => "unit",
            Self::Variation => "variation",
            Self::Experiment => "experiment",
        }
    }

    /// The names under which a column plays this role without being told, the first that is there before the others. None of a
    /// segment, which is only known by hand, and none of the time of serving, whose names depend on the table: `served_at` in a log of
    /// events, and twelve in one of exposures. Outcomes have more names of times and rewards than these.
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Time => &["timestamp", "time", "ts"],
            Self::Edge => &["edge", "edge_id", "arm", "arm_id", "item_id", "action"],
            Self::Reward => &["reward", "outcome", "click", "feedback", "label"],
            Self::Propensity => &["propensity", "propensity_score", "pscore", "action_prob"],
            Self::Id => &["event_id"],
            Self::Segment | Self::ServedAt => &[],
            Self::Unit => &[
                "unit_id",
                "user_id",
                "subject",
                "subject_id",
                "subject_key",
                "anonymous_id",
                "device_id",
                "stable_id",
                "visitor_id",
            ],
            Self::Variation => &[
                "variation",
                "variation_id",
                "variant",
                "variant_id",
                "experiment_group",
                "group_name",
                "group",
                "group_id",
            ],
            Self::Experiment => &["experiment", "experiment_id", "experiment_key", "experiment_name"],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Columns named by hand.
///
/// ```
/// use betadrift::log::{Columns, Role};
/// let mut columns = Columns::default();
/// columns.push("edge=model,prompt").unwrap();
/// assert_eq!(columns.of(Role::Edge).unwrap(), ["model", "prompt"]);
/// assert!(columns.push("colour=red").is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(BTreeMap<Role, Vec<String>>);

/// Why columns are not named so.
///
/// ```
/// use betadrift::log::{Columns, ColumnsError, Role};
/// let mut columns = Columns::default();
/// assert!(columns.is_empty());
/// columns.push("reward=score")?;
/// assert_eq!(columns.push("reward=click"), Err(ColumnsError::Twice(Role::Reward)));
/// let error = columns.push("edge").unwrap_err();
/// assert_eq!(error.to_string(), "`edge` names no column; write it as role=column");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ColumnsError {
    /// No `=`.
    #[error("`{0}` names no column; write it as role=column")]
    NoName(String),
    /// A role that does not exist.
    #[error(
        "`{0}` is not a role; the roles are time, edge, reward, propensity, id, segment, served_at, unit, variation, experiment"
    )]
    UnknownRole(String),
    /// A role named twice.
    #[error("the column of the role {0} is named twice")]
    Twice(Role),
    /// Several columns for a role that takes one.
    #[error("the role {0} takes one column; only an edge may be made of several, and a unit have several names")]
    Several(Role),
}

impl Columns {
    /// Adds `role=column`, `edge=column,column…`, or `unit=column,column…` for the names in several tables.
    ///
    /// # Errors
    /// [`ColumnsError`] saying what is wrong with it; nothing is added then.
    pub fn push(&mut self, assignment: &str) -> Result<(), ColumnsError> {
        let no_name = || ColumnsError::NoName(assignment.to_owned());
        let (word, names) = assignment.split_once('=').ok_or_else(no_name)?;
        let role = Role::ALL.into_iter().find(|role| role.word() == word.trim());
        let role = role.ok_or_else(|| ColumnsError::UnknownRole(word.to_owned()))?;
        let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err(no_name());
        }
        if names.len() > 1 && !matches!(role, Role::Edge | Role::Unit) {
            return Err(ColumnsError::Several(role));
        }
        if self.0.contains_key(&role) {
            return Err(ColumnsError::Twice(role));
        }
        self.0.insert(role, names);
        Ok(())
    }

    /// Whether no column is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The columns named for a role.
    pub fn of(&self, role: Role) -> Option<&[String]> {
        self.0.get(&role).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_named_twice_keeps_its_first_column() {
        let mut columns = Columns::default();
        columns.push("reward=score").unwrap();
        assert_eq!(columns.push("reward=click"), Err(ColumnsError::Twice(Role::Reward)));
        assert_eq!(columns.of(Role::Reward).unwrap(), ["score"]);
    }
}
