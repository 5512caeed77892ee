//! From what was read to the contents of a file: every list in an order that does not depend on that of reading.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::Snapshot;
use super::contents::{Amount, Belief, Contents, Event, OnDay, Part, Read};
use crate::feedback::{Day, Edges};
use crate::log::base_name;
use crate::replay::partial::Partial;
use crate::replay::{beliefs, ids};

/// The contents of a file.
pub(super) fn contents(Snapshot { partial, sources, settings, .. }: &Snapshot) -> Contents {
    let (inputs, files) = sorted(sources.iter().zip(0..).map(|(source, file)| Read {
        name: base_name(&source.name).to_owned(),
        digest: source.digest.to_bytes(),
        rows: source.rows,
        numbered: partial.numbered.contains(&file),
    }));
    let edges = edges(partial);
    let labels = settings.labels.by_hand().into_iter();
    let packing = Packing { files: &files, edges: &edges };
    Contents {
        zone: settings.zone.to_string(),
        ids: settings.ids,
        labels: labels.map(|(label, reward)| (label.to_owned(), reward.success().into())).collect(),
        inputs,
        read: packing.part(partial),
        originals: partial.originals,
        stand_ins: partial.stand_ins.as_ref().map(|stand_ins| packing.part(stand_ins)),
        edges: edges.iter().map(|(_, name)| name.to_owned()).collect(),
    }
}

/// All edges, in byte order of their names.
fn edges(partial: &Partial) -> Edges {
    let mut names: Vec<&str> = Vec::new();
    for part in [Some(partial), partial.stand_ins.as_deref()].into_iter().flatten() {
        for edges in [part.fold.edges(), &part.ids.edges, &part.beliefs.edges] {
            names.extend(edges.iter().map(|(_, name)| name));
        }
        names.extend(part.bare.keys().map(|name| &**name));
    }
    names.par_sort_unstable();
    names.dedup();
    names.into_iter().collect()
}

/// Things in their order, and for each of them as they were its position there.
fn sorted<T: Ord>(things: impl IntoIterator<Item = T>) -> (Vec<T>, Vec<u32>) {
    let mut places: Vec<(T, u32)> = things.into_iter().zip(0..).collect();
    places.sort_unstable();
    let mut ranks = vec![0; places.len()];
    for ((_, place), rank) in places.iter().zip(0..) {
        ranks[*place as usize] = rank;
    }
    (places.into_iter().map(|(thing, _)| thing).collect(), ranks)
}

struct Packing<'a> {
    /// The position in the file of each input.
    files: &'a [u32],
    /// In the order of the file.
    edges: &'a Edges,
}

impl Packing<'_> {
    fn part(&self, partial: &Partial) -> Part {
        let skipped: BTreeMap<String, u64> =
            partial.skipped.iter().map(|(reason, &rows)| (reason.word().to_owned(), rows)).collect();
        let (rewards, ranks) = sorted(partial.ids.rewards.iter().map(|reward| Amount::from(reward.success())));
        Part {
            good: partial.good,
            bad: partial.bad,
            no_feedback: partial.no_feedback,
            ignored: partial.ignored.into(),
            skipped: skipped.into_iter().collect(),
            bare: sorted(partial.bare.iter().map(|(edge, &pending)| (self.edge(edge), pending))).0,
            days: self.days(partial),
            rewards,
            events: self.events(&partial.ids, &ranks),
            beliefs: self.beliefs(&partial.beliefs),
        }
    }

    fn days(&self, partial: &Partial) -> Vec<OnDay> {
        let mut first_rows: HashMap<Day, (u32, u64)> = HashMap::new();
        for (&(day, file), &line) in &partial.first_rows {
            let row = (self.files[file as usize], line);
            first_rows.entry(day).and_modify(|first| *first = row.min(*first)).or_insert(row);
        }
        let timeline = partial.fold.clone().finish();
        let edges = self.ranks(timeline.edges());
        let days = timeline.days().iter().map(|on| {
            let (file, line) = first_rows.get(&on.day).copied().unwrap_or_default();
            let cells = on
                .cells
                .iter()
                .map(|cell| (edges[cell.edge.index()], cell.counts.successes.into(), cell.counts.failures.into()));
            OnDay { day: on.day.days(), file, line, cells: cells.collect() }
        });
        days.collect()
    }

    fn events(&self, ids: &ids::Ids, rewards: &[u32]) -> Vec<Event> {
        let edges = self.ranks(&ids.edges);
        let event = |event: &ids::Kept| Event {
            id: event.id.to_bytes(),
            nanoseconds: event.nanoseconds,
            edge: edges[event.edge.index()],
            reward: rewards[event.reward as usize],
            day: event.day.days(),
            file: self.files[event.file as usize],
            line: event.line,
        };
        let mut events: Vec<Event> = ids.events.iter().map(event).collect();
        events.par_sort_unstable();
        events
    }

    fn beliefs(&self, beliefs: &beliefs::Beliefs) -> Vec<Belief> {
        let edges = self.ranks(&beliefs.edges);
        let belief = |belief: &beliefs::Kept| Belief {
            edge: edges[belief.edge.index()],
            nanoseconds: belief.nanoseconds,
            alpha: belief.posterior.alpha(),
            beta: belief.posterior.beta(),
            day: belief.day.days(),
            file: self.files[belief.file as usize],
            line: belief.line,
        };
        let mut beliefs: Vec<Belief> = beliefs.beliefs.iter().map(belief).collect();
        beliefs.par_sort_unstable_by_key(Belief::key);
        beliefs
    }

    /// The position in the file of each of some edges.
    fn ranks(&self, edges: &Edges) -> Vec<u32> {
        edges.iter().map(|(_, name)| self.edge(name)).collect()
    }

    fn edge(&self, name: &str) -> u32 {
        let edge = self.edges.get(name).expect("valid by construction: all names were collected before");
        edge.index() as u32
    }
}
