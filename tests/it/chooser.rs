//! Protects choices without drawing from every edge: their law is that of drawing every edge and taking the greatest.

use betadrift::beta::Beta;
use betadrift::decision::decide;
use betadrift::seed::{Purpose, Stream, stream};
use betadrift::selection::{Chooser, draw, greatest};
use rand::RngExt;

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

/// A check that a wrong law passes is no check: here posteriors are wrong by some percent of what they know.
#[test]
fn choices_from_slightly_wrong_posteriors_are_told_apart() {
    for world in worlds().into_iter().filter(|world| ["ten", "pulled", "dominated"].contains(&world.name)) {
        let edges = world.edges();
        let wrong = |&kind: &usize| {
            let (posterior, _) = world.kinds[kind];
            // All but the first kind are believed a little less.
            beta(posterior.alpha(), posterior.beta() * if kind == 0 { 1.0 } else { 1.06 })
        };
        let mut chooser = Chooser::new(&edges.iter().map(wrong).collect::<Vec<_>>());
        let (by_kind, by_value) = world.distances(|rng| choose(&mut chooser, rng), &edges);
        assert!(by_kind > DEVIATION || by_value > DISTANCE, "{}: {by_kind} {by_value}", world.name);
    }
}

/// Posteriors that a chooser is told of, and which edges are masked.
struct Told {
    chooser: Chooser,
    posteriors: Vec<Beta>,
    masked: Vec<bool>,
}

impl Told {
    fn new(edges: usize) -> Self {
        let posteriors = vec![beta(1.0, 2.0); edges];
        Self { chooser: Chooser::new(&posteriors), posteriors, masked: vec![false; edges] }
    }

    fn set(&mut self, edge: usize, posterior: Beta) {
        self.posteriors[edge] = posterior;
        self.chooser.set(edge, posterior);
    }

    /// Feedback on the edge chosen, and now and then a mask, its end, a new edge, or everything fades.
    fn change(&mut self, chosen: usize, rng: &mut Stream) {
        let (known, rate) = (self.posteriors[chosen], 0.1 + 0.5 * chosen as f64 / self.posteriors.len() as f64);
        let (up, down) = if rng.random::<f64>() < rate { (1.0, 0.0) } else { (0.0, 1.0) };
        self.set(chosen, beta(known.alpha() + up, known.beta() + down));
        let other = rng.random_range(0..self.posteriors.len());
        match rng.random_range(0..60) {
            0..8 if other != chosen => {
                self.masked[other] = true;
                self.chooser.mask(other);
            }
            8..20 => {
                self.masked[other] = false;
                self.chooser.unmask(other);
            }
            20..24 => self.set(other, beta(0.05 + 3.0 * rng.random::<f64>(), 0.2 + 9.0 * rng.random::<f64>())),
            24 => {
                let faded = |known: &Beta| {
                    beta(1.0 + 0.8 * (known.alpha() - 1.0).max(0.0), 2.0 + 0.8 * (known.beta() - 2.0).max(0.0))
                };
                self.posteriors = self.posteriors.iter().map(faded).collect();
                self.chooser.set_all(self.posteriors.iter().copied());
            }
            _ => {}
        }
    }

    /// The edges that may be chosen.
    fn eligible(&self) -> Vec<usize> {
        (0..self.posteriors.len()).filter(|&edge| !self.masked[edge]).collect()
    }
}

/// Whatever the posteriors of the moment are, the law of a choice sends it to a uniform number: the chances of edges before the
/// one chosen and a random part of its own, and the probability that all draws lie below the one that won.
#[test]
fn the_law_holds_while_posteriors_change() {
    for (edges, steps) in [(14, 3_000), (150, 1_500)] {
        let (mut told, rng) = (Told::new(edges), &mut chance(edges as u64));
        let (mut by_edge, mut by_value) = (Vec::new(), Vec::new());
        for _ in 0..steps {
            let (chosen, logit) = choose(&mut told.chooser, rng);
            let eligible = told.eligible();
            let posteriors: Vec<Beta> = eligible.iter().map(|&edge| told.posteriors[edge]).collect();
            by_value.push(posteriors.iter().map(|&posterior| ln_below(posterior, logit)).sum::<f64>().exp());
            if edges < 100 {
                let (p, at) = (decide(&posteriors).p_best, eligible.binary_search(&chosen).unwrap());
                by_edge.push(p[..at].iter().sum::<f64>() + rng.random::<f64>() * p[at]);
            }
            told.change(chosen, rng);
        }
        let by_value = uniform_distance(by_value);
        assert!(by_value < DISTANCE, "{edges}: {by_value}");
        if edges < 100 {
            let by_edge = uniform_distance(by_edge);
            assert!(by_edge < DISTANCE, "{edges}: {by_edge}");
        }
    }
}

