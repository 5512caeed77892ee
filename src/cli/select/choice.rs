//! What is chosen, how, and with which probability it was.

use betadrift::beta::Beta;
use betadrift::decision::top_k;
use betadrift::selection::{Draw, Floor, Search, fit, greatest};
use rand::Rng;
use serde::Serialize;

use super::{Candidate, refused};

/// How a choice is asked for.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// The greatest draws.
    Greatest,
    /// No edge below this chance.
    Floor(f64),
    /// Costs within this.
    Budget(f64),
}

/// How a choice was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    /// By the greatest draws.
    Thompson,
    /// Uniformly at random, for the sake of the floor.
    Uniform,
    /// The greatest sum of draws within the budget.
    Exact,
    /// By draw per token, what still fits the budget.
    Greedy,
}

impl Method {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Thompson => "by the greatest draws",
            Self::Uniform => "uniformly at random",
            Self::Exact => "exact: no choice that fits has a greater sum of draws",
            Self::Greedy => "greedy: by draw per token, what still fits",
        }
    }
}

/// What was chosen.
pub(super) struct Choice<'a> {
    candidates: &'a [Candidate],
    rule: Rule,
    floor: Option<Floor>,
    /// How many were asked for.
    pub(super) k: usize,
    pub(super) method: Method,
    /// Positions among the candidates, in the order in which they are printed.
    pub(super) chosen: Vec<usize>,
}

/// The greatest edges × slots for which propensities are computed, within a second.
const LARGEST: usize = 400_000;

impl<'a> Choice<'a> {
    pub(super) fn new(candidates: &'a [Candidate], k: usize, rule: Rule, rng: &mut impl Rng) -> anyhow::Result<Self> {
        let draws: Vec<Draw> = candidates.iter().map(|candidate| candidate.draw).collect();
        let mut choice = Self { candidates, rule, floor: None, k, method: Method::Thompson, chosen: Vec::new() };
        match rule {
            Rule::Greatest => choice.chosen = greatest(&draws, k),
            Rule::Floor(floor) => {
                let floor = Floor::new(floor, candidates.len(), k.min(candidates.len())).map_err(refused)?;
                choice.floor = Some(floor);
                match floor.uniform(rng) {
                    Some(chosen) => (choice.chosen, choice.method) = (chosen, Method::Uniform),
                    None => choice.chosen = greatest(&draws, k),
                }
            }
            Rule::Budget(budget) => {
                let rates: Vec<f64> = draws.iter().map(|draw| draw.rate()).collect();
                let costs: Vec<f64> = candidates.iter().map(|candidate| candidate.cost).collect();
                let found = fit(&rates, &costs, budget, k);
                choice.method = if found.search == Search::Exact { Method::Exact } else { Method::Greedy };
                choice.chosen = found.chosen;
                choice.chosen.sort_unstable_by(|&a, &b| draws[b].cmp(&draws[a]));
            }
        }
        Ok(choice)
    }

    /// The probability with which each that was chosen is chosen by this command, over all seeds; or why it is not known.
    pub(super) fn propensities(&self) -> Result<Vec<f64>, &'static str> {
        let edges = self.candidates.len();
        if matches!(self.rule, Rule::Budget(_)) {
            return Err("no formula gives the propensities of a choice within a budget");
        }
        if self.k < edges && edges.saturating_mul(self.k) > LARGEST {
            return Err("propensities of more than 400000 edges times slots are not computed");
        }
        let posteriors: Vec<Beta> = self.candidates.iter().map(|candidate| candidate.posterior).collect();
        let p = top_k(&posteriors, self.k);
        Ok(self.chosen.iter().map(|&at| self.floor.map_or(p[at], |floor| floor.propensity(p[at]))).collect())
    }

    /// The floor under every chance, and the probability of a uniform choice that keeps it.
    pub(super) fn floor(&self) -> Option<(f64, f64)> {
        match self.rule {
            Rule::Floor(floor) => self.floor.map(|mixture| (floor, mixture.chance_of_uniform())),
            _ => None,
        }
    }

    pub(super) fn budget(&self) -> Option<f64> {
        if let Rule::Budget(budget) = self.rule { Some(budget) } else { None }
    }
}
