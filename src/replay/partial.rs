//! What one thread has read so far. Merging two is adding up, so that neither order nor split matters.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use super::beliefs::Beliefs;
use super::ids::{Identified, Ids};
use super::rejects::Reject;
use super::{OnError, Options};
use crate::feedback::{Counts, Day, Tally};
use crate::log::{BadRow, Entry, Problem, Reason, Time};
use crate::timeline::Fold;

/// A row of a file: the file's position among the inputs, the line, and the byte of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) file: u32,
    pub(super) line: u64,
    pub(super) column: u64,
}

/// What one thread has read so far.
#[derive(Debug, Default)]
pub(super) struct Partial {
    pub(super) fold: Fold,
    pub(super) ids: Ids,
    pub(super) beliefs: Beliefs,
    /// The first row of each day.
    pub(super) first_rows: HashMap<Day, Place>,
    /// The day of the row before, which most rows share.
    today: Option<Day>,
    pub(super) ignored: Tally,
    pub(super) pending: u64,
    /// Rows that are not bad.
    pub(super) good: u64,
    /// Rows that are.
    pub(super) bad: u64,
    /// Bad rows, and those that are good but do not count.
    pub(super) skipped: BTreeMap<Reason, u64>,
    /// At least the first ten bad rows.
    complaints: Vec<(Place, Problem)>,
    pub(super) rejects: Vec<(Place, Reject)>,
    /// Rows that are no feedback.
    pub(super) no_feedback: u64,
    /// Whether there was a row that takes the place of stand-ins.
    originals: bool,
    /// What the stand-ins say, to be counted if there was none.
    stand_ins: Option<Box<Self>>,
}

impl Partial {
    /// Takes in a row.
    pub(super) fn take(&mut self, file: u32, line: u64, row: Result<Entry<'_>, BadRow<'_>>, options: &Options) {
        let place = Place { file, line, column: 1 };
        match row {
            Ok(Entry::Event { time: Time { nanoseconds, day }, edge, reward, id: Some(id) }) => {
                self.good += 1;
                self.ids.push(Identified { id, nanoseconds, day, place }, edge, reward);
            }
            Ok(Entry::Event { time, edge, reward, id: None }) => {
                self.good += 1;
                self.count(place, time.day, edge, reward.into(), &options.days());
            }
            Ok(Entry::Counts { day, edge, counts }) => {
                self.good += 1;
                self.count(place, day, edge, counts, &options.days());
            }
            Ok(Entry::Pending { edge }) => {
                self.good += 1;
                if options.wants(edge) {
                    self.pending += 1;
                    self.fold.edge(edge);
                }
            }
            Ok(Entry::Belief { time, edge, posterior }) => {
                self.good += 1;
                self.beliefs.push(place, time, edge, posterior);
            }
            Ok(Entry::Ignored) => self.pass_by(1),
            Ok(Entry::Original(row)) => {
                self.originals = true;
                self.drop_stand_ins();
                self.take(file, line, row.clone(), options);
            }
            Ok(Entry::StandIn(_)) if self.originals => self.pass_by(1),
            Ok(Entry::StandIn(row)) => {
                self.stand_ins.get_or_insert_default().take(file, line, row.clone(), options);
            }
            Err(BadRow { line, column, problem, raw }) => {
                self.refuse(Place { file, line, column }, problem, raw, options.on_error);
            }
        }
    }

    /// Counts feedback, if its day is asked for.
    pub(super) fn count(&mut self, place: Place, day: Day, edge: &str, counts: Counts, days: &RangeInclusive<Day>) {
        if !days.contains(&day) {
            self.ignored += counts.successes + counts.failures;
            return;
        }
        if self.today != Some(day) {
            self.today = Some(day);
            self.note_first(day, place);
        }
        let edge = self.fold.edge(edge);
        self.fold.add(day, edge, counts);
    }

    /// Counts feedback that does not come in the order of the rows.
    pub(super) fn count_in_any_order(
        &mut self,
        place: Place,
        day: Day,
        edge: &str,
        counts: Counts,
        days: &RangeInclusive<Day>,
    ) {
        self.today = None;
        self.count(place, day, edge, counts, days);
    }

