//! Where everything goes: the frame of each panel and every word, placed by its measured width so that none overlap.

use super::axis::Axis;
use super::chart::{Figure, Key, Mark, Panel, Row, Sign};
use super::color::{Color, INK, MUTED};
use super::font::{ASCENT, DESCENT, Type};

const TITLE: Type = Type::semibold(15.0);
const SUBTITLE: Type = Type::regular(11.5);
const HEADING: Type = Type::semibold(12.0);
const AXIS: Type = Type::regular(12.0);
const TICK: Type = Type::regular(11.0);
const KEY: Type = Type::regular(11.0);
const NOTE: Type = Type::regular(11.0);
const TILE: Type = Type::regular(10.5);

/// Room at the edge of the canvas.
const MARGIN: f64 = 20.0;
/// Length of a tick.
pub(super) const TICK_LENGTH: f64 = 4.0;
/// From the frame to the words of a key, the sign between them.
const KEY_OFFSET: f64 = 24.0;
/// From the baseline of a heading to its frame: half a tick's words, and air.
const HEADING_DROP: f64 = 13.0;

/// A figure with every word and frame in its place, in pixels from the upper left corner.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) texts: Vec<Text>,
}

/// A panel in its place.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) panel: &'a Panel,
    pub(super) rect: Rect,
    pub(super) signs: Vec<PlacedSign>,
}

/// The sign of a key and the leader to what it speaks of.
#[derive(Debug)]
pub(super) struct PlacedSign {
    pub(super) sign: Sign,
    pub(super) color: Color,
    pub(super) center: (f64, f64),
    pub(super) leader: Vec<(f64, f64)>,
    /// Whether the leader crosses the panel, so that it must not look like data.
    pub(super) faint: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) x: f64,
    pub(super) baseline: f64,
    pub(super) anchor: Anchor,
    pub(super) set: Type,
    pub(super) color: Color,
    pub(super) content: String,
}

/// What surrounds the frame of a panel.
#[derive(Debug, Clone, Copy, Default)]
struct Margins {
    top: f64,
    right: f64,
    bottom: f64,
    left: f64,
}

impl Rect {
    fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) fn x(self, axis: &Axis, value: f64) -> f64 {
        self.left + axis.position(value) * self.width()
    }

    pub(super) fn y(self, axis: &Axis, value: f64) -> f64 {
        self.bottom - axis.position(value) * (self.bottom - self.top)
    }
}

impl Text {
    fn span(&self) -> (f64, f64) {
        let width = self.set.width(&self.content);
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2.0,
            Anchor::End => self.x - width,
        };
        (left, left + width)
    }
}

/// The height that the title, the subtitle and the note of a figure take, in pixels.
pub(super) fn words_height(figure: &Figure) -> f64 {
    let room = f64::from(figure.size.0) - 2.0 * MARGIN;
    let of = |set: Type, text: &str| set.wrap(text, room).len() as f64 * set.line();
    of(TITLE, &figure.title) + of(SUBTITLE, &figure.subtitle) + of(NOTE, &figure.note)
}

/// Lays a figure out.
pub(super) fn layout(figure: &Figure) -> Page<'_> {
    let mut page = Page { frames: Vec::new(), texts: Vec::new() };
    let (width, height) = (f64::from(figure.size.0), f64::from(figure.size.1));
    let room = width - 2.0 * MARGIN;
    let mut top = MARGIN - 4.0;
    top = page.lines(&TITLE.wrap(&figure.title, room), (MARGIN, top), TITLE, INK);
    top = page.lines(&SUBTITLE.wrap(&figure.subtitle, room), (MARGIN, top + 2.0), SUBTITLE, MUTED) + 14.0;
    let note = NOTE.wrap(&figure.note, room);
    let bottom = height - MARGIN + 6.0 - note.len() as f64 * NOTE.line();
    page.lines(&note, (MARGIN, bottom), NOTE, MUTED);
    page.rows(&figure.rows, Rect { left: MARGIN, top, right: width - MARGIN, bottom: bottom - 12.0 });
    page
}

impl<'a> Page<'a> {
    /// Puts lines below each other and gives where the next would start.
    fn lines(&mut self, lines: &[String], (x, mut top): (f64, f64), set: Type, color: Color) -> f64 {
        for line in lines {
            let baseline = top + ASCENT * set.size;
            self.texts.push(Text { x, baseline, anchor: Anchor::Start, set, color, content: line.clone() });
            top += set.line();
        }
        top
    }

