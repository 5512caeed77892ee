//! The ways to read logs that change what their feedback means.

use std::collections::BTreeSet;

use super::error::MergeError;
use crate::log::{self, Labels, Shown, Zone};

/// The ways to read logs that change what their feedback means, and therefore must be the same for all that is added up.
/// Where a role stands in a file, in which unit its times are, and what its costs say may differ from file to file.
///
/// ```
/// use betadrift::log::Options;
/// use betadrift::replay::snapshot::Settings;
/// let utc = Settings::of(&Options::default());
/// let berlin = Settings::of(&Options { zone: "Europe/Berlin".parse()?, ..Options::default() });
/// assert_eq!(utc.same_as(&utc), Ok(()));
/// assert_eq!(
///     utc.same_as(&berlin).unwrap_err().to_string(),
///     "the days of one are those of UTC, of the other those of Europe/Berlin; read both with one --tz"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time zone whose calendar days count.
    pub zone: Zone,
    /// Whether ids count.
    pub ids: bool,
    /// What labels are worth.
    pub labels: Labels,
}

impl Settings {
    /// Those of the options of a log.
    pub fn of(options: &log::Options) -> Self {
        Self { zone: options.zone.clone(), ids: options.ids, labels: options.labels.clone() }
    }

    /// That other settings are the same.
    ///
    /// # Errors
    /// [`MergeError`] with the first difference.
    pub fn same_as(&self, other: &Self) -> Result<(), MergeError> {
        let (one, others) = (self.zone.to_string(), other.zone.to_string());
        if one != others {
            return Err(MergeError::Zone { one, other: others });
        }
        if self.ids != other.ids {
            return Err(MergeError::Ids);
        }
        let (one, others) = (self.labels.by_hand(), other.labels.by_hand());
        let names: BTreeSet<&str> = one.keys().chain(others.keys()).copied().collect();
        match names.into_iter().find(|name| one.get(name) != others.get(name)) {
            Some(label) => Err(MergeError::Label(Shown::new(label.as_bytes()))),
            None => Ok(()),
        }
    }
}
