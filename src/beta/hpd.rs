//! Intervals of highest density.

use thiserror::Error;

use super::{Beta, Interval};
use crate::special::{IncBeta, centred_cumulant_below, logistic, root};

/// Why a Beta has no interval of highest density.
///
/// ```
/// use betadrift::beta::{Beta, NoHpd};
/// assert_eq!(Beta::UNIFORM.hpd(0.95), Err(NoHpd::Flat));
/// assert_eq!(Beta::JEFFREYS.hpd(0.95), Err(NoHpd::TwoPieces));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoHpd {
    /// Beta(1, 1): any interval of that length is as dense as any other.
    #[error("the density of Beta(1, 1) is flat, so that no interval is denser than another")]
    Flat,
    /// α, β ≤ 1, one of them at least below: the densest rates lie at both ends.
    #[error("with alpha and beta below 1 the densest rates lie at both ends, in two pieces that are no interval")]
    TwoPieces,
}

impl Beta {
    /// The interval of highest density (HPD) of probability `level`: no rate outside is denser than one inside, so that it is
    /// the shortest interval of that probability (Box & Tiao 1965, doi:10.1093/biomet/52.3-4.355).
    ///
    /// For α, β > 1 it lies about the mode, its ends l < u solve f(l) = f(u) and F(u) − F(l) = `level`. Where the density only
    /// falls (α ≤ 1 ≤ β) it begins at 0, where it only rises (β ≤ 1 ≤ α) it ends at 1. Relative accuracy 1e-10 of `lower` and
    /// `upper_complement` for α, β up to 1e9.
    ///
    /// It is not invariant: that of the logit is another. Where rates pile up at an end it shows the likely ones, which the
    /// equal-tailed interval cuts off; for anything else [`Beta::interval`] says what people expect.
    ///
    /// P(rate ≤ x) = 1 − (1 − x)² under Beta(1, 2), densest at 0; the equal-tailed interval leaves out the densest rates:
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// let hpd = Beta::new(1.0, 2.0)?.hpd(0.75).unwrap();
    /// assert!(hpd.lower == 0.0 && (hpd.upper - 0.5).abs() < 1e-14);
    /// assert!(Beta::UNIFORM.hpd(0.75).is_err());
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    ///
    /// # Errors
    /// [`NoHpd`] where there is none: Beta(1, 1), and α, β < 1.
    ///
    /// # Panics
    /// Unless the level lies in (0, 1).
    pub fn hpd(self, level: f64) -> Result<Interval, NoHpd> {
        assert!(level > 0.0 && level < 1.0, "a level lies between 0 and 1, not {level}");
        let (left, right) = (self.alpha - 1.0, self.beta - 1.0);
        if left == 0.0 && right == 0.0 {
            Err(NoHpd::Flat)
        } else if left < 0.0 && right < 0.0 {
            Err(NoHpd::TwoPieces)
        } else if left <= 0.0 && right >= 0.0 {
            let end = self.upper_quantile(1.0 - level);
            Ok(Interval { level, lower: 0.0, upper: end.x, upper_complement: end.complement })
        } else if right <= 0.0 {
            Ok(Interval { level, lower: self.quantile(1.0 - level).x, upper: 1.0, upper_complement: 0.0 })
        } else {
            Ok(self.hpd_about_the_mode(level))
        }
    }

    /// By how far the density has fallen at both ends: ln f(mode) − ln f = n·kl(mode, rate) with n = α + β − 2, as if the density
    /// were that of a logit.
    fn hpd_about_the_mode(self, level: f64) -> Interval {
        let (left, right) = (self.alpha - 1.0, self.beta - 1.0);
        let n = left + right;
        let (mode, tails) = ((left / right).ln(), IncBeta::new(self.alpha, self.beta));
        let ends = |fall: f64| {
            let below = centred_cumulant_below(left / n, right / n, fall / n);
            let above = centred_cumulant_below(right / n, left / n, fall / n);
            (mode - below, mode + above)
        };
        let miss = |ln_fall: f64| {
            let (lower, upper) = ends(ln_fall.exp());
            (tails.tails_at_logit(lower).lower + tails.tails_at_logit(upper).upper).ln() - (1.0 - level).ln()
        };
        // Of a normal law z²/2; of any other some powers of e from there.
        let (mut low, mut high) = (-1.0, 1.0);
        while miss(low) < 0.0 && low > -700.0 {
            low *= 2.0;
        }
        while miss(high) > 0.0 && high < 700.0 {
            high *= 2.0;
        }
        let (lower, upper) = ends(root(miss, low, high).exp());
        let ((lower, _), (upper, upper_complement)) = (logistic(lower), logistic(upper));
        Interval { level, lower, upper, upper_complement }
    }
}
