//! Discoveries among many e-values, with the expected share of false ones bounded.
//!
//! **Formula.** Of K e-values let E₍ₖ₎ be the k-th greatest. Reject the k* greatest, k* the greatest k with k·E₍ₖ₎/K ≥ 1/δ: the
//! procedure e-BH of Wang & Ramdas (2022, doi:10.1111/rssb.12489). Of what it rejects at most δ is false in expectation, however
//! the e-values depend on each other.
//!
//! **When to use it**: edges of one log share policy, traffic and days, so that their e-values depend in ways nobody knows.
//! **When not**: for a single edge compare its e-value with 1/δ.

/// What e-BH rejects.
///
/// ```
/// use betadrift::decision::{Discoveries, e_bh};
/// let none = e_bh(&[0.0, 9f64.ln()], 0.1); // 9 does not reach 2/0.1 = 20, and 1 not 10
/// assert_eq!(none, Discoveries { rejected: vec![false; 2], count: 0, ln_threshold: None });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Discoveries {
    /// Whether each hypothesis is rejected, in the order of the e-values.
    pub rejected: Vec<bool>,
    /// How many are, k*.
    pub count: usize,
    /// ln(K/(δk*)), which every rejected e-value reaches; `None` if none does.
    pub ln_threshold: Option<f64>,
}

/// e-BH over ln e-values at a false discovery rate of δ = `rate`: rejects the k* greatest, k* the greatest k with
/// k·E₍ₖ₎/K ≥ 1/δ (Wang & Ramdas 2022, doi:10.1111/rssb.12489). Of what it rejects at most δ is false in expectation, however the
/// e-values depend on each other: edges of one log share policy, traffic and days.
///
/// Of the e-values 50, 30 and 1 at δ = 0.1, one alone would have to reach 3/0.1 = 30 and two must each reach 15:
///
/// ```
/// use betadrift::decision::e_bh;
/// let found = e_bh(&[50f64.ln(), 30f64.ln(), 0.0], 0.1);
/// assert_eq!(found.rejected, [true, true, false]);
/// assert!((found.ln_threshold.unwrap() - 15f64.ln()).abs() < 1e-15);
/// ```
///
/// # Panics
/// Unless the rate lies above 0 and at most at 1.
pub fn e_bh(ln_e_values: &[f64], rate: f64) -> Discoveries {
    assert!(rate > 0.0 && rate <= 1.0, "a false discovery rate lies in (0, 1], not {rate}");
    let mut order: Vec<usize> = (0..ln_e_values.len()).collect();
    order.sort_by(|&i, &j| ln_e_values[j].total_cmp(&ln_e_values[i]));
    let threshold = |k: usize| (ln_e_values.len() as f64 / (rate * k as f64)).ln();
    let count = (1..=order.len()).rev().find(|&k| ln_e_values[order[k - 1]] >= threshold(k)).unwrap_or(0);
    let mut rejected = vec![false; ln_e_values.len()];
    order[..count].iter().for_each(|&k| rejected[k] = true);
    Discoveries { rejected, count, ln_threshold: (count > 0).then(|| threshold(count)) }
}

/// ln of the mean of e-values, itself an e-value of the hypothesis that they share, however they depend on each other (Vovk &
/// Wang 2021, doi:10.1214/20-AOS2020); `None` without any.
///
/// ```
/// use betadrift::decision::ln_mean_e_value;
/// assert!((ln_mean_e_value(&[1f64.ln(), 9f64.ln()]).unwrap() - 5f64.ln()).abs() < 1e-15);
/// assert_eq!(ln_mean_e_value(&[]), None);
/// ```
pub fn ln_mean_e_value(ln_e_values: &[f64]) -> Option<f64> {
    let greatest = ln_e_values.iter().copied().reduce(f64::max)?;
    if greatest.is_infinite() {
        return Some(greatest);
    }
    let sum: f64 = ln_e_values.iter().map(|ln_e| (ln_e - greatest).exp()).sum();
    Some(greatest + (sum / ln_e_values.len() as f64).ln())
}
