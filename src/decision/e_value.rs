//! Evidence that may be looked at after every reward: the e-value of counts against one rate, and the interval of the rates
//! that it does not reject.
//!
//! **Formula.** For s successes and f failures, n = s + f, and a rate p: E_n(p) = B(1+s, 1+f)/(pˢ(1−p)ᶠ), the likelihood
//! ratio of a uniform mixture of rates to p (Robbins 1970, doi:10.1214/aoms/1177696786, in the notation of Howard, Ramdas,
//! McAuliffe & Sekhon 2021, doi:10.1214/20-AOS1991). The always-valid interval of level 1 − δ is {p : E_n(p) < 1/δ}.
//!
//! **Why it is valid at any time.** E_n is the mixture over u of Π g_u(xᵢ), g_u(x) = (u/p)ˣ((1−u)/(1−p))¹⁻ˣ. If each reward
//! has mean p, given all before it, then `E[g_u(x)]` = 1 for rewards of 0 and 1. A reward anywhere in [0, 1] does no harm: g_u
//! is convex, so that it lies below the chord from g_u(0) to g_u(1), and `E[g_u(x)]` ≤ 1. Hence E_n is a nonnegative
//! supermartingale that starts at 1, and by Ville's inequality P(E_n ≥ 1/δ for some n) ≤ δ: whoever chose the edge, by what
//! policy, and however often somebody looked and stopped.
//!
//! **When to use it**: for what was looked at more than once or sampled adaptively, which is every bandit. **When not**: it
//! speaks of a rate that does not move. If the mean of the rewards drifts, a rejection says only that no one rate fits. At one
//! time fixed beforehand an interval for that time is narrower.
//!
//! **How.** With p̂ = s/n, ln E_n = n·kl(p̂, p) + C, where C = ln B(1+s, 1+f) − s ln p̂ − f ln(1−p̂) = h(s) + h(f) − h(n) − ln(n+1) and
//! h(x) = lnΓ(1+x) − x ln x + x, which grows as ½ ln 2πx: no difference of numbers as large as n.

use std::f64::consts::TAU;

use crate::beta::Interval;
use crate::special::{Step, centred_cumulant_below, gamma_excess, logistic};

/// ln of the e-value of `successes` and `failures`, real numbers of at least 0, against `rate`: above ln(1/δ) the rate is
/// rejected at δ, whenever somebody looks.
///
/// E = B(1+s, 1+f)/(pˢ(1−p)ᶠ), the likelihood ratio of a uniform mixture of rates to p (Robbins 1970,
/// doi:10.1214/aoms/1177696786). If rewards have mean p whatever went before, it is a nonnegative supermartingale that starts at
/// 1, also for rewards anywhere in [0, 1] (the ratio of one reward is convex in it), so by Ville's inequality it reaches 1/δ,
/// ever, with probability δ at most: under any policy that chose the edge, and any peeking. It speaks of a rate that does not
/// move.
///
/// Infinite where the counts contradict a rate of 0 or 1. Relative accuracy 1e-12 for counts up to 1e12 (absolute 1e-13 where
/// ln E is nearly 0).
///
/// One success against ½ tells nothing, and two tell B(3, 1)/¼ = 4/3:
///
/// ```
/// use betadrift::decision::ln_e_value;
/// assert!(ln_e_value(1.0, 0.0, 0.5).abs() < 1e-15);
/// assert!((ln_e_value(2.0, 0.0, 0.5) - (4f64 / 3.0).ln()).abs() < 1e-15);
/// assert_eq!(ln_e_value(1.0, 9.0, 0.0), f64::INFINITY);
/// ```
///
/// # Panics
/// Unless the counts are finite and at least 0, and the rate lies in [0, 1].
pub fn ln_e_value(successes: f64, failures: f64, rate: f64) -> f64 {
    check(successes, failures);
    assert!((0.0..=1.0).contains(&rate), "a rate lies in [0, 1], not {rate}");
    let complement = 1.0 - rate;
    if rate == 0.0 && successes > 0.0 || complement == 0.0 && failures > 0.0 {
        return f64::INFINITY;
    }
    // n·p with what rounding left out of n: s − n·p keeps its digits where s is all but n·p.
    let n = successes + failures;
    let lost = if successes > failures { (successes - n) + failures } else { (failures - n) + successes };
    let excess = rate.mul_add(-n, successes) - rate * lost;
    let successes_from = Step { from: n * rate, to: successes, by: excess };
    let failures_from = Step { from: n * complement, to: failures, by: -excess };
    deviance(successes_from) + deviance(failures_from) + ln_mixture(successes, failures)
}

