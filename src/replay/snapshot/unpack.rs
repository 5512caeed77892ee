//! From the contents of a file to what was read, if all of it can be: a right checksum is no proof of sense.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as WordError;

use super::contents::{Contents, Event, Part, Read};
use super::error::Nonsense;
use super::{MOST, Settings, Snapshot, Source};
use crate::beta::{Beta, TRUSTED};
use crate::feedback::{Counts, Day, EdgeId, Reward, Tally};
use crate::log::{Digest, EventId, Labels, Reason, Shown, Time, Zone, escaped};
use crate::replay::ids::Identified;
use crate::replay::partial::{Excused, Partial, Place};

/// Days between the years 0 and 9999, which are those that a log can name.
const CALENDAR: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;

/// What was read.
pub(super) fn snapshot(contents: &Contents) -> Result<Snapshot, Nonsense> {
    let settings = settings(contents)?;
    let sources = sources(&contents.inputs)?;
    ascending("edges", contents.edges.iter())?;
    if contents.edges.iter().any(String::is_empty) {
        return Err(Nonsense::Name(Shown::new(b"")));
    }
    let unpacking = Unpacking { edges: &contents.edges, files: sources.len() };
    let mut partial = unpacking.partial(&contents.read)?;
    let numbered = contents.inputs.iter().zip(0..).filter(|(input, _)| input.numbered);
    partial.numbered = numbered.map(|(_, file)| file).collect();
    partial.originals = contents.originals;
    partial.stand_ins = contents.stand_ins.as_ref().map(|part| unpacking.partial(part).map(Box::new)).transpose()?;
    if partial.originals && partial.stand_ins.is_some() {
        return Err(Nonsense::StandIns);
    }
    if partial.greatest().is_none_or(|greatest| greatest > MOST) {
        return Err(Nonsense::TooMany);
    }
    Ok(Snapshot { partial, sources, settings, passed_over: Vec::new() })
}

fn settings(contents: &Contents) -> Result<Settings, Nonsense> {
    let zone: Zone = contents.zone.parse().map_err(|_| Nonsense::Zone(Shown::new(contents.zone.as_bytes())))?;
    let mut labels = Labels::default();
    ascending("labels", contents.labels.iter().map(|(label, _)| label))?;
    for (label, amount) in &contents.labels {
        let named = labels.insert(label, reward((*amount).into())?);
        named.map_err(|_| Nonsense::Name(Shown::new(label.as_bytes())))?;
    }
    Ok(Settings { zone, ids: contents.ids, labels })
}

fn sources(inputs: &[Read]) -> Result<Vec<Source>, Nonsense> {
    if !inputs.is_sorted() {
        return Err(Nonsense::Order("inputs"));
    }
    let source = |Read { name, digest, rows, .. }: &Read| {
        if escaped(name.as_bytes()) != *name {
            return Err(Nonsense::Name(Shown::new(name.as_bytes())));
        }
        Ok(Source { name: name.clone(), digest: Digest::from_bytes(*digest), rows: *rows })
    };
    inputs.iter().map(source).collect()
}

struct Unpacking<'a> {
    edges: &'a [String],
    /// How many inputs there are.
    files: usize,
}

impl<'a> Unpacking<'a> {
    fn partial(&self, part: &Part) -> Result<Partial, Nonsense> {
        let mut partial = Partial::default();
        (partial.good, partial.bad, partial.no_feedback) = (part.good, part.bad, part.no_feedback);
        partial.ignored = part.ignored.into();
        ascending("reasons", part.skipped.iter().map(|(word, _)| word))?;
        for (word, rows) in &part.skipped {
            partial.skipped.insert(reason(word)?, *rows);
        }
        ascending("edges without feedback", part.bare.iter().map(|(edge, _)| edge))?;
        for &(edge, pending) in &part.bare {
            partial.bare.insert(self.edge(edge)?.into(), pending);
        }
        if (part.events.len() + part.beliefs.len()) as u64 > part.good {
            return Err(Nonsense::FewRows);
        }
        self.add_days(part, &mut partial)?;
        self.add_events(part, &mut partial)?;
        self.add_beliefs(part, &mut partial)?;
        partial.excused = Excused { rows: part.bad, conflicts: conflicts(&part.events) };
        Ok(partial)
    }

