//! The policy to evaluate, as the command line names it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use betadrift::beta::Beta;
use betadrift::decision::decide;
use betadrift::evaluate::{Target, TargetError};
use betadrift::log::base_name;
use betadrift::timeline::Cells;
use csv::StringRecord;

use crate::cli::exit::Usage;
use crate::cli::inputs::refuse_overwriting;
use crate::cli::output::Output;
use crate::cli::posteriors::read_posteriors;
use crate::cli::table::Table;

/// What `--target` says.
pub(super) enum Spec {
    Uniform,
    /// Thompson Sampling from the posteriors of a file.
    Thompson(PathBuf, Vec<(String, f64)>),
    File(PathBuf, Probabilities),
}

/// A table of probabilities.
pub(super) struct Probabilities {
    table: Table,
    rows: Vec<Row>,
    by_segment: bool,
}

struct Row {
    record: StringRecord,
    edge: String,
    segment: String,
    probability: f64,
}

impl Spec {
    /// Reads what `--target` names, before the logs are read.
    pub(super) fn of(text: &str, logs: &[PathBuf], output: Output<'_>) -> anyhow::Result<Self> {
        let thompson = text.strip_prefix("prior:");
        let path = PathBuf::from(thompson.unwrap_or(text));
        if text == "uniform" {
            return Ok(Self::Uniform);
        }
        refuse_overwriting([path.as_path()], output.file().map(|file| ("--output", file)))?;
        if path.as_os_str() == "-" && logs.iter().any(|log| log.as_os_str() == "-") {
            return Err(Usage("standard input can only be read once".to_owned()).into());
        }
        if thompson.is_some() {
            let rows = read_posteriors(&path)?;
            let posteriors: Vec<Beta> = rows.iter().map(|row| row.posterior).collect();
            let chances = decide(&posteriors).p_best;
            return Ok(Self::Thompson(path, rows.into_iter().map(|row| row.edge).zip(chances).collect()));
        }
        let probabilities = Probabilities::of(Table::read(&path)?)?;
        Ok(Self::File(path, probabilities))
    }

    /// What the policy is called.
    pub(super) fn name(&self) -> String {
        let file = |path: &Path| base_name(&path.to_string_lossy()).to_owned();
        match self {
            Self::Uniform => "uniform".to_owned(),
            Self::Thompson(path, _) => format!("prior:{}", file(path)),
            Self::File(path, _) => file(path),
        }
    }

    /// The policy on the edges and segments of a log.
    pub(super) fn target(&self, cells: &Cells) -> anyhow::Result<Target> {
        match self {
            Self::Uniform => Ok(Target::uniform(cells)),
            Self::Thompson(_, rows) => {
                Ok(Target::everywhere(cells, rows.iter().map(|(edge, probability)| (&**edge, *probability)))?)
            }
            Self::File(_, probabilities) => probabilities.target(cells),
        }
    }
}

impl Probabilities {
    fn of(table: Table) -> anyhow::Result<Self> {
        const ALL: &str = "`edge` and `probability`, and may have `segment`";
        let (header, records) = table.records()?;
        let (edge, chance) = (table.required(&header, "edge", ALL)?, table.required(&header, "probability", ALL)?);
        let segment = table.column(&header, "segment")?;
        let (mut rows, mut seen) = (Vec::with_capacity(records.len()), HashSet::new());
        for record in records {
            let probability = table.number(&record, chance)?;
            if !(0.0..=1.0).contains(&probability) {
                let problem = format!("a probability lies in [0, 1], not {probability}");
                return Err(table.wrong(record.position(), chance, problem));
            }
            let name = |field: Option<usize>| field.map_or_else(String::new, |field| record[field].to_owned());
            let (edge_name, segment_name) = (name(Some(edge)), name(segment));
            if edge_name.is_empty() {
                return Err(table.wrong(record.position(), edge, "the edge has no name"));
            }
            if !seen.insert((edge_name.clone(), segment_name.clone())) {
                let problem =
                    format!("edge `{}` is listed twice{}", edge_name.escape_debug(), of_segment(&segment_name));
                return Err(table.wrong(record.position(), edge, problem));
            }
            rows.push(Row { edge: edge_name, segment: segment_name, probability, record });
        }
        Ok(Self { table, rows, by_segment: segment.is_some() })
    }

    fn target(&self, cells: &Cells) -> anyhow::Result<Target> {
        let rows = self.rows.iter();
        let target = if self.by_segment {
            Target::by_segment(cells, rows.map(|row| (&*row.edge, &*row.segment, row.probability)))
        } else {
            Target::everywhere(cells, rows.map(|row| (&*row.edge, row.probability)))
        };
        target.map_err(|error| self.placed(error, cells))
    }

    /// The error with the place in the file that it is about.
    fn placed(&self, error: TargetError, cells: &Cells) -> anyhow::Error {
        let first = |segment: &str| self.rows.iter().find(|row| row.segment == segment);
        match &error {
            TargetError::Sum { segment, .. } => {
                let place = first(segment).and_then(|row| row.record.position());
                self.table.wrong(place, 0, error)
            }
            TargetError::Segment { segment } if segment.is_empty() && cells.segments().len() == 1 => {
                let flag = "the probabilities are by segment, but the log was read without; name the column of its \
                            segments with --column segment=NAME";
                Usage(format!("{}: {flag}", self.table.name())).into()
            }
            _ => self.table.wrong(None, 0, error),
        }
    }
}

fn of_segment(segment: &str) -> String {
    if segment.is_empty() { String::new() } else { format!(" in segment `{}`", segment.escape_debug()) }
}
