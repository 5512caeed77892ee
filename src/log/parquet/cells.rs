//! The values of a batch as the text that a CSV would have of them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Display;
use std::ops::RangeInclusive;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};

use super::schema::Meaning;
use crate::feedback::Day;

/// The columns of a batch that are needed, in the order of the file.
pub(super) struct Cells(Vec<Column>);

/// A column of a batch.
pub(super) struct Column {
    /// As it was decoded.
    pub(super) array: ArrayRef,
    /// The rows without a value.
    pub(super) nulls: Option<NullBuffer>,
    pub(super) meaning: Meaning,
    /// Where the value of each row is among the values, if they are a dictionary: found when the first is asked for.
    keys: OnceCell<Vec<usize>>,
}

impl Cells {
    /// The cells of a batch, whose leaves mean that.
    pub(super) fn new(batch: &RecordBatch, meanings: &[Meaning]) -> Self {
        let mut leaves = Vec::with_capacity(meanings.len());
        batch.columns().iter().for_each(|column| flatten(column, None, &mut leaves));
        let columns = leaves.into_iter().zip(meanings);
        let column = |((array, nulls), &meaning)| Column { array, nulls, meaning, keys: OnceCell::new() };
        Self(columns.map(column).collect())
    }

    /// A column, if there is such a one.
    pub(super) fn column(&self, column: usize) -> Option<&Column> {
        self.0.get(column)
    }

    /// The text of a cell; `None` where there is no value.
    pub(super) fn text(&self, column: usize, row: usize) -> Option<Cow<'_, [u8]>> {
        self.0.get(column)?.text(row)
    }
}

/// The leaves of a column with the rows that have no value in them, be it their own or that of a struct around them.
fn flatten(column: &ArrayRef, outer: Option<&NullBuffer>, leaves: &mut Vec<(ArrayRef, Option<NullBuffer>)>) {
    let nulls = NullBuffer::union(outer, column.logical_nulls().as_ref());
    match column.as_struct_opt() {
        Some(group) => group.columns().iter().for_each(|member| flatten(member, nulls.as_ref(), leaves)),
        None => leaves.push((column.clone(), nulls)),
    }
}

impl Column {
    /// Whether a row has no value.
    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The text of a cell; `None` where there is no value.
    pub(super) fn text(&self, row: usize) -> Option<Cow<'_, [u8]>> {
        if self.is_null(row) {
            return None;
        }
        match self.array.as_any_dictionary_opt() {
            // Without values every row is null.
            Some(dictionary) if !dictionary.values().is_empty() => {
                let keys = self.keys.get_or_init(|| dictionary.normalized_keys());
                text(dictionary.values(), keys[row], self.meaning)
            }
            _ => text(&self.array, row, self.meaning),
        }
    }
}