    fn add_days(&self, part: &Part, partial: &mut Partial) -> Result<(), Nonsense> {
        ascending("days", part.days.iter().map(|on| on.day))?;
        let mut ids: IndexMap<u32, EdgeId, foldhash::fast::FixedState> = IndexMap::default();
        for on in &part.days {
            let (day, place) = (day(on.day)?, self.place(on.file, on.line)?);
            ascending("cells of a day", on.cells.iter().map(|(edge, ..)| edge))?;
            if on.cells.is_empty() {
                return Err(Nonsense::NoFeedback("day"));
            }
            for &(edge, successes, failures) in &on.cells {
                let counts = Counts { successes: successes.into(), failures: failures.into() };
                if counts == Counts::default() {
                    return Err(Nonsense::NoFeedback("cell"));
                }
                let name = self.edge(edge)?;
                let id = *ids.entry(edge).or_insert_with(|| partial.fold.edge(name));
                partial.fold.add(day, id, counts);
            }
            partial.note_first(day, place.file, place.line);
        }
        Ok(())
    }

    fn add_events(&self, part: &Part, partial: &mut Partial) -> Result<(), Nonsense> {
        if !part.events.is_sorted() {
            return Err(Nonsense::Order("events"));
        }
        ascending("rewards", part.rewards.iter())?;
        let rewards = part.rewards.iter().map(|&amount| reward(amount.into()));
        let rewards: Vec<Reward> = rewards.collect::<Result<_, _>>()?;
        for &Event { id, nanoseconds, edge, reward, day: on, file, line } in &part.events {
            let no_reward = Nonsense::Index { thing: "reward", index: reward };
            let reward = *rewards.get(reward as usize).ok_or(no_reward)?;
            let (id, day, place) = (EventId::from_bytes(id), day(on)?, self.place(file, line)?);
            partial.ids.push(Identified { id, nanoseconds, day, place }, self.edge(edge)?, reward, None);
        }
        Ok(())
    }

    fn add_beliefs(&self, part: &Part, partial: &mut Partial) -> Result<(), Nonsense> {
        for belief in &part.beliefs {
            let (alpha, beta) = (belief.alpha, belief.beta);
            let trusted = TRUSTED.contains(&alpha) && TRUSTED.contains(&beta);
            let posterior = Beta::new(alpha, beta).ok().filter(|_| trusted);
            let posterior = posterior.ok_or(Nonsense::Belief { alpha, beta })?;
            let time = Time { nanoseconds: belief.nanoseconds, day: day(belief.day)? };
            partial.beliefs.push(self.place(belief.file, belief.line)?, time, self.edge(belief.edge)?, posterior);
        }
        if part.beliefs.is_sorted_by_key(|belief| belief.key()) { Ok(()) } else { Err(Nonsense::Order("beliefs")) }
    }

    fn edge(&self, index: u32) -> Result<&'a str, Nonsense> {
        self.edges.get(index as usize).map(|name| &**name).ok_or(Nonsense::Index { thing: "edge", index })
    }

    fn place(&self, file: u32, line: u64) -> Result<Place, Nonsense> {
        if (file as usize) < self.files {
            Ok(Place { file, line, column: 1 })
        } else {
            Err(Nonsense::Index { thing: "input", index: file })
        }
    }
}

/// Where the events are that have another's id.
fn conflicts(events: &[Event]) -> HashSet<Place> {
    let content = |event: &Event| (event.nanoseconds, event.edge, event.reward);
    let copies = events.chunk_by(|one, next| one.id == next.id);
    let conflicts = copies.flat_map(|copies| copies.iter().filter(|copy| content(copy) != content(&copies[0])));
    conflicts.map(|event| Place { file: event.file, line: event.line, column: 1 }).collect()
}

fn ascending<T: PartialOrd>(what: &'static str, things: impl Iterator<Item = T>) -> Result<(), Nonsense> {
    if things.is_sorted_by(|one, next| one < next) { Ok(()) } else { Err(Nonsense::Order(what)) }
}

fn day(days: i32) -> Result<Day, Nonsense> {
    if CALENDAR.contains(&days) { Ok(Day::from_days(days)) } else { Err(Nonsense::Day(days)) }
}

fn reward(tally: Tally) -> Result<Reward, Nonsense> {
    Reward::from_tally(tally).ok_or(Nonsense::Reward(tally))
}

fn reason(word: &str) -> Result<Reason, Nonsense> {
    let unknown = |_: WordError| Nonsense::Reason(Shown::new(word.as_bytes()));
    Reason::deserialize(word.into_deserializer()).map_err(unknown)
}
