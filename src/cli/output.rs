//! Where results go: tables, JSON or CSV on standard output; a summary line on standard error.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::file::write_whole;

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
pub(super) struct Output<'a> {
    pub(super) format: Format,
    quiet: bool,
    /// Where the data goes, if not to standard output.
    file: Option<&'a Path>,
}

/// A table with its title.
pub(super) struct Sheet<'a> {
    pub(super) title: String,
    pub(super) header: &'a [&'a str],
    pub(super) rows: Vec<Vec<String>>,
}

impl<'a> Output<'a> {
    pub(super) fn new(format: Format, quiet: bool, file: Option<&'a Path>) -> Self {
        Self { format, quiet, file: file.filter(|file| file.as_os_str() != "-") }
    }

    /// The file to which the data goes, if not to standard output.
    pub(super) fn file(self) -> Option<&'a Path> {
        self.file
    }

    /// Whether nothing is to be said beside the data.
    pub(super) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether the file is to be Parquet, by its name.
    pub(super) fn is_parquet(self) -> bool {
        let extension = self.file.and_then(Path::extension);
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
    }

    /// Writes the data: to standard output, or whole or not at all to the file that was asked for.
    pub(super) fn write(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        if let Some(file) = self.file {
            return write_whole(file, write);
        }
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        Ok(out.flush()?)
    }

    /// Prints one JSON object, indented, with every digit.
    pub(super) fn json(self, value: &impl Serialize) -> anyhow::Result<()> {
        self.write(|out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }

    /// Prints rows, one serde struct each, under a header of its field names.
    pub(super) fn csv<R: Serialize>(self, rows: impl IntoIterator<Item = R>) -> anyhow::Result<()> {
        self.write(|out| {
            let mut csv = csv::Writer::from_writer(out);
            rows.into_iter().try_for_each(|row| csv.serialize(row)).map_err(plain_io)?;
            csv.flush()
        })
    }

    /// Prints a line.
    pub(super) fn text(self, line: &str) -> anyhow::Result<()> {
        self.write(|out| writeln!(out, "{line}"))
    }

    /// Prints records as they are, the header among them.
    pub(super) fn records(self, records: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
        self.write(|out| {
            let mut csv = csv::Writer::from_writer(out);
            records.into_iter().try_for_each(|record| csv.write_record(record))?;
            csv.flush()
        })
    }

    /// Prints aligned columns: the first to the left, the others to the right.
    pub(super) fn table(self, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
        let table = aligned(header, rows);
        self.write(|out| writeln!(out, "{table}"))
    }

    /// Prints tables under their titles, then sentences, a line each.
    pub(super) fn sheets(self, sheets: &[Sheet<'_>], sentences: &[String]) -> anyhow::Result<()> {
        self.write(|out| {
            for Sheet { title, header, rows } in sheets {
                writeln!(out, "{title}\n{}\n", aligned(header, rows.iter().cloned()))?;
            }
            sentences.iter().try_for_each(|sentence| writeln!(out, "{sentence}"))
        })
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

    /// A progress bar over bytes, on a terminal only, unless asked to be quiet; without a total where none is known.
    pub(super) fn byte_progress(self, total: Option<u64>) -> ProgressBar {
        const KNOWN: &str = "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        const UNKNOWN: &str = "{spinner} {bytes} {bytes_per_sec}";
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(if total.is_some() { KNOWN } else { UNKNOWN });
        let style = style.expect("valid by construction: the templates are constants");
        total.map_or_else(ProgressBar::new_spinner, ProgressBar::new).with_style(style)
    }

    /// Says something that is not data, on standard error, unless asked to be quiet.
    pub(super) fn say(self, line: &str) {
        if !self.quiet {
            say_always(line);
        }
    }
}

/// Says a line on standard error that was asked for, whether to be quiet or not.
pub(super) fn say_always(line: &str) {
    // A closed standard error must not stop the work.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Columns, the first to the left, the others to the right.
fn aligned(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The I/O error inside a CSV error, so that a broken pipe is seen as one.
fn plain_io(error: csv::Error) -> io::Error {
    if !error.is_io_error() {
        return error.into();
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
