//! The export of openclaw: one JSON document with the traces of a system, each with the arms that were, or were not, put
//! before a model, and whether it referred to them.

use std::borrow::Cow;

use memchr::memchr;
use serde_json::value::RawValue;

use super::batch::Portion;
use super::block::Block;
use super::clock::{Clock, Time};
use super::document::{Elements, elements};
use super::error::Error;
use super::fault::{Fault, Problem};
use super::format::{Format, Head, Opened, Rows};
use super::id::EventId;
use super::jsonl::{self, Object};
use super::read::{BadRow, Options};
use super::role::Role;
use super::row::{Entry, Fields, join_part};
use super::text::{LONGEST_ROW, Text, line_breaks};
use super::unit::TimeUnit;
use super::walk::{Met, Walk};
use crate::feedback::Reward;

/// A document with a member `traces`, but none that names an edge, as rows of JSON have.
pub(super) static FORMAT: Format = Format { recognises, open };

const TRACES: &[u8] = b"\"traces\"";

const TRACE: [&str; 5] = ["traceId", "timestamp", "arms", "aborted", "error"];
const TRACE_ID: usize = 0;
const TIMESTAMP: usize = 1;
const ARMS: usize = 2;
const ABORTED: usize = 3;
const ERROR: usize = 4;

const ARM: [&str; 3] = ["armId", "included", "referenced"];
const ARM_ID: usize = 0;
const INCLUDED: usize = 1;
const REFERENCED: usize = 2;

/// Whether a text that begins so is an export; `None` if its beginning does not tell.
fn is_export(text: &[u8]) -> Option<bool> {
    if !text.starts_with(b"{") {
        return Some(false);
    }
    let (mut has_traces, mut has_edge) = (false, false);
    let is_edge = |name: &[u8]| Role::Edge.aliases().iter().any(|alias| name == format!("\"{alias}\"").as_bytes());
    let mut walk = Walk::new(TRACES);
    let walked = walk.on(text, 0, &mut |met| {
        if let Met::Name(name) = met {
            has_traces |= name == TRACES;
            has_edge |= is_edge(name);
        }
    });
    if has_traces || has_edge {
        return Some(!has_edge);
    }
    // An object that ends without traces, or breaks off, is a row of JSON, good or bad.
    if walk.is_over() || walked.is_err() { Some(false) } else { None }
}

/// Whether a file that begins so is an export for sure.
pub(super) fn is_known(bytes: &[u8]) -> bool {
    is_export(text_of(bytes)) == Some(true)
}

/// Bytes without a byte-order mark and the blanks before the first character.
fn text_of(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

fn recognises(head: &Head<'_>) -> bool {
    // A row of JSON that does not tell by the end of the head has no line break in it.
    let by_lines = |text: &[u8]| memchr(b'\n', text).is_some();
    head.text.is_some_and(|text| is_export(text).unwrap_or_else(|| by_lines(text)))
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let (mut size, mut seen) = (0, 0);
    let is_export = loop {
        let head = text.peek(size)?;
        let length = head.len();
        match is_export(text_of(head)) {
            Some(is_export) => break is_export,
            None if length == seen || length >= LONGEST_ROW => break true,
            None => (size, seen) = (2 * length, length),
        }
    };
    if !is_export {
        return (jsonl::FORMAT.open)(text, options);
    }
    let blocks = Box::new(Elements::new(text, TRACES)?);
    Ok(Opened { blocks, rows: Box::new(Traces { ids: options.ids }), passed_over: Vec::new() })
}

#[derive(Debug)]
struct Traces {
    /// Whether ids count.
    ids: bool,
}

impl Rows for Traces {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let (mut line, mut before, mut at) = (block.line, block.before, 0);
        let mut edge = String::new();
        elements(block, |from, to| {
            (line, before) = place(&block.bytes[at..from], line, before);
            at = from;
            let trace = Part { raw: &block.bytes[from..to], line, before };
            match trace.read(clock) {
                Ok(Read { id, time, arms }) => {
                    for arm in arms {
                        let arm = trace.part(arm);
                        let read = arm.reward(&mut edge);
                        let entry = read.map(|reward| match reward {
                            Some(reward) => {
                                let id = self.ids.then(|| event_id(&id, &edge));
                                Entry::Event { time, edge: &edge, reward, id, context: None }
                            }
                            None => Entry::Ignored,
                        });
                        visit(Portion::Row(arm.line, entry));
                    }
                }
                Err(bad) => visit(Portion::Row(bad.line, Err(bad))),
            }
        });
    }

    fn time_unit(&self) -> Option<TimeUnit> {
        Some(TimeUnit::Milliseconds)
    }
}

/// The id of what a trace says of an arm. No two pairs of names are written the same, since the length of the first is.
fn event_id(trace: &[u8], arm: &str) -> EventId {
    EventId::of(&[&(trace.len() as u64).to_le_bytes(), trace, arm.as_bytes()].concat())
}

/// Where bytes end that begin on a line, behind so many others of it.
fn place(bytes: &[u8], line: u64, before: u64) -> (u64, u64) {
    match memchr::memrchr(b'\n', bytes) {
        None => (line, before + bytes.len() as u64),
        Some(line_break) => (line + line_breaks(bytes), (bytes.len() - line_break) as u64 - 1),
    }
}

