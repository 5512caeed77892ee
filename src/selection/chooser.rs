//! Thompson choices whose cost does not grow with the number of edges.

use rand::Rng;

use super::draw::Draw;
use super::index::Index;
use super::leaders::Leaders;
use super::tune::{Band, target, tune};
use crate::beta::Beta;

/// Chooses, again and again, the edges of the greatest of one joint draw from all posteriors (Thompson 1933,
/// doi:10.1093/biomet/25.3-4.285), without drawing from most of them.
///
/// The law is that of drawing every edge, but for rounding (a relative 1e-10 of the chance of an edge). A threshold t is kept
/// that few draws pass. Let qᵢ be the chance that edge i passes it, and pᵢ = f(t)/s ≥ qᵢ the mass of the exponential under
/// the tangent of its density at t, on the scale of the logit, where every Beta is log-concave: with θ the rate of t,
///
/// pᵢ = θ^α(1 − θ)^β/B(α, β)/s, s = βθ − α(1 − θ).
///
/// - Edge i *enters* with probability pᵢ: a point of a Poisson process of rate λᵢ = −ln(1 − pᵢ) falls on it. Edges stand in classes
///   by the magnitude of λ, so that the process is that of the class, thinned, and an edge that does not enter costs nothing.
/// - What has entered is drawn under its tangent and accepted with the ratio of the densities; so it passes, with the right
///   value, with chance qᵢ. Edges with pᵢ > ½ are drawn as they are (Marsaglia & Tsang 2000, doi:10.1145/358407.358414).
/// - The greatest draw wins if it is above t. Else every edge is drawn, below t.
///
/// t is tuned so that this happens about once in as many choices as there are edges, anew when posteriors have changed so much
/// that it no longer does. It hangs on what is known before a choice, never on its draws. One or two edges, edges whose posteriors
/// have all just changed, and edges of which many are wanted, are drawn one by one.
///
/// A choice among n edges that are alike costs some 2 + ln n draws, and fewer where some are better than others; a changed
/// posterior costs no more among many edges than among few (`benches/select.rs`). Memory: some 100 bytes an edge.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::seed::{Purpose, stream};
/// use betadrift::selection::Chooser;
/// let rng = &mut stream(1, Purpose::Choice, &[]);
/// let mut chooser = Chooser::new(&[Beta::new(1.0, 1e6)?, Beta::new(1e6, 1.0)?, Beta::new(1e6, 1e6)?]);
/// assert_eq!(chooser.choose_k(2, rng), [1, 2]);
/// chooser.mask(1);
/// assert_eq!(chooser.choose(rng), Some(2));
/// // Beta(1, 1) is the greater of two with Beta(1, 2) in two of three draws: ∫ F f = ∫ (1 − (1 − x)²) dx = 2/3.
/// let mut chooser = Chooser::new(&[Beta::UNIFORM, Beta::new(1.0, 2.0)?]);
/// let first = (0..9_000).filter(|_| chooser.choose(rng) == Some(0)).count();
/// assert!(first.abs_diff(6_000) < 180);
/// # Ok::<(), betadrift::beta::BetaError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Chooser {
    index: Index,
    leaders: Leaders,
    /// What the threshold was tuned for, if there is one.
    tuned: Option<Tuned>,
    /// Whether nothing has been chosen since all posteriors changed at once.
    is_fresh: bool,
    chosen: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Tuned {
    k: usize,
    band: Band,
    /// Choices in a row that wanted fewer.
    lesser: usize,
}

/// Up to so many edges, drawing them all is as fast.
const FEW: usize = 2;

impl Chooser {
    /// A chooser among edges with these posteriors, by position.
    pub fn new(posteriors: &[Beta]) -> Self {
        let (index, leaders) = (Index::new(posteriors), Leaders::new());
        Self { index, leaders, tuned: None, is_fresh: true, chosen: Vec::new() }
    }

    /// How many edges there are, masked ones among them.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::selection::Chooser;
    /// let mut chooser = Chooser::new(&[Beta::UNIFORM, Beta::JEFFREYS]);
    /// chooser.mask(0);
    /// assert_eq!((chooser.len(), chooser.is_empty()), (2, false));
    /// assert!(Chooser::new(&[]).is_empty());
    /// ```
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are no edges.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The posterior of an edge.
    ///
    /// # Panics
    /// If there is no such edge.
    pub fn posterior(&self, edge: usize) -> Beta {
        self.index.posterior(edge)
    }

    /// Changes the posterior of an edge, at a cost that does not grow with the number of edges.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::seed::{Purpose, stream};
    /// use betadrift::selection::Chooser;
    /// let (bad, good) = (Beta::new(1.0, 1e6)?, Beta::new(1e6, 1.0)?);
    /// let (mut chooser, rng) = (Chooser::new(&[bad, good]), &mut stream(1, Purpose::Choice, &[]));
    /// chooser.set_all([good, bad].into_iter());
    /// assert_eq!(chooser.choose(rng), Some(0));
    /// chooser.set(0, bad);
    /// assert_eq!(chooser.posterior(0), bad);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such edge.
    pub fn set(&mut self, edge: usize, posterior: Beta) {
        self.index.set(edge, posterior);
    }

    /// Changes the posteriors of all edges, by position, as when all feedback fades.
    ///
    /// # Panics
    /// Unless there are as many posteriors as edges.
    pub fn set_all(&mut self, posteriors: impl ExactSizeIterator<Item = Beta>) {
        assert_eq!(posteriors.len(), self.len(), "there must be a posterior for every edge");
        self.index.set_all(posteriors);
        (self.tuned, self.is_fresh) = (None, true);
    }

