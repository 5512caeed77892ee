//! Rows of comma- or tab-separated values.

use csv::ByteRecord;
use memchr::{memchr, memrchr};

use super::batch::Portion;
use super::block::{Block, Cut, Ends};
use super::clock::Clock;
use super::error::Error;
use super::escape::Shown;
use super::format::{Format, Head, Opened, Rows};
use super::label::Labels;
use super::layout::{Header, Layout, PassedOver};
use super::parsed::{Parsed, next, place, reader, row_start};
use super::partition::Partition;
use super::plain::{Plain, Runs};
use super::read::Options;
use super::scan::line_breaks_without;
use super::text::{Text, line_breaks};

/// Any text that is not a JSON array, which people write where an object a line is meant.
pub(super) static FORMAT: Format = Format { recognises, open };

fn recognises(head: &Head<'_>) -> bool {
    !matches!(head.text, None | Some([b'[', b'{' | b'\n' | b'\r' | b' ', ..]))
}

fn open<'a>(text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let (text, rows, passed_over) = read_header(text, options)?;
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over })
}

type Read<'a> = (Text<'a>, Delimited<'a>, Vec<PassedOver>);

fn read_header<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Read<'a>, Error> {
    let head = text.head()?;
    let head = head.strip_prefix(MARK).unwrap_or(head).trim_ascii_start().to_owned();
    let delimiter = delimiter(&head, &text.file);
    let mut first = text.first(fields(delimiter))?;
    let (names, line) = header(&text.file, delimiter, &mut first)?;
    text.put_back(first);
    let partitions = std::mem::take(&mut text.partitions);
    let header = Header { names: &names, partitions: &partitions, columns: &options.columns, complete: true };
    let layout = header.layout(options.table);
    let (layout, passed_over) = layout.map_err(|error| error.in_file(&text.file, line, &names, options.table))?;
    let layout = layout.asked(options);
    let (width, plain) = (names.len(), Plain::of(&layout, delimiter, names.len()));
    let rows = Delimited { delimiter, width, partitions, layout, plain, labels: &options.labels };
    Ok((text, rows, passed_over))
}

/// A tab or a comma, whichever the header has; where it has both, the name of the file decides, then the greater number.
fn delimiter(text: &[u8], name: &str) -> u8 {
    let header = &text[..memchr(b'\n', text).unwrap_or(text.len())];
    let count = |wanted: u8| header.iter().filter(|&&byte| byte == wanted).count();
    let (tabs, commas) = (count(b'\t'), count(b','));
    let called = |ending: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with(ending) || name.contains(&format!("{ending}."))
    };
    let tabbed = match (tabs, commas) {
        (0, _) => false,
        (_, 0) => true,
        _ if called(".tsv") => true,
        _ if called(".csv") => false,
        _ => tabs > commas,
    };
    if tabbed { b'\t' } else { b',' }
}

/// Rows end at line breaks outside quotes; a quote opens where a field between these delimiters begins.
pub(super) fn fields(delimiter: u8) -> Ends {
    Box::new(move |bytes| unquoted_rows(bytes, delimiter))
}

