//! From the keys of a scenario file to a valid [`Scenario`].

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;

use super::raw::{Raw, RawChange, RawDelay, RawEdge, RawEnvironment, RawFeedback, RawPolicy};
use super::{Motion, NamedPolicy, Problem, Rates, Scenario, ScenarioError};
use crate::beta::Beta;
use crate::environment::{Change, Delay};
use crate::feedback::{Day, EdgeId, Edges};
use crate::number::Plain;
use crate::policy::PolicyKind;
use crate::seed::DEFAULT_SEED;

const DEFAULT_RUNS: i64 = 100;
/// 2026-01-01.
const DEFAULT_START: Day = Day::from_days(20_454);
/// Ten years, as for logs.
const MAX_DAYS: i64 = 3_660;
/// Beyond a trial a millisecond, trials share a time.
const MAX_TRIALS_PER_DAY: i64 = 86_400_000;

/// Parameters of a Beta between these have results of known accuracy.
const TRUSTED: RangeInclusive<f64> = 1e-9..=1e12;

/// A problem and the bytes it concerns.
type Fault = (Range<usize>, Problem);

pub(super) fn scenario(text: &str) -> Result<Scenario, ScenarioError> {
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        ScenarioError::at(text, span, Problem::Toml(error.message().into()))
    })?;
    checked(raw).map_err(|(span, problem)| ScenarioError::at(text, span, problem))
}

fn checked(raw: Raw) -> Result<Scenario, Fault> {
    let days = whole("days", &raw.days, 1..=MAX_DAYS, "between 1 and 3660")?;
    let trials_per_day =
        whole("trials_per_day", &raw.trials_per_day, 1..=MAX_TRIALS_PER_DAY, "between 1 and 86400000")?;
    let world = world(raw.environment)?;
    let runs = or(raw.runs.as_ref(), DEFAULT_RUNS, |key| {
        whole("runs", key, 1..=i64::from(u32::MAX), "between 1 and 4294967295")
    })?;
    let slots = or(raw.k.as_ref(), 1, |key| {
        whole("k", key, 1..=world.edges.len() as i64, "between 1 and the number of edges")
    })?;
    let (delay, batch) = raw.feedback.map_or(Ok((Delay::None, 1)), feedback)?;
    Ok(Scenario {
        name: raw.name,
        seed: raw.seed.unwrap_or(DEFAULT_SEED),
        runs: runs as u32,
        start: or(raw.start.as_ref(), DEFAULT_START, start)?,
        days: days as u32,
        trials_per_day: trials_per_day as u64,
        slots: slots as usize,
        prior: or(raw.prior.as_ref(), Beta::UNIFORM, |key| beta("prior", key))?,
        checkpoints: checkpoints(raw.checkpoints.as_ref(), days, trials_per_day)?,
        edges: world.edges,
        rates: world.rates,
        motion: world.motion,
        policies: policies(raw.policy)?,
        delay,
        batch,
    })
}

/// Logs hold times in 64 bits of nanoseconds, until 2262.
fn start(day: &Spanned<Day>) -> Result<Day, Fault> {
    let years = Day::from_days(0)..=Day::from_days(84_005);
    in_range("start", day, years.contains(day.get_ref()), "between 1970-01-01 and 2199-12-31")
}

struct World {
    edges: Edges,
    rates: Rates,
    motion: Motion,
}

