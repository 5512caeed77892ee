//! The feedback to add: pairs on the command line, or rows of a file.

use std::path::{Path, PathBuf};

use betadrift::feedback::Reward;
use betadrift::log::Labels;
use clap::Args;

use crate::cli::exit::Usage;
use crate::cli::table::Table;

/// Feedback on edges.
#[derive(Args)]
#[command(next_help_heading = "Feedback")]
pub(super) struct FeedbackArgs {
    /// Feedback to add, all at once or not at all: CSV with the columns edge and reward, among others; `-` is standard
    /// input
    #[arg(value_name = "FEEDBACK", required_unless_present = "edge", conflicts_with_all = ["edge", "reward"])]
    rows: Option<PathBuf>,
    /// The edge that was chosen; may be given several times, each with its --reward
    #[arg(long, value_name = "EDGE", requires = "reward", allow_hyphen_values = true)]
    edge: Vec<String>,
    /// What came back: a number in [0, 1], or a label (accepted, yes, true, success = 1, partial = 0.5, rejected, no,
    /// false, failure = 0)
    #[arg(long, value_name = "REWARD", requires = "edge", allow_hyphen_values = true)]
    reward: Vec<String>,
    /// What a label is worth, beside those
    #[arg(long, value_name = "LABEL=REWARD")]
    reward_map: Vec<String>,
}

/// A reward of an edge.
pub(super) struct Feedback {
    pub(super) edge: String,
    pub(super) reward: Reward,
    /// Where it is written, `file:line:column`; on the command line if nowhere.
    pub(super) place: Option<String>,
}

impl FeedbackArgs {
    /// The file that the feedback is read from, if it is.
    pub(super) fn file(&self) -> Option<&Path> {
        self.rows.as_deref()
    }

    /// The feedback, in the order in which it is given.
    pub(super) fn read(&self) -> anyhow::Result<Vec<Feedback>> {
        let mut labels = Labels::default();
        for assignment in &self.reward_map {
            labels.push(assignment).map_err(|error| Usage(format!("--reward-map: {error}")))?;
        }
        match &self.rows {
            Some(path) => rows(&Table::read(path)?, &labels),
            None => Ok(self.pairs(&labels)?),
        }
    }

    fn pairs(&self, labels: &Labels) -> Result<Vec<Feedback>, Usage> {
        let (edges, rewards) = (self.edge.len(), self.reward.len());
        if edges != rewards {
            return Err(Usage(format!(
                "--edge is given {edges} times, but --reward {rewards} times; each edge has its own"
            )));
        }
        let pair = |(edge, reward): (&String, &String)| {
            if edge.is_empty() {
                return Err(Usage("--edge: the edge has no name".to_owned()));
            }
            let reward = labels.reward(reward.as_bytes()).map_err(|problem| Usage(format!("--reward: {problem}")))?;
            Ok(Feedback { edge: edge.clone(), reward, place: None })
        };
        self.edge.iter().zip(&self.reward).map(pair).collect()
    }
}

fn rows(table: &Table, labels: &Labels) -> anyhow::Result<Vec<Feedback>> {
    let (header, records) = table.records()?;
    let place = |name| table.required(&header, name, "`edge` and `reward`");
    let (edge_at, reward_at) = (place("edge")?, place("reward")?);
    let mut feedback = Vec::with_capacity(records.len());
    for record in records {
        let edge = record[edge_at].to_owned();
        if edge.is_empty() {
            return Err(table.wrong(record.position(), edge_at, "the edge has no name"));
        }
        let reward = labels.reward(record[reward_at].as_bytes());
        let reward = reward.map_err(|problem| table.wrong(record.position(), reward_at, problem))?;
        feedback.push(Feedback { edge, reward, place: Some(table.at(record.position(), edge_at)) });
    }
    Ok(feedback)
}
