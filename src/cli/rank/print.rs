//! How a ranking is printed.

use betadrift::beta::Beta;
use betadrift::decision::Difference;
use betadrift::log::escaped;
use betadrift::number::{Plain, brief};
use serde::Serialize;

use super::evidence::Against;
use super::{Posterior, Ranking};
use crate::cli::output::{Format, Output};
use crate::cli::replayed::counted;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    edges: Vec<Edge<'a>>,
    expected_max: Option<f64>,
    value_remaining: Option<f64>,
    best_edge_entropy: Option<f64>,
    p_wrong: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    leader: Option<&'a str>,
    runner_up: Option<&'a str>,
    difference: Option<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference_reason: Option<&'static str>,
    epsilon: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<Hypothesis>,
}

#[derive(Serialize)]
struct Edge<'a> {
    edge: &'a str,
    alpha: f64,
    beta: f64,
    mean: f64,
    p_best: f64,
    expected_loss: f64,
    p_within: f64,
    #[serde(flatten)]
    evidence: Option<Evidence>,
}

/// What an edge's counts say against the rate.
#[derive(Serialize)]
struct Evidence {
    ln_e_value: Option<f64>,
    e_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_value_reason: Option<&'static str>,
    always_valid_lower: f64,
    always_valid_upper: f64,
    rejected: bool,
}

#[derive(Serialize)]
struct Hypothesis {
    rate: f64,
    prior: Beta,
    level: f64,
    false_discovery_rate: f64,
    rejected: usize,
    /// What a rejected e-value has reached.
    e_value_threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_value_threshold_reason: Option<&'static str>,
}

impl Ranking {
    pub(super) fn print(&self, top: usize, output: Output) -> anyhow::Result<()> {
        match output.format {
            Format::Json => output.json(&self.document()),
            Format::Csv => output.records(self.records()),
            Format::Table => self.table(top, output),
        }
    }

    fn name(&self, edge: usize) -> &str {
        &self.posteriors[edge].edge
    }

