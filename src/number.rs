//! How numbers are written in CSV: every digit, and no more.

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
