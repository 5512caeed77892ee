//! The colours of figures, which are drawn for white paper, on a dark screen: hues stay, ink and paper change places.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::report::color::{Color, PAPER, RANKED};

/// The card of a dark page, and what is written on it; `page.css` has the same.
const CARD: Color = Color(0x1b, 0x1f, 0x25);
const INK: Color = Color(0xe9, 0xeb, 0xee);
/// Channels of a gray differ by no more.
const GRAY: u8 = 12;

/// Rules for every colour that the figures in a page are drawn with.
pub(super) fn in_the_dark(html: &str) -> String {
    let mut rules = String::new();
    for (attribute, hex) in used(html) {
        let Some(color) = parsed(hex) else { continue };
        let Color(red, green, blue) = dark(color);
        // Letters on a strong colour stay white.
        let scope = if attribute == "fill" && color == PAPER { ".plot svg :not(text)" } else { ".plot svg " };
        let _ = writeln!(
            rules,
            "{scope}[{attribute}=\"{hex}\"]{{{attribute}:light-dark({hex},#{red:02x}{green:02x}{blue:02x})}}"
        );
    }
    rules
}

/// Every colour that something is filled or drawn with.
fn used(html: &str) -> BTreeSet<(&'static str, &str)> {
    let mut found = BTreeSet::new();
    for (attribute, start) in [("fill", "fill=\"#"), ("stroke", "stroke=\"#")] {
        for (at, _) in html.match_indices(start) {
            let from = at + start.len() - 1;
            found.extend(html.get(from..from + 7).map(|hex| (attribute, hex)));
        }
    }
    found
}

fn parsed(hex: &str) -> Option<Color> {
    let channel = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some(Color(channel(1)?, channel(3)?, channel(5)?))
}

/// A gray keeps its distance from the paper. Any other colour is a tint of one of the palette, and becomes the same share of it on
/// the dark card.
fn dark(color: Color) -> Color {
    let Color(red, green, blue) = color;
    if red.max(green).max(blue) - red.min(green).min(blue) <= GRAY {
        return mixed(INK, CARD, f64::from(255 - green) / 255.0);
    }
    let (base, share) = RANKED
        .into_iter()
        .map(|base| (base, share(color, base)))
        .min_by(|one, other| {
            let off = |(base, share): &(Color, f64)| distance(base.tint(*share), color);
            off(one).total_cmp(&off(other))
        })
        .unwrap_or((color, 1.0));
    mixed(base, CARD, share)
}

/// The share of a base whose tint is nearest to a colour.
fn share(color: Color, base: Color) -> f64 {
    let inked = |Color(red, green, blue): Color| [red, green, blue].map(|channel| 255.0 - f64::from(channel));
    let (color, base) = (inked(color), inked(base));
    let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    (dot(color, base) / dot(base, base)).clamp(0.0, 1.0)
}

fn distance(one: Color, other: Color) -> f64 {
    let square = |a: u8, b: u8| (f64::from(a) - f64::from(b)).powi(2);
    square(one.0, other.0) + square(one.1, other.1) + square(one.2, other.2)
}

fn mixed(color: Color, ground: Color, share: f64) -> Color {
    let mix =
        |color: u8, ground: u8| (f64::from(ground) + (f64::from(color) - f64::from(ground)) * share).round() as u8;
    Color(mix(color.0, ground.0), mix(color.1, ground.1), mix(color.2, ground.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::color::{BLACK, ORANGE, SKY, VERMILION};

    #[test]
    fn hues_stay_and_ink_and_paper_change_places() {
        assert_eq!(dark(ORANGE), ORANGE);
        assert_eq!(dark(PAPER), CARD);
        assert_eq!(dark(BLACK), INK);
        // A tint was rounded when it was made.
        let is_near = |one: Color, other: Color| distance(one, other) <= 3.0;
        assert!(is_near(dark(SKY.tint(0.5)), mixed(SKY, CARD, 0.5)));
        assert!(is_near(dark(VERMILION.tint(0.2)), mixed(VERMILION, CARD, 0.2)));
    }

    #[test]
    fn each_colour_has_one_rule() {
        let rules = in_the_dark("<path fill=\"#E69F00\" stroke=\"#ffffff\"/><path fill=\"#E69F00\"/>");
        assert_eq!(
            rules,
            ".plot svg [fill=\"#E69F00\"]{fill:light-dark(#E69F00,#e69f00)}\n\
             .plot svg [stroke=\"#ffffff\"]{stroke:light-dark(#ffffff,#1b1f25)}\n"
        );
    }
}
