//! The embedded font: how wide a text is, what it cannot show, where it breaks.

use std::sync::LazyLock;

use ttf_parser::Face;

/// The name of the family, in the font's own tables and in every SVG.
///
/// ```
/// use betadrift::report::font::FAMILY;
/// # use betadrift::report::{Figure, svg};
/// # let (title, subtitle, note, size) = ("A title".to_owned(), String::new(), String::new(), (480, 320));
/// # let svg = svg(&Figure { name: "bare", title, subtitle, note, size, rows: vec![] });
/// assert!(svg.contains(&format!("@font-face{{font-family:{FAMILY};"))); // the font is in the picture
/// ```
pub const FAMILY: &str = "Inter";
/// Height of a line above its baseline, in units of its size.
///
/// ```
/// use betadrift::report::font::ASCENT;
/// assert_eq!(32.0 * ASCENT, 31.0); // pixels of a text of size 32
/// ```
pub const ASCENT: f64 = 2728.0 / 2816.0;
/// Depth of a line below its baseline, in units of its size.
///
/// ```
/// use betadrift::report::font::{ASCENT, DESCENT, Type};
/// assert!(11.0 * (ASCENT + DESCENT) < Type::regular(11.0).line()); // lines do not touch
/// ```
pub const DESCENT: f64 = 680.0 / 2816.0;

/// What stands for a character that the font does not have.
const MISSING: char = '□';

/// A weight of the font.
///
/// ```
/// use betadrift::report::font::Weight;
/// assert_eq!(Weight::ALL.map(Weight::css), [400, 600]);
/// assert!(Weight::SemiBold.file().starts_with(b"OTTO")); // OpenType with outlines in CFF
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For text.
    Regular,
    /// For titles.
    SemiBold,
}

impl Weight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Regular, Self::SemiBold];

    /// The weight as CSS counts it.
    pub fn css(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
        }
    }

    /// The font file, OpenType.
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("font/Inter-Regular.otf"),
            Self::SemiBold => include_bytes!("font/Inter-SemiBold.otf"),
        }
    }

    /// The same font, compressed for embedding: WOFF2.
    pub(super) fn web_file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("font/Inter-Regular.woff2"),
            Self::SemiBold => include_bytes!("font/Inter-SemiBold.woff2"),
        }
    }

    fn face(self) -> &'static Face<'static> {
        static FACES: LazyLock<[Face<'static>; 2]> = LazyLock::new(|| {
            Weight::ALL
                .map(|weight| Face::parse(weight.file(), 0).expect("valid by construction: the embedded font parses"))
        });
        &FACES[self as usize]
    }
}

/// How a text is set.
///
/// ```
/// use betadrift::report::font::{Type, Weight};
/// let (text, title) = (Type::regular(11.0), Type::semibold(11.0));
/// assert_eq!((title.size, title.weight), (11.0, Weight::SemiBold));
/// assert!(title.width("P(best)") > text.width("P(best)"));
/// assert_eq!(text.line(), 15.0); // 1.32 times its size, rounded up
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Size in pixels.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
}

impl Type {
    /// A type of regular weight.
    pub const fn regular(size: f64) -> Self {
        Self { size, weight: Weight::Regular }
    }

    /// A type of semi-bold weight.
    pub const fn semibold(size: f64) -> Self {
        Self { size, weight: Weight::SemiBold }
    }

    /// Distance from baseline to baseline, in pixels.
    pub fn line(self) -> f64 {
        (1.32 * self.size).ceil()
    }

    /// The width of a text, in pixels: the sum of its advances.
    ///
    /// ```
    /// use betadrift::report::font::Type;
    /// let type_ = Type::regular(11.0);
    /// assert_eq!(type_.width("iiii"), 4.0 * type_.width("i"));
    /// ```
    pub fn width(self, text: &str) -> f64 {
        let face = self.weight.face();
        let glyph = |c: char| face.glyph_index(c).or_else(|| face.glyph_index(MISSING));
        let advance = |c: char| glyph(c).and_then(|id| face.glyph_hor_advance(id)).unwrap_or(0);
        let units: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
        f64::from(units) * self.size / f64::from(face.units_per_em())
    }

    /// The text as this font can show it, at most `width` pixels wide: runs of blanks become one, characters that it does
    /// not have □, and the middle of what is too long becomes an ellipsis.
    ///
    /// ```
    /// use betadrift::report::font::Type;
    /// let type_ = Type::regular(11.0);
    /// assert_eq!(type_.fit("a\t\nb", 100.0), "a b");
    /// assert_eq!(type_.fit("文/faq", 100.0), "□/faq");
    /// assert_eq!(type_.fit(&"x".repeat(1_000_000), 40.0), "xx…xxx");
    /// ```
    pub fn fit(self, text: &str, width: f64) -> String {
        // Nothing can be drawn narrower than this, so no more of a megabyte needs to be looked at.
        const LOOK: usize = 256;
        let (head, tail) = match text.char_indices().nth(2 * LOOK) {
            None => (text, ""),
            Some(_) => {
                let start = text.char_indices().nth(LOOK).map_or(0, |(at, _)| at);
                let end = text.char_indices().rev().nth(LOOK - 1).map_or(text.len(), |(at, _)| at);
                (&text[..start], &text[end..])
            }
        };
        let (head, tail) = (self.legible(head), self.legible(tail));
        if tail.is_empty() && self.width(&head) <= width {
            return head;
        }
        let letters: Vec<char> = head.chars().chain(tail.chars()).collect();
        let cut = |kept: usize| -> String {
            let front = kept / 2;
            let back = letters.len() - (kept - front);
            letters[..front].iter().chain(&['…']).chain(&letters[back..]).collect()
        };
        // The width grows with every letter kept, so the greatest that fits is found by halving.
        let (mut fits, mut too_many) = (0, letters.len());
        while too_many - fits > 1 {
            let kept = (fits + too_many) / 2;
            if self.width(&cut(kept)) <= width { fits = kept } else { too_many = kept }
        }
        cut(fits)
    }

    /// The text in lines of at most `width` pixels, broken at blanks.
    ///
    /// ```
    /// use betadrift::report::font::Type;
    /// let (type_, text) = (Type::regular(11.0), "the edges by state");
    /// assert_eq!(type_.wrap(text, type_.width("the edges")), ["the edges", "by state"]);
    /// ```
    pub fn wrap(self, text: &str, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match lines.last_mut() {
                Some(line) if self.width(line) + self.width(" ") + self.width(word) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(self.fit(word, width)),
            }
        }
        lines
    }

    fn legible(self, text: &str) -> String {
        let face = self.weight.face();
        let shown = |c: char| if face.glyph_index(c).is_some() && !c.is_control() { c } else { MISSING };
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").chars().map(shown).collect()
    }
}
