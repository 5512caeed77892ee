//! Two points of [0, 1] that are d apart, each with what it leaves to one, so that no digit of either is lost near an end.
//!
//! One of them is nearer to its end of the scale: the lower point where its logit is below a seam, the upper one beyond it. By
//! the logit of that one, nothing that is computed of either is a difference of near equals.

use crate::special::logistic;

/// d ≥ 0, the difference between an upper point and a lower one.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) by: f64,
    pub(super) complement: f64,
}

/// A lower point x and the upper one x + d, with what each leaves to one.
#[derive(Clone, Copy)]
pub(super) struct Points {
    pub(super) lower: (f64, f64),
    pub(super) upper: (f64, f64),
}

impl Shift {
    /// No difference.
    pub(super) const NONE: Self = Self { by: 0.0, complement: 1.0 };

    /// A shift by d.
    pub(super) fn new(by: f64) -> Self {
        Self { by, complement: 1.0 - by }
    }

    /// The d of a logit.
    pub(super) fn at_logit(logit: f64) -> Self {
        let (by, complement) = logistic(logit);
        Self { by, complement }
    }

    /// The logit up to which the lower point, and minus which the upper one, is the nearer to its end.
    pub(super) fn seam(self) -> f64 {
        self.complement.ln() - self.by.ln_1p()
    }

    /// By the logit of the lower point, up to the seam.
    pub(super) fn at_lower(self, logit: f64) -> Points {
        let (x, complement) = logistic(logit);
        Points { lower: (x, complement), upper: (x + self.by, self.complement - x) }
    }

    /// By the logit of the upper point, from minus the seam on.
    pub(super) fn at_upper(self, logit: f64) -> Points {
        let (x, complement) = logistic(logit);
        Points { lower: (self.complement - complement, complement + self.by), upper: (x, complement) }
    }

    /// Where one logit bends as a function of the other: beyond, the upper point is d, or the lower one 1 − d, whatever the other.
    pub(super) fn bend(self) -> f64 {
        self.by.ln() - self.complement.ln()
    }

    /// The logit of x where that of x + ε is given; −∞ where there is none.
    pub(super) fn below(self, upper: f64) -> f64 {
        if upper >= -self.seam() {
            return logit(self.at_upper(upper).lower);
        }
        let (x, complement) = logistic(upper);
        let lower = x - self.by;
        if lower > 0.0 { logit((lower, complement + self.by)) } else { f64::NEG_INFINITY }
    }
}

impl Points {
    /// The slope of a logit of the first point by one of the second: x(1−x) of the second over that of the first.
    pub(super) fn slope((x, complement): (f64, f64), (by, by_complement): (f64, f64)) -> f64 {
        by / x * (by_complement / complement)
    }
}

/// ln(x/(1−x)) of a point.
pub(super) fn logit((x, complement): (f64, f64)) -> f64 {
    x.ln() - complement.ln()
}
