//! Decisions of Vowpal Wabbit as JSON lines (dsjson), each joined with its outcome.

use memchr::memmem;
use serde_json::value::RawValue;

use super::batch::Portion;
use super::block::{Block, lines};
use super::clock::Clock;
use super::context::{Context, ContextColumns};
use super::cost::Cost;
use super::error::Error;
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::format::{Format, Head, Opened, Rows};
use super::id::EventId;
use super::jsonl::{self, Object};
use super::read::Options;
use super::row::{Entry, Fields};
use super::text::Text;

/// Any text with a decision or a reward on its own among its first lines. Columns named by hand make it a plain log.
pub(super) static FORMAT: Format = Format { recognises, open };

const MEMBERS: [&str; 10] = [
    "_label_cost",
    "_label_Action",
    "_labelIndex",
    "a",
    "c",
    "EventId",
    "Timestamp",
    "_skipLearn",
    "_outcomes",
    "_label_probability",
];
const COST: usize = 0;
const ACTION: usize = 1;
const INDEX: usize = 2;
const ACTIONS: usize = 3;
const CONTEXT: usize = 4;
const ID: usize = 5;
const TIME: usize = 6;
const SKIP: usize = 7;
const OUTCOMES: usize = 8;
const PROBABILITY: usize = 9;

fn recognises(head: &Head<'_>) -> bool {
    let Some(text) = head.text.filter(|text| text.starts_with(b"{") && head.options.columns.is_empty()) else {
        return false;
    };
    let hints: [&[u8]; 3] = [b"\"_label_cost\"", b"\"c\"", b"\"RewardValue\""];
    hints.iter().any(|hint| memmem::find(text, hint).is_some())
        && jsonl::whole_lines(text).any(|line| is_decision(&jsonl::names(line)))
}

fn is_decision(names: &[String]) -> bool {
    let there = |wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|other| other == name));
    there(&["_label_cost"]) || there(&["a", "c", "p"]) || there(&["RewardValue", "EventId"])
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let first = text.first(lines())?;
    text.put_back(first);
    let columns = ContextColumns { propensity: vec![PROBABILITY], ..ContextColumns::default() }.asked(options.asked);
    let rows = Decisions { cost: options.cost, ids: options.ids, columns };
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over: Vec::new() })
}

#[derive(Debug)]
struct Decisions {
    cost: Cost,
    ids: bool,
    columns: ContextColumns,
}

impl Rows for Decisions {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let (mut edge, mut context) = (String::new(), Context::default());
        for (line, raw) in jsonl::lines_of(block) {
            let row = Object::of(raw, line, &MEMBERS).and_then(|object| {
                self.entry(&object, clock, &mut edge, &mut context).map_err(|fault| object.bad_row(raw, line, fault))
            });
            visit(Portion::Row(line, row));
        }
    }
}

impl Decisions {
    fn entry<'e>(
        &self,
        object: &Object<'_>,
        clock: &mut Clock,
        edge: &'e mut String,
        context: &'e mut Context,
    ) -> Result<Entry<'e>, Fault> {
        if object.other(OUTCOMES).is_some() {
            return Err(Fault::at(OUTCOMES)(Problem::SeveralActions));
        }
        let cost = match (object.get(COST), object.other(COST)) {
            (Some(cost), _) => cost,
            (None, Some(other)) => return Err(Fault::at(COST)(Problem::RewardOutside(Shown::new(other.as_bytes())))),
            (None, None) => return Ok(Entry::Ignored),
        };
        if object.get(SKIP).as_deref() == Some(b"true") {
            return Ok(Entry::Ignored);
        }
        let time = match object.get(TIME) {
            Some(time) => clock.read(&time).map_err(Fault::at(TIME))?,
            None => clock.assumed().ok_or(Problem::Timeless)?,
        };
        let action = action(object)?;
        *edge = name(object, action)?;
        let reward = self.cost.reward(&cost).map_err(Fault::at(COST))?;
        let id = object.get(ID).filter(|id| self.ids && !id.trim_ascii().is_empty());
        context.read_timeless(&self.columns, object)?;
        let context = (!self.columns.is_empty()).then_some(&*context);
        Ok(Entry::Event { time, edge, reward, id: id.map(|id| EventId::of(&id)), context })
    }
}

/// The action that was chosen, from 1.
fn action(object: &Object<'_>) -> Result<usize, Fault> {
    let number = |column: usize, least: usize| match (object.get(column), object.other(column)) {
        (Some(value), _) => {
            let number = std::str::from_utf8(&value).ok().and_then(|text| text.parse().ok());
            number
                .filter(|number| *number >= least)
                .map(Some)
                .ok_or_else(|| Fault::at(column)(Problem::NotAnAction(Shown::new(&value))))
        }
        (None, Some(other)) => Err(Fault::at(column)(Problem::NotAnAction(Shown::new(other.as_bytes())))),
        (None, None) => Ok(None),
    };
    match (number(ACTION, 1)?, number(INDEX, 0)?) {
        (Some(action), Some(index)) if action - 1 != index => {
            Err(Fault::at(INDEX)(Problem::OtherAction { action, index }))
        }
        (Some(action), _) => Ok(action),
        (None, Some(index)) => Ok(index.saturating_add(1)),
        (None, None) => {
            let actions = object.value(ACTIONS).filter(|actions| actions.get() != "null");
            let first = actions.map(|actions| (actions, serde_json::from_str::<Vec<usize>>(actions.get())));
            match first {
                Some((_, Ok(actions))) if actions.first().is_some_and(|&action| action > 0) => Ok(actions[0]),
                Some((actions, _)) => {
                    Err(Fault::at(ACTIONS)(Problem::NotAnAction(Shown::new(actions.get().as_bytes()))))
                }
                None => Err(Problem::NoAction.into()),
            }
        }
    }
}

/// The tag of an action, or its number if it has none.
fn name(object: &Object<'_>, action: usize) -> Result<String, Fault> {
    let multi = object.value(CONTEXT).and_then(|context| jsonl::descend(context, "_multi"));
    let actions = multi.and_then(|multi| serde_json::from_str::<Vec<&RawValue>>(multi.get()).ok());
    let Some(actions) = actions else { return Ok(action.to_string()) };
    let features =
        actions.get(action - 1).ok_or(Fault::at(CONTEXT)(Problem::ActionBeyond { action, of: actions.len() }))?;
    let tag = jsonl::descend(features, "_tag").and_then(jsonl::text_of);
    let tag = tag.map(|tag| String::from_utf8_lossy(&tag).into_owned()).filter(|tag| !tag.is_empty());
    Ok(tag.unwrap_or_else(|| action.to_string()))
}
