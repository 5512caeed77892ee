//! Events that have an id: each counts once, whatever the order in which its copies are read.

use indexmap::IndexSet;
use rayon::prelude::*;

use super::known::{AllKnown, Known};
use super::partial::Place;
use crate::feedback::{Day, EdgeId, Edges, Reward};
use crate::log::{Context, EventId};

/// Where and when an event was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identified {
    pub(super) id: EventId,
    pub(super) nanoseconds: i64,
    pub(super) day: Day,
    pub(super) place: Place,
}

/// An event as it is kept: 48 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) id: EventId,
    pub(super) nanoseconds: i64,
    pub(super) line: u64,
    pub(super) file: u32,
    pub(super) day: Day,
    pub(super) edge: EdgeId,
    /// The position of its reward among the different ones.
    pub(super) reward: u32,
}

/// Events that have an id.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub(super) edges: Edges,
    pub(super) rewards: IndexSet<Reward, foldhash::fast::FixedState>,
    pub(super) events: Vec<Kept>,
    /// What is known of them, where it is asked for.
    known: AllKnown,
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Copy {
    /// The earliest of its id.
    First,
    /// The same as the earliest.
    Duplicate,
    /// Another time, edge or reward under the same id.
    Conflict,
}

/// An event of [`Ids`].
pub(super) struct Event<'a> {
    pub(super) place: Place,
    pub(super) nanoseconds: i64,
    pub(super) day: Day,
    pub(super) edge: &'a str,
    pub(super) reward: Reward,
    /// Of the earliest of an id: what is known of it, the least of what its duplicates say.
    pub(super) known: Known<'a>,
}

impl Ids {
    pub(super) fn push(
        &mut self,
        Identified { id, nanoseconds, day, place }: Identified,
        edge: &str,
        reward: Reward,
        context: Option<&Context>,
    ) {
        if context.is_some() {
            self.known.push(place, context.into());
        }
        let edge = self.edges.intern(edge);
        let reward = self.reward(reward);
        self.events.push(Kept { id, nanoseconds, line: place.line, file: place.file, day, edge, reward });
    }

    fn reward(&mut self, reward: Reward) -> u32 {
        let (index, _) = self.rewards.insert_full(reward);
        u32::try_from(index).expect("fewer than 2^32 different rewards")
    }

    pub(super) fn merge(&mut self, other: Self) {
        let edges: Vec<EdgeId> = other.edges.iter().map(|(_, name)| self.edges.intern(name)).collect();
        let rewards: Vec<u32> = other.rewards.iter().map(|&reward| self.reward(reward)).collect();
        self.events.extend(other.events.into_iter().map(|event| Kept {
            edge: edges[event.edge.index()],
            reward: rewards[event.reward as usize],
            ..event
        }));
        self.known.merge(other.known);
    }

    /// Counts the files from another number on: `by` files come before.
    pub(super) fn shift_files(&mut self, by: u32) {
        self.events.iter_mut().for_each(|event| event.file += by);
    }

    /// How many different ids there are in some of these together.
    pub(super) fn distinct<'a>(all: impl Iterator<Item = &'a Self>) -> u64 {
        let mut ids: Vec<EventId> = all.flat_map(|ids| ids.events.iter().map(|event| event.id)).collect();
        ids.par_sort_unstable();
        ids.dedup();
        ids.len() as u64
    }

    /// Shows every event and what becomes of it. Of the events of one id the earliest counts, by time, then the name of
    /// its edge, then its reward: an order that does not depend on where they were read.
    pub(super) fn settle(mut self, mut show: impl FnMut(Copy, Event<'_>)) {
        let mut rank = vec![0u32; self.edges.len()];
        for (position, edge) in self.edges.by_name().into_iter().enumerate() {
            rank[edge.index()] = position as u32;
        }
        let content = |event: &Kept| (event.nanoseconds, rank[event.edge.index()], self.rewards[event.reward as usize]);
        self.events.par_sort_unstable_by_key(|event| (event.id, content(event), event.file, event.line));
        self.known.sort();
        for events in self.events.chunk_by(|one, next| one.id == next.id) {
            let first = content(&events[0]);
            let same = events.iter().take_while(|event| content(event) == first);
            let known = same.map(|event| self.known.of(event.file, event.line)).min_by(Known::cmp).unwrap_or_default();
            for (index, event) in events.iter().enumerate() {
                let copy = match index {
                    0 => Copy::First,
                    _ if content(event) == first => Copy::Duplicate,
                    _ => Copy::Conflict,
                };
                show(
                    copy,
                    Event {
                        place: Place { file: event.file, line: event.line, column: 1 },
                        nanoseconds: event.nanoseconds,
                        day: event.day,
                        edge: self.edges.name(event.edge),
                        reward: self.rewards[event.reward as usize],
                        known,
                    },
                );
            }
        }
    }
}