    fn document(&self) -> Document<'_> {
        let some = |value: f64| (!self.posteriors.is_empty()).then_some(value);
        Document {
            schema: "betadrift.rank/1",
            edges: (0..self.posteriors.len()).map(|k| self.edge(k)).collect(),
            expected_max: some(self.decision.expected_max),
            value_remaining: some(self.decision.value_remaining),
            best_edge_entropy: some(self.decision.entropy()),
            p_wrong: some(self.decision.p_wrong()),
            reason: self.posteriors.is_empty().then_some("there are no edges"),
            leader: self.lead.map(|lead| self.name(lead.leader)),
            runner_up: self.lead.and_then(|lead| lead.runner_up).map(|edge| self.name(edge)),
            difference: self.difference,
            difference_reason: self.difference.is_none().then_some("there is no second edge"),
            epsilon: self.epsilon,
            against: self.against.as_ref().map(Hypothesis::of),
        }
    }

    fn edge(&self, k: usize) -> Edge<'_> {
        let Posterior { edge, posterior } = &self.posteriors[k];
        Edge {
            edge,
            alpha: posterior.alpha(),
            beta: posterior.beta(),
            mean: posterior.mean(),
            p_best: self.decision.p_best[k],
            expected_loss: self.decision.expected_loss[k],
            p_within: self.within[k],
            evidence: self.against.as_ref().map(|against| Evidence::of(against, k)),
        }
    }

    /// The header and a row for every edge, with every digit.
    fn records(&self) -> impl Iterator<Item = Vec<String>> {
        let header = ["edge", "alpha", "beta", "mean", "p_best", "expected_loss", "p_within"];
        let evidence = ["ln_e_value", "always_valid_lower", "always_valid_upper", "rejected"];
        let evidence = self.against.iter().flat_map(move |_| evidence);
        let header: Vec<String> = header.into_iter().chain(evidence).map(str::to_owned).collect();
        let row = |k: usize| {
            let edge = self.edge(k);
            let numbers = [edge.alpha, edge.beta, edge.mean, edge.p_best, edge.expected_loss, edge.p_within];
            let mut cells = vec![edge.edge.to_owned()];
            cells.extend(numbers.map(|number| Plain(number).to_string()));
            if let Some(against) = &self.against {
                let ln_e_value = against.ln_e_values[k];
                let shown = if ln_e_value.is_finite() { Plain(ln_e_value).to_string() } else { "inf".to_owned() };
                let interval = against.intervals[k];
                cells.extend([shown, Plain(interval.lower).to_string(), Plain(interval.upper).to_string()]);
                cells.push(against.found.rejected[k].to_string());
            }
            cells
        };
        [header].into_iter().chain((0..self.posteriors.len()).map(row))
    }

    fn table(&self, top: usize, output: Output) -> anyhow::Result<()> {
        let mut header = vec!["edge", "alpha", "beta", "mean", "P(best)", "expected loss", "P(within ε)"];
        if self.against.is_some() {
            header.extend(["e-value", "always valid", "rejected"]);
        }
        let key = |k: usize| [self.decision.p_best[k], self.posteriors[k].posterior.mean()];
        let mut order: Vec<usize> = (0..self.posteriors.len()).collect();
        order.sort_by(|&i, &j| key(j)[0].total_cmp(&key(i)[0]).then(key(j)[1].total_cmp(&key(i)[1])));
        output.table(&header, order.iter().take(top).map(|&k| self.shown(k)))?;
        output.say(&format!(
            "{} · E[max] {:.6} · value remaining {:.3e} · entropy of the best edge {:.4} of {:.4} nats · P(wrong) {:.4}",
            counted(self.posteriors.len() as f64, "edge"),
            self.decision.expected_max,
            self.decision.value_remaining,
            self.decision.entropy(),
            (self.posteriors.len().max(1) as f64).ln(),
            self.decision.p_wrong()
        ));
        self.sentences().iter().for_each(|sentence| output.say(sentence));
        Ok(())
    }

    /// A row of the table.
    fn shown(&self, k: usize) -> Vec<String> {
        let edge = self.edge(k);
        let mut cells = vec![
            escaped(edge.edge.as_bytes()),
            format!("{}", Plain(edge.alpha)),
            format!("{}", Plain(edge.beta)),
            format!("{:.4}", edge.mean),
            format!("{:.4}", edge.p_best),
            format!("{:.3e}", edge.expected_loss),
            format!("{:.4}", edge.p_within),
        ];
        if let (Some(against), Some(evidence)) = (&self.against, edge.evidence) {
            cells.push(shown_e_value(against.ln_e_values[k]));
            cells.push(format!("{:.4}–{:.4}", evidence.always_valid_lower, evidence.always_valid_upper));
            cells.push(if evidence.rejected { "yes" } else { "no" }.to_owned());
        }
        cells
    }

    /// By how much the leader leads, what ε is, and what was found against the rate.
    fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if let (Some(lead), Some(difference)) = (self.lead, self.difference) {
            let Difference { mean, level, lower, upper, p_greater } = difference;
            let runner_up = lead.runner_up.map_or("", |edge| self.name(edge));
            sentences.push(format!(
                "{} less {}: {} ({} to {} with probability {level}), greater with probability {p_greater:.4}",
                escaped(self.name(lead.leader).as_bytes()),
                escaped(runner_up.as_bytes()),
                brief(mean),
                brief(lower),
                brief(upper),
            ));
        }
        sentences.extend(self.epsilon.map(|epsilon| {
            let share =
                self.epsilon_share.map(|share| format!(", {share} of the leader's mean; --epsilon sets another"));
            format!("ε = {}{}", brief(epsilon), share.unwrap_or_default())
        }));
        if let Some(Against { rate, prior, level, found, .. }) = &self.against {
            sentences.push(format!(
                "against the rate {rate}, counts beyond the prior Beta({}, {}): e-BH rejects {} of {} at a false discovery rate of \
                 {}; always-valid intervals hold at all times together with probability {level}",
                Plain(prior.alpha()),
                Plain(prior.beta()),
                found.count,
                found.rejected.len(),
                brief(1.0 - level),
            ));
        }
        sentences
    }
}

impl Evidence {
    fn of(against: &Against, k: usize) -> Self {
        let ln_e_value = against.ln_e_values[k];
        let e_value = ln_e_value.exp();
        let interval = against.intervals[k];
        Self {
            ln_e_value: ln_e_value.is_finite().then_some(ln_e_value),
            e_value: e_value.is_finite().then_some(e_value),
            e_value_reason: match (ln_e_value.is_finite(), e_value.is_finite()) {
                (false, _) => Some("infinite: the counts contradict the rate"),
                (true, false) => Some("beyond 1e308: its logarithm is ln_e_value"),
                (true, true) => None,
            },
            always_valid_lower: interval.lower,
            always_valid_upper: interval.upper,
            rejected: against.found.rejected[k],
        }
    }
}

impl Hypothesis {
    fn of(against: &Against) -> Self {
        Self {
            rate: against.rate,
            prior: against.prior,
            level: against.level,
            false_discovery_rate: 1.0 - against.level,
            rejected: against.found.count,
            e_value_threshold: against.found.ln_threshold.map(f64::exp),
            e_value_threshold_reason: against.found.ln_threshold.is_none().then_some("none is rejected"),
        }
    }
}

/// An e-value for people, whatever its size.
fn shown_e_value(ln_e_value: f64) -> String {
    match ln_e_value {
        ln if ln.is_infinite() => "∞".to_owned(),
        ln if ln > 690.0 => format!("1e{:.0}", ln / std::f64::consts::LN_10),
        ln => brief(ln.exp()),
    }
}
