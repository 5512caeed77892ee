//! How cost grows: events, edges, days, runs and threads are doubled four times each, and an exponent is fitted to what that
//! costs: 1 if the cost grows as the size does, 0 if not at all.
//!
//! `cargo bench --bench growth` prints the table, `-- --write` writes it into `benches/README.md`, `-- --check` exits 1 if a
//! cost grows faster than it may. A word picks the axes whose name contains it.

mod common;

use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use betadrift::beta::Beta;
use betadrift::compare::{Belief, Side, compare};
use betadrift::convergence::{Settings, convergence};
use betadrift::decision::decide;
use betadrift::log::Input;
use betadrift::posterior::Priors;
use betadrift::replay::{Options, replay};
use betadrift::seed::{Purpose, stream};
use betadrift::selection::Chooser;
use betadrift::simulate::simulate;
use betadrift::timeline::View;
use betadrift::tune::{Evidence, Fit};
use tempfile::NamedTempFile;

use common::{Outcome, counts, cpu_seconds, median, posteriors, scenario, seconds_of_one, timeline};

/// Something that can be done again and again.
type Work = Box<dyn FnMut() + Send>;

type Make = fn() -> Outcome<Work>;

/// A number that is doubled, from `first` on, while all others stay.
struct Axis {
    doubled: &'static str,
    of: &'static str,
    first: u64,
    work: fn(u64) -> Outcome<Work>,
    /// The exponent that the cost may have, noise included.
    at_most: f64,
}

const AXES: [Axis; 14] = [
    Axis {
        doubled: "events",
        of: "replay, 1 000 edges, 30 days",
        first: 125_000,
        work: replay_events,
        at_most: LINEAR,
    },
    Axis { doubled: "edges", of: "replay, 10⁶ events, 30 days", first: 4_000, work: replay_edges, at_most: LINEAR },
    Axis { doubled: "days", of: "replay, 10⁶ events, 1 000 edges", first: 30, work: replay_days, at_most: LINEAR },
    Axis { doubled: "edges", of: "convergence, 30 days", first: 500, work: convergence_edges, at_most: LINEAR },
    Axis { doubled: "days", of: "convergence, 100 edges", first: 15, work: convergence_days, at_most: LINEAR },
    Axis { doubled: "edges", of: "P(best)", first: 2_000, work: best, at_most: LINEAR },
    Axis { doubled: "edges", of: "compare", first: 250, work: compare_edges, at_most: LINEAR },
    Axis { doubled: "edges", of: "evidence fit", first: 12_500, work: fit, at_most: LINEAR },
    Axis { doubled: "edges", of: "a Thompson choice", first: 6_250, work: choose, at_most: LEVEL },
    Axis { doubled: "edges", of: "an update", first: 6_250, work: update, at_most: LEVEL },
    Axis { doubled: "trials", of: "simulate, 10 edges", first: 20_000, work: simulate_trials, at_most: LINEAR },
    Axis { doubled: "edges", of: "simulate, 20 000 trials", first: 100, work: simulate_edges, at_most: LINEAR },
    Axis { doubled: "runs", of: "simulate, 10 edges, 5 000 trials", first: 8, work: simulate_runs, at_most: LINEAR },
    Axis {
        doubled: "days",
        of: "simulate, 10 edges, 500 trials a day",
        first: 30,
        work: simulate_days,
        at_most: LINEAR,
    },
];

/// What is done by ever more threads.
const SHARED: [(&str, Make); 3] = [
    ("replay, 2·10⁶ events", || replay_events(2_000_000)),
    ("convergence, 4 000 edges, 30 days", || convergence_edges(4_000)),
    ("simulate, 128 runs", || simulate_runs(128)),
];

/// As the size does, and a tenth for noise and for caches that no longer hold it all.
const LINEAR: f64 = 1.1;

/// Hardly: by the logarithm of a tree, and by caches.
const LEVEL: f64 = 0.3;

/// More threads may use so much more CPU time in all, as the exponent of a doubling.
const SHARING: f64 = 0.25;

const DOUBLINGS: u32 = 4;
const ROUNDS: usize = 5;

/// Seconds; what takes less is done often.
const ENOUGH: f64 = 0.05;

