//! Parquet: row groups, read apart, of the columns that play a role.

mod cells;
mod decode;
mod dictionary;
mod edges;
mod pieces;
mod plain;
mod schema;
mod store;
mod write;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use arrow_schema::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ParquetStatisticsPolicy;

pub use write::{CountsRow, counts_parquet};

use super::batch::Portion;
use super::block::Block;
use super::clock::Clock;
use super::error::Error;
use super::escape::{Shown, message};
use super::fault::Fault;
use super::format::{Format, Head, Opened, Rows};
use super::label::Labels;
use super::layout::{Header, Layout};
use super::partition::{Partition, Partitioned};
use super::read::{BadRow, Options};
use super::row::{Fields, Interpreter};
use super::text::Text;
use cells::Cells;
use decode::decode;
use dictionary::Dictionaries;
use edges::Named;
use pieces::{Piece, Pieces};
use plain::{Events, Roles};
use schema::{Leaf, Meaning};
use store::Store;

pub(super) static FORMAT: Format = Format { recognises, open };

fn recognises(head: &Head<'_>) -> bool {
    head.bytes.starts_with(b"PAR1")
}

/// How many rows are decoded at a time: so many that an edge of a thousand comes again and again, and few enough for a cache.
const BATCH: usize = 32_768;

/// What reads the rows of a Parquet file.
#[derive(Debug)]
struct Table<'a> {
    file: String,
    store: Store,
    metadata: ArrowReaderMetadata,
    pieces: Vec<Piece>,
    names: Vec<String>,
    partitions: Vec<Partition>,
    needed: Needed,
    /// Where plain events stand, if there can be any, and how their edges are read as dictionaries.
    plain: Option<(Roles, Option<Dictionaries>)>,
    layout: Layout,
    labels: &'a Labels,
    /// Why some piece cannot be read: the first of them, with its first row.
    failure: Mutex<Option<(u64, Error)>>,
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let file = text.file.clone();
    let store = Store::new(text.on_disk()?).map_err(|source| Error::Io { file: file.clone(), source })?;
    let (metadata, leaves) = decode(|| metadata(&store)).map_err(|problem| bad(&file, &problem))?;
    let pieces = pieces::pieces(metadata.metadata(), &store).map_err(|problem| bad(&file, &problem))?;
    let names: Vec<String> = leaves.iter().map(|leaf| leaf.name.clone()).collect();
    if let Some((first, second)) = twice(&names) {
        let name = Shown::new(names[second].as_bytes());
        return Err(Error::SameHeader { file, line: 1, at: 1, first: first + 1, second: second + 1, name });
    }
    let partitions = std::mem::take(&mut text.partitions);
    let header = Header { names: &names, partitions: &partitions, columns: &options.columns, complete: true };
    let (layout, passed_over) =
        header.layout(options.table).map_err(|error| error.in_file(&file, 1, &names, options.table))?;
    let layout = layout.asked(options);
    let needed = Needed::new(&layout, &leaves, &metadata).map_err(|leaf| Error::NotAValue {
        file: file.clone(),
        column: Shown::new(leaf.name.as_bytes()),
        found: leaf.other.unwrap_or_default(),
    })?;
    let plain = Roles::new(&layout, &needed.slots).map(|roles| {
        let edge = needed.slots.iter().position(|slot| *slot == Some(roles.edge()));
        let dictionaries = edge.and_then(|leaf| Dictionaries::new(&metadata, leaf, &leaves[leaf]));
        (roles, dictionaries)
    });
    let blocks = Box::new(Pieces::new(text, &store, &pieces));
    let (labels, failure) = (&options.labels, Mutex::new(None));
    let rows = Table { file, store, metadata, pieces, names, partitions, needed, plain, layout, labels, failure };
    let rows = Box::new(rows);
    Ok(Opened { blocks, rows, passed_over })
}

/// What the end of the file says, and the columns.
fn metadata(store: &Store) -> parquet::errors::Result<(ArrowReaderMetadata, Vec<Leaf>)> {
    let skip = ParquetStatisticsPolicy::SkipAll;
    let options = ArrowReaderOptions::new().with_column_stats_policy(skip.clone());
    let options = options.with_encoding_stats_policy(skip.clone()).with_size_stats_policy(skip);
    let metadata = ArrowReaderMetadata::load(store, options.clone())?;
    let (leaves, schema) = schema::columns(metadata.parquet_schema(), metadata.schema());
    if schema == **metadata.schema() {
        return Ok((metadata, leaves));
    }
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options.with_schema(schema.into()))?;
    Ok((metadata, leaves))
}

fn bad(file: &str, problem: &str) -> Error {
    Error::BadParquet { file: file.to_owned(), problem: message(problem) }
}

/// Two columns of the same name.
fn twice(names: &[String]) -> Option<(usize, usize)> {
    let mut first = HashMap::new();
    names.iter().enumerate().find_map(|(column, name)| first.insert(name, column).map(|before| (before, column)))
}

/// The columns that play a role.
#[derive(Debug)]
struct Needed {
    mask: ProjectionMask,
    meanings: Vec<Meaning>,
    /// Where each column of the header is among those that are decoded.
    slots: Vec<Option<usize>>,
}

