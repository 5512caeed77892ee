//! How long feedback takes, in words.

use crate::convergence::DelayLaw;
use crate::number::brief as number;
use crate::timeline::Delays;

/// What the delays of a log say: how soon feedback comes, how much is pending, what to make of the last days, and what cannot
/// be said. None if no answer says when what it answers was served.
///
/// ```
/// use betadrift::convergence::DelayLaw;
/// use betadrift::feedback::{Day, Reward};
/// use betadrift::report::delays::sentences;
/// use betadrift::timeline::{DelayFold, Delays, Instant};
/// let at = |hours: i64| Instant { nanoseconds: hours * 3_600_000_000_000, day: Day::from_days((hours / 24) as i32) };
/// let mut fold = DelayFold::default();
/// (0..3).for_each(|_| fold.answered(at(0), at(10), Reward::SUCCESS));
/// fold.waiting(at(4));
/// let delays = fold.finish();
/// let said = sentences(&DelayLaw::of(&delays, 0.95), &delays);
/// assert!(said[0].ends_with("25 % of the events are unanswered when the log ends."));
/// assert!(sentences(&DelayLaw::default(), &Delays::default()).is_empty());
/// ```
pub fn sentences(law: &DelayLaw, delays: &Delays) -> Vec<String> {
    if law.answered == 0 {
        return Vec::new();
    }
    let mut sentences = vec![how_soon(law)];
    let days = law.quantile(0.9).map_or(7, |hours| (hours / 24.0).ceil().clamp(1.0, 3_660.0) as u32);
    if law.waiting > 0 {
        sentences.push(format!(
            "Of what was served in the last {} before the log ends {} is to be expected answered by then; the rest is pending, which is \
             not failed.",
            several(days),
            percent(law.expected_of_last(days))
        ));
    }
    if let (Some(success), Some(failure)) = law.median_by_outcome() {
        sentences.push(format!(
            "Half of the successes that come have come within {}, half of the failures within {}{}.",
            duration(success),
            duration(failure),
            match success / failure {
                ratio if ratio < 0.8 => ": the last days look better than they are until their failures are in",
                ratio if ratio > 1.25 => ": the last days look worse than they are until their successes are in",
                _ => "",
            }
        ));
    }
    if law.waiting == 0 {
        sentences.push(
            "The log lists no event that waits for feedback, so that this is the law of the answers that came in time: those \
             that came after its end, or never, are missing, and the true delays are longer, most of all where they are not \
             short beside the log. List what was served without an answer, and it is estimated."
                .to_owned(),
        );
    }
    for (count, what) in [
        (delays.negative, "before what it answers was served, by the times of the log"),
        (delays.unserved, "without a time of serving"),
    ] {
        let answers = if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") };
        sentences.extend((count > 0).then(|| format!("Left out here: {answers} {what}.")));
    }
    sentences
}

fn how_soon(law: &DelayLaw) -> String {
    let reached =
        |share: f64, of: &str| law.quantile(share).map(|hours| format!("for {of} within {}", duration(hours)));
    let mut parts: Vec<String> =
        [reached(0.5, "half of the events"), reached(0.95, "95 %")].into_iter().flatten().collect();
    if let (Some(last), true) = (law.steps.last(), parts.len() < 2) {
        parts.push(format!(
            "for {} within {}, the longest wait that was answered",
            percent(last.share),
            duration(last.hours)
        ));
    }
    let pending = law.waiting as f64 / (law.answered + law.waiting) as f64;
    let pending = format!("{} of the events are unanswered when the log ends", percent(pending));
    format!("Feedback comes {}; {pending}.", parts.join(", "))
}

/// Hours in the unit that suits them.
pub(super) fn duration(hours: f64) -> String {
    match hours {
        h if h < 1.0 / 60.0 => format!("{} s", number(h * 3_600.0)),
        h if h < 2.0 => format!("{} min", number(h * 60.0)),
        h if h < 48.0 => format!("{} h", number(h)),
        h => format!("{} d", number(h / 24.0)),
    }
}

fn several(days: u32) -> String {
    if days == 1 { "day".to_owned() } else { format!("{days} days") }
}

fn percent(share: f64) -> String {
    format!("{} %", number(100.0 * share))
}
