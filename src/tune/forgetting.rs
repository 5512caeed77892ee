//! How fast to forget: half-lives and windows by their day-ahead score.
//!
//! Forgetting trades the noise of fewer counts for the bias of old ones; it pays only if rates move, and each candidate says on the
//! days that it did not know how much. A best candidate that is not clear of no forgetting by more than the standard error of
//! their difference is no reason to forget. The days of choice and of judgement are the same here, so that the best of many
//! candidates looks a little better than it is. A window holds today, so that in the morning one of n days holds n − 1 of the past.
//!
//! **When to use it**: some weeks of log, rates that may move. **When not**: rates that change at once and stay: find the change
//! ([`drift`](mod@crate::drift)) and begin anew there.

use std::ops::RangeInclusive;

use rayon::prelude::*;

use super::score::{DayScores, Score, day_ahead};
use crate::feedback::Day;
use crate::posterior::Priors;
use crate::timeline::{Timeline, View};

/// Days of the candidates, each as a half-life and as a window.
const CANDIDATES: [u32; 17] = [1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365, 730];

/// The candidates and which of them predicts best.
///
/// A rate that falls from 0.9 to 0.1 after two of eight days, and one that stays:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::Forgetting;
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// let forgetting = |late: u64| {
///     let mut fold = fold.clone();
///     (0..2).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(90, 10)));
///     (2..8).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(late, 100 - late)));
///     let days = Day::from_days(1)..=Day::from_days(7);
///     Forgetting::new(&fold.finish(), &Priors::new(Beta::UNIFORM), View::Cumulative, &days).unwrap()
/// };
/// let (falls, stays) = (forgetting(10), forgetting(90));
/// assert!(falls.helps() && falls.best().view != View::Cumulative);
/// assert!(!stays.helps() && stays.best().view == View::Cumulative);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Forgetting {
    /// What each scored; the first forgets nothing.
    pub curve: Vec<Candidate>,
    /// The position of the best.
    pub best: usize,
}

/// One way of forgetting.
///
/// The first forgets nothing, and gains nothing on itself:
///
/// ```
/// # use betadrift::beta::Beta;
/// # use betadrift::feedback::{Counts, Day};
/// # use betadrift::posterior::Priors;
/// use betadrift::timeline::{Fold, View};
/// use betadrift::tune::Forgetting;
/// let mut fold = Fold::default();
/// let edge = fold.edge("a");
/// (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(1, 0)));
/// let days = Day::from_days(1)..=Day::from_days(2);
/// let priors = Priors::new(Beta::UNIFORM);
/// let forgetting = Forgetting::new(&fold.finish(), &priors, View::Cumulative, &days).unwrap();
/// let candidate = forgetting.curve[0];
/// assert_eq!((candidate.view, candidate.gain.nats_per_event), (View::Cumulative, 0.0));
/// // ⅔ on the morning of the second day, ¾ on that of the third: ln ½ over two events.
/// assert!((candidate.score.nats_per_event - 0.5f64.ln() / 2.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// How the past counts.
    pub view: View,
    /// What it scored.
    pub score: Score,
    /// By how much it was better than to forget nothing.
    pub gain: Score,
}

impl Forgetting {
    /// The candidates that have a use for a timeline, and `asked`: windows shorter than it, half-lives to twice its length.
    ///
    /// Of three days:
    ///
    /// ```
    /// # use betadrift::feedback::{Counts, Day};
    /// use betadrift::timeline::{Fold, View};
    /// use betadrift::tune::Forgetting;
    /// let mut fold = Fold::default();
    /// let edge = fold.edge("a");
    /// [0, 2].map(|day| fold.add(Day::from_days(day), edge, Counts::whole(1, 0)));
    /// let views = Forgetting::candidates(&fold.finish(), View::Cumulative);
    /// let half_lives = [1.0, 2.0, 3.0, 4.0, 5.0].map(View::HalfLife);
    /// assert_eq!(views, [&[View::Cumulative][..], &half_lives, &[View::Window(2)]].concat());
    /// ```
    pub fn candidates(timeline: &Timeline, asked: View) -> Vec<View> {
        let length = timeline.span().map_or(0, |(first, last)| (last - first).unsigned_abs() + 1);
        let half_lives =
            CANDIDATES.into_iter().filter(|&days| days <= 2 * length).map(|days| View::HalfLife(days.into()));
        let windows = CANDIDATES.into_iter().filter(|&days| days > 1 && days < length).map(View::Window);
        let mut views: Vec<View> = [View::Cumulative].into_iter().chain(half_lives).chain(windows).collect();
        if !views.contains(&asked) {
            views.push(asked);
        }
        views.sort_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
        views
    }

    /// Scores each candidate under a prior; `None` if there is no day to score.
    pub fn new(timeline: &Timeline, priors: &Priors, asked: View, days: &RangeInclusive<Day>) -> Option<Self> {
        let views = Self::candidates(timeline, asked);
        let scores: Vec<DayScores> =
            views.par_iter().map(|&view| day_ahead(timeline, priors, view, days.clone())).collect();
        let candidate = |(&view, scored): (&View, &DayScores)| {
            Some(Candidate { view, score: scored.score()?, gain: scored.better_than(&scores[0])? })
        };
        let curve: Vec<Candidate> = views.iter().zip(&scores).map(candidate).collect::<Option<_>>()?;
        let better = |best: usize, at: usize| {
            let score = |at: usize| curve[at].score.nats_per_event;
            if score(at) > score(best) { at } else { best }
        };
        let best = (0..curve.len()).fold(0, better);
        Some(Self { curve, best })
    }

    /// The best candidate.
    pub fn best(&self) -> &Candidate {
        &self.curve[self.best]
    }

    /// Whether the best forgets, and is clear of forgetting nothing.
    pub fn helps(&self) -> bool {
        self.best().gain.is_clear()
    }
}

/// Forgetting nothing first, then half-lives, then windows, each in order of days.
fn key(view: &View) -> (u8, f64) {
    match *view {
        View::Cumulative => (0, 0.0),
        View::HalfLife(days) => (1, days),
        View::Window(days) => (2, days.into()),
    }
}
