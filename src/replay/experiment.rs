//! From the two tables of experiments to a timeline.

use super::attribution::{Fate, Rules};
use super::known::Known;
use super::partial::{Partial, Place};
use super::window::Window;
use super::{Error, Options, Replay, read_all, settle, span};
use crate::feedback::Tally;
use crate::log::{self, Input, Problem, Table, Time};

/// Reads the two tables of experiments into a timeline: which unit was exposed to which variation, and what came of it.
///
/// Of a unit's exposures in an experiment the first counts, and for it the first outcome of the unit at that time or within
/// `window` after it: with its value, on its day. Without one the exposure is a failure, on the day on which the window
/// ends, or pending if it ends after the latest row of both tables or after [`Options::until`]. All else is counted in the
/// [`Summary`](super::Summary): repetitions of a unit's first exposure as duplicates, its exposures to other variations as
/// skipped, other outcomes as ignored, and so is what comes after the last day that counts. Of two variations at one time
/// the first by name is the unit's first; of two outcomes the one worth less.
///
/// Rows may come in any order and be split into files in any way. Memory grows with the units: 56 bytes for each row of
/// exposures, 64 for each of outcomes.
///
/// ```
/// use betadrift::log::Input;
/// use betadrift::replay::{Options, attribute};
/// let exposures = "user_id,timestamp,variation\n1,2026-01-01,a\n2,2026-01-01,b\n3,2026-01-09,b\n";
/// let outcomes = "user_id,timestamp\n1,2026-01-05\n9,2026-01-10\n";
/// let input = |name, text: &'static str| vec![Input::reader(name, text.as_bytes())];
/// let (exposures, outcomes) = (input("exposures.csv", exposures), input("outcomes.csv", outcomes));
/// let week = "7d".parse().unwrap();
/// let replayed = attribute(exposures, outcomes, week, &Options::default(), &|_| {}).unwrap();
/// let totals = replayed.timeline.totals();
/// assert_eq!((totals[0].successes.to_f64(), totals[1].failures.to_f64()), (1.0, 1.0));
/// assert_eq!((replayed.summary.pending, replayed.summary.ignored.to_f64()), (1, 1.0));
/// ```
///
/// # Errors
/// Those of [`replay`](super::replay); the latest row of both tables is among the days that may not lie too far apart.
pub fn attribute(
    exposures: Vec<Input>,
    outcomes: Vec<Input>,
    window: Window,
    options: &Options,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Replay, Error> {
    let of = |table| Options { log: log::Options { table, ..options.log.clone() }, ..options.clone() };
    let (of_exposures, of_outcomes) = (of(Table::Exposures), of(Table::Outcomes));
    let exposures = exposures.into_iter().map(|input| (input, &of_exposures));
    let outcomes = outcomes.into_iter().map(|input| (input, &of_outcomes));
    let mut read = read_all(exposures.chain(outcomes).collect(), &options.log, progress)?;
    let end = count(&mut read.partial, window, options).filter(|(time, _)| options.days().contains(&time.day));
    let place = |place: Place| settle::shown(place, &read.sources[place.file as usize].name, &read.partial.numbered);
    let end = end.map(|(time, at)| (time.day, place(at)));
    let replay = settle::settle(read, options)?;
    span::refuse_late_end(&replay.timeline, end)?;
    Ok(replay)
}

/// Counts what became of the exposures that were read; returns the latest row of both tables.
fn count(partial: &mut Partial, window: Window, options: &Options) -> Option<(Time, Place)> {
    let (assignments, days) = (std::mem::take(&mut partial.assignments), options.days());
    let end = assignments.end();
    let rules = Rules { window, until: *days.end(), zone: options.log.zone.clone() };
    assignments.settle(&rules, |fate| match fate {
        Fate::Feedback(place, time, edge, reward) => {
            partial.begin_block();
            partial.event(options, place, time, edge, (reward, Known::default()));
        }
        Fate::Pending(edge) => *partial.bare(edge) += 1,
        Fate::Repeated => partial.repeated += 1,
        Fate::OtherVariation(place, time, edge) => {
            let time = jiff::Timestamp::from_nanosecond(i128::from(time.nanoseconds)).unwrap_or_default();
            partial.good -= 1;
            partial.refuse(place, Problem::OtherVariation, format!("{time},{edge}").as_bytes(), options.on_error);
        }
        Fate::Ignored => partial.ignored += Tally::ONE,
    });
    end
}
