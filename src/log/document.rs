//! One JSON document, cut into blocks of whole elements of an array in it. What is read ahead does not grow with the document.

use memchr::memrchr;

use super::block::{Block, Blocks};
use super::error::Error;
use super::text::{BLOCK, LONGEST_ROW, Text, line_breaks};
use super::walk::{Met, Value, Walk};

/// A document, of which the elements of one array are the rows. Blocks begin and end with an element; between them stand
/// commas and blanks.
pub(super) struct Elements<'a> {
    text: Text<'a>,
    walk: Walk,
    /// Read, but not handed out.
    bytes: Vec<u8>,
    /// The line of the first of them, from 1, and how many bytes of that line come before it.
    line: u64,
    before: u64,
    /// How many of them were walked through.
    walked: usize,
    /// About how many a block has.
    size: usize,
}

impl<'a> Elements<'a> {
    /// The elements of the array that is the member `wanted`, in quotes, of a document.
    pub(super) fn new(mut text: Text<'a>, wanted: &'static [u8]) -> Result<Self, Error> {
        let bytes = text.take_head()?;
        Ok(Self { text, walk: Walk::new(wanted), bytes, line: 1, before: 0, walked: 0, size: BLOCK })
    }

    /// Drops bytes that were dealt with.
    fn leave(&mut self, count: usize) {
        (self.line, self.before) = self.place(count);
        self.bytes.drain(..count);
        self.walked -= count;
    }

    /// The line of a byte, from 1, and how many bytes of that line come before it.
    fn place(&self, at: usize) -> (u64, u64) {
        match memrchr(b'\n', &self.bytes[..at]) {
            None => (self.line, self.before + at as u64),
            Some(line_break) => (self.line + line_breaks(&self.bytes[..at]), (at - line_break) as u64 - 1),
        }
    }

    fn wrong(&self, at: usize, problem: &'static str) -> Error {
        let (line, before) = self.place(at);
        Error::Document { file: self.text.file.clone(), line, column: before + 1, problem }
    }

    fn end(&self) -> Result<Option<Block>, Error> {
        match (self.walk.is_over(), self.walk.has_found()) {
            (false, _) => {
                Err(self.wrong(self.bytes.len(), "the document ends here, but is not closed; was it cut short?"))
            }
            (true, false) => Err(self.wrong(self.bytes.len(), "the document has no member `traces`")),
            (true, true) => Ok(None),
        }
    }
}

impl Blocks for Elements<'_> {
    fn next(&mut self) -> Result<Option<Block>, Error> {
        let mut size = self.size;
        // An element that is not whole begins the bytes.
        let mut begun = self.walk.is_in_element().then_some(0);
        loop {
            let mut bytes = std::mem::take(&mut self.bytes);
            let filled = self.text.fill(&mut bytes, size);
            self.bytes = bytes;
            let at_end = filled?;
            let (mut first, mut last) = (None, None);
            let walked = self.walk.on(&self.bytes, self.walked, &mut |met| match met {
                Met::Name(_) => {}
                Met::Begin(at) => begun = Some(at),
                Met::End(at) => {
                    first = first.or(begun.take());
                    last = Some(at);
                }
            });
            walked.map_err(|(at, problem)| self.wrong(at, problem))?;
            self.walked = self.bytes.len();
            if let (Some(first), Some(last)) = (first, last) {
                self.leave(first);
                let (line, before) = (self.line, self.before);
                let bytes = self.bytes[..last - first].to_vec();
                self.leave(last - first);
                if let Some(begun) = begun {
                    self.leave(begun - last);
                }
                return Ok(Some(Block { bytes, line, before }));
            }
            if at_end {
                return self.end();
            }
            self.leave(begun.unwrap_or(self.bytes.len()));
            begun = begun.map(|_| 0);
            if self.bytes.len() >= LONGEST_ROW {
                return Err(Error::LongRow { file: self.text.file.clone(), line: self.line });
            }
            size = self.size.max(self.bytes.len() * 2);
        }
    }
}

