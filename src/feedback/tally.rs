//! Exact sums of rewards, in fixed point.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An exact sum of rewards: fixed point with 64 bits before and 64 bits after the binary point.
///
/// Addition of tallies is exact, therefore associative and commutative to the last bit: no order of rows, split of files
/// or number of threads changes a posterior. A decimal is rounded once, to the nearest multiple of 2⁻⁶⁴, when it is read;
/// the sum is rounded once more when [`Tally::to_f64`] turns it into a floating-point number.
///
/// ```
/// use betadrift::feedback::Tally;
/// let tenth: Tally = "0.1".parse().unwrap();
/// let sum: Tally = std::iter::repeat_n(tenth, 10).sum();
/// assert_eq!(sum.to_f64(), 1.0); // ten times the f64 nearest to 0.1 gives 0.9999999999999999
///
/// let half = Tally::from_f64(0.5).unwrap();
/// assert_eq!(half, Tally::from_parts(0, 1 << 63));
/// assert_eq!((Tally::whole(3) + half).to_parts(), (3, 1 << 63));
/// assert_eq!(half.checked_sub(half), Some(Tally::ZERO));
/// assert_eq!(half.checked_sub(Tally::ONE), None); // never negative
/// assert_eq!(Tally::MAX_INPUT.checked_add(half).unwrap().to_string(), "1000000000000.5");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tally(u128);

/// Why a text is not a tally.
///
/// ```
/// use betadrift::feedback::{Tally, TallyError};
/// let read = |text: &str| text.parse::<Tally>();
/// assert_eq!(read("NaN"), Err(TallyError::NotANumber));
/// assert_eq!(read("-1"), Err(TallyError::Negative));
/// assert_eq!(read("1e12"), Ok(Tally::MAX_INPUT));
/// assert_eq!(read("2e12"), Err(TallyError::TooLarge));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TallyError {
    /// Not a decimal number; NaN and infinities are none either.
    #[error("not a number")]
    NotANumber,
    /// Below zero.
    #[error("below zero")]
    Negative,
    /// Above [`Tally::MAX_INPUT`].
    #[error("above 1e12")]
    TooLarge,
}

impl Tally {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One whole success.
    pub const ONE: Self = Self(1 << 64);
    /// The greatest tally that is read from text, 10¹²: 18 million of them can be added before 128 bits overflow.
    pub const MAX_INPUT: Self = Self(1_000_000_000_000 << 64);

    /// A whole number.
    pub const fn whole(count: u64) -> Self {
        Self((count as u128) << 64)
    }

    /// The whole part, and the rest in multiples of 2⁻⁶⁴.
    pub const fn to_parts(self) -> (u64, u64) {
        ((self.0 >> 64) as u64, self.0 as u64)
    }

    /// A whole number and so many multiples of 2⁻⁶⁴.
    pub const fn from_parts(whole: u64, fraction: u64) -> Self {
        Self((whole as u128) << 64 | fraction as u128)
    }

    /// The multiple of 2⁻⁶⁴ nearest to `x`; `None` unless 0 ≤ x ≤ 10¹².
    pub fn from_f64(x: f64) -> Option<Self> {
        const SCALE: f64 = 18_446_744_073_709_551_616.0;
        // Scaling by a power of two is exact, so the only rounding is `round_ties_even`.
        (0.0..=1e12).contains(&x).then(|| Self((x * SCALE).round_ties_even() as u128))
    }

    /// The tally nearest to `0.25`: a zero and up to nine digits behind the point. `None` for anything else.
    pub(crate) fn short_decimal(text: &[u8]) -> Option<Self> {
        let [b'0', b'.', digits @ ..] = text else { return None };
        if !(1..=9).contains(&digits.len()) {
            return None;
        }
        let step = |value: u64, byte: &u8| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0'));
        let (numerator, denominator) = (digits.iter().try_fold(0, step)?, 10u64.pow(digits.len() as u32));
        // Two divisions of 64 bits instead of one of 128: n · 2⁶⁴ / d is n · 2³² / d, and what is left of it · 2³² / d.
        let (upper, left) = ((numerator << 32) / denominator, (numerator << 32) % denominator);
        let (lower, left) = ((left << 32) / denominator, (left << 32) % denominator);
        let quotient = upper << 32 | lower;
        let is_up = 2 * left > denominator || (2 * left == denominator && quotient & 1 == 1);
        Some(Self(u128::from(quotient) + u128::from(is_up)))
    }

    /// The nearest floating-point number.
    pub fn to_f64(self) -> f64 {
        const RESOLUTION: f64 = 1.0 / 18_446_744_073_709_551_616.0;
        match self.to_parts() {
            // Most are whole, and 64 bits are converted faster than 128.
            (whole, 0) => whole as f64,
            _ => self.0 as f64 * RESOLUTION,
        }
    }

    /// The sum, if 128 bits hold it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, if it is not negative.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl Serialize for Tally {
    /// As its exact decimal, a string.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl From<Tally> for f64 {
    fn from(tally: Tally) -> Self {
        tally.to_f64()
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::ZERO, Add::add)
    }
}