fn world(raw: Spanned<RawEnvironment>) -> Result<World, Fault> {
    let span = raw.span();
    let raw = raw.into_inner();
    let article = if raw.kind.get_ref() == "abrupt" { "an" } else { "a" };
    let of = format!("{article} {} environment", raw.kind.get_ref());
    let missing = |key| (raw.kind.span(), Problem::Missing { key, of: of.clone() });
    let (edges, rates) = edges_and_rates(&raw, &span)?;
    let motion = match raw.kind.get_ref().as_str() {
        "stationary" => Motion::Stationary,
        "drifting" => {
            let sd_per_day = raw.sd_per_day.as_ref().ok_or_else(|| missing("sd_per_day"))?;
            Motion::Drifting { sd_per_day: not_negative("sd_per_day", sd_per_day)? }
        }
        "abrupt" => {
            let listed = raw.changes.as_ref().ok_or_else(|| missing("changes"))?;
            Motion::Abrupt { changes: changes(listed.get_ref(), &edges)? }
        }
        word => return Err(choice("kind", word, &raw.kind, &["stationary", "drifting", "abrupt"])),
    };
    if !matches!(motion, Motion::Drifting { .. }) {
        refuse("sd_per_day", raw.sd_per_day.as_ref(), &of)?;
    }
    if !matches!(motion, Motion::Abrupt { .. }) {
        refuse("changes", raw.changes.as_ref(), &of)?;
    }
    Ok(World { edges, rates, motion })
}

/// Rates are given as a list, by name, or as a law and a count: exactly one of the three.
fn edges_and_rates(raw: &RawEnvironment, span: &Range<usize>) -> Result<(Edges, Rates), Fault> {
    const MAX_EDGES: i64 = 10_000_000;
    let numbered = |count: usize| (0..count).map(|index| format!("e{index}")).collect::<Edges>();
    match (&raw.rates, &raw.edges, &raw.count, &raw.rates_from) {
        (Some(rates), None, None, None) => {
            not_empty("rates", rates, rates.get_ref().is_empty())?;
            let given = rates.get_ref().iter().map(|rate| probability("rates", rate)).collect::<Result<Vec<_>, _>>()?;
            Ok((numbered(given.len()), Rates::Given(given)))
        }
        (None, Some(edges), None, None) => {
            not_empty("edges", edges, edges.get_ref().is_empty())?;
            let mut listed: Vec<_> = edges.get_ref().iter().collect();
            listed.sort_by_key(|(_, rate)| rate.span().start);
            let names = listed.iter().map(|(name, _)| name).collect();
            let given = listed.iter().map(|(_, rate)| probability("edges", rate)).collect::<Result<_, _>>()?;
            Ok((names, Rates::Given(given)))
        }
        (None, None, Some(count), Some(law)) => {
            let count = whole("count", count, 1..=MAX_EDGES, "between 1 and 10000000")?;
            Ok((numbered(count as usize), Rates::Drawn(beta("rates_from", law)?)))
        }
        _ => {
            let key = "rates`, `edges`, or `count` with `rates_from";
            Err((
                span.clone(),
                Problem::Missing { key, of: "an environment (exactly one way to give rates)".to_owned() },
            ))
        }
    }
}

fn changes(listed: &[RawChange], edges: &Edges) -> Result<Vec<Change>, Fault> {
    let change = |raw: &RawChange| {
        Ok(Change {
            trial: whole("trial", &raw.trial, 0..=i64::MAX, "0 or more")? as u64,
            edge: edge(&raw.edge, edges)?,
            rate: probability("rate", &raw.rate)?,
        })
    };
    listed.iter().map(change).collect()
}

fn edge(raw: &Spanned<RawEdge>, edges: &Edges) -> Result<EdgeId, Fault> {
    let (known, text) = match raw.get_ref() {
        RawEdge::Name(name) => (edges.get(name), name.clone()),
        RawEdge::Position(at) => (edges.iter().map(|(edge, _)| edge).nth(*at as usize), at.to_string()),
    };
    known.ok_or_else(|| (raw.span(), Problem::UnknownEdge(text)))
}

