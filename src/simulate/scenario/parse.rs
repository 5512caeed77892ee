//! From the keys of a scenario file to a valid [`Scenario`].

use std::collections::BTreeMap;

use toml::Spanned;

use super::super::credit::Rule;
use super::{NamedPolicy, Rates, Scenario, ScenarioError};
use crate::beta::Beta;
use crate::environment::{self, Clicks, Delay};
use crate::feedback::{Day, Edges};
use crate::keys::{Fault, Keys, Problem, in_range, not_empty, probability};
use crate::policy;
use crate::seed::DEFAULT_SEED;

const DEFAULT_RUNS: i64 = 100;
/// 2026-01-01.
const DEFAULT_START: Day = Day::from_days(20_454);
/// Ten years, as for logs.
const MAX_DAYS: i64 = 3_660;
/// Beyond a trial a millisecond, trials share a time.
const MAX_TRIALS_PER_DAY: i64 = 86_400_000;

pub(super) fn scenario(text: &str) -> Result<Scenario, ScenarioError> {
    Keys::parse(text).and_then(read).map_err(|(span, problem)| ScenarioError::at(text, span, problem))
}

const KEYS: [&str; 13] = [
    "name",
    "seed",
    "runs",
    "start",
    "days",
    "trials_per_day",
    "environment",
    "k",
    "prior",
    "checkpoints",
    "policy",
    "feedback",
    "clicks",
];

fn read(mut keys: Keys<'_>) -> Result<Scenario, Fault> {
    keys.only(&KEYS)?;
    let name = keys.get("name")?.map(Spanned::into_inner);
    let seed = keys.get("seed")?.map_or(DEFAULT_SEED, Spanned::into_inner);
    let runs = keys.whole("runs", DEFAULT_RUNS, 1..=i64::from(u32::MAX), "between 1 and 4294967295")?;
    let start = start(&mut keys)?;
    let days = keys.whole("days", None, 1..=MAX_DAYS, "between 1 and 3660")?;
    let trials_per_day = keys.whole("trials_per_day", None, 1..=MAX_TRIALS_PER_DAY, "between 1 and 86400000")?;
    let mut world = keys.table("environment")?.ok_or_else(|| keys.missing("environment"))?;
    let (edges, rates) = edges_and_rates(&mut world)?;
    let slots = keys.whole("k", 1, 1..=edges.len() as i64, "between 1 and the number of edges")? as usize;
    let prior = keys.beta("prior", Beta::UNIFORM)?;
    let checkpoints = checkpoints(&mut keys, days, trials_per_day)?;
    let trials_per_day = trials_per_day as u64;
    let horizon = days as u64 * trials_per_day;
    let setting = policy::Setting { slots, horizon, trials_per_day };
    let policies = policies(keys.tables("policy")?.unwrap_or_default(), &setting)?;
    let (delay, batch) = keys.table("feedback")?.map_or(Ok((Delay::None, 1)), feedback)?;
    let (clicks, credit) = keys.table("clicks")?.map_or(Ok(Default::default()), |keys| clicks(keys, slots))?;
    let (given, law) = match &rates {
        Rates::Given(given) => (Some(given.as_slice()), None),
        Rates::Drawn(law) => (None, Some(*law)),
    };
    let setting = environment::Setting { edges: &edges, rates: given, law, start, horizon, trials_per_day };
    let environment = environment::read(&mut world, &setting)?;
    Ok(Scenario {
        name,
        seed,
        runs: runs as u32,
        start,
        days: days as u32,
        trials_per_day,
        slots,
        prior,
        checkpoints,
        edges,
        rates,
        environment,
        policies,
        delay,
        batch,
        clicks,
        credit,
    })
}

/// That a log can hold the name of an edge.
fn edge_name(name: &str, at: &Spanned<f64>) -> Result<(), Fault> {
    let right = "names of one character or more, none of them U+0000";
    let named = !name.is_empty() && !name.contains('\0');
    let value = || name.escape_debug().to_string();
    named.then_some(()).ok_or_else(|| (at.span(), Problem::Range { key: "edges", value: value(), right }))
}

/// Logs hold times in 64 bits of nanoseconds, until 2262.
fn start(keys: &mut Keys<'_>) -> Result<Day, Fault> {
    let years = Day::from_days(0)..=Day::from_days(84_005);
    keys.get("start")?.map_or(Ok(DEFAULT_START), |day| {
        in_range("start", &day, years.contains(day.get_ref()), "between 1970-01-01 and 2199-12-31")
    })
}

