//! What is kept while the days go by: the state of every edge, the days' summaries, the histories of the top edges.

use super::ahead::{ahead, expected_false, within_epsilon};
use super::assess::{nothing_to_say, run_start};
use super::day::{Active, Belief, Beliefs, DayAnalysis, Lead, Step};
use super::drifting::{Changes, Drift};
use super::rules::{self, EdgeFacts, Held, RECENT_DAYS, WholeFacts};
use super::{
    Ahead, Band, Convergence, DaySummary, EdgeDay, EdgeState, History, Known, OtherPrior, Settings, Standing,
    StateCounts, Unweighted, Verdict, VerdictState,
};
use crate::beta::Beta;
use crate::beta::memo::Memo;
use crate::decision::always_valid;
use crate::divergence::kl;
use crate::feedback::{Counts, Day, EdgeId};
use crate::timeline::Timeline;

/// The analysis under construction.
pub(super) struct Record<'a> {
    timeline: &'a Timeline,
    priors: &'a [Beta],
    settings: Settings,
    changes: &'a Changes,
    edges: Vec<Follow>,
    /// All feedback of each edge.
    totals: Vec<Counts>,
    held: Held,
    pub(super) facts: Vec<WholeFacts>,
    pub(super) days: Vec<DaySummary>,
    histories: Vec<History>,
    last: Option<LastDay>,
}

/// What is said of the last day only.
struct LastDay {
    lead: Lead,
    standings: Vec<Standing>,
    ahead: Option<Ahead>,
    expected_false: f64,
}

/// What is followed of each edge.
#[derive(Clone, Copy, Default)]
struct Follow {
    pulls: f64,
    recent: f64,
    last_day: Option<Day>,
    state: Option<(EdgeState, Day)>,
}

/// One known edge of one day, everything about it side by side.
struct Row<'a> {
    belief: &'a Belief,
    facts: EdgeFacts,
    state: EdgeState,
    p_best: f64,
    expected_loss: f64,
    step: Step,
}

impl<'a> Record<'a> {
    pub(super) fn new(
        timeline: &'a Timeline,
        priors: &'a [Beta],
        settings: Settings,
        changes: &'a Changes,
        top: Vec<EdgeId>,
    ) -> Self {
        Self {
            timeline,
            priors,
            settings,
            changes,
            edges: vec![Follow::default(); timeline.edges().len()],
            totals: timeline.totals(),
            held: Held::default(),
            facts: Vec::new(),
            days: Vec::new(),
            histories: top.into_iter().map(|edge| History { edge, days: Vec::new() }).collect(),
            last: None,
        }
    }

    /// One more day.
    pub(super) fn day(&mut self, beliefs: &Beliefs, analysis: &DayAnalysis) {
        self.count_pulls(beliefs);
        let rows = self.rows(beliefs, analysis);
        for row in &rows {
            let state = &mut self.edges[row.belief.edge.index()].state;
            if state.is_none_or(|(before, _)| before != row.state) {
                *state = Some((row.state, beliefs.day));
            }
        }
        self.held = self.held.day(&analysis.lead, &self.settings);
        let drift = self.changes.among(beliefs.day, &beliefs.known, &analysis.decision.p_best);
        let facts = whole_facts(&rows, drift);
        let verdict = rules::whole_state(&facts, &self.held, &self.settings);
        self.facts.push(facts);
        self.days.push(summary(beliefs, analysis, &rows, verdict, &self.settings));
        self.extend_histories(beliefs, &rows);
        if self.timeline.span().is_some_and(|(_, last)| last == beliefs.day) {
            self.last = Some(self.last_day(beliefs, analysis, &rows));
        }
    }

