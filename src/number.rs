//! How numbers are written: with every digit and no more in tables for programs, briefly in sentences.

use std::fmt;

use serde::{Serialize, Serializer};

/// A number as the shortest decimal that reads back as the same f64; whole numbers without a point.
///
/// ```
/// use betadrift::number::Plain;
/// assert_eq!(Plain(5.0).to_string(), "5");
/// assert_eq!(Plain(0.1).to_string(), "0.1");
/// assert_eq!(Plain(1e-300).to_string(), "1e-300");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plain(pub f64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 && self.0.abs() < 1e15 { write!(f, "{}", self.0) } else { write!(f, "{:?}", self.0) }
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A number for a sentence: whole numbers as they are, others to three significant digits.
///
/// ```
/// use betadrift::number::brief;
/// assert_eq!([brief(30.0), brief(0.012_345), brief(123.456), brief(1e-9)], ["30", "0.0123", "123", "1.00e-9"]);
/// ```
pub fn brief(x: f64) -> String {
    if x == 0.0 || (x.fract() == 0.0 && x.abs() < 1e15) {
        return format!("{x}");
    }
    let magnitude = x.abs().log10().floor() as i32;
    match magnitude {
        -4..=6 => format!("{:.*}", (2 - magnitude).max(0) as usize, x),
        _ => format!("{x:.2e}"),
    }
}

/// A level or a share in percent, with the decimals that it has.
///
/// ```
/// use betadrift::number::percent;
/// assert_eq!([percent(0.95), percent(0.975), percent(0.9995), percent(0.3)], ["95", "97.5", "99.95", "30"]);
/// ```
pub fn percent(share: f64) -> String {
    // Rounded past the digits that a decimal fraction loses in binary.
    Plain((1e14 * share).round() / 1e12).to_string()
}

/// A count for a sentence and what is counted, in the plural unless it is 1: `1 success`, `2 days`.
pub(crate) fn counted(count: f64, thing: &str) -> String {
    let plural = match thing {
        _ if count == 1.0 => "",
        thing if thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {thing}{plural}", brief(count))
}