const BEGIN: &str = "<!-- growth: made by the bench growth -->\n";
const END: &str = "<!-- /growth -->\n";

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let word = arguments.iter().find(|argument| !argument.starts_with("--"));
    let picked = |name: &str| word.is_none_or(|word| name.contains(word.as_str()));

    let (mut table, mut too_fast) = (heading(), vec![]);
    for axis in AXES.iter().filter(|axis| picked(&format!("{}: {}", axis.doubled, axis.of))) {
        let (row, exponent) = axis.measure()?;
        table += &row;
        eprint!("{row}");
        if exponent > axis.at_most {
            too_fast.push(format!("{}: {}", axis.doubled, axis.of));
        }
    }
    table += &threads_heading();
    for (of, work) in SHARED.iter().filter(|(of, _)| picked(&format!("threads: {of}"))) {
        let (row, exponent) = threads(of, *work)?;
        table += &row;
        eprint!("{row}");
        if exponent > SHARING {
            too_fast.push(format!("threads: {of}"));
        }
    }
    if asked("--write") {
        write(&table)?
    } else {
        println!("{table}")
    }
    too_fast.iter().for_each(|name| eprintln!("grows faster than it may: {name}"));
    Ok(if asked("--check") && !too_fast.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn heading() -> String {
    "\nCPU time of all threads at each size, the median of 5, and the exponent of its growth: 1 where it doubles with the size.\n\n\
     | doubled | of | from … to | CPU time | for one, first and last | exponent | at most |\n|---|---|---|---|---|---:|---:|\n"
        .to_owned()
}

fn threads_heading() -> String {
    "\nThe same work by ever more threads: how much faster by the wall, and the exponent of the CPU time, which is 0 where\n\
     sharing costs nothing.\n\n| work | threads | faster | exponent of CPU time | at most |\n|---|---|---|---:|---:|\n"
        .to_owned()
}

impl Axis {
    /// The row of the table, and the exponent.
    fn measure(&self) -> Outcome<(String, f64)> {
        let sizes: Vec<u64> = (0..=DOUBLINGS).map(|power| self.first << power).collect();
        let mut works = sizes.iter().map(|&size| (self.work)(size)).collect::<Outcome<Vec<Work>>>()?;
        let mut measured = vec![vec![]; sizes.len()];
        // By turns, so that what else the machine does falls on all.
        for _ in 0..ROUNDS {
            for (work, seconds) in works.iter_mut().zip(&mut measured) {
                seconds.push(seconds_of_one(ENOUGH, work));
            }
        }
        let medians: Vec<f64> = measured.iter_mut().map(|seconds| median(seconds)).collect();
        let exponent = slope(&sizes, &medians);
        let all: Vec<String> = medians.iter().map(|&seconds| shown(seconds)).collect();
        let row = format!(
            "| {} | {} | {} … {} | {} | {} | {exponent:.2} | {} |\n",
            self.doubled,
            self.of,
            grouped(self.first),
            grouped(self.first << DOUBLINGS),
            all.join(", "),
            if self.at_most == LEVEL { "–".to_owned() } else { each(&medians, &sizes) },
            self.at_most,
        );
        Ok((row, exponent))
    }
}

/// What one unit takes at the first size and at the last.
fn each(seconds: &[f64], sizes: &[u64]) -> String {
    let one = |at: usize| shown(seconds[at] / sizes[at] as f64);
    format!("{} → {}", one(0), one(sizes.len() - 1))
}

/// The row of what is shared by 1, 2, 4, … threads, and the exponent of its CPU time.
fn threads(of: &str, work: Make) -> Outcome<(String, f64)> {
    let cores = std::thread::available_parallelism()?.get() as u64;
    let counts: Vec<u64> = (0..).map(|power| 1 << power).take_while(|&count| count <= cores).collect();
    let (mut work, mut walls, mut cpus) = (work()?, vec![vec![]; counts.len()], vec![vec![]; counts.len()]);
    for _ in 0..ROUNDS {
        for (at, &count) in counts.iter().enumerate() {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(count as usize).build()?;
            let (wall, cpu) = (Instant::now(), cpu_seconds());
            pool.install(&mut work);
            walls[at].push(wall.elapsed().as_secs_f64());
            cpus[at].push(cpu_seconds() - cpu);
        }
    }
    let medians = |all: &mut [Vec<f64>]| all.iter_mut().map(|one| median(one)).collect::<Vec<f64>>();
    let (walls, cpus) = (medians(&mut walls), medians(&mut cpus));
    let faster: Vec<String> = walls.iter().map(|wall| format!("{:.2}×", walls[0] / wall)).collect();
    let listed: Vec<String> = counts.iter().map(u64::to_string).collect();
    let exponent = if counts.len() > 1 { slope(&counts, &cpus) } else { 0.0 };
    Ok((format!("| {of} | {} | {} | {exponent:.2} | {SHARING} |\n", listed.join(", "), faster.join(", ")), exponent))
}

/// The slope of ln y over ln x, by least squares.
fn slope(x: &[u64], y: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> = x.iter().zip(y).map(|(&x, y)| ((x as f64).ln(), y.ln())).collect();
    let count = points.len() as f64;
    let (mean_x, mean_y) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / count, b + y / count));
    let (top, bottom) = points
        .iter()
        .fold((0.0, 0.0), |(top, bottom), (x, y)| (top + (x - mean_x) * (y - mean_y), bottom + (x - mean_x).powi(2)));
    top / bottom
}

fn shown(seconds: f64) -> String {
    let (scale, unit) = match seconds {
        1.0.. => (1.0, "s"),
        1e-3.. => (1e3, "ms"),
        1e-6.. => (1e6, "µs"),
        _ => (1e9, "ns"),
    };
    let number = seconds * scale;
    if number < 10.0 { format!("{number:.2} {unit}") } else { format!("{number:.0} {unit}") }
}

/// Digits in threes.
fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{} {:03}", grouped(number / 1000), number % 1000) }
}