    fn last_day(&self, beliefs: &Beliefs, analysis: &DayAnalysis, rows: &[Row<'_>]) -> LastDay {
        let within = within_epsilon(&beliefs.known, analysis, &self.settings);
        let mut intervals = Intervals::new(self.settings.level);
        let standing = |(row, within): (&Row<'_>, f64)| self.standing(row, within, &mut intervals);
        LastDay {
            lead: analysis.lead,
            standings: rows.iter().zip(within).map(standing).collect(),
            ahead: ahead(&beliefs.known, analysis, self.settings.level),
            expected_false: expected_false(analysis, rows.iter().map(|row| row.state)),
        }
    }

    /// The analysis, complete.
    pub(super) fn finish(self, under_other_priors: Vec<OtherPrior>) -> Convergence {
        let verdict = match (&self.last, self.facts.last()) {
            (Some(last), Some(facts)) => self.verdict(last, facts, under_other_priors),
            _ => nothing_to_say(under_other_priors),
        };
        Convergence {
            edges: self.timeline.edges().clone(),
            days: self.days,
            standings: self.last.map(|last| last.standings).unwrap_or_default(),
            histories: self.histories,
            verdict,
        }
    }

    fn verdict(&self, last: &LastDay, facts: &WholeFacts, under_other_priors: Vec<OtherPrior>) -> Verdict {
        let states: Vec<VerdictState> = self.days.iter().map(|day| day.verdict).collect();
        let state = rules::whole_state(facts, &self.held, &self.settings);
        let lead = &last.lead;
        Verdict {
            state,
            since: run_start(&states).map(|index| self.days[index].day),
            leader: Some(lead.leader),
            p_best: Some(lead.p_best),
            value_remaining: Some(lead.value_remaining),
            reason: rules::whole_reason(state, facts, &self.held, lead, &self.settings, self.timeline.edges()),
            under_other_priors,
            ahead: last.ahead,
            expected_false_discoveries: Some(last.expected_false),
        }
    }

    fn count_pulls(&mut self, beliefs: &Beliefs) {
        for cell in self.timeline.on(beliefs.day + -RECENT_DAYS) {
            self.edges[cell.edge.index()].recent -= cell.counts.pulls();
        }
        for Active { edge, pulls, .. } in &beliefs.active {
            let follow = &mut self.edges[edge.index()];
            follow.pulls += pulls;
            follow.recent += pulls;
            follow.last_day = Some(beliefs.day);
        }
    }

    fn rows<'b>(&self, beliefs: &'b Beliefs, analysis: &DayAnalysis) -> Vec<Row<'b>> {
        let first = self.timeline.span().map_or(beliefs.day, |(first, _)| first);
        let recent_days = RECENT_DAYS.min(beliefs.day - first + 1);
        let tolerance = self.settings.epsilon * analysis.lead.mean;
        let mut steps = beliefs.active.iter().zip(&analysis.steps).peekable();
        let mut intervals = Intervals::new(self.settings.level);
        let row = |(k, belief): (usize, &'b Belief)| {
            let follow = &self.edges[belief.edge.index()];
            let facts = EdgeFacts {
                days_since: beliefs.day - follow.last_day.unwrap_or(first),
                counted: belief.counted.0 + belief.counted.1,
                recent: follow.recent,
                recent_days,
                p_best: analysis.decision.p_best[k],
                tolerance,
            };
            let interval = || intervals.of(belief.posterior);
            Row {
                belief,
                state: rules::edge_state(&facts, &self.settings, interval),
                p_best: facts.p_best,
                facts,
                expected_loss: analysis.decision.expected_loss[k],
                step: steps
                    .next_if(|(active, _)| active.edge == belief.edge)
                    .map_or(Step::default(), |(_, step)| *step),
            }
        };
        beliefs.known.iter().enumerate().map(row).collect()
    }

