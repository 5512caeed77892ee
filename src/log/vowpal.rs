//! Contextual bandit examples of Vowpal Wabbit as text: a line each, or several lines between blank ones.

use memchr::{memchr, memrchr};

use super::batch::Portion;
use super::block::{Block, Cut, Ends, lines};
use super::clock::{Clock, Time};
use super::context::{Context, propensity};
use super::cost::Cost;
use super::error::Error;
use super::escape::Shown;
use super::fault::Problem;
use super::format::{Format, Head, Opened, Rows};
use super::jsonl::{lines_of, whole_lines};
use super::read::{BadRow, Options};
use super::row::Entry;
use super::text::Text;

/// Any text that begins with an example and has a labelled or shared one among its first. Columns named by hand make it a
/// plain log.
pub(super) static FORMAT: Format = Format { recognises, open };

fn recognises(head: &Head<'_>) -> bool {
    let Some(text) = head.text.filter(|text| head.options.columns.is_empty() && memchr(b'|', text).is_some()) else {
        return false;
    };
    let is_labelled = |line| matches!(Line::read(line), Ok(Line { label: Label::Shared | Label::Observed(_), .. }));
    whole_lines(text).next().is_some_and(|line| Line::read(line).is_ok_and(|line| line.has_bar))
        && whole_lines(text).any(is_labelled)
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    let mut clock = Clock::new(options.zone.clone(), None).assuming(options.assume_day);
    let Some(time) = clock.assumed() else {
        return Err(Error::Timeless { file: text.file, format: "Vowpal Wabbit text" });
    };
    let several_lines = has_several_lines(text.head()?);
    let first = text.first(if several_lines { examples() } else { lines() })?;
    text.put_back(first);
    let rows = Examples { several_lines, cost: options.cost, time, asks_propensity: options.asked.propensity };
    Ok(Opened { blocks: Box::new(text), rows: Box::new(rows), passed_over: Vec::new() })
}

/// Whether an example has a line for each action: one is shared, or blank lines part groups of lines with one label at most.
fn has_several_lines(text: &[u8]) -> bool {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).collect();
    if lines.iter().any(|line| matches!(Line::read(line), Ok(Line { label: Label::Shared, .. }))) {
        return true;
    }
    let groups: Vec<&[&[u8]]> = lines.split(|line| line.is_empty()).filter(|group| !group.is_empty()).collect();
    let is_labelled = |line: &&&[u8]| matches!(Line::read(line), Ok(Line { label: Label::Observed(_), .. }));
    let labels = |group: &[&[u8]]| group.iter().filter(is_labelled).count();
    groups.len() > 1 && groups.iter().any(|group| group.len() > 1) && groups.iter().all(|group| labels(group) <= 1)
}

/// Rows end at blank lines.
fn examples() -> Ends {
    Box::new(|bytes| {
        let mut end = memrchr(b'\n', bytes).map(|at| at + 1);
        while let Some(at) = end {
            let start = memrchr(b'\n', &bytes[..at - 1]).map(|at| at + 1);
            if bytes[start.unwrap_or(0)..at].trim_ascii().is_empty() {
                break;
            }
            end = start;
        }
        Cut { end, ..Cut::default() }
    })
}

/// A line of an example.
#[derive(Debug, PartialEq)]
struct Line<'a> {
    label: Label<'a>,
    tag: Option<&'a [u8]>,
    has_bar: bool,
}

/// What stands before the bar of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Label<'a> {
    /// Nothing, or actions without a cost.
    None,
    /// The line is of all actions.
    Shared,
    Observed(Observed<'a>),
}

/// An action whose cost is known.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Observed<'a> {
    action: u32,
    cost: &'a [u8],
    probability: &'a [u8],
}

/// A problem with a part of a line.
type Fault<'a> = (&'a [u8], Problem);

impl<'a> Line<'a> {
    fn read(raw: &'a [u8]) -> Result<Self, Fault<'a>> {
        let bar = memchr(b'|', raw);
        let before = &raw[..bar.unwrap_or(raw.len())];
        let mut words: Vec<&[u8]> = before.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let touches = bar.is_some() && before.last().is_some_and(|byte| !byte.is_ascii_whitespace());
        let tag = words.pop_if(|word| touches || word.starts_with(b"'"));
        if let Some(tag) =
            tag.filter(|tag| words.is_empty() && matches!(label(tag), Ok(Label::Observed(_) | Label::Shared)))
        {
            return Err((tag, Problem::LabelAsTag(Shown::new(tag))));
        }
        let mut found = Label::None;
        for word in words {
            found = match (found, label(word)?) {
                (found, Label::None) => found,
                (Label::None, label) => label,
                _ => return Err((word, Problem::SeveralCosts)),
            };
        }
        let tag = tag.map(|tag| tag.strip_prefix(b"'").unwrap_or(tag)).filter(|tag| !tag.is_empty());
        Ok(Self { label: found, tag, has_bar: bar.is_some() })
    }
}

/// A word of a label: `shared`, an action, or `action:cost:probability`.
fn label(word: &[u8]) -> Result<Label<'_>, Fault<'_>> {
    if word == b"shared" {
        return Ok(Label::Shared);
    }
    let wrong = || (word, Problem::NotALabel(Shown::new(word)));
    let text = |part: &[u8]| std::str::from_utf8(part).unwrap_or_default().to_owned();
    let parts: Vec<&[u8]> = word.split(|&byte| byte == b':').collect();
    let action = text(parts[0]).parse().map_err(|_| wrong())?;
    match parts[..] {
        [_] => Ok(Label::None),
        [_, cost, probability] if text(probability).parse::<f64>().is_ok_and(f64::is_finite) && !cost.is_empty() => {
            Ok(Label::Observed(Observed { action, cost, probability }))
        }
        _ => Err(wrong()),
    }
}

#[derive(Debug)]
struct Examples {
    several_lines: bool,
    cost: Cost,
    time: Time,
    asks_propensity: bool,
}

impl Rows for Examples {
    fn rows(&self, block: &Block, _: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        if !self.several_lines {
            for (line, raw) in lines_of(block) {
                let mut example = Example::default();
                example.take_single(line, raw);
                self.show(example, visit);
            }
            return;
        }
        let (mut example, mut next) = (Example::default(), 0);
        for (line, raw) in lines_of(block) {
            if line != next {
                self.show(std::mem::take(&mut example), visit);
            }
            example.take(line, raw);
            next = line + 1;
        }
        self.show(example, visit);
    }

