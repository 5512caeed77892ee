//! Plain events, many at a time, into what one thread has read so far.

use std::ops::Range;

use super::Options;
use super::partial::Partial;
use crate::feedback::{EdgeId, Tally};
use crate::log::{Batch, Names};

impl Partial {
    /// Takes in plain events.
    pub(super) fn take_batch(&mut self, file: u32, events: Batch<'_>, options: &Options) {
        if options.keep.is_any() || options.maturity.is_some() {
            for (line, event) in events.rows() {
                self.take(file, line, Ok(event), options);
            }
            return;
        }
        self.good += events.times.len() as u64;
        let (mut from, mut ids) = (0, Vec::new());
        for run in events.times.chunk_by(|time, next| time.day == next.day) {
            self.take_day(file, &events, from..from + run.len(), options, &mut ids);
            from += run.len();
        }
    }

    /// The same for a run of events of one day.
    fn take_day(&mut self, file: u32, events: &Batch<'_>, run: Range<usize>, options: &Options, ids: &mut Vec<EdgeId>) {
        let day = events.times[run.start].day;
        if !options.days().contains(&day) {
            self.ignored += Tally::whole(run.len() as u64);
            return;
        }
        self.on_day(day, file, events.line + run.start as u64);
        let rewards = &events.rewards[run.clone()];
        match events.edges {
            Names::Text(names) => self.fold.add_events(day, names[run].iter().copied(), rewards, ids),
            Names::Dictionary { names, keys } => {
                self.fold.add_events(day, keys[run].iter().map(|&key| names[key as usize]), rewards, ids);
            }
        }
    }
}