    /// To be called before the rows of a block, whose first may stand before all that was read.
    pub(super) fn begin_block(&mut self) {
        self.today = None;
        if let Some(stand_ins) = &mut self.stand_ins {
            stand_ins.begin_block();
        }
    }

    fn pass_by(&mut self, rows: u64) {
        self.no_feedback += rows;
        self.ignored += Tally::whole(rows);
    }

    fn drop_stand_ins(&mut self) {
        if let Some(stand_ins) = self.stand_ins.take() {
            self.pass_by(stand_ins.good + stand_ins.bad);
        }
    }

    /// Counts the stand-ins if there is nothing that they stand in for, now that all is read.
    pub(super) fn with_stand_ins(mut self) -> Self {
        match self.stand_ins.take() {
            Some(stand_ins) => self.merge(*stand_ins),
            None => self,
        }
    }

    fn note_first(&mut self, day: Day, place: Place) {
        self.first_rows.entry(day).and_modify(|first| *first = place.min(*first)).or_insert(place);
    }

    /// Counts a row that does not count.
    pub(super) fn refuse(&mut self, place: Place, problem: Problem, raw: &[u8], on_error: OnError) {
        *self.skipped.entry(problem.reason()).or_default() += 1;
        if on_error == OnError::Keep {
            self.rejects.push((place, Reject::new(place, &problem, raw)));
        }
        if !problem.is_fault() {
            self.good += 1;
            return;
        }
        self.bad += 1;
        self.complaints.push((place, problem));
        if self.complaints.len() >= 4 * Self::LISTED {
            self.keep_first_complaints();
        }
    }

    /// How many bad rows are listed.
    const LISTED: usize = 10;

    fn keep_first_complaints(&mut self) {
        self.complaints.sort_by_key(|(place, _)| *place);
        self.complaints.truncate(Self::LISTED);
    }

    /// The first bad rows.
    pub(super) fn into_complaints(mut self) -> Vec<(Place, Problem)> {
        self.keep_first_complaints();
        self.complaints
    }

    /// Everything that either has read.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        if self.good < other.good {
            std::mem::swap(&mut self, &mut other);
        }
        self.fold.merge(&other.fold);
        self.ids.merge(other.ids);
        self.beliefs.merge(other.beliefs);
        for (day, place) in other.first_rows {
            self.note_first(day, place);
        }
        self.ignored += other.ignored;
        self.pending += other.pending;
        self.good += other.good;
        self.bad += other.bad;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.complaints.extend(other.complaints);
        self.keep_first_complaints();
        self.rejects.extend(other.rejects);
        self.no_feedback += other.no_feedback;
        self.originals |= other.originals;
        self.stand_ins = match (self.stand_ins.take(), other.stand_ins) {
            (Some(one), Some(other)) => Some(Box::new(one.merge(*other))),
            (one, other) => one.or(other),
        };
        if self.originals {
            self.drop_stand_ins();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_fault_that_does_not_count_is_skipped_and_kept_but_not_bad() {
        let mut partial = Partial::default();
        let options = Options { on_error: OnError::Keep, ..Options::default() };
        let row = Err(BadRow { line: 7, column: 3, problem: Problem::FailedTrace, raw: b"{}" });
        partial.take(0, 7, row, &options);
        assert_eq!((partial.good, partial.bad, partial.complaints.len()), (1, 0, 0));
        assert_eq!(partial.skipped, BTreeMap::from([(Reason::FailedTrace, 1)]));
        assert_eq!((partial.rejects.len(), partial.rejects[0].1.line), (1, 7));
    }

    #[test]
    fn a_row_that_is_no_feedback_is_ignored() {
        let mut partial = Partial::default();
        partial.take(0, 1, Ok(Entry::Ignored), &Options::default());
        assert_eq!((partial.good, partial.bad, partial.no_feedback, partial.ignored), (0, 0, 1, Tally::ONE));
    }
}
