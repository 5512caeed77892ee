//! The arithmetic of the Beta widget: the rooms that compute it, compiled from the same sources, behind plain functions of
//! numbers. What does not exist, of parameters that are none as well, is NaN.
#![expect(dead_code, unused_imports, reason = "the rooms hold more than the widget asks of them")]

#[path = "../../src/beta/mod.rs"]
mod beta;
#[path = "../../src/decision/mod.rs"]
mod decision;
#[path = "../../src/divergence/mod.rs"]
mod divergence;
#[path = "../../src/number.rs"]
mod number;
#[path = "../../src/special/mod.rs"]
mod special;

use std::cell::Cell;

use beta::{Beta, Interval, TRUSTED};
use decision::{Difference, difference};

/// What is computed of one Beta.
fn of(alpha: f64, beta: f64, value: impl FnOnce(Beta) -> Option<f64>) -> f64 {
    let is_trusted = TRUSTED.contains(&alpha) && TRUSTED.contains(&beta);
    let known = Beta::new(alpha, beta).ok().filter(|_| is_trusted);
    known.and_then(value).unwrap_or(f64::NAN)
}

/// What is computed of two.
fn between(a1: f64, b1: f64, a2: f64, b2: f64, value: impl FnOnce(Beta, Beta) -> f64) -> f64 {
    of(a1, b1, |one| Some(of(a2, b2, |other| Some(value(one, other)))))
}

/// An end of the equal-tailed interval.
fn end(alpha: f64, beta: f64, level: f64, end: impl FnOnce(Interval) -> f64) -> f64 {
    of(alpha, beta, |known| is_level(level).then(|| end(known.interval(level))))
}

/// An end of the interval of highest density.
fn hpd_end(alpha: f64, beta: f64, level: f64, end: impl FnOnce(Interval) -> f64) -> f64 {
    of(alpha, beta, |known| is_level(level).then(|| known.hpd(level).ok()).flatten().map(end))
}

thread_local! {
    /// The difference that was asked for last, and of what: three questions in a row are about one.
    static LAST: Cell<Option<([f64; 5], Difference)>> = const { Cell::new(None) };
}

/// What is said of the difference of two rates.
fn apart(a1: f64, b1: f64, a2: f64, b2: f64, level: f64, value: impl FnOnce(Difference) -> f64) -> f64 {
    if !is_level(level) {
        return f64::NAN;
    }
    between(a1, b1, a2, b2, |one, other| {
        let asked = [a1, b1, a2, b2, level];
        let known = LAST.get().filter(|(of, _)| *of == asked).map(|(_, known)| known);
        let known = known.unwrap_or_else(|| difference(one, other, level));
        LAST.set(Some((asked, known)));
        value(known)
    })
}

fn is_level(level: f64) -> bool {
    level > 0.0 && level < 1.0
}

/// Exports functions of one Beta and of more numbers.
macro_rules! of_one {
    ($($name:ident($($more:ident),*) = $value:expr;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(alpha: f64, beta: f64, $($more: f64),*) -> f64 {
            $value(alpha, beta, $($more),*)
        }
    )*};
}

of_one! {
    mean() = |a, b| of(a, b, |known| Some(known.mean()));
    sd() = |a, b| of(a, b, |known| Some(known.sd()));
    mode() = |a, b| of(a, b, Beta::mode);
    median() = |a, b| of(a, b, |known| Some(known.median()));
    density(rate) = |a, b, rate| of(a, b, |known| Some(known.density(rate)));
    lower(level) = |a, b, level| end(a, b, level, |interval| interval.lower);
    upper(level) = |a, b, level| end(a, b, level, |interval| interval.upper);
    hpd_lower(level) = |a, b, level| hpd_end(a, b, level, |interval| interval.lower);
    hpd_upper(level) = |a, b, level| hpd_end(a, b, level, |interval| interval.upper);
}

/// Exports functions of two Betas and of more numbers.
macro_rules! of_two {
    ($($name:ident($($more:ident),*) = $value:expr;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(a1: f64, b1: f64, a2: f64, b2: f64, $($more: f64),*) -> f64 {
            $value(a1, b1, a2, b2, $($more),*)
        }
    )*};
}

of_two! {
    kl() = |a1, b1, a2, b2| between(a1, b1, a2, b2, divergence::kl);
    hellinger() = |a1, b1, a2, b2| between(a1, b1, a2, b2, divergence::hellinger);
    difference_mean(level) = |a1, b1, a2, b2, level| apart(a1, b1, a2, b2, level, |apart| apart.mean);
    difference_lower(level) = |a1, b1, a2, b2, level| apart(a1, b1, a2, b2, level, |apart| apart.lower);
    difference_upper(level) = |a1, b1, a2, b2, level| apart(a1, b1, a2, b2, level, |apart| apart.upper);
    p_greater() = |a1, b1, a2, b2| between(a1, b1, a2, b2, decision::p_greater);
}
