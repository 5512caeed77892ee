//! A world that is made to mislead those who trust the past.

use std::sync::Arc;

use super::{Environment, MakeEnvironment, Setting};
use crate::keys::{Fault, Keys, Problem};
use crate::seed::Stream;

/// Two regimes in turn, in phases of growing length: in the first rates are those given, in the second all of them are
/// higher by a shift. Phase n, from 0, begins after Σ_{j<n} ⌈first·growthʲ⌉ trials.
///
/// An oblivious adversary: everything is fixed before the first trial (Auer, Cesa-Bianchi, Freund & Schapire 2002,
/// doi:10.1137/S0097539701398375). It is the stochastically constrained one of Zimmert & Seldin (2021, JMLR 22(28), their
/// experiments: growth 1.6, a gap between a best edge and equal others), in which UCB1 and Thompson sampling have almost linear
/// regret: means over the past are ruled by *when* an edge was played, and each phase is long enough to outweigh those before.
///
/// The gaps between edges never change, so that one edge is the best in every trial, and the regret against the best of each
/// trial is that against the best fixed edge in hindsight.
///
/// Phases of 1, 2 and 4 trials:
///
/// ```
/// use betadrift::environment::{Adversarial, Environment};
/// use betadrift::seed::{Purpose, stream};
/// let (mut world, rng) = (Adversarial::new(vec![0.25, 0.5], 0.5, 1, 2.0), &mut stream(1, Purpose::World, &[]));
/// let of_first: Vec<f64> = (0..8).map(|trial| { world.advance(trial, rng); world.rates()[0] }).collect();
/// assert_eq!(of_first, [0.25, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25, 0.75]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Adversarial {
    rates: Vec<f64>,
    regimes: [Vec<f64>; 2],
    /// The length of the present phase, unrounded.
    length: f64,
    growth: f64,
    /// The first trial of the next phase.
    next: u64,
    high: bool,
}

impl Adversarial {
    /// From these rates, by edge index; `shift` more in every second phase, which must leave them at 1 or below. `first` is the
    /// length of the first phase in trials, at least 1, and `growth`, at least 1, that of a phase over the one before.
    pub fn new(rates: Vec<f64>, shift: f64, first: u64, growth: f64) -> Self {
        let high = rates.iter().map(|rate| (rate + shift).min(1.0)).collect();
        let regimes = [rates.clone(), high];
        Self { rates, regimes, length: first as f64, growth, next: first, high: false }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        let shift = keys.probability("shift", None)?;
        let first = keys.whole("first", 1, 1..=i64::MAX, "1 or more")? as u64;
        let growth = keys.number("growth", 1.6, 1.0..=1e6, "between 1 and 1e6")?;
        let rates = setting.rates.ok_or_else(|| keys.missing("rates` or `edges"))?;
        let greatest = rates.iter().copied().fold(0.0, f64::max);
        if greatest + shift > 1.0 + 1e-12 {
            let problem = format!("the greatest rate ({greatest}) and `shift` ({shift}) must not exceed 1 together");
            return Err((keys.kind_span(), Problem::Together(problem.into())));
        }
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, shift, first, growth))))
    }
}

impl Environment for Adversarial {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, _rng: &mut Stream) -> bool {
        if trial < self.next {
            return false;
        }
        self.high = !self.high;
        self.length *= self.growth;
        // A float beyond 64 bits becomes the greatest integer.
        self.next = self.next.saturating_add(self.length.ceil() as u64);
        self.rates.copy_from_slice(&self.regimes[usize::from(self.high)]);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn phases_grow_and_the_gap_stays() {
        let mut world = Adversarial::new(vec![0.25, 0.0], 0.75, 2, 1.6);
        let rng = &mut stream(0, Purpose::World, &[]);
        let mut path = String::new();
        for trial in 0..20 {
            let before = world.rates()[0];
            assert_eq!(world.advance(trial, rng), world.rates()[0] != before);
            assert_eq!(world.rates()[0] - world.rates()[1], 0.25);
            path.push(if world.rates()[0] == 1.0 { 'H' } else { 'l' });
        }
        // 2, ⌈3.2⌉, ⌈5.12⌉, ⌈8.192⌉.
        assert_eq!(path, "llHHHHllllllHHHHHHHH");
    }
}
