//! What the benches that measure by themselves share: a clock, and worlds to measure in.

use betadrift::beta::Beta;
use betadrift::feedback::{Counts, Day};
use betadrift::seed::{Purpose, stream};
use betadrift::simulate::Scenario;
use betadrift::timeline::{Fold, Timeline};
use rand::RngExt;

pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The CPU seconds that all threads of this process have used.
#[cfg(unix)]
pub(crate) fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Where there is no such clock, the seconds since the first call.
#[cfg(not(unix))]
pub(crate) fn cpu_seconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}

/// The CPU seconds of doing something once. What is soon done is done so often that it takes `enough` of them.
pub(crate) fn seconds_of_one(enough: f64, mut work: impl FnMut()) -> f64 {
    let mut times = 1;
    loop {
        let start = cpu_seconds();
        (0..times).for_each(|_| work());
        let took = cpu_seconds() - start;
        if took >= enough {
            return took / f64::from(times);
        }
        times = (f64::from(times) * (1.3 * enough / took.max(1e-9)).clamp(2.0, 100.0)).ceil() as u32;
    }
}

/// Sorts what was measured; at least one.
pub(crate) fn median(measured: &mut [f64]) -> f64 {
    measured.sort_unstable_by(f64::total_cmp);
    let (count, half) = (measured.len(), measured.len() / 2);
    if count % 2 == 1 { measured[half] } else { (measured[half - 1] + measured[half]) / 2.0 }
}

/// Beliefs after 50 to 500 pulls each, of rates from Beta(2, 18).
pub(crate) fn posteriors(edges: usize) -> Outcome<Vec<Beta>> {
    let (world, rng) = (Beta::new(2.0, 18.0)?, &mut stream(1, Purpose::World, &[]));
    let mut posterior = || {
        let (rate, pulls) = (world.draw(rng), rng.random_range(50..=500u32));
        let successes = (0..pulls).filter(|_| rng.random::<f64>() < rate).count() as f64;
        Ok(Beta::new(1.0 + successes, 1.0 + f64::from(pulls) - successes)?)
    };
    (0..edges).map(|_| posterior()).collect()
}

/// The counts behind beliefs that started from Beta(1, 1).
pub(crate) fn counts(posteriors: &[Beta]) -> Vec<Counts> {
    posteriors.iter().map(|known| Counts::whole(known.alpha() as u64 - 1, known.beta() as u64 - 1)).collect()
}

/// Ten pulls a day on each edge, rates from Beta(2, 18).
pub(crate) fn timeline(edges: usize, days: i32) -> Outcome<Timeline> {
    let (world, rng) = (Beta::new(2.0, 18.0)?, &mut stream(1, Purpose::World, &[]));
    let mut fold = Fold::default();
    for index in 0..edges {
        let (edge, rate) = (fold.edge(&format!("edge-{index:06}")), world.draw(rng));
        for day in 0..days {
            let successes = (0..10).filter(|_| rng.random::<f64>() < rate).count() as u64;
            fold.add(Day::from_days(day), edge, Counts::whole(successes, 10 - successes));
        }
    }
    Ok(fold.finish())
}

/// Thompson sampling among edges whose rates, other ones in each run, are from Beta(2, 18) and stay.
pub(crate) fn scenario(runs: u64, days: u64, trials_per_day: u64, edges: u64) -> Outcome<Scenario> {
    let text = format!(
        "runs = {runs}\ndays = {days}\ntrials_per_day = {trials_per_day}\n[environment]\nkind = \"stationary\"\n\
         count = {edges}\nrates_from = [2, 18]\n[[policy]]\nkind = \"thompson\"\n"
    );
    Ok(Scenario::from_toml(&text)?)
}