fn unquoted_rows(bytes: &[u8], delimiter: u8) -> Cut {
    if let Some(line_breaks) = line_breaks_without(b'"', bytes) {
        let end = memrchr(b'\n', bytes).map(|at| at + 1);
        return Cut { end, open_quote: None, line_breaks: Some(line_breaks) };
    }
    let (mut at, mut end) = (0, None);
    let line_break = |range: std::ops::Range<usize>| memrchr(b'\n', &bytes[range.clone()]).map(|i| range.start + i + 1);
    while let Some(quote) = memchr(b'"', &bytes[at..]).map(|i| at + i) {
        end = line_break(at..quote).or(end);
        at = quote + 1;
        let before = quote.checked_sub(1).map(|before| bytes[before]);
        if before.is_none_or(|byte| byte == delimiter || byte == b'\n' || byte == b'\r') {
            match closing_quote(bytes, at) {
                Some(closed) => at = closed,
                None => return Cut { end, open_quote: Some(quote), line_breaks: None },
            }
        }
    }
    Cut { end: line_break(at..bytes.len()).or(end), ..Cut::default() }
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

/// Takes the header off a text: its names, blanks around them aside, and its line.
fn header(file: &str, delimiter: u8, block: &mut Block) -> Result<(Vec<String>, u64), Error> {
    let (mut record, mut reader) = (ByteRecord::new(), reader(delimiter, &block.bytes));
    next(&mut reader, &mut record);
    let end = reader.position().byte() as usize;
    let start = row_start(&block.bytes, &record);
    let line = block.line + line_breaks(&block.bytes[..start]);
    if let Some((first, second)) = twice(&record) {
        let (_, at) = place(&block.bytes[start..end], second, delimiter);
        let name = Shown::new(record[second].trim_ascii());
        return Err(Error::SameHeader { file: file.to_owned(), line, at, first: first + 1, second: second + 1, name });
    }
    let names = record.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
    block.line += line_breaks(&block.bytes[..end]);
    block.bytes.drain(..end);
    Ok((names, line))
}

/// Two columns of the same name; those without a name are not meant.
fn twice(header: &ByteRecord) -> Option<(usize, usize)> {
    let mut first = std::collections::HashMap::new();
    header.iter().enumerate().find_map(|(column, name)| {
        let name = name.trim_ascii();
        if name.is_empty() { None } else { first.insert(name, column).map(|before| (before, column)) }
    })
}

/// A file with a header of so many columns.
#[derive(Debug)]
pub(super) struct Delimited<'a> {
    pub(super) delimiter: u8,
    pub(super) width: usize,
    pub(super) partitions: Vec<Partition>,
    pub(super) layout: Layout,
    /// How rows are read that need no parser, if any may be.
    plain: Option<Plain>,
    pub(super) labels: &'a Labels,
}

impl Rows for Delimited<'_> {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        if block.bytes.starts_with(MARK) {
            // The parser would take it for that of a file, if a row begins with it that happens to be a block's first.
            let (bytes, line) = ([b"\n", &*block.bytes].concat(), block.line - 1);
            return self.rows(&Block { bytes, line, before: 0 }, clock, visit);
        }
        let (bytes, mut place, mut parsed) = (&*block.bytes, (0, block.line), None);
        let mut runs = self.plain.map(|plain| Runs::new(plain, bytes));
        // How many rows are parsed before it is tried again without the parser: the more, the longer that was in vain.
        let mut patience = 1;
        while place.0 < bytes.len() {
            let begin = place.0;
            match &mut runs {
                Some(runs) if self.is_settled(clock) => place = runs.show(place, clock, self.labels, visit),
                _ => {}
            }
            patience = if place.0 > begin { 1 } else { MOST_PATIENCE.min(2 * patience) };
            if place.0 < bytes.len() {
                let parsed = parsed.get_or_insert_with(|| Parsed::new(self, block));
                place = parsed.show(place, patience, clock, visit);
            }
        }
    }

    fn is_settled(&self, clock: &Clock) -> bool {
        self.layout.is_settled(clock)
    }
}

/// The same as for plain rows: more than a block has.
const MOST_PATIENCE: usize = 1024;