/// The policies as listed; Thompson sampling if there are none.
fn policies(raw: Vec<Spanned<RawPolicy>>) -> Result<Vec<NamedPolicy>, Fault> {
    let mut policies: Vec<NamedPolicy> = Vec::with_capacity(raw.len());
    for raw in raw {
        let raw = raw.into_inner();
        let kind = policy_kind(&raw)?;
        let named = raw.label.as_ref().unwrap_or(&raw.kind);
        let label = raw.label.as_ref().map_or(kind.word(), |label| label.get_ref());
        not_empty("label", named, label.is_empty())?;
        if policies.iter().any(|policy| policy.label == label) {
            return Err((named.span(), Problem::DuplicateLabel(label.to_owned())));
        }
        policies.push(NamedPolicy { label: label.to_owned(), kind });
    }
    if policies.is_empty() {
        let kind = PolicyKind::Thompson;
        policies.push(NamedPolicy { label: kind.word().to_owned(), kind });
    }
    Ok(policies)
}

fn policy_kind(raw: &RawPolicy) -> Result<PolicyKind, Fault> {
    let word = raw.kind.get_ref().as_str();
    let kind = match word {
        "thompson" => PolicyKind::Thompson,
        "top_two" => PolicyKind::TopTwo { share: or(raw.share.as_ref(), 0.5, |share| probability("share", share))? },
        "ucb1" => PolicyKind::Ucb1 { c: or(raw.c.as_ref(), 2.0, |c| not_negative("c", c))? },
        "kl_ucb" => PolicyKind::KlUcb { c: or(raw.c.as_ref(), 0.0, |c| not_negative("c", c))? },
        "epsilon_greedy" => {
            let missing =
                || (raw.kind.span(), Problem::Missing { key: "epsilon", of: "policy epsilon_greedy".to_owned() });
            PolicyKind::EpsilonGreedy { epsilon: probability("epsilon", raw.epsilon.as_ref().ok_or_else(missing)?)? }
        }
        "greedy" => PolicyKind::Greedy,
        "uniform" => PolicyKind::Uniform,
        _ => return Err(choice("kind", word, &raw.kind, &PolicyKind::WORDS)),
    };
    let of = format!("policy {word}");
    if !matches!(kind, PolicyKind::TopTwo { .. }) {
        refuse("share", raw.share.as_ref(), &of)?;
    }
    if !matches!(kind, PolicyKind::Ucb1 { .. } | PolicyKind::KlUcb { .. }) {
        refuse("c", raw.c.as_ref(), &of)?;
    }
    if !matches!(kind, PolicyKind::EpsilonGreedy { .. }) {
        refuse("epsilon", raw.epsilon.as_ref(), &of)?;
    }
    Ok(kind)
}

fn feedback(raw: RawFeedback) -> Result<(Delay, u64), Fault> {
    let batch = or(raw.batch.as_ref(), 1, |key| whole("batch", key, 1..=i64::MAX, "1 or more"))?;
    let delay = raw.delay.map_or(Ok(Delay::None), delay)?;
    Ok((delay, batch as u64))
}

fn delay(raw: Spanned<RawDelay>) -> Result<Delay, Fault> {
    let span = raw.span();
    let raw = raw.into_inner();
    let word = raw.kind.get_ref().as_str();
    let of = format!("delay {word}");
    let hours = |key: &'static str, value: &Option<Spanned<f64>>| {
        let value = value.as_ref().ok_or_else(|| (span.clone(), Problem::Missing { key, of: of.clone() }))?;
        not_negative(key, value)
    };
    let delay = match word {
        "none" => Delay::None,
        "fixed" => Delay::Fixed { hours: hours("mean_hours", &raw.mean_hours)? },
        "exponential" => Delay::Exponential { mean_hours: hours("mean_hours", &raw.mean_hours)? },
        "lognormal" => {
            let (mean, sd) = (hours("mean_hours", &raw.mean_hours)?, hours("sd_hours", &raw.sd_hours)?);
            Delay::log_normal(mean, sd).map_err(|error| (span.clone(), Problem::Delay(error)))?
        }
        _ => return Err(choice("kind", word, &raw.kind, &["none", "fixed", "exponential", "lognormal"])),
    };
    if delay == Delay::None {
        refuse("mean_hours", raw.mean_hours.as_ref(), &of)?;
    }
    if !matches!(delay, Delay::LogNormal(_)) {
        refuse("sd_hours", raw.sd_hours.as_ref(), &of)?;
    }
    Ok(delay)
}

