//! Runs of plain rows of a delimited text: no quotes, as many fields as the header, a time, an edge and a reward that need no
//! explanation. Whatever else there is, is left to somebody else.

use super::batch::{Batch, Names, Portion};
use super::clock::{Clock, Time};
use super::label::Labels;
use super::layout::{EventColumns, Layout};
use super::scan::{Scan, Scanned};
use crate::feedback::{Day, Reward, Tally};

/// Which fields of a row make an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    delimiter: u8,
    width: usize,
    time: usize,
    edge: usize,
    reward: usize,
}

impl Plain {
    /// The fields of rows of so many, if each role is played by one of them and nothing else is asked for.
    pub(super) fn of(layout: &Layout, delimiter: u8, width: usize) -> Option<Self> {
        let Layout::Events(EventColumns { time, edge, reward, id: None, context, .. }) = layout else { return None };
        let (&[time], [edge], &[reward], true) = (&time[..], &edge[..], &reward[..], context.is_empty()) else {
            return None;
        };
        let &[edge] = &edge[..] else { return None };
        (time.max(edge).max(reward) < width).then_some(Self { delimiter, width, time, edge, reward })
    }
}

/// The rows of a block, as far as they are plain.
pub(super) struct Runs<'a> {
    plain: Plain,
    bytes: &'a [u8],
    /// Where the bytes stand that make rows and fields. A field lies between two of them, since before the first of a row there is
    /// the line break before it, or what stands for one.
    marks: Vec<u32>,
    /// The one before the first field of the row that comes next.
    next: usize,
    /// How far marks were looked for.
    scanned: usize,
    /// Whether all bytes up to there are ASCII.
    is_ascii: bool,
    /// How many rows are looked at together: fewer behind one that was not plain.
    together: usize,
    times: Vec<Time>,
    edges: Vec<&'a [u8]>,
    rewards: Vec<Reward>,
}

/// How many rows are looked at together at most.
const TOGETHER: usize = 256;

/// How many behind a row that was not plain.
const FEW: usize = 4;

/// How many marks are looked for together.
const MARKS: usize = 2048;

/// What stands before the first row of a block.
const BEFORE: u32 = u32::MAX;

impl<'a> Runs<'a> {
    pub(super) fn new(plain: Plain, bytes: &'a [u8]) -> Self {
        let nothing = Time { nanoseconds: 0, day: Day::from_days(0) };
        Self {
            plain,
            bytes,
            marks: vec![BEFORE],
            next: 0,
            scanned: 0,
            is_ascii: true,
            together: TOGETHER,
            times: vec![nothing; TOGETHER],
            edges: vec![&[]; TOGETHER],
            rewards: vec![Reward::FAILURE; TOGETHER],
        }
    }

