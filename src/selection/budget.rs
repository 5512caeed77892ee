//! Choices whose costs fit a budget.

/// A choice that fits.
///
/// ```
/// use betadrift::selection::{Fit, Search, fit};
/// let best = fit(&[0.3, 0.9, 0.4], &[1.0, 1.0, 1.0], 2.0, 3);
/// assert_eq!(best, Fit { chosen: vec![1, 2], search: Search::Exact });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Positions of what was chosen, in order of position.
    pub chosen: Vec<usize>,
    /// How it was found.
    pub search: Search,
}

/// How a choice was found.
///
/// ```
/// use betadrift::selection::{Search, fit};
/// let among = |candidates| fit(&vec![0.5; candidates], &vec![1.0; candidates], 3.0, candidates);
/// assert_eq!((among(40).search, among(40).chosen.len()), (Search::Exact, 3));
/// assert_eq!((among(41).search, among(41).chosen.len()), (Search::Greedy, 3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// No other choice that fits is worth more.
    Exact,
    /// By worth for cost, what still fits; another choice may be worth more.
    Greedy,
}

/// The most candidates among which the best choice is searched for.
const EXACT_AMONG: usize = 40;
/// The most steps of that search, so that it ends in well under a second.
const STEPS: u32 = 2_000_000;

/// At most `most` candidates whose costs sum to at most `budget`, worth as much as possible together.
///
/// Among at most 40 candidates that fit by themselves the choice is the best (a knapsack, by depth-first branch and bound
/// with the bound of Dantzig 1957, doi:10.1287/opre.5.2.266), unless that takes more than two million steps; among more it is
/// greedy. Worths are not negative, and costs are greater than zero.
///
/// ```
/// use betadrift::selection::{Search, fit};
/// // Greedily, the first goes in by its worth for cost, and then no other fits.
/// let best = fit(&[0.6, 0.5, 0.5], &[6.0, 5.5, 5.5], 11.0, 3);
/// assert_eq!((best.chosen, best.search), (vec![1, 2], Search::Exact));
/// ```
pub fn fit(worths: &[f64], costs: &[f64], budget: f64, most: usize) -> Fit {
    let mut order: Vec<usize> = (0..worths.len()).filter(|&candidate| costs[candidate] <= budget).collect();
    let density = |candidate: usize| worths[candidate] / costs[candidate];
    order.sort_by(|&a, &b| density(b).total_cmp(&density(a)).then(worths[b].total_cmp(&worths[a])));
    let mut by_worth: Vec<(usize, f64)> = order.iter().map(|&candidate| worths[candidate]).enumerate().collect();
    by_worth.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (best, worth, steps) = (Vec::new(), -1.0, STEPS);
    let mut search = Branches { worths, costs, order: &order, by_worth, budget, most, best, worth, steps };
    let mut chosen = search.greedy();
    let mut kind = Search::Greedy;
    if order.len() <= EXACT_AMONG {
        search.visit(0, &mut Vec::new(), 0.0, 0.0);
        if search.steps > 0 {
            (chosen, kind) = (search.best, Search::Exact);
        }
    }
    chosen.sort_unstable();
    Fit { chosen, search: kind }
}

struct Branches<'a> {
    worths: &'a [f64],
    costs: &'a [f64],
    /// Candidates by worth for cost, the greatest first.
    order: &'a [usize],
    /// Their places in that order and their worths, the greatest worth first.
    by_worth: Vec<(usize, f64)>,
    budget: f64,
    most: usize,
    best: Vec<usize>,
    worth: f64,
    /// Steps that are left.
    steps: u32,
}

