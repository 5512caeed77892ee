//! An e-value against one rate: whether counts, one after another, can have come from a rate that never changed.
//!
//! **Formula.** Let sᵢ successes and fᵢ failures be counted on day i, S and F all of them. With the mixture of Krichevsky and
//! Trofimov over a rate, K(s, f) = B(s + ½, f + ½) / B(½, ½), and the likelihood of the best single rate p̂ = S/(S + F),
//!
//! > E = Σ_c w_c K(s, f before c) · K(s, f from c on) / (p̂^S (1 − p̂)^F)
//!
//! over the days c on which the rate may have changed, w_c the share of the calendar days between the first feedback and the
//! evening that lie before c and after the day before it. Splits that leave a side without feedback add nothing.
//!
//! **Why it holds.** The numerator is a forecast that is made before each reward, the denominator at least the likelihood of
//! the truth; so under one rate, whatever it is, `E[E] ≤ 1` and P(E ≥ 1/α) ≤ α: *universal inference* (Wasserman, Ramdas &
//! Balakrishnan 2020, doi:10.1073/pnas.1922664117), with the forecast of Krichevsky & Trofimov (1981,
//! doi:10.1109/TIT.1981.1056331). How many pulls a day brings may depend on all that came before, as under Thompson Sampling.
//! Rewards between 0 and 1 may take part: q^r (1−q)^(1−r) / (p^r (1−p)^(1−r)) ≤ r q/p + (1−r)(1−q)/(1−p), whose mean is 1
//! where that of r is p.
//!
//! **When not.** The price of holding under adaptive sampling is about ½ ln n₁ + ½ ln n₂ nats for n₁ and n₂ pulls about the
//! change; an exact test given S (hypergeometric) is content with less, but not an e-value where pulls follow rewards.
//! From 0.1 to 0.2, 600 pulls on either side reach E = 20 half of the time, as many as a mixture
//! of Hoeffding's bounds given S needs. It looks for a change that stays: a rate that
//! rises on weekends and falls again is mostly not seen. It holds for the evening it is computed on, not for the greatest of
//! many evenings.

use crate::number::brief;
use crate::special::ln_beta;

/// The feedback of one day.
///
/// No successes of three, and the next day nothing but successes:
///
/// ```
/// use betadrift::decision::{DailyCounts, one_rate};
/// let monday = DailyCounts { day: 0, successes: 0.0, failures: 3.0 };
/// let tuesday = DailyCounts { day: 1, successes: 3.0, failures: 0.0 };
/// let evidence = one_rate(&[monday, tuesday], 1).unwrap();
/// assert_eq!((evidence.before, evidence.after), ((0.0, 3.0), (3.0, 0.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyCounts {
    /// The day, as a number.
    pub day: i32,
    /// Σ r.
    pub successes: f64,
    /// Σ (1 − r).
    pub failures: f64,
}

/// The evidence against one rate.
///
/// ```
/// use betadrift::decision::{DailyCounts, one_rate};
/// let days = [(0, 0.0, 3.0), (1, 3.0, 0.0)].map(|(day, successes, failures)| DailyCounts { day, successes, failures });
/// let evidence = one_rate(&days, 1).unwrap();
/// assert!((evidence.ln_e - 6.25f64.ln()).abs() < 1e-12);
/// assert_eq!(evidence.e_value_in_words(), "6.25");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneRate {
    /// ln E.
    pub ln_e: f64,
    /// The first day of the new rate under the split that explains the counts best.
    pub split: i32,
    /// Successes and failures before that day.
    pub before: (f64, f64),
    /// Successes and failures from that day on.
    pub after: (f64, f64),
}

impl OneRate {
    /// E, at most the greatest number that f64 holds.
    pub fn e_value(&self) -> f64 {
        self.ln_e.exp().min(f64::MAX)
    }

    /// E with three digits, or its power of ten where no f64 holds it.
    pub fn e_value_in_words(&self) -> String {
        match self.ln_e.exp() {
            e_value if e_value.is_finite() => brief(e_value),
            _ => format!("1e{}", (self.ln_e / std::f64::consts::LN_10).floor()),
        }
    }
}

