//! The columns of a Parquet file: their names, dotted where they are members of structs, and what their values mean.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use parquet::basic::{LogicalType, Type as Physical};
use parquet::schema::types::{SchemaDescriptor, Type};

/// A column that holds values, or a list or map of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// `reward`, or `feedback.score` inside a struct `feedback`.
    pub(super) name: String,
    /// Its position among the columns of the file as they are stored; of a list or map the first.
    pub(super) position: usize,
    pub(super) meaning: Meaning,
    /// What it holds, if that is nothing a row of a CSV could hold.
    pub(super) other: Option<&'static str>,
}

/// What the values of a column mean, where their type alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What their type says.
    Plain,
    /// Times that are instants, of a type that does not say so.
    Instant,
    /// Sixteen bytes that are a UUID.
    Uuid,
}

/// The columns of a file in order, and the types in which they should be read.
pub(super) fn columns(stored: &SchemaDescriptor, read: &Schema) -> (Vec<Leaf>, Schema) {
    let mut walk = Walk { leaves: Vec::new(), position: 0 };
    let fields = walk.fields(stored.root_schema().get_fields(), read.fields(), "");
    (walk.leaves, Schema::new_with_metadata(fields, read.metadata().clone()))
}

struct Walk {
    leaves: Vec<Leaf>,
    /// How many stored columns come before.
    position: usize,
}

impl Walk {
    fn fields(&mut self, stored: &[Arc<Type>], read: &Fields, prefix: &str) -> Fields {
        read.iter().zip(stored).map(|(field, stored)| self.field(stored, field, prefix)).collect()
    }

    fn field(&mut self, stored: &Type, field: &FieldRef, prefix: &str) -> FieldRef {
        let name = format!("{prefix}{}", field.name());
        if let (DataType::Struct(members), Type::GroupType { fields, .. }) = (field.data_type(), stored) {
            let members = self.fields(fields, members, &format!("{name}."));
            return Arc::new(field.as_ref().clone().with_data_type(DataType::Struct(members)));
        }
        let (meaning, other) = (meaning(stored), other(field.data_type()));
        self.leaves.push(Leaf { name, position: self.position, meaning, other });
        self.position += leaves(stored);
        // In microseconds a legacy time cannot overflow, as it would in nanoseconds after 2262.
        match (meaning, field.data_type()) {
            (Meaning::Instant, DataType::Timestamp(TimeUnit::Nanosecond, zone)) => {
                let micros = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
                Arc::new(Field::clone(field).with_data_type(micros))
            }
            _ => field.clone(),
        }
    }
}

/// How many stored columns a field takes.
fn leaves(stored: &Type) -> usize {
    if stored.is_group() { stored.get_fields().iter().map(|field| leaves(field)).sum() } else { 1 }
}

fn meaning(stored: &Type) -> Meaning {
    if stored.is_group() {
        return Meaning::Plain;
    }
    match (stored.get_physical_type(), stored.get_basic_info().logical_type_ref()) {
        (Physical::INT96, _) => Meaning::Instant,
        (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Uuid)) => Meaning::Uuid,
        _ => Meaning::Plain,
    }
}

fn other(read: &DataType) -> Option<&'static str> {
    match read {
        DataType::Dictionary(_, values) => other(values),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::FixedSizeList(..) => Some("a list"),
        DataType::Map(..) => Some("a map"),
        DataType::Struct(_) | DataType::Union(..) => Some("a struct"),
        DataType::Time32(_) | DataType::Time64(_) => Some("a time of day"),
        DataType::Duration(_) | DataType::Interval(_) => Some("a duration"),
        DataType::RunEndEncoded(..) => Some("run-end encoded"),
        _ => None,
    }
}
