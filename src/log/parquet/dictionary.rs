//! Edges that are stored as positions in a dictionary, read as such.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{ConvertedType, Encoding};
use parquet::file::metadata::ColumnChunkMetaData;

use super::schema::Leaf;

/// How the row groups are read whose edges are stored as a dictionary.
#[derive(Debug)]
pub(super) struct Dictionaries {
    metadata: ArrowReaderMetadata,
    /// Of each row group, whether it is one of them.
    groups: Vec<bool>,
}

impl Dictionaries {
    /// For a file that is read so otherwise, and the column of its edges: the how manieth leaf, and what it is. `None` if
    /// nothing is to be had.
    pub(super) fn new(metadata: &ArrowReaderMetadata, at: usize, leaf: &Leaf) -> Option<Self> {
        let column = metadata.parquet_schema().columns().get(leaf.position)?;
        let groups = metadata.metadata().row_groups().iter();
        let groups: Vec<bool> = groups.map(|group| is_worth_it(group.column(leaf.position))).collect();
        if column.converted_type() != ConvertedType::UTF8 || !groups.contains(&true) {
            return None;
        }
        let mut left = at;
        let fields = with_dictionary(metadata.schema().fields(), &mut left);
        let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
        let options = ArrowReaderOptions::new().with_schema(schema.into());
        let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).ok()?;
        Some(Self { metadata, groups })
    }

    /// How to read a row group, if it is one of those.
    pub(super) fn of(&self, group: usize) -> Option<&ArrowReaderMetadata> {
        self.groups.get(group)?.then_some(&self.metadata)
    }
}

/// Whether a chunk is stored as a dictionary that is small beside its values. A writer gives a dictionary up that grows too
/// large, and goes on with the values themselves, of which the decoder would then have to make one; that takes more room
/// than positions do.
fn is_worth_it(chunk: &ColumnChunkMetaData) -> bool {
    const MOST_BYTES_A_VALUE: i64 = 8;
    let mut encodings = chunk.encodings();
    let has_one = encodings.any(|encoding| matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY));
    has_one && chunk.uncompressed_size() < chunk.num_values().saturating_mul(MOST_BYTES_A_VALUE)
}

/// The same fields, but the leaf after so many as a dictionary of strings.
fn with_dictionary(fields: &Fields, left: &mut usize) -> Fields {
    fields.iter().map(|field| field_with_dictionary(field, left)).collect()
}

fn field_with_dictionary(field: &FieldRef, left: &mut usize) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Struct(members) => DataType::Struct(with_dictionary(members, left)),
        kind => {
            let is_it = *left == 0;
            *left = left.wrapping_sub(1);
            if !is_it {
                return field.clone();
            }
            match kind {
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
                }
                _ => return field.clone(),
            }
        }
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}
