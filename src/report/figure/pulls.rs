//! Pulls of the top edges day by day, and for how long edges have gone without.

use super::{Analysis, Body};
use crate::convergence::{EdgeState, History, Standing};
use crate::report::axis::{Axis, Scale, Tick};
use crate::report::chart::{Key, Mark, Panel, Row, Sign, Tile};
use crate::report::color::{BLUE, Color, GRAY, INK};
use crate::report::words;

/// Edges shown.
const EDGES: usize = 20;
/// Columns at most; more days are drawn several to a column.
const COLUMNS: usize = 75;
/// Upper ends of the classes of days since the last feedback.
const SINCE: [(i32, &str); 6] = [(0, "0 days"), (1, "1"), (3, "2–3"), (7, "4–7"), (30, "8–30"), (i32::MAX, "over 30")];

pub(super) fn draw(analysis: &Analysis<'_>) -> Option<Body> {
    let top = analysis.top(EDGES);
    let per_column = analysis.days().len().div_ceil(COLUMNS).max(1);
    let names = top.iter().map(|(name, _)| name.clone());
    let span = if per_column == 1 { "a day".to_owned() } else { format!("every {per_column} days") };
    let mut heat =
        Panel::new(format!("Pulls {span}, first edges of the ranking"), analysis.day_axis(9), Axis::rows(names));
    heat.weight = 2.1;
    let columns: Vec<Vec<Column>> = top.iter().map(|(_, history)| columns(analysis, history, per_column)).collect();
    let most = columns.iter().flatten().map(|column| column.pulls).fold(1.0, f64::max);
    let row = |(row, columns): (usize, &Vec<Column>)| tiles(columns, -(row as f64), most);
    heat.marks.push(Mark::Tiles(columns.iter().enumerate().flat_map(row).collect()));
    for (row, (_, history)) in top.iter().enumerate() {
        let standing =
            analysis.convergence.standing(history.edge).expect("valid by construction: a history has feedback");
        heat.keys.push(last_seen(standing, (heat.x.range.1, -(row as f64))));
    }
    let panels = vec![heat, since(analysis)];
    let note = format!(
        "The stronger the blue, the more pulls, on a log scale up to {}; blank, none. Gray tiles: the edge was starved or blind then. Beside each row its pulls in all. An \
         edge without pulls does not move, and looks converged where it is only unseen.",
        words::count(most),
    );
    let height = 190 + 20 * top.len().max(9) as u32;
    Some(Body { size: (1080, height), note, rows: vec![Row { weight: 1.0, panels }] })
}

/// Some days of an edge.
struct Column {
    days: (f64, f64),
    pulls: f64,
    starved: bool,
}

fn columns(analysis: &Analysis<'_>, history: &History, per_column: usize) -> Vec<Column> {
    let days = analysis.days().chunks(per_column).zip(history.days.chunks(per_column));
    let column = |(calendar, days): (&[crate::convergence::DaySummary], &[crate::convergence::EdgeDay])| {
        let last = days[days.len() - 1].known;
        Column {
            days: (f64::from(calendar[0].day.days()) - 0.5, f64::from(calendar[calendar.len() - 1].day.days()) + 0.5),
            pulls: days.iter().map(|day| day.pulls).sum(),
            starved: last.is_none_or(|known| matches!(known.state, EdgeState::Starved | EdgeState::Blind)),
        }
    };
    days.map(column).collect()
}

/// A row of tiles, neighbours of one shade drawn as one.
fn tiles(columns: &[Column], at: f64, most: f64) -> Vec<Tile> {
    // Seven shades can be told apart, and let long runs of days become one tile.
    const SHADES: f64 = 7.0;
    let shade = |column: &Column| {
        let share = (1.0 + column.pulls).ln() / (1.0 + most).ln();
        let share = (share * SHADES).ceil() / SHADES;
        let color: Color = if column.starved { GRAY } else { BLUE };
        (column.pulls > 0.0).then(|| color.tint(0.1 + 0.9 * share))
    };
    let runs = columns.chunk_by(|a, b| shade(a) == shade(b));
    let tile = |run: &[Column]| {
        let fill = shade(&run[0])?;
        Some(Tile { x: (run[0].days.0, run[run.len() - 1].days.1), y: (at - 0.42, at + 0.42), fill, text: None })
    };
    runs.filter_map(tile).collect()
}

fn last_seen(standing: &Standing, at: (f64, f64)) -> Key {
    let since = match standing.days_since {
        0 => String::new(),
        1 => ", last yesterday".to_owned(),
        days => format!(", last {days} days ago"),
    };
    let text = format!("n = {}{since}", words::count(standing.pulls.round()));
    let muted = matches!(standing.state, EdgeState::Starved | EdgeState::Blind);
    Key { text, sign: Sign::Nothing, color: INK, at: Some(at), muted }
}

/// How many edges were last seen how long ago, those starved or blind in gray.
fn since(analysis: &Analysis<'_>) -> Panel {
    let standings = &analysis.convergence.standings;
    let class = |standing: &Standing| SINCE.iter().position(|(upper, _)| standing.days_since <= *upper).unwrap_or(0);
    let mut counts = [[0usize; 2]; SINCE.len()];
    for standing in standings {
        let starved = matches!(standing.state, EdgeState::Starved | EdgeState::Blind);
        counts[class(standing)][usize::from(starved)] += 1;
    }
    let most = counts.iter().map(|count| count[0] + count[1]).max().unwrap_or(1).max(1) as f64;
    let mut x = Axis::linear("edges", (0.0, most * 1.02), 4);
    x.ticks.retain(|tick| tick.at.fract() == 0.0);
    let ticks = SINCE.iter().enumerate().rev().map(|(row, (_, name))| Tick::new(-(row as f64), *name)).collect();
    let y =
        Axis { label: String::new(), scale: Scale::Linear, range: (0.5 - SINCE.len() as f64, 0.5), ticks, line: true };
    let mut panel = Panel::new("Edges by days since their last feedback", x, y);
    let bar = |(row, [fed, starved]): (usize, &[usize; 2])| {
        let (fed, all, at) = (*fed as f64, (fed + starved) as f64, -(row as f64));
        [((0.0, fed), BLUE), ((fed, all), GRAY)].map(|(x, fill)| Tile {
            x,
            y: (at - 0.36, at + 0.36),
            fill,
            text: None,
        })
    };
    let bars = counts.iter().enumerate().flat_map(bar).filter(|tile| tile.x.1 > tile.x.0);
    panel.marks.push(Mark::Tiles(bars.collect()));
    let total = |starved: usize| words::count(counts.iter().map(|count| count[starved]).sum::<usize>() as f64);
    panel.keys.push(Key::entry(format!("fed {}", total(0)), Sign::Square, BLUE));
    panel.keys.push(Key::entry(format!("starved or blind {}", total(1)), Sign::Square, GRAY));
    panel
}
