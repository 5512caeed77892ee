//! Keys that are numbers or words of a range. A default of `None` makes a key needed.

use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Spanned;

use super::{Fault, Keys, Problem, choice};
use crate::beta::{Beta, TRUSTED};
use crate::number::Plain;

impl Keys<'_> {
    /// A number between 0 and 1.
    pub(crate) fn probability(&mut self, key: &'static str, default: impl Into<Option<f64>>) -> Result<f64, Fault> {
        self.checked(key, default.into(), 0.0, |value| probability(key, value))
    }

    /// A finite number of 0 or more.
    pub(crate) fn not_negative(&mut self, key: &'static str, default: impl Into<Option<f64>>) -> Result<f64, Fault> {
        self.checked(key, default.into(), 0.0, |value| not_negative(key, value))
    }

    /// A number of a range; `right` says it in words.
    pub(crate) fn number(
        &mut self,
        key: &'static str,
        default: impl Into<Option<f64>>,
        range: RangeInclusive<f64>,
        right: &'static str,
    ) -> Result<f64, Fault> {
        self.checked(key, default.into(), *range.start(), |value| {
            number(key, value, range.contains(value.get_ref()), right)
        })
    }

    /// A whole number of a range; `right` says it in words.
    pub(crate) fn whole(
        &mut self,
        key: &'static str,
        default: impl Into<Option<i64>>,
        range: RangeInclusive<i64>,
        right: &'static str,
    ) -> Result<i64, Fault> {
        self.checked(key, default.into(), *range.start(), |value| {
            in_range(key, value, range.contains(value.get_ref()), right)
        })
    }

    /// One of some words, by its position among them.
    pub(crate) fn word(
        &mut self,
        key: &'static str,
        default: impl Into<Option<usize>>,
        words: &[&str],
    ) -> Result<usize, Fault> {
        self.checked(key, default.into(), 0, |word: &Spanned<String>| {
            words.iter().position(|known| known == word.get_ref()).ok_or_else(|| choice(key, word, words))
        })
    }

    /// A Beta law, as its two parameters.
    pub(crate) fn beta(&mut self, key: &'static str, default: impl Into<Option<Beta>>) -> Result<Beta, Fault> {
        self.checked(key, default.into(), Beta::UNIFORM, |value| beta(key, value))
    }

    fn checked<V: serde::de::DeserializeOwned, T>(
        &mut self,
        key: &'static str,
        default: Option<T>,
        allowed: T,
        check: impl FnOnce(&Spanned<V>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.get(key)? {
            Some(value) => check(&value),
            None => default.or(self.listing.then_some(allowed)).ok_or_else(|| self.missing(key)),
        }
    }
}

/// The value, where it is valid; `right` says what would be.
pub(crate) fn in_range<T: Copy + Display>(
    key: &'static str,
    value: &Spanned<T>,
    valid: bool,
    right: &'static str,
) -> Result<T, Fault> {
    let problem = || (value.span(), Problem::Range { key, value: value.get_ref().to_string(), right });
    valid.then(|| *value.get_ref()).ok_or_else(problem)
}

/// A number between 0 and 1.
pub(crate) fn probability(key: &'static str, value: &Spanned<f64>) -> Result<f64, Fault> {
    number(key, value, (0.0..=1.0).contains(value.get_ref()), "a number between 0 and 1")
}

fn not_negative(key: &'static str, value: &Spanned<f64>) -> Result<f64, Fault> {
    let valid = value.get_ref().is_finite() && *value.get_ref() >= 0.0;
    number(key, value, valid, "finite and not negative")
}

fn number(key: &'static str, value: &Spanned<f64>, valid: bool, right: &'static str) -> Result<f64, Fault> {
    let number = *value.get_ref();
    valid
        .then_some(number)
        .ok_or_else(|| (value.span(), Problem::Range { key, value: Plain(number).to_string(), right }))
}

fn beta(key: &'static str, value: &Spanned<[f64; 2]>) -> Result<Beta, Fault> {
    let [a, b] = *value.get_ref();
    let wrong = |right| (value.span(), Problem::Range { key, value: format!("[{}, {}]", Plain(a), Plain(b)), right });
    let positive = |parameter: &f64| parameter.is_finite() && *parameter > 0.0;
    if [a, b].iter().all(positive) && ![a, b].iter().all(|parameter| TRUSTED.contains(parameter)) {
        return Err(wrong("two numbers between 1e-9 and 1e12; outside of it, results cannot be trusted"));
    }
    Beta::new(a, b).map_err(|_| wrong("two finite numbers greater than zero"))
}