    /// Lets an edge not be chosen.
    ///
    /// # Panics
    /// If there is no such edge.
    pub fn mask(&mut self, edge: usize) {
        self.index.mask(edge);
    }

    /// Lets an edge be chosen again.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::seed::{Purpose, stream};
    /// use betadrift::selection::Chooser;
    /// let (mut chooser, rng) = (Chooser::new(&[Beta::UNIFORM]), &mut stream(1, Purpose::Choice, &[]));
    /// chooser.mask(0);
    /// assert_eq!(chooser.choose(rng), None);
    /// chooser.unmask(0);
    /// assert_eq!(chooser.choose(rng), Some(0));
    /// ```
    ///
    /// # Panics
    /// If there is no such edge.
    pub fn unmask(&mut self, edge: usize) {
        self.index.unmask(edge);
    }

    /// The edge of the greatest draw; `None` if there is none that may be chosen.
    pub fn choose(&mut self, rng: &mut impl Rng) -> Option<usize> {
        self.draw(1, rng);
        self.leaders.draws().first().map(|&(_, edge)| edge as usize)
    }

    /// The edges of the `k` greatest draws of one joint draw, the greatest first; all that may be chosen if there are fewer.
    pub fn choose_k(&mut self, k: usize, rng: &mut impl Rng) -> &[usize] {
        self.draw(k, rng);
        self.chosen.clear();
        self.chosen.extend(self.leaders.draws().iter().map(|&(_, edge)| edge as usize));
        &self.chosen
    }

    /// The edges last chosen with what was drawn of them, the greatest draw first.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::seed::{Purpose, stream};
    /// use betadrift::selection::Chooser;
    /// let mut chooser = Chooser::new(&[Beta::new(1.0, 1e6)?, Beta::new(1e6, 1e6)?]);
    /// chooser.choose(&mut stream(1, Purpose::Choice, &[]));
    /// let (edge, draw) = chooser.drawn().next().unwrap();
    /// assert!(edge == 1 && (draw.rate() - 0.5).abs() < 0.01);
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn drawn(&self) -> impl Iterator<Item = (usize, Draw)> {
        self.leaders.draws().iter().map(|&(draw, edge)| (edge as usize, draw))
    }

    fn draw(&mut self, k: usize, rng: &mut impl Rng) {
        let k = k.min(self.index.eligible());
        self.leaders.start(k);
        if k > 0 {
            self.prepare(k);
            self.index.draw(&mut self.leaders, rng);
            self.leaders.sort();
        }
    }

    /// Sees to it that there is a threshold where one saves time. What it hangs on is known before the draw.
    fn prepare(&mut self, k: usize) {
        let edges = self.index.eligible();
        // What is all new may be so again before the next choice, and a threshold for a single one is not worth its cost.
        if self.is_fresh || !pays(k, edges) {
            if !self.index.is_plain() {
                self.index.drop_threshold();
            }
            (self.tuned, self.is_fresh) = (None, false);
            return;
        }
        let mut most = k;
        if let Some(Tuned { k: tuned, band, lesser }) = &mut self.tuned {
            *lesser = if k < *tuned { *lesser + 1 } else { 0 };
            // Choices of few and of many may take turns: both go by a threshold for many.
            if *lesser < edges && pays(*tuned, edges) {
                most = k.max(*tuned);
            }
            if most == *tuned && !band.is_left_by(&self.index) {
                return;
            }
        }
        self.tuned = Some(Tuned { k: most, band: tune(&mut self.index, most), lesser: 0 });
    }
}

/// Whether a threshold for choices of `k` among so many edges saves draws.
fn pays(k: usize, edges: usize) -> bool {
    edges > FEW && (k == 1 || 2.0 * target(k, edges) < edges as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::decide;
    use crate::seed::{Purpose, stream};

    /// By how many standard deviations an edge that is always drawn is chosen too often, where the bounds of the others, which
    /// are not, are too small by a factor.
    fn deviation(skew: f64) -> f64 {
        const CHOICES: u32 = 100_000;
        let posteriors: Vec<Beta> =
            (0..40).map(|edge| Beta::new(if edge == 0 { 34.0 } else { 20.0 }, 60.0).unwrap()).collect();
        let (mut chooser, rng) = (Chooser::new(&posteriors), &mut stream(4, Purpose::Choice, &[]));
        (0..2).for_each(|_| _ = chooser.choose(rng));
        let mut threshold = chooser.index.threshold;
        threshold.skew = skew;
        chooser.index.set_threshold(threshold);
        let first = (0..CHOICES).filter(|_| chooser.choose(rng) == Some(0)).count() as f64;
        assert_eq!(chooser.index.threshold.logit, threshold.logit, "tuned anew");
        let (n, p) = (f64::from(CHOICES), decide(&posteriors).p_best[0]);
        assert!(p > 0.2 && p < 0.9, "{p}");
        (first - n * p) / (n * p * (1.0 - p)).sqrt()
    }

    #[test]
    fn a_bound_that_is_too_small_is_told_from_one_that_holds() {
        assert!(deviation(1.0).abs() < 3.7, "{}", deviation(1.0));
        for skew in [0.9, 0.95] {
            assert!(deviation(skew) > 3.7, "{skew}: {}", deviation(skew));
        }
    }
}
