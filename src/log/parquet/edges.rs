//! The edges of a batch as names, where one column has them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use indexmap::IndexSet;

use super::super::batch::Names;
use super::cells::Column;

/// The names of a column: row by row, or with the position of each row's among them.
pub(super) struct Named {
    names: ArrayRef,
    keys: Option<Vec<u32>>,
    nulls: Option<NullBuffer>,
}

impl Named {
    /// The names of a column of any type; numbers and the like are written as they are in text.
    pub(super) fn new(column: &Column) -> Self {
        let (array, nulls) = (&column.array, column.nulls.clone());
        match array.data_type() {
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let keys = match array.as_dictionary_opt::<Int32Type>() {
                    _ if dictionary.values().is_empty() => vec![0; array.len()],
                    Some(array) => array.keys().values().iter().map(|&key| key as u32).collect(),
                    None => dictionary.normalized_keys().into_iter().map(|key| key as u32).collect(),
                };
                // Of a type that is no text, the values of the dictionary are no names.
                Self { names: dictionary.values().clone(), keys: Some(keys), nulls }
            }
            kind if is_text(kind) => Self { names: array.clone(), keys: None, nulls },
            _ => Self::written(column),
        }
    }

    /// The names of values that are no text.
    fn written(column: &Column) -> Self {
        let mut names = IndexSet::<String, foldhash::fast::FixedState>::default();
        let key = |row| {
            let text = column.text(row).unwrap_or_default();
            // Bytes are names only as far as they are text.
            let name = std::str::from_utf8(&text).unwrap_or_default();
            let known = names.get_index_of(name);
            known.unwrap_or_else(|| names.insert_full(name.to_owned()).0) as u32
        };
        let keys = (0..column.array.len()).map(key).collect();
        Self { names: Arc::new(StringArray::from_iter_values(&names)), keys: Some(keys), nulls: column.nulls.clone() }
    }

    /// The same as texts. What is no name is empty.
    pub(super) fn edges(&self) -> Edges<'_> {
        let names: Vec<&str> = match self.names.data_type() {
            DataType::Utf8 => texts(&self.names, |names, row| names.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => texts(&self.names, |names, row| names.as_string::<i64>().value(row)),
            DataType::Utf8View => texts(&self.names, |names, row| names.as_string_view().value(row)),
            _ => vec![""; self.names.len()],
        };
        Edges { has_empty: names.iter().any(|name| name.is_empty()), names, named: self }
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn texts<'a>(names: &'a dyn Array, name: impl Fn(&'a dyn Array, usize) -> &'a str) -> Vec<&'a str> {
    (0..names.len()).map(|row| name(names, row)).collect()
}

/// The edges of a batch.
pub(super) struct Edges<'a> {
    names: Vec<&'a str>,
    has_empty: bool,
    named: &'a Named,
}

impl Edges<'_> {
    /// Shows the rows that have no name.
    pub(super) fn unnamed(&self, mut show: impl FnMut(usize)) {
        if let Some(nulls) = &self.named.nulls {
            (0..nulls.len()).filter(|&row| nulls.is_null(row)).for_each(&mut show);
        }
        if !self.has_empty {
            return;
        }
        let is_empty = |key: usize| self.names.get(key).is_none_or(|name| name.is_empty());
        match &self.named.keys {
            None => (0..self.names.len()).filter(|&row| is_empty(row)).for_each(show),
            Some(keys) => {
                keys.iter().enumerate().filter(|(_, key)| is_empty(**key as usize)).for_each(|(row, _)| show(row))
            }
        }
    }

    /// The names of some rows, all of which have one.
    pub(super) fn names(&self, rows: Range<usize>) -> Names<'_> {
        match &self.named.keys {
            None => Names::Text(&self.names[rows]),
            Some(keys) => Names::Dictionary { names: &self.names, keys: &keys[rows] },
        }
    }
}
