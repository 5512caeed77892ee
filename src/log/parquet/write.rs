//! Writes counts as Parquet, in types that lose nothing.

use std::io;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::feedback::{Counts, Day, Tally};

/// The feedback of an edge on a day, and its posterior in the evening.
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::log::{CountsRow, counts_parquet};
/// let day = "2026-01-01".parse()?;
/// let row = CountsRow { day, edge: "a", counts: Counts::whole(3, 2), alpha: 4.0, beta: 3.0 }; // from Beta(1, 1)
/// assert_eq!(counts_parquet(&[row])?[..4], *b"PAR1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountsRow<'a> {
    /// The day.
    pub day: Day,
    /// The edge.
    pub edge: &'a str,
    /// That day's feedback.
    pub counts: Counts,
    /// α of the posterior.
    pub alpha: f64,
    /// β of the posterior.
    pub beta: f64,
}

/// Digits after the point that tell any two tallies, which are multiples of 2⁻⁶⁴ ≈ 5.4e-20.
const SCALE: i8 = 20;
/// The most digits of a decimal of 128 bits.
const PRECISION: u8 = 38;

/// The bytes of a Parquet file with the columns `day` (DATE), `edge` (STRING), `successes`, `failures`, `alpha`, `beta`
/// (DOUBLE), which is a log of counts itself.
///
/// Reading it gives the same counts to the bit. Where a DOUBLE would not, because some count of its column needs more
/// digits than one has, `successes` or `failures` is a DECIMAL(38, 20) instead.
///
/// ```
/// use betadrift::feedback::Counts;
/// use betadrift::log::{CountsRow, Input, counts_parquet};
/// use betadrift::replay::{Options, replay};
/// let day = "2026-01-01".parse().unwrap();
/// let row = CountsRow { day, edge: "a", counts: Counts::whole(3, 2), alpha: 4.0, beta: 3.0 };
/// let file = counts_parquet(&[row]).unwrap();
/// let log = Input::reader("counts.parquet", std::io::Cursor::new(file));
/// let replayed = replay(vec![log], &Options::default(), &|_| {}).unwrap();
/// assert_eq!(replayed.timeline.totals(), [Counts::whole(3, 2)]);
/// ```
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if a count needs more than 18 digits before the point, and more than a DOUBLE's in all.
pub fn counts_parquet(rows: &[CountsRow<'_>]) -> io::Result<Vec<u8>> {
    let columns: [(&str, ArrayRef); 6] = [
        ("day", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.day.days())))),
        ("edge", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.edge)))),
        ("successes", tallies(rows.iter().map(|row| row.counts.successes))?),
        ("failures", tallies(rows.iter().map(|row| row.counts.failures))?),
        ("alpha", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.alpha)))),
        ("beta", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.beta)))),
    ];
    let field = |(name, values): &(&str, ArrayRef)| Field::new(*name, values.data_type().clone(), false);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let batch = RecordBatch::try_new(schema.clone(), columns.into_iter().map(|(_, values)| values).collect());
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options)?;
    writer.write(&batch.map_err(io::Error::other)?)?;
    Ok(writer.into_inner()?)
}

/// A column of tallies: floats if they all read back as the same tallies, else decimals.
fn tallies(column: impl Iterator<Item = Tally> + Clone) -> io::Result<ArrayRef> {
    let survives = |tally: Tally| tally.to_f64().to_string().parse() == Ok(tally);
    if column.clone().all(survives) {
        return Ok(Arc::new(Float64Array::from_iter_values(column.map(Tally::to_f64))));
    }
    let decimals = column.map(decimal).collect::<io::Result<Vec<_>>>()?;
    let decimals = Decimal128Array::from_iter_values(decimals).with_precision_and_scale(PRECISION, SCALE);
    Ok(Arc::new(decimals.map_err(io::Error::other)?))
}

/// A tally in units of 1e-20, to the nearest.
fn decimal(tally: Tally) -> io::Result<i128> {
    let text = tally.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction:0<width$}", width = SCALE as usize);
    let too_large = || format!("the count {text} has more digits than a DECIMAL({PRECISION}, {SCALE})");
    let fits = digits.len() <= usize::from(PRECISION);
    let decimal = digits.parse().ok().filter(|_| fits);
    decimal.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, too_large()))
}
