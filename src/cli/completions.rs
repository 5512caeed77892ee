//! `betadrift completions`: what a shell may complete.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::output::Output;

const EXAMPLES: &str = "\
Examples:
  betadrift completions bash > betadrift.bash    # then: source betadrift.bash
  betadrift completions zsh > _betadrift         # into a folder of $fpath
  betadrift completions fish > betadrift.fish    # into ~/.config/fish/completions";

/// Print the completions of a shell: verbs, flags, and what a flag may be
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, mut command: Command, output: Output) -> anyhow::Result<ExitCode> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(args.shell, &mut command, name, &mut script);
    output.write(|out| out.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}
