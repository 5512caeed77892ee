//! Runs of plain rows of a delimited text: no quotes, as many fields as the header, a time, an edge and a reward that need no
//! explanation. Whatever else there is, is left to somebody else.

use super::batch::{Batch, Names, Portion};
use super::clock::{Clock, Time};
use super::label::Labels;
use super::layout::{EventColumns, Layout};
use super::scan::Scan;
use crate::feedback::Reward;

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
    /// How many rows are looked at together: fewer behind one that was not plain.
    together: usize,
    times: Vec<Time>,
    edges: Vec<&'a str>,
    rewards: Vec<Reward>,
}

/// How many rows are looked at together at most.
const TOGETHER: usize = 256;

/// How many behind a row that was not plain.
const FEW: usize = 4;

/// How many marks are looked for together.
const MARKS: usize = 2048;

/// A part of the text that is UTF-8, and where it begins.
#[derive(Clone, Copy)]
struct Stretch<'a> {
    text: Option<&'a str>,
    start: usize,
}

/// What stands before the first row of a block.
const BEFORE: u32 = u32::MAX;

impl<'a> Runs<'a> {
    pub(super) fn new(plain: Plain, bytes: &'a [u8]) -> Self {
        let (times, edges, rewards) = (Vec::new(), Vec::new(), Vec::new());
        Self { plain, bytes, marks: vec![BEFORE], next: 0, scanned: 0, together: TOGETHER, times, edges, rewards }
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
        let mut stretch = self.stretch(at);
        loop {
            // The last row has no mark behind its line break to be waited for.
            if self.marks.len() - self.next <= self.plain.width + 1 && self.look_on() {
                stretch = self.stretch(at);
                continue;
            }
            let (stride, shaped) = self.shape();
            let rows = self.read(stride, shaped, stretch, clock, labels);
            self.together = if rows < shaped { FEW } else { TOGETHER.min(2 * self.together) };
            if rows == 0 {
                return (at, line);
            }
            let (times, edges) = (&self.times[..rows], Names::Text(&self.edges[..rows]));
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
        self.scanned = Scan::new(self.plain.delimiter).marks(self.bytes, self.scanned, MARKS, &mut self.marks);
        true
    }

    /// The text from a row to the last mark that is known.
    fn stretch(&self, start: usize) -> Stretch<'a> {
        let end = self.marks[self.next + 1..].last().map_or(start, |&mark| mark as usize + 1);
        Stretch { text: std::str::from_utf8(&self.bytes[start..end]).ok(), start }
    }

    /// How many marks the next row has, and how many rows from it on are of the same shape: as many fields as there should be,
    /// none with a quote.
    fn shape(&self) -> (usize, usize) {
        let Plain { delimiter, width, .. } = self.plain;
        let (marks, byte) = (&self.marks[self.next + 1..], |mark: u32| self.bytes[mark as usize]);
        let returns = marks.get(width - 1).is_some_and(|&mark| byte(mark) == b'\r');
        let stride = width + usize::from(returns);
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
        (stride, marks.chunks_exact(stride).take(self.together).take_while(is_row).count())
    }

    /// Reads the columns of so many rows; returns how many of them are plain events.
    fn read(
        &mut self,
        stride: usize,
        rows: usize,
        Stretch { text, start }: Stretch<'a>,
        clock: &mut Clock,
        labels: &Labels,
    ) -> usize {
        let (bytes, marks) = (self.bytes, &self.marks[self.next..=self.next + rows * stride]);
        let reward = |(from, to): (usize, usize)| match &bytes[from..to] {
            b"1" => Some(Reward::SUCCESS),
            b"0" => Some(Reward::FAILURE),
            other => labels.reward(other).ok(),
        };
        let edge = |(from, to): (usize, usize)| match text {
            _ if from == to => None,
            Some(text) => text.get(from - start..to - start),
            None => std::str::from_utf8(&bytes[from..to]).ok(),
        };
        let time = |(from, to): (usize, usize)| match clock.read_common(&bytes[from..to]) {
            Some(time) => Some(time),
            None => clock.read(&bytes[from..to]).ok(),
        };
        let rows = fill(&mut self.rewards, fields(marks, stride, self.plain.reward).take(rows).map_while(reward));
        let rows = fill(&mut self.edges, fields(marks, stride, self.plain.edge).take(rows).map_while(edge));
        fill(&mut self.times, fields(marks, stride, self.plain.time).take(rows).map_while(time))
    }
}

/// From where to where a field of each row goes.
fn fields(marks: &[u32], stride: usize, column: usize) -> impl Iterator<Item = (usize, usize)> {
    let between = |marks: &[u32]| match *marks {
        [before, end, ..] => Some((before.wrapping_add(1) as usize, end as usize)),
        _ => None,
    };
    marks.get(column..).unwrap_or_default().chunks(stride).map_while(between)
}

/// Puts other values in place of those that are there; says how many.
fn fill<T>(values: &mut Vec<T>, others: impl Iterator<Item = T>) -> usize {
    values.clear();
    values.reserve(TOGETHER);
    others.for_each(|other| values.push(other));
    values.len()
}