/// A trace or an arm of one as it is written, and where.
#[derive(Clone, Copy)]
struct Part<'a> {
    raw: &'a [u8],
    line: u64,
    /// How many bytes of the line come before it.
    before: u64,
}

/// A trace that counts.
struct Read<'a> {
    id: Cow<'a, [u8]>,
    time: Time,
    arms: Vec<&'a RawValue>,
}

impl<'a> Part<'a> {
    /// A value inside of it.
    fn part(&self, value: &'a RawValue) -> Self {
        let raw = value.get().as_bytes();
        let at = raw.as_ptr().addr() - self.raw.as_ptr().addr();
        let (line, before) = place(&self.raw[..at], self.line, self.before);
        Self { raw, line, before }
    }

    fn object(&self, names: &[&str]) -> Result<Object<'a>, BadRow<'a>> {
        Object::of(self.raw, self.line, names).map_err(|bad| {
            let before = if bad.line == self.line { self.before } else { 0 };
            BadRow { column: bad.column + before, ..bad }
        })
    }

    fn bad(&self, object: &Object<'a>, Fault { field, problem }: Fault) -> BadRow<'a> {
        let value = field.and_then(|field| object.value(field));
        let Self { line, before, .. } = value.map_or(*self, |value| self.part(value));
        BadRow { line, column: before + 1, problem, raw: self.raw }
    }

    /// What a trace says, its arms apart.
    fn read(&self, clock: &mut Clock) -> Result<Read<'a>, BadRow<'a>> {
        let object = self.object(&TRACE)?;
        let mut read = || {
            if flag(&object, ABORTED, TRACE)?.unwrap_or(false) || has_error(&object) {
                return Err(Problem::FailedTrace.into());
            }
            let time = clock.read(&object.get(TIMESTAMP).unwrap_or_default()).map_err(Fault::at(TIMESTAMP))?;
            let id = object.text(TRACE_ID).filter(|id| !id.is_empty());
            let id = id.ok_or_else(|| wrong(TRACE_ID, TRACE, "a name"))?;
            let arms = object.value(ARMS).and_then(|arms| serde_json::from_str(arms.get()).ok());
            Ok(Read { id, time, arms: arms.ok_or_else(|| wrong(ARMS, TRACE, "an array"))? })
        };
        read().map_err(|fault| self.bad(&object, fault))
    }

    /// What an arm says, and of which edge; nothing if it was not included.
    fn reward(&self, edge: &mut String) -> Result<Option<Reward>, BadRow<'a>> {
        let object = self.object(&ARM)?;
        let mut read = || {
            edge.clear();
            join_part(edge, &object, ARM_ID, 1)?;
            let needed = |member| flag(&object, member, ARM)?.ok_or_else(|| wrong(member, ARM, TRUE_OR_FALSE));
            if !needed(INCLUDED)? {
                return Ok(None);
            }
            Ok(Some(if needed(REFERENCED)? { Reward::SUCCESS } else { Reward::FAILURE }))
        };
        read().map_err(|fault| self.bad(&object, fault))
    }
}

const TRUE_OR_FALSE: &str = "true or false";

fn wrong<const N: usize>(member: usize, names: [&'static str; N], expected: &'static str) -> Fault {
    Fault::at(member)(Problem::Member { member: names[member], expected })
}

/// A member that is true or false, if it is there.
fn flag<const N: usize>(object: &Object<'_>, member: usize, names: [&'static str; N]) -> Result<Option<bool>, Fault> {
    match object.value(member).map(RawValue::get) {
        None | Some("null") => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(wrong(member, names, TRUE_OR_FALSE)),
    }
}

/// Whether a trace has an error, which null, false, 0 and what is empty are not.
fn has_error(object: &Object<'_>) -> bool {
    let none = ["null", "false", "0", "\"\"", "{}", "[]"];
    let error = object.value(ERROR).map_or("null", RawValue::get);
    let without_blanks: String = error.chars().filter(|character| !character.is_ascii_whitespace()).take(6).collect();
    !none.contains(&&*without_blanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_other_pairs_of_names_are_others() {
        assert_ne!(event_id(b"a", "bc"), event_id(b"ab", "c"));
        assert_ne!(event_id(b"", "a\0"), event_id(b"a\0", ""));
        assert_eq!(event_id(b"a", "bc"), event_id(b"a", "bc"));
    }

    #[test]
    fn an_export_is_known_by_its_traces() {
        for (text, expected) in [
            ("{\"traces\":[]}", Some(true)),
            ("{\"version\": {\"edge\": 1},\n\"traces\": 3", Some(true)),
            ("{\"traces\": [], \"edge\": \"a\"}\n{}", Some(false)),
            ("{\"timestamp\": 1, \"edge\": \"a\", \"traces\": []}", Some(false)),
            ("{\"a\": {\"traces\": []}}\n{}", Some(false)),
            ("{\"a\": 1}\n", Some(false)),
            ("{\"a\": 1,\n{\"a\": 2}\n", Some(false)),
            ("[{\"traces\": []}]", Some(false)),
            ("{\"version\": \"1", None),
        ] {
            assert_eq!(is_export(text.as_bytes()), expected, "{text}");
        }
    }
}
