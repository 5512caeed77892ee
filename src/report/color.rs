//! The colours: those of Okabe & Ito (2008, "Color Universal Design"), which stay apart for colour-blind readers.

/// An sRGB colour.
///
/// ```
/// use betadrift::report::color::{Color, INK, PAPER};
/// let red = Color(255, 0, 0);
/// assert_eq!(red.tint(0.2), Color(255, 204, 204));
/// assert_eq!((red.text_on(), Color(128, 0, 0).text_on()), (INK, PAPER));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// Text and axes.
///
/// ```
/// use betadrift::report::color::{INK, PAPER};
/// assert_eq!((PAPER.text_on(), INK.text_on()), (INK, PAPER));
/// ```
pub const INK: Color = Color(0x22, 0x22, 0x22);
/// Text of second rank.
///
/// ```
/// use betadrift::report::color::{Color, MUTED};
/// assert_eq!(MUTED, Color(95, 95, 95)); // a contrast of 6.4 with the paper; WCAG 2 asks for 4.5
/// ```
pub const MUTED: Color = Color(0x5f, 0x5f, 0x5f);
/// Guides, rules and what is starved.
///
/// ```
/// use betadrift::report::color::{GRAY, INK, MUTED};
/// assert_eq!(GRAY.text_on(), INK); // light enough for words on it
/// assert!(GRAY.0 > MUTED.0); // and paler than any words
/// ```
pub const GRAY: Color = Color(0x9a, 0x9a, 0x9a);
/// Backgrounds of what is not highlighted.
///
/// ```
/// use betadrift::report::color::{GRAY, INK, PALE};
/// assert!(PALE.0 > GRAY.0 && PALE.text_on() == INK);
/// ```
pub const PALE: Color = Color(0xd9, 0xd9, 0xd9);
/// The paper.
///
/// ```
/// use betadrift::report::color::{Color, PAPER, VERMILION};
/// assert_eq!((PAPER, VERMILION.tint(0.0)), (Color(255, 255, 255), PAPER));
/// ```
pub const PAPER: Color = Color(0xff, 0xff, 0xff);

/// Okabe & Ito's blue.
///
/// ```
/// use betadrift::report::color::{BLUE, Color, RANKED};
/// assert_eq!((BLUE, RANKED[0]), (Color(0, 114, 178), BLUE)); // that of the leader
/// ```
pub const BLUE: Color = Color(0x00, 0x72, 0xb2);
/// Okabe & Ito's vermilion.
///
/// ```
/// use betadrift::report::color::{Color, RANKED, VERMILION};
/// assert_eq!((VERMILION, RANKED[1]), (Color(213, 94, 0), VERMILION));
/// ```
pub const VERMILION: Color = Color(0xd5, 0x5e, 0x00);
/// Okabe & Ito's bluish green.
///
/// ```
/// use betadrift::report::color::{Color, GREEN, RANKED};
/// assert_eq!((GREEN, RANKED[2]), (Color(0, 158, 115), GREEN));
/// ```
pub const GREEN: Color = Color(0x00, 0x9e, 0x73);
/// Okabe & Ito's orange.
///
/// ```
/// use betadrift::report::color::{Color, ORANGE, RANKED};
/// assert_eq!((ORANGE, RANKED[3]), (Color(230, 159, 0), ORANGE));
/// ```
pub const ORANGE: Color = Color(0xe6, 0x9f, 0x00);
/// Okabe & Ito's reddish purple.
///
/// ```
/// use betadrift::report::color::{Color, PURPLE, RANKED};
/// assert_eq!((PURPLE, RANKED[4]), (Color(204, 121, 167), PURPLE));
/// ```
pub const PURPLE: Color = Color(0xcc, 0x79, 0xa7);
/// Okabe & Ito's sky blue.
///
/// ```
/// use betadrift::report::color::{Color, RANKED, SKY};
/// assert_eq!((SKY, RANKED[5]), (Color(86, 180, 233), SKY));
/// ```
pub const SKY: Color = Color(0x56, 0xb4, 0xe9);
/// Okabe & Ito's black.
///
/// ```
/// use betadrift::report::color::{BLACK, Color, RANKED};
/// assert_eq!((BLACK, RANKED[6]), (Color(0, 0, 0), BLACK)); // the last of them
/// ```
pub const BLACK: Color = Color(0x00, 0x00, 0x00);

/// The colours of the highlighted edges, by rank. Okabe & Ito's yellow is left out: a line of it is lost on white.
///
/// ```
/// use betadrift::report::color::{BLUE, Color, RANKED};
/// assert_eq!((RANKED.len(), RANKED[0]), (7, BLUE));
/// assert!(!RANKED.contains(&Color(240, 228, 66))); // the yellow
/// ```
pub const RANKED: [Color; 7] = [BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK];

impl Color {
    /// The mixture with the paper that keeps `share` of this colour, 0 to 1.
    ///
    /// ```
    /// use betadrift::report::color::{BLACK, Color, PAPER};
    /// assert_eq!(BLACK.tint(0.0), PAPER);
    /// assert_eq!(BLACK.tint(1.0), BLACK);
    /// ```
    pub fn tint(self, share: f64) -> Self {
        let mix = |channel: u8| (255.0 - (255.0 - f64::from(channel)) * share.clamp(0.0, 1.0)).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }

    /// Ink or paper, whichever is easier to read on this colour (relative luminance, WCAG 2).
    pub fn text_on(self) -> Self {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2);
        if luminance > 0.2 { INK } else { PAPER }
    }
}
