//! Plain events, many at a time, into what one thread has read so far.

use std::ops::Range;

use super::Options;
use super::partial::Partial;
use crate::feedback::{EdgeId, Tally};
use crate::log::{Batch, Names};

/// Room for the edges of a batch.
#[derive(Default)]
struct Room {
    /// Those of a run of events.
    ids: Vec<EdgeId>,
    /// Those of the names of a dictionary, as far as they were met; none if there are too many names for so few events.
    known: Vec<Option<EdgeId>>,
}

impl Room {
    fn new(names: Names<'_>) -> Self {
        const NAMES_AN_EVENT: usize = 8;
        let known = match names {
            Names::Dictionary { names, keys } if names.len() <= keys.len() * NAMES_AN_EVENT => vec![None; names.len()],
            _ => Vec::new(),
        };
        Self { ids: Vec::new(), known }
    }
}

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
        let (mut from, mut room) = (0, Room::new(events.edges));
        if let [first, others @ ..] = events.times
            && others.iter().fold(true, |same, time| same & (time.day == first.day))
        {
            return self.take_day(file, &events, 0..events.times.len(), options, &mut room);
        }
        for run in events.times.chunk_by(|time, next| time.day == next.day) {
            self.take_day(file, &events, from..from + run.len(), options, &mut room);
            from += run.len();
        }
    }

    /// The same for a run of events of one day.
    fn take_day(&mut self, file: u32, events: &Batch<'_>, run: Range<usize>, options: &Options, room: &mut Room) {
        let day = events.times[run.start].day;
        if !options.days().contains(&day) {
            self.ignored += Tally::whole(run.len() as u64);
            return;
        }
        self.on_day(day, file, events.line + run.start as u64);
        let (rewards, Room { ids, known }) = (&events.rewards[run.clone()], room);
        ids.clear();
        match events.edges {
            Names::Text(names) => self.fold.intern(&names[run], ids),
            Names::Bytes(names) => self.fold.intern(&names[run], ids),
            Names::Dictionary { names, keys } if !known.is_empty() => {
                let fold = &mut self.fold;
                let mut id = |key: usize| *known[key].get_or_insert_with(|| fold.edge(names[key]));
                ids.extend(keys[run].iter().map(|&key| id(key as usize)));
            }
            Names::Dictionary { names, keys } => {
                let names: Vec<&str> = keys[run].iter().map(|&key| names[key as usize]).collect();
                self.fold.intern(&names, ids);
            }
        }
        self.fold.add_rewards(day, ids, rewards);
    }
}
