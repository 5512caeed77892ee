//! The days, as a table.

use super::Facts;
use crate::convergence::DaySummary;
use crate::number::{Plain, brief};
use crate::report::page::escaped;
use crate::report::verdict::probability;

/// How many of the last days have a row.
const ROWS: usize = 400;

/// The table of days.
pub(super) fn days(facts: &Facts<'_>) -> String {
    let days = &facts.analysis.convergence.days;
    if days.is_empty() {
        return String::new();
    }
    let shown = &days[days.len().saturating_sub(ROWS)..];
    let rows: String = shown.iter().map(|day| row(facts, day)).collect();
    let head = [
        "Day",
        "Feedback",
        "Leader",
        "P(best)",
        "Value remaining",
        "Step ratio",
        "Its 95 % band",
        "Verdict that evening",
    ];
    let sorted = |name: &str| if name == "Day" { " aria-sort=\"ascending\"" } else { "" };
    let head: String = head.iter().map(|name| format!("<th scope=\"col\"{}>{name}</th>", sorted(name))).collect();
    let cut = match days.len() - shown.len() {
        0 => String::new(),
        earlier => format!("<p>{earlier} earlier days are in <a href=\"daily.csv\">daily.csv</a>.</p>\n"),
    };
    format!(
        "<details><summary>Day by day, as a table</summary>\n{cut}\
         <div class=\"filter scripted-only no-print\"><label for=\"days-filter\">Find days by date, leader or verdict</label>\
         <input type=\"search\" id=\"days-filter\" autocomplete=\"off\" data-filters=\"days-table\">\
         <output id=\"days-count\" for=\"days-filter\"></output></div>\n\
         <div class=\"scrolls tall\" tabindex=\"0\" role=\"region\" aria-labelledby=\"days-caption\"><table id=\"days-table\" class=\"sortable\">\n\
         <caption id=\"days-caption\">Days, the first first</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n</details>\n"
    )
}

fn row(facts: &Facts<'_>, day: &DaySummary) -> String {
    let number = |value: f64, shown: String| format!("<td data-v=\"{}\">{shown}</td>", Plain(value));
    let none = || "<td>none</td>".to_owned();
    let ratio = day.step_kl.map_or_else(none, |step| number(step.ratio, brief(step.ratio)));
    let band = day.step_kl.map_or_else(none, |step| {
        let band = step.ratio_band;
        number(band.lower, format!("{} … {}", brief(band.lower), brief(band.upper)))
    });
    format!(
        "<tr><th scope=\"row\">{}</th>{}<td><bdi>{}</bdi></td>{}{}{ratio}{band}<td>{}</td></tr>\n",
        day.day,
        number(day.events, brief(day.events)),
        escaped(facts.analysis.convergence.edges.name(day.leader)),
        number(day.p_best, escaped(&probability(day.p_best))),
        number(day.value_remaining, brief(day.value_remaining)),
        day.verdict,
    )
}
