//! A text, cut into blocks of whole rows.

#[cfg(feature = "parquet")]
use std::fs::File;
#[cfg(feature = "parquet")]
use std::io::Write;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use memchr::{memchr, memchr_iter, memrchr};

use super::block::{Block, Blocks, Cut, Ends, lines};
use super::error::Error;
use super::partition::Partition;

/// A text, cut into blocks of whole rows.
pub(super) struct Text<'a> {
    /// What messages call it.
    pub(super) file: String,
    reader: Box<dyn Read + Send + 'a>,
    /// How it is compressed.
    compression: Option<&'static str>,
    /// Where it is on disk, if it is.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "only Parquet is not read from its beginning"))]
    path: Option<PathBuf>,
    /// The columns that its path says.
    pub(super) partitions: Vec<Partition>,
    ends: Ends,
    /// How large the next block is.
    size: usize,
    /// Read, but not handed out.
    rest: Block,
    /// Room for blocks to come.
    spent: Vec<Vec<u8>>,
    at_end: bool,
    /// How many bytes were read so far.
    bytes: u64,
    first: Option<Block>,
}

/// Enough to see the format and settle what a number among the times means.
const FIRST_BLOCK: usize = 1 << 16;
pub(super) const BLOCK: usize = 1 << 18;
pub(super) const LONGEST_ROW: usize = 64 << 20;

impl<'a> Text<'a> {
    pub(super) fn new(file: String, reader: Box<dyn Read + Send + 'a>, compression: Option<&'static str>) -> Self {
        let rest = Block { line: 1, ..Block::default() };
        let (path, partitions, ends, spent) = (None, Vec::new(), lines(), Vec::new());
        let (size, at_end, bytes, first) = (FIRST_BLOCK, false, 0, None);
        Self { file, reader, compression, path, partitions, ends, size, rest, spent, at_end, bytes, first }
    }

    /// The same, of a file on disk.
    pub(super) fn at(self, path: Option<PathBuf>) -> Self {
        Self { partitions: path.as_deref().map(Partition::of).unwrap_or_default(), path, ..self }
    }

    /// All bytes, decompressed, as a file that can be read in any order: the one on disk, or a temporary one without a name.
    #[cfg(feature = "parquet")]
    pub(super) fn on_disk(&mut self) -> Result<File, Error> {
        let plain = self.path.as_ref().filter(|path| self.compression.is_none() && path.is_file());
        let io = |source| Error::Io { file: self.file.clone(), source };
        if let Some(path) = plain {
            return File::open(path).map_err(io);
        }
        let mut file = tempfile::tempfile().map_err(io)?;
        file.write_all(&self.rest.bytes).map_err(io)?;
        self.bytes += io::copy(&mut self.reader, &mut file).map_err(|error| self.unreadable(error))?;
        Ok(file)
    }

    /// Passes over the bytes before a position.
    #[cfg(feature = "parquet")]
    pub(super) fn pass(&mut self, end: u64) -> Result<(), Error> {
        let mut bytes = self.reader.by_ref().take(end.saturating_sub(self.bytes));
        let passed = io::copy(&mut bytes, &mut io::sink());
        self.bytes += passed.map_err(|error| self.unreadable(error))?;
        Ok(())
    }

    /// The first bytes, with a whole line if there is one or as far as they are `enough`, which stay in place.
    pub(super) fn first_line(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], Error> {
        let mut size = FIRST_BLOCK;
        loop {
            let head = self.peek(size)?;
            let is_whole = memchr(b'\n', head).is_some() || head.len() >= LONGEST_ROW || enough(head);
            size = 2 * head.len();
            if is_whole || self.at_end {
                return self.peek(0);
            }
        }
    }

    /// The first bytes, which stay in place. Without a byte-order mark once [`Self::first`] was called.
    pub(super) fn head(&mut self) -> Result<&[u8], Error> {
        self.peek(FIRST_BLOCK)
    }

    /// So many first bytes, if there are as many, which stay in place.
    pub(super) fn peek(&mut self, size: usize) -> Result<&[u8], Error> {
        let mut bytes = std::mem::take(&mut self.rest.bytes);
        let filled = self.fill(&mut bytes, size);
        self.rest.bytes = bytes;
        filled.map(|_| &*self.rest.bytes)
    }

    /// The first bytes without a byte-order mark, for somebody who goes on with [`Self::fill`].
    pub(super) fn take_head(&mut self) -> Result<Vec<u8>, Error> {
        let mark = self.head()?.starts_with(b"\xef\xbb\xbf");
        self.rest.bytes.drain(..if mark { 3 } else { 0 });
        Ok(std::mem::take(&mut self.rest.bytes))
    }

    /// The first block, once it is known where rows end; to be given back with [`Self::put_back`] as far as it holds rows.
    pub(super) fn first(&mut self, ends: Ends) -> Result<Block, Error> {
        self.ends = ends;
        self.rest.bytes = self.take_head()?;
        Ok(self.cut()?.unwrap_or_default())
    }

    /// The rows that come first.
    pub(super) fn put_back(&mut self, first: Block) {
        self.first = Some(first);
    }

