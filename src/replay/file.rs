//! One file after another, block by block, into one outcome.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Options;
use super::error::Error;
use super::partial::Partial;
use super::snapshot::{Settings, Snapshot, Source};
use crate::log::{self, Block, Clock, Digest, Input, Log, Parser, PassedOver, Portion, Table};

/// What came of some of the files. Lists are by the file's position, in any order.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    partial: Partial,
    /// The hash of each file's bytes, and how many rows it has.
    read: Vec<(usize, Digest, u64)>,
    passed_over: Vec<PassedOver>,
    errors: Vec<(usize, log::Error)>,
    /// What the rows of each file are.
    tables: Vec<Table>,
}

impl Outcome {
    pub(super) fn of_file(index: usize, input: Input, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Self {
        let outcome = read(index, input, options, progress);
        let outcome = outcome.unwrap_or_else(|error| Self { errors: vec![(index, error)], ..Self::default() });
        Self { tables: vec![options.log.table], ..outcome }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.partial = self.partial.merge(other.partial);
        self.read.extend(other.read);
        self.passed_over.extend(other.passed_over);
        self.errors.extend(other.errors);
        self.tables.extend(other.tables);
        self
    }

    /// What was read, or the first error.
    pub(super) fn into_snapshot(mut self, names: Vec<String>, options: &log::Options) -> Result<Snapshot, Error> {
        if let Some(error) = first_error(self.errors, &self.tables) {
            return Err(error);
        }
        self.passed_over.sort();
        self.passed_over.dedup();
        self.read.sort_by_key(|(index, ..)| *index);
        let source = |(name, (_, digest, rows))| Source { name, digest, rows };
        let sources = names.into_iter().zip(self.read).map(source).collect();
        let (partial, passed_over) = (self.partial, self.passed_over);
        Ok(Snapshot { partial, sources, settings: Settings::of(options), passed_over })
    }
}

/// The error of the first file that has one; a column named by hand is at fault itself if no file has it that might.
fn first_error(mut errors: Vec<(usize, log::Error)>, tables: &[Table]) -> Option<Error> {
    errors.sort_by_key(|(index, _)| *index);
    let named = |error: &log::Error| match error {
        log::Error::NoNamedColumn { role, column, .. } => Some((*role, column.clone())),
        _ => None,
    };
    let first = named(&errors.first()?.1);
    let nowhere = first.as_ref().is_some_and(|(role, _)| {
        let might = tables.iter().filter(|table| table.roles().contains(role)).count();
        errors.iter().filter(|(_, error)| named(error) == first).count() == might
    });
    let (_, error) = errors.into_iter().next()?;
    Some(if nowhere { Error::ColumnNowhere(error) } else { Error::Log(error) })
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
    clock.settle_serving();
    let log = Mutex::new(Some(log));
    let take_turns = |_| {
        let (mut partial, mut clock, mut spent) = (Partial::default(), clock.clone(), Block::default());
        while let Some(block) = next_block(&log, spent)? {
            take_block(&mut partial, file, &parser, &block, &mut clock, options);
            spent = block;
        }
        Ok(partial)
    };
    let workers = (0..rayon::current_num_threads()).into_par_iter().map(take_turns);
    let rest = workers.try_reduce(Partial::default, |one, other| Ok(one.merge(other)))?;
    let partial = head.merge(rest);
    parser.finish()?;
    let rows = partial.rows();
    let log = log.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
    let read = log.map(|log| (index, log.digest(), rows)).collect();
    Ok(Outcome { partial, read, passed_over: parser.passed_over, ..Outcome::default() })
}

/// The next block, for whichever thread asks first. After an error there is none.
fn next_block(log: &Mutex<Option<Log<'_>>>, spent: Block) -> Result<Option<Block>, log::Error> {
    let mut turn = log.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(log) = &mut *turn else { return Ok(None) };
    log.reuse(spent);
    let next = log.next_block();
    if next.is_err() {
        *turn = None;
    }
    next
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
    partial.numbered.extend(parser.is_numbered().then_some(file));
    parser.portions(block, clock, |portion| match portion {
        Portion::Events(events) => partial.take_batch(file, events, options),
        Portion::Row(line, row) => partial.take(file, line, row, options),
    });
}
