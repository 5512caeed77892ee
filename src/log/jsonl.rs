//! Rows of JSON, an object a line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memrchr};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::assignment::Table;
use super::batch::Portion;
use super::block::{Block, lines};
use super::clock::Clock;
use super::error::Error;
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::flat::{Part, Parts, Run, Scanner};
use super::format::{Format, Head, Opened, Rows};
use super::label::Labels;
use super::layout::{Header, Layout};
use super::partition::{Partition, Partitioned};
use super::read::{BadRow, Options};
use super::role::{Columns, Role};
use super::row::{Fields, Interpreter};
use super::text::Text;

/// Any text that begins with an object.
pub(super) static FORMAT: Format = Format { recognises, open };

fn recognises(head: &Head<'_>) -> bool {
    matches!(head.text, Some([b'{', ..]))
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let first = text.first(lines())?;
    let (columns, table) = (&options.columns, options.table);
    let members = Members::new(columns, table, std::mem::take(&mut text.partitions));
    let partitions = &members.partitions;
    let header = Header { names: &members.names, partitions, columns, complete: false };
    let (layout, _) = header.layout(table).map_err(|error| error.in_file(&text.file, 1, &members.names, table))?;
    let layout = layout.asked(options);
    let line = first.bytes.trim_ascii_start().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let names = names(line);
    // Objects may differ; what is passed over in the first is what can be said before reading all.
    let header = Header { names: &names, partitions, columns, complete: true }.layout(table);
    let passed_over = header.map_or_else(|_| Vec::new(), |(_, passed_over)| passed_over);
    text.put_back(first);
    let (file, labels) = (text.file.clone(), &options.labels);
    let parts = Parts::new(&layout, members.names.len());
    let rows = JsonLines { file, members, parts, layout, columns, labels };
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over })
}

/// A file of an object a line.
#[derive(Debug)]
struct JsonLines<'a> {
    file: String,
    members: Members,
    /// What the names are to plain events, if there can be any.
    parts: Option<Parts>,
    layout: Layout,
    columns: &'a Columns,
    labels: &'a Labels,
}

impl Rows for JsonLines<'_> {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let mut interpreter = Interpreter::new(&self.layout, self.labels);
        match &self.parts {
            Some(parts) => self.members.events(block, parts, (&mut interpreter, clock), visit),
            None => self.members.rows(lines_of(block), (&mut interpreter, clock), visit),
        }
    }

    fn is_settled(&self, clock: &Clock) -> bool {
        self.layout.is_settled(clock)
    }

    fn finish(&self) -> Result<(), Error> {
        let unmet = self.members.never_met();
        let role_of = |name: &str| {
            let named =
                |role: &Role| self.columns.of(*role).is_some_and(|names| names.iter().any(|other| other == name));
            Role::ALL.into_iter().find(named).unwrap_or(Role::Edge)
        };
        // A unit may have several names, not all in this table.
        let is_missing = |name: &&&str| match (role_of(name), self.columns.of(role_of(name))) {
            (Role::Unit, Some(names)) => names.iter().all(|name| unmet.contains(&&**name)),
            _ => true,
        };
        let Some(name) = unmet.iter().find(is_missing) else { return Ok(()) };
        let (role, column) = (role_of(name), Shown::new(name.as_bytes()));
        Err(Error::NoNamedColumn { file: self.file.clone(), line: 1, role, column, header: "in no object".to_owned() })
    }
}

/// The members of an object that may play a role.
#[derive(Debug)]
struct Members {
    /// Names of members, dotted if they are members of members.
    names: Vec<String>,
    /// What the path of the file says, after the members.
    partitions: Vec<Partition>,
    wanted: HashMap<String, Vec<Wanted>, foldhash::fast::FixedState>,
    /// How many of the names, at the end, were given by hand.
    by_hand: usize,
    /// Which of those were met, a bit each.
    met: AtomicU64,
}

/// What to do with a member.
#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    /// It is the value of a name.
    Itself(usize),
    /// The rest of the path leads on to the value of a name.
    Within(usize, String),
}

impl Members {
    fn new(columns: &Columns, table: Table, partitions: Vec<Partition>) -> Self {
        let known = table.names().into_iter();
        let in_path = |name: &String| partitions.iter().any(|partition| partition.name == *name);
        let by_hand = table.roles().iter().filter_map(|&role| columns.of(role)).flatten();
        let by_hand: Vec<String> = by_hand.filter(|name| !in_path(name)).cloned().collect();
        let mut names: Vec<String> = known.map(str::to_owned).filter(|name| !by_hand.contains(name)).collect();
        let from = names.len();
        names.extend(by_hand);
        let mut wanted = HashMap::<String, Vec<Wanted>, _>::default();
        for (index, name) in names.iter().enumerate() {
            wanted.entry(name.clone()).or_default().push(Wanted::Itself(index));
            if let Some((root, rest)) = name.split_once('.').filter(|_| index >= from) {
                wanted.entry(root.to_owned()).or_default().push(Wanted::Within(index, rest.to_owned()));
            }
        }
        Self { by_hand: names.len() - from, names, partitions, wanted, met: AtomicU64::new(0) }
    }