/// The interval of the rates that are not rejected at δ = 1 − `level`, the closure of {p : E_n(p) < 1/δ}: a confidence
/// sequence, which holds the true rate at all times together with probability `level` (Howard, Ramdas, McAuliffe & Sekhon 2021,
/// doi:10.1214/20-AOS1991). For one time that was fixed beforehand it is wider than need be.
///
/// With no success the lower end is 0 and the upper one 1 − (δ/(n+1))^{1/n}, and so mirrored with no failure; with neither it is
/// [0, 1]. Relative accuracy 1e-12 on `lower` and `upper_complement`.
///
/// After 19 failures in 19, (0.05/20)^{1/19} = 0.7295…:
///
/// ```
/// use betadrift::decision::always_valid;
/// let interval = always_valid(0.0, 19.0, 0.95);
/// assert_eq!(interval.lower, 0.0);
/// assert!((interval.upper_complement - 0.0025f64.powf(1.0 / 19.0)).abs() < 1e-15);
/// ```
///
/// # Panics
/// Unless the counts are finite and at least 0, and the level lies strictly between 0 and 1.
pub fn always_valid(successes: f64, failures: f64, level: f64) -> Interval {
    check(successes, failures);
    assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
    // In nats, how far n·kl(p̂, p) may rise; at p̂ the mixture is never the more likely one, so it is above 0.
    let reach = -(1.0 - level).ln() - ln_mixture(successes, failures);
    let (lower, _) = lower_end(successes, failures, reach);
    let (upper_complement, upper) = lower_end(failures, successes, reach);
    Interval { level, lower, upper, upper_complement }
}

fn check(successes: f64, failures: f64) {
    let valid = |count: f64| count.is_finite() && count >= 0.0;
    assert!(valid(successes) && valid(failures), "counts are finite and at least 0, not {successes} and {failures}");
}

/// y ln(y/x) − (y − x) ≥ 0, also for y = 0 and for x = y = 0.
fn deviance(step: Step) -> f64 {
    if step.to == 0.0 { step.from } else { step.deviance() }
}

/// ln B(1+s, 1+f) − s ln(s/n) − f ln(f/n) ≤ 0: the mixture beside the rate that fits best.
fn ln_mixture(successes: f64, failures: f64) -> f64 {
    let n = successes + failures;
    stirling_rest(successes) + stirling_rest(failures) - stirling_rest(n) - n.ln_1p()
}

/// lnΓ(1+x) − x ln x + x ≥ 0, for x ≥ 0.
fn stirling_rest(x: f64) -> f64 {
    if x == 0.0 {
        0.0
    } else if x < 10.0 {
        gamma_excess(1.0 + x) + (1.0 + x) * x.ln_1p() - 1.0 - x * x.ln()
    } else {
        // lnΓ(1+x) = ln x + lnΓ(x); with ½ ln(2π/x) taken out of the excess the logarithms join.
        0.5 * (TAU * x).ln() + (gamma_excess(x) - 0.5 * (TAU / x).ln())
    }
}

/// The rate p < s/n, and 1 − p, with n·kl(s/n, p) = `reach` > 0; 0 without successes.
fn lower_end(successes: f64, failures: f64, reach: f64) -> (f64, f64) {
    let n = successes + failures;
    if successes == 0.0 {
        return (0.0, 1.0);
    }
    if failures == 0.0 {
        let ln_rate = -reach / n;
        return (ln_rate.exp(), -ln_rate.exp_m1());
    }
    let u = centred_cumulant_below(successes / n, failures / n, reach / n);
    logistic((successes / failures).ln() - u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_stirlings_form_is_whole_at_the_seam() {
        // lnΓ(1+x) for whole x is ln x!.
        let mut ln_factorial: f64 = 0.0;
        for k in 1..40 {
            let x = f64::from(k);
            ln_factorial += x.ln();
            assert!((stirling_rest(x) - (ln_factorial - x * x.ln() + x)).abs() < 1e-13, "{x}");
        }
    }

    #[test]
    fn ends_lie_where_the_e_value_crosses() {
        for (s, f) in [(3.0, 4.0), (0.25, 7.5), (1e6, 2e6), (40.0, 1e9), (1.0, 1e12)] {
            let interval = always_valid(s, f, 0.95);
            let miss = (ln_e_value(s, f, interval.lower) - 20f64.ln()).abs();
            assert!(miss < 1e-8, "{s}, {f}: {miss}");
        }
    }
}
