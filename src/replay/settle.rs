//! From all that was read to what counts of it: each id once, on the days and edges asked for.

use std::collections::{BTreeSet, HashSet};

use super::beliefs::Change;
use super::error::{Complaint, Error};
use super::ids::{Copy, Event, Ids};
use super::partial::{FirstRows, Partial, Place};
use super::snapshot::{Snapshot, Source};
use super::{OnError, Options, Replay, Summary, span};
use crate::beta::Beta;
use crate::feedback::{Counts, Tally};
use crate::log::{Problem, Time};
use crate::timeline::Timeline;

/// What counts of all that was read.
///
/// # Errors
/// [`Error::BadRows`], [`Error::AllBad`] and [`Error::Span`].
pub(super) fn settle(snapshot: Snapshot, options: &Options) -> Result<Replay, Error> {
    let numbered = snapshot.partial.numbered.clone();
    let (replay, first_rows) = settle_any_span(snapshot, options)?;
    if let (Some(day), Some((first, last))) = (span::outlying(&replay.timeline), replay.timeline.span()) {
        let of_day = first_rows.into_iter().filter(|((of, _), _)| *of == day);
        let (file, line) = of_day.map(|((_, file), line)| (file, line)).min().unwrap_or_default();
        let place = shown(Place { file, line, column: 1 }, &replay.inputs[file as usize].0, &numbered);
        return Err(Error::Span { place, day, first, last });
    }
    Ok(replay)
}

/// What counts of all that was read, however far apart the days lie, and the first rows of the days.
pub(super) fn settle_any_span(snapshot: Snapshot, options: &Options) -> Result<(Replay, FirstRows), Error> {
    let Snapshot { partial, sources, passed_over, .. } = snapshot;
    let mut partial = partial.with_stand_ins();
    let duplicates = settle_ids(&mut partial, options) + partial.repeated;
    let priors = settle_beliefs(&mut partial, options);
    refuse_bad(&mut partial, &sources, options.on_error)?;
    for edge in partial.bare.keys() {
        partial.fold.edge(edge);
    }
    let mut summary = Summary { duplicates, passed_over, ..Summary::default() };
    summary.pending = partial.bare.iter().filter(|(edge, _)| options.wants(edge)).map(|(_, pending)| pending).sum();
    let (whole, last) = partial.maturity.cut(partial.fold.finish(), options, &mut summary);
    let read = pulls(&whole);
    let is_bare = |edge: &str| partial.bare.contains_key(edge);
    let timeline = within(whole, options, is_bare).only(|edge| options.wants(edge));
    summary.events = pulls(&timeline);
    summary.ignored += partial.ignored + read.checked_sub(summary.events).unwrap_or_default();
    let folded = partial.folds.finish(options.keep, timeline, last);
    (summary.skipped, summary.no_feedback) = (partial.skipped, partial.no_feedback);
    let mut rejects = partial.rejects;
    rejects.sort_by_key(|(place, _)| *place);
    let rejects = rejects.into_iter().map(|(_, reject)| reject).collect();
    let inputs = sources.into_iter().map(|source| (source.name, source.digest)).collect();
    Ok((Replay { priors, summary, inputs, rejects, ..folded }, partial.first_rows))
}

/// That there are no bad rows, unless they may be skipped or were let pass before; and that not all rows are bad.
fn refuse_bad(partial: &mut Partial, sources: &[Source], on_error: OnError) -> Result<(), Error> {
    let (all, new, none_good) = (partial.bad, partial.bad - partial.excused.rows, partial.good == 0);
    let no_feedback = partial.no_feedback;
    let mut first = || -> Vec<Complaint> {
        let complaints = partial.take_complaints().into_iter();
        let place = |place: Place| shown(place, &sources[place.file as usize].name, &partial.numbered);
        complaints.map(|(at, problem)| Complaint { place: place(at), problem }).collect()
    };
    match on_error {
        _ if all > 0 && none_good => Err(Error::AllBad { first: first(), total: all, no_feedback }),
        OnError::Fail if new > 0 => Err(Error::BadRows { first: first(), total: new }),
        _ => Ok(()),
    }
}

/// A place in a file of that name: `log.csv:3:14`, or `log.parquet:row 3` where there are no lines.
pub(super) fn shown(Place { file, line, column }: Place, name: &str, numbered: &BTreeSet<u32>) -> String {
    if numbered.contains(&file) { format!("{name}:row {line}") } else { format!("{name}:{line}:{column}") }
}

/// The feedback of the days asked for, and the edges that have some or are known without any.
fn within(whole: Timeline, options: &Options, is_bare: impl Fn(&str) -> bool) -> Timeline {
    let days = options.days();
    if whole.days().iter().all(|day| days.contains(&day.day)) {
        return whole;
    }
    let cut = whole.between(*days.start(), *days.end());
    let spans = cut.active_spans();
    let edges = cut.edges().iter().filter(|(edge, name)| spans[edge.index()].is_some() || is_bare(name));
    let wanted: HashSet<String> = edges.map(|(_, name)| name.to_owned()).collect();
    cut.only(|edge| wanted.contains(edge))
}

fn pulls(timeline: &Timeline) -> Tally {
    let total: Counts = timeline.days().iter().map(|day| day.cells.total()).sum();
    total.successes + total.failures
}

/// Counts each event that has an id once; returns how many duplicates there were.
fn settle_ids(partial: &mut Partial, options: &Options) -> u64 {
    let ids = std::mem::take(&mut partial.ids);
    let mut duplicates = 0;
    Ids::settle(ids, |copy, Event { place, nanoseconds, day, edge, reward, known }| match copy {
        Copy::First => {
            partial.begin_block();
            partial.event(options, place, Time { nanoseconds, day }, edge, (reward, known));
        }
        Copy::Duplicate => duplicates += 1,
        Copy::Conflict => {
            let time = jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default();
            let row = format!("{time},{edge},{}", reward.success());
            partial.good -= 1;
            partial.refuse(place, Problem::ConflictingId, row.as_bytes(), options.on_error);
        }
    });
    duplicates
}

/// Counts what changed between beliefs; returns the first of each edge that counts, in byte order of their names.
fn settle_beliefs(partial: &mut Partial, options: &Options) -> Vec<(Box<str>, Beta)> {
    let beliefs = std::mem::take(&mut partial.beliefs);
    let mut priors = Vec::new();
    beliefs.settle(|edge, change| match change {
        Change::Prior(prior) => {
            partial.bare(edge);
            priors.extend(options.wants(edge).then(|| (edge.into(), prior)));
        }
        Change::Feedback(place, day, counts) => {
            partial.begin_block();
            partial.counts(options, place, day, edge, counts);
        }
        Change::Reset(place, posterior) => {
            let row = format!("{edge},{},{}", posterior.alpha(), posterior.beta());
            partial.good -= 1;
            partial.refuse(place, Problem::Reset, row.as_bytes(), options.on_error);
        }
    });
    priors
}