impl Branches<'_> {
    fn greedy(&self) -> Vec<usize> {
        let (mut chosen, mut cost) = (Vec::new(), 0.0);
        for &candidate in self.order {
            if chosen.len() < self.most && cost + self.costs[candidate] <= self.budget {
                cost += self.costs[candidate];
                chosen.push(candidate);
            }
        }
        chosen
    }

    /// Looks at every choice among the candidates from `next` on that may beat the best so far.
    fn visit(&mut self, next: usize, chosen: &mut Vec<usize>, cost: f64, worth: f64) {
        if worth > self.worth {
            (self.worth, self.best) = (worth, chosen.clone());
        }
        if self.steps == 0 || next == self.order.len() || chosen.len() == self.most {
            return;
        }
        self.steps -= 1;
        let bound = self.within_budget(next, self.budget - cost).min(self.within_slots(next, self.most - chosen.len()));
        if worth + bound <= self.worth {
            return;
        }
        let candidate = self.order[next];
        if cost + self.costs[candidate] <= self.budget {
            chosen.push(candidate);
            self.visit(next + 1, chosen, cost + self.costs[candidate], worth + self.worths[candidate]);
            chosen.pop();
        }
        self.visit(next + 1, chosen, cost, worth);
    }

    /// No choice among the candidates from `next` on is worth more, whatever they cost.
    fn within_slots(&self, next: usize, slots: usize) -> f64 {
        self.by_worth.iter().filter(|(rank, _)| *rank >= next).take(slots).map(|(_, worth)| worth).sum()
    }

    /// No choice among the candidates from `next` on is worth more: as if the last that fits could be taken in part.
    fn within_budget(&self, next: usize, mut budget: f64) -> f64 {
        let mut worth = 0.0;
        for &candidate in &self.order[next..] {
            if self.costs[candidate] > budget {
                return worth + self.worths[candidate] * (budget / self.costs[candidate]).max(0.0);
            }
            budget -= self.costs[candidate];
            worth += self.worths[candidate];
        }
        worth
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};
    use rand::RngExt;

    fn worth(worths: &[f64], chosen: &[usize]) -> f64 {
        chosen.iter().map(|&candidate| worths[candidate]).sum()
    }

    #[test]
    fn the_exact_choice_is_the_best_of_all_subsets() {
        let rng = &mut stream(3, Purpose::Choice, &[]);
        let mut greedy_falls_short = 0;
        for _ in 0..300 {
            let edges = rng.random_range(1..11usize);
            let worths: Vec<f64> = (0..edges).map(|_| rng.random()).collect();
            let costs: Vec<f64> = (0..edges).map(|_| f64::from(rng.random_range(1..60u32))).collect();
            let (budget, most) = (f64::from(rng.random_range(1..150u32)), rng.random_range(1..edges + 2));
            let fits = |subset: u32| {
                let chosen: Vec<usize> = (0..edges).filter(|edge| subset >> edge & 1 == 1).collect();
                let fits = chosen.len() <= most && chosen.iter().map(|&edge| costs[edge]).sum::<f64>() <= budget;
                fits.then(|| worth(&worths, &chosen))
            };
            let best = (0..1u32 << edges).filter_map(fits).fold(0.0, f64::max);
            let found = fit(&worths, &costs, budget, most);
            assert_eq!(found.search, Search::Exact);
            assert!((worth(&worths, &found.chosen) - best).abs() < 1e-12);
            let padded: Vec<f64> = costs.iter().copied().chain([1.0; 50]).collect();
            let greedy = fit(&[&worths[..], &[0.0; 50]].concat(), &padded, budget, most);
            assert_eq!(greedy.search, Search::Greedy);
            greedy_falls_short += u32::from(
                worth(&worths, &greedy.chosen.into_iter().filter(|&c| c < edges).collect::<Vec<_>>()) < best - 1e-12,
            );
        }
        assert!(greedy_falls_short > 10, "{greedy_falls_short}");
    }

    #[test]
    fn a_search_that_would_take_too_long_is_greedy() {
        // Equal worth for cost leaves nothing to cut off, and no sum of odd costs is even.
        let costs: Vec<f64> = (0..40).map(|at| 100_001.0 + 2.0 * f64::from(at * at)).collect();
        let found = fit(&costs, &costs, 1_000_000.5, 40);
        assert_eq!(found.search, Search::Greedy);
        assert!(found.chosen.iter().map(|&c| costs[c]).sum::<f64>() <= 1_000_000.5);
    }

    #[test]
    fn what_is_dearer_than_the_budget_is_left_out() {
        assert_eq!(fit(&[1.0, 0.1], &[10.0, 2.0], 5.0, 2).chosen, [1]);
        assert_eq!(fit(&[1.0, 0.1], &[10.0, 2.0], 1.0, 2).chosen, [0; 0]);
        assert_eq!(fit(&[], &[], 1.0, 2).chosen, [0; 0]);
    }
}
