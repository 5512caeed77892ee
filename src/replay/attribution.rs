//! Exposures and outcomes of units, joined: what became of each unit's first exposure, whatever the order in which the rows
//! are read.

use rayon::prelude::*;

use super::partial::Place;
use super::window::Window;
use crate::feedback::{Day, EdgeId, Edges, Reward};
use crate::log::{EventId, Time, Zone};

/// The rows of both tables: 56 bytes an exposure, 64 an outcome.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignments {
    edges: Edges,
    experiments: Edges,
    exposures: Vec<Exposure>,
    outcomes: Vec<Outcome>,
}

#[derive(Debug, Clone, Copy)]
struct Exposure {
    unit: EventId,
    time: Time,
    experiment: EdgeId,
    edge: EdgeId,
    line: u64,
    file: u32,
}

#[derive(Debug, Clone, Copy)]
struct Outcome {
    unit: EventId,
    time: Time,
    reward: Reward,
    line: u64,
    file: u32,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate<'a> {
    /// Feedback on an edge, known at that time.
    Feedback(Place, Time, &'a str, Reward),
    /// An exposure whose window is still open.
    Pending(&'a str),
    /// An exposure to what the unit was exposed to before.
    Repeated,
    /// An exposure to another variation of an experiment than the unit's first.
    OtherVariation(Place, Time, &'a str),
    /// An outcome that follows no exposure, or not as the first; or a row after the last day that counts.
    Ignored,
}

/// By which rules rows are joined.
pub(super) struct Rules {
    pub(super) window: Window,
    /// The last day of which anything is known.
    pub(super) until: Day,
    pub(super) zone: Zone,
}

impl Assignments {
    /// Takes in the exposure of a unit.
    pub(super) fn expose(&mut self, place: Place, time: Time, unit: EventId, experiment: &str, edge: &str) {
        let (experiment, edge) = (self.experiments.intern(experiment), self.edges.intern(edge));
        self.exposures.push(Exposure { unit, time, experiment, edge, line: place.line, file: place.file });
    }

    /// Takes in an outcome of a unit.
    pub(super) fn conclude(&mut self, place: Place, time: Time, unit: EventId, reward: Reward) {
        self.outcomes.push(Outcome { unit, time, reward, line: place.line, file: place.file });
    }

    pub(super) fn merge(&mut self, other: Self) {
        let intern = |edges: &mut Edges, other: &Edges| -> Vec<EdgeId> {
            other.iter().map(|(_, name)| edges.intern(name)).collect()
        };
        let experiments = intern(&mut self.experiments, &other.experiments);
        let edges = intern(&mut self.edges, &other.edges);
        self.exposures.extend(other.exposures.into_iter().map(|exposure| Exposure {
            experiment: experiments[exposure.experiment.index()],
            edge: edges[exposure.edge.index()],
            ..exposure
        }));
        self.outcomes.extend(other.outcomes);
    }

    /// The latest row of both tables: the end of what is known.
    pub(super) fn end(&self) -> Option<(Time, Place)> {
        let exposures = self.exposures.iter().map(|row| (row.time, row.place()));
        let outcomes = self.outcomes.iter().map(|row| (row.time, row.place()));
        exposures.chain(outcomes).max_by_key(|&(time, place)| (time, std::cmp::Reverse(place)))
    }

    /// Shows what becomes of every row, except of the outcomes that [`Fate::Feedback`] rests on.
    pub(super) fn settle(mut self, rules: &Rules, mut show: impl FnMut(Fate<'_>)) {
        let Some((end, _)) = self.end() else { return };
        self.sort();
        let Self { edges, exposures, outcomes, .. } = &self;
        let mut join = Join { rules, end: end.nanoseconds, zone: rules.zone.clone(), edges, used: Vec::new() };
        let mut rest = &outcomes[..];
        for exposures in exposures.chunk_by(|one, next| one.unit == next.unit) {
            let unit = exposures[0].unit;
            let (before, others) = rest.split_at(rest.partition_point(|outcome| outcome.unit < unit));
            let (own, after) = others.split_at(others.partition_point(|outcome| outcome.unit == unit));
            before.iter().for_each(|_| show(Fate::Ignored));
            join.unit(exposures, own, &mut show);
            rest = after;
        }
        rest.iter().for_each(|_| show(Fate::Ignored));
    }

    /// Orders rows by content: a unit's by experiment, time and edge, its outcomes by time and reward. Where they were read
    /// orders only rows that say the same.
    fn sort(&mut self) {
        let rank = |names: &Edges| {
            let mut rank = vec![0u32; names.len()];
            names.by_name().into_iter().enumerate().for_each(|(at, name)| rank[name.index()] = at as u32);
            rank
        };
        let (experiments, edges) = (rank(&self.experiments), rank(&self.edges));
        self.exposures.par_sort_unstable_by_key(|row| {
            let names = (experiments[row.experiment.index()], edges[row.edge.index()]);
            (row.unit, names.0, row.time, names.1, row.place())
        });
        self.outcomes.par_sort_unstable_by_key(|row| (row.unit, row.time, row.reward, row.place()));
    }
}

impl Exposure {
    fn place(&self) -> Place {
        Place { file: self.file, line: self.line, column: 1 }
    }
}

impl Outcome {
    fn place(&self) -> Place {
        Place { file: self.file, line: self.line, column: 1 }
    }
}

/// The join of one unit after the other.
struct Join<'a> {
    rules: &'a Rules,
    /// The end of what is known, in nanoseconds since 1970.
    end: i64,
    zone: Zone,
    edges: &'a Edges,
    /// Which outcomes of the unit were put down to an exposure.
    used: Vec<bool>,
}

impl<'a> Join<'a> {
    fn unit(&mut self, exposures: &[Exposure], outcomes: &[Outcome], show: &mut impl FnMut(Fate<'_>)) {
        self.used.clear();
        self.used.resize(outcomes.len(), false);
        for exposures in exposures.chunk_by(|one, next| one.experiment == next.experiment) {
            let first = &exposures[0];
            show(self.first(first, outcomes));
            for other in &exposures[1..] {
                show(match other {
                    other if other.time.day > self.rules.until => Fate::Ignored,
                    other if other.edge == first.edge => Fate::Repeated,
                    other => Fate::OtherVariation(other.place(), other.time, self.edges.name(other.edge)),
                });
            }
        }
        self.used.iter().filter(|used| !**used).for_each(|_| show(Fate::Ignored));
    }

    /// What becomes of a unit's first exposure in an experiment.
    fn first(&mut self, exposure: &Exposure, outcomes: &[Outcome]) -> Fate<'a> {
        let (start, until) = (exposure.time.nanoseconds, self.rules.until);
        if exposure.time.day > until {
            return Fate::Ignored;
        }
        let edge = self.edges.name(exposure.edge);
        let close = start.saturating_add(self.rules.window.nanoseconds());
        let next = outcomes.partition_point(|outcome| outcome.time.nanoseconds < start);
        if let Some(outcome) = outcomes.get(next)
            && outcome.time.nanoseconds <= close
            && outcome.time.day <= until
        {
            self.used[next] = true;
            return Fate::Feedback(outcome.place(), outcome.time, edge, outcome.reward);
        }
        let day = self.zone.day(close);
        if close <= self.end && day <= until {
            Fate::Feedback(exposure.place(), Time { nanoseconds: close, day }, edge, Reward::FAILURE)
        } else {
            Fate::Pending(edge)
        }
    }
}
