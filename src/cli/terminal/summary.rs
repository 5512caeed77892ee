//! A convergence analysis on a screen: the verdict, P(best) and value remaining day by day, and the top edges.

use betadrift::convergence::{Convergence, DaySummary, EdgeState, Standing, VerdictState};
use betadrift::log::escaped;
use betadrift::number::brief;
use betadrift::report::verdict;
use console::Style;

use super::bars::bar;
use super::spark::spark;
use super::{Screen, measure_text_width, name, right};
use crate::cli::replayed::counted;

/// How many edges are shown.
const EDGES: usize = 8;
/// Columns of the words before a line of days.
const LABEL: usize = 16;
/// Columns of the numbers after it.
const NUMBERS: usize = 34;

impl Screen {
    /// The summary, without a line break at its end.
    pub(in crate::cli) fn summary(self, analysis: &Convergence) -> String {
        let verdict = verdict::line(&analysis.verdict, &analysis.edges);
        let mut lines = self.wrap(&verdict);
        if let Some(first) = lines.first_mut() {
            *first = self.headline(first, analysis.verdict.state);
        }
        if let (Some(first), Some(last)) = (analysis.days.first(), analysis.days.last()) {
            lines.push(String::new());
            lines.extend(self.days(analysis, first, last));
            lines.push(String::new());
            lines.extend(self.edges(analysis));
            let totals = self.wrap(&totals(analysis, first, last));
            lines.extend(totals.iter().map(|line| self.paint(Style::new().dim(), line)));
        }
        lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    }

    /// A line with its first word, the state, in colour.
    fn headline(self, line: &str, state: VerdictState) -> String {
        let style = match state {
            VerdictState::Settled | VerdictState::Tied => Style::new().green().bold(),
            VerdictState::Exploring => Style::new().yellow().bold(),
            VerdictState::Drifting => Style::new().red().bold(),
            VerdictState::Starved => Style::new().magenta().bold(),
        };
        match line.strip_prefix(state.word()) {
            Some(rest) => self.paint(style, state.word()) + rest,
            None => line.to_owned(),
        }
    }

    /// P(best) of each day's leader and the value remaining, in lines.
    fn days(self, analysis: &Convergence, first: &DaySummary, last: &DaySummary) -> [String; 2] {
        let room = self.width - LABEL - NUMBERS;
        let values = |of: fn(&DaySummary) -> f64| analysis.days.iter().map(|day| Some(of(day))).collect::<Vec<_>>();
        let line = |label: &str, of: fn(&DaySummary) -> f64, most: f64, more: &str| {
            let spark = self.paint(Style::new().cyan(), &spark(&values(of), most, room));
            let numbers = format!("{} → {}{more}", brief(of(first)), brief(of(last)));
            format!("{label:<LABEL$}{spark}  {numbers}")
        };
        let remaining: fn(&DaySummary) -> f64 = |day| day.value_remaining;
        let most = analysis.days.iter().map(remaining).fold(0.0, f64::max);
        [
            line("P(best)", |day| day.p_best, 1.0, ""),
            line("value remaining", remaining, most, &format!(" (ε {})", brief(last.tolerance))),
        ]
    }

    /// The top edges with their intervals.
    fn edges(self, analysis: &Convergence) -> Vec<String> {
        let top = analysis.histories.iter().filter_map(|history| analysis.standing(history.edge));
        let top: Vec<&Standing> = top.take(EDGES).collect();
        let columns = Columns::of(self, analysis, &top);
        let lower = top.iter().map(|edge| edge.interval.lower).fold(1.0, f64::min);
        let upper = top.iter().map(|edge| edge.interval.upper).fold(0.0, f64::max);
        let leader = analysis.verdict.leader;
        let row = |edge: &&Standing| {
            let interval = (edge.interval.lower, edge.posterior.mean(), edge.interval.upper);
            let mut line = columns.row(
                analysis.edges.name(edge.edge),
                &format!("{:.4}", edge.posterior.mean()),
                &self.paint(color(edge, leader == Some(edge.edge)), &bar(interval, (lower, upper), columns.bar)),
                &format!("{:.4}", edge.p_best),
            );
            if self.is_wide() {
                line += &format!("  {:<8}  {}", edge.state, right(&brief(edge.pulls), 9));
            }
            line
        };
        let mut lines = Vec::new();
        if !top.is_empty() {
            let (low, high) = (format!("{lower:.4}"), format!("{upper:.4}"));
            let scale = format!("{low}{}", right(&high, columns.bar.saturating_sub(low.len())));
            let mut header = columns.row("edge", "mean", &scale, "P(best)");
            if self.is_wide() {
                header += &format!("  {:<8}  {}", "state", right("pulls", 9));
            }
            lines.push(self.paint(Style::new().dim(), &header));
        }
        lines.extend(top.iter().map(row));
        lines
    }
}

/// How wide the columns of the edges are.
struct Columns {
    name: usize,
    bar: usize,
}

impl Columns {
    fn of(screen: Screen, analysis: &Convergence, top: &[&Standing]) -> Self {
        const MEAN_AND_CHANCE: usize = 2 + 6 + 2 + 2 + 7;
        const STATE_AND_PULLS: usize = 2 + 8 + 2 + 9;
        let written = |edge: &&Standing| measure_text_width(&escaped(analysis.edges.name(edge.edge).as_bytes()));
        let name = top.iter().map(written).max().unwrap_or(4).clamp(4, screen.width / 4);
        let more = if screen.is_wide() { STATE_AND_PULLS } else { 0 };
        Self { name, bar: screen.width - name - MEAN_AND_CHANCE - more }
    }

    fn row(&self, edge: &str, mean: &str, bar: &str, chance: &str) -> String {
        format!("{}  {}  {bar}  {}", name(edge, self.name), right(mean, 6), right(chance, 7))
    }
}

fn color(edge: &Standing, leads: bool) -> Style {
    match edge.state {
        _ if leads => Style::new().green(),
        EdgeState::Starved | EdgeState::Blind => Style::new().dim(),
        EdgeState::Settled | EdgeState::Learning => Style::new().blue(),
    }
}

fn totals(analysis: &Convergence, first: &DaySummary, last: &DaySummary) -> String {
    let pulls: f64 = analysis.days.iter().map(|day| day.events).sum();
    let more = analysis.standings.len().saturating_sub(EDGES.min(analysis.histories.len()));
    let more = if more == 0 { String::new() } else { format!("{} · ", counted(more as f64, "more edge")) };
    let states = EdgeState::ALL.map(|state| format!("{} {state}", last.states.of(state))).join(", ");
    let pulls = format!("{} pull{}", brief(pulls), if pulls == 1.0 { "" } else { "s" });
    format!("{more}{pulls}, {} to {} · {states}", first.day, last.day)
}
