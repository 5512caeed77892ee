//! A figure in the page: its words as text, its panels as they are drawn, and what it estimates.

use super::Facts;
use super::markdown::inline;
use crate::number::percent;
use crate::report::Figure;
use crate::report::page::escaped;
use crate::report::svg::panels;

/// What a figure estimates, and what its interval is.
struct Estimand {
    figure: &'static str,
    what: &'static str,
    /// `{level}` stands for the level in percent.
    interval: &'static str,
}

#[rustfmt::skip]
const ESTIMANDS: [Estimand; 19] = [
    Estimand { figure: "convergence", what: "Each evening’s chance that an edge has the greatest rate, and E[max θ] − max E[θ], what naming the best edge for sure would add to a choice", interval: "both are exact functions of the posteriors and have no interval of their own" },
    Estimand { figure: "changes", what: "Posterior mean of each edge’s rate before and after, and the difference of the rates, B less A", interval: "bars: {level} % for one edge alone" },
    Estimand { figure: "posterior", what: "Each edge’s success rate θ, as believed in the evening", interval: "full colour: the central {level} % of the posterior" },
    Estimand { figure: "divergence", what: "KL(evening’s posterior ‖ morning’s) over what the morning expected of it", interval: "band: the central 95 % of the ratio if the morning’s beliefs are right" },
    Estimand { figure: "separation", what: "Jensen–Shannon divergence between the posteriors of two edges", interval: "an exact function of the posteriors, without an interval" },
    Estimand { figure: "information", what: "KL(posterior ‖ prior) and the posterior standard deviation of each edge", interval: "bands: the middle half of the edges, not an uncertainty" },
    Estimand { figure: "intervals", what: "Width of the equal-tailed {level} % credible interval of each edge’s rate", interval: "the width is what is shown" },
    Estimand { figure: "allocation", what: "Share of each day’s pulls that went to each edge", interval: "counted, not inferred, so without an interval" },
    Estimand { figure: "pulls", what: "Pulls of each edge on each day", interval: "counted, not inferred, so without an interval" },
    Estimand { figure: "states", what: "Edges in each state in the evening, by the rules below", interval: "counted, not inferred, so without an interval" },
    Estimand { figure: "trajectories", what: "The posterior Beta(α, β) of each edge, evening by evening", interval: "the parameters are exact; the uncertainty about the rate is in them" },
    Estimand { figure: "model_regret", what: "Reward that choosing edges other than the best has cost so far, as the log’s own posteriors see it", interval: "band: the central {level} % over the posteriors" },
    Estimand { figure: "evidence", what: "How probable the log’s counts are under each prior", interval: "regions and band: where the likelihood is nearly as high" },
    Estimand { figure: "half_life", what: "Log loss of the day-ahead forecast for each way of forgetting", interval: "bands: one standard error of the difference" },
    Estimand { figure: "reliability", what: "Success rate that came where the morning’s beliefs foretold a rate", interval: "gray bars: where {level} % of such rates lie if the beliefs are right" },
    Estimand { figure: "drift", what: "Days on which an edge’s rate may have changed", interval: "bars: {level} %, each day alone; only e-values are called evidence" },
    Estimand { figure: "regret", what: "True regret of each policy against the best edge, known because this is a simulation", interval: "bands: standard errors over runs" },
    Estimand { figure: "delay", what: "Share of what was served that is answered within some time", interval: "band: 95 %, pointwise" },
    Estimand { figure: "positions", what: "Clicks at each place of a list, and the belief about the edges that stood there", interval: "bars: the posterior’s" },
];

/// The figures of those names that were drawn.
pub(super) fn figures(facts: &Facts<'_>, names: &[&str]) -> String {
    let drawn = names.iter().filter_map(|name| facts.figures.iter().find(|figure| figure.name == *name));
    let level = facts.analysis.settings.level;
    drawn.map(|figure| html(figure, level, &files(figure.name))).collect()
}

/// Where a figure stands as a file.
fn files(name: &str) -> String {
    format!(
        " <span class=\"files\">As a file: <a href=\"{name}.svg\">{name}.svg</a>, <a href=\"{name}.png\">{name}.png</a></span>"
    )
}

/// A figure with intervals at a level, and what else stands below it.
pub(super) fn html(figure: &Figure, level: f64, more: &str) -> String {
    let (name, title) = (figure.name, escaped(&figure.title));
    format!(
        "<figure class=\"plot\" id=\"figure-{name}\" aria-labelledby=\"figure-{name}-title\">\n\
         <h3 id=\"figure-{name}-title\">{title}</h3>\n<p class=\"estimand\">{}</p>\n\
         <div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-labelledby=\"figure-{name}-title\">\n{}</div>\n\
         <figcaption>{}{more}</figcaption>\n</figure>\n",
        estimand(figure, level),
        panels(figure),
        inline(&figure.note),
    )
}

/// The estimand, n and the interval, in a sentence.
fn estimand(figure: &Figure, level: f64) -> String {
    let Some(Estimand { what, interval, .. }) = ESTIMANDS.iter().find(|estimand| estimand.figure == figure.name) else {
        return escaped(&figure.subtitle);
    };
    let level = percent(level);
    inline(&format!("{what} ({}); {interval}.", figure.subtitle).replace("{level}", &level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::FIGURES;

    #[test]
    fn every_figure_says_what_it_estimates() {
        for entry in FIGURES {
            assert!(ESTIMANDS.iter().any(|estimand| estimand.figure == entry.name), "{}", entry.name);
        }
    }
}
