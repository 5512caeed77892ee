//! Logs that have been read, and what is said of the reading.

use betadrift::log::{self, Digest};
use betadrift::number::Plain;
use betadrift::posterior::Priors;
use betadrift::replay::{NoOrder, Summary, Window};
use betadrift::report::verdict::Read;
use betadrift::timeline::{Cells, Delays, Segments, Sequences, Timeline, View, Weights};

use super::output::Output;
use super::snapshot::Origin;

/// Logs that have been read.
pub(super) struct Replayed {
    /// Their feedback.
    pub(super) timeline: Timeline,
    /// The priors asked for.
    pub(super) priors: Priors,
    /// How the past is to count.
    pub(super) view: View,
    /// How long after serving feedback is mature.
    pub(super) maturity: Option<Window>,
    /// How much was read, and how much of it does not count.
    pub(super) summary: Summary,
    /// Each file's base name and the hash of its bytes, those of the snapshot first, then in the order given.
    pub(super) inputs: Vec<(String, Digest)>,
    /// The snapshot that was gone on from.
    pub(super) from: Option<Origin>,
    /// What was to be kept beside the timeline.
    pub(super) cells: Option<Cells>,
    pub(super) sequences: Option<Result<Sequences, NoOrder>>,
    pub(super) segments: Option<Segments>,
    pub(super) weights: Option<Weights>,
    pub(super) delays: Option<Delays>,
}

impl Replayed {
    /// Says what was read, after a line for each column passed over.
    pub(super) fn say(&self, output: Output) {
        if let Some(Origin { name, events, inputs, .. }) = &self.from {
            let (events, all) = (counted(*events, "event"), counted(*inputs as f64, "input"));
            let then = match self.inputs.len() - inputs {
                0 => String::new(),
                files => format!(", then {}", counted(files as f64, "file")),
            };
            output.say(&format!("from {name}: {events} of {all}{then}"));
        }
        for passed in &self.summary.passed_over {
            let (role, used, column) =
                (passed.role, log::escaped(passed.used.as_bytes()), log::escaped(passed.column.as_bytes()));
            output.say(&format!("{role}: column `{used}` is used, `{column}` passed over"));
        }
        if let (Some(maturity), 1..) = (self.maturity, self.summary.unserved) {
            let events = counted(self.summary.unserved as f64, "event");
            output.say(&format!(
                "maturity {maturity}: {events} without a time of serving, taken as served when the feedback came"
            ));
        }
        if self.has_only_other_events() {
            let rows = counted(self.summary.no_feedback as f64, "row");
            output.say(&format!("no feedback in {rows}: other events only; --column names the columns of a plain log"));
        }
        let (default, groups) = (self.priors.default_prior(), self.priors.groups().len());
        let mut parts = vec![self.rows(), format!("prior Beta({}, {})", Plain(default.alpha()), Plain(default.beta()))];
        parts.extend((groups > 0).then(|| format!("others for {}", counted(groups as f64, "group"))));
        output.say(&parts.join(", "));
    }

    fn has_only_other_events(&self) -> bool {
        let Summary { ignored, no_feedback, skipped, pending, .. } = &self.summary;
        let nothing_else = ignored.to_f64() == *no_feedback as f64 && skipped.is_empty() && *pending == 0;
        *no_feedback > 0 && nothing_else && self.timeline.is_empty()
    }

    /// What became of the rows, in a line.
    pub(super) fn rows(&self) -> String {
        let Self { timeline, summary, inputs, .. } = self;
        let (events, files) = (counted(summary.events.to_f64(), "event"), counted(inputs.len() as f64, "file"));
        let mut parts = vec![
            format!("{events} from {files}"),
            counted(timeline.days().len() as f64, "day"),
            counted(timeline.edges().len() as f64, "edge"),
        ];
        parts.extend(summary.skipped.iter().map(|(reason, count)| format!("{count} skipped ({reason})")));
        let (ignored, duplicates) = (Plain(summary.ignored.to_f64()), summary.duplicates);
        parts.extend((ignored.0 > 0.0).then(|| format!("{ignored} ignored")));
        parts.extend((duplicates > 0).then(|| counted(duplicates as f64, "duplicate")));
        parts.extend((summary.pending > 0).then(|| format!("{} pending", summary.pending)));
        parts.join(", ")
    }
}

impl Replayed {
    /// What became of the rows, each kind with what it means.
    pub(super) fn kinds(&self) -> Vec<Read> {
        let Summary { events, ignored, skipped, duplicates, pending, .. } = &self.summary;
        let reasons: Vec<String> = skipped.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let read = |kind, count, meaning: &str| Read { kind, count, meaning: meaning.to_owned() };
        vec![
            read("events that count", events.to_f64(), "successes and failures in the posteriors"),
            Read {
                kind: "skipped",
                count: skipped.values().sum::<u64>() as f64,
                meaning: if reasons.is_empty() { "no row was bad".to_owned() } else { reasons.join(", ") },
            },
            read("ignored", ignored.to_f64(), "outside the days or edges asked for, or no feedback"),
            read("duplicates", *duplicates as f64, "repeat an event under its id; without ids they cannot be told"),
            read("pending", *pending as f64, "feedback that has not come, or is not mature; that is not failed"),
        ]
    }
}

/// A count and what is counted, in the plural unless it is 1.
pub(super) fn counted(count: f64, thing: &str) -> String {
    format!("{} {thing}{}", Plain(count), if count == 1.0 { "" } else { "s" })
}
