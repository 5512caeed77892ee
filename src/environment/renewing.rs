//! A world whose edges retire and are replaced.

use std::sync::Arc;

use rand::RngExt;

use super::{Environment, MakeEnvironment, Setting};
use crate::beta::Beta;
use crate::feedback::EdgeId;
use crate::keys::{Fault, Keys, Problem};
use crate::seed::Stream;

/// A pool with a fixed number of places. In each trial after the first, with some chance, one edge, any with equal chance,
/// retires and leaves its place to a new one, whose rate is drawn from a law (Chapelle & Li 2011, "An Empirical Evaluation of Thompson
/// Sampling", NIPS 24, table 1: ten places, chance 10⁻³, rates from Beta(4, 4); their regrets are those of one chance for the
/// pool, not one for each edge).
///
/// One place, whose edge retires in every trial; new ones have rates about ½:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::environment::{Environment, Renewing};
/// use betadrift::feedback::EdgeId;
/// use betadrift::seed::{Purpose, stream};
/// let rng = &mut stream(1, Purpose::World, &[]);
/// let mut world = Renewing::new(vec![0.9], Beta::new(1e6, 1e6)?, 1.0);
/// assert!(!world.advance(0, rng) && world.renewed().is_empty());
/// assert!(world.advance(1, rng));
/// assert_eq!(world.renewed(), [EdgeId::new(0)]);
/// assert!((world.rates()[0] - 0.5).abs() < 0.01);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Renewing {
    rates: Vec<f64>,
    law: Beta,
    retire: f64,
    renewed: Option<EdgeId>,
}

impl Renewing {
    /// From these rates in the first trial, by place, of which there is at least one; those of new edges have the law `law`.
    /// `retire` is the chance, in [0, 1].
    pub fn new(rates: Vec<f64>, law: Beta, retire: f64) -> Self {
        Self { rates, law, retire, renewed: None }
    }

    pub(super) fn read(keys: &mut Keys<'_>, setting: &Setting<'_>) -> Result<MakeEnvironment, Fault> {
        // Edges are numbered in 32 bits.
        const MOST_EDGES: f64 = 1e9;
        let retire = keys.probability("retire", None)?;
        let law = setting.law.ok_or_else(|| keys.missing("count` and `rates_from"))?;
        let expected = setting.edges.len() as f64 + retire * setting.horizon as f64;
        if expected > MOST_EDGES {
            let problem = format!("about {expected:.1e} edges would come and go; 1e9 are the most");
            return Err((keys.kind_span(), Problem::Together(problem.into())));
        }
        Ok(Arc::new(move |rates| Box::new(Self::new(rates, law, retire))))
    }
}

impl Environment for Renewing {
    fn rates(&self) -> &[f64] {
        &self.rates
    }

    fn advance(&mut self, trial: u64, rng: &mut Stream) -> bool {
        let retires = trial > 0 && rng.random::<f64>() < self.retire;
        self.renewed = retires.then(|| EdgeId::new(rng.random_range(0..self.rates.len())));
        if let Some(place) = self.renewed {
            self.rates[place.index()] = self.law.draw(rng);
        }
        retires
    }

    fn renewed(&self) -> &[EdgeId] {
        self.renewed.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn every_place_is_renewed_as_often_as_its_chance_says_with_rates_of_the_law() {
        let (places, trials, retire, law) = (4, 100_000, 0.12, Beta::new(4.0, 4.0).unwrap());
        let mut world = Renewing::new(vec![2.0; places], law, retire);
        let rng = &mut stream(9, Purpose::World, &[]);
        let (mut renewals, mut drawn) = (vec![0.0; places], Vec::new());
        for trial in 0..=trials {
            let before = world.rates().to_vec();
            assert_eq!(world.advance(trial, rng), !world.renewed().is_empty());
            for place in 0..places {
                let renewed = world.renewed().contains(&EdgeId::new(place));
                assert_eq!(renewed, world.rates()[place] != before[place]);
                if renewed {
                    renewals[place] += 1.0;
                    drawn.push(world.rates()[place]);
                }
            }
        }
        let (n, chance) = (trials as f64, retire / places as f64);
        // Five standard errors of a binomial number.
        let within = 5.0 * (n * chance * (1.0 - chance)).sqrt();
        assert!(renewals.iter().all(|number| (number - n * chance).abs() < within), "{renewals:?}");
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        assert!((mean - 0.5).abs() < 5.0 * (law.variance() / drawn.len() as f64).sqrt(), "{mean}");
    }

    #[test]
    fn a_chance_of_nothing_and_of_everything() {
        let rng = &mut stream(9, Purpose::World, &[]);
        let mut still = Renewing::new(vec![0.1, 0.2], Beta::UNIFORM, 0.0);
        assert!((0..1_000).all(|trial| !still.advance(trial, rng)));
        let mut restless = Renewing::new(vec![0.1, 0.2], Beta::UNIFORM, 1.0);
        assert!(!restless.advance(0, rng), "the first trial has its edges");
        assert!((1..20).all(|trial| restless.advance(trial, rng) && restless.renewed().len() == 1));
    }
}