/// Puts the table between its marks.
fn write(table: &str) -> Outcome<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/README.md");
    let text = fs::read_to_string(path)?;
    let (before, rest) =
        text.split_once(BEGIN).ok_or("benches/README.md does not say where the table of growth begins")?;
    let (_, after) = rest.split_once(END).ok_or("benches/README.md does not say where the table of growth ends")?;
    Ok(fs::write(path, format!("{before}{BEGIN}{table}\n{END}{after}"))?)
}

/// A log of so many events in order of time, spread over edges and days by a multiplicative hash (Knuth, TAOCP 6.4).
fn log(events: u64, edges: u64, days: u64) -> Outcome<NamedTempFile> {
    let file = NamedTempFile::new()?;
    let mut out = BufWriter::new(&file);
    writeln!(out, "timestamp,edge,reward,propensity")?;
    for event in 0..events {
        let time = 1_767_225_600 + event * days * 86_400 / events;
        let edge = event.wrapping_mul(11_400_714_819_323_198_485) % edges;
        writeln!(out, "{time},docs/section-{edge:07},{},0.25", event & 1)?;
    }
    out.flush()?;
    drop(out);
    Ok(file)
}

fn replayed(events: u64, edges: u64, days: u64) -> Outcome<Work> {
    let file = log(events, edges, days)?;
    Ok(Box::new(move || {
        black_box(replay(vec![Input::path(file.path())], &Options::default(), &|_| {}).expect("a log as it should be"));
    }))
}

fn replay_events(events: u64) -> Outcome<Work> {
    replayed(events, 1_000, 30)
}

fn replay_edges(edges: u64) -> Outcome<Work> {
    replayed(1_000_000, edges, 30)
}

fn replay_days(days: u64) -> Outcome<Work> {
    replayed(1_000_000, 1_000, days)
}

fn analysed(edges: u64, days: u64) -> Outcome<Work> {
    let (timeline, priors) = (timeline(edges as usize, days as i32)?, Priors::new(Beta::UNIFORM));
    Ok(Box::new(move || _ = black_box(convergence(&timeline, &priors, View::Cumulative, &Settings::default()))))
}

fn convergence_edges(edges: u64) -> Outcome<Work> {
    analysed(edges, 30)
}

fn convergence_days(days: u64) -> Outcome<Work> {
    analysed(100, days)
}

fn best(edges: u64) -> Outcome<Work> {
    let posteriors = posteriors(edges as usize)?;
    Ok(Box::new(move || _ = black_box(decide(&posteriors))))
}

fn compare_edges(edges: u64) -> Outcome<Work> {
    let posteriors = posteriors(2 * edges as usize)?;
    let side = |posteriors: &[Beta]| {
        let belief = |(at, &posterior): (usize, &Beta)| {
            let pulls = posterior.alpha() + posterior.beta();
            Belief { edge: format!("{at:06}").into(), posterior, pulls, state: None }
        };
        Side { edges: posteriors.iter().enumerate().map(belief).collect(), ..Side::default() }
    };
    let (before, after) = posteriors.split_at(edges as usize);
    let (before, after) = (side(before), side(after));
    Ok(Box::new(move || _ = black_box(compare(&before, &after, 0.95))))
}

fn fit(edges: u64) -> Outcome<Work> {
    let counts = counts(&posteriors(edges as usize)?);
    Ok(Box::new(move || _ = black_box(Fit::new(&Evidence::new(counts.iter().copied()), 0.95))))
}

fn choose(edges: u64) -> Outcome<Work> {
    let (mut chooser, mut rng) = (Chooser::new(&posteriors(edges as usize)?), stream(1, Purpose::Choice, &[]));
    Ok(Box::new(move || _ = black_box(chooser.choose(&mut rng))))
}

fn update(edges: u64) -> Outcome<Work> {
    let (mut chooser, mut rng) = (Chooser::new(&posteriors(edges as usize)?), stream(1, Purpose::Choice, &[]));
    (0..100).for_each(|_| _ = black_box(chooser.choose(&mut rng)));
    let mut edge = 0;
    Ok(Box::new(move || {
        edge = (edge + 7_919) % edges as usize;
        let old = chooser.posterior(edge);
        chooser.set(edge, Beta::new(old.alpha(), old.beta() + 1.0).unwrap_or(old));
    }))
}

fn simulated(runs: u64, days: u64, trials_per_day: u64, edges: u64) -> Outcome<Work> {
    let scenario = scenario(runs, days, trials_per_day, edges)?;
    Ok(Box::new(move || _ = black_box(simulate(&scenario))))
}

fn simulate_trials(trials: u64) -> Outcome<Work> {
    simulated(1, 1, trials, 10)
}

fn simulate_edges(edges: u64) -> Outcome<Work> {
    simulated(1, 1, 20_000, edges)
}

fn simulate_runs(runs: u64) -> Outcome<Work> {
    simulated(runs, 1, 5_000, 10)
}

fn simulate_days(days: u64) -> Outcome<Work> {
    simulated(1, days, 500, 10)
}
