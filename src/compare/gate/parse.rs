//! From a text to a gate, or to the column where it stops being one.

use std::str::FromStr;

use super::{Condition, Gate, GateError, GateProblem, Measure, Motion, Operator, Presence, Quantity, Subject};
use crate::convergence::VerdictState;

impl FromStr for Gate {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, GateError> {
        let mut cursor = Cursor { text, at: 0 };
        match condition(&mut cursor) {
            Ok(condition) => Ok(Self { text: text.trim().to_owned(), condition }),
            Err((at, problem)) => {
                let column = text[..at].chars().count() + 1;
                // A line break in the text would tear it from the mark below.
                let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                Err(GateError { column, problem, text })
            }
        }
    }
}

/// A problem and the byte at which it is.
type Fault = (usize, GateProblem);

fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, Fault> {
    let (at, word) = cursor.word();
    let condition = match word {
        "" if cursor.rest().is_empty() => return Err((at, GateProblem::Missing("a quantity"))),
        "value_remaining" => bound(cursor, Quantity::ValueRemaining)?,
        "verdict" => verdict(cursor)?,
        "leader" => fixed(cursor, "leader changes", &[("changes", Condition::LeaderChanges)])?,
        "edges" => fixed(
            cursor,
            "edges gone, or edges new",
            &[("gone", Condition::Edges(Presence::Gone)), ("new", Condition::Edges(Presence::New))],
        )?,
        "any" => any(cursor)?,
        word => match Measure::ALL.into_iter().find(|measure| measure.word() == word) {
            Some(measure) => of_edge(cursor, measure)?,
            None => return Err((at, GateProblem::Quantity(cursor.token_at(at)))),
        },
    };
    match cursor.next_token() {
        (_, rest) if rest.is_empty() => Ok(condition),
        (at, rest) => Err((at, GateProblem::TooMuch(rest))),
    }
}

fn any(cursor: &mut Cursor<'_>) -> Result<Condition, Fault> {
    let (at, name) = argument(cursor)?.ok_or((cursor.place(), GateProblem::Missing("(mean)")))?;
    match Measure::ALL.into_iter().find(|measure| measure.word() == &*name) {
        Some(measure) => moves_or_bound(cursor, measure, Subject::Any),
        None => Err((at, GateProblem::Measure(name.into()))),
    }
}

fn of_edge(cursor: &mut Cursor<'_>, measure: Measure) -> Result<Condition, Fault> {
    match argument(cursor)? {
        Some((_, edge)) => moves_or_bound(cursor, measure, Subject::Edge(edge)),
        None if measure == Measure::PBest => bound(cursor, Quantity::LeaderPBest),
        None => Err((cursor.place(), GateProblem::EdgeMissing(measure.word()))),
    }
}

/// What comes after a quantity of an edge: how it moves, or its bound.
fn moves_or_bound(cursor: &mut Cursor<'_>, measure: Measure, subject: Subject) -> Result<Condition, Fault> {
    let before = cursor.at;
    let (at, word) = cursor.word();
    match Motion::ALL.into_iter().find(|motion| motion.word() == word) {
        Some(motion) if measure == Measure::Mean => Ok(Condition::Moves(subject, motion)),
        Some(motion) => Err((at, GateProblem::Motion(motion.word(), measure.word()))),
        None => {
            cursor.at = before;
            bound(cursor, Quantity::Of(measure, subject))
        }
    }
}

fn bound(cursor: &mut Cursor<'_>, quantity: Quantity) -> Result<Condition, Fault> {
    let is_mean = matches!(quantity, Quantity::Of(Measure::Mean, _));
    let operator = operator(cursor, if is_mean { ", and drops, rises, changes" } else { "" })?;
    match cursor.next_token() {
        (at, token) if token.is_empty() => Err((at, GateProblem::Missing("a number"))),
        (at, token) => match token.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                cursor.at = at + token.len();
                Ok(Condition::Bound(quantity, operator, number))
            }
            _ => Err((at, GateProblem::Number(token))),
        },
    }
}

