//! Where results go: tables, JSON or CSV on standard output; a summary line on standard error.

use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people
    Table,
    /// One JSON object
    Json,
    /// Comma-separated rows with a header
    Csv,
}

/// The rim of a verb: what it may print, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    pub(super) format: Format,
    quiet: bool,
}

impl Output {
    pub(super) fn new(format: Format, quiet: bool) -> Self {
        Self { format, quiet }
    }

    /// Prints one JSON object, indented, with every digit.
    pub(super) fn json(self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
        writeln!(out)?;
        Ok(out.flush()?)
    }

    /// Prints rows, one serde struct each, under a header of its field names.
    pub(super) fn csv<R: Serialize>(self, rows: impl IntoIterator<Item = R>) -> anyhow::Result<()> {
        let mut out = csv::Writer::from_writer(io::stdout().lock());
        for row in rows {
            out.serialize(row).map_err(plain_io)?;
        }
        Ok(out.flush()?)
    }

    /// Prints aligned columns: the first to the left, the others to the right.
    pub(super) fn table(self, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(header.to_vec());
        table.add_rows(rows);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let mut out = io::stdout().lock();
        Ok(writeln!(out, "{}", table.trim_fmt())?)
    }

    /// A progress bar over so many `things`, on a terminal only, unless asked to be quiet.
    pub(super) fn progress(self, length: u64, things: &'static str) -> ProgressBar {
        const TEMPLATE: &str = "{bar:40} {human_pos}/{human_len} {msg} {eta}";
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(TEMPLATE).expect("valid by construction: the template is a constant");
        ProgressBar::new(length).with_style(style).with_message(things)
    }

    /// Says something that is not data, on standard error, unless asked to be quiet.
    pub(super) fn say(self, line: &str) {
        if !self.quiet {
            // A closed standard error must not stop the work.
            let _ = writeln!(io::stderr(), "{line}");
        }
    }
}

/// The I/O error inside a CSV error, so that a broken pipe is seen as one.
fn plain_io(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("{other:?}"),
    }
}
