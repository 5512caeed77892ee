//! The SQLite store of a qortex learner.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row as Record};

use super::{Error, Import, Reason, Reject, Row, sqlite};
use crate::beta::{Beta, TRUSTED};
use crate::number::Plain;

const TABLE: &str = "arm_states";
const COLUMNS: [&str; 7] = ["context_hash", "arm_id", "alpha", "beta", "pulls", "total_reward", "last_updated"];

/// Reads the posteriors of a store.
pub(super) fn read(path: &Path) -> Result<Import, Error> {
    sqlite::read(path, arm_states)
}

/// A row as it was read: its rowid, what the columns hold, and the posterior that it is, or why it is none.
struct Arm {
    rowid: Option<i64>,
    values: Vec<(&'static str, String)>,
    row: Result<Row, Reason>,
}

fn arm_states(store: &Connection) -> Result<Import, Error> {
    require_columns(store)?;
    let columns = COLUMNS.join(", ");
    let with_rowid = store.prepare(&format!("SELECT rowid, {columns} FROM {TABLE} ORDER BY rowid"));
    // A table without rowids keeps its rows in the order of its key.
    let mut query = with_rowid.or_else(|_| store.prepare(&format!("SELECT NULL, {columns} FROM {TABLE}")))?;
    let arms = query.query_map([], arm)?.collect::<Result<Vec<Arm>, _>>()?;
    let mut listed: HashMap<String, usize> = HashMap::new();
    for row in arms.iter().filter_map(|arm| arm.row.as_ref().ok()) {
        *listed.entry(row.edge.clone()).or_default() += 1;
    }
    let mut import = Import::default();
    for Arm { rowid, values, row } in arms {
        match row.and_then(|row| if listed[&row.edge] > 1 { Err(Reason::DuplicateEdge) } else { Ok(row) }) {
            Ok(row) => import.rows.push(row),
            Err(reason) => import.rejects.push(Reject { rowid, reason, values }),
        }
    }
    import.rows.sort_unstable_by(|a, b| a.edge.cmp(&b.edge));
    Ok(import)
}

/// That the table is there, with every column: a name that is none would be read as a text.
fn require_columns(store: &Connection) -> Result<(), Error> {
    let names = |query: &str| -> Result<Vec<String>, Error> {
        Ok(store.prepare(query)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    let found = names(&format!("SELECT name FROM pragma_table_info('{TABLE}')"))?;
    if found.is_empty() {
        let tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' \
                      ESCAPE '~' ORDER BY name";
        return Err(Error::NoTable { table: TABLE, found: listed(&names(tables)?) });
    }
    for column in COLUMNS {
        if !found.iter().any(|name| name.eq_ignore_ascii_case(column)) {
            return Err(Error::NoColumn { table: TABLE, column, found: listed(&found) });
        }
    }
    Ok(())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ").escape_debug().to_string() }
}

fn arm(record: &Record) -> rusqlite::Result<Arm> {
    let mut values = Vec::with_capacity(COLUMNS.len());
    for (at, column) in COLUMNS.into_iter().enumerate() {
        values.push((column, shown(record.get_ref(at + 1)?)));
    }
    Ok(Arm { rowid: record.get(0)?, values, row: posterior(record)? })
}

fn posterior(record: &Record) -> rusqlite::Result<Result<Row, Reason>> {
    let value = |at: usize| record.get_ref(at);
    let (context, arm, alpha, beta) = (value(1)?, value(2)?, value(3)?, value(4)?);
    let (pulls, last_updated) = (value(5)?, value(7)?);
    let row = || {
        Ok(Row {
            edge: format!("{}/{}", part(context)?, part(arm)?),
            posterior: Beta::new(parameter(alpha)?, parameter(beta)?).map_err(|_| Reason::OutOfRange)?,
            pulls: count(pulls)?,
            last_updated: moment(last_updated)?,
        })
    };
    Ok(row())
}

/// A part of the edge's name.
fn part(value: ValueRef) -> Result<String, Reason> {
    let text = value.as_str().map_err(|_| Reason::BadEdge)?;
    if text.is_empty() { Err(Reason::BadEdge) } else { Ok(text.replace('/', "%2F")) }
}

fn parameter(value: ValueRef) -> Result<f64, Reason> {
    let number = match value {
        ValueRef::Integer(whole) => whole as f64,
        ValueRef::Real(number) => number,
        ValueRef::Null => return Err(Reason::NullParameter),
        ValueRef::Text(_) | ValueRef::Blob(_) => return Err(Reason::NotANumber),
    };
    match number {
        _ if TRUSTED.contains(&number) => Ok(number),
        _ if number <= 0.0 => Err(Reason::NotPositive),
        _ => Err(Reason::OutOfRange),
    }
}

fn count(value: ValueRef) -> Result<Option<f64>, Reason> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(whole) if whole >= 0 => Ok(Some(whole as f64)),
        ValueRef::Real(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
        _ => Err(Reason::BadPulls),
    }
}

fn moment(value: ValueRef) -> Result<Option<String>, Reason> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(_) => Err(Reason::BadLastUpdated),
        ValueRef::Text(text) => String::from_utf8(text.to_owned()).map(Some).map_err(|_| Reason::BadLastUpdated),
        number => Ok(Some(shown(number))),
    }
}

/// A value as it is kept among the rejects.
fn shown(value: ValueRef) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(whole) => whole.to_string(),
        ValueRef::Real(number) => Plain(number).to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => {
            let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            format!("x'{hex}'")
        }
    }
}
