//! ADWIN: the longest window of past rewards whose halves do not differ.
//!
//! **Formula.** A window W of n rewards is kept. It is cut into an older part of n₀ and a newer one of n₁ rewards wherever their
//! means differ by at least
//!
//! > ε = √((2/m) σ² ln(2/δ′)) + (2/3m) ln(2/δ′),  1/m = 1/n₀ + 1/n₁,  δ′ = δ / ln n
//!
//! with σ² the variance (over n) of the rewards of W. While there is such a cut the oldest rewards are dropped. Bifet & Gavaldà
//! (2007, *Learning from time-changing data with adaptive windowing*, doi:10.1137/1.9781611972771.42), ADWIN2: the rewards are
//! kept in an exponential histogram, at most M = 5 buckets of each size 1, 2, 4, …; when there is one more, the two oldest of
//! that size are merged. Cuts are tried between buckets only, from the oldest on, after *every* reward (a clock of 1), and the
//! oldest bucket is what is dropped. There is no least length of a part: below about ln(2/δ′) rewards ε is above 1.
//!
//! A change is told at each reward that shortens the window, once, however many buckets went.
//!
//! **When to use it.** For changes of any speed without knowing how many; its chance of a false alarm is bounded at each reward by
//! about δ. **When not.** The bound is per reward and loose; see its in-control run length. It tells when the change was noticed, not
//! when it came.

/// The most buckets of one size.
const BUCKETS: usize = 5;

/// The window as it stands after some rewards.
///
/// Fifty failures are forgotten once enough successes follow:
///
/// ```
/// use betadrift::drift::Adwin;
/// let mut window = Adwin::new(0.002);
/// assert!((0..50).all(|_| !window.observe(0.0)));
/// assert_eq!(window.window(), 50);
/// assert!((0..50).any(|_| window.observe(1.0)));
/// assert!(window.window() < 60);
/// ```
#[derive(Debug, Clone)]
pub struct Adwin {
    delta: f64,
    /// By size 2^row: the buckets, the newest first.
    rows: Vec<Vec<Bucket>>,
    events: u64,
    total: Bucket,
}

/// The sum of some rewards, and of their squares.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    sum: f64,
    squares: f64,
}

impl Bucket {
    fn plus(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, squares: self.squares + other.squares }
    }

    fn minus(self, other: Self) -> Self {
        Self { sum: self.sum - other.sum, squares: self.squares - other.squares }
    }
}

impl Adwin {
    /// An empty window, for δ in (0, 1).
    pub fn new(delta: f64) -> Self {
        Self { delta, rows: vec![Vec::new()], events: 0, total: Bucket::default() }
    }

    /// How many rewards the window holds.
    pub fn window(&self) -> u64 {
        self.events
    }

    /// Takes a reward in, and says whether the window was cut.
    ///
    /// ```
    /// use betadrift::drift::Adwin;
    /// let mut window = Adwin::new(0.002);
    /// let cuts: Vec<usize> = (0..100).filter(|&at| window.observe(if at < 50 { 0.0 } else { 1.0 })).collect();
    /// assert!((55..70).contains(&cuts[0]));
    /// ```
    pub fn observe(&mut self, reward: f64) -> bool {
        let bucket = Bucket { sum: reward, squares: reward * reward };
        self.rows[0].insert(0, bucket);
        self.events += 1;
        self.total = self.total.plus(bucket);
        self.merge();
        let mut cut = false;
        while self.differs() {
            self.drop_oldest();
            cut = true;
        }
        cut
    }

    fn merge(&mut self) {
        for row in 0.. {
            if self.rows[row].len() <= BUCKETS {
                return;
            }
            let (oldest, older) = (self.rows[row].pop(), self.rows[row].pop());
            let merged = oldest.unwrap_or_default().plus(older.unwrap_or_default());
            if row + 1 == self.rows.len() {
                self.rows.push(Vec::new());
            }
            self.rows[row + 1].insert(0, merged);
        }
    }

    /// Whether the means of some older and newer part differ.
    fn differs(&self) -> bool {
        if self.events < 2 {
            return false;
        }
        let n = self.events as f64;
        let mean = self.total.sum / n;
        let variance = (self.total.squares / n - mean * mean).max(0.0);
        let ln_term = (2.0 * n.ln() / self.delta).ln();
        let (mut older, mut count) = (0.0, 0u64);
        for (row, buckets) in self.rows.iter().enumerate().rev() {
            for bucket in buckets.iter().rev() {
                older += bucket.sum;
                count += 1 << row;
                if count == self.events {
                    return false;
                }
                let (n0, n1) = (count as f64, (self.events - count) as f64);
                let inverse = 1.0 / n0 + 1.0 / n1;
                let epsilon = (2.0 * inverse * variance * ln_term).sqrt() + 2.0 / 3.0 * inverse * ln_term;
                if (older / n0 - (self.total.sum - older) / n1).abs() >= epsilon {
                    return true;
                }
            }
        }
        false
    }

    fn drop_oldest(&mut self) {
        while let Some(buckets) = self.rows.last_mut() {
            if let Some(oldest) = buckets.pop() {
                self.events -= 1 << (self.rows.len() - 1);
                self.total = self.total.minus(oldest);
                return;
            }
            self.rows.pop();
        }
    }
}