fn operator(cursor: &mut Cursor<'_>, beside: &'static str) -> Result<Operator, Fault> {
    let (at, rest) = (cursor.place(), cursor.rest());
    match Operator::ALL.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
        Some((sign, operator)) => {
            cursor.at = at + sign.len();
            Ok(operator)
        }
        None if rest.is_empty() => Err((at, GateProblem::Missing("an operator"))),
        None => Err((at, GateProblem::Operator(cursor.token_at(at), beside))),
    }
}

fn verdict(cursor: &mut Cursor<'_>) -> Result<Condition, Fault> {
    let before = cursor.at;
    if cursor.word().1 == "changes" {
        return Ok(Condition::VerdictChanges);
    }
    cursor.at = before;
    let at = cursor.place();
    let is = match operator(cursor, ", and changes")? {
        Operator::Equal => true,
        Operator::Unequal => false,
        _ => return Err((at, GateProblem::Word(cursor.token_at(at), "verdict == settled, != settled, or changes"))),
    };
    let (at, word) = cursor.word();
    match VerdictState::ALL.into_iter().find(|state| state.word() == word) {
        Some(state) => Ok(Condition::Verdict { is, state }),
        None if cursor.token_at(at).is_empty() => Err((at, GateProblem::Missing("a verdict"))),
        None => Err((at, GateProblem::Verdict(cursor.token_at(at)))),
    }
}

/// One of the words that may come next.
fn fixed(cursor: &mut Cursor<'_>, right: &'static str, words: &[(&str, Condition)]) -> Result<Condition, Fault> {
    let (at, word) = cursor.word();
    match words.iter().find(|(known, _)| *known == word) {
        Some((_, condition)) => Ok(condition.clone()),
        None if cursor.token_at(at).is_empty() => Err((at, GateProblem::Missing(right))),
        None => Err((at, GateProblem::Word(cursor.token_at(at), right))),
    }
}

/// What stands in parentheses, with its place, if there are any.
fn argument(cursor: &mut Cursor<'_>) -> Result<Option<(usize, Box<str>)>, Fault> {
    let open = cursor.place();
    if !cursor.rest().starts_with('(') {
        return Ok(None);
    }
    cursor.at = open + 1;
    let at = cursor.place();
    let name = if cursor.rest().starts_with('"') { quoted(cursor)? } else { bare(cursor, open)? };
    match cursor.rest().starts_with(')') {
        true => cursor.at = cursor.place() + 1,
        false => return Err((open, GateProblem::Open('('))),
    }
    if name.is_empty() { Err((at, GateProblem::NoName)) } else { Ok(Some((at, name.into()))) }
}

/// A name up to the closing parenthesis, which is left.
fn bare(cursor: &mut Cursor<'_>, open: usize) -> Result<String, Fault> {
    let rest = cursor.rest();
    let end = rest.find(')').ok_or((open, GateProblem::Open('(')))?;
    let name = rest[..end].trim_end().to_owned();
    cursor.at = cursor.place() + end;
    Ok(name)
}

/// A name in quotation marks.
fn quoted(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = cursor.place();
    let mut name = String::new();
    let mut characters = cursor.text[start + 1..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                cursor.at = start + 1 + at + 1;
                return Ok(name);
            }
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => name.push(character),
        }
    }
    Err((start, GateProblem::Open('"')))
}

/// A text and how much of it was read.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Where the next thing begins.
    fn place(&self) -> usize {
        let rest = &self.text[self.at..];
        self.at + rest.len() - rest.trim_start().len()
    }

    /// What has not been read, from the next thing on.
    fn rest(&self) -> &'a str {
        self.text[self.at..].trim()
    }

    /// Reads a word of letters and `_`, which may be empty.
    fn word(&mut self) -> (usize, &'a str) {
        let (at, rest) = (self.place(), self.rest());
        let end = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '_')).unwrap_or(rest.len());
        self.at = at + end;
        (at, &rest[..end])
    }

    /// What comes next up to a blank, unread.
    fn next_token(&self) -> (usize, String) {
        (self.place(), self.token_at(self.place()))
    }

    /// What stands at a place, up to a blank.
    fn token_at(&self, at: usize) -> String {
        self.text[at..].split_whitespace().next().unwrap_or_default().to_owned()
    }
}
