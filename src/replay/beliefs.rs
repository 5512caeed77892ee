//! Beliefs that were written down as they stood: what changed from one to the next is the feedback, whatever the order in
//! which they are read.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::partial::Place;
use crate::beta::Beta;
use crate::feedback::{Counts, Day, EdgeId, Edges, Tally};
use crate::log::Time;

/// Beliefs about edges at times: 56 bytes each.
#[derive(Debug, Clone, Default)]
pub(super) struct Beliefs {
    pub(super) edges: Edges,
    pub(super) beliefs: Vec<Kept>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) edge: EdgeId,
    pub(super) nanoseconds: i64,
    pub(super) day: Day,
    pub(super) line: u64,
    pub(super) file: u32,
    pub(super) posterior: Beta,
}

/// What the beliefs about an edge say.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    /// The first of them, from which all feedback sets out.
    Prior(Beta),
    /// What was added between two of them, known when the later was written down.
    Feedback(Place, Day, Counts),
    /// A belief that had lost feedback: it began anew.
    Reset(Place, Beta),
}

impl Beliefs {
    pub(super) fn push(&mut self, place: Place, Time { nanoseconds, day }: Time, edge: &str, posterior: Beta) {
        let edge = self.edges.intern(edge);
        self.beliefs.push(Kept { edge, nanoseconds, day, line: place.line, file: place.file, posterior });
    }

    pub(super) fn merge(&mut self, other: Self) {
        let edges: Vec<EdgeId> = other.edges.iter().map(|(_, name)| self.edges.intern(name)).collect();
        self.beliefs.extend(other.beliefs.into_iter().map(|kept| Kept { edge: edges[kept.edge.index()], ..kept }));
    }

    /// Counts the files from another number on: `by` files come before.
    pub(super) fn shift_files(&mut self, by: u32) {
        self.beliefs.iter_mut().for_each(|belief| belief.file += by);
    }

    /// No less than the feedback they tell of; `None` if it is too much for a tally.
    pub(super) fn at_most(&self) -> Option<Tally> {
        let parameters = self.beliefs.iter().map(|belief| tallies(belief.posterior));
        parameters.flat_map(|(alpha, beta)| [alpha, beta]).try_fold(Tally::ZERO, Tally::checked_add)
    }

    /// Shows what each edge's beliefs say, edges in byte order of their names and each in order of time. Of beliefs at the
    /// same time the one that had seen less comes first, then the one with fewer successes: an order that does not depend
    /// on where they were read.
    pub(super) fn settle(mut self, mut show: impl FnMut(&str, Change)) {
        self.beliefs.par_sort_unstable_by(|one, other| {
            let place = |kept: &Kept| (kept.file, kept.line);
            self.edges
                .name(one.edge)
                .cmp(self.edges.name(other.edge))
                .then(one.nanoseconds.cmp(&other.nanoseconds))
                .then_with(|| by_content(one.posterior, other.posterior))
                .then_with(|| place(one).cmp(&place(other)))
        });
        for beliefs in self.beliefs.chunk_by(|one, next| one.edge == next.edge) {
            let edge = self.edges.name(beliefs[0].edge);
            show(edge, Change::Prior(beliefs[0].posterior));
            for pair in beliefs.windows(2) {
                let Kept { file, line, day, posterior, .. } = pair[1];
                let place = Place { file, line, column: 1 };
                show(
                    edge,
                    match added(pair[0].posterior, posterior) {
                        Some(counts) => Change::Feedback(place, day, counts),
                        None => Change::Reset(place, posterior),
                    },
                );
            }
        }
    }
}

/// α and β as tallies, whose differences are exact and add up to the difference of the ends.
fn tallies(belief: Beta) -> (Tally, Tally) {
    let tally =
        |parameter| Tally::from_f64(parameter).expect("valid by construction: trusted parameters are below 1e12");
    (tally(belief.alpha()), tally(belief.beta()))
}

/// The feedback between two beliefs, unless some was lost.
fn added(before: Beta, after: Beta) -> Option<Counts> {
    let ((alpha, beta), (later_alpha, later_beta)) = (tallies(before), tallies(after));
    Some(Counts { successes: later_alpha.checked_sub(alpha)?, failures: later_beta.checked_sub(beta)? })
}

fn by_content(one: Beta, other: Beta) -> Ordering {
    let content = |belief| {
        let (alpha, beta) = tallies(belief);
        (alpha + beta, alpha)
    };
    content(one).cmp(&content(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &[(i64, &str, f64, f64)]) -> Vec<(String, Change)> {
        let mut beliefs = Beliefs::default();
        for &(day, edge, alpha, beta) in rows {
            let time = Time { nanoseconds: day, day: Day::from_days(day as i32) };
            let place = Place { file: 0, line: day as u64, column: 1 };
            beliefs.push(place, time, edge, Beta::new(alpha, beta).unwrap());
        }
        let mut seen = Vec::new();
        beliefs.settle(|edge, change| seen.push((edge.to_owned(), change)));
        seen
    }

    #[test]
    fn a_reset_is_no_feedback_and_the_next_difference_sets_out_from_it() {
        let place = |line| Place { file: 0, line, column: 1 };
        let (beta, day) = (|alpha, beta| Beta::new(alpha, beta).unwrap(), Day::from_days);
        let changes =
            read(&[(4, "a", 2.0, 2.5), (1, "a", 3.0, 1.0), (3, "a", 2.0, 2.0), (2, "a", 4.0, 1.0)]).into_iter();
        assert_eq!(
            changes.map(|(_, change)| change).collect::<Vec<_>>(),
            [
                Change::Prior(beta(3.0, 1.0)),
                Change::Feedback(place(2), day(2), Counts::whole(1, 0)),
                Change::Reset(place(3), beta(2.0, 2.0)),
                Change::Feedback(
                    place(4),
                    day(4),
                    Counts { failures: Tally::from_f64(0.5).unwrap(), ..Counts::default() }
                ),
            ]
        );
    }

    #[test]
    fn of_beliefs_at_one_time_the_one_that_had_seen_less_comes_first() {
        let one = read(&[(1, "a", 1.0, 1.0), (1, "a", 1.0, 2.0), (1, "b", 1.0, 1.0)]);
        assert_eq!(read(&[(1, "b", 1.0, 1.0), (1, "a", 1.0, 2.0), (1, "a", 1.0, 1.0)]), one);
        assert!(!one.iter().any(|(_, change)| matches!(change, Change::Reset(..))));
    }
}