    /// There are no times.
    fn is_settled(&self, _: &Clock) -> bool {
        true
    }
}

impl Examples {
    fn show(&self, example: Example<'_>, visit: &mut dyn FnMut(Portion<'_>)) {
        let Example { line: Some(first), observed, fault, .. } = example else { return };
        let row = match (fault, observed) {
            (Some((line, raw, fault)), _) => Err(bad_row(line, raw, fault)),
            (None, Some((line, raw, name, observed))) => {
                let read = self.cost.reward(observed.cost).map_err(|problem| (observed.cost, problem));
                match read.and_then(|reward| Ok((reward, self.context(&observed)?))) {
                    Ok((reward, context)) => {
                        let (time, context) = (self.time, context.as_ref());
                        return visit(Portion::Row(
                            line,
                            Ok(Entry::Event { time, edge: &name, reward, id: None, context }),
                        ));
                    }
                    Err(fault) => Err(bad_row(line, raw, fault)),
                }
            }
            (None, None) => Ok(Entry::Ignored),
        };
        visit(Portion::Row(row.as_ref().map_or_else(|bad| bad.line, |_| first), row));
    }

    fn context<'a>(&self, &Observed { probability, .. }: &Observed<'a>) -> Result<Option<Context>, Fault<'a>> {
        if !self.asks_propensity {
            return Ok(None);
        }
        let propensity = propensity(probability).map_err(|problem| (probability, problem))?;
        Ok(Some(Context { propensity: Some(propensity), ..Context::default() }))
    }
}

fn bad_row<'a>(line: u64, raw: &'a [u8], (part, problem): Fault<'a>) -> BadRow<'a> {
    BadRow { line, column: (part.as_ptr().addr() - raw.as_ptr().addr()) as u64 + 1, problem, raw }
}

/// What was read of an example.
#[derive(Debug, Default)]
struct Example<'a> {
    /// The first line.
    line: Option<u64>,
    /// How many actions there were.
    actions: usize,
    /// The action whose cost is known, with its line and its name.
    observed: Option<(u64, &'a [u8], String, Observed<'a>)>,
    /// The first thing that is wrong, with its line.
    fault: Option<(u64, &'a [u8], Fault<'a>)>,
}

impl<'a> Example<'a> {
    /// Takes the line that is the whole example, named by the number of the action.
    fn take_single(&mut self, line: u64, raw: &'a [u8]) {
        self.line = Some(line);
        match Line::read(raw) {
            Err(fault) => self.fault = Some((line, raw, fault)),
            Ok(Line { label: Label::Observed(observed), .. }) if observed.action == 0 => {
                self.fault = Some((line, raw, (raw, Problem::NotAnAction(Shown::new(b"0")))));
            }
            Ok(Line { label: Label::Observed(observed), .. }) => {
                self.observed = Some((line, raw, observed.action.to_string(), observed));
            }
            Ok(_) => {}
        }
    }

    /// Takes one of several lines. An action is named by its tag, or by its place.
    fn take(&mut self, line: u64, raw: &'a [u8]) {
        let is_first = self.line.is_none();
        self.line.get_or_insert(line);
        let fault = match Line::read(raw) {
            Err(fault) => Some(fault),
            Ok(Line { label: Label::Shared, .. }) => (!is_first).then_some((raw, Problem::SharedInside)),
            Ok(Line { label, tag, .. }) => {
                self.actions += 1;
                match (label, self.name(tag)) {
                    (Label::Observed(_), _) if self.observed.is_some() => Some((raw, Problem::SeveralCosts)),
                    (Label::Observed(_), Err(fault)) => Some(fault),
                    (Label::Observed(observed), Ok(name)) => {
                        self.observed = Some((line, raw, name, observed));
                        None
                    }
                    _ => None,
                }
            }
        };
        if let Some(fault) = fault {
            self.fault.get_or_insert((line, raw, fault));
        }
    }

    fn name(&self, tag: Option<&'a [u8]>) -> Result<String, Fault<'a>> {
        match tag {
            None => Ok(self.actions.to_string()),
            Some(tag) => match std::str::from_utf8(tag) {
                Ok(name) => Ok(name.to_owned()),
                Err(_) => Err((tag, Problem::BadUtf8(Shown::new(tag)))),
            },
        }
    }
}
