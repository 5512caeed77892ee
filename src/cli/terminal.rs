//! What stands on a terminal in place of a long table: a screen of so many columns, in colour or not.

mod bars;
mod spark;
mod summary;

use std::borrow::Cow;

use betadrift::log::escaped;
use console::{Alignment, Style, Term, measure_text_width, pad_str, truncate_str};

use super::output::{Format, Output};

/// A terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// How many columns are written to.
    width: usize,
    /// Whether in colour.
    color: bool,
}

impl Screen {
    /// Columns within which a summary can be read.
    const WIDTHS: std::ops::RangeInclusive<usize> = 60..=160;
    /// From so many columns on there is room for more.
    const WIDE: usize = 104;

    /// The terminal that the data goes to; `None` where it is piped or goes to a file, a format was asked for, or a summary is
    /// not wanted.
    pub(super) fn of(output: Output<'_>, asked: Option<Format>) -> Option<Self> {
        let term = Term::stdout();
        let wanted = asked.is_none() && output.file().is_none() && !output.is_quiet();
        (wanted && term.is_term()).then(|| Self::new(term.size().1.into(), console::colors_enabled()))
    }

    fn new(width: usize, color: bool) -> Self {
        Self { width: width.clamp(*Self::WIDTHS.start(), *Self::WIDTHS.end()), color }
    }

    fn is_wide(self) -> bool {
        self.width >= Self::WIDE
    }

    fn paint(self, style: Style, text: &str) -> String {
        style.force_styling(self.color).apply_to(text).to_string()
    }

    /// Words in lines no longer than the screen.
    fn wrap(self, text: &str) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let word = truncate_str(word, self.width, "…");
            let last = lines.len() - 1;
            let line = &mut lines[last];
            if line.is_empty() {
                line.push_str(&word);
            } else if measure_text_width(line) + 1 + measure_text_width(&word) <= self.width {
                line.push(' ');
                line.push_str(&word);
            } else {
                lines.push(word.into_owned());
            }
        }
        lines
    }
}

/// A name in so many columns, to the left.
fn name(text: &str, width: usize) -> String {
    pad_str(&escaped(text.as_bytes()), width, Alignment::Left, Some("…")).into_owned()
}

/// A text in so many columns, to the right.
fn right(text: &str, width: usize) -> Cow<'_, str> {
    pad_str(text, width, Alignment::Right, Some("…"))
}
