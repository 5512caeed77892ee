//! What one thread has read so far. Merging two is adding up, so that neither order nor split matters.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::iter;
use std::ops::RangeInclusive;

use indexmap::IndexMap;

use super::attribution::Assignments;
use super::beliefs::{Beliefs, Change};
use super::folds::Folds;
use super::ids::{Identified, Ids};
use super::known::Known;
use super::maturity::{Due, Maturity};
use super::rejects::Reject;
use super::{OnError, Options};
use crate::feedback::{Counts, Day, Reward, Tally};
use crate::log::{BadRow, Entry, Problem, Reason, Time};
use crate::timeline::Fold;

/// A row of a file: the file's position among the inputs, the line, and the byte of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) file: u32,
    pub(super) line: u64,
    pub(super) column: u64,
}

/// The line of the first row of each day in each file.
pub(super) type FirstRows = HashMap<(Day, u32), u64>;

/// What one thread has read so far.
#[derive(Debug, Default)]
pub(super) struct Partial {
    pub(super) fold: Fold,
    /// What is kept beside it.
    pub(super) folds: Folds,
    pub(super) maturity: Maturity,
    pub(super) ids: Ids,
    pub(super) beliefs: Beliefs,
    pub(super) assignments: Assignments,
    /// Exposures that repeat a unit's first.
    pub(super) repeated: u64,
    /// Edges known without feedback, of rows that are pending or count nothing, and how many events of each are pending.
    pub(super) bare: IndexMap<Box<str>, u64, foldhash::fast::FixedState>,
    pub(super) first_rows: FirstRows,
    /// The day of the row before, which most rows share.
    today: Option<Day>,
    pub(super) ignored: Tally,
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
    pub(super) originals: bool,
    /// What the stand-ins say, to be counted if there was none.
    pub(super) stand_ins: Option<Box<Self>>,
    pub(super) excused: Excused,
    /// The files that have no lines, so that what is called a line is the number of a row.
    pub(super) numbered: BTreeSet<u32>,
}

/// Bad rows of a snapshot, which somebody has let pass before.
#[derive(Debug, Clone, Default)]
pub(super) struct Excused {
    /// How many.
    pub(super) rows: u64,
    /// The events among those kept by id that are in conflict, and will be found so again.
    pub(super) conflicts: HashSet<Place>,
}