    /// Shows the plain rows from a position on, the first of which is on that line; returns where the first other row begins
    /// and its line.
    pub(super) fn show(
        &mut self,
        (mut at, mut line): (usize, u64),
        clock: &mut Clock,
        labels: &Labels,
        visit: &mut dyn FnMut(Portion<'_>),
    ) -> (usize, u64) {
        self.go_to(at);
        loop {
            // The last row has no mark behind its line break to be waited for.
            if self.marks.len() - self.next <= self.plain.width + 1 && self.look_on() {
                continue;
            }
            let Read { rows, stride, is_all } = self.read(clock, labels);
            self.together = if is_all { TOGETHER.min(2 * self.together) } else { FEW };
            if rows == 0 {
                return (at, line);
            }
            let (times, edges) = (&self.times[..rows], Names::Bytes(&self.edges[..rows]));
            visit(Portion::Events(Batch { line, times, edges, rewards: &self.rewards[..rows] }));
            line += rows as u64;
            self.next += rows * stride;
            at = self.marks[self.next] as usize + 1;
        }
    }

    /// Passes over the marks before a position.
    fn go_to(&mut self, at: usize) {
        while self.marks.get(self.next + 1).is_some_and(|&mark| (mark as usize) < at) {
            self.next += 1;
        }
        self.scanned = self.scanned.max(at);
        self.marks[self.next] = (at as u32).wrapping_sub(1);
    }

    /// Looks for more marks; says whether there may be some.
    fn look_on(&mut self) -> bool {
        if self.scanned == self.bytes.len() {
            return false;
        }
        self.marks.drain(..self.next);
        self.next = 0;
        let scan = Scan::new(self.plain.delimiter);
        let Scanned { end, is_ascii } = scan.marks(self.bytes, self.scanned, MARKS, &mut self.marks);
        self.scanned = end;
        self.is_ascii &= is_ascii;
        true
    }

    /// Reads rows from the next on, as many as are known and looked at together, or up to one that is not plain.
    fn read(&mut self, clock: &mut Clock, labels: &Labels) -> Read {
        let (Plain { width, time, edge, reward, .. }, is_ascii) = (self.plain, self.is_ascii);
        let marks = &self.marks[self.next..];
        let returns = marks.get(width).is_some_and(|&mark| self.bytes[mark as usize] == b'\r');
        let stride = width + usize::from(returns);
        let fields = Fields { bytes: self.bytes, marks, stride };
        let asked = self.together.min((marks.len() - 1) / stride);
        let rows = match width {
            3 => fields.shaped::<3>(self.plain, asked),
            4 => fields.shaped::<4>(self.plain, asked),
            _ => fields.shaped::<0>(self.plain, asked),
        };
        let rows = fields.read(reward, &mut self.rewards[..rows], |field| match field {
            [digit @ (b'0' | b'1')] => Reward::from_tally(Tally::whole(u64::from(digit & 1))),
            other => labels.reward(other).ok(),
        });
        let rows = fields.read(edge, &mut self.edges[..rows], |field| {
            let is_name = !field.is_empty() && (is_ascii || std::str::from_utf8(field).is_ok());
            is_name.then_some(field)
        });
        let rows = fields.read(time, &mut self.times[..rows], |field| match clock.read_common(field) {
            Some(time) => Some(time),
            None => clock.read(field).ok(),
        });
        Read { rows, stride, is_all: rows == asked }
    }
}

/// The fields of rows.
#[derive(Clone, Copy)]
struct Fields<'a, 'm> {
    bytes: &'a [u8],
    /// From that before the first on.
    marks: &'m [u32],
    /// How many of them a row has.
    stride: usize,
}

impl<'a> Fields<'a, '_> {
    /// How many rows, at most so many, have as many fields as there should be, none of them with a quote. A usual
    /// width is said beforehand.
    fn shaped<const WIDTH: usize>(self, Plain { delimiter, width, .. }: Plain, most: usize) -> usize {
        let width = if WIDTH > 0 { WIDTH } else { width };
        let byte = |mark: u32| self.bytes[mark as usize];
        let is_row = |row: &&[u32]| {
            let (delimiters, ends) = row.split_at(width - 1);
            let other = delimiters.iter().fold(0, |other, &mark| other | (byte(mark) ^ delimiter));
            let is_end = match *ends {
                [end] => byte(end) == b'\n',
                [first, second] => (byte(first), byte(second), second - first) == (b'\r', b'\n', 1),
                _ => false,
            };
            other == 0 && is_end
        };
        self.marks[1..].chunks_exact(self.stride).take(most).take_while(is_row).count()
    }

    /// Reads one of the fields of each row, as far as they can be read; says how far.
    #[inline(always)]
    fn read<T>(self, column: usize, values: &mut [T], mut read: impl FnMut(&'a [u8]) -> Option<T>) -> usize {
        let fields = self.marks.get(column..).unwrap_or_default().chunks(self.stride);
        for (row, (value, field)) in values.iter_mut().zip(fields).enumerate() {
            let &[before, end, ..] = field else { return row };
            let Some(read) = read(&self.bytes[before.wrapping_add(1) as usize..end as usize]) else { return row };
            *value = read;
        }
        values.len()
    }
}

/// What came of some rows.
struct Read {
    /// How many were read.
    rows: usize,
    /// How many marks each has.
    stride: usize,
    /// Whether that is all that were looked at.
    is_all: bool,
}