    /// The next block of about `size` bytes, more if a row is longer; `None` at the end.
    fn cut(&mut self) -> Result<Option<Block>, Error> {
        let Block { bytes: mut rest, line, before } = std::mem::take(&mut self.rest);
        // What is left in a spent block need not be cleared, only to be written over.
        let mut bytes = self.spent.pop().unwrap_or_default();
        bytes.resize(bytes.len().max(rest.len()), 0);
        bytes[..rest.len()].copy_from_slice(&rest);
        let (mut length, mut target) = (rest.len(), std::mem::replace(&mut self.size, BLOCK));
        let (end, counted) = loop {
            self.fill_from(&mut bytes, length, target)?;
            length = bytes.len();
            let Cut { end, open_quote, line_breaks } = (self.ends)(&bytes);
            if self.at_end {
                match open_quote {
                    Some(at) => return Err(self.open_quote(&Block { bytes, line, before }, at)),
                    None => break (length, line_breaks),
                }
            }
            if let Some(end) = end {
                break (end, line_breaks);
            }
            if length >= LONGEST_ROW {
                return Err(Error::LongRow { file: self.file.clone(), line });
            }
            target = length * 2;
        };
        rest.clear();
        rest.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        // There are none behind the last whole row.
        let lines = counted.unwrap_or_else(|| line_breaks(&bytes));
        self.rest = Block { bytes: rest, line: line + lines, before: 0 };
        Ok((!bytes.is_empty()).then_some(Block { bytes, line, before }))
    }

    /// Reads on until there are so many bytes, or as many as there are; says whether that is all.
    pub(super) fn fill(&mut self, bytes: &mut Vec<u8>, target: usize) -> Result<bool, Error> {
        self.fill_from(bytes, bytes.len(), target)
    }

    /// The same behind the first of them, in place of the others.
    fn fill_from(&mut self, bytes: &mut Vec<u8>, mut length: usize, target: usize) -> Result<bool, Error> {
        bytes.resize(target.max(length), 0);
        let mut outcome = Ok(());
        while length < bytes.len() && !self.at_end {
            match self.reader.read(&mut bytes[length..]) {
                Ok(read) => {
                    length += read;
                    self.bytes += read as u64;
                    self.at_end = read == 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(self.unreadable(error));
                    break;
                }
            }
        }
        bytes.truncate(length);
        outcome.map(|()| self.at_end)
    }

    fn unreadable(&self, error: io::Error) -> Error {
        let file = self.file.clone();
        match self.compression {
            // What the system reports has a number; without one it is the decoder that complains.
            Some(format) if error.raw_os_error().is_none() => {
                Error::Damaged { file, format, bytes: self.bytes, problem: error.to_string() }
            }
            _ => Error::Io { file, source: error },
        }
    }

    fn open_quote(&self, block: &Block, at: usize) -> Error {
        let (before, after) = (&block.bytes[..at], block.bytes[at..].trim_ascii_end());
        let line_start = memrchr(b'\n', before).map_or(0, |line_break| line_break + 1);
        let (line, column) = (block.line + line_breaks(before), (at - line_start) as u64 + 1);
        Error::OpenQuote { file: self.file.clone(), line, column, swallowed: line_breaks(after) }
    }
}

impl Blocks for Text<'_> {
    fn next(&mut self) -> Result<Option<Block>, Error> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => self.cut(),
        }
    }

    fn reuse(&mut self, spent: Block) {
        // What a long row took is given back.
        if (1..=2 * BLOCK).contains(&spent.bytes.capacity()) {
            self.spent.push(spent.bytes);
        }
    }
}

pub(super) fn line_breaks(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::delimited::fields;
    use super::*;

    /// A text that is cut into blocks of one size.
    fn text(text: &'static str, size: usize) -> Text<'static> {
        let mut text = Text::new("log".to_owned(), Box::new(text.as_bytes()), None);
        (text.ends, text.size) = (fields(b','), size);
        text
    }

    fn next(text: &mut Text<'_>, size: usize) -> Result<Option<Block>, Error> {
        text.size = size;
        text.next()
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_in_blocks_of_any_size() {
        for size in 1..30 {
            let mut blocks = text("a,b\n\"x\ny\",1\n2,\"3\n4,5\n6,7\n", size);
            let error = loop {
                match next(&mut blocks, size) {
                    Ok(block) => assert!(block.is_some(), "{size}"),
                    Err(error) => break error,
                }
            };
            assert!(matches!(error, Error::OpenQuote { line: 4, column: 3, swallowed: 2, .. }), "{size}: {error}");
        }
    }

    #[test]
    fn any_size_of_block_gives_the_same_rows() {
        let whole = "a,b\n\"x\ny\",1\n\"p\"\"\n\",2\n\nlast,3";
        for size in 1..40 {
            let (mut joined, mut line) = (Vec::new(), 1);
            let mut blocks = text(whole, size);
            while let Some(block) = next(&mut blocks, size).unwrap() {
                assert_eq!(block.line, line);
                line += line_breaks(&block.bytes);
                assert!(block.bytes.ends_with(b"\n") || block.bytes.ends_with(b"3"));
                joined.extend(block.bytes);
            }
            assert_eq!(joined, whole.as_bytes());
        }
    }
}
