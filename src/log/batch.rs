//! What a reader shows of a block: rows one by one, or plain events column by column.

use super::clock::Time;
use super::read::BadRow;
use super::row::Entry;
use crate::feedback::Reward;

/// What a reader shows of a block, in order.
#[derive(Debug)]
pub enum Portion<'a> {
    /// A run of plain events.
    Events(Batch<'a>),
    /// A row: its line, and what it says or what is wrong with it.
    Row(u64, Result<Entry<'a>, BadRow<'a>>),
}

/// Plain events of a log, column by column: rows that say a time, an edge and a reward, and nothing else that is asked for. They
/// stand on consecutive lines, and all columns are of one length.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The line of the first.
    pub line: u64,
    /// When each happened.
    pub times: &'a [Time],
    /// The edge of each.
    pub edges: Names<'a>,
    /// What came of each.
    pub rewards: &'a [Reward],
}

/// A column of names, none of them empty.
#[derive(Debug, Clone, Copy)]
pub enum Names<'a> {
    /// Row by row.
    Text(&'a [&'a str]),
    /// The same as bytes, which are UTF-8.
    Bytes(&'a [&'a [u8]]),
    /// Some names, and the position of each row's among them.
    Dictionary {
        /// The names.
        names: &'a [&'a str],
        /// Row by row.
        keys: &'a [u32],
    },
}

impl<'a> Names<'a> {
    /// The name in a row.
    ///
    /// # Panics
    /// If there is no such row, or its bytes are not UTF-8.
    pub fn get(self, row: usize) -> &'a str {
        match self {
            Self::Text(names) => names[row],
            Self::Bytes(names) => std::str::from_utf8(names[row]).expect("valid by construction: names are UTF-8"),
            Self::Dictionary { names, keys } => names[keys[row] as usize],
        }
    }
}

impl<'a> Batch<'a> {
    /// The same events, one by one: the line, and what the row says.
    pub fn rows(self) -> impl Iterator<Item = (u64, Entry<'a>)> {
        let events = self.times.iter().zip(self.rewards).enumerate();
        events.map(move |(row, (&time, &reward))| {
            let edge = self.edges.get(row);
            (self.line + row as u64, Entry::Event { time, edge, reward, id: None, context: None })
        })
    }
}