    fn extend_histories(&mut self, beliefs: &Beliefs, rows: &[Row<'_>]) {
        let cells = self.timeline.on(beliefs.day);
        for history in &mut self.histories {
            let edge = history.edge;
            let row = rows.binary_search_by_key(&edge, |row| row.belief.edge).ok().map(|at| &rows[at]);
            let posterior = row.map_or(self.priors[edge.index()], |row| row.belief.posterior);
            let counted = row.map_or((0.0, 0.0), |row| row.belief.counted);
            let pulls = cells.get(edge).map_or(0.0, Counts::pulls);
            history.days.push(EdgeDay {
                pulls,
                successes: counted.0,
                failures: counted.1,
                posterior,
                interval: band(posterior, self.settings.level),
                known: row.map(|row| Known {
                    state: row.state,
                    p_best: row.p_best,
                    expected_loss: row.expected_loss,
                    step_kl: row.step.observed,
                    step_kl_expected: row.step.expected,
                    information_gain: kl(row.belief.posterior, row.belief.prior),
                }),
            });
        }
    }

    fn standing(&self, row: &Row<'_>, p_within_epsilon: f64, intervals: &mut Intervals) -> Standing {
        let Belief { edge, prior, counted, posterior } = *row.belief;
        let follow = &self.edges[edge.index()];
        let interval = intervals.of(posterior);
        let (state, since) = follow.state.expect("valid by construction: the states of the day are followed first");
        Standing {
            edge,
            state,
            since,
            why: rules::edge_why(state, &row.facts, &self.settings, interval),
            pulls: follow.pulls,
            last_day: follow.last_day.expect("valid by construction: a known edge has had feedback"),
            days_since: row.facts.days_since,
            successes: counted.0,
            failures: counted.1,
            posterior,
            interval,
            always_valid: intervals.always_valid(self.totals[edge.index()]),
            weighted: Err(Unweighted::NotRead),
            p_within_epsilon,
            p_best: row.p_best,
            expected_loss: row.expected_loss,
            step_kl: row.step.observed,
            step_kl_expected: row.step.expected,
            information_gain: kl(posterior, prior),
            prior_share: (prior.alpha() + prior.beta()) / (posterior.alpha() + posterior.beta()),
        }
    }
}

/// Intervals at a level, worked out once for all edges with the same counts.
struct Intervals {
    level: f64,
    posteriors: Memo<2, Band>,
    counts: Memo<2, Band>,
}

impl Intervals {
    fn new(level: f64) -> Self {
        Self { level, posteriors: Memo::new(), counts: Memo::new() }
    }

    fn of(&mut self, posterior: Beta) -> Band {
        self.posteriors.at([posterior.alpha(), posterior.beta()], || band(posterior, self.level))
    }

    /// Of all feedback, whatever the view: the interval holds at all times together, and forgets nothing.
    fn always_valid(&mut self, Counts { successes, failures }: Counts) -> Band {
        let counts = [successes.to_f64(), failures.to_f64()];
        self.counts.at(counts, || {
            let interval = always_valid(counts[0], counts[1], self.level);
            Band { lower: interval.lower, upper: interval.upper }
        })
    }
}

fn band(posterior: Beta, level: f64) -> Band {
    let interval = posterior.interval(level);
    Band { lower: interval.lower, upper: interval.upper }
}

fn whole_facts(rows: &[Row<'_>], drift: Option<Drift>) -> WholeFacts {
    let total = |of: &dyn Fn(&Row<'_>) -> f64| rows.iter().map(of).sum::<f64>();
    let starved = total(&|row| if row.state == EdgeState::Starved { row.facts.counted } else { 0.0 });
    let counted = total(&|row| row.facts.counted);
    WholeFacts {
        successes: total(&|row| row.belief.counted.0),
        failures: total(&|row| row.belief.counted.1),
        starved_share: if counted > 0.0 { starved / counted } else { 0.0 },
        drift,
    }
}

fn summary(
    beliefs: &Beliefs,
    analysis: &DayAnalysis,
    rows: &[Row<'_>],
    verdict: VerdictState,
    settings: &Settings,
) -> DaySummary {
    let mut states = StateCounts::default();
    for row in rows {
        states.add(row.state);
    }
    let entropy = analysis.decision.entropy();
    let Lead { leader, mean, p_best, value_remaining, .. } = analysis.lead;
    DaySummary {
        day: beliefs.day,
        events: beliefs.active.iter().fold(0.0, |sum, edge| sum + edge.pulls),
        active_edges: beliefs.active.len(),
        known_edges: beliefs.known.len(),
        leader,
        leader_mean: mean,
        p_best,
        value_remaining,
        tolerance: settings.epsilon * mean,
        best_edge_entropy: entropy,
        effective_edges: entropy.exp(),
        step_kl: analysis.step_kl,
        information_gain: analysis.information_gain,
        information: analysis.information,
        sd: analysis.sd,
        states,
        verdict,
    }
}
