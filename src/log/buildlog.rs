//! The state file of buildlog, `bandit_state.jsonl`: a line for each belief about a rule in a context, written down each
//! time it changed.

use memchr::memchr;

use super::batch::Portion;
use super::block::{Block, lines};
use super::clock::{Clock, Time};
use super::error::Error;
use super::escape::Shown;
use super::fault::{Fault, Problem};
use super::format::{Format, Head, Opened, Rows};
use super::jsonl::{self, Object};
use super::read::Options;
use super::role::{Columns, Role};
use super::row::{Entry, Fields, join_part};
use super::text::Text;
use crate::beta::{Beta, TRUSTED};

/// An object a line, the first of which has a rule, α and β. Naming the columns of events makes such a file one of events.
pub(super) static FORMAT: Format = Format { recognises, open };

const MEMBERS: [&str; 5] = ["context", "rule_id", "alpha", "beta", "updated_at"];
const EDGE: [usize; 2] = [0, 1];
const ALPHA: usize = 2;
const BETA: usize = 3;
const UPDATED_AT: usize = 4;

fn recognises(head: &Head<'_>) -> bool {
    let Some(text) = head.text.filter(|text| text.starts_with(b"{")) else { return false };
    let names = jsonl::names(&text[..memchr(b'\n', text).unwrap_or(text.len())]);
    ["rule_id", "alpha", "beta"].iter().all(|wanted| names.iter().any(|name| name == wanted))
}

fn open<'a>(mut text: Text<'a>, options: &'a Options) -> Result<Opened<'a>, Error> {
    if names_events(&options.columns) {
        return (jsonl::FORMAT.open)(text, options);
    }
    let first = text.first(lines())?;
    text.put_back(first);
    Ok(Opened { blocks: Box::new(text), rows: Box::new(Beliefs), passed_over: Vec::new() })
}

fn names_events(columns: &Columns) -> bool {
    [Role::Time, Role::Edge, Role::Reward].iter().any(|&role| columns.of(role).is_some())
}

#[derive(Debug)]
struct Beliefs;

impl Rows for Beliefs {
    fn rows(&self, block: &Block, clock: &mut Clock, visit: &mut dyn FnMut(Portion<'_>)) {
        let mut edge = String::new();
        for (line, raw) in jsonl::lines_of(block) {
            let read = Object::of(raw, line, &MEMBERS).and_then(|object| {
                let read = belief(&object, clock, &mut edge);
                read.map_err(|fault| object.bad_row(raw, line, fault))
            });
            visit(Portion::Row(line, read.map(|(time, posterior)| Entry::Belief { time, edge: &edge, posterior })));
        }
    }
}

/// What a row says, the edge apart.
fn belief(object: &Object<'_>, clock: &mut Clock, edge: &mut String) -> Result<(Time, Beta), Fault> {
    let time = clock.read(&object.get(UPDATED_AT).unwrap_or_default()).map_err(Fault::at(UPDATED_AT))?;
    edge.clear();
    for member in EDGE {
        join_part(edge, object, member, EDGE.len())?;
    }
    let (alpha, beta) = (parameter(object, ALPHA)?, parameter(object, BETA)?);
    let posterior = Beta::new(alpha, beta).expect("valid by construction: trusted parameters are those of a Beta");
    Ok((time, posterior))
}

fn parameter(object: &Object<'_>, member: usize) -> Result<f64, Fault> {
    let value = object.get(member).unwrap_or_default();
    let number: Option<f64> = std::str::from_utf8(&value).ok().and_then(|text| text.parse().ok());
    number
        .filter(|number| TRUSTED.contains(number))
        .ok_or_else(|| Fault::at(member)(Problem::NotAParameter(Shown::new(&value))))
}
