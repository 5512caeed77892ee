//! The parts of a Parquet file that threads read apart.

use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::Length;

use super::super::block::{Block, Blocks};
use super::super::error::Error;
use super::super::text::Text;
use super::store::Store;

/// Some rows of a row group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// The position of the row group.
    pub(super) group: usize,
    /// How many rows of the group come before.
    pub(super) offset: usize,
    pub(super) rows: usize,
    /// Its first row of the file, from 1.
    pub(super) first: u64,
}

/// Enough to settle what a number among the times means.
const FIRST_PIECE: usize = 1024;

/// As many rows as are worth beginning anew for, which takes a look at each page before them; so many that threads share a
/// row group.
const LONG_PIECE: usize = 1 << 19;

/// The pieces of row groups: about [`LONG_PIECE`] rows each, and the first rows of all, which are read before all others,
/// apart.
///
/// # Errors
/// What is impossible in a file that is not damaged.
pub(super) fn pieces(metadata: &ParquetMetaData, store: &Store) -> Result<Vec<Piece>, String> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut first = 1u64;
    for (group, stored) in metadata.row_groups().iter().enumerate() {
        let damaged = |what: &str| format!("the row group {group} has {what}");
        let count = usize::try_from(stored.num_rows()).map_err(|_| damaged("a negative number of rows"))?;
        let inside = |offset: i64| u64::try_from(offset).is_ok_and(|offset| offset <= store.len());
        let whole = stored.columns().iter().all(|column| {
            let offsets = [Some(column.data_page_offset()), column.dictionary_page_offset()];
            offsets.into_iter().flatten().all(inside) && inside(column.compressed_size()) && column.num_values() >= 0
        });
        if !whole {
            return Err(damaged("columns outside the file"));
        }
        let cut = if pieces.is_empty() { FIRST_PIECE.min(count) } else { 0 };
        let mut offset = 0;
        while offset < count {
            // What a damaged file says of its rows must not make room for more pieces than that.
            let most = if offset < cut { cut } else { LONG_PIECE.max(count / 64) };
            let rows = most.min(count - offset);
            pieces.push(Piece { group, offset, rows, first });
            offset += rows;
            first = first.checked_add(rows as u64).ok_or_else(|| damaged("too many rows"))?;
        }
    }
    Ok(pieces)
}

/// Hands out the pieces of a file.
pub(super) struct Pieces<'a> {
    /// The file from its beginning, read along for its hash and to tell how far the reading is.
    text: Text<'a>,
    length: u64,
    /// The first row of each piece.
    firsts: Vec<u64>,
    handed_out: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: Text<'a>, store: &Store, pieces: &[Piece]) -> Self {
        let firsts = pieces.iter().map(|piece| piece.first).collect();
        Self { text, length: store.len(), firsts, handed_out: 0 }
    }
}

impl Blocks for Pieces<'_> {
    fn next(&mut self) -> Result<Option<Block>, Error> {
        let Some(&first) = self.firsts.get(self.handed_out) else {
            self.text.pass(u64::MAX)?;
            return Ok(None);
        };
        self.handed_out += 1;
        self.text.pass(self.length / self.firsts.len() as u64 * self.handed_out as u64)?;
        Ok(Some(Block { line: first, ..Block::default() }))
    }
}
