//! The hot paths, a line of JSON each: the nanoseconds of CPU time that one operation takes, the median and the range of
//! several repetitions.
//!
//! `cargo bench --bench hot`, or of one case `cargo bench --bench hot -- choose 1000 --posteriors FILE --repetitions 1`. FILE
//! is `edge,alpha,beta`; without it posteriors are drawn. So that others can be held against them, `chosen` prints which edges
//! are chosen how often instead, `simulate` adds the regret, and `fit` the prior.

mod common;

use std::collections::BTreeMap;
use std::hint::black_box;

use betadrift::beta::Beta;
use betadrift::convergence::{Settings, convergence};
use betadrift::decision::decide;
use betadrift::posterior::Priors;
use betadrift::seed::{Purpose, Stream, stream};
use betadrift::selection::Chooser;
use betadrift::simulate::simulate;
use betadrift::timeline::View;
use betadrift::tune::{Evidence, Fit};
use serde_json::{Value, json};

use common::{Outcome, counts, cpu_seconds, median, posteriors, scenario, seconds_of_one, timeline};

/// Each case, with the numbers of edges at which it is measured unless one is asked for.
const CASES: [(&str, Case, &[usize]); 7] = [
    ("choose", choose, &[10, 1_000, 100_000]),
    ("update", update, &[10, 1_000, 100_000]),
    ("chosen", chosen, &[]),
    ("simulate", play, &[10, 100, 1_000, 100_000]),
    ("best", best, &[1_000, 100_000]),
    ("fit", fit, &[100_000]),
    ("convergence", analyse, &[10_000]),
];

type Case = fn(&Options, usize) -> Outcome<Value>;

/// Less than so many CPU seconds are not measured.
const ENOUGH: f64 = 0.3;

fn main() -> Outcome<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    for (name, case, usual) in CASES {
        if options.case.as_ref().is_some_and(|asked| asked != name) {
            continue;
        }
        for &edges in options.edges.as_ref().map_or(usual, std::slice::from_ref) {
            let mut line = json!({ "case": name, "edges": edges });
            if let (Value::Object(line), Value::Object(measured)) = (&mut line, case(&options, edges)?) {
                line.extend(measured);
            }
            println!("{line}");
        }
    }
    Ok(())
}

/// What the command line asks for.
struct Options {
    case: Option<String>,
    edges: Option<usize>,
    posteriors: Option<String>,
    repetitions: usize,
}

impl Options {
    fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self { case: None, edges: None, posteriors: None, repetitions: 5 };
        // `--bench` is what cargo adds.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--posteriors" => options.posteriors = arguments.next(),
                "--repetitions" => options.repetitions = arguments.next().ok_or("how many repetitions?")?.parse()?,
                _ if options.case.is_none() && CASES.iter().any(|case| case.0 == argument) => {
                    options.case = Some(argument);
                }
                _ => {
                    options.edges =
                        Some(argument.parse().map_err(|_| format!("{argument} is neither a case nor a number"))?)
                }
            }
        }
        Ok(options)
    }

    /// Those of the file, or as many as asked for.
    fn posteriors(&self, edges: usize) -> Outcome<Vec<Beta>> {
        if let Some(path) = &self.posteriors {
            let row = |row: Result<(String, f64, f64), csv::Error>| row.map(|(_, alpha, beta)| Beta::new(alpha, beta));
            return csv::Reader::from_path(path)?.deserialize().map(|read| Ok(row(read)??)).collect();
        }
        posteriors(edges)
    }

    /// CPU nanoseconds of one operation.
    fn measure<T>(&self, mut operation: impl FnMut() -> T) -> Value {
        let mut nanoseconds = || 1e9 * seconds_of_one(ENOUGH, || _ = black_box(operation()));
        spread((0..self.repetitions).map(|_| nanoseconds()).collect())
    }
}

fn spread(mut nanoseconds: Vec<f64>) -> Value {
    let median = median(&mut nanoseconds);
    json!({ "ns": median, "least": nanoseconds.first(), "greatest": nanoseconds.last() })
}

fn chance() -> Stream {
    stream(1, Purpose::Choice, &[])
}

fn choose(options: &Options, edges: usize) -> Outcome<Value> {
    let (mut chooser, mut rng) = (Chooser::new(&options.posteriors(edges)?), chance());
    Ok(options.measure(|| chooser.choose(&mut rng)))
}

/// A success or a failure of one edge after another, spread over all.
fn update(options: &Options, edges: usize) -> Outcome<Value> {
    let mut chooser = Chooser::new(&options.posteriors(edges)?);
    // A first choice, so that there is something to keep up to date.
    let mut rng = chance();
    (0..100).for_each(|_| _ = black_box(chooser.choose(&mut rng)));
    let mut edge = 0;
    Ok(options.measure(|| {
        // Coprime to the numbers of edges here.
        edge = (edge + 7_919) % edges;
        let old = chooser.posterior(edge);
        let (up, down) = if edge % 10 == 0 { (1.0, 0.0) } else { (0.0, 1.0) };
        chooser.set(edge, Beta::new(old.alpha() + up, old.beta() + down).unwrap_or(old));
    }))
}

fn chosen(options: &Options, edges: usize) -> Outcome<Value> {
    const CHOICES: usize = 200_000;
    let (mut chooser, mut rng) = (Chooser::new(&options.posteriors(edges)?), chance());
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    (0..CHOICES).filter_map(|_| chooser.choose(&mut rng)).for_each(|edge| *counts.entry(edge).or_default() += 1);
    Ok(json!({ "choices": CHOICES, "chosen": counts.into_iter().collect::<Vec<_>>() }))
}

/// Thompson sampling over 100 000 trials, in as many runs as take a second or so.
fn play(options: &Options, edges: usize) -> Outcome<Value> {
    const TRIALS: u64 = 100_000;
    let runs = match edges {
        0..100 => 64,
        100..1_000 => 16,
        1_000..10_000 => 8,
        _ => 2,
    };
    let scenario = scenario(runs, 1, TRIALS, edges as u64)?;
    let mut regret = None;
    let times = (0..options.repetitions).map(|_| {
        let start = cpu_seconds();
        regret = simulate(&scenario).policies[0].regret.last().copied();
        (cpu_seconds() - start) / (runs * TRIALS) as f64 * 1e9
    });
    let mut line = spread(times.collect());
    line["runs"] = json!(runs);
    line["trials"] = json!(TRIALS);
    line["regret"] = json!(regret);
    Ok(line)
}

fn best(options: &Options, edges: usize) -> Outcome<Value> {
    let posteriors = options.posteriors(edges)?;
    Ok(options.measure(|| decide(&posteriors)))
}

/// From the counts to the prior and its interval.
fn fit(options: &Options, edges: usize) -> Outcome<Value> {
    let counts = counts(&options.posteriors(edges)?);
    let fitted = || Fit::new(&Evidence::new(counts.iter().copied()), 0.95);
    let mut line = options.measure(fitted);
    line["prior"] = json!(fitted().maximum.map(|maximum| [maximum.prior.alpha(), maximum.prior.beta()]));
    Ok(line)
}

/// Of thirty days.
fn analyse(options: &Options, edges: usize) -> Outcome<Value> {
    let (timeline, priors) = (timeline(edges, 30)?, Priors::new(Beta::UNIFORM));
    Ok(options.measure(|| convergence(&timeline, &priors, View::Cumulative, &Settings::default())))
}