    fn rows(&mut self, rows: &'a [Row], body: Rect) {
        const GAP: f64 = 16.0;
        let weights: f64 = rows.iter().map(|row| row.weight).sum();
        let room = body.bottom - body.top - GAP * (rows.len().max(1) - 1) as f64;
        let cells: Vec<Vec<(f64, f64)>> = rows.iter().map(|row| columns(row, body)).collect();
        let margins = aligned(rows, &cells);
        let mut top = body.top;
        for ((row, cells), margins) in rows.iter().zip(&cells).zip(margins) {
            let bottom = top + room * row.weight / weights;
            for ((panel, &(left, right)), margins) in row.panels.iter().zip(cells).zip(margins) {
                self.panel(panel, Rect { left, top, right, bottom }, margins);
            }
            top = bottom + GAP;
        }
    }

    fn panel(&mut self, panel: &'a Panel, cell: Rect, margins: Margins) {
        let rect = Rect {
            left: cell.left + margins.left,
            top: cell.top + margins.top,
            right: cell.right - margins.right,
            bottom: cell.bottom - margins.bottom,
        };
        self.lines(&HEADING.wrap(&panel.heading, cell.width()), (cell.left, cell.top), HEADING, INK);
        self.horizontal_axis(&panel.x, rect, cell);
        self.vertical_axis(&panel.y, rect, cell);
        self.tiles(panel, rect);
        self.notice(panel, rect);
        let signs = self.keys(panel, rect, cell);
        self.frames.push(Frame { panel, rect, signs });
    }

