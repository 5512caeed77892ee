//! What a reader shows of a block: rows one by one, or plain events column by column.

use super::clock::Time;
use super::read::BadRow;
use super::row::Entry;
use crate::feedback::Reward;

/// What a reader shows of a block, in order.
///
/// Three rows, of which the last has a reward that is none:
///
/// ```
/// use betadrift::log::{Input, Log, Options, Portion};
/// let text = "timestamp,edge,reward\n2026-01-01,a,1\n2026-01-01,b,0\n2026-01-01,b,often\n";
/// let options = Options::default();
/// let (mut log, parser) = Log::open(Input::reader("log.csv", text.as_bytes()), &options, &|_| {})?;
/// let (mut good, mut bad) = (0, Vec::new());
/// parser.portions(&log.next_block()?.unwrap(), &mut parser.clock(), |portion| match portion {
///     Portion::Events(batch) => good += batch.rewards.len(),
///     Portion::Row(_, Ok(_)) => good += 1,
///     Portion::Row(line, Err(_)) => bad.push(line),
/// });
/// assert_eq!((good, bad), (2, vec![4]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum Portion<'a> {
    /// A run of plain events.
    Events(Batch<'a>),
    /// A row: its line, and what it says or what is wrong with it.
    Row(u64, Result<Entry<'a>, BadRow<'a>>),
}

/// Plain events of a log, column by column: rows that say a time, an edge and a reward, and nothing else that is asked for. They
/// stand on consecutive lines, and all columns are of one length.
///
/// ```
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::log::{Batch, Names, Time};
/// let times = [Time { nanoseconds: 0, day: Day::from_days(0) }; 2];
/// let rewards = [Reward::SUCCESS, Reward::FAILURE];
/// let batch = Batch { line: 2, times: &times, edges: Names::Text(&["a", "b"]), rewards: &rewards };
/// assert_eq!(batch.rows().map(|(line, _)| line).collect::<Vec<_>>(), [2, 3]);
/// ```
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
///
/// ```
/// use betadrift::log::Names;
/// let names = Names::Dictionary { names: &["faq", "blog"], keys: &[1, 0, 1] };
/// assert_eq!([0, 1, 2].map(|row| names.get(row)), ["blog", "faq", "blog"]);
/// assert_eq!(Names::Bytes(&[b"faq"]).get(0), "faq");
/// ```
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
