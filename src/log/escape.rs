//! Text from a log made fit for a message: control and non-UTF-8 bytes escaped, long values cut.

use std::fmt::{self, Write};

/// A value as it may be shown: at most 60 characters, with control characters as `\n` or `\u{7}` and bytes that are not
/// UTF-8 as `\xff`.
///
/// ```
/// use betadrift::log::Shown;
/// assert_eq!(Shown::new(b"caf\xc3\xa9\xff\x1b").to_string(), "café\\xff\\u{1b}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// The value made fit to be shown.
    pub fn new(bytes: &[u8]) -> Self {
        const LONGEST: usize = 60;
        // Four bytes a character at most, so that a megabyte is not walked to show its beginning.
        let head = &bytes[..bytes.len().min(4 * LONGEST)];
        let mut characters = escaped(head).chars().collect::<Vec<_>>();
        if characters.len() > LONGEST || head.len() < bytes.len() {
            characters.truncate(LONGEST);
            characters.push('…');
        }
        Self(characters.into_iter().collect())
    }
}

/// A message made fit to be shown: at most 200 characters.
pub(super) fn message(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown = escaped(text.as_bytes());
    if let Some((end, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All of a text with control and non-UTF-8 bytes escaped.
///
/// ```
/// use betadrift::log::escaped;
/// assert_eq!(escaped(b"caf\xc3\xa9\tau\xff"), "café\\tau\\xff");
/// ```
pub fn escaped(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}