    fn horizontal_axis(&mut self, axis: &Axis, rect: Rect, cell: Rect) {
        const AIR: f64 = 9.0;
        let baseline = rect.bottom + TICK_LENGTH + 3.5 + ASCENT * TICK.size;
        let mut texts: Vec<Text> = axis
            .ticks
            .iter()
            .filter_map(|tick| {
                let content = TICK.fit(tick.text.as_deref()?, cell.width());
                let half = TICK.width(&content) / 2.0;
                let x = rect.x(axis, tick.at).min(cell.right - half).max(cell.left + half);
                Some(Text { x, baseline, anchor: Anchor::Middle, set: TICK, color: INK, content })
            })
            .collect();
        let crowded = |texts: &[Text]| texts.windows(2).any(|pair| pair[0].span().1 + AIR > pair[1].span().0);
        while crowded(&texts) {
            let mut place = 0;
            texts.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
        self.texts.extend(texts);
        if !axis.label.is_empty() {
            let content = AXIS.fit(&axis.label, cell.width());
            let half = AXIS.width(&content) / 2.0;
            let x = ((rect.left + rect.right) / 2.0).min(cell.right - half).max(cell.left + half);
            let baseline = cell.bottom - DESCENT * AXIS.size;
            self.texts.push(Text { x, baseline, anchor: Anchor::Middle, set: AXIS, color: INK, content });
        }
    }

    fn vertical_axis(&mut self, axis: &Axis, rect: Rect, cell: Rect) {
        let mut last = f64::INFINITY;
        for tick in &axis.ticks {
            let y = rect.y(axis, tick.at);
            let Some(text) = tick.text.as_deref().filter(|_| last - y >= TICK.line() - 1.0) else { continue };
            last = y;
            let content = TICK.fit(text, widest_tick(cell.width()));
            let (x, baseline) = (rect.left - TICK_LENGTH - 4.0, centered(y, TICK));
            self.texts.push(Text { x, baseline, anchor: Anchor::End, set: TICK, color: INK, content });
        }
    }

    fn tiles(&mut self, panel: &Panel, rect: Rect) {
        let tiles = panel.marks.iter().flat_map(|mark| if let Mark::Tiles(tiles) = mark { &tiles[..] } else { &[] });
        for tile in tiles {
            let Some(text) = &tile.text else { continue };
            let (left, right) = (rect.x(&panel.x, tile.x.0), rect.x(&panel.x, tile.x.1));
            let (bottom, top) = (rect.y(&panel.y, tile.y.0), rect.y(&panel.y, tile.y.1));
            if TILE.width(text) + 4.0 <= right - left && TILE.size * (ASCENT + DESCENT) <= bottom - top {
                let (x, baseline) = ((left + right) / 2.0, centered((top + bottom) / 2.0, TILE));
                let color = tile.fill.text_on();
                self.texts.push(Text { x, baseline, anchor: Anchor::Middle, set: TILE, color, content: text.clone() });
            }
        }
    }

    fn notice(&mut self, panel: &Panel, rect: Rect) {
        let Some(notice) = &panel.notice else { return };
        let lines = AXIS.wrap(notice, rect.width() - 16.0);
        let middle = (rect.top + rect.bottom) / 2.0;
        for (i, content) in lines.iter().enumerate() {
            let y = middle + (i as f64 - (lines.len() - 1) as f64 / 2.0) * AXIS.line();
            let (x, baseline) = ((rect.left + rect.right) / 2.0, centered(y, AXIS));
            let content = content.clone();
            self.texts.push(Text { x, baseline, anchor: Anchor::Middle, set: AXIS, color: MUTED, content });
        }
    }

    fn keys(&mut self, panel: &Panel, rect: Rect, cell: Rect) -> Vec<PlacedSign> {
        let target = |key: &Key| key.at.map_or(rect.top, |(_, y)| rect.y(&panel.y, y));
        let line = KEY.line();
        let (low, high) = (rect.top + line / 2.0 - 4.0, rect.bottom - line / 2.0 + 5.0);
        let most = ((high - low) / line).floor() as usize + 1;
        let mut shown: Vec<(usize, &Key)> = panel.keys.iter().enumerate().collect();
        let left_out = shown.len().saturating_sub(most).min(shown.len());
        shown.truncate(most);
        // A list reads downwards; of two labels for one place the later stands above, as its mark lies over the earlier.
        let order = |(place, key): &(usize, &Key)| if key.at.is_some() { usize::MAX - place } else { *place };
        shown.sort_by(|a, b| target(a.1).total_cmp(&target(b.1)).then(order(a).cmp(&order(b))));
        let targets: Vec<f64> = shown.iter().map(|(_, key)| target(key)).collect();
        debug_assert!(left_out == 0, "{left_out} labels more than there is room for: {}", panel.heading);
        let mut signs = Vec::new();
        for ((_, key), y) in shown.into_iter().zip(spread(&targets, line, (low, high))) {
            let content = KEY.fit(&key.text, widest_key(cell.width()));
            let color = if key.muted { MUTED } else { INK };
            let (x, baseline) = (rect.right + key_offset(panel), centered(y, KEY));
            self.texts.push(Text { x, baseline, anchor: Anchor::Start, set: KEY, color, content });
            signs.push(sign(key, panel, rect, y));
        }
        signs
    }
}

fn sign(key: &Key, panel: &Panel, rect: Rect, y: f64) -> PlacedSign {
    const NEAR: f64 = 0.11;
    let end = rect.right + key_offset(panel) - 6.0;
    let point = key.at.map(|(x, y)| (rect.x(&panel.x, x), rect.y(&panel.y, y)));
    let faint = point.is_some_and(|(x, _)| x < rect.right - NEAR * rect.width());
    let leader = match (point, key.sign) {
        (_, Sign::Nothing) => Vec::new(),
        (Some((x, at)), Sign::Line) if !faint => vec![(x, at), (rect.right + 4.0, at), (end - 5.0, y), (end, y)],
        (Some((x, at)), _) if faint => vec![(x, at), (rect.right + 2.0, y), (end, y)],
        (Some((x, at)), Sign::Dot) => vec![(x, at), (rect.right + 2.0, y), (end - 10.0, y)],
        (Some((_, at)), _) => vec![(rect.right + 1.0, at), (end - 10.0, y)],
        (None, Sign::Line) => vec![(end - 14.0, y), (end, y)],
        (None, _) => Vec::new(),
    };
    PlacedSign { sign: key.sign, color: key.color, center: (end - 5.0, y), leader, faint }
}

/// The left and right end of each panel's cell.
fn columns(row: &Row, body: Rect) -> Vec<(f64, f64)> {
    const GAP: f64 = 26.0;
    let weights: f64 = row.panels.iter().map(|panel| panel.weight).sum();
    let room = body.width() - GAP * (row.panels.len().max(1) - 1) as f64;
    let mut left = body.left;
    let cell = |panel: &Panel| {
        let cell = (left, left + room * panel.weight / weights);
        left = cell.1 + GAP;
        cell
    };
    row.panels.iter().map(cell).collect()
}

/// The margins of every panel: top and bottom alike along a row, left and right alike down a column.
fn aligned(rows: &[Row], cells: &[Vec<(f64, f64)>]) -> Vec<Vec<Margins>> {
    let own = |(row, cells): (&Row, &Vec<(f64, f64)>)| -> Vec<Margins> {
        row.panels.iter().zip(cells).map(|(panel, cell)| margins(panel, cell.1 - cell.0)).collect()
    };
    let mut all: Vec<Vec<Margins>> = rows.iter().zip(cells).map(own).collect();
    for row in &mut all {
        let (top, bottom) = row.iter().fold((0.0, 0.0), |(t, b), m| (f64::max(t, m.top), f64::max(b, m.bottom)));
        row.iter_mut().for_each(|margins| (margins.top, margins.bottom) = (top, bottom));
    }
    let same_cells = cells.windows(2).all(|pair| pair[0] == pair[1]);
    for column in 0..if same_cells { cells.first().map_or(0, Vec::len) } else { 0 } {
        let of = |side: fn(&Margins) -> f64| all.iter().map(|row| side(&row[column])).fold(0.0, f64::max);
        let (left, right) = (of(|margins| margins.left), of(|margins| margins.right));
        all.iter_mut().for_each(|row| (row[column].left, row[column].right) = (left, right));
    }
    all
}

fn margins(panel: &Panel, width: f64) -> Margins {
    let heading = HEADING.wrap(&panel.heading, width).len() as f64;
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let tick = |text: &str| TICK.width(&TICK.fit(text, widest_tick(width)));
    let left = widest(&mut panel.y.ticks.iter().filter_map(|t| t.text.as_deref()).map(tick));
    let key = |key: &Key| key_offset(panel) + KEY.width(&KEY.fit(&key.text, widest_key(width)));
    let ticks = panel.x.ticks.iter().any(|tick| tick.text.is_some());
    Margins {
        top: if heading > 0.0 { (heading - 1.0) * HEADING.line() + ASCENT * HEADING.size + HEADING_DROP } else { 6.0 },
        right: widest(&mut panel.keys.iter().map(key)).max(8.0),
        bottom: if ticks { TICK_LENGTH + 3.5 + TICK.line() } else { 2.0 }
            + if panel.x.label.is_empty() { 0.0 } else { AXIS.line() + 2.0 },
        left: if left > 0.0 { left + TICK_LENGTH + 4.0 } else { 0.0 },
    }
}

fn key_offset(panel: &Panel) -> f64 {
    if panel.keys.iter().all(|key| key.sign == Sign::Nothing) { 12.0 } else { KEY_OFFSET }
}

fn widest_key(cell: f64) -> f64 {
    (0.4 * cell).min(220.0)
}

fn widest_tick(cell: f64) -> f64 {
    (0.3 * cell).min(180.0)
}

/// The baseline of a text centred at `y`: half its x-height and a little below, where lower case letters look centred.
fn centered(y: f64, set: Type) -> f64 {
    y + (ASCENT - DESCENT) / 2.0 * set.size
}

/// Places as near to the ascending `targets` as they can be (least squares) with `gap` between neighbours, inside the bounds:
/// isotonic regression of targetᵢ − i·gap by pooling adjacent violators (Ayer et al. 1955, doi:10.1214/aoms/1177728423).
fn spread(targets: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (i, target) in targets.iter().enumerate() {
        let mut block = (target - i as f64 * gap, 1);
        while let Some(&(mean, size)) = blocks.last().filter(|last| last.0 > block.0) {
            blocks.pop();
            let total = size + block.1;
            block = ((mean * size as f64 + block.0 * block.1 as f64) / total as f64, total);
        }
        blocks.push(block);
    }
    let highest = high - (targets.len().max(1) - 1) as f64 * gap;
    let starts = blocks.iter().flat_map(|&(mean, size)| std::iter::repeat_n(mean.min(highest).max(low), size));
    starts.enumerate().map(|(i, start)| start + i as f64 * gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_make_room_for_each_other_and_stay_inside() {
        assert_eq!(spread(&[0.0, 100.0], 14.0, (0.0, 200.0)), [0.0, 100.0]);
        assert_eq!(spread(&[50.0, 50.0, 50.0], 14.0, (0.0, 200.0)), [36.0, 50.0, 64.0]);
        assert_eq!(spread(&[0.0, 0.0], 14.0, (0.0, 200.0)), [0.0, 14.0]);
        assert_eq!(spread(&[200.0, 200.0], 14.0, (0.0, 200.0)), [186.0, 200.0]);
    }
}