#[test]
fn the_greatest_k_have_the_law_of_one_joint_draw() {
    const DRAWS: usize = 30_000;
    const K: usize = 3;
    let posteriors: Vec<Beta> = (0..60).map(|at| beta(0.4 + f64::from(at) / 2.0, 60.0 - f64::from(at) / 3.0)).collect();
    let (mut chooser, rng) = (Chooser::new(&posteriors), &mut chance(3));
    let mut pairs = vec![[0.0; 2]; posteriors.len() * posteriors.len()];
    let mut values = [Vec::new(), Vec::new(), Vec::new()];
    for at in 0..DRAWS {
        let chosen = chooser.choose_k(K, rng).to_vec();
        pairs[chosen[0] * posteriors.len() + chosen[1]][0] += 1.0;
        if at % 20 == 0 {
            // The greatest of those that are left, which are known to lie below the one before.
            let mut above = f64::INFINITY;
            for (place, (edge, draw)) in chooser.drawn().enumerate() {
                assert_eq!(edge, chosen[place]);
                let left = (0..posteriors.len()).filter(|edge| !chosen[..place].contains(edge));
                let below = left.map(|edge| ln_below(posteriors[edge], draw.logit) - ln_below(posteriors[edge], above));
                values[place].push(below.sum::<f64>().exp());
                above = draw.logit;
            }
        }
        let plain = greatest(&draw(&posteriors, rng), 2);
        pairs[plain[0] * posteriors.len() + plain[1]][1] += 1.0;
    }
    for values in values {
        let distance = uniform_distance(values);
        assert!(distance < DISTANCE, "{distance}");
    }
    // Of two samples of one size, a pair is in either with chance ½.
    let (often, seldom): (Vec<[f64; 2]>, Vec<[f64; 2]>) = pairs.into_iter().partition(|[a, b]| a + b >= 20.0);
    let rest = seldom.iter().fold([0.0, 0.0], |sum, pair| [sum[0] + pair[0], sum[1] + pair[1]]);
    let pairs: Vec<[f64; 2]> = often.into_iter().chain([rest]).collect();
    let sum: f64 = pairs.iter().map(|[a, b]| (a - b).powi(2) / (a + b)).sum();
    let freedom = (pairs.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    let deviation = ((sum / freedom).cbrt() - (1.0 - spread)) / spread.sqrt();
    assert!(freedom > 100.0 && deviation < DEVIATION, "{deviation} of {freedom}");
}

#[test]
fn what_is_masked_is_not_chosen() {
    let rng = &mut chance(5);
    let posteriors: Vec<Beta> = (0..4_000).map(|at| beta(1.0 + f64::from(at % 37) / 6.0, 9.0)).collect();
    let (mut chooser, open) = (Chooser::new(&posteriors), |edge: usize| edge % 100 == 3);
    (0..5).for_each(|_| _ = chooser.choose(rng));
    (0..4_000).filter(|&edge| !open(edge)).for_each(|edge| chooser.mask(edge));
    let eligible: Vec<usize> = (0..4_000).filter(|&edge| open(edge)).collect();
    let mut counts = vec![0.0; eligible.len()];
    for _ in 0..20_000 {
        counts[eligible.binary_search(&chooser.choose(rng).unwrap()).unwrap()] += 1.0;
    }
    let chances = decide(&eligible.iter().map(|&edge| posteriors[edge]).collect::<Vec<_>>()).p_best;
    let deviation = chi_square(&counts, &chances);
    assert!(deviation < DEVIATION, "{deviation}");
    let mut all = chooser.choose_k(50, rng).to_vec();
    all.sort_unstable();
    assert_eq!(all, eligible);
    eligible.iter().for_each(|&edge| chooser.mask(edge));
    assert_eq!((chooser.choose(rng), chooser.choose_k(3, rng)), (None, &[][..]));
    chooser.unmask(7);
    chooser.unmask(7);
    assert_eq!((chooser.choose(rng), chooser.choose_k(3, rng)), (Some(7), &[7][..]));
}

#[test]
fn parameters_at_the_ends_of_their_range_choose_at_once() {
    let rng = &mut chance(6);
    let ends = [1e-100, 1e-9, 1e-3, 1.0, 1e3, 1e9, 1e100];
    let mut posteriors: Vec<Beta> = ends.iter().flat_map(|&a| ends.map(|b| beta(a, b))).collect();
    let mut chooser = Chooser::new(&posteriors);
    for _ in 0..200 {
        // The failures of seven edges are next to impossible, beside anything else.
        assert_eq!(posteriors[chooser.choose(rng).unwrap()].beta(), 1e-100);
        assert_eq!(chooser.choose_k(5, rng).len(), 5);
    }
    // Where all rates round to 0, the order is still that of the draws: half each.
    posteriors = vec![beta(1e-3, 1e6); 40];
    let mut chooser = Chooser::new(&posteriors);
    let low = (0..2_000).filter(|_| chooser.choose(rng).unwrap() < 20).count();
    // A fair coin stays within 4 standard deviations of 1000, which are 22.4 each, but for 6e-5.
    assert!(low.abs_diff(1_000) < 90, "{low}");
    assert_eq!((Chooser::new(&[]).choose(rng), Chooser::new(&[]).is_empty()), (None, true));
}