/// The e-value, on the evening of `evening`, that counts have one rate; `None` with feedback on fewer than two days.
///
/// `days` ascend, each with feedback and none after `evening`. O(days); absolute accuracy of ln E 1e-13 times the pulls.
///
/// Three failures, then three successes, with one day between: K(0, 3) = K(3, 0) = 5/16 and p̂ = ½ give 2⁶ · (5/16)² = 6.25.
///
/// ```
/// use betadrift::decision::{DailyCounts, one_rate};
/// let days = [(0, 0.0, 3.0), (1, 3.0, 0.0)].map(|(day, successes, failures)| DailyCounts { day, successes, failures });
/// let evidence = one_rate(&days, 1).unwrap();
/// assert!((evidence.e_value() - 6.25).abs() < 1e-12);
/// assert_eq!(evidence.split, 1);
/// assert!((one_rate(&days, 2).unwrap().e_value() - 3.125).abs() < 1e-12); // half of the weight lies on the change to come
/// assert_eq!(one_rate(&days[..1], 1), None);
/// ```
pub fn one_rate(days: &[DailyCounts], evening: i32) -> Option<OneRate> {
    one_rate_from(days, evening, f64::NEG_INFINITY)
}

/// As [`one_rate`], but `None` also where ln E is sure to be below `least`, which costs less to see: a mixture is never
/// above the best likelihood, so no term is above its likelihood ratio.
///
/// With the days of [`one_rate`], E = 6.25 and the best likelihood ratio 2⁶ = 64:
///
/// ```
/// use betadrift::decision::{DailyCounts, one_rate, one_rate_from};
/// let days = [(0, 0.0, 3.0), (1, 3.0, 0.0)].map(|(day, successes, failures)| DailyCounts { day, successes, failures });
/// assert_eq!(one_rate_from(&days, 1, 65f64.ln()), None);
/// assert_eq!(one_rate_from(&days, 1, 63f64.ln()), one_rate(&days, 1)); // not sure to be below
/// ```
pub fn one_rate_from(days: &[DailyCounts], evening: i32, least: f64) -> Option<OneRate> {
    let whole = sum(days);
    let span = f64::from(evening - days.first()?.day);
    let ceiling = ln_likelihood(whole);
    // Below any likelihood ratio: the likelihood of a sequence is at most 1.
    if days.len() < 2 || -ceiling < least {
        return None;
    }
    let best = splits(days, whole).map(|(_, before, after)| ln_likelihood(before) + ln_likelihood(after));
    if best.fold(f64::NEG_INFINITY, f64::max) - ceiling < least {
        return None;
    }
    let ln_term = |&(at, before, after): &Split| {
        let share = f64::from(days[at].day - days[at - 1].day) / span;
        share.ln() + ln_mixture(before) + ln_mixture(after) - ceiling
    };
    let terms: Vec<(Split, f64)> = splits(days, whole).map(|split| (split, ln_term(&split))).collect();
    let &((at, before, after), top) = terms.iter().reduce(|best, term| if term.1 > best.1 { term } else { best })?;
    let sum: f64 = terms.iter().map(|(_, ln_term)| (ln_term - top).exp()).sum();
    Some(OneRate { ln_e: top + sum.ln(), split: days[at].day, before, after })
}

type Outcomes = (f64, f64);

/// The position of the first day after a split, and what was counted before and from there on.
type Split = (usize, Outcomes, Outcomes);

fn splits(days: &[DailyCounts], whole: Outcomes) -> impl Iterator<Item = Split> {
    let mut before = (0.0, 0.0);
    (1..days.len()).map(move |at| {
        let day = &days[at - 1];
        before = (before.0 + day.successes, before.1 + day.failures);
        (at, before, ((whole.0 - before.0).max(0.0), (whole.1 - before.1).max(0.0)))
    })
}

fn sum(days: &[DailyCounts]) -> Outcomes {
    days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.successes, sum.1 + day.failures))
}

/// ln of p̂^s (1 − p̂)^f.
fn ln_likelihood((successes, failures): Outcomes) -> f64 {
    let total = successes + failures;
    let part = |count: f64| if count > 0.0 { count * (count / total).ln() } else { 0.0 };
    part(successes) + part(failures)
}

/// ln K(s, f).
fn ln_mixture((successes, failures): Outcomes) -> f64 {
    ln_beta(successes + 0.5, failures + 0.5) - std::f64::consts::PI.ln()
}
