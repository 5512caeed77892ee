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
    /// Where the bytes stand that make rows and fields, from the row that comes next on.
    marks: Vec<u32>,
    /// Of these, the first that is not behind.
    next: usize,
    /// How far marks were looked for.
    scanned: usize,
    times: Vec<Time>,
    edges: Vec<&'a str>,
    rewards: Vec<Reward>,
}

/// How many events are shown together.
const TOGETHER: usize = 256;

/// How many marks are looked for together.
const MARKS: usize = 2048;

/// A part of the text that is UTF-8, and where it begins.
#[derive(Clone, Copy)]
struct Stretch<'a> {
    text: Option<&'a str>,
    start: usize,
}

impl<'a> Runs<'a> {
    pub(super) fn new(plain: Plain, bytes: &'a [u8]) -> Self {
        let marks = Vec::with_capacity(MARKS + plain.width + 2 * super::scan::CHUNK);
        let (times, edges) = (Vec::with_capacity(TOGETHER), Vec::with_capacity(TOGETHER));
        Self { plain, bytes, marks, next: 0, scanned: 0, times, edges, rewards: Vec::with_capacity(TOGETHER) }
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
            if self.marks.len() - self.next <= self.plain.width && self.look_on() {
                stretch = self.stretch(at);
                continue;
            }
            match self.row(at, stretch, clock, labels) {
                Some(end) => (at, line) = (end, line + 1),
                None => break,
            }
            if self.times.len() == TOGETHER {
                self.flush(line, visit);
            }
        }
        self.flush(line, visit);
        (at, line)
    }

    /// Passes over the marks before a position.
    fn go_to(&mut self, at: usize) {
        while self.marks.get(self.next).is_some_and(|&mark| (mark as usize) < at) {
            self.next += 1;
        }
        if self.scanned < at {
            (self.scanned, self.next) = (at, self.marks.len());
        }
    }

    /// Looks for more marks; says whether there may be some.
    fn look_on(&mut self) -> bool {
        if self.scanned == self.bytes.len() {
            return false;
        }
        self.marks.copy_within(self.next.., 0);
        self.marks.truncate(self.marks.len() - self.next);
        self.next = 0;
        self.scanned = Scan::new(self.plain.delimiter).marks(self.bytes, self.scanned, MARKS, &mut self.marks);
        true
    }

    /// The text from a row to the last mark that is known.
    fn stretch(&self, start: usize) -> Stretch<'a> {
        let end = self.marks.last().map_or(start, |&mark| start.max(mark as usize + 1));
        Stretch { text: std::str::from_utf8(&self.bytes[start..end]).ok(), start }
    }

    /// Takes in the row that begins there, if it is plain; returns where the next begins.
    #[inline(always)]
    fn row(&mut self, start: usize, stretch: Stretch<'a>, clock: &mut Clock, labels: &Labels) -> Option<usize> {
        let Plain { delimiter, width, time, edge, reward } = self.plain;
        let marks = self.marks.get(self.next..self.next + width)?;
        let (&last, inner) = marks.split_last()?;
        let byte = |mark: u32| self.bytes.get(mark as usize).copied().unwrap_or_default();
        let are_delimiters = inner.iter().fold(0, |other, &mark| other | (byte(mark) ^ delimiter)) == 0;
        let ends = match byte(last) {
            b'\n' => 1,
            b'\r' if byte(last + 1) == b'\n' => 2,
            _ => return None,
        };
        if !are_delimiters {
            return None;
        }
        let field = |column: usize| {
            let from = column.checked_sub(1).map_or(start, |before| marks[before] as usize + 1);
            (from, marks[column] as usize)
        };
        let bytes = |(from, to): (usize, usize)| self.bytes.get(from..to);
        let reward = match bytes(field(reward))? {
            b"1" => Reward::SUCCESS,
            b"0" => Reward::FAILURE,
            other => labels.reward(other).ok()?,
        };
        let (from, to) = field(edge);
        let edge = match stretch.text {
            Some(text) => text.get(from - stretch.start..to - stretch.start)?,
            None => std::str::from_utf8(bytes((from, to))?).ok()?,
        };
        if edge.is_empty() {
            return None;
        }
        let time = bytes(field(time))?;
        let time = match clock.read_common(time) {
            Some(time) => time,
            None => clock.read(time).ok()?,
        };
        self.times.push(time);
        self.edges.push(edge);
        self.rewards.push(reward);
        self.next += width + ends - 1;
        Some(last as usize + ends)
    }

    /// Shows the events that wait, before that line.
    fn flush(&mut self, line: u64, visit: &mut dyn FnMut(Portion<'_>)) {
        if !self.times.is_empty() {
            let (times, edges, rewards) = (&self.times[..], Names::Text(&self.edges), &self.rewards[..]);
            visit(Portion::Events(Batch { line: line - times.len() as u64, times, edges, rewards }));
        }
        self.times.clear();
        self.edges.clear();
        self.rewards.clear();
    }
}