    /// The names given by hand that no object had.
    fn never_met(&self) -> Vec<&str> {
        let met = self.met.load(Ordering::Relaxed);
        let by_hand = self.names[self.names.len() - self.by_hand..].iter().take(64).enumerate();
        by_hand.filter(|(bit, _)| met >> bit & 1 == 0).map(|(_, name)| &**name).collect()
    }

    /// Shows every row of a block: plain events together, and all else row by row.
    fn events(
        &self,
        block: &Block,
        parts: &Parts,
        (interpreter, clock): (&mut Interpreter<'_>, &mut Clock),
        visit: &mut dyn FnMut(Portion<'_>),
    ) {
        let (mut seen, mut run) = (0, Run::default());
        let mut scanner = Scanner::new(|name: &str| match self.wanted.get(name).map(Vec::as_slice) {
            None => Part::Other,
            Some(&[Wanted::Itself(name)]) => parts.of(name),
            Some(_) => Part::Foreign,
        });
        for (line, raw) in lines_of(block) {
            match scanner.event(raw, clock, interpreter.labels) {
                Some(event) => {
                    seen |= event.seen;
                    run.push(line, &event, visit);
                }
                None => {
                    run.show(visit);
                    self.rows(std::iter::once((line, raw)), (interpreter, clock), visit);
                }
            }
        }
        run.show(visit);
        let by_hand = u32::try_from(self.names.len() - self.by_hand).ok();
        let met = by_hand.and_then(|from| u64::checked_shr(seen, from)).unwrap_or_default();
        self.met.fetch_or(met, Ordering::Relaxed);
    }

    /// Shows rows: the line of each, and what it says or what is wrong with it.
    fn rows<'b>(
        &self,
        rows: impl Iterator<Item = (u64, &'b [u8])>,
        (interpreter, clock): (&mut Interpreter<'_>, &mut Clock),
        visit: &mut dyn FnMut(Portion<'_>),
    ) {
        let mut met = 0u64;
        for (line, raw) in rows {
            let object = self.object(raw, line);
            let from = self.names.len() - self.by_hand;
            if let Ok(object) = &object {
                let there = object.values[from..].iter().take(64).enumerate();
                met |= there.fold(0, |bits, (bit, value)| bits | u64::from(value.is_some()) << bit);
            }
            visit(Portion::Row(
                line,
                object.and_then(|object| {
                    let (width, partitions) = (self.names.len(), &self.partitions[..]);
                    let fields = Partitioned { fields: &object, width, partitions };
                    interpreter.entry(&fields, clock).map_err(|fault| object.bad_row(raw, line, fault))
                }),
            ));
        }
        self.met.fetch_or(met, Ordering::Relaxed);
    }

    fn object<'a>(&self, raw: &'a [u8], line: u64) -> Result<Object<'a>, BadRow<'a>> {
        let mut object = Object { values: vec![None; self.names.len()] };
        read(raw, line, |name, value| {
            self.wanted.get(name).into_iter().flatten().all(|wanted| object.take(wanted, value))
        })?;
        Ok(object)
    }
}

/// The lines of a block that are not blank, each with its number.
pub(super) fn lines_of(block: &Block) -> impl Iterator<Item = (u64, &[u8])> {
    let (mut rest, mut line) = (&block.bytes[..], block.line);
    let lines = std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (raw, below) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
        rest = below;
        line += 1;
        Some((line - 1, raw.trim_ascii_end()))
    });
    lines.filter(|(_, raw)| !raw.is_empty())
}

/// The lines of the beginning of a text that are not blank; the last, which may go on, only if it is the only one.
pub(super) fn whole_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = memrchr(b'\n', text).unwrap_or(text.len());
    text[..whole].split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty())
}