/// The numbers of trials after which regret is noted: those listed, or each day's last.
fn checkpoints(listed: Option<&Spanned<Vec<Spanned<i64>>>>, days: i64, trials_per_day: i64) -> Result<Vec<u64>, Fault> {
    let Some(listed) = listed else {
        return Ok((1..=days).map(|day| (day * trials_per_day) as u64).collect());
    };
    not_empty("checkpoints", listed, listed.get_ref().is_empty())?;
    let mut previous = 0;
    let mut numbers = Vec::with_capacity(listed.get_ref().len());
    for listed in listed.get_ref() {
        let range = previous + 1..=days * trials_per_day;
        previous = whole("checkpoints", listed, range, "ascending numbers between 1 and days × trials_per_day")?;
        numbers.push(previous as u64);
    }
    Ok(numbers)
}

fn or<K, T>(key: Option<&K>, default: T, check: impl FnOnce(&K) -> Result<T, Fault>) -> Result<T, Fault> {
    key.map_or(Ok(default), check)
}

fn whole(
    key: &'static str,
    value: &Spanned<i64>,
    range: RangeInclusive<i64>,
    right: &'static str,
) -> Result<i64, Fault> {
    in_range(key, value, range.contains(value.get_ref()), right)
}

fn probability(key: &'static str, value: &Spanned<f64>) -> Result<f64, Fault> {
    number(key, value, (0.0..=1.0).contains(value.get_ref()), "a number between 0 and 1")
}

fn not_negative(key: &'static str, value: &Spanned<f64>) -> Result<f64, Fault> {
    let valid = value.get_ref().is_finite() && *value.get_ref() >= 0.0;
    number(key, value, valid, "finite and not negative")
}

fn number(key: &'static str, value: &Spanned<f64>, valid: bool, right: &'static str) -> Result<f64, Fault> {
    let number = *value.get_ref();
    valid
        .then_some(number)
        .ok_or_else(|| (value.span(), Problem::Range { key, value: Plain(number).to_string(), right }))
}

fn beta(key: &'static str, value: &Spanned<[f64; 2]>) -> Result<Beta, Fault> {
    let [a, b] = *value.get_ref();
    let wrong = |right| (value.span(), Problem::Range { key, value: format!("[{}, {}]", Plain(a), Plain(b)), right });
    let positive = |parameter: &f64| parameter.is_finite() && *parameter > 0.0;
    if [a, b].iter().all(positive) && ![a, b].iter().all(|parameter| TRUSTED.contains(parameter)) {
        return Err(wrong("two numbers between 1e-9 and 1e12; outside of it, results cannot be trusted"));
    }
    Beta::new(a, b).map_err(|_| wrong("two finite numbers greater than zero"))
}

fn in_range<T: Copy + Display>(
    key: &'static str,
    value: &Spanned<T>,
    valid: bool,
    right: &'static str,
) -> Result<T, Fault> {
    let problem = || (value.span(), Problem::Range { key, value: value.get_ref().to_string(), right });
    valid.then(|| *value.get_ref()).ok_or_else(problem)
}

fn not_empty<T>(key: &'static str, value: &Spanned<T>, empty: bool) -> Result<(), Fault> {
    if empty {
        return Err((value.span(), Problem::Empty(key)));
    }
    Ok(())
}

fn refuse<T>(key: &'static str, value: Option<&Spanned<T>>, of: &str) -> Result<(), Fault> {
    value.map_or(Ok(()), |value| Err((value.span(), Problem::Misplaced { key, of: of.to_owned() })))
}

fn choice<T>(key: &'static str, word: &str, at: &Spanned<T>, choices: &[&str]) -> Fault {
    (at.span(), Problem::Choice { key, word: word.to_owned(), choices: choices.join(", ") })
}