impl Needed {
    /// What the layout needs. A column that holds lists and the like cannot be had, and is not there where another could
    /// play its role.
    fn new<'l>(layout: &Layout, leaves: &'l [Leaf], metadata: &ArrowReaderMetadata) -> Result<Self, &'l Leaf> {
        let (mut slots, mut needed) = (vec![None; leaves.len()], Vec::new());
        let columns = layout.columns();
        let others = layout.other_rewards();
        for (column, leaf) in leaves.iter().enumerate().filter(|(column, _)| columns.contains(column)) {
            match leaf.other {
                None => {}
                Some(_) if others.contains(&column) => continue,
                Some(_) => return Err(leaf),
            }
            slots[column] = Some(needed.len());
            needed.push(leaf);
        }
        let mask = ProjectionMask::leaves(metadata.parquet_schema(), needed.iter().map(|leaf| leaf.position));
        Ok(Self { mask, meanings: needed.iter().map(|leaf| leaf.meaning).collect(), slots })
    }
}

/// A row of a batch.
struct Row<'a> {
    cells: &'a Cells,
    slots: &'a [Option<usize>],
    at: usize,
}

impl Fields for Row<'_> {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        self.cells.text((*self.slots.get(column)?)?, self.at)
    }
}

impl Rows for Table<'_> {
    fn are_numbered(&self) -> bool {
        true
    }

    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let piece = self.pieces.binary_search_by_key(&block.line, |piece| piece.first);
        let Ok(piece) = piece.map(|position| &self.pieces[position]) else { return };
        if let Err(error) = self.piece(piece, clock, visit) {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            if failure.as_ref().is_none_or(|(first, _)| piece.first < *first) {
                *failure = Some((piece.first, error));
            }
        }
    }

    fn is_settled(&self, clock: &Clock) -> bool {
        self.layout.is_settled(clock)
    }

    fn finish(&self) -> Result<(), Error> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl Table<'_> {
    fn piece(&self, piece: &Piece, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) -> Result<(), Error> {
        let dictionaries = self.plain.as_ref().and_then(|(_, dictionaries)| dictionaries.as_ref());
        let metadata = dictionaries.and_then(|dictionaries| dictionaries.of(piece.group)).unwrap_or(&self.metadata);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.store.clone(), metadata.clone())
            .with_row_groups(vec![piece.group])
            .with_projection(self.needed.mask.clone())
            .with_batch_size(BATCH.min(piece.rows))
            .with_offset(piece.offset)
            .with_limit(piece.rows);
        let damaged = |problem: String| bad(&self.file, &problem);
        let mut batches = decode(|| builder.build()).map_err(damaged)?;
        let mut interpreter = Interpreter::new(&self.layout, self.labels);
        let mut events = Events::default();
        let mut row = piece.first;
        while let Some((cells, count)) = decode(|| self.cells(&mut batches)).map_err(damaged)? {
            let batch = Rest { table: self, cells: &cells, first: row };
            match &self.plain {
                Some((roles, _)) => batch.events(count, roles, &mut events, (&mut interpreter, clock), visit),
                None => (0..count).for_each(|at| batch.row(at, (&mut interpreter, clock), visit)),
            }
            row += count as u64;
        }
        match row - piece.first {
            read if read == piece.rows as u64 => Ok(()),
            read => Err(damaged(format!("the row group {} ends after {read} of {} rows", piece.group, piece.rows))),
        }
    }

    /// The next batch: its cells and how many rows it has.
    fn cells(&self, batches: &mut ParquetRecordBatchReader) -> Result<Option<(Cells, usize)>, ArrowError> {
        let Some(batch) = batches.next().transpose()? else { return Ok(None) };
        Ok(Some((Cells::new(&batch, &self.needed.meanings), batch.num_rows())))
    }

    /// The values of a row as a JSON object.
    fn shown(&self, fields: &impl Fields) -> String {
        let there = |&(column, _): &(usize, &String)| self.needed.slots[column].is_some();
        let member = |(column, name): (usize, &String)| {
            let value = fields.get(column).map(|value| String::from_utf8_lossy(&value).into_owned());
            format!("{}:{}", serde_json::json!(name), serde_json::json!(value))
        };
        let members: Vec<String> = self.names.iter().enumerate().filter(there).map(member).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A batch of rows.
struct Rest<'a> {
    table: &'a Table<'a>,
    cells: &'a Cells,
    /// The number of its first.
    first: u64,
}

impl Rest<'_> {
    /// Shows plain events together, and all else row by row.
    fn events(
        &self,
        count: usize,
        roles: &Roles,
        events: &mut Events,
        (interpreter, clock): (&mut Interpreter<'_>, &mut Clock),
        visit: &mut dyn FnMut(Portion<'_>),
    ) {
        let Some(column) = self.cells.column(roles.edge()) else { return };
        let named = Named::new(column);
        let edges = named.edges();
        events.read((self.cells, count), roles, (clock, self.table.labels));
        events.only(&edges);
        let mut at = 0;
        while at < count {
            let run = events.run(at);
            if run > 0 {
                visit(Portion::Events(events.batch(self.first + at as u64, at..at + run, &edges)));
                at += run;
            } else {
                self.row(at, (interpreter, clock), visit);
                at += 1;
            }
        }
    }

    /// Shows a row.
    fn row(
        &self,
        at: usize,
        (interpreter, clock): (&mut Interpreter<'_>, &mut Clock),
        visit: &mut dyn FnMut(Portion<'_>),
    ) {
        let table = self.table;
        let fields = Row { cells: self.cells, slots: &table.needed.slots, at };
        let fields = Partitioned { fields: &fields, width: table.names.len(), partitions: &table.partitions };
        let row = self.first + at as u64;
        match interpreter.entry(&fields, clock) {
            Ok(entry) => visit(Portion::Row(row, Ok(entry))),
            Err(Fault { problem, .. }) => {
                let raw = table.shown(&fields);
                visit(Portion::Row(row, Err(BadRow { line: row, column: 1, problem, raw: raw.as_bytes() })));
            }
        }
    }
}
