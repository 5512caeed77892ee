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
    /// A quote that is never closed.
    OpenQuote(OpenQuote),
}

/// A quote that is still open at the end.
#[derive(Debug, PartialEq)]
pub(super) struct OpenQuote {
    /// The line, from 1.
    pub(super) line: u64,
    /// The byte of the line, from 1.
    pub(super) column: u64,
    /// How many lines below it are inside the quote.
    pub(super) swallowed: u64,
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
            let rows = Rows::of(&block.bytes, self.ends);
            if self.at_end {
                match rows.open_quote {
                    Some(at) => return Err(BlockError::OpenQuote(open_quote(&block, at))),
                    None => break block.bytes.len(),
                }
            }
            if let Some(end) = rows.end {
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

fn open_quote(block: &Block, at: usize) -> OpenQuote {
    let (before, after) = (&block.bytes[..at], block.bytes[at..].trim_ascii_end());
    let line_breaks = |bytes: &[u8]| memchr_iter(b'\n', bytes).count() as u64;
    let line_start = memrchr(b'\n', before).map_or(0, |line_break| line_break + 1);
    let (line, column) = (block.line + line_breaks(before), (at - line_start) as u64 + 1);
    OpenQuote { line, column, swallowed: line_breaks(after) }
}

/// How far bytes that begin with a row hold whole rows.
#[derive(Debug, PartialEq)]
struct Rows {
    /// Where the last whole row ends, if a row ends at all.
    end: Option<usize>,
    /// The quote that is open after the last byte, if one is.
    open_quote: Option<usize>,
}

impl Rows {
    fn of(bytes: &[u8], ends: Ends) -> Self {
        match ends {
            Ends::Lines => Self { end: memrchr(b'\n', bytes).map(|at| at + 1), open_quote: None },
            Ends::Fields(delimiter) => unquoted_rows(bytes, delimiter),
        }
    }
}

fn unquoted_rows(bytes: &[u8], delimiter: u8) -> Rows {
    let (mut at, mut end) = (0, None);
    let line_break = |range: std::ops::Range<usize>| memrchr(b'\n', &bytes[range.clone()]).map(|i| range.start + i + 1);
    while let Some(quote) = memchr(b'"', &bytes[at..]).map(|i| at + i) {
        end = line_break(at..quote).or(end);
        at = quote + 1;
        let before = quote.checked_sub(1).map(|before| bytes[before]);
        if before.is_none_or(|byte| byte == delimiter || byte == b'\n' || byte == b'\r') {
            match closing_quote(bytes, at) {
                Some(closed) => at = closed,
                None => return Rows { end, open_quote: Some(quote) },
            }
        }
    }
    Rows { end: line_break(at..bytes.len()).or(end), open_quote: None }
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
        let end = |text: &str| unquoted_rows(text.as_bytes(), b',').end;
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\",d"), None);
        assert_eq!(end("a,\"b\nc\"\nd,\"e\n"), Some(8));
        assert_eq!(end("a,\"b\"\"\nc\"\nd"), Some(10));
        assert_eq!(end("5\" pipe,b\n6\" pipe"), Some(10));
        assert_eq!(end("\"\"\n\"\n"), Some(3));
        assert_eq!(end("\"a\"x\"\nb"), Some(6));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found_in_blocks_of_any_size() {
        for size in 1..30 {
            let mut blocks = Blocks::new(Box::new(&b"a,b\n\"x\ny\",1\n2,\"3\n4,5\n6,7\n"[..]));
            blocks.ends = Ends::Fields(b',');
            let error = loop {
                match blocks.next(size) {
                    Ok(block) => assert!(block.is_some(), "{size}"),
                    Err(error) => break error,
                }
            };
            let expected = OpenQuote { line: 4, column: 3, swallowed: 2 };
            assert!(matches!(error, BlockError::OpenQuote(found) if found == expected), "{size}");
        }
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