/// The byte-order mark of a file.
const MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::super::block::Blocks;
    use super::*;

    #[test]
    fn the_name_only_breaks_ties_between_delimiters() {
        assert_eq!(delimiter(b"a,b\n", "x.tsv"), b',');
        assert_eq!(delimiter(b"a\tb\n", "x.csv"), b'\t');
        assert_eq!(delimiter(b"a\tb,c\n", "x.tsv"), b'\t');
        assert_eq!(delimiter(b"a\tb,c\n", "x.csv"), b',');
    }

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

    /// Chance that is the same everywhere.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % end
        }

        fn of(&mut self, texts: &[&str]) -> Vec<u8> {
            texts[self.below(texts.len())].into()
        }

        fn time(&mut self, second: usize, style: usize) -> Vec<u8> {
            let (hour, minute, rest) = (second / 3600 % 24, second / 60 % 60, second % 60);
            let date = format!("2026-03-{:02}", 1 + second / 86_400 % 31);
            let common = [
                format!("{}", 1_772_323_200 + second),
                format!("{date}T{hour:02}:{minute:02}:{rest:02}Z"),
                format!("{}", 1_772_323_200_000 + second),
                format!("{date} {hour:02}:{minute:02}:{rest:02}.123456"),
                format!("{}", 1_772_323_200_000_000_000 + second),
                format!("{date}T{hour:02}:{minute:02}:{rest:02},5+02:30"),
            ];
            if self.below(60) > 0 {
                return common[style].clone().into();
            }
            let rare =
                ["", " ", "soon", "2026-03-01", "1772323200.5", "1.7e9", "-1", "99999999", "2026-02-30T00:00:00Z"];
            let others =
                ["2026-03-29T02:30:00", "2026-03-01T24:00:00Z", "2026-03-01T23:59:60Z", "9999-01-01T00:00:00Z"];
            let style = self.below(common.len());
            vec![self.of(&rare), self.of(&others), common[style].clone().into()].swap_remove(self.below(3))
        }

        fn edge(&mut self) -> Vec<u8> {
            match self.below(40) {
                0 => Vec::new(),
                1 => b"a\xffb".into(),
                2 => self.of(&["\u{feff}x", "\u{fc}ber/\u{e4}", "a\"b", " ", "x\ty", "\u{1f980}", "0"]),
                3 => vec![b'n'; self.below(3_000)],
                _ => {
                    let length = self.below(41);
                    (0..length).map(|_| b'a' + self.below(3) as u8).collect()
                }
            }
        }

        fn reward(&mut self) -> Vec<u8> {
            match self.below(60) {
                0..28 => b"1".into(),
                28..56 => b"0".into(),
                _ => self.of(&[
                    "0.25",
                    "accepted",
                    " 1",
                    "1.0",
                    "0.1234567890123",
                    "1.5",
                    "",
                    "often",
                    "0.",
                    "-0",
                    "0.99",
                    "00",
                ]),
            }
        }

        /// A field as somebody may write it.
        fn written(&mut self, field: Vec<u8>, delimiter: u8, quoting: usize) -> Vec<u8> {
            let quoted = |mut field: Vec<u8>, more: &[u8]| {
                field.extend(more);
                let doubled = field.iter().flat_map(|&byte| std::iter::repeat_n(byte, 1 + usize::from(byte == b'"')));
                [&[b'"'][..], &doubled.collect::<Vec<_>>(), b"\""].concat()
            };
            match self.below(quoting) {
                0 => quoted(field, b""),
                1 => quoted(field, [&[delimiter][..], b"\n", b"\r\n", b"\""][self.below(4)]),
                2 => [&field[..], [&[delimiter][..], b"\"", b"\r", b"\n"][self.below(4)]].concat(),
                _ => field,
            }
        }

        /// A log, of which about one row in so many is not plain.
        fn log(&mut self, quoting: usize) -> Vec<u8> {
            let delimiter = [b',', b',', b'\t'][self.below(3)];
            let mut names: Vec<&str> = vec!["timestamp", "edge", "reward", "propensity", "note"];
            names.truncate(3 + self.below(3));
            names.rotate_left(self.below(3));
            let ending = [&b"\n"[..], b"\n", b"\r\n"][self.below(3)];
            let mut log = [&b""[..], MARK][self.below(2)].to_vec();
            log.extend(names.join(&*String::from(delimiter as char)).bytes());
            log.extend(ending);
            let (mut second, style) = (self.below(3_000_000), self.below(6));
            for _ in 0..self.below(200) {
                second += self.below(3) * self.below(1_000);
                let mut row = Vec::new();
                for name in &names {
                    let field = match *name {
                        "timestamp" => self.time(second, style),
                        "edge" => self.edge(),
                        "reward" => self.reward(),
                        _ => self.of(&["0.5", "", "x y", "\u{e4}"]),
                    };
                    row.extend(self.written(field, delimiter, quoting));
                    row.push(delimiter);
                }
                // The last delimiter is one too many, and sometimes stays.
                if self.below(quoting) > 0 {
                    row.pop();
                }
                log.extend(row);
                log.extend(if self.below(quoting) > 0 {
                    ending
                } else {
                    [&b"\n"[..], b"\r", b"\n\n", b"\r\n\r\n"][self.below(4)]
                });
            }
            log.truncate(log.len() - self.below(2) * ending.len());
            log
        }
    }

    /// Every row as it is shown, or what goes wrong; and how many of them were in batches. Blocks are of about that size.
    fn shown(log: &[u8], options: &Options, size: usize, is_plain: bool) -> (Result<Vec<String>, String>, usize) {
        let text = Text::new("log.csv".to_owned(), Box::new(std::io::Cursor::new(log.to_vec())), None);
        let (mut text, mut rows, _) = match read_header(text, options) {
            Ok(read) => read,
            Err(error) => return (Err(error.to_string()), 0),
        };
        rows.plain = rows.plain.filter(|_| is_plain);
        let (mut clock, mut shown, mut batched) = (Clock::new(options.zone.clone(), options.time_unit), Vec::new(), 0);
        loop {
            let mut rest = match text.next() {
                Ok(Some(block)) => block,
                Ok(None) => return (Ok(shown), batched),
                Err(error) => return (Err(error.to_string()), batched),
            };
            while !rest.bytes.is_empty() {
                let end =
                    (size..rest.bytes.len()).find_map(|end| unquoted_rows(&rest.bytes[..end], rows.delimiter).end);
                let bytes: Vec<u8> = rest.bytes.drain(..end.unwrap_or(rest.bytes.len())).collect();
                let block = Block { line: rest.line, bytes, before: 0 };
                rest.line += line_breaks(&block.bytes);
                rows.rows(&block, &mut clock, &mut |portion| match portion {
                    Portion::Events(events) => {
                        batched += events.times.len();
                        shown.extend(events.rows().map(|(line, event)| format!("{line} {:?}", Ok::<_, ()>(event))));
                    }
                    Portion::Row(line, row) => shown.push(format!("{line} {row:?}")),
                });
            }
        }
    }

    #[test]
    fn plain_rows_are_what_the_parser_says_in_blocks_of_any_size() {
        let (mut rows, mut batched, mut bad) = (0, 0, 0);
        for seed in 0..150 {
            let mut chance = Chance(seed);
            let quoting = [4, 30, 1_000, 100_000][chance.below(4)];
            let log = chance.log(quoting);
            let mut options = Options::default();
            if chance.below(3) == 0 {
                options.zone = "Europe/Berlin".parse().unwrap();
            }
            if chance.below(4) == 0 {
                options.time_unit = Some(super::super::unit::TimeUnit::Seconds);
            }
            let (expected, none) = shown(&log, &options, usize::MAX, false);
            assert_eq!(none, 0);
            for size in [1, 1 + chance.below(100), 64 + chance.below(1_000), usize::MAX] {
                let (found, of_them) = shown(&log, &options, size, true);
                assert_eq!(found, expected, "seed {seed} in blocks of {size}:\n{}", log.escape_ascii());
                batched += of_them;
            }
            let shown = expected.unwrap_or_default();
            rows += 4 * shown.len();
            bad += 4 * shown.iter().filter(|row| row.contains("BadRow")).count();
        }
        assert!(
            4 * batched > rows && batched < rows && 20 * bad > rows,
            "{batched} in batches and {bad} bad of {rows}"
        );
    }
}
