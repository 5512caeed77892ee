//! Plain events among the objects of JSON lines: flat objects of simple values, found without a parser.
//!
//! What this takes for an event is one, and says the same, by the parser too. Whatever else a line holds is left to it: escapes
//! in what is needed, members that are there twice, numbers and whitespace that no JSON has, and all that is wrong.

use serde_json::value::RawValue;

use super::batch::{Batch, Names, Portion};
use super::clock::{Clock, Time};
use super::label::Labels;
use super::layout::Layout;
use crate::feedback::Reward;

/// What a member is to a plain event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// Nothing, however often it is there.
    Other,
    /// What the name in this place of the list of names says, and must not say twice.
    Known(u8, Known),
    /// An object with it is no plain event.
    Foreign,
}

/// What a name that is known says. Of several for the same, the one with the least number counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Known {
    Time(u8),
    Edge(u8),
    Reward(u8),
    /// What no plain event has, unless it is null.
    Id,
    /// Nothing that counts where the others are there.
    Unasked,
}

/// The parts of the names in a list.
#[derive(Debug)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    /// The parts in a layout of so many names; `None` if it asks for more than a time, an edge and a reward.
    pub(super) fn new(layout: &Layout, names: usize) -> Option<Self> {
        let Layout::Events(columns) = layout else { return None };
        if !columns.context.is_empty() {
            return None;
        }
        let part = |index| u8::try_from(index).ok().filter(|&index| u32::from(index) < u64::BITS);
        let part = |index| part(index).map_or(Part::Foreign, |index| Part::Known(index, Known::Unasked));
        let mut parts = Self((0..names).map(part).collect());
        let single =
            columns.edge.iter().map_while(|columns| if let [column] = columns[..] { Some(column) } else { None });
        parts.say(columns.time.iter().copied(), Known::Time);
        parts.say(single, Known::Edge);
        parts.say(columns.reward.iter().copied(), Known::Reward);
        parts.say(columns.id.into_iter(), |_| Known::Id);
        Some(parts)
    }

    /// Names in order of preference.
    fn say(&mut self, names: impl Iterator<Item = usize>, known: impl Fn(u8) -> Known) {
        for (rank, name) in names.enumerate() {
            // What the path of the file says comes after the names.
            let Some(part) = self.0.get_mut(name) else { continue };
            *part = match (*part, u8::try_from(rank)) {
                (Part::Known(index, Known::Unasked), Ok(rank)) => Part::Known(index, known(rank)),
                _ => Part::Foreign,
            };
        }
    }

    /// The part of a name.
    pub(super) fn of(&self, name: usize) -> Part {
        self.0.get(name).copied().unwrap_or(Part::Foreign)
    }
}

/// A plain event, and a bit for each name that was there.
pub(super) struct Event<'a> {
    time: Time,
    edge: &'a str,
    reward: Reward,
    pub(super) seen: u64,
}

/// Reads plain events. It expects of each object the members of the one before, in the same spelling and order.
pub(super) struct Scanner<F> {
    part: F,
    expected: Vec<Member>,
}

/// A member by all that comes before its value, from the end of the value before it.
struct Member {
    prefix: Vec<u8>,
    part: Part,
}

/// What was found of an event so far, with the preference of each name that said it.
#[derive(Default)]
struct Found<'a> {
    time: Option<(u8, &'a str)>,
    edge: Option<(u8, &'a str)>,
    reward: Option<&'a str>,
    seen: u64,
}

impl<F: Fn(&str) -> Part> Scanner<F> {
    /// A scanner that asks which part a name plays.
    pub(super) fn new(part: F) -> Self {
        Self { part, expected: Vec::new() }
    }

    /// The event on a line; `None` if it is no plain one.
    pub(super) fn event<'a>(&mut self, raw: &'a [u8], clock: &mut Clock, labels: &Labels) -> Option<Event<'a>> {
        let Found { time, edge, reward, seen } = self.object(std::str::from_utf8(raw).ok()?)?;
        let ((_, time), (_, edge), reward) = (time?, edge?, reward?);
        if edge.is_empty() {
            return None;
        }
        // Only now that nothing else is wrong, since the first time that is read may settle what others mean.
        let time = clock.read(time.as_bytes()).ok()?;
        Some(Event { time, edge, reward: labels.reward(reward.as_bytes()).ok()?, seen })
    }

    fn object<'a>(&mut self, text: &'a str) -> Option<Found<'a>> {
        let (bytes, mut found, mut at) = (text.as_bytes(), Found::default(), 0);
        for nth in 0.. {
            if nth > 0 && bytes[at..] == *b"}" {
                break;
            }
            let part = match self.expected.get(nth) {
                Some(Member { prefix, part }) if bytes[at..].starts_with(prefix) => {
                    at += prefix.len();
                    *part
                }
                _ => match self.member(text, at, nth)? {
                    Some((start, part)) => {
                        at = start;
                        part
                    }
                    None => break,
                },
            };
            let end = match part {
                Part::Foreign => return None,
                Part::Other => passed(text, at)?,
                Part::Known(name, known) => {
                    let before = found.seen;
                    found.seen |= 1 << name;
                    if found.seen == before {
                        return None;
                    }
                    found.take(known, text, at)?
                }
            };
            at = end;
        }
        Some(found)
    }

    /// Where the value of the next member begins, and its part; `None` inside at the end of the object, outside if neither
    /// is there.
    fn member(&mut self, text: &str, from: usize, nth: usize) -> Option<Option<(usize, Part)>> {
        let bytes = text.as_bytes();
        let at = blank(bytes, from);
        match bytes.get(at)? {
            b'}' if nth > 0 && at + 1 == bytes.len() => return Some(None),
            b'{' if nth == 0 => {}
            b',' if nth > 0 => {}
            _ => return None,
        }
        let at = blank(bytes, at + 1);
        let end = string(bytes, at)?;
        let colon = blank(bytes, end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let start = blank(bytes, colon + 1);
        let part = (self.part)(text.get(at + 1..end - 1)?);
        if self.expected.len() <= nth {
            self.expected.push(Member { prefix: Vec::new(), part });
        }
        let member = self.expected.get_mut(nth)?;
        member.part = part;
        member.prefix.clear();
        member.prefix.extend_from_slice(&bytes[from..start]);
        Some(Some((start, part)))
    }
}

