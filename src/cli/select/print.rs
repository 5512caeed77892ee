//! How a choice is printed.

use betadrift::log::escaped;
use betadrift::number::Plain;
use serde::Serialize;

use super::Candidate;
use super::choice::{Choice, Method};
use crate::cli::output::{Format, Output};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    seed: u64,
    k: usize,
    eligible: usize,
    method: Method,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chance_of_uniform: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_budget: Option<f64>,
    edges: Vec<Edge<'a>>,
    /// Why propensities are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Edge<'a> {
    edge: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_cost: Option<f64>,
    #[serde(flatten)]
    explained: Option<Explained>,
}

#[derive(Serialize, Clone, Copy)]
struct Explained {
    mean: f64,
    draw: f64,
    /// ln(draw/(1 − draw)), which does not round where the draw does.
    draw_logit: f64,
    propensity: Option<f64>,
}

/// Prints the edges chosen: their names, and with `explain` how they came to be chosen.
pub(super) fn print(
    explain: bool,
    seed: u64,
    candidates: &[Candidate],
    choice: &Choice,
    output: Output,
) -> anyhow::Result<()> {
    let (edges, reason) = edges(explain, candidates, choice);
    match output.format {
        Format::Json => output.json(&Document {
            schema: "betadrift.select/1",
            seed,
            k: choice.k,
            eligible: candidates.len(),
            method: choice.method,
            floor: choice.floor().map(|(floor, _)| floor),
            chance_of_uniform: choice.floor().map(|(_, chance)| chance),
            token_budget: choice.budget(),
            edges,
            reason,
        })?,
        Format::Csv => {
            let number = |x: f64| Plain(x).to_string();
            let rows = edges.iter().map(|row| row.cells(row.edge.to_owned(), number, number));
            output.records([header(explain, choice)].into_iter().chain(rows))?;
        }
        Format::Table if explain => {
            let header = header(explain, choice);
            let cells =
                |row: &Edge| row.cells(escaped(row.edge.as_bytes()), |x| format!("{x:.4}"), |x| Plain(x).to_string());
            output.table(&header.iter().map(String::as_str).collect::<Vec<_>>(), edges.iter().map(cells))?;
        }
        Format::Table => {
            output.write(|out| edges.iter().try_for_each(|row| writeln!(out, "{}", escaped(row.edge.as_bytes()))))?;
        }
    }
    if let Some(reason) = reason {
        output.say(reason);
    }
    Ok(())
}

/// The edges chosen, and why their propensities are not known if they should be.
fn edges<'a>(explain: bool, candidates: &'a [Candidate], choice: &Choice) -> (Vec<Edge<'a>>, Option<&'static str>) {
    let propensities = explain.then(|| choice.propensities());
    let reason = propensities.as_ref().and_then(|known| known.as_ref().err().copied());
    let edge = |(rank, &at): (usize, &usize)| {
        let Candidate { edge, posterior, draw, cost } = &candidates[at];
        let explained = propensities.as_ref().map(|known| Explained {
            mean: posterior.mean(),
            draw: draw.rate(),
            draw_logit: draw.logit,
            propensity: known.as_ref().ok().map(|known| known[rank]),
        });
        Edge { edge, token_cost: choice.budget().map(|_| *cost), explained }
    };
    (choice.chosen.iter().enumerate().map(edge).collect(), reason)
}

fn header(explain: bool, choice: &Choice) -> Vec<String> {
    let explained = ["mean", "draw", "propensity"].into_iter().filter(|_| explain);
    let cost = choice.budget().map(|_| "token_cost");
    ["edge"].into_iter().chain(explained).chain(cost).map(str::to_owned).collect()
}

impl Edge<'_> {
    /// The cells under the header; a propensity that is not known is empty.
    fn cells(&self, name: String, share: impl Fn(f64) -> String, tokens: impl Fn(f64) -> String) -> Vec<String> {
        let explained = self.explained.into_iter().flat_map(|Explained { mean, draw, propensity, .. }| {
            [share(mean), share(draw), propensity.map_or_else(String::new, &share)]
        });
        [name].into_iter().chain(explained).chain(self.token_cost.map(tokens)).collect()
    }
}
