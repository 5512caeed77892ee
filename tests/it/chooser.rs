//! Protects choices without drawing from every edge: their law is that of drawing every edge and taking the greatest.

use betadrift::beta::Beta;
use betadrift::decision::decide;
use betadrift::seed::{Purpose, Stream, stream};
use betadrift::selection::Chooser;

fn chance(index: u64) -> Stream {
    stream(11, Purpose::Choice, &[index])
}

fn beta(alpha: f64, beta: f64) -> Beta {
    Beta::new(alpha, beta).unwrap()
}

/// Kolmogorov–Smirnov: √n times the greatest distance from the uniform law. Its upper 0.01 % point is 2.23.
fn uniform_distance(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let gap = |(at, value): (usize, &f64)| (value - at as f64 / n).max((at + 1) as f64 / n - value);
    values.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

const DISTANCE: f64 = 2.23;

/// Pearson's χ² of counts against chances, as a standard normal variable (Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684).
/// Those expected fewer than five times are one.
fn chi_square(counts: &[f64], chances: &[f64]) -> f64 {
    let n: f64 = counts.iter().sum();
    let (mut sum, mut cells, mut rest) = (0.0, 0.0, (0.0, 0.0));
    let mut add = |count: f64, expected: f64| {
        sum += (count - expected).powi(2) / expected;
        cells += 1.0;
    };
    for (&count, &p) in counts.iter().zip(chances) {
        if n * p < 5.0 {
            rest = (rest.0 + count, rest.1 + n * p);
        } else {
            add(count, n * p);
        }
    }
    if rest.1 > 1.0 {
        add(rest.0, rest.1);
    } else {
        assert!(rest.0 < 12.0, "{rest:?}");
    }
    let freedom: f64 = cells - 1.0;
    if freedom < 1.0 {
        return 0.0;
    }
    let spread = 2.0 / (9.0 * freedom);
    ((sum / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Beyond this a normal variable is 1 time in 10 000.
const DEVIATION: f64 = 3.72;

/// The probability that all draws are at most `logit`.
fn all_below(posteriors: &[(Beta, f64)], logit: f64) -> f64 {
    posteriors.iter().map(|(posterior, count)| count * ln_below(*posterior, logit)).sum::<f64>().exp()
}

fn ln_below(posterior: Beta, logit: f64) -> f64 {
    let above = posterior.sf_logit(logit);
    if above < 0.5 { (-above).ln_1p() } else { posterior.cdf_logit(logit).ln() }
}

/// Posteriors with how many edges have each; an edge's kind is its number modulo their number until one is used up.
struct World {
    name: &'static str,
    kinds: Vec<(Beta, f64)>,
    choices: usize,
}

impl World {
    fn new(name: &'static str, kinds: Vec<(Beta, f64)>, choices: usize) -> Self {
        Self { name, kinds, choices }
    }

    /// The kind of every edge.
    fn edges(&self) -> Vec<usize> {
        let most = self.kinds.iter().map(|kind| kind.1 as usize).max().unwrap();
        (0..most).flat_map(|at| (0..self.kinds.len()).filter(move |&kind| at < self.kinds[kind].1 as usize)).collect()
    }

    /// The probability that the best edge is of each kind.
    fn chances(&self, edges: &[usize]) -> Vec<f64> {
        if edges.len() > 3_000 {
            return self.quadrature();
        }
        let posteriors: Vec<Beta> = edges.iter().map(|&kind| self.kinds[kind].0).collect();
        let mut chances = vec![0.0; self.kinds.len()];
        for (p, &kind) in decide(&posteriors).p_best.iter().zip(edges) {
            chances[kind] += p;
        }
        chances
    }

    /// ∫ n f/F Π Fⁿ over the logits, by the trapezoidal rule.
    fn quadrature(&self) -> Vec<f64> {
        let mut chances = vec![0.0; self.kinds.len()];
        let step = 2e-3;
        for logit in (-8_000..8_000).map(|at| step * f64::from(at)) {
            let below = all_below(&self.kinds, logit);
            if below > 1e-12 && below < 1.0 - 1e-12 {
                for (chance, &(posterior, count)) in chances.iter_mut().zip(&self.kinds) {
                    let hazard = (posterior.ln_density_logit(logit) - ln_below(posterior, logit)).exp();
                    *chance += step * count * hazard * below;
                }
            }
        }
        chances
    }

    /// How far the chooser is from the law: by kind, χ² as a normal variable, and by value, Kolmogorov–Smirnov.
    fn distances(&self, choose: impl FnMut(&mut Stream) -> (usize, f64), edges: &[usize]) -> (f64, f64) {
        let rng = &mut chance(self.kinds.len() as u64);
        let (mut counts, mut values, mut choose) = (vec![0.0; self.kinds.len()], Vec::new(), choose);
        let every = self.choices.div_ceil(2_000);
        for at in 0..self.choices {
            let (edge, logit) = choose(rng);
            counts[edges[edge]] += 1.0;
            if at % every == 0 {
                values.push(all_below(&self.kinds, logit));
            }
        }
        (chi_square(&counts, &self.chances(edges)), uniform_distance(values))
    }

    fn chooser(&self, edges: &[usize]) -> Chooser {
        Chooser::new(&edges.iter().map(|&kind| self.kinds[kind].0).collect::<Vec<_>>())
    }
}

/// The edge chosen and the logit drawn of it.
fn choose(chooser: &mut Chooser, rng: &mut Stream) -> (usize, f64) {
    let edge = chooser.choose(rng).unwrap();
    let (drawn, draw) = chooser.drawn().next().unwrap();
    assert_eq!(edge, drawn);
    (edge, draw.logit)
}

fn one_of_each(posteriors: impl Iterator<Item = (f64, f64)>) -> Vec<(Beta, f64)> {
    posteriors.map(|(a, b)| (beta(a, b), 1.0)).collect()
}

fn worlds() -> Vec<World> {
    let spread = |n: u32| (0..n).map(move |at| f64::from(at) / f64::from(n));
    vec![
        World::new("ten", one_of_each(spread(10).map(|x| (1.0 + 20.0 * x, 30.0 - 9.0 * x))), 60_000),
        World::new("pulled", one_of_each(spread(120).map(|x| (2.0 + 40.0 * x * x, 200.0 - 50.0 * x))), 60_000),
        World::new("below one", one_of_each(spread(60).map(|x| (0.02 + x, 0.5 + 3.0 * x))), 40_000),
        World::new("next to nothing", one_of_each(spread(40).map(|x| (0.001 + 0.015 * x, 1.0 + 20.0 * x))), 20_000),
        World::new("rare", vec![(beta(0.01, 3.0), 900.0), (beta(0.004, 0.5), 600.0)], 20_000),
        World::new(
            "of all magnitudes",
            one_of_each((0..45).map(|at| {
                let pulls = 10f64.powf(f64::from(at) / 5.0);
                (0.1 * pulls * (1.0 + 2.0 / pulls.sqrt()), 0.9 * pulls)
            })),
            40_000,
        ),
        World::new(
            "dominated",
            vec![(beta(300.0, 700.0), 1.0), (beta(3.0, 20.0), 800.0), (beta(1.0, 9.0), 9.0)],
            40_000,
        ),
        World::new("huge", one_of_each(spread(50).map(|x| (1e8 + 2e4 * x, 3e8))), 30_000),
        World::new("failures below one", one_of_each(spread(70).map(|x| (2.0 * x + 0.1, 0.01 + 0.6 * x))), 30_000),
        World::new("many alike", vec![(Beta::UNIFORM, 700.0), (Beta::UNIFORM, 1_300.0)], 40_000),
        World::new(
            "a hundred thousand",
            vec![
                (Beta::UNIFORM, 3_000.0),
                (beta(2.0, 1.1), 17_000.0),
                (beta(9.0, 9.0), 50_000.0),
                (beta(0.3, 1.0), 30_000.0),
            ],
            8_000,
        ),
    ]
}

#[test]
fn choices_have_the_law_of_drawing_every_edge() {
    for world in worlds() {
        let edges = world.edges();
        let mut chooser = world.chooser(&edges);
        let (by_kind, by_value) = world.distances(|rng| choose(&mut chooser, rng), &edges);
        assert!(by_kind < DEVIATION && by_value < DISTANCE, "{}: {by_kind} {by_value}", world.name);
    }
}
