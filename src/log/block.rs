//! Cuts a text into blocks of whole rows, so that threads can parse them apart.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Some whole rows of a log.
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub(super) bytes: Vec<u8>,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
}

/// Where rows end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ends {
    /// At every line break.
    Lines,
    /// At line breaks outside quotes; a quote opens where a field between these delimiters begins.
    Fields(u8),
}

/// Why there is no next block.
#[derive(Debug)]
pub(super) enum BlockError {
    Io(io::Error),
    /// A row of more than [`LONGEST_ROW`] bytes begins on this line.
    LongRow(u64),
}

const LONGEST_ROW: usize = 64 << 20;

/// A text, block by block.
pub(super) struct Blocks<'a> {
    reader: Box<dyn Read + Send + 'a>,
    pub(super) ends: Ends,
    /// Read, but not handed out.
    rest: Block,
    at_end: bool,
    /// How many bytes were read so far.
    pub(super) bytes: u64,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(reader: Box<dyn Read + Send + 'a>) -> Self {
        Self { reader, ends: Ends::Lines, rest: Block { bytes: Vec::new(), line: 1 }, at_end: false, bytes: 0 }
    }

    /// The next block of about `size` bytes, more if a row is longer; `None` at the end.
    pub(super) fn next(&mut self, size: usize) -> Result<Option<Block>, BlockError> {
        let mut block = std::mem::take(&mut self.rest);
        let mut target = size;
        let end = loop {
            self.fill(&mut block.bytes, target).map_err(BlockError::Io)?;
            if self.at_end {
                break block.bytes.len();
            }
            if let Some(end) = last_end(&block.bytes, self.ends) {
                break end;
            }
            if block.bytes.len() >= LONGEST_ROW {
                return Err(BlockError::LongRow(block.line));
            }
            target = block.bytes.len() * 2;
        };
        self.put_back(&mut block, end);
        Ok((!block.bytes.is_empty()).then_some(block))
    }

    /// Keeps what comes after `end` for the next block.
    pub(super) fn put_back(&mut self, block: &mut Block, end: usize) {
        let mut rest = block.bytes.split_off(end);
        rest.append(&mut self.rest.bytes);
        self.rest = Block { bytes: rest, line: block.line + memchr_iter(b'\n', &block.bytes).count() as u64 };
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, target: usize) -> io::Result<()> {
        let wanted = target.saturating_sub(bytes.len());
        let read = self.reader.by_ref().take(wanted as u64).read_to_end(bytes)?;
        self.bytes += read as u64;
        self.at_end |= read < wanted;
        Ok(())
    }
}

/// Where the last whole row ends, if a row ends at all; the bytes begin with a row.
fn last_end(bytes: &[u8], ends: Ends) -> Option<usize> {
    match ends {
        Ends::Lines => memrchr(b'\n', bytes).map(|at| at + 1),
        Ends::Fields(delimiter) => last_unquoted_end(bytes, delimiter),
    }
}

fn last_unquoted_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (mut at, mut end) = (0, None);
    let line_break = |range: std::ops::Range<usize>| memrchr(b'\n', &bytes[range.clone()]).map(|i| range.start + i + 1);
    while let Some(quote) = memchr(b'"', &bytes[at..]).map(|i| at + i) {
        end = line_break(at..quote).or(end);
        at = quote + 1;
        let before = quote.checked_sub(1).map(|before| bytes[before]);
        if before.is_none_or(|byte| byte == delimiter || byte == b'\n' || byte == b'\r') {
            match closing_quote(bytes, at) {
                Some(closed) => at = closed,
                None => return end,
            }
        }
    }
    line_break(at..bytes.len()).or(end)
}

/// The position after the quote that closes a field; a doubled quote does not.
pub(super) fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote + 1);
        }
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_at_line_breaks_outside_quotes() {
        let end = |text: &str| last_unquoted_end(text.as_bytes(), b',');
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\",d"), None);
        assert_eq!(end("a,\"b\nc\"\nd,\"e\n"), Some(8));
        assert_eq!(end("a,\"b\"\"\nc\"\nd"), Some(10));
        assert_eq!(end("5\" pipe,b\n6\" pipe"), Some(10));
        assert_eq!(end("\"\"\n\"\n"), Some(3));
        assert_eq!(end("\"a\"x\"\nb"), Some(6));
    }

    #[test]
    fn any_size_of_block_gives_the_same_rows() {
        let text = "a,b\n\"x\ny\",1\n\"p\"\"\n\",2\n\nlast,3";
        for size in 1..40 {
            let mut blocks = Blocks::new(Box::new(text.as_bytes()));
            blocks.ends = Ends::Fields(b',');
            let (mut joined, mut line) = (Vec::new(), 1);
            while let Some(block) = blocks.next(size).unwrap() {
                assert_eq!(block.line, line);
                line += memchr_iter(b'\n', &block.bytes).count() as u64;
                assert!(block.bytes.ends_with(b"\n") || block.bytes.ends_with(b"3"));
                joined.extend(block.bytes);
            }
            assert_eq!(joined, text.as_bytes());
        }
    }
}
