//! Two lists of edges side by side.

use std::cmp::Ordering;

use indexmap::IndexSet;
use rayon::prelude::*;

use super::{Belief, Change, EdgeChange, Moved, Standing, Whole};
use crate::beta::Beta;
use crate::beta::memo::pair;
use crate::decision::{decide, difference, lead, p_greater};
use crate::divergence::{hellinger, kl};

/// What is decided over the edges of each list, and what became of every edge, with intervals at `level` and `family` comparisons
/// to hold together.
pub(super) fn side_by_side(
    before: &[Belief],
    after: &[Belief],
    level: f64,
    family: usize,
) -> (Option<Whole>, Option<Whole>, Vec<EdgeChange>) {
    let (one, other) = (Judged::of(before), Judged::of(after));
    let pairs = pairs(&one.edges, &other.edges, |(edge, _)| edge);
    let of_both = |(one, other): &(Option<&Named<'_>>, Option<&Named<'_>>)| {
        one.zip(*other).map(|(one, other)| pair(one.1.posterior, other.1.posterior).map(f64::to_bits))
    };
    // Many edges have the same counts: what they share is worked out once.
    let distinct: IndexSet<[u64; 4]> = pairs.iter().filter_map(of_both).collect();
    let work: Vec<[f64; 4]> = distinct.iter().map(|parameters| parameters.map(f64::from_bits)).collect();
    let known: Vec<Moved> = work.into_par_iter().map(|parameters| moved(parameters, level)).collect();
    let tail = 0.5 * (1.0 - level) / family.max(1) as f64;
    let change = |found: (Option<&Named<'_>>, Option<&Named<'_>>)| {
        let (one, other) = found;
        let edge = one.or(other).map(|(edge, _)| (*edge).into()).unwrap_or_default();
        let (before, after) = (one.map(|one| one.1), other.map(|other| other.1));
        let moved = of_both(&found).and_then(|parameters| distinct.get_index_of(&parameters)).map(|at| known[at]);
        let change = match (moved, before) {
            (Some(moved), _) if moved.difference.p_greater < tail => Change::Fell,
            (Some(moved), _) if moved.p_less < tail => Change::Rose,
            (Some(_), _) => Change::Same,
            (None, Some(_)) => Change::Gone,
            (None, None) => Change::New,
        };
        EdgeChange { edge, before, after, moved, change }
    };
    let edges = pairs.into_iter().map(change).collect();
    (one.whole, other.whole, edges)
}

type Named<'a> = (&'a str, Standing);

/// Edges with what is decided over them.
struct Judged<'a> {
    edges: Vec<Named<'a>>,
    whole: Option<Whole>,
}

impl<'a> Judged<'a> {
    fn of(edges: &'a [Belief]) -> Self {
        let posteriors: Vec<Beta> = edges.iter().map(|belief| belief.posterior).collect();
        let decision = decide(&posteriors);
        let whole = lead(&posteriors, &decision).map(|lead| Whole {
            pulls: edges.iter().map(|belief| belief.pulls).sum(),
            leader: edges[lead.leader].edge.clone(),
            leader_mean: posteriors[lead.leader].mean(),
            p_best: decision.p_best[lead.leader],
            value_remaining: decision.value_remaining,
        });
        let named = |(belief, p_best): (&'a Belief, f64)| {
            let Belief { ref edge, posterior, pulls, state } = *belief;
            (&**edge, Standing { posterior, pulls, state, p_best })
        };
        Self { edges: edges.iter().zip(decision.p_best).map(named).collect(), whole }
    }
}

fn moved([a1, b1, a2, b2]: [f64; 4], level: f64) -> Moved {
    let beta = |alpha, beta| Beta::new(alpha, beta).expect("valid by construction: the parameters of a Beta");
    let (before, after) = (beta(a1, b1), beta(a2, b2));
    Moved {
        difference: difference(after, before, level),
        p_less: p_greater(before, after),
        kl: kl(after, before),
        hellinger: hellinger(after, before),
    }
}

/// How many edges both have.
pub(super) fn common(one: &[Belief], other: &[Belief]) -> usize {
    pairs(one, other, |belief| &belief.edge).iter().filter(|(one, other)| one.is_some() && other.is_some()).count()
}

/// What has one name in two lists in order of name, side by side.
pub(super) fn pairs<'a, T>(
    one: &'a [T],
    other: &'a [T],
    name: impl Fn(&T) -> &str,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut pairs = Vec::with_capacity(one.len().max(other.len()));
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => name(a).cmp(name(b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return pairs,
        };
        pairs.push(match order {
            Ordering::Less => (left.next(), None),
            Ordering::Greater => (None, right.next()),
            Ordering::Equal => (left.next(), right.next()),
        });
    }
}