impl<'a> Found<'a> {
    /// Takes the value that begins there, and says where it ends.
    fn take(&mut self, known: Known, text: &'a str, at: usize) -> Option<usize> {
        if known == Known::Unasked {
            return passed(text, at);
        }
        let bytes = text.as_bytes();
        let end = simple(bytes, at)?;
        let value = match bytes[at] {
            b'n' => return Some(end),
            b'"' => text.get(at + 1..end - 1)?,
            _ => text.get(at..end)?,
        };
        let least = |before: Option<(u8, &'a str)>, rank| match before {
            Some((other, _)) if other < rank => before,
            _ => Some((rank, value)),
        };
        match known {
            Known::Time(rank) => self.time = least(self.time, rank),
            Known::Edge(rank) => self.edge = least(self.edge, rank),
            // Of several rewards the kind decides too.
            Known::Reward(_) if self.reward.is_some() => return None,
            Known::Reward(_) => self.reward = Some(value),
            Known::Id | Known::Unasked => return None,
        }
        Some(end)
    }
}

/// Where a value ends that is not needed, of any kind.
fn passed(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if let Some(end) = simple(bytes, at) {
        return Some(end);
    }
    if !matches!(bytes.get(at)?, b'"' | b'{' | b'[') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text.get(at..)?).into_iter::<&RawValue>();
    values.next()?.ok()?;
    Some(at + values.byte_offset())
}

/// Where a string without escapes, a number, `true`, `false` or `null` ends.
fn simple(bytes: &[u8], at: usize) -> Option<usize> {
    let word = |word: &[u8]| bytes[at..].starts_with(word).then_some(at + word.len());
    match bytes.get(at)? {
        b'"' => string(bytes, at),
        b'-' | b'0'..=b'9' => number(bytes, at),
        b't' => word(b"true"),
        b'f' => word(b"false"),
        b'n' => word(b"null"),
        _ => None,
    }
}

/// Where a number ends, as JSON has them: no zeros in front, and digits on either side of the point.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let some_digits = |from: usize| Some(digits(from)).filter(|&end| end > from);
    let start = at + usize::from(bytes[at] == b'-');
    let mut end = if bytes.get(start) == Some(&b'0') { start + 1 } else { some_digits(start)? };
    if bytes.get(end) == Some(&b'.') {
        end = some_digits(end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = some_digits(end + 1 + sign)?;
    }
    Some(end)
}

/// Where a string ends that has neither escapes nor control characters.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let inner = bytes.get(at..)?.strip_prefix(b"\"")?;
    let (eights, rest) = inner.as_chunks::<8>();
    for (eight, &chunk) in eights.iter().enumerate() {
        let ends = special(u64::from_le_bytes(chunk));
        if ends != 0 {
            let end = eight * 8 + ends.trailing_zeros() as usize / 8;
            return (inner[end] == b'"').then_some(at + end + 2);
        }
    }
    let end = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
    (rest[end] == b'"').then_some(at + eights.len() * 8 + end + 2)
}

/// Bits of which the lowest stands in the first of eight bytes that is a quote, a backslash or a control character; none if
/// there is no such byte.
fn special(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    // A byte below n borrows from its high bit; what bytes above it borrow comes later (Mycroft 1987).
    let below = |bytes: u64, n: u64| bytes.wrapping_sub(ONES * n) & !bytes & (ONES << 7);
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    is(b'"') | is(b'\\') | below(bytes, u64::from(b' '))
}

/// Where the whitespace of JSON ends.
fn blank(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count()
}

/// Plain events that stand on lines one after the other.
#[derive(Default)]
pub(super) struct Run<'a> {
    /// The line of the first.
    line: u64,
    times: Vec<Time>,
    edges: Vec<&'a str>,
    rewards: Vec<Reward>,
}

impl<'a> Run<'a> {
    /// As many as fit a cache.
    const LONGEST: usize = 2048;

    /// Adds an event; if it does not go on from those before, they are shown first.
    pub(super) fn push(&mut self, line: u64, event: &Event<'a>, visit: &mut dyn FnMut(Portion<'_>)) {
        if self.line + self.times.len() as u64 != line || self.times.len() == Self::LONGEST {
            self.show(visit);
            self.line = line;
        }
        self.times.push(event.time);
        self.edges.push(event.edge);
        self.rewards.push(event.reward);
    }

    /// Shows what was added.
    pub(super) fn show(&mut self, visit: &mut dyn FnMut(Portion<'_>)) {
        let Self { line, times, edges, rewards } = self;
        if !times.is_empty() {
            visit(Portion::Events(Batch { line: *line, times, edges: Names::Text(edges), rewards }));
            times.clear();
            edges.clear();
            rewards.clear();
        }
    }
}