/// Shows the elements of a block: where each begins and ends.
pub(super) fn elements(block: &Block, mut show: impl FnMut(usize, usize)) {
    let mut at = 0;
    loop {
        let between = |byte: &&u8| **byte == b',' || byte.is_ascii_whitespace();
        at += block.bytes[at..].iter().take_while(between).count();
        if at == block.bytes.len() {
            return;
        }
        // The walk that cut the block came by the same ends.
        let end = Value::default().follow(&block.bytes[at..]).ok().flatten();
        let end = end.map_or(block.bytes.len(), |end| at + end);
        show(at, end);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements, each with its line and column.
    type Found = Vec<(u64, u64, String)>;

    /// The elements of `rows` of a document that is cut into blocks of a size, and how many bytes were held at once.
    fn cut(text: &'static str, size: usize) -> (Result<Found, String>, usize) {
        let text = Text::new("log".to_owned(), Box::new(text.as_bytes()), None);
        let mut blocks = Elements { size, ..Elements::new(text, b"\"rows\"").unwrap() };
        // What was read to see the format is larger than these blocks.
        let head = std::mem::take(&mut blocks.bytes);
        blocks.text = Text::new("log".to_owned(), Box::new(std::io::Cursor::new(head)), None);
        let (mut found, mut most) = (Vec::new(), 0);
        loop {
            let block = match blocks.next() {
                Ok(Some(block)) => block,
                Ok(None) => return (Ok(found), most),
                Err(error) => return (Err(error.to_string()), most),
            };
            most = most.max(block.bytes.len() + blocks.bytes.len());
            elements(&block, |from, to| {
                let before = &block.bytes[..from];
                let column = memrchr(b'\n', before).map_or(block.before + from as u64, |at| (from - at) as u64 - 1);
                let element = String::from_utf8_lossy(&block.bytes[from..to]).into_owned();
                found.push((block.line + line_breaks(before), column + 1, element));
            });
        }
    }

    #[test]
    fn blocks_of_any_size_hold_the_same_elements_at_the_same_places() {
        let text = " {\"a\": [{\"rows\": [1]}, \"]}\\\"\"],\n\"rows\" : [ {\"x\": \"}]\\\\\"},\n [1, [2]] , -1.5e3,true\n,\"a\\\"b\", {}],\"z\":null}\n ";
        let expected = [(2, 12, "{\"x\": \"}]\\\\\"}"), (3, 2, "[1, [2]]"), (3, 13, "-1.5e3"), (3, 20, "true")];
        let expected = expected.into_iter().chain([(4, 2, "\"a\\\"b\""), (4, 10, "{}")]);
        let expected: Vec<_> = expected.map(|(line, column, text)| (line, column, text.to_owned())).collect();
        for size in 1..120 {
            assert_eq!(cut(text, size).0.unwrap(), expected, "{size}");
        }
    }

    #[test]
    fn documents_without_elements_have_none() {
        for text in ["{\"rows\":[]}", "{\"a\": {}, \"rows\": [ ] , \"b\": 1}", "{\"rows\":[]}\n\n"] {
            assert_eq!(cut(text, 3).0.unwrap(), [], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_document_is_said_with_its_place() {
        for (text, expected) in [
            ("{\"rows\": {}}", "log:1:10: an array is expected"),
            ("{\"a\": 1}\n", "log:2:1: the document has no member `traces`"),
            ("{\"rows\": [1]} x", "log:1:15: the document ended before; nothing may follow it"),
            ("{\"rows\": [1]}\n{\"rows\": [1]}", "log:2:1: the document ended before"),
            ("{\"rows\": [1], \"rows\": []}", "log:1:21: the member is there twice"),
            ("{\"rows\": [1,]}", "log:1:13: an element is expected"),
            ("{\"rows\": [,1]}", "log:1:11: a value is missing"),
            ("{\"rows\": [1 2]}", "log:1:13: a comma or ] is expected"),
            ("{\"rows\": [{]}", "log:1:12: another bracket is to be closed first"),
            ("{\"rows\": [1]\n\"b\": 2}", "log:2:1: a comma or } is expected"),
            ("{\"a\": }", "log:1:7: a value is missing"),
            ("{\"a\" 1}", "log:1:6: a colon is expected"),
            ("{a: 1}", "log:1:2: the name of a member is expected, in quotes"),
            ("{\"rows\": [{\"x\": 1}", "log:1:19: the document ends here, but is not closed"),
            ("{\"rows\": [\n", "log:2:1: the document ends here, but is not closed"),
            ("{\"rows\": [1]", "log:1:13: the document ends here, but is not closed"),
            ("{\"rows\": [\"a", "log:1:13: the document ends here, but is not closed"),
            ("{", "log:1:2: the document ends here, but is not closed"),
        ] {
            for size in [1, 4, 100] {
                let error = cut(text, size).0.unwrap_err();
                assert!(error.starts_with(expected), "{text} in {size}: {error}");
            }
        }
        let deep: &'static str = Box::leak(format!("{{\"a\": {}", "[".repeat(600)).into_boxed_str());
        assert!(cut(deep, 100).0.unwrap_err().starts_with("log:1:519: nested too deep"));
    }

    #[test]
    fn what_is_held_does_not_grow_with_the_document() {
        let text = format!("{{\"a\": \"{}\", \"rows\": [{}0]}}", "x".repeat(20_000), "{\"b\": [1, 2]}, ".repeat(2_000));
        let (found, most) = cut(Box::leak(text.into_boxed_str()), 64);
        assert_eq!(found.unwrap().len(), 2_001);
        assert!(most <= 128, "{most}");
    }
}
