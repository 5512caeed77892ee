//! One file after another, block by block, into one outcome.

use std::sync::Mutex;

use rayon::prelude::*;

use super::beliefs::Change;
use super::error::{Complaint, Error};
use super::ids::{Copy, Event, Ids};
use super::partial::{Partial, Place};
use super::{OnError, Options, Replay, Summary, span};
use crate::beta::Beta;
use crate::feedback::{Counts, Tally};
use crate::log::{self, Block, Clock, Digest, Input, Log, Parser, PassedOver, Problem};
use crate::timeline::Timeline;

/// What came of some of the files. Lists are by the file's position, in any order.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    partial: Partial,
    digests: Vec<(usize, Digest)>,
    passed_over: Vec<PassedOver>,
    errors: Vec<(usize, log::Error)>,
}

impl Outcome {
    pub(super) fn of_file(index: usize, input: Input, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Self {
        match read(index, input, options, progress) {
            Ok(outcome) => outcome,
            Err(error) => Self { errors: vec![(index, error)], ..Self::default() },
        }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.partial = self.partial.merge(other.partial);
        self.digests.extend(other.digests);
        self.passed_over.extend(other.passed_over);
        self.errors.extend(other.errors);
        self
    }

    pub(super) fn into_replay(mut self, names: Vec<String>, options: &Options) -> Result<Replay, Error> {
        if let Some(error) = first_error(self.errors, names.len()) {
            return Err(error);
        }
        self.partial = self.partial.with_stand_ins();
        let duplicates = settle_ids(&mut self.partial, options);
        let priors = settle_beliefs(&mut self.partial, options);
        let total = self.partial.bad;
        if total > 0 && (self.partial.good == 0 || options.on_error == OnError::Fail) {
            let (all, no_feedback) = (self.partial.good == 0, self.partial.no_feedback);
            let first = self.partial.into_complaints();
            let first = first.into_iter().map(|(place, problem)| complaint(place, problem, &names)).collect();
            return Err(if all {
                Error::AllBad { first, total, no_feedback }
            } else {
                Error::BadRows { first, total }
            });
        }
        let whole = self.partial.fold.finish();
        let read = pulls(&whole);
        let timeline = whole.only(|edge| options.wants(edge));
        let events = pulls(&timeline);
        if let (Some(day), Some((first, last))) = (span::outlying(&timeline), timeline.span()) {
            let Place { file, line, .. } = self.partial.first_rows[&day];
            return Err(Error::Span { file: names[file as usize].clone(), line, day, first, last });
        }
        let others = read.checked_sub(events).unwrap_or_default();
        self.passed_over.sort();
        self.passed_over.dedup();
        let mut rejects = self.partial.rejects;
        rejects.sort_by_key(|(place, _)| *place);
        self.digests.sort_by_key(|(index, _)| *index);
        let summary = Summary {
            events,
            ignored: self.partial.ignored + others,
            skipped: self.partial.skipped,
            duplicates,
            pending: self.partial.pending,
            no_feedback: self.partial.no_feedback,
            passed_over: self.passed_over,
        };
        let inputs = names.into_iter().zip(self.digests).map(|(name, (_, digest))| (name, digest)).collect();
        let rejects = rejects.into_iter().map(|(_, reject)| reject).collect();
        Ok(Replay { timeline, priors, summary, inputs, rejects })
    }
}

/// The error of the first file that has one; a column named by hand is at fault itself if no file has it.
fn first_error(mut errors: Vec<(usize, log::Error)>, files: usize) -> Option<Error> {
    errors.sort_by_key(|(index, _)| *index);
    let named = |error: &log::Error| match error {
        log::Error::NoNamedColumn { role, column, .. } => Some((*role, column.clone())),
        _ => None,
    };
    let first = named(&errors.first()?.1);
    let nowhere = first.is_some() && errors.len() == files && errors.iter().all(|(_, error)| named(error) == first);
    let (_, error) = errors.into_iter().next()?;
    Some(if nowhere { Error::ColumnNowhere(error) } else { Error::Log(error) })
}

fn complaint(Place { file, line, column }: Place, problem: Problem, names: &[String]) -> Complaint {
    Complaint { file: names[file as usize].clone(), line, column, problem }
}

fn pulls(timeline: &Timeline) -> Tally {
    let cells = timeline.days().iter().flat_map(|day| &day.cells);
    let total: Counts = cells.map(|cell| cell.counts).sum();
    total.successes + total.failures
}

/// Counts each event that has an id once; returns how many duplicates there were.
fn settle_ids(partial: &mut Partial, options: &Options) -> u64 {
    let (ids, days) = (std::mem::take(&mut partial.ids), options.days());
    let mut duplicates = 0;
    Ids::settle(ids, |copy, Event { place, nanoseconds, day, edge, reward }| match copy {
        Copy::First => partial.count_in_any_order(place, day, edge, reward.into(), &days),
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
    let (beliefs, days) = (std::mem::take(&mut partial.beliefs), options.days());
    let mut priors = Vec::new();
    beliefs.settle(|edge, change| match change {
        Change::Prior(prior) => {
            partial.fold.edge(edge);
            priors.extend(options.wants(edge).then(|| (edge.into(), prior)));
        }
        Change::Feedback(place, day, counts) => partial.count_in_any_order(place, day, edge, counts, &days),
        Change::Reset(place, posterior) => {
            let row = format!("{edge},{},{}", posterior.alpha(), posterior.beta());
            partial.good -= 1;
            partial.refuse(place, Problem::Reset, row.as_bytes(), options.on_error);
        }
    });
    priors
}

fn read(index: usize, input: Input, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Outcome, log::Error> {
    let file = u32::try_from(index).expect("fewer than 2^32 files");
    let (mut log, parser) = Log::open(input, &options.log, progress)?;
    let mut clock = parser.clock();
    let mut head = Partial::default();
    // What a number among the times means is settled by the first, so that the rest may be read in any order.
    while !parser.is_settled(&clock) {
        let Some(block) = log.next_block()? else { break };
        take_block(&mut head, file, &parser, &block, &mut clock, options);
    }
    let failure = Mutex::new(None);
    let blocks = std::iter::from_fn(|| match log.next_block() {
        Ok(block) => block,
        Err(error) => {
            *failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
            None
        }
    });
    let fresh = || (Partial::default(), clock.clone());
    let take = |(mut partial, mut clock): (Partial, Clock), block: Block| {
        take_block(&mut partial, file, &parser, &block, &mut clock, options);
        (partial, clock)
    };
    let rest = blocks.par_bridge().fold(fresh, take).map(|(partial, _)| partial);
    let partial = head.merge(rest.reduce(Partial::default, Partial::merge));
    if let Some(error) = failure.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(error);
    }
    if partial.good + partial.bad > 0 {
        parser.finish()?;
    }
    let digests = vec![(index, log.digest())];
    Ok(Outcome { partial, digests, passed_over: parser.passed_over, errors: Vec::new() })
}

fn take_block(
    partial: &mut Partial,
    file: u32,
    parser: &Parser<'_>,
    block: &Block,
    clock: &mut Clock,
    options: &Options,
) {
    partial.begin_block();
    parser.rows(block, clock, |line, row| partial.take(file, line, row, options));
}
