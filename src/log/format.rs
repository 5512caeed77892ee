//! Which format a log has, by its content.

use memchr::memchr;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Values between delimiters.
    Delimited(u8),
    /// An object a line.
    JsonLines,
}

/// What the first bytes show.
#[derive(Debug, PartialEq)]
pub(super) enum Sniffed {
    /// Text in a format; so many bytes before it, such as a byte-order mark, are no part of it.
    Text(Format, usize),
    /// Nothing but blanks.
    Nothing,
    Utf16,
    /// No text, but this.
    Other(&'static str),
}

/// What the beginning of a file called `name` is.
pub(super) fn sniff(head: &[u8], name: &str) -> Sniffed {
    let (text, mark) = match head {
        [0xef, 0xbb, 0xbf, text @ ..] => (text, 3),
        _ => (head, 0),
    };
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = head {
        return Sniffed::Utf16;
    }
    if let Some(found) = known_binary(head) {
        return Sniffed::Other(found);
    }
    match memchr(0, &head[..head.len().min(1024)]) {
        Some(0 | 1) if head.len() > 3 => return Sniffed::Utf16,
        Some(_) => return Sniffed::Other("binary data"),
        None => {}
    }
    match text.trim_ascii_start() {
        [] => Sniffed::Nothing,
        [b'{', ..] => Sniffed::Text(Format::JsonLines, mark),
        [b'[', b'{' | b'\n' | b'\r' | b' ', ..] => Sniffed::Other("a JSON array, where an object a line is expected"),
        line => Sniffed::Text(Format::Delimited(delimiter(line, name)), mark),
    }
}

fn known_binary(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"PAR1", "a Parquet file"),
        (b"PK\x03\x04", "a zip archive"),
        (b"BZh", "bzip2 data"),
        (b"\xfd7zXZ", "xz data"),
        (b"SQLite format 3", "an SQLite data base"),
        (b"\x1f\x8b", "gzip data inside compressed data"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, found)| *found)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_format_and_the_name_only_breaks_ties() {
        let text = |format| Sniffed::Text(format, 0);
        assert_eq!(sniff(b"a,b\n", "x.tsv"), text(Format::Delimited(b',')));
        assert_eq!(sniff(b"a\tb\n", "x.csv"), text(Format::Delimited(b'\t')));
        assert_eq!(sniff(b"a\tb,c\n", "x.tsv"), text(Format::Delimited(b'\t')));
        assert_eq!(sniff(b"a\tb,c\n", "x.csv"), text(Format::Delimited(b',')));
        assert_eq!(sniff(b" {\"a\": 1}", "x.csv"), text(Format::JsonLines));
        assert_eq!(sniff(b"\xef\xbb\xbfa,b\n", "-"), Sniffed::Text(Format::Delimited(b','), 3));
        assert_eq!(sniff(b"\xff\xfea\0,\0", "-"), Sniffed::Utf16);
        assert_eq!(sniff(b"a\0,\0b\0", "-"), Sniffed::Utf16);
        assert_eq!(sniff(b"PAR1....", "-"), Sniffed::Other("a Parquet file"));
        assert_eq!(sniff(b"\xef\xbb\xbf\r\n", "-"), Sniffed::Nothing);
    }
}