impl FromStr for Tally {
    type Err = TallyError;

    /// Reads a decimal such as `1`, `0.25`, `2.5e-1`, rounded once to the nearest multiple of 2⁻⁶⁴, ties to even.
    fn from_str(text: &str) -> Result<Self, TallyError> {
        let float: f64 = text.parse().map_err(|_| TallyError::NotANumber)?;
        if float.is_nan() {
            return Err(TallyError::NotANumber);
        }
        if float < 0.0 {
            return Err(TallyError::Negative);
        }
        if float > 1e12 {
            return Err(TallyError::TooLarge);
        }
        // Exponents, signs and more digits than 128 bits hold go through f64, whose rounding is far below any of theirs.
        Ok(exact_decimal(text.as_bytes()).unwrap_or_else(|| Self::from_f64(float).expect("range checked above")))
    }
}

/// The tally nearest to a plain decimal `digits[.digits]` of at most 27 digits after the point.
fn exact_decimal(text: &[u8]) -> Option<Tally> {
    // 10²⁷·2⁶⁴⁻²⁷ still fits 128 bits.
    const MAX_FRACTION_DIGITS: usize = 27;
    let (whole, fraction) = match text.iter().position(|&byte| byte == b'.') {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &[][..]),
    };
    if whole.len() > 13 || fraction.len() > MAX_FRACTION_DIGITS {
        return None;
    }
    let digits = |part: &[u8]| {
        part.iter().try_fold(0u128, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u128::from(byte - b'0')))
    };
    // n / 10ᵏ · 2⁶⁴ = n · 2⁶⁴⁻ᵏ / 5ᵏ
    let numerator = digits(fraction)? << (64 - fraction.len());
    let denominator = 5u128.pow(fraction.len() as u32);
    let (quotient, remainder) = (numerator / denominator, numerator % denominator);
    let round_up = match (remainder * 2).cmp(&denominator) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => quotient & 1,
        std::cmp::Ordering::Greater => 1,
    };
    Some(Tally((digits(whole)? << 64) + quotient + round_up))
}

impl fmt::Display for Tally {
    /// The shortest decimal that reads back as the same tally (Steele & White 1990, fixed-point printout,
    /// doi:10.1145/93542.93559).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 >> 64)?;
        let mut remainder = self.0 & u128::from(u64::MAX);
        if remainder == 0 {
            return Ok(());
        }
        f.write_str(".")?;
        // Twice the distance within which a decimal still rounds to this tally, in units of 2⁻⁶⁴.
        let mut half_ulp_twice: u128 = 1;
        loop {
            remainder *= 10;
            half_ulp_twice *= 10;
            let digit = (remainder >> 64) as u8;
            remainder &= u128::from(u64::MAX);
            let below = 2 * remainder < half_ulp_twice;
            let above = 2 * ((1u128 << 64) - remainder) < half_ulp_twice;
            if below || above {
                let up = above && (!below || 2 * remainder > (1u128 << 64));
                return write!(f, "{}", digit + u8::from(up));
            }
            write!(f, "{digit}")?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_prints_the_shortest_decimal_that_reads_back() {
        for (text, printed) in
            [("0.1", "0.1"), ("12", "12"), ("2.50", "2.5"), ("0.333333333333333333", "0.333333333333333333")]
        {
            let tally: Tally = text.parse().unwrap();
            assert_eq!(tally.to_string(), printed);
        }
        let mut state = 1u64;
        for _ in 0..2_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let tally = Tally(u128::from(state) | u128::from(state >> 40) << 64);
            assert_eq!(tally.to_string().parse::<Tally>(), Ok(tally), "{tally}");
        }
    }

    #[test]
    fn short_decimals_are_rounded_as_long_ones() {
        for digits in 1..=9u32 {
            let end = 10u64.pow(digits);
            for numerator in (0..end).step_by((end / 20_000).max(1) as usize).chain([end / 2, end - 1]) {
                let text = format!("0.{numerator:0width$}", width = digits as usize);
                assert_eq!(Tally::short_decimal(text.as_bytes()), exact_decimal(text.as_bytes()), "{text}");
            }
        }
        for text in ["0.", "0", "1.0", "00.5", "0.1e1", "0.+1", "0.1234567890", ".5", "-0.5", "0.5 ", "0,5"] {
            assert_eq!(Tally::short_decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_tally_is_refused() {
        assert_eq!("nan".parse::<Tally>(), Err(TallyError::NotANumber));
        assert_eq!("".parse::<Tally>(), Err(TallyError::NotANumber));
        assert_eq!("-0.5".parse::<Tally>(), Err(TallyError::Negative));
        assert_eq!("inf".parse::<Tally>(), Err(TallyError::TooLarge));
        assert_eq!("1e13".parse::<Tally>(), Err(TallyError::TooLarge));
        assert_eq!(Tally::from_f64(f64::NAN), None);
    }
}
