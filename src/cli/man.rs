//! `betadrift man`: the manual pages, made of the help.

mod markdown;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::exit::Usage;
use super::file::write_whole;
use super::inputs::shown;
use super::output::Output;

const EXAMPLES: &str = "\
Examples:
  betadrift man | head -20
  betadrift man rank > betadrift-rank.1    # read it with: man ./betadrift-rank.1
  betadrift man --out man1                 # all pages, for a folder of $MANPATH";

/// Print a manual page: of betadrift, or of a verb
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ManArgs {
    /// The verb; without one, the page of betadrift itself
    verb: Option<String>,
    /// Write every page into a folder, as betadrift.1, betadrift-VERB.1, …
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    out: Option<PathBuf>,
    /// Write the pages as Markdown, VERB.md, with one for the options that verbs share, options.md
    #[arg(long, requires = "out")]
    markdown: bool,
}

pub(super) fn run(args: &ManArgs, command: Command, output: Output) -> anyhow::Result<ExitCode> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    if let Some(folder) = &args.out {
        fs::create_dir_all(folder).with_context(|| shown(folder))?;
        let pages = if args.markdown { markdown::pages(&command) } else { manual(&command)? };
        for (name, page) in &pages {
            write_whole(&folder.join(name), |out| out.write_all(page.as_bytes()))?;
        }
        output.say(&format!("{} pages in {}", pages.len(), shown(folder)));
        return Ok(ExitCode::SUCCESS);
    }
    let page = match &args.verb {
        None => page(&command)?,
        Some(verb) => page(command.find_subcommand(verb).ok_or_else(|| no_verb(verb, &command))?)?,
    };
    output.write(|out| out.write_all(&page))?;
    Ok(ExitCode::SUCCESS)
}

fn no_verb(verb: &str, command: &Command) -> Usage {
    let verbs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    Usage(format!("there is no verb `{}`; there are {}", verb.escape_debug(), verbs.join(", ")))
}

/// Every page, with the name of its file.
fn manual(command: &Command) -> anyhow::Result<Vec<(String, String)>> {
    let commands = [command].into_iter().chain(command.get_subcommands());
    commands.map(|command| Ok((format!("{}.1", full_name(command)), String::from_utf8(page(command)?)?))).collect()
}

/// `betadrift`, or `betadrift-verb`.
fn full_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of a command, with its examples line by line as they are written.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    // The page's own section for what follows the options would run the lines of the examples together.
    let version = env!("CARGO_PKG_VERSION");
    let man = Man::new(command.clone().after_help(None::<&str>)).source(format!("betadrift {version}"));
    let mut page = Vec::new();
    man.render(&mut page)?;
    if let Some((_, lines)) = examples.split_once("Examples:\n") {
        let mut roff = Roff::default();
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        lines.lines().for_each(|line| {
            roff.text([roman(line.trim_start())]);
        });
        roff.control("fi", []).to_writer(&mut page)?;
    }
    Ok(page)
}
