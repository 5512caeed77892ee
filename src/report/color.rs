//! The colours: those of Okabe & Ito (2008, "Color Universal Design"), which stay apart for colour-blind readers.

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// Text and axes.
pub const INK: Color = Color(0x22, 0x22, 0x22);
/// Text of second rank.
pub const MUTED: Color = Color(0x5f, 0x5f, 0x5f);
/// Guides, rules and what is starved.
pub const GRAY: Color = Color(0x9a, 0x9a, 0x9a);
/// Backgrounds of what is not highlighted.
pub const PALE: Color = Color(0xd9, 0xd9, 0xd9);
/// The paper.
pub const PAPER: Color = Color(0xff, 0xff, 0xff);

/// Okabe & Ito's blue.
pub const BLUE: Color = Color(0x00, 0x72, 0xb2);
/// Okabe & Ito's vermilion.
pub const VERMILION: Color = Color(0xd5, 0x5e, 0x00);
/// Okabe & Ito's bluish green.
pub const GREEN: Color = Color(0x00, 0x9e, 0x73);
/// Okabe & Ito's orange.
pub const ORANGE: Color = Color(0xe6, 0x9f, 0x00);
/// Okabe & Ito's reddish purple.
pub const PURPLE: Color = Color(0xcc, 0x79, 0xa7);
/// Okabe & Ito's sky blue.
pub const SKY: Color = Color(0x56, 0xb4, 0xe9);
/// Okabe & Ito's black.
pub const BLACK: Color = Color(0x00, 0x00, 0x00);

/// The colours of the highlighted edges, by rank. Okabe & Ito's yellow is left out: a line of it is lost on white.
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