fn text(values: &dyn Array, at: usize, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
    Some(match values.data_type() {
        DataType::Utf8 => Cow::Borrowed(values.as_string::<i32>().value(at).as_bytes()),
        DataType::LargeUtf8 => Cow::Borrowed(values.as_string::<i64>().value(at).as_bytes()),
        DataType::Utf8View => Cow::Borrowed(values.as_string_view().value(at).as_bytes()),
        DataType::Binary => Cow::Borrowed(values.as_binary::<i32>().value(at)),
        DataType::LargeBinary => Cow::Borrowed(values.as_binary::<i64>().value(at)),
        DataType::BinaryView => Cow::Borrowed(values.as_binary_view().value(at)),
        DataType::FixedSizeBinary(_) => fixed(values.as_fixed_size_binary().value(at), meaning),
        DataType::Boolean => Cow::Borrowed(if values.as_boolean().value(at) { b"true" } else { b"false" }),
        DataType::Int8 => number::<Int8Type>(values, at),
        DataType::Int16 => number::<Int16Type>(values, at),
        DataType::Int32 => number::<Int32Type>(values, at),
        DataType::Int64 => number::<Int64Type>(values, at),
        DataType::UInt8 => number::<UInt8Type>(values, at),
        DataType::UInt16 => number::<UInt16Type>(values, at),
        DataType::UInt32 => number::<UInt32Type>(values, at),
        DataType::UInt64 => number::<UInt64Type>(values, at),
        // Floats print the fewest digits that read back as the same float: 0.1 stays 0.1, whatever its width.
        DataType::Float16 => written(values.as_primitive::<Float16Type>().value(at).to_f32()),
        DataType::Float32 => number::<Float32Type>(values, at),
        DataType::Float64 => number::<Float64Type>(values, at),
        DataType::Decimal32(..) => written(values.as_primitive::<Decimal32Type>().value_as_string(at)),
        DataType::Decimal64(..) => written(values.as_primitive::<Decimal64Type>().value_as_string(at)),
        DataType::Decimal128(..) => written(values.as_primitive::<Decimal128Type>().value_as_string(at)),
        DataType::Decimal256(..) => written(values.as_primitive::<Decimal256Type>().value_as_string(at)),
        DataType::Date32 => written(date(values.as_primitive::<Date32Type>().value(at).into())),
        DataType::Date64 => time(values.as_primitive::<Date64Type>().value(at), 1_000, Meaning::Plain),
        DataType::Timestamp(unit, zone) => {
            let meaning = if zone.is_some() { Meaning::Instant } else { meaning };
            match unit {
                TimeUnit::Second => time(values.as_primitive::<TimestampSecondType>().value(at), 1, meaning),
                TimeUnit::Millisecond => {
                    time(values.as_primitive::<TimestampMillisecondType>().value(at), 1_000, meaning)
                }
                TimeUnit::Microsecond => {
                    time(values.as_primitive::<TimestampMicrosecondType>().value(at), 1_000_000, meaning)
                }
                TimeUnit::Nanosecond => {
                    time(values.as_primitive::<TimestampNanosecondType>().value(at), 1_000_000_000, meaning)
                }
            }
        }
        _ => return None,
    })
}

fn number<T: ArrowPrimitiveType<Native: Display>>(values: &dyn Array, at: usize) -> Cow<'_, [u8]> {
    written(values.as_primitive::<T>().value(at))
}

fn written<'a>(value: impl Display) -> Cow<'a, [u8]> {
    Cow::Owned(value.to_string().into_bytes())
}

/// Bytes as they are, or those of a UUID as it is written.
fn fixed(bytes: &[u8], meaning: Meaning) -> Cow<'_, [u8]> {
    if meaning != Meaning::Uuid {
        return Cow::Borrowed(bytes);
    }
    let hex = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let parts = [0..4, 4..6, 6..8, 8..10, 10..16].map(|part| bytes.get(part).map(hex).unwrap_or_default());
    Cow::Owned(parts.join("-").into_bytes())
}

/// A day as it is written; one whose year has more than four digits in words that are no date.
fn date(days: i64) -> String {
    const YEARS_0_TO_9999: RangeInclusive<i64> = -719_528..=2_932_896;
    if YEARS_0_TO_9999.contains(&days) {
        Day::from_days(days as i32).to_string()
    } else {
        format!("day {days} since 1970")
    }
}

/// A time as RFC 3339, in UTC if it is an instant; a local midnight as its day alone, which means the same and is how days
/// of counts are written.
fn time<'a>(value: i64, per_second: i64, meaning: Meaning) -> Cow<'a, [u8]> {
    let per_day = per_second * 86_400;
    let (days, of_day) = (value.div_euclid(per_day), value.rem_euclid(per_day));
    let day = date(days);
    if of_day == 0 && meaning != Meaning::Instant {
        return written(day);
    }
    let (seconds, fraction) = (of_day / per_second, of_day % per_second);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let digits = per_second.ilog10() as usize;
    let fraction = if digits == 0 { String::new() } else { format!(".{fraction:0digits$}") };
    let offset = if meaning == Meaning::Instant { "Z" } else { "" };
    written(format_args!("{day}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}"))
}