/// Rates are given as a list, by name, or as a law and a count: exactly one of the three.
fn edges_and_rates(keys: &mut Keys<'_>) -> Result<(Edges, Rates), Fault> {
    const MAX_EDGES: i64 = 10_000_000;
    let numbered = |count: usize| (0..count).map(|index| format!("e{index}")).collect::<Edges>();
    let rates = keys.get::<Vec<Spanned<f64>>>("rates")?;
    let named = keys.get::<BTreeMap<String, Spanned<f64>>>("edges")?;
    let drawn = (keys.has("count"), keys.has("rates_from"));
    match (rates, named, drawn) {
        (Some(rates), None, (false, false)) => {
            not_empty("rates", &rates, rates.get_ref().is_empty())?;
            let given = rates.get_ref().iter().map(|rate| probability("rates", rate)).collect::<Result<Vec<_>, _>>()?;
            Ok((numbered(given.len()), Rates::Given(given)))
        }
        (None, Some(edges), (false, false)) => {
            not_empty("edges", &edges, edges.get_ref().is_empty())?;
            let mut listed: Vec<_> = edges.get_ref().iter().collect();
            listed.sort_by_key(|(_, rate)| rate.span().start);
            listed.iter().try_for_each(|(name, rate)| edge_name(name, rate))?;
            let names = listed.iter().map(|(name, _)| name).collect();
            let given = listed.iter().map(|(_, rate)| probability("edges", rate)).collect::<Result<_, _>>()?;
            Ok((names, Rates::Given(given)))
        }
        (None, None, (true, true)) => {
            let count = keys.whole("count", None, 1..=MAX_EDGES, "between 1 and 10000000")?;
            Ok((numbered(count as usize), Rates::Drawn(keys.beta("rates_from", None)?)))
        }
        _ => {
            let key = "rates`, `edges`, or `count` with `rates_from";
            Err((
                keys.span(),
                Problem::Missing { key, of: "an environment (exactly one way to give rates)".to_owned() },
            ))
        }
    }
}

/// The policies as listed; Thompson sampling if there are none.
fn policies(listed: Vec<Keys<'_>>, setting: &policy::Setting) -> Result<Vec<NamedPolicy>, Fault> {
    let listed = if listed.is_empty() { vec![Keys::parse("kind = \"thompson\"")?] } else { listed };
    let mut policies: Vec<NamedPolicy> = Vec::with_capacity(listed.len());
    for mut keys in listed {
        let label = keys.get::<String>("label")?;
        let recipe = policy::read(&mut keys, setting)?;
        let span = label.as_ref().map_or(keys.kind_span(), Spanned::span);
        let label = label.map_or(recipe.word().to_owned(), Spanned::into_inner);
        if label.is_empty() {
            return Err((span, Problem::Empty("label")));
        }
        if policies.iter().any(|policy| policy.label == label) {
            return Err((span, Problem::DuplicateLabel(label)));
        }
        policies.push(NamedPolicy { label, recipe });
    }
    Ok(policies)
}

fn feedback(mut keys: Keys<'_>) -> Result<(Delay, u64), Fault> {
    let batch = keys.whole("batch", 1, 1..=i64::MAX, "1 or more")?;
    let delay = keys.table("delay")?.map_or(Ok(Delay::None), |mut keys| Delay::read(&mut keys))?;
    keys.finish()?;
    Ok((delay, batch as u64))
}

fn clicks(mut keys: Keys<'_>, slots: usize) -> Result<(Clicks, Rule), Fault> {
    let clicks = Clicks::read(&mut keys, slots)?;
    let credit = Rule::read(&mut keys, &clicks)?;
    keys.finish()?;
    Ok((clicks, credit))
}

/// The numbers of trials after which regret is noted: those listed, or each day's last.
fn checkpoints(keys: &mut Keys<'_>, days: i64, trials_per_day: i64) -> Result<Vec<u64>, Fault> {
    let Some(listed) = keys.get::<Vec<Spanned<i64>>>("checkpoints")? else {
        return Ok((1..=days).map(|day| (day * trials_per_day) as u64).collect());
    };
    not_empty("checkpoints", &listed, listed.get_ref().is_empty())?;
    let mut previous = 0;
    let mut numbers = Vec::with_capacity(listed.get_ref().len());
    for listed in listed.get_ref() {
        let range = previous + 1..=days * trials_per_day;
        let valid = range.contains(listed.get_ref());
        previous = in_range("checkpoints", listed, valid, "ascending numbers between 1 and days × trials_per_day")?;
        numbers.push(previous as u64);
    }
    Ok(numbers)
}
