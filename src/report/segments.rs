//! The traffic by segment, in words and as a table.

use serde::Serialize;

use crate::convergence::{Mix, SURELY_BEST};
use crate::feedback::Edges;
use crate::number::brief as number;

/// A row of `segments.csv`.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::mix;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::segments::rows;
/// use betadrift::timeline::{SegmentFold, View};
/// let mut fold = SegmentFold::default();
/// fold.add(Day::from_days(0), "a", "app", Counts::whole(3, 2));
/// fold.add(Day::from_days(0), "a", "web", Counts::whole(1, 4));
/// let segments = fold.finish();
/// let edges = segments[0].1.edges();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, edges.get("a").unwrap()).unwrap();
/// let first = serde_json::to_value(rows(&mix, edges).next())?;
/// assert_eq!((&first["segment"], &first["leader"]), (&"app".into(), &"a".into()));
/// assert_eq!((first["share"].as_f64(), first["leader_mean"].as_f64()), (Some(0.5), Some(4.0 / 7.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize)]
pub struct SegmentRow<'a> {
    segment: &'a str,
    pulls: f64,
    share: f64,
    share_first_half: Option<f64>,
    share_second_half: Option<f64>,
    leader: &'a str,
    leader_mean: f64,
    p_best: f64,
    whole_leader: &'a str,
    whole_leader_mean: Option<f64>,
    whole_leader_p_best: Option<f64>,
}

/// A row for each segment.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::mix;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::segments::rows;
/// use betadrift::timeline::{SegmentFold, View};
/// let mut fold = SegmentFold::default();
/// for segment in ["web", "app", "mail"] {
///     fold.add(Day::from_days(0), "a", segment, Counts::whole(3, 2));
/// }
/// let segments = fold.finish();
/// let edges = segments[0].1.edges();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, edges.get("a").unwrap()).unwrap();
/// assert_eq!(rows(&mix, edges).count(), 3);
/// ```
pub fn rows<'a>(mix: &'a Mix, edges: &'a Edges) -> impl Iterator<Item = SegmentRow<'a>> {
    mix.segments.iter().map(|segment| SegmentRow {
        segment: &segment.segment,
        pulls: segment.pulls,
        share: segment.share,
        share_first_half: segment.halves.0,
        share_second_half: segment.halves.1,
        leader: edges.name(segment.leader),
        leader_mean: segment.leader_mean,
        p_best: segment.p_best,
        whole_leader: edges.name(mix.whole_leader),
        whole_leader_mean: segment.whole_leader_mean,
        whole_leader_p_best: segment.whole_leader_p_best,
    })
}

/// How many segments with a leader of their own are named.
const NAMED: usize = 5;
/// From so much of a change on, the mix has moved.
const MOVED: f64 = 0.1;

/// What the segments say of the edge that leads the whole, and of the mix of the traffic.
///
/// In either segment `b` is better; `a` was served where all is well:
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::convergence::mix;
/// use betadrift::feedback::{Counts, Day};
/// use betadrift::posterior::Priors;
/// use betadrift::report::segments::sentences;
/// use betadrift::timeline::{SegmentFold, View};
/// let mut fold = SegmentFold::default();
/// for (edge, segment, counts) in [
///     ("a", "easy", Counts::whole(800, 200)),
///     ("b", "easy", Counts::whole(90, 10)),
///     ("a", "hard", Counts::whole(10, 90)),
///     ("b", "hard", Counts::whole(300, 700)),
/// ] {
///     fold.add(Day::from_days(0), edge, segment, counts);
/// }
/// let segments = fold.finish();
/// let edges = segments[0].1.edges();
/// let mix = mix(&segments, &Priors::new(Beta::UNIFORM), View::Cumulative, edges.get("a").unwrap()).unwrap();
/// assert!(sentences(&mix, edges)[0].starts_with("**`a` leads the whole but none of the 2 segments**"));
/// ```
pub fn sentences(mix: &Mix, edges: &Edges) -> Vec<String> {
    let name = |edge| format!("`{}`", edges.name(edge).escape_debug().to_string().replace('`', "'"));
    let (leader, all, led, refuted) =
        (name(mix.whole_leader), mix.segments.len(), mix.led_by_whole_leader(), mix.refuted_in());
    let mut sentences = vec![match (led, refuted) {
        (led, 0) if led == all => format!("{leader} leads the whole and each of the {all} segments."),
        (0, _) => format!(
            "**{leader} leads the whole but none of the {all} segments**; in {refuted} it is surely not the best."
        ),
        (led, 0) => {
            format!("{leader} leads the whole and {led} of {all} segments; in none of them it is surely not the best.")
        }
        (led, refuted) => format!(
            "**{leader} leads the whole, but only {led} of {all} segments; in {refuted} it is surely not the best**: choose by \
             segment there."
        ),
    }];
    let other =
        mix.segments.iter().filter(|segment| segment.leader != mix.whole_leader && segment.p_best >= SURELY_BEST);
    sentences.extend(other.take(NAMED).map(|segment| {
        format!(
            "In segment `{}` {} leads with a mean of {} and P(best) {}.",
            segment.segment.escape_debug().to_string().replace('`', "'"),
            name(segment.leader),
            number(segment.leader_mean),
            number(segment.p_best)
        )
    }));
    let (best, mean) = mix.standardised_leader;
    if best != mix.whole_leader {
        sentences.push(format!(
            "If every segment had seen each edge alike, {} would earn most ({} against {} of {leader}): the lead in the whole \
             comes from where edges were served.",
            name(best),
            number(mean),
            number(mix.whole_leader_standardised)
        ));
    }
    if let Some(moved) = mix.moved().filter(|&moved| moved >= MOVED) {
        let change = |segment: &&crate::convergence::SegmentStanding| {
            segment.halves.1.unwrap_or_default() - segment.halves.0.unwrap_or_default()
        };
        // The one that grew most.
        let most = mix.segments.iter().max_by(|a, b| change(a).total_cmp(&change(b)));
        if let Some(segment) = most {
            let share = |share: Option<f64>| number(100.0 * share.unwrap_or_default());
            sentences.push(format!(
                "The mix of the traffic moved: {} % of the feedback came from other segments in the second half of the days than in \
                 the first (`{}`: from {} % to {} %), which moves rates in the whole that did not change in any segment.",
                number(100.0 * moved),
                segment.segment.escape_debug().to_string().replace('`', "'"),
                share(segment.halves.0),
                share(segment.halves.1)
            ));
        }
    }
    sentences
}