/// Shows the members of the object on a line; one that `take` does not accept is there twice.
fn read<'a>(raw: &'a [u8], line: u64, take: impl FnMut(&str, &'a RawValue) -> bool) -> Result<(), BadRow<'a>> {
    let bad = |column: usize, problem| BadRow { line, column: column as u64, problem, raw };
    let text = std::str::from_utf8(raw)
        .map_err(|error| bad(error.valid_up_to() + 1, Problem::BadUtf8(Shown::new(&raw[error.valid_up_to()..]))))?;
    members(text, take).map_err(|error| {
        let line = line + (error.line() as u64).saturating_sub(1);
        let message = error.to_string();
        // The place is given once, in the terms of the file.
        let message = message.split(" at line ").next().unwrap_or_default();
        BadRow { line, ..bad(error.column().max(1), Problem::BadJson(Shown::new(message.as_bytes()).to_string())) }
    })
}

/// The values of an object by position in a list of names, such as [`Members::names`].
pub(super) struct Object<'a> {
    values: Vec<Option<&'a RawValue>>,
}

impl<'a> Object<'a> {
    /// The values of the object on a line that have these names.
    pub(super) fn of(raw: &'a [u8], line: u64, names: &[&str]) -> Result<Self, BadRow<'a>> {
        let mut object = Self { values: vec![None; names.len()] };
        read(raw, line, |name, value| {
            let place = names.iter().position(|wanted| *wanted == name);
            place.is_none_or(|place| object.values[place].replace(value).is_none())
        })?;
        Ok(object)
    }

    /// Keeps a value; false if there was one already.
    fn take(&mut self, wanted: &Wanted, value: &'a RawValue) -> bool {
        match wanted {
            Wanted::Itself(index) => self.values[*index].replace(value).is_none(),
            Wanted::Within(index, path) => {
                if let Some(value) = descend(value, path) {
                    self.values[*index].get_or_insert(value);
                }
                true
            }
        }
    }

    /// A value as it is written.
    pub(super) fn value(&self, column: usize) -> Option<&'a RawValue> {
        self.values[column]
    }

    /// The text of a string, or the digits of a number as they are written; `None` for null, objects and arrays.
    pub(super) fn text(&self, column: usize) -> Option<Cow<'a, [u8]>> {
        self.values[column].and_then(text_of)
    }

    pub(super) fn bad_row(&self, raw: &'a [u8], line: u64, Fault { field, problem }: Fault) -> BadRow<'a> {
        let value = field.and_then(|field| *self.values.get(field)?);
        let column = value.map_or(0, |value| value.get().as_ptr().addr() - raw.as_ptr().addr());
        BadRow { line, column: column as u64 + 1, problem, raw }
    }
}

/// The member at the end of a dotted path; a member whose own name has dots comes first.
pub(super) fn descend<'a>(value: &'a RawValue, path: &str) -> Option<&'a RawValue> {
    let (mut itself, mut within) = (None, None);
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    members(value.get(), |name, value| {
        if name == path {
            itself = Some(value);
        } else if name == root {
            within = descend(value, rest);
        }
        true
    })
    .ok()?;
    itself.or(within)
}

impl Fields for Object<'_> {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        self.text(column)
    }

    fn other(&self, column: usize) -> Option<&'static str> {
        match self.values[column]?.get().as_bytes() {
            [b'{', ..] => Some("an object"),
            [b'[', ..] => Some("an array"),
            _ => None,
        }
    }
}

/// The text of a string, or the digits of a number as they are written; `None` for null, objects and arrays.
pub(super) fn text_of(value: &RawValue) -> Option<Cow<'_, [u8]>> {
    let text = value.get();
    match text.as_bytes() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Some(Cow::Borrowed(inner)),
        [b'"', ..] => serde_json::from_str::<String>(text).ok().map(|text| Cow::Owned(text.into_bytes())),
        b"null" | [b'{' | b'[', ..] => None,
        literal => Some(Cow::Borrowed(literal)),
    }
}

/// Shows the members of a JSON object; one that `take` does not accept is there twice.
fn members<'a>(text: &'a str, take: impl FnMut(&str, &'a RawValue) -> bool) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Walk(take))?;
    deserializer.end()
}

/// The names of an object's members, for a look at the first line.
pub(super) fn names(line: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(text) = std::str::from_utf8(line) {
        // What is wrong with the line is said when it is read as a row.
        let _ = members(text, |name, _| {
            names.push(name.to_owned());
            true
        });
    }
    names
}

struct Walk<F>(F);

impl<'a, F: FnMut(&str, &'a RawValue) -> bool> Visitor<'a> for Walk<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key::<Name<'a>>()? {
            let value: &'a RawValue = map.next_value()?;
            if !(self.0)(&name, value) {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Err(serde::de::Error::custom(format_args!("`{}` is there twice", Shown::new(name.as_bytes()))));
            }
        }
        Ok(())
    }
}

/// A member's name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
