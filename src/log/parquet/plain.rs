//! Plain events of a batch, column by column: what can be read without turning it into text first.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrowNativeTypeOp, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};

use super::super::batch::Batch;
use super::super::civil::Civil;
use super::super::clock::{Clock, Time};
use super::super::label::Labels;
use super::super::layout::Layout;
use super::cells::{Cells, Column};
use super::edges::Edges;
use super::schema::Meaning;
use crate::feedback::{Day, Reward};

/// Where plain events have what they say among the columns that are decoded.
#[derive(Debug)]
pub(super) struct Roles {
    time: usize,
    edge: usize,
    reward: usize,
    /// Whether the reward counts only if it is a number, since another column may have one.
    only_numbers: bool,
}

impl Roles {
    /// `None` if the layout asks for more than a time, an edge in one column, and a reward.
    pub(super) fn new(layout: &Layout, slots: &[Option<usize>]) -> Option<Self> {
        let Layout::Events(columns) = layout else { return None };
        let (&[time], [edge], &[reward, ref others @ ..]) = (&columns.time[..], &columns.edge[..], &columns.reward[..])
        else {
            return None;
        };
        let &[edge] = &edge[..] else { return None };
        let slot = |column: usize| slots.get(column).copied().flatten();
        let plain = columns.id.is_none() && columns.context.is_empty();
        let (time, edge, reward) = (slot(time)?, slot(edge)?, slot(reward)?);
        plain.then_some(Self { time, edge, reward, only_numbers: !others.is_empty() })
    }

    /// The column of the edge.
    pub(super) fn edge(&self) -> usize {
        self.edge
    }
}

/// The times and rewards of a batch, and room for those of the next.
#[derive(Default)]
pub(super) struct Events {
    times: Vec<Time>,
    rewards: Vec<Reward>,
    /// The rows that are plain events.
    plain: Vec<bool>,
    floats: Floats,
}

impl Events {
    /// Reads a batch of so many rows. Times are read in order and wherever there is one, as they are row by row, since the
    /// first may settle what the others mean. Says whether there is anything plain at all.
    pub(super) fn read(
        &mut self,
        (cells, count): (&Cells, usize),
        roles: &Roles,
        (clock, labels): (&mut Clock, &Labels),
    ) -> bool {
        let (Some(time), Some(reward)) = (cells.column(roles.time), cells.column(roles.reward)) else { return false };
        self.plain.clear();
        self.plain.resize(count, true);
        self.times(time, clock);
        self.rewards(reward, roles.only_numbers, labels);
        true
    }

    /// Takes the rows out whose edge is no name.
    pub(super) fn only(&mut self, edges: &Edges<'_>) {
        edges.unnamed(|row| self.plain[row] = false);
    }

    /// How many plain events stand in a row from there on.
    pub(super) fn run(&self, from: usize) -> usize {
        self.plain[from..].iter().take_while(|plain| **plain).count()
    }