impl Partial {
    /// Takes in a row.
    pub(super) fn take(&mut self, file: u32, line: u64, row: Result<Entry<'_>, BadRow<'_>>, options: &Options) {
        let place = Place { file, line, column: 1 };
        match row {
            Ok(Entry::Event { time: Time { nanoseconds, day }, edge, reward, id: Some(id), context }) => {
                self.good += 1;
                self.ids.push(Identified { id, nanoseconds, day, place }, edge, reward, context);
            }
            Ok(Entry::Event { time, edge, reward, id: None, context }) => {
                self.good += 1;
                self.event(options, place, time, edge, (reward, context.into()));
            }
            Ok(Entry::Counts { day, edge, counts }) => {
                self.good += 1;
                self.counts(options, place, day, edge, counts);
            }
            Ok(Entry::Pending { edge, served_at }) => {
                self.good += 1;
                self.folds.waiting(options, edge, served_at);
                *self.bare(edge) += 1;
            }
            Ok(Entry::Exposure { time, unit, experiment, edge }) => {
                self.good += 1;
                self.assignments.expose(place, time, unit, experiment, edge);
            }
            Ok(Entry::Outcome { time, unit, reward }) => {
                self.good += 1;
                self.assignments.conclude(place, time, unit, reward);
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

    /// Counts an event on the day on which it is mature, and keeps of it what is asked for.
    pub(super) fn event(
        &mut self,
        options: &Options,
        place: Place,
        time: Time,
        edge: &str,
        (reward, known): (Reward, Known<'_>),
    ) {
        self.folds.answered(options, time, edge, (reward, known));
        let due = options
            .maturity
            .map_or(Due::At(time), |window| self.maturity.event(options, window, time, known.served_at));
        match due {
            Due::Pending => *self.bare(edge) += 1,
            Due::At(time) => {
                self.folds.event(options, place, time, edge, (reward, known));
                self.count(place, time.day, edge, reward.into(), &options.days());
            }
        }
    }

    /// The same for counts.
    pub(super) fn counts(&mut self, options: &Options, place: Place, day: Day, edge: &str, counts: Counts) {
        let due = options.maturity.map(|window| self.maturity.counts(options, window, day));
        match due {
            Some(Due::Pending) => *self.bare(edge) += counts.pulls().round_ties_even() as u64,
            due => {
                let day = if let Some(Due::At(time)) = due { time.day } else { day };
                self.folds.counts(options, day, edge, counts);
                self.count(place, day, edge, counts, &options.days());
            }
        }
    }

    /// Counts feedback, if its day is asked for.
    fn count(&mut self, place: Place, day: Day, edge: &str, counts: Counts, days: &RangeInclusive<Day>) {
        if counts == Counts::default() {
            self.bare(edge);
            return;
        }
        if !days.contains(&day) {
            self.ignored += counts.successes + counts.failures;
            return;
        }
        self.on_day(day, place.file, place.line);
        let edge = self.fold.edge(edge);
        self.fold.add(day, edge, counts);
    }

    /// Notes the first row of a day, unless it is that of the row before.
    pub(super) fn on_day(&mut self, day: Day, file: u32, line: u64) {
        if self.today != Some(day) {
            self.today = Some(day);
            self.note_first(day, file, line);
        }
    }

    /// How many events are pending of an edge, which is known from now on.
    pub(super) fn bare(&mut self, edge: &str) -> &mut u64 {
        let at = match self.bare.get_index_of(edge) {
            Some(at) => at,
            None => self.bare.insert_full(edge.into(), 0).0,
        };
        &mut self.bare[at]
    }

    /// To be called before the rows of a block, whose first may stand before all that was read, and before each event that does
    /// not come in the order of the rows.
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

    pub(super) fn note_first(&mut self, day: Day, file: u32, line: u64) {
        self.first_rows.entry((day, file)).and_modify(|first| *first = line.min(*first)).or_insert(line);
    }

    /// Counts a row that does not count.
    pub(super) fn refuse(&mut self, place: Place, problem: Problem, raw: &[u8], on_error: OnError) {
        *self.skipped.entry(problem.reason()).or_default() += 1;
        if self.excused.conflicts.contains(&place) {
            (self.bad, self.excused.rows) = (self.bad + 1, self.excused.rows + 1);
            return;
        }
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
    pub(super) fn take_complaints(&mut self) -> Vec<(Place, Problem)> {
        self.keep_first_complaints();
        std::mem::take(&mut self.complaints)
    }

    /// Everything that either has read.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        if self.good < other.good {
            std::mem::swap(&mut self, &mut other);
        }
        self.fold.merge(&other.fold);
        self.folds.merge(other.folds);
        self.maturity.merge(other.maturity);
        self.ids.merge(other.ids);
        self.beliefs.merge(other.beliefs);
        self.assignments.merge(other.assignments);
        self.repeated += other.repeated;
        for ((day, file), line) in other.first_rows {
            self.note_first(day, file, line);
        }
        for (edge, pending) in other.bare {
            *self.bare.entry(edge).or_default() += pending;
        }
        self.ignored += other.ignored;
        self.good += other.good;
        self.bad += other.bad;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.complaints.extend(other.complaints);
        self.keep_first_complaints();
        self.rejects.extend(other.rejects);
        self.excused.rows += other.excused.rows;
        self.excused.conflicts.extend(other.excused.conflicts);
        self.numbered.extend(other.numbered);
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

    /// The greatest number in it, all events or rows of a kind together; `None` if they cannot be added up.
    pub(super) fn greatest(&self) -> Option<Tally> {
        let (pending, skipped) = (sum(self.bare.values())?, sum(self.skipped.values())?);
        let events = self.fold.total()?.checked_add(Tally::whole(self.ids.events.len() as u64))?;
        let events = events.checked_add(self.beliefs.at_most()?)?;
        let rows = [self.good, self.bad, self.no_feedback].map(Tally::whole).into_iter();
        let greatest = rows.chain([events, pending, skipped, self.ignored]).max()?;
        match &self.stand_ins {
            Some(stand_ins) => greatest.checked_add(stand_ins.greatest()?),
            None => Some(greatest),
        }
    }

    /// How many rows were read.
    pub(super) fn rows(&self) -> u64 {
        self.good + self.bad + self.no_feedback + self.stand_ins.as_ref().map_or(0, |stand_ins| stand_ins.rows())
    }

    /// How many events there are, each id counted once.
    pub(super) fn events(&self) -> Option<Tally> {
        let parts = || iter::successors(Some(self), |part| part.stand_ins.as_deref());
        let mut total = Tally::whole(Ids::distinct(parts().map(|part| &part.ids)));
        for part in parts() {
            total = total.checked_add(part.fold.total()?)?;
            part.beliefs.clone().settle(|_, change| {
                if let Change::Feedback(_, _, Counts { successes, failures }) = change {
                    total += successes + failures;
                }
            });
        }
        Some(total)
    }

    /// Counts the files from another number on: `by` files come before.
    pub(super) fn shift_files(&mut self, by: u32) {
        let shift = |place: &mut Place| place.file += by;
        self.ids.shift_files(by);
        self.beliefs.shift_files(by);
        if let Some(stand_ins) = &mut self.stand_ins {
            stand_ins.shift_files(by);
        }
        let first_rows = std::mem::take(&mut self.first_rows).into_iter();
        self.first_rows = first_rows.map(|((day, file), line)| ((day, file + by), line)).collect();
        self.complaints.iter_mut().for_each(|(place, _)| shift(place));
        for (place, reject) in &mut self.rejects {
            shift(place);
            reject.file = place.file as usize;
        }
        self.numbered = self.numbered.iter().map(|file| file + by).collect();
        let conflicts = self.excused.conflicts.drain();
        self.excused.conflicts = conflicts.map(|place| Place { file: place.file + by, ..place }).collect();
    }
}

fn sum<'a>(mut counts: impl Iterator<Item = &'a u64>) -> Option<Tally> {
    counts.try_fold(Tally::ZERO, |sum, &count| sum.checked_add(Tally::whole(count)))
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
