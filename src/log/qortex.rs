//! The learning of qortex: its structured log, an object a line, and its event sink, which tells the same without times.

use memchr::memmem;

use super::assignment::Table;
use super::batch::Portion;
use super::block::{Block, lines};
use super::clock::Clock;
use super::context::ContextColumns;
use super::error::Error;
use super::fault::Problem;
use super::format::{Format, Head, Opened, Rows};
use super::jsonl::{self, Object};
use super::label::Labels;
use super::layout::{EventColumns, Header, Layout};
use super::read::{BadRow, Options};
use super::role::Columns;
use super::row::{Entry, Fields, Interpreter};
use super::text::Text;

/// Any text with an observation among its first lines, or whose first lines are all events, but of no plain log. Columns
/// named by hand make it a plain log.
pub(super) static FORMAT: Format = Format { recognises, open };

const MEMBERS: [&str; 6] = ["event", "learner", "arm_id", "reward", "outcome", "timestamp"];
const EVENT: usize = 0;
const EDGE: [usize; 2] = [1, 2];
const REWARD: [usize; 2] = [3, 4];
const TIME: usize = 5;

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Feedback in the log.
    Observation,
    /// The same in the event sink.
    Twin,
    Other,
}

impl Kind {
    fn of(event: &[u8]) -> Self {
        match event {
            b"learning.observation" => Self::Observation,
            b"LearningObservationRecorded" => Self::Twin,
            _ => Self::Other,
        }
    }

    /// The kind of event that an object is, if it is one.
    fn of_object(object: &Object<'_>) -> Option<Self> {
        match object.get(EVENT) {
            Some(event) => Some(Self::of(&event)),
            None => object.other(EVENT).map(|_| Self::Other),
        }
    }

    /// The kind of event on a line that may be no JSON, but for its numbers: Python writes NaN.
    fn of_line(raw: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(raw);
        let text = numbered(text.as_bytes());
        Self::of_object(&Object::of(&text, 0, &MEMBERS[..=EVENT]).ok()?)
    }
}

/// The text with a 0 for every NaN and infinity outside strings.
fn numbered(text: &[u8]) -> Vec<u8> {
    let (mut text, mut at, mut quoted) = (text.to_owned(), 0, false);
    while at < text.len() {
        let step = match &text[at..] {
            [b'\\', ..] if quoted => 2,
            [b'"', ..] => {
                quoted = !quoted;
                1
            }
            rest if !quoted => {
                let word = [&b"NaN"[..], b"Infinity", b"-Infinity"].into_iter().find(|word| rest.starts_with(word));
                let length = word.map_or(0, <[u8]>::len);
                text[at..at + length].fill(b' ');
                text[at..at + length.min(1)].fill(b'0');
                length.max(1)
            }
            _ => 1,
        };
        at += step;
    }
    text
}

fn recognises(head: &Head<'_>) -> bool {
    let Some(text) = head.text.filter(|text| memmem::find(text, b"\"event\"").is_some()) else { return false };
    if !head.options.columns.is_empty() {
        return false;
    }
    let is_observation = |line| matches!(Kind::of_line(line), Some(Kind::Observation | Kind::Twin));
    jsonl::whole_lines(text).any(is_observation)
        || jsonl::whole_lines(text).all(|line| Kind::of_line(line).is_some() && !is_plain(line))
}

/// Whether an object has what a row of a plain log has.
fn is_plain(line: &[u8]) -> bool {
    let names = jsonl::names(line);
    Header { names: &names, partitions: &[], columns: &Columns::default(), complete: true }
        .layout(Table::Feedback)
        .is_ok()
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let first = text.first(lines())?;
    text.put_back(first);
    let layout = Layout::Events(EventColumns {
        time: vec![TIME],
        edge: vec![EDGE.to_vec()],
        reward: REWARD.to_vec(),
        id: None,
        served_at: None,
        context: ContextColumns::default(),
    });
    let rows = Qortex { layout, labels: &options.labels };
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over: Vec::new() })
}

#[derive(Debug)]
struct Qortex<'a> {
    layout: Layout,
    labels: &'a Labels,
}

impl Rows for Qortex<'_> {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let mut interpreter = Interpreter::new(&self.layout, self.labels);
        for (line, raw) in jsonl::lines_of(block) {
            let object = Object::of(raw, line, &MEMBERS);
            let kind = object.as_ref().map_or_else(|_| Kind::of_line(raw), Kind::of_object);
            match kind {
                Some(Kind::Observation) => {
                    let row = object.and_then(|object| {
                        interpreter.entry(&object, clock).map_err(|fault| object.bad_row(raw, line, fault))
                    });
                    visit(Portion::Row(line, Ok(Entry::Original(&row))));
                }
                Some(Kind::Twin) => {
                    let row = twin(object, (line, raw), &mut interpreter, clock);
                    visit(Portion::Row(line, Ok(Entry::StandIn(&row))));
                }
                Some(Kind::Other) => visit(Portion::Row(line, Ok(Entry::Ignored))),
                None => visit(Portion::Row(
                    line,
                    object.and(Err(BadRow { line, column: 1, problem: Problem::NoEvent, raw })),
                )),
            }
        }
    }
}

/// What a twin says: on the day that is assumed, for it has no time.
fn twin<'a>(
    object: Result<Object<'a>, BadRow<'a>>,
    (line, raw): (u64, &'a [u8]),
    interpreter: &'a mut Interpreter<'_>,
    clock: &mut Clock,
) -> Result<Entry<'a>, BadRow<'a>> {
    let timed = object.as_ref().is_ok_and(|object| object.get(TIME).is_some());
    match clock.assumed() {
        None if !timed => Err(BadRow { line, column: 1, problem: Problem::TimelessTwin, raw }),
        Some(time) if !timed => object
            .and_then(|object| interpreter.entry_at(&object, time).map_err(|fault| object.bad_row(raw, line, fault))),
        _ => object
            .and_then(|object| interpreter.entry(&object, clock).map_err(|fault| object.bad_row(raw, line, fault))),
    }
}
