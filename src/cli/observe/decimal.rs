//! Exact decimals: parameters as they are written in a file that is added to a little at a time.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

/// Digits after the point that are kept.
const PLACES: i64 = 24;
/// 10²⁴, so that the greatest parameter, 10¹², fits 127 bits with all of them.
const ONE: u128 = 10u128.pow(PLACES as u32);

/// A decimal of at most 24 digits after the point, from 0 to 10¹⁴.
///
/// A binary sum would do for one reading. Here each sum is written and read again before the next is added, and 0.1 has no
/// binary form that would survive it a thousand times; a decimal is what stands in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Decimal(u128);

impl Decimal {
    pub(super) fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl FromStr for Decimal {
    type Err = ();

    /// Reads `1`, `.25`, `2.5e-1`; more than 24 digits after the point are rounded, ties to even.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| ())?),
            None => (text, 0),
        };
        let mantissa = mantissa.strip_prefix('+').unwrap_or(mantissa);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(());
        }
        // The value is digits · 10^(exponent − fraction), and a unit 10⁻²⁴.
        let shift = PLACES + i64::from(exponent) - fraction.len() as i64;
        let kept = usize::try_from(digits.len() as i64 + shift.min(0)).unwrap_or(0);
        let (kept, dropped) = digits.split_at(kept);
        let units = kept.trim_start_matches('0');
        let units: u128 = if units.is_empty() { 0 } else { units.parse().map_err(|_| ())? };
        let scale = 10u128.checked_pow(shift.max(0).try_into().map_err(|_| ())?);
        let scaled = if units == 0 { Some(0) } else { scale.and_then(|scale| units.checked_mul(scale)) };
        // A digit below the last kept decides only if it is the first dropped.
        let first_dropped = digits.len() as i64 + shift >= 0;
        let up = first_dropped && rounds_up(dropped, units);
        scaled.filter(|&units| units <= 100 * 10u128.pow(12) * ONE).map(|units| Self(units + u128::from(up))).ok_or(())
    }
}

fn rounds_up(dropped: &str, units: u128) -> bool {
    match dropped.bytes().next() {
        Some(b'5') if dropped[1..].bytes().all(|byte| byte == b'0') => units % 2 == 1,
        Some(first) => first >= b'5',
        None => false,
    }
}

impl fmt::Display for Decimal {
    /// Without zeros at the end, and without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / ONE)?;
        match self.0 % ONE {
            0 => Ok(()),
            fraction => write!(f, ".{}", format!("{fraction:024}").trim_end_matches('0')),
        }
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        // Saturated sums are far above any parameter, and are refused as such.
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_decimal_is_read_and_printed_as_it_is() {
        for (text, printed) in [
            ("1", "1"),
            ("+1.50", "1.5"),
            (".25", "0.25"),
            ("3.", "3"),
            ("2.5e-1", "0.25"),
            ("1E12", "1000000000000"),
            ("1e-9", "0.000000001"),
            ("0.1234567890123456789012345", "0.123456789012345678901234"),
            ("0.1234567890123456789012355", "0.123456789012345678901236"),
            ("0.1234567890123456789012365", "0.123456789012345678901236"),
            ("0.12345678901234567890123650001", "0.123456789012345678901237"),
            ("9e-25", "0.000000000000000000000001"),
            ("9e-26", "0"),
            ("9e-2000000000", "0"),
            ("0e2000000000", "0"),
        ] {
            assert_eq!(decimal(text).to_string(), printed, "{text}");
        }
        for text in ["", ".", "-1", "nan", "inf", "1e", "1e99", "1_0", "1e99999999999", "++1", "1.+5"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_sum_that_is_written_down_and_read_again_stays_exact() {
        let mut sum = "1".to_owned();
        for _ in 0..1000 {
            sum = (decimal(&sum) + decimal("0.1")).to_string();
        }
        assert_eq!(sum, "101");
    }
}