    /// Some rows, all of which are plain.
    pub(super) fn batch<'a>(&'a self, line: u64, rows: Range<usize>, edges: &'a Edges<'a>) -> Batch<'a> {
        Batch { line, times: &self.times[rows.clone()], edges: edges.names(rows.clone()), rewards: &self.rewards[rows] }
    }

    fn times(&mut self, column: &Column, clock: &mut Clock) {
        let array = &column.array;
        let zoned = |zone: bool| if zone { Meaning::Instant } else { column.meaning };
        match array.data_type() {
            DataType::Timestamp(TimeUnit::Second, zone) => {
                self.stamps::<TimestampSecondType, 1>(column, zoned(zone.is_some()), clock);
            }
            DataType::Timestamp(TimeUnit::Millisecond, zone) => {
                self.stamps::<TimestampMillisecondType, 1_000>(column, zoned(zone.is_some()), clock);
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                self.stamps::<TimestampMicrosecondType, 1_000_000>(column, zoned(zone.is_some()), clock);
            }
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
                self.stamps::<TimestampNanosecondType, 1_000_000_000>(column, zoned(zone.is_some()), clock);
            }
            DataType::Date64 => self.stamps::<Date64Type, 1_000>(column, Meaning::Plain, clock),
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>();
                self.times_by(column, |row| {
                    clock.civil_time(Civil { days: days.value(row).into(), of_day: None, offset: None })
                });
            }
            DataType::Int32 => self.numbers(column, array.as_primitive::<Int32Type>(), clock),
            DataType::Int64 => self.numbers(column, array.as_primitive::<Int64Type>(), clock),
            DataType::UInt32 => self.numbers(column, array.as_primitive::<UInt32Type>(), clock),
            DataType::UInt64 => self.numbers(column, array.as_primitive::<UInt64Type>(), clock),
            _ => self.times_by(column, |row| clock.read(&column.text(row)?).ok()),
        }
    }

    /// The times of a column, each of which is shown if there is a value.
    fn times_by(&mut self, column: &Column, mut time: impl FnMut(usize) -> Option<Time>) {
        const NONE: Time = Time { nanoseconds: 0, day: Day::from_days(0) };
        self.times.clear();
        self.times.extend(self.plain.iter_mut().enumerate().map(|(row, plain)| {
            let time = if column.is_null(row) { None } else { time(row) };
            *plain &= time.is_some();
            time.unwrap_or(NONE)
        }));
    }

    /// Times that count fractions of a second: instants, or what a clock of the zone showed.
    fn stamps<T: ArrowPrimitiveType<Native = i64>, const PER_SECOND: i64>(
        &mut self,
        column: &Column,
        meaning: Meaning,
        clock: &mut Clock,
    ) {
        let (stamps, is_instant) = (column.array.as_primitive::<T>(), meaning == Meaning::Instant);
        let (per_day, nanoseconds) = (PER_SECOND * 86_400, 1_000_000_000 / PER_SECOND);
        // The instants of the day of the one before, most likely also that of the next. Days begin on a full second.
        let mut today = (0..0, Day::from_days(0));
        self.times_by(column, |row| {
            let stamp = stamps.value(row);
            if today.0.contains(&stamp) {
                return Some(Time { nanoseconds: stamp * nanoseconds, day: today.1 });
            }
            let (days, of_day) = (stamp.div_euclid(per_day), stamp.rem_euclid(per_day));
            // A local midnight is the day alone, as it is written for the reading row by row.
            let of_day = (is_instant || of_day != 0).then_some(of_day * nanoseconds);
            let time = clock.civil_time(Civil { days, of_day, offset: is_instant.then_some(0) })?;
            if is_instant {
                let span = clock.day_around(time);
                today = (span.start / nanoseconds..span.end / nanoseconds, time.day);
            }
            Some(time)
        });
    }

    fn numbers<T: ArrowPrimitiveType<Native: Into<i128>>>(
        &mut self,
        column: &Column,
        numbers: &PrimitiveArray<T>,
        clock: &mut Clock,
    ) {
        self.times_by(column, |row| clock.whole(numbers.value(row).into()));
    }

    fn rewards(&mut self, column: &Column, only_numbers: bool, labels: &Labels) {
        let (array, mut floats) = (&column.array, std::mem::take(&mut self.floats));
        match array.data_type() {
            DataType::Int8 => self.counts(column, array.as_primitive::<Int8Type>()),
            DataType::Int16 => self.counts(column, array.as_primitive::<Int16Type>()),
            DataType::Int32 => self.counts(column, array.as_primitive::<Int32Type>()),
            DataType::Int64 => self.counts(column, array.as_primitive::<Int64Type>()),
            DataType::UInt8 => self.counts(column, array.as_primitive::<UInt8Type>()),
            DataType::UInt16 => self.counts(column, array.as_primitive::<UInt16Type>()),
            DataType::UInt32 => self.counts(column, array.as_primitive::<UInt32Type>()),
            DataType::UInt64 => self.counts(column, array.as_primitive::<UInt64Type>()),
            DataType::Float64 => {
                let values = array.as_primitive::<Float64Type>();
                self.rewards_by(column, |row| {
                    let value = values.value(row);
                    floats.reward(value.to_bits(), || labels.reward(value.to_string().as_bytes()).ok())
                });
            }
            DataType::Float32 => {
                let values = array.as_primitive::<Float32Type>();
                self.rewards_by(column, |row| {
                    let value = values.value(row);
                    floats.reward(value.to_bits().into(), || labels.reward(value.to_string().as_bytes()).ok())
                });
            }
            // A label, beside which a number in another column counts.
            _ if only_numbers => self.rewards_by(column, |_| None),
            DataType::Boolean => {
                let values = array.as_boolean();
                let [no, yes] = ["false", "true"].map(|label| labels.reward(label.as_bytes()).ok());
                self.rewards_by(column, |row| if values.value(row) { yes } else { no });
            }
            _ => self.rewards_by(column, |row| labels.reward(&column.text(row)?).ok()),
        }
        self.floats = floats;
    }

    fn rewards_by(&mut self, column: &Column, mut reward: impl FnMut(usize) -> Option<Reward>) {
        self.rewards.clear();
        self.rewards.extend(self.plain.iter_mut().enumerate().map(|(row, plain)| {
            let reward = if column.is_null(row) { None } else { reward(row) };
            *plain &= reward.is_some();
            reward.unwrap_or(Reward::FAILURE)
        }));
    }

    fn counts<T: ArrowPrimitiveType>(&mut self, column: &Column, counts: &PrimitiveArray<T>) {
        self.rewards_by(column, |row| match counts.value(row) {
            count if count == T::Native::ZERO => Some(Reward::FAILURE),
            count if count == T::Native::ONE => Some(Reward::SUCCESS),
            _ => None,
        });
    }
}

/// The rewards of floats that were met last. A float is the shortest decimal that it stands for, which takes long to find;
/// a log has few different ones.
struct Floats(Vec<(u64, Option<Reward>)>);

impl Default for Floats {
    fn default() -> Self {
        Self(vec![(0, Some(Reward::FAILURE)); 1 << Self::BITS])
    }
}

impl Floats {
    const BITS: u32 = 8;

    /// The reward of a float with these bits.
    fn reward(&mut self, bits: u64, read: impl FnOnce() -> Option<Reward>) -> Option<Reward> {
        // The multiplier spreads the bits (Knuth, TAOCP 6.4). What is there from the beginning is 0, a failure.
        let place = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        let met = &mut self.0[place as usize];
        if met.0 != bits {
            *met = (bits, read());
        }
        met.1
    }
}
